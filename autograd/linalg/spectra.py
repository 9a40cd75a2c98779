"""Eigenvalues and singular values, and the vectors that belong to them.

Where vectors are used, equal values and theirs have no gradient, and LinAlgError says which are equal (see `ties.py`).
Where only values are used they have one, which equal values share. Values are equal that differ by no more than
rounding makes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.linalg.factors import complement
from autograd.linalg.matrices import columns, diagonal_of, numpys, on_diagonal, symmetric, whole
from autograd.linalg.ties import apart, are_used, gaps, noted, refuse, refuse_ties, shared, vectors
from autograd.ops.index import getitem
from autograd.ops.join import concatenate
from autograd.ops.products import flipped
from autograd.record import recorded, values_of
from autograd.rules import primitive, spelled, takes_stacks

if TYPE_CHECKING:
    from autograd.tensor import Tensor

__all__ = ["EigResult", "EighResult", "SVDResult", "eig", "eigh", "eigvals", "eigvalsh", "svd", "svdvals"]

_SAME = "{} and {} are equal, so their vectors are any basis of one space and what uses them has no gradient here; use"
_EQUAL_EIGENVALUES = f"eigh: eigenvalues {_SAME} eigvalsh if only values matter"
_EQUAL_VALUES = f"svd: singular values {_SAME} svdvals if only values matter"
_ZERO_VALUE = (
    "svd: singular value {column} is 0, so it and its vectors have no gradient; use svdvals if only values matter"
)

# -- of symmetric matrices: a = v diag(w) vᵀ -------------------------------------------------------------------------


def _eigh(x: Any) -> Any:
    w, v = np.linalg.eigh(x)
    return noted(w[..., None, :], v)


def _eigh_parts(joined: Any) -> tuple[Any, Any]:
    """w (..., n) and v (..., n, n)."""
    return joined[..., 1, :], vectors(joined, 2, joined.shape[-2])


@takes_stacks
def _eigh_vjp(g: Any, out: Any) -> Any:
    w, v = _eigh_parts(out)
    gw, gv = g[..., 1, :], g[..., 2:, :]
    if not are_used(g):
        return symmetric(columns(v, shared(gw, w)) @ flipped(v))
    refuse_ties(w, _EQUAL_EIGENVALUES, gw[..., None, :], gv)
    return symmetric(v @ (apart(flipped(v) @ gv, gaps(w), _EQUAL_EIGENVALUES) + on_diagonal(gw)) @ flipped(v))


def _eigh_jvp(dx: Any, out: Any) -> Any:
    w, v = _eigh_parts(out)
    p = flipped(v) @ symmetric(dx) @ v
    return noted(diagonal_of(p)[..., None, :], v @ apart(p, gaps(w), _EQUAL_EIGENVALUES))


@takes_stacks
def _eigvalsh_vjp(g: Any, x: Any) -> Any:
    w, v = np.linalg.eigh(x)
    return columns(v, shared(g, w)) @ flipped(v)


@takes_stacks
def _eigvalsh_jvp(dx: Any, x: Any) -> Any:
    w, v = np.linalg.eigh(x)
    return shared(diagonal_of(flipped(v) @ symmetric(dx) @ v), w)


# -- of any matrices: a = u diag(s) vᵀ -------------------------------------------------------------------------------


def _svd(x: Any) -> Any:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return noted(s[..., None, :], u, flipped(vh))


def _svd_parts(joined: Any, n: int) -> tuple[Any, Any, Any]:
    """u (..., n, k), s (..., k) and v (..., m, k)."""
    return vectors(joined, 2, 2 + n), joined[..., 1, :], vectors(joined, 2 + n, joined.shape[-2])


def _zeros(s: Any) -> Any:
    """Which singular values are 0, as far as rounding can tell."""
    s = values_of(s)
    return s <= s.shape[-1] * np.finfo(s.dtype).eps * s.max(axis=-1, keepdims=True, initial=0)


def _refuse_zeros(s: Any, g: Any) -> None:
    """Allow no cotangents of singular values that are 0: whether they have a slope, vectors decide."""
    refuse((_zeros(s) & (values_of(g) != 0))[..., None, :], _ZERO_VALUE)


def _row(s: Any) -> Any:
    """s to divide columns by, with zeros that are exact."""
    return np.where(_zeros(s), 0, s)[..., None, :]


def _sums(s: Any) -> Any:
    """out[i,j] = s[i] + s[j]; ∞ on the diagonal."""
    return np.where(np.eye(s.shape[-1], dtype=bool), np.inf, _row(s) + flipped(_row(s)))


def _slopes(g: Any, s: Any) -> Any:
    """Cotangents of singular values: equal ones share, and 0, being the least that there can be, has slope 0."""
    return np.where(_zeros(s), 0, shared(g, s))


def _tall(u: Any) -> bool:
    return u.shape[-2] > u.shape[-1]  # type: ignore[no-any-return]


def _outside(x: Any, u: Any, s: Any) -> Any:
    """The part of x outside the space of the columns of u, over s. There is none unless u is tall."""
    return apart(x - u @ (flipped(u) @ x), _row(s), _ZERO_VALUE)


@takes_stacks
def _svd_vjp(g: Any, out: Any, x_shape: Any) -> Any:
    u, s, v = _svd_parts(out, x_shape[-2])
    gs, gu, gv = g[..., 1, :], g[..., 2 : 2 + x_shape[-2], :], g[..., 2 + x_shape[-2] :, :]
    if not are_used(g):
        return columns(u, _slopes(gs, s)) @ flipped(v)
    refuse_ties(s, _EQUAL_VALUES, gs[..., None, :], gu, gv)
    _refuse_zeros(s, gs)
    m, n, away = flipped(u) @ gu, flipped(v) @ gv, gaps(s)
    turn = apart(m, away, _EQUAL_VALUES) + apart(n, away, _EQUAL_VALUES)
    shear = apart(m - flipped(m) - n + flipped(n), _sums(s), _EQUAL_VALUES)
    inner = u @ ((turn + flipped(turn) + shear) / 2 + on_diagonal(gs))
    gx = (inner + _outside(gu, u, s) if _tall(u) else inner) @ flipped(v)
    return gx + u @ flipped(_outside(gv, v, s)) if _tall(v) else gx


def _svd_jvp(dx: Any, out: Any) -> Any:
    u, s, v = _svd_parts(out, dx.shape[-2])
    p = flipped(u) @ dx @ v
    turn = apart(p, gaps(s), _EQUAL_VALUES)
    turn, shear = turn - flipped(turn), apart(p - flipped(p), _sums(s), _EQUAL_VALUES)
    du, dv = u @ ((turn + shear) / 2), v @ ((turn - shear) / 2)
    du = du + _outside(dx @ v, u, s) if _tall(u) else du
    dv = dv + _outside(flipped(dx) @ u, v, s) if _tall(v) else dv
    ds = diagonal_of(p)
    _refuse_zeros(s, ds)
    return noted(ds[..., None, :], du, dv)


@takes_stacks
def _svdvals_vjp(g: Any, x: Any) -> Any:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return columns(u, _slopes(g, s)) @ vh


@takes_stacks
def _svdvals_jvp(dx: Any, x: Any) -> Any:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return _slopes(diagonal_of(flipped(u) @ dx @ flipped(vh)), s)


# fmt: off
_eigh_op = primitive("eigh",
    lambda x: _eigh(x),
    lambda g, out: spelled(_eigh_vjp, g, out),
    jvp=lambda dx, out: spelled(_eigh_jvp, dx, out))
_eigvalsh_op = primitive("eigvalsh",
    np.linalg.eigvalsh,
    lambda g, x: spelled(_eigvalsh_vjp, g, x),
    jvp=lambda dx, x: spelled(_eigvalsh_jvp, dx, x))
_svd_op = primitive("svd",
    lambda x: _svd(x),
    lambda g, out, x_shape: spelled(_svd_vjp, g, out, x_shape),
    jvp=lambda dx, out: spelled(_svd_jvp, dx, out))
svdvals = primitive("svdvals",
    np.linalg.svdvals,
    lambda g, x: spelled(_svdvals_vjp, g, x),
    jvp=lambda dx, x: spelled(_svdvals_jvp, dx, x))
# fmt: on

svdvals.__doc__ = """The s for which x = (u * s) @ vᵀ, from the largest down.   (..., n, m) → (..., min(n, m)).

Equal ones share their gradient, and the slope of one that is 0 is 0.

>>> from autograd import linalg, tensor
>>> linalg.svdvals(tensor([[3.0, 0.0], [0.0, 4.0]]))
tensor([4., 3.], dtype=float64)
"""


class EighResult(NamedTuple):
    """a = v diag(w) vᵀ: eigenvalues w (..., n), from the least up, and eigenvectors v (..., n, n) as columns."""

    eigenvalues: Any
    eigenvectors: Any


class EigResult(NamedTuple):
    """a v = v diag(w): eigenvalues w (..., n), in no order, and eigenvectors v (..., n, n) as columns."""

    eigenvalues: Any
    eigenvectors: Any


class SVDResult(NamedTuple):
    """a = (U * S) @ Vh, with the singular values S from the largest down.   (..., n, k), (..., k), (..., k, m)."""

    U: Any
    S: Any
    Vh: Any


def _triangle(name: str, a: Any, UPLO: str) -> Any:
    """a, or its transpose where the upper triangle is to be read."""
    if UPLO not in ("L", "U", "l", "u"):
        raise ValueError(f"{name}: UPLO={UPLO!r}: must be 'L', to read the lower triangle, or 'U'")
    return a if UPLO in "Ll" else flipped(a)


def eigh(a: Any, UPLO: str = "L") -> EighResult:
    """(w, v) for which a = v diag(w) vᵀ, of symmetric matrices.   (..., n, n) → (..., n), (..., n, n).

    Only the lower triangle of a is read, or the upper one with UPLO="U"; the gradient is symmetric, as if both were.
    Signs of vectors are arbitrary, and only what does not depend on them has a meaning. LinAlgError where the gradient
    of a function of vectors needs those of equal eigenvalues, and in forward mode wherever eigenvalues are equal.

    >>> from autograd import linalg, tensor
    >>> linalg.eigh(tensor([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.], dtype=float64)
    """
    if not recorded(a):
        return EighResult(*numpys(np.linalg.eigh, a, UPLO=UPLO))
    joined = _eigh_op(_triangle("eigh", a, UPLO))
    return EighResult(*whole(getitem(joined, (..., 1, slice(None))), vectors(joined, 2, joined.shape[-2])))


def eigvalsh(a: Any, UPLO: str = "L") -> Tensor:
    """The w for which a = v diag(w) vᵀ, of symmetric matrices, from the least up; see `eigh`.   (..., n, n) → (..., n).

    Equal ones share their gradient.

    >>> from autograd import linalg, tensor
    >>> linalg.eigvalsh(tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([1., 2.], dtype=float64)
    """
    if not recorded(a):
        return numpys(np.linalg.eigvalsh, a, UPLO=UPLO)  # type: ignore[no-any-return]
    return _eigvalsh_op(_triangle("eigvalsh", a, UPLO))


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """(u, s, vᵀ) for which a = (u * s) @ vᵀ.   (..., n, m) → (..., n, k), (..., k), (..., k, m), k = min(n, m).

    With `full_matrices`, as in NumPy unless told otherwise, u and vᵀ are completed to square matrices; a result must
    not depend on how. With compute_uv=False there is only s. `hermitian` is a hint, of no use where a gradient is asked
    for. Signs of vectors are arbitrary, and only what does not depend on them has a meaning. LinAlgError where the
    gradient of a function of vectors needs those of equal values, and in forward mode wherever values are equal.

    >>> from autograd import linalg, tensor
    >>> u, s, vh = linalg.svd(tensor([[3.0, 0.0], [0.0, 4.0]]))
    >>> s
    tensor([4., 3.], dtype=float64)
    """
    if not recorded(a):
        options = {"full_matrices": full_matrices, "compute_uv": compute_uv, "hermitian": hermitian}
        found = numpys(np.linalg.svd, a, **options)
        return SVDResult(*found) if compute_uv else found
    if not compute_uv:
        return svdvals(a)
    joined = _svd_op(a)
    n, m = a.shape[-2:]
    s = getitem(joined, (..., 1, slice(None)))
    u, v = vectors(joined, 2, 2 + n), vectors(joined, 2 + n, 2 + n + m)
    if full_matrices and n != m:
        values = np.linalg.svd(a.value)
        if n > m:
            u = concatenate([u, complement(u, basis=values[0][..., m:])], axis=-1)
        else:
            v = concatenate([v, complement(v, basis=flipped(values[2])[..., n:])], axis=-1)
    return SVDResult(*whole(u, s, flipped(v)))


def _not_real(name: str, instead: str, a: Any) -> Any:
    if recorded(a):
        raise TypeError(
            f"{name}: {np.shape(a.value)}: the eigenvalues of any matrix are complex, and gradients are of real "
            f"numbers only; use {instead} where the matrix is symmetric, or x.detach() for the values alone"
        )
    return numpys(getattr(np.linalg, name), a)


def eig(a: Any) -> EigResult:
    """(w, v) for which a v = v diag(w), of any square matrices.   (..., n, n) → (..., n), (..., n, n).

    Carries no gradient: TypeError where one is needed.

    >>> from autograd import linalg, tensor
    >>> linalg.eig(tensor([[0.0, -1.0], [1.0, 0.0]])).eigenvalues
    tensor([0.+1.j, 0.-1.j], dtype=complex128)
    """
    return EigResult(*_not_real("eig", "eigh", a))


def eigvals(a: Any) -> Tensor:
    """The w for which a v = v diag(w), of any square matrices.   (..., n, n) → (..., n).

    Carries no gradient: TypeError where one is needed.

    >>> from autograd import linalg, tensor
    >>> linalg.eigvals(tensor([[0.0, -1.0], [1.0, 0.0]]))
    tensor([0.+1.j, 0.-1.j], dtype=complex128)
    """
    return _not_real("eigvals", "eigvalsh", a)  # type: ignore[no-any-return]
