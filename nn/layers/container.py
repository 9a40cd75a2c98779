"""Containers: modules made of modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, overload

from nn.module import Module

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sequential(Module):
    """out = mₙ(… m₂(m₁(x))): modules one after another, named "0", "1", ... or as the keys of a dict.

    It has a length, iterates over its modules, and can be indexed and sliced; a slice shares its modules and their
    names.

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
        for name, module in named.items():
            setattr(self, name, _checked(name, module))

    def forward(self, x: Any) -> Any:
        for module in vars(self).values():  # as `for module in self`, without its list
            if isinstance(module, Module):
                x = module(x)
        return x

    def append(self, module: Module) -> Self:
        """Put one more module at the end, named by the first free number."""
        name = len(self)
        while str(name) in vars(self):
            name += 1
        setattr(self, str(name), _checked(str(name), module))
        return self

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Module]:
        return iter([x for x in vars(self).values() if isinstance(x, Module)])

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Module:
        if isinstance(index, slice):
            return Sequential(dict(list(self._own(Module))[index]))
        return self._place(index)[1]

    def __setitem__(self, index: int, module: Module) -> None:
        name, _ = self._place(index)
        setattr(self, name, _checked(name, module))

    def _place(self, index: int) -> tuple[str, Module]:
        named = list(self._own(Module))
        if not -len(named) <= index < len(named):
            raise IndexError(f"Sequential: there is no module {index} among {len(named)}")
        return named[index]


def _checked(name: str, module: Any) -> Module:
    if isinstance(module, Module):
        return module
    remedy = "pass modules one by one, or a dict of them"
    if isinstance(module, type) and issubclass(module, Module):
        remedy = f"make one: {module.__name__}(...)"
    elif callable(module):
        remedy = "wrap the function in a Module, as nn.ReLU() wraps relu"
    raise TypeError(f"Sequential: {name} is no Module but {module!r}; {remedy}")
