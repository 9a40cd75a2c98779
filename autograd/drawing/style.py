"""What pictures look like: the colours, and how an SVG by Graphviz is dressed in them.

Each colour has one role, and each role one colour in either theme. Graphviz writes the colours of the light one, which
stay in the SVG for programs without CSS, and which a style sheet exchanges by the reader's light or dark. The lines of
kinds are Okabe and Ito's palette, which colour-blind readers can tell apart; kinds differ in shape as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal
from xml.etree import ElementTree

from autograd.drawing.words import clean

Theme = Literal["auto", "light", "dark"]
FONT = "Helvetica,Arial,sans-serif"

# fmt: off
ROLES = {  # light, dark
    "bg":             ("#ffffff", "#15181e"),
    "ink":            ("#1b212c", "#eceef2"),
    "muted":          ("#566070", "#a9b2c0"),
    "data":           ("#2b3442", "#d5dae3"),
    "rule":           ("#b9c0cb", "#4b5464"),
    "edge":           ("#6f7989", "#8c96a7"),
    "detached":       ("#8b94a3", "#79839a"),
    "module-line":    ("#cfd5de", "#3b4352"),
    "module-fill":    ("#f5f7f9", "#1c2028"),
    "module-inner":   ("#eceff3", "#242a34"),
    "op-line":        ("#0072b2", "#56b4e9"),
    "op-fill":        ("#e9f3fa", "#162a3a"),
    "parameter-line": ("#009e73", "#22c196"),
    "parameter-fill": ("#e4f5ef", "#12312a"),
    "leaf-line":      ("#e69f00", "#e8a20a"),
    "leaf-fill":      ("#fdf3dd", "#352a12"),
    "constant-line":  ("#808998", "#828c9c"),
    "constant-fill":  ("#f8f9fa", "#20242c"),
    "output-line":    ("#c4609a", "#d98bb9"),
    "output-fill":    ("#fbecf4", "#371f2e"),
    "fold-line":      ("#4a5362", "#b0b8c5"),
    "fold-fill":      ("#e6e9ee", "#2c323d"),
    "grad":           ("#a33f00", "#ff9f66"),
    "bar":            ("#d55e00", "#e8762a"),
    "track":          ("#d9dee5", "#414a59"),
    "badge":          ("#b3261e", "#c5352c"),
    "badge-ink":      ("#fffdfd", "#fffcfc"),
}
# fmt: on
LIGHT, DARK = ({role: colours[i] for role, colours in ROLES.items()} for i in (0, 1))
PALETTES: Mapping[Theme, Mapping[str, str]] = {"auto": LIGHT, "light": LIGHT, "dark": DARK}

SVG, XML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/XML/1998/namespace}"
USUAL = {"stroke-width": "1.2", "font-size": "10"}  # said once, of the whole picture
MEASURES = {"d", "points", "x", "y", "cx", "cy", "rx", "ry", "font-size"}
NAMED = {  # what has a class of its own, by what it is and the role of its colour
    ("text", "data"): "data",
    ("text", "grad"): "grad",
    ("polygon", "bar"): "f-bar",
    ("polygon", "track"): "f-track",
}
ABOVE = {  # how the page around a notebook's output says which of the themes it shows
    False: '[data-jp-theme-light="true"] {0},[data-theme="light"] {0},.vscode-light {0}',
    True: '[data-jp-theme-light="false"] {0},[data-theme="dark"] {0},html[theme="dark"] {0},.vscode-dark {0}',
}


def css(prefix: str, used: Collection[str]) -> str:
    """The style sheet of one picture: what each colour that is written in it becomes, by day and by night."""
    here = f"#{prefix}"
    day, night = ("".join(f"--ag-{role}:{colours[role]};" for role in used) for colours in (LIGHT, DARK))
    rules = [f"{here}{{{day}}}", f"@media(prefers-color-scheme:dark){{{here}{{{night}}}}}"]
    rules += [f"{ABOVE[dark].format(here)}{{{night if dark else day}}}" for dark in (False, True)]
    rules += [
        f'{here} [{attribute}="{LIGHT[role]}"]{{{attribute}:var(--ag-{role})}}'
        for role in used
        for attribute in ("fill", "stroke")
    ]
    return "".join(rules)


def dressed(svg: str, *, prefix: str, title: str, desc: str, theme: Theme = "auto") -> str:
    """The SVG that Graphviz made of our DOT, made ours: an element that can stand in a page, beside others.

    Its own id is the prefix, and all ids in it begin with that. It is as wide as it was drawn, or as its place allows,
    and tells the page around it how wide that was.
    The text of gradients and of data has the class "grad" or "data", and the two parts of a bar "f-bar" and "f-track".
    """
    root = ElementTree.fromstring(svg)
    roles = {colour: role for role, colour in PALETTES[theme].items()}
    for parent in root.iter():
        for child in [child for child in parent if child.tag == f"{SVG}title"]:  # "n0->n1" would be its tooltip
            parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element.tail = None
        element.text = element.text if element.tag == "text" else None
        _dress(element, prefix, roles)
    for group in root.iter("g"):
        if {"vertex", "graph", "cluster"} & set(group.get("class", "").split()):
            _set(group, PALETTES[theme]["rule"])
    _front(root)
    width = float(re.match(r"[\d.]+", root.attrib["width"])[0]) * 4 / 3  # type: ignore[index]
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "id": prefix,
        "role": "img",
        "aria-labelledby": f"{prefix}-title",
        "aria-describedby": f"{prefix}-desc",
        "viewBox": root.attrib["viewBox"],
        "width": f"{width:.0f}",
        "style": f"--ag-width:{width:.0f}px;max-width:100%;height:auto",
        "font-family": FONT,
        **USUAL,
    }
    root.attrib.clear()
    root.attrib.update(attributes)
    found = {element.get(attribute, "") for element in root.iter() for attribute in ("fill", "stroke")}
    texts = {"title": clean(title), "desc": "\n".join(map(clean, desc.split("\n")))}
    texts |= {"style": css(prefix, [role for role in ROLES if LIGHT[role] in found])} if theme == "auto" else {}
    for i, (tag, words) in enumerate(texts.items()):
        element = ElementTree.Element(tag, {} if tag == "style" else {"id": f"{prefix}-{tag}"})
        element.text = words
        root.insert(i, element)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _dress(element: ElementTree.Element, prefix: str, roles: Mapping[str, str]) -> None:
    """Ids with the prefix, classes for what pages look for, and nothing that goes without saying."""
    about = element.attrib
    about.pop(f"{XML}space", None)
    for attribute in MEASURES & about.keys():
        about[attribute] = re.sub(r"\d+\.\d+", _tenths, about[attribute])
    for attribute, usual in (("font-family", FONT), *USUAL.items()):
        if about.get(attribute) == usual:
            del about[attribute]
    if element.tag == "polygon":
        points = about["points"].split()
        about["points"] = " ".join(points[:-1] if points[0] == points[-1] else points)  # it closes by itself
    if "id" in about:
        about["id"] = f"{prefix}-{about['id']}"
    named = NAMED.get((element.tag, roles.get(about.get("fill", ""), "")))
    if named:
        about["class"] = named


def _tenths(found: re.Match[str]) -> str:
    """A length to a tenth of a point, which is less than anyone sees."""
    return f"{float(found[0]):.1f}".removesuffix(".0")


def _set(group: ElementTree.Element, rule: str) -> None:
    """Each line of text made one, about the middle of its vertex: fonts differ in width from those it was laid out by.

    The titles of clusters begin where they began, and data and gradient stay apart, on either side of their rule.
    """
    middle = None if "cluster" in group.attrib["class"].split() else _middle(group)
    lines: dict[str, list[ElementTree.Element]] = {}
    for run in group.findall("text"):
        lines.setdefault(run.attrib["y"], []).append(run)
    for runs in lines.values():
        first, further = runs[0], runs[1:]
        between = next((run for run in further if run.get("fill") == rule), None)
        if between is not None:
            first.attrib.update({"x": between.attrib["x"], "text-anchor": "end"})
            continue
        if further:
            place = {key: first.attrib[key] for key in ("x", "y", "text-anchor")}
            parts = [
                ElementTree.Element("tspan", {key: x for key, x in run.attrib.items() if key not in place})
                for run in runs
            ]
            for part, run in zip(parts, runs):
                part.text = run.text
            for run in further:
                group.remove(run)
            first.attrib, first.text = place, None
            first.extend(parts)
        if middle is not None:
            first.attrib.update({"x": middle, "text-anchor": "middle"})


def _front(root: ElementTree.Element) -> None:
    """The titles of clusters in front of the edges that cross them, in a rim of the cluster's colour."""
    titles = ElementTree.Element("g", {"paint-order": "stroke", "stroke-width": "5", "stroke-linejoin": "round"})
    for group in root.iter("g"):
        if "cluster" in group.get("class", "").split():
            outline = next(part for part in group if part.tag in ("path", "polygon"))
            for title in group.findall("text"):
                group.remove(title)
                title.set("stroke", outline.attrib["fill"])
                titles.append(title)
    if len(titles):
        next(root.iter("g")).append(titles)


def _middle(group: ElementTree.Element) -> str:
    """The x of the middle of what a group draws first: its outline."""
    outline = next(part for part in group.iter() if part.tag in ("ellipse", "path", "polygon"))
    xs = [float(x) for x in re.findall(r"(-?[\d.]+),", outline.get("d") or outline.get("points") or "")]
    return f"{(min(xs) + max(xs)) / 2:.1f}" if xs else outline.attrib["cx"]


__all__ = ["DARK", "FONT", "LIGHT", "PALETTES", "ROLES", "Theme", "css", "dressed"]
