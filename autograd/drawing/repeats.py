"""Siblings that are alike: of twelve blocks with the same ops and shapes, one is drawn, and ×12 said of it.

They follow each other, each taking what the one before gives, or stand side by side, giving all to the same op. Others
are drawn as one only where nothing else makes the picture small enough, for where they go could not be told apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from autograd.drawing.contract import SOURCES, contracted
from autograd.drawing.model import Cluster, Edge, Picture, Step, Vertex, replace

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    Path = tuple[str, ...]
    Link = tuple[int, int, tuple[int, ...]]  # the number of the vertex that gives, of that which takes, its operands

CALL = re.compile(r" \(\d+\)$")  # which of a module's calls it is


def merged(picture: Picture, level: int, *, anyhow: bool = False) -> Picture:
    """The picture with one of every run of siblings that are alike, of those nested that deep.

    What was computed in it is not shown, for it stands for all of them. A run ends where something from outside flows
    in that was computed after the run began, for then it could not be drawn as one; and unless they are to be drawn as
    one `anyhow`, where what they give goes other ways.
    """
    inside = _Inside(picture, level)
    runs = _runs(picture, inside, anyhow)
    return _drawn_once(picture, inside, runs) if runs else picture


class _Inside:
    """What is in the clusters of one level, and what flows into it."""

    def __init__(self, picture: Picture, level: int) -> None:
        self.level = level
        self.at = {vertex.key: i for i, vertex in enumerate(picture.vertices)}
        self.vertices = picture.vertices
        self.members: dict[Path, list[Vertex]] = {}
        for vertex in picture.vertices:
            if len(vertex.module) >= level:
                self.members.setdefault(vertex.module[:level], []).append(vertex)
        self.places = {member.key: i for members in self.members.values() for i, member in enumerate(members)}
        self.inward: dict[str, list[Edge]] = {}
        self.outward: dict[str, list[Edge]] = {}
        for edge in picture.edges:
            if not edge.again:
                self.inward.setdefault(edge.head, []).append(edge)
                self.outward.setdefault(edge.tail, []).append(edge)

    def home(self, key: str) -> Path:
        return self.vertices[self.at[key]].module[: self.level]

    def start(self, path: Path) -> int:
        """Where the first op of a cluster is."""
        return min((self.at[v.key] for v in self.members[path] if v.kind not in SOURCES), default=0)

    def signature(self, path: Path) -> tuple[Any, ...]:
        """What two clusters have in common that are alike: their ops, shapes and connections, but not their numbers."""
        looks = []
        for member in self.members[path]:
            words = () if member.kind == "parameter" else (member.label, member.detail, member.name)
            tails = [(edge, self.home(edge.tail) == path) for edge in self.inward.get(member.key, ())]
            inward = [(self.places[edge.tail] if here else -1, edge) for edge, here in tails]
            edges = sorted((edge.operands, tail, edge.label, edge.gradient or tail < 0) for tail, edge in inward)
            inner = tuple([CALL.sub("", name) for name in member.module[self.level :]])
            looks.append((member.kind, words, member.shape, member.dtype, inner, tuple(edges)))
        return tuple(looks)

    def joins(self, path: Path, run: Set[Path], start: int) -> bool:
        """Whether all that flows into a cluster comes from these, from itself, or from before them."""
        return all(
            self.at[edge.tail] < start
            or self.vertices[self.at[edge.tail]].kind in SOURCES
            or self.home(edge.tail) in run
            or self.home(edge.tail) == path
            for member in self.members[path]
            for edge in self.inward.get(member.key, ())
        )

    def given(self, path: Path, following: Path | None = None) -> tuple[set[Link], set[tuple[int, str]]]:
        """What leaves a cluster: what of it goes where in the one that follows, and to which vertices elsewhere."""
        links: set[Link] = set()
        others = set()
        for i, member in enumerate(self.members[path]):
            for edge in self.outward.get(member.key, ()):
                home = self.home(edge.head)
                if home == following:
                    links.add((i, self.places[edge.head], edge.operands))
                elif home != path:
                    others.add((i, edge.head))
        return links, others

    def complete(self, run: Sequence[Cluster]) -> Sequence[Cluster]:
        """The run as far as it goes: the last of it gives all that the others give, and those side by side are three,
        or go nowhere. So none of them is an operand beside another.
        """
        if len(run) < 2:
            return run
        links, others = self.given(run[0].path, run[1].path)
        if links:
            return run if others <= self.given(run[-1].path)[1] else run[:-1]
        return run if not others or len(run) > 2 else run[:1]

    def goes_on(self, run: Sequence[Cluster], path: Path) -> bool:
        """Whether a cluster follows the last one as that follows the one before, or stands beside it."""
        links, others = given = self.given(run[-1].path, path)
        if len(run) > 1 and given != self.given(run[-2].path, run[-1].path):
            return False
        return bool(links) or self.given(path) == (set(), others)


def _runs(picture: Picture, inside: _Inside, anyhow: bool) -> list[Sequence[Cluster]]:
    siblings: dict[tuple[Path, str], list[Cluster]] = {}
    for cluster in picture.clusters:
        if len(cluster.path) == inside.level and cluster.path in inside.members:
            siblings.setdefault((cluster.path[:-1], cluster.kind), []).append(cluster)
    runs: list[list[Cluster]] = []
    for alike in siblings.values():
        run, within, known, start = alike[:0], {alike[0].path}, None, 0
        for cluster in alike if len(alike) > 1 else ():
            signature = inside.signature(cluster.path)
            fits = run and signature == known and inside.joins(cluster.path, within, start)
            if fits and (anyhow or inside.goes_on(run, cluster.path)):
                run.append(cluster)
                within.add(cluster.path)
            else:
                run, within, known, start = [cluster], {cluster.path}, signature, inside.start(cluster.path)
                runs.append(run)
    whole = runs if anyhow else [inside.complete(run) for run in runs]
    return [run for run in whole if len(run) > 1]


def _drawn_once(picture: Picture, inside: _Inside, runs: list[Sequence[Cluster]]) -> Picture:
    into: dict[str, str] = {}
    made: dict[str, Vertex] = {}
    onward: list[Edge] = []
    spans = {run[0].path: (_spanning(run), run[0].name) for run in runs}  # as they are to be drawn, and their old name
    numbers = {cluster.path: number for number, run in enumerate(runs) for cluster in run}
    for run in runs:
        first = inside.members[run[0].path]
        made.update({vertex.key: _for_all(vertex, run, spans[run[0].path][0].name) for vertex in first})
        for tail, head, operands in sorted(inside.given(run[0].path, run[1].path)[0]):
            onward.append(Edge(first[tail].key, first[head].key, operands, again=True))
        for cluster in run[1:]:
            into.update(zip([vertex.key for vertex in inside.members[cluster.path]], [vertex.key for vertex in first]))

    def crosses(tail: str, head: str) -> bool:
        """From one of those that are alike to the next."""
        x, y = inside.home(tail), inside.home(head)
        return x != y and x in numbers and numbers[x] == numbers.get(y)

    def within(step: Step) -> Step:
        adds = [add for add in step.contributions if not crosses(add.tail, step.key)]
        drawn, old = spans.get(inside.home(step.key), (None, ""))
        if drawn is not None and old:
            word = re.compile(rf"(?<![\w.]){re.escape(old)}(?=\.)")
            adds = [replace(add, formula=word.sub(lambda _: drawn.name, add.formula)) for add in adds]
        elif len(adds) == len(step.contributions):
            return step
        return replace(step, contributions=tuple(adds))

    def around(cluster: Cluster) -> Cluster:
        drawn, old = spans.get(cluster.path[: inside.level], (cluster, ""))
        return drawn if drawn.path == cluster.path else replace(cluster, name=_renamed(cluster.name, old, drawn.name))

    whole = replace(
        picture,
        edges=(*[edge for edge in picture.edges if not crosses(edge.tail, edge.head)], *onward),
        steps=tuple(map(within, picture.steps)),
        clusters=tuple(map(around, picture.clusters)),
    )
    return contracted(whole, into, made)


def _spanning(run: Sequence[Cluster]) -> Cluster:
    """One cluster for all in a run."""
    return replace(
        run[0],
        name=_together([cluster.name for cluster in run]),
        repeats=run[0].repeats * len(run),
        parameters=sum(cluster.parameters for cluster in run),
    )


def _for_all(vertex: Vertex, run: Sequence[Cluster], name: str) -> Vertex:
    """A vertex in the first cluster of a run, for its like in all of them; the run has that name."""
    label = _renamed(vertex.label, run[0].name, name) if vertex.kind in SOURCES else vertex.label
    called, members = _renamed(vertex.called, run[0].name, name), vertex.members * len(run)
    return replace(vertex, label=label, called=called, value=None, grad=None, members=members)


def _together(names: list[str]) -> str:
    """What several are called: "blocks.0" to "blocks.11" are "blocks.0–11", and "down" and "up" are "down, up"."""
    split = [name.split(".") for name in names]
    if len({len(parts) for parts in split}) > 1:
        return names[0]
    return ".".join(parts[0] if parts[0] == parts[-1] else _range(parts) for parts in zip(*split))


def _range(names: Sequence[str]) -> str:
    dash = "–" if names[0].isdecimal() else ", " if len(names) == 2 else " … "
    return f"{names[0]}{dash}{names[-1]}"


def _renamed(name: str, old: str, new: str) -> str:
    return f"{new}.{name.removeprefix(f'{old}.')}" if old and name.startswith(f"{old}.") else name


__all__ = ["merged"]
