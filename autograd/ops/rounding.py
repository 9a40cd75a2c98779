"""Ops that are constant between jumps, rounding and its kin, and remainders; and numbers in two parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import constant
from autograd.ops.elementwise import describe, ldexp, unbounded
from autograd.record import tidy, values_of
from autograd.rules import elementwise

if TYPE_CHECKING:
    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "around", "ceil", "divmod", "fix", "floor", "floor_divide", "fmod", "frexp", "heaviside", "mod", "modf",
    "remainder", "rint", "round", "trunc",
]

# constant between jumps     op            forward           derivative by x  derivative by y
floor        = elementwise("floor",        np.floor,         lambda: 0.0)
ceil         = elementwise("ceil",         np.ceil,          lambda: 0.0)
trunc        = elementwise("trunc",        np.trunc,         lambda: 0.0)
rint         = elementwise("rint",         np.rint,          lambda: 0.0)
floor_divide = elementwise("floor_divide", np.floor_divide,  lambda: 0.0,     lambda: 0.0)
heaviside    = elementwise("heaviside",    np.heaviside,     lambda: 0.0,     lambda x: x == 0)
_round       = elementwise("round",        lambda x, decimals: np.round(x, decimals), lambda: 0.0)

# straight between jumps
remainder    = unbounded("remainder",      np.remainder,     lambda: 1.0,     lambda x, y: -np.floor_divide(x, y))
fmod         = unbounded("fmod",           np.fmod,          lambda: 1.0,     lambda x, y, out: np.rint((out - x) / y))
_fraction    = elementwise("modf",         lambda x: np.modf(x)[0], lambda: 1.0)

# other names
fix, mod = trunc, remainder
# fmt: on

describe(
    "autograd",
    floor="⌊x⌋, the greatest integer ≤ x, with slope 0. floor(-1.5) = -2.0",
    ceil="⌈x⌉, the least integer ≥ x, with slope 0. ceil(-1.5) = -1.0",
    trunc="x without its fraction: the nearest integer towards 0, with slope 0. trunc(-1.5) = -1.0",
    rint="x to the nearest integer, or the even one of two, with slope 0. rint(2.5) = 2.0",
    heaviside="0 where x < 0, 1 where x > 0, and y where x = 0. heaviside(0.0, 0.5) = 0.5",
    floor_divide="⌊x / y⌋, the greatest integer ≤ x / y, with slope 0. floor_divide(7.0, 2.0) = 3.0",
    remainder="x - y ⌊x / y⌋, which has the sign of y. remainder(-7.0, 3.0) = 2.0",
    fmod="x - y trunc(x / y), which has the sign of x. fmod(-7.0, 3.0) = -1.0",
)


def round(x: Any, decimals: int = 0) -> Tensor:
    """out = rint(10ᵈ x) / 10ᵈ, d = decimals, which may be negative; entry by entry, with slope 0.

    >>> from autograd import tensor
    >>> round(tensor([1.25, 2.71]), 1)
    tensor([1.2, 2.7], dtype=float64)
    """
    return _round(x, decimals=decimals)


around = round


def divmod(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """out = (⌊x / y⌋, x - y ⌊x / y⌋); shapes broadcast.

    >>> [float(part) for part in divmod(7.5, 2.0)]
    [3.0, 1.5]
    """
    return floor_divide(x, y), remainder(x, y)


def modf(x: Any) -> tuple[Tensor, Tensor]:
    """(fraction, integer) = (x - trunc x, trunc x): what follows the point, with slope 1, and what stands before it.

    Entry by entry; both have the sign of x.

    >>> [float(part) for part in modf(-2.25)]
    [-0.25, -2.0]
    """
    return _fraction(x), trunc(x)


def frexp(x: Any) -> tuple[Tensor, Tensor]:
    """(m, i) with x = m · 2ⁱ, ½ ≤ |m| < 1 and i an integer, entry by entry: how a floating number is stored.

    >>> [float(part) for part in frexp(6.0)]
    [0.75, 3.0]
    """
    _, exponent = np.frexp(values_of(x))
    return ldexp(x, -exponent), constant(tidy(exponent))
