"""Losses as functions: how far a prediction is from its target, as one number to make small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import autograd
from autograd import Tensor, tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    Reduction = Literal["mean", "sum", "none"]

__all__ = ["cross_entropy", "l1_loss", "mse_loss"]

_REDUCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "mean": autograd.mean,
    "sum": autograd.sum,
    "none": lambda out: out,
}


def reducer(reduction: str) -> Callable[[Tensor], Tensor]:
    """How a loss becomes one number. ValueError where there is no such way."""
    if reduction not in _REDUCTIONS:
        names = ", ".join(map(repr, _REDUCTIONS))
        raise ValueError(f"reduction must be one of {names}, not {reduction!r}")
    return _REDUCTIONS[reduction]


def mse_loss(x: Any, target: Any, *, reduction: Reduction = "mean") -> Tensor:
    """out = (x - target)², entry by entry, then its mean or sum.   x, target: one shape.

    Raises ValueError where the shapes differ, even if they would broadcast, or hold no entries.

    >>> mse_loss([1.0, 2.0], [1.0, 4.0])
    tensor(2., dtype=float64)
    """
    reduce = reducer(reduction)
    error = _error("mse_loss", x, target)
    return reduce(error * error)


def l1_loss(x: Any, target: Any, *, reduction: Reduction = "mean") -> Tensor:
    """out = |x - target|, entry by entry, then its mean or sum.   x, target: one shape.

    Raises ValueError where the shapes differ, even if they would broadcast, or hold no entries.

    >>> l1_loss([1.0, 2.0], [1.0, 4.0])
    tensor(1., dtype=float64)
    """
    reduce = reducer(reduction)
    return reduce(autograd.abs(_error("l1_loss", x, target)))


def cross_entropy(logits: Any, target: Any, *, reduction: Reduction = "mean") -> Tensor:
    """out = -log softmax(logits)[target] for each row.   logits: (..., C), target: (...) integers in [0, C).

    Raises ValueError for shapes that do not fit and empty batches, TypeError for targets that are not integers, and
    IndexError for targets out of range.

    >>> cross_entropy([[0.0, 0.0]], [1])
    tensor(0.69314718, dtype=float64)
    """
    return autograd.cross_entropy(logits, target, reduction=reduction)


def _error(name: str, x: Any, target: Any) -> Tensor:
    """x - target, in the dtype of x unless the target is of a wider floating one."""
    if not isinstance(x, Tensor):
        x = tensor(x)
    if not isinstance(target, Tensor):
        target = tensor(target, dtype=None if hasattr(target, "dtype") else x.dtype)
    if target.shape != x.shape:
        remedy = "compute as many values as there are targets"
        if target.size == x.size:
            remedy = f"they hold as many entries: reshape one, as with target.reshape({x.shape})"
        raise ValueError(f"{name}: x {x.shape} and target {target.shape} must have one shape; {remedy}")
    if not x.size:
        raise _empty(name, x)
    if target.dtype.kind in "biu":
        target = target.astype(x.dtype)
    return autograd.subtract(x, target)


def _empty(name: str, x: Tensor) -> ValueError:
    return ValueError(f"{name}: a batch of shape {x.shape} is empty and has no loss; leave it out")
