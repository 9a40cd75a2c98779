"""The linear layer: every output is a weighted sum of all inputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import affine
from nn import init
from nn.checks import integer
from nn.functional.inputs import kept
from nn.module import Module
from nn.parameter import Parameter
from nn.random import default_rng

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from autograd import Tensor
    from nn.random import Rng


class Linear(Module):
    """out = x weightᵀ + bias.   x: (..., in_features) → (..., out_features), most often (N, in_features).

    weight: (out_features, in_features), bias: (out_features,), or None. Both start from U(-b, b), b = 1/√in_features,
    as in PyTorch. `rng`, a seed or a Generator, is drawn from instead of the package's stream; `dtype` must be a
    floating one (TypeError). The result has the wider dtype of x and weight: a lint tells where that is x's.

    >>> import numpy as np
    >>> layer = Linear(2, 3)
    >>> layer(np.ones((5, 2), np.float32)).shape
    (5, 3)
    >>> layer
    Linear(in_features=2, out_features=3, bias=True)
    """

    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        super().__init__()
        self.in_features = integer("Linear", "in_features", in_features, 1)
        self.out_features = integer("Linear", "out_features", out_features, 1)
        self.weight = Parameter(np.zeros((self.out_features, self.in_features), dtype))
        self.bias = Parameter(np.zeros(self.out_features, dtype)) if bias else None
        rng = default_rng(rng)
        init.kaiming_uniform_(self.weight, a=math.sqrt(5), rng=rng)
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            init.uniform_(self.bias, -bound, bound, rng=rng)

    def forward(self, x: Any) -> Tensor:
        weight = self.weight
        out = affine(x, weight, self.bias)  # (..., in_features) → (..., out_features)
        if out.value.dtype is not weight.value.dtype:
            kept("Linear", out, weight)
        return out

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
