"""Determinants, and their gradients where matrices have no inverse, too."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.linalg.matrices import columns, numpys, unit
from autograd.ops.index import getitem
from autograd.ops.products import flipped
from autograd.record import recorded, values_of
from autograd.rules import primitive, spelled

__all__ = ["SlogdetResult", "det", "slogdet"]


class SlogdetResult(NamedTuple):
    """det = sign · exp(logabsdet): a determinant in two parts of one shape, so large or small that it may be."""

    sign: Any
    logabsdet: Any


def _cofactors(x: Any, out: Any) -> Any:
    """∂det/∂x = det(x) x⁻ᵀ, and where that says nothing, its interpolation."""
    lost = _lost(x, out)[..., None, None]
    if not lost.any():
        return out[..., None, None] * flipped(np.linalg.inv(x))
    one = unit(x.shape[-1])
    found = out[..., None, None] * flipped(np.linalg.inv(np.where(lost, one, x)))
    return np.where(lost, _interpolated(np.where(lost, x, one)), found)


def _lost(x: Any, out: Any) -> Any:
    """For which matrices det(x) x⁻ᵀ is no formula: those whose determinant is 0 or out of bounds; and where it is to be
    differentiated, those so near to a singular one that it would lose half of its digits."""
    values, det = values_of(x), values_of(out)
    lost = np.asarray((det == 0) | ~np.isfinite(det))
    if values is x:
        return lost
    inverse = np.linalg.inv(np.where(lost[..., None, None], unit(x.shape[-1]), values))
    with np.errstate(over="ignore"):
        size, growth = (np.abs(z).sum(axis=-2).max(axis=-1, initial=0) for z in (values, inverse))
        return lost | (size * growth * _half_the_digits(values) > 1)


def _composed(x: np.ndarray) -> Any:
    """The cofactors of any matrix: det(u) det(vᵀ) u diag(Π of the other singular values) vᵀ."""
    u, s, vh = np.linalg.svd(x)
    ahead = np.concatenate([np.ones_like(s[..., :1]), np.cumprod(s, axis=-1)[..., :-1]], axis=-1)
    behind = np.concatenate([np.ones_like(s[..., :1]), np.cumprod(s[..., :0:-1], axis=-1)], axis=-1)[..., ::-1]
    sign = np.sign(np.linalg.det(u) * np.linalg.det(vh))
    return sign[..., None, None] * columns(u, ahead * behind) @ vh


def _interpolated(x: Any) -> Any:
    """The cofactors of a matrix that may have no inverse: their values composed, their derivatives interpolated.

    The determinant is a polynomial of the entries, and so are the cofactors: along a direction in which the matrix
    gains an inverse they are polynomials of t, whose values at some t ≠ 0 give that at 0. Written so, with points and
    weights as constants, it is right to every order.
    """
    values = values_of(x)
    if values is x:
        return _composed(x)
    size = np.abs(values).max(axis=(-2, -1), keepdims=True, initial=0)
    size = np.where(size > 0, size, 1)
    points, weights = _around(values / size)
    y = x / size + points
    near = np.sum(weights * np.linalg.det(y)[..., None, None] * flipped(np.linalg.inv(y)), axis=0)
    near = near * size ** (x.shape[-1] - 1)
    return near + (_composed(values) - values_of(near))


def _around(x: np.ndarray) -> tuple[Any, Any]:
    """Shifts that give every matrix of x an inverse, and weights by which values there add up to that of x itself.

    The shifts fill in singular values that are next to nothing. They are as far as Chebyshev's points, which keep the
    weights small, and of which an even number has no 0 among them; there is one more than there are such values.
    """
    u, s, vh = np.linalg.svd(x)
    small = s <= _half_the_digits(x) * np.maximum(s[..., :1], 1)
    count = 2 * (int(small.sum(axis=-1).max()) // 2 + 1)
    t = np.cos(np.pi * (np.arange(count) + 0.5) / count)
    weights = [np.prod(np.delete(t, i) / (np.delete(t, i) - t[i])) for i in range(count)]
    column = (count, *(1,) * x.ndim)
    return t.reshape(column).astype(x.dtype) * (columns(u, small) @ vh), np.array(weights, x.dtype).reshape(column)


def _half_the_digits(x: np.ndarray) -> Any:
    return np.finfo(x.dtype).eps ** 0.5


def _inverse(x: Any) -> Any:
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"slogdet: {x.shape}: a matrix is singular, so its log|det| is -∞ and has no gradient; det has one"
        ) from None


_SECOND = np.array([0, 1], np.int8)

# fmt: off
det = primitive("det",
    np.linalg.det,
    lambda g, x, out: g[..., None, None] * spelled(_cofactors, x, out),
    jvp=lambda dx, x, out: np.sum(spelled(_cofactors, x, out) * dx, axis=(-1, -2)))
_slogdet = primitive("slogdet",
    lambda x: np.stack(np.linalg.slogdet(x), axis=-1),
    lambda g, x: g[..., 1, None, None] * flipped(_inverse(x)),
    jvp=lambda dx, x: np.sum(flipped(_inverse(x)) * dx, axis=(-1, -2))[..., None] * _SECOND)
# fmt: on

det.__doc__ = """out = det x, the determinant of each matrix.   (..., n, n) → (...).

Its gradient, the matrix of cofactors, is right for singular matrices, too.

>>> from autograd import linalg, tensor
>>> linalg.det(tensor([[2.0, 0.0], [0.0, 4.0]]))
tensor(8., dtype=float64)
"""


def slogdet(a: Any) -> SlogdetResult:
    """det = sign · exp(logabsdet) of each matrix, where det itself would overflow.   (..., n, n) → (...), (...).

    LinAlgError where a gradient of log |det| is asked for at a singular matrix.

    >>> from autograd import linalg, tensor
    >>> linalg.slogdet(tensor([[1.0, 0.0], [0.0, -1.0]])).sign
    tensor(-1., dtype=float64)
    """
    if not recorded(a):
        return SlogdetResult(*numpys(np.linalg.slogdet, a))
    both = _slogdet(a)
    return SlogdetResult(getitem(both, (..., 0)), getitem(both, (..., 1)))
