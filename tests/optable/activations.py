"""Activations, and the price of a probability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

import autograd as ag
from tests.optable.case import BINARY, UNARY, Row, at, case, cases

# fmt: off
SIGMOID = [*UNARY, at(0.0), at([-30.0, 0.0, 30.0])]
ELU     = [*UNARY, case("2x3", alpha=0.5), *cases("() 3", alpha=1.7)]
GIVEN   = [*cases("() 2x3 0", slope=0.01), case("3", slope=0), case("3", slope=1.5), case("2x3", slope=-1)]
TANH    = [*UNARY, case("2x3", min=-0.5, max=1.5), case("3", min=0, max=6)]
# fmt: on


def given(prelu: Callable[..., Any]) -> Callable[..., Any]:
    """`prelu` with the slope as a parameter, so a plain number."""
    return lambda x, slope: prelu(x, slope)


def elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(x))[()]


def prelu(x: Any, slope: Any) -> Any:
    return np.where(x > 0, x, slope * x)[()]


def hardtanh(x: Any, min: float = -1, max: float = 1) -> Any:
    return np.clip(x, min, max)


def binary_cross_entropy(p: Any, target: Any) -> Any:
    return -(target * np.log(p) + (1 - target) * np.log(1 - p))


def torch_softplus(x: Any) -> Any:
    # F.softplus switches to x itself above a threshold
    return torch.logaddexp(x, torch.zeros_like(x))


def torch_prelu(x: Any, slope: Any) -> Any:
    return torch.where(x > 0, x, slope * x)  # F.prelu broadcasts channels only


def torch_binary_cross_entropy(p: Any, target: Any) -> Any:
    return F.binary_cross_entropy(*torch.broadcast_tensors(p, target), reduction="none")


# fmt: off
ROWS = [
    Row(ag.relu,     lambda x: np.maximum(x, 0),        torch.relu),
    Row(ag.sigmoid,  lambda x: 1 / (1 + np.exp(-x)),    torch.sigmoid,   SIGMOID),
    Row(ag.softplus, lambda x: np.log1p(np.exp(x)),     torch_softplus,  SIGMOID),
    Row(ag.softsign, lambda x: x / (1 + np.abs(x)),     F.softsign),
    Row(ag.elu,      elu,                               F.elu,           ELU),
    Row(ag.prelu,    prelu,                             torch_prelu,     BINARY,  [(-2, 2), (-0.5, 1.5)]),
    Row(given(ag.prelu), given(prelu),                  given(F.leaky_relu), GIVEN, name="prelu of number"),
    Row(ag.hardtanh, hardtanh,                          lambda x, min=-1, max=1: F.hardtanh(x, min, max), TANH),
    Row(ag.binary_cross_entropy, binary_cross_entropy,  torch_binary_cross_entropy, BINARY, (0.1, 0.9)),
]
# fmt: on
