"""Ops that move entries."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import autograd as ag
from autograd.ops.shape import alias
from tests.optable.case import UNARY, Row, case, cases, joined

# fmt: off
RESHAPE   = [case("6", shape=(2, 3)), case("2x3", shape=-1), case("2x3", shape=(3, -1)), case("()", shape=(1, 1)),
             case("1", shape=()), case("0x3", shape=(3, 0))]
PERMUTE   = [*UNARY, case("2x3x4", axes=(1, 2, 0)), case("2x3x4", axes=(-1, 0, 1))]
SWAP      = [case("2x3", axis1=0, axis2=1), case("2x3x4", axis1=0, axis2=-1), case("2", axis1=0, axis2=0)]
MOVE      = [case("2x3x4", source=0, destination=-1), case("2x3x4", source=(0, 2), destination=(1, 0))]
EXPAND    = [case("3", axis=0), case("2x3", axis=1), case("2x3", axis=-1), case("()", axis=0)]
EXPANDS   = [case("3", axis=(0, 2)), case("2x3", axis=(1, -1)), case("()", axis=(0, 1)), case("2", axis=())]
SQUEEZE   = [*cases("1x3x1 1 2x3 ()"), case("1x3x1", axis=0), case("1x3x1", axis=(0, -1))]
STRETCH   = [*cases("3 () 2x1x3", shape=(4, 2, 5, 3)), case("3", shape=3), case("1", shape=(0,))]
JOIN      = [*cases("2,3 3 2x3,1x3"), case("2x3,2x1", axis=1), case("2x3,2x1,2x0", axis=-1)]
STACK     = [*cases("(),() 3,3,3 0,0"), case("2x3,2x3", axis=1), case("2x3,2x3", axis=-1)]
# fmt: on


def torch_reshape(x: Any, shape: Any) -> Any:
    return torch.reshape(x, shape if isinstance(shape, tuple) else (shape,))


def torch_broadcast_to(x: Any, shape: Any) -> Any:
    return torch.broadcast_to(x, shape if isinstance(shape, tuple) else (shape,))


def torch_transpose(x: Any, axes: Any = None) -> Any:
    return torch.permute(x, axes or tuple(range(x.ndim))[::-1])


def torch_squeeze(x: Any, axis: Any = None) -> Any:
    return torch.squeeze(x) if axis is None else torch.squeeze(x, axis)


# fmt: off
ROWS = [
    # shapes
    Row(ag.reshape,       np.reshape,       torch_reshape,       RESHAPE),
    Row(ag.ravel,         np.ravel,         torch.ravel),
    Row(ag.transpose,     np.transpose,     torch_transpose,     PERMUTE),
    Row(ag.swapaxes,      np.swapaxes,      lambda x, axis1, axis2: torch.swapaxes(x, axis1, axis2), SWAP),
    Row(ag.moveaxis,      np.moveaxis,      torch.moveaxis,      MOVE),
    Row(ag.expand_dims,   np.expand_dims,   torch.unsqueeze,     EXPAND),
    Row(ag.expand_dims,   np.expand_dims,   None,                EXPANDS),
    Row(ag.squeeze,       np.squeeze,       torch_squeeze,       SQUEEZE),
    Row(ag.broadcast_to,  np.broadcast_to,  torch_broadcast_to,  STRETCH),
    Row(ag.astype,        lambda x, dtype: x.astype(dtype), None, cases("() 3 0x2", dtype=np.float64)),
    Row(alias,            lambda x: x,      torch.clone),
    Row(joined(ag.concatenate), joined(np.concatenate), joined(torch.cat), JOIN, name="concatenate"),
    Row(joined(ag.concatenate), joined(np.concatenate), None, cases("2x2,3,()", axis=None), name="concatenate flat"),
    Row(joined(ag.stack), joined(np.stack), joined(torch.stack), STACK,    name="stack"),
]
# fmt: on
