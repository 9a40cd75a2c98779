"""Elementwise functions where a row of the op table does not look: other names, other dtypes, kinks and extremes."""

import doctest

import numpy as np
import pytest

import autograd as ag
from autograd import ops, special, tensor

INF, NAN = np.inf, np.nan


def derivatives(f, x, order, dtype=np.float64):
    """f(x) and its derivatives, entry by entry, up to an order."""
    x = tensor(np.array(x, dtype), requires_grad=True)
    ys = [f(x)]
    for _ in range(order):
        with np.errstate(invalid="ignore"):
            total = ys[-1].sum()  # of ∞ and -∞ among them
        if not total.requires_grad:
            return [y.data for y in ys] + [np.zeros_like(x.data)]
        (g,) = ag.gradients(total, (x,), create_graph=True)
        ys.append(g)
    assert {y.dtype for y in ys} == {x.dtype}
    return [y.data for y in ys]


# -- names and dtypes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("home", [ops, special], ids=["ops", "special"])
def test_docstrings_tell_the_truth(home):
    """Those that a table gives its functions, which doctest does not find by itself."""
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for name in home.__all__:
        for test in finder.find(getattr(home, name), name, module=False, globs={}):
            if test.examples and "import " in test.examples[0].source and name in test.examples[0].source:
                assert runner.run(test).failed == 0, name


def test_other_names():
    for name, other in [
        ("abs", "absolute"), ("acos", "arccos"), ("acosh", "arccosh"), ("asin", "arcsin"), ("asinh", "arcsinh"),
        ("atan", "arctan"), ("atan2", "arctan2"), ("atanh", "arctanh"), ("pow", "power"), ("rad2deg", "degrees"),
        ("deg2rad", "radians"), ("conj", "conjugate"), ("fix", "trunc"), ("mod", "remainder"), ("around", "round"),
    ]:  # fmt: skip
        assert getattr(ag, name) is getattr(ag, other)
        x = (tensor(0.5, requires_grad=True), 2.0)[: 1 + (name in ("atan2", "pow", "mod"))]
        if name != "acosh":  # which has no value there
            assert getattr(np, name)(*x).node.op.name == other


UNARY = """absolute angle arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil conjugate cos cosh degrees exp exp2
    expm1 fabs fix floor i0 imag log log10 log1p log2 nan_to_num negative positive radians real real_if_close
    reciprocal rint round sign sin sinc sinh sqrt square tan tanh trunc""".split()
BINARY = """add arctan2 copysign divide float_power floor_divide fmax fmin fmod heaviside hypot ldexp logaddexp
    logaddexp2 maximum minimum multiply power remainder subtract""".split()


@pytest.mark.parametrize("name", UNARY)
def test_of_integers_as_numpy(name):
    ours, numpys = getattr(ag, name), getattr(np, name)
    for x in (np.array([1, 0, 1]), np.int64(1), 1, np.float16(1), [1, 2]):
        with np.errstate(divide="ignore", invalid="ignore"):
            out, expected = ours(x), np.asarray(numpys(x))[()]
        assert out.dtype == expected.dtype
        assert isinstance(out.data, np.ndarray if np.ndim(x) else np.generic)
        np.testing.assert_array_equal(out.data, expected)


@pytest.mark.parametrize("name", BINARY)
def test_of_two_integers_as_numpy(name):
    ours, numpys = getattr(ag, name), getattr(np, name)
    for x, y in [(np.array([7, -7, 3]), np.array([2, 3, 1])), (np.int64(7), 2), (np.float16(7), 2), (7, 2)]:
        out, expected = ours(x, y), np.asarray(numpys(x, y))[()]
        assert out.dtype == expected.dtype
        np.testing.assert_array_equal(out.data, expected)


def test_of_complex_constants_as_numpy():
    z = np.array([3 + 4j, -1j, 2.0])
    for name in "real imag conjugate angle absolute square reciprocal positive exp log sqrt tanh power sinc".split():
        args = (z, 2) if name == "power" else (z,)
        np.testing.assert_allclose(getattr(ag, name)(*args).data, getattr(np, name)(*args), rtol=1e-15)
    assert ag.angle(z, deg=True).tolist() == np.angle(z, deg=True).tolist()
    assert ag.real_if_close(z).dtype == complex
    assert ag.real_if_close(z.real + 1e-17j).dtype == float
    odd = np.array([NAN + 1j, INF, 1.0])
    np.testing.assert_array_equal(ag.nan_to_num(odd).data, np.nan_to_num(odd))


def test_no_gradient_passes_through_complex_numbers():
    """It would be complex, and is not cut down to its real part without a word."""
    x = tensor([1.0, 2.0], requires_grad=True)
    assert ag.gradients((ag.imag(x) + ag.real(x) + ag.conj(x)).sum(), (x,))[0].tolist() == [2.0, 2.0]
    for part in (ag.real, ag.imag, ag.angle):
        with pytest.raises(TypeError, match="came out complex"):
            ag.gradients(part(x * 1j).sum(), (x,))


# -- two results -------------------------------------------------------------------------------------------------------


def test_two_results():
    x, y = tensor([-2.25, 7.5], requires_grad=True), tensor([2.0, -2.0], requires_grad=True)
    for modf in (ag.modf, np.modf):
        fraction, integer = modf(x)
        assert (fraction.tolist(), integer.tolist()) == ([-0.25, 0.5], [-2.0, 7.0])
        assert ag.gradients((fraction + 10 * integer).sum(), (x,))[0].tolist() == [1.0, 1.0]
    for divmods in (ag.divmod, np.divmod):
        whole, rest = divmods(x, y)
        assert (whole.tolist(), rest.tolist()) == ([-2.0, -4.0], [1.75, -0.5])
        gx, gy = ag.gradients((whole + rest).sum(), (x, y))
        assert (gx.tolist(), gy.tolist()) == ([1.0, 1.0], [2.0, 4.0])
    assert divmod(np.array([7.5]), y)[1].tolist() == [1.5, -0.5]
    for frexp in (ag.frexp, np.frexp):
        m, i = frexp(x)
        assert (m.tolist(), i.tolist(), i.dtype.kind) == ([-0.5625, 0.9375], [2, 3], "i")
        assert ag.ldexp(m, i).tolist() == x.tolist()
        assert ag.gradients(m.sum(), (x,))[0].tolist() == [0.25, 0.125]


@pytest.mark.parametrize("name", ["modf", "frexp"])
def test_two_results_of_what_has_no_parts(name):
    x = np.array([0.0, -0.0, INF, -INF, NAN, 5e-324, 1e308])
    for part, expected in zip(getattr(ag, name)(x), getattr(np, name)(x)):
        np.testing.assert_array_equal(part.data, expected, strict=True)
        np.testing.assert_array_equal(np.signbit(part.data), np.signbit(expected))


# -- kinks, jumps and extremes -----------------------------------------------------------------------------------------

# fmt: off
SLOPES = [  # function                                | at                       | slope
    ("arctan2 up",      lambda x: ag.arctan2(x, 0.0),   [0.0, 2.0],                [0.0, 0.0]),
    ("arctan2 right",   lambda x: ag.arctan2(0.0, x),   [0.0, 2.0],                [0.0, 0.0]),
    ("arctan2",         lambda x: ag.arctan2(x, 2.0),   [0.0, 2.0],                [0.5, 0.25]),
    ("fabs",            ag.fabs,                        [-2.0, 0.0, 2.0],          [-1.0, 0.0, 1.0]),
    ("copysign",        lambda x: ag.copysign(x, -1.0), [-2.0, 0.0, 2.0],          [1.0, 0.0, -1.0]),
    ("copysign's sign", lambda x: ag.copysign(3.0, x),  [-2.0, 0.0, 2.0],          [0.0, 0.0, 0.0]),
    ("fmax",            lambda x: ag.fmax(x, 1.0),      [0.0, 1.0, 2.0, NAN],      [0.0, 0.5, 1.0, 0.0]),
    ("fmin",            lambda x: ag.fmin(1.0, x),      [0.0, 1.0, 2.0, NAN],      [1.0, 0.5, 0.0, 0.0]),
    ("fmax of no number", lambda x: ag.fmax(NAN, x),    [1.0],                     [1.0]),
    ("fmax of one",     lambda x: ag.fmax(x, x),        [1.0],                     [1.0]),
    ("heaviside",       lambda x: ag.heaviside(x, 0.5), [-1.0, 0.0, 1.0],          [0.0, 0.0, 0.0]),
    ("heaviside at 0",  lambda y: ag.heaviside(0.0, y), [0.5, 3.0],                [1.0, 1.0]),
    ("rounding",        lambda x: ag.floor(x) + ag.ceil(x) + ag.rint(x) + ag.round(x, 1), [0.0, 0.5, 1.0], [0.0] * 3),
    ("remainder",       lambda x: ag.remainder(x, 2.0), [-1.0, 0.0, 4.0],          [1.0, 1.0, 1.0]),
    ("remainder by y",  lambda y: ag.remainder(7.0, y), [2.0, -2.0, 7.0, INF],     [-3.0, 4.0, -1.0, 0.0]),
    ("fmod by y",       lambda y: ag.fmod(-7.0, y),     [2.0, -2.0, 7.0, INF],     [3.0, -3.0, 1.0, 0.0]),
    ("nan_to_num",      ag.nan_to_num,                  [NAN, INF, -INF, 2.0],     [0.0, 0.0, 0.0, 1.0]),
    ("clip by a bound", lambda x: ag.clip(1.0, x, 3.0), [0.0, 1.0, 2.0, 5.0],      [0.0, 1.0, 1.0, 0.0]),
    ("angle",           ag.angle,                       [-1.0, 0.0, 1.0],          [0.0, 0.0, 0.0]),
    ("imag",            ag.imag,                        [NAN, INF, 1.0],           [0.0, 0.0, 0.0]),
    ("float_power",     lambda x: ag.float_power(x, 0.5).astype(x.dtype), [0.0, 4.0], [0.0, 0.25]),
    ("logaddexp of one", lambda x: ag.logaddexp(x, x),  [0.0, -1e4, 1e4, -INF],    [1.0, 1.0, 1.0, 1.0]),
    ("logaddexp of -∞", lambda x: ag.logaddexp(x, -INF), [0.0, -INF],              [1.0, 0.5]),
    ("logaddexp far",   lambda x: ag.logaddexp(x, 0.0), [-1e4, -INF, 1e4, INF],    [0.0, 0.0, 1.0, 1.0]),
    ("logaddexp2 far",  lambda x: ag.logaddexp2(x, 1.0), [-1e4, -INF, 1e4, 1.0],   [0.0, 0.0, 1.0, 0.5]),
    ("arctan2 far",     lambda x: ag.arctan2(x, 1e30) * 1e30, [0.0, 1e30],         [1.0, 0.5]),
    ("reciprocal far",  ag.reciprocal,                  [1e30, -1e30],             [0.0, 0.0]),
    ("ldexp far",       lambda x: ag.ldexp(x, -300),    [1.0],                     [2.0**-300]),
]
# fmt: on


@pytest.mark.parametrize("f, x, slope", [s[1:] for s in SLOPES], ids=[s[0] for s in SLOPES])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_slopes(f, x, slope, dtype):
    if dtype is np.float32:
        slope = np.array(slope, dtype)
    with np.errstate(invalid="ignore", under="ignore"):
        _, g = derivatives(f, x, 1, dtype)
        np.testing.assert_allclose(g, slope, rtol=1e-6 if dtype is np.float32 else 1e-14, atol=1e-30)
        np.testing.assert_allclose(ag.jvp(f, (np.array(x, dtype),), (np.ones(len(x), dtype),))[1], g)
        assert np.isfinite(derivatives(f, x, 2, dtype)[2]).all()


def test_infinite_by_right_without_a_warning():
    """The cube root rises straight up at 0 from both sides: no number is nearest. A zero cotangent stays zero."""
    for f, slope, curvature in [(ag.cbrt, INF, -INF), (ag.reciprocal, -INF, INF), (ag.log2, INF, -INF)]:
        with np.errstate(divide="ignore"):
            _, g, h = derivatives(f, [0.0], 2)
            assert (g.tolist(), h.tolist()) == ([slope], [curvature])
            _, g, h = derivatives(lambda x, f=f: ag.where(x > 0, f(x), 0.0), [0.0, 8.0], 2)
        assert (g[0], h[0]) == (0.0, 0.0)
        assert np.isfinite([g[1], h[1]]).all()


def test_sinc_near_zero_to_any_order():
    """sinc⁽ⁿ⁾ by its own formula: nothing cancels, at 0, near it, or where series and recurrence meet."""
    at_zero = [y.item() for y in derivatives(ag.sinc, [0.0], 6)]
    p = np.pi
    assert at_zero == pytest.approx([1, 0, -(p**2) / 3, 0, p**4 / 5, 0, -(p**6) / 7], rel=1e-14)
    for x in (1e-300, 1e-12, 1e-5):
        assert derivatives(ag.sinc, [x], 1)[1][0] == pytest.approx(-(p**2) * x / 3, rel=1e-9, abs=0)
    x = np.concatenate([np.linspace(0.3, 0.34, 50), np.linspace(0.6, 0.7, 50), np.linspace(0.9, 1.1, 50)])
    _, g, h, _ = derivatives(ag.sinc, x, 3)
    s, c = np.sin(p * x), np.cos(p * x)
    np.testing.assert_allclose(g, c / x - s / (p * x**2), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(h, -p * s / x - 2 * c / x**2 + 2 * s / (p * x**3), rtol=1e-12, atol=1e-12)
    assert derivatives(ag.sinc, [1e4, -1e4], 2, np.float32)[1] == pytest.approx([1e-4, -1e-4], rel=1e-4)


def test_i0_to_any_order():
    """I₀′ = I₁ and x I₀″ = x I₀ - I₀′, Bessel's equation."""
    x = np.array([-700.0, -20.0, -1.0, 1e-8, 0.5, 8.0, 100.0, 700.0])
    i0, i1, second, third = derivatives(ag.i0, x, 3)
    np.testing.assert_allclose(i1, special.sc.i1(x), rtol=1e-13)
    np.testing.assert_allclose(x * second, x * i0 - i1, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(x * third, i0 + x * i1 - 2 * second, rtol=1e-12, atol=1e-7)


@pytest.mark.parametrize("name", ["logaddexp", "logaddexp2", "arctan2", "fmax", "fmin", "copysign", "hypot", "fmod"])
@pytest.mark.parametrize("dtype, far", [(np.float32, 1e4), (np.float64, 1e300)])
def test_far_from_zero(name, dtype, far):
    for x, y in [(far, far), (far, 1.0), (1.0, far), (-far, far), (far, -far), (1 / far, far)]:
        x, y = tensor(dtype(x), requires_grad=True), tensor(dtype(y), requires_grad=True)
        gs = ag.gradients(getattr(ag, name)(x, y), (x, y), create_graph=True)
        hs = [h for g in gs if g.requires_grad for h in ag.gradients(g, (x, y), retain_graph=True)]
        assert np.isfinite([z.item() for z in (*gs, *hs)]).all()


def test_small_differences_survive():
    """What a logistic function of the difference would round away."""
    g = derivatives(lambda x: ag.logaddexp(x, 0.0), [-40.0, 40.0], 2)
    assert g[1][0] == g[2][0] == pytest.approx(np.exp(-40.0), rel=1e-12, abs=0)
    assert g[2][1] == pytest.approx(np.exp(-40.0), rel=1e-12, abs=0)
    assert derivatives(lambda x: ag.logaddexp(x, 0.0), [0.0], 3)[1:] == [0.5, 0.25, 0.0]


# -- arguments ---------------------------------------------------------------------------------------------------------


def test_clip_holds_as_numpy_does():
    x = np.array([-2.0, NAN, 0.5, 2.0])
    for low, high in [(-1, 1), (None, 1), (-1, None), (1, -1), (NAN, 1), (-1, NAN), (np.array([0, 1, 2, 3.0]), 2.5)]:
        np.testing.assert_array_equal(ag.clip(x, low, high).data, np.clip(x, low, high))
        for out in (np.clip(tensor(x, requires_grad=True), low, high), np.clip(tensor(x), a_min=low, a_max=high)):
            np.testing.assert_array_equal(out.data, np.clip(x, low, high))
    low, high = tensor([0.0, 0.0], requires_grad=True), tensor(1.0, requires_grad=True)
    g = ag.gradients(np.clip(np.array([[-1.0, 0.5], [3.0, 2.0]]), low, high).sum(), (low, high))
    assert [x.tolist() for x in g] == [[1.0, 0.0], 2.0]
    assert ag.clip(np.array([1, 2, 3]), 1.5, 2).dtype == np.clip(np.array([1, 2, 3]), 1.5, 2).dtype


def test_ldexp_takes_integers():
    x = tensor([1.0, 3.0], requires_grad=True)
    assert np.ldexp(x, tensor([1, 2])).tolist() == [2.0, 12.0]
    assert ag.ldexp(tensor(1e-300), 2000).item() == np.ldexp(1e-300, 2000)
    with pytest.raises(TypeError, match=r"ldexp: .*not supported"):
        ag.ldexp(x, 1.5)


def test_nan_to_num_takes_other_numbers():
    x = np.array([NAN, INF, -INF, 1.0], np.float32)
    out = np.nan_to_num(tensor(x, requires_grad=True), nan=7.0, posinf=8.0)
    np.testing.assert_array_equal(out.data, np.nan_to_num(x, nan=7.0, posinf=8.0), strict=True)
