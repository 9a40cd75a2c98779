"""Sliding products, interpolation between points, and polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from autograd.ops.sliding import convolve, correlate, interp, polyadd, polyder, polyint, polymul, polysub, polyval
from tests.optable.case import Row, at, case, cases

# fmt: off
FULL      = cases("3,2 2,3 4,4 1,3 5,1 (),2")
MODES     = [one for mode in ("same", "valid", "full") for one in cases("5,2 4,4 2,4 3,5 1,1", mode=mode)]
KNOTS     = [-1.0, 0.5, 1.0, 3.0], [2.0, -1.0, 0.5, 4.0]
TURNING   = [3.0, -1.0, 10.0], [1.0, 2.0, -1.0]
INTERP    = [at([-0.7, 0.2, 0.9, 1.5, 2.9], *KNOTS), at([[-2.0, 0.7], [4.0, 2.0]], *KNOTS), at(0.7, *KNOTS),
             at(-5.0, *KNOTS), at([0.0, 5.0, 1.2], *KNOTS, left=7.0, right=-7.0), at([0.5, 2.5], [1.0], [3.0]),
             at([], *KNOTS), at([-9.3, 0.2, 3.9, 7.1], *KNOTS, period=4.5), at([0.3, 5.4, 8.6], *TURNING, period=6.0)]
DERIVE    = [*cases("3 1 4"), case("3", m=2), case("3", m=0), case("2", m=3)]
INTEGRATE = [*DERIVE, case("2", m=1, k=1.5), case("2", m=2, k=2.0), case("2", m=2, k=[1.0, 2.0])]
# fmt: on


def numpy_interp(x: Any, xp: Any, fp: Any, **params: Any) -> Any:
    """NumPy's is always of float64."""
    return np.interp(x, xp, fp, **params).astype(fp.dtype)


def numpy_polyval(p: Any, x: Any) -> Any:
    return np.asarray(np.polyval(p, x))[()]


def numpy_polyder(p: Any, m: int = 1) -> Any:
    """NumPy's multiplies by integers, which makes float64 of float32."""
    return np.polyder(p, m).astype(p.dtype)


def numpy_polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    return np.polyint(p, m, k).astype(p.dtype)


def torch_correlate(x: torch.Tensor, y: torch.Tensor, mode: str = "valid") -> torch.Tensor:
    return torch.nn.functional.conv1d(x[None, None], y[None, None], padding=mode if mode != "full" else len(y) - 1)[
        0, 0
    ]


# fmt: off
ROWS = [
    # sliding products
    Row(convolve,   np.convolve,     None,                FULL),
    Row(convolve,   np.convolve,     None,                MODES,                        name="convolve, modes"),
    Row(correlate,  np.correlate,    torch_correlate,     cases("3,2 4,4 5,1 6,3")),
    Row(correlate,  np.correlate,    torch_correlate,     cases("3,2 4,4 6,3", mode="full"), name="correlate in full"),
    Row(correlate,  np.correlate,    None,                MODES,                        name="correlate, modes"),

    # interpolation
    Row(interp,     numpy_interp,    None,                INTERP),

    # polynomials
    Row(polyval,    numpy_polyval,   None,                cases("3,() 1,2 4,2x3")),
    Row(polyadd,    np.polyadd,      None,                cases("3,3 2,3 4,1")),
    Row(polysub,    np.polysub,      None,                cases("3,3 2,3 4,1")),
    Row(polymul,    np.polymul,      None,                cases("3,3 2,3 4,1")),
    Row(polyder,    numpy_polyder,   None,                DERIVE),
    Row(polyint,    numpy_polyint,   None,                INTEGRATE),
]
# fmt: on
