"""Reading and writing parts. `getitem` and `scatter` are each other's adjoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Traced
from autograd.record import values_of
from autograd.rules import linear
from autograd.rules import spelled as _spelled

if TYPE_CHECKING:
    pass


def plain(index: Any) -> tuple[Any, ...]:
    """An index as a tuple of slices, integers, None, Ellipsis and arrays."""
    parts = index if isinstance(index, tuple) else (index,)
    return tuple(_copied(part) if isinstance(part, (list, np.ndarray)) else part for part in values_of(parts))


def _copied(part: Any) -> np.ndarray:
    """An array of indices of the graph's own: editing the original must not change where a gradient goes."""
    return np.array(part, dtype=None if len(part) else np.intp) if isinstance(part, list) else part.copy()


def _repeats(index: tuple[Any, ...]) -> bool:
    """Whether an index may name the same entry twice: only arrays of integers can."""
    return any(isinstance(part, np.ndarray) and part.dtype.kind in "iu" for part in index)


def _scattered(x: Any, shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    if isinstance(x, Traced):
        return scatter(x, shape=shape, index=index)
    out = np.zeros(shape, x.dtype)
    if _repeats(index):
        np.add.at(out, index, x)
    else:
        out[index] = x
    return out


def _assigned(x: Any, y: Any, index: tuple[Any, ...]) -> Any:
    if isinstance(x, Traced) or isinstance(y, Traced):
        return _setitem(x, y, index=index)
    out = np.array(x)
    out[index] = y
    return out


def _collect(g: Any, index: tuple[Any, ...]) -> Any:
    """The part of g that came from what was written: where an entry is written twice, only the last one counts."""
    if not isinstance(index, tuple) or not _repeats(index):
        return g[index]
    slots = np.zeros(g.shape, np.intp)
    order = np.arange(slots[index].size).reshape(slots[index].shape)
    slots[index] = order
    return g[index] * (slots[index] == order)


# fmt: off
_getitem = linear("getitem",
    lambda x, index: x[index],
    lambda g, x_shape, index: _spelled(_scattered, g, x_shape, index), views=True)
scatter = linear("scatter",
    lambda x, shape, index: _scattered(x, shape, index),
    lambda g, index: g[index], doc="Zeros of a shape, with x added at an index.")
_setitem = linear("setitem",
    lambda x, y, index: _assigned(x, y, index),
    lambda g, index: _spelled(_assigned, g, 0, index),
    lambda g, index: _collect(g, index))
# fmt: on


def getitem(x: Any, index: Any) -> Any:
    """x[index], with every index NumPy knows. A gradient adds up where an entry is read more than once.

    >>> from autograd import tensor
    >>> getitem(tensor([1.0, 2.0, 3.0]), [2, 0])
    tensor([3., 1.], dtype=float64)
    """
    return _getitem(x, index=plain(index))


def setitem(x: Any, index: Any, y: Any) -> Any:
    """x with y written at the index, as a new Tensor: `x[index] = y` rebinds x to it.

    >>> from autograd import tensor
    >>> setitem(tensor([1.0, 2.0, 3.0]), 1, 9.0)
    tensor([1., 9., 3.], dtype=float64)
    """
    return _setitem(x, y, index=plain(index))
