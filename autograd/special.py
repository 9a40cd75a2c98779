"""The error function, the gamma function and their families, by SciPy. Loaded when one of them is first used."""

from __future__ import annotations

import functools
import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ops
from autograd.graph import Traced
from autograd.ops.elementwise import describe, unbounded
from autograd.record import values_of
from autograd.rules import elementwise, spelled
from autograd.scope import is_grad_enabled

try:
    from scipy import special
except ImportError as fault:
    raise ImportError("autograd.special computes with SciPy, which is not installed; pip install scipy") from fault
# With SCIPY_ARRAY_API set, SciPy's ufuncs stand behind functions that would ask us for ours
sc = SimpleNamespace(**{name: getattr(f, "__wrapped__", f) for name, f in vars(special).items()})

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "beta", "betainc", "betaincc", "betaincinv", "betaln", "binom", "cosm1", "digamma", "entr", "erf", "erfc",
    "erfcinv", "erfcx", "erfi", "erfinv", "exp1", "exp10", "expi", "expit", "expn", "exprel", "gamma", "gammainc",
    "gammaincc", "gammainccinv", "gammaincinv", "gammaln", "hyp0f1", "hyp1f1", "hyp2f1", "i0", "i0e", "i1", "i1e",
    "iv", "ive", "j0", "j1", "jn", "jv", "k0", "k0e", "k1", "k1e", "kl_div", "kn", "kv", "kve", "log_expit",
    "log_ndtr", "loggamma", "logit", "multigammaln", "ndtr", "ndtri", "ndtri_exp", "poch", "polygamma", "psi",
    "rel_entr", "xlog1py", "xlogy", "y0", "y1", "yn", "yv", "zeta",
]
# fmt: on

ROOT_2, ROOT_PI = math.sqrt(2), math.sqrt(math.pi)

# -- functions with parameters ---------------------------------------------------------------------------------------


def in_last(name: str, forward: Any, slope: Any) -> Callable[..., Tensor]:
    """f(a, ..., x): differentiable by x, its last argument, which is the first of the rules; a, ... are constants."""
    op: Any = unbounded(name, forward, slope).op  # type: ignore[attr-defined]
    call, names = op.function, op.parameter_names

    def function(*args: Any) -> Any:
        if len(args) != len(names) + 1:
            raise TypeError(f"{name}: takes ({', '.join(names)}, x), not {len(args)} arguments")
        *constants, x = args
        dtype = np.result_type(np.real(np.asarray(values_of(x))), 1.0)
        return call(x, **{a: _constant(name, a, value, dtype) for a, value in zip(names, constants)})

    function.__name__ = function.__qualname__ = name
    op.function = function
    return function


def _constant(name: str, parameter: str, x: Any, dtype: np.dtype[Any]) -> Any:
    """The value of a parameter by which no derivative is known; Python numbers take the dtype of what they meet."""
    if isinstance(x, Traced) and x.node is not None and is_grad_enabled():
        raise TypeError(f"{name}: its derivative by {parameter} is not known; use {parameter}.detach() for a constant")
    return dtype.type(x) if type(x) in (int, float) else np.asarray(values_of(x))[()]


def weak(ufunc: Any) -> Callable[[Any, Any], Any]:
    """A ufunc of SciPy's that takes Python numbers in the dtype of what they meet, as NumPy's do."""

    def forward(x: Any, y: Any) -> Any:
        if type(x) in (int, float):
            x = np.result_type(y, 1.0).type(x)
        elif type(y) in (int, float):
            y = np.result_type(x, 1.0).type(y)
        return ufunc(x, y)

    return forward


# -- forwards and slopes that need more than a line ------------------------------------------------------------------


def _erfcx(x: Any, n: int = 0) -> Any:
    """The n-th derivative of e^(x²) erfc x. Up to 2 by its recurrence, y″ = 2xy′ + 2y and so on, whose terms cancel
    beyond; there by the continued fraction for the ratio of a derivative to the one before."""
    if isinstance(x, Traced):
        return erfcx(x, n=n)
    if n == 0:
        return sc.erfcx(x)
    low, high = np.minimum(x, 2), np.maximum(x, 2)
    before, below = sc.erfcx(low), 2 * low * sc.erfcx(low) - 2 / ROOT_PI
    for k in range(1, n):
        before, below = below, 2 * (low * below + k * before)
    above, ratio = sc.erfcx(high), 1 / (high + np.hypot(high, 9))
    for k in range(39, 0, -1):
        ratio = 1 / (2 * high + 2 * (k + 1) * ratio)
        above = -2 * k * ratio * above if k <= n else above
    return np.where(x < 2, below, above)


def _zeta(s: Any, x: Any) -> Any:
    return zeta(s, x) if isinstance(x, Traced) else sc.zeta(s, x)


def _from(edge: int, x: Any, y: Any) -> Any:
    """y; or a number whose logarithm is 0, where y has none but x = 0 says that it does not matter."""
    return np.where((x == 0) & np.less_equal(y, edge), edge + 1, y)


def _share(x: Any, y: Any) -> Any:
    return np.where((x == 0) & (y == 0), 0, x / y)


def _i2e(x: Any) -> Any:
    """e^-|x| I₂(x). SciPy knows no orders above 1 for large x, and the recurrence cancels for small ones."""
    return np.where(np.abs(x) > 1, sc.i0e(x) - 2 * sc.i1e(x) / x, sc.ive(2, x))


def _gamma_density(a: Any, x: Any) -> Any:
    """xᵃ⁻¹ e⁻ˣ / Γ(a)."""
    return np.exp(sc.xlogy(a - 1, x) - x - sc.gammaln(a))


def _beta_density(a: Any, b: Any, x: Any) -> Any:
    """xᵃ⁻¹ (1 - x)ᵇ⁻¹ / B(a, b)."""
    return np.exp(sc.xlogy(a - 1, x) + sc.xlog1py(b - 1, -x) - sc.betaln(a, b))


# -- the table -------------------------------------------------------------------------------------------------------

# fmt: off
# error functions          op            forward       derivative by x                          derivative by y
erf       = unbounded("erf",             sc.erf,       lambda x: 2 / ROOT_PI * np.exp(-x**2))
erfc      = unbounded("erfc",            sc.erfc,      lambda x: -2 / ROOT_PI * np.exp(-x**2))
erfi      = unbounded("erfi",            sc.erfi,      lambda x: 2 / ROOT_PI * np.exp(x**2))
erfcx     = unbounded("erfcx",           _erfcx,       lambda x, n: spelled(_erfcx, x, n + 1))
erfinv    = unbounded("erfinv",          sc.erfinv,    lambda out: ROOT_PI / 2 * np.exp(out**2))
erfcinv   = unbounded("erfcinv",         sc.erfcinv,   lambda out: -ROOT_PI / 2 * np.exp(out**2))
ndtr      = unbounded("ndtr",            sc.ndtr,      lambda x: 1 / ROOT_2 / ROOT_PI * np.exp(-x**2 / 2))
log_ndtr  = unbounded("log_ndtr",        sc.log_ndtr,  lambda x: ROOT_2 / ROOT_PI / sc.erfcx(-x / ROOT_2))
ndtri     = unbounded("ndtri",           sc.ndtri,     lambda out: ROOT_2 * ROOT_PI * np.exp(out**2 / 2))
ndtri_exp = unbounded("ndtri_exp",       sc.ndtri_exp, lambda out: ROOT_PI / ROOT_2 * sc.erfcx(-out / ROOT_2))

# gamma functions
gamma     = unbounded("gamma",           sc.gamma,     lambda x, out: out * sc.psi(x))
gammaln   = unbounded("gammaln",         sc.gammaln,   lambda x: sc.psi(x))
loggamma  = unbounded("loggamma",        sc.loggamma,  lambda x: sc.psi(x))
digamma   = unbounded("digamma",         sc.psi,       lambda x: spelled(_zeta, 2, x))
beta      = unbounded("beta",            weak(sc.beta),    lambda x, y, out: out * (sc.psi(x) - sc.psi(x + y)),
                                                           lambda x, y, out: out * (sc.psi(y) - sc.psi(x + y)))
betaln    = unbounded("betaln",          weak(sc.betaln),  lambda x, y: sc.psi(x) - sc.psi(x + y),
                                                           lambda x, y: sc.psi(y) - sc.psi(x + y))
poch      = unbounded("poch",            weak(sc.poch),    lambda x, y, out: out * (sc.psi(x + y) - sc.psi(x)),
                                                           lambda x, y, out: out * sc.psi(x + y))
binom     = unbounded("binom",           weak(sc.binom),   lambda x, y, out: out * (sc.psi(x + 1) - sc.psi(x - y + 1)),
                                                           lambda x, y, out: out * (sc.psi(x - y + 1) - sc.psi(y + 1)))

# logarithms and exponentials
expit     = elementwise("expit",         sc.expit,     lambda x: sc.expit(x) * sc.expit(-x))
log_expit = elementwise("log_expit",     sc.log_expit, lambda x: sc.expit(-x))
logit     = unbounded("logit",           sc.logit,     lambda x: 1 / x + 1 / (1 - x))
entr      = unbounded("entr",            sc.entr,      lambda x: np.where(x == 0, 0, -1 - np.log(x)))
rel_entr  = unbounded("rel_entr",  weak(sc.rel_entr),  lambda x, y: np.where(x == 0, 0, np.log(x) - np.log(y) + 1),
                                                       lambda x, y: -_share(x, y))
kl_div    = unbounded("kl_div",    weak(sc.kl_div),    lambda x, y: np.where(x == 0, 0, np.log(x) - np.log(y)),
                                                       lambda x, y: 1 - _share(x, y))
xlogy     = unbounded("xlogy",     weak(sc.xlogy),     lambda x, y: np.log(_from(0, x, y)),
                                                       lambda x, y: _share(x, y))
xlog1py   = unbounded("xlog1py",   weak(sc.xlog1py),   lambda x, y: np.log1p(_from(-1, x, y)),
                                                       lambda x, y: _share(x, 1 + y))
exp10     = unbounded("exp10",           sc.exp10,     lambda out: math.log(10) * out)
cosm1     = elementwise("cosm1",         sc.cosm1,     lambda x: -np.sin(x))
exp1      = unbounded("exp1",            sc.exp1,      lambda x: -np.exp(-x) / x)
expi      = unbounded("expi",            sc.expi,      lambda x: np.exp(x) / x)
exprel    = unbounded("exprel",          sc.exprel,    lambda x: sc.hyp1f1(2, 3, np.minimum(x, 1e3)) / 2)

# Bessel functions
j0        = elementwise("j0",            sc.j0,        lambda x: -sc.j1(x))
j1        = elementwise("j1",            sc.j1,        lambda x: (sc.j0(x) - sc.jv(2, x)) / 2)
y0        = unbounded("y0",              sc.y0,        lambda x: -sc.y1(x))
y1        = unbounded("y1",              sc.y1,        lambda x, out: sc.y0(x) - out / x)
i0        = unbounded("bessel_i0",       sc.i0,        lambda x: sc.i1(x))
i1        = unbounded("i1",              sc.i1,        lambda x: (sc.i0(x) + sc.iv(2, x)) / 2)
k0        = unbounded("k0",              sc.k0,        lambda x: -sc.k1(x))
k1        = unbounded("k1",              sc.k1,        lambda x, out: -sc.k0(x) - out / x)
i0e       = elementwise("i0e",           sc.i0e,       lambda x, out: sc.i1e(x) - np.sign(x) * out)
i1e       = unbounded("i1e",             sc.i1e,       lambda x, out: (sc.i0e(x) + _i2e(x)) / 2 - np.sign(x) * out)
k0e       = unbounded("k0e",             sc.k0e,       lambda x, out: out - sc.k1e(x))
k1e       = unbounded("k1e",             sc.k1e,       lambda x, out: out * (1 - 1 / x) - sc.k0e(x))

# functions of x, the last argument, and of constants: Bessel functions of any order
jv  = in_last("jv",  lambda x, v: sc.jv(v, x),  lambda x, v: (sc.jv(v - 1, x) - sc.jv(v + 1, x)) / 2)
yv  = in_last("yv",  lambda x, v: sc.yv(v, x),  lambda x, v: (sc.yv(v - 1, x) - sc.yv(v + 1, x)) / 2)
iv  = in_last("iv",  lambda x, v: sc.iv(v, x),  lambda x, v: (sc.iv(v - 1, x) + sc.iv(v + 1, x)) / 2)
kv  = in_last("kv",  lambda x, v: sc.kv(v, x),  lambda x, v: -(sc.kv(v - 1, x) + sc.kv(v + 1, x)) / 2)
ive = in_last("ive", lambda x, v: sc.ive(v, x),
              lambda x, v, out: (sc.ive(v - 1, x) + sc.ive(v + 1, x)) / 2 - np.sign(x) * out)
kve = in_last("kve", lambda x, v: sc.kve(v, x),
              lambda x, v, out: out - (sc.kve(v - 1, x) + sc.kve(v + 1, x)) / 2)

# incomplete gamma and beta functions, their inverses, and more
gammainc     = in_last("gammainc",     lambda x, a: sc.gammainc(a, x),     lambda x, a: _gamma_density(a, x))
gammaincc    = in_last("gammaincc",    lambda x, a: sc.gammaincc(a, x),    lambda x, a: -_gamma_density(a, x))
gammaincinv  = in_last("gammaincinv",  lambda x, a: sc.gammaincinv(a, x),  lambda out, a: 1 / _gamma_density(a, out))
gammainccinv = in_last("gammainccinv", lambda x, a: sc.gammainccinv(a, x), lambda out, a: -1 / _gamma_density(a, out))
betainc      = in_last("betainc",      lambda x, a, b: sc.betainc(a, b, x),    lambda x, a, b: _beta_density(a, b, x))
betaincc     = in_last("betaincc",     lambda x, a, b: sc.betaincc(a, b, x),   lambda x, a, b: -_beta_density(a, b, x))
betaincinv   = in_last("betaincinv",   lambda x, a, b: sc.betaincinv(a, b, x),
                       lambda out, a, b: 1 / _beta_density(a, b, out))
expn         = in_last("expn",         lambda x, n: sc.expn(n, x),
                       lambda x, n: -np.where(n > 0, sc.expn(np.abs(n - 1), x), np.exp(-x) * (1 + 1 / x) / x))
zeta         = in_last("zeta",         lambda x, s: sc.zeta(s, x),         lambda x, s: -s * spelled(_zeta, s + 1, x))
hyp0f1       = in_last("hyp0f1",       lambda x, v: sc.hyp0f1(v, x),       lambda x, v: sc.hyp0f1(v + 1, x) / v)
hyp1f1       = in_last("hyp1f1",       lambda x, a, b: sc.hyp1f1(a, b, x),
                       lambda x, a, b: a / b * sc.hyp1f1(a + 1, b + 1, x))
hyp2f1       = in_last("hyp2f1",       lambda x, a, b, c: sc.hyp2f1(a, b, c, x),
                       lambda x, a, b, c: a * b / c * sc.hyp2f1(a + 1, b + 1, c + 1, x))

# other names
psi, jn, yn, kn = digamma, jv, yv, kv
# fmt: on

describe(
    "autograd.special",
    erf="2/√π ∫ e^(-t²) dt from 0 to x, the error function. erf(0.0) = 0.0",
    erfc="1 - erf x, exact for large x. erfc(0.0) = 1.0",
    erfi="-i erf(ix), the imaginary error function. erfi(0.0) = 0.0",
    erfcx="e^(x²) erfc x, which never underflows. erfcx(0.0) = 1.0",
    erfinv="erf⁻¹(x), the number whose erf is x. erfinv(0.0) = 0.0",
    erfcinv="erfc⁻¹(x), the number whose erfc is x. erfcinv(0.0) = inf",
    ndtr="Φ(x) = ∫ e^(-t²/2) dt / √2π from -∞ to x, the probability that a normal variable is below x. ndtr(0.0) = 0.5",
    log_ndtr="ln Φ(x), the logarithm of `ndtr`, exact for very negative x. log_ndtr(0.0) = -0.6931471805...",
    ndtri="Φ⁻¹(x), the number below which a normal variable is with probability x. ndtri(0.5) = 0.0",
    ndtri_exp="Φ⁻¹(eˣ), the number whose `log_ndtr` is x. ndtri_exp(-float('inf')) = -inf",
    gamma="Γ(x) = ∫ tˣ⁻¹ e⁻ᵗ dt from 0 to ∞, (x - 1)! for integers. gamma(5.0) = 24.0",
    gammaln="ln |Γ(x)|. gammaln(1.0) = 0.0",
    loggamma="ln Γ(x), of numbers > 0. loggamma(1.0) = 0.0",
    digamma="Γ′(x) / Γ(x). digamma(1.0) = -0.5772156649...",
    beta="Γ(x) Γ(y) / Γ(x + y). beta(2.0, 1.0) = 0.5",
    betaln="ln |B(x, y)|. betaln(1.0, 1.0) = 0.0",
    poch="Γ(x + y) / Γ(x), the rising factorial; no slope where those are infinite. poch(2.0, 3.0) = 24.0",
    binom="Γ(x + 1) / Γ(y + 1) Γ(x - y + 1), x choose y; no slope where those are infinite. binom(4.0, 2.0) = 6.0",
    expit="1 / (1 + e⁻ˣ), the logistic function. expit(0.0) = 0.5",
    log_expit="-ln(1 + e⁻ˣ), stable for any x. log_expit(-1000.0) = -1000.0",
    logit="ln(x / (1 - x)), the inverse of `expit`. logit(0.5) = 0.0",
    entr="-x ln x, which is 0 at 0, as is its slope. entr(0.0) = 0.0",
    rel_entr="x ln(x / y), 0 at x = 0, as is its slope by x. rel_entr(1.0, 1.0) = 0.0",
    kl_div="x ln(x / y) - x + y, with slope 0 by x at x = 0. kl_div(1.0, 1.0) = 0.0",
    xlogy="x ln y, and 0 where x is 0, whatever y. xlogy(0.0, 0.0) = 0.0",
    xlog1py="x ln(1 + y), and 0 where x is 0, whatever y. xlog1py(0.0, -1.0) = 0.0",
    exp10="10ˣ. exp10(2.0) = 100.0",
    cosm1="cos x - 1, exact for small x. cosm1(0.0) = 0.0",
    exp1="∫ e⁻ᵗ / t dt from x to ∞, the exponential integral E₁. exp1(float('inf')) = 0.0",
    expi="∫ eᵗ / t dt from -∞ to x, the exponential integral Ei. expi(0.0) = -inf",
    exprel="(eˣ - 1) / x, which is 1 at 0. exprel(0.0) = 1.0",
    j0="J₀(x), the Bessel function of the first kind, of order 0. j0(0.0) = 1.0",
    j1="J₁(x), the Bessel function of the first kind, of order 1. j1(0.0) = 0.0",
    y0="Y₀(x), the Bessel function of the second kind, of order 0. y0(0.0) = -inf",
    y1="Y₁(x), the Bessel function of the second kind, of order 1. y1(0.0) = -inf",
    i1="I₁(x), the modified Bessel function of the first kind, of order 1. i1(0.0) = 0.0",
    k0="K₀(x), the modified Bessel function of the second kind, of order 0. k0(0.0) = inf",
    k1="K₁(x), the modified Bessel function of the second kind, of order 1. k1(0.0) = inf",
    i0e="e^-|x| I₀(x), with slope 0 at 0. i0e(0.0) = 1.0",
    i1e="e^-|x| I₁(x). i1e(0.0) = 0.0",
    k0e="eˣ K₀(x). k0e(0.0) = inf",
    k1e="eˣ K₁(x). k1e(0.0) = inf",
    jv="Jᵥ(x) = Σₖ (-1)ᵏ (x/2)²ᵏ⁺ᵛ / k! Γ(k + v + 1), the Bessel function of the first kind. jv(0, 0.0) = 1.0",
    yv="Yᵥ(x) = (Jᵥ(x) cos πv - J₋ᵥ(x)) / sin πv, the Bessel function of the second kind. yv(0, 0.0) = -inf",
    iv="Iᵥ(x) = Σₖ (x/2)²ᵏ⁺ᵛ / k! Γ(k + v + 1), the modified Bessel function of the first kind. iv(0, 0.0) = 1.0",
    kv="Kᵥ(x) = π/2 (I₋ᵥ(x) - Iᵥ(x)) / sin πv, the modified Bessel function of the second kind. kv(0, 0.0) = inf",
    ive="e^-|x| Iᵥ(x). ive(0, 0.0) = 1.0",
    kve="eˣ Kᵥ(x). kve(0, 0.0) = inf",
    gammainc="∫ tᵃ⁻¹ e⁻ᵗ dt / Γ(a) from 0 to x. gammainc(1.0, 0.0) = 0.0",
    gammaincc="1 - gammainc(a, x), exact for large x. gammaincc(1.0, 0.0) = 1.0",
    gammaincinv="y for which gammainc(a, y) = x. gammaincinv(1.0, 0.0) = 0.0",
    gammainccinv="y for which gammaincc(a, y) = x. gammainccinv(1.0, 1.0) = 0.0",
    betainc="∫ tᵃ⁻¹ (1 - t)ᵇ⁻¹ dt / B(a, b) from 0 to x. betainc(1.0, 1.0, 0.25) = 0.25",
    betaincc="1 - betainc(a, b, x). betaincc(1.0, 1.0, 0.25) = 0.75",
    betaincinv="y for which betainc(a, b, y) = x. betaincinv(1.0, 1.0, 0.25) = 0.25",
    expn="∫ e⁻ˣᵗ / tⁿ dt from 1 to ∞, the exponential integral Eₙ. expn(2, 0.0) = 1.0",
    zeta="Σ 1 / (k + x)ˢ, k = 0, 1, ..., the zeta function of Hurwitz. zeta(2, 1.0) = 1.6449340668...",
    hyp0f1="Σ xᵏ / (v)ₖ k!, where (v)ₖ is poch(v, k). hyp0f1(1.0, 0.0) = 1.0",
    hyp1f1="Σ (a)ₖ xᵏ / (b)ₖ k!, where (a)ₖ is poch(a, k). hyp1f1(1.0, 2.0, 0.0) = 1.0",
    hyp2f1="Σ (a)ₖ (b)ₖ xᵏ / (c)ₖ k!, where (a)ₖ is poch(a, k). hyp2f1(1.0, 1.0, 2.0, 0.0) = 1.0",
)
i0.__doc__ = ops.i0.__doc__  # the same function, with slopes by SciPy, which is faster


def polygamma(n: Any, x: Any) -> Tensor:
    """out = ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹ n! ζ(n + 1, x), the n-th derivative of `digamma`, n ≥ 0; shapes broadcast.

    >>> round(float(polygamma(1, 1.0)), 6)
    1.644934
    """
    n = _constant("polygamma", "n", n, np.result_type(np.asarray(values_of(x)), 1.0))
    if not np.any(n):
        return digamma(x)
    higher = ops.multiply((-1) ** (n + 1) * sc.gamma(n + 1), zeta(n + 1, x))
    return higher if np.all(n) else ops.where(n == 0, digamma(x), higher)


def multigammaln(a: Any, d: int) -> Tensor:
    """out = d (d - 1) / 4 ln π + Σⱼ ln Γ(a - j/2), j < d, for a > (d - 1) / 2 (ValueError); entry by entry.

    >>> float(multigammaln(1.0, 1))
    0.0
    """
    if d < 1 or d != int(d) or not np.all(np.asarray(values_of(a)) > (d - 1) / 2):
        raise ValueError(f"multigammaln: d={d!r} must be a positive integer, and every a above (d - 1) / 2")
    terms = [gammaln(ops.subtract(a, j / 2)) for j in range(d)]
    return functools.reduce(ops.add, terms) + d * (d - 1) / 4 * math.log(math.pi)


# What SciPy's own functions find when they are called with Tensors.
FUNCTIONS: dict[Any, Any] = {getattr(sc, name): function for name, function in globals().items() if name in __all__}
FUNCTIONS |= {sc.cbrt: ops.cbrt, sc.exp2: ops.exp2, sc.expm1: ops.expm1, sc.log1p: ops.log1p, sc.round: ops.rint}
