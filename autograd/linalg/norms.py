"""Sizes of vectors and matrices. The slope at 0 is 0; entries that tie share."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.linalg.matrices import numpys
from autograd.linalg.solving import inv
from autograd.linalg.spectra import svdvals
from autograd.ops.elementwise import absolute, divide, multiply, sign
from autograd.ops.index import getitem
from autograd.ops.reduce import max, min, sum, unfold
from autograd.ops.shape import as_axes, astype, expand_dims, moveaxis, squeeze
from autograd.record import recorded, values_of
from autograd.rules import primitive

if TYPE_CHECKING:
    from autograd.ops.reduce import Axis
    from autograd.tensor import Tensor

__all__ = ["cond", "matrix_norm", "matrix_rank", "norm", "vector_norm"]


def _length(x: Any, ord: float, axis: Axis, keepdims: bool) -> Any:
    """(Σ|x|ᵖ)¹ᐟᵖ, of numbers, too, whose powers have no place in floating point."""
    size = np.abs(x)
    if ord == 2:
        with np.errstate(over="ignore", under="ignore"):
            out = np.sqrt((size * size).sum(axis=axis, keepdims=keepdims))
        if ((out > _least_square(size.dtype)) & (out < np.inf)).all() or not x.size:
            return out
    most = np.max if ord > 0 else np.min
    unit = np.asarray(most(size, axis=axis, keepdims=True) if x.size else 1, size.dtype)
    unit = np.where((unit > 0) & (unit < np.inf), unit, 1)
    out = np.sum((size / unit) ** ord, axis=axis, keepdims=True) ** (1 / ord) * unit
    return out if keepdims else np.squeeze(out, axis=axis)


@functools.cache
def _least_square(dtype: np.dtype[Any]) -> Any:
    """The least number whose square has all digits, and that of its last digit."""
    return np.sqrt(np.finfo(dtype).tiny) / np.finfo(dtype).eps


def _direction(x: Any, out: Any, ord: float, axis: Axis, keepdims: bool) -> Any:
    """∂out/∂x = sign(x) (|x| / out)ᵖ⁻¹, and 0 where x or out is 0."""
    out = unfold(out, axis, keepdims)
    out = np.where(out == 0, np.inf, out)
    if ord == 2:
        return x / out
    ratio = np.abs(x) / out
    none = ratio == 0
    return np.where(none, 0, np.sign(x) * np.where(none, 1, ratio) ** (ord - 1))


# fmt: off
_norm = primitive("norm",
    lambda x, ord, axis, keepdims: _length(x, ord, axis, keepdims),
    lambda g, x, out, ord, axis, keepdims: unfold(g, axis, keepdims) * _direction(x, out, ord, axis, keepdims),
    jvp=lambda dx, x, out, ord, axis, keepdims:
        (dx * _direction(x, out, ord, axis, keepdims)).sum(axis=axis, keepdims=keepdims))
# fmt: on


def _floating(x: Any) -> Any:
    """x in a floating dtype, as norms are."""
    dtype = np.result_type(np.asarray(values_of(x)))
    return x if dtype.kind in "fc" else astype(x, float)


def _of_vectors(x: Any, ord: Any, axis: Any, keepdims: bool) -> Tensor:
    """(Σ|x|ᵖ)¹ᐟᵖ over the axes, and its limits."""
    if isinstance(ord, str):
        raise ValueError(f"norm: ord={ord!r} is one of matrices; vectors have numbers, such as 1, 2 and np.inf")
    if ord in (0, 1, np.inf, -np.inf):
        size = absolute(x)
        if ord in (0, 1):
            return sum(size if ord else sign(size), axis, keepdims=keepdims)
        return (max if ord > 0 else min)(size, axis, keepdims=keepdims)
    return _norm(x, ord=2 if ord is None else ord, axis=axis, keepdims=keepdims)


def _of_matrices(x: Any, ord: Any, axes: tuple[int, int], keepdims: bool) -> Tensor:
    row, column = axes
    if ord in (None, "fro", "f"):
        return _norm(x, ord=2, axis=axes, keepdims=keepdims)
    if ord in ("nuc", 2, -2):
        s = svdvals(moveaxis(x, axes, (-2, -1)))
        out = sum(s, -1) if ord == "nuc" else (max if ord == 2 else min)(s, -1)
        return expand_dims(out, sorted(i % np.ndim(values_of(x)) for i in axes)) if keepdims else out
    if ord not in (1, -1, np.inf, -np.inf):
        raise ValueError(f"norm: ord={ord!r}: of matrices there are 'fro', 'nuc', 1, -1, 2, -2, np.inf and -np.inf")
    summed, chosen = (row, column) if abs(ord) == 1 else (column, row)
    out = (max if ord > 0 else min)(sum(absolute(x), summed, keepdims=True), chosen, keepdims=True)
    return out if keepdims else squeeze(out, axes)


def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """out = |x|, the length of vectors along one axis, or the size of matrices over two.

    Vectors: √Σx² by default, max|x| for np.inf, min|x| for -np.inf, how many are not 0 for 0, else (Σ|x|ᵖ)¹ᐟᵖ.
    Matrices: √Σx² by default ("fro"), the sum of the singular values ("nuc"), their largest (2) and least (-2), the
    largest (1) and least (-1) column of Σ|x|, the largest (np.inf) and least (-np.inf) row. Without `axis` and `ord`,
    √Σx² over all axes. The slope at 0 is 0.

    >>> from autograd import linalg, tensor
    >>> linalg.norm(tensor([3.0, 4.0]))
    tensor(5., dtype=float64)
    """
    x, ndim = _floating(x), np.ndim(values_of(x))
    if axis is None and ord is None:
        return _norm(x, ord=2, axis=None, keepdims=keepdims)
    axes = as_axes("norm", axis, ndim)
    if len(axes) not in (1, 2):
        raise ValueError(f"norm: {np.shape(values_of(x))}: ord={ord!r} is of one or two axes; say which by axis=")
    return _of_vectors(x, ord, axes, keepdims) if len(axes) == 1 else _of_matrices(x, ord, (axes[0], axes[1]), keepdims)


def vector_norm(x: Any, /, *, axis: Axis = None, keepdims: bool = False, ord: Any = 2) -> Tensor:
    """out = (Σ|x|ᵖ)¹ᐟᵖ, p being `ord`, over the axes, all of them by default; the slope at 0 is 0.

    >>> from autograd import linalg, tensor
    >>> linalg.vector_norm(tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5., dtype=float64)
    """
    return _of_vectors(_floating(x), ord, axis, keepdims)


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Tensor:
    """out = |x|, the size of each matrix, over the last two axes; orders as of `norm`.   (..., n, m) → (...).

    >>> from autograd import linalg, tensor
    >>> linalg.matrix_norm(tensor([[3.0, 0.0], [0.0, 4.0]]), ord="nuc")
    tensor(7., dtype=float64)
    """
    if np.ndim(values_of(x)) < 2:
        raise ValueError(f"matrix_norm: {np.shape(values_of(x))}: needs two axes or more")
    return _of_matrices(_floating(x), ord, (-2, -1), keepdims)


def cond(x: Any, p: Any = None) -> Tensor:
    """out = |x| |x⁻¹|, how much an inverse magnifies errors, in the norm `p`; the singular values' by default.

    (..., n, n) → (...).

    >>> from autograd import linalg, tensor
    >>> linalg.cond(tensor([[2.0, 0.0], [0.0, 8.0]]))
    tensor(4., dtype=float64)
    """
    if not recorded(x):
        return numpys(np.linalg.cond, x, p=p)  # type: ignore[no-any-return]
    if p not in (None, 2, -2):
        return multiply(norm(x, p, (-2, -1)), norm(inv(x), p, (-2, -1)))
    s = svdvals(x)
    largest, least = getitem(s, (..., 0)), getitem(s, (..., -1))
    if not np.all(least.value):
        raise np.linalg.LinAlgError(
            f"cond: {x.shape}: a matrix is singular, so its condition number is infinite and has no gradient; use "
            "x.detach() if only the value matters"
        )
    return divide(least, largest) if p == -2 else divide(largest, least)


def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Tensor:
    """out = Σ (s > tolerance), how many singular values s are not 0. An answer: it carries no gradient.

    (..., n, m) → (...).

    >>> from autograd import linalg, tensor
    >>> linalg.matrix_rank(tensor([[1.0, 1.0], [1.0, 1.0]]))
    tensor(1, dtype=int64)
    """
    return numpys(np.linalg.matrix_rank, A, tol=tol, hermitian=hermitian, rtol=rtol)  # type: ignore[no-any-return]
