"""What happens in a graph: every value, every cotangent, and what each step of backward adds to what.

The graph is a program, and what its nodes keep is a cache: values that a sweep has let go are computed again from the
leaves. Backward then goes in its own order and by the ops' own rules, and each step is written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.drawing.words import counted
from autograd.edits import edited_since, last_edit
from autograd.graph import Leaf, Node
from autograd.record import tidy
from autograd.scope import no_grad
from autograd.sweep import fit, hooked, reach

if TYPE_CHECKING:
    from autograd.graph import Traced
    from autograd.op import Op


class Contribution(NamedTuple):
    """What one step adds to the cotangent of one operand."""

    parent: Node
    operand: int  # its number among the operands of the node
    value: Any
    total: Any  # of the parent, with this in it
    first: bool  # nothing was there before


class Step(NamedTuple):
    """One node of the reverse sweep: its complete cotangent, and where that goes."""

    node: Node
    g: Any
    contributions: list[Contribution]


class Replayed:
    """A node with all its values there, as rules ask for them."""

    __slots__ = ("op", "out", "params", "px", "py", "rest", "x", "y")

    def __init__(self, node: Node, operands: Sequence[Any], out: Any) -> None:
        self.op: Op = node.op
        self.px, self.py, self.params, self.out = node.px, node.py, node.op.parameters(node), out
        first = [] if node.op.variadic else list(operands[:2])
        self.x, self.y = (*first, None, None)[:2]
        self.rest = None if node.rest is None else tuple(zip([p for p, _ in node.rest], operands[len(first) :]))


class Trace:
    """A graph from its leaves to its outputs and back: `values` and `cotangents` by node, and the `steps` of backward.

    Cotangents start from 1 where the outputs are scalars; of others there are none, for they have no one derivative.
    `notes` say where this is not what the program computed: something was edited since.
    """

    def __init__(self, outputs: Sequence[Traced]) -> None:
        self.roots = [out.node for out in outputs if out.node is not None]
        found, nodes = reach(self.roots)
        self.nodes = nodes[::-1]  # oldest first
        self.leaves = [node for node in found if isinstance(node, Leaf)]
        self.values: dict[Node, Any] = {leaf: leaf.value for leaf in self.leaves}
        self.constants = {id(x): x for node in self.nodes for p, x in zip(node.parents, node.operands) if p is None}
        self.cotangents: dict[Node, Any] = {}
        self.steps: list[Step] = []
        self.hooked: set[Node] = set()  # whose gradients are not the sums of what was added
        faults: list[str] = []
        with no_grad(), np.errstate(all="ignore"):
            for node in self.nodes:
                self.values[node] = tidy(node.op.forward(*self.operands(node), **node.op.parameters(node)))
            if self.roots and all(root.shape == () for root in self.roots):
                faults = self._stepped()
            edited = list(self._edited()) or list(self._changed(outputs))
        self.notes = [f"{what} since this was computed: the values are those of now" for what in edited]
        self.notes += faults
        self.notes += [f"a hook has changed {counted(len(self.hooked), 'gradient')}"] if self.hooked else []

    def _stepped(self) -> list[str]:
        """Go backward; where there are no gradients, as through complex numbers, say why."""
        try:
            self.steps = list(self._backward())
        except TypeError as fault:
            self.cotangents.clear()
            return [f"no gradients: {fault}"]
        return []

    def _edited(self) -> Iterator[str]:
        """What was edited after the graph was recorded."""
        if not self.nodes or last_edit() < self.nodes[0].seq:
            return
        start = self.nodes[0].seq
        if any(edited_since(leaf.value, start) for leaf in self.leaves):
            yield "a leaf was edited (as by an optimizer)"
        if any(edited_since(x, start) for x in self.constants.values()):
            yield "a constant was edited"

    def _changed(self, outputs: Sequence[Traced]) -> Iterator[str]:
        """What changed unseen: a number, which is never edited but replaced, or a plain array."""
        pairs = [(self.values[out.node], out.value) for out in outputs if out.node is not None]
        if not all(np.allclose(now, then, equal_nan=True) for now, then in pairs):
            yield "a leaf or a constant has changed"

    def operands(self, node: Node) -> list[Any]:
        """The values of a node's operands."""
        return [kept if p is None else self.values[p] for p, kept in zip(node.parents, node.operands)]

    def _backward(self) -> Iterator[Step]:
        known = self.cotangents
        for root in self.roots:
            seed = root.dtype.type(1)
            known[root] = known[root] + seed if root in known else seed
        for node in reversed(self.nodes):
            g = known.get(node)
            if g is None:
                continue
            g = known[node] = self._hooked(g, node)
            source: Any = Replayed(node, self.operands(node), self.values[node])
            rules = node.op.further(source) if node.op.variadic else node.op.vjps
            contributions = []
            for i, (parent, rule) in enumerate(zip(node.parents, rules)):
                if parent is not None:
                    value = fit(g if rule is None else rule(source, g), parent)
                    first = parent not in known
                    known[parent] = value if first else _added(source, i, g, known[parent], value)
                    contributions.append(Contribution(parent, i, value, known[parent], first))
            yield Step(node, g, contributions)
        for leaf in self.leaves:
            if leaf in known:
                known[leaf] = self._hooked(known[leaf], leaf)

    def _hooked(self, g: Any, node: Node) -> Any:
        """A complete cotangent as hooks leave it."""
        if node.extras is None:
            return g
        changed = hooked(g, node)
        if not np.array_equal(changed, g, equal_nan=True):
            self.hooked.add(node)
        return changed

    @cached_property
    def makers(self) -> dict[int, Node]:
        """Nodes by the identity of their value, as far as it is known: constants that are one were detached."""
        makers: dict[int, Node] = {}
        for node in self.nodes:
            for parent, kept in zip(node.parents, node.operands):
                if parent is not None and isinstance(kept, (np.ndarray, np.generic)):
                    makers[id(kept)] = parent
            for value in (node.out, node.extras.detached() if node.extras is not None else None):
                if isinstance(value, (np.ndarray, np.generic)):
                    makers[id(value)] = node
        return makers | {id(leaf.value): leaf for leaf in self.leaves}


def _added(source: Any, i: int, g: Any, known: Any, value: Any) -> Any:
    """One contribution more, to the last bit as the sweep adds it."""
    if i or source.op.into is None or type(known) is not np.ndarray:
        return known + value
    total = known.copy()
    source.op.into(source, g, total)
    return total
