"""The steps of backward in words and in LaTeX: real order, real rules, real numbers."""

import re
import time
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import autograd.linalg
import autograd.special
import nn
from autograd import tensor
from autograd.drawing.explain import explain
from autograd.drawing.formulas import formula, latex, number, with_numbers
from autograd.drawing.trace import Trace
from autograd.rules import REGISTRY
from autograd.symbols import formulas


def leaf(value, name=None):
    x = tensor(value, requires_grad=True)
    x.name = name
    return x


class Network(nn.Module):
    """x → linear (W₁, b₁) → sigmoid → linear (W₂, b₂)."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 5)
        self.fc2 = nn.Linear(5, 3)

    def forward(self, x):
        first = self.fc1(x)
        hidden = ag.sigmoid(first)
        out = self.fc2(hidden)
        first.name, hidden.name, out.name = "L1", "S", "L2"
        return out


def network():
    net = Network()
    return net, nn.functional.cross_entropy(net(np.ones((8, 4), np.float32)), np.zeros(8, int))


# -- text --------------------------------------------------------------------------------------------------------------

SMALL = """\
forward
  x                         2
  y                         −3
  v1   = multiply(x, y)     −6
  v2   = multiply(x, 0.5)   1
  loss = add(v1, v2)        −5

backward
  1. loss = add(v1, v2)      g = ∂loss/∂loss = 1
     ∂loss/∂v1 = g = 1
     ∂loss/∂v2 = g = 1
  2. v2 = multiply(x, 0.5)   g = ∂loss/∂v2 = 1
     ∂loss/∂x = g · 0.5 = 1 · 0.5 = 0.5
  3. v1 = multiply(x, y)     g = ∂loss/∂v1 = 1
     ∂loss/∂x += g · y = 1 · (−3) = −3   → −2.5
     ∂loss/∂y  = g · x = 1 · 2 = 2

gradients
  ∂loss/∂x = −2.5
  ∂loss/∂y = 2.0"""


def test_a_scalar_graph_reads_as_its_chain_rule():
    x, y = leaf(2.0, "x"), leaf(-3.0, "y")
    loss = x * y + x * 0.5
    explanation = explain(loss)
    assert str(explanation) == repr(explanation) == SMALL
    assert x.grad is None
    loss.backward()
    assert str(explain(loss)) == SMALL, "the same after backward, by replaying"


def test_a_network_is_told_by_its_parameters_paths():
    _, loss = network()
    text = str(explain(loss))
    assert re.search(r"L1 += linear\(c1, fc1.weight, fc1.bias\) +\(8, 5\)", text)
    assert "∂loss/∂L2 = g · 0.125 · (softmax(L2) − one_hot(target)) = (8, 3), norm" in text
    assert "∂loss/∂S          = g @ fc2.weight = (8, 5), norm" in text
    assert "∂loss/∂fc2.weight = gᵀ @ S = (3, 5), norm" in text
    assert [*re.findall(r"^  \d\. (\w+) =", text, re.MULTILINE)] == ["loss", "L2", "S", "L1"]


def test_gradients_are_those_of_backward():
    net, loss = network()
    gradients = explain(loss).gradients
    loss.backward()
    assert [*gradients] == [name for name, _ in net.named_parameters()]
    for name, p in net.named_parameters():
        np.testing.assert_array_equal(gradients[name], p.grad.data, strict=True)


def test_the_last_lines_are_exact():
    x = leaf(0.1, "x")
    loss = ag.sin(x) * x / 3.0
    ends = str(explain(loss)).rpartition(" = ")[2]
    loss.backward()
    assert float(ends) == x.grad.item()


def test_broadcast_operands_are_summed():
    b = leaf(np.ones(3), "b")
    text = str(explain((b * np.ones((8, 3)) + b).sum()))
    assert "sum(g) = [8, 8, 8]" in text
    product = explain((b * np.ones((8, 3))).sum()).latex("v1")
    assert r"&= \sum \left(\frac{\partial \ell}{\partial v_{1}} \cdot c_{1}\right)" in product
    assert "∂loss/∂b += sum(g · c1) = [8, 8, 8]   → [16, 16, 16]" in text


def test_both_operands_may_be_one():
    x = leaf(3.0, "x")
    assert re.search(r"∂loss/∂x  = g · x = 1 · 3 = 3\n +∂loss/∂x \+= g · x = 1 · 3 = 3   → 6\n", str(explain(x * x)))


def test_several_outputs_add_up():
    x = leaf(2.0, "x")
    text = str(explain(x * 3.0, x * 5.0))
    assert "backward, of loss = v1 + v2" in text
    assert text.endswith("∂loss/∂x = 8.0")


def test_what_has_axes_has_no_one_derivative():
    text = str(explain(leaf(np.ones(3), "x") * 2.0))
    assert "backward starts from scalars, and there is no one derivative of out (3,)" in text
    assert "gradients" not in text


def test_constants_and_leaves():
    assert str(explain(tensor(1.5))) == "forward\n  1.5   a constant, which no gradient flows to"
    assert str(explain(leaf(1.5, "x"))) == "forward\n  x   1.5\n\ngradients\n  ∂x/∂x = 1.0"


def test_a_long_graph_shows_its_ends_in_time():
    x = z = leaf(1.0, "x")
    for _ in range(10_000):
        z = z * 1.0001
    start = time.process_time()
    text = str(explain(z))
    assert time.process_time() - start < 1
    assert "… 9,980 steps more" in text
    assert "… 9,981 values more" in text
    assert len(text.splitlines()) < 80
    z.backward()
    assert text.endswith(f"∂loss/∂x = {x.grad.item()}")


def test_a_step_of_many_operands_shows_its_ends():
    text = str(explain(ag.stack([leaf(float(i)) for i in range(500)]).sum()))
    assert "     … 480 operands more\n" in text
    assert "     ∂loss/∂v500 = g[499 on axis] = 1\n" in text
    assert len(text.splitlines()) < 80


@pytest.mark.parametrize("retain", [False, True])
def test_ops_of_every_kind_can_be_told(retain):
    x = leaf(np.linspace(0.1, 0.9, 6).reshape(2, 3), "x")
    y = ag.checkpoint(lambda x: ag.tanh(x) @ x.T)(x)  # (2, 2)
    loss = ag.einsum("ij,jk->", y, np.ones((2, 2))) + x[0, 1:].sum() + ag.sort(x).max() + ag.concatenate([x, x]).std()
    loss.backward(create_graph=retain)
    text = str(explain(loss))
    assert text.endswith(
        f"∂loss/∂x = (2, 3), norm {number(np.linalg.norm(x.grad.data))}, mean |·| {number(abs(x.grad.data).mean())}"
    )
    if retain:
        gradient = explain(x.grad.sum())
        assert "backward" in str(gradient)
        assert gradient.latex().startswith(r"\begin{aligned}")


# -- names -------------------------------------------------------------------------------------------------------------


def test_names_given_come_first():
    x, c = leaf(np.ones(2), "x"), np.array([1.0, 2.0])
    y = x * c
    text = str(explain(y.sum(), names={"input": x, "product": y, "scales": c}))
    assert re.search(r"product += multiply\(input, scales\)", text)


def test_what_has_no_name_is_numbered_in_order():
    v2 = leaf(3.0, "v2")
    text = str(explain(leaf(2.0) * v2 + leaf(1.0)))
    assert [line.split()[0] for line in text.splitlines()[1:6]] == ["v2", "v1", "v4", "v3", "loss"]


def test_one_name_twice_is_told_apart():
    x, y = leaf(2.0, "x"), leaf(3.0, "x")
    assert explain(x * y).gradients == {"x": 3.0, "x_2": 2.0}


def test_an_unknown_name_is_an_error():
    x = leaf(2.0)
    with pytest.raises(ValueError, match="names has 'other', which is not in this graph"):
        explain(x * x, names={"other": leaf(2.0)})
    with pytest.raises(TypeError, match="names is a mapping"):
        explain(x * x, names=[x])
    with pytest.raises(TypeError, match="takes Tensors, not float"):
        explain(2.0)
    with pytest.raises(TypeError, match="takes the Tensor"):
        explain()


def test_hostile_names_stay_on_their_line():
    x = leaf(2.0, "a\nb\x1b[31m" + "x" * 500)
    explanation = explain(x * x)
    assert len(str(explanation).splitlines()) == 11
    assert "\x1b" not in str(explanation)
    assert max(map(len, str(explanation).splitlines())) < 250
    assert r"\_\{\}\%\$" in explain(leaf(2.0, "b_{}%$") * 2.0).latex()


# -- LaTeX -------------------------------------------------------------------------------------------------------------


def test_the_chain_to_a_leaf_is_a_product_along_the_way():
    net, loss = network()
    names = {"W1": net.fc1.weight}
    assert explain(loss, names=names).latex("W1") == (
        r"\frac{\partial \ell}{\partial W_{1}} = \frac{\partial L_{1}}{\partial W_{1}} \cdot "
        r"\frac{\partial S}{\partial L_{1}} \cdot \frac{\partial L_{2}}{\partial S} \cdot "
        r"\frac{\partial \ell}{\partial L_{2}}"
    )


def test_ways_add_up():
    x = leaf(2.0, "x")
    assert explain(x * 3.0 + ag.sin(x)).latex(x) == (
        r"\frac{\partial \ell}{\partial x} = "
        r"\frac{\partial v_{1}}{\partial x} \cdot \frac{\partial \ell}{\partial v_{1}}"
        r" + \frac{\partial v_{2}}{\partial x} \cdot \frac{\partial \ell}{\partial v_{2}}"
    )


def test_a_step_is_an_equation_for_each_operand():
    x, y = leaf(2.0, "x"), leaf(-4.0, "y")
    z = x / y
    explanation = explain(z * 3.0)
    assert explanation.latex(2) == explanation.latex(z) == explanation.latex("v1")
    assert explanation.latex(2).splitlines()[1:3] == [
        r"\frac{\partial \ell}{\partial x} &= \frac{\partial \ell}{\partial v_{1}} \cdot \frac{1}{y} "
        r"= 3 \cdot \frac{1}{-4} = -0.75 \\",
        r"\frac{\partial \ell}{\partial y} &= -\frac{\partial \ell}{\partial v_{1}} \cdot \frac{v_{1}}{y} "
        r"= -3 \cdot \frac{-0.5}{-4} = -0.375",
    ]


def test_latex_of_what_is_not_there():
    x = leaf(2.0, "x")
    explanation = explain(x * x)
    with pytest.raises(IndexError, match="steps 1 to 1"):
        explanation.latex(2)
    for other in ("y", leaf(1.0), tensor(1.0)):
        with pytest.raises(ValueError, match="is not a part of this graph"):
            explanation.latex(other)


def test_it_displays_itself():
    explanation = explain(leaf(2.0, "x") * 3.0)
    assert explanation._repr_markdown_() == f"```text\n{explanation}\n```"
    html = explanation._repr_html_()
    assert html.startswith("<pre style=")
    assert "".join(ElementTree.fromstring(html).itertext()) == str(explanation)
    assert explanation._repr_latex_() == f"$${explanation.latex()}$$"
    assert explain(tensor(1.0))._repr_latex_() is None


@pytest.mark.parametrize("name", REGISTRY)
def test_every_rule_is_latex_that_balances(name):
    for i in range(len(formulas(name))):
        text = latex(name, i)
        assert text.isascii()
        assert text.replace(r"\{", "").count("{") == text.replace(r"\}", "").count("}")
        assert text.count(r"\left") == text.count(r"\right")
        assert " * " not in formula(name, i)


# -- formulas ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, expected",
    [
        ("multiply", ["g · y", "g · x"]),
        ("divide", ["g / y", "−g · out / y"]),
        ("power", ["g · y · x^(y − 1)", "g · out · log(x)"]),
        ("sqrt", ["g · 0.5 / out"]),
        ("tanh", ["g · (1 − out²)"]),
        ("arccos", ["−g / √(1 − x²)"]),
        ("exp2", ["g · ln 2 · out"]),
        ("relu", ["g · [out > 0]"]),
        ("maximum", ["g · [x > y]", "g · [y > x]"]),
        ("matmul", ["g @ yᵀ", "xᵀ @ g"]),
        ("linear", ["g @ weight", "gᵀ @ x", "sum(g)"]),
        ("mean", ["g / n"]),
        ("absolute", ["g · sign(x)"]),
        ("softsign", ["g · (1 / (1 + |x|))²"]),
        ("inv", ["−outᵀ @ g @ outᵀ"]),
        ("sign", ["0"]),
    ],
)
def test_formulas_are_as_mathematics_writes_them(name, expected):
    assert [formula(name, i) for i in range(len(expected))] == expected


def test_operands_of_a_variadic_op_differ():
    assert [formula("stack", i) for i in range(2)] == ["g[0 on axis]", "g[1 on axis]"]


READ = {
    "·": "*", "−": "-", "^": "**", "√": "sqrt",
    "ln 2": repr(float(np.log(2))), "log₂e": repr(float(np.log2(np.e))), "log₁₀e": repr(float(np.log10(np.e))),
    "ln 10": repr(float(np.log(10))), "⅓": repr(1 / 3),
}  # fmt: skip
LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def evaluated(text):
    """What a line of numbers says, in Python."""
    text = re.sub(r"√([\d.]+)", r"sqrt(\1)", text)
    text = re.sub(r"\|(.*?)\|", r"absolute(\1)", text)
    for ours, pythons in READ.items():
        text = text.replace(ours, pythons)
    text = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda raised: f"**{raised[0].translate(LOWERED)}", text)
    return eval(text, {**vars(np), **vars(ag.special), "max": max, "min": min})


PLAIN = [n for n, op in REGISTRY.items() if op.kind == "elementwise" and not op.parameter_names]
POINTS = [(0.5, 0.25), (-0.5, 0.75), (0.25, 0.25), (2.0, 3.0), (1.5, -2.0)]
CASES = [(n, values) for n in PLAIN for values in POINTS if n != "binary_cross_entropy" or 0 <= values[0] <= 1]


@pytest.mark.parametrize("name, values", CASES)
def test_numbers_put_in_say_what_is_contributed(name, values):
    op = REGISTRY[name]
    with np.errstate(all="ignore"):
        out = op.function(*[leaf(x) for x in values[: op.arity]])
    out = out * -0.5  # so that g is not 1
    trace = Trace([out])
    for c in trace.steps[-1].contributions:
        text = with_numbers(trace.steps[-1].node, c.operand, trace.values, trace.steps[-1].g)
        assert text, "all are scalars"
        if np.isfinite(c.value):
            np.testing.assert_allclose(evaluated(text), c.value, rtol=5e-3, atol=1e-4, err_msg=text)


def test_arrays_have_no_numbers():
    x = leaf(np.ones(3))
    trace = Trace([(x * 2.0).sum()])
    assert [with_numbers(step.node, 0, trace.values, step.g) for step in trace.steps] == ["1", ""]


def test_exceptional_points_take_their_branch():
    x = leaf(0.0)
    trace = Trace([x**2.0])
    assert with_numbers(trace.steps[0].node, 0, trace.values, np.float64(3.0)) == "3 · 2 · 0"
    trace = Trace([ag.maximum(x, leaf(0.0))])
    assert with_numbers(trace.steps[0].node, 0, trace.values, np.float64(3.0)) == "3 · 0.5"


def test_what_is_detached_says_so():
    d = leaf(2.0, "d")
    loss = d * d.detach()
    assert "∂loss/∂d = g · detach(d) = 1 · 2 = 2" in str(explain(loss))
    drawing = ag.draw(loss)
    assert [add.formula for step in drawing.picture.steps for add in step.contributions] == ["g · detach(d)"]
    assert "(detached)" in str(drawing)
    ids = re.findall(r' id="([^"]+)"', drawing.svg)
    assert len(ids) == len({*ids})


def test_no_name_is_that_of_the_cotangent():
    g = leaf(2.0, "g")
    loss = g * 3
    assert "∂loss/∂g_2 = g · 3" in str(explain(loss))
    assert "g_2" in ag.draw(loss).svg, "beside its own name"


def test_hooks_are_told_of_where_they_are():
    x = leaf(2.0, "x")
    y = x * 3
    y.register_hook(lambda g: g * 10)
    assert "g = ∂loss/∂v1 = 20   as a hook leaves it" in str(explain(y * 2))


def test_complex_numbers_are_drawn_without_gradients():
    loss = (leaf(2.0, "a") * 1j).real
    assert "came out complex" in str(explain(loss))
    assert "no gradients: backward" in str(ag.draw(loss))


def test_where_backward_starts_no_one_is_multiplied_by():
    x = leaf(-3.0, "x")
    (line,) = re.findall(r"&= (.*)", explain(x**2).latex())
    assert line == r"2 \cdot x = 2 \cdot \left(-3\right) = -6"


def test_the_product_of_two_vectors_has_its_own_formula():
    w, x = leaf([1.0, 2.0], "w"), leaf([3.0, -4.0], "x")
    explanation = explain((w @ x) * 2)
    assert "∂loss/∂w = g · x = [6, −8]" in str(explanation)
    assert r"\frac{\partial \ell}{\partial v_{1}} \cdot x" in explanation.latex(2)


def test_constants_have_the_names_they_were_given_and_those_of_the_picture():
    w, x, y = leaf(np.ones((5, 2)), "w"), tensor(np.ones((2, 5)), name="x"), np.full(5, 2.0)
    loss = (x @ w).sum() * 2 + (w[:, 0] * y).sum() + (w[:, 0] * w[:, 0].detach()).sum()
    told, drawn = str(explain(loss)), ag.draw(loss)
    assert "xᵀ @ g" in told
    assert "g · c1" in told
    assert re.search(r"^  c1 +\(5,\)$", told, re.MULTILINE)
    formulas = {add.formula for step in drawn.picture.steps for add in step.contributions}
    assert {"xᵀ @ g", "g · c1"} <= formulas
    assert all(formula in told for formula in formulas)
    assert {"x", "c1"} <= {vertex.name or vertex.called for vertex in drawn.picture.vertices}


def test_numbers_are_short():
    shown = [0.1, 1 / 3, -2.0, 12345.678, 1e20, 1.5e-7, np.inf, np.nan, np.float32(0.1), True, np.int64(3)]
    assert [number(x) for x in shown] == (
        ["0.1", "0.3333", "−2", "1.235e4", "1e20", "1.5e−7", "∞", "NaN", "0.1", "1", "3"]
    )


@pytest.mark.parametrize("step", [1.5, True, None])
def test_latex_of_what_is_no_step(step):
    x = tensor([1.0, 2.0], requires_grad=True)
    kind = ValueError if step is None else TypeError
    with pytest.raises(kind, match="latex: "):
        explain(np.tanh(x) if step is None else np.tanh(x).sum()).latex(step)


def test_a_subscript_is_set_as_one():
    w = tensor(2.0, requires_grad=True, name="W₁")
    assert "W_{1}" in explain(w * 3.0).latex()
