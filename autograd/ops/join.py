"""Several arrays into one: joined, stacked, or one chosen of them for each place."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.graph import constant
from autograd.ops.elementwise import where
from autograd.ops.index import as_numbers, entries, getitem, plain, written
from autograd.ops.shape import (
    astype,
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_to,
    copy,
    dtype_of,
    expand_dims,
    ravel,
    reshape,
    slab,
    transpose,
)
from autograd.record import tidy, values_of
from autograd.rules import linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "append", "block", "choose", "column_stack", "concat", "concatenate", "dstack", "hstack", "piecewise", "select",
    "stack", "vstack",
]

_concatenate = linear("concatenate",
    lambda *xs, axis, splits: np.concatenate(xs, axis=axis),
    lambda g, i, axis, splits: slab(g, axis, slice(splits[i], splits[i + 1])), variadic=True)
_stack = linear("stack",
    lambda *xs, axis: np.stack(xs, axis=axis),
    lambda g, i, axis: slab(g, axis, i), variadic=True)
# fmt: on

# -- several into one ------------------------------------------------------------------------------------------------


def concatenate(xs: Sequence[Any], axis: int | None = 0, *, dtype: Any = None) -> Tensor:
    """Arrays joined along an axis they have; flattened first where axis is None.   (n, ...), (m, ...) → (n + m, ...).

    >>> from autograd import tensor
    >>> concatenate([tensor([1.0]), tensor([2.0, 3.0])])
    tensor([1., 2., 3.], dtype=float64)
    """
    return _joined("concatenate", [ravel(x) for x in xs] if axis is None else xs, axis or 0, dtype)


def _joined(name: str, xs: Sequence[Any], axis: int, dtype: Any = None) -> Tensor:
    """Arrays joined along an axis, for the function of that name."""
    shapes = [np.shape(values_of(x)) for x in xs]
    if not shapes or () in shapes:
        raise ValueError(
            f"{name}: {_told(shapes)}: needs at least one array, and arrays with axes; stack joins scalars"
        )
    first = shapes[0]
    axis = normalize_axis_index(axis, len(first), name)
    if any(shape != first and _across(shape, axis) != _across(first, axis) for shape in shapes):
        raise ValueError(
            f"{name}: {_told(shapes)}: must have the same lengths on every axis but {axis}, where they join"
        )
    xs = _cast(name, xs, dtype)
    if len(xs) == 1:
        return copy(xs[0])
    return _concatenate(*xs, axis=axis, splits=(0, *itertools.accumulate([shape[axis] for shape in shapes])))


def _across(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """What must be the same of all: how many axes, and the lengths of the others."""
    return (*shape[:axis], len(shape), *shape[axis + 1 :])


def _told(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join(map(str, dict.fromkeys(shapes)))


concat = concatenate


def stack(xs: Sequence[Any], axis: int = 0, *, dtype: Any = None) -> Tensor:
    """Arrays of one shape joined along a new axis.   k of (n, ...) → (k, n, ...).

    >>> from autograd import tensor
    >>> stack([tensor(1.0), tensor(2.0)])
    tensor([1., 2.], dtype=float64)
    """
    if not len(xs):
        raise ValueError("stack: no arrays to stack; pass at least one")
    xs = _cast("stack", xs, dtype)
    if len(xs) == 1:
        return copy(expand_dims(xs[0], axis))
    return _stack(*xs, axis=normalize_axis_index(axis, np.ndim(values_of(xs[0])) + 1, "stack"))


def _cast(name: str, xs: Sequence[Any], dtype: Any) -> Sequence[Any]:
    if dtype is None:
        return xs
    for x in xs:
        if not np.can_cast(source := dtype_of(x), dtype, "same_kind"):
            raise TypeError(f"{name}: {source} does not fit into {np.dtype(dtype)}; pass x.astype({dtype!r})")
    return [astype(x, dtype) for x in xs]


def hstack(xs: Sequence[Any], *, dtype: Any = None) -> Tensor:
    """Arrays joined side by side: along their second axis, vectors along their only one.   (n, m), (n, k) → (n, m + k).

    >>> from autograd import tensor
    >>> hstack([tensor([1.0]), tensor([2.0, 3.0])])
    tensor([1., 2., 3.], dtype=float64)
    """
    xs = [atleast_1d(x) for x in xs]
    return _joined("hstack", xs, 0 if xs and xs[0].ndim == 1 else 1, dtype)


def vstack(xs: Sequence[Any], *, dtype: Any = None) -> Tensor:
    """Arrays joined one below the other: along their first axis, vectors as rows.   (n, m), (k, m) → (n + k, m).

    >>> from autograd import tensor
    >>> vstack([tensor([1.0, 2.0]), tensor([3.0, 4.0])])
    tensor([[1., 2.],
            [3., 4.]], dtype=float64)
    """
    return _joined("vstack", [atleast_2d(x) for x in xs], 0, dtype)


def dstack(xs: Sequence[Any]) -> Tensor:
    """Arrays joined one behind the other: along their third axis.   k of (n, m) → (n, m, k).

    >>> from autograd import zeros
    >>> dstack([zeros((2, 3)), zeros((2, 3))]).shape
    (2, 3, 2)
    """
    return _joined("dstack", [atleast_3d(x) for x in xs], 2)


def column_stack(xs: Sequence[Any]) -> Tensor:
    """Vectors as the columns of a matrix, and matrices side by side.   k of (n,) → (n, k).

    >>> from autograd import tensor
    >>> column_stack([tensor([1.0, 2.0]), tensor([3.0, 4.0])])
    tensor([[1., 3.],
            [2., 4.]], dtype=float64)
    """
    return _joined("column_stack", [x if np.ndim(x) > 1 else transpose(atleast_2d(x)) for x in xs], 1)


def append(x: Any, values: Any, axis: int | None = None) -> Tensor:
    """x with values joined to its end along an axis, both flattened by default.   (n,), (m,) → (n + m,).

    >>> from autograd import tensor
    >>> append(tensor([1.0, 2.0]), 3.0)
    tensor([1., 2., 3.], dtype=float64)
    """
    return _joined("append", [ravel(x), ravel(values)] if axis is None else [x, values], axis or 0)


def block(arrays: Any) -> Tensor:
    """A matrix of blocks: nested lists, the innermost joined along the last axis, those around them along the axes
    before.   [[(n, m), (n, k)], [(p, m), (p, k)]] → (n + p, m + k).

    >>> from autograd import tensor
    >>> x = tensor([[1.0]])
    >>> block([[x, 2 * x], [3 * x, 4 * x]])
    tensor([[1., 2.],
            [3., 4.]], dtype=float64)
    """
    depth = _depth(arrays)
    return _blocks(arrays, -depth, max(depth, _most_axes(arrays))) if depth else copy(arrays)


def _depth(arrays: Any) -> int:
    depths = {_depth(entry) for entry in arrays} if isinstance(arrays, list) else {-1}
    if len(depths) != 1:
        raise ValueError("block: lists must be nested equally deep everywhere, and hold at least one array")
    return depths.pop() + 1


def _most_axes(arrays: Any) -> int:
    return max(map(_most_axes, arrays)) if isinstance(arrays, list) else np.ndim(values_of(arrays))


def _blocks(arrays: Any, axis: int, ndim: int) -> Tensor:
    if isinstance(arrays, list):
        return _joined("block", [_blocks(entry, axis + 1, ndim) for entry in arrays], axis)
    shape = np.shape(values_of(arrays))
    return reshape(arrays, (1,) * (ndim - len(shape)) + shape)


# -- one chosen of several -------------------------------------------------------------------------------------------


def choose(numbers: Any, choices: Sequence[Any], *, mode: str = "raise") -> Tensor:
    """out[i] = choices[numbers[i]][i]; shapes broadcast. `mode` as in `take`.

    >>> from autograd import tensor
    >>> choose([1, 0], [tensor([1.0, 2.0]), tensor([3.0, 4.0])])
    tensor([3., 2.], dtype=float64)
    """
    shapes = [np.shape(values_of(x)) for x in (numbers, *choices)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(f"choose: {', '.join(map(str, shapes))}: numbers and choices must broadcast") from None
    which = as_numbers("choose", numbers, len(choices), mode)
    index = (which, *np.indices(shape, sparse=True))
    return entries("choose", stack([broadcast_to(x, shape) for x in choices]), index)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Tensor:
    """out[i] = choice[i] of the first whose condition[i] holds, or the default; shapes broadcast.

    >>> from autograd import tensor
    >>> x = tensor([1.0, 2.0, 3.0])
    >>> select([x < 2, x < 3], [-x, 10 * x])
    tensor([-1., 20.,  0.], dtype=float64)
    """
    if len(condlist) != len(choicelist) or not len(condlist):
        counts = f"{len(condlist)} conditions, {len(choicelist)} choices"
        raise ValueError(f"select: {counts}: needs as many of each, and at least one")
    out = default
    for condition, x in zip(reversed(condlist), reversed(choicelist)):
        if np.asarray(values_of(condition)).dtype != bool:
            raise TypeError(f"select: conditions must be booleans, not {np.asarray(values_of(condition)).dtype}")
        out = where(condition, x, out)
    return astype(out, dtype_of(*choicelist, default), copy=False)


def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Tensor:
    """out = f(x) with the f whose condition holds: the last one that does, a further f where none does, else 0.

    The shape is that of x. Functions are called with the entries that are theirs only; a number or an array stands for
    itself.

    >>> from autograd import tensor
    >>> piecewise(tensor([-2.0, 3.0]), [tensor([True, False])], [lambda x: -x, lambda x: x**2])
    tensor([2., 9.], dtype=float64)
    """
    value = np.asarray(values_of(x))
    alone = np.ndim(values_of(condlist)) == 0 or (value.ndim and np.ndim(condlist[0]) == 0)
    conditions = [np.asarray(values_of(c), bool) for c in ([condlist] if alone else condlist)]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.any(conditions, axis=0))
    if len(funclist) != len(conditions):
        counts = f"{len(conditions)} conditions, {len(funclist)} functions"
        raise ValueError(f"piecewise: {counts}: needs as many functions, or one more for where none holds")
    out: Tensor = constant(tidy(np.zeros_like(value)))
    for condition, f in zip(conditions, funclist):
        if not condition.any():
            continue
        y = f(getitem(x, condition), *args, **kw) if callable(f) else f
        out = written("piecewise", out, y, plain(condition))
    return out
