"""Ops that sort or rank: a gradient goes to where each entry came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import autograd as ag
from tests.optable.case import REDUCE, Row, case, cases

# fmt: off
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "median_unbiased", "normal_unbiased",
]
PLACES    = np.array([0.0, 0.3, 0.5, 1.0], np.float32)

SORTED    = [*cases("4 2x3 0 2x0"), case("3x2x2", axis=1), case("2x3", axis=None), case("()", axis=None)]
PARTED    = [case("5", kth=2), case("2x4", kth=[0, 2]), case("4x2", kth=1, axis=0), case("2x3", kth=-1, axis=None)]
MEDIANS   = [case for case in REDUCE if 0 not in case.shapes[0]]
QUANTILES = [case("4", q=0.3), case("2x3x2", q=0.6), case("4x3", q=0.25, axis=0), case("5x2", q=PLACES, axis=0),
             case("5x2", q=PLACES, axis=1, keepdims=True), case("3", q=1), case("()", q=0.5),
             *(case("6", q=0.45, method=method) for method in ("lower", "higher", "midpoint", "nearest"))]
UNUSUAL   = [case("2x3x2", q=0.6, axis=(0, 2)), case("4x2", q=PLACES.reshape(2, 2), axis=0, method="hazen"),
             *(case("7", q=0.1 + 0.1 * i, method=method) for i, method in enumerate(METHODS))]
BY_Q      = cases("4,() 5,3 1,2")
# fmt: on


def torch_sort(x: Any, axis: Any = -1) -> Any:
    return (x.reshape(-1) if axis is None else x).sort(dim=0 if axis is None else axis).values


def torch_quantile(x: Any, q: Any, axis: Any = None, keepdims: bool = False, method: str = "linear") -> Any:
    return torch.quantile(x, torch.as_tensor(q, dtype=x.dtype), axis, keepdim=keepdims, interpolation=method)


def percent(percentile: Callable[..., Any]) -> Callable[..., Any]:
    """A percentile as the quantile that it is."""
    return lambda x, q, **params: percentile(x, 100 * q, **params)


# fmt: off
ROWS = [
    Row(ag.sort,       np.sort,        torch_sort,     SORTED),
    Row(lambda x: ag.sort(x, descending=True), lambda x: -np.sort(-x), lambda x: x.sort(descending=True).values,
        cases("4 2x3"), name="sort, descending"),
    Row(ag.partition,  np.partition,   None,           PARTED),
    Row(ag.median,     np.median,      None,           MEDIANS),
    Row(ag.quantile,   np.quantile,    torch_quantile, QUANTILES),
    Row(ag.quantile,   np.quantile,    None,           UNUSUAL),
    Row(ag.quantile,   np.quantile,    torch_quantile, BY_Q,  [(-2, 2), (0.02, 0.9)], name="quantile by q"),
    Row(percent(ag.percentile), percent(np.percentile), torch_quantile, QUANTILES[:5], name="percentile"),
]
# fmt: on
