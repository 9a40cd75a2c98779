"""Reading and writing parts. `getitem` and `scatter` are each other's adjoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.graph import Traced
from autograd.ops.places import add_at, add_into, repeats
from autograd.ops.shape import as_shape, dtype_of, ravel, reshape
from autograd.record import values_of
from autograd.rules import linear
from autograd.rules import spelled as _spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd.tensor import Tensor

__all__ = ["compress", "extract", "scatter", "set_along_axis", "sliding_window_view", "take", "take_along_axis"]


def plain(index: Any) -> tuple[Any, ...]:
    """An index as a tuple of slices, integers, None, Ellipsis and arrays."""
    parts = index if isinstance(index, tuple) else (index,)
    return tuple(_copied(part) if isinstance(part, (list, np.ndarray)) else part for part in values_of(parts))


def _copied(part: Any) -> np.ndarray:
    """An array of indices of the graph's own: editing the original must not change where a gradient goes."""
    return np.array(part, dtype=None if len(part) else np.intp) if isinstance(part, list) else part.copy()


def scattered(x: Any, shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    if isinstance(x, Traced):
        return _scatter(x, shape=shape, index=index)
    out = np.zeros(shape, x.dtype)
    if repeats(index):
        add_at(out, index, x)
    else:
        out[index] = x
    return out


def assigned(x: Any, y: Any, index: tuple[Any, ...]) -> Any:
    if isinstance(x, Traced) or isinstance(y, Traced):
        return _setitem(x, y, index=index)
    out = np.array(x)
    out[index] = y
    return out


def _collect(g: Any, index: tuple[Any, ...]) -> Any:
    """The part of g that came from what was written: where an entry is written twice, only the last one counts."""
    if not isinstance(index, tuple) or not repeats(index):
        return g[index]
    slots = np.zeros(g.shape, np.intp)
    order = np.arange(slots[index].size).reshape(slots[index].shape)
    slots[index] = order
    return g[index] * (slots[index] == order)


# -- windows ---------------------------------------------------------------------------------------------------------


def _windowed(x: Any, window: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    if isinstance(x, Traced):
        return _sliding_window_view(x, window=window, axis=axis)
    return np.lib.stride_tricks.sliding_window_view(x, window, axis)


def _overlapped(x: Any, shape: tuple[int, ...], window: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """Windows laid over one another and added up: for each place in a window, the entries of all windows at once."""
    if isinstance(x, Traced):
        return _overlap_add(x, shape=shape, window=window, axis=axis)
    out = np.zeros(shape, x.dtype)
    for place in np.ndindex(window):
        starts = [0] * len(shape)
        for i, a in zip(place, axis):  # an axis may be windowed twice
            starts[a] += i
        out[tuple([slice(i, i + n) for i, n in zip(starts, x.shape)])] += x[(..., *place)]
    return out


# fmt: off
_getitem = linear("getitem",
    lambda x, index: x[index],
    lambda g, x_shape, index: _spelled(scattered, g, x_shape, index), views=True,
    into=lambda gx, index, g: add_into(gx, index, g))
_scatter = linear("scatter",
    lambda x, shape, index: _spelled(scattered, x, shape, index),
    lambda g, index: g[index])
_setitem = linear("setitem",
    lambda x, y, index: _spelled(assigned, x, y, index),
    lambda g, index: _spelled(assigned, g, 0, index),
    lambda g, index: _collect(g, index))
_sliding_window_view = linear("sliding_window_view",
    lambda x, window, axis: _spelled(_windowed, x, window, axis),
    lambda g, x_shape, window, axis: _spelled(_overlapped, g, x_shape, window, axis), views=True)
_overlap_add = linear("overlap_add",
    lambda x, shape, window, axis: _spelled(_overlapped, x, shape, window, axis),
    lambda g, window, axis: _spelled(_windowed, g, window, axis))
# fmt: on


def getitem(x: Any, index: Any) -> Tensor:
    """x[index], with every index NumPy knows. A gradient adds up where an entry is read more than once.

    >>> from autograd import tensor
    >>> getitem(tensor([1.0, 2.0, 3.0]), [2, 0])
    tensor([3., 1.], dtype=float64)
    """
    return _getitem(x, index=plain(index))


def setitem(x: Any, index: Any, y: Any) -> Tensor:
    """x with y written at the index, as a new Tensor: `x[index] = y` rebinds x to it.

    >>> from autograd import tensor
    >>> setitem(tensor([1.0, 2.0, 3.0]), 1, 9.0)
    tensor([1., 9., 3.], dtype=float64)
    """
    return _setitem(x, y, index=plain(index))


def entries(name: str, x: Any, index: tuple[Any, ...]) -> Tensor:
    """x[index], for the function of that name, whose arrays of indices are its own and need not be copied."""
    try:
        return _getitem(x, index=index)
    except (IndexError, ValueError) as fault:
        raise _blaming(name, x, fault) from None


def written(name: str, x: Any, y: Any, index: tuple[Any, ...]) -> Tensor:
    """x with y written at the index, likewise."""
    dtype = dtype_of(x)
    if dtype.kind != "f" and isinstance(y, Traced) and y.node is not None:
        raise TypeError(f"{name}: values with a gradient do not fit into {dtype}; use x.astype(float)")
    try:
        return _setitem(x, y, index=index)
    except (IndexError, ValueError) as fault:
        raise _blaming(name, x, fault) from None


def part(name: str, x: Any, axis: int, which: Any) -> Tensor:
    """x[which] along one axis, likewise."""
    return entries(name, x, (slice(None),) * axis + (which,))


def _blaming(name: str, x: Any, fault: Exception) -> Exception:
    """The reason of an op's error, told of the function that the user has called, without its whole index."""
    return type(fault)(f"{name}: {np.shape(values_of(x))}: {str(fault).rpartition(': ')[2]}")


# -- under NumPy's names ---------------------------------------------------------------------------------------------


def scatter(x: Any, index: Any, shape: int | Sequence[int]) -> Tensor:
    """out[index] += x, from zeros of a shape: what is written to one place adds up. The adjoint of x[index].

    >>> from autograd import tensor
    >>> scatter(tensor([1.0, 2.0, 3.0]), [0, 2, 0], 4)  # sums by label
    tensor([4., 0., 2., 0.], dtype=float64)
    """
    return _scatter(x, shape=as_shape(shape), index=plain(index))


def take(x: Any, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Tensor:
    """out[i] = x[indices[i]], the entries or slabs along an axis, of the flattened x by default.

    An index out of range is an IndexError, or with `mode="wrap"` counts on from the other end, or with "clip" means
    the last one.

    >>> from autograd import tensor
    >>> take(tensor([1.0, 2.0, 3.0]), [2, 0])
    tensor([3., 1.], dtype=float64)
    """
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    axis = normalize_axis_index(axis, np.ndim(values_of(x)), "take")
    return part("take", x, axis, as_numbers("take", indices, np.shape(values_of(x))[axis], mode))


def as_numbers(name: str, indices: Any, n: int, mode: str) -> np.ndarray:
    """Indices as an array of integers, the graph's own."""
    if mode not in ("raise", "wrap", "clip"):
        raise ValueError(f"{name}: mode={mode!r}: must be 'raise', 'wrap' or 'clip'")
    which = np.array(values_of(indices))
    if which.dtype.kind not in "iub" and which.size:
        raise TypeError(f"{name}: indices must be integers, not {which.dtype}")
    which = which.astype(np.intp, copy=False)
    return which if mode == "raise" else np.asarray(which % n if mode == "wrap" else np.clip(which, 0, n - 1))


def take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> Tensor:
    """out[i, j] = x[i, indices[i, j]] for axis 1, and so on: what `argsort` and `argmax` with keepdims ask for.

    >>> from autograd import tensor
    >>> take_along_axis(tensor([[1.0, 2.0], [3.0, 4.0]]), [[1], [0]], axis=1)
    tensor([[2.],
            [3.]], dtype=float64)
    """
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    return entries("take_along_axis", x, _along("take_along_axis", x, indices, axis))


def set_along_axis(x: Any, indices: Any, values: Any, axis: int | None = -1) -> Tensor:
    """out[i, indices[i, j]] = values[i, j] for axis 1, and x elsewhere: `np.put_along_axis` into a new Tensor.

    >>> from autograd import tensor
    >>> set_along_axis(tensor([[1.0, 2.0], [3.0, 4.0]]), [[1], [0]], 0.0, axis=1)
    tensor([[1., 0.],
            [0., 4.]], dtype=float64)
    """
    if axis is None:
        return reshape(set_along_axis(ravel(x), indices, values, 0), np.shape(values_of(x)))
    return written("set_along_axis", x, values, _along("set_along_axis", x, indices, axis))


def _along(name: str, x: Any, indices: Any, axis: int) -> tuple[Any, ...]:
    """The index that names those places, one array for each axis."""
    shape, which = np.shape(values_of(x)), np.array(values_of(indices))
    axis = normalize_axis_index(axis, len(shape), name)
    if which.ndim != len(shape):
        raise ValueError(f"{name}: {shape}, indices {which.shape}: must have as many axes as x")
    if which.dtype.kind not in "iu" and which.size:
        raise TypeError(f"{name}: indices must be integers, not {which.dtype}")
    grid = [np.arange(n).reshape((-1,) + (1,) * (len(shape) - 1 - i)) for i, n in enumerate(shape)]
    return (*grid[:axis], which.astype(np.intp, copy=False), *grid[axis + 1 :])


def compress(condition: Any, x: Any, axis: int | None = None) -> Tensor:
    """out = x[condition], the entries or slabs along an axis where it holds, of the flattened x by default.

    >>> from autograd import tensor
    >>> compress([True, False, True], tensor([1.0, 2.0, 3.0]))
    tensor([1., 3.], dtype=float64)
    """
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    axis, chosen = normalize_axis_index(axis, np.ndim(values_of(x)), "compress"), np.asarray(values_of(condition))
    if chosen.ndim != 1:
        raise ValueError(f"compress: condition {chosen.shape}: must have one axis; x[condition] takes more")
    return part("compress", x, axis, np.flatnonzero(chosen))


def extract(condition: Any, x: Any) -> Tensor:
    """out = x[condition], the entries where it holds, as one axis.

    >>> from autograd import tensor
    >>> x = tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> extract(x > 1.5, x)
    tensor([2., 3., 4.], dtype=float64)
    """
    return part("extract", ravel(x), 0, np.flatnonzero(values_of(condition)))


def sliding_window_view(x: Any, window_shape: int | Sequence[int], axis: int | tuple[int, ...] | None = None) -> Tensor:
    """out[i, j] = x[i + j]: every window of that shape over the axes (all of them by default), as the last axes.

    (..., n, ...) → (..., n - w + 1, ..., w). The windows are views, and a gradient adds up where they overlap.

    >>> from autograd import tensor
    >>> sliding_window_view(tensor([1.0, 2.0, 3.0]), 2)
    tensor([[1., 2.],
            [2., 3.]], dtype=float64)
    """
    shape = np.shape(values_of(x))
    window = as_shape(window_shape)
    axes = range(len(shape)) if axis is None else axis
    axes = normalize_axis_tuple(axes, len(shape), "sliding_window_view", allow_duplicate=True)
    if len(window) != len(axes):
        raise ValueError(f"sliding_window_view: {shape}, window {window}: needs one length for each of the axes {axes}")
    return _sliding_window_view(x, window=window, axis=axes)
