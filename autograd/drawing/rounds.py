"""What a loop records, the same ops round after round: each round is put in a cluster, as if it were a module's call.

So of rounds that are alike one is drawn, as it is of modules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.drawing.contract import SOURCES
from autograd.drawing.model import Cluster, Picture, Vertex, replace
from autograd.drawing.repeats import merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autograd.drawing.model import Edge

    Path = tuple[str, ...]

LONGEST = 200  # units of a round
FEWEST = 3  # rounds that are worth drawing as one
SAVED = 0.05  # of the units, what is worth it: by chance, a few repeat anywhere
NUMBER = re.compile(r"[-−]?\d[\d.]*(e[-−+]?\d+)?")


class Unit(NamedTuple):
    """An op, or a module with all that is in it."""

    looks: tuple[Any, ...]
    members: list[Vertex]


class Span(NamedTuple):
    """Where rounds follow each other: from that unit on, of so many units each, and how many."""

    start: int
    period: int
    times: int


def rounds_merged(picture: Picture, level: int, *, anyhow: bool = False) -> Picture:
    """The picture with one of all rounds that are alike, where their clusters are nested that deep.

    A round is of ops and modules that are side by side, and at least three follow each other.
    """
    depth = level - 1
    arranged, made = _in_rounds(picture, depth)
    if not made:
        return picture
    whole, picture = picture, merged(arranged, level, anyhow=anyhow)
    alone = {cluster.path for cluster in picture.clusters if cluster.path in made and cluster.repeats == 1}
    before = {vertex.key: vertex for vertex in whole.vertices}
    vertices = [before[vertex.key] if vertex.module[:level] in alone else vertex for vertex in picture.vertices]

    def home(path: Path) -> Path:
        return path[:depth] + path[level:] if path[:level] in alone else path

    clusters = [replace(cluster, path=home(cluster.path)) for cluster in picture.clusters if cluster.path not in alone]
    return replace(picture, vertices=tuple(vertices), clusters=tuple(clusters))


def _in_rounds(picture: Picture, depth: int) -> tuple[Picture, set[Path]]:
    """The picture with a cluster for each round, and the paths of those."""
    users: dict[str, list[Edge]] = {}
    for edge in picture.edges:
        users.setdefault(edge.tail, []).append(edge)
    arranged: dict[str, Vertex] = {}  # what is in a round
    renamed: dict[Path, Path] = {}  # of modules that are in one
    made: list[Cluster] = []
    for around, units in _units(picture, depth).items():
        for start, period, times in _spans([unit.looks for unit in units]):
            bounds = range(start, start + period * times, period)
            rounds = [[vertex for unit in units[i : i + period] for vertex in unit.members] for i in bounds]
            details = [_in_common([vertex.detail for vertex in alike]) for alike in zip(*rounds)]
            kind = rounds[0][0].label if len(details) == 1 else f"{len(details)} ops"
            for i, members, sources in zip(bounds, rounds, _given(picture, rounds, users)):
                path = (*around, f"round {i}")
                made.append(Cluster(path, "", kind))
                for vertex, detail in zip((*members, *sources), (*details, *[source.detail for source in sources])):
                    arranged[vertex.key] = replace(vertex, module=(*path, *vertex.module[depth:]), detail=detail)
                    for n in range(depth + 1, len(vertex.module) + 1):
                        renamed[vertex.module[:n]] = (*path, *vertex.module[depth:n])
    vertices = [arranged.get(vertex.key, vertex) for vertex in picture.vertices]
    clusters = [replace(cluster, path=renamed.get(cluster.path, cluster.path)) for cluster in picture.clusters]
    return replace(picture, vertices=tuple(vertices), clusters=(*clusters, *made)), {c.path for c in made}


def _in_common(details: Sequence[str]) -> str:
    """What all of them say: "× …" of "× 1" and "× 2", "[…]" of "[1]" and "[2]"."""
    for said in ({*details}, {NUMBER.sub("…", detail) for detail in details}):
        if len(said) == 1:
            return said.pop()
    return "…"


def _units(picture: Picture, depth: int) -> dict[Path, list[Unit]]:
    """What is nested that deep, in order, by the path of what it is in."""
    inward: dict[str, list[str]] = {}
    for edge in picture.edges:
        inward.setdefault(edge.head, []).append(edge.label)
    units: dict[Path, dict[Any, list[Vertex]]] = {}

    def unit(vertex: Vertex) -> Any:
        return vertex.key if len(vertex.module) == depth else vertex.module[: depth + 1]

    within = [vertex for vertex in picture.vertices if len(vertex.module) >= depth]
    for vertex in within:
        if vertex.kind not in SOURCES:  # a unit is where its first op is
            units.setdefault(vertex.module[:depth], {}).setdefault(unit(vertex), [])
    for vertex in within:
        units.get(vertex.module[:depth], {}).get(unit(vertex), []).append(vertex)
    return {path: [_unit(members, inward) for members in inside.values()] for path, inside in units.items()}


def _unit(members: list[Vertex], inward: Mapping[str, list[str]]) -> Unit:
    ops = [v for v in members if v.kind not in SOURCES]  # the first of many calls of a module has its parameters
    looks = [(v.label, v.kind, v.shape, v.dtype, *inward.get(v.key, ()), len(v.module)) for v in ops]
    return Unit(tuple(looks), members)


def _spans(looks: Sequence[Any]) -> list[Span]:
    """Where rounds repeat, those that save most first; none of them overlap."""
    numbers: dict[Any, int] = {}
    codes = np.array([numbers.setdefault(look, len(numbers)) for look in looks])
    taken = np.zeros(len(codes), bool)
    chosen = []
    for span in sorted(_candidates(codes), key=lambda span: (span.period * (1 - span.times), span)):
        within = slice(span.start, span.start + span.period * span.times)
        if not taken[within].any():
            taken[within] = True
            chosen.append(span)
    return chosen


def _candidates(codes: np.ndarray) -> Iterator[Span]:
    for period in range(1, min(len(codes) // FEWEST, LONGEST) + 1):
        alike = np.concatenate([[False], codes[period:] == codes[:-period], [False]])
        runs = np.flatnonzero(np.diff(alike.astype(np.int8))).reshape(-1, 2)
        worthy = np.diff(runs, axis=1)[:, 0] >= max(period * (FEWEST - 1), SAVED * len(codes))
        for start, end in runs[worthy].tolist():
            yield Span(start, period, (end - start) // period + 1)


def _given(picture: Picture, rounds: Sequence[Sequence[Vertex]], users: dict[str, list[Edge]]) -> list[list[Vertex]]:
    """The leaves and constants that each round has for itself: those that have their like in every other."""
    places = {vertex.key: (i, at) for i, members in enumerate(rounds) for at, vertex in enumerate(members)}
    inside = {vertex.key for members in rounds for vertex in members}
    found: list[dict[Any, Vertex]] = [{} for _ in rounds]
    for vertex in picture.vertices:
        if vertex.kind in SOURCES and vertex.key not in inside and vertex.key in users and not vertex.name:
            at = [places.get(edge.head, (-1, -1)) for edge in users[vertex.key]]
            if at[0][0] >= 0 and len({number for number, _ in at}) == 1:
                uses = tuple([(place, edge.operands) for (_, place), edge in zip(at, users[vertex.key])])
                found[at[0][0]][uses, vertex.kind, vertex.shape, vertex.dtype] = vertex
    common = set.intersection(*[{*each} for each in found])
    return [[vertex for key, vertex in each.items() if key in common] for each in found]


__all__ = ["rounds_merged"]
