"""What the project decided once, row by row: slopes at kinks, branches not taken, and where floating point runs out.

Every entry is source text: the tests evaluate it, and `docs/policies.md` prints it. Functions are those of `autograd`,
`x` is the operand, and `far` is ±1e4 in float32 and ±1e300 in float64.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import linalg, special

FAR = {np.float32: 1e4, np.float64: 1e300}


class Kink(NamedTuple):
    """Where there are several slopes, the one that ours is, and why."""

    source: str
    at: str
    slope: str
    why: str


class Branch(NamedTuple):
    """A choice whose other branch has no finite value or slope."""

    source: str
    at: str
    value: str
    slope: str


class Extreme(NamedTuple):
    """Value and slope where a naive formula overflows, or loses all digits."""

    source: str
    at: str
    value: str
    slope: str


class Power(NamedTuple):
    """x ** y: its value and its slopes by x and by y, "" where that is not real."""

    x: str
    y: str
    value: str
    by_x: str
    by_y: str


class Product(NamedTuple):
    """A product of entries: its gradient, and its Hessian."""

    source: str
    at: str
    gradient: str
    hessian: str


def function(source: str) -> Any:
    """The function of x that the text spells."""
    knots = np.arange(3, dtype=np.float16)  # which takes on any dtype it meets
    names = {**vars(autograd), "linalg": linalg, "special": special, "np": np, "knots": knots}
    return eval(f"lambda x: {source}", names)


def number(text: str, far: float = np.inf) -> Any:
    """What a text with numbers says."""
    return eval(text, {**vars(np), "far": far})


# fmt: off

# -- kinks -------------------------------------------------------------------------------------------------------------

EDGE  = "nothing to the left, and every slope fits on the right: the least is 0"
SHARE = "entries that tie share the slope"

ENTRYWISE = [  # function | at | slope | why
    Kink("abs(x)",              "[-2, -0.0, 0, 2]",   "[-1, 0, 0, 1]",      "between -1 and 1"),
    Kink("fabs(x)",             "[-2, 0, 2]",         "[-1, 0, 1]",         "between -1 and 1"),
    Kink("copysign(x, -1)",     "[-2, 0, 2]",         "[1, 0, -1]",         "between -1 and 1"),
    Kink("relu(x)",             "[-2, 0, 2]",         "[0, 0, 1]",          "between 0 and 1"),
    Kink("elu(x, 0.5)",         "[0, 2]",             "[0.5, 1]",           "between 0.5 and 1"),
    Kink("elu(x, 2)",           "[0, 2]",             "[1, 1]",             "between 1 and 2"),
    Kink("elu(x, -1)",          "[0, 2]",             "[0, 1]",             "between -1 and 1"),
    Kink("prelu(x, 0.25)",      "[-2, 0, 2]",         "[0.25, 0.25, 1]",    "between 0.25 and 1"),
    Kink("prelu(x, 2)",         "[-2, 0, 2]",         "[2, 1, 1]",          "between 1 and 2"),
    Kink("prelu(x, -1)",        "[-2, 0, 2]",         "[-1, 0, 1]",         "between -1 and 1"),
    Kink("hardtanh(x)",         "[-2, -1, 0, 1, 2]",  "[0, 0, 1, 0, 0]",    "between 0 and 1 at a bound"),
    Kink("maximum(x, 1)",       "[0, 1, 2]",          "[0, 0.5, 1]",        SHARE),
    Kink("minimum(1, x)",       "[0, 1, 2]",          "[1, 0.5, 0]",        SHARE),
    Kink("maximum(x, x)",       "[0, 1]",             "[1, 1]",             "both shares come to the same x"),
    Kink("fmax(x, 1)",          "[0, 1, 2]",          "[0, 0.5, 1]",        SHARE),
    Kink("fmin(x, nan)",        "[0, 1]",             "[1, 1]",             "NaN is no number to compare with"),
    Kink("clip(x, -1, 1)",      "[-2, -1, 0, 1, 2]",  "[0, 0, 1, 0, 0]",    "between 0 and 1 at a bound"),
    Kink("clip(x, -1)",         "[-2, -1, 0]",        "[0, 0, 1]",          "between 0 and 1 at a bound"),
    Kink("clip(x, 1, 1)",       "[0, 1, 2]",          "[0, 0, 0]",          "a constant"),
    Kink("nan_to_num(x)",       "[nan, inf, 1]",      "[0, 0, 1]",          "what is filled in is a constant"),
    Kink("sqrt(x)",             "[0, 4]",             "[0, 0.25]",          EDGE),
    Kink("x ** 0.5",            "[0, 4]",             "[0, 0.25]",          EDGE),
    Kink("interp(x, knots, knots ** 2)", "[0, 1, 2]", "[0, 1, 0]",          "the least of both sides; knots: 0, 1, 2"),
    Kink("hypot(x, 0)",         "[-3, 0]",            "[-1, 0]",            "a norm: between -1 and 1"),
    Kink("hypot(x, x)",         "[0]",                "[0]",                "a norm"),
    Kink("arctan2(x, 0)",       "[-1, 0, 1]",         "[0, 0, 0]",          "a jump"),
    Kink("special.entr(x)",     "[0, 1]",             "[0, -1]",            EDGE),
    Kink("special.xlogy(x, 0)", "[0]",                "[0]",                "0 ln 0 is 0"),
    Kink("sign(x)",             "[-2, 0, 2]",         "[0, 0, 0]",          "flat on either side of a jump"),
    Kink("heaviside(x, 0.5)",   "[-1, 0, 1]",         "[0, 0, 0]",          "flat on either side of a jump"),
    Kink("floor(x)",            "[-0.5, 0, 1]",       "[0, 0, 0]",          "flat on either side of a jump"),
    Kink("round(x)",            "[0.5, 1, 1.5]",      "[0, 0, 0]",          "flat on either side of a jump"),
    Kink("remainder(x, 2)",     "[-2, -1, 0, 2]",     "[1, 1, 1, 1]",       "1 on either side of a jump"),
]
OF_ARRAYS = [
    Kink("max(x)",              "[1, 3, 3]",          "[0, 0.5, 0.5]",      SHARE),
    Kink("max(x)",              "[1, 1, 1, 1]",       "[0.25, 0.25, 0.25, 0.25]", SHARE),
    Kink("max(x, axis=0)",      "[[1, 2], [1, 0]]",   "[[0.5, 1], [0.5, 0]]", SHARE),
    Kink("min(x)",              "[1, 1, 3]",          "[0.5, 0.5, 0]",      SHARE),
    Kink("ptp(x)",              "[1, 1, 3]",          "[-0.5, -0.5, 1]",    SHARE),
    Kink("ptp(x)",              "[2, 2]",             "[0, 0]",             "the largest and the least at once"),
    Kink("sort(x)[0]",          "[2, 3, 2]",          "[0.5, 0, 0.5]",      SHARE),
    Kink("median(x)",           "[1, 3, 1]",          "[0.5, 0, 0.5]",      SHARE),
    Kink("quantile(x, 0.25)",   "[2, 2, 2, 2]",       "[0.25, 0.25, 0.25, 0.25]", SHARE),
    Kink("np.maximum.accumulate(x)[1]", "[2, 2]",     "[0.5, 0.5]",         SHARE),
    Kink("nanmax(x)",           "[nan, 1, 1]",        "[0, 0.5, 0.5]",      "NaN is left out, and takes no share"),
    Kink("nanmean(x)",          "[nan, 1, 3]",        "[0, 0.5, 0.5]",      "NaN is left out"),
    Kink("nanstd(x)",           "[nan, 1, 1]",        "[0, 0, 0]",          "of a constant, NaN left out"),
    Kink("linalg.norm(x)",      "[0, 0]",             "[0, 0]",             "any vector not longer than 1"),
    Kink("linalg.norm(x)",      "[[0, 0], [0, 0]]",   "[[0, 0], [0, 0]]",   "the same for the entries of a matrix"),
    Kink("linalg.norm(x, 1)",   "[0, 2]",             "[0, 1]",             "as abs"),
    Kink("linalg.norm(x, inf)", "[2, 2]",             "[0.5, 0.5]",         "as max"),
    Kink("linalg.norm(x, axis=1)", "[[0, 0], [3, 4]]", "[[0, 0], [3 / 5, 4 / 5]]", "each row by itself"),
    Kink("sqrt(sum(x * x))",    "[0, 0]",             "[0, 0]",             "a norm: any vector not longer than 1"),
    Kink("std(x)",              "[2, 2, 2]",          "[0, 0, 0]",          "of a constant: a norm again"),
    Kink("std(x, axis=1)",      "[[1, 1], [0, 2]]",   "[[0, 0], [-0.5, 0.5]]", "of a constant in one row"),
    Kink("sqrt(var(x))",        "[2, 2]",             "[0, 0]",             "as std"),
]
KINKS = [*ENTRYWISE, *OF_ARRAYS]

# -- matrices ----------------------------------------------------------------------------------------------------------

MATRICES = [  # function | at | slope | why
    Kink("linalg.eigvalsh(x)[0]", "[[1, 0], [0, 1]]", "[[0.5, 0], [0, 0.5]]", "equal eigenvalues share"),
    Kink("linalg.svdvals(x)[0]",  "[[1, 0], [0, 1]]", "[[0.5, 0], [0, 0.5]]", "equal singular values share"),
    Kink("linalg.norm(x, 2)",     "[[1, 0], [0, 1]]", "[[0.5, 0], [0, 0.5]]", "the largest singular value"),
    Kink("linalg.norm(x, 2)",     "[[0, 0], [0, 0]]", "[[0, 0], [0, 0]]",   "a norm"),
    Kink("linalg.norm(x, 'nuc')", "[[1, 0], [0, 0]]", "[[1, 0], [0, 0]]",   "a singular value of 0, as abs at 0"),
    Kink("linalg.cond(x)",        "[[1, 0], [0, 1]]", "[[0, 0], [0, 0]]",   "the largest and the least at once"),
    Kink("linalg.det(x)",         "[[1, 2], [2, 4]]", "[[4, -2], [-2, 1]]", "the cofactors, though x has no inverse"),
    Kink("linalg.det(x)",         "[[0, 0], [0, 0]]", "[[0, 0], [0, 0]]",   "the cofactors"),
    Kink("linalg.pinv(x)",        "[[0, 0], [0, 0]]", "[[0, 0], [0, 0]]",   "as at any matrix of its rank"),
]

# -- branches that are not taken ---------------------------------------------------------------------------------------

BRANCHES = [  # function | at | value | slope
    Branch("where(x > 0, sqrt(x), 0)",            "[-1, 0, 4]",  "[0, 0, 2]",      "[0, 0, 0.25]"),
    Branch("where(x > 0, log(x), 0)",             "[-1, 0, 2]",  "[0, 0, log(2)]", "[0, 0, 0.5]"),
    Branch("where(x > 0, x * log(x), 0)",         "[-1, 0, 1]",  "[0, 0, 0]",      "[0, 0, 1]"),
    Branch("where(isnan(x), 0, square(x))",       "[nan, 3]",    "[0, 9]",         "[0, 6]"),
    Branch("where(x < 1, exp(x), 0)",             "[1e4, 1, 0]", "[0, 0, 1]",      "[0, 0, 1]"),
    Branch("where(x != 0, 1 / x, 0)",             "[0, 2]",      "[0, 0.5]",       "[0, -0.25]"),
    Branch("where(x != 0, sin(x) / x, 1)",        "[0, pi]",     "[1, 0]",         "[0, -1 / pi]"),
    Branch("where(x > 0, x ** -1.5, 0)",          "[-1, 0, 1]",  "[0, 0, 1]",      "[0, 0, -1.5]"),
    Branch("where(abs(x) < 1, arcsin(x), 0)",     "[-1, 0, 2]",  "[0, 0, 0]",      "[0, 1, 0]"),
    Branch("where(x > 1, arccosh(x), 0)",         "[0, 1]",      "[0, 0]",         "[0, 0]"),
    Branch("where(abs(x) < 1, arctanh(x), 0)",    "[1, 0]",      "[0, 0]",         "[0, 1]"),
    Branch("where(x > 0, x ** x, 1)",             "[0, 1]",      "[1, 1]",         "[0, 1]"),
    Branch("where(x > 0, log(sqrt(x)), 0)",       "[0, 1]",      "[0, 0]",         "[0, 0.5]"),
]

# -- extreme inputs ----------------------------------------------------------------------------------------------------

ALL = "[-far, 0, far]"

EXTREMES = [  # function | at | value | slope
    Extreme("sigmoid(x)",                ALL, "[0, 0.5, 1]",           "[0, 0.25, 0]"),
    Extreme("tanh(x)",                   ALL, "[-1, 0, 1]",            "[0, 1, 0]"),
    Extreme("arctan(x)",                 ALL, "[1 / far - pi / 2, 0, pi / 2 - 1 / far]", "[0, 1, 0]"),
    Extreme("softplus(x)",               ALL, "[0, log(2), far]",      "[0, 0.5, 1]"),
    Extreme("relu(x)",                   ALL, "[0, 0, far]",           "[0, 0, 1]"),
    Extreme("elu(x)",                    ALL, "[-1, 0, far]",          "[0, 1, 1]"),
    Extreme("prelu(x, 0.25)",            ALL, "[-far / 4, 0, far]",    "[0.25, 0.25, 1]"),
    Extreme("hardtanh(x)",               ALL, "[-1, 0, 1]",            "[0, 1, 0]"),
    Extreme("softsign(x)",               ALL, "[1 / far - 1, 0, 1 - 1 / far]", "[0, 1, 0]"),
    Extreme("x * sigmoid(x)",            ALL, "[0, 0, far]",           "[0, 0.5, 1]"),
    Extreme("sqrt(x)",                   "[0, far]", "[0, sqrt(far)]", "[0, 0.5 / sqrt(far)]"),
    Extreme("cbrt(x)",                   "[-8, far]", "[-2, cbrt(far)]", "[1 / 12, 1 / (3 * cbrt(far) ** 2)]"),
    Extreme("x / x",                     "[-far, far]", "[1, 1]",      "[0, 0]"),
    Extreme("prod(x)",                   "[1 / far, 2, far]", "2",     "[2 * far, 1, 2 / far]"),
    Extreme("sinc(x)",                   ALL, "[0, 1, 0]",             "[-1 / far, 0, 1 / far]"),
    Extreme("arctan2(x, 1)",             ALL, "[1 / far - pi / 2, 0, pi / 2 - 1 / far]", "[0, 1, 0]"),
    Extreme("arctan2(x, x)",             "[-far, far]", "[-3 * pi / 4, pi / 4]", "[0, 0]"),
    Extreme("hypot(x, 0)",               ALL, "[far, 0, far]",         "[-1, 0, 1]"),
    Extreme("arcsinh(x)",                ALL, "[-log(2) - log(far), 0, log(2) + log(far)]", "[1 / far, 1, 1 / far]"),
    Extreme("logsumexp(x)",              ALL, "far",                   "[0, 0, 1]"),
    Extreme("logaddexp(x, 0)",           ALL, "[0, log(2), far]",      "[0, 0.5, 1]"),
    Extreme("logaddexp(x, -x)",          ALL, "[far, log(2), far]",    "[-1, 0, 1]"),
    Extreme("logaddexp(x, 0)",           "[-inf, 0]", "[0, log(2)]",   "[0, 0.5]"),
    Extreme("softmax(x)[2]",             ALL, "1",                     "[0, 0, 0]"),
    Extreme("log_softmax(x)[1]",         ALL, "-far",                  "[0, 1, -1]"),
    Extreme("cross_entropy(x, 1)",       ALL, "far",                   "[0, -1, 1]"),
    Extreme("cross_entropy(x, 2)",       ALL, "0",                     "[0, 0, 0]"),
    Extreme("binary_cross_entropy(x, 1)", "[0, 0.5, 1]", "[100, log(2), 0]", "[-1e12, -2, 0]"),
    Extreme("binary_cross_entropy(x, 0)", "[0, 0.5, 1]", "[0, log(2), 100]", "[0, 2, 1e12]"),
    Extreme("binary_cross_entropy(knots * 0, x)", "[0, 0.5, 1]", "[0, 50, 100]", "[100, 100, 100]"),
    Extreme("standardize(x)[2]", ALL, "sqrt(1.5)", "[1 / sqrt(24) / far, -1 / sqrt(6) / far, 1 / sqrt(24) / far]"),
    Extreme("standardize(x)",            "[far, far]", "[0, 0]",       "[0, 0]"),
    Extreme("logcumsumexp(x)[1]",        ALL, "0",                     "[0, 1, 0]"),
    Extreme("linalg.norm(x)",            "[far, far]", "far * sqrt(2)", "[1 / sqrt(2), 1 / sqrt(2)]"),
    Extreme("linalg.slogdet(x)[1]",      "[[1, 0], [0, far]]", "log(far)", "[[1, 0], [0, 1 / far]]"),
    Extreme("special.expit(x)",          ALL, "[0, 0.5, 1]",           "[0, 0.25, 0]"),
    Extreme("special.log_expit(x)",      ALL, "[-far, -log(2), 0]",    "[1, 0.5, 0]"),
    Extreme("special.erf(x)",            ALL, "[-1, 0, 1]",            "[0, 2 / sqrt(pi), 0]"),
    Extreme("special.log_ndtr(x)",       "[0, far]", "[-log(2), 0]",   "[sqrt(2 / pi), 0]"),
    Extreme("mean(x)",                   ALL, "0",                     "[1 / 3, 1 / 3, 1 / 3]"),
    Extreme("max(x)",                    ALL, "far",                   "[0, 0, 1]"),
    Extreme("softmax(x)[1]",             "[-inf, 0, 0]", "0.5",        "[0, 0.25, -0.25]"),
    Extreme("logsumexp(x)",              "[-inf, 0, 0]", "log(2)",     "[0, 0.5, 0.5]"),
    Extreme("cross_entropy(x, 1)",       "[-inf, 0, 0]", "log(2)",     "[0, -0.5, 0.5]"),
]

# -- powers and products -----------------------------------------------------------------------------------------------

POWERS = [  # x | y | x ** y | slope by x | slope by y
    Power("0",  "0",   "1",        "0",              "0"),
    Power("2",  "0",   "1",        "0",              "log(2)"),
    Power("-2", "0",   "1",        "0",              ""),
    Power("0",  "1",   "0",        "1",              "0"),
    Power("0",  "2",   "0",        "0",              "0"),
    Power("0",  "3",   "0",        "0",              "0"),
    Power("0",  "0.5", "0",        "0",              "0"),
    Power("-2", "1",   "-2",       "1",              ""),
    Power("-2", "2",   "4",        "-4",             ""),
    Power("-2", "3",   "-8",       "12",             ""),
    Power("-2", "-1",  "-0.5",     "-0.25",          ""),
    Power("-2", "-2",  "0.25",     "0.25",           ""),
    Power("2",  "0.5", "sqrt(2)",  "0.5 / sqrt(2)",  "sqrt(2) * log(2)"),
]
INFINITE = [  # function | at | slope
    Kink("log(x)",     "0",  "inf",  "no bound from the right"),
    Kink("1 / x",      "0",  "-inf", "no bound from the right"),
    Kink("cbrt(x)",    "0",  "inf",  "no bound from either side"),
    Kink("arcsin(x)",  "1",  "inf",  "no bound from the left"),
    Kink("arctanh(x)", "1",  "inf",  "no bound from the left"),
]

PRODUCTS = [  # function | at | gradient | Hessian
    Product("prod(x)",       "[2, 3, 4]", "[12, 8, 6]", "[[0, 4, 3], [4, 0, 2], [3, 2, 0]]"),
    Product("prod(x)",       "[0, 3, 4]", "[12, 0, 0]", "[[0, 4, 3], [4, 0, 0], [3, 0, 0]]"),
    Product("prod(x)",       "[0, 0, 4]", "[0, 0, 0]",  "[[0, 4, 0], [4, 0, 0], [0, 0, 0]]"),
    Product("prod(x)",       "[0, 0, 0]", "[0, 0, 0]",  "[[0, 0, 0], [0, 0, 0], [0, 0, 0]]"),
    Product("prod(x)",       "[5]",       "[1]",        "[[0]]"),
    Product("cumprod(x)[2]", "[0, 3, 4]", "[12, 0, 0]", "[[0, 4, 3], [4, 0, 0], [3, 0, 0]]"),
    Product("cumprod(x)[2]", "[0, 0, 4]", "[0, 0, 0]",  "[[0, 4, 0], [4, 0, 0], [0, 0, 0]]"),
]
# fmt: on
