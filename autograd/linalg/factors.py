"""Factors of matrices: Cholesky's, and an orthogonal one times a triangular one.

The factors of one matrix are computed by one op. Its result joins them along their rows, from which views are cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.linalg.matrices import diagonal_of, numpys, symmetric, whole
from autograd.ops.index import getitem
from autograd.ops.join import concatenate
from autograd.ops.products import flipped, matmul
from autograd.ops.shape import copy
from autograd.record import recorded, values_of
from autograd.rules import primitive, spelled, takes_stacks

if TYPE_CHECKING:
    from autograd.tensor import Tensor

__all__ = ["QRResult", "cholesky", "qr"]

# -- Cholesky --------------------------------------------------------------------------------------------------------


def _cholesky_vjp(g: Any, out: Any) -> Any:
    """L⁻ᵀ ½(S + diag) L⁻¹, symmetric, where S has the lower triangle of Lᵀ g on both sides.   Murray 2016."""
    inverse, p = np.linalg.inv(out), flipped(out) @ g
    s = (np.tril(p) + flipped(np.tril(p, -1))) / 2
    return flipped(inverse) @ s @ inverse


def _cholesky_jvp(dx: Any, out: Any) -> Any:
    inverse = np.linalg.inv(out)
    t = inverse @ symmetric(dx) @ flipped(inverse)
    return out @ ((np.tril(t) + np.tril(t, -1)) / 2)


# -- QR --------------------------------------------------------------------------------------------------------------


def _qr(x: Any) -> Any:
    q, r = np.linalg.qr(x)
    return np.concatenate([q, flipped(r)], axis=-2)


def _parts(joined: Any) -> tuple[Any, Any]:
    """q (..., n, m) and r (..., m, m) of the two joined along their rows, the second one transposed."""
    rows = joined.shape[-2] - joined.shape[-1]
    return joined[..., :rows, :], flipped(joined[..., rows:, :])


def _over(x: Any, r: Any) -> Any:
    """x r⁻ᵀ."""
    spelled(_refuse_dependent, r)
    return flipped(np.linalg.solve(r, flipped(x)))


@takes_stacks
def _refuse_dependent(r: Any) -> Any:
    """A diagonal that is 0 but for rounding says that columns depend on one another."""
    diagonal = np.abs(diagonal_of(values_of(r)))
    least = diagonal.max(axis=-1, initial=0) * (10 * r.shape[-1] * np.finfo(r.dtype).eps)
    if (diagonal <= least[..., None]).any():
        raise np.linalg.LinAlgError(f"qr: r {r.shape} is singular: columns that depend on one another have no gradient")
    return r


def _qr_vjp(g: Any, out: Any) -> Any:
    (gq, gr), (q, r) = _parts(g), _parts(out)
    n = gr @ flipped(r) - flipped(q) @ gq
    return _over(gq + q @ (np.triu(n) + flipped(np.triu(n, 1))), r)


def _qr_jvp(dx: Any, out: Any) -> Any:
    q, r = _parts(out)
    dx = _over(dx, flipped(r))
    c = flipped(q) @ dx
    t = np.triu(c) + flipped(np.tril(c, -1))
    return np.concatenate([dx - q @ t, flipped(t @ r)], axis=-2)


# -- the columns that complete a basis -------------------------------------------------------------------------------


def _of_the_space(g: Any, out: Any) -> Any:
    """g, which must not turn the columns of `out` within the space that they span."""
    turn = flipped(values_of(out)) @ values_of(g)
    most, size = (np.abs(x).max(axis=(-2, -1), initial=0) for x in (turn - flipped(turn), values_of(g)))
    if np.any(most > np.finfo(turn.dtype).eps ** 0.5 * size):
        raise np.linalg.LinAlgError(
            "qr, svd: the columns that complete a basis are any that do, so a function has a gradient only if all of "
            "them give it the same value; use the space that they span, as in u @ u.T, or the reduced factors"
        )
    return g


# fmt: off
_cholesky = primitive("cholesky",
    lambda x: np.linalg.cholesky(x),
    lambda g, out: _cholesky_vjp(g, out),
    jvp=lambda dx, out: _cholesky_jvp(dx, out))
_factors = primitive("qr",
    lambda x: _qr(x),
    lambda g, out: _qr_vjp(g, out),
    jvp=lambda dx, out: _qr_jvp(dx, out))
complement = primitive("complement",
    lambda x, basis: basis,
    lambda g, x, out: -(out @ (flipped(spelled(_of_the_space, g, out)) @ x)),
    jvp=lambda dx, x, out: -(x @ (flipped(dx) @ out)),
    doc="Columns `basis` at right angles to the orthonormal ones of x, and to each other.")
# fmt: on


def cholesky(a: Any, /, *, upper: bool = False) -> Tensor:
    """The lower triangle l for which a = l lᵀ; with `upper`, the upper one u for which a = uᵀ u.

    Only that triangle of a is read. The gradient is symmetric, as if both were.   (..., n, n) → (..., n, n).
    LinAlgError where a matrix is not positive definite.

    >>> from autograd import linalg, tensor
    >>> linalg.cholesky(tensor([[4.0, 2.0], [2.0, 2.0]]))
    tensor([[2., 0.],
            [1., 1.]], dtype=float64)
    """
    if not recorded(a):
        return numpys(np.linalg.cholesky, a, upper=upper)  # type: ignore[no-any-return]
    return flipped(_cholesky(flipped(a))) if upper else _cholesky(a)


class QRResult(NamedTuple):
    """a = Q @ R, an orthogonal matrix times an upper triangular one.   (..., n, k), (..., k, m)."""

    Q: Any
    R: Any


def qr(a: Any, mode: str = "reduced") -> Any:
    """(q, r) for which a = q r, the columns of q being orthonormal and r an upper triangle.

    "reduced": (..., n, m) → (..., n, k), (..., k, m), k = min(n, m); "complete": (..., n, n), (..., n, m); "r": only r.
    The first k columns must not depend on one another where a gradient is asked for (LinAlgError), and neither must a
    result on which columns "complete" has added.

    >>> from autograd import linalg, tensor
    >>> linalg.qr(tensor([[-3.0], [-4.0]])).R
    tensor([[5.]], dtype=float64)
    """
    if not recorded(a):
        found = numpys(np.linalg.qr, a, mode=mode)
        return QRResult(*found) if mode in ("reduced", "complete") else found
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: mode={mode!r} has no gradient; 'reduced', 'complete' and 'r' have one")
    value = a.value
    n, m = np.shape(value)[-2:] if np.ndim(value) > 1 else (0, 0)
    q, r = _parts(_factors(getitem(a, (..., slice(n))) if m > n else a))
    if m > n:
        r = concatenate([r, matmul(flipped(q), getitem(a, (..., slice(n, None))))], axis=-1)
    if mode == "complete" and n > m:
        basis = np.linalg.qr(value, "complete")[0][..., m:]
        q = concatenate([q, complement(q, basis=basis)], axis=-1)
        r = concatenate([r, np.zeros((*r.shape[:-2], n - m, m), r.dtype)], axis=-2)
    return copy(r) if mode == "r" else QRResult(*whole(q, r))
