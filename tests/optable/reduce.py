"""Ops that fold axes away."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import autograd as ag
from tests.optable.case import REDUCE, Row, at, case, cases, fold

# fmt: off
NOTHING   = [case("0"), case("2x0", axis=1), case("0x2", axis=0, keepdims=True)]
ZEROS     = [at([0.0, 3.0, 4.0]), at([0.0, 0.0, 4.0]), at([0.0, 0.0, 0.0]), at([[0.0, 2.0], [0.0, 5.0]], axis=1)]
SPREAD    = [*cases("3 2x3x2"), case("2x3", axis=1), case("2x3x2", axis=(0, -1)), case("2x3", keepdims=True),
             case("4", ddof=1), case("2x3", axis=-1, ddof=1, keepdims=True)]
# fmt: on


def prod(x: Any, dim: Any, keepdim: bool) -> Any:
    """PyTorch's product goes along one axis at a time."""
    for d in sorted((d % x.ndim for d in np.atleast_1d(dim)), reverse=True):
        x = x.prod(dim=int(d), keepdim=keepdim)
    return x


def torch_var(x: Any, dim: Any, keepdim: bool, ddof: int = 0) -> Any:
    return torch.var(x, dim, correction=ddof, keepdim=keepdim)


def torch_std(x: Any, dim: Any, keepdim: bool, ddof: int = 0) -> Any:
    return torch.std(x, dim, correction=ddof, keepdim=keepdim)


# fmt: off
ROWS = [
    # reductions
    Row(ag.sum,           np.sum,           fold(torch.sum),     [*REDUCE, *NOTHING]),
    Row(ag.mean,          np.mean,          fold(torch.mean),    REDUCE),
    Row(ag.max,           np.max,           fold(torch.amax),    REDUCE),
    Row(ag.min,           np.min,           fold(torch.amin),    REDUCE),
    Row(ag.prod,          np.prod,          fold(prod),          [*REDUCE, *NOTHING, *ZEROS, case("7")]),
    Row(ag.var,           np.var,           fold(torch_var),     SPREAD),
    Row(ag.std,           np.std,           fold(torch_std),     SPREAD),
]
# fmt: on
