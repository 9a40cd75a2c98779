"""NumPy's functions on batches, each for all rows at once: axes move one place back, behind the rows."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.batch.array import (
    FUNCTIONS,
    WRITERS,
    Batch,
    aligned,
    behind,
    elementwise,
    folded,
    moved_axes,
    plain,
    row_by_row,
    rows_of,
)
from autograd.ops.index import assigned, scattered
from autograd.ops.products import product
from autograd.rules import scale

if TYPE_CHECKING:
    from collections.abc import Callable


def _scattered(x: Any, shape: tuple[int, ...], index: tuple[Any, ...]) -> Batch:
    moved = moved_axes(index)
    value = np.moveaxis(x.value, 0, moved) if moved else x.value
    return Batch(scattered(value, (x.rows, *shape), behind(index)), x.rows)


def _assigned(x: Any, y: Any, index: tuple[Any, ...]) -> Any:
    rows = rows_of(x, y)
    if rows is None:
        return Batch(assigned(plain(x), plain(y), index), None)
    if moved_axes(index) or not isinstance(index, tuple):
        return row_by_row(assigned, x, y, index)
    value = plain(x)
    if rows_of(x) is None:
        value = np.broadcast_to(value, (rows, *np.shape(value)))
    into = value[behind(index)].ndim - 1
    y = _reshape(y, y.shape[-into:] if into else ()) if isinstance(y, Batch) and y.ndim > into else y
    return Batch(assigned(value, aligned(y, into), behind(index)), rows)


def _along(function: Callable[..., Any], x: Batch, *args: Any, axis: Any = None, **kwargs: Any) -> Any:
    """A function along one axis; without one, what it does is NumPy's to say."""
    if axis is None:
        return row_by_row(function, x, *args, **kwargs)
    axis = normalize_axis_index(axis, x.ndim) + (x.rows is not None)
    return Batch(function(x.value, *args, axis=axis, **kwargs), x.rows)


def _joined(function: Callable[..., Any], xs: Any, axis: int = 0) -> Batch:
    rows = rows_of(*xs)
    if rows is None:
        return Batch(function([plain(x) for x in xs], axis=axis), None)
    axis = normalize_axis_index(axis, np.ndim(xs[0]) + (function is np.stack))
    values = [x.value if rows_of(x) else np.broadcast_to(plain(x), (rows, *np.shape(x))) for x in xs]
    return Batch(function(values, axis=axis + 1), rows)


def _roll(x: Any, shift: Any, axis: Any = None) -> Any:
    if axis is None:
        return _reshape(_roll(_reshape(x, -1), shift, axis=0), x.shape)
    return folded(functools.partial(np.roll, shift=shift), x, axis)


def _reshape(x: Any, shape: Any) -> Batch:
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if -1 in shape:
        rest = int(np.prod([n for n in shape if n != -1]))
        shape = tuple([x.size // max(rest, 1) if n == -1 else n for n in shape])
    return Batch(np.reshape(x.value, shape if x.rows is None else (x.rows, *shape)), x.rows)


def _broadcast_to(x: Any, shape: Any) -> Batch:
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    return Batch(np.broadcast_to(aligned(x, len(shape)), shape if x.rows is None else (x.rows, *shape)), x.rows)


def _transpose(x: Any, axes: Any = None) -> Batch:
    axes = range(x.ndim)[::-1] if axes is None else normalize_axis_tuple(axes, x.ndim)
    return Batch(np.transpose(x.value, axes if x.rows is None else (0, *[i + 1 for i in axes])), x.rows)


def _swapaxes(x: Any, axis1: int, axis2: int) -> Batch:
    axes = list(range(x.ndim))
    axes[axis1], axes[axis2] = axes[axis2], axes[axis1]
    return _transpose(x, axes)


def _moveaxis(x: Any, source: Any, destination: Any) -> Batch:
    axes = [list(normalize_axis_tuple(a, x.ndim)) for a in (source, destination)]
    return Batch(np.moveaxis(x.value, *[[i + (x.rows is not None) for i in a] for a in axes]), x.rows)


def _expand_dims(x: Any, axis: Any) -> Batch:
    axes = normalize_axis_tuple(axis, x.ndim + (1 if isinstance(axis, int) else len(axis)))
    return Batch(np.expand_dims(x.value, tuple([i + (x.rows is not None) for i in axes])), x.rows)


def _squeeze(x: Any, axis: Any = None) -> Batch:
    gone = [i for i, n in enumerate(x.shape) if n == 1] if axis is None else normalize_axis_tuple(axis, x.ndim)
    return _reshape(x, tuple([n for i, n in enumerate(x.shape) if i not in gone]))


def _matmul(x: Any, y: Any) -> Batch:
    rows, one, other = rows_of(x, y), np.ndim(x) == 1, np.ndim(y) == 1
    x = np.expand_dims(x, 0) if one else x
    y = np.expand_dims(y, 1) if other else y
    ndim = max(np.ndim(x), np.ndim(y))
    out = Batch(product(aligned(x, ndim), aligned(y, ndim)), rows)
    out = out[..., 0, :] if one else out
    return out[..., 0] if other else out


def _solve(a: Any, b: Any) -> Batch:
    """A matrix that all rows share is factored once, for the columns of all of them."""
    if np.ndim(b) == 1:
        return _solve(a, np.expand_dims(b, axis=-1))[..., 0]
    rows = rows_of(a, b)
    if np.ndim(a) > 2 or np.ndim(b) > 2 or rows_of(a) is not None or rows is None:
        ndim = max(np.ndim(a), np.ndim(b))
        return Batch(np.linalg.solve(aligned(a, ndim), aligned(b, ndim)), rows)
    n, k = b.shape
    columns = np.reshape(np.moveaxis(b.value, 0, -1), (n, k * rows))
    return Batch(np.moveaxis(np.reshape(np.linalg.solve(plain(a), columns), (n, k, rows)), -1, 0), rows)


def _diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Batch:
    behind_rows = x.rows is not None
    axis1, axis2 = (normalize_axis_index(axis, x.ndim) + behind_rows for axis in (axis1, axis2))
    return Batch(np.diagonal(x.value, offset=offset, axis1=axis1, axis2=axis2), x.rows)


def _stacked(function: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Batch:
    """A function of matrices that takes stacks of them."""
    return Batch(function(x.value, *args, **kwargs), x.rows)


def _like(function: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Any:
    return function(x.value if x.rows is None else x.value[0], *args, **kwargs)


# fmt: off
ENTRIES = (np.where, np.clip, np.real, np.imag, np.round, np.isclose, np.nan_to_num, np.copy)
FOLDS   = (np.flip, np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.any, np.all, np.var, np.std)
LINES   = (np.cumsum, np.cumprod, np.diff, np.take, np.repeat, np.sort)
STACKS  = (np.tril, np.triu, np.linalg.inv, np.linalg.cholesky)
KNOWN: dict[Any, Callable[..., Any]] = {
    np.shape: lambda x: x.shape,        np.ndim: lambda x: x.ndim,          np.size: lambda x: x.size,
    np.reshape: _reshape,               np.broadcast_to: _broadcast_to,     np.transpose: _transpose,
    np.swapaxes: _swapaxes,             np.moveaxis: _moveaxis,             np.expand_dims: _expand_dims,
    np.squeeze: _squeeze,               np.ravel: lambda x: _reshape(x, -1),   np.matmul: _matmul,
    np.linalg.solve: _solve,            np.diagonal: _diagonal,          np.roll: _roll,
    np.result_type: lambda *xs: np.result_type(*map(plain, xs)),
    **{f: functools.partial(elementwise, f) for f in ENTRIES},
    **{f: functools.partial(folded, f) for f in FOLDS},
    **{f: functools.partial(_along, f) for f in LINES},
    **{f: functools.partial(_stacked, f) for f in STACKS},
    **{f: functools.partial(_joined, f) for f in (np.concatenate, np.stack)},
    **{f: functools.partial(_like, f) for f in (np.zeros_like, np.ones_like, np.full_like)},
}
FUNCTIONS.update(KNOWN)
WRITERS |= {scattered: _scattered, assigned: _assigned, scale: functools.partial(elementwise, scale)}
# fmt: on
