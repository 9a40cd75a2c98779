"""Which calls of modules a graph was made in, and what modules call its leaves.

Modules are known by what they can do, `named_modules()` and `named_parameters()`, for the engine imports none. Where
those are missing, the class has to do for a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.drawing.model import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd.graph import Node
    from autograd.scope import Frame

    Path = tuple[str, ...]


class Part(NamedTuple):
    """What a module holds: a parameter or a buffer."""

    label: str
    owner: Any  # the module
    is_parameter: bool


class Whole:
    """An outermost module: what its parts are called."""

    def __init__(self, module: Any) -> None:
        named = dict(_listed(module, "named_modules"))
        self.names = {id(part): name for name, part in reversed(named.items())}
        self.parts: dict[int, Part] = {}  # by the identity of a leaf, or of a constant's value
        for kind in ("named_parameters", "named_buffers"):
            for name, x in _listed(module, kind):
                part = Part(name, named.get(name.rpartition(".")[0]), kind == "named_parameters")
                self.parts.setdefault(id(x.value if x.node is None else x.node), part)


class Modules:
    """The calls that nodes were recorded in, as clusters in the order of the calls."""

    def __init__(self, nodes: list[Node]) -> None:
        self.clusters: list[Cluster] = []
        self.parts: dict[int, Part] = {}
        self.parameters = 0  # numbers in all of them
        self._paths: dict[int, Path] = {}  # by the identity of a frame, which is that of a call
        self._first: dict[int, Node] = {}  # the op that a call begins with
        self._calls: dict[int, Path] = {}  # of a module, its first
        self._wholes: dict[int, Whole] = {}
        self._sizes: dict[int, int] = {}
        self._taken: dict[tuple[Path, str], int] = {}
        for node in nodes:
            self._enter(node)

    def path(self, node: Node) -> Path:
        """The cluster of the call that an op ran in."""
        return self._paths[id(node.frame)] if node.frame is not None else ()

    def home(self, part: Part, node: Node) -> Path:
        """The cluster of a leaf: that of the module that owns it or, where this was not called, of the op that uses
        it."""
        return self._calls.get(id(part.owner), self.path(node)) if part.owner is not None else self.path(node)

    def given(self, node: Node) -> Path:
        """The cluster that a constant comes from: a call that begins with it was most likely given it."""
        frame, known = node.frame, {id(p) for p in node.parents if p is not None} - self.parts.keys()
        while frame is not None and not known and self._first[id(frame)] is node:
            frame = frame[1]
        return self._paths[id(frame)] if frame is not None else ()

    def _enter(self, node: Node) -> None:
        frame, new = node.frame, []
        while frame is not None and id(frame) not in self._paths:
            new.append(frame)
            frame = frame[1]
        for frame in reversed(new):
            self._paths[id(frame)] = self._add(frame)
            self._first[id(frame)] = node

    def _add(self, frame: Frame) -> Path:
        """One call more; gives its path."""
        module, outer = frame
        around = self._paths[id(outer)] if outer is not None else ()
        whole = self._whole(_outermost(frame))
        name = whole.names.get(id(module), "")
        prefix = whole.names.get(id(outer[0]), "") if outer is not None else ""
        part = name.removeprefix(f"{prefix}.") if prefix else name
        part = part or type(module).__name__
        count = self._taken[around, part] = self._taken.get((around, part), 0) + 1
        path = (*around, part if count == 1 else f"{part} ({count})")
        self._calls.setdefault(id(module), path)
        self.clusters.append(Cluster(path, name, type(module).__name__, self._size(module)))
        return path

    def _whole(self, module: Any) -> Whole:
        whole = self._wholes.get(id(module))
        if whole is None:
            whole = self._wholes[id(module)] = Whole(module)
            new = [part for key, part in whole.parts.items() if key not in self.parts]
            self.parts = {**whole.parts, **self.parts}
            self.parameters += self._size(module) if new else 0
        return whole

    def _size(self, module: Any) -> int:
        if id(module) not in self._sizes:
            self._sizes[id(module)] = sum(np.size(x.value) for _, x in _listed(module, "named_parameters"))
        return self._sizes[id(module)]


def _outermost(frame: Frame) -> Any:
    module, outer = frame
    while outer is not None:
        module, outer = outer
    return module


def _listed(module: Any, method: str) -> Iterator[tuple[str, Any]]:
    """What a method of that name yields; nothing where there is none."""
    return iter(getattr(module, method, tuple)())


__all__ = ["Modules", "Part"]
