"""Ops that lay the same entries out in another shape. Each adjoint lays them back."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.graph import Traced
from autograd.record import values_of
from autograd.rules import linear

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "astype", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "broadcast_to", "copy", "expand_dims",
    "matrix_transpose", "moveaxis", "permute_dims", "ravel", "reshape", "rollaxis", "squeeze", "swapaxes", "transpose",
]
# fmt: on


def as_axes(name: str, axis: int | Iterable[int] | None, ndim: int) -> tuple[int, ...]:
    """Axes as a tuple of numbers from 0; None means all of them. A wrong one is blamed on the op of that name."""
    return tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim, argname=name)


def as_shape(shape: Any) -> tuple[int, ...]:
    """One length or several, as a tuple."""
    shape = values_of(shape)
    return tuple([operator.index(n) for n in (shape if np.ndim(shape) else (shape,))])


def slab(x: Any, axis: int, part: Any) -> Any:
    """x[part], along an axis."""
    return x[(slice(None),) * axis + (part,)]


def on_cpu(name: str, device: Any) -> None:
    """Refuse any device but the one there is."""
    if device not in (None, "cpu"):
        raise ValueError(f"{name}: device={device!r}: arrays live on the 'cpu'; leave device out")


def dtype_of(*xs: Any) -> np.dtype[Any]:
    """The dtype that computing with these gives: Python's numbers take that of what they meet."""
    return np.result_type(*[x if type(x) in (int, float, complex) else np.asarray(x) for x in map(values_of, xs)])


# fmt: off
_reshape = linear("reshape",
    lambda x, shape: np.reshape(x, shape),
    lambda g, x_shape: np.reshape(g, x_shape), views=True)
_transpose = linear("transpose",
    lambda x, axes: np.transpose(x, axes),
    lambda g, axes: np.transpose(g, tuple(np.argsort(axes).tolist())), views=True)
_broadcast_to = linear("broadcast_to",
    lambda x, shape: np.broadcast_to(x, shape),
    lambda g: g, views=True)
_astype = linear("astype",
    lambda x, dtype: x.astype(dtype),
    lambda g: g)
alias = linear("alias",
    lambda x: x,
    lambda g: g, doc="x itself, as a node of its own.")
# fmt: on

# -- other shapes ----------------------------------------------------------------------------------------------------


def reshape(x: Any, shape: int | Sequence[int], order: str = "C", *, copy: bool | None = None) -> Tensor:
    """The same entries in row-major order, in another shape, one length of which may be -1.   (n, m) → shape.

    `order="F"` reads and writes them column by column, "A" as they lie in memory. The result is a view where it can
    be: always a copy with `copy=True`, and never one with `copy=False` (ValueError).

    >>> from autograd import tensor
    >>> reshape(tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    tensor([[1., 2.],
            [3., 4.]], dtype=float64)
    """
    if order == "C" and copy is None:
        return _reshape(x, shape=shape)
    if order not in ("C", "F", "A"):
        raise ValueError(f"reshape: order={order!r}: must be 'C', 'F' or 'A'")
    value = values_of(x)
    if order == "F" or (order == "A" and np.isfortran(value)):
        out = transpose(_reshape(transpose(x), shape=as_shape(shape)[::-1]))
    else:
        out = _reshape(x, shape=shape)
    if copy:
        return _astype(out, dtype=out.dtype)
    owned = copy is False and isinstance(value, np.ndarray) and out.ndim and out.size
    if owned and not np.may_share_memory(out.value, value):
        raise ValueError(f"reshape: {np.shape(value)} to {out.shape}: cannot be a view of this memory; leave copy out")
    return out


def ravel(x: Any, order: str = "C") -> Tensor:
    """The entries as one axis, in row-major order; `order` as in NumPy.   (n, m) → (n · m,).

    >>> from autograd import tensor
    >>> ravel(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.], dtype=float64)
    """
    if order == "C":
        return _reshape(x, shape=(-1,))
    if order == "K":  # the axes as they lie in memory, the one with the longest strides first
        strides = np.asarray(values_of(x)).strides
        return _reshape(transpose(x, sorted(range(len(strides)), key=lambda i: -np.abs(strides[i]))), shape=(-1,))
    return reshape(x, (-1,), order)


def expand_dims(x: Any, axis: int | Sequence[int]) -> Tensor:
    """New axes of length 1 at the places given in the result.   axis=1: (n, m) → (n, 1, m).

    >>> from autograd import zeros
    >>> expand_dims(zeros((2, 3)), 1).shape
    (2, 1, 3)
    """
    shape = np.shape(values_of(x))
    new = as_axes("expand_dims", axis, len(shape) + (len(axis) if isinstance(axis, (tuple, list)) else 1))
    lengths = iter(shape)
    return _reshape(x, shape=tuple(1 if i in new else next(lengths) for i in range(len(shape) + len(new))))


def squeeze(x: Any, axis: int | Sequence[int] | None = None) -> Tensor:
    """Axes of length 1 dropped, all of them by default.   (1, n, 1) → (n,).

    >>> from autograd import zeros
    >>> squeeze(zeros((1, 3, 1))).shape
    (3,)
    """
    shape = np.shape(values_of(x))
    axes = as_axes("squeeze", axis, len(shape))
    if axis is None:
        axes = tuple(i for i in axes if shape[i] == 1)
    if any(shape[i] != 1 for i in axes):
        raise ValueError(f"squeeze: {shape}: axis {axis} is longer than 1; only axes of length 1 can be dropped")
    return _reshape(x, shape=tuple(n for i, n in enumerate(shape) if i not in axes))


def atleast_1d(*xs: Any) -> Any:
    """() → (1,): scalars as arrays of one entry, others as they are; of several, a tuple.

    >>> from autograd import tensor
    >>> atleast_1d(tensor(1.0))
    tensor([1.], dtype=float64)
    """
    return _each(xs, lambda shape: shape or (1,))


def atleast_2d(*xs: Any) -> Any:
    """() → (1, 1), (n,) → (1, n): up to two axes, vectors being rows. Of several, a tuple.

    >>> from autograd import zeros
    >>> atleast_2d(zeros(3)).shape
    (1, 3)
    """
    return _each(xs, lambda shape: (1,) * (2 - len(shape)) + shape)


def atleast_3d(*xs: Any) -> Any:
    """() → (1, 1, 1), (n,) → (1, n, 1), (n, m) → (n, m, 1): up to three axes. Of several, a tuple.

    >>> from autograd import zeros
    >>> atleast_3d(zeros(3)).shape
    (1, 3, 1)
    """
    return _each(xs, lambda shape: (1, *(shape or (1,)), 1) if len(shape) < 2 else (*shape, 1)[: max(3, len(shape))])


def _each(xs: tuple[Any, ...], shaped: Any) -> Any:
    out = tuple([_reshape(x, shape=shaped(np.shape(values_of(x)))) for x in xs])
    return out[0] if len(out) == 1 else out


# -- other orders of axes --------------------------------------------------------------------------------------------


def transpose(x: Any, axes: Sequence[int] | None = None) -> Tensor:
    """The axes in another order; reversed by default.   x: (n, m) → (m, n).

    >>> from autograd import tensor
    >>> transpose(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 3.],
            [2., 4.]], dtype=float64)
    """
    ndim = np.ndim(values_of(x))
    return _transpose(x, axes=tuple(range(ndim))[::-1] if axes is None else as_axes("transpose", axes, ndim))


permute_dims = transpose


def matrix_transpose(x: Any) -> Tensor:
    """The last two axes exchanged: each matrix transposed.   (..., n, m) → (..., m, n).

    >>> from autograd import zeros
    >>> matrix_transpose(zeros((2, 3, 4))).shape
    (2, 4, 3)
    """
    if np.ndim(values_of(x)) < 2:
        raise ValueError(f"matrix_transpose: {np.shape(values_of(x))}: needs two axes or more; x[None, :] has one more")
    return swapaxes(x, -1, -2)


def swapaxes(x: Any, axis1: int, axis2: int) -> Tensor:
    """Two axes exchanged.   0 and 2: (n, m, k) → (k, m, n).

    >>> from autograd import zeros
    >>> swapaxes(zeros((2, 3, 4)), 0, -1).shape
    (4, 3, 2)
    """
    axes = list(range(np.ndim(values_of(x))))
    i, j = (normalize_axis_index(a, len(axes), "swapaxes") for a in (axis1, axis2))
    axes[i], axes[j] = axes[j], axes[i]
    return _transpose(x, axes=tuple(axes))


def moveaxis(x: Any, source: int | Iterable[int], destination: int | Iterable[int]) -> Tensor:
    """Axes moved to new places, the others staying in order.   0 to -1: (n, m, k) → (m, k, n).

    >>> from autograd import zeros
    >>> moveaxis(zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    ndim = np.ndim(values_of(x))
    from_, to = as_axes("moveaxis", source, ndim), as_axes("moveaxis", destination, ndim)
    if len(from_) != len(to):
        raise ValueError(f"moveaxis: {len(from_)} axes cannot move to {len(to)} places; name as many of each")
    axes = [i for i in range(ndim) if i not in from_]
    for place, axis in sorted(zip(to, from_, strict=True)):
        axes.insert(place, axis)
    return _transpose(x, axes=tuple(axes))


def rollaxis(x: Any, axis: int, start: int = 0) -> Tensor:
    """One axis moved to before `start`; `moveaxis` says it more plainly.   axis=2: (n, m, k) → (k, n, m).

    >>> from autograd import zeros
    >>> rollaxis(zeros((2, 3, 4)), 2).shape
    (4, 2, 3)
    """
    ndim = np.ndim(values_of(x))
    axis = normalize_axis_index(axis, ndim, "rollaxis")
    start = start if start == ndim else normalize_axis_index(start, ndim, "rollaxis")
    return moveaxis(x, axis, start - (axis < start))


# -- broadcasts and copies -------------------------------------------------------------------------------------------


def broadcast_to(x: Any, shape: int | Sequence[int]) -> Tensor:
    """out[..., i] = x[i], or x[0] along an axis of length 1, as NumPy broadcasts. A gradient sums over the repeats.

    >>> from autograd import tensor
    >>> broadcast_to(tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]], dtype=float64)
    """
    return _broadcast_to(x, shape=shape)


def broadcast_arrays(*xs: Any) -> tuple[Tensor, ...]:
    """Each x repeated to the shape that they all broadcast to.   (n, 1), (m,) → (n, m), (n, m).

    >>> from autograd import zeros
    >>> [x.shape for x in broadcast_arrays(zeros((2, 1)), zeros(3))]
    [(2, 3), (2, 3)]
    """
    shapes = [np.shape(values_of(x)) for x in xs]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(f"broadcast_arrays: {', '.join(map(str, shapes))}: do not broadcast") from None
    return tuple([_broadcast_to(x, shape=shape) for x in xs])


def astype(x: Any, dtype: Any, *, copy: bool = True, device: Any = None) -> Tensor:
    """out = x, in another dtype and the same shape. A gradient flows back, in x's own, where the new one is
    floating; integers carry none.

    With `copy=False`, a Tensor that has the dtype already is given back itself.

    >>> import numpy as np
    >>> from autograd import tensor
    >>> astype(tensor([1.7]), np.int64)
    tensor([1], dtype=int64)
    """
    on_cpu("astype", device)
    dtype = np.dtype(dtype)
    if not copy and isinstance(x, Traced) and x.value.dtype == dtype:
        return x  # type: ignore[return-value]
    x = x if hasattr(x, "astype") else np.asarray(x)
    return _astype(x if dtype.kind in "fc" else values_of(x), dtype=dtype)


def copy(x: Any) -> Tensor:
    """out = x, in its shape and memory of its own, the gradient flowing through.

    >>> from autograd import tensor
    >>> copy(tensor([1.0, 2.0]))
    tensor([1., 2.], dtype=float64)
    """
    return astype(x, dtype_of(x))
