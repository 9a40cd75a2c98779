"""Modules that the tests share, and how they are looked at."""

import numpy as np

import nn
from autograd import ones, tensor


class Block(nn.Module):
    """A parameter, a child, a buffer, and what is none of these."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(2.0)
        self.inner = nn.Linear(3, 2, rng=0)
        self.register_buffer("mean", np.zeros(2, np.float32))
        self.register_buffer("mask", np.ones(2, np.float32), persistent=False)
        self.note = tensor([1.0])
        self.width = 3

    def forward(self, x):
        return self.scale * self.inner(x) * self.mask  # (N, 3) → (N, 2)


class Net(nn.Module):
    """`second` is `first` once more."""

    def __init__(self):
        super().__init__()
        self.first = Block()
        self.second = self.first
        self.out = nn.Linear(2, 2, rng=1)

    def forward(self, x):
        return self.out(self.second(self.first.inner(x) @ ones((2, 3), np.float32)))


def names(pairs):
    return [name for name, _ in pairs]


def state_of(module):
    return {name: array.tobytes() for name, array in module.state_dict().items()}
