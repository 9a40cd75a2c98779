"""Names of a package that are loaded when they are first asked for: importing it costs what all programs need."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


def attach(
    package: str, homes: Mapping[str, str], listed: Collection[str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package: a name is found in its home, or is that module; `dir` lists all.

    >>> load, names = attach("autograd", {"draw": "autograd.drawing"}, ["grad", "draw"])
    >>> load("draw").__name__, names()
    ('draw', ['draw', 'grad'])
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = import_module(homes[name])
        if homes[name] != f"{package}.{name}":
            found = getattr(found, name)
        setattr(sys.modules[package], name, found)  # the next time it is found at once
        return found

    return load, lambda: sorted(listed)
