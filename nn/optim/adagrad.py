"""Adagrad: steps are divided by the root of all squared gradients so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy import add, divide, multiply, sqrt, subtract

from nn.optim.optimizer import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nn.optim.optimizer import Array, Options, State


class Adagrad(Optimizer):
    """p ← p - lr / (1 + (t - 1) · lr_decay) · g / (√s + eps),   s ← s + g²,   at step t of this parameter.

    s begins at `initial_accumulator_value`, and g = ∂loss/∂p + weight_decay · p. Duchi, Hazan and Singer 2011.

    >>> from autograd import tensor
    >>> p = tensor([1.0, 200.0], requires_grad=True)
    >>> (p * p).sum().backward()
    >>> Adagrad([p], lr=0.1).step()
    >>> p
    tensor([  0.9, 199.9], dtype=float64, requires_grad=True)
    """

    remembers = squares = ("sum",)
    counts = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        options = {
            "lr": lr,
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "eps": eps,
        }
        super().__init__(params, options)

    def check(self, options: Options) -> Options:
        names = "lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps"
        return {name: self.number(options, name) for name in names}

    def memory(self, options: Options) -> dict[str, float]:
        return {"sum": options["initial_accumulator_value"]}

    def update(self, p: Array, g: Array, work: Array, state: State, options: Options) -> None:
        s, t = state["sum"], state["step"]
        add(s, multiply(g, g, work), s)
        divide(g, add(sqrt(s, work), options["eps"], work), work)
        subtract(p, multiply(work, options["lr"] / (1 + (t - 1) * options["lr_decay"]), work), p)
