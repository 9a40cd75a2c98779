"""What optimizers share: groups of parameters, their options, and what is remembered from step to step.

An optimizer is a subclass with an update rule for one array, `update`, and a check of its options.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import Tensor, edited
from nn.module import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Options = dict[str, Any]
    State = dict[str, Array]


class Optimizer(ABC):
    """Changes parameters in place, by their gradients.

    `params` are Tensors that require grad, as from `model.parameters()`, or dicts of them that have options of their
    own: `[{"params": a.parameters()}, {"params": b.parameters(), "lr": 0.01}]`. Parameters without a gradient are left
    alone. Options may be changed between steps in `param_groups`.

    No parameters, constants, computed Tensors, a parameter given twice, and options that are unknown or out of range
    raise before anything is changed.
    """

    remembers: ClassVar[tuple[str, ...]] = ()  # names of the arrays kept from step to step

    def __init__(self, params: Iterable[Any], options: Options) -> None:
        self.options = self.check(options)
        self.param_groups = self._groups(params)
        self.state: dict[Tensor, State] = {p: {} for p in self._parameters()}
        self._work = _scratch(self._parameters())
        self._valid: dict[int, list[Any]] = {}  # by group, the options that were checked last

    # -- what a rule writes ------------------------------------------------------------------------

    @abstractmethod
    def check(self, options: Options) -> Options:
        """The options as they are to be kept, or ValueError."""

    @abstractmethod
    def update(self, p: Array, g: Array, work: Array, state: State, options: Options) -> None:
        """Change p, an array, in place. The gradient g must not be changed; `work` is memory to compute in.

        All three have one shape and dtype. `state` belongs to this parameter and is empty at the first step.
        """

    # -- what users call ---------------------------------------------------------------------------

    def step(self) -> None:
        """Change every parameter that has a gradient by the rule."""
        changed: list[Array] = []
        try:
            for group in self.param_groups:
                self._recheck(group)
                for p in group["params"]:
                    grad = p.grad
                    if grad is None:
                        continue
                    value = p.value
                    x = value if type(value) is np.ndarray else np.array(value)
                    changed.append(x)
                    self.update(x, grad.value, self._work[p], self.state[p], group)
                    if x is not value:  # a scalar, which cannot be changed in place
                        p.data = x
        finally:
            edited(*changed)

    def zero_grad(self) -> None:
        """Forget the gradients: `p.grad = None` for every parameter."""
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def state_dict(self) -> dict[str, Any]:
        """The options, and what is remembered of each parameter by its number; arrays are copies."""
        number = {p: i for i, p in enumerate(self._parameters())}
        return {
            "state": {
                number[p]: {name: array.copy() for name, array in state.items()}
                for p, state in self.state.items()
                if state
            },
            "param_groups": [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()` of an optimizer of the same rule and parameters.

        Raises ValueError before anything is changed where groups, options or shapes are not those of this optimizer.
        """
        try:
            saved, groups = dict(state_dict["state"]), list(state_dict["param_groups"])
        except (TypeError, KeyError) as fault:
            raise self._fault("this is no state_dict() of an optimizer") from fault
        counts = [len(group["params"]) for group in groups]
        if counts != (expected := [len(group["params"]) for group in self.param_groups]):
            raise self._fault(f"groups of {counts} parameters do not fit groups of {expected}")
        options = [self._checked(_options(group)) for group in groups]
        if any(missing := [self.options.keys() - group.keys() for group in groups]):
            raise self._fault(f"missing options: {sorted(set().union(*missing))}")
        parameters = self._parameters()
        state: dict[Tensor, State] = {p: {} for p in parameters}
        for i, arrays in saved.items():
            if i not in range(len(parameters)):
                raise self._fault(f"there is no parameter {i!r} among {len(parameters)}")
            state[parameters[i]] = self._restored(parameters[i], arrays)
        for group, loaded in zip(self.param_groups, options):
            group.update(loaded)
        self.state = state

    def __repr__(self) -> str:
        groups = [
            ", ".join(f"{k}={v}" if k != "params" else f"{len(v)} parameters" for k, v in group.items())
            for group in self.param_groups
        ]
        return f"{type(self).__name__}({'; '.join(groups)})"

    # -- checks --------------------------------------------------------------------------------------

    def _parameters(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    def _recheck(self, group: dict[str, Any]) -> None:
        """Refuse options that were changed to what they must not be. Unchanged ones cost a comparison."""
        _, *options = group.values()
        if options != self._valid.get(id(group)):
            self.check(_options(group))
            self._valid[id(group)] = options

    def _fault(self, what: str) -> ValueError:
        return ValueError(f"{type(self).__name__}: {what}")

    def _groups(self, params: Iterable[Any]) -> list[dict[str, Any]]:
        """Groups with all their options, from Tensors or from dicts."""
        name = type(self).__name__
        if isinstance(params, (Tensor, Mapping)) or not hasattr(params, "__iter__"):
            raise TypeError(
                f"{name}: params must be Tensors in an iterable, not a {type(params).__name__}; "
                "pass model.parameters(), [p, q] or a list of dicts"
            )
        entries = list(params)
        if not any(isinstance(entry, Mapping) for entry in entries):
            entries = [{"params": entries}]
        groups, seen = [], set()
        for entry in entries:
            if not isinstance(entry, Mapping) or "params" not in entry:
                raise TypeError(f'{name}: give every group as a dict with "params", not {entry!r}')
            given = entry["params"]
            members = [given] if isinstance(given, Tensor) else list(given)
            if not members:
                raise self._fault(
                    "no parameters: the module has none, or a generator was used up before; "
                    "pass list(model.parameters()) where they are needed twice"
                )
            for i, p in enumerate(members):
                self._check_parameter(i, p)
                if id(p) in seen:
                    raise self._fault(f"parameter {i} {p.shape} is given twice; give each one once")
                seen.add(id(p))
            groups.append({"params": members, **self._checked(_options(entry))})
        return groups

    def _check_parameter(self, i: int, p: Any) -> None:
        if not isinstance(p, Tensor):
            raise TypeError(
                f"{type(self).__name__}: parameter {i} is a {type(p).__name__}, not a Tensor; pass model.parameters()"
            )
        if not p.is_leaf:
            raise self._fault(
                f"parameter {i} {p.shape} was computed, so changing it changes nothing; "
                "pass the Tensors that it was computed from"
            )
        if not p.requires_grad and not isinstance(p, Parameter):  # a frozen Parameter may thaw
            raise self._fault(f"parameter {i} {p.shape} is a constant; call p.requires_grad_() first")

    def _checked(self, own: Options) -> Options:
        """The options of a group: its own, and the optimizer's for the rest."""
        if unknown := sorted(own.keys() - self.options.keys()):
            raise self._fault(f"unknown options {unknown}; there are {sorted(self.options)}")
        return self.check({**self.options, **own})

    def _restored(self, p: Tensor, arrays: Mapping[str, Any]) -> State:
        if unknown := sorted(arrays.keys() - set(self.remembers)):
            raise self._fault(f"unknown state {unknown}; this rule remembers {list(self.remembers)}")
        state = {name: np.array(array, p.dtype) for name, array in arrays.items()}
        for name, array in state.items():
            if array.shape != p.shape:
                raise self._fault(f"{name} {array.shape} does not fit a parameter {p.shape}")
        return state

    def number(self, options: Options, name: str, *, positive: bool = False) -> float:
        """That option as a float: finite, and at least or above 0."""
        value = options[name]
        if isinstance(value, np.ndarray) and not value.ndim:
            value = value.item()
        fits = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
        if not fits or value < 0 or (positive and value == 0):
            bound = "> 0" if positive else "≥ 0"
            raise self._fault(f"{name} must be a finite number {bound}, not {value!r}")
        return float(value)


def _options(group: Mapping[str, Any]) -> Options:
    return {name: value for name, value in group.items() if name != "params"}


def _scratch(parameters: list[Tensor]) -> dict[Tensor, Array]:
    """Memory of each parameter's shape and dtype to compute in: all share as much as the largest one needs."""
    largest: dict[np.dtype[Any], int] = {}
    for p in parameters:
        largest[p.dtype] = max(largest.get(p.dtype, 0), p.size)
    memory = {dtype: np.empty(size, dtype) for dtype, size in largest.items()}
    return {p: memory[p.dtype][: p.size].reshape(p.shape) for p in parameters}
