"""Groups of parameters and their options: what an optimizer is given, checked before anything is done with it."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from nn import checks
from nn.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    Options = dict[str, Any]
    Group = dict[str, Any]  # options, after the list of parameters under "params"


class Groups(ABC):
    """Parameters in groups that have options of their own, and the checks of both."""

    def __init__(self, params: Iterable[Any], options: Options) -> None:
        self.defaults = self.check(options)
        self.param_groups = self._groups(params)

    @abstractmethod
    def check(self, options: Options) -> Options:
        """The options as they are to be kept, or ValueError."""

    def number(self, options: Options, name: str, *, positive: bool = False, below: float = math.inf) -> float:
        """That option as a float: finite, at least or above 0, and below a bound."""
        bounds = ("> 0" if positive else "≥ 0") + (f" and < {below:g}" if below < math.inf else "")
        return float(checks.number(type(self).__name__, name, options[name], f"a finite number {bounds}"))

    def numbers(self, options: Options, name: str, *, count: int, below: float = math.inf) -> tuple[float, ...]:
        """That option as a tuple of so many floats, each finite, at least 0, and below a bound."""
        values = options[name]
        if isinstance(values, np.ndarray):
            values = values.tolist()
        if not isinstance(values, (tuple, list)) or len(values) != count:
            raise self._fault(f"{name} must be {count} numbers, not {values!r}")
        entries = {f"{name}[{i}]": x for i, x in enumerate(values)}
        return tuple([self.number(entries, entry, below=below) for entry in entries])

    def _fault(self, what: str) -> ValueError:
        return ValueError(f"{type(self).__name__}: {what}")

    def _parameters(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    def _checked(self, own: Options) -> Options:
        """The options of a group: its own, and the optimizer's for the rest."""
        if unknown := sorted(own.keys() - self.defaults.keys()):
            raise self._fault(f"unknown options {unknown}; there are {sorted(self.defaults)}")
        return self.check({**self.defaults, **own})

    def _groups(self, params: Iterable[Any]) -> list[Group]:
        """Groups with all their options, from Tensors or from dicts."""
        entries = self._listed(params, "model.parameters(), [p, q] or a list of dicts")
        if not any(isinstance(entry, Mapping) for entry in entries):
            entries = [{"params": entries}]
        seen: set[Tensor] = set()
        return [self._group(entry, seen) for entry in entries]

    def _group(self, entry: Any, seen: set[Tensor]) -> Group:
        """A group with all its options, of parameters that were not seen before."""
        if not isinstance(entry, Mapping) or "params" not in entry:
            raise TypeError(f'{type(self).__name__}: give every group as a dict with "params", not {entry!r}')
        given = entry["params"]
        members = [given] if isinstance(given, Tensor) else self._listed(given, "model.parameters() or [p, q]")
        if not members:
            raise self._fault(
                "no parameters: the module has none, or a generator was used up before; "
                "pass list(model.parameters()) where they are needed twice"
            )
        for i, p in enumerate(members):
            self._check_parameter(i, p)
            if p in seen:
                raise self._fault(f"parameter {i} {p.shape} is given twice; give each one once")
            seen.add(p)
        return {"params": members, **self._checked(options_of(entry))}

    def _listed(self, params: Any, remedy: str) -> list[Any]:
        """What is in an iterable, which neither a Tensor nor a dict shall be taken for."""
        if isinstance(params, (Tensor, Mapping)) or not hasattr(params, "__iter__"):
            raise TypeError(
                f"{type(self).__name__}: params must be Tensors in an iterable, not a {type(params).__name__}; "
                f"pass {remedy}"
            )
        return list(params)

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


def options_of(group: Mapping[str, Any]) -> Options:
    """A group without its parameters."""
    return {name: value for name, value in group.items() if name != "params"}
