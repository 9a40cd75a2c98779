"""What schedules share: an optimizer whose learning rates they set, checked options, and a state to go on from.

Nearly every schedule is a function of the step: it is a subclass of Planned that says what the rate is at step t.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from nn import checks
from nn.optim.optimizer import Optimizer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Options = dict[str, Any]


class Schedule:
    """Sets the learning rates of an optimizer, as `step()` is called after each epoch, or after each of its steps.

    What is no optimizer is a TypeError, and options that are out of range a ValueError, before it is changed.

    >>> from autograd import tensor
    >>> from nn.optim import SGD, ExponentialLR
    >>> optimizer = SGD([tensor(1.0, requires_grad=True)], lr=0.5)
    >>> schedule = ExponentialLR(optimizer, gamma=0.5)
    >>> schedule.step()
    >>> schedule.get_last_lr(), isinstance(schedule, Schedule)
    ([0.25], True)
    """

    remembers: ClassVar[tuple[str, ...]] = ("last_epoch",)  # the attributes that change from step to step

    def __init__(self, optimizer: Optimizer, options: Options) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"{type(self).__name__}: optimizer must be one, as nn.optim.SGD(...) is, not a "
                f"{type(optimizer).__name__}"
            )
        self.optimizer = optimizer
        self.options = self.check(options)
        self.last_epoch = 0

    def check(self, options: Options) -> Options:
        """The options as they are to be kept, or ValueError."""
        return options

    # -- what users call ---------------------------------------------------------------------------

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group, as it is now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """The options and the step, as numbers, strings and lists that JSON can hold."""
        state = {**self.options, **{name: getattr(self, name) for name in self.remembers}}
        return {name: [*value] if isinstance(value, list) else value for name, value in state.items()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()` of a schedule of the same kind, with its options.

        Raises ValueError before anything is changed where a name is missing or unknown, or a value does not fit.
        """
        self.take(self.read(state_dict))

    def __repr__(self) -> str:
        rates = ", ".join(f"{lr:.6g}" for lr in self.get_last_lr())
        return f"{self.spelled()} at step {self.last_epoch}: lr {rates}"

    # -- for those who write one -------------------------------------------------------------------

    def read(self, state_dict: Mapping[str, Any]) -> Options:
        """The attributes that a state gives a schedule. ValueError where it is not one of this kind."""
        expected = [*self.options, *self.remembers]
        if not isinstance(state_dict, Mapping) or state_dict.keys() != set(expected):
            found = list(state_dict) if isinstance(state_dict, Mapping) else type(state_dict).__name__
            raise self.fault(f"a state has {expected}, not {found}")
        options = self.check({name: state_dict[name] for name in self.options})
        return {"options": options, "last_epoch": self.count("last_epoch", state_dict["last_epoch"], least=0)}

    def take(self, attributes: Options) -> None:
        """Have what was read."""
        vars(self).update(attributes)

    def spelled(self) -> str:
        """The call that makes it, without the optimizer."""
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.options.items())})"

    def fault(self, what: str) -> ValueError:
        """The error that says what is wrong with it."""
        return ValueError(f"{type(self).__name__}: {what}")

    def number(self, name: str, value: Any, need: str = "a finite number ≥ 0") -> float:
        """The value as a float, if it is what is needed, in the words of `nn.checks.number`."""
        return float(checks.number(type(self).__name__, name, value, need))

    def numbers(self, name: str, value: Any, need: str = "a finite number ≥ 0") -> list[float]:
        """Such a number for each group, from a list of them or from one for all."""
        groups = len(self.optimizer.param_groups)
        values = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value] * groups
        if len(values) != groups:
            raise self.fault(f"{name} has {len(values)} numbers for {groups} groups of parameters")
        return [self.number(name, x, need) for x in values]

    def count(self, name: str, value: Any, least: int = 1) -> int:
        """The value as an int, if it is one of at least that."""
        return checks.integer(type(self).__name__, name, value, least)

    def listed(self, name: str, value: Any) -> list[Any]:
        """What is in the value, which must be a list or the like."""
        try:
            return list(value)
        except TypeError:
            raise self.fault(f"{name} must be a list, not {value!r}") from None

    def choice(self, name: str, value: Any, choices: tuple[str, ...]) -> str:
        """The value, if it is one of these."""
        return str(checks.choice(type(self).__name__, name, value, choices))


# Of optimizers whose schedules have not stepped yet: the rates these set, and the rates before. A second schedule, to
# come later in a sequence, shall start from the optimizer's own rates and not from where the first one's warm-up does.
_unstepped: WeakKeyDictionary[Optimizer, tuple[list[float], list[float]]] = WeakKeyDictionary()


class Planned(Schedule):
    """lr(t) = rate(base, t): a function of the step t, and of the rate a group had when the schedule was made.

    The rate at step 0 is set at once, and that at t + 1 by the next `step()`: what else changes "lr" in between is
    overwritten. A schedule of your own is a subclass with a `rate`:

    >>> from autograd import tensor
    >>> from nn.optim import SGD
    >>> class InverseRoot(Planned):
    ...     def rate(self, base, t):
    ...         return base / (1 + t) ** 0.5
    >>> schedule = InverseRoot(SGD([tensor(1.0, requires_grad=True)], lr=0.1), {})
    >>> schedule.rates(4).ravel()
    array([0.1       , 0.07071068, 0.05773503, 0.05      ])
    """

    remembers = ("last_epoch", "base_lrs")

    def __init__(self, optimizer: Optimizer, options: Options) -> None:
        super().__init__(optimizer, options)
        now = self.get_last_lr()
        written, before = _unstepped.get(optimizer, (now, now))
        self.base_lrs = before if written == now else now
        self._write(0)
        _unstepped[optimizer] = self.get_last_lr(), self.base_lrs

    def rate(self, base: float, t: int) -> float:
        """The learning rate at step t of a group that had `base`."""
        raise NotImplementedError(f"{type(self).__name__} has no rate: write `def rate(self, base, t):`")

    def at(self, t: int) -> list[Options]:
        """What the options of each group are at step t: its "lr", and what else the schedule sets."""
        try:
            return [{"lr": self.rate(base, t)} for base in self.base_lrs]
        except OverflowError:
            raise self.fault(f"the learning rate of step {t} is larger than any float") from None

    def step(self) -> None:
        """Set the rates of the next step."""
        self._write(self.last_epoch + 1)
        _unstepped.pop(self.optimizer, None)

    def rates(self, n: int) -> NDArray[np.float64]:
        """The learning rates from now on, (n, groups), without changing anything: `plt.plot(schedule.rates(100))`."""
        steps = range(self.last_epoch, self.last_epoch + self.count("n", n))
        return np.array([[options["lr"] for options in self.at(t)] for t in steps])

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self._write(self.last_epoch)

    def read(self, state_dict: Mapping[str, Any]) -> Options:
        return {**super().read(state_dict), "base_lrs": self.numbers("base_lrs", state_dict["base_lrs"])}

    def _write(self, t: int) -> None:
        groups, planned = self.optimizer.param_groups, self.at(t)
        if len(groups) != len(planned):
            raise self.fault(
                f"made for {len(planned)} groups of parameters, the optimizer has {len(groups)}; make the schedule "
                "after the last group is added"
            )
        for group, options in zip(groups, planned):
            group.update(options)
        self.last_epoch = t
