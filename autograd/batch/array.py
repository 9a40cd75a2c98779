"""Batch: many arrays that a derivative rule takes for one.

A rule is a line of NumPy, so whatever answers NumPy's protocols can be run through it. A `Batch` holds one array a row
and answers each function for all its rows at once, showing the shape of a single row: a sweep with a batch of
cotangents is then a whole Jacobian. Functions it does not know are called row by row, which is as right and slower.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd import protocols
from autograd.graph import Lifted, Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograd.graph import Node


FUNCTIONS: dict[Any, Callable[..., Any]] = {}  # NumPy's functions that answer for all rows at once
WRITERS: dict[Any, Callable[..., Any]] = {}  # and helpers of rules, which write into arrays


class Batch(NDArrayOperatorsMixin):
    """Arrays of one shape, one a row: `value` is (rows, *shape), an ndarray or a Tensor. With `rows=None` all rows are
    the same, and `value` is that array itself."""

    __slots__ = ("rows", "value")

    def __init__(self, value: Any, rows: int | None) -> None:
        self.value, self.rows = value, rows

    def __repr__(self) -> str:
        return f"<batch of {self.rows} {self.shape} {self.dtype}>"

    # -- what a row looks like ---------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape if self.rows is None else self.value.shape[1:]  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.value.dtype  # type: ignore[no-any-return]

    @property
    def T(self) -> Any:
        return np.transpose(self)

    mT = property(lambda self: np.swapaxes(self, -1, -2))

    # -- the methods that rules use ----------------------------------------------------------------

    def __getitem__(self, index: Any) -> Batch:
        if self.rows is None:
            return Batch(self.value[index], None)
        out, moved = self.value[behind(index)], moved_axes(index)
        return Batch(np.moveaxis(out, moved, 0) if moved else out, self.rows)

    def __setitem__(self, index: Any, y: Any) -> None:
        raise Unbatched  # of what other names may hold

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Batch]:
        return (self[i] for i in range(len(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        raise Unbatched

    def astype(self, dtype: Any, **_: Any) -> Batch:
        return Batch(self.value.astype(dtype), self.rows)

    def reshape(self, *shape: Any) -> Any:
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Any:
        return np.transpose(self, (axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes) or None)

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return np.sum(self, axis=axis, keepdims=keepdims)

    def __bool__(self) -> bool:
        if self.rows is not None:
            raise Unbatched
        return bool(self.value)

    def __float__(self) -> float:
        raise Unbatched

    __int__ = __complex__ = __index__ = __float__

    def __getattr__(self, name: str) -> Any:
        raise Unbatched(f"a batch has no {name!r}")

    def applied(self, function: Callable[..., Any], *args: Any) -> Any:
        """A rule's helper: for all rows at once where it takes stacks or we know how, otherwise row by row."""
        if hasattr(function, "takes_stacks"):
            return elementwise(function, *args)
        return WRITERS.get(function, functools.partial(row_by_row, function))(*args)

    # -- NumPy's protocols -------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "at" or kwargs.get("out") is not None:
            raise Unbatched  # it writes into one array
        if method == "reduce":
            return folded(ufunc.reduce, inputs[0], **{"axis": 0, **kwargs})
        if method != "__call__" or ufunc.signature:
            return FUNCTIONS.get(ufunc, functools.partial(row_by_row, getattr(ufunc, method)))(*inputs, **kwargs)
        return elementwise(ufunc, *inputs, **kwargs)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if function in protocols.WRITERS or kwargs.get("out") is not None:
            raise Unbatched
        known = FUNCTIONS.get(function)
        return known(*args, **kwargs) if known is not None else row_by_row(function, *args, **kwargs)


class Unbatched(TypeError, AttributeError):
    """A rule asked for the one array that a batch is not, or to write into one: it must be asked row by row."""


class Shared(Lifted):
    """A node's saved arrays as Tensors, each the same for all rows of a batch."""

    __slots__ = ()

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.x, self.y, self.out = map(shared, (self.x, self.y, self.out))
        self.rest = None if self.rest is None else tuple([(p, shared(z)) for p, z in self.rest])


def shared(x: Any) -> Any:
    """A Tensor as a batch whose rows are all the same; what is no Tensor as it is."""
    return Batch(x, None) if isinstance(x, Traced) else x


# -- rows ------------------------------------------------------------------------------------------------------------


def rows_of(*xs: Any) -> int | None:
    """How many rows a function of these has; None where it is the same for all."""
    return next((x.rows for x in xs if isinstance(x, Batch) and x.rows is not None), None)


def plain(x: Any) -> Any:
    """What a batch holds; anything else as it is."""
    return x.value if isinstance(x, Batch) else x


def aligned(x: Any, ndim: int) -> Any:
    """Rows in front and ones behind them, so that rows broadcast with rows."""
    if not isinstance(x, Batch) or x.rows is None or x.ndim == ndim:
        return plain(x)
    return np.reshape(x.value, (x.rows, *(1,) * (ndim - x.ndim), *x.shape))


def elementwise(function: Callable[..., Any], *xs: Any, **kwargs: Any) -> Batch:
    """A function applied entry by entry, shapes broadcasting."""
    ndim = max(np.ndim(x) for x in xs)
    return Batch(function(*[aligned(x, ndim) for x in xs], **kwargs), rows_of(*xs))


def row_by_row(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Any function, called once for every row."""
    rows = rows_of(*args, *kwargs.values(), *[x for arg in args if isinstance(arg, (tuple, list)) for x in arg])

    def row(x: Any, i: int) -> Any:
        if isinstance(x, (tuple, list)):
            return type(x)([row(entry, i) for entry in x])
        return x if not isinstance(x, Batch) else x.value if x.rows is None else x.value[i]

    if rows is None:
        out = function(*[row(x, 0) for x in args], **{key: row(x, 0) for key, x in kwargs.items()})
        return tuple(Batch(part, None) for part in out) if isinstance(out, tuple) else Batch(out, None)
    outs = [function(*[row(x, i) for x in args], **{key: row(x, i) for key, x in kwargs.items()}) for i in range(rows)]
    if rows > 1 and outs[0] is outs[1] and isinstance(outs[0], np.ndarray):
        raise Unbatched  # all rows were written into one array
    if isinstance(outs[0], tuple):
        return tuple(Batch(np.stack(part), rows) for part in zip(*outs, strict=True))
    return Batch(np.stack(outs), rows)


def behind(index: Any) -> tuple[Any, ...]:
    """The same index, behind the rows."""
    return (slice(None), *index) if isinstance(index, tuple) else (slice(None), index)


def moved_axes(index: Any) -> int:
    """NumPy puts the axes of index arrays that do not stand side by side first, before the rows: how many these are."""
    parts = index if isinstance(index, tuple) else (index,)
    places = [i for i, part in enumerate(parts) if isinstance(part, (int, np.integer, np.ndarray))]
    arrays = [parts[i] for i in places if isinstance(parts[i], np.ndarray)]
    if not arrays or places[-1] - places[0] + 1 == len(places):
        return 0
    return np.broadcast(*[a.nonzero()[0] if a.dtype == bool else a for a in arrays]).ndim


def folded(function: Callable[..., Any], x: Batch, axis: Any = None, **kwargs: Any) -> Batch:
    """A function that folds axes: all of a row's by default."""
    if x.rows is not None:
        axes = range(x.ndim) if axis is None else normalize_axis_tuple(axis, x.ndim)
        axis = tuple([i + 1 for i in axes])
    return Batch(function(x.value, axis=axis, **kwargs), x.rows)
