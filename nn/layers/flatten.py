"""From images to rows of numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autograd import asarray, reshape
from nn.module import Module

if TYPE_CHECKING:
    from autograd import Tensor


class Flatten(Module):
    """out = x with its axes from start_axis to end_axis as one.   x: (N, ..., M) → (N, ... · M) by default.

    ValueError where x has no such axes, or the first comes after the last.

    >>> import numpy as np
    >>> Flatten()(np.ones((5, 28, 28))).shape
    (5, 784)
    """

    def __init__(self, start_axis: int = 1, end_axis: int = -1) -> None:
        super().__init__()
        self.start_axis = start_axis
        self.end_axis = end_axis

    def forward(self, x: Any) -> Tensor:
        x = asarray(x)
        start, end = (axis + x.ndim if axis < 0 else axis for axis in (self.start_axis, self.end_axis))
        if not 0 <= start <= end < x.ndim:
            raise ValueError(
                f"Flatten: x {x.shape} has no axes from {self.start_axis} to {self.end_axis}; "
                "pass a batch, (N, ...), or choose other axes"
            )
        return reshape(x, (*x.shape[:start], math.prod(x.shape[start : end + 1]), *x.shape[end + 1 :]))

    def extra_repr(self) -> str:
        return f"start_axis={self.start_axis}, end_axis={self.end_axis}"
