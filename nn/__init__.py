"""nn: neural networks, composed from what `autograd` differentiates. PyTorch's names, with NumPy's `axis`."""

from nn import functional, init, optim
from nn.layers import Linear, LogSoftmax, ReLU, Sequential, Sigmoid, Softmax, Softplus, Tanh
from nn.losses import CrossEntropyLoss, L1Loss, MSELoss
from nn.module import Module, Parameter
from nn.random import manual_seed

# fmt: off
__all__ = [
    "Module", "Parameter", "Sequential",
    "Linear",
    "ReLU", "Tanh", "Sigmoid", "Softplus", "Softmax", "LogSoftmax",
    "MSELoss", "L1Loss", "CrossEntropyLoss",
    "functional", "init", "optim", "manual_seed",
]
# fmt: on
