"""Stochastic gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy import add, multiply, subtract

from nn.optim.optimizer import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nn.optim.optimizer import Array, Options, State


class SGD(Optimizer):
    """p ← p - lr · v,   v ← momentum · v + g (v = g at the first step),   g = ∂loss/∂p + weight_decay · p.

    With `nesterov` the step is lr · (g + momentum · v) instead. The velocities v exist only where momentum > 0. These
    are PyTorch's formulas, after Sutskever et al. 2013.

    >>> from autograd import tensor
    >>> p = tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = SGD([p], lr=0.1)
    >>> (p * p).sum().backward()
    >>> optimizer.step()
    >>> p
    tensor([0.8, 1.6], dtype=float64, requires_grad=True)
    """

    remembers = ("momentum_buffer",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        options = {
            "lr": lr,
            "momentum": momentum,
            "nesterov": nesterov,
            "weight_decay": weight_decay,
        }
        super().__init__(params, options)

    def check(self, options: Options) -> Options:
        checked = {
            "lr": self.number(options, "lr"),
            "momentum": self.number(options, "momentum"),
            "nesterov": bool(options["nesterov"]),
            "weight_decay": self.number(options, "weight_decay"),
        }
        if checked["nesterov"] and not checked["momentum"]:
            raise ValueError("SGD: nesterov looks ahead along the momentum, which must be > 0")
        return checked

    def memory(self, options: Options) -> dict[str, float]:
        return {"momentum_buffer": 0.0} if options["momentum"] else {}

    def update(self, p: Array, g: Array, work: Array, state: State, options: Options) -> None:
        lr, momentum = options["lr"], options["momentum"]
        if momentum:
            v = state["momentum_buffer"]
            multiply(v, momentum, v)
            add(v, g, v)
            if options["nesterov"]:
                subtract(p, multiply(g, lr, work), p)  # lr · g now, lr · momentum · v below
                lr *= momentum
            g = v
        subtract(p, multiply(g, lr, work), p)
