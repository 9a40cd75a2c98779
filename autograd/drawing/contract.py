"""Several vertices of a picture drawn as one: where their edges and their steps of backward go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from autograd.drawing.model import Cluster, Contribution, Edge, Picture, Step, Vertex, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SOURCES = {"leaf", "parameter", "constant"}  # the kinds that nothing flows into
THROUGH = "g · ∂out/∂x"  # the rule of what is folded


def contracted(picture: Picture, into: Mapping[str, str], made: Mapping[str, Vertex]) -> Picture:
    """The picture where the vertices `into` names are drawn as those that it gives, which are `made` for that.

    A vertex that is made stands where the first op that it stands for stood. What flows between vertices that have
    become one is not drawn.
    """
    homes = {vertex.key: into.get(vertex.key, vertex.key) for vertex in picture.vertices}
    first: dict[str, int] = {}
    for i, vertex in enumerate(picture.vertices):
        if vertex.kind not in SOURCES:
            first.setdefault(homes[vertex.key], i)
    for i, vertex in enumerate(picture.vertices):
        first.setdefault(homes[vertex.key], i)
    olds = {vertex.key: vertex for vertex in picture.vertices}
    vertices = tuple(made.get(key) or olds[key] for key in sorted(first, key=first.__getitem__))
    return replace(
        picture,
        vertices=vertices,
        edges=tuple(_edges(picture.edges, homes, made)),
        clusters=_inhabited(picture.clusters, vertices),
        steps=tuple(_steps(picture.steps, homes, made, olds)),
        homes={**{old: into.get(home, home) for old, home in picture.homes.items()}, **into},
    )


def _edges(edges: Iterable[Edge], homes: Mapping[str, str], made: Mapping[str, Vertex]) -> Iterable[Edge]:
    merged: dict[tuple[str, str, bool, bool], Edge] = {}
    for edge in edges:
        tail, head = homes[edge.tail], homes[edge.head]
        if tail == head:
            continue
        whole = tail in made or head in made
        at = (tail, head, whole or edge.gradient, edge.again)
        known = merged.get(at)
        if known is None:
            folded = head in made and made[head].kind == "fold"
            merged[at] = replace(
                edge,
                tail=tail,
                head=head,
                operands=(0,) if folded else edge.operands,
                label="" if folded else edge.label,
            )
        else:
            operands = known.operands if head in made else tuple(sorted({*known.operands, *edge.operands}))
            merged[at] = replace(known, operands=operands, gradient=known.gradient or edge.gradient)
    return merged.values()


def _steps(
    steps: Sequence[Step], homes: Mapping[str, str], made: Mapping[str, Vertex], olds: Mapping[str, Vertex]
) -> list[Step]:
    """Steps of what is folded are one step, taken when the last of them is: by then all is there that it needs.

    Of what is alike and drawn once, the steps are those of the one that is drawn, and of what the others give to a
    vertex that it gives nothing, the last.
    """
    alike = {step.key for step in steps if homes[step.key] == step.key in made and made[step.key].kind != "fold"}
    last = {homes[step.key]: i for i, step in enumerate(steps)}
    gathered: dict[str, dict[str, Contribution]] = {}
    cotangents: dict[str, object] = {}
    missed: dict[str, tuple[str, Contribution]] = {}
    out = []
    for i, step in enumerate(steps):
        key = homes[step.key]
        if key not in made or key in alike:
            if key == step.key:
                out.append(replace(step, contributions=tuple(_moved(step.contributions, homes, made, olds))))
            else:
                missed.update({add.tail: (key, add) for add in step.contributions if homes[add.tail] not in made})
            continue
        cotangents.setdefault(key, step.g)
        known = gathered.setdefault(key, {})
        for add in step.contributions:
            tail = homes[add.tail]
            if tail != key:
                known[tail] = _gathered(known.get(tail), replace(add, tail=tail, of=""), tail in made)
        if last[key] == i:
            adds = tuple([replace(add, formula=THROUGH, numbers="") for add in known.values()])
            out.append(Step(key, cotangents[key], adds))
    seen = {add.tail for step in out if step.key in alike for add in step.contributions}
    others: dict[str, list[Contribution]] = {}
    for tail, (key, add) in missed.items():
        if tail not in seen:
            others.setdefault(key, []).append(add)
    return [replace(step, contributions=(*step.contributions, *others.get(step.key, ()))) for step in out]


def _moved(
    adds: Sequence[Contribution], homes: Mapping[str, str], made: Mapping[str, Vertex], olds: Mapping[str, Vertex]
) -> Iterator[Contribution]:
    """Contributions to what is drawn now; of those to several that are alike, the one to that which is drawn."""
    own = {add.tail for add in adds}
    for add in adds:
        tail = homes[add.tail]
        if tail == add.tail:
            yield add
        elif made[tail].kind == "fold":
            yield replace(add, tail=tail, of="")
        elif tail not in own:
            yield replace(add, tail=tail, of=olds[add.tail].called)


def _gathered(known: Contribution | None, add: Contribution, moved: bool) -> Contribution:
    """Two contributions to one vertex as one."""
    if known is None:
        return add
    with np.errstate(all="ignore"):
        return replace(add, first=known.first, value=add.value if moved else known.value + add.value)


def _inhabited(clusters: Iterable[Cluster], vertices: Iterable[Vertex]) -> tuple[Cluster, ...]:
    """The clusters that something is in."""
    paths = {vertex.module for vertex in vertices}
    lived = {path[:n] for path in paths for n in range(1, len(path) + 1)}
    return tuple([cluster for cluster in clusters if cluster.path in lived])


__all__ = ["SOURCES", "contracted"]
