"""Dropout: a network that cannot rely on any one of its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nn.checks import number
from nn.functional.layers import dropout
from nn.module import Module
from nn.random import default_rng

if TYPE_CHECKING:
    from autograd import Tensor
    from nn.random import Rng


class Dropout(Module):
    """out = x · mask / (1 - p), each entry of the mask 0 with probability p, else 1.   x: (...) → (...).

    The expected value of out is x, and in `eval()` out = x. p outside [0, 1] is a ValueError. `rng`, a seed or a
    Generator, is drawn from instead of the package's stream, which `autograd.checkpoint` and `nn.manual_seed` know to
    set.   Hinton et al. 2012.

    >>> layer = Dropout(0.5, rng=0)
    >>> layer([1.0, 1.0, 1.0, 1.0]).tolist()
    [2.0, 2.0, 2.0, 0.0]
    >>> layer.eval()([1.0, 1.0, 1.0, 1.0]).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """

    def __init__(self, p: float = 0.5, *, rng: Rng = None) -> None:
        super().__init__()
        self.p = number("Dropout", "p", p, "a number from 0 to 1")
        self.rng = None if rng is None else default_rng(rng)  # the package's stream is asked for at every call

    def forward(self, x: Any) -> Tensor:
        return dropout(x, self.p, self.training, rng=self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"
