"""Losses as modules: how far a prediction is from its target, as one number to make small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nn import functional
from nn.functional.losses import reducer
from nn.module import Module

if TYPE_CHECKING:
    from autograd import Tensor
    from nn.functional.losses import Reduction

__all__ = ["CrossEntropyLoss", "L1Loss", "MSELoss"]


class Loss(Module):
    """What losses share: `reduction`, the "mean" or "sum" over all entries, or "none" of it."""

    def __init__(self, reduction: Reduction = "mean") -> None:
        super().__init__()
        reducer(reduction)
        self.reduction = reduction

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class MSELoss(Loss):
    """out = mean (x - target)².   x, target: one shape, or ValueError.

    >>> MSELoss(reduction="sum")([1.0, 2.0], [1.0, 4.0])
    tensor(4., dtype=float64)
    """

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.mse_loss(x, target, reduction=self.reduction)


class L1Loss(Loss):
    """out = mean |x - target|.   x, target: one shape, or ValueError.

    >>> L1Loss()([1.0, 2.0], [1.0, 4.0])
    tensor(1., dtype=float64)
    """

    def forward(self, x: Any, target: Any) -> Tensor:
        return functional.l1_loss(x, target, reduction=self.reduction)


class CrossEntropyLoss(Loss):
    """out = mean over rows of -log softmax(logits)[target].   logits: (..., C), target: (...) integers in [0, C).

    The logits are scores before any softmax. Targets of another dtype, out of range or of another shape raise.

    >>> CrossEntropyLoss()([[0.0, 0.0], [100.0, 0.0]], [1, 0])
    tensor(0.34657359, dtype=float64)
    """

    def forward(self, logits: Any, target: Any) -> Tensor:
        return functional.cross_entropy(logits, target, reduction=self.reduction)
