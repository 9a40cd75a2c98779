"""Compositions with a row of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

import autograd as ag
from tests.optable.case import PICK, REDUCE, Row, case, cases, fold

# fmt: off
ALONG     = [*cases("3 2x3 1 0x3"), case("2x3", axis=0), case("2x3", axis=(0, 1))]
CLASSES   = [case("3", target=1), case("2x3", target=[2, 0]), case("2x2x3", target=PICK), case("2x1", target=[0, 0]),
             *(case("2x2x3", target=PICK, reduction=how) for how in ("mean", "sum", "none"))]
SPREAD    = [*cases("3 2x3 2x5x3 1 4x1"), case("4x3", axis=0), case("2x3x2", axis=(0, 2)), case("2x3x2", axis=(0, 1)),
             case("2x3x2", axis=(1, 2), eps=0.5), case("2x3", axis=None, eps=0), case("2x3x2", axis=1)]
LINEAR    = cases("2x3,4x3,4 3,4x3,4 2x5x3,4x3,4 0x3,2x3,2 1x1,1x1,1")
# fmt: on


def softmax(x: Any, axis: Any = -1) -> Any:
    return np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True)


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def cross_entropy(x: Any, target: Any, reduction: str = "mean") -> Any:
    rows = -np.take_along_axis(np.log(softmax(x)), np.asarray(target)[..., None], axis=-1)[..., 0]
    return {"none": lambda: rows, "mean": rows.mean, "sum": rows.sum}[reduction]()


def standardize(x: Any, axis: Any = -1, eps: float = 1e-5) -> Any:
    variance = np.mean((x - x.mean(axis=axis, keepdims=True)) ** 2, axis=axis, keepdims=True)
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(variance + eps)


def torch_standardize(x: Any, axis: Any = -1, eps: float = 1e-5) -> Any:
    axis = tuple(range(x.ndim)) if axis is None else axis
    variance = x.var(dim=axis, correction=0, keepdim=True)
    return (x - x.mean(dim=axis, keepdim=True)) / torch.sqrt(variance + eps)


def torch_log_softmax(x: Any, axis: Any = -1) -> Any:
    return x - torch.logsumexp(x, dim=axis, keepdim=True)  # F.log_softmax takes one axis


def torch_softmax(x: Any, axis: Any = -1) -> Any:
    return torch.exp(torch_log_softmax(x, axis))


def torch_cross_entropy(x: Any, target: Any, reduction: str = "mean") -> Any:
    target = torch.as_tensor(target)
    out = F.cross_entropy(x.reshape(-1, x.shape[-1]), target.reshape(-1), reduction=reduction)
    return out.reshape(target.shape) if reduction == "none" else out


# fmt: off
ROWS = [
    # along an axis
    Row(ag.softmax,       softmax,                           torch_softmax,  ALONG),
    Row(ag.log_softmax,   lambda x, axis=-1: np.log(softmax(x, axis)), torch_log_softmax, ALONG),
    Row(ag.logsumexp,     logsumexp,        fold(torch.logsumexp), REDUCE),
    Row(ag.standardize,   standardize,      torch_standardize, SPREAD),
    Row(ag.standardize,   standardize,      None,              cases("0x3"), name="standardize no rows"),
    Row(ag.cross_entropy, cross_entropy,    torch_cross_entropy, CLASSES),

    # linear
    Row(ag.affine,        lambda x, w, b: x @ w.T + b, F.linear, LINEAR,  name="linear"),
    Row(ag.affine,        lambda x, w: x @ w.T,        F.linear, cases("2x3,4x3 3,4x3 2x5x3,4x3")),
]
# fmt: on
