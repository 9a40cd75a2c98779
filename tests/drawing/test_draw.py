"""draw: what it takes, what it refuses, and which foldings it offers."""

import json
import re

import numpy as np
import pytest

import nn
from autograd import tensor
from autograd.drawing.draw import LIGHT, MOST, draw
from autograd.drawing.drawing import WEIGHT

REFUSED = [
    ({"names": ["a"]}, TypeError, "names is a mapping from names to Tensors, not a list"),
    ({"names": {1: None}}, TypeError, "names maps text to Tensors, and 1 is an int"),
    ({"names": {" ": None}}, ValueError, "names has an empty name"),
    ({"names": {"a": None, "b": None}}, ValueError, "names calls one Tensor both 'a' and 'b'"),
    ({"show": 5}, TypeError, "show is a list of words, not an int"),
    ({"show": [["values"]]}, ValueError, "choose among values, gradients, modules"),
    ({"show": "value"}, ValueError, r"show has \['value'\]"),
    ({"depth": "a"}, TypeError, "depth is a whole number, not a str"),
    ({"depth": True}, TypeError, "depth is a whole number, not a bool"),
    ({"depth": -1}, ValueError, "draw: depth must be 0 or more, not -1"),
    ({"max_nodes": 1.5}, TypeError, "max_nodes is a whole number, not a float"),
    ({"max_nodes": 0}, ValueError, "draw: max_nodes must be 1 or more, not 0"),
    ({"direction": 5}, ValueError, "draw: direction must be 'LR' or 'TB', not 5"),
    ({"theme": []}, ValueError, r"no theme \[\]; choose one of auto, light, dark"),
]


@pytest.mark.parametrize("options, kind, words", REFUSED)
def test_wrong_options_are_refused_before_the_model_is_called(options, kind, words):
    calls = []

    class Counted(nn.Module):
        def forward(self, x):
            calls.append(x)
            return x * 2.0

    with pytest.raises(kind, match=words):
        draw(Counted(), tensor(1.0, requires_grad=True), **options)
    assert calls == []


def test_options_that_are_right():
    x = tensor(2.0, requires_grad=True)
    drawing = draw(x * x, names={"x": x}, show="values", depth=np.int64(3), max_nodes=np.int32(50))
    assert drawing.picture.vertices[0].name == "x"
    assert all(vertex.grad is None for vertex in drawing.picture.vertices)


def test_what_is_not_shown_is_not_told_of():
    x = tensor(2.0, requires_grad=True, name="x")
    for drawing in (draw(x * x, show=()), draw(x * x, show="values")):
        assert "grad" not in str(drawing) + drawing.svg.replace("graph", "")


def test_an_output_that_is_given_twice_is_drawn_once():
    x = tensor(2.0, requires_grad=True, name="x")
    y = x * 3
    assert str(draw([y, y])) == str(draw(y))


def test_before_and_after_backward_it_is_the_same_picture():
    a, b = tensor([1.0, 2.0], requires_grad=True, name="a"), tensor([3.0, 4.0], requires_grad=True, name="b")
    y = a * 2  # whose rule keeps no result
    loss = (y.detach() * b + y).sum()
    before = draw(loss)
    loss.backward()
    assert str(draw(loss)) == str(before)
    assert [edge.gradient for edge in before.picture.edges].count(False) == 1, "from y, dashed"


class Nested(nn.Module):
    """Layers around layers, to that depth."""

    def __init__(self, depth):
        super().__init__()
        self.inner = Nested(depth - 1) if depth else nn.Linear(3, 3)
        self.outer = nn.Linear(3, 3)

    def forward(self, x):
        return self.outer(self.inner(x)).tanh()


def blocks(n):
    """Blocks of which each differs from its neighbours, so that they are not drawn as one."""
    return nn.Sequential(*(nn.Sequential(Nested(0), nn.Tanh() if i % 2 else nn.Sigmoid()) for i in range(n)))


def data():
    return tensor(np.ones((2, 3), np.float32))


def shown(page):
    """The depths that a page offers, and the keys in the picture that it opens with."""
    facts = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])
    stage = page[page.index("<svg") : page.index("</svg>")]
    return [int(depth) for depth, *_ in facts["depths"]], len(re.findall(r'class="node vertex', stage))


@pytest.mark.parametrize("model", [Nested(3), Nested(12), blocks(2), blocks(12), blocks(22)])
def test_pages_of_models_offer_foldings_and_stay_light(model):
    drawing = draw(model, data())
    page = drawing.html
    depths, count = shown(page)
    assert len(page.encode()) <= WEIGHT
    assert 2 <= len(depths) <= MOST + 1
    assert depths == sorted(depths)
    assert 1 < count <= len(drawing.picture.vertices)
    others = [len(folded.vertices) for folded in drawing.foldings.values() if folded is not drawing.picture]
    assert others == sorted(set(others))
    assert max(others) <= LIGHT


def test_a_small_model_opens_as_it_is_and_a_heavy_one_folded():
    small, heavy = draw(blocks(2), data()), draw(blocks(22), data())
    assert shown(small.html)[1] == len(small.picture.vertices)
    assert shown(heavy.html)[1] <= LIGHT < len(heavy.picture.vertices)
    assert "modules deeper than" in heavy.html
    assert heavy.svg.count('class="node vertex') == len(heavy.picture.vertices)  # a file of it has all


def test_rather_a_heavy_page_than_one_with_nothing_in_it():
    drawing = draw(blocks(60), data())
    assert len(drawing.foldings) == 2
    assert min(len(folded.vertices) for folded in drawing.foldings.values()) == 2
    assert shown(drawing.html) == ([], len(drawing.picture.vertices))


def test_no_foldings_where_the_depth_is_given_or_there_are_no_modules():
    x = tensor(2.0, requires_grad=True)
    assert draw(x * x).foldings == {}
    assert draw(blocks(2), data(), depth=1).foldings == {}
    assert draw(blocks(2), data(), show=("values",)).foldings == {}


def test_every_page_has_a_name_of_its_own():
    x = tensor(2.0, requires_grad=True)
    loss = x * x
    page = draw(loss, names={'a "b"': loss}).html
    assert 'role="region" aria-label="Computation graph of a &quot;b&quot;: 2 nodes"' in page
