"""From a trace to a picture of all of it: one vertex per node, in the order in which they were made.

Nothing is left out here, and `fold.py` makes big pictures small. What only a small picture can show, the numbers put
into the formulas, is not written out for a big one.
"""

from __future__ import annotations

import functools
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograd.costs import costs
from autograd.drawing.formulas import with_numbers
from autograd.drawing.labels import SYMBOLS, detail, stretched
from autograd.drawing.model import Contribution, Edge, Picture, Step, Vertex
from autograd.drawing.modules import Modules
from autograd.drawing.naming import Names, known_by
from autograd.graph import Leaf, Traced, lift

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autograd.drawing.trace import Trace
    from autograd.graph import Node

    Direction = Literal["LR", "TB"]

SPELLED = 1000  # steps of backward whose formulas have their numbers put in
ARRAYS = "gradients start from a scalar: draw a loss"
ALONE = "an output is a constant: nothing that it came from requires grad"


def build(
    trace: Trace,
    *,
    names: Mapping[str, Any] | None = None,
    direction: Direction | None = None,
    constants: Sequence[Traced] = (),
) -> Picture:
    """The picture of a trace, and of the outputs that are `constants`, which no graph leads to.

    `names` maps words to the Tensors that they name. ValueError for one that is not in the graph, and for a direction
    other than "LR", from left to right, and "TB", from the top down: scalars go from left to right unless told.
    """
    if direction not in (None, "LR", "TB"):
        raise ValueError(f"draw: direction must be 'LR' or 'TB', not {direction!r}")
    drawing = _Drawing(trace, names or {}, constants)
    vertices = tuple(drawing.vertices)
    scalar = all(vertex.shape == () for vertex in vertices)
    return Picture(
        vertices=vertices,
        edges=tuple(drawing.edges),
        clusters=tuple(drawing.modules.clusters),
        steps=tuple(_steps(trace, drawing.keys, drawing.called)),
        direction=direction or ("LR" if scalar else "TB"),
        total=len(vertices),
        parameters=drawing.modules.parameters,
        held=sum(cost.kept for cost in costs([lift(trace.values[root], root) for root in trace.roots])),
        notes=(
            *trace.notes,
            *([ARRAYS] if any(root.shape for root in trace.roots) else ()),
            *([ALONE] if constants else ()),
        ),
        taken=len(trace.steps),
    )


class _Drawing:
    """The vertices and edges of a trace, as they come to be known."""

    def __init__(self, trace: Trace, names: Mapping[str, Any], constants: Sequence[Traced]) -> None:
        self.trace, self.roots = trace, set(trace.roots)
        self.vertices: list[Vertex] = []
        self.edges: list[Edge] = []
        self.keys: dict[Node, str] = {}
        self.modules = Modules(trace.nodes)
        self.names, self.named = _by_identity(names)
        self.found: set[int] = set()  # the identities of names that are in the picture
        self.given: dict[int, str] = {}  # keys of constants, by the identity of their values
        within = {id(node) for node in trace.values} | trace.constants.keys()
        self.called = Names(
            trace, {self.names[id(known_by(x))]: x for x in names.values() if id(known_by(x)) in within}
        )
        users = _first_users(trace.nodes)
        for node in sorted([*trace.leaves, *trace.nodes], key=attrgetter("seq")):
            if isinstance(node, Leaf):
                self._leaf(node, users.get(node))
            else:
                self._op(node)
        for x in constants:
            self._alone(x)
        for name, x in names.items():
            if id(known_by(x)) not in self.found:
                raise ValueError(
                    f"draw: names has {name!r}, which is not in this graph; name what it was computed with"
                )

    def _add(self, **about: Any) -> str:
        key = f"n{len(self.vertices)}"
        self.vertices.append(Vertex(key, **about))
        return key

    def _name(self, thing: Any) -> str:
        """The name that the user gave to a node or a value."""
        name = self.names.get(id(thing), "")
        if name:
            self.found.add(id(thing))
        return name

    def _leaf(self, leaf: Leaf, user: Node | None) -> None:
        part, name = self.modules.parts.get(id(leaf)), self._name(leaf) or leaf.name or ""
        self.keys[leaf] = self._add(
            kind="parameter" if part is not None and part.is_parameter else "leaf",
            label=part.label if part is not None else name or "leaf",
            name=name,
            shape=leaf.shape,
            dtype=_dtype(leaf.dtype),
            value=leaf.value,
            grad=self.trace.cotangents.get(leaf),
            module=self.modules.home(part, user) if part is not None and user is not None else (),
            called=self.called.nodes[leaf],
        )

    def _op(self, node: Node) -> None:
        tails: dict[tuple[str, bool], list[int]] = {}
        folded: list[tuple[int, Any]] = []
        labels: dict[str, str] = {}
        for i, (parent, kept) in enumerate(zip(node.parents, node.operands)):
            tail = self.keys[parent] if parent is not None else self._constant(kept, node)
            if tail is None:
                folded.append((i, kept))
                continue
            tails.setdefault((tail, parent is not None), []).append(i)
            labels[tail] = stretched(node, i, np.shape(kept) if parent is None else parent.shape)
        extras = node.extras
        self.keys[node] = key = self._add(
            kind="output" if node in self.roots else "op",
            label=node.op.name,
            symbol=SYMBOLS.get(node.op.name, ""),
            detail=detail(node, folded),
            name=self._name(node) or (extras.name if extras is not None else None) or "",
            shape=node.shape,
            dtype=_dtype(node.dtype),
            value=self.trace.values[node],
            grad=self.trace.cotangents.get(node),
            module=self.modules.path(node),
            called=self.called.nodes[node],
        )
        for (tail, gradient), operands in sorted(tails.items(), key=lambda pair: not pair[0][1]):  # solid ones first
            self.edges.append(Edge(tail, key, tuple(operands), labels[tail], gradient))

    def _constant(self, value: Any, node: Node) -> str | None:
        """The vertex of a constant operand; None for a scalar that nothing is known of, for it needs none."""
        maker = self.trace.makers.get(id(value))
        if maker is not None and maker in self.keys:  # detached from it
            return self.keys[maker]
        part, name = self.modules.parts.get(id(value)), self._name(value) or self.called.own.get(id(value), "")
        if not (np.ndim(value) or part or name):
            return None
        if id(value) not in self.given:
            self.given[id(value)] = self._add(
                kind="parameter" if part is not None and part.is_parameter else "constant",
                label=part.label if part is not None else name or "constant",
                name=name,
                shape=np.shape(value),
                dtype=str(np.asarray(value).dtype),
                value=value,
                module=self.modules.home(part, node) if part is not None else () if name else self.modules.given(node),
                called=self.called.constants.get(id(value), ""),
            )
        return self.given[id(value)]

    def _alone(self, x: Traced) -> None:
        """An output that is a constant."""
        name = self._name(x.value) or getattr(x, "name", None) or ""
        value = x.value
        self._add(
            kind="leaf", label=name or "leaf", name=name, shape=np.shape(value), dtype=str(value.dtype), value=value
        )


def _steps(trace: Trace, keys: Mapping[Node, str], names: Names) -> Iterator[Step]:
    spelled = len(trace.steps) <= SPELLED
    for step in trace.steps:
        node, g, contributions = step
        given = [
            Contribution(
                keys[add.parent],
                names.formula(step, add, trace.values),
                with_numbers(node, add.operand, trace.values, g) if spelled else "",
                add.value,
                add.total,
                add.first,
            )
            for add in contributions
        ]
        yield Step(keys[node], g, tuple(given))


_dtype = functools.cache(str)


def _by_identity(names: Mapping[str, Any]) -> tuple[dict[int, str], list[Any]]:
    """Names by the identity of what they name, and all that they name, so that no identity is taken by another."""
    things = {name: known_by(x) for name, x in names.items()}
    return {id(thing): name for name, thing in things.items()}, [*things.values()]


def _first_users(nodes: Sequence[Node]) -> dict[Node, Node]:
    """For every operand, the first node that it is an operand of."""
    users: dict[Node, Node] = {}
    for node in nodes:
        for parent in node.parents:
            if parent is not None:
                users.setdefault(parent, node)
    return users


__all__ = ["ARRAYS", "build"]
