"""Products as `numpy.linalg` has them: of the last axes, and of many matrices."""

from __future__ import annotations

import itertools
import operator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ops
from autograd.graph import constant
from autograd.linalg.solving import inv
from autograd.ops.contract import tensordot
from autograd.ops.index import getitem
from autograd.ops.products import matmul, vecdot
from autograd.ops.shape import alias, astype, matrix_transpose
from autograd.record import values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "cross", "diagonal", "matmul", "matrix_power", "matrix_transpose", "multi_dot", "outer", "tensordot", "trace",
    "vecdot",
]
# fmt: on


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Tensor:
    """out = x1 × x2, at right angles to both, as long as the area that they span.   (..., 3), (..., 3) → (..., 3).

    >>> from autograd import linalg, tensor
    >>> linalg.cross(tensor([1.0, 0.0, 0.0]), tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.], dtype=float64)
    """
    shapes = np.shape(values_of(x1)), np.shape(values_of(x2))
    if not all(shape and shape[axis] == 3 for shape in shapes):
        raise ValueError(f"cross: {shapes[0]} and {shapes[1]}: vectors, along axis {axis}, must have 3 entries")
    return ops.cross(x1, x2, axis=axis)


def outer(x1: Any, x2: Any, /) -> Tensor:
    """out[i,j] = x1[i] x2[j], of two vectors.   (n,), (m,) → (n, m).

    >>> from autograd import linalg, tensor
    >>> linalg.outer(tensor([1.0, 2.0]), tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]], dtype=float64)
    """
    shapes = np.shape(values_of(x1)), np.shape(values_of(x2))
    if len(shapes[0]) != 1 or len(shapes[1]) != 1:
        raise ValueError(f"outer: {shapes[0]} and {shapes[1]}: must be vectors; autograd.outer flattens what is not")
    return ops.outer(x1, x2)


def diagonal(x: Any, /, *, offset: int = 0) -> Tensor:
    """out[..., i] = x[..., i, i + offset]: the diagonal of each matrix.   (..., n, m) → (..., k).

    >>> from autograd import linalg, tensor
    >>> linalg.diagonal(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.], dtype=float64)
    """
    return ops.diagonal(x, offset, -2, -1)


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Tensor:
    """out = Σ_i x[..., i, i + offset], the sum of the diagonal of each matrix.   (..., n, m) → (...).

    >>> from autograd import linalg, tensor
    >>> linalg.trace(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5., dtype=float64)
    """
    entries = diagonal(x, offset=offset)
    return ops.sum(entries if dtype is None else astype(entries, dtype), -1)


def matrix_power(a: Any, n: int) -> Tensor:
    """out = aⁿ = a @ a @ ... @ a, n times; of the inverse where n is negative.   (..., m, m) → (..., m, m).

    >>> from autograd import linalg, tensor
    >>> linalg.matrix_power(tensor([[1.0, 1.0], [0.0, 1.0]]), 5)
    tensor([[1., 5.],
            [0., 1.]], dtype=float64)
    """
    n, value = operator.index(n), np.asarray(values_of(a))
    if value.ndim < 2 or value.shape[-2] != value.shape[-1]:
        raise np.linalg.LinAlgError(f"matrix_power: {value.shape}: needs square matrices")
    if n == 0:
        return constant(np.broadcast_to(np.eye(value.shape[-1], dtype=value.dtype), value.shape).copy())  # type: ignore[no-any-return]
    square, out, n = inv(a) if n < 0 else a, None, abs(n)
    while True:
        n, bit = divmod(n, 2)
        if bit:
            out = square if out is None else matmul(out, square)
        if not n:
            return alias(a) if out is a else out  # type: ignore[return-value]
        square = matmul(square, square)


def multi_dot(arrays: Sequence[Any]) -> Tensor:
    """out = x₁ @ x₂ @ ... @ xₖ, in the order that costs least.   (n, m), (m, k), ..., (p, q) → (n, q).

    The first and the last may be vectors.

    >>> from autograd import linalg, ones
    >>> linalg.multi_dot([ones((2, 50)), ones((50, 3)), ones(3)])
    tensor([150., 150.], dtype=float64)
    """
    xs = list(arrays)
    shapes = [np.shape(values_of(x)) for x in xs]
    if len(xs) < 2 or any(len(s) != 2 for s in shapes[1:-1]) or any(len(s) not in (1, 2) for s in shapes):
        raise ValueError(
            f"multi_dot: {', '.join(map(str, shapes))}: needs two matrices or more; only ends may be vectors"
        )
    row, column = len(shapes[0]) == 1, len(shapes[-1]) == 1
    xs[0] = getitem(xs[0], (None,)) if row else xs[0]
    xs[-1] = getitem(xs[-1], (..., None)) if column else xs[-1]
    lengths = tuple([np.shape(values_of(x))[0] for x in xs] + [np.shape(values_of(xs[-1]))[1]])
    splits = _splits(lengths)

    def product(i: int, j: int) -> Any:
        return xs[i] if i == j else matmul(product(i, splits[i, j]), product(splits[i, j] + 1, j))

    out = product(0, len(xs) - 1)
    return getitem(out, (0 if row else slice(None), 0 if column else slice(None))) if row or column else out


@lru_cache(maxsize=256)
def _splits(lengths: tuple[int, ...]) -> dict[tuple[int, int], int]:
    """For each run of matrices i ... j, after which one to divide it into the two that are multiplied last."""
    n, splits = len(lengths) - 1, {}
    costs = {(i, i): 0 for i in range(n)}
    for i, j in sorted(itertools.combinations(range(n), 2), key=lambda run: run[1] - run[0]):
        made = lengths[i] * lengths[j + 1]
        costs[i, j], splits[i, j] = min((costs[i, k] + costs[k + 1, j] + made * lengths[k + 1], k) for k in range(i, j))
    return splits
