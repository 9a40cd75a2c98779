"""Adam and AdamW: each entry has a step size of its own, from the moments of its gradients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from numpy import add, divide, maximum, multiply, sqrt, subtract

from nn.optim.optimizer import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nn.optim.optimizer import Array, Options, State


class Adam(Optimizer):
    """p ← p - lr · m̂ / (√v̂ + eps),   m̂ = m / (1 - β₁ᵗ),   v̂ = v / (1 - β₂ᵗ),   at step t of this parameter.

    The moments are m ← β₁ m + (1 - β₁) g and v ← β₂ v + (1 - β₂) g², from zero, with g = ∂loss/∂p + weight_decay · p.
    With `amsgrad`, the largest v so far takes the place of v. Kingma and Ba 2015; Reddi et al. 2018.

    >>> from autograd import tensor
    >>> p = tensor([1.0, 200.0], requires_grad=True)
    >>> (p * p).sum().backward()
    >>> Adam([p], lr=0.1).step()  # the first step has one length, whatever the gradient
    >>> p
    tensor([  0.9, 199.9], dtype=float64, requires_grad=True)
    """

    remembers = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
    squares = remembers[1:]
    counts = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: Sequence[float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
        }
        super().__init__(params, options)

    def check(self, options: Options) -> Options:
        return {
            "lr": self.number(options, "lr"),
            "betas": self.numbers(options, "betas", count=2, below=1.0),
            "eps": self.number(options, "eps"),
            "weight_decay": self.number(options, "weight_decay"),
            "amsgrad": bool(options["amsgrad"]),
        }

    def memory(self, options: Options) -> dict[str, float]:
        names = self.remembers if options["amsgrad"] else self.remembers[:2]
        return dict.fromkeys(names, 0.0)

    def update(self, p: Array, g: Array, work: Array, state: State, options: Options) -> None:
        beta1, beta2 = options["betas"]
        m, v, t = state["exp_avg"], state["exp_avg_sq"], state["step"]
        multiply(m, beta1, m)
        add(m, multiply(g, 1 - beta1, work), m)
        multiply(v, beta2, v)
        add(v, multiply(multiply(g, g, work), 1 - beta2, work), v)
        if options["amsgrad"]:
            highest = state["max_exp_avg_sq"]
            v = maximum(highest, v, out=highest)
        # m̂ / (√v̂ + eps) = m / (√v + eps · c) · c / (1 - β₁ᵗ) with c = √(1 - β₂ᵗ): one product less with every entry
        c = math.sqrt(1 - beta2**t)
        add(sqrt(v, work), options["eps"] * c, work)
        divide(m, work, work)
        subtract(p, multiply(work, options["lr"] * c / (1 - beta1**t), work), p)


class AdamW(Adam):
    """p ← (1 - lr · weight_decay) · p - lr · m̂ / (√v̂ + eps): Adam, except that weights decay by themselves, not in g.

    The moments are those of g = ∂loss/∂p. Options are Adam's, with a weight_decay of 0.01. Loshchilov and Hutter 2019.

    >>> from autograd import tensor
    >>> p = tensor([1.0, 200.0], requires_grad=True)
    >>> p.sum().backward()
    >>> AdamW([p], lr=0.1, weight_decay=0.5).step()
    >>> p
    tensor([  0.85, 189.9 ], dtype=float64, requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: Sequence[float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def decay(self, p: Array, g: Array, spare: Array, options: Options) -> Array:
        multiply(p, 1 - options["lr"] * options["weight_decay"], p)
        return g
