"""Layer normalisation: every row of numbers to mean 0 and variance 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nn.checks import integer, number
from nn.functional.inputs import kept
from nn.functional.layers import layer_norm
from nn.module import Module
from nn.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike

    from autograd import Tensor


class LayerNorm(Module):
    """out = (x - mean) / √(var + eps) · weight + bias, row by row.   x: (..., *normalized_shape) → the same.

    The mean and the variance, over n and not n - 1, are those over the last axes of x, of normalized_shape. So are
    weight, which starts at 1, and bias, at 0; `elementwise_affine=False` leaves out both, `bias=False` the bias.
    ValueError where x ends otherwise.   Ba, Kiros and Hinton 2016.

    >>> LayerNorm(2)(np.array([[1, 3], [0, 100]], np.float32)).round(3).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        sizes = normalized_shape if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
        if not sizes:
            raise ValueError("LayerNorm: normalized_shape must be one size or more, those of the last axes of x")
        self.normalized_shape = tuple([integer("LayerNorm", "normalized_shape", size, 1) for size in sizes])
        self.eps = number("LayerNorm", "eps", eps, "a finite number ≥ 0")
        self.elementwise_affine = elementwise_affine
        self.weight = Parameter(np.ones(self.normalized_shape, dtype)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape, dtype)) if elementwise_affine and bias else None

    def forward(self, x: Any) -> Tensor:
        return kept("LayerNorm", layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps), self.weight)

    def extra_repr(self) -> str:
        affine = f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        return f"{self.normalized_shape}, eps={self.eps}, {affine}"
