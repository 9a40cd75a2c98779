"""Activations as functions, entry by entry or along an axis. They keep the shape of x.

Where one has a kink, its slope there is the least of the slopes that fit, 0 for most.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import autograd
from autograd import Tensor, arctan, asarray, elu, log_softmax, relu, sigmoid, softmax, softsign, tanh
from nn.checks import choice, number

# fmt: off
__all__ = [
    "arctan", "binary_step", "elu", "gelu", "hardtanh", "identity", "leaky_relu", "log_softmax", "logsigmoid", "prelu",
    "relu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh",
]
# fmt: on

APPROXIMATIONS = ("none", "tanh")  # what `gelu` has


def identity(x: Any) -> Tensor:
    """out = x.   x: (...) → (...).

    >>> identity([1.0, 2.0])
    tensor([1., 2.], dtype=float64)
    """
    return asarray(x)


def binary_step(x: Any) -> Tensor:
    """out = 1 where x ≥ 0, else 0.   x: (...) → (...).

    Its slope is 0 everywhere, so nothing before it can be trained.

    >>> binary_step([-1.0, 0.0, 2.0])
    tensor([0., 1., 1.], dtype=float64)
    """
    return autograd.heaviside(x, 1.0)


def logsigmoid(x: Any) -> Tensor:
    """out = ln(1 / (1 + e⁻ˣ)) = -ln(1 + e⁻ˣ), stable for any x.   x: (...) → (...).

    >>> logsigmoid([0.0, -1000.0])
    tensor([-6.93147181e-01, -1.00000000e+03], dtype=float64)
    """
    return autograd.negative(autograd.softplus(autograd.negative(x)))


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Tensor:
    """out = x where x > 0, else negative_slope · x.   x: (...) → (...).   Maas et al. 2013.

    >>> leaky_relu([-1.0, 2.0])
    tensor([-0.01,  2.  ], dtype=float64)
    """
    return autograd.prelu(x, negative_slope)


def prelu(x: Any, weight: Any) -> Tensor:
    """out = x where x > 0, else weight · x.   x: (N, C, ...) → (N, C, ...), weight: (C,).   He et al. 2015.

    A weight (1,) or () is for an x of any shape. ValueError where it has neither one entry, nor one for each channel,
    axis 1 of x.

    >>> prelu([[-1.0, -1.0], [2.0, 2.0]], [0.1, 0.5])
    tensor([[-0.1, -0.5],
            [ 2. ,  2. ]], dtype=float64)
    """
    x, weight = asarray(x), asarray(weight)
    if weight.size == 1:
        return autograd.prelu(x, weight.reshape(()))
    if x.ndim < 2 or weight.shape != x.shape[1:2]:
        raise ValueError(f"prelu: weight {weight.shape} must be (1,), or (C,) with x {x.shape} as (N, C, ...)")
    return autograd.prelu(x, weight.reshape(-1, *[1] * (x.ndim - 2)))


def softplus(x: Any, beta: float = 1.0) -> Tensor:
    """out = ln(1 + exp(beta · x)) / beta, a ReLU without its kink.   x: (...) → (...).

    The larger beta, the nearer to it. ValueError unless beta is finite and above 0.   Dugas et al. 2001.

    >>> softplus([0.0, 1000.0])
    tensor([6.93147181e-01, 1.00000000e+03], dtype=float64)
    """
    if number("softplus", "beta", beta, "a finite number > 0") == 1:
        return autograd.softplus(x)
    return autograd.divide(autograd.softplus(autograd.multiply(x, beta)), beta)


def gelu(x: Any, approximate: Literal["none", "tanh"] = "none") -> Tensor:
    """out = x Φ(x), Φ the distribution of a standard normal number.   x: (...) → (...).   Hendrycks and Gimpel 2016.

    With approximate="tanh", Φ(x) ≈ (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, which is off by less than 0.001. Exactly,
    it takes SciPy: ImportError where that is not installed.

    >>> gelu([-1.0, 0.0, 1.0], "tanh")
    tensor([-0.15880801,  0.        ,  0.84119199], dtype=float64)
    """
    x = asarray(x)
    if choice("gelu", "approximate", approximate, APPROXIMATIONS) == "tanh":
        near = autograd.hardtanh(x, -22, 22)  # beyond, Φ is 0 or 1 to the last digit, and x³ would overflow
        u = math.sqrt(2 / math.pi) * near * (1 + 0.044715 * near * near)
        return autograd.multiply(x, sigmoid(2 * u))  # = (1 + tanh u) / 2, where that cancels too
    return autograd.multiply(x, _ndtr(x))


def silu(x: Any) -> Tensor:
    """out = x / (1 + e⁻ˣ), also known as swish.   x: (...) → (...).   Elfwing et al. 2017.

    >>> silu([-1000.0, 0.0, 1000.0])
    tensor([  -0.,    0., 1000.], dtype=float64)
    """
    return autograd.multiply(x, sigmoid(x))


def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """out = min(max(x, min_val), max_val); its slope at both is 0.   x: (...) → (...).

    ValueError unless min_val is less than max_val.

    >>> hardtanh([-3.0, 0.5, 3.0])
    tensor([-1. ,  0.5,  1. ], dtype=float64)
    """
    return autograd.hardtanh(x, min_val, max_val)


def _ndtr(x: Tensor) -> Tensor:
    try:
        return autograd.special.ndtr(x)
    except ImportError as fault:
        raise ImportError(
            "gelu: SciPy, which computes it exactly, is not installed: pip install scipy, or use approximate='tanh'"
        ) from fault
