"""Losses as functions: how far a prediction is from its target, as one number to make small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

import autograd
from autograd import Tensor, asarray, log_softmax, softplus
from nn.checks import choice, number
from nn.functional import inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Reduction = Literal["mean", "sum", "none", "batchmean"]

# fmt: off
__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "huber_loss", "kl_div", "l1_loss",
    "mse_loss", "nll_loss",
]
# fmt: on

_REDUCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "mean": autograd.mean,
    "sum": autograd.sum,
    "none": lambda out: out,
    "batchmean": lambda out: autograd.sum(out) / (len(out) if out.ndim else 1),
}
_USUAL = ("mean", "sum", "none")
DIVERGENCES = (*_USUAL, "batchmean")


def reducer(name: str, reduction: str, known: tuple[str, ...] = _USUAL) -> Callable[[Tensor], Tensor]:
    """How a loss becomes one number. ValueError where there is no such way."""
    return _REDUCTIONS[choice(name, "reduction", reduction, known)]


# -- distances -------------------------------------------------------------------------------------


def mse_loss(x: Any, target: Any, *, reduction: Reduction = "mean") -> Tensor:
    """out = (x - target)², entry by entry, then its mean or sum.   x, target: (...) → (), or (...) for "none".

    Raises ValueError where the shapes differ, even if they would broadcast, or hold no entries.

    >>> mse_loss([1.0, 2.0], [1.0, 4.0])
    tensor(2., dtype=float64)
    """
    reduce = reducer("mse_loss", reduction)
    error = autograd.subtract(*inputs.pair("mse_loss", x, target))
    return reduce(error * error)


def l1_loss(x: Any, target: Any, *, reduction: Reduction = "mean") -> Tensor:
    """out = |x - target|, entry by entry, then its mean or sum.   x, target: (...) → (), or (...) for "none".

    Raises ValueError where the shapes differ, even if they would broadcast, or hold no entries.

    >>> l1_loss([1.0, 2.0], [1.0, 4.0])
    tensor(1., dtype=float64)
    """
    reduce = reducer("l1_loss", reduction)
    return reduce(autograd.abs(autograd.subtract(*inputs.pair("l1_loss", x, target))))


def huber_loss(x: Any, target: Any, *, reduction: Reduction = "mean", delta: float = 1.0) -> Tensor:
    """out = d² / 2 where |d| ≤ δ, else δ (|d| - δ/2), of d = x - target, entry by entry, then its mean or sum.

    x, target: (...) → (), or (...) for "none". Quadratic near the target and linear far from it, so that outliers pull
    no harder than δ. Raises ValueError where the shapes differ or hold no entries, and for δ ≤ 0.   Huber 1964.

    >>> huber_loss([1.0, 2.0], [1.5, 4.0], reduction="none")
    tensor([0.125, 1.5  ], dtype=float64)
    """
    reduce = reducer("huber_loss", reduction)
    number("huber_loss", "delta", delta, "a number > 0")
    d = autograd.subtract(*inputs.pair("huber_loss", x, target))
    c = autograd.hardtanh(d, -delta, delta)
    return reduce(c * (d - c / 2))


# -- classes ---------------------------------------------------------------------------------------


def cross_entropy(
    logits: Any,
    target: Any,
    *,
    weight: Any = None,
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> Tensor:
    """out = -w[t] log softmax(logits)[t] for each row and its target t, then their mean or sum.

    logits: (..., C), scores before any softmax; target: (...) integers in [0, C) → (), or (...) for "none". Floats of
    the logits' shape are probabilities p: out = -Σⱼ w[j] p[j] log softmax(logits)[j].

    `weight` (C,) is w, 1 by default; the mean over integer targets is a weighted one, Σ out / Σ w[t]. Rows whose
    target is `ignore_index` do not count (None: all count; PyTorch's default is -100). `label_smoothing` ε takes
    (1 - ε) p + ε/C for p. Szegedy et al. 2016.

    Raises ValueError for shapes that do not fit, empty batches, batches that are ignored throughout and p outside
    [0, 1], TypeError for targets that are neither, and IndexError for targets out of range.

    >>> cross_entropy([[0.0, 0.0]], [1])
    tensor(0.69314718, dtype=float64)
    >>> cross_entropy([[0.0, 0.0]], [[0.5, 0.5]])
    tensor(0.69314718, dtype=float64)
    """
    logits, given = inputs.scores("cross_entropy", logits), target if hasattr(target, "dtype") else asarray(target)
    if weight is None and ignore_index is None and label_smoothing == 0 and given.dtype.kind in "iu":
        return autograd.cross_entropy(logits, given, reduction=reduction)  # the usual case is one op
    reduce = reducer("cross_entropy", reduction)
    number("cross_entropy", "label_smoothing", label_smoothing, "a number from 0 to 1")
    if given.dtype.kind == "f" and given.shape == logits.shape:
        if ignore_index is not None:
            raise ValueError("cross_entropy: ignore_index is of class indices; leave out rows of probabilities")
        return reduce(_expected(logits, target, weight, label_smoothing))
    inputs.class_indices("cross_entropy", logits, given)
    rows, labels, kept = inputs.labelled("cross_entropy", logits, given, ignore_index)  # (N, C), (N,), (...)
    out, share = _chosen("cross_entropy", log_softmax(rows), labels, weight, label_smoothing)
    return _reduced("cross_entropy", out, share, kept, reduction)


def nll_loss(
    x: Any, target: Any, *, weight: Any = None, ignore_index: int | None = None, reduction: Reduction = "mean"
) -> Tensor:
    """out = -w[t] x[t] for each row and its target t, then their mean or sum.

    x: (..., C), target: (...) integers in [0, C) → (), or (...) for "none". x holds log-probabilities, as from
    `log_softmax`; from logits, `cross_entropy` is one step. `weight`, `ignore_index` and the errors are those of
    `cross_entropy`.

    >>> nll_loss([[-0.5, -1.0], [-3.0, 0.0]], [1, 0])
    tensor(2., dtype=float64)
    """
    reducer("nll_loss", reduction)
    x, target = inputs.floating(x), target if hasattr(target, "dtype") else asarray(target)
    inputs.class_indices("nll_loss", x, target)
    logp, labels, kept = inputs.labelled("nll_loss", x, target, ignore_index)  # (N, C), (N,), (...)
    inputs.log_probabilities("nll_loss", logp)
    out, share = _chosen("nll_loss", logp, labels, weight)
    return _reduced("nll_loss", out, share, kept, reduction)


def _expected(logits: Tensor, p: Any, weight: Any, label_smoothing: float) -> Tensor:
    """The cross-entropy of probabilities p.   logits, p: (..., C) → (...)."""
    logits, p = inputs.pair("cross_entropy", logits, p)
    inputs.probabilities("cross_entropy", p)
    logp = log_softmax(logits)
    if label_smoothing:
        p = (1 - label_smoothing) * p + label_smoothing / p.shape[-1]
    if weight is not None:
        p = p * inputs.class_weight("cross_entropy", weight, logp)
    return -autograd.vecdot(_cancelled(logp, p), p)


def _chosen(
    name: str, logp: Tensor, labels: NDArray[Any], weight: Any, label_smoothing: float = 0.0
) -> tuple[Tensor, Tensor]:
    """The cross-entropy of labels, and what each of them counts.   logp: (N, C), labels: (N,) → (N,), (N,)."""
    weight = inputs.class_weight(name, weight, logp)  # (C,)
    share = weight[labels]
    out = _cancelled(-logp[np.arange(len(labels)), labels], share) * share
    if label_smoothing:
        spread = autograd.vecdot(_cancelled(logp, weight), weight)
        out = (1 - label_smoothing) * out - label_smoothing / len(weight) * spread
    return out, share


def _reduced(name: str, out: Tensor, share: Tensor, kept: NDArray[np.bool], reduction: str) -> Tensor:
    """Rows out (N,) that have each a share (N,) in the mean, and a place in the batch, where `kept` (...) is true."""
    if reduction == "sum":
        return out.sum()
    if reduction == "mean":
        total = share.sum()
        if not total.data:
            raise ValueError(
                f"{name}: the weights of the targets sum to 0, as where all are of classes of weight 0, and there is "
                "no mean; leave the batch out"
            )
        return out.sum() / total
    if kept.all():
        return autograd.reshape(out, kept.shape)
    whole = autograd.zeros(kept.shape, dtype=out.dtype)
    whole[kept] = out
    return whole


def _cancelled(x: Tensor, by: Tensor) -> Tensor:
    """Fresh x, but 0 where it is infinite and about to be multiplied by 0, as 0 · log 0 = 0."""
    infinite = np.isinf(x.data)
    if infinite.any() and (undefined := infinite & (by.data == 0)).any():
        x[undefined] = 0
    return x


# -- probabilities ---------------------------------------------------------------------------------


def binary_cross_entropy(x: Any, target: Any, *, weight: Any = None, reduction: Reduction = "mean") -> Tensor:
    """out = -w (t log x + (1 - t) log(1 - x)), entry by entry, then its mean or sum.

    x, target t: (...) → (), or (...) for "none". Both are probabilities. The logarithms are held at -100, as PyTorch
    does, so that out is finite; with logits, use `binary_cross_entropy_with_logits`, which is exact. `weight` w
    broadcasts to the shape of x. Raises ValueError where the shapes differ or hold no entries, and for entries outside
    [0, 1].

    >>> binary_cross_entropy([0.5, 0.0], [1.0, 0.0], reduction="none")
    tensor([0.69314718, 0.        ], dtype=float64)
    """
    reduce = reducer("binary_cross_entropy", reduction)
    x, target = inputs.pair("binary_cross_entropy", x, target)
    inputs.probabilities("binary_cross_entropy", target)
    try:
        out = autograd.binary_cross_entropy(x, target)  # which looks at x
    except ValueError as fault:
        raise ValueError(f"{fault}; of logits, use binary_cross_entropy_with_logits, nn.BCEWithLogitsLoss") from fault
    return reduce(out if weight is None else out * inputs.factor("binary_cross_entropy", "weight", weight, out))


def binary_cross_entropy_with_logits(
    x: Any, target: Any, *, weight: Any = None, pos_weight: Any = None, reduction: Reduction = "mean"
) -> Tensor:
    """out = w (p t softplus(-x) + (1 - t) softplus(x)), entry by entry, then its mean or sum.

    x, target t: (...) → (), or (...) for "none". The binary cross-entropy of sigmoid(x), for any x. `weight` w and
    `pos_weight` p, one number a class on the last axis for instance, broadcast to the shape of x. Raises ValueError
    where the shapes differ or hold no entries, and for targets outside [0, 1].

    >>> binary_cross_entropy_with_logits([0.0, 1000.0], [1.0, 0.0], reduction="none")
    tensor([6.93147181e-01, 1.00000000e+03], dtype=float64)
    """
    name = "binary_cross_entropy_with_logits"
    reduce = reducer(name, reduction)
    x, target = inputs.pair(name, inputs.scores(name, x), target)
    inputs.probabilities(name, target)
    missed = target * softplus(-x)
    if pos_weight is not None:
        missed = missed * inputs.factor(name, "pos_weight", pos_weight, missed)
    out = missed + (1 - target) * softplus(x)
    return reduce(out if weight is None else out * inputs.factor(name, "weight", weight, out))


def kl_div(x: Any, target: Any, *, reduction: Reduction = "mean", log_target: bool = False) -> Tensor:
    """out = t (log t - x), entry by entry, and 0 at t = 0, then its mean or sum.

    x, target t: (...) → (), or (...) for "none". x holds log-probabilities, t probabilities, or their logarithms with
    `log_target`. The Kullback-Leibler divergence of rows is "batchmean", Σ out / len(out); "mean", the default as in
    PyTorch, divides by the number of classes too. Raises ValueError where the shapes differ or hold no entries, and for
    t < 0.

    >>> kl_div([[-1.0, -1.0]], [[1.0, 0.0]], reduction="batchmean")
    tensor(1., dtype=float64)
    """
    reduce = reducer("kl_div", reduction, DIVERGENCES)
    x, target = inputs.pair("kl_div", x, target)
    if log_target:
        logt = autograd.maximum(target, -1e4)  # where exp is 0 already
        target = autograd.exp(logt)
        return reduce(target * _cancelled(logt - x, target))
    if np.min(target.data) < 0:
        raise ValueError("kl_div: target must hold probabilities; of their logarithms, pass log_target=True")
    logt = autograd.log(target + (target.data == 0))
    return reduce(target * _cancelled(logt - x, target))
