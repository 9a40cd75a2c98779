"""Module: parameters, the computation that uses them, and the tree that modules form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from autograd import Tensor, lint, no_grad, tensor
from autograd.hooks import Hook, Hooks
from autograd.scope import enter
from nn.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

T = TypeVar("T")


class Module:
    """Parameters and a computation: write `__init__` to make the parts, and `forward` to say what they compute.

    The attributes that hold Parameters and Modules are its parameters and children; deleting an attribute takes it out
    again. Names are dotted paths of attributes, and a part with several paths is yielded once, by the first.

    >>> from nn import Linear
    >>> class Scaled(Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.scale = Parameter(2.0)
    ...         self.inner = Linear(3, 1, bias=False)
    ...     def forward(self, x):
    ...         return self.scale * self.inner(x)  # (N, 3) → (N, 1)
    >>> [(name, p.shape) for name, p in Scaled().named_parameters()]
    [('scale', ()), ('inner.weight', (1, 3))]
    """

    training: bool
    _buffers: dict[str, bool]  # the names of buffers, and whether each is part of the state
    _hooks: tuple[Hooks, Hooks] | None = None  # what is called before forward, and after

    def __init__(self) -> None:
        vars(self).update(training=True, _buffers={})

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What this module computes. Every subclass writes its own, and callers call the module itself."""
        remedy = "write `def forward(self, x):` to say what it computes"
        raise NotImplementedError(f"{type(self).__name__} has no forward: {remedy}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """`forward`, with every op recorded on the way knowing that it happened in this module."""
        scope = enter(self)
        try:
            if self._hooks is None:
                return self.forward(*args, **kwargs)
            return self._hooked(args, kwargs)
        finally:
            _, scope.frame = scope.frame  # type: ignore[misc]

    def _hooked(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        before, after = self._each_hooks()
        for hook in [*before.values()]:
            changed = hook(self, args)
            args = args if changed is None else changed if isinstance(changed, tuple) else (changed,)
        out = self.forward(*args, **kwargs)
        for hook in [*after.values()]:
            changed = hook(self, args, out)
            out = out if changed is None else changed
        return out

    def register_forward_hook(self, hook: Callable[[Any, tuple[Any, ...], Any], Any]) -> Hook:
        """Call `hook(module, args, out)` after every forward; what it returns, if not None, takes the place of out.
        `.remove()` on what this gives, or the end of a `with` block, takes the hook off again.

        >>> from nn import Linear
        >>> layer = Linear(2, 3)
        >>> with layer.register_forward_hook(lambda module, args, out: print(out.shape)):
        ...     _ = layer(np.ones((5, 2), np.float32))
        (5, 3)
        """
        return self._each_hooks()[1].register(hook)

    def register_forward_pre_hook(self, hook: Callable[[Any, tuple[Any, ...]], Any]) -> Hook:
        """Call `hook(module, args)` before every forward; what it returns, if not None, takes the place of args."""
        return self._each_hooks()[0].register(hook)

    def _each_hooks(self) -> tuple[Hooks, Hooks]:
        self._hooks = self._hooks or (Hooks(), Hooks())
        return self._hooks

    # -- its parts ---------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        where = f"{type(self).__name__}.{name}"
        if "training" not in vars(self):
            raise AttributeError(f"{where}: call super().__init__() before assigning attributes")
        held = vars(self).get(name)
        if isinstance(value, (Module, Parameter)):
            self._check_name(name)
            if isinstance(value, Module) and any(part is self for part in value.modules()):
                raise ValueError(f"{where}: a module cannot contain itself")
            fits = name not in self._buffers
        elif name in self._buffers:
            fits = isinstance(value, Tensor)
        else:
            fits = not isinstance(held, (Module, Parameter))
        if not fits and value is not None:
            kind = "buffer" if name in self._buffers else type(held).__name__
            remedy = "change its data, or delete the attribute first"
            raise TypeError(f"{where}: {type(value).__name__} cannot take the place of a {kind}; {remedy}")
        if hint := _hidden(value):
            lint(f"hidden {where}", f"{where}: {hint}")
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        vars(self)["_buffers"] = {key: kept for key, kept in self._buffers.items() if key != name}

    def _check_name(self, name: str) -> None:
        """Refuse what would make dotted names ambiguous or hide a method."""
        if not name or "." in name or callable(getattr(type(self), name, None)):
            raise ValueError(f"{type(self).__name__}: {name!r} has a dot, or is a method's name")

    def register_buffer(self, name: str, value: Any, persistent: bool = True) -> None:
        """Make `self.name` a Tensor that is kept but not trained: a running mean, a mask.

        What is not `persistent` is left out of `state_dict()`. None keeps the place free. ValueError for a name in use.

        >>> module = Module()
        >>> module.register_buffer("steps", 0)
        >>> module.state_dict()
        {'steps': array(0)}
        """
        self._check_name(name)
        if hasattr(self, name) and name not in self._buffers:
            raise ValueError(f"{type(self).__name__}.{name}: this attribute is there already")
        if value is not None:
            value = value.detach() if isinstance(value, Tensor) else tensor(value)
        setattr(self, name, value)
        vars(self)["_buffers"] = {**self._buffers, name: persistent}

    def _own(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """The attributes of that kind, in the order of assignment."""
        return ((name, x) for name, x in vars(self).items() if isinstance(x, kind))

    def _paths(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """Every path to a module from here, this one first: a shared module as often as it is shared."""
        yield prefix, self
        for name, child in self._own(Module):
            yield from child._paths(_dotted(prefix, name))

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """(dotted name, module) of this module, named "", and all below it."""
        return _once(self._paths())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """(name, module) of the modules that this one holds directly."""
        return _once(self._own(Module))

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """(dotted name, Parameter) of this module and all below it.

        >>> from nn import Linear
        >>> [name for name, _ in Linear(2, 3).named_parameters()]
        ['weight', 'bias']
        """
        return _once((_dotted(path, name), p) for path, module in self._paths() for name, p in module._own(Parameter))

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """(dotted name, Tensor) of the buffers of this module and all below it."""
        return _once(
            (_dotted(path, name), x)
            for path, module in self._paths()
            for name, x in module._own(Tensor)
            if name in module._buffers
        )

    def modules(self) -> Iterator[Module]:
        """This module and all below it."""
        return (module for _, module in self.named_modules())

    def children(self) -> Iterator[Module]:
        """The modules that this one holds directly."""
        return (module for _, module in self.named_children())

    def parameters(self) -> Iterator[Parameter]:
        """The Parameters of this module and all below it: what an optimizer asks for."""
        return (p for _, p in self.named_parameters())

    def buffers(self) -> Iterator[Tensor]:
        """The buffers of this module and all below it."""
        return (x for _, x in self.named_buffers())

    # -- its state ---------------------------------------------------------------------------------

    def _state(self) -> dict[str, Tensor]:
        """Parameters and persistent buffers by every path that leads to them."""
        return {
            _dotted(path, name): x
            for path, module in self._paths()
            for name, x in module._own(Tensor)
            if module._buffers.get(name, isinstance(x, Parameter))
        }

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Dotted names → values of the parameters and buffers, as arrays of their own.

        They are copies: training on leaves them alone, and editing them leaves the module alone. What is shared is
        listed under each of its names.

        >>> from nn import Linear
        >>> {name: array.shape for name, array in Linear(2, 3).state_dict().items()}
        {'weight': (3, 2), 'bias': (3,)}
        """
        return {name: np.array(x.value) for name, x in self._state().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put the values of a `state_dict()` in place, each in its Tensor's own memory and dtype.

        They may be arrays, Tensors or nested lists. TypeError if it is no dict; RuntimeError that lists all that does
        not fit, before anything changes: names missing or unexpected, other shapes, dtypes that do not convert.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"load_state_dict: pass a dict of arrays, not a {type(state).__name__}")
        places = self._state()
        faults = [f"missing: {name}" for name in places if name not in state]
        faults += [f"unexpected: {name}" for name in state if name not in places]
        arrays: dict[str, NDArray[Any]] = {}
        for name, x in state.items():
            try:
                arrays[name] = np.asarray(x.value if isinstance(x, Tensor) else x)
            except ValueError:
                faults.append(f"{name}: a list whose parts have different shapes is no array")
        for name, x in places.items():
            array = arrays.get(name, x.value)
            if array.shape != x.shape:
                faults.append(f"{name}: the shape is {array.shape}, not {x.shape}")
            elif not np.can_cast(array.dtype, x.dtype, "same_kind"):
                faults.append(f"{name}: {array.dtype} does not convert to {x.dtype}")
            elif x.ndim and not x.value.flags.writeable:
                faults.append(f"{name}: its memory is read-only")
        if faults:
            raise RuntimeError("\n    ".join([f"load_state_dict: not a state of this {type(self).__name__}", *faults]))
        values = {name: arrays[name].astype(x.dtype) for name, x in places.items()}  # copies: a source may be a place
        with no_grad():
            for name, x in places.items():
                x[...] = values[name]

    # -- what is done to all of it -----------------------------------------------------------------

    def zero_grad(self) -> None:
        """Forget the gradients: `p.grad = None` for every parameter."""
        for p in self.parameters():
            if p.requires_grad:
                p.grad = None

    def requires_grad_(self, wanted: bool = True) -> Self:
        """Ask for the gradient of every parameter, or freeze them all."""
        for p in self.parameters():
            p.requires_grad_(wanted)
        return self

    def train(self, mode: bool = True) -> Self:
        """Set `training`, here and below: dropout drops, batch norm learns. TypeError unless the mode is a bool."""
        if not isinstance(mode, bool):
            raise TypeError(f"train: mode must be True or False, not a {type(mode).__name__}")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Unset `training`, here and below: dropout passes all, batch norm uses what it learned."""
        return self.train(False)

    def apply(self, function: Callable[[Module], object]) -> Self:
        """Call `function(module)` for all below this module, children first, and then for itself."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    # -- how it is shown ---------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What to show between the brackets: a layer's sizes and options."""
        return ""

    def __repr__(self) -> str:
        lines = self.extra_repr().splitlines()
        parts = [f"({name}): {child!r}" for name, child in self._own(Module)]
        if not parts and len(lines) <= 1:
            return f"{type(self).__name__}({''.join(lines)})"
        inside = "\n".join(lines + parts).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {inside}\n)"


def _dotted(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _once(pairs: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """Each object by the first of its names."""
    seen: set[int] = set()
    for name, x in pairs:
        if id(x) not in seen:
            seen.add(id(x))
            yield name, x


def _hidden(value: Any) -> str:
    """What to say of an attribute that looks like a part of a module, and is none; "" of others."""
    if isinstance(value, Tensor) and value.requires_grad and value.is_leaf and not isinstance(value, Parameter):
        return "a Tensor that requires grad is not found by parameters(); make it an nn.Parameter."
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    found = next((type(x).__name__ for x in entries if isinstance(x, (Module, Parameter))), "")
    remedy = "use nn.ModuleList or nn.ModuleDict, or give each part an attribute of its own."
    return found and f"the {found} in this {type(value).__name__} is not found by parameters(); {remedy}"
