"""Products of two arrays, of matrices first of all. No transposed copy is ever made, and leading axes are folded into
one large product where they can be."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.ops.elementwise import multiply, subtract
from autograd.ops.index import getitem
from autograd.ops.shape import moveaxis, reshape, swapaxes
from autograd.record import values_of
from autograd.rules import bilinear

if TYPE_CHECKING:
    from autograd.tensor import Tensor

__all__ = ["cross", "kron", "matmul", "matvec", "outer", "vdot", "vecdot", "vecmat"]


def product(x: Any, y: Any) -> Any:
    if type(x) in (float, int) or type(y) in (float, int):
        raise ValueError
    if x.ndim > 2 and y.ndim == 2:
        return dot(rows(x), y).reshape((*x.shape[:-1], y.shape[-1]))
    return x @ y


def dot(x: Any, y: Any) -> Any:
    """x @ y of at most two axes each. On plain arrays by their own method, which sets out in half the time."""
    return x.dot(y) if type(x) is np.ndarray and type(y) is np.ndarray else x @ y


def rows(x: Any) -> Any:
    """Leading axes folded into one.   (..., m) → (N, m)."""
    return x if x.ndim == 2 else x.reshape((math.prod(x.shape[:-1]), x.shape[-1]))


def flipped(x: Any) -> Any:
    """Each matrix transposed."""
    return np.swapaxes(x, -1, -2)


def _matmul_gx(g: Any, y: Any, x_shape: tuple[int, ...]) -> Any:
    if y.ndim == 1:
        return g[..., None] * y  # (..., n, 1) · (m,)
    if len(x_shape) == 1:
        return (y @ g[..., None])[..., 0]  # (..., m, p) @ (..., p, 1)
    return product(g, flipped(y))


def _matmul_gy(g: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    if x.ndim == 1:
        return g * x if len(y_shape) == 1 else x[:, None] * g[..., None, :]
    if len(y_shape) > 2:
        return flipped(x) @ g
    return dot(rows(x).T, g.reshape(-1) if len(y_shape) == 1 else rows(g))


def _mismatch(x: tuple[int, ...], y: tuple[int, ...]) -> str:
    if not x or not y:
        return "both must have axes; multiply scalars with *"
    inner = y[-2] if len(y) > 1 else y[0]
    if x[-1] != inner:
        place = "first" if len(y) < 3 else "second to last"
        return f"{x} @ {y}: the last axis of x ({x[-1]}) must equal the {place} of y ({inner})"
    return f"{x} @ {y}: the leading axes {x[:-2]} and {y[:-2]} do not broadcast"


# fmt: off
matmul = bilinear("matmul",
    product,
    _matmul_gx,
    _matmul_gy, hint=_mismatch,
    doc="out[i,k] = Σ_j x[i,j] y[j,k].   x: (..., n, m), y: (..., m, p) → (..., n, p); vectors as in NumPy."
    "\n\n>>> from autograd import matmul, tensor\n>>> matmul(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))"
    "\ntensor([21., 43.], dtype=float64)\n")
_vecdot = bilinear("vecdot",
    lambda x, y: np.vecdot(x, y),
    lambda g, y: g[..., None] * y,
    lambda g, x: g[..., None] * x)
_cross = bilinear("cross",
    lambda x, y: np.cross(x, y),
    lambda g, y: np.cross(y, g),
    lambda g, x: np.cross(g, x))
# fmt: on

# -- vectors and matrices --------------------------------------------------------------------------------------------


def _needs_axes(name: str, x: Any, least_x: int, y: Any, least_y: int) -> tuple[int, int]:
    """How many axes the operands have, which must be enough."""
    shapes = np.shape(values_of(x)), np.shape(values_of(y))
    if len(shapes[0]) < least_x or len(shapes[1]) < least_y:
        raise ValueError(f"{name}: {shapes[0]} and {shapes[1]}: needs at least {least_x} and {least_y} axes")
    return len(shapes[0]), len(shapes[1])


def conjugated(x: Any) -> Any:
    """The conjugate of complex numbers; real ones as they are."""
    return np.conjugate(x) if np.iscomplexobj(values_of(x)) else x


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Tensor:
    """out = Σ_i x1[i] x2[i] along an axis; leading axes broadcast.   (..., n), (..., n) → (...).

    >>> from autograd import tensor
    >>> vecdot(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.], dtype=float64)
    """
    if axis != -1:
        x1, x2 = moveaxis(x1, axis, -1), moveaxis(x2, axis, -1)
    return _vecdot(x1, x2)


def matvec(x1: Any, x2: Any, /) -> Tensor:
    """out[i] = Σ_j x1[i,j] x2[j].   x1: (..., n, m), x2: (..., m) → (..., n); leading axes broadcast.

    >>> from autograd import tensor
    >>> matvec(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.], dtype=float64)
    """
    matrices, _ = _needs_axes("matvec", x1, 2, x2, 1)
    if matrices == 2:
        return matmul(x2, swapaxes(x1, 0, 1))  # of all vectors at once
    return getitem(matmul(x1, getitem(x2, (..., None))), (..., 0))


def vecmat(x1: Any, x2: Any, /) -> Tensor:
    """out[j] = Σ_i x1[i] x2[i,j].   x1: (..., n), x2: (..., n, m) → (..., m); leading axes broadcast.

    >>> from autograd import tensor
    >>> vecmat(tensor([1.0, 10.0]), tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([31., 42.], dtype=float64)
    """
    _, matrices = _needs_axes("vecmat", x1, 1, x2, 2)
    x1 = conjugated(x1)
    if matrices == 2:
        return matmul(x1, x2)
    return getitem(matmul(getitem(x1, (..., None, slice(None))), x2), (..., 0, slice(None)))


def vdot(a: Any, b: Any) -> Tensor:
    """out = Σ_i a[i] b[i], both flattened first.   (n), (n) → ().

    >>> from autograd import tensor
    >>> vdot(tensor([1.0, 2.0]), tensor([3.0, 4.0]))
    tensor(11., dtype=float64)
    """
    shapes = np.shape(values_of(a)), np.shape(values_of(b))
    if math.prod(shapes[0]) != math.prod(shapes[1]):
        raise ValueError(f"vdot: {shapes[0]} and {shapes[1]}: both must hold as many entries")
    return matmul(reshape(conjugated(a), -1), reshape(b, -1))


# -- every entry with every entry ------------------------------------------------------------------------------------


def outer(a: Any, b: Any) -> Tensor:
    """out[i,j] = a[i] b[j], both flattened first.   (n), (m) → (n, m).

    >>> from autograd import tensor
    >>> outer(tensor([1.0, 2.0]), tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]], dtype=float64)
    """
    return multiply(reshape(a, (-1, 1)), reshape(b, (1, -1)))


def kron(a: Any, b: Any) -> Tensor:
    """out[i p + k, j q + l] = a[i,j] b[k,l], the Kronecker product.   (n, m), (p, q) → (n p, m q).

    >>> from autograd import tensor
    >>> kron(tensor([1.0, 10.0]), tensor([1.0, 2.0]))
    tensor([ 1.,  2., 10., 20.], dtype=float64)
    """
    x, y = np.shape(values_of(a)), np.shape(values_of(b))
    ndim = max(len(x), len(y))
    pairs = list(zip((1,) * (ndim - len(x)) + x, (1,) * (ndim - len(y)) + y, strict=True))
    a = reshape(a, [length for n, _ in pairs for length in (n, 1)])
    b = reshape(b, [length for _, m in pairs for length in (1, m)])
    return reshape(multiply(a, b), tuple([n * m for n, m in pairs]))


# -- vectors in space ------------------------------------------------------------------------------------------------


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Tensor:
    """out = a × b, at right angles to a and b, as long as the area that they span; leading axes broadcast.

    The vectors lie along `axisa` of a and `axisb` of b, the result's along `axisc`; `axis` says all three. Vectors of
    two entries are taken to lie in the plane, which NumPy deprecates (DeprecationWarning); of two of these, only the
    third entry of the result is given.   (..., 3), (..., 3) → (..., 3).

    >>> from autograd import tensor
    >>> cross(tensor([1.0, 0.0, 0.0]), tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.], dtype=float64)
    """
    _needs_axes("cross", a, 1, b, 1)
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    x, y = (v if i == -1 else moveaxis(v, i, -1) for v, i in ((a, axisa), (b, axisb)))
    shapes = np.shape(values_of(x)), np.shape(values_of(y))
    lengths = {shape[-1] for shape in shapes}
    if not lengths <= {2, 3}:
        raise ValueError(f"cross: vectors of {shapes[0][-1]} and {shapes[1][-1]} entries: needs 3 of each")
    if 2 in lengths:
        warnings.warn("cross: vectors of 2 entries are deprecated; give each a third, 0", DeprecationWarning, 2)
    if lengths == {2}:
        ahead, across = (getitem(x, (..., i)) for i in (0, 1))
        return subtract(multiply(ahead, getitem(y, (..., 1))), multiply(across, getitem(y, (..., 0))))
    out = _cross(*[v if shape[-1] == 3 else matmul(v, _LIFT) for v, shape in zip((x, y), shapes, strict=True)])
    return out if axisc == -1 else moveaxis(out, -1, axisc)


_LIFT = np.eye(2, 3, dtype=np.int8)  # (p, q) @ it = (p, q, 0), in any dtype
