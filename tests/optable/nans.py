"""Reductions that leave NaN out."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import autograd as ag
from tests.optable.case import Row, at, case, cases, fold
from tests.optable.order import percent
from tests.optable.reduce import around, prod

NAN = np.nan
HOLES = [[NAN, 1.0, -2.0], [0.5, NAN, 2.5], [3.0, NAN, -1.5]]

PLACES = np.array([0.0, 0.75, 1.0], np.float32)

# fmt: off
SOME      = [*cases("() 2x3"), at([2.0, NAN, 1.0, -0.5]), at(HOLES), at(HOLES, axis=0),
             at(HOLES, axis=1, keepdims=True)]
SUMS      = [*SOME, case("0"), at([NAN, NAN]), at(HOLES, axis=(0, 1))]
RUNS      = [*SOME[:5], at([NAN, 2.0, NAN])]
SPREAD    = [*SOME[1:], at(HOLES, axis=1, ddof=1), at(HOLES, correction=1.5)]
QUANTILES = [case("5", q=0.3), at(HOLES, q=0.6), at(HOLES, q=0.25, axis=0), at(HOLES, q=PLACES, axis=1),
             at(HOLES, q=0.5, keepdims=True)]
METHODS   = [at(HOLES, q=0.6, axis=0, method=method) for method in ("hazen", "lower", "averaged_inverted_cdf")]
# fmt: on


def torch_prod(x: Any, dim: Any, keepdim: bool) -> Any:
    return prod(torch.where(x.isnan(), 1.0, x), dim, keepdim)


def torch_extreme(function: Any, number: float) -> Any:
    return fold(lambda x, **params: function(torch.where(x.isnan(), number, x), **params))


def torch_quantile(x: Any, q: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return torch.nanquantile(x, torch.as_tensor(q, dtype=x.dtype), axis, keepdim=keepdims)


# fmt: off
ROWS = [
    Row(ag.nansum,        np.nansum,        fold(torch.nansum),                      SUMS),
    Row(ag.nanprod,       np.nanprod,       fold(torch_prod),                        SUMS),
    Row(ag.nancumsum,     np.nancumsum,     None,                                    RUNS),
    Row(ag.nancumprod,    np.nancumprod,    None,                                    RUNS),
    Row(ag.nanmean,       np.nanmean,       fold(torch.nanmean),                     SOME,      (-1, 3)),
    Row(ag.nanvar,        np.nanvar,        None,                                    SPREAD),
    Row(ag.nanstd,        np.nanstd,        None,                                    SPREAD),
    Row(ag.nanmax,        np.nanmax,        torch_extreme(torch.amax, -np.inf),      SOME),
    Row(ag.nanmin,        np.nanmin,        torch_extreme(torch.amin, np.inf),       SOME),
    Row(ag.nanmedian,     np.nanmedian,     None,                                    SOME),
    Row(ag.nanquantile,   np.nanquantile,   torch_quantile,                          QUANTILES),
    Row(ag.nanquantile,   np.nanquantile,   None,                                    METHODS),
    Row(percent(ag.nanpercentile), percent(np.nanpercentile), torch_quantile, QUANTILES[:3], name="nanpercentile"),
    Row(around(ag.nanstd), around(np.nanstd), None, cases("4,() 2x3,1x1"), name="nanstd"),
]
# fmt: on
