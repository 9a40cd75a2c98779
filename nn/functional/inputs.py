"""What layers and losses ask of their arrays, before anything is computed: a loss of the wrong shapes is no loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd import Tensor, asarray
from nn.checks import optional_integer

if TYPE_CHECKING:
    from numpy.typing import NDArray


def floating(x: Any) -> Tensor:
    """x as a Tensor of floats: whole numbers of few bits would wrap around."""
    given: Tensor = asarray(x)
    return given.astype(np.float64) if given.dtype.kind in "biu" else given


def pair(name: str, x: Any, target: Any) -> tuple[Tensor, Tensor]:
    """x and target, of one shape. A target without a floating dtype of its own takes that of x; a lint tells where it
    has a wider one.

    >>> pair("loss", [0.5], [1])
    (tensor([0.5], dtype=float64), tensor([1.], dtype=float64))
    """
    x = floating(x)
    target = asarray(target, dtype=None if hasattr(target, "dtype") else x.dtype)
    if target.shape != x.shape:
        remedy = "compute as many values as there are targets"
        if target.size == x.size:
            remedy = f"they hold as many entries: reshape one, as with target.reshape({x.shape})"
        raise ValueError(f"{name}: x {x.shape} and target {target.shape} must have one shape; {remedy}")
    if not x.size:
        raise empty(name, x)
    if target.dtype != x.dtype:
        if target.dtype.kind in "biu":
            return x, target.astype(x.dtype)
        widened(name, "x", "target", x.dtype, target.dtype)
    return x, target


def widened(name: str, what: str, given: str, own: np.dtype[Any], found: np.dtype[Any]) -> None:
    """Tell who gives what is made of narrow numbers wider ones that all that follows is computed in those."""
    if found.itemsize > own.itemsize:
        autograd.lint(
            "dtype",
            f"{name}: a {own} {what} was given data that make it compute in {found}, which takes more time and memory; "
            f"pass {given}.astype(np.{own}), or take {found} for both.",
        )


def kept(layer: str, out: Tensor, weight: Tensor | None) -> Tensor:
    """`out` itself. A lint tells who gives a layer wider numbers than its own that all after it is computed in those.

    >>> kept("Linear", autograd.ones(2), autograd.ones(3)).shape
    (2,)
    """
    if weight is not None and out.value.dtype is not weight.value.dtype:
        widened(layer, "layer", "x", weight.dtype, out.dtype)
    return out


def empty(name: str, x: Tensor) -> ValueError:
    """The error of a batch without entries."""
    return ValueError(f"{name}: a batch of shape {x.shape} is empty and has no loss; leave it out")


def scores(name: str, x: Any) -> Tensor:
    """x as logits, with a hint where they were made probabilities before: twice squashed, a model hardly learns."""
    logits = x if isinstance(x, Tensor) else asarray(x)
    node = logits.node
    while node and node.op and node.op.views:  # a reshape moves numbers, and leaves them what they are
        node = node.px
    op = node and node.op  # a constant has no node, and a leaf has no op
    if op and op.name in ("softmax", "sigmoid"):
        autograd.lint(op.name, f"{name}: this has been through a {op.name}, but the loss takes logits; leave it out.")
    return logits if logits.value.dtype.kind == "f" else floating(logits)


def log_probabilities(name: str, x: Tensor) -> None:
    """A hint where x can hold no logarithms of probabilities: such a loss has no least value."""
    if np.max(x.data) > 1e-3:  # clearly, not by rounding
        hint = "x has entries above 0, but must hold log-probabilities; use log_softmax, or cross_entropy with logits."
        autograd.lint("nll", f"{name}: {hint}")


def probabilities(name: str, target: Tensor) -> None:
    """ValueError where an entry of the target is outside [0, 1], clearly, not by rounding."""
    low, high = np.min(target.data), np.max(target.data)
    if not -1e-3 <= low <= high <= 1 + 1e-3:
        raise ValueError(f"{name}: target goes from {low} to {high}, but must hold probabilities, in [0, 1]")


def factor(name: str, what: str, weight: Any, x: Tensor) -> Tensor:
    """A weight that multiplies x, in the dtype of x. ValueError where it does not broadcast to the shape of x."""
    w = asarray(weight, dtype=x.dtype)
    if w.ndim > x.ndim or any(n not in (1, m) for n, m in zip(w.shape[::-1], x.shape[::-1])):
        raise ValueError(f"{name}: {what} {w.shape} must broadcast to the shape of x, {x.shape}")
    return finite(name, what, w)


def finite(name: str, what: str, weight: Tensor) -> Tensor:
    """A weight itself, or ValueError where it has NaN or infinity."""
    if not np.isfinite(weight.data).all():
        raise ValueError(f"{name}: {what} must hold finite numbers, not {weight.data}")
    return weight


def class_weight(name: str, weight: Any, logp: Tensor) -> Tensor:
    """A weight for each class, 1 where there is none, in the dtype of logp.   logp: (..., C) → (C,)."""
    classes, dtype = logp.shape[-1], logp.dtype if logp.dtype.kind == "f" else np.float64
    if weight is None:
        return autograd.ones(classes, dtype=dtype)
    w = asarray(weight, dtype=dtype)
    if w.shape != (classes,):
        raise ValueError(f"{name}: weight {w.shape} must hold a number for each of the {classes} classes")
    return finite(name, "weight", w)


def class_indices(name: str, x: Tensor, target: Any) -> None:
    """TypeError and ValueError where targets are what is most often mistaken for class indices."""
    soft = name == "cross_entropy"
    if target.dtype.kind not in "iu":
        also = f", or probabilities in the shape of the logits, {x.shape}" if soft else ""
        raise TypeError(
            f"{name}: target must hold class indices (integers), not {target.shape} {target.dtype}; "
            f"pass target.astype(int){also}"
        )
    if target.shape == x.shape and x.ndim:
        also = ", or target.astype(float)" if soft else ""
        raise _misshapen(name, x, target, f"; if its rows are one-hot, pass target.argmax(axis=-1){also}")
    if target.shape != x.shape[:-1]:
        column = x.ndim == 2 and target.shape == (len(x), 1)
        raise _misshapen(name, x, target, "; pass target.ravel()" if column else "")


def _misshapen(name: str, x: Tensor, target: Any, remedy: str) -> ValueError:
    what = "logits" if name == "cross_entropy" else "x"
    return ValueError(f"{name}: target {target.shape} must be as {what} {x.shape} without the last axis{remedy}")


def labelled(
    name: str, x: Tensor, target: Any, ignore_index: int | None
) -> tuple[Tensor, NDArray[Any], NDArray[np.bool]]:
    """The rows that count, their labels, and where in the batch they are.   x: (..., C) → (N, C), (N,), (...).

    Rows that are ignored are left out of all that follows: whatever they hold, it reaches nothing.
    """
    target = np.asarray(target.data if isinstance(target, Tensor) else target)
    if not x.ndim:
        raise _misshapen(name, x, target, "")
    ignore_index = optional_integer(name, "ignore_index", ignore_index)
    if not x.size:
        raise empty(name, x)
    classes = x.shape[-1]
    kept = np.ones(target.shape, bool) if ignore_index is None else np.asarray(target != ignore_index)
    labels = target[kept]
    if not labels.size:
        raise ValueError(f"{name}: every target is ignore_index, {ignore_index}: there is no loss; leave the batch out")
    wrong = labels[(labels < 0) | (labels >= classes)]
    if wrong.size:
        raise IndexError(f"{name}: there is no class {wrong[0]} among {classes}, numbered 0 to {classes - 1}")
    return autograd.reshape(x, (-1, classes)) if kept.all() else x[kept], labels, kept
