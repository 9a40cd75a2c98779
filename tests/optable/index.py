"""Reading and writing parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from autograd.ops.index import getitem, scatter, setitem
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
             case("()", shape=(3,), index=(np.array(-1),))]
# fmt: on


def assigned(x: Any, y: Any, index: Any) -> Any:
    x = np.array(x)
    x[index] = y
    return x


def scattered(x: Any, shape: Any, index: Any) -> Any:
    out = np.zeros(shape, x.dtype)
    np.add.at(out, index, x)
    return out


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
    Row(scatter,          scattered,        torch_scattered,     SCATTER),
    Row(lambda x, y, index: setitem(x, index, y), assigned, torch_assigned, WRITE, name="setitem"),
    Row(lambda x, y, index: setitem(x, index, y), assigned, None, REWRITE, name="setitem repeated"),
]
# fmt: on
