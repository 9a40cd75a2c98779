"""Optimizers: how parameters follow their gradients. One update rule a file."""

from nn.optim.optimizer import Optimizer
from nn.optim.sgd import SGD

__all__ = ["SGD", "Optimizer"]
