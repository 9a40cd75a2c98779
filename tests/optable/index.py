"""Reading and writing parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from autograd.ops.index import (
    _overlap_add,
    compress,
    extract,
    getitem,
    scatter,
    set_along_axis,
    setitem,
    sliding_window_view,
    take,
    take_along_axis,
)
from tests.optable.case import ALL, MASK, PICK, Row, case, cases

# fmt: off
BASIC     = [*cases("3 2x3", index=-1), case("2x3", index=(1, 2)), case("2x3", index=(ALL, 1)),
             case("2x3", index=(..., 0)), *cases("5 5x2", index=slice(1, None, 2)), case("3", index=slice(0, 0)),
             case("5", index=slice(None, None, -2)), case("3", index=(None, slice(1, 3))), *cases("() 3", index=...),
             case("()", index=()), case("()", index=None)]
FANCY     = [case("3", index=[2, 0]), case("3", index=[0, 0, -1, 2, -3]), case("3", index=[]), case("3", index=PICK),
             case("3x2", index=([0, 0, 2], [1, 1, 0])),
             case("2x3x4", index=([0, 1], ALL, [1, 1])), case("2x3x4", index=(ALL, [[0], [2]], [1, 1])),
             *cases("3 3x2", index=MASK), case("2x3", index=(ALL, MASK)), case("3", index=True)]
WRITE     = [*cases("3,() 2x3,3 2x3,1x3", index=-1), case("2x3,()", index=(1, 2)), case("2x3,2", index=(ALL, 1)),
             case("5,2", index=slice(1, None, 2)), *cases("2x3,3 2x3,2x1", index=...), case("(),()", index=()),
             case("3,0", index=slice(0, 0)), case("3,2", index=[2, 0]), *cases("3,2 3,() 3x2,2", index=MASK),
             case("2x3x4,2x2x2", index=(ALL, [[0], [2]], [1, 3]))]
REWRITE   = [case("3,3", index=[0, 2, 0]), case("3,3", index=[0, 2, -3]), case("3,()", index=[1, 1]),
             case("3x2,3", index=([0, 0, 2], [1, 1, 0])), case("3,2x2", index=PICK)]
NUMPYS    = case("2x3x4", index=(0, ALL, [1, 1])), case("2x3x4", index=(0, ALL, MASK.nonzero()[0], None))
SCATTER   = [case("3", shape=(4,), index=(np.array([0, 2, 0]),)), case("2x2", shape=(3,), index=(PICK,)),
             case("2x3", shape=(4, 3), index=(PICK[0],)), case("2", shape=(2, 3), index=(PICK[0], PICK[1])),
             case("()", shape=(3,), index=(np.array(-1),)), case("3", shape=(4,), index=([2, 0, 2],))]
TAKE      = [case("2x3", indices=[5, 0, 0, -1]), *cases("3 3x2", indices=[2, 0, 0], axis=0),
             case("3", indices=1, axis=0),
             case("2x3", indices=PICK, axis=-1), case("2x3x2", indices=[], axis=1), case("2x3", indices=0, axis=1)]
WRAPPED   = [case("3", indices=[4, -4], axis=0, mode="wrap"), case("3x2", indices=[-2, 0, 7], axis=0, mode="clip")]
ALONG     = [case("3", indices=[2, 0, 0], axis=0), case("2x3", indices=[[0, -1, 1, 1], [2, 2, 0, 1]], axis=1),
             case("2x3", indices=[[1, 0, 0]], axis=0), case("2x3", indices=[5, 0, 0], axis=None),
             case("2x3x2", indices=np.array([[[1], [0], [1]], [[0], [0], [1]]]), axis=-1)]
PUT       = [case("2x3,2x1", indices=[[2], [0]], axis=1), case("2x3,()", indices=[[1, 0, 0]], axis=0),
             case("3,2", indices=[2, 0], axis=0), case("2x3,2", indices=[5, 0], axis=None)]
CHOSEN    = [case("3", condition=MASK, axis=0), case("2x3", condition=[True, False, True], axis=1),
             case("2x3", condition=[0, 1], axis=0), case("2x3", condition=[0, 1, 0, 1]), case("2x3", condition=[False])]
EXTRACTED = [case("3", condition=MASK), case("2x3", condition=[MASK, ~MASK])]
WINDOWS   = [case("5", window=3), case("2x5", window=2, axis=1), case("3x4", window=(2, 3)), case("3", window=1),
             case("6", window=(2, 3), axis=(0, 0)), case("3x4", window=(3, 2), axis=(-1, 0)),
             case("2x3x2", window=(), axis=())]
LAPS      = [case("3x2", shape=(4,), window=(2,), axis=(0,)), case("2x2x2", shape=(2, 3), window=(2,), axis=(1,)),
             case("3x2x3", shape=(6,), window=(2, 3), axis=(0, 0))]
# fmt: on


def windowed(function: Any) -> Any:
    return lambda x, window, axis=None: function(x, window, axis)


def torch_windowed(x: Any, window: Any, axis: Any = None) -> Any:
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis) % x.ndim
    for a, n in zip(axes, np.atleast_1d(window)):
        x = x.unfold(int(a), int(n), 1)
    return x


def overlapped(x: Any, shape: Any, window: Any, axis: Any) -> Any:
    out, places = np.zeros(shape, x.dtype), np.arange(np.prod(shape)).reshape(shape)
    np.add.at(out.reshape(-1), np.lib.stride_tricks.sliding_window_view(places, window, axis), x)
    return out


def put(x: Any, y: Any, indices: Any, axis: Any) -> Any:
    x = np.array(x)
    np.put_along_axis(x, np.asarray(indices), y, axis)
    return x


def along(function: Any) -> Any:
    return lambda x, indices, axis: function(x, np.asarray(indices), axis)


def torch_take(x: Any, indices: Any, axis: Any = None) -> Any:
    which = torch.as_tensor(np.array(indices, np.intp))
    if axis is None:
        return torch.take(x, which)
    return x[(slice(None),) * (axis % x.ndim) + (which,)]


def torch_along(x: Any, indices: Any, axis: Any) -> Any:
    which = torch.as_tensor(np.asarray(indices))
    return torch.take_along_dim(x, which % (x.shape[axis] if axis is not None else x.numel()), axis)


def conditioned(function: Any) -> Any:
    return lambda x, condition, **params: function(condition, x, **params)


def assigned(x: Any, y: Any, index: Any) -> Any:
    x = np.array(x)
    x[index] = y
    return x


def scattered(x: Any, shape: Any, index: Any) -> Any:
    out = np.zeros(shape, x.dtype)
    np.add.at(out, index, x)
    return out


def scattering(x: Any, shape: Any, index: Any) -> Any:
    return scatter(x, index, shape)


def torch_index(index: Any) -> Any:
    """PyTorch takes tensors for arrays."""
    if isinstance(index, tuple):
        return tuple(torch_index(part) for part in index)
    if not isinstance(index, list | np.ndarray):
        return index
    return torch.as_tensor(index, dtype=None if np.size(index) else torch.long)


def torch_getitem(x: Any, index: Any) -> Any:
    if isinstance(index, slice):  # PyTorch has no negative steps
        index = np.arange(len(x))[index].copy()
    return x[torch_index(index)]


def torch_assigned(x: Any, y: Any, index: Any) -> Any:
    x = x.clone()
    x[torch_index(index)] = y
    return x


def torch_scattered(x: Any, shape: Any, index: Any) -> Any:
    return torch.zeros(shape, dtype=x.dtype).index_put(torch_index(index), x, accumulate=True)


# fmt: off
ROWS = [
    # parts
    Row(getitem,          lambda x, index: x[index], torch_getitem, [*BASIC, *FANCY]),
    Row(getitem,          lambda x, index: x[index], None,       NUMPYS),
    Row(scattering,       scattered,        torch_scattered,     SCATTER,  name="scatter"),
    Row(lambda x, y, index: setitem(x, index, y), assigned, torch_assigned, WRITE, name="setitem"),
    Row(lambda x, y, index: setitem(x, index, y), assigned, None, REWRITE, name="setitem repeated"),

    # by NumPy's names
    Row(take,             np.take,          torch_take,          TAKE),
    Row(take,             np.take,          None,                WRAPPED),
    Row(take_along_axis,  along(np.take_along_axis), torch_along, ALONG),
    Row(lambda x, y, indices, axis: set_along_axis(x, indices, y, axis), put, None, PUT, name="set_along_axis"),
    Row(conditioned(compress), conditioned(np.compress), None,   CHOSEN,   name="compress"),
    Row(conditioned(extract), conditioned(np.extract), None,     EXTRACTED, name="extract"),

    # windows
    Row(windowed(sliding_window_view), windowed(np.lib.stride_tricks.sliding_window_view), torch_windowed, WINDOWS,
        name="sliding_window_view"),
    Row(_overlap_add,     overlapped,       None,                LAPS),
]
# fmt: on
