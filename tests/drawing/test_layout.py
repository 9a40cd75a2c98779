"""Graphviz as a program and in process, and what is said where there is neither; the SVG once it is dressed."""

import os
import re
import stat
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd.drawing import layout
from autograd.drawing.dot import LOOKS, to_graphviz
from autograd.drawing.layout import FORMATS, render
from autograd.drawing.model import Edge, Picture, Vertex
from autograd.drawing.style import DARK, LIGHT, ROLES, dressed
from tests.drawing.pictures import NETWORK, NOT_FINITE, PICTURES, QUADRATIC

pytest.importorskip("pygraphviz")
BEGINS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}


@pytest.fixture
def no_path(monkeypatch):
    monkeypatch.setenv("PATH", "")


def svg(picture, theme="auto", **more):
    drawn = render(to_graphviz(picture, theme=theme).source, "svg").decode()
    return dressed(drawn, **{"prefix": "p", "title": "A title", "desc": "What it shows", **more}, theme=theme)


@pytest.mark.parametrize("format", FORMATS)
def test_formats_without_a_program(no_path, format, capfd):
    assert render(to_graphviz(QUADRATIC).source, format).startswith(BEGINS[format])
    assert capfd.readouterr() == ("", "")


def test_streams_are_given_back(no_path, capfd):
    err = sys.stderr
    render("digraph { a }", "svg")
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"
    assert sys.stderr is err


def program(folder, text):
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\nimport sys\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for the program")
def test_the_program_comes_first(monkeypatch, tmp_path, capfd):
    program(tmp_path, "sys.stderr.write('Fontconfig warning'); print(sys.argv[1:], sys.stdin.read())")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert render("digraph { a }", "png").decode().strip() == "['-Tpng', '-Gdpi=192'] digraph { a }"
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for the program")
def test_a_broken_program_is_passed_over(monkeypatch, tmp_path):
    program(tmp_path, "sys.exit('there is no layout engine')")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert render("digraph { a }", "svg").startswith(b"<?xml")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(RuntimeError, match=r"pip install pygraphviz.*says: there is no layout engine"):
        render("digraph { a }", "svg")


def test_without_either_both_remedies(no_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(RuntimeError, match=r"pip install pygraphviz.*apt install graphviz"):
        render("digraph { a }", "svg")


def test_unknown_format():
    with pytest.raises(ValueError, match=r"no format 'gif'.*svg, png, pdf, dot"):
        render("digraph { a }", "gif")


def test_what_is_no_dot(no_path):
    with pytest.raises(RuntimeError, match="cannot draw"):
        render("this is no graph", "svg")


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_xml_and_dot(no_path, name):
    picture = PICTURES[name]
    root = ElementTree.fromstring(svg(picture))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(i == "p" or i.startswith("p-") for i in ids)
    assert {f"p-{v.key}" for v in picture.vertices} <= set(ids)
    assert {f"p-{e.tail}--{e.head}" for e in picture.edges} <= set(ids)
    assert render(render(to_graphviz(picture).source, "dot").decode(), "svg").startswith(b"<?xml")


def test_hostile_names_are_text():
    words = "".join(ElementTree.fromstring(svg(PICTURES["names"])).itertext())
    assert '<b>{x}|"&"\' -> \\N \\l ]]> --> 🎲' in words.replace("\u00a0", " ")
    assert "n0" not in re.sub(r"#p[^}]*}", "", words)


def test_the_element():
    text = svg(QUADRATIC, title="<&>", desc='"\x00')
    root = ElementTree.fromstring(text)
    assert text.startswith("<svg ")
    assert root.get("role") == "img"
    assert root.get("id") == "p"
    assert root.get("height") is None
    assert "max-width:100%" in root.get("style")
    assert root.get("viewBox")
    title, desc = root[0], root[1]
    assert (title.tag[-5:], title.text, desc.text) == ("title", "<&>", '"\ufffd')
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")
    assert text.count("<title") == 1  # Graphviz's own would be tooltips


@pytest.mark.parametrize("theme, palette", [("auto", LIGHT), ("dark", DARK)])
def test_every_colour_is_one_of_ours(theme, palette):
    for picture in PICTURES.values():
        for element in ElementTree.fromstring(svg(picture, theme)).iter():
            for attribute in ("fill", "stroke"):
                assert element.get(attribute, "none") in ("none", "transparent", *palette.values())


def test_every_colour_changes_with_the_theme():
    text = svg(NETWORK)
    used = [role for role in ROLES if f'"{LIGHT[role]}"' in text.partition("</style>")[2]]
    assert {"bg", "ink", "grad", "op-line", "parameter-fill", "module-line", "detached"} <= set(used)
    for role in used:
        assert f'#p [fill="{LIGHT[role]}"]{{fill:var(--ag-{role})}}' in text
        assert f'#p [stroke="{LIGHT[role]}"]{{stroke:var(--ag-{role})}}' in text
        assert text.count(f"--ag-{role}:{DARK[role]};") == text.count(f"--ag-{role}:{LIGHT[role]};") == 2
    assert "prefers-color-scheme:dark" in text


def test_a_chosen_theme_needs_no_style_sheet():
    assert "<style" not in svg(NETWORK, "light")
    assert LIGHT["op-fill"] not in svg(NETWORK, "dark")
    assert DARK["op-fill"] in svg(NETWORK, "dark")


def test_two_hundred_vertices_are_not_large():
    parts = [Vertex(f"n{i}", "op", "multiply", "×", shape=(64, 64), grad=np.ones((64, 64))) for i in range(200)]
    edges = [Edge(f"n{i - n}", f"n{i}") for i in range(200) for n in (1, 3) if i >= n]
    assert len(svg(Picture(tuple(parts), tuple(edges)))) < 300_000


def test_gradients_are_found_by_class():
    root = ElementTree.fromstring(svg(QUADRATIC))
    for v in QUADRATIC.vertices:
        group = next(element for element in root.iter() if element.get("id") == f"p-{v.key}")
        runs = [e for e in group.iter() if "grad" in e.get("class", "").split()]
        assert [run.text for run in runs] == [f"grad {v.grad}"]


def test_lines_are_centred_in_their_vertex():
    root = ElementTree.fromstring(svg(NETWORK))
    group = next(element for element in root.iter() if element.get("id") == "p-n5")
    xs = {(run.get("x"), run.get("text-anchor")) for run in group if run.tag.endswith("text")}
    assert len(xs) == 1
    assert xs.pop()[1] == "middle"


def test_data_and_gradient_stay_apart():
    group = next(e for e in ElementTree.fromstring(svg(NETWORK)).iter() if e.get("id") == "p-n10")
    data, rule, grad = (next(e for e in group if e.get("fill") == LIGHT[name]) for name in ("data", "rule", "grad"))
    assert data.get("text-anchor") == "end"
    assert float(data.get("x")) <= float(rule.get("x")) < float(grad.get("x"))


def test_bars_are_in_one_piece():
    """The vertex of a wide title does not pull what is full of its bar from what is empty."""
    wide = Vertex("n0", "op", "a word that is wider than any bar", shape=(2,), grad=np.array([1.0, 1.0]))
    small = Vertex("n1", "op", "another that is as wide as that", shape=(2,), grad=np.array([0.01, 0.01]))
    group = next(e for e in ElementTree.fromstring(svg(Picture((wide, small), ()))).iter() if e.get("id") == "p-n1")
    bar, track = (next(e for e in group if f"f-{name}" in e.get("class", "")) for name in ("bar", "track"))
    assert max(xs(bar)) == pytest.approx(min(xs(track)), abs=0.6)
    assert max(xs(track)) - min(xs(bar)) == pytest.approx(72, abs=1)


def xs(polygon):
    return [float(point.split(",")[0]) for point in polygon.get("points").split()]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(x, y):
    low, high = sorted((luminance(x), luminance(y)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(palette):
    grounds = ["bg", "module-fill", "module-inner", *(f"{kind}-fill" for kind in LOOKS)]
    for ground in grounds:
        for text in ("ink", "muted", "data", "grad"):
            assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
    assert contrast(palette["badge-ink"], palette["badge"]) >= 4.5
    for line in ("edge", "detached", "bar"):
        assert contrast(palette[line], palette["bg"]) >= 3, line


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_colour_for_each_role(palette):
    assert len(set(palette.values())) == len(ROLES)


def test_badges_are_red():
    assert LIGHT["badge"] in svg(NOT_FINITE)


def test_a_deep_chain_is_read_without_recursion():
    words = "".join(f'<g class="vertex" id="n{i}"><path d="M0,0L9,9"/><text y="1">x</text></g>' for i in range(5000))
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt" viewBox="0 0 9 9">{words}</svg>'
    assert dressed(drawn, prefix="p", title="", desc="").count("<g ") == 5000


def test_one_at_a_time():
    assert layout._alone.acquire(blocking=False)
    layout._alone.release()
