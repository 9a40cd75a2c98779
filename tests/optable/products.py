"""Products of two arrays."""

from __future__ import annotations

import numpy as np
import torch

import autograd as ag
from tests.optable.case import Row, case, cases

# fmt: off
MATRICES  = cases("""3,3 2x3,3 3,3x4 2x3,3x4 5x2x3,3x4 2x3,5x3x4 5x2x3,5x3x4 1x2x3,5x3x4 2x1x2x3,5x3x4 5x2x3,3 3,5x3x4
                     2x5x2x3,3x2 1x1,1x1 0x3,3x2 2x0,0x3 2x3x0,0x2 0x2x3,3x2 2x0,0""")
DOTS      = [*cases("3,3 2x3,3 2x3,2x3 4x1x3,2x3 0x3,3 2x0,0"), case("3x2,3x2", axis=0), case("2x3x4,3x1", axis=-2)]
CROSS     = [*cases("3,3 2x3,3 4x1x3,2x3 0x3,3"), case("3x2,3x2", axis=0), case("3x2,2x3", axisa=0, axisc=0)]
KRON      = cases("(),() (),2 2,3 2x3,2 2x2,1x3 2x1x2,3x2 0,2")
# fmt: on


def torch_vecdot(x: torch.Tensor, y: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return (x.movedim(axis, -1) * y.movedim(axis, -1)).sum(-1)


# fmt: off
ROWS = [
    # matrices
    Row(ag.matmul,        np.matmul,        torch.matmul,        MATRICES),
    Row(ag.matvec,        np.matvec,        None,                cases("2x3,3 2x3,4x3 4x2x3,3 4x2x3,4x3 0x3,3 2x0,0")),
    Row(ag.vecmat,        np.vecmat,        None,                cases("3,3x2 4x3,3x2 3,4x3x2 4x3,4x3x2 3,3x0 0,0x2")),

    # vectors
    Row(ag.vecdot,        np.vecdot,        torch_vecdot,        DOTS),
    Row(ag.vdot,          np.vdot,          None,                cases("(),() 3,3 2x3,3x2 0,0")),
    Row(ag.cross,         np.cross,         None,                CROSS),
    Row(ag.cross,         np.cross,         torch.linalg.cross,  cases("3,3 2x3,1x3"), name="cross in torch"),

    # every entry with every entry
    Row(ag.outer,         np.outer,         torch.outer,         cases("2,3 0,2")),
    Row(ag.outer,         np.outer,         None,                cases("(),() (),2 2x3,2"), name="outer, flattened"),
    Row(ag.kron,          np.kron,          torch.kron,          KRON),
]
# fmt: on
