"""What `draw` gives: a picture that shows itself in a notebook, prints as a tree, and saves as a file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

from autograd.drawing.dot import to_graphviz
from autograd.drawing.layout import render
from autograd.drawing.page import document, page
from autograd.drawing.style import Theme, dressed
from autograd.drawing.words import clean, counted, faults, gradient, has_gradient, number, shortened
from autograd.files import checked, replace

if TYPE_CHECKING:
    from os import PathLike

    from autograd.drawing.model import Edge, Picture, Vertex
    from autograd.drawing.page import Variants

LINES = 60  # of the text tree
WEIGHT = 300_000  # bytes of a page that has foldings to choose among
THEMES = ("auto", "light", "dark")
SUFFIXES = ("svg", "html", "png", "pdf", "dot")


class Drawing:
    """The picture of a graph.

    A notebook shows it; `print` gives a tree of text. `save("graph.svg")` writes it as SVG, HTML, PNG, PDF or DOT,
    `.svg` and `.html` are those as text, and `.to_graphviz()` is the `graphviz` object to go on with. `foldings` are
    pictures of the same graph folded at other depths, among which the page lets its reader choose; it leaves out the
    heaviest where it would be too long, be that the picture itself, and then opens with the heaviest that it has.
    ValueError for a theme other than "auto", "light" and "dark".
    """

    def __init__(
        self, picture: Picture, *, theme: Theme = "auto", foldings: Mapping[int, Picture] | None = None
    ) -> None:
        if theme not in THEMES:
            raise ValueError(f"draw: no theme {theme!r}; choose one of {', '.join(THEMES)}")
        self.picture, self.theme, self.foldings = picture, theme, dict(foldings or {})
        self._laid_out: dict[str, str] = {}

    def to_graphviz(self) -> Any:
        """The picture as a `graphviz.Digraph`."""
        return to_graphviz(self.picture, theme=self.theme)

    @property
    def svg(self) -> str:
        """The picture as one SVG element, which is also a whole file."""
        return self._svg(self.picture, self._prefix)

    @property
    def html(self) -> str:
        """The picture as a whole page, in which one can step through backward."""
        return document(self._page(self._prefix), title=self._title)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture to a file, in the format that its name ends with: svg, html, png, pdf or dot.

        The file is there whole or not at all. Raises ValueError for another format, FileNotFoundError where the
        directory is missing, and OSError where the file cannot be written.
        """
        path = checked("save", path)
        suffix = os.path.splitext(path)[1].lower().removeprefix(".")
        if suffix not in SUFFIXES:
            wanted = ", ".join(f".{known}" for known in SUFFIXES)
            raise ValueError(f"save: {path!r} ends in no known format; choose one of {wanted}")
        replace(path, self._content(suffix))

    def _content(self, suffix: str) -> bytes:
        source = str(self.to_graphviz().source)
        if suffix in ("svg", "html"):
            return (self.svg + "\n" if suffix == "svg" else self.html).encode()
        return source.encode() if suffix == "dot" else render(source, suffix)

    # -- what notebooks and terminals ask ----------------------------------------------------------------

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        prefix = f"ag-{secrets.token_hex(4)}"  # the same cell may be shown twice, or by another process
        made = {
            "text/html": lambda: self._page(prefix),
            "image/svg+xml": lambda: self._svg(self.picture, prefix),
            "text/plain": lambda: repr(self),
        }
        wanted = [kind for kind in made if (not include or kind in include) and kind not in (exclude or ())]
        return {kind: made[kind]() for kind in wanted}

    def __repr__(self) -> str:
        """A tree from the outputs back to the leaves; what is used twice is told once."""
        return "\n".join([self._title, *_tree(self.picture), *map(clean, self.picture.notes)])

    # -- making -----------------------------------------------------------------------------------------

    @cached_property
    def _prefix(self) -> str:
        """An id by what is drawn, so that a file saved twice is the same file."""
        return f"ag-{sha256(self.to_graphviz().source.encode()).hexdigest()[:8]}"

    @property
    def _title(self) -> str:
        outputs = [v.name or v.label for v in self.picture.vertices if v.kind == "output"]
        of = f" of {', '.join(shortened(name) for name in outputs[:3])}" if outputs else ""
        return f"Computation graph{of}: {counted(self.picture.total or len(self.picture.vertices), 'node')}"

    def _svg(self, picture: Picture, prefix: str) -> str:
        source = to_graphviz(picture, theme=self.theme).source
        if source not in self._laid_out:  # laying out takes its time, and a notebook shows the same twice
            self._laid_out[source] = render(source, "svg").decode()
        desc = "\n".join(_tree(picture))
        return dressed(self._laid_out[source], prefix=prefix, title=self._title, desc=desc, theme=self.theme)

    def _page(self, prefix: str) -> str:
        deepest = max(self.foldings, default=0)
        whole = next((depth for depth, folded in self.foldings.items() if folded is self.picture), deepest + 1)
        pictures = {**self.foldings, whole: self.picture}
        drawn = {depth: (picture, self._svg(picture, prefix)) for depth, picture in pictures.items()}
        alone = self._fragment(prefix, *drawn[whole], {})
        while len(drawn) > 1:
            heaviest = max(drawn, key=lambda depth: len(drawn[depth][1]))
            opened = whole if whole in drawn else heaviest
            made = self._fragment(prefix, *drawn[opened], drawn)
            if len(made.encode()) <= WEIGHT:
                return made
            del drawn[heaviest]
        return alone

    def _fragment(self, prefix: str, picture: Picture, svg: str, variants: Variants) -> str:
        made = page(picture, svg, prefix=prefix, variants=variants or None, theme=self.theme)
        own = f'role="region" aria-label="{escape(self._title)}"'
        return made.replace('role="region" aria-label="Computation graph"', own, 1)


def _tree(picture: Picture) -> Iterator[str]:
    """The lines of the tree: depth first, and without recursion."""
    vertices = {vertex.key: vertex for vertex in picture.vertices}
    operands: dict[str, list[Edge]] = {}
    for edge in picture.edges:
        operands.setdefault(edge.head, []).append(edge)
    used = {edge.tail for edge in picture.edges if not edge.again}
    waiting: list[tuple[str, str, str, Edge | None]]
    waiting = [(key, "", "", None) for key in reversed(vertices) if key not in used]
    told: set[str] = set()
    for _ in range(LINES):
        if not waiting:
            return
        key, before, branch, way = waiting.pop()
        vertex, again = vertices[key], way is not None and way.again
        below = [] if again or key in told else operands.get(key, [])
        words = "" if way is None else " (of the one before)" if again else " (detached)" if _cut(way, vertex) else ""
        words += " (as above)" if key in told and key in operands and not again else ""
        yield f"{before}{branch}{_line(vertex, picture.copies(vertex))}{words}"
        told |= set() if again else {key}
        inside = before + ({"├─ ": "│  ", "└─ ": "   "}.get(branch, ""))
        branches = ["├─ " if i else "└─ " for i in range(len(below))]
        waiting += [(edge.tail, inside, line, edge) for line, edge in zip(branches, reversed(below))]
    if waiting and (left := len(vertices.keys() - told)):
        yield f"… and {counted(left, 'node')} more"


def _cut(edge: Edge, tail: Vertex) -> bool:
    """Whether a gradient could flow along an edge, and does not."""
    return not edge.gradient and tail.kind in ("op", "leaf", "parameter")


def _line(vertex: Vertex, copies: int) -> str:
    """A vertex in one line: "loss = add: data 4.0 | grad 1.0"."""
    called = " ".join(filter(None, (shortened(vertex.label), shortened(vertex.detail))))
    name = shortened(vertex.name)
    head = called if not name or name == called else name if vertex.kind == "leaf" else f"{name} = {called}"
    facts = [str(vertex.shape)] if vertex.shape else []
    facts += [] if vertex.shape or vertex.value is None else [f"data {number(vertex.value)}"]
    facts += [gradient(vertex)] if has_gradient(vertex) else []
    facts += [counted(vertex.members // copies, "node")] if vertex.members > copies else []
    facts += [f"[{words}]"] if (words := faults(vertex)) else []
    return f"{head}: {' | '.join(facts)}" if facts else head


__all__ = ["SUFFIXES", "THEMES", "Drawing"]
