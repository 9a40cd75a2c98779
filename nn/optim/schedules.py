"""Schedules: how learning rates change while a model is trained. All are PyTorch's, under its names."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nn.optim.plateau import ReduceLROnPlateau
from nn.optim.schedule import Planned, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nn.optim.optimizer import Optimizer
    from nn.optim.schedule import Options

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LinearLR",
    "OneCycleLR",
    "Planned",
    "ReduceLROnPlateau",
    "Schedule",
    "SequentialLR",
    "StepLR",
]


class StepLR(Planned):
    """lr(t) = base · gammaᵏ,   k = t // step_size.

    >>> from autograd import tensor
    >>> from nn.optim import SGD
    >>> schedule = StepLR(SGD([tensor(1.0, requires_grad=True)], lr=0.5), step_size=2)
    >>> schedule.rates(5).ravel()
    array([0.5  , 0.5  , 0.05 , 0.05 , 0.005])
    >>> schedule.step()
    >>> schedule
    StepLR(step_size=2, gamma=0.1) at step 1: lr 0.5
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer, {"step_size": step_size, "gamma": gamma})

    def check(self, options: Options) -> Options:
        return {
            "step_size": self.count("step_size", options["step_size"]),
            "gamma": self.number("gamma", options["gamma"]),
        }

    def rate(self, base: float, t: int) -> float:
        factor: float = self.options["gamma"] ** (t // self.options["step_size"])
        return base * factor


class ExponentialLR(Planned):
    """lr(t) = base · gammaᵗ.

    >>> from autograd import tensor
    >>> from nn.optim import SGD
    >>> ExponentialLR(SGD([tensor(1.0, requires_grad=True)], lr=0.5), gamma=0.1).rates(3).ravel()
    array([0.5  , 0.05 , 0.005])
    """

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        super().__init__(optimizer, {"gamma": gamma})

    def check(self, options: Options) -> Options:
        return {"gamma": self.number("gamma", options["gamma"])}

    def rate(self, base: float, t: int) -> float:
        factor: float = self.options["gamma"] ** t
        return base * factor


class LinearLR(Planned):
    """lr(t) = base · (start_factor + (end_factor - start_factor) · min(t / total_iters, 1)): a warm-up.

    >>> from autograd import tensor
    >>> from nn.optim import SGD
    >>> LinearLR(SGD([tensor(1.0, requires_grad=True)], lr=0.4), start_factor=0.25, total_iters=3).rates(5).ravel()
    array([0.1, 0.2, 0.3, 0.4, 0.4])
    """

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5
    ) -> None:
        options = {"start_factor": start_factor, "end_factor": end_factor, "total_iters": total_iters}
        super().__init__(optimizer, options)

    def check(self, options: Options) -> Options:
        return {
            "start_factor": self.number("start_factor", options["start_factor"], "a number from 0 to 1"),
            "end_factor": self.number("end_factor", options["end_factor"], "a number from 0 to 1"),
            "total_iters": self.count("total_iters", options["total_iters"]),
        }

    def rate(self, base: float, t: int) -> float:
        start, end, total = self.options.values()
        factor: float = start + (end - start) * min(t, total) / total
        return base * factor


class CosineAnnealingLR(Planned):
    """lr(t) = eta_min + (base - eta_min) · (1 + cos(π t / T_max)) / 2, and back up again after T_max.

    From Loshchilov and Hutter 2017, without the restarts.

    >>> from autograd import tensor
    >>> from nn.optim import SGD
    >>> CosineAnnealingLR(SGD([tensor(1.0, requires_grad=True)], lr=0.5), T_max=4).rates(5).ravel().round(3)
    array([0.5  , 0.427, 0.25 , 0.073, 0.   ])
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer, {"T_max": T_max, "eta_min": eta_min})

    def check(self, options: Options) -> Options:
        return {
            "T_max": self.count("T_max", options["T_max"]),
            "eta_min": self.number("eta_min", options["eta_min"]),
        }

    def rate(self, base: float, t: int) -> float:
        return cosine(base, self.options["eta_min"], t / self.options["T_max"])


def cosine(start: float, end: float, way: float) -> float:
    """From start to end as `way` goes from 0 to 1, slowly at both."""
    return end + (start - end) * (1 + math.cos(math.pi * way)) / 2


def linear(start: float, end: float, way: float) -> float:
    """From start to end as `way` goes from 0 to 1, evenly."""
    return start + (end - start) * way


class OneCycleLR(Planned):
    """lr(t) = b + (a - b) · (1 + cos(π w)) / 2, where the share w of the way from a to b is done.

    It goes from max_lr / div_factor up to max_lr, and on down to 1/final_div_factor of where it began. The way up takes
    `pct_start` of the `total_steps` (or of epochs · steps_per_epoch). With anneal_strategy="linear" it goes evenly,
    and with `three_phase` the way down first mirrors the way up. Meanwhile the optimizer's momentum, or first beta,
    goes from max_momentum to base_momentum and back; an optimizer that has neither needs `cycle_momentum=False`. Rates
    and momenta may be lists, with a number for each group. Call `step()` after each step of the optimizer, not after
    each epoch; a step past the last raises ValueError. From Smith and Topin 2018.

    >>> from autograd import tensor
    >>> from nn.optim import SGD
    >>> optimizer = SGD([tensor(1.0, requires_grad=True)], lr=0.1)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=6, pct_start=0.5, anneal_strategy="linear")
    >>> schedule.rates(6).ravel().round(3)
    array([0.04 , 0.52 , 1.   , 0.667, 0.333, 0.   ])
    >>> optimizer.param_groups[0]["momentum"]
    0.95
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        if total_steps is None and epochs is None:
            raise self.fault("pass total_steps, or epochs and steps_per_epoch")
        if total_steps is None:
            total_steps = self.count("epochs", epochs) * self.count("steps_per_epoch", steps_per_epoch)
        options = {
            "max_lr": max_lr,
            "total_steps": total_steps,
            "pct_start": pct_start,
            "anneal_strategy": anneal_strategy,
            "cycle_momentum": cycle_momentum,
            "base_momentum": base_momentum,
            "max_momentum": max_momentum,
            "div_factor": div_factor,
            "final_div_factor": final_div_factor,
            "three_phase": three_phase,
        }
        super().__init__(optimizer, options)

    def check(self, options: Options) -> Options:
        if options["cycle_momentum"] and any({"momentum", "betas"}.isdisjoint(g) for g in self.optimizer.param_groups):
            raise self.fault(
                f"{type(self.optimizer).__name__} has neither momentum nor betas; pass cycle_momentum=False"
            )
        most = 0.5 if options["three_phase"] else 1  # of the way there and back, the way there
        return {
            "max_lr": self.numbers("max_lr", options["max_lr"]),
            "total_steps": self.count("total_steps", options["total_steps"]),
            "pct_start": self.number("pct_start", options["pct_start"], f"a number from 0 to {most}"),
            "anneal_strategy": self.choice("anneal_strategy", options["anneal_strategy"], ("cos", "linear")),
            "cycle_momentum": bool(options["cycle_momentum"]),
            "base_momentum": self.numbers("base_momentum", options["base_momentum"], "a number from 0 to 1"),
            "max_momentum": self.numbers("max_momentum", options["max_momentum"], "a number from 0 to 1"),
            "div_factor": self.number("div_factor", options["div_factor"], "a finite number ≥ 1"),
            "final_div_factor": self.number("final_div_factor", options["final_div_factor"], "a finite number ≥ 1"),
            "three_phase": bool(options["three_phase"]),
        }

    def read(self, state_dict: Mapping[str, Any]) -> Options:
        attributes = super().read(state_dict)
        self._check_reaches(attributes["last_epoch"], attributes["options"]["total_steps"])
        return attributes

    def _check_reaches(self, t: int, total_steps: int) -> None:
        if t > total_steps:
            raise self.fault(f"step {t} is past total_steps={total_steps}; make it as long as the training")

    def at(self, t: int) -> list[Options]:
        self._check_reaches(t, self.options["total_steps"])
        return [self._group_at(t, i) for i in range(len(self.options["max_lr"]))]

    def _group_at(self, t: int, i: int) -> Options:
        o = self.options
        top, high, low = o["max_lr"][i], o["max_momentum"][i], o["base_momentum"][i]
        start = top / o["div_factor"]
        rise, last = o["pct_start"] * o["total_steps"] - 1, o["total_steps"] - 1
        again = [start] if o["three_phase"] else []
        ends = [rise, 2 * rise, last] if again else [rise, last]
        planned: Options = {"lr": self._between(t, ends, [start, top, *again, start / o["final_div_factor"]])}
        if o["cycle_momentum"]:
            momentum = self._between(t, ends, [high, low, high, high])
            group = self.optimizer.param_groups[i]
            adaptive = "betas" in group
            planned |= {"betas": (momentum, *group["betas"][1:])} if adaptive else {"momentum": momentum}
        return planned

    def _between(self, t: int, ends: list[float], knots: list[float]) -> float:
        """The value at t on the way from knot to knot, where the phases of it end at `ends`."""
        phase = min(sum(t > end for end in ends), len(ends) - 1)
        begin, end = [0.0, *ends][phase : phase + 2]
        way = min((t - begin) / (end - begin), 1.0) if end > begin else 1.0  # step total_steps is as the last before
        anneal = cosine if self.options["anneal_strategy"] == "cos" else linear
        return anneal(knots[phase], knots[phase + 1], way)


class SequentialLR(Planned):
    """lr(t) = lrₖ(t - milestones[k - 1]): one schedule after another, the k-th until step milestones[k].

    The schedules belong to the sequence, and are not stepped themselves. All start from the optimizer's own rates; in
    PyTorch a OneCycleLR that is made later lowers what a warm-up before it reaches to max_lr / div_factor. One that
    reacts to a metric cannot be among them (TypeError).

    >>> from autograd import tensor
    >>> from nn.optim import SGD
    >>> optimizer = SGD([tensor(1.0, requires_grad=True)], lr=0.4)
    >>> warm_up = LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> schedule = SequentialLR(optimizer, [warm_up, ExponentialLR(optimizer, gamma=0.5)], milestones=[2])
    >>> schedule.rates(5).ravel()
    array([0.2, 0.3, 0.4, 0.2, 0.1])
    """

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[Planned], milestones: Sequence[int]) -> None:
        self.schedulers: list[Planned] = self.listed("schedulers", schedulers)
        for i, schedule in enumerate(self.schedulers):
            if not isinstance(schedule, Planned):
                raise TypeError(
                    f"SequentialLR: schedule {i} is a {type(schedule).__name__}, which does not follow from the step; "
                    "leave it out, or step it by itself"
                )
            if schedule.optimizer is not optimizer:
                raise self.fault(f"schedule {i} belongs to another optimizer; make all of them for this one")
        super().__init__(optimizer, {"milestones": milestones})

    def check(self, options: Options) -> Options:
        milestones = [self.count("milestones", t) for t in self.listed("milestones", options["milestones"])]
        if sorted(set(milestones)) != milestones or len(milestones) != len(self.schedulers) - 1:
            raise self.fault(
                f"{len(self.schedulers)} schedules need one ascending milestone between each two, not {milestones}"
            )
        return {"milestones": milestones}

    def at(self, t: int) -> list[Options]:
        k = bisect_right(self.options["milestones"], t)
        return self.schedulers[k].at(t - [0, *self.options["milestones"]][k])

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "schedulers": [schedule.state_dict() for schedule in self.schedulers]}

    def read(self, state_dict: Mapping[str, Any]) -> Options:
        own = dict(state_dict) if isinstance(state_dict, Mapping) else {}
        parts = self.listed("schedulers", own.pop("schedulers", ()))
        if len(parts) != len(self.schedulers):
            raise self.fault(f"a state of {len(parts)} schedules does not fit {len(self.schedulers)}")
        return {**super().read(own), "parts": [schedule.read(part) for schedule, part in zip(self.schedulers, parts)]}

    def take(self, attributes: Options) -> None:
        for schedule, part in zip(self.schedulers, attributes.pop("parts")):
            schedule.take(part)
        super().take(attributes)

    def spelled(self) -> str:
        parts = ", ".join(schedule.spelled() for schedule in self.schedulers)
        return f"SequentialLR([{parts}], milestones={self.options['milestones']})"
