"""Derivatives of functions: grad, value_and_grad, gradients, vjp, jvp; and check_grad, which judges derivatives."""

from collections import namedtuple

import numpy as np
import pytest

import autograd as ag
from autograd import tensor
from autograd.rules import elementwise, primitive

X = np.array([0.5, -1.0, 2.0])


def leaf(data):
    return tensor(data, requires_grad=True)


# -- grad and value_and_grad -------------------------------------------------------------------------------------------


def test_a_pullback_is_differentiable_in_its_cotangent():
    y, v = np.array([1.0, 2.0]), np.array([1.0, 10.0])
    f = lambda z: np.sin(z) * z[::-1]  # noqa: E731
    _, pullback = ag.vjp(f, y)
    j = ag.jacobian(f)(y)
    np.testing.assert_allclose(ag.grad(lambda c: (pullback(c)[0] * c).sum())(v), (j + j.T) @ v)
    np.testing.assert_allclose(ag.vjp(lambda c: pullback(c)[0], np.zeros(2))[1](v)[0], j @ v)
    assert isinstance(pullback(v)[0], np.ndarray)


def test_a_pullback_keeps_what_it_was_made_at():
    x = np.ones(2)
    _, pullback = ag.vjp(lambda x: x * x, x)
    x[0] = 100.0
    np.testing.assert_array_equal(pullback(np.ones(2))[0], [2.0, 2.0])


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: ag.vjp(lambda x: x * x, np.ones(2))[1](np.array([1j, 2])), "vjp: cotangent .* real numbers"),
        (lambda: ag.jvp(lambda x: x * x, (np.ones(2),), (np.ones(2) * 1j,)), "jvp: tangent .* real numbers"),
        (lambda: ag.grad(lambda x: x.sum())(np.ma.array([1.0, 2.0], mask=[0, 1])), "grad: a MaskedArray"),
        (lambda: ag.vjp(3.0, 1.0), "vjp: needs a function"),
        (lambda: ag.jvp(3.0, (1.0,), (1.0,)), "jvp: needs a function"),
        (lambda: ag.grad(lambda x: x, None), "grad: argnums"),
        (lambda: ag.hvp(lambda x: x, (0, 1)), "hvp: argnums"),
    ],
)
def test_what_means_something_else_is_refused(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_keywords_are_passed_on_and_names_kept():
    def loss(w, *, x):
        """How far off."""
        return ((w * x) ** 2).sum()

    assert ag.grad(loss)(2.0, x=3.0) == 36.0
    assert ag.value_and_grad(loss)(2.0, x=3.0) == (36.0, 36.0)
    assert ag.hvp(loss)(2.0, 1.0, x=3.0) == 18.0
    assert ag.hessian(loss)(2.0, x=3.0) == 18.0
    assert ag.grad(loss).__name__ == "gradient of loss"
    assert "How far off." in ag.grad(loss).__doc__


def test_grad_of_plain_arrays_is_a_plain_array():
    g = ag.grad(lambda x: (x * x).sum())(X)
    assert type(g) is np.ndarray
    np.testing.assert_array_equal(g, 2 * X)
    assert isinstance(ag.grad(lambda x: x * x)(3.0), np.float64)
    assert ag.grad(lambda x: x * x)(3) == 6.0  # a Python integer is a real number here


def test_grad_of_tensors_is_a_tensor():
    g = ag.grad(lambda x: (x * x).sum())(tensor(X))
    assert isinstance(g, ag.Tensor)
    assert not g.requires_grad
    assert g.tolist() == (2 * X).tolist()


def test_grad_keeps_dtype():
    assert ag.grad(lambda x: (x * 2.0).sum())(X.astype(np.float32)).dtype == np.float32
    assert ag.grad(lambda x: x * 2.0)(np.float32(1)).dtype == np.float32


def test_grad_touches_no_leaf():
    x, w = leaf(X), leaf(3.0)
    g = ag.grad(lambda x: (w * x).sum())(x)
    assert g.tolist() == [3.0] * 3
    assert x.grad is w.grad is None


def test_argnums():
    def f(x, y, z):
        return x * y * y * z

    assert ag.grad(f)(2.0, 3.0, 4.0) == 36.0
    assert ag.grad(f, 1)(2.0, 3.0, 4.0) == 48.0
    assert ag.grad(f, -1)(2.0, 3.0, 4.0) == 18.0
    assert ag.grad(f, (0, 2))(2.0, 3.0, 4.0) == (36.0, 18.0)
    assert ag.grad(f, [1])(2.0, 3.0, 4.0) == (48.0,)
    with pytest.raises(IndexError, match="argnums 3"):
        ag.grad(f, 3)(2.0, 3.0, 4.0)


def test_value_and_grad():
    value, g = ag.value_and_grad(lambda x: (x**3).sum())(X)
    assert value == np.sum(X**3)
    np.testing.assert_allclose(g, 3 * X**2)


def test_nested_arguments_keep_their_structure():
    Point = namedtuple("Point", "x y")
    params = {"w": [X, 2.0], "b": (1.0,), "p": Point(3.0, 4.0)}
    g = ag.grad(lambda p: (p["w"][0] * p["w"][1]).sum() + p["b"][0] + p["p"].x * p["p"].y)(params)
    assert set(g) == {"w", "b", "p"}
    np.testing.assert_array_equal(g["w"][0], [2.0] * 3)
    assert g["w"][1] == X.sum()
    assert g["b"] == (1.0,)
    assert g["p"] == Point(4.0, 3.0)


def test_an_argument_that_does_not_matter_gets_zeros():
    g = ag.grad(lambda x, y: (x * x).sum(), (0, 1))(X, np.ones((2, 2), np.float32))
    np.testing.assert_array_equal(g[1], np.zeros((2, 2)))
    assert g[1].dtype == np.float32
    assert ag.grad(lambda x: tensor(1.0))(X).tolist() == [0.0] * 3


def test_grad_of_grad():
    f = lambda x: x**4  # noqa: E731
    assert ag.grad(ag.grad(f))(2.0) == 48.0
    assert ag.grad(ag.grad(ag.grad(f)))(2.0) == 48.0
    assert ag.grad(ag.grad(ag.grad(ag.grad(f))))(2.0) == 24.0


def test_nested_derivatives_are_not_confused():
    """∂/∂x (x · ∂/∂y (x + y)) = 1: the inner derivative must not see the outer variable."""
    assert ag.grad(lambda x: x * ag.grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert ag.grad(lambda x: x * ag.grad(lambda y: x * y * y)(3.0))(2.0) == 24.0
    assert ag.grad(lambda x: ag.grad(lambda y: x * y)(x))(5.0) == 1.0


def test_a_gradient_of_a_leaf_can_be_differentiated():
    x = leaf(2.0)
    g = ag.grad(lambda x: x**3)(x)
    g.backward()
    assert x.grad.item() == 12.0


def test_grad_records_inside_no_grad():
    with ag.no_grad():
        assert ag.grad(lambda x: x * x)(3.0) == 6.0
        assert not ag.is_grad_enabled()


@pytest.mark.parametrize(
    "f, x, error, match",
    [
        (lambda x: x * 2, X, ValueError, r"grad: .*\(3,\).*\.sum\(\)"),
        (lambda x: (x.sum(), x.sum()), X, ValueError, r"grad: .*one scalar"),
        (lambda x: x.sum().item(), X, TypeError, r"grad: .*float.*item"),
        (lambda x: x.numpy().sum(), X, TypeError, r"grad: "),
        (lambda x: x.sum(), np.array([1, 2]), TypeError, r"grad: .*int64.*astype"),
        (lambda x: x.sum(), np.array([1j]), TypeError, r"grad: .*complex"),
        (lambda x: x, "three", TypeError, r"grad: "),
    ],
)
def test_grad_refuses(f, x, error, match):
    with pytest.raises(error, match=match):
        ag.grad(f)(x)


# -- gradients ---------------------------------------------------------------------------------------------------------


def test_gradients_by_leaves_and_results():
    x, z = leaf(3.0), leaf(1.0)
    y = x * x
    gx, gy, gz = ag.gradients(y * x, (x, y, z), retain_graph=True)
    assert (gx.item(), gy.item(), gz.item()) == (27.0, 3.0, 0.0)
    assert ag.gradients(y * x, x).item() == 27.0
    assert x.grad is None


def test_gradients_of_several_outputs_add_up():
    x = leaf(3.0)
    assert ag.gradients((x * 2, x * x), x).item() == 8.0


def test_one_output_or_input_may_come_twice():
    x = leaf(3.0)
    y = x * x
    assert ag.gradients((y, y), x, retain_graph=True).item() == 12.0
    assert [g.item() for g in ag.gradients(y, (x, x))] == [6.0, 6.0]
    assert ag.grad(lambda x, y: x * x * y, (0, 1))(x, x) == (18.0, 9.0)


def test_gradients_keep_structure():
    x, y = leaf(3.0), leaf(X)
    g = ag.gradients((x * y).sum(), {"x": x, "y": [y]})
    assert g["x"].item() == X.sum()
    assert g["y"][0].tolist() == [3.0] * 3


def test_gradients_do_not_share_memory():
    a, b = leaf(X), leaf(X)
    ga, gb = ag.gradients((a + b).sum(), (a, b))
    with ag.no_grad():
        ga += 100.0
    assert gb.tolist() == [1.0] * 3


@pytest.mark.parametrize(
    "outputs, inputs, error, match",
    [
        (lambda x: x * 2, lambda x: x, ValueError, r"gradients: .*\(3,\)"),
        (lambda x: tensor(1.0), lambda x: x, RuntimeError, "gradients: "),
        (lambda x: x.sum(), lambda x: tensor(1.0), ValueError, "gradients: .*require grad"),
        (lambda x: x.sum(), lambda x: X, ValueError, "gradients: .*ndarray"),
        (lambda x: 1.0, lambda x: x, ValueError, "gradients: .*float"),
    ],
)
def test_gradients_refuse(outputs, inputs, error, match):
    x = leaf(X)
    with pytest.raises(error, match=match):
        ag.gradients(outputs(x), inputs(x))


@pytest.mark.parametrize(
    "f", [lambda a, b: (a + b).sum(), lambda a, b: (a - b)[::-1].sum(), lambda a, b: (a * b).sum()]
)
def test_results_are_the_callers_own(f):
    """Writeable, and sharing memory neither with each other nor with the arguments."""
    a, b, u = X.copy(), X.copy(), np.float64(1.0)
    for gs in (ag.grad(f, (0, 1))(a, b), ag.vjp(f, a, b)[1](u), ag.value_and_grad(f, (0, 1))(a, b)[1]):
        before = gs[1].tolist()
        gs[0][...] = 100.0
        assert gs[1].tolist() == before
        assert a.tolist() == b.tolist() == X.tolist()


def test_results_do_not_alias_what_was_given():
    x, u = X.copy(), np.ones(3)
    identity = lambda x: x  # noqa: E731
    for result in (ag.vjp(identity, x)[1](u)[0], ag.jvp(identity, (x,), (u,))[1]):
        result += 100.0
        assert u.tolist() == [1.0] * 3
    for result in (ag.vjp(identity, x)[0], ag.jvp(identity, (x,), (u,))[0]):
        result += 100.0
        assert x.tolist() == X.tolist()


# -- vjp and jvp -------------------------------------------------------------------------------------------------------


def test_vjp():
    out, pullback = ag.vjp(lambda x, y: x * y, X, 2.0)
    np.testing.assert_array_equal(out, 2 * X)
    for _ in range(2):  # as often as you like
        gx, gy = pullback(np.ones(3))
        np.testing.assert_array_equal(gx, [2.0] * 3)
        assert gy == X.sum()


def test_vjp_of_several_results():
    out, pullback = ag.vjp(lambda x: {"square": x * x, "sum": x.sum()}, X)
    assert out["sum"] == X.sum()
    (g,) = pullback({"square": np.ones(3), "sum": 10.0})
    np.testing.assert_array_equal(g, 2 * X + 10)


def test_jvp():
    d = np.array([1.0, 10.0, 100.0])
    out, dout = ag.jvp(lambda x, y: x * x * y, (X, 2.0), (d, 1.0))
    np.testing.assert_array_equal(out, 2 * X * X)
    np.testing.assert_allclose(dout, 4 * X * d + X * X)


def test_jvp_of_several_results_and_of_none():
    _, dout = ag.jvp(lambda x: (x * 3, tensor(1.0)), (X,), (np.ones(3),))
    np.testing.assert_array_equal(dout[0], [3.0] * 3)
    assert dout[1] == 0.0


def test_forward_over_reverse_is_reverse_over_reverse():
    """H v by jvp of grad, by grad of jvp, and by grad of ⟨grad, v⟩."""
    A = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 1.0]])
    f = lambda x: (ag.tanh(A @ x) * ag.exp(x)).sum()  # noqa: E731
    v = np.array([1.0, -2.0, 0.5])
    forward_reverse = ag.jvp(ag.grad(f), (X,), (v,))[1]
    reverse_reverse = ag.grad(lambda x: (ag.grad(f)(x) * v).sum())(X)
    reverse_forward = ag.grad(lambda x: ag.jvp(f, (x,), (v,))[1])(X)
    np.testing.assert_allclose(forward_reverse, reverse_reverse, rtol=1e-12)
    np.testing.assert_allclose(reverse_forward, reverse_reverse, rtol=1e-12)


def test_jvp_of_jvp():
    inner = lambda x: ag.jvp(lambda y: y**3, (x,), (1.0,))[1]  # noqa: E731
    assert ag.jvp(inner, (2.0,), (1.0,))[1] == pytest.approx(12.0)


def test_nested_jvps_are_not_confused():
    """d/dx (x · d/dy (x + y)) = 1 in forward mode as well."""
    inner = lambda x: x * ag.jvp(lambda y: x + y, (1.0,), (1.0,))[1]  # noqa: E731
    assert ag.jvp(inner, (1.0,), (1.0,))[1] == 1.0


@pytest.mark.parametrize(
    "call, match",
    [
        (lambda: ag.vjp(lambda x: x * 2, X)[1](np.ones(2)), r"vjp: cotangent \(2,\).*\(3,\)"),
        (lambda: ag.vjp(lambda x: (x, x), X)[1](np.ones(3)), r"vjp: 1 cotangents .*2"),
        (lambda: ag.jvp(lambda x: x * 2, (X,), (np.ones(2),)), r"jvp: tangent \(2,\).*\(3,\)"),
        (lambda: ag.jvp(lambda x: x * 2, (X,), ()), r"jvp: 0 tangents .*1"),
    ],
)
def test_vjp_and_jvp_refuse(call, match):
    with pytest.raises(ValueError, match=match):
        call()


# -- check_grad --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f, xs",
    [
        (lambda x: (x.tanh() * x).sum(), (X,)),
        (lambda x: x.exp(), (X,)),
        (lambda x, y: x @ y, (np.ones((2, 3)), X)),
        (lambda x: (x * x, {"s": x.sum()}), (X,)),
        (lambda p: p["a"] * p["b"], ({"a": X, "b": 2.0},)),
        (lambda x: x * x, (3.0,)),
        (lambda x: ag.softmax(x), (X * 1000,)),
        (lambda x: x * 2, (np.zeros((0, 3)),)),
    ],
)
def test_check_grad_accepts_what_is_right(f, xs):
    ag.check_grad(f, *xs)
    ag.check_grad(f, *xs, order=3)


def test_check_grad_computes_in_float64():
    seen = []
    ag.check_grad(lambda x: seen.append(x.dtype) or x * x, X.astype(np.float32))
    assert set(seen) == {np.dtype(np.float64)}


@pytest.mark.parametrize(
    "f", [ag.relu, ag.abs, ag.sign, lambda x: ag.maximum(x, 0.0), lambda x: ag.clip(x, 0, 1), ag.max, ag.std]
)
@pytest.mark.parametrize("x", [np.zeros(3), np.array([0.0, 1.0, 1.0])], ids=["zeros", "ties"])
def test_check_grad_recognises_kinks(f, x):
    ag.check_grad(f, x, order=1)


CUBE = elementwise("right cube", lambda x: x * x * x, lambda x: 3 * x * x)
WRONG_SLOPE = elementwise("wrong slope", lambda x: x * x * x, lambda x: np.where(x > 1.5, 2 * x * x, 3 * x * x))
WRONG_JVP = primitive("wrong jvp", lambda x: x * x, lambda g, x: 2 * g * x, jvp=lambda dx, x: 3 * dx * x)
CONSTANT_SLOPE = elementwise("constant slope", lambda x: x * x, lambda x: 2 * np.asarray(getattr(x, "data", x)))
NAN_SLOPE = elementwise("nan slope", lambda x: x * x, lambda x: x * np.nan)


def test_check_grad_names_the_worst_entry():
    ag.check_grad(CUBE, X)
    with pytest.raises(ag.GradientError, match=r"array 0 at index \(2,\): expected .*, got .* \(1 of 3"):
        ag.check_grad(WRONG_SLOPE, X)
    with pytest.raises(AssertionError, match=r"array 1"):
        ag.check_grad(lambda x, y: x + WRONG_SLOPE(y), X, X)


def test_check_grad_compares_the_modes():
    with pytest.raises(ag.GradientError, match=r"forward .* reverse"):
        ag.check_grad(WRONG_JVP, X)


def test_check_grad_goes_to_second_order():
    ag.check_grad(CONSTANT_SLOPE, X, order=1)
    with pytest.raises(ag.GradientError, match="order 2"):
        ag.check_grad(CONSTANT_SLOPE, X)


def test_check_grad_sees_nan():
    with pytest.raises(ag.GradientError, match="nan"):
        ag.check_grad(NAN_SLOPE, X)


def test_check_grad_is_not_fooled_by_a_slope_beyond_a_kink():
    outside = elementwise("slope 2 at 0", np.abs, lambda x: np.where(x == 0, 2.0, np.sign(x)))
    with pytest.raises(ag.GradientError, match=r"index \(0,\)"):
        ag.check_grad(outside, np.array([0.0, 1.0]), order=1)


def test_check_grad_changes_nothing():
    x = leaf(X)
    ag.check_grad(lambda x: x * x, x)
    assert x.grad is None
    assert x.tolist() == X.tolist()
    with pytest.raises(TypeError, match="check_grad"):
        ag.check_grad(lambda x: x > 0, X)
