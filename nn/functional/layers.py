"""Layers as functions of all their inputs, parameters included."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd import Tensor, asarray
from autograd import affine as linear
from autograd.recompute import recomputing
from nn.checks import number, optional_integer
from nn.random import default_rng

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nn.random import Rng

__all__ = ["batch_norm", "dropout", "embedding", "layer_norm", "linear"]


def dropout(x: Any, p: float = 0.5, training: bool = True, *, rng: Rng = None) -> Tensor:
    """out = x · mask / (1 - p), each entry of the mask 0 with probability p, else 1.   x: (...) → (...).

    Out of training, out = x. ValueError for p outside [0, 1]. The graph keeps the mask alone.   Hinton et al. 2012.

    >>> dropout([1.0, 1.0, 1.0, 1.0], rng=0).tolist()
    [2.0, 2.0, 2.0, 0.0]
    """
    if number("dropout", "p", p, "a number from 0 to 1") == 0 or not training:
        return asarray(x)
    x = asarray(x)
    mask = (default_rng(rng).random(x.shape, np.float32) >= p).astype(np.result_type(x.dtype, 1.0))
    mask *= 1 / (1 - p) if p < 1 else 0
    return autograd.multiply(x, mask)


def embedding(index: Any, weight: Any, padding_idx: int | None = None) -> Tensor:
    """out[..., :] = weight[index[...], :].   index: (...) integers in [0, num), weight: (num, dim) → (..., dim).

    Row `padding_idx` gets no gradient. TypeError for an index that is no integer, IndexError for one out of range,
    ValueError for such a padding_idx.

    >>> embedding([1, 1, 0], [[1.0, 2.0], [3.0, 4.0]])
    tensor([[3., 4.],
            [3., 4.],
            [1., 2.]], dtype=float64)
    """
    given, weight = np.asarray(index.value if isinstance(index, Tensor) else index), asarray(weight)
    if given.dtype.kind not in "iu":
        raise TypeError(f"embedding: index must hold integers, not {given.dtype}; pass index.astype(int)")
    index, rows = given.astype(np.intp, copy=False), len(weight)
    padding_idx = padding_row("embedding", padding_idx, rows)
    if index.size and index.view(np.uintp).max() >= rows:  # without a sign, a negative one is huge
        wrong = given[(given < 0) | (given >= rows)][0]
        raise IndexError(f"embedding: there is no row {wrong} among {rows}, numbered 0 to {rows - 1}")
    out = autograd.take(weight, index, axis=0)
    if padding_idx is not None and (padding := index == padding_idx).any():
        out[padding] = weight.detach()[padding_idx]
    return out


def padding_row(name: str, padding_idx: int | None, rows: int) -> int | None:
    """The number of a row, which may count from the end, or None. ValueError where there is no such row."""
    row = optional_integer(name, "padding_idx", padding_idx)
    if row is None or -rows <= row < rows:
        return row if row is None else row % rows
    raise ValueError(f"{name}: padding_idx {padding_idx} is none of {rows} rows")


def layer_norm(
    x: Any, normalized_shape: int | Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """out = (x - mean) / √(var + eps) · weight + bias, row by row.   x: (..., *normalized_shape) → the same.

    The mean and the variance, over n, are those over the last axes of x, of normalized_shape. So are weight and bias,
    or None. ValueError where x ends otherwise.   Ba, Kiros and Hinton 2016.

    >>> layer_norm([[1.0, 3.0], [0.0, 100.0]], 2, eps=0.0).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """
    sizes = (normalized_shape,) if isinstance(normalized_shape, (int, np.integer)) else normalized_shape
    x, shape = asarray(x), tuple(sizes)
    if x.shape[-len(shape) :] != shape:
        raise ValueError(f"layer_norm: the last axes of x {x.shape} must be {shape}, the normalized_shape")
    if any(asarray(p).shape != shape for p in (weight, bias) if p is not None):
        raise ValueError(f"layer_norm: weight and bias must be {shape}, the normalized_shape")
    return _scaled(autograd.standardize(x, tuple(range(-len(shape), 0)), eps), weight, bias)


def batch_norm(
    x: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """out = (x - mean) / √(var + eps) · weight + bias, channel by channel.   x: (N, C, ...) → (N, C, ...).

    All others are (C,), or None. In training, mean and var are those of the batch, over all axes but that of C, and the
    running ones move towards them, in place: running ← (1 - momentum) running + momentum batch, with var · n / (n - 1),
    the unbiased estimate. Otherwise they are the running ones, or those of the batch where these are None.

    ValueError for an x without axis C, and in training for less than two values per channel; TypeError for running
    ones that cannot be moved, as lists.   Ioffe and Szegedy 2015.

    >>> batch_norm([[1.0], [3.0]], None, None, training=True, eps=0.0).tolist()
    [[-1.0], [1.0]]
    """
    number("batch_norm", "eps", eps, "a finite number ≥ 0")
    number("batch_norm", "momentum", momentum, "a number from 0 to 1")
    x = asarray(x)
    given = [p if p is None else asarray(p) for p in (running_mean, running_var, weight, bias)]
    shapes = [p.shape for p in given if p is not None]
    if x.ndim < 2 or any(shape != x.shape[1:2] for shape in shapes):
        raise ValueError(f"batch_norm: x {x.shape} must be (N, C) or (N, C, ...), and all others (C,), not {shapes}")
    axes = (0, *range(2, x.ndim))
    mean, var, weight, bias = (_along_channels(p, x.ndim) for p in given)
    if not training and mean is not None and var is not None:
        rate = 1 / autograd.sqrt(var + eps)
        return _scaled(x - mean, rate if weight is None else weight * rate, bias)
    n = math.prod([x.shape[axis] for axis in axes])
    if n < 2:
        raise ValueError(f"batch_norm: x {x.shape} has {n} values per channel, and a variance takes two of them")
    if training and not all(isinstance(p, (Tensor, np.ndarray, type(None))) for p in (running_mean, running_var)):
        raise TypeError("batch_norm: running_mean and running_var are edited in training; pass Tensors or arrays")
    out = _scaled(autograd.standardize(x, axes, eps), weight, bias)
    if training and not recomputing():  # what is computed again was learned from the first time
        _learn(x.value, axes, given[0], given[1], momentum)
    return out


def _along_channels(p: Tensor | None, ndim: int) -> Tensor | None:
    """(C,) as it broadcasts with (N, C, ...)."""
    return p if p is None or ndim == 2 else autograd.reshape(p, (-1, *[1] * (ndim - 2)))


def _learn(x: Any, axes: tuple[int, ...], mean: Tensor | None, var: Tensor | None, momentum: float) -> None:
    """Move what there is of a running mean and variance towards those of a batch."""
    center = x.mean(axes, keepdims=True)
    if mean is not None:
        mean[...] = (1 - momentum) * mean.value + momentum * center.reshape(-1)
    if var is not None:
        var[...] = (1 - momentum) * var.value + momentum * x.var(axes, ddof=1, mean=center)


def _scaled(x: Tensor, weight: Any, bias: Any) -> Tensor:
    """x · weight + bias, of those that there are."""
    x = x if weight is None else autograd.multiply(x, weight)
    return x if bias is None else autograd.add(x, bias)
