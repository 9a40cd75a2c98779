import subprocess
import sys
import time

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import tensor
from autograd.drawing.build import build
from autograd.drawing.trace import Trace


def drawn(*outputs, **options):
    return build(Trace(outputs), **options)


def leaf(data, name=None):
    x = tensor(data, requires_grad=True)
    x.name = name
    return x


def titles(picture):
    return [vertex.name or vertex.label for vertex in picture.vertices]


def arrows(picture):
    """Edges as (title of the tail, title of the head): (operands, whether solid)."""
    title = {vertex.key: vertex.name or vertex.label for vertex in picture.vertices}
    return {(title[edge.tail], title[edge.head]): (edge.operands, edge.gradient) for edge in picture.edges}


# -- vertices --------------------------------------------------------------------------------------


def test_a_diamond():
    x, y = leaf(2.0, "x"), leaf(3.0, "y")
    out = x * y + np.sin(x)
    picture = drawn(out)
    assert titles(picture) == ["x", "y", "multiply", "sin", "add"]
    assert [vertex.kind for vertex in picture.vertices] == ["leaf", "leaf", "op", "op", "output"]
    assert [vertex.symbol for vertex in picture.vertices] == ["", "", "×", "", "+"]
    assert [vertex.key for vertex in picture.vertices] == ["n0", "n1", "n2", "n3", "n4"]
    assert [vertex.value for vertex in picture.vertices] == [2.0, 3.0, 6.0, np.sin(2.0), 6.0 + np.sin(2.0)]
    assert [vertex.grad for vertex in picture.vertices] == [3.0 + np.cos(2.0), 2.0, 1.0, 1.0, 1.0]
    assert (picture.direction, picture.total, picture.parameters) == ("LR", 5, 0)


def test_gradients_are_those_of_backward():
    x, y = leaf(0.3), leaf([1.0, -2.0, 0.5])
    loss = (np.tanh(x * y) / (1 + y * y)).sum() + x
    vertices = drawn(loss, names={"x": x, "y": y}).vertices
    loss.backward()
    grads = {vertex.name: vertex.grad for vertex in vertices}
    np.testing.assert_array_equal(grads["x"], x.grad.value, strict=True)
    np.testing.assert_array_equal(grads["y"], y.grad.value, strict=True)


@pytest.mark.parametrize(
    "f, symbol, detail",
    [
        (lambda x: x * 0.5, "×", "× 0.5"),
        (lambda x: 0.5 * x, "×", "× 0.5"),
        (lambda x: x - 1, "−", "− 1"),
        (lambda x: 1 - x, "−", "1 −"),
        (lambda x: x / 4, "÷", "÷ 4"),
        (lambda x: 1 / x, "÷", "1 ÷"),
        (lambda x: x**3, "^", "^ 3"),
        (lambda x: x + -2, "+", "+ −2"),
        (lambda x: np.maximum(x, 0), "max", "y=0"),
        (lambda x: -x, "−", ""),
        (lambda x: x @ x, "@", ""),
        (lambda x: x.sum(), "Σ", ""),
        (lambda x: x.sum(axis=1), "Σ", "axis=1"),
        (lambda x: x.sum(axis=0, keepdims=True), "Σ", "axis=0, keepdims=True"),
        (lambda x: x[0, 1:], "[ ]", "[0, 1:]"),
        (lambda x: x[[0, 1, 1]], "[ ]", "[(3,) int64]"),
        (lambda x: x.reshape(4), "", ""),
        (lambda x: np.where(np.eye(2, dtype=bool), x, 0.0), "", "y=0, condition=(2, 2) bool"),
        (np.exp, "eˣ", ""),
        (ag.sigmoid, "σ", ""),
    ],
)
def test_scalars_and_parameters_fold_into_the_detail(f, symbol, detail):
    picture = drawn(f(leaf([[1.0, 2.0], [3.0, 4.0]])))
    vertex = picture.vertices[-1]
    assert (vertex.symbol, vertex.detail) == (symbol, detail)
    assert len(picture.vertices) == 2


def test_constants_with_axes_are_vertices_with_dashed_edges():
    x, c = leaf([1.0, 2.0], "x"), np.array([3.0, 4.0])
    picture = drawn((c * x * c).sum(), names={"c": c})
    assert [(v.label, v.kind) for v in picture.vertices][:2] == [("x", "leaf"), ("c", "constant")]
    assert [vertex.label for vertex in picture.vertices].count("c") == 1
    assert picture.vertices[1].grad is None
    assert {edge.gradient for edge in picture.edges if edge.tail == "n1"} == {False}


def test_a_scalar_constant_that_has_a_name_is_a_vertex():
    x, c = leaf(2.0, "x"), tensor(0.5)
    assert titles(drawn(x * c)) == ["x", "multiply"]
    assert titles(drawn(x * c, names={"c": c})) == ["x", "c", "multiply"]


def test_what_is_detached_comes_from_where_it_came_from():
    x = leaf([1.0, 2.0], "x")
    y = np.tanh(x)
    picture = drawn(y.detach() * x + y, names={"y": y})
    assert arrows(picture) == {
        ("x", "y"): ((0,), True),
        ("y", "multiply"): ((0,), False),
        ("x", "multiply"): ((1,), True),
        ("multiply", "add"): ((0,), True),
        ("y", "add"): ((1,), True),
    }


def test_a_detached_scalar_is_known_by_its_name():
    x, y = leaf(2.0, "x"), leaf(3.0, "y")
    z = x * y
    assert arrows(drawn(z + z.detach() * y, names={"z": z}))["z", "multiply"] == ((0,), False)


def test_the_same_operand_twice_is_one_edge():
    x = leaf(3.0, "x")
    assert arrows(drawn(x * x)) == {("x", "multiply"): ((0, 1), True)}


def test_broadcast_edges_say_so():
    x, b, s = leaf(np.ones((8, 32))), leaf(np.ones(32)), leaf(2.0)
    labels = [edge.label for edge in drawn(np.tanh(x + b) * s).edges]
    assert labels == ["", "(32,) → (8, 32)", "", "", "() → (8, 32)"]
    square = leaf(np.ones((3, 3)))
    assert {edge.label for edge in drawn(leaf(np.ones((1, 3))) @ square @ leaf(np.ones((3, 1)))).edges} == {""}


@pytest.mark.parametrize("data", [2.0, [1.0, 2.0]])
def test_a_leaf_and_a_constant_draw_as_one_vertex(data):
    x, c = leaf(data), tensor(data)
    (vertex,) = drawn(x, names={"x": x}).vertices
    assert (vertex.kind, vertex.label, vertex.shape) == ("leaf", "x", np.shape(data))
    c.name = "c"
    picture = drawn(c, constants=[c])
    (vertex,) = picture.vertices
    assert picture.notes == ("an output is a constant: nothing that it came from requires grad",)
    assert (vertex.kind, vertex.label, vertex.grad) == ("leaf", "c", None)
    np.testing.assert_array_equal(vertex.value, data)


# -- names and modules -----------------------------------------------------------------------------


def test_names_of_the_user_and_of_tensors():
    x = leaf(2.0)
    y = np.exp(x)
    y.name = "y"
    loss = y * y
    picture = drawn(loss, names={"x": x, "loss": loss})
    assert [(v.label, v.name) for v in picture.vertices] == [("x", "x"), ("exp", "y"), ("multiply", "loss")]


@pytest.mark.parametrize("stranger", [tensor(1.0), leaf(1.0), 3, None], ids=["constant", "leaf", "number", "none"])
def test_a_name_of_something_else_is_an_error(stranger):
    with pytest.raises(ValueError, match="draw: names has 'other', which is not in this graph"):
        drawn(leaf(2.0) * 2, names={"other": stranger})


def test_functions_and_index_arrays_are_no_details():
    x = leaf(np.ones((4, 3)), "x")
    loss = nn.functional.cross_entropy(ag.checkpoint(np.tanh)(x), np.array([0, 1, 2, 0]))
    assert [(v.label, v.detail) for v in drawn(loss).vertices][1:] == [
        ("checkpoint", ""),
        ("cross_entropy", "scale=0.25"),
    ]


def test_a_direction_is_one_of_two():
    x = leaf([1.0, 2.0])
    assert drawn(x * 2).direction == "TB"
    assert drawn(x * 2, direction="LR").direction == "LR"
    with pytest.raises(ValueError, match="draw: direction must be 'LR' or 'TB', not 'up'"):
        drawn(x * 2, direction="up")


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.scale = nn.Parameter(np.ones(3, np.float32))

    def forward(self, x):
        return self.fc(np.tanh(self.fc(x))) * self.scale


def test_modules_are_clusters():
    x = np.ones((2, 3), np.float32)
    picture = drawn(Twice()(x).sum(), names={"x": x})
    assert [(c.path, c.name, c.kind, c.parameters) for c in picture.clusters] == [
        (("Twice",), "", "Twice", 15),
        (("Twice", "fc"), "fc", "Linear", 12),
        (("Twice", "fc (2)"), "fc", "Linear", 12),
    ]
    assert {v.label: v.module for v in picture.vertices if v.kind in ("parameter", "constant")} == {
        "fc.weight": ("Twice", "fc"),
        "fc.bias": ("Twice", "fc"),
        "scale": ("Twice",),
        "x": (),
    }
    assert [v.module for v in picture.vertices if v.kind in ("op", "output")] == [
        ("Twice", "fc"),
        ("Twice",),
        ("Twice", "fc (2)"),
        ("Twice",),
        (),
    ]
    assert picture.parameters == 15


def test_what_a_module_is_given_is_outside_of_it_and_what_it_makes_is_inside():
    model = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5))
    picture = drawn(model(np.ones((2, 3), np.float32)))
    assert [v.module for v in picture.vertices if v.kind == "constant"] == [(), ("Sequential", "1")]


def test_frozen_parameters_keep_their_path():
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 1))
    model[0].requires_grad_(False)
    picture = drawn(model(leaf(np.ones((2, 3), np.float32))))
    assert {(v.label, v.kind) for v in picture.vertices} >= {("0.weight", "parameter"), ("1.weight", "parameter")}
    assert arrows(picture)["0.weight", "linear"] == ((1,), False)


# -- steps -----------------------------------------------------------------------------------------


def test_steps_have_formulas_and_numbers():
    x, y = leaf(2.0, "x"), leaf(5.0, "y")
    steps = drawn(x * y + x).steps
    assert [step.key for step in steps] == ["n3", "n2"]
    assert [(add.tail, add.formula, add.numbers, add.first) for step in steps for add in step.contributions] == [
        ("n2", "g", "1", True),
        ("n0", "g", "1", True),
        ("n0", "g · y", "1 · 5", False),
        ("n1", "g · x", "1 · 2", True),
    ]
    assert [(add.value, add.total) for add in steps[1].contributions] == [(5.0, 6.0), (2.0, 2.0)]


def test_formulas_call_things_what_explain_calls_them():
    s, w = leaf(np.ones((2, 3)), "S"), leaf(np.ones((3, 2)))
    loss = ((s @ w) * np.full((2, 2), 3.0)).sum()
    picture, text = drawn(loss, names={"W": w}), str(ag.explain(loss, names={"W": w}))
    assert [vertex.called for vertex in picture.vertices if vertex.kind != "constant"] == ["S", "W", "v1", "v2", "loss"]
    rules = [add.formula for step in picture.steps for add in step.contributions]
    assert rules[1:] == ["g · c1", "g @ Wᵀ", "Sᵀ @ g"]
    assert all(f"= {rule} = " in text for rule in rules)


def test_arrays_say_why_they_have_no_gradients():
    x = leaf([1.0, 2.0])
    assert drawn(x * 2.0).notes == ("gradients start from a scalar: draw a loss",)
    assert drawn((x * 2.0).sum()).notes == ()


def test_the_bytes_held_are_those_that_backward_lets_go():
    x = leaf(np.ones(1000))
    loss = np.tanh(x).sum()
    assert drawn(loss).held == 8000
    loss.backward()
    assert drawn(loss).held == 0


# -- size ------------------------------------------------------------------------------------------


def test_ten_thousand_ops_are_quick():
    h = x = leaf(1.0)
    for _ in range(10_000):
        h = np.tanh(h)
    trace = Trace([h])
    start = time.process_time()
    picture = build(trace, names={"x": x})
    assert time.process_time() - start < 1.0  # about a quarter, on one core that others use too
    assert len(picture.vertices) == picture.total == 10_001


def test_the_same_program_draws_the_same_picture_in_every_process():
    code = """
import numpy as np, nn
from autograd.drawing.build import build
from autograd.drawing.trace import Trace
model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(4, 2, rng=0))
print(build(Trace([(model(np.ones((5, 3), np.float32)) ** 2).mean()])))
"""
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
    assert "Vertex(" in texts.pop()


def test_importing_the_library_loads_no_drawing():
    code = "import sys, autograd, nn; print(*[name for name in sys.modules if name.startswith('autograd.drawing.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
