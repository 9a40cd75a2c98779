"""Products of two arrays over any of their axes, which letters name: the op behind `einsum`.

The product is made by BLAS where it can be, and its adjoints are such products again, with the letters changed about.
"""

from __future__ import annotations

import functools
import math
from string import ascii_letters
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.graph import Traced
from autograd.ops.elementwise import multiply
from autograd.ops.products import dot as plain_dot
from autograd.ops.products import matmul
from autograd.record import values_of
from autograd.rules import bilinear, spelled

if TYPE_CHECKING:
    from autograd.tensor import Tensor

__all__ = ["dot", "inner", "tensordot"]


class _Recipe(NamedTuple):
    """How BLAS multiplies two operands: their axes in groups, x as (shared, its own, summed), y as (shared, summed, its
    own), and where the axes of the product belong. With nothing to sum, where each operand's axes go instead."""

    swapped: bool
    x_axes: tuple[int, ...]
    y_axes: tuple[int, ...]
    shared: int
    own: int
    summed: int
    out_axes: tuple[int, ...]
    spread: tuple[Any, Any] | None


@functools.lru_cache(maxsize=1024)
def _recipe(subscripts: str) -> _Recipe:
    xs, ys, outs = subscripts.replace("->", ",").split(",")
    summed = [s for s in xs if s in ys and s not in outs]
    if not summed:
        spread = [tuple([slice(None) if s in labels else None for s in outs]) for labels in (xs, ys)]
        places = [tuple([labels.index(s) for s in outs if s in labels]) for labels in (xs, ys)]
        return _Recipe(False, places[0], places[1], 0, 0, 0, (), (spread[0], spread[1]))
    shared = [s for s in outs if s in xs and s in ys]
    alone = [s for s in outs if s not in shared]
    if swapped := bool(alone) and alone[0] in ys:  # the result then lies in memory in the order asked for
        xs, ys = ys, xs
    own, other = [s for s in alone if s in xs], [s for s in alone if s in ys]
    made = [*shared, *own, *other]
    return _Recipe(
        swapped,
        tuple(map(xs.index, [*shared, *own, *summed])),
        tuple(map(ys.index, [*shared, *summed, *other])),
        len(shared),
        len(own),
        len(summed),
        () if made == list(outs) else tuple(map(made.index, outs)),
        None,
    )


def _product(x: Any, y: Any, subscripts: str) -> Any:
    """Σ x y by subscripts, where every label of an operand is in the other one or in the result."""
    if isinstance(x, Traced) or isinstance(y, Traced):
        return contract(x, y, subscripts=subscripts)
    if not isinstance(subscripts, str):
        return np.einsum(subscripts, x, y)  # of symbols, to be printed
    swapped, x_axes, y_axes, shared, own, summed, out_axes, spread = _recipe(subscripts)
    if spread is not None:
        return np.transpose(x, x_axes)[spread[0]] * np.transpose(y, y_axes)[spread[1]]
    x, y = (y, x) if swapped else (x, y)
    x, y = x.transpose(x_axes), y.transpose(y_axes)
    n, m = x.shape[: shared + own], y.shape[shared + summed :]  # shape of the result
    k = x.shape[shared + own :] if summed == 1 else (math.prod(x.shape[shared + own :]),)
    if not shared:
        x = x if own == summed == 1 else x.reshape((math.prod(n), *k) if own else k)
        y = y if y.ndim == 2 == summed + 1 else y.reshape((*k, math.prod(m)) if m else k)
        out = plain_dot(x, y)
    elif own or m:
        stack = n[:shared]
        x = x.reshape((*stack, math.prod(n[shared:]), *k))
        out = x @ y.reshape((*stack, *k, math.prod(m)))
    else:
        x = np.conj(x) if x.dtype.kind == "c" else x  # vecdot does so, too
        out = np.vecdot(x.reshape(n + k), y.reshape(n + k))
    out = out if out.shape == n + m else out.reshape(n + m)
    return out.transpose(out_axes) if out_axes else out


@functools.lru_cache(maxsize=1024)
def _turned(subscripts: str, i: int) -> str:
    """The subscripts of the product that operand i's cotangent is."""
    x, y, out = subscripts.replace("->", ",").split(",")
    return f"{out},{y}->{x}" if i == 0 else f"{out},{x}->{y}"


contract = bilinear(
    "einsum",
    lambda x, y, subscripts: _product(x, y, subscripts),
    lambda g, y, subscripts: _product(g, y, spelled(_turned, subscripts, 0)),
    lambda g, x, subscripts: _product(g, x, spelled(_turned, subscripts, 1)),
)


# -- the usual products of two ---------------------------------------------------------------------------------------


def tensordot(a: Any, b: Any, axes: Any = 2) -> Tensor:
    """out = Σ a b over pairs of axes: the last `axes` of a with the first of b, or axes[0] of a with axes[1] of b.

    The result has the axes of a that are left, then those of b.   (n, m, k), (m, k, p) → (n, p).

    >>> from autograd import ones
    >>> tensordot(ones((2, 3, 4)), ones((3, 4, 5))).shape
    (2, 5)
    """
    a, b = (x if isinstance(x, Traced) else np.asarray(x) for x in (a, b))
    x, y = a.shape, b.shape
    count = isinstance(axes, (int, np.integer))
    pairs = (range(len(x) - int(axes), len(x)), range(int(axes))) if count else axes
    try:
        of_a, of_b = normalize_axis_tuple(pairs[0], len(x)), normalize_axis_tuple(pairs[1], len(y))
    except ValueError as fault:
        raise type(fault)(f"tensordot: {x}, {y}, axes={axes}: {fault}") from None
    if [x[i] for i in of_a] != [y[i] for i in of_b]:
        raise ValueError(f"tensordot: {x}, {y}: axes {of_a} of a must be as long as axes {of_b} of b")
    return contract(a, b, subscripts=_paired_axes(len(x), len(y), of_a, of_b))


@functools.lru_cache(maxsize=1024)
def _paired_axes(ndim_a: int, ndim_b: int, of_a: tuple[int, ...], of_b: tuple[int, ...]) -> str:
    a = ascii_letters[:ndim_a]
    b = "".join(a[of_a[of_b.index(i)]] if i in of_b else ascii_letters[ndim_a + i] for i in range(ndim_b))
    return f"{a},{b}->" + "".join(s for s in a + b if (s in a) != (s in b))


def inner(a: Any, b: Any) -> Tensor:
    """out = Σ_i a[..., i] b[..., i], for every vector of a with every one of b.   (n, m), (p, m) → (n, p).

    >>> from autograd import tensor
    >>> inner(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.], dtype=float64)
    """
    if not np.ndim(values_of(a)) or not np.ndim(values_of(b)):
        return multiply(a, b)
    return tensordot(a, b, (-1, -1))


def dot(a: Any, b: Any) -> Tensor:
    """out = Σ_i a[..., i] b[..., i, :], for every vector of a with every matrix of b; numbers are multiplied.

    Up to two axes of b this is a @ b.   (n, m), (m, p) → (n, p).

    >>> from autograd import tensor
    >>> dot(tensor([1.0, 2.0]), tensor([3.0, 4.0]))
    tensor(11., dtype=float64)
    """
    x, y = np.ndim(values_of(a)), np.ndim(values_of(b))
    if not x or not y:
        return multiply(a, b)
    return matmul(a, b) if x == 1 or y <= 2 else tensordot(a, b, (-1, -2))
