"""Data: sets of samples, loaders that make batches of them, and readers for well-known sets."""

from nn.data.dataset import Dataset, Subset, TensorDataset, random_split
from nn.data.idx import read_idx
from nn.data.loader import DataLoader
from nn.data.mnist import KMNIST, MNIST, FashionMNIST
from nn.data.small import digits, two_moons, xor

__all__ = [
    "DataLoader",
    "Dataset",
    "FashionMNIST",
    "KMNIST",
    "MNIST",
    "Subset",
    "TensorDataset",
    "digits",
    "random_split",
    "read_idx",
    "two_moons",
    "xor",
]
