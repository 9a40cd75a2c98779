"""Systems of linear equations: inverses, solutions, and the nearest there is to either."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.linalg.matrices import numpys
from autograd.linalg.spectra import svdvals
from autograd.ops.elementwise import multiply, subtract
from autograd.ops.index import getitem
from autograd.ops.products import flipped, matmul
from autograd.ops.reduce import sum
from autograd.ops.shape import reshape, transpose
from autograd.record import recorded, values_of
from autograd.rules import primitive

if TYPE_CHECKING:
    from autograd.tensor import Tensor

__all__ = ["inv", "lstsq", "pinv", "solve", "tensorinv", "tensorsolve"]


def _pinv_vjp(g: Any, x: Any, out: Any) -> Any:
    """Golub and Pereyra 1973, with products in an order that never makes a matrix larger than x."""
    p, pt, gt = out, flipped(out), flipped(g)
    h, k = gt @ (p @ pt), pt @ (p @ gt)
    return h - x @ (p @ h) + k - k @ (p @ x) - pt @ (g @ pt)


def _pinv_jvp(dx: Any, x: Any, out: Any) -> Any:
    p, pt, dxt = out, flipped(out), flipped(dx)
    h, k = (p @ pt) @ dxt, (dxt @ pt) @ p
    return h - (h @ x) @ p + k - (p @ x) @ k - (p @ dx) @ p


def _mismatch(x: tuple[int, ...], y: tuple[int, ...]) -> str:
    return f"a {x} and b {y}: a must be (..., n, n), and b (n,) or (..., n, k), their leading axes broadcasting"


# fmt: off
inv = primitive("inv",
    np.linalg.inv,
    lambda g, out: -(flipped(out) @ g @ flipped(out)),
    jvp=lambda dx, out: -(out @ dx @ out))
_solve = primitive("solve",
    np.linalg.solve,
    lambda g, x, out: -(np.linalg.solve(flipped(x), g) @ flipped(out)),
    lambda g, x: np.linalg.solve(flipped(x), g),
    jvp=(lambda dx, x, out: -np.linalg.solve(x, dx @ out),
         lambda dy, x: np.linalg.solve(x, dy)), hint=_mismatch)
_pinv = primitive("pinv",
    lambda x, rcond, hermitian: np.linalg.pinv(x, rcond, hermitian),
    lambda g, x, out: _pinv_vjp(g, x, out),
    jvp=lambda dx, x, out: _pinv_jvp(dx, x, out))
# fmt: on

inv.__doc__ = """out = x⁻¹, of each matrix.   (..., n, n) → (..., n, n).   LinAlgError where there is none.

>>> from autograd import linalg, tensor
>>> linalg.inv(tensor([[2.0, 0.0], [0.0, 4.0]]))
tensor([[0.5 , 0.  ],
        [0.  , 0.25]], dtype=float64)
"""


def solve(a: Any, b: Any) -> Tensor:
    """The x for which a x = b.   a: (..., n, n), b: (n,) or (..., n, k) → (..., n) or (..., n, k).

    LinAlgError where a is singular.

    >>> from autograd import linalg, tensor
    >>> linalg.solve(tensor([[2.0, 0.0], [0.0, 4.0]]), tensor([1.0, 1.0]))
    tensor([0.5 , 0.25], dtype=float64)
    """
    if np.ndim(values_of(b)) != 1:
        return _solve(a, b)
    return getitem(_solve(a, getitem(b, (slice(None), None))), (..., 0))


def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Tensor:
    """out = a⁺, the pseudo-inverse of each matrix: a⁺ b is the shortest x that makes |a x - b| least.

    Singular values up to `rcond` times the largest count as 0. The gradient is the one among matrices of the same rank;
    to a change of rank, where the pseudo-inverse jumps, it is blind.   (..., n, m) → (..., m, n).

    >>> from autograd import linalg, tensor
    >>> linalg.pinv(tensor([[2.0], [0.0]]))
    tensor([[0.5, 0. ]], dtype=float64)
    """
    value = np.asarray(values_of(a))
    if rtol is not np._NoValue:
        if rcond is not None:
            raise ValueError("pinv: rcond and rtol are two names for one thing; give only one of them")
        rcond = max(value.shape[-2:], default=0) * np.finfo(np.result_type(value, 1.0)).eps if rtol is None else rtol
    if value.ndim > 1 and value.shape[-2] < value.shape[-1]:
        return flipped(_pinv(flipped(a), rcond=rcond, hermitian=hermitian))  # type: ignore[no-any-return]
    return _pinv(a, rcond=rcond, hermitian=hermitian)


def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Tensor, Tensor, int, Tensor]:
    """x = argmin |a x - b|, the shortest: gives (x, |a x - b|², rank of a, singular values of a).

    The second entry is empty unless a has full rank and more rows than columns, as in NumPy. Gradients flow through
    all but the rank; LinAlgError where one is needed and a has not full rank.

    a: (n, m), b: (n,) or (n, k) → (m,) or (m, k).

    >>> from autograd import linalg, tensor
    >>> linalg.lstsq(tensor([[1.0], [1.0]]), tensor([1.0, 3.0]))[0]
    tensor([2.], dtype=float64)
    """
    found = numpys(np.linalg.lstsq, a, b, rcond=rcond)
    rank = int(found[2])
    if not recorded(a, b):
        return found[0], found[1], rank, found[3]
    if rank < min(np.shape(values_of(a))):
        raise np.linalg.LinAlgError(
            f"lstsq: {np.shape(values_of(a))} of rank {rank}: only a matrix of full rank has a gradient here; add a "
            "small multiple of the identity, or use x.detach()"
        )
    x = matmul(pinv(a, rtol=rcond), b)
    squares = found[1]
    if squares.size:
        away = subtract(matmul(a, x), b)
        squares = reshape(sum(multiply(away, away), axis=0), squares.shape)
    return x, squares, rank, svdvals(a)


def tensorinv(a: Any, ind: int = 2) -> Tensor:
    """The tensor whose `tensordot` with a, over `ind` axes, is the identity.   (n, m, k), ind=1 → (m, k, n), n = m k.

    >>> import numpy as np
    >>> from autograd import linalg
    >>> linalg.tensorinv(np.eye(6).reshape(6, 2, 3), ind=1).shape
    (2, 3, 6)
    """
    shape = np.shape(values_of(a))
    if ind <= 0:
        raise ValueError(f"tensorinv: ind={ind}: must be at least 1")
    rows, columns = math.prod(shape[:ind]), math.prod(shape[ind:])
    if rows != columns:
        raise ValueError(f"tensorinv: {shape}: the first {ind} axes hold {rows} entries, the others {columns}")
    return reshape(inv(reshape(a, (rows, rows))), shape[ind:] + shape[:ind])


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Tensor:
    """The x for which tensordot(a, x, x.ndim) = b; axes of a named in `axes` are moved to its end first.

    >>> import numpy as np
    >>> from autograd import linalg
    >>> linalg.tensorsolve(np.eye(6).reshape(2, 3, 6), np.ones((2, 3))).shape
    (6,)
    """
    ndim, given = np.ndim(values_of(a)), np.shape(values_of(b))
    order = list(range(ndim))
    for axis in axes or ():
        order.remove(normalize_axis_index(axis, ndim, "tensorsolve"))
        order.append(axis % ndim)
    a = transpose(a, order)
    shape = np.shape(values_of(a))
    left = shape[len(given) :]
    if math.prod(left) ** 2 != math.prod(shape) or math.prod(given) != math.prod(left):
        raise ValueError(f"tensorsolve: {shape} and {given}: a must have the axes of b, then as many entries in others")
    return reshape(solve(reshape(a, (math.prod(left),) * 2), reshape(b, -1)), left)
