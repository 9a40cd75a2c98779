"""A learned vector for every one of a set of things: words, users, products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import no_grad
from nn import init
from nn.checks import integer
from nn.functional.layers import embedding, padding_row
from nn.module import Module
from nn.parameter import Parameter

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from autograd import Tensor
    from nn.random import Rng


class Embedding(Module):
    """out[..., :] = weight[index[...], :].   index: (...) integers in [0, num_embeddings) → (..., embedding_dim).

    weight: (num_embeddings, embedding_dim). The vectors start from N(0, 1), as in PyTorch. That of `padding_idx` starts
    at 0 and gets no gradient. `rng`, a seed or a Generator, is drawn from instead of the package's stream. An index
    that is no integer is a TypeError, one out of range an IndexError.

    >>> words = Embedding(1000, 8)
    >>> words([[3, 1, 4], [1, 5, 9]]).shape
    (2, 3, 8)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        super().__init__()
        self.num_embeddings = n = integer("Embedding", "num_embeddings", num_embeddings, 1)
        self.embedding_dim = integer("Embedding", "embedding_dim", embedding_dim, 1)
        self.padding_idx = padding_row("Embedding", padding_idx, n)
        self.weight = Parameter(np.zeros((n, self.embedding_dim), dtype))
        init.normal_(self.weight, rng=rng)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    def forward(self, index: Any) -> Tensor:
        return embedding(index, self.weight, self.padding_idx)  # (...) → (..., embedding_dim)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
