"""Compositions that earn a row of their own, by being stable or by being the time of a training step."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Traced
from autograd.ops.elementwise import negative
from autograd.ops.index import getitem
from autograd.ops.products import dot, matmul, rows
from autograd.ops.reduce import unfold
from autograd.ops.shape import as_axes, reshape, transpose
from autograd.record import values_of
from autograd.rules import primitive, spelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.ops.reduce import Axis
    from autograd.tensor import Tensor

__all__ = ["affine", "cross_entropy", "log_softmax", "logsumexp", "softmax", "standardize"]


def _shifted(x: Any, axis: Axis) -> Any:
    """x - max x, so that no exponential overflows."""
    return x - np.maximum.reduce(x, axis=axis, keepdims=True)


def _floating(x: Any) -> Any:
    """Whole numbers as floats: unsigned ones would wrap where the largest is taken off."""
    return x.astype(np.float64) if x.dtype.kind in "biu" else x


def _softmax(x: Any, axis: Axis) -> Any:
    e = np.exp(_shifted(_floating(x), axis))
    return e / e.sum(axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: Axis) -> Any:
    s = _shifted(_floating(x), axis)
    return s - np.log(np.exp(s).sum(axis=axis, keepdims=True))


def _logsumexp(x: Any, axis: Axis, keepdims: bool) -> Any:
    x = _floating(x)
    c = np.maximum.reduce(x, axis=axis, keepdims=True)
    c = np.where(np.isfinite(c), c, 0)
    with np.errstate(divide="ignore"):
        out = c + np.log(np.exp(x - c).sum(axis=axis, keepdims=True))
    return out if keepdims else out.squeeze(axis=axis)


def _share(x: Any, out: Any, axis: Axis, keepdims: bool) -> Any:
    """The softmax, as eˣ over what logsumexp found."""
    return np.exp(x - unfold(out, axis, keepdims))


def _affine(x: Any, weight: Any, bias: Any) -> Any:
    if weight.ndim != 2 or bias.ndim != 1 or not x.ndim:
        raise ValueError
    out = _times(x, weight)
    if out.dtype is not bias.dtype:
        return out + bias
    out += bias
    return out


def _times(x: Any, weight: Any) -> Any:
    """x weightᵀ, computed as (weight xᵀ)ᵀ: in this order BLAS is a tenth faster, and so is what follows."""
    if x.ndim == 2:
        return dot(weight, x.T).T  # (N, in), (out, in) → (N, out)
    return dot(rows(x), weight.T).reshape((*x.shape[:-1], weight.shape[0]))


def _made(make: Callable[..., np.ndarray], n: int, dtype: np.dtype[Any]) -> np.ndarray:
    """make(n), remembered where n is small: that of a large n is memory, and little time beside what it is made for."""
    return _remembered(make, n, dtype) if n <= 1 << 14 else make(n, dtype=dtype)


@functools.lru_cache(maxsize=64)
def _remembered(make: Callable[..., np.ndarray], n: int, dtype: np.dtype[Any]) -> np.ndarray:
    made = make(n, dtype=dtype)
    made.flags.writeable = False
    return made


def _column_sums(x: Any) -> Any:
    """Σ over rows, as a product with ones, which is twice as fast as a sum.   (N, m) → (m,)."""
    return dot(_made(np.ones, x.shape[0], x.dtype), x) if type(x) is np.ndarray else x.sum(axis=0)


def _row_sums(x: Any) -> Any:
    """Σ over columns, likewise.   (N, m) → (N,)."""
    return dot(x, _made(np.ones, x.shape[1], x.dtype)) if type(x) is np.ndarray else x.sum(axis=1)


def _affine_mismatch(x: tuple[int, ...], weight: tuple[int, ...], bias: tuple[int, ...]) -> str:
    if len(weight) != 2:
        return f"weight {weight} must be (out, in)"
    if not x or x[-1] != weight[-1]:
        return f"the last axis of x {x} must be the in_features of weight {weight}, {weight[-1]}"
    return f"bias {bias} must be ({weight[0]},), the out_features of weight {weight}"


def _cross_entropy(x: Any, index: Any, scale: Any) -> Any:
    s = _shifted(_floating(x), -1)  # (N, C)
    return np.add.reduce(np.log(_row_sums(np.exp(s))) - s[index]) * scale


def _surplus(x: Any, index: Any) -> Any:
    """softmax(x) - one-hot(target): how much probability is in the wrong place.   (N, C)."""
    e = np.exp(_shifted(x, -1))
    p = e / _row_sums(e)[:, None]
    return _lowered(p, index) if type(p) is np.ndarray else spelled(_lowered, p, index)


def _lowered(p: Any, index: Any) -> Any:
    """Fresh p, less 1 at an index."""
    p[index] -= 1
    return p


def _mean(x: Any, axis: tuple[int, ...]) -> Any:
    """The mean over the axes, which remain, one long."""
    quick = type(x) is np.ndarray and x.size and x.dtype in (np.float32, np.float64)
    return _quick_mean(x, axis) if quick else np.mean(x, axis=axis, keepdims=True)


def _quick_mean(x: Any, axis: tuple[int, ...]) -> Any:
    """The same as a product with ones, where the axes are the first or the last."""
    places, count = tuple(range(x.ndim)), math.prod([x.shape[i] for i in axis])
    if axis == places[: len(axis)]:
        total = _column_sums(x.reshape(count, -1))
    elif axis == places[-len(axis) :]:
        total = _row_sums(x.reshape(-1, count))
    else:
        total = np.add.reduce(x, axis=axis, keepdims=True)
    return total.reshape([1 if i in axis else n for i, n in enumerate(x.shape)]) / count


def _standardize(x: Any, axis: tuple[int, ...], eps: float) -> Any:
    c = _centred(x, axis)
    c *= _rate(c, axis, eps)
    return c.astype(x.dtype) if x.dtype == np.float16 else c


def _centred(x: Any, axis: tuple[int, ...]) -> Any:
    x = x.astype(np.float32) if x.dtype == np.float16 else x  # float16 has squares that soon pass its largest number
    return x - _mean(x, axis)


def _rate(c: Any, axis: tuple[int, ...], eps: float) -> Any:
    """1 / √(mean c² + eps), though a square may pass the largest number."""
    with np.errstate(over="ignore"):
        variance = _mean(c * c, axis)
    if np.isfinite(values_of(variance)).all():
        return 1 / np.sqrt(variance + (eps or _nowhere(variance)))
    unit = np.maximum(np.abs(values_of(c)).max(axis=axis, keepdims=True), 1)
    variance = _mean(np.square(c / unit), axis)
    return 1 / np.sqrt(variance + (eps / unit / unit if eps else _nowhere(variance))) / unit


def _nowhere(variance: Any) -> Any:
    """Infinite where the variance is 0, so that the rate is 0 there: the slope of a constant's deviation is 0."""
    v = values_of(variance)
    return np.where(v == 0, np.inf, 0).astype(v.dtype)


def _inverse_std(x: Any, axis: tuple[int, ...], eps: float) -> Any:
    return _rate(_centred(x, axis), axis, eps)


def _levelled(g: Any, x: Any, out: Any, axis: tuple[int, ...], eps: float) -> Any:
    """(g - mean g - out · mean(g · out)) / √(var x + eps): less what moves the mean and the variance."""
    level, tilted, rate = _mean(g, axis), g * out, spelled(_inverse_std, x, axis, eps)
    tilt = _mean(tilted, axis)
    if not (type(g) is type(out) is type(rate) is np.ndarray):
        return (g - level - out * tilt) * rate
    gx = np.multiply(out, tilt, out=tilted)  # each pass over the arrays counts, and new memory most
    np.subtract(g, gx, out=gx)
    gx -= level
    gx *= rate
    return gx


# fmt: off
_softmax_op = primitive("softmax",
    _softmax,
    lambda g, out, axis: out * (g - (g * out).sum(axis=axis, keepdims=True)),
    jvp=lambda dx, out, axis: out * (dx - (dx * out).sum(axis=axis, keepdims=True)))
_log_softmax_op = primitive("log_softmax",
    _log_softmax,
    lambda g, out, axis: g - np.exp(out) * g.sum(axis=axis, keepdims=True),
    jvp=lambda dx, out, axis: dx - (np.exp(out) * dx).sum(axis=axis, keepdims=True))
_logsumexp_op = primitive("logsumexp",
    _logsumexp,
    lambda g, x, out, axis, keepdims: unfold(g, axis, keepdims) * _share(x, out, axis, keepdims),
    jvp=lambda dx, x, out, axis, keepdims: (dx * _share(x, out, axis, keepdims)).sum(axis=axis, keepdims=keepdims))
_affine_op = primitive("linear",
    _affine,
    lambda g, weight: _times(g, weight.T),
    lambda g, x: dot(rows(g).T, rows(x)),
    lambda g: _column_sums(rows(g)),
    jvp=(lambda dx, weight: _times(dx, weight),
         lambda dweight, x: _times(x, dweight),
         lambda dbias: dbias),
    hint=_affine_mismatch)
_standardize_op = primitive("standardize",
    _standardize,
    lambda g, x, out, axis, eps: _levelled(g, x, out, axis, eps),
    jvp=lambda dx, x, out, axis, eps: _levelled(dx, x, out, axis, eps))
_cross_entropy_op = primitive("cross_entropy",
    _cross_entropy,
    lambda g, x, index, scale: g * scale * _surplus(x, index),
    jvp=lambda dx, x, index, scale: scale * (dx * _surplus(x, index)).sum())
# fmt: on


def softmax(x: Any, axis: Axis = -1) -> Tensor:
    """out[j] = exp(x[j]) / Σᵢ exp(x[i]) along the axis, stable for any x.

    >>> from autograd import tensor
    >>> softmax(tensor([1000.0, 1000.0]))
    tensor([0.5, 0.5], dtype=float64)
    """
    return _softmax_op(x, axis=axis)


def log_softmax(x: Any, axis: Axis = -1) -> Tensor:
    """out[j] = x[j] - c - ln Σᵢ exp(x[i] - c), c = max x, along the axis.

    >>> from autograd import tensor
    >>> log_softmax(tensor([0.0, 1000.0]))
    tensor([-1000.,     0.], dtype=float64)
    """
    return _log_softmax_op(x, axis=axis)


def logsumexp(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """out = ln Σ eˣ over the axes (all of them by default), stable for any x.

    >>> from autograd import tensor
    >>> logsumexp(tensor([1000.0, -1000.0]))
    tensor(1000., dtype=float64)
    """
    return _logsumexp_op(x, axis=axis, keepdims=keepdims)


def standardize(x: Any, axis: Axis = -1, eps: float = 1e-5) -> Tensor:
    """out = (x - mean x) / √(var x + eps), mean and variance over the axes together (all of them with None).

    The variance is Σ (x - mean x)² / n; where it and eps are 0, so is out. ValueError for eps < 0.

    >>> from autograd import tensor
    >>> standardize(tensor([[1.0, 3.0], [5.0, 5.0]]), eps=0.44)
    tensor([[-0.83333333,  0.83333333],
            [ 0.        ,  0.        ]], dtype=float64)
    """
    if not eps >= 0:
        raise ValueError(f"standardize: eps={eps} must not be negative")
    return _standardize_op(x, axis=as_axes("standardize", axis, np.ndim(values_of(x))), eps=float(eps))


def affine(x: Any, weight: Any, bias: Any = None) -> Tensor:
    """out = x weightᵀ + bias.   x: (..., in), weight: (out, in), bias: (out,) → (..., out).

    >>> from autograd import tensor
    >>> affine(tensor([[1.0, 2.0]]), tensor([[3.0, 4.0]]), tensor([5.0]))
    tensor([[16.]], dtype=float64)
    """
    if bias is not None:
        return _affine_op(x, weight, bias)
    read, shape = np.shape(values_of(x)), np.shape(values_of(weight))
    if len(shape) != 2 or read[-1:] != shape[1:]:
        raise ValueError(f"linear: {_affine_mismatch(read, shape, shape[:1])}")
    return matmul(x, transpose(weight))


def cross_entropy(x: Any, target: Any, *, reduction: str = "mean") -> Tensor:
    """out = -log softmax(x)[target] for each row of logits, then their "mean", their "sum", or "none" of it.

    x: (..., C), target: (...) integers in [0, C). TypeError for targets that are not integers, ValueError for shapes
    that do not fit, IndexError for targets out of range.

    >>> from autograd import tensor
    >>> cross_entropy(tensor([[0.0, 0.0]]), [1])
    tensor(0.69314718, dtype=float64)
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"cross_entropy: reduction must be one of 'mean', 'sum', 'none', not {reduction!r}")
    shape = x.value.shape if isinstance(x, Traced) else np.shape(x)
    target = target if type(target) is np.ndarray else np.asarray(values_of(target))
    if target.dtype.kind not in "iu":
        raise TypeError(f"cross_entropy: target must hold class indices (integers), not {target.dtype}")
    if not shape or target.shape != shape[:-1]:
        onehot, column = target.shape == shape, len(shape) == 2 and target.shape == (shape[0], 1)
        hint = "; if its rows are one-hot, pass target.argmax(axis=-1)" if onehot else ""
        hint = "; pass target.ravel()" if column else hint
        raise ValueError(f"cross_entropy: target {target.shape} must be as logits {shape} without the last axis{hint}")
    if 0 in shape:
        raise ValueError(f"cross_entropy: a batch of shape {shape} is empty and has no loss; leave it out")
    if len(shape) != 2:
        x, target = reshape(x, (-1, shape[-1])), target.reshape(-1)
    if target.dtype != np.intp:
        target = target.astype(np.intp)
    if np.maximum.reduce(target.view(np.uintp)) >= shape[-1]:  # without a sign, a negative one is huge
        wrong = target[(target < 0) | (target >= shape[-1])][0]
        raise IndexError(f"cross_entropy: there is no class {wrong} among {shape[-1]}, numbered 0 to {shape[-1] - 1}")
    index = (_made(np.arange, target.size, target.dtype), target)
    if reduction == "none":
        return reshape(negative(getitem(log_softmax(x), index)), shape[:-1])
    return _cross_entropy_op(x, index=index, scale=1 / target.size if reduction == "mean" else 1)
