"""Ops that sort or rank: a gradient goes to where each entry came from, and entries that tie share it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.graph import constant
from autograd.ops.elementwise import add, divide, minimum, multiply, subtract, where
from autograd.ops.index import getitem, take_along_axis
from autograd.ops.recurrence import joined, levelled
from autograd.ops.reduce import fronted, mean
from autograd.ops.shape import ravel, reshape
from autograd.record import recorded, values_of
from autograd.rules import primitive, scale, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd.ops.reduce import Axis
    from autograd.tensor import Tensor

__all__ = ["argpartition", "argsort", "median", "partition", "percentile", "quantile", "sort"]

# -- sorting ---------------------------------------------------------------------------------------------------------


def _sort_pulled(g: Any, out: Any, ranks: Any, axis: int) -> Any:
    return np.take_along_axis(levelled(g, joined(out, axis), axis), ranks, axis=axis)


def _sort_pushed(dx: Any, out: Any, order: Any, axis: int) -> Any:
    return levelled(np.take_along_axis(dx, order, axis=axis), joined(out, axis), axis)


# fmt: off
_sort = primitive("sort",
    lambda x, order, ranks, axis: np.take_along_axis(x, order, axis=axis),
    lambda g, out, ranks, axis: spelled(_sort_pulled, g, out, ranks, axis),
    jvp=lambda dx, out, order, axis: spelled(_sort_pushed, dx, out, order, axis))
# fmt: on


def _lined(name: str, x: Any, axis: int | None) -> tuple[Any, int]:
    """x with an axis to rank along: its only one where it is flattened."""
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    return x, normalize_axis_index(axis, np.ndim(values_of(x)), name)


def _ranks(order: np.ndarray, axis: int) -> np.ndarray:
    """Where in the order each entry comes: the inverse permutation."""
    ranks = np.empty_like(order)
    places = np.arange(order.shape[axis]).reshape((-1,) + (1,) * (order.ndim - axis - 1))
    np.put_along_axis(ranks, order, places, axis)
    return ranks


def _order(value: np.ndarray, axis: int, kind: Any, stable: bool | None, descending: bool) -> np.ndarray:
    """What `argsort` finds, in decreasing order where wanted: from the end, so that ties stay as they were."""
    if not descending:
        return np.argsort(value, axis=axis, kind=kind, stable=stable)
    behind = np.argsort(np.flip(value, axis=axis), axis=axis, kind=kind, stable=stable)
    return value.shape[axis] - 1 - np.flip(behind, axis=axis)  # type: ignore[no-any-return]


def sort(
    x: Any, axis: int | None = -1, *, kind: Any = None, stable: bool | None = None, descending: bool = False
) -> Tensor:
    """out[i] ≤ out[i+1]: the entries along the axis in increasing order, or `descending`; flattened for None.

    Entries that tie share the gradient equally. NaN counts as larger than any number.

    >>> from autograd import tensor
    >>> sort(tensor([3.0, 1.0, 2.0]))
    tensor([1., 2., 3.], dtype=float64)
    """
    x, axis = _lined("sort", x, axis)
    if recorded(x):
        order = _order(x.value, axis, kind, stable, descending)
        return _sort(x, order=order, ranks=_ranks(order, axis), axis=axis)
    out = np.sort(values_of(x), axis=axis, kind=kind, stable=stable)
    return constant(np.flip(out, axis=axis).copy() if descending else out)  # type: ignore[no-any-return]


def argsort(
    x: Any, axis: int | None = -1, *, kind: Any = None, stable: bool | None = None, descending: bool = False
) -> Tensor:
    """x[out] = sort(x): the indices that sort x along the axis, of the flattened x for None.

    Entries that tie stay in order, unless `kind` names another algorithm. Carries no gradient.

    >>> from autograd import tensor
    >>> argsort(tensor([3.0, 1.0, 2.0]))
    tensor([1, 2, 0], dtype=int64)
    """
    x, axis = _lined("argsort", x, axis)
    stable = True if kind is None and stable is None else stable
    return constant(_order(np.asarray(values_of(x)), axis, kind, stable, descending))  # type: ignore[no-any-return]


def partition(x: Any, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """out[:k] ≤ out[k] ≤ out[k:]: the entries along the axis so that the k-th is where sorting would put it, or
    several are, where `kth` names several. Entries that tie share the gradient equally.

    >>> from autograd import tensor
    >>> partition(tensor([3.0, 1.0, 2.0]), 0)[0]
    tensor(1., dtype=float64)
    """
    x, axis = _lined("partition", x, axis)
    out = _parted(np.partition, x, kth, axis)
    if not recorded(x):
        return constant(out)  # type: ignore[no-any-return]
    return take_along_axis(sort(x, axis), _ranks(np.argsort(out, axis=axis), axis), axis)


def argpartition(x: Any, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """x[out] = partition(x, kth): the indices of x along the axis in that order. Carries no gradient.

    >>> from autograd import tensor
    >>> argpartition(tensor([3.0, 1.0, 2.0]), 0)[0]
    tensor(1, dtype=int64)
    """
    x, axis = _lined("argpartition", x, axis)
    return constant(_parted(np.argpartition, x, kth, axis))  # type: ignore[no-any-return]


def _parted(function: Any, x: Any, kth: Any, axis: int) -> Any:
    try:
        return function(values_of(x), values_of(kth), axis=axis)
    except ValueError as fault:
        raise ValueError(f"{function.__name__}: {np.shape(values_of(x))}, axis={axis}: {fault}") from None


# -- quantiles -------------------------------------------------------------------------------------------------------


def or_nan(out: Any, missing: Any) -> Any:
    """NaN where something is missing, with slope 0."""
    return where(missing, np.nan, out) if np.any(missing) else out


def median(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """out = (y[(n-1)//2] + y[n//2]) / 2, y = sort(x): the middle, over the axes (all of them by default).

    >>> from autograd import tensor
    >>> median(tensor([1.0, 5.0, 2.0, 100.0]))
    tensor(3.5, dtype=float64)
    """
    x, kept = fronted("median", x, axis, keepdims)
    x = sort(x, 0)
    n = len(x.value)
    out = mean(x[max(n - 1, 0) // 2 : n // 2 + 1], axis=0)
    return reshape(or_nan(out, np.isnan(x.value[-1]) if n else False), kept)


def quantile(x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Tensor:
    """out = y[q (n - 1)], y = sort(x): a part q of the entries is below, over the axes (all of them by default).

    Between two places it is on the line between their entries, by default; `method` is one of NumPy's. Its shape is
    that of q, then what the axes leave. The "linear" one has a slope by q, too.

    >>> from autograd import tensor
    >>> quantile(tensor([1.0, 2.0, 3.0, 5.0]), [0.5, 0.9])
    tensor([2.5, 4.4], dtype=float64)
    """
    return _quantile("quantile", x, q, axis, method, keepdims)


def percentile(x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Tensor:
    """out = quantile(x, q / 100): the number that q percent of the entries are below, over the axes.

    >>> from autograd import tensor
    >>> percentile(tensor([1.0, 2.0, 3.0, 5.0]), 90)
    tensor(4.4, dtype=float64)
    """
    return _quantile("percentile", x, hundredth(q), axis, method, keepdims)


def hundredth(q: Any) -> Any:
    """q / 100, Python's numbers staying Python's."""
    return divide(q, 100) if recorded(q) else (q / 100 if type(q) in (int, float) else np.divide(values_of(q), 100))


def _quantile(name: str, x: Any, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    shape = np.shape(values_of(x))
    x, kept = fronted(name, x, axis, keepdims)
    n = len(x.value)
    if not n:
        raise ValueError(f"{name}: {shape}, axis={axis}: there are no entries to rank")
    x = sort(x, 0)
    out = ranked(name, x, np.full((1,) * (x.ndim - 1), n), q, method)
    return reshape(or_nan(out, np.isnan(x.value[-1])), np.shape(values_of(q)) + kept)


def picked(x: Any, rows: Any) -> Any:
    """The entries in those rows, a row for each column.   x: (n, ...), rows: (..., ...) → (..., ...)."""
    return getitem(x, (rows, *np.ix_(*map(np.arange, x.shape[1:]))))


def ranked(name: str, x: Any, counts: np.ndarray, q: Any, method: str) -> Any:
    """Quantiles among the first entries of columns that are sorted.   x: (n, ...), counts: (...) → q's shape, (...)."""
    number = q if type(q) in (int, float) else np.asarray(values_of(q))  # a Python number takes the dtype of x
    places = _places(name, counts, number, method)
    if recorded(q) and method != "linear":
        raise TypeError(
            f"{name}: by the method {method!r} there is no slope by q; use q.detach(), or the linear method"
        )
    if places.dtype.kind in "iu":
        return picked(x, places)
    low, high, near = (f(places).astype(np.intp) for f in (np.floor, np.ceil, lambda x: np.floor(x + 0.5)))
    dtype = np.result_type(x.dtype, number, 0.5)
    if not recorded(q):
        rise, away = subtract(picked(x, high), picked(x, low)), (places - near).astype(dtype)
    else:  # at an entry itself the line bends, and the smaller slope counts
        last = counts - 1
        starts = [np.clip(i, 0, np.maximum(last - 1, 0)) for i in (low, high - 1)]
        rise = minimum(*[subtract(picked(x, np.minimum(i + 1, last)), picked(x, i)) for i in starts])
        away = subtract(multiply(reshape(q, q.shape + (1,) * counts.ndim), last.astype(dtype)), near.astype(dtype))
    return add(picked(x, near), scale(away, rise))


def _places(name: str, counts: np.ndarray, q: Any, method: str) -> Any:
    """Where each quantile is among so many sorted entries: NumPy's own answer for 0, 1, 2, ..."""
    kinds, which = np.unique(counts, return_inverse=True)
    try:
        found = [np.quantile(np.arange(n), q, method=method) for n in np.maximum(kinds, 1)]  # type: ignore[call-overload]
    except ValueError as fault:
        raise ValueError(f"{name}: {fault}") from None
    return np.stack(found, axis=-1)[..., which.reshape(counts.shape)]
