"""The error function, the gamma function and their families, by SciPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from scipy import special as sc
from torch import special as ts

from autograd import special as sp
from tests.optable.case import Row, case, cases


def last(function: Callable[..., Any]) -> Callable[..., Any]:
    """f(a, ..., x) as a function of x, with a, ... as parameters in x's dtype."""
    return lambda x, **constants: function(*[x.dtype.type(a) for a in constants.values()], x)


def torch_last(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, **constants: function(*[torch.tensor(a, dtype=x.dtype) for a in constants.values()], x)


def ours(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, **constants: function(*constants.values(), x)


def scipy_polygamma(x: Any, n: int) -> Any:
    return sc.polygamma(n, x).astype(x.dtype)[()]


def torch_polygamma(x: Any, n: int) -> Any:
    """PyTorch's own first derivative of digamma is right to nine digits only, so it is not asked."""
    return ts.polygamma(n, x)


def scipy_multigammaln(x: Any, d: int) -> Any:
    return sc.multigammaln(x, d).astype(x.dtype)


def torch_multigammaln(x: Any, d: int) -> Any:
    return ts.multigammaln(x, d)


# fmt: off
SOME  = cases("() 2x3 0")
PAIR  = cases("(),() 2x3,3 2x1,3 (),2")
ORDER = [*cases("() 3", v=0), case("2x3", v=1.5), case("3", v=2)]
LOW   = [*cases("() 3", n=0), *cases("() 2x3", n=1)]
HIGH  = [*cases("() 2x3", n=2), case("3", n=4)]
DIMS  = [*cases("() 2x3", d=3), case("3", d=1)]
STEPS = [*cases("() 2x3", n=2), *cases("3", n=1), case("3", n=0)]
POLES = [*cases("() 2x3", s=2), case("3", s=1.5)]
ONE   = [*cases("() 2x3", a=1, b=2.5), case("3", a=-2, b=1)]
TWO   = cases("() 2x3", a=1, b=0.5, c=2.5)
TAIL  = [*cases("() 2x3", a=2.5), case("3", a=0.7)]
TAILS = [*cases("() 2x3", a=2.5, b=1.5), case("3", a=0.7, b=3)]

ROWS = [
    # error functions
    Row(sp.erf,         sc.erf,         ts.erf,         SOME),
    Row(sp.erfc,        sc.erfc,        ts.erfc,        SOME),
    Row(sp.erfi,        sc.erfi,        None,           SOME),
    Row(sp.erfcx,       sc.erfcx,       ts.erfcx,       SOME),
    Row(sp.erfcx,       sc.erfcx,       None,           SOME,  (1.5, 30),     name="erfcx of large numbers"),
    Row(sp.erfinv,      sc.erfinv,      ts.erfinv,      SOME,  (-0.9, 0.9)),
    Row(sp.erfcinv,     sc.erfcinv,     None,           SOME,  (0.1, 1.9)),
    Row(sp.ndtr,        sc.ndtr,        ts.ndtr,        SOME),
    Row(sp.log_ndtr,    sc.log_ndtr,    ts.log_ndtr,    SOME,  (-9, 3)),
    Row(sp.ndtri,       sc.ndtri,       ts.ndtri,       SOME,  (0.1, 0.9)),
    Row(sp.ndtri_exp,   sc.ndtri_exp,   None,           SOME,  (-20, -0.1)),

    # gamma functions
    Row(sp.gamma,       sc.gamma,       None,           SOME,  (0.3, 4)),
    Row(sp.gamma,       sc.gamma,       None,           SOME,  (-1.8, -1.2),  name="gamma of negatives"),
    Row(sp.gammaln,     sc.gammaln,     ts.gammaln,     SOME,  (0.3, 4)),
    Row(sp.loggamma,    sc.loggamma,    ts.gammaln,     SOME,  (0.3, 4)),
    Row(sp.digamma,     sc.digamma,     None,           SOME,  (0.3, 4)),
    Row(sp.digamma,     sc.digamma,     None,           SOME,  (-1.8, -1.2),  name="digamma of negatives"),
    Row(ours(sp.polygamma), scipy_polygamma,    None,               LOW,   (0.4, 4),      name="polygamma"),
    Row(ours(sp.polygamma), scipy_polygamma,    torch_polygamma,    HIGH,  (0.4, 4),      name="polygamma, higher"),
    Row(sp.multigammaln,    scipy_multigammaln, torch_multigammaln, DIMS,  (1.2, 4)),
    Row(sp.beta,        sc.beta,        None,           PAIR,  (0.3, 3)),
    Row(sp.betaln,      sc.betaln,      None,           PAIR,  (0.3, 3)),
    Row(sp.poch,        sc.poch,        None,           PAIR,  (0.3, 3)),
    Row(sp.binom,       sc.binom,       None,           PAIR,  [(3.1, 5), (0.3, 3)]),

    # logarithms and exponentials
    Row(sp.expit,       sc.expit,       ts.expit,       SOME),
    Row(sp.log_expit,   sc.log_expit,   torch.nn.functional.logsigmoid, SOME),
    Row(sp.logit,       sc.logit,       ts.logit,       SOME,  (0.1, 0.9)),
    Row(sp.entr,        sc.entr,        ts.entr,        SOME,  (0.1, 3)),
    Row(sp.rel_entr,    sc.rel_entr,    None,           PAIR,  (0.1, 3)),
    Row(sp.kl_div,      sc.kl_div,      None,           PAIR,  (0.1, 3)),
    Row(sp.xlogy,       sc.xlogy,       ts.xlogy,       PAIR,  (0.1, 3)),
    Row(sp.xlog1py,     sc.xlog1py,     ts.xlog1py,     PAIR,  (-0.8, 3)),
    Row(sp.exp10,       sc.exp10,       None,           SOME),
    Row(sp.cosm1,       sc.cosm1,       None,           SOME),
    Row(sp.exp1,        sc.exp1,        None,           SOME,  (0.3, 3)),
    Row(sp.expi,        sc.expi,        None,           SOME,  (0.3, 3)),
    Row(ours(sp.expn),  last(sc.expn),  None,           STEPS, (0.3, 3),      name="expn"),
    Row(sp.exprel,      sc.exprel,      None,           SOME),

    # Bessel functions
    Row(sp.j0,          sc.j0,          None,           SOME,  (-5, 5)),
    Row(sp.j1,          sc.j1,          None,           SOME,  (-5, 5)),
    Row(sp.y0,          sc.y0,          None,           SOME,  (0.4, 5)),
    Row(sp.y1,          sc.y1,          None,           SOME,  (0.4, 5)),
    Row(sp.i0,          sc.i0,          ts.i0,          SOME, name="bessel_i0"),
    Row(sp.i1,          sc.i1,          ts.i1,          SOME),
    Row(sp.k0,          sc.k0,          None,           SOME,  (0.4, 5)),
    Row(sp.k1,          sc.k1,          None,           SOME,  (0.4, 5)),
    Row(sp.i0e,         sc.i0e,         ts.i0e,         SOME),
    Row(sp.i1e,         sc.i1e,         ts.i1e,         SOME),
    Row(sp.k0e,         sc.k0e,         None,           SOME,  (0.4, 5)),
    Row(sp.k1e,         sc.k1e,         None,           SOME,  (0.4, 5)),
    Row(ours(sp.jv),    last(sc.jv),    None,           ORDER, (0.4, 5),      name="jv"),
    Row(ours(sp.yv),    last(sc.yv),    None,           ORDER, (0.4, 5),      name="yv"),
    Row(ours(sp.iv),    last(sc.iv),    None,           ORDER, (0.4, 5),      name="iv"),
    Row(ours(sp.kv),    last(sc.kv),    None,           ORDER, (0.4, 5),      name="kv"),
    Row(ours(sp.ive),   last(sc.ive),   None,           ORDER, (0.4, 5),      name="ive"),
    Row(ours(sp.kve),   last(sc.kve),   None,           ORDER, (0.4, 5),      name="kve"),

    # incomplete gamma and beta functions, their inverses, and more
    Row(ours(sp.gammainc),     last(sc.gammainc),     torch_last(ts.gammainc),  TAIL,  (0.3, 4),   name="gammainc"),
    Row(ours(sp.gammaincc),    last(sc.gammaincc),    torch_last(ts.gammaincc), TAIL,  (0.3, 4),   name="gammaincc"),
    Row(ours(sp.gammaincinv),  last(sc.gammaincinv),  None,                     TAIL,  (0.2, 0.8), name="gammaincinv"),
    Row(ours(sp.gammainccinv), last(sc.gammainccinv), None,                     TAIL,  (0.2, 0.8), name="gammainccinv"),
    Row(ours(sp.betainc),      last(sc.betainc),      None,                     TAILS, (0.2, 0.8), name="betainc"),
    Row(ours(sp.betaincc),     last(sc.betaincc),     None,                     TAILS, (0.2, 0.8), name="betaincc"),
    Row(ours(sp.betaincinv),   last(sc.betaincinv),   None,                     TAILS, (0.2, 0.8), name="betaincinv"),
    Row(ours(sp.zeta),         last(sc.zeta),         None,                     POLES, (0.4, 3),   name="zeta"),
    Row(ours(sp.hyp0f1),       last(sc.hyp0f1),       None,     cases("() 2x3", v=1.5), (-2, 2),   name="hyp0f1"),
    Row(ours(sp.hyp1f1),       last(sc.hyp1f1),       None,                     ONE,   (-2, 2),    name="hyp1f1"),
    Row(ours(sp.hyp2f1),       last(sc.hyp2f1),       None,                     TWO,   (-0.8, 0.8), name="hyp2f1"),
]
# fmt: on
