"""Ops of any number of operands, with one rule for them all."""

import weakref

import numpy as np
import pytest

import autograd as ag
from autograd import tensor
from autograd.rules import linear, primitive


def leaf(data):
    return tensor(data, requires_grad=True)


def close(got, expected):
    np.testing.assert_allclose(np.asarray(got), np.asarray(expected), rtol=1e-6, atol=1e-6)


LENGTH = {
    "one at a time": primitive(
        "length",
        lambda *xs: np.sqrt(sum(x * x for x in xs)),
        lambda g, i, xs, out: g * xs[i] / out,
        jvp=lambda xs, dxs, out: sum(x * dx for x, dx in zip(xs, dxs) if dx is not None) / out,
        variadic=True,
    ),
    "together": primitive(
        "length at once",
        lambda *xs, power: sum(x**power for x in xs) ** (1 / power),
        lambda g, xs, out, power: tuple(g * x ** (power - 1) / out ** (power - 1) for x in xs),
        jvp=lambda xs, dxs, out, power: (
            sum(x ** (power - 1) * dx for x, dx in zip(xs, dxs) if dx is not None) / out ** (power - 1)
        ),
        variadic=True,
    ),
}
every_length = pytest.mark.parametrize(
    "length", [LENGTH["one at a time"], lambda *xs: LENGTH["together"](*xs, power=2)], ids=LENGTH
)


@every_length
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_an_op_of_any_number_of_operands(length, count):
    rng = np.random.default_rng(count)
    xs = [np.abs(rng.standard_normal(3)) + 0.5 for _ in range(count)]
    ag.check_grad(lambda *xs: length(*xs).sum(), *xs, order=3)
    J = ag.jacobian(lambda *xs: length(*xs), argnums=tuple(range(count)))(*xs)
    for block, x in zip(J, xs):
        close(block, np.diag(x / np.sqrt(sum(x * x for x in xs))))


@every_length
def test_with_constants_broadcasting_and_dtypes(length):
    x, y = leaf(np.array([3.0, 1.0], np.float32)), leaf(4.0)
    out = length(x, 0.0, y)
    out.backward(np.array([1.0, 0.0]))
    close(x.grad.data, [0.6, 0.0])
    assert x.grad.dtype == np.float32
    close(y.grad.data, 0.8)


def test_they_keep_what_their_rule_reads(without_gc):
    length, joined = LENGTH["one at a time"], linear("joined", lambda *xs: sum(xs), lambda g, i: g, variadic=True)
    for op, alive in ((length, True), (joined, False)):
        x = leaf(np.ones(3)) * 1.0
        value = weakref.ref(x.data)
        out = op(x, x)
        del x
        assert (value() is not None) == alive
        out.sum().backward()
        assert value() is None
        if alive:
            with pytest.raises(RuntimeError, match="freed"):
                out.sum().backward()


def test_an_edit_of_what_they_keep_is_found_out():
    x = leaf(np.ones(3)) * 1.0
    out = LENGTH["one at a time"](2.0, x).sum()
    with ag.no_grad():
        x += 1
    with pytest.raises(RuntimeError, match=r"operand 1 of <length.*edited in place"):
        out.backward()


def test_a_rule_for_all_returns_a_tuple():
    wrong = primitive("wrong", lambda *xs: sum(xs), lambda g: [g], jvp=lambda dxs: sum(dxs), variadic=True)
    with pytest.raises(TypeError, match=r"wrong: a rule that does not ask for i returns a tuple.* 2 operands"):
        wrong(leaf(1.0), leaf(2.0)).backward()
    with pytest.raises(TypeError, match=r"wrong: a variadic op's forward takes any number of operands"):
        primitive("wrong", lambda x: x, lambda g, i: g, jvp=lambda dxs: dxs[0], variadic=True)
    with pytest.raises(TypeError, match=r"wrong: a rule asks for 'z'; it may ask for g, out, i, xs"):
        primitive("wrong", lambda *xs: xs[0], lambda g, i, z: g, jvp=lambda dxs: dxs[0], variadic=True)
