"""Functions that a user hangs on something, called in the order in which they were registered."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, Self

from autograd.edits import tick


class Hooks(dict[int, Callable[..., Any]]):
    """The functions that hang on one thing: on a vertex's gradient, on a module's call."""

    __slots__ = ("__weakref__",)

    def register(self, function: Callable[..., Any]) -> Hook:
        """One function more."""
        hook = Hook(self)
        self[hook.number] = function
        return hook


class Hook:
    """What registering gives: `remove()`, or the end of a `with` block, takes the function off again."""

    __slots__ = ("hooks", "number")

    def __init__(self, hooks: Hooks) -> None:
        self.hooks = weakref.ref(hooks)  # a function may hold its own handle: that must not make a cycle
        self.number = tick()

    def remove(self) -> None:
        """Call the function no more. To remove it twice does no harm."""
        hooks = self.hooks()
        if hooks is not None:
            hooks.pop(self.number, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
