"""What the project decided once, pinned: the rows of `policytable`, and what does not fit into a row.

At a kink every slope between the left and the right one is a subgradient; ours is the one nearest to 0. Where the
mathematics is finite, so is the result, without a warning (warnings are errors here).
"""

import numpy as np
import pytest

import autograd as ag
from autograd import tensor
from tests.policytable import (
    BRANCHES,
    ENTRYWISE,
    EXTREMES,
    FAR,
    INFINITE,
    KINKS,
    MATRICES,
    POWERS,
    PRODUCTS,
    function,
    number,
)

INF, NAN = np.inf, np.nan


def rows(table):
    """One test a row, named by its text."""
    return pytest.mark.parametrize("row", table, ids=[f"{row[0]} at {row[1]}" for row in table])


def value_and_slope(f, x, dtype=np.float64):
    """f(x) and the gradient of Σ f(x), in the dtype given."""
    x = tensor(np.array(x, dtype), requires_grad=True)
    out = f(x)
    out.backward(np.ones(out.shape))
    assert out.dtype == x.grad.dtype == dtype
    return out.data, x.grad.data


def curvature(f, x):
    """The gradient of the sum of the gradient of Σ f(x)."""
    x = tensor(np.array(x, np.float64), requires_grad=True)
    (g,) = ag.gradients(f(x).sum(), (x,), create_graph=True)
    return ag.gradients(g.sum(), (x,))[0].data if g.requires_grad else np.zeros(x.shape)


# -- kinks -------------------------------------------------------------------------------------------------------------


@rows(KINKS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_slope_at_a_kink_is_the_least(row, dtype):
    _, slope = value_and_slope(function(row.source), number(row.at), dtype)
    np.testing.assert_array_equal(slope, np.array(number(row.slope), dtype))


@rows(ENTRYWISE)
def test_a_scalar_has_the_slope_of_an_entry(row):
    for x, slope in zip(number(row.at), number(row.slope), strict=True):
        assert value_and_slope(function(row.source), x)[1] == slope


@rows(KINKS)
def test_every_mode_and_order_agrees_at_a_kink(row):
    f, x, slope = function(row.source), np.array(number(row.at), float), number(row.slope)
    _, dout = ag.jvp(lambda x: f(x).sum(), (x,), (np.ones_like(x),))
    assert dout == pytest.approx(np.sum(slope), abs=1e-15)
    assert np.isfinite(curvature(f, x)).all()
    recorded = tensor(x, requires_grad=True)
    (g,) = ag.gradients(f(recorded).sum(), (recorded,), create_graph=True)
    np.testing.assert_array_equal(g.data, slope)


@rows(MATRICES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_slope_at_a_special_matrix(row, dtype):
    f, x, slope = function(row.source), np.array(number(row.at), dtype), number(row.slope)
    tolerance = 1e-6 if dtype is np.float32 else 1e-15
    np.testing.assert_allclose(value_and_slope(f, x, dtype)[1], slope, rtol=tolerance, atol=tolerance)
    d = np.arange(1, x.size + 1, dtype=dtype).reshape(x.shape)
    _, dout = ag.jvp(lambda x: f(x).sum(), (x,), (d,))
    assert dout == pytest.approx(np.sum(slope * d), rel=tolerance, abs=10 * tolerance)


@pytest.mark.parametrize("source", ["linalg.eigvalsh(x)[0]", "linalg.svdvals(x)[0]"])
def test_equal_eigenvalues_have_no_second_derivative(source):
    with pytest.raises(np.linalg.LinAlgError, match="equal"):
        curvature(function(source), np.eye(2))


# -- a branch that is not taken ----------------------------------------------------------------------------------------


@rows(BRANCHES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_branch_not_taken_never_poisons(row, dtype):
    f, x = function(row.source), np.array(number(row.at), dtype)
    with np.errstate(all="ignore"):  # the branch is evaluated all the same
        out, g = value_and_slope(f, x, dtype)
        h = curvature(f, x)
        _, dout = ag.jvp(f, (x,), (np.ones_like(x),))
    tolerance = 1e-6 if dtype is np.float32 else 1e-14
    for got, expected in [(out, row.value), (g, row.slope), (dout, row.slope)]:
        np.testing.assert_allclose(got, number(expected), rtol=tolerance, atol=tolerance)
    assert np.isfinite(h).all()


@rows(BRANCHES)
def test_a_branch_not_taken_never_poisons_a_scalar(row):
    for x, slope in zip(number(row.at), number(row.slope), strict=True):
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(value_and_slope(function(row.source), x)[1], slope, rtol=1e-14, atol=1e-14)


# -- extreme inputs ----------------------------------------------------------------------------------------------------


@rows(EXTREMES)
@pytest.mark.parametrize("dtype", FAR)
def test_far_from_zero(row, dtype):
    f, far = function(row.source), FAR[dtype]
    x = np.array(number(row.at, far), dtype)
    out, g = value_and_slope(f, x, dtype)
    tolerance = {"rtol": 1e-6, "atol": 1e-7} if dtype is np.float32 else {"rtol": 1e-14, "atol": 1e-15}
    np.testing.assert_allclose(out, number(row.value, far), **tolerance)
    np.testing.assert_allclose(g, number(row.slope, far), **tolerance)
    assert np.isfinite(curvature(f, x)).all()


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax, ag.logsumexp, lambda x: ag.cross_entropy(x, 0)])
@pytest.mark.parametrize("far", [1e4, -1e4, 88.8, 710.0])
def test_shifting_all_logits_changes_nothing(f, far):
    x = np.array([0.1, -0.4, 0.7])
    near, g_near = value_and_slope(f, x)
    out, g = value_and_slope(f, x + far)
    np.testing.assert_allclose(out - (far if f is ag.logsumexp else 0), near, rtol=1e-9)
    np.testing.assert_allclose(g, g_near, rtol=1e-9, atol=1e-12)


def test_no_class_is_possible_or_one_is_certain():
    assert ag.logsumexp(tensor([-INF, -INF])).item() == -INF
    assert ag.logsumexp(tensor([0.0, INF])).item() == INF


def test_small_differences_survive():
    """What a naive ln(1 + eˣ) would round away."""
    tiny = pytest.approx(np.exp(-40.0), rel=1e-12, abs=0)
    assert ag.softplus(tensor(-40.0)).item() == tiny
    assert value_and_slope(ag.sigmoid, -40.0) == (tiny, tiny)
    assert ag.logsumexp(tensor([-40.0, -np.inf])).item() == -40.0
    assert ag.cross_entropy(tensor([0.0, -40.0]), 1).item() == 40.0
    assert np.exp(ag.log_softmax(tensor([0.0, -700.0])).data[1]) == pytest.approx(np.exp(-700.0), rel=1e-12, abs=0)


@pytest.mark.parametrize("f", [ag.softplus, ag.sigmoid])
def test_smooth_functions_are_smooth_at_zero(f):
    """Their stable formulas use |x|, whose kink must not show at any order."""
    at_zero = [curvature(f, 0.0), curvature(lambda x: ag.gradients(f(x).sum(), (x,), create_graph=True)[0], 0.0)]
    expected = {ag.softplus: [0.25, 0.0], ag.sigmoid: [0.0, -0.125]}[f]
    np.testing.assert_allclose(at_zero, expected, atol=1e-15)


# -- powers and products -----------------------------------------------------------------------------------------------


@rows(POWERS)
def test_powers(row):
    x, y, value, by_x, by_y = [text and float(number(text)) for text in row]
    for exponent in (y, np.array([y]), np.float64(y), *([int(y)] if y == int(y) else [])):
        out, g = value_and_slope(lambda x, y=exponent: (x**y).sum(), x)
        assert out == pytest.approx(value)
        assert g == pytest.approx(by_x, abs=1e-15)
        assert np.isfinite(curvature(lambda x, y=exponent: x**y, x)).all()
    if by_y != "":
        for base in (x, np.array([x])):
            out, g = value_and_slope(lambda y, base=base: (base**y).sum(), y)
            assert out == pytest.approx(value)
            assert g == pytest.approx(by_y, abs=1e-15)
        both = tensor(x, requires_grad=True), tensor(y, requires_grad=True)
        (both[0] ** both[1]).backward()
        assert [b.grad.item() for b in both] == pytest.approx([by_x, by_y], abs=1e-15)


def test_the_square_at_zero_curves():
    assert curvature(lambda x: x**2, 0.0) == 2.0
    assert curvature(lambda x: x ** tensor(2.0), 0.0) == 2.0
    assert curvature(lambda x: x**3, 0.0) == 0.0
    assert curvature(lambda x: x**1, 0.0) == 0.0


@rows(PRODUCTS)
def test_products_with_zeros(row):
    f, x = function(row.source), number(row.at)
    np.testing.assert_array_equal(value_and_slope(f, x)[1], number(row.gradient))
    x = tensor(x, dtype=float, requires_grad=True)
    (gx,) = ag.gradients(f(x), (x,), create_graph=True)
    for i, expected in enumerate(number(row.hessian)):
        if gx.requires_grad:
            np.testing.assert_array_equal(ag.gradients(gx[i], (x,), retain_graph=True)[0].data, expected)


# -- what is infinite by right -----------------------------------------------------------------------------------------


@rows(INFINITE)
def test_an_infinite_slope_is_infinite_without_a_warning(row):
    x = tensor(float(row.at), requires_grad=True)
    with np.errstate(all="ignore"):
        out = function(row.source)(x)
    out.backward()
    assert x.grad.item() == number(row.slope)


def test_nan_is_passed_on():
    for f in (ag.exp, ag.abs, ag.relu, ag.tanh, ag.sigmoid, ag.softplus, lambda x: x * 2, lambda x: ag.maximum(x, 0.0)):
        assert np.isnan(f(tensor([NAN, 1.0])).data[0])
        assert np.isnan(f(tensor(NAN)).item())
