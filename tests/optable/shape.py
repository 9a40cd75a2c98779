"""Ops that lay entries out in another shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import autograd as ag
from autograd.ops.shape import alias
from tests.optable.case import UNARY, Row, case, cases

# fmt: off
RESHAPE   = [case("6", shape=(2, 3)), case("2x3", shape=-1), case("2x3", shape=(3, -1)), case("()", shape=(1, 1)),
             case("1", shape=()), case("0x3", shape=(3, 0))]
COLUMNS   = [case("2x3", shape=(3, -1), order="F"), case("2x3x2", shape=-1, order="F"),
             case("6", shape=[2, 3], order="F"), case("2x3", shape=6, copy=True)]
RAVEL     = [*UNARY, *cases("2x3x2 ()", order="F")]
PERMUTE   = [*UNARY, case("2x3x4", axes=(1, 2, 0)), case("2x3x4", axes=(-1, 0, 1))]
SWAP      = [case("2x3", axis1=0, axis2=1), case("2x3x4", axis1=0, axis2=-1), case("2", axis1=0, axis2=0)]
MOVE      = [case("2x3x4", source=0, destination=-1), case("2x3x4", source=(0, 2), destination=(1, 0))]
ROLL_AXIS = [case("2x3x4", axis=2), case("2x3x4", axis=0, start=2), case("2x3x4", axis=-2, start=3),
             case("2x3x4", axis=1, start=-1)]
EXPAND    = [case("3", axis=0), case("2x3", axis=1), case("2x3", axis=-1), case("()", axis=0)]
EXPANDS   = [case("3", axis=(0, 2)), case("2x3", axis=(1, -1)), case("()", axis=(0, 1)), case("2", axis=())]
SQUEEZE   = [*cases("1x3x1 1 2x3 ()"), case("1x3x1", axis=0), case("1x3x1", axis=(0, -1))]
STRETCH   = [*cases("3 () 2x1x3", shape=(4, 2, 5, 3)), case("3", shape=3), case("1", shape=(0,))]
ATLEAST   = cases("() 3 2x3 2x3x2 2x1x3x1")
SEVERAL   = cases("3 (),3 2x1,1x3,1 0,1")
# fmt: on


def torch_reshape(x: Any, shape: Any) -> Any:
    return torch.reshape(x, shape if isinstance(shape, tuple) else (shape,))


def torch_broadcast_to(x: Any, shape: Any) -> Any:
    return torch.broadcast_to(x, shape if isinstance(shape, tuple) else (shape,))


def torch_transpose(x: Any, axes: Any = None) -> Any:
    return torch.permute(x, axes or tuple(range(x.ndim))[::-1])


def torch_squeeze(x: Any, axis: Any = None) -> Any:
    return torch.squeeze(x) if axis is None else torch.squeeze(x, axis)


def numpy_reshape(x: Any, shape: Any, order: str = "C", copy: Any = None) -> Any:
    return np.reshape(x, shape, order)


def together(function: Any) -> Any:
    """A function that gives several arrays as one that gives all their entries."""
    return lambda *xs, **params: np.concatenate([np.ravel(y) for y in function(*xs, **params)])


def torch_together(function: Any) -> Any:
    return lambda *xs, **params: torch.cat([y.ravel() for y in function(*xs, **params)])


# fmt: off
ROWS = [
    # shapes
    Row(ag.reshape,       np.reshape,       torch_reshape,       RESHAPE),
    Row(ag.reshape,       numpy_reshape,    None,                COLUMNS),
    Row(ag.ravel,         np.ravel,         None,                RAVEL),
    Row(ag.expand_dims,   np.expand_dims,   torch.unsqueeze,     EXPAND),
    Row(ag.expand_dims,   np.expand_dims,   None,                EXPANDS),
    Row(ag.squeeze,       np.squeeze,       torch_squeeze,       SQUEEZE),
    Row(ag.atleast_1d,    np.atleast_1d,    torch.atleast_1d,    ATLEAST),
    Row(ag.atleast_2d,    np.atleast_2d,    torch.atleast_2d,    ATLEAST),
    Row(ag.atleast_3d,    np.atleast_3d,    torch.atleast_3d,    ATLEAST),

    # orders of axes
    Row(ag.transpose,     np.transpose,     torch_transpose,     PERMUTE),
    Row(ag.matrix_transpose, np.matrix_transpose, lambda x: x.mT, cases("2x3 2x3x4 0x2")),
    Row(ag.swapaxes,      np.swapaxes,      lambda x, axis1, axis2: torch.swapaxes(x, axis1, axis2), SWAP),
    Row(ag.moveaxis,      np.moveaxis,      torch.moveaxis,      MOVE),
    Row(ag.rollaxis,      np.rollaxis,      None,                ROLL_AXIS),

    # broadcasts and copies
    Row(ag.broadcast_to,  np.broadcast_to,  torch_broadcast_to,  STRETCH),
    Row(together(ag.broadcast_arrays), together(np.broadcast_arrays), torch_together(torch.broadcast_tensors), SEVERAL,
        name="broadcast_arrays"),
    Row(ag.astype,        lambda x, dtype: x.astype(dtype), None, cases("() 3 0x2", dtype=np.float64)),
    Row(ag.copy,          np.copy,          torch.clone),
    Row(alias,            lambda x: x,      torch.clone),
]
# fmt: on
