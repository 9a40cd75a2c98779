"""Ops that put entries elsewhere: turned, rolled, repeated, and on diagonals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.graph import Traced
from autograd.ops.elementwise import power
from autograd.ops.index import part, scatter
from autograd.ops.reduce import sum as total
from autograd.ops.shape import as_axes, as_shape, astype, broadcast_to, dtype_of, moveaxis, ravel, reshape, swapaxes
from autograd.record import values_of
from autograd.rules import linear
from autograd.rules import spelled as _spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "diag", "diagflat", "diagonal", "flip", "fliplr", "flipud", "repeat", "resize", "roll", "rot90", "tile", "trace",
    "tril", "triu", "vander",
]
# fmt: on


def _on_diagonal(x: Any, shape: tuple[int, ...], offset: int) -> Any:
    """Zeros of a shape, with x on a diagonal of the last two axes."""
    if isinstance(x, Traced):
        return _place_diagonal(x, shape=shape, offset=offset)
    out = np.zeros(shape, x.dtype)
    i = np.arange(x.shape[-1])
    out[..., i + max(-offset, 0), i + max(offset, 0)] = x
    return out


# fmt: off
_flip = linear("flip",
    lambda x, axis: np.flip(x, axis=axis),
    lambda g, axis: np.flip(g, axis=axis), views=True)
_roll = linear("roll",
    lambda x, shift, axis: np.roll(x, shift, axis=axis),
    lambda g, shift, axis: np.roll(g, -shift, axis=axis))
_tile = linear("tile",
    lambda x, reps, folded, axis: np.tile(x, reps),
    lambda g, folded, axis: np.reshape(g, folded).sum(axis=axis))
_repeat = linear("repeat",
    lambda x, repeats, axis, folded: np.repeat(x, repeats, axis=axis),
    lambda g, axis, folded: np.reshape(g, folded).sum(axis=axis + 1))
_tril = linear("tril",
    lambda x, k: np.tril(x, k=k),
    lambda g, k: np.tril(g, k=k))
_triu = linear("triu",
    lambda x, k: np.triu(x, k=k),
    lambda g, k: np.triu(g, k=k))
_diagonal = linear("diagonal",
    lambda x, offset: np.diagonal(x, offset=offset, axis1=-2, axis2=-1),
    lambda g, x_shape, offset: _spelled(_on_diagonal, g, x_shape, offset), views=True)
_place_diagonal = linear("place_diagonal",
    lambda x, shape, offset: _spelled(_on_diagonal, x, shape, offset),
    lambda g, offset: np.diagonal(g, offset=offset, axis1=-2, axis2=-1))
# fmt: on

# -- turned and rolled -----------------------------------------------------------------------------------------------


def flip(x: Any, axis: int | Sequence[int] | None = None) -> Tensor:
    """out[i] = x[n - 1 - i]: the entries in reverse order along the axes, all of them by default.

    >>> from autograd import tensor
    >>> flip(tensor([1.0, 2.0, 3.0]))
    tensor([3., 2., 1.], dtype=float64)
    """
    return _flip(x, axis=as_axes("flip", axis, np.ndim(values_of(x))))


def fliplr(x: Any) -> Tensor:
    """out[i,j] = x[i, m - 1 - j]: the columns in reverse order, as `flip` along the second axis.

    >>> from autograd import tensor
    >>> fliplr(tensor([[1.0, 2.0]]))
    tensor([[2., 1.]], dtype=float64)
    """
    return _flip(x, axis=as_axes("fliplr", 1, np.ndim(values_of(x))))


def flipud(x: Any) -> Tensor:
    """out[i] = x[n - 1 - i]: the rows in reverse order, as `flip` along the first axis.

    >>> from autograd import tensor
    >>> flipud(tensor([1.0, 2.0]))
    tensor([2., 1.], dtype=float64)
    """
    return _flip(x, axis=as_axes("flipud", 0, np.ndim(values_of(x))))


def rot90(x: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """Turned by k quarters in the plane of two axes, from the first towards the second.   k=1: (n, m) → (m, n).

    >>> from autograd import tensor
    >>> rot90(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [1., 3.]], dtype=float64)
    """
    if len(axes) != 2:
        raise ValueError(f"rot90: axes={axes}: must be two")
    first, second = as_axes("rot90", axes, np.ndim(values_of(x)))
    if k % 2 == 0:
        return flip(x, (first, second) if k % 4 else ())
    return flip(swapaxes(x, first, second), first if k % 4 == 1 else second)


def roll(x: Any, shift: int | Sequence[int], axis: int | Sequence[int] | None = None) -> Tensor:
    """out[i] = x[(i - shift) mod n]: the entries moved on along the axes, and round the end; flattened by default.

    >>> from autograd import tensor
    >>> roll(tensor([1.0, 2.0, 3.0]), 1)
    tensor([3., 1., 2.], dtype=float64)
    """
    if axis is None:
        return _roll(x, shift=np.sum(values_of(shift)), axis=None)
    shifts, axes = np.broadcast_arrays(values_of(shift), axis)
    for a in axes.flat:  # one axis may be rolled twice
        normalize_axis_index(a, np.ndim(values_of(x)), "roll")
    return _roll(x, shift=shifts.copy(), axis=tuple(axes.ravel().tolist()))


# -- repeated --------------------------------------------------------------------------------------------------------


def tile(x: Any, reps: int | Sequence[int]) -> Tensor:
    """out[i] = x[i mod n]: copies side by side, so many along each of the last axes.   (n, m), (j, k) → (j n, k m).

    >>> from autograd import tensor
    >>> tile(tensor([1.0, 2.0]), 2)
    tensor([1., 2., 1., 2.], dtype=float64)
    """
    shape, times = np.shape(values_of(x)), as_shape(reps)
    ndim = max(len(shape), len(times))
    lengths, counts = ((1,) * (ndim - len(t)) + t for t in (shape, times))
    folded = tuple(n for pair in zip(counts, lengths) for n in pair)
    return _tile(x, reps=times, folded=folded, axis=tuple(range(0, 2 * ndim, 2)))


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Tensor:
    """Each entry or slab along an axis so many times in a row: a number r for all, or one for each.

    (..., n, ...) → (..., n r, ...); flattened by default.

    >>> from autograd import tensor
    >>> repeat(tensor([1.0, 2.0]), [1, 2])
    tensor([1., 2., 2.], dtype=float64)
    """
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    shape, times = np.shape(values_of(x)), np.asarray(values_of(repeats))
    axis = normalize_axis_index(axis, len(shape), "repeat")
    if times.dtype.kind not in "iub" or (times < 0).any() or times.ndim > 1 or times.size not in (1, shape[axis]):
        raise ValueError(
            f"repeat: {shape}: repeats must be one count, or one for each of the {shape[axis]} on axis {axis}"
        )
    if times.size == 1:
        count = int(times.item())
        return _repeat(x, repeats=count, axis=axis, folded=(*shape[: axis + 1], count, *shape[axis + 1 :]))
    return part("repeat", x, axis, np.repeat(np.arange(shape[axis]), times))


def resize(x: Any, new_shape: int | Sequence[int]) -> Tensor:
    """out[i] = x[i mod n], both flattened: the entries in another shape, over and over again where there are too few.

    >>> from autograd import tensor
    >>> resize(tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]], dtype=float64)
    """
    shape = as_shape(new_shape)
    x, n = ravel(x), int(np.prod(shape))
    if not x.size:
        return reshape(scatter(x, slice(0), n), shape)  # zeros
    return part("resize", x, 0, (np.arange(n) % x.size).reshape(shape))


# -- diagonals -------------------------------------------------------------------------------------------------------


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """out[..., i] = x[i, i + offset, ...]: the diagonal of each matrix over two axes, as the last axis; a view.

    >>> from autograd import tensor
    >>> diagonal(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.], dtype=float64)
    """
    ndim = np.ndim(values_of(x))
    axes = as_axes("diagonal", (axis1, axis2), ndim)
    return _diagonal(x if axes == (ndim - 2, ndim - 1) else moveaxis(x, axes, (-2, -1)), offset=offset)


def diag(x: Any, k: int = 0) -> Tensor:
    """out[i, i + k] = x[i] of a vector, else 0; out[i] = x[i, i + k] of a matrix.   (n,) → (n, n); (n, n) → (n,).

    >>> from autograd import tensor
    >>> diag(tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]], dtype=float64)
    """
    shape = np.shape(values_of(x))
    if len(shape) == 2:
        return _diagonal(x, offset=k)
    if len(shape) != 1:
        raise ValueError(f"diag: {shape}: must be a vector or a matrix; diagonal takes stacks of matrices")
    n = shape[0] + abs(k)
    return _place_diagonal(x, shape=(n, n), offset=k)


def diagflat(x: Any, k: int = 0) -> Tensor:
    """out[i, i + k] = x[i], of the flattened x, and zeros elsewhere.   (n, m) → (n m, n m).

    >>> from autograd import tensor
    >>> diagflat(tensor([[1.0, 2.0]]))
    tensor([[1., 0.],
            [0., 2.]], dtype=float64)
    """
    return diag(ravel(x), k)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Tensor:
    """out = Σ_i x[i, i + offset], the sum of a diagonal, of each matrix over two axes.

    >>> from autograd import tensor
    >>> trace(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5., dtype=float64)
    """
    entries = diagonal(x, offset, axis1, axis2)
    return total(entries if dtype is None else astype(entries, dtype), -1)


def tril(x: Any, k: int = 0) -> Tensor:
    """out[i,j] = x[i,j] where j ≤ i + k, else 0: the lower triangle of each matrix.   (..., n, m) → (..., n, m).

    >>> from autograd import tensor
    >>> tril(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [3., 4.]], dtype=float64)
    """
    return _tril(_as_matrix(x), k=k)


def triu(x: Any, k: int = 0) -> Tensor:
    """out[i,j] = x[i,j] where j ≥ i + k, else 0: the upper triangle of each matrix.   (..., n, m) → (..., n, m).

    >>> from autograd import tensor
    >>> triu(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [0., 4.]], dtype=float64)
    """
    return _triu(_as_matrix(x), k=k)


def _as_matrix(x: Any) -> Any:
    """A vector as all the rows of a matrix, which is how NumPy takes the triangle of one."""
    shape = np.shape(values_of(x))
    return broadcast_to(x, shape * 2) if len(shape) == 1 else x


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Tensor:
    """out[i, j] = x[i]ⁿ⁻¹⁻ʲ, or x[i]ʲ where increasing: the powers of each entry, in x's dtype.   (m,) → (m, n).

    >>> from autograd import tensor
    >>> vander(tensor([1.0, 2.0, 3.0]), 2)
    tensor([[1., 1.],
            [2., 1.],
            [3., 1.]], dtype=float64)
    """
    shape, dtype = np.shape(values_of(x)), dtype_of(x)
    if len(shape) != 1:
        raise ValueError(f"vander: {shape}: must be a vector; x.ravel() is one")
    powers = np.arange(shape[0] if N is None else N, dtype=dtype if dtype.kind in "fc" else int)
    return power(reshape(x, (-1, 1)), powers if increasing else powers[::-1])
