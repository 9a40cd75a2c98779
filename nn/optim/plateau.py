"""The schedule that reacts: it lowers the learning rate when a metric has stopped getting better."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nn.optim.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nn.optim.optimizer import Optimizer
    from nn.optim.schedule import Options


class ReduceLROnPlateau(Schedule):
    """lr ← max(lr · factor, min_lr), when the metric was no better than its best for more than `patience` steps.

    Better is less for mode "min", more for "max", by `threshold`: a fraction of the best for threshold_mode "rel", a
    difference for "abs". For `cooldown` steps after a change none is counted as bad. A change that is not above `eps`
    is not made, and `min_lr` may be a list with a number for each group.

    >>> from autograd import tensor
    >>> from nn.optim import SGD
    >>> optimizer = SGD([tensor(1.0, requires_grad=True)], lr=0.5)
    >>> schedule = ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in [0.9, 0.8, 0.8, 0.8]:
    ...     schedule.step(loss)
    >>> optimizer.param_groups[0]["lr"]
    0.05
    """

    remembers = ("last_epoch", "best", "num_bad_epochs", "cooldown_counter")

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        options = {
            "mode": mode,
            "factor": factor,
            "patience": patience,
            "threshold": threshold,
            "threshold_mode": threshold_mode,
            "cooldown": cooldown,
            "min_lr": min_lr,
            "eps": eps,
        }
        super().__init__(optimizer, options)
        self.best: float | None = None  # until there was a metric
        self.num_bad_epochs = self.cooldown_counter = 0

    def check(self, options: Options) -> Options:
        checked = {
            "mode": self.choice("mode", options["mode"], ("min", "max")),
            "factor": self.number("factor", options["factor"], "a number from 0 to 1"),
            "patience": self.count("patience", options["patience"], least=0),
            "threshold": self.number("threshold", options["threshold"]),
            "threshold_mode": self.choice("threshold_mode", options["threshold_mode"], ("rel", "abs")),
            "cooldown": self.count("cooldown", options["cooldown"], least=0),
            "min_lr": self.numbers("min_lr", options["min_lr"]),
            "eps": self.number("eps", options["eps"]),
        }
        if checked["factor"] == 1:
            raise self.fault("factor must be below 1, or the learning rate would stay as it is")
        return checked

    def step(self, metric: Any) -> None:
        """Look at the metric, and lower the learning rates where it is time to. TypeError unless it is one number, and
        ValueError where that is NaN.
        """
        try:
            value = float(metric)
        except (TypeError, ValueError):
            raise TypeError(f"ReduceLROnPlateau: the metric must be one number, not {metric!r}") from None
        if math.isnan(value):
            raise self.fault(f"the metric of step {self.last_epoch + 1} is NaN, which is neither better nor worse")
        floors = self.numbers("min_lr", self.options["min_lr"])  # refuses if there are more groups by now
        self.last_epoch += 1
        if self._is_better(value):
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.options["patience"]:
            self.cooldown_counter, self.num_bad_epochs = self.options["cooldown"], 0
            self._lower(floors)

    def _is_better(self, value: float) -> bool:
        threshold, sign = self.options["threshold"], 1 if self.options["mode"] == "min" else -1
        best = sign * math.inf if self.best is None else self.best
        relative = self.options["threshold_mode"] == "rel"
        bound = best * (1 - sign * threshold) if relative else best - sign * threshold
        return bool(sign * value < sign * bound)

    def _lower(self, floors: list[float]) -> None:
        for group, floor in zip(self.optimizer.param_groups, floors):
            lr = max(group["lr"] * self.options["factor"], floor)
            if group["lr"] - lr > self.options["eps"]:
                group["lr"] = lr

    def read(self, state_dict: Mapping[str, Any]) -> Options:
        attributes = super().read(state_dict)
        best = state_dict["best"]
        best = best if best in (None, math.inf, -math.inf) else self.number("best", best, "a finite number")
        counts = {name: self.count(name, state_dict[name], least=0) for name in ("num_bad_epochs", "cooldown_counter")}
        return {**attributes, **counts, "best": best}
