"""Initial values: each fills a Tensor in place and returns it. A name that ends in _ edits its argument.

Of a weight (out, in, *kernel), fan_in = in · |kernel| is how many entries one output is summed over, and
fan_out = out · |kernel| how many outputs one input reaches.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograd import Tensor, no_grad
from nn.random import default_rng

if TYPE_CHECKING:
    Rng = np.random.Generator | int | None


def _fill(x: Tensor, values: Any) -> Tensor:
    with no_grad():
        x[...] = np.asarray(values, x.dtype)
    return x


def _fans(x: Tensor) -> tuple[int, int]:
    """(fan_in, fan_out)."""
    if x.ndim < 2 or not x.size:
        raise ValueError(
            f"init: {x.shape} has no fan_in: pass a weight (out, in, ...) with entries, "
            "or fill it with uniform_, normal_ or constant_"
        )
    outputs, inputs, *kernel = x.shape
    return inputs * math.prod(kernel), outputs * math.prod(kernel)


def constant_(x: Tensor, value: float) -> Tensor:
    """x ← value.

    >>> from autograd import zeros
    >>> constant_(zeros(2), 0.5).tolist()
    [0.5, 0.5]
    """
    return _fill(x, value)


def zeros_(x: Tensor) -> Tensor:
    """x ← 0.

    >>> from autograd import ones
    >>> zeros_(ones(2)).tolist()
    [0.0, 0.0]
    """
    return constant_(x, 0)


def ones_(x: Tensor) -> Tensor:
    """x ← 1.

    >>> from autograd import zeros
    >>> ones_(zeros(2)).tolist()
    [1.0, 1.0]
    """
    return constant_(x, 1)


def uniform_(x: Tensor, low: float = 0.0, high: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x ~ U(low, high).

    >>> from autograd import zeros
    >>> bool((abs(uniform_(zeros(100), -0.5, 0.5)) <= 0.5).all())
    True
    """
    return _fill(x, default_rng(rng).uniform(low, high, x.shape))


def normal_(x: Tensor, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x ~ N(mean, std²).

    >>> from autograd import zeros
    >>> normal_(zeros((2, 3)), std=0.02).shape
    (2, 3)
    """
    return _fill(x, default_rng(rng).normal(mean, std, x.shape))


def kaiming_uniform_(
    x: Tensor, a: float = 0.0, mode: Literal["fan_in", "fan_out"] = "fan_in", *, rng: Rng = None
) -> Tensor:
    """x ~ U(-b, b), b = √(6 / ((1 + a²) fan)).   He et al. 2015, for leaky ReLUs of slope a; a = 0 is ReLU.

    >>> from autograd import zeros
    >>> w = kaiming_uniform_(zeros((3, 4)), a=5**0.5)  # b = 1/√fan_in
    >>> bool((abs(w) <= 0.5).all())
    True
    """
    bound = math.sqrt(3) * _kaiming_std(x, a, mode)
    return uniform_(x, -bound, bound, rng=rng)


def kaiming_normal_(
    x: Tensor, a: float = 0.0, mode: Literal["fan_in", "fan_out"] = "fan_in", *, rng: Rng = None
) -> Tensor:
    """x ~ N(0, s²), s = √(2 / ((1 + a²) fan)).   He et al. 2015, for leaky ReLUs of slope a; a = 0 is ReLU.

    >>> from autograd import zeros
    >>> kaiming_normal_(zeros((3, 4))).shape
    (3, 4)
    """
    return normal_(x, 0.0, _kaiming_std(x, a, mode), rng=rng)


def xavier_uniform_(x: Tensor, gain: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x ~ U(-b, b), b = gain √(6 / (fan_in + fan_out)).   Glorot and Bengio 2010, for tanh and sigmoid.

    >>> from autograd import zeros
    >>> bool((abs(xavier_uniform_(zeros((2, 4)))) <= 1).all())
    True
    """
    bound = gain * math.sqrt(6 / sum(_fans(x)))
    return uniform_(x, -bound, bound, rng=rng)


def xavier_normal_(x: Tensor, gain: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x ~ N(0, s²), s = gain √(2 / (fan_in + fan_out)).   Glorot and Bengio 2010, for tanh and sigmoid.

    >>> from autograd import zeros
    >>> xavier_normal_(zeros((2, 4))).shape
    (2, 4)
    """
    return normal_(x, 0.0, gain * math.sqrt(2 / sum(_fans(x))), rng=rng)


def _kaiming_std(x: Tensor, a: float, mode: str) -> float:
    fans = dict(zip(("fan_in", "fan_out"), _fans(x)))
    if mode not in fans:
        raise ValueError(f"init: mode must be 'fan_in' or 'fan_out', not {mode!r}")
    return math.sqrt(2 / ((1 + a * a) * fans[mode]))
