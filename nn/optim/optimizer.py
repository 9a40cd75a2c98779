"""What optimizers share: how a step goes through the parameters, and what is remembered from step to step.

An optimizer is a subclass with an update rule for one array, `update`, and a check of its options.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy import add, multiply

from autograd import Tensor, edited, lint
from nn.optim.groups import Groups, options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from nn.optim.groups import Group
    from nn.optim.groups import Options as Options

    Array = NDArray[Any]
    State = dict[str, Any]

BLOCK = 2**18  # bytes of a parameter that are updated at once, so that all arrays of the rule stay in a core's cache

# PyTorch's groups also say how it computes, and where a schedule began.
FOREIGN = {"foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay", "initial_lr"}


class Optimizer(Groups):
    """p ← p - step(g), in place, for every parameter p and its gradient g, by a rule that a subclass writes.

    `params` are Tensors that require grad, as from `model.parameters()`, or dicts of them that have options of their
    own: `[{"params": a.parameters()}, {"params": b.parameters(), "lr": 0.01}]`. Parameters without a gradient are left
    alone. Options may be changed between steps in `param_groups`.

    No parameters, constants, computed Tensors, a parameter given twice, and options that are unknown or out of range
    raise before anything is changed.
    """

    remembers: ClassVar[tuple[str, ...]] = ()  # names of the arrays kept from step to step
    squares: ClassVar[tuple[str, ...]] = ()  # those of them that cannot be negative
    counts: ClassVar[bool] = False  # whether state["step"] says how often the parameter was updated

    def __init__(self, params: Iterable[Any], options: Options) -> None:
        super().__init__(params, options)
        self.state: dict[Tensor, State] = {p: {} for p in self._parameters()}
        self._work = _scratch(self._parameters())
        self._valid: dict[int, tuple[Any, dict[str, float]]] = {}  # by group: options that were checked, their memory

    # -- what a rule writes ------------------------------------------------------------------------

    @abstractmethod
    def update(self, p: Array, g: Array, work: Array, state: State, options: Options) -> None:
        """Change p, an array, in place. The gradient g must not be changed; `work` is memory to compute in.

        All these and the arrays in `state` have one shape and dtype: those of a parameter, or of a vector of some of
        its entries, for a large parameter is updated block by block.
        """

    def memory(self, options: Options) -> dict[str, float]:
        """What these options need in `state`: names of arrays, and the number that fills each before the first step."""
        return dict.fromkeys(self.remembers, 0.0)

    def decay(self, p: Array, g: Array, spare: Array, options: Options) -> Array:
        """The g of `update` where there is a weight_decay: g + weight_decay · p, in the memory of `spare`."""
        return add(multiply(p, options["weight_decay"], spare), g, spare)

    # -- what users call ---------------------------------------------------------------------------

    def step(self) -> None:
        """Change every parameter that has a gradient by the rule.

        A lint tells where none has. Options are all checked first. What NumPy raises later, as for read-only memory or
        under np.errstate(all="raise"), ends the step on the way: the parameters before have changed.
        """
        needs = [self._recheck(group) for group in self.param_groups]
        changed: list[Array] = []
        try:
            for group, memory in zip(self.param_groups, needs):
                remembers, decays = self.counts or memory, group.get("weight_decay")
                for p in group["params"]:
                    if (grad := p.grad) is None:
                        continue
                    x, g = p.value, grad.value
                    if scalar := type(x) is not np.ndarray:  # it cannot be changed in place
                        x = np.array(x)
                    changed.append(x)
                    if (state := self.state.get(p)) is None:
                        raise self._fault(f"a parameter {p.shape} was put into a group; use add_param_group")
                    if remembers:
                        self._remember(x, state, memory)
                    work, spare, blocks = self._work[p]
                    if blocks:
                        self._update_blocks(x, g, work, spare, state, group)
                    elif decays:
                        self.update(x, self.decay(x, g, spare, group), work, state, group)
                    else:  # small networks have no time for a call more
                        self.update(x, g, work, state, group)
                    if scalar:
                        p.data = x
        finally:
            edited(*changed)
        if not changed and any(p.requires_grad for p in self._parameters()):  # frozen ones shall have none
            name = type(self).__name__
            lint("step", f"{name}.step: no parameter has a gradient, so nothing changes; call loss.backward() first.")

    def zero_grad(self) -> None:
        """Forget the gradients: `p.grad = None` for every parameter."""
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Train the parameters of one more group, a dict like those at the beginning, checked in the same way.

        >>> from autograd import tensor
        >>> from nn.optim import SGD
        >>> p, q = tensor([1.0], requires_grad=True), tensor([2.0], requires_grad=True)
        >>> optimizer = SGD([p], lr=0.1)
        >>> optimizer.add_param_group({"params": q, "lr": 0.2})
        >>> [group["lr"] for group in optimizer.param_groups]
        [0.1, 0.2]
        """
        more = self._group(group, set(self._parameters()))
        self.param_groups.append(more)
        self.state |= {p: {} for p in more["params"]}
        self._work = _scratch(self._parameters())

    def __repr__(self) -> str:
        groups = [
            ", ".join(f"{k}={v}" if k != "params" else f"{len(v)} parameters" for k, v in group.items())
            for group in self.param_groups
        ]
        return f"{type(self).__name__}({'; '.join(groups)})"

    # -- its state ---------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """The options, and what is remembered of each parameter by its number; arrays are copies."""
        number = {p: i for i, p in enumerate(self._parameters())}
        return {
            "state": {
                number[p]: {name: np.array(value) for name, value in state.items()}
                for p, state in self.state.items()
                if state
            },
            "param_groups": [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()` of an optimizer of the same rule and parameters, which may be PyTorch's.

        Raises ValueError before anything is changed where groups, options, names or shapes are not those of this
        optimizer, and where an array has NaN, or less than 0 in a mean of squares.
        """
        self.check_state_dict(state_dict)()

    def check_state_dict(self, state_dict: Mapping[str, Any]) -> Callable[[], None]:
        """Check all that `load_state_dict` does. The function returned puts the state in place, without fail."""
        try:
            saved, groups = dict(state_dict["state"]), [dict(group) for group in state_dict["param_groups"]]
            counts = [len(group["params"]) for group in groups]
        except (TypeError, KeyError, ValueError) as fault:
            raise self._fault("this is no state_dict() of an optimizer") from fault
        if counts != (expected := [len(group["params"]) for group in self.param_groups]):
            raise self._fault(f"groups of {counts} parameters do not fit groups of {expected}")
        options = [self._loaded(options_of(group)) for group in groups]
        needs = [self._names(group) for group, count in zip(options, counts) for _ in range(count)]
        parameters = self._parameters()
        state: dict[Tensor, State] = {p: {} for p in parameters}
        for i, values in saved.items():
            if i not in range(len(parameters)):
                raise self._fault(f"there is no parameter {i!r} among {len(parameters)}")
            state[parameters[i]] = self._restored(i, parameters[i], values, needs[i])

        def put_in_place() -> None:
            for group, loaded in zip(self.param_groups, options):
                group.update(loaded)
            self.state = state

        return put_in_place

    def _loaded(self, group: Options) -> Options:
        """The options of a saved group. Those that are PyTorch's alone may be there, if they change nothing."""
        if missing := sorted(self.defaults.keys() - group.keys()):
            raise self._fault(f"missing options: {missing}")
        idle = {k for k, value in group.items() if k not in self.defaults and (k in FOREIGN or not value)}
        return self._checked({name: value for name, value in group.items() if name not in idle})

    def _names(self, options: Options) -> set[str]:
        """What a parameter that was updated with these options has in its state."""
        return {*self.memory(options), *(("step",) if self.counts else ())}

    def _restored(self, i: int, p: Tensor, values: Mapping[str, Any], needed: set[str]) -> State:
        """The saved state of one parameter, in arrays of its dtype."""
        if not isinstance(values, Mapping):
            raise self._fault(f"the state of parameter {i} is a {type(values).__name__}, not a dict")
        given = {name: np.asarray(value) for name, value in values.items() if value is not None}
        known = needed.union(self.remembers)
        if unknown := sorted(given.keys() - known):
            raise self._fault(f"unknown state {unknown} of parameter {i}; this rule remembers {sorted(known)}")
        if given and (missing := sorted(needed - given.keys())):
            raise self._fault(f"missing state {missing} of parameter {i}")
        restored: State = {}
        if "step" in given:
            step = given.pop("step")
            if step.shape or step.dtype.kind not in "iuf" or not (step >= 0 and step % 1 == 0):
                raise self._fault(f"step must be a whole number ≥ 0, not {step} of parameter {i}")
            restored["step"] = int(step)
        for name, array in given.items():
            if array.shape != p.shape or array.dtype.kind not in "iuf":
                raise self._fault(f"{name} {array.shape} {array.dtype} does not fit parameter {i} {p.shape} {p.dtype}")
            low = 0 if name in self.squares else -math.inf
            if not (array >= low).all():  # NaN is not
                raise self._fault(f"{name} of parameter {i} has NaN{' or negative numbers' if low == 0 else ''}")
            restored[name] = array.astype(p.dtype)
        return restored

    # -- one step ------------------------------------------------------------------------------------

    def _recheck(self, group: Group) -> dict[str, float]:
        """The memory for the options of a group. Those that were changed are checked; others cost a comparison."""
        _, *options = group.values()
        checked, memory = self._valid.get(id(group), (None, {}))
        if options != checked:
            group.update(self._checked(options_of(group)))
            _, *checked = group.values()
            memory = self.memory(group)
            self._valid[id(group)] = checked, memory
        return memory

    def _remember(self, x: Array, state: State, memory: dict[str, float]) -> None:
        """Count the step, and begin to remember what the state of x lacks."""
        if self.counts:
            state["step"] = state.get("step", 0) + 1
        for name in memory:
            if name not in state:
                state[name] = np.full_like(x, memory[name])

    def _update_blocks(self, x: Array, g: Array, work: Array, spare: Array, state: State, group: Group) -> None:
        """Update a large array after its decay, as many entries at a time as `work` has, in whatever order they lie."""
        names = [name for name in state if name != "step"]
        access: list[Any] = [["readwrite"], ["readonly"], *([["readwrite"]] * len(names))]
        arrays = [x, g, *(state[name] for name in names)]
        with np.nditer(arrays, ["external_loop", "buffered"], access, buffersize=work.size) as blocks:
            for x, g, *values in blocks:
                here = slice(x.size)
                g = self.decay(x, g, spare[here], group) if group.get("weight_decay") else g
                self.update(x, g, work[here], {**state, **dict(zip(names, values))}, group)


def _scratch(parameters: list[Tensor]) -> dict[Tensor, tuple[Array, Array, bool]]:
    """For each parameter two arrays to compute in, all in the same memory: of its shape, or of a block of its entries.

    The third value says whether it is updated in blocks.
    """
    sizes = {p: min(p.size, BLOCK // p.dtype.itemsize) for p in parameters}
    largest: dict[np.dtype[Any], int] = {}
    for p, size in sizes.items():
        largest[p.dtype] = max(largest.get(p.dtype, 0), size)
    memory = {dtype: (np.empty(size, dtype), np.empty(size, dtype)) for dtype, size in largest.items()}
    scratch = {}
    for p, size in sizes.items():
        blocks = size < p.size
        work, spare = (half[:size].reshape(size if blocks else p.shape) for half in memory[p.dtype])
        scratch[p] = work, spare, blocks
    return scratch
