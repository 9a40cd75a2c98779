"""RMSprop: steps are divided by a running root mean square of the gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy import add, divide, maximum, multiply, sqrt, subtract

from nn.optim.optimizer import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nn.optim.optimizer import Array, Options, State


class RMSprop(Optimizer):
    """p ← p - lr · g / (√s + eps),   s ← alpha · s + (1 - alpha) · g² (from 0),   g = ∂loss/∂p + weight_decay · p.

    With `centered` it is the variance that divides: s - a² takes the place of s, where a ← alpha · a + (1 - alpha) · g.
    With `momentum` the quotient is gathered before it is subtracted: b ← momentum · b + g / (√s + eps), p ← p - lr · b.
    Hinton's lectures of 2012; centered, Graves 2013.

    >>> from autograd import tensor
    >>> p = tensor([1.0, 200.0], requires_grad=True)
    >>> (p * p).sum().backward()
    >>> RMSprop([p], lr=0.1, alpha=0.75).step()
    >>> p
    tensor([  0.8, 199.8], dtype=float64, requires_grad=True)
    """

    remembers = ("square_avg", "momentum_buffer", "grad_avg")
    squares = ("square_avg",)
    counts = True  # though the formula does not need it: the state is PyTorch's

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
        }
        super().__init__(params, options)

    def check(self, options: Options) -> Options:
        return {
            "lr": self.number(options, "lr"),
            "alpha": self.number(options, "alpha", below=1.0),
            "eps": self.number(options, "eps"),
            "weight_decay": self.number(options, "weight_decay"),
            "momentum": self.number(options, "momentum"),
            "centered": bool(options["centered"]),
        }

    def memory(self, options: Options) -> dict[str, float]:
        needed = {"square_avg": True, "momentum_buffer": options["momentum"], "grad_avg": options["centered"]}
        return {name: 0.0 for name, wanted in needed.items() if wanted}

    def update(self, p: Array, g: Array, work: Array, state: State, options: Options) -> None:
        lr, alpha, momentum, s = options["lr"], options["alpha"], options["momentum"], state["square_avg"]
        multiply(s, alpha, s)
        add(s, multiply(multiply(g, g, work), 1 - alpha, work), s)
        if options["centered"]:
            a = state["grad_avg"]
            multiply(a, alpha, a)
            add(a, multiply(g, 1 - alpha, work), a)
            subtract(s, multiply(a, a, work), work)
            s = maximum(work, 0.0, out=work)  # rounding could leave less than nothing of a variance
        b = divide(g, add(sqrt(s, work), options["eps"], work), work)
        if momentum:
            b = state["momentum_buffer"]
            multiply(b, momentum, b)
            add(b, work, b)
        subtract(p, multiply(b, lr, work), p)
