"""Ops that are constant between jumps, rounding and its kin, and remainders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import autograd as ag
from tests.optable.case import UNARY, Row, at, cases

# fmt: off
PAIRS  = cases("(),() 3,3 2x3,3 2x1,1x3 (),2x3 0,1")
SIGNS  = [*PAIRS, at([-7.3, 7.3, -7.3, 7.3], [3.0, -3.0, -3.0, 3.0])]
PLACES = [*cases("() 3 0"), *cases("() 2x3", decimals=1), *cases("3", decimals=-1)]
STEPS  = [*PAIRS, at([0.5, 2.0], [3.0, -1.0])]
NEAR   = [(-2.4, -2.1), (0.8, 1.0)]  # quotients between -3 and -2, away from the jumps
HALVES = [*UNARY, at([-2.3, -0.7, 0.6, 1.2, 99.8])]
# fmt: on


def first(function: Callable[..., Any]) -> Callable[..., Any]:
    """The first of several results."""
    return lambda *xs: function(*xs)[0]


def second(function: Callable[..., Any]) -> Callable[..., Any]:
    """The second of several results."""
    return lambda *xs: function(*xs)[1]


def torch_floor_divide(x: Any, y: Any) -> Any:
    return torch.div(x, y, rounding_mode="floor")


# fmt: off
ROWS = [
    Row(ag.floor,          np.floor,          torch.floor,        HALVES, (-1.9, -1.1)),
    Row(ag.ceil,           np.ceil,           torch.ceil,         HALVES, (-1.9, -1.1)),
    Row(ag.trunc,          np.trunc,          torch.trunc,        HALVES, (-1.9, -1.1)),
    Row(ag.rint,           np.rint,           torch.round,        HALVES, (-1.4, -0.6)),
    Row(ag.round,          np.round,          torch.round,        PLACES, (2.16, 2.24)),
    Row(ag.heaviside,      np.heaviside,      None,               STEPS,  [(0.2, 2), (-2, 2)]),
    Row(ag.floor_divide,   np.floor_divide,   torch_floor_divide, SIGNS,  NEAR),
    Row(ag.remainder,      np.remainder,      torch.remainder,    SIGNS,  NEAR),
    Row(ag.fmod,           np.fmod,           torch.fmod,         SIGNS,  NEAR),
    Row(first(ag.divmod),  first(np.divmod),  None,               SIGNS,  NEAR,          name="divmod"),
    Row(second(ag.divmod), second(np.divmod), None,               SIGNS,  NEAR,          name="remainder of divmod"),
    Row(first(ag.modf),    first(np.modf),    torch.frac,         HALVES, (-1.9, -1.1),  name="modf"),
    Row(second(ag.modf),   second(np.modf),   torch.trunc,        HALVES, (-1.9, -1.1),  name="integer of modf"),
    Row(first(ag.frexp),   first(np.frexp),   None,               HALVES, (-1.9, -1.1),  name="frexp"),
]
# fmt: on
