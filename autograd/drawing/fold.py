"""Small pictures of big graphs: modules, repetitions and chains drawn as one, and the picture says so.

A picture is made smaller only as far as needed. First, of siblings that are alike one is drawn, for all of them; then
modules are folded, the innermost first; then chains of ops; and if nothing else helps, all that lies far back.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from autograd.drawing.contract import SOURCES, contracted
from autograd.drawing.model import Picture, Vertex, replace
from autograd.drawing.repeats import merged
from autograd.drawing.rounds import FEWEST, rounds_merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAID = 6  # things that a note tells of
REACH = 5  # rows that edges reach over, for each vertex that there may be
LENGTH = 1 / 3  # rows of the picture, likewise


def fold(picture: Picture, *, depth: int | None = None, max_nodes: int = 200) -> Picture:
    """The picture with modules nested deeper than `depth` drawn as one vertex each, and of at most `max_nodes`.

    With depth=0 the outermost modules are one vertex each. ValueError for a negative depth, and for fewer than 1 node.
    """
    if depth is not None and depth < 0:
        raise ValueError(f"draw: depth must be 0 or more, not {depth}")
    if max_nodes < 1:
        raise ValueError(f"draw: max_nodes must be 1 or more, not {max_nodes}")
    said: list[str] = []
    for anyhow in (False, True):
        for level in range(1, _nested(picture) + 2):
            for once in (merged, rounds_merged):
                if len(picture.vertices) > max_nodes or _sprawls(picture, max_nodes):
                    picture = once(picture, level, anyhow=anyhow)
    if len(picture.vertices) > max_nodes:
        picture = _alike(picture)
    if depth is not None:
        picture = _collapsed(merged(picture, depth + 1), depth, said)
    picture = _fitted(picture, max_nodes, said)
    if what := [*dict.fromkeys([*_repeated(picture), *said])]:
        note = f"showing {len(picture.vertices):,} of {picture.total:,} nodes: {', '.join(what[:SAID])}"
        note += f" and {len(what) - SAID} more" if len(what) > SAID else ""
        picture = replace(picture, notes=(*picture.notes, note))
    return picture


def _repeated(picture: Picture) -> Iterator[str]:
    """What is drawn once and is there several times."""
    for cluster in picture.clusters:
        if cluster.repeats > 1:
            yield f"{cluster.kind} ×{cluster.repeats:,}"
    for vertex in picture.vertices:
        if vertex.members > 1 and " ×" in vertex.label:
            yield vertex.label


def _alike(picture: Picture) -> Picture:
    """One of those leaves and constants that are alike and go to the same ops."""
    users: dict[str, list[tuple[str, bool]]] = {}
    for edge in picture.edges:
        users.setdefault(edge.tail, []).append((edge.head, edge.gradient))
    groups: dict[Any, list[Vertex]] = {}
    for vertex in picture.vertices:
        if vertex.kind in SOURCES and vertex.key in users:
            looks = (vertex.kind, vertex.shape, vertex.dtype, vertex.module, *users[vertex.key])
            groups.setdefault(looks, []).append(vertex)
    into, made = {}, {}
    for group in groups.values():
        if len(group) >= FEWEST:
            first, last = group[0], group[-1]
            called = first.label if first.label == last.label else f"{first.label} … {last.label}"
            label, count = f"{called} ×{len(group):,}", sum(vertex.members for vertex in group)
            into.update(dict.fromkeys([vertex.key for vertex in group], first.key))
            made[first.key] = replace(first, label=label, name="", value=None, grad=None, members=count)
    return contracted(picture, into, made) if made else picture


def _nested(picture: Picture) -> int:
    """How deep modules are nested."""
    return max((len(vertex.module) for vertex in picture.vertices), default=0)


def _sprawls(picture: Picture, max_nodes: int) -> bool:
    """Whether it is too long to be read, or edges go so far, all together, that laying them out takes long."""
    rows: dict[str, int] = {}
    edges = [edge for edge in picture.edges if not edge.again]
    for edge in sorted(edges, key=lambda edge: int(edge.head[1:])):
        rows[edge.head] = max(rows.get(edge.head, 0), rows.get(edge.tail, 0) + 1)
    reach = sum(rows[edge.head] - rows.get(edge.tail, 0) for edge in edges)
    return reach > REACH * max_nodes or max(rows.values(), default=0) > LENGTH * max_nodes


def _fitted(picture: Picture, max_nodes: int, said: list[str]) -> Picture:
    if len(picture.vertices) <= max_nodes:
        return picture
    fits = _deepest(picture, max_nodes)
    if fits < 1:  # rather the chains in a module than all of it
        picture = _chained(picture, max_nodes, said)
        fits = _deepest(picture, max_nodes)
    if len(picture.vertices) > max_nodes:
        picture = _collapsed(picture, max(fits, 0), said)
    if len(picture.vertices) > max_nodes:
        picture = _chained(picture, max_nodes, said)
    return picture if len(picture.vertices) <= max_nodes else _cut(picture, max_nodes, said)


# -- modules ---------------------------------------------------------------------------------------------------------


def _deepest(picture: Picture, max_nodes: int) -> int:
    """The greatest depth at which the picture is small enough; -1 if it is at none."""

    def shown(depth: int) -> int:
        return len({v.module[: depth + 1] if len(v.module) > depth else v.key for v in picture.vertices})

    return bisect_right(range(_nested(picture)), max_nodes, key=shown) - 1


def _collapsed(picture: Picture, depth: int, said: list[str]) -> Picture:
    """Every module nested deeper than that as one vertex."""
    groups: dict[tuple[str, ...], list[Vertex]] = {}
    for vertex in picture.vertices:
        if len(vertex.module) > depth:
            groups.setdefault(vertex.module[: depth + 1], []).append(vertex)
    if not groups:
        return picture
    clusters = {cluster.path: cluster for cluster in picture.clusters}
    parts = {}
    for path, members in groups.items():
        cluster = clusters[path]
        label = f"{cluster.kind} ×{cluster.repeats:,}" if cluster.repeats > 1 else cluster.kind
        about = f"{cluster.parameters:,} parameter{'s' * (cluster.parameters != 1)}" if cluster.parameters else ""
        parts[_key(members)] = (Vertex("", "fold", label, detail=about, name=cluster.name, module=path[:-1]), members)
    said.append(f"modules deeper than {depth} folded" if depth else "modules folded")
    return _joined(picture, parts)


def _joined(picture: Picture, parts: dict[str, tuple[Vertex, list[Vertex]]]) -> Picture:
    """The picture with each of these in the place of its members, in the shape of what leaves it."""
    into = {member.key: key for key, (_, members) in parts.items() for member in members}
    leaving = {edge.tail for edge in picture.edges if into.get(edge.tail) != into.get(edge.head, "")}
    made = {}
    for key, (vertex, members) in parts.items():
        ends = [member for member in members if member.key in leaving or member.kind == "output"] or members
        output = ends[0] if [end.kind for end in ends] == ["output"] and ends[0].shape == () else None
        shapes = list(dict.fromkeys(end.shape for end in ends if end.kind not in SOURCES)) or [ends[-1].shape]
        also = f"out {', '.join(map(str, shapes))}" if len(shapes) > 1 else ""
        made[key] = replace(
            vertex,
            key=key,
            name=vertex.name or next((end.name for end in ends if end.kind == "output"), ""),
            detail=" · ".join(filter(None, (vertex.detail, also))),
            shape=shapes[-1],
            dtype=ends[-1].dtype,
            called=ends[0].called if len(ends) == 1 else "",
            value=output.value if output else None,
            grad=output.grad if output else None,
            members=sum(member.members for member in members),
        )
    return contracted(picture, into, made)


def _key(members: Sequence[Vertex]) -> str:
    first = next((member for member in members if member.kind not in SOURCES), members[0])
    return f"f{first.key[1:]}"


# -- what is in no module --------------------------------------------------------------------------------------------


def _chained(picture: Picture, max_nodes: int, said: list[str]) -> Picture:
    """Chains of ops, each with one result that goes to the next, as one vertex: the longest first, as far as needed."""
    by_key = {vertex.key: vertex for vertex in picture.vertices}
    heads: dict[str, set[str]] = {key: set() for key in by_key}
    tails: dict[str, set[str]] = {key: set() for key in by_key}
    for edge in picture.edges:
        heads[edge.tail].add(edge.head)
        if not edge.again and by_key[edge.tail].kind not in SOURCES:
            tails[edge.head].add(edge.tail)
    asides: dict[str, list[Vertex]] = {}  # constants that one vertex alone uses
    for vertex in picture.vertices:
        if vertex.kind == "constant" and not vertex.name and len(heads[vertex.key]) == 1:
            (head,) = heads[vertex.key]
            asides.setdefault(head, []).append(vertex)
    parts, left = {}, len(by_key)
    for links in sorted(_chains(picture.vertices, heads, tails), key=len, reverse=True):
        if left <= max_nodes:
            break
        members = [*links, *(aside for link in links for aside in asides.get(link.key, ()))]
        count = sum(link.members for link in links)
        parts[_key(links)] = (Vertex("", "fold", f"chain of {count:,} ops", module=links[0].module), members)
        left -= len(members) - 1
    if not parts:
        return picture
    said.append(f"{len(parts):,} chain{'s' * (len(parts) > 1)} of ops folded")
    return _joined(picture, parts)


def _chains(vertices: Sequence[Vertex], heads: dict[str, set[str]], tails: dict[str, set[str]]) -> list[list[Vertex]]:
    """Runs of at least two vertices in one module, of which each has one op before it, and each but the last one after
    it; none has a name of its own."""
    chains: dict[str, list[Vertex]] = {}  # by their last vertex
    for vertex in vertices:
        named = vertex.name and vertex.kind != "fold"
        if vertex.kind not in ("op", "fold") or named or len(tails[vertex.key]) != 1:
            continue
        (tail,) = tails[vertex.key]
        chain = chains.get(tail)
        if chain is None or len(heads[tail]) != 1 or chain[-1].module != vertex.module:
            chains[vertex.key] = [vertex]
        else:
            chain.append(vertex)
            chains[vertex.key] = chains.pop(tail)
    return [chain for chain in chains.values() if len(chain) > 1]


def _cut(picture: Picture, max_nodes: int, said: list[str]) -> Picture:
    """All but the newest vertices as one."""
    early = [*picture.vertices[: len(picture.vertices) - max_nodes + 1]]
    count = sum(vertex.members for vertex in early)
    said.append(f"{count:,} earlier nodes folded")
    return _joined(picture, {_key(early): (Vertex("", "fold", f"{count:,} earlier nodes"), early)})


__all__ = ["fold"]
