"""Callbacks: what else happens while a model is trained. `nn.fit` calls them at each turn of its loop, in their order.

A schedule of learning rates may stand among them: it is stepped after each epoch, with the validation loss if it wants
to see one, and a OneCycleLR after each step. `EachEpoch` and `EachStep` say it in full.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nn.checks import integer, number
from nn.history import TESTED, direction
from nn.optim.clip import clip_grad_norm_, clip_grad_value_
from nn.optim.optimizer import Optimizer
from nn.optim.schedule import Planned
from nn.optim.schedules import OneCycleLR, ReduceLROnPlateau

if TYPE_CHECKING:
    from os import PathLike

    from nn.history import Mode
    from nn.training.run import Run

__all__ = ["Callback", "EachEpoch", "EachStep", "ClipGradNorm", "ClipGradValue", "EarlyStopping", "Checkpoint"]


class Callback:
    """A subclass overrides what it needs. Every method is given the run, which has

    - `model`, `optimizer`, `loss`, the `history` so far, and how many `epochs` there shall be,
    - `epoch` and `step`, counted from 1 over the whole run, and `value`, the loss of the latest step,
    - `stop(why)`, which ends it: after this step if called in one, after this epoch otherwise.

    >>> class Shout(Callback):
    ...     def on_epoch(self, run):
    ...         print(f"epoch {run.epoch} is done!")
    """

    order = 0  # those with a higher one are called later

    def __init_subclass__(cls) -> None:
        known = {name for name in vars(Callback) if name.startswith("on_")}
        if unknown := sorted(name for name in vars(cls) if name.startswith("on_") and name not in known):
            raise TypeError(f"{cls.__name__}: {unknown[0]} would never be called; callbacks have {sorted(known)}")

    def check(self, run: Run) -> None:
        """Before anything is changed: raise where this is no run for it."""

    def on_start(self, run: Run) -> None:
        """Before the first epoch. Where a run is resumed, `run.epoch` is not 0, and all is as it was."""

    def on_backward(self, run: Run) -> None:
        """After each backward, before the optimizer's step: gradients may be changed."""

    def on_step(self, run: Run) -> None:
        """After each step of the optimizer."""

    def on_epoch(self, run: Run) -> None:
        """After each epoch and its validation: the last line of the history tells of it."""

    def on_end(self, run: Run) -> None:
        """When the run ends in any way. `run.history.stopped` says why, and is None where an exception ended it."""

    def state_dict(self) -> dict[str, Any]:
        """What is remembered from epoch to epoch, for resuming: numbers, text, arrays, lists and dicts of them."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()`."""


class _Stepped(Callback):
    """A schedule, with its state."""

    def __init__(self, schedule: Any) -> None:
        if not hasattr(schedule, "step") or isinstance(schedule, (type, Optimizer)):
            raise TypeError(f"{type(self).__name__}: pass a schedule of nn.optim, not {_what(schedule)}")
        self.schedule = schedule

    def check(self, run: Run) -> None:
        if getattr(self.schedule, "optimizer", run.optimizer) is not run.optimizer:
            raise ValueError(f"fit: the {type(self.schedule).__name__} is of another optimizer; make one of this one")

    def state_dict(self) -> dict[str, Any]:
        return {"schedule": self.schedule.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.schedule.load_state_dict(state["schedule"])


class EachEpoch(_Stepped):
    """`schedule.step()` after each epoch. With `monitor`, `schedule.step(value)`, the latest in that column.

    ValueError where the schedule needs a monitor and has none, or takes none; TypeError for what is no schedule.

    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.1)
    >>> callback = EachEpoch(nn.optim.ReduceLROnPlateau(optimizer, mode="max"), monitor="validation accuracy")
    """

    def __init__(self, schedule: Any, monitor: str | None = None) -> None:
        super().__init__(schedule)
        if isinstance(schedule, ReduceLROnPlateau) and monitor is None and schedule.options["mode"] == "max":
            raise ValueError("ReduceLROnPlateau: what shall be high? say EachEpoch(schedule, monitor='accuracy')")
        if isinstance(schedule, Planned) and monitor is not None:
            raise ValueError(f"EachEpoch: a {type(schedule).__name__} does not look at {monitor!r}; leave monitor out")
        self.monitor = monitor

    def check(self, run: Run) -> None:
        super().check(run)
        if self.monitor is None and isinstance(self.schedule, ReduceLROnPlateau):
            self.monitor = "loss" if run.validation is None else "validation loss"
        if self.monitor is not None:
            _check_column(self, self.monitor, run)

    def on_epoch(self, run: Run) -> None:
        self.schedule.step(*([] if self.monitor is None else [run.history[self.monitor][-1]]))


class EachStep(_Stepped):
    """`schedule.step()` after each step of the optimizer.

    ValueError for a schedule that looks at epochs, or is for fewer steps; TypeError for what is no schedule.

    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.1)
    >>> callback = EachStep(nn.optim.LinearLR(optimizer, total_iters=100))  # warm up for a hundred steps
    """

    def __init__(self, schedule: Any) -> None:
        super().__init__(schedule)
        if isinstance(schedule, ReduceLROnPlateau):
            raise ValueError("EachStep: a ReduceLROnPlateau looks at what an epoch has measured; use EachEpoch")

    def check(self, run: Run) -> None:
        super().check(run)
        total = getattr(self.schedule, "options", {}).get("total_steps", math.inf)
        steps = (run.steps or 0) * run.epochs
        if steps > total:
            raise ValueError(f"fit: the {type(self.schedule).__name__} is for {total} steps, and there will be {steps}")

    def on_step(self, run: Run) -> None:
        self.schedule.step()


class ClipGradNorm(Callback):
    """Scale gradients down, before each step, to at most that norm. Options are those of `nn.optim.clip_grad_norm_`.

    >>> callback = ClipGradNorm(1.0)
    """

    def __init__(self, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False) -> None:
        self.options = max_norm, norm_type, error_if_nonfinite
        clip_grad_norm_([], *self.options)  # raises where they are out of range

    def on_backward(self, run: Run) -> None:
        clip_grad_norm_(run.parameters(), *self.options)


class ClipGradValue(Callback):
    """Clip every entry of the gradients, before each step, to [-clip_value, clip_value].

    >>> callback = ClipGradValue(0.5)
    """

    def __init__(self, clip_value: float) -> None:
        self.clip_value = clip_value
        clip_grad_value_([], clip_value)

    def on_backward(self, run: Run) -> None:
        clip_grad_value_(run.parameters(), self.clip_value)


class _Best(Callback):
    """The best value of a column so far."""

    def __init__(self, monitor: str | None, mode: Mode | None, min_delta: float = 0.0) -> None:
        self.monitor, self.min_delta = monitor, number(type(self).__name__, "min_delta", min_delta, "a number ≥ 0")
        self.sign = 1 if monitor is None or direction(monitor, mode) == "min" else -1
        self.best: float | None = None

    def check(self, run: Run) -> None:
        if self.monitor is not None:
            _check_column(self, self.monitor, run)

    def on_start(self, run: Run) -> None:
        if not run.epoch:
            self.best = None

    def improved(self, run: Run) -> bool:
        """Whether the latest epoch is the best one yet, by more than min_delta. NaN never is."""
        value = run.history[self.monitor or "loss"][-1]
        bound = math.inf if self.best is None else self.sign * self.best - self.min_delta
        if better := self.sign * value < bound or (self.best is None and value == value):
            self.best = value
        return better

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.best = state["best"]


class EarlyStopping(_Best):
    """Stop when a column of the history has not become better, by more than `min_delta`, for `patience` epochs.

    In the end the model has the parameters and buffers of its best epoch again, unless `restore_best` is False or the
    run is interrupted. Losses are better when lower, and metrics of `nn.metrics` when higher; for others say which,
    `mode="min"` or `mode="max"`.

    >>> import nn
    >>> model, data = nn.Linear(1, 1, dtype=float), [([[1.0]], [[2.0]])]
    >>> optimizer = nn.optim.SGD(model.parameters(), lr=1.0)  # too high: it jumps to and fro
    >>> nn.fit(model, nn.L1Loss(), data, optimizer, epochs=99, callbacks=EarlyStopping("loss"), progress=False).stopped
    'early stopping'
    """

    def __init__(
        self,
        monitor: str = "validation loss",
        patience: int = 5,
        min_delta: float = 0.0,
        mode: Mode | None = None,
        restore_best: bool = True,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience, self.restore_best = integer("EarlyStopping", "patience", patience, 1), restore_best
        self.waited = 0
        self.kept: dict[str, Any] | None = None  # the state of the best model

    def on_start(self, run: Run) -> None:
        super().on_start(run)
        if not run.epoch:
            self.waited, self.kept = 0, None

    def on_epoch(self, run: Run) -> None:
        if self.improved(run):
            self.waited, self.kept = 0, run.model.state_dict() if self.restore_best else None
            return
        self.waited += 1
        if self.waited >= self.patience:
            run.stop("early stopping")

    def on_end(self, run: Run) -> None:
        if self.kept is not None and run.history.stopped not in (None, "interrupted"):
            run.model.load_state_dict(self.kept)

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "waited": self.waited, "kept": self.kept}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        super().load_state_dict(state)
        self.waited, self.kept = state["waited"], state["kept"]


class Checkpoint(_Best):
    """Save the run after each epoch, or with a `monitor` after the best ones: `nn.fit(..., resume=path)` goes on there.

    The file is replaced in one step, and is one of `nn.save`, with the optimizer: `nn.load` reads the model from it.
    Checkpoints come after all other callbacks, for they keep those too. FileNotFoundError if there is no such folder.

    >>> callbacks = [Checkpoint("run.safetensors"), Checkpoint("best.safetensors", monitor="validation loss")]
    """

    def __init__(self, path: str | PathLike[str], monitor: str | None = None, mode: Mode | None = None) -> None:
        super().__init__(monitor, mode)
        self.path = os.fspath(path)
        self.order = 1 if monitor else 2  # the latest file also tells what the best one holds

    def check(self, run: Run) -> None:
        super().check(run)
        folder = os.path.dirname(os.path.abspath(self.path))
        if not os.path.isdir(folder):
            raise FileNotFoundError(f"Checkpoint: there is no directory {folder}; make it with os.makedirs")

    def on_epoch(self, run: Run) -> None:
        if self.monitor is None or self.improved(run):
            run.save(self.path)


def listed(callbacks: Any, *further: Callback) -> list[Callback]:
    """What `callbacks=` of `nn.fit` may be, as callbacks in the order of their calls. TypeError for what is none."""
    single = not isinstance(callbacks, Iterable)
    return sorted([*map(_callback, [callbacks] if single else callbacks), *further], key=lambda x: x.order)


def _callback(x: Any) -> Callback:
    if isinstance(x, Callback):
        return x
    if isinstance(x, (type, Optimizer)) or not hasattr(x, "step"):
        raise TypeError(f"callbacks: pass objects of nn.callbacks.Callback, or schedules, not {_what(x)}")
    return EachStep(x) if isinstance(x, OneCycleLR) else EachEpoch(x)


def _what(x: Any) -> str:
    return f"the class {x.__name__}; make one" if isinstance(x, type) else f"a {type(x).__name__}"


def _check_column(callback: Callback, name: str, run: Run) -> None:
    if name not in run.columns:
        remedy = "pass validation= for one" if name.startswith(TESTED) else "pass it in metrics="
        raise ValueError(f"{type(callback).__name__}: there is no {name!r} among {run.columns}; {remedy}")
    if name.removeprefix(TESTED) in [metric.name for metric in run.scores.metrics if np.ndim(metric.value())]:
        raise ValueError(f"{type(callback).__name__}: {name!r} is more than one number; monitor another column")
