"""Losses as modules: how far a prediction is from its target, as one number to make small.

`nn.functional` says in full what they take and raise. A module keeps the options, and the weights as buffers, which are
part of its state. With reduction="sum" the sum takes the place of the mean; with "none" out has a number for each
entry, or each row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nn import functional
from nn.checks import number, optional_integer
from nn.functional.inputs import finite, floating
from nn.functional.losses import DIVERGENCES, reducer
from nn.module import Module

if TYPE_CHECKING:
    from autograd import Tensor
    from nn.functional.losses import Reduction

# fmt: off
__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HuberLoss", "KLDivLoss", "L1Loss", "MSELoss", "NLLLoss",
]
# fmt: on


class Loss(Module):
    """What losses share: `reduction`, the "mean" or "sum" over all entries, or "none" of it."""

    usual: ClassVar[dict[str, Any]] = {}  # the other options, which repr shows where they are not as here

    def __init__(self, reduction: Reduction = "mean") -> None:
        super().__init__()
        reducer(type(self).__name__, reduction)
        self.reduction = reduction

    def extra_repr(self) -> str:
        unusual = {name: given for name, usual in self.usual.items() if (given := getattr(self, name)) != usual}
        return ", ".join(f"{name}={given!r}" for name, given in {"reduction": self.reduction, **unusual}.items())


class MSELoss(Loss):
    """out = mean (x - target)².   x, target: (...) → (); other shapes are a ValueError.

    >>> MSELoss(reduction="sum")([1.0, 2.0], [1.0, 4.0])
    tensor(4., dtype=float64)
    """

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.mse_loss(x, target, reduction=self.reduction)


class L1Loss(Loss):
    """out = mean |x - target|.   x, target: (...) → (); other shapes are a ValueError.

    >>> L1Loss()([1.0, 2.0], [1.0, 4.0])
    tensor(1., dtype=float64)
    """

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.l1_loss(x, target, reduction=self.reduction)


class HuberLoss(Loss):
    """out = mean of d² / 2 where |d| ≤ δ, else δ (|d| - δ/2), of d = x - target.   x, target: (...) → ().

    δ is `delta`. Other shapes, and δ ≤ 0, are a ValueError.   Huber 1964.

    >>> HuberLoss(delta=2.0)([1.0, 2.0], [2.0, 12.0])
    tensor(9.25, dtype=float64)
    """

    usual: ClassVar = {"delta": 1.0}

    def __init__(self, reduction: Reduction = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = number("HuberLoss", "delta", delta, "a number > 0")

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.huber_loss(x, target, reduction=self.reduction, delta=self.delta)


class KLDivLoss(Loss):
    """out = mean of t (log t - x), with log-probabilities x and probabilities t.   x, t: (...) → ().

    "mean", the default as in PyTorch, is over all entries; the Kullback-Leibler divergence, averaged over a batch of
    distributions, is reduction="batchmean". With `log_target` the target is log t.

    >>> KLDivLoss("batchmean")([[-1.0, -1.0]], [[1.0, 0.0]])
    tensor(1., dtype=float64)
    """

    usual: ClassVar = {"log_target": False}

    def __init__(self, reduction: Reduction = "mean", log_target: bool = False) -> None:
        reducer("KLDivLoss", reduction, DIVERGENCES)
        super().__init__()
        self.reduction, self.log_target = reduction, log_target

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.kl_div(x, target, reduction=self.reduction, log_target=self.log_target)


class WeightedLoss(Loss):
    """What losses of classes share: `weight`, a buffer."""

    weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: Reduction = "mean") -> None:
        if isinstance(weight, str):
            raise TypeError(f"{type(self).__name__}: weight cannot be {weight!r}; options go by name: reduction=...")
        super().__init__(reduction)
        self._weigh("weight", weight)

    def _weigh(self, name: str, weight: Any) -> None:
        """Make a buffer of a weight: floats, so that it can be loaded with any."""
        given = None if weight is None else finite(type(self).__name__, name, floating(weight).copy())
        self.register_buffer(name, given)


class NLLLoss(WeightedLoss):
    """out = mean over rows of -w[t] x[t], with log-probabilities x.   x: (..., C), t: (...) in [0, C) → ().

    `weight` (C,) is w, and the mean is a weighted one. Rows whose target is `ignore_index` do not count (None: all do;
    PyTorch's default is -100).

    >>> NLLLoss()([[-0.5, -1.0], [-3.0, 0.0]], [1, 0])
    tensor(2., dtype=float64)
    """

    usual: ClassVar = {"ignore_index": None}

    def __init__(self, weight: Any = None, *, ignore_index: int | None = None, reduction: Reduction = "mean") -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = optional_integer("NLLLoss", "ignore_index", ignore_index)

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.nll_loss(
            x, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class CrossEntropyLoss(WeightedLoss):
    """out = mean over rows of -w[t] log softmax(logits)[t].   logits: (..., C), t: (...) in [0, C) → ().

    The logits are scores before any softmax, t integers. Floats in the logits' shape are probabilities of the classes.
    Targets of another dtype, out of range or of another shape raise. `weight` (C,) is w, and the mean over integers is
    a weighted one. Rows whose target is `ignore_index` do not count (None: all do; PyTorch's default is -100).
    `label_smoothing` ε gives the share ε of every target to all classes alike.

    >>> CrossEntropyLoss()([[0.0, 0.0], [100.0, 0.0]], [1, 0])
    tensor(0.34657359, dtype=float64)
    """

    usual: ClassVar = {"ignore_index": None, "label_smoothing": 0.0}

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = optional_integer("CrossEntropyLoss", "ignore_index", ignore_index)
        self.label_smoothing = number("CrossEntropyLoss", "label_smoothing", label_smoothing, "a number from 0 to 1")

    def forward(self, logits: Any, target: Any) -> Tensor:
        return functional.cross_entropy(
            logits,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            reduction=self.reduction,
        )


class BCELoss(WeightedLoss):
    """out = mean of -w (t log x + (1 - t) log(1 - x)), with probabilities x and t.   x, t: (...) → ().

    `weight` w broadcasts to the shape of x. From logits, BCEWithLogitsLoss is exact.

    >>> BCELoss()([0.5, 0.5], [1.0, 0.0])
    tensor(0.69314718, dtype=float64)
    """

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.binary_cross_entropy(x, target, weight=self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """out = mean of w (p t softplus(-x) + (1 - t) softplus(x)), with logits x.   x, t: (...) → ().

    The binary cross-entropy of sigmoid(x), for any x. `weight` w and `pos_weight` p broadcast to the shape of x: p is
    what a class's positives count, on the last axis, where they are rare.

    >>> BCEWithLogitsLoss(pos_weight=3.0)([0.0, 1000.0], [1.0, 0.0])
    tensor(501.03972077, dtype=float64)
    """

    pos_weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: Reduction = "mean", pos_weight: Any = None) -> None:
        super().__init__(weight, reduction=reduction)
        self._weigh("pos_weight", pos_weight)

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.binary_cross_entropy_with_logits(
            x, target, weight=self.weight, pos_weight=self.pos_weight, reduction=self.reduction
        )
