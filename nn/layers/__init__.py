"""Layers, one concept a file."""

from nn.layers.activation import (
    ELU,
    GELU,
    Arctan,
    BinaryStep,
    Hardtanh,
    Identity,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from nn.layers.batch_norm import BatchNorm1d
from nn.layers.container import ModuleDict, ModuleList, Sequential
from nn.layers.dropout import Dropout
from nn.layers.embedding import Embedding
from nn.layers.flatten import Flatten
from nn.layers.layer_norm import LayerNorm
from nn.layers.linear import Linear

# fmt: off
__all__ = [
    "Sequential", "ModuleList", "ModuleDict",
    "Linear", "Flatten", "Embedding", "Dropout", "LayerNorm", "BatchNorm1d",
    "Identity", "BinaryStep", "Sigmoid", "LogSigmoid", "Tanh", "Arctan", "Softsign", "Hardtanh",
    "ReLU", "LeakyReLU", "PReLU", "ELU", "Softplus", "GELU", "SiLU", "Softmax", "LogSoftmax",
]
# fmt: on
