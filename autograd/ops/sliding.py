"""Sliding products, interpolation between points, and polynomials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Traced
from autograd.ops.create import asarray
from autograd.ops.elementwise import add, divide, multiply, negative, subtract, where
from autograd.ops.index import getitem
from autograd.ops.join import concatenate
from autograd.ops.products import conjugated
from autograd.ops.rounding import remainder
from autograd.ops.shape import ravel
from autograd.record import values_of
from autograd.rules import bilinear

if TYPE_CHECKING:
    from autograd.tensor import Tensor

__all__ = ["convolve", "correlate", "interp", "polyadd", "polyder", "polyint", "polymul", "polysub", "polyval"]

# Two products, each the other's adjoint: out[k] = Σ_i x[i] y[k - i] for all k, and out[k] = Σ_i x[i + k] y[i] where x,
# the longer one, covers all of y. What NumPy offers besides are parts and reflections of these.
# fmt: off
_convolve = bilinear("convolve",
    np.convolve,
    lambda g, y: np.correlate(g, y),
    lambda g, x: np.correlate(g, x))
_correlate = bilinear("correlate",
    np.correlate,
    lambda g, y: np.convolve(g, y),
    lambda g, x: np.correlate(x, g))
# fmt: on

_BACKWARDS = slice(None, None, -1)


def _lines(name: str, x: Any, y: Any, mode: str) -> tuple[Any, Any, int, int]:
    """Operands with one axis each, of some length, and these lengths."""
    x, y = (asarray(z) if isinstance(z, (list, tuple)) else z for z in (x, y))
    x, y = (ravel(z) if not np.ndim(values_of(z)) else z for z in (x, y))
    shapes = np.shape(values_of(x)), np.shape(values_of(y))
    if len(shapes[0]) != 1 or len(shapes[1]) != 1 or (0,) in shapes:
        raise ValueError(f"{name}: {shapes[0]} and {shapes[1]}: needs one axis each, not empty; slide along others")
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"{name}: mode={mode!r}: must be 'full', 'same' or 'valid'")
    return x, y, shapes[0][0], shapes[1][0]


def convolve(a: Any, v: Any, mode: str = "full") -> Tensor:
    """out[k] = Σ_i a[i] v[k - i]: the product of two polynomials, or a signal a seen through a filter v.

    (n,), (m,) → (n + m - 1,) for "full", the middle (max(n, m),) for "same", and for "valid" those
    (max(n, m) - min(n, m) + 1,) for which both overlap all along.

    >>> from autograd import tensor
    >>> convolve(tensor([1.0, 2.0, 3.0]), [1.0, 10.0])
    tensor([ 1., 12., 23., 30.], dtype=float64)
    """
    x, y, n, m = _lines("convolve", a, v, mode)
    if n < m:
        x, y, n, m = y, x, m, n
    if mode == "valid":
        return _correlate(x, conjugated(getitem(y, _BACKWARDS)))
    out = _convolve(x, y)
    return out if mode == "full" else getitem(out, slice((m - 1) // 2, (m - 1) // 2 + n))


def correlate(a: Any, v: Any, mode: str = "valid") -> Tensor:
    """out[k] = Σ_i a[i + k] v[i]: how well v matches each part of a. Modes and shapes as of `convolve`.

    >>> from autograd import tensor
    >>> correlate(tensor([1.0, 2.0, 3.0]), [1.0, 10.0])
    tensor([21., 32.], dtype=float64)
    """
    x, y, n, m = _lines("correlate", a, v, mode)
    if n < m:
        return getitem(correlate(conjugated(y), conjugated(x), mode), _BACKWARDS)
    return _correlate(x, y) if mode == "valid" else convolve(x, conjugated(getitem(y, _BACKWARDS)), mode)


# -- interpolation ---------------------------------------------------------------------------------------------------


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None) -> Tensor:
    """out = fp[i] + (x - xp[i]) (fp[i+1] - fp[i]) / (xp[i+1] - xp[i]) where xp[i] ≤ x ≤ xp[i+1]; xp must increase.

    That is the line through the points (xp, fp), at x, and differentiable by all three.

    Beyond the points the value is `left` or `right`, by default that of the nearest point; with a `period`, the line
    repeats instead. At a point, where two slopes meet, the slope is the one nearest to 0 between them; beyond the first
    and last point it is 0. The dtype is that of the operands.   x: (...), xp: (n,), fp: (n,) → (...).

    >>> from autograd import tensor, grad
    >>> interp(tensor([0.5, 1.5]), [0.0, 1.0, 2.0], [0.0, 10.0, 30.0])
    tensor([ 5., 20.], dtype=float64)
    >>> grad(lambda x: interp(x, [0.0, 1.0, 2.0], [0.0, 10.0, 30.0]))(1.5)
    np.float64(20.0)
    """
    shapes = np.shape(values_of(xp)), np.shape(values_of(fp))
    if shapes[0] != shapes[1] or len(shapes[0]) != 1 or not shapes[0][0]:
        raise ValueError(f"interp: xp {shapes[0]} and fp {shapes[1]} must be one line of points, of one length")
    if period is not None:
        x, xp, fp = _unrolled(x, xp, fp, abs(period))
        left = right = None
    at, points = (np.asarray(values_of(z)) for z in (x, xp))
    after = np.searchsorted(points, at, side="right")  # how many points are at or before x; n for NaN
    n, before = len(points), np.maximum(after - 1, 0)
    steps = subtract(getitem(xp, slice(1, None)), getitem(xp, slice(-1)))
    rises = subtract(getitem(fp, slice(1, None)), getitem(fp, slice(-1)))
    jumps = values_of(steps) == 0
    flat = np.zeros(1, np.result_type(values_of(rises), values_of(steps)))
    slopes = concatenate([flat, where(jumps, 0, divide(rises, where(jumps, 1, steps))), flat])  # n + 1, with both ends
    slope = _least(slopes, before, after, at == points[before])
    beyond = (after == 0) | ((after == n) & (at == at))
    out = add(multiply(slope, where(beyond, 0, subtract(x, getitem(xp, before)))), getitem(fp, before))
    out = out if left is None else where(at < points[0], left, out)
    return out if right is None else where(at > points[-1], right, out)


def _least(slopes: Any, before: Any, after: Any, on_point: Any) -> Tensor:
    """The slope of the segment that x is in; on a point, of those on both sides the one nearest to 0, which is 0 itself
    where one side falls and the other rises."""
    values = np.real(values_of(slopes))
    behind, ahead = values[before], values[after]
    turning = on_point & (behind * ahead <= 0)
    chosen = np.where(on_point & (np.abs(behind) < np.abs(ahead)), before, after)
    return where(turning, 0, getitem(slopes, chosen))


def _unrolled(x: Any, xp: Any, fp: Any, period: float) -> tuple[Any, Any, Any]:
    """One period, from 0 on, with a point more on either side."""
    if not period:
        raise ValueError("interp: period must not be 0")
    x, xp = remainder(x, period), remainder(xp, period)
    order = np.argsort(values_of(xp))
    last, first = order[-1:], order[:1]
    xp = concatenate([subtract(getitem(xp, last), period), getitem(xp, order), add(getitem(xp, first), period)])
    return x, xp, getitem(fp, np.concatenate([last, order, first]))


# -- polynomials, by their coefficients from the highest power down ----------------------------------------------------


def polyval(p: Any, x: Any) -> Tensor:
    """out = p[0] xⁿ⁻¹ + ... + p[n-2] x + p[n-1].   p: (n,), x: (...) → (...).

    >>> from autograd import tensor
    >>> polyval([3.0, 0.0, 1.0], tensor(5.0))
    tensor(76., dtype=float64)
    """
    out = where(True, 0, x)
    for i in range(len(values_of(p))):
        out = add(multiply(out, x), getitem(p, i))
    return out


def polyadd(a1: Any, a2: Any) -> Tensor:
    """out(x) = a1(x) + a2(x), polynomials by their coefficients.   (n,), (m,) → (max(n, m),).

    >>> from autograd import tensor
    >>> polyadd(tensor([1.0, 2.0]), [1.0, 0.0, 0.0])
    tensor([1., 1., 2.], dtype=float64)
    """
    x, y, n, m = _lines("polyadd", a1, a2, "full")
    x = x if n >= m else concatenate([np.zeros(m - n, values_of(x).dtype), x])
    return add(x, y if m >= n else concatenate([np.zeros(n - m, values_of(y).dtype), y]))


def polysub(a1: Any, a2: Any) -> Tensor:
    """out(x) = a1(x) - a2(x), polynomials by their coefficients.   (n,), (m,) → (max(n, m),).

    >>> from autograd import tensor
    >>> polysub(tensor([1.0, 2.0]), [1.0, 1.0])
    tensor([0., 1.], dtype=float64)
    """
    return polyadd(a1, negative(asarray(a2)))


def polymul(a1: Any, a2: Any) -> Tensor:
    """out(x) = a1(x) · a2(x), polynomials. Leading zeros stay, where NumPy drops them.   (n,), (m,) → (n + m - 1,).

    >>> from autograd import tensor
    >>> polymul(tensor([1.0, 2.0]), [1.0, 3.0])
    tensor([1., 5., 6.], dtype=float64)
    """
    return convolve(a1, a2)


def polyder(p: Any, m: int = 1) -> Tensor:
    """out(x) = ∂ᵐp/∂xᵐ, of a polynomial by its coefficients.   (n,) → (n - m,).

    >>> from autograd import tensor
    >>> polyder(tensor([1.0, 2.0, 3.0]))
    tensor([2., 2.], dtype=float64)
    """
    if m < 0:
        raise ValueError(f"polyder: m={m}: must not be negative; polyint integrates")
    p = p if m else add(p, 0)
    for _ in range(m):
        p = multiply(getitem(p, slice(-1)), _powers(p)[:-1] - 1)
    return p  # type: ignore[no-any-return]


def _powers(p: Any) -> np.ndarray:
    """n, ..., 1, in p's own dtype where that is floating."""
    dtype = np.asarray(values_of(p)).dtype
    return np.arange(len(values_of(p)), 0, -1, dtype=dtype if dtype.kind in "fc" else int)


def polyint(p: Any, m: int = 1, k: Any = None) -> Tensor:
    """∂ᵐout/∂xᵐ = p(x), with m constants k, one each or one for all, 0 by default.   (n,) → (n + m,).

    >>> from autograd import tensor
    >>> polyint(tensor([2.0, 2.0]), k=3.0)
    tensor([1., 2., 3.], dtype=float64)
    """
    if m < 0:
        raise ValueError(f"polyint: m={m}: must not be negative; polyder differentiates")
    p = p if m else add(p, 0)
    k = ravel(
        k if isinstance(k, Traced) else np.asarray(0 if k is None else k, np.result_type(np.asarray(values_of(p)), 1.0))
    )
    if 1 < len(k.value) < m or not k.size:
        raise ValueError(f"polyint: k {k.shape}: must be one constant for each of {m} integrals, or one for all")
    for i in range(m):
        p = concatenate([divide(p, _powers(p)), getitem(k, slice(i, i + 1) if k.size > 1 else slice(1))])
    return p  # type: ignore[no-any-return]
