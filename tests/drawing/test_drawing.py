"""What the user gets: shown, printed, saved."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograd.drawing.drawing import SUFFIXES, Drawing
from autograd.drawing.model import Edge, Picture, Vertex, replace
from tests.drawing.pictures import DIAMOND, EMPTY, FOLDED, NAMES, NETWORK, NOT_FINITE, QUADRATIC

pytest.importorskip("pygraphviz")
BEGINS = {"svg": b"<svg", "html": b"<!doctype html>", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}


@pytest.fixture(autouse=True)
def no_path(monkeypatch):
    monkeypatch.setenv("PATH", "")


def test_tree():
    assert repr(Drawing(QUADRATIC)) == (
        "Computation graph of loss: 5 nodes\n"
        "loss = power ^ 2: data 9.0 | grad 1.0\n"
        "└─ add: data 3.0 | grad 6.0\n"
        "   ├─ multiply × 0.5: data 1.0 | grad 6.0\n"
        "   │  └─ a: data 2.0 | grad 12.0\n"
        "   └─ b: data −1.0 | grad 6.0"
    )


def test_tree_tells_what_is_shared_once():
    text = repr(Drawing(DIAMOND))
    assert text.count("multiply: data 22.07") == 1
    assert text.count("x: data 3.0") == 2  # a leaf is quickly told


def test_tree_of_what_is_shared_and_not_a_leaf():
    vertices = [Vertex(f"n{i}", "op", f"f{i}") for i in range(4)]
    edges = [Edge("n0", "n1"), Edge("n1", "n2"), Edge("n1", "n3"), Edge("n2", "n3")]
    text = repr(Drawing(Picture(tuple(vertices), tuple(edges))))
    assert "f1: grad — (as above)" in text
    assert text.count("f0") == 1


def test_tree_of_a_deep_chain_is_cut():
    n = 5000
    vertices = tuple(Vertex(f"n{i}", "op", "f") for i in range(n))
    text = repr(Drawing(Picture(vertices, tuple(Edge(f"n{i}", f"n{i + 1}") for i in range(n - 1)))))
    assert len(text.splitlines()) < 80
    assert "… and 4,940 nodes more" in text


def test_tree_says_what_is_not_finite_and_what_is_folded():
    assert "[NaN · grad ∞]" in repr(Drawing(NOT_FINITE))
    assert "Block ×12: (8, 64, 128) | 408 nodes" in repr(Drawing(FOLDED))
    assert repr(Drawing(FOLDED)).splitlines()[-1] == FOLDED.notes[0]
    assert "\x00" not in repr(Drawing(NAMES))
    assert "0 nodes" in repr(Drawing(EMPTY))


def test_mimebundle():
    drawing = Drawing(QUADRATIC)
    bundle = drawing._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    assert "<svg" in bundle["text/html"]  # there where scripts are not
    ElementTree.fromstring(bundle["image/svg+xml"])
    assert bundle["text/plain"] == repr(drawing)
    assert set(drawing._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert set(drawing._repr_mimebundle_(exclude=["text/html"])) == {"image/svg+xml", "text/plain"}


def test_the_description_is_the_tree():
    desc = ElementTree.fromstring(Drawing(QUADRATIC).svg).find("{http://www.w3.org/2000/svg}desc").text
    assert desc.splitlines() == repr(Drawing(QUADRATIC)).splitlines()[1:]


def test_text_needs_no_graphviz(monkeypatch):
    monkeypatch.setattr("autograd.drawing.drawing.render", None)
    assert Drawing(QUADRATIC)._repr_mimebundle_(include=["text/plain"])["text/plain"].startswith("Computation graph")


def test_two_outputs_never_clash():
    def ids():
        bundle = Drawing(QUADRATIC)._repr_mimebundle_()
        return {e.get("id") for e in ElementTree.fromstring(bundle["image/svg+xml"]).iter() if e.get("id")}

    assert not ids() & ids()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_save(tmp_path, suffix):
    path = tmp_path / f"graph.{suffix}"
    Drawing(NETWORK).save(path)
    assert path.read_bytes().startswith(BEGINS[suffix])
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", ["svg", "html", "dot"])
def test_saved_twice_is_the_same(tmp_path, suffix):
    paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    for path in paths:
        Drawing(NETWORK).save(str(path))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_suffixes_in_capitals(tmp_path):
    Drawing(QUADRATIC).save(tmp_path / "GRAPH.SVG")
    assert (tmp_path / "GRAPH.SVG").read_text("utf-8").rstrip() == Drawing(QUADRATIC).svg


@pytest.mark.parametrize("name", ["graph.gif", "graph", ".svg", "graph.svg.bak"])
def test_unknown_format(tmp_path, name):
    with pytest.raises(ValueError, match=r"no known format; choose one of \.svg, \.html, \.png, \.pdf, \.dot"):
        Drawing(QUADRATIC).save(tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_unwritable_paths(tmp_path):
    drawing = Drawing(QUADRATIC)
    with pytest.raises(FileNotFoundError, match=r"there is no directory .*nowhere"):
        drawing.save(tmp_path / "nowhere" / "graph.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(IsADirectoryError, match=r"folder\.svg is a directory"):
        drawing.save(tmp_path / "folder.svg")
    with pytest.raises(TypeError, match="not a int"):
        drawing.save(3)


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "graph.svg"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match=r"cannot write .*graph\.svg: No space left"):
        Drawing(QUADRATIC).save(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["graph.svg"]


def test_themes():
    assert "prefers-color-scheme" in Drawing(QUADRATIC).svg
    assert "prefers-color-scheme" not in Drawing(QUADRATIC, theme="dark").svg
    with pytest.raises(ValueError, match="no theme 'blue'; choose one of auto, light, dark"):
        Drawing(QUADRATIC, theme="blue")


def test_graphviz_object():
    assert Drawing(QUADRATIC).to_graphviz().source.startswith("digraph")


def test_foldings_are_in_the_page():
    folded = replace(NETWORK, clusters=(), notes=("all in one",))
    assert "all in one" in Drawing(NETWORK, foldings={1: folded, 2: NETWORK}).html


def test_import_autograd_loads_none_of_it():
    program = "import sys, autograd, nn; print([name for name in sys.modules if name.startswith('autograd.drawing')])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
