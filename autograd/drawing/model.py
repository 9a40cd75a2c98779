"""The plain model of a picture: what there is to draw, in terms that know nothing of graphs, DOT or pages.

Keys are given in the order of drawing ("n0", "n1", ...), never by identity, so that the same program draws the same
picture in every process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Literal

Kind = Literal["op", "parameter", "leaf", "constant", "output", "fold"]


@dataclass(frozen=True)
class Vertex:
    """One box: an op with its result, a leaf, a constant, or what was folded into one."""

    key: str
    kind: Kind
    label: str  # what it is: the op's name, the leaf's path or name, "Block ×12"
    symbol: str = ""  # how mathematics writes it: "×", "+", "σ"; "" where that is the label
    detail: str = ""  # constants that the op was called with: "× 0.5", "axis=1"
    name: str = ""  # a name that the user gave
    shape: tuple[int, ...] = ()
    dtype: str = "float64"
    value: Any = None  # NumPy's, None where it is not known
    grad: Any = None  # likewise; never 0 in the place of what was not computed
    module: tuple[str, ...] = ()  # the path of the cluster that it is in
    members: int = 1  # how many nodes of the graph it stands for
    called: str = ""  # what formulas call it: "v3" where it has no name
    silent: bool = False  # nothing is to be said of its gradient


@dataclass(frozen=True)
class Edge:
    """Where a value goes."""

    tail: str
    head: str
    operands: tuple[int, ...] = (0,)  # which operands of the head it is: two of them read ×2
    label: str = ""  # "(32,) → (8, 32)" where it is broadcast
    gradient: bool = True  # whether one flows back; if not, it is drawn dashed
    again: bool = False  # to the next of several that are drawn as one


@dataclass(frozen=True)
class Cluster:
    """One call of a module."""

    path: tuple[str, ...]  # of names, the outermost first
    name: str  # "encoder.fc1", "" of the model itself
    kind: str  # the class
    parameters: int = 0
    repeats: int = 1  # how many such siblings it stands for


@dataclass(frozen=True)
class Contribution:
    """What a step of backward adds to one vertex, along one edge."""

    tail: str  # the vertex that it is added to
    formula: str  # "g · w", by what the vertices are called
    numbers: str  # "1 · 2", "" for arrays
    value: Any
    total: Any
    first: bool
    of: str = ""  # what it is added to, where the tail is drawn for several that are alike and this is another


@dataclass(frozen=True)
class Step:
    """One step of backward: the vertex whose cotangent is complete, and what it gives its operands."""

    key: str
    g: Any
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Picture:
    """All that is drawn."""

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    clusters: tuple[Cluster, ...] = ()
    steps: tuple[Step, ...] = ()
    direction: Literal["LR", "TB"] = "TB"
    total: int = 0  # nodes of the whole graph
    parameters: int = 0  # numbers in the parameters
    held: int = 0  # bytes that the graph keeps
    notes: tuple[str, ...] = field(default=())  # "showing 84 of 12,431 nodes: ..."
    taken: int = 0  # steps of backward through the whole graph
    homes: Mapping[str, str] = field(default_factory=dict)  # of what is folded away: the vertex that stands for it

    def copies(self, vertex: Vertex) -> int:
        """How many of each there are of what is drawn once, where that vertex is."""
        return prod(c.repeats for c in self.clusters if c.path == vertex.module[: len(c.path)])

    def vertex(self, key: str) -> Vertex:
        """The vertex of that key."""
        return next(vertex for vertex in self.vertices if vertex.key == key)


__all__ = ["Cluster", "Contribution", "Edge", "Kind", "Picture", "Step", "Vertex", "replace"]
