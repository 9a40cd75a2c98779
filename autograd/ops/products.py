"""Matrix products. No transposed copy is ever made, and leading axes are folded into one large product where they can
be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.rules import bilinear

__all__ = ["matmul"]


def _matmul(x: Any, y: Any) -> Any:
    if type(x) in (float, int) or type(y) in (float, int):
        raise ValueError
    if x.ndim > 2 and y.ndim == 2:
        return dot(rows(x), y).reshape((*x.shape[:-1], y.shape[-1]))
    return x @ y


def dot(x: Any, y: Any) -> Any:
    """x @ y of at most two axes each. On plain arrays by their own method, which sets out in half the time."""
    return x.dot(y) if type(x) is np.ndarray and type(y) is np.ndarray else x @ y


def rows(x: Any) -> Any:
    """Leading axes folded into one.   (..., m) → (N, m)."""
    return x if x.ndim == 2 else x.reshape((math.prod(x.shape[:-1]), x.shape[-1]))


def _flipped(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _matmul_gx(g: Any, y: Any, x_shape: tuple[int, ...]) -> Any:
    if y.ndim == 1:
        return g[..., None] * y  # (..., n, 1) · (m,)
    if len(x_shape) == 1:
        return (y @ g[..., None])[..., 0]  # (..., m, p) @ (..., p, 1)
    return _matmul(g, _flipped(y))


def _matmul_gy(g: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    if x.ndim == 1:
        return g * x if len(y_shape) == 1 else x[:, None] * g[..., None, :]
    if len(y_shape) > 2:
        return _flipped(x) @ g
    return dot(rows(x).T, g.reshape(-1) if len(y_shape) == 1 else rows(g))


def _mismatch(x: tuple[int, ...], y: tuple[int, ...]) -> str:
    if not x or not y:
        return "both must have axes; multiply scalars with *"
    inner = y[-2] if len(y) > 1 else y[0]
    if x[-1] != inner:
        place = "first" if len(y) < 3 else "second to last"
        return f"{x} @ {y}: the last axis of x ({x[-1]}) must equal the {place} of y ({inner})"
    return f"{x} @ {y}: the leading axes {x[:-2]} and {y[:-2]} do not broadcast"


matmul = bilinear(
    "matmul",
    _matmul,
    _matmul_gx,
    _matmul_gy,
    hint=_mismatch,
    doc="out[i,k] = Σ_j x[i,j] y[j,k].   x: (..., n, m), y: (..., m, p) → (..., n, p); vectors as in NumPy.",
)
