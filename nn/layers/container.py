"""Containers: modules made of modules."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from itertools import count, groupby
from typing import TYPE_CHECKING, Any, Self, overload

from nn.module import Module

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Container(Module):
    """What containers share: they hold modules by name, in an order, and nothing else by these names."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        kind = type(self).__name__
        raise NotImplementedError(
            f"{kind} holds modules and does not call them: call them in the forward of a Module, or use nn.Sequential"
        )

    def __len__(self) -> int:
        return len(self._held())

    def _held(self) -> dict[str, Module]:
        return dict(self._own(Module))

    def _hold(self, modules: Mapping[str, Any]) -> None:
        """Take these in, each in the place of what is held by its name; none where one of them does not fit."""
        for name, module in modules.items():
            self._check(name, module)
        for name, module in modules.items():
            setattr(self, name, module)

    def _iterable(self, modules: Any) -> Any:
        """What is iterated over for modules, or TypeError."""
        if not hasattr(modules, "__iter__"):
            raise TypeError(f"{type(self).__name__}: pass modules in a list or another iterable, not {modules!r}")
        return modules

    def _check(self, name: Any, module: Any) -> None:
        kind = type(self).__name__
        if not isinstance(name, str):
            raise TypeError(f"{kind}: names are strings, not {name!r}")
        if hasattr(self, name) and name not in self._held():
            raise ValueError(f"{kind}: {name!r} is an attribute of every {kind}; take another name")
        if not isinstance(module, Module):
            remedy = "pass modules one by one, or a dict of them"
            if isinstance(module, type) and issubclass(module, Module):
                remedy = f"make one: {module.__name__}(...)"
            elif callable(module):
                remedy = "wrap the function in a Module, as nn.ReLU() wraps relu"
            raise TypeError(f"{kind}: {name} is no Module but {module!r}; {remedy}")
        self._check_name(name)
        if any(part is self for part in module.modules()):
            raise ValueError(f"{kind}: a module cannot contain itself")


class ListLike(Container):
    """A container whose modules have places: it is indexed and changed as a list is. Where places change, names that
    are numbers change with them, and others stay."""

    def append(self, module: Module) -> Self:
        """Put one more module at the end, named by the first free number."""
        return self.extend([module])

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put modules at the end, named by free numbers."""
        taken = {*vars(self)}
        free = (name for name in map(str, count(len(self))) if name not in taken)
        self._hold({name: module for module, name in zip(self._iterable(modules), free)})
        return self

    def insert(self, index: int, module: Module) -> None:
        """Put a module before that place, as a list does."""
        parts = self._parts()
        parts.insert(index, ("0", module))
        self._arrange(parts)

    def pop(self, index: int = -1) -> Module:
        """Take a module out, and give it."""
        _, module = self._place(index)
        del self[index]
        return module

    def __iter__(self) -> Iterator[Module]:
        return iter([*self._held().values()])

    def __add__(self, modules: Iterable[Module]) -> Self:
        joined: Self = self[:]  # type: ignore[index]
        return joined.extend(modules)

    __iadd__ = extend

    @overload
    def __setitem__(self, index: int, module: Module) -> None: ...
    @overload
    def __setitem__(self, index: slice, module: Iterable[Module]) -> None: ...
    def __setitem__(self, index: int | slice, module: Any) -> None:
        if isinstance(index, slice):
            parts = self._parts()
            parts[index] = [("0", each) for each in self._iterable(module)]
            self._arrange(parts)
        else:
            name, _ = self._place(index)
            self._hold({name: module})

    def __delitem__(self, index: int | slice) -> None:
        if not isinstance(index, slice):
            self._place(index)  # or IndexError
        parts = self._parts()
        del parts[index]
        self._arrange(parts)

    def _parts(self) -> list[tuple[str, Module]]:
        return [*self._own(Module)]

    def _place(self, index: int) -> tuple[str, Module]:
        kind, parts = type(self).__name__, self._parts()
        if not hasattr(index, "__index__"):
            raise TypeError(f"{kind}: modules are indexed by their places, integers or slices, not {index!r}")
        if not -len(parts) <= operator.index(index) < len(parts):
            raise IndexError(f"{kind}: there is no module {index} among {len(parts)}")
        return parts[index]

    def _arrange(self, parts: list[tuple[str, Module]]) -> None:
        """Hold these, in this order, and number them anew."""
        named = {str(i) if name.isdecimal() else name: module for i, (name, module) in enumerate(parts)}
        for name, module in named.items():
            self._check(name, module)
        for name in self._held():
            delattr(self, name)
        self._hold(named)


class Sequential(ListLike):
    """out = mₙ(… m₂(m₁(x))), modules one after another.   x: what m₁ takes → what mₙ gives.

    They are named "0", "1", ... or as the keys of a dict. It has a length, iterates over its modules, and is indexed
    and changed as a list is, except that it holds nothing else (TypeError). A slice shares its modules and their names.

    >>> from nn import Linear, ReLU
    >>> model = Sequential(Linear(2, 4), ReLU(), Linear(4, 1))
    >>> model[-1]
    Linear(in_features=4, out_features=1, bias=True)
    >>> model[:2]
    Sequential(
      (0): Linear(in_features=2, out_features=4, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *modules: Module | dict[str, Module]) -> None:
        super().__init__()
        named: dict[str, Any] = {str(i): module for i, module in enumerate(modules)}
        if len(modules) == 1 and isinstance(modules[0], dict):
            named = modules[0]
        self._hold(named)

    def forward(self, x: Any) -> Any:
        for module in vars(self).values():  # as `for module in self`, without its list
            if isinstance(module, Module):
                x = module(x)
        return x

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Module:
        if isinstance(index, slice):
            return Sequential(dict(list(self._own(Module))[index]))
        return self._place(index)[1]


class ModuleList(ListLike):
    """A list whose modules are found by `parameters()`, named "0", "1", ...; it does not call them.

    It is indexed and changed as a list is, but holds nothing else (TypeError). A slice is a ModuleList of the same
    modules.

    >>> from nn import Linear
    >>> layers = ModuleList([Linear(2, 2) for _ in range(3)])
    >>> [name for name, _ in layers[:2].named_parameters()]
    ['0.weight', '0.bias', '1.weight', '1.bias']
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> ModuleList: ...
    def __getitem__(self, index: int | slice) -> Module:
        return ModuleList([*self][index]) if isinstance(index, slice) else self._place(index)[1]

    def __repr__(self) -> str:
        """As of any module, but equal ones in a row are shown once."""
        lines = []
        for shown, group in groupby(self._held().items(), key=lambda part: repr(part[1])):
            names = [name for name, _ in group]
            lines.append(f"({names[0]}-{names[-1]}): {len(names)} x {shown}" if names[1:] else f"({names[0]}): {shown}")
        inside = "\n".join(["", *lines]).replace("\n", "\n  ")
        return f"{type(self).__name__}({inside}\n)" if lines else f"{type(self).__name__}()"


class ModuleDict(Container):
    """A dict whose modules are found by `parameters()`, by its keys; it does not call them.

    Keys are strings without dots that name no attribute (ValueError), such as "keys"; values are modules (TypeError).

    >>> from nn import Linear
    >>> heads = ModuleDict({"age": Linear(8, 1), "size": Linear(8, 2)})
    >>> heads["size"]
    Linear(in_features=8, out_features=2, bias=True)
    >>> list(heads)
    ['age', 'size']
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        super().__init__()
        self.update(modules)

    def keys(self) -> list[str]:
        """The names, in the order in which they came."""
        return [*self._held()]

    def values(self) -> list[Module]:
        """The modules."""
        return [*self._held().values()]

    def items(self) -> list[tuple[str, Module]]:
        """(name, module) of each."""
        return [*self._held().items()]

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Take in the modules of a dict, or of (name, module) pairs, in the place of those of the same names."""
        self._hold(dict(self._iterable(modules)))

    def pop(self, name: str) -> Module:
        """Take a module out, and give it; KeyError where there is none of that name."""
        module = self[name]
        delattr(self, name)
        return module

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, name: object) -> bool:
        return name in self._held()

    def __getitem__(self, name: str) -> Module:
        held = self._held()
        if name not in held:
            raise KeyError(f"ModuleDict: there is no module {name!r} among {[*held]}")
        return held[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self._hold({name: module})

    def __delitem__(self, name: str) -> None:
        self.pop(name)
