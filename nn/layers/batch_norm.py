"""Batch normalisation: every channel to mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import asarray
from autograd.recompute import recomputing
from nn.checks import integer, number
from nn.functional.inputs import kept
from nn.functional.layers import batch_norm
from nn.module import Module
from nn.parameter import Parameter

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from autograd import Tensor


class BatchNorm1d(Module):
    """out = (x - mean) / √(var + eps) · weight + bias, channel by channel.   x: (N, C) or (N, C, L) → the same.

    C is num_features, and all others are (C,). In training, mean and var (over n, not n - 1) are those of the batch,
    and `running_mean` and `running_var` follow: running ← (1 - momentum) running + momentum batch, with the unbiased
    var, over n - 1. With `momentum=None` they are averages over all batches so far. In `eval()` the running ones are
    used. weight starts at 1 and bias at 0; `affine=False` leaves out both, `bias=False` the bias, and
    `track_running_stats=False` what runs: the batch's are used always then.

    ValueError for other shapes of x, and where one value per channel has no variance.   Ioffe and Szegedy 2015.

    >>> layer = BatchNorm1d(1)
    >>> x = np.array([[1], [3]], np.float32)
    >>> layer(x).round(3).tolist()
    [[-1.0], [1.0]]
    >>> layer.running_mean
    tensor([0.2], dtype=float32)
    >>> layer.eval()(x).astype(float).round(3).tolist()
    [[0.763], [2.67]]
    """

    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        self.num_features = n = integer("BatchNorm1d", "num_features", num_features, 1)
        self.eps = number("BatchNorm1d", "eps", eps, "a finite number ≥ 0")
        if momentum is not None:
            number("BatchNorm1d", "momentum", momentum, "a number from 0 to 1 or None")
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = Parameter(np.ones(n, dtype)) if affine else None
        self.bias = Parameter(np.zeros(n, dtype)) if affine and bias else None
        self.register_buffer("running_mean", np.zeros(n, dtype) if track_running_stats else None)
        self.register_buffer("running_var", np.ones(n, dtype) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", 0 if track_running_stats else None)

    def forward(self, x: Any) -> Tensor:
        x = asarray(x)  # (N, C) or (N, C, L)
        if x.ndim not in (2, 3) or x.shape[1] != self.num_features:
            c = self.num_features
            raise ValueError(f"BatchNorm1d: x {x.shape} must be (N, {c}) or (N, {c}, L)")
        count, momentum = self.num_batches_tracked, self.momentum
        if momentum is None:
            momentum = 0.0 if count is None else 1 / (count.item() + 1)
        out = batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, momentum, self.eps
        )
        if self.training and count is not None and not recomputing():
            count += 1
        return kept("BatchNorm1d", out, self.weight)

    def extra_repr(self) -> str:
        affine = f"affine={self.affine}, bias={self.bias is not None}"
        options = f"eps={self.eps}, momentum={self.momentum}, {affine}"
        return f"{self.num_features}, {options}, track_running_stats={self.track_running_stats}"
