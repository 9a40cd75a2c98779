"""Ops that fold axes away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import autograd as ag
from autograd.ops.statistics import average, corrcoef, cov
from tests.optable.case import REDUCE, Row, at, case, cases, fold

# fmt: off
NOTHING   = [case("0"), case("2x0", axis=1), case("0x2", axis=0, keepdims=True)]
ZEROS     = [at([0.0, 3.0, 4.0]), at([0.0, 0.0, 4.0]), at([0.0, 0.0, 0.0]), at([[0.0, 2.0], [0.0, 5.0]], axis=1)]
SPREAD    = [*cases("3 2x3x2"), case("2x3", axis=1), case("2x3x2", axis=(0, -1)), case("2x3", keepdims=True),
             case("4", ddof=1), case("2x3", axis=-1, ddof=1, keepdims=True), case("4", correction=0.5),
             case("2x3", dtype=np.float64)]
WIDER     = [case("2x3", dtype=np.float64), case("4", dtype=np.float64, keepdims=True)]
GIVEN     = cases("4,() 2x3,1x1")
WEIGHTED  = [*cases("3,3 2x3,2x3"), case("2x3,3", axis=1), case("3x2x2,2x3", axis=(1, 0), keepdims=True)]
OBSERVED  = [*cases("4 2x4 2x4,4 2x4,3x4"), case("4x2", rowvar=False), case("4x2,4", rowvar=False)]
DIVIDED   = [case("2x4", bias=True), case("2x4", ddof=0), case("3", dtype=np.float64), case("2x3", fweights=[2, 0, 3])]
WEIGHED   = [*cases("4,4 2x4,4"), case("2x3,3", fweights=[2, 1, 3]), case("2x3,3", bias=True)]
# fmt: on


def prod(x: Any, dim: Any, keepdim: bool) -> Any:
    """PyTorch's product goes along one axis at a time."""
    for d in sorted((d % x.ndim for d in np.atleast_1d(dim)), reverse=True):
        x = x.prod(dim=int(d), keepdim=keepdim)
    return x


def spread(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any, dim: Any, keepdim: bool, ddof: int = 0, correction: float = 0, dtype: Any = None) -> Any:
        return function(x, dim, correction=ddof or correction, keepdim=keepdim)

    return call


def widened(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, dim, keepdim, dtype=None: function(x, dim, keepdim)


def own_dtype(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's function in the dtype of its operands: it answers in float64 by itself."""
    return lambda x, *xs, dtype=None, **params: function(x, *xs, **params).astype(dtype or x.dtype)


def torch_ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return fold(torch.amax)(x, axis, keepdims) - fold(torch.amin)(x, axis, keepdims)


def weighted(function: Callable[..., Any]) -> Callable[..., Any]:
    """`average` with the weights as an operand."""
    return lambda x, weights, **params: function(x, weights=weights, **params)


def weighed(function: Callable[..., Any]) -> Callable[..., Any]:
    """`cov` with the weights as an operand."""
    return lambda m, weights, **params: function(m, aweights=weights, **params)


def around(function: Callable[..., Any]) -> Callable[..., Any]:
    """`var` and its like with the mean as an operand."""
    return lambda x, mean: function(x, mean=mean)


def torch_cov(m: Any, y: Any = None, rowvar: bool = True) -> Any:
    parts = [x if rowvar or x.ndim < 2 else x.T for x in (m, y) if x is not None]
    return torch.cov(parts[0] if y is None else torch.vstack(parts))


def torch_corrcoef(m: Any, y: Any = None, rowvar: bool = True) -> Any:
    parts = [x if rowvar or x.ndim < 2 else x.T for x in (m, y) if x is not None]
    return torch.corrcoef(parts[0] if y is None else torch.vstack(parts))


# fmt: off
ROWS = [
    # reductions
    Row(ag.sum,           np.sum,           fold(widened(torch.sum)), [*REDUCE, *NOTHING, *WIDER]),
    Row(ag.mean,          np.mean,          fold(widened(torch.mean)), [*REDUCE, *WIDER]),
    Row(ag.max,           np.max,           fold(torch.amax),    REDUCE),
    Row(ag.min,           np.min,           fold(torch.amin),    REDUCE),
    Row(ag.prod,          np.prod,          fold(widened(prod)), [*REDUCE, *NOTHING, *ZEROS, *WIDER, case("7")]),
    Row(ag.var,           np.var,           fold(spread(torch.var)),     SPREAD),
    Row(ag.std,           np.std,           fold(spread(torch.std)),     SPREAD),
    Row(around(ag.var),   around(np.var),   None,                GIVEN,    name="var"),
    Row(ag.ptp,           np.ptp,           torch_ptp,           REDUCE),

    # statistics
    Row(average,          np.average,       fold(torch.mean),    REDUCE[:-1]),
    Row(weighted(average), weighted(np.average), None,           WEIGHTED, [(-2, 2), (0.5, 2)], name="average"),
    Row(cov,              own_dtype(np.cov),     torch_cov,      OBSERVED),
    Row(cov,              own_dtype(np.cov),     None,           DIVIDED),
    Row(weighed(cov),     own_dtype(weighed(np.cov)), None,      WEIGHED,  [(-2, 2), (0.5, 2)], name="cov"),
    Row(corrcoef,         own_dtype(np.corrcoef), torch_corrcoef, OBSERVED),
]
# fmt: on
