"""What the values of a graph are called, in a text about them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.drawing.formulas import NUMERAL, constant, number, scalar, written
from autograd.drawing.labels import stretched
from autograd.drawing.modules import Modules
from autograd.drawing.words import shortened
from autograd.graph import Leaf, Traced
from autograd.tensor import NAMED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograd.drawing.trace import Contribution, Step, Trace
    from autograd.graph import Node


LONGEST = 60  # letters of a name
FEW = 4  # numbers that are shown one by one
_STANDS = 0xE001  # characters in the place of names, so that formulas of the same form are written once


class Names:
    """A name for every node of a trace, and for each constant.

    Names given go first, then a Parameter's path in its model, then a Tensor's own name; what has none is v1, v2, ...
    in the order of creation, constant arrays c1, c2, ..., and numbers are called what they are. No two are the same.
    """

    def __init__(self, trace: Trace, given: Mapping[str, Any] | None = None) -> None:
        self.constants: dict[int, str] = {}
        self.nodes: dict[Node, str] = {}
        self.own = {id(x.value): x.name for x in NAMED.copy().values() if x.node is None and x.name}  # of constants
        self._taken = {"g"}  # which is what formulas call the cotangent that comes in
        self._give(trace, given or {})
        parts = Modules(trace.nodes).parts
        for leaf in trace.leaves:
            if id(leaf) in parts:
                self._call(leaf, parts[id(leaf)].label)
        every = sorted([*trace.leaves, *trace.nodes], key=lambda node: node.seq)
        for node in every:
            own = node.name if isinstance(node, Leaf) else node.extras.name if node.extras else None
            if own:
                self._call(node, own)
        if len(trace.roots) == 1 and not isinstance(trace.roots[0], Leaf):
            self._call(trace.roots[0], "loss" if trace.roots[0].shape == () else "out")
        count = 0
        for node in every:
            if node not in self.nodes:
                count += 1
                while f"v{count}" in self._taken:
                    count += 1
                self._call(node, f"v{count}")
        unnamed = itertools.count(1)
        for key, value in trace.constants.items():
            if key in trace.makers:  # detached from it
                self.constants.setdefault(key, f"detach({self.nodes[trace.makers[key]]})")
            elif key not in self.constants and (key in self.own or not scalar(value)):
                part = parts[key].label if key in parts else ""
                self.constants[key] = self._free(self.own.get(key) or part or f"c{next(unnamed)}")

    def operand(self, node: Node, i: int) -> str:
        """The name of a node's operand."""
        parent, value = node.parents[i], node.operands[i]
        if parent is not None:
            return self.nodes[parent]
        return self.constants.get(id(value)) or constant(value)

    def formula(self, step: Step, add: Contribution, values: Mapping[Node, Any]) -> str:
        """What a step of backward gives to one operand, by these names: "gᵀ @ S". `values` are those of the nodes."""
        node = step.node
        known, spelled = self.parts(node, values), {}
        for i, (name, called) in enumerate(known.items()):
            if called in self._taken or not NUMERAL.fullmatch(called):  # on a number the formula depends
                known[name], spelled[_STANDS + i] = chr(_STANDS + i), called
        rule = written(rule_of(node), add.operand, known).translate(spelled)
        if summed(step, add):
            return f"sum({rule})"
        shape = np.shape(add.value)
        return f"broadcast_to(g, {shape})" if rule == "g" and shape != np.shape(step.g) else rule

    def parts(self, node: Node, values: Mapping[Node, Any]) -> dict[str, str]:
        """What a node's formulas call its parameters that are numbers, its operands, and its result."""
        known = {name: number(x) for name, x in node.op.parameters(node).items() if scalar(x)}
        if not node.op.variadic:
            known |= {name: self.operand(node, i) for i, name in enumerate(node.op.operands)}
        if node.op.name == "mean":
            size = np.size(node.operands[0]) if node.parents[0] is None else np.size(values[node.parents[0]])
            known["n"] = str(size // max(np.size(values[node]), 1))
        return {**known, "out": self.nodes[node]}

    def _give(self, trace: Trace, given: Mapping[str, Any]) -> None:
        known = set(trace.values)
        for name, x in given.items():
            value = x.value if isinstance(x, Traced) else x
            if isinstance(x, Traced) and x.node in known:
                self._call(x.node, str(name))
            elif id(value) in trace.constants:
                self.constants[id(value)] = self._free(str(name))
            else:
                raise ValueError(
                    f"explain: names has {name!r}, which is not in this graph; name what it was computed with"
                )

    def _call(self, node: Node, name: str) -> None:
        if node not in self.nodes:
            self.nodes[node] = self._free(name)

    def _free(self, name: str) -> str:
        """The name on one line, not too long, with a number to it where it is taken."""
        name, count = shortened(name, LONGEST), 1
        free = name
        while free in self._taken:
            count += 1
            free = f"{name}_{count}"
        self._taken.add(free)
        return free


def known_by(x: Any) -> Any:
    """What a Tensor is known by in a graph: its node or, where it is a constant, its value."""
    return x if not isinstance(x, Traced) else x.value if x.node is None else x.node


def rule_of(node: Node) -> str:
    """The op whose formula fits: the product of two vectors has that of vecdot."""
    vectors = node.op.name == "matmul" and node.shape == ()
    return "vecdot" if vectors else node.op.name


def summed(step: Step, add: Contribution) -> bool:
    """Whether an operand was broadcast, and its cotangent is summed back into its shape; linear's own rule does so."""
    name = step.node.op.name
    return name == "broadcast_to" or (name != "linear" and stretched(step.node, add.operand, add.parent.shape) != "")


def told(x: Any) -> str:
    """A value in few words: a number, few numbers, or of an array its shape."""
    return number(x) if scalar(x) else listed(x) or str(np.shape(x))


def listed(x: Any) -> str:
    """The numbers in a vector of at most four; "" of what has more, or none, or rows.

    >>> listed(np.array([1.0, -0.5]))
    '[1, −0.5]'
    """
    return f"[{', '.join(map(number, x))}]" if np.ndim(x) == 1 and 0 < len(x) <= FEW else ""
