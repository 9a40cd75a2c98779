"""Activations: functions of one array, as modules. They have no parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import autograd
from nn.module import Module

if TYPE_CHECKING:
    from autograd import Tensor


class ReLU(Module):
    """out = max(x, 0); its slope at 0 is 0.

    >>> ReLU()([-1.0, 2.0])
    tensor([0., 2.], dtype=float64)
    """

    def forward(self, x: Any) -> Tensor:
        return autograd.relu(x)


class Tanh(Module):
    """out = tanh x.

    >>> Tanh()([0.0])
    tensor([0.], dtype=float64)
    """

    def forward(self, x: Any) -> Tensor:
        return autograd.tanh(x)


class Sigmoid(Module):
    """out = 1 / (1 + e⁻ˣ).

    >>> Sigmoid()([0.0, 1000.0])
    tensor([0.5, 1. ], dtype=float64)
    """

    def forward(self, x: Any) -> Tensor:
        return autograd.sigmoid(x)


class Softplus(Module):
    """out = ln(1 + eˣ).

    >>> Softplus()([0.0, 1000.0])
    tensor([6.93147181e-01, 1.00000000e+03], dtype=float64)
    """

    def forward(self, x: Any) -> Tensor:
        return autograd.softplus(x)


class Softmax(Module):
    """out[j] = eˣʲ / Σᵢ eˣⁱ along the axis.

    >>> Softmax()([1000.0, 1000.0])
    tensor([0.5, 0.5], dtype=float64)
    """

    def __init__(self, axis: int = -1) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, x: Any) -> Tensor:
        return autograd.softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"


class LogSoftmax(Module):
    """out[j] = x[j] - ln Σᵢ eˣⁱ along the axis.

    >>> LogSoftmax()([0.0, 1000.0])
    tensor([-1000.,     0.], dtype=float64)
    """

    def __init__(self, axis: int = -1) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, x: Any) -> Tensor:
        return autograd.log_softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"
