"""Initial values: each fills a Tensor in place and returns it. A name that ends in _ edits its argument.

A layer keeps the size of its numbers where the variance of its weight is gain² / fan: the fan counts what is summed up,
and the gain makes up for what the activation takes away.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograd import Tensor, no_grad
from nn.checks import choice, number
from nn.random import default_rng

if TYPE_CHECKING:
    from nn.random import Rng

    Mode = Literal["fan_in", "fan_out"]

# fmt: off
__all__ = [
    "calculate_gain", "constant_", "fans", "kaiming_normal_", "kaiming_uniform_", "normal_", "ones_", "orthogonal_",
    "trunc_normal_", "uniform_", "xavier_normal_", "xavier_uniform_", "zeros_",
]
# fmt: on


def _check(name: str, x: Tensor, **options: float) -> None:
    """TypeError where x takes no fractions, ValueError where an option is no number, or a negative size."""
    if x.dtype.kind != "f":
        raise TypeError(f"{name}: x must be floating, not {x.dtype}")
    for option, value in options.items():
        number(name, option, value, "a number ≥ 0" if option in ("std", "gain") else "a number")


def _fill(x: Tensor, values: Any) -> Tensor:
    with no_grad():
        x[...] = np.asarray(values, x.dtype)
    return x


def fans(x: Any) -> tuple[int, int]:
    """(in · |kernel|, out · |kernel|), fan_in and fan_out of a weight.   x: (out, in, *kernel) → two integers.

    The one is how many entries are summed for an output, the other how many sums an input is in. ValueError for fewer
    axes, or none to fill.

    >>> fans(np.ones((8, 3, 5, 5)))
    (75, 200)
    """
    shape = np.shape(x)
    if len(shape) < 2 or 0 in shape:
        raise ValueError(
            f"init: {shape} has no fan_in: pass a weight (out, in, ...) with entries, "
            "or fill it with uniform_, normal_ or constant_"
        )
    outputs, inputs, *kernel = shape
    return inputs * math.prod(kernel), outputs * math.prod(kernel)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """How much larger weights must be for what the activation after them takes away.

    √(2 / (1 + param²)) for a "leaky_relu" of slope param, 0.01 unless given, and √2 for "relu", exactly; 5/3 for "tanh"
    and 3/4 for "selu" from experience; 1 for "linear" and "sigmoid". ValueError for others.   He et al. 2015.

    >>> calculate_gain("leaky_relu", 1.0)
    1.0
    """
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope * slope))
    return gains[choice("init", "nonlinearity", nonlinearity, [*gains, "leaky_relu"])]


def constant_(x: Tensor, value: float) -> Tensor:
    """x ← value, in every entry.   x: (...) → x. TypeError where x holds integers, and value is none.

    >>> from autograd import zeros
    >>> constant_(zeros(2), 0.5).tolist()
    [0.5, 0.5]
    """
    if not np.can_cast(np.asarray(value).dtype, x.dtype, "same_kind"):
        raise TypeError(f"constant_: x of {x.dtype} cannot hold {value!r}")
    return _fill(x, value)


def zeros_(x: Tensor) -> Tensor:
    """x ← 0, in every entry.   x: (...) → x.

    >>> from autograd import ones
    >>> zeros_(ones(2)).tolist()
    [0.0, 0.0]
    """
    return constant_(x, 0)


def ones_(x: Tensor) -> Tensor:
    """x ← 1, in every entry.   x: (...) → x.

    >>> from autograd import zeros
    >>> ones_(zeros(2)).tolist()
    [1.0, 1.0]
    """
    return constant_(x, 1)


def uniform_(x: Tensor, low: float = 0.0, high: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x ~ U(low, high).   x: (...) → x. TypeError where x is not floating, ValueError where low > high.

    >>> from autograd import zeros
    >>> bool((abs(uniform_(zeros(100), -0.5, 0.5)) <= 0.5).all())
    True
    """
    _check("uniform_", x, low=low, high=high)
    if low > high:
        raise ValueError(f"uniform_: low={low} must not be above high={high}")
    return _fill(x, default_rng(rng).uniform(low, high, x.shape))


def normal_(x: Tensor, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x ~ N(mean, std²).   x: (...) → x. TypeError where x is not floating, ValueError where std < 0.

    >>> from autograd import zeros
    >>> normal_(zeros((2, 3)), std=0.02).shape
    (2, 3)
    """
    _check("normal_", x, mean=mean, std=std)
    return _fill(x, default_rng(rng).normal(mean, std, x.shape))


def trunc_normal_(
    x: Tensor, mean: float = 0.0, std: float = 1.0, low: float = -2.0, high: float = 2.0, *, rng: Rng = None
) -> Tensor:
    """x ~ N(mean, std²), given that low ≤ x ≤ high.   x: (...) → x. ValueError unless std > 0 and low < high.

    >>> from autograd import zeros
    >>> bool((abs(trunc_normal_(zeros(1000), std=5.0)) <= 2).all())
    True
    """
    _check("trunc_normal_", x, mean=mean)
    if not (std > 0 and low < high):
        raise ValueError(f"trunc_normal_: needs std > 0 and low < high, not std={std}, low={low}, high={high}")
    z = _truncated(x.shape, (low - mean) / std, (high - mean) / std, default_rng(rng))
    return _fill(x, np.clip(mean + std * z, low, high))


def _truncated(shape: tuple[int, ...], low: float, high: float, rng: np.random.Generator) -> Any:
    """Standard normal numbers between two bounds: even ones, each kept with its density over the largest there is."""
    peak = min(max(low, 0.0), high)
    reach = min(9.0, 40 / max(abs(peak), 1.0))  # beyond it, the density is e⁻⁴⁰ of what it is at the peak
    low, high = max(low, peak - reach), min(high, peak + reach)
    z = np.empty(math.prod(shape))
    missing = np.arange(z.size)
    while missing.size:
        z[missing] = tried = rng.uniform(low, high, missing.size)
        kept = rng.random(missing.size) < np.exp((peak - tried) * (peak + tried) / 2)
        missing = missing[~kept]
    return z.reshape(shape)


def orthogonal_(x: Tensor, gain: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x xᵀ = gain² I, or xᵀ x where x has more rows than columns.   x: (out, in, ...) → x.

    Any rotation is as likely as any other. A weight (out, in, ...) is taken as the matrix (out, in · ...). ValueError
    for fewer than two axes. Saxe et al. 2014; the signs are as Mezzadri 2007 has them.

    >>> from autograd import zeros
    >>> w = orthogonal_(zeros((2, 3)))
    >>> np.allclose((w @ w.T).numpy(), np.eye(2))
    True
    """
    _check("orthogonal_", x, gain=gain)
    if x.ndim < 2:
        raise ValueError(f"orthogonal_: {x.shape} is no matrix: pass a weight (out, in, ...)")
    rows, columns = x.shape[0], math.prod(x.shape[1:])
    q, r = np.linalg.qr(default_rng(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.where(np.diag(r) < 0, -1, 1)  # QR chooses them for its own ends
    return _fill(x, gain * (q if rows >= columns else q.T).reshape(x.shape))


def kaiming_uniform_(
    x: Tensor, a: float = 0.0, mode: Mode = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> Tensor:
    """x ~ U(-b, b), b = gain √(3 / fan), gain² = 2 / (1 + a²).   x: (out, in, ...) → x.   He et al. 2015.

    The gain is that of leaky ReLUs of slope a, where a = 0 is ReLU, or of another `nonlinearity`: see `calculate_gain`.
    The fan is fan_in, or fan_out, by `mode`. ValueError where x has none, as `fans` says.

    >>> from autograd import zeros
    >>> w = kaiming_uniform_(zeros((3, 4)), a=5**0.5)  # b = 1/√fan_in
    >>> bool((abs(w) <= 0.5).all())
    True
    """
    bound = math.sqrt(3) * _kaiming_std("kaiming_uniform_", x, a, mode, nonlinearity)
    return uniform_(x, -bound, bound, rng=rng)


def kaiming_normal_(
    x: Tensor, a: float = 0.0, mode: Mode = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> Tensor:
    """x ~ N(0, s²), s = gain / √fan, gain² = 2 / (1 + a²).   x: (out, in, ...) → x.   He et al. 2015.

    The gain is that of leaky ReLUs of slope a, where a = 0 is ReLU, or of another `nonlinearity`: see `calculate_gain`.
    The fan is fan_in, or fan_out, by `mode`. ValueError where x has none, as `fans` says.

    >>> from autograd import zeros
    >>> kaiming_normal_(zeros((3, 4))).shape
    (3, 4)
    """
    return normal_(x, 0.0, _kaiming_std("kaiming_normal_", x, a, mode, nonlinearity), rng=rng)


def xavier_uniform_(x: Tensor, gain: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x ~ U(-b, b), b = gain √(6 / (fan_in + fan_out)).   x: (out, in, ...) → x.   Glorot and Bengio 2010.

    For tanh and sigmoid. ValueError where x has no fans, or gain < 0.

    >>> from autograd import zeros
    >>> bool((abs(xavier_uniform_(zeros((2, 4)))) <= 1).all())
    True
    """
    _check("xavier_uniform_", x, gain=gain)
    bound = gain * math.sqrt(6 / sum(fans(x)))
    return uniform_(x, -bound, bound, rng=rng)


def xavier_normal_(x: Tensor, gain: float = 1.0, *, rng: Rng = None) -> Tensor:
    """x ~ N(0, s²), s = gain √(2 / (fan_in + fan_out)).   x: (out, in, ...) → x.   Glorot and Bengio 2010.

    For tanh and sigmoid. ValueError where x has no fans, or gain < 0.

    >>> from autograd import zeros
    >>> xavier_normal_(zeros((2, 4))).shape
    (2, 4)
    """
    _check("xavier_normal_", x, gain=gain)
    return normal_(x, 0.0, gain * math.sqrt(2 / sum(fans(x))), rng=rng)


def _kaiming_std(name: str, x: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    _check(name, x, a=a)
    fan = dict(zip(("fan_in", "fan_out"), fans(x)))
    return calculate_gain(nonlinearity, a) / math.sqrt(fan[choice("init", "mode", mode, fan)])
