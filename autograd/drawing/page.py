"""The page around a picture: what steps through backward in a browser.

The picture stands first and needs nothing else, for many places that show a page run no scripts. Where they run, ours
adds the controls. It looks numbers up and computes none: what a page shows is what the trace of the real rules holds.
"""

from __future__ import annotations

import functools
import html
import itertools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.drawing.formulas import NUMERAL
from autograd.drawing.model import Vertex
from autograd.drawing.naming import LONGEST
from autograd.drawing.style import ABOVE, DARK, LIGHT, PALETTES
from autograd.drawing.words import magnitude, not_finite, number, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autograd.drawing.model import Contribution, Picture, Step
    from autograd.drawing.style import Theme

    Variants = Mapping[int, tuple[Picture, str]]

USED = ("bg", "ink", "muted", "module-line", "module-fill", "grad", "bar")  # of the picture's colours, in our part
EXACT = 256  # gradients of leaves are on the page in full, of at most so many numbers


def page(picture: Picture, svg: str, *, prefix: str, variants: Variants | None = None, theme: Theme = "auto") -> str:
    """The picture as a piece of HTML that depends on nothing: drawn, dressed, and with its steps where scripts run.

    `svg` has the ids `{prefix}-{key}` and `{prefix}-{tail}--{head}`, and no page may hold a prefix twice. `variants`
    are the same graph folded at other depths, and drawn with the same ids.
    """
    if not re.fullmatch(r"[A-Za-z][\w-]*", prefix, re.ASCII):
        raise ValueError(f"draw: {prefix!r} cannot begin an id; use a letter, then letters, digits, - and _")
    data = json.dumps(facts(picture, svg, variants or {}), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (
        f'<div class="ag-page" data-autograd="{prefix}" data-lm-suppress-shortcuts="true" '  # JupyterLab's own keys
        'role="region" aria-label="Computation graph">\n'
        f"<style>{colours(prefix, theme)}{STYLE}</style>\n"
        f'<div class="ag-stage">{svg}</div>\n'
        f'<script type="application/json">{_inert(data)}</script>\n'
        f'<script>{player()}("{prefix}");</script>\n'
        "</div>\n"
    )


def document(fragment: str, *, title: str = "Computation graph") -> str:
    """A whole HTML file around what `page` made."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<title>{html.escape(title)}</title>\n</head>\n<body class="ag-document">\n{fragment}</body>\n</html>\n'
    )


def colours(prefix: str, theme: Theme) -> str:
    """Those of the picture, for what stands around it: they follow the reader in the same way."""
    here = f'[data-autograd="{prefix}"]'
    rules = [f"{here} {{{_variables(PALETTES[theme])}}}"]
    if theme == "auto":
        rules.append(f"@media (prefers-color-scheme: dark) {{ {here} {{{_variables(DARK)}}} }}")
        rules += [f"{ABOVE[dark].format(here)} {{{_variables(DARK if dark else LIGHT)}}}" for dark in (False, True)]
    return "\n".join(rules)


def _variables(palette: Mapping[str, str]) -> str:
    return " ".join(f"--ag-{role}: {palette[role]};" for role in USED)


@functools.cache
def player() -> str:
    """The script, a function of the prefix: without indentation and comments, for it is on every page."""
    lines = map(str.strip, Path(__file__).with_name("player.js").read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def facts(picture: Picture, svg: str, variants: Variants) -> dict[str, Any]:
    """All that the script asks: the steps, what vertices are called, their final gradients, and the foldings."""
    depths = sorted((depth, *drawn) for depth, drawn in variants.items())
    if depths and all(drawn != svg for *_, drawn in depths):
        depths.append((depths[-1][0] + 1, picture, svg))
    moving = {step.key for step in picture.steps} | {add.tail for step in picture.steps for add in step.contributions}
    vertices = [vertex for vertex in picture.vertices if vertex.key in moving]
    names = _names(vertices)
    outputs = [vertex for vertex in vertices if vertex.kind == "output"]
    of = [names[vertex.key] for vertex in outputs]
    return {
        "of": f"({' + '.join(of)})" if len(of) > 1 else "".join(of) or "loss",
        "names": names,
        "titles": {vertex.key: _title(vertex, names[vertex.key]) for vertex in vertices},
        "taken": max(picture.taken, len(picture.steps)),
        "steps": [_step(step) for step in picture.steps],
        "most": max((len(step.contributions) for step in picture.steps), default=0),
        "finals": {v.key: _number(v.grad, _digits(v)) for v in vertices if v.grad is not None},
        "seeds": [[v.key, _number(np.ones_like(v.grad))] for v in outputs if v.grad is not None],
        "depths": [
            [str(depth), drawn if drawn != svg else "", _homes(folded, names)] for depth, folded, drawn in depths
        ],
        "depth": next((i for i, (*_, drawn) in enumerate(depths) if drawn == svg), 0),
    }


def _homes(folded: Picture, keys: Iterable[str]) -> dict[str, str]:
    """Of those that a folding does not draw, the vertex that stands for each."""
    drawn = {vertex.key for vertex in folded.vertices}
    origins = {key: f"n{key[1:]}" for key in keys if key not in drawn}  # what is folded has the number of its first op
    return {key: folded.homes[origin] for key, origin in origins.items() if origin in folded.homes}


def _digits(vertex: Vertex) -> int:
    """Up to how many numbers of a gradient are told exactly: those that a program has in `.grad`."""
    return EXACT if vertex.kind in ("leaf", "parameter") else 1


def called(vertex: Vertex) -> str:
    """What a formula calls a vertex."""
    return shortened(vertex.called or vertex.name or ("loss" if vertex.kind == "output" else vertex.label), LONGEST)


def _names(vertices: Iterable[Vertex]) -> dict[str, str]:
    """What each of them is called, and no other."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for vertex in vertices:
        name = free = called(vertex)
        numbers = itertools.count(2)
        while free in taken:
            free = f"{name}_{next(numbers)}"
        taken.add(free)
        names[vertex.key] = free
    return names


def _title(vertex: Vertex, name: str) -> str:
    """What stands above a step: "v3 = multiply"."""
    label = shortened(vertex.label)
    return name if vertex.kind not in ("op", "output") or name == label else f"{name} = {label}"


def _step(step: Step) -> dict[str, Any]:
    return {"key": step.key, "g": _number(step.g), "adds": [_contribution(add) for add in step.contributions]}


def _contribution(add: Contribution) -> dict[str, Any]:
    return {
        "to": add.tail,
        "formula": add.formula,
        "numbers": "" if NUMERAL.fullmatch(add.numbers) else add.numbers,  # else it would be told twice
        "value": _number(add.value),
        "total": _number(add.total),
        "first": add.first,
        **({"of": add.of} if add.of else {}),
    }


def _number(x: Any, exact: int = 1) -> list[Any]:
    """A gradient: what it is, to the last digit, and what is shown of it; of an array the mean size, the shape, and
    what in it is not finite, if anything is."""
    x = np.asarray(x)
    kept = _plain(x.tolist()) if x.size <= exact else None
    if x.ndim == 0:
        return [kept, number(x)]
    return [
        kept,
        number(magnitude(Vertex("", "leaf", "", grad=x))),
        str(x.shape),
        *filter(None, [" ".join(not_finite(x))]),
    ]


def _plain(x: Any) -> Any:
    """As JSON can say it: what is no finite real number becomes text, as Python spells it."""
    if isinstance(x, list):
        return [_plain(entry) for entry in x]
    return x if isinstance(x, (bool, int)) or (isinstance(x, float) and np.isfinite(x)) else str(x)


def _inert(text: str) -> str:
    """JSON that nothing in a page takes for markup, whatever names it holds."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


STYLE = """
.ag-page {
  max-width: 100%; box-sizing: border-box; padding: 0 0 4px; border-radius: 8px;
  background: var(--ag-bg); color: var(--ag-ink); font: 14px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
}
.ag-page:focus { outline: none; }
.ag-page :focus-visible, .ag-page:focus-visible { outline: 2px solid var(--ag-grad); outline-offset: 2px; }
.ag-stage { overflow: auto; text-align: center; }
.ag-page[data-live] .ag-stage { max-height: 70vh; }
.ag-document [data-live] .ag-stage { max-height: max(300px, 100vh - 250px); }
@media print { .ag-page[data-live] .ag-stage { max-height: none; } }
.ag-stage svg { min-width: calc(var(--ag-width) * 0.6); } /* rather scrolled than too small to read */
.ag-steps {
  border-top: 1px solid var(--ag-module-line); margin: 0 12px; padding: 10px 0 8px;
}
.ag-bar, .ag-depth { display: flex; align-items: center; gap: 4px; max-width: 720px; margin: 0 auto; }
.ag-depth { padding: 4px 12px 8px; gap: 12px; color: var(--ag-muted); box-sizing: border-box; }
.ag-page button {
  display: grid; place-items: center; width: 32px; height: 32px; padding: 0; margin: 0; flex: none;
  border: 1px solid transparent; border-radius: 50%; background: none; color: var(--ag-ink); cursor: pointer;
}
.ag-page button:nth-of-type(3) { background: var(--ag-grad); color: var(--ag-bg); width: 36px; height: 36px; }
.ag-page button:hover:not([aria-disabled="true"]) { border-color: var(--ag-grad); }
.ag-page button[aria-disabled="true"] { color: var(--ag-muted); opacity: 0.5; cursor: default; }
.ag-page button svg { width: 16px; height: 16px; fill: currentColor; }
.ag-page input[type="range"] { flex: 1; min-width: 60px; margin: 0 8px; accent-color: var(--ag-grad); }
.ag-count { font-variant-numeric: tabular-nums; color: var(--ag-muted); min-width: 4.5em; text-align: right; }
.ag-words {
  max-width: 720px; margin: 8px auto 0; padding: 8px 14px; box-sizing: border-box; border-radius: 6px;
  min-height: calc(var(--lines, 2) * 1.6em + 16px); max-height: 14em; overflow: auto; text-align: left;
  background: var(--ag-module-fill); line-height: 1.6; overflow-wrap: anywhere;
}
.ag-head, .ag-total { color: var(--ag-muted); font-style: normal; }
.ag-line {
  white-space: pre-wrap; font-family: "Cambria Math", "STIX Two Math", "Latin Modern Math", "DejaVu Serif", serif;
  font-size: 15px;
}
.ag-ends span { display: inline-block; margin-right: 1.5em; }
.ag-active > .ag-outline { stroke: var(--ag-grad) !important; stroke-width: 3px !important; }
.vertex.ag-active { filter: drop-shadow(0 0 4px var(--ag-bar)); }
.ag-given > .ag-outline { stroke: var(--ag-grad) !important; stroke-width: 2px !important; }
.vertex.ag-waiting :is(.f-bar, .f-track) { visibility: hidden; }
.edge.ag-done:not(.ag-active) path { stroke: var(--ag-grad) !important; stroke-opacity: 0.6; }
.edge.ag-active > path {
  stroke: var(--ag-grad) !important; stroke-width: 2.5px !important; stroke-dasharray: 7 5;
  animation: ag-flow 0.6s linear infinite;
}
.edge.ag-active > polygon { fill: var(--ag-grad) !important; stroke: var(--ag-grad) !important; }
.ag-pill rect { fill: var(--ag-grad); stroke: var(--ag-bg); stroke-width: 1.5px; }
.ag-pill text { fill: var(--ag-bg); font: 600 10px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
.ag-pill { animation: ag-come 0.25s ease-out; }
@keyframes ag-flow { to { stroke-dashoffset: 12; } }
@keyframes ag-come { from { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .ag-page * { animation: none !important; transition: none !important; } }
"""
