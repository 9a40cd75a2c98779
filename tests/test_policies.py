"""What the project decided once, pinned: slopes at kinks, and values and gradients where floating point runs out.

At a kink every slope between the left and the right one is a subgradient; ours is the one nearest to 0. Where the
mathematics is finite, so is the result, without a warning (warnings are errors here).
"""

import numpy as np
import pytest

import autograd as ag
from autograd import tensor

INF, NAN = np.inf, np.nan


def value_and_slope(f, x, dtype=np.float64):
    """f(x) and the gradient of Σ f(x), as nested lists of numbers, and the Tensors they came from."""
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

SQRT_OF_POSITIVE = lambda x: ag.where(x > 0, ag.sqrt(x), 0.0)  # noqa: E731
LOG_OF_POSITIVE = lambda x: ag.where(x > 0, ag.log(x), 0.0)  # noqa: E731
EXP_BELOW_ONE = lambda x: ag.where(x < 1, ag.exp(x), 0.0)  # noqa: E731

# fmt: off
KINKS = [  # function                               | at                  | slope
    ("abs",             ag.abs,                       [-2.0, 0.0, 2.0],     [-1.0, 0.0, 1.0]),
    ("abs of -0",       ag.abs,                       -0.0,                 0.0),
    ("relu",            ag.relu,                      [-2.0, 0.0, 2.0],     [0.0, 0.0, 1.0]),
    ("relu of a scalar", ag.relu,                     0.0,                  0.0),
    ("sign",            ag.sign,                      [-2.0, 0.0, 2.0],     [0.0, 0.0, 0.0]),
    ("sqrt",            ag.sqrt,                      [0.0, 4.0],           [0.0, 0.25]),
    ("sqrt of a scalar", ag.sqrt,                     0.0,                  0.0),
    ("x ** 0.5",        lambda x: x**0.5,             [0.0, 4.0],           [0.0, 0.25]),
    ("norm",            lambda x: ag.sqrt((x * x).sum()), [0.0, 0.0],       [0.0, 0.0]),
    ("hypot",           lambda x: ag.hypot(x, 0.0),   [-3.0, 0.0],          [-1.0, 0.0]),
    ("hypot of one",    lambda x: ag.hypot(x, x),     [0.0],                [0.0]),
    ("std",             ag.std,                       [2.0, 2.0, 2.0],      [0.0, 0.0, 0.0]),
    ("std, axis",       lambda x: ag.std(x, axis=1),  [[1.0, 1.0], [0.0, 2.0]], [[0.0, 0.0], [-0.5, 0.5]]),
    ("sqrt of var",     lambda x: ag.sqrt(ag.var(x)), [2.0, 2.0],           [0.0, 0.0]),
    ("clip",            lambda x: ag.clip(x, -1, 1),  [-2.0, -1.0, 0.0, 1.0, 2.0], [0.0, 0.0, 1.0, 0.0, 0.0]),
    ("clip below",      lambda x: ag.clip(x, -1),     [-2.0, -1.0, 0.0],    [0.0, 0.0, 1.0]),
    ("clip to one",     lambda x: ag.clip(x, 1, 1),   [0.0, 1.0, 2.0],      [0.0, 0.0, 0.0]),
    ("max",             ag.max,                       [1.0, 3.0, 3.0],      [0.0, 0.5, 0.5]),
    ("max of a constant", ag.max,                     [1.0, 1.0, 1.0, 1.0], [0.25] * 4),
    ("max, axis",       lambda x: ag.max(x, axis=0),  [[1.0, 2.0], [1.0, 0.0]], [[0.5, 1.0], [0.5, 0.0]]),
    ("min",             ag.min,                       [1.0, 1.0, 3.0],      [0.5, 0.5, 0.0]),
    ("maximum",         lambda x: ag.maximum(x, 1.0), [0.0, 1.0, 2.0],      [0.0, 0.5, 1.0]),
    ("minimum",         lambda x: ag.minimum(1.0, x), [0.0, 1.0, 2.0],      [1.0, 0.5, 0.0]),
    ("maximum of one",  lambda x: ag.maximum(x, x),   [0.0, 1.0],           [1.0, 1.0]),
    ("maximum of a scalar", lambda x: ag.maximum(x, 1.0), 1.0,              0.5),
]
# fmt: on


@pytest.mark.parametrize("f, x, slope", [k[1:] for k in KINKS], ids=[k[0] for k in KINKS])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_slope_at_a_kink_is_the_least(f, x, slope, dtype):
    np.testing.assert_array_equal(value_and_slope(f, x, dtype)[1], slope)


@pytest.mark.parametrize("f, x, slope", [k[1:] for k in KINKS], ids=[k[0] for k in KINKS])
def test_every_mode_and_order_agrees_at_a_kink(f, x, slope):
    x = np.array(x)[()]
    _, dout = ag.jvp(lambda x: f(x).sum(), (x,), (np.ones_like(x),))
    assert dout == pytest.approx(np.sum(slope), abs=1e-15)
    assert np.isfinite(curvature(f, x)).all()
    recorded = tensor(x, requires_grad=True)
    (g,) = ag.gradients(f(recorded).sum(), (recorded,), create_graph=True)
    np.testing.assert_array_equal(g.data, slope)


# -- a branch that is not taken ----------------------------------------------------------------------------------------

# fmt: off
BRANCHES = [  # function | at | value | slope
    (SQRT_OF_POSITIVE, [-1.0, 0.0, 4.0],  [0.0, 0.0, 2.0],          [0.0, 0.0, 0.25]),
    (LOG_OF_POSITIVE,  [-1.0, 0.0, 2.0],  [0.0, 0.0, np.log(2.0)],  [0.0, 0.0, 0.5]),
    (EXP_BELOW_ONE,    [1e4, 1.0, 0.0],   [0.0, 0.0, 1.0],          [0.0, 0.0, 1.0]),
    (lambda x: ag.where(x != 0, 1 / x, 0.0),           [0.0, 2.0],        [0.0, 0.5],      [0.0, -0.25]),
    (lambda x: ag.where(x != 0, ag.sin(x) / x, 1.0),   [0.0, np.pi],      [1.0, 0.0],      [0.0, -1 / np.pi]),
    (lambda x: ag.where(x > 0, x**-1.5, 0.0),          [-1.0, 0.0, 1.0],  [0.0, 0.0, 1.0], [0.0, 0.0, -1.5]),
    (lambda x: ag.where(abs(x) < 1, ag.arcsin(x), 0.0), [-1.0, 0.0, 2.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
    (lambda x: ag.where(x > 1, ag.arccosh(x), 0.0),    [0.0, 1.0],        [0.0, 0.0],      [0.0, 0.0]),
    (lambda x: ag.where(abs(x) < 1, ag.arctanh(x), 0.0), [1.0, 0.0],      [0.0, 0.0],      [0.0, 1.0]),
    (lambda x: ag.where(x > 0, x**x, 1.0),             [0.0, 1.0],        [1.0, 1.0],      [0.0, 1.0]),
    (lambda x: ag.where(x > 0, ag.log(ag.sqrt(x)), 0.0), [0.0, 1.0],      [0.0, 0.0],      [0.0, 0.5]),
]
# fmt: on


@pytest.mark.parametrize("f, x, value, slope", BRANCHES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_branch_not_taken_never_poisons(f, x, value, slope, dtype):
    with np.errstate(all="ignore"):  # the branch is evaluated all the same
        out, g = value_and_slope(f, x, dtype)
        h = curvature(f, x)
        _, dout = ag.jvp(f, (np.array(x, dtype),), (np.ones(len(x), dtype),))
    tolerance = 1e-6 if dtype is np.float32 else 1e-14
    np.testing.assert_allclose(out, value, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(g, slope, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(dout, slope, rtol=tolerance, atol=tolerance)
    assert np.isfinite(h).all()


@pytest.mark.parametrize("f, x, slope", [(f, x, slope) for f, x, _, slope in BRANCHES])
def test_a_branch_not_taken_never_poisons_a_scalar(f, x, slope):
    for entry, expected in zip(x, slope):
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(value_and_slope(f, entry)[1], expected, rtol=1e-14, atol=1e-14)


# -- extreme inputs ----------------------------------------------------------------------------------------------------

FAR = {np.float32: 1e4, np.float64: 1e300}


def sigmoid(x):
    return (x > 0) * 1.0


# fmt: off
STABLE = [  # function | value | slope, both for x = (-far, 0, far)
    ("sigmoid",     ag.sigmoid,     lambda f: [0.0, 0.5, 1.0],          lambda f: [0.0, 0.25, 0.0]),
    ("tanh",        ag.tanh,        lambda f: [-1.0, 0.0, 1.0],         lambda f: [0.0, 1.0, 0.0]),
    ("arctan",      ag.arctan,      lambda f: [-np.pi / 2, 0.0, np.pi / 2], lambda f: [0.0, 1.0, 0.0]),
    ("softplus",    ag.softplus,    lambda f: [0.0, np.log(2.0), f],    lambda f: [0.0, 0.5, 1.0]),
    ("relu",        ag.relu,        lambda f: [0.0, 0.0, f],            lambda f: [0.0, 0.0, 1.0]),
    ("logsumexp",   ag.logsumexp,   lambda f: f,                        lambda f: [0.0, 0.0, 1.0]),
    ("softmax",     lambda x: ag.softmax(x)[2], lambda f: 1.0,          lambda f: [0.0, 0.0, 0.0]),
    ("log_softmax", lambda x: ag.log_softmax(x)[1], lambda f: -f,       lambda f: [0.0, 1.0, -1.0]),
    ("cross_entropy", lambda x: ag.cross_entropy(x, 1), lambda f: f,    lambda f: [0.0, -1.0, 1.0]),
    ("cross_entropy, right", lambda x: ag.cross_entropy(x, 2), lambda f: 0.0, lambda f: [0.0, 0.0, 0.0]),
    ("hypot",       lambda x: ag.hypot(x, 0.0), lambda f: [f, 0.0, f],  lambda f: [-1.0, 0.0, 1.0]),
    ("arcsinh",     lambda x: ag.arcsinh(x) * 0.0, lambda f: [0.0] * 3, lambda f: [0.0] * 3),
    ("mean",        ag.mean,        lambda f: 0.0,                      lambda f: [1 / 3] * 3),
    ("max",         ag.max,         lambda f: f,                        lambda f: [0.0, 0.0, 1.0]),
]
# fmt: on


@pytest.mark.parametrize("name, f, value, slope", STABLE, ids=[s[0] for s in STABLE])
@pytest.mark.parametrize("dtype", FAR)
def test_far_from_zero(name, f, value, slope, dtype):
    far = FAR[dtype]
    out, g = value_and_slope(f, [-far, 0.0, far], dtype)
    tolerance = {"rtol": 1e-6, "atol": 1e-7} if dtype is np.float32 else {"rtol": 1e-14, "atol": 1e-15}
    if name == "arctan" and dtype is np.float32:
        tolerance["atol"] = 1e-4  # 1/far is no rounding error here
    np.testing.assert_allclose(out, value(dtype(far)), **tolerance)
    np.testing.assert_allclose(g, slope(far), **tolerance)
    assert np.isfinite(curvature(f, [-far, 0.0, far])).all()


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax, ag.logsumexp, lambda x: ag.cross_entropy(x, 0)])
@pytest.mark.parametrize("far", [1e4, -1e4, 88.8, 710.0])
def test_shifting_all_logits_changes_nothing(f, far):
    x = np.array([0.1, -0.4, 0.7])
    near, g_near = value_and_slope(f, x)
    out, g = value_and_slope(f, x + far)
    np.testing.assert_allclose(out - (far if f is ag.logsumexp else 0), near, rtol=1e-9)
    np.testing.assert_allclose(g, g_near, rtol=1e-9, atol=1e-12)


def test_impossible_classes():
    """A logit of -∞ has probability 0 and gets no gradient."""
    x = [-INF, 0.0, 0.0]
    for f, value, slope in [
        (lambda x: ag.softmax(x)[1], 0.5, [0.0, 0.25, -0.25]),
        (ag.logsumexp, np.log(2), [0.0, 0.5, 0.5]),
        (lambda x: ag.cross_entropy(x, 1), np.log(2), [0.0, -0.5, 0.5]),
    ]:
        out, g = value_and_slope(f, x)
        assert out == pytest.approx(value)
        np.testing.assert_allclose(g, slope, atol=1e-15)
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

# fmt: off
POWERS = [  # x | y | slope by x | slope by y
    (0.0,  0.0,  0.0,    0.0),
    (2.0,  0.0,  0.0,    np.log(2.0)),
    (-2.0, 0.0,  0.0,    None),
    (0.0,  1.0,  1.0,    0.0),
    (0.0,  2.0,  0.0,    0.0),
    (0.0,  3.0,  0.0,    0.0),
    (0.0,  0.5,  0.0,    0.0),
    (-2.0, 1.0,  1.0,    None),
    (-2.0, 2.0,  -4.0,   None),
    (-2.0, 3.0,  12.0,   None),
    (-2.0, -1.0, -0.25,  None),
    (-2.0, -2.0, 0.25,   None),
    (2.0,  0.5,  0.5 / np.sqrt(2.0), np.sqrt(2.0) * np.log(2.0)),
]
# fmt: on


@pytest.mark.parametrize("x, y, gx, gy", POWERS)
def test_powers(x, y, gx, gy):
    for exponent in (y, np.array([y]), np.float64(y), *([int(y)] if y == int(y) else [])):
        out, g = value_and_slope(lambda x, y=exponent: (x**y).sum(), x)
        assert out == pytest.approx(x**y)
        assert g == pytest.approx(gx, abs=1e-15)
        assert np.isfinite(curvature(lambda x, y=exponent: x**y, x)).all()
    if gy is not None:
        for base in (x, np.array([x])):
            out, g = value_and_slope(lambda y, base=base: (base**y).sum(), y)
            assert out == pytest.approx(x**y)
            assert g == pytest.approx(gy, abs=1e-15)
        both = tensor(x, requires_grad=True), tensor(y, requires_grad=True)
        (both[0] ** both[1]).backward()
        assert [b.grad.item() for b in both] == pytest.approx([gx, gy], abs=1e-15)


def test_the_square_at_zero_curves():
    assert curvature(lambda x: x**2, 0.0) == 2.0
    assert curvature(lambda x: x ** tensor(2.0), 0.0) == 2.0
    assert curvature(lambda x: x**3, 0.0) == 0.0
    assert curvature(lambda x: x**1, 0.0) == 0.0


# fmt: off
PRODUCTS = [  # x | gradient | Hessian
    ([2.0, 3.0, 4.0], [12.0, 8.0, 6.0], [[0, 4, 3], [4, 0, 2], [3, 2, 0]]),
    ([0.0, 3.0, 4.0], [12.0, 0.0, 0.0], [[0, 4, 3], [4, 0, 0], [3, 0, 0]]),
    ([0.0, 0.0, 4.0], [0.0, 0.0, 0.0],  [[0, 4, 0], [4, 0, 0], [0, 0, 0]]),
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0],  [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
    ([5.0],           [1.0],            [[0]]),
]
# fmt: on


@pytest.mark.parametrize("x, g, h", PRODUCTS)
def test_products_with_zeros(x, g, h):
    np.testing.assert_array_equal(value_and_slope(ag.prod, x)[1], g)
    x = tensor(x, requires_grad=True)
    (gx,) = ag.gradients(ag.prod(x), (x,), create_graph=True)
    for i, row in enumerate(h):
        if gx.requires_grad:
            np.testing.assert_array_equal(ag.gradients(gx[i], (x,), retain_graph=True)[0].data, row)


# -- what is infinite by right -----------------------------------------------------------------------------------------


def test_an_infinite_slope_is_infinite_without_a_warning():
    for f, x, slope in [
        (ag.log, 0.0, INF),
        (lambda x: 1 / x, 0.0, -INF),
        (ag.arcsin, 1.0, INF),
        (ag.arctanh, 1.0, INF),
    ]:
        x = tensor(x, requires_grad=True)
        with np.errstate(all="ignore"):
            out = f(x)
        out.backward()
        assert x.grad.item() == slope


def test_nan_is_passed_on():
    for f in (ag.exp, ag.abs, ag.relu, ag.tanh, ag.sigmoid, ag.softplus, lambda x: x * 2, lambda x: ag.maximum(x, 0.0)):
        assert np.isnan(f(tensor([NAN, 1.0])).data[0])
        assert np.isnan(f(tensor(NAN)).item())
