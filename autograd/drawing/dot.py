"""From a picture to DOT: what is drawn as which shape, and what the labels say.

Colours are those of `style.PALETTES`, a different one for each role, so that an SVG can be dressed by them again.
Nothing in here asks for a time, an address or a hash: the same picture is the same text, to the byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import log10
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd.drawing.style import FONT, PALETTES, Theme
from autograd.drawing.words import clean, counted, faults, gradient, has_gradient, magnitude, memory, number, shortened

if TYPE_CHECKING:
    from autograd.drawing.model import Cluster, Edge, Picture, Vertex

BAR, DECADES = 72, 6  # how wide a full bar is, in points, and how many powers of ten below it one is empty
LINE = 96  # characters of a note on one line


class Look(NamedTuple):
    """How a kind of vertex is drawn, and what the legend calls it."""

    shape: str
    style: str
    glyph: str
    called: str
    peripheries: int = 1


# fmt: off
LOOKS = {
    "leaf":      Look("ellipse",  "filled",         "●", "leaf"),
    "parameter": Look("cylinder", "filled",         "⛁", "parameter"),
    "constant":  Look("note",     "filled",         "◳", "constant"),
    "op":        Look("box",      "rounded,filled", "■", "operation"),
    "fold":      Look("box3d",    "filled",         "❒", "folded"),
    "output":    Look("box",      "rounded,filled", "▣", "output", 2),
}
# fmt: on


def to_graphviz(picture: Picture, *, theme: Theme = "auto") -> Any:
    """The picture as a `graphviz.Digraph`, whose `.source` is DOT.

    Vertices have their key as `id`, and edges "tail--head". The theme "auto" has the light colours.
    """
    import graphviz

    wide = picture.direction == "LR"
    drawn = graphviz.Digraph(
        "picture",
        graph_attr={
            "rankdir": picture.direction,
            "bgcolor": PALETTES[theme]["bg"],
            "fontname": FONT,
            "fontsize": "10",
            "pad": "0.15",
            "nodesep": "0.22" if wide else "0.3",
            "ranksep": "0.3" if wide else "0.36",
        },
        node_attr={"fontname": FONT, "fontsize": "11", "margin": "0.14,0.05", "penwidth": "1.4", "height": "0.3"},
        edge_attr={"fontname": FONT, "fontsize": "9", "arrowsize": "0.6", "penwidth": "1.2"},
    )
    label = Labels.of(picture, theme)
    _clusters(drawn, picture, label)
    inner = {edge.head for edge in picture.edges}
    flows = {(edge.tail, edge.head) for edge in picture.edges if edge.gradient}
    for edge in picture.edges:
        about = label.edge(edge)
        if not edge.gradient and (edge.tail, edge.head) in flows:
            about["id"] += "--detached"
        spine = {"weight": "3"} if edge.tail in inner else {}  # ops in line, and leaves beside them
        drawn.edge(edge.tail, edge.head, **about, **spine)
    drawn.attr("graph", labelloc="b", label=label.footer(picture))  # last, for clusters would inherit it
    return drawn


def _clusters(drawn: Any, picture: Picture, label: Labels) -> None:
    """Every vertex, in its cluster, and every cluster in the one around it."""
    numbers = {cluster.path: i for i, cluster in enumerate(picture.clusters)}
    inside: dict[tuple[str, ...] | None, list[Vertex]] = {}
    for vertex in picture.vertices:
        path = vertex.module
        around = (path[:n] for n in range(len(path), -1, -1) if path[:n] in numbers)
        inside.setdefault(next(around, None), []).append(vertex)
    for vertex in inside.get(None, ()):
        drawn.node(vertex.key, **label.vertex(vertex))
    opened: list[tuple[str, ...]] = []
    for cluster in sorted(picture.clusters, key=lambda cluster: _lineage(cluster.path, numbers)):
        while opened and cluster.path[: len(opened[-1])] != opened[-1]:
            opened.pop()
            drawn.body.append("}\n")
        opened.append(cluster.path)
        drawn.body.append(f"subgraph cluster_{numbers[cluster.path]} {{\n")
        drawn.attr("graph", **label.cluster(cluster, f"c{numbers[cluster.path]}", len(opened)))
        for vertex in inside.get(cluster.path, ()):
            drawn.node(vertex.key, **label.vertex(vertex))
    drawn.body += ["}\n"] * len(opened)


def _lineage(path: tuple[str, ...], numbers: Mapping[tuple[str, ...], int]) -> list[int]:
    """The numbers of a cluster and of those around it: sorted by these, every cluster follows what it is in."""
    return [numbers[path[:n]] for n in range(len(path) + 1) if path[:n] in numbers]


class Labels(NamedTuple):
    """Writes labels and attributes, given the colours and what is usual in this picture."""

    colours: Mapping[str, str]
    dtype: str  # the most common one, which goes without saying
    largest: float  # of all gradients of arrays
    stacked: bool  # data above grad, not beside it: from left to right, it is the width that runs out
    formulas: bool  # whether there are steps, whose formulas call vertices by these names
    copies: Mapping[str, int]  # how many there are of what is drawn once, where a vertex is

    @classmethod
    def of(cls, picture: Picture, theme: Theme) -> Labels:
        """Those of a picture."""
        common = Counter(v.dtype for v in picture.vertices if "float" in v.dtype).most_common(1)
        largest = max((magnitude(v) for v in picture.vertices if v.shape), default=0.0)
        return cls(
            PALETTES[theme],
            dtype=common[0][0] if common else "float64",
            largest=largest,
            stacked=picture.direction == "LR",
            formulas=bool(picture.steps),
            copies={vertex.key: picture.copies(vertex) for vertex in picture.vertices if vertex.kind == "fold"},
        )

    def vertex(self, vertex: Vertex) -> dict[str, str]:
        """The attributes of a node."""
        look = LOOKS[vertex.kind]
        more = {"peripheries": str(look.peripheries)} if look.peripheries > 1 else {}
        more |= {"margin": "0.2,0.1"} if look.shape == "box3d" else {}  # what its depth takes of the face
        return {
            "id": vertex.key,
            "class": f"vertex {vertex.kind}",
            "label": f"<{self._table(vertex)}>",
            "shape": look.shape,
            "style": look.style,
            "color": self.colours[f"{vertex.kind}-line"],
            "fillcolor": self.colours[f"{vertex.kind}-fill"],
            **more,
        }

    def edge(self, edge: Edge) -> dict[str, str]:
        """The attributes of an edge."""
        times = f"×{len(edge.operands)}" if len(edge.operands) > 1 else ""
        words = "  ".join(filter(None, (shortened(edge.label), times, "next" if edge.again else "")))
        label = {"label": f"<{table([[self.text(words, 'muted')]], padding=3)}>"} if words else {}
        role, style = ("edge", {}) if edge.gradient else ("detached", {"style": "dashed"})
        style |= {"constraint": "false"} if edge.again else {}  # it goes back to where the next would begin
        about = {
            "id": f"{edge.tail}--{edge.head}{'--next' * edge.again}",
            "class": "flow" if edge.gradient else "detached",
        }
        return {**about, "color": self.colours[role], **style, **label}

    def cluster(self, cluster: Cluster, key: str, depth: int) -> dict[str, str]:
        """The attributes of a subgraph."""
        title = self.text(shortened(cluster.name or cluster.kind), "ink", bold=True)
        repeats = self.text(f"  ×{cluster.repeats:,}", "grad", bold=True) if cluster.repeats > 1 else ""
        about = [shortened(cluster.kind)] if cluster.name else []
        about += [counted(cluster.parameters, "parameter")] if cluster.parameters else []
        return {
            "id": key,
            "class": "module",
            "label": f"<{title}{repeats}{self.text('  ' + ' · '.join(about), 'muted', size=9) if about else ''}>",
            "labelloc": "t",
            "labeljust": "l",
            "style": "rounded,filled",
            "color": self.colours["module-line"],
            "fillcolor": self.colours["module-fill" if depth % 2 else "module-inner"],
            "margin": "10",
        }

    def footer(self, picture: Picture) -> str:
        """A legend of the kinds that are there, and below it what the graph holds and what is to be said of it."""
        kinds = {vertex.kind for vertex in picture.vertices}
        legend = [
            self.text(look.glyph, f"{kind}-line", size=11) + self.text(f" {look.called}", "muted", size=9)
            for kind, look in LOOKS.items()
            if kind in kinds
        ]
        if not all(edge.gradient for edge in picture.edges):
            legend.append(self.text("┄ no gradient", "muted", size=9))
        if self.largest:
            meter = self.text("▰", "bar", size=9) + self.text("▱", "muted", size=9)
            legend.append(meter + self.text(" mean |grad|, log scale", "muted", size=9))
        facts = [counted(picture.total or len(picture.vertices), "node")]
        facts += [counted(picture.parameters, "parameter")] if picture.parameters else []
        facts += [f"{memory(picture.held)} held"] if picture.held else []
        lines = [" · ".join(facts), *picture.notes]
        rows = [[self.text("   ", "muted", size=9).join(legend)]] if len(legend) > 1 else []
        rows += [[self.text(part, "muted", size=9)] for line in lines for part in wrap(clean(line), LINE)]
        return f"<{table(rows, padding=1)}>"

    def text(self, words: str, role: str, *, size: int = 0, bold: bool = False) -> str:
        """A run of text: safe, coloured, with its spaces kept."""
        inner = escape(words).replace("\\", "\\\\")  # Graphviz would read \N as the name of the node
        kept = len(inner) - len(inner.strip(" ")) or "  " in inner
        inner = inner.replace(" ", "\u00a0") if kept else inner
        points = f' POINT-SIZE="{size}"' if size else ""
        return f'<FONT COLOR="{self.colours[role]}"{points}>{f"<B>{inner}</B>" if bold else inner}</FONT>'

    def _table(self, vertex: Vertex) -> str:
        lid = [['<TD HEIGHT="4"></TD>']] if LOOKS[vertex.kind].shape == "cylinder" else []
        rows = [*lid, [self._title(vertex)], *([fact] for fact in self._facts(vertex))]
        if words := faults(vertex):
            red = self.colours["badge"]
            badge = [[self.text(f" {words} ", "badge-ink", size=10, bold=True)]]
            rows.append([table(badge, more=f' STYLE="ROUNDED" COLOR="{red}" BGCOLOR="{red}"', border=1)])
        return table(rows, padding=1)

    def _title(self, vertex: Vertex) -> str:
        """The name, the symbol with the constants that it was called with, and small the word for it."""
        symbol, label, detail = vertex.symbol, shortened(vertex.label), shortened(vertex.detail)
        name = shortened(vertex.name)
        called = self._called(vertex)
        if not symbol and vertex.kind not in ("op", "output", "fold"):
            also = self.text(f"  {called}", "muted", size=10) if called else ""
            return self.text(name or label, "ink", size=12, bold=True) + also
        if symbol and symbol in (detail[: len(symbol)], detail[-len(symbol) :]):  # "× 0.5", "1 −"
            symbol, detail = detail, ""
        head = self.text(name, "ink", size=12, bold=True) + self.text(" ← ", "muted", size=12) if name else ""
        head += self.text(f"{called} ← ", "muted", size=10) if called and vertex.kind != "fold" else ""
        head += self.text(symbol or label, "ink", size=14 if symbol else 12, bold=True)
        rest = " ".join(filter(None, (label if symbol and symbol != label else "", detail)))
        return head + (self.text(f"  {rest}", "muted", size=10) if rest else "")

    def _called(self, vertex: Vertex) -> str:
        """What formulas call it, where there are any and it has not that name already."""
        known = {shortened(vertex.name)} if vertex.name else {shortened(vertex.label)}
        return shortened(vertex.called) if self.formulas and shortened(vertex.called) not in known else ""

    def _facts(self, vertex: Vertex) -> Iterator[str]:
        """The lines below the title: values and gradients of scalars; of arrays shapes, and how large gradients are."""
        unusual = [shortened(vertex.dtype)] if vertex.dtype != self.dtype else []
        if vertex.kind == "fold":
            gives = " ".join(filter(None, (self._called(vertex), str(vertex.shape or ""))))
            shape = f" → {gives}" if gives else ""
            yield self.text(counted(vertex.members // self.copies[vertex.key], "node") + shape, "muted", size=10)
        if vertex.kind == "fold" and vertex.value is None:
            return
        if vertex.shape:
            yield self.text(" ".join([str(vertex.shape), *unusual]), "muted", size=10)
            if has_gradient(vertex):
                yield self.text(gradient(vertex), "grad", size=10)
                if vertex.grad is not None:
                    yield self._bar(magnitude(vertex))
        else:
            runs = [] if vertex.value is None else [self.text(f"data {number(vertex.value)}", "data", size=10)]
            runs += [self.text(gradient(vertex), "grad", size=10)] if has_gradient(vertex) else []
            runs += [self.text(word, "muted", size=10) for word in unusual]
            yield from runs if self.stacked else [self.text("  |  ", "rule", size=10).join(runs)]

    def _bar(self, size: float) -> str:
        share = 1 + log10(size / self.largest) / DECADES if size and self.largest else 0.0
        full = max(round(BAR * share), 2) if size else 0
        cells = [("bar", full), ("track", BAR - full)]
        row = [cell(self.colours[role], points) for role, points in cells if points]
        return table([row], more=f' FIXEDSIZE="TRUE" WIDTH="{BAR}" HEIGHT="5"')  # or it would stretch, and come apart


def table(rows: Sequence[Sequence[str]], *, padding: int = 0, spacing: int = 0, border: int = 0, more: str = "") -> str:
    """An HTML-like table, of cells that are either content or whole cells."""
    filled = ("".join(c if c.startswith("<TD ") else f"<TD>{c}</TD>" for c in row) for row in rows)
    return (
        f'<TABLE BORDER="{border}" CELLBORDER="0" CELLSPACING="{spacing}" CELLPADDING="{padding}"{more}>'
        f"{''.join(f'<TR>{row}</TR>' for row in filled)}</TABLE>"
    )


def cell(colour: str, width: int) -> str:
    """A piece of a bar."""
    return f'<TD BGCOLOR="{colour}" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="5"></TD>'


__all__ = ["LOOKS", "Look", "to_graphviz"]
