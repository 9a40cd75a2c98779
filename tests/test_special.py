"""SciPy's special functions: called by their own names, their parameters, edges and extremes."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import special as sc

import autograd as ag
from autograd import special as sp
from autograd import tensor

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
        ys += ag.gradients(total, (x,), create_graph=True)
    assert {y.dtype for y in ys} == {x.dtype}
    return [y.data for y in ys]


# -- SciPy's names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in sp.__all__ if isinstance(getattr(sc, name), np.ufunc)])
def test_scipys_own_function_finds_ours(name):
    ufunc, ours = getattr(sc, name), getattr(sp, name)
    x = tensor([-0.3, -0.4] if name == "ndtri_exp" else [0.3, 0.4], requires_grad=True)
    args = (*[2, 1.5, 3.0][: ufunc.nin - 1], x)
    out = ufunc(*args)
    np.testing.assert_allclose(out.data, ours(*args).data, rtol=1e-15)
    np.testing.assert_allclose(out.data, ufunc(*args[:-1], x.data), rtol=1e-13)
    (g,) = ag.gradients(out.sum(), (x,), create_graph=True)
    (h,) = ag.gradients(g.sum(), (x,))
    ahead, behind = (ufunc(*args[:-1], x.data + step) for step in (1e-6, -1e-6))
    np.testing.assert_allclose(g.data, (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(ag.jvp(lambda x: ufunc(*args[:-1], x), (x.data,), (np.ones(2),))[1], g.data, rtol=1e-12)
    assert np.isfinite(h.data).all()


def test_other_names():
    assert (sp.psi, sp.jn, sp.yn, sp.kn) == (sp.digamma, sp.jv, sp.yv, sp.kv)
    x = tensor([0.3, 2.5], requires_grad=True)
    for name in ("cbrt", "exp2", "expm1", "log1p", "sinc"):
        assert getattr(sc, name)(x).node.op.name == name
    assert sc.round(x).node.op.name == "rint"


def test_ufuncs_of_others():
    x = tensor([1.0, 2.0], requires_grad=True)
    double = np.frompyfunc(lambda x: 2 * x, 1, 1)
    assert double(x.detach()).tolist() == [2.0, 4.0]
    for ufunc in (double, sc.spence):
        with pytest.raises(TypeError, match="has no derivative rule"):
            ufunc(x)


def test_without_scipy():
    """What needs it says so; all else, foreign ufuncs included, works."""
    code = """
import sys
sys.modules["scipy"] = None
import numpy as np
import autograd
assert np.frompyfunc(lambda x: 2 * x, 1, 1)(autograd.tensor([1.0])).tolist() == [2.0]
try:
    autograd.special
except ImportError as fault:
    print(fault)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "autograd.special computes with SciPy, which is not installed; pip install scipy\n"


# -- parameters --------------------------------------------------------------------------------------------------------


def test_a_derivative_that_is_not_known_is_an_error():
    a, x = tensor(2.0, requires_grad=True), tensor([0.3, 0.4], requires_grad=True)
    for name, args, parameter in [
        ("jv", (a, x), "v"), ("kv", (a, 1.0), "v"), ("gammainc", (a, x), "a"), ("betainc", (a, 1.0, x), "a"),
        ("betainc", (1.0, a, x), "b"), ("polygamma", (a, x), "n"), ("zeta", (a, x), "s"), ("expn", (a, x), "n"),
    ]:  # fmt: skip
        with pytest.raises(TypeError, match=f"{name}: its derivative by {parameter} is not known; use {parameter}.det"):
            getattr(sp, name)(*args)
    with pytest.raises(TypeError, match="jv: its derivative by v is not known"):
        sc.jv(a, x)
    with ag.no_grad():
        assert sp.jv(a, x).tolist() == sc.jv(2.0, x.data).tolist()
    assert sp.jv(a.detach(), x).tolist() == sc.jv(2.0, x.data).tolist()
    with pytest.raises(TypeError, match=r"betainc: takes \(a, b, x\), not 2 arguments"):
        sp.betainc(1.0, x)


def test_parameters_broadcast_and_keep_the_dtype():
    x = tensor(np.array([0.5, 1.5], np.float32), requires_grad=True)
    v = np.array([[0], [1], [2]])
    out = sp.jv(v, x)
    np.testing.assert_allclose(out.data, sc.jv(v, x.data))
    (g,) = ag.gradients(out.sum(), (x,))
    np.testing.assert_allclose(g.data, sc.jvp(v, x.data).sum(axis=0), rtol=1e-6)
    assert (g.shape, g.dtype) == ((2,), np.float32)
    for y in (sp.gammainc(2, x), sp.xlogy(2, x), sp.beta(x, 2), sp.expn(2, x), sp.polygamma(2, x), sp.erf(x)):
        assert y.dtype == np.float32
    assert sp.beta(2, 3).dtype == sp.erf(1).dtype == sp.jv(0, 1).dtype == np.float64
    mixed = sp.polygamma(np.array([0, 1, 2]), tensor([1.5, 1.5, 1.5], requires_grad=True))
    np.testing.assert_allclose(mixed.data, sc.polygamma([0, 1, 2], 1.5), rtol=1e-14)
    mixed.sum().backward()


def test_multigammaln_has_a_domain():
    for a, d in [(1.0, 3), ([2.0, 0.5], 2), (2.0, 0), (2.0, 1.5)]:
        with pytest.raises(ValueError, match="multigammaln: d="):
            sp.multigammaln(a, d)


# -- edges -------------------------------------------------------------------------------------------------------------

# fmt: off
SLOPES = [  # function                               | at                       | slope
    ("entr",            sp.entr,                       [0.0, 1.0],                [0.0, -1.0]),
    ("xlogy by x",      lambda x: sp.xlogy(x, 2.0),    [0.0, 1.0],                [np.log(2.0)] * 2),
    ("xlogy by x, y = 0", lambda x: sp.xlogy(x, 0.0),  [0.0],                     [0.0]),
    ("xlogy by y",      lambda y: sp.xlogy(0.0, y),    [0.0, 1.0, -1.0],          [0.0, 0.0, 0.0]),
    ("xlogy of one",    lambda x: sp.xlogy(x, x),      [0.0, 1.0],                [0.0, 1.0]),
    ("xlog1py by x",    lambda x: sp.xlog1py(x, -1.0), [0.0],                     [0.0]),
    ("xlog1py by y",    lambda y: sp.xlog1py(0.0, y),  [-1.0, 1.0],               [0.0, 0.0]),
    ("rel_entr by x",   lambda x: sp.rel_entr(x, 1.0), [0.0, 1.0],                [0.0, 1.0]),
    ("rel_entr by y",   lambda y: sp.rel_entr(0.0, y), [0.0, 1.0],                [0.0, 0.0]),
    ("kl_div by x",     lambda x: sp.kl_div(x, 1.0),   [0.0, 1.0],                [0.0, 0.0]),
    ("kl_div by y",     lambda y: sp.kl_div(0.0, y),   [0.0, 1.0],                [1.0, 1.0]),
    ("i0e",             sp.i0e,                        [0.0],                     [0.0]),
    ("gammainc, a = 1", lambda x: sp.gammainc(1, x),   [0.0],                     [1.0]),
    ("betainc, a = b = 1", lambda x: sp.betainc(1, 1, x), [0.0, 1.0],             [1.0, 1.0]),
    ("j1",              sp.j1,                         [0.0],                     [0.5]),
    ("i1",              sp.i1,                         [0.0],                     [0.5]),
    ("i1e",             sp.i1e,                        [0.0, 1e4, -1e4],          [0.5, -1.9945e-7, -1.9945e-7]),
    ("exprel",          sp.exprel,                     [0.0, 1e-20, -1e4],        [0.5, 0.5, 1e-8]),
    ("erf",             sp.erf,                        [-1e4, 1e4],               [0.0, 0.0]),
    ("erfcx",           sp.erfcx,                      [1e4],                     [-1 / np.sqrt(np.pi) / 1e8]),
    ("ndtr",            sp.ndtr,                       [-1e4, 1e4],               [0.0, 0.0]),
    ("log_ndtr",        sp.log_ndtr,                   [-1e4, 1e4],               [1e4, 0.0]),
    ("expit",           sp.expit,                      [-1e4, 0.0, 1e4],          [0.0, 0.25, 0.0]),
    ("log_expit",       sp.log_expit,                  [-1e4, 0.0, 1e4],          [1.0, 0.5, 0.0]),
    ("gammaln",         sp.gammaln,                    [1e4],                     [sc.psi(1e4)]),
    ("digamma",         sp.digamma,                    [1e4],                     [1.00005e-4]),
    ("entr far",        sp.entr,                       [1e4],                     [-1 - np.log(1e4)]),
]
# fmt: on


@pytest.mark.parametrize("f, x, slope", [s[1:] for s in SLOPES], ids=[s[0] for s in SLOPES])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_slopes(f, x, slope, dtype):
    _, g, h = derivatives(f, x, 2, dtype)
    np.testing.assert_allclose(g, slope, rtol=2e-3 if dtype is np.float32 else 2e-4, atol=1e-15)
    np.testing.assert_allclose(ag.jvp(f, (np.array(x, dtype),), (np.ones(len(x), dtype),))[1], g)
    assert np.isfinite(h).all()


def test_at_the_edge_of_floating_point():
    """x = ±1e300, where f and f′ are finite."""
    for f, x, slope in [
        (sp.erf, [-1e300, 1e300], [0.0, 0.0]), (sp.ndtr, [-1e300, 1e300], [0.0, 0.0]), (sp.erfcx, [1e300], [0.0]),
        (sp.expit, [-1e300, 1e300], [0.0, 0.0]), (sp.log_expit, [-1e300, 1e300], [1.0, 0.0]),
        (sp.gammaln, [1e300], [np.log(1e300)]), (sp.digamma, [1e300], [1e-300]), (sp.exprel, [-1e300], [0.0]),
        (sp.i0e, [-1e300, 1e300], [0.0, 0.0]), (sp.i1e, [-1e300, 1e300], [0.0, 0.0]),
        (sp.ndtri_exp, [-1e300], [5e-151 * np.sqrt(2)]), (lambda x: sp.rel_entr(x, x), [1e300, 1e-300], [0.0, 0.0]),
        (lambda x: sp.rel_entr(x, 1e-300), [1e300], [1 + 600 * np.log(10)]),
        (sp.entr, [1e-300], [300 * np.log(10) - 1]),
    ]:  # fmt: skip
        _, g, h = derivatives(f, x, 2)
        np.testing.assert_allclose(g, slope, rtol=1e-12, atol=1e-300)
        assert np.isfinite(h).all()
    assert derivatives(sp.log_ndtr, [-1e300], 1)[1] == pytest.approx([1e300])


def test_infinite_by_right_without_a_warning():
    for f, x, slope in [
        (sp.erfinv, 1.0, INF), (sp.ndtri, 0.0, INF), (sp.logit, 0.0, INF), (sp.digamma, 0.0, INF), (sp.y0, 0.0, INF),
        (sp.k0, 0.0, -INF), (sp.exp1, 0.0, -INF), (lambda x: sp.gammainc(0.5, x), 0.0, INF),
    ]:  # fmt: skip
        _, g = derivatives(f, [x], 1)
        assert g.tolist() == [slope]
        _, g, h = derivatives(lambda t, f=f, x=x: ag.where(t == x, 0.0, f(t)), [x, 0.5], 2)
        assert (g[0], h[0]) == (0.0, 0.0)
        assert np.isfinite([g[1], h[1]]).all()


# -- accuracy ----------------------------------------------------------------------------------------------------------


def test_erfcx_and_log_ndtr_to_any_order():
    """Where the recurrence erfcx′ = 2x erfcx - 2/√π cancels: against the asymptotic series, to high order in 1/x."""
    x = np.array([30.0, 1e3, 1e6, 1e12])
    _, g, h, third = derivatives(sp.erfcx, x, 3)
    root = np.sqrt(np.pi)
    s = x**-2.0
    np.testing.assert_allclose(g, -s / root * (1 - 1.5 * s + 3.75 * s**2 - 13.125 * s**3 + 59.0625 * s**4), rtol=1e-12)
    np.testing.assert_allclose(h, 2 * s / x / root * (1 - 3 * s + 11.25 * s**2 - 52.5 * s**3), rtol=1e-8)
    np.testing.assert_allclose(third, -6 * s**2 / root * (1 - 5 * s + 26.25 * s**2 - 157.5 * s**3), rtol=1e-7)
    _, g, h = derivatives(sp.log_ndtr, -x, 2)
    np.testing.assert_allclose(g, x * (1 + s - 2 * s**2 + 10 * s**3 - 74 * s**4), rtol=1e-11)
    np.testing.assert_allclose(h, -1 + s - 6 * s**2 + 50 * s**3, rtol=1e-8)
    near = np.linspace(1.9, 2.1, 41)  # where the recurrence and the fraction meet
    _, g, h = derivatives(sp.erfcx, near, 2)
    np.testing.assert_allclose(g, 2 * near * sc.erfcx(near) - 2 / root, rtol=1e-13)
    np.testing.assert_allclose(h, 2 * near * g + 2 * sc.erfcx(near), rtol=1e-13)


def test_small_differences_survive():
    tiny = np.exp(-40.0)
    assert derivatives(sp.expit, [40.0, -40.0], 1)[1] == pytest.approx([tiny, tiny], rel=1e-12, abs=0)
    assert derivatives(sp.log_expit, [40.0], 1)[1] == pytest.approx([tiny], rel=1e-12, abs=0)
    assert derivatives(sp.cosm1, [1e-9], 1)[1] == pytest.approx([-1e-9], rel=1e-12, abs=0)


def test_known_values():
    """ψ′(1) = π²/6, ψ″(1) = -2ζ(3), ψ‴(1) = π⁴/15; Γ′(1) = -γ; E₁, Ei and their kin by their definition."""
    zeta3 = 1.2020569031595942
    assert [y.item() for y in derivatives(sp.digamma, [1.0], 3)] == pytest.approx(
        [-np.euler_gamma, np.pi**2 / 6, -2 * zeta3, np.pi**4 / 15], rel=1e-14
    )
    assert derivatives(sp.gamma, [1.0], 1)[1] == pytest.approx([-np.euler_gamma])
    assert derivatives(lambda x: sp.expn(1, x), [2.0], 1)[1] == pytest.approx(derivatives(sp.exp1, [2.0], 1)[1])
    assert derivatives(sp.expi, [2.0], 1)[1] == pytest.approx([np.exp(2) / 2])
    assert [y.item() for y in derivatives(sp.exprel, [0.0], 4)] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])


def test_a_normal_distribution_made_of_these():
    """The log-likelihood of a truncated normal variable, differentiated by its mean and to second order."""

    def likelihood(mean):
        return -((1.5 - mean) ** 2) / 2 - np.log(sc.ndtr(2 - mean) - sc.ndtr(-1 - mean))

    ag.check_grad(likelihood, 0.3)
