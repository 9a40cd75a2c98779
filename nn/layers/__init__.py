"""Layers, one concept a file."""

from nn.layers.activation import LogSoftmax, ReLU, Sigmoid, Softmax, Softplus, Tanh
from nn.layers.container import Sequential
from nn.layers.linear import Linear

__all__ = [
    "Linear",
    "LogSoftmax",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]
