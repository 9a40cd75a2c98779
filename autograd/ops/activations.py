"""What a neuron does with a number, and the price of a probability that it gives: one row each, as in
`elementwise.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.ops.elementwise import describe, unbounded
from autograd.ops.shape import dtype_of
from autograd.rules import elementwise

if TYPE_CHECKING:
    from autograd.tensor import Tensor

__all__ = ["binary_cross_entropy", "elu", "hardtanh", "prelu", "relu", "sigmoid", "softplus", "softsign"]

# -- forwards and slopes that need more than a line ------------------------------------------------------------------


def _relu(x: Any) -> Any:
    if type(x) is np.ndarray:
        return np.maximum(x, 0)
    return type(x)(0) if x <= 0 else x


def _logistic(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), never overflowing: e is at most 1."""
    e = np.exp(-np.abs(x))
    return np.maximum(e, x >= 0) / (1 + e)  # quicker than a choice, whose outcome no processor guesses


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _softsign(x: Any) -> Any:
    return x / (1 + np.abs(x))


def _elu(x: Any, alpha: float) -> Any:
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def _elu_slope(x: Any, alpha: float) -> Any:
    e = np.exp(np.minimum(x, 0))
    return _bent(x, alpha * e) if alpha != 1 else e  # which has no kink


def _leaned(x: Any, slope: Any) -> Any:
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def _bent(x: Any, slope: Any) -> Any:
    """1 right of 0 and `slope` to its left; at 0 the least between the two."""
    return (x > 0) + slope * (x < 0) + np.minimum(np.maximum(slope, 0), 1) * (x == 0)


def _held(x: Any, min: float, max: float) -> Any:
    return np.clip(x, min, max)


def _binary_cross_entropy(p: Any, target: Any) -> Any:
    if not np.all((p >= 0) & (p <= 1)):  # so that NaN is none, either
        raise ValueError(f"p must hold probabilities, from 0 to 1, and goes from {np.min(p)} to {np.max(p)}")
    with np.errstate(divide="ignore"):
        return target * _price(p) + (1 - target) * _price_of_not(p)


def _price(p: Any) -> Any:
    """-ln p, and 100 at most: what was held to be impossible, and happens, has a price that can be paid."""
    return np.minimum(-np.log(p), 100)


def _price_of_not(p: Any) -> Any:
    return np.minimum(-np.log1p(-p), 100)


# -- the table -------------------------------------------------------------------------------------------------------

# fmt: off
#                      op          forward            derivative by each operand
relu      = elementwise("relu",     _relu,             lambda out: out > 0)
sigmoid   = elementwise("sigmoid",  _logistic,         lambda out: out * (1 - out))
softplus  = elementwise("softplus", _softplus,         lambda out: -np.expm1(-out))
softsign  = elementwise("softsign", _softsign,         lambda x: np.square(1 / (1 + np.abs(x))))
_elu_op   = elementwise("elu",      _elu,              _elu_slope)
_prelu    = elementwise("prelu",    _leaned,           _bent,                                lambda x: np.minimum(x, 0))
_hardtanh = elementwise("hardtanh", _held,             lambda out, min, max: (out > min) & (out < max))
binary_cross_entropy = unbounded("binary_cross_entropy", _binary_cross_entropy,
                            lambda p, target: (p - target) / np.maximum(p * (1 - p), 1e-12),
                            lambda p: _price(p) - _price_of_not(p))
# fmt: on

describe(
    "autograd",
    relu="max(x, 0), with slope 0 at 0. relu(-1.0) = 0.0",
    sigmoid="1 / (1 + e⁻ˣ), the logistic function. sigmoid(0.0) = 0.5",
    softplus="ln(1 + eˣ). softplus(-1000.0) = 0.0",
    softsign="x / (1 + |x|). softsign(-3.0) = -0.75",
    binary_cross_entropy="-(y ln x + (1 - y) ln(1 - x)), of a probability x and a target y, where no logarithm is less "
    "than -100, and an x outside of [0, 1], or NaN, is a ValueError. binary_cross_entropy(0.0, 1.0) = 100.0",
)


def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """out = x where x > 0, alpha (eˣ - 1) elsewhere; entry by entry.

    >>> from autograd import tensor
    >>> elu(tensor([-1000.0, 0.0, 2.0]))
    tensor([-1.,  0.,  2.], dtype=float64)
    """
    return _elu_op(x, alpha=float(alpha))


def prelu(x: Any, slope: Any) -> Tensor:
    """out = x where x > 0, slope · x elsewhere, for a slope that is learned or given; shapes broadcast.

    Its slope at 0 is the least between `slope` and 1.

    >>> from autograd import tensor
    >>> prelu(tensor([-2.0, 0.0, 2.0]), 0.1)
    tensor([-0.2,  0. ,  2. ], dtype=float64)
    """
    if type(slope) in (float, int):
        slope = dtype_of(x, slope).type(slope)  # a Python number would make float64 of `x < 0`
    return _prelu(x, slope)


def hardtanh(x: Any, min: float = -1.0, max: float = 1.0) -> Tensor:
    """out = x where min < x < max, else the bound that is nearer, with slope 0; entry by entry.

    ValueError unless min < max. `clip` takes arrays, too.

    >>> from autograd import tensor
    >>> hardtanh(tensor([-2.0, 0.5, 3.0]))
    tensor([-1. ,  0.5,  1. ], dtype=float64)
    """
    if not min < max:
        raise ValueError(f"hardtanh: min={min} must be less than max={max}")
    return _hardtanh(x, min=float(min), max=float(max))
