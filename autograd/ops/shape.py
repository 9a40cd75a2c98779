"""Ops that move entries without changing them. Each adjoint moves them back."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.record import values_of
from autograd.rules import linear

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "astype", "broadcast_to", "concatenate", "expand_dims", "moveaxis", "ravel", "reshape", "squeeze", "stack",
    "swapaxes", "transpose",
]
# fmt: on


def as_axes(name: str, axis: int | Iterable[int] | None, ndim: int) -> tuple[int, ...]:
    """Axes as a tuple of numbers from 0; None means all of them. A wrong one is blamed on the op of that name."""
    return tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim, argname=name)


def _slab(g: Any, axis: int, part: int | slice) -> Any:
    return g[(slice(None),) * axis + (part,)]


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
    lambda g: g, views=True, doc="x itself, as a node of its own.")
_concatenate = linear("concatenate",
    lambda *xs, axis, splits: np.concatenate(xs, axis=axis),
    lambda g, i, axis, splits: _slab(g, axis, slice(splits[i], splits[i + 1])), variadic=True)
_stack = linear("stack",
    lambda *xs, axis: np.stack(xs, axis=axis),
    lambda g, i, axis: _slab(g, axis, i), variadic=True)
# fmt: on


def reshape(x: Any, shape: int | Sequence[int]) -> Tensor:
    """The same entries in another shape, in row-major order; one length may be -1.

    >>> from autograd import tensor
    >>> reshape(tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    tensor([[1., 2.],
            [3., 4.]], dtype=float64)
    """
    return _reshape(x, shape=shape)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Tensor:
    """The axes in another order; reversed by default.   x: (n, m) → (m, n).

    >>> from autograd import tensor
    >>> transpose(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 3.],
            [2., 4.]], dtype=float64)
    """
    ndim = np.ndim(values_of(x))
    return _transpose(x, axes=tuple(range(ndim))[::-1] if axes is None else as_axes("transpose", axes, ndim))


def swapaxes(x: Any, axis1: int, axis2: int) -> Tensor:
    """Two axes exchanged.

    >>> from autograd import zeros
    >>> swapaxes(zeros((2, 3, 4)), 0, -1).shape
    (4, 3, 2)
    """
    axes = list(range(np.ndim(values_of(x))))
    i, j = (normalize_axis_index(a, len(axes), "swapaxes") for a in (axis1, axis2))
    axes[i], axes[j] = axes[j], axes[i]
    return _transpose(x, axes=tuple(axes))


def moveaxis(x: Any, source: int | Iterable[int], destination: int | Iterable[int]) -> Tensor:
    """Axes moved to new places, the others staying in order.

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


def expand_dims(x: Any, axis: int | Sequence[int]) -> Tensor:
    """New axes of length 1 at the places given in the result.

    >>> from autograd import zeros
    >>> expand_dims(zeros((2, 3)), 1).shape
    (2, 1, 3)
    """
    shape = np.shape(values_of(x))
    new = as_axes("expand_dims", axis, len(shape) + (1 if isinstance(axis, int) else len(axis)))
    lengths = iter(shape)
    return _reshape(x, shape=tuple(1 if i in new else next(lengths) for i in range(len(shape) + len(new))))


def squeeze(x: Any, axis: int | Sequence[int] | None = None) -> Tensor:
    """Axes of length 1 dropped: all of them by default.

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


def broadcast_to(x: Any, shape: int | Sequence[int]) -> Tensor:
    """x repeated along new and one-long axes, as NumPy broadcasts. A gradient sums over the repeats.

    >>> from autograd import tensor
    >>> broadcast_to(tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]], dtype=float64)
    """
    return _broadcast_to(x, shape=shape)


def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Tensor:
    """Arrays joined along an axis they have; flattened first where axis is None.   (n, ...), (m, ...) → (n + m, ...).

    >>> from autograd import tensor
    >>> concatenate([tensor([1.0]), tensor([2.0, 3.0])])
    tensor([1., 2., 3.], dtype=float64)
    """
    if axis is None:
        xs, axis = [reshape(x, -1) for x in xs], 0
    shapes = [np.shape(values_of(x)) for x in xs]
    if not shapes or not shapes[0]:
        raise ValueError(f"concatenate: {shapes}: needs at least one array, and arrays with axes; stack joins scalars")
    axis = normalize_axis_index(axis, len(shapes[0]), "concatenate")
    if len(xs) == 1:
        return astype(xs[0], np.result_type(values_of(xs[0])))  # a copy, as of several
    lengths = (shape[axis] if axis < len(shape) else 0 for shape in shapes)
    return _concatenate(*xs, axis=axis, splits=tuple(itertools.accumulate(lengths, initial=0)))


def stack(xs: Sequence[Any], axis: int = 0) -> Tensor:
    """Arrays of one shape joined along a new axis.   k of (n, ...) → (k, n, ...).

    >>> from autograd import tensor
    >>> stack([tensor(1.0), tensor(2.0)])
    tensor([1., 2.], dtype=float64)
    """
    if not len(xs):
        raise ValueError("stack: no arrays to stack; pass at least one")
    if len(xs) == 1:
        return expand_dims(astype(xs[0], np.result_type(values_of(xs[0]))), axis)
    return _stack(*xs, axis=normalize_axis_index(axis, np.ndim(values_of(xs[0])) + 1, "stack"))


def astype(x: Any, dtype: Any) -> Tensor:
    """x in another dtype. A gradient flows back, in x's own, where the new one is floating; integers carry none.

    >>> import numpy as np
    >>> from autograd import tensor
    >>> astype(tensor([1.7]), np.int64)
    tensor([1], dtype=int64)
    """
    dtype = np.dtype(dtype)
    x = x if hasattr(x, "astype") else np.asarray(x)
    return _astype(x if dtype.kind == "f" else values_of(x), dtype=dtype)


def ravel(x: Any) -> Tensor:
    """The entries as one axis, in row-major order.

    >>> from autograd import tensor
    >>> ravel(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.], dtype=float64)
    """
    return _reshape(x, shape=(-1,))
