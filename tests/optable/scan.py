"""Running sums and products, differences, and integrals by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import autograd as ag
from autograd.ops.recurrence import level, recurrence
from tests.optable.case import Row, at, case, cases

GRID = np.array([0.0, 0.5, 2.0, 2.5])

# fmt: off
ALONG     = [*cases("() 4 2x3 0"), case("2x3", axis=0), case("3x2x2", axis=1), case("0x3", axis=-1)]
WIDER     = [*ALONG, case("3x4", dtype=np.float64)]
ZEROS     = [at([0.0, 3.0, 4.0]), at([2.0, 0.0, 0.0, 4.0]), at([[0.0, 2.0], [0.0, 5.0]], axis=0)]
INITIAL   = [*cases("() 3"), case("2x3", axis=0), case("2x3", axis=-1, include_initial=True),
             case("0", include_initial=True)]
LINKS     = [case("4,3", axis=0), case("1,0", axis=0), case("2x5,2x4", axis=1), case("2x3,2x2", axis=1),
             at([1.0, 2.0, 3.0, 4.0], [2.0, 0.0, 5.0], axis=0)]
TIES      = [case("4", links=np.array([True, True, False]), axis=0),
             case("2x3", links=np.array([[False, False], [True, True]]), axis=1)]
DIFFS     = [*cases("4 2x3 1"), case("3x2", axis=0), case("5", n=2), case("3", n=0), case("2x2", n=3),
             case("3", prepend=np.float32(0.5)), case("2x3", axis=0, append=np.ones((2, 3), np.float32))]
JOINED    = cases("3,() 2x3,2x1 2x3,2x2")
EDGES     = [*cases("4 2x3 1"), case("3", to_begin=1.5), case("3", to_begin=2.0, to_end=[4.0, 5.0])]
SLOPES    = [*cases("4 2"), case("2x3", axis=-1), case("4x2", axis=0), case("5", edge_order=2),
             case("2x3x2", axis=1, edge_order=2), case("2x3"), case("2x3x2", axis=(2, 0))]
SPACED    = [case("4,()"), case("2x3,()"), case("3x4,(),()"), case("5,()", edge_order=2)]
SAMPLED   = [at([1.0, 3.0, 2.0, 0.5], GRID), at([1.0, 3.0, 2.0, 0.5], GRID, edge_order=2),
             at(np.outer(GRID, [1.0, -2.0, 3.0]) ** 2, GRID, axis=0), at(np.outer(GRID, GRID), GRID, 2.0)]
INTEGRALS = [*cases("4 2x3 1 3,3 2x3,3 2x3,2x3"), case("3x2", axis=0), case("3x2,3", axis=0), case("4", dx=0.5)]
ANGLES    = [at([0.0, 3.0, 6.0, 9.0, 1.0]), at([[0.5, 6.0], [2.0, 5.0]], axis=0), at([0.0, 3.0, 5.5], period=4.0),
             at([0.0, 3.5, 4.0], discont=3.6)]
# fmt: on


def scan(function: Callable[..., Any]) -> Callable[..., Any]:
    """A PyTorch running reduction under NumPy's arguments."""

    def run(x: Any, axis: Any = None, **params: Any) -> Any:
        if params.pop("dtype", None):
            x = x.double()
        out = function(x.reshape(-1) if axis is None else x, dim=0 if axis is None else axis)
        return out if torch.is_tensor(out) else out.values

    return run


def linked(b: Any, links: Any, axis: int) -> Any:
    b, links = np.moveaxis(b, axis, 0), np.moveaxis(links, axis, 0)
    out = [b[0]]
    for x, link in zip(b[1:], links):
        out.append(x + link * out[-1])
    return np.moveaxis(np.stack(out), 0, axis)


def at_means(x: Any, links: Any, axis: int) -> Any:
    """The mean of all that are linked, for each entry: by a matrix for each row."""
    rows, links = np.moveaxis(x, axis, -1), np.moveaxis(links, axis, -1)
    runs = np.insert(np.cumsum(~links, axis=-1), 0, 0, axis=-1)
    same = (runs[..., :, None] == runs[..., None, :]).astype(x.dtype)
    return np.moveaxis((same @ rows[..., None] / same.sum(-1, keepdims=True))[..., 0], -1, axis)


def torch_diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    shape = list(x.shape)
    shape[axis] = 1
    ends = [end if end is None else torch.as_tensor(end, dtype=x.dtype) for end in (prepend, append)]
    ends = [end if end is None or end.ndim else end.expand(shape) for end in ends]
    return torch.diff(x, n, axis, *ends)


def stacked(gradient: Callable[..., Any], stack: Callable[..., Any]) -> Callable[..., Any]:
    """A function of one result, where there may be one for each axis."""

    def function(f: Any, *spacing: Any, **params: Any) -> Any:
        out = gradient(f, *spacing, **params)
        return stack(out) if isinstance(out, tuple | list) else out

    return function


def torch_gradient(f: Any, axis: Any = None, edge_order: int = 1) -> Any:
    out = torch.gradient(f, dim=axis, edge_order=edge_order)
    return out[0] if len(out) == 1 else torch.stack(out)


def torch_trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    return torch.trapezoid(y, dx=dx, dim=axis) if x is None else torch.trapezoid(y, x, dim=axis)


gradient = stacked(ag.gradient, ag.stack)

# fmt: off
ROWS = [
    # running reductions
    Row(ag.cumsum,          np.cumsum,          scan(torch.cumsum),  WIDER),
    Row(ag.cumprod,         np.cumprod,         scan(torch.cumprod), [*WIDER, *ZEROS]),
    Row(ag.cumulative_sum,  np.cumulative_sum,  None,                INITIAL),
    Row(ag.cumulative_prod, np.cumulative_prod, None,                INITIAL),
    Row(ag.cummax,          lambda x, axis=None: np.maximum.accumulate(x.ravel() if axis is None else x, axis or 0),
                                                scan(torch.cummax),  ALONG),
    Row(ag.cummin,          lambda x, axis=None: np.minimum.accumulate(x.ravel() if axis is None else x, axis or 0),
                                                scan(torch.cummin),  ALONG),
    Row(ag.logcumsumexp,    lambda x, axis=None: np.log(np.cumsum(np.exp(x), axis)),
                                                scan(torch.logcumsumexp), ALONG),
    Row(recurrence,         linked,             None,                LINKS),
    Row(level,              at_means,           None,                TIES),

    # differences and integrals
    Row(ag.diff,            np.diff,            torch_diff,          DIFFS),
    Row(lambda x, y: ag.diff(x, prepend=y), lambda x, y: np.diff(x, prepend=y), None, JOINED, name="diff"),
    Row(ag.ediff1d,         np.ediff1d,         None,                EDGES),
    Row(gradient,           stacked(np.gradient, np.stack), torch_gradient, SLOPES,  name="gradient"),
    Row(gradient,           stacked(np.gradient, np.stack), None,    SPACED,  (1, 2), name="gradient"),
    Row(gradient,           stacked(np.gradient, np.stack), None,    SAMPLED, name="gradient"),
    Row(ag.trapezoid,       np.trapezoid,       torch_trapezoid,     INTEGRALS),
    Row(ag.trapezoid,       np.trapezoid,       None,                cases("3,2x3")),
    Row(ag.unwrap,          np.unwrap,          None,                ANGLES),
]
# fmt: on
