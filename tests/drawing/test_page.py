"""The page around a picture: whole, harmless, and with every number to its last digit."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from autograd import tensor
from autograd.drawing import page as module
from autograd.drawing.build import build
from autograd.drawing.model import Contribution, Edge, Picture, Step, Vertex, replace
from autograd.drawing.page import EXACT, document, facts, page, player
from autograd.drawing.trace import Trace

HOSTILE = "</script><script>alert(1)</script><!--&quot;\"'\u2028 🎲"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><g id="p-n0"><text>x</text></g></svg>'


class Read(HTMLParser):
    """The elements of a page, and the scripts in it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open and self.open[-1] == "script":
            self.scripts.append(text)


def read(*args, **kwargs):
    found = Read(page(*args, **{"prefix": "p", **kwargs}))
    data, script = found.scripts
    return found, json.loads(data), script


def picture_of(loss, /, **names):
    return build(Trace([loss]), names=names)


@pytest.fixture
def quadratic():
    x = tensor(1 / 3, requires_grad=True, name="x")
    y = x * 3.1
    loss = y * y + x
    return picture_of(loss, loss=loss, y=y)


def chain(g, **about):
    """Two vertices and one step between them, which gives `g`."""
    return Picture(
        (Vertex("n0", "leaf", "x", grad=g, **about), Vertex("n1", "output", "exp", grad=g, **about)),
        (Edge("n0", "n1"),),
        steps=(Step("n1", g, (Contribution("n0", "g · out", "", g, g, True),)),),
    )


def test_the_picture_comes_first_and_whole(quadratic):
    text = page(quadratic, SVG, prefix="p")
    assert text.index(SVG) < text.index("<script")
    found = Read(text)
    assert not found.open
    assert found.tags[0][1]["data-autograd"] == "p"
    assert [tag for tag, _ in found.tags].count("script") == 2


def test_steps_are_those_of_backward(quadratic):
    _, data, _ = read(quadratic, SVG)
    assert data["of"] == "loss"
    assert [data["names"][step["key"]] for step in data["steps"]] == ["loss", "v1", "y"]
    assert [data["titles"][step["key"]] for step in data["steps"]] == ["loss = add", "v1 = multiply", "y = multiply"]
    square = data["steps"][1]["adds"]
    assert [(add["formula"], add["first"]) for add in square] == [("g · y", True), ("g · y", False)]
    assert square[0]["to"] == square[1]["to"]
    assert square[1]["total"][0] == square[0]["value"][0] + square[1]["value"][0]


def test_numbers_keep_every_digit():
    x = tensor(0.1, requires_grad=True, name="x")
    loss = (x * x * x).exp() / 7.0
    picture = picture_of(loss)
    loss.backward()
    _, data, _ = read(picture, SVG)
    exact, shown = data["finals"]["n0"]
    assert exact == float(x.grad)
    assert shown == f"{exact:.4g}"
    assert float(shown) != exact


def test_single_precision_is_kept_too():
    g = np.float32(0.1)
    _, data, _ = read(chain(g), SVG)
    assert np.float32(data["finals"]["n0"][0]) == g
    assert data["finals"]["n0"][0] == float(g) != 0.1


@pytest.mark.parametrize("g, kept, shown", [(np.nan, "nan", "NaN"), (np.inf, "inf", "∞"), (-np.inf, "-inf", "−∞")])
def test_what_is_not_finite_is_told(g, kept, shown):
    _, data, _ = read(chain(np.float64(g)), SVG)
    assert data["finals"]["n0"] == [kept, shown]


def test_arrays_are_there_in_full_while_they_are_small():
    g = np.arange(6.0).reshape(2, 3) / 7
    _, data, _ = read(chain(g, shape=(2, 3)), SVG)
    exact, mean, shape = data["finals"]["n0"]
    assert np.array_equal(exact, g)
    assert (mean, shape) == ("0.3571", "(2, 3)")
    g[0] = np.nan, np.inf, 1
    assert read(chain(g, shape=(2, 3)), SVG)[1]["finals"]["n0"][2:] == ["(2, 3)", "NaN ∞"]
    assert data["steps"][0]["g"][0] is None  # what is only shown has no digits to spare
    large = np.ones(EXACT + 1)
    assert read(chain(large, shape=large.shape), SVG)[1]["finals"]["n0"][:2] == [None, "1.0"]


def test_hooks_have_the_last_word():
    x = tensor(3.0, requires_grad=True, name="x")
    x.register_hook(lambda g: g * 10)
    _, data, _ = read(picture_of(x * x), SVG)
    assert data["steps"][-1]["adds"][-1]["total"][0] == 6.0
    assert data["finals"]["n0"][0] == 60.0


def test_no_gradient_is_no_zero():
    picture = chain(np.float64(1.0))
    bare = Picture(tuple(Vertex(v.key, v.kind, v.label) for v in picture.vertices), picture.edges, steps=picture.steps)
    assert read(bare, SVG)[1]["finals"] == {}


def test_hostile_names_stay_names():
    x = tensor(2.0, requires_grad=True, name=HOSTILE)
    picture = picture_of(x * x)
    found, data, _ = read(picture, SVG)
    assert [tag for tag, _ in found.tags].count("script") == 2
    assert data["names"]["n0"].startswith("</script><script>")
    assert len(data["names"]["n0"]) <= 60


def test_a_picture_without_steps_has_none():
    _, data, _ = read(picture_of(tensor([1.0, 2.0], requires_grad=True) * 2), SVG)
    assert data["steps"] == []
    assert data["finals"] == {}


def test_several_outputs_are_differentiated_together():
    x = tensor(2.0, requires_grad=True, name="x")
    a, b = x * 2, x * x
    data = facts(build(Trace([a, b]), names={"a": a, "b": b}), SVG, {})
    assert data["of"] == "(a + b)"


def test_the_script_is_small_and_stays_at_home():
    source = Path(module.__file__).with_name("player.js").read_text("utf-8")
    assert len(player().encode()) <= 15_000
    assert not re.search(r"fetch|XMLHttpRequest|WebSocket|\bimport\b|eval|https?://(?!www\.w3\.org/2000/svg)", source)
    assert "</" not in source
    assert "`" not in re.sub(r"`[^`\n]*`", "", source), "lines are stripped, so no text may go over several"
    assert len(player()) < len(source)


def test_nothing_is_loaded(quadratic):
    found = Read(document(page(quadratic, SVG, prefix="p")))
    assert not [tag for tag, about in found.tags if {"src", "href"} & about.keys() or tag in ("link", "iframe", "img")]
    assert "@import" not in page(quadratic, SVG, prefix="p")


@pytest.mark.parametrize("prefix", ["", "1a", "a b", 'a"b', "a<b", "é", "a\n"])
def test_a_prefix_that_is_no_id_is_named(quadratic, prefix):
    with pytest.raises(ValueError, match="cannot begin an id"):
        page(quadratic, SVG, prefix=prefix)


def test_pages_differ_in_their_prefix_alone(quadratic):
    one, two = (page(quadratic, f'<svg id="{p}"></svg>', prefix=p) for p in ("one-picture", "another"))
    assert one.replace("one-picture", "another") == two
    assert "one-picture" not in two


def test_foldings_are_in_order_and_the_shown_one_is_known(quadratic):
    few = replace(quadratic, vertices=quadratic.vertices[1:], homes={"n0": "n1"})
    svgs = [f"<svg>{i}</svg>" for i in range(3)]
    data = facts(quadratic, SVG, {2: (quadratic, svgs[2]), 0: (few, svgs[0]), 1: (quadratic, SVG)})
    assert [depth for depth, *_ in data["depths"]] == ["0", "1", "2"]
    assert data["depth"] == 1
    data = facts(quadratic, SVG, {0: (few, svgs[0]), 1: (quadratic, svgs[1])})
    drawn = [["0", svgs[0], {"n0": "n1"}], ["1", svgs[1], {}], ["2", "", {}]]
    assert data["depths"] == drawn, "what is open is there already, and what is not drawn is told where it is"
    assert data["depth"] == 2
    found, data, _ = read(quadratic, SVG, variants={0: (quadratic, "<svg></svg>")})
    assert [tag for tag, _ in found.tags].count("svg") == 1, "foldings that are not shown are text, not elements"


def test_themes_are_those_of_the_picture(quadratic):
    auto, light, dark = (page(quadratic, SVG, prefix="p", theme=theme) for theme in ("auto", "light", "dark"))
    assert "prefers-color-scheme: dark" in auto
    assert "prefers-color-scheme" not in light + dark
    assert "data-jp-theme-light" in auto
    assert light != dark


def test_the_document_says_what_it_is():
    text = document("<p></p>", title="<a> & b")
    assert text.startswith("<!doctype html>")
    assert "<title>&lt;a&gt; &amp; b</title>" in text
    assert 'charset="utf-8"' in text
