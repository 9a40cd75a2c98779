"""Running sums, products and extremes, differences along an axis, and integrals by them.

What a running product, maximum or log-sum hands back is a running sum from the end, in which each entry passes on only
a part of what has reached it: the recurrence of `recurrence.py`. It takes n steps, divides by nothing, and so is exact
where there are zeros.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.ops.elementwise import add, divide, multiply, subtract
from autograd.ops.index import part
from autograd.ops.join import concatenate
from autograd.ops.questions import not_equal
from autograd.ops.recurrence import backwards, forwards, head, joined, led, tail
from autograd.ops.reduce import sum
from autograd.ops.shape import alias, as_axes, astype, broadcast_to, ravel, reshape, slab
from autograd.record import values_of
from autograd.rules import linear, primitive, scale, spelled

if TYPE_CHECKING:
    from autograd.ops.reduce import Axis
    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "cummax", "cummin", "cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "diff", "ediff1d", "gradient",
    "logcumsumexp", "trapezoid", "unwrap",
]
# fmt: on

# -- what each result owes to each entry -----------------------------------------------------------------------------


def _product_pulled(g: Any, x: Any, out: Any, axis: int) -> Any:
    """gx[i] = Π x[:i] · Σⱼ g[j] Π x[i+1:j+1]."""
    with np.errstate(invalid="ignore"):  # a zero before an overflow
        return scale(led(1, head(out, axis), axis), backwards(g, tail(x, axis), axis))


def _product_pushed(dx: Any, x: Any, out: Any, axis: int) -> Any:
    return forwards(led(1, head(out, axis), axis) * dx, tail(x, axis), axis)


def _shares(x: Any, out: Any, axis: int) -> tuple[Any, Any]:
    """Which entries are as extreme as all before them, and how many of those tie, counted up to each entry."""
    extreme = values_of(x) == values_of(out)
    return extreme, np.maximum(forwards(extreme.astype(np.float32), joined(out, axis), axis), 1)  # from a NaN on, none


def _extreme_pulled(g: Any, x: Any, out: Any, axis: int) -> Any:
    extreme, count = _shares(x, out, axis)
    return np.where(extreme, backwards(g / count, joined(out, axis), axis), 0)


def _extreme_pushed(dx: Any, x: Any, out: Any, axis: int) -> Any:
    extreme, count = _shares(x, out, axis)
    return forwards(np.where(extreme, dx, 0), joined(out, axis), axis) / count


def _decays(x: Any, out: Any, axis: int) -> tuple[Any, Any]:
    """The newest entry's part in each result, eˣ⁻ᵒᵘᵗ, and the part of the result before. None is more than 1."""
    known = np.where(out == -math.inf, 0, out)
    return np.exp(x - known), np.exp(head(out, axis) - tail(known, axis))


def _logsum_pulled(g: Any, x: Any, out: Any, axis: int) -> Any:
    newest, before = _decays(x, out, axis)
    return newest * backwards(g, before, axis)


def _logsum_pushed(dx: Any, x: Any, out: Any, axis: int) -> Any:
    newest, before = _decays(x, out, axis)
    return forwards(newest * dx, before, axis)


# fmt: off
_cumsum = linear("cumsum",
    lambda x, axis: np.cumsum(x, axis=axis),
    lambda g, axis: np.flip(np.cumsum(np.flip(g, axis=axis), axis=axis), axis=axis))
_cumprod = primitive("cumprod",
    lambda x, axis: np.cumprod(x, axis=axis),
    lambda g, x, out, axis: spelled(_product_pulled, g, x, out, axis),
    jvp=lambda dx, x, out, axis: spelled(_product_pushed, dx, x, out, axis))
_cummax = primitive("cummax",
    lambda x, axis: np.maximum.accumulate(x, axis=axis),
    lambda g, x, out, axis: spelled(_extreme_pulled, g, x, out, axis),
    jvp=lambda dx, x, out, axis: spelled(_extreme_pushed, dx, x, out, axis))
_cummin = primitive("cummin",
    lambda x, axis: np.minimum.accumulate(x, axis=axis),
    lambda g, x, out, axis: spelled(_extreme_pulled, g, x, out, axis),
    jvp=lambda dx, x, out, axis: spelled(_extreme_pushed, dx, x, out, axis))
_logcumsumexp = primitive("logcumsumexp",
    lambda x, axis: np.logaddexp.accumulate(x, axis=axis),
    lambda g, x, out, axis: spelled(_logsum_pulled, g, x, out, axis),
    jvp=lambda dx, x, out, axis: spelled(_logsum_pushed, dx, x, out, axis))
# fmt: on

# -- running sums and their like -------------------------------------------------------------------------------------


def _lined(name: str, x: Any, axis: int | None) -> tuple[Any, int]:
    """x with an axis to run along: its only one, where it is flattened or has none."""
    ndim = np.ndim(values_of(x))
    place = 0 if axis is None else normalize_axis_index(axis, ndim or 1, name)
    return (x if ndim == 1 or (ndim and axis is not None) else ravel(x)), place


def cumsum(x: Any, axis: int | None = None, *, dtype: Any = None) -> Tensor:
    """out[i] = Σ x[:i+1] along the axis, of the flattened x by default.

    >>> from autograd import tensor
    >>> cumsum(tensor([1.0, 2.0, 3.0]))
    tensor([1., 3., 6.], dtype=float64)
    """
    if dtype is not None:
        return astype(cumsum(astype(x, dtype, copy=False), axis), dtype, copy=False)
    x, axis = _lined("cumsum", x, axis)
    return _cumsum(x, axis=axis)


def cumprod(x: Any, axis: int | None = None, *, dtype: Any = None) -> Tensor:
    """out[i] = Π x[:i+1] along the axis, of the flattened x by default. Exact to every order, zeros or not.

    >>> from autograd import tensor, grad
    >>> grad(lambda x: cumprod(x).sum())(tensor([1.0, 0.0, 3.0]))
    tensor([1., 4., 0.], dtype=float64)
    """
    if dtype is not None:
        return astype(cumprod(astype(x, dtype, copy=False), axis), dtype, copy=False)
    x, axis = _lined("cumprod", x, axis)
    return _cumprod(x, axis=axis)


def cumulative_sum(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Tensor:
    """out = cumsum(x) along the axis, which must be named if there are several; begun with 0 where `include_initial`.

    >>> from autograd import tensor
    >>> cumulative_sum(tensor([1.0, 2.0]), include_initial=True)
    tensor([0., 1., 3.], dtype=float64)
    """
    return _cumulative("cumulative_sum", cumsum, x, axis, dtype, 0 if include_initial else None)


def cumulative_prod(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Tensor:
    """out = cumprod(x) along the axis, which must be named if there are several; begun with 1 where `include_initial`.

    >>> from autograd import tensor
    >>> cumulative_prod(tensor([2.0, 3.0]), include_initial=True)
    tensor([1., 2., 6.], dtype=float64)
    """
    return _cumulative("cumulative_prod", cumprod, x, axis, dtype, 1 if include_initial else None)


def _cumulative(name: str, run: Any, x: Any, axis: int | None, dtype: Any, initial: int | None) -> Tensor:
    if axis is None and np.ndim(values_of(x)) > 1:
        raise ValueError(f"{name}: {np.shape(values_of(x))}: has several axes; say along which with axis=")
    x, axis = _lined(name, x, axis)
    out: Tensor = run(x, axis, dtype=dtype)
    return out if initial is None else led(initial, out, axis)


def cummax(x: Any, axis: int | None = None) -> Tensor:
    """out[i] = max x[:i+1] along the axis, of the flattened x by default. As for `max`, the entries that tie for the
    largest so far share its gradient equally.

    >>> from autograd import tensor, grad
    >>> cummax(tensor([1.0, 3.0, 2.0]))
    tensor([1., 3., 3.], dtype=float64)
    >>> grad(lambda x: cummax(x)[1])(tensor([3.0, 3.0, 3.0]))
    tensor([0.5, 0.5, 0. ], dtype=float64)
    """
    x, axis = _lined("cummax", x, axis)
    return _cummax(x, axis=axis)


def cummin(x: Any, axis: int | None = None) -> Tensor:
    """out[i] = min x[:i+1] along the axis, of the flattened x by default. As for `min`, the entries that tie for the
    smallest so far share its gradient equally.

    >>> from autograd import tensor
    >>> cummin(tensor([3.0, 1.0, 2.0]))
    tensor([3., 1., 1.], dtype=float64)
    """
    x, axis = _lined("cummin", x, axis)
    return _cummin(x, axis=axis)


def logcumsumexp(x: Any, axis: int | None = None) -> Tensor:
    """out[i] = ln Σ exp(x[:i+1]) along the axis, of the flattened x by default; stable for any x.

    >>> from autograd import tensor
    >>> logcumsumexp(tensor([1000.0, 1000.0]))
    tensor([1000.        , 1000.69314718], dtype=float64)
    """
    x, axis = _lined("logcumsumexp", x, axis)
    return _logcumsumexp(x, axis=axis)


# -- differences, and integrals by them ------------------------------------------------------------------------------


def diff(x: Any, n: int = 1, axis: int = -1, *, prepend: Any = None, append: Any = None) -> Tensor:
    """out[i] = x[i+1] - x[i] along the axis, n times over; `prepend` and `append` are joined to x first.

    >>> from autograd import tensor
    >>> diff(tensor([1.0, 4.0, 9.0]))
    tensor([3., 5.], dtype=float64)
    """
    shape = np.shape(values_of(x))
    if not shape or n < 0:
        raise ValueError(f"diff: {shape}, n={n}: needs an axis to go along, and a number of times that is not negative")
    axis = normalize_axis_index(axis, len(shape), "diff")
    if not n:
        return alias(x)
    one = (*shape[:axis], 1, *shape[axis + 1 :])
    ends = [end if end is None or np.ndim(values_of(end)) else broadcast_to(end, one) for end in (prepend, append)]
    pieces = [piece for piece in (ends[0], x, ends[1]) if piece is not None]
    x = concatenate(pieces, axis) if len(pieces) > 1 else x
    for _ in range(n):
        after, before = part("diff", x, axis, slice(1, None)), part("diff", x, axis, slice(None, -1))
        x = not_equal(after, before) if after.dtype == bool else subtract(after, before)
    return x  # type: ignore[no-any-return]


def ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Tensor:
    """out[i] = x[i+1] - x[i] of the flattened x, with numbers before and after where given.   (n,) → (n - 1,).

    >>> from autograd import tensor
    >>> ediff1d(tensor([1.0, 4.0, 9.0]), to_begin=0.0)
    tensor([0., 3., 5.], dtype=float64)
    """
    out = diff(ravel(x))
    ends = [end if end is None else ravel(end) for end in (to_begin, to_end)]
    for end in ends:
        if end is not None and not np.can_cast(end.dtype, out.dtype, "same_kind"):
            raise TypeError(f"ediff1d: {end.dtype} does not fit among differences of {out.dtype}; convert it first")
    return concatenate([astype(each, out.dtype) for each in (ends[0], out, ends[1]) if each is not None])


def gradient(f: Any, *spacing: Any, axis: Axis = None, edge_order: int = 1) -> Any:
    """out[i] = (f[i+1] - f[i-1]) / 2h along each axis, with one neighbour at the edges: NumPy's gradient of samples.

    `spacing` is the distance between samples, or one for each axis; coordinates (n,) will do, too. The result is a
    tuple of one array for each axis, or for one axis that array. For the derivative of a function, see `grad`.

    >>> from autograd import tensor
    >>> gradient(tensor([1.0, 4.0, 9.0, 16.0]), 2.0)
    tensor([1.5, 2. , 3. , 3.5], dtype=float64)
    """
    if np.asarray(values_of(f)).dtype.kind in "biu":
        f = astype(f, np.float64)
    shape = np.shape(values_of(f))
    axes = as_axes("gradient", axis, len(shape))
    if not spacing or (len(spacing) == 1 and np.ndim(values_of(spacing[0])) == 0):
        spacing = (spacing or (1.0,)) * len(axes)
    if len(spacing) != len(axes):
        raise TypeError(f"gradient: {len(spacing)} spacings for {len(axes)} axes; pass one, or one for each")
    if edge_order not in (1, 2) or any(shape[i] <= edge_order for i in axes):
        raise ValueError(f"gradient: {shape}, edge_order={edge_order}: must be 1 or 2, and less than each axis is long")
    slopes = tuple([_slope(f, i, h, edge_order) for i, h in zip(axes, spacing)])
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(f: Any, axis: int, h: Any, edge_order: int) -> Tensor:
    """Slopes between neighbours, averaged by nearness inside, and continued in a line to edges of order 2."""
    shape = np.shape(values_of(f))
    weight: Any = 0.5  # of the later of two slopes
    if np.ndim(values_of(h)):
        if np.shape(values_of(h)) != (shape[axis],):
            raise ValueError(
                f"gradient: coordinates {np.shape(values_of(h))} must be as many as samples, {shape[axis]}"
            )
        h = reshape(diff(h), (-1,) + (1,) * (len(shape) - axis - 1))
        weight = divide(h[:-1], h[:-1] + h[1:])
    slopes: Any = divide(diff(f, axis=axis), h)
    turn = diff(slopes, axis=axis)
    lean = multiply(weight, turn)
    start, end = slab(slopes, axis, slice(1)), slab(slopes, axis, slice(-1, None))
    if edge_order == 2:
        start, end = start - slab(lean, axis, slice(1)), end + slab(turn - lean, axis, slice(-1, None))
    return astype(
        concatenate([start, head(slopes, axis) + lean, end], axis), np.asarray(values_of(f)).dtype, copy=False
    )


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Tensor:
    """out = Σ (x[i+1] - x[i]) (y[i] + y[i+1]) / 2 ≈ ∫ y dx along the axis.   y: (..., n) → (...).

    x is the coordinates, (n,) or in the shape of y; without it they are `dx` apart.

    >>> from autograd import tensor
    >>> trapezoid(tensor([1.0, 2.0, 5.0]))
    tensor(5., dtype=float64)
    """
    ndim = np.ndim(values_of(y))
    place = normalize_axis_index(axis, ndim, "trapezoid")
    if x is not None:
        dx = diff(x, axis=axis if np.ndim(values_of(x)) != 1 else 0)
        dx = dx if dx.ndim != 1 else reshape(dx, (-1,) + (1,) * (ndim - place - 1))
    heights = add(part("trapezoid", y, place, slice(1, None)), part("trapezoid", y, place, slice(None, -1)))
    return sum(divide(multiply(dx, heights), 2.0), axis)


def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * math.pi) -> Tensor:
    """out = p + k · period, the integers k making jumps along the axis the shortest, where they reach `discont`, by
    default half a period.

    >>> from autograd import tensor
    >>> unwrap(tensor([0.0, 3.0, 5.0]), period=4.0)
    tensor([ 0., -1.,  1.], dtype=float64)
    """
    value = np.asarray(values_of(p))
    smooth = np.unwrap(value, values_of(discont), axis, period=values_of(period))
    return add(p, multiply(period, np.rint((smooth - value) / values_of(period)).astype(smooth.dtype)))
