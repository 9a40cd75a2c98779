"""Ops applied entry by entry: one row each, op | forward | derivative of the result by each operand."""

from __future__ import annotations

import functools
import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.ops.questions import isnan, less_equal, logical_or, nonzero
from autograd.record import values_of
from autograd.rules import REGISTRY, Op, beware, bilinear, elementwise, linear, scale

if TYPE_CHECKING:
    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "abs", "absolute", "acos", "acosh", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh",
    "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "clip", "copysign", "cos", "cosh", "deg2rad", "degrees",
    "divide", "exp", "exp2", "expm1", "fabs", "float_power", "fmax", "fmin", "hypot", "ldexp", "log", "log10", "log1p",
    "log2", "logaddexp", "logaddexp2", "maximum", "minimum", "multiply", "nan_to_num", "negative", "positive", "pow",
    "power", "rad2deg", "radians", "reciprocal", "sign", "sin", "sinh", "sqrt", "square", "subtract", "tan", "tanh",
    "where",
]
# fmt: on

unbounded = functools.partial(elementwise, unbounded=True)  # a slope may be infinite, and 0 · ∞ is 0

# -- forwards and slopes that need more than a line ------------------------------------------------------------------


def _power_slope(x: Any, y: Any) -> Any:
    """y · xʸ⁻¹. Where y is 0 it is 0; at x = 0 with 0 < y < 1 every slope is a subgradient, and the least is 0."""
    if not np.ndim(y):
        if isinstance(y, (float, int, np.generic)) and y == 2:  # of a Tensor, 2x would forget that it depends on y
            return 2 * x
        return y * x ** (y - 1) if y >= 1 or y < 0 else scale(y, np.where(x == 0, 0, x ** (y - 1)))
    return scale(y, np.where((x == 0) & (y > 0) & (y < 1), 0, x ** (y - 1)))


def _exponent_slope(x: Any, out: Any) -> Any:
    """xʸ ln x, and 0 at x = 0."""
    return out * np.log(np.where(x == 0, 1, x))


def _ratio(x: Any, out: Any) -> Any:
    return np.where(out == 0, 0, x / out)


def _turn(x: Any, y: Any) -> Any:
    """y / (x² + y²), and 0 at the origin. The squares, which may overflow, are never taken."""
    h = np.hypot(x, y)
    return np.where(h == 0, 0, y / h / h)


def _lead(x: Any, y: Any) -> Any:
    """y - x, and 0 between equal infinities, which tie."""
    return np.where(np.isinf(x) & (x == y), 0, y - x)


def _tie(x: Any, y: Any) -> Any:
    """1 where x wins, ½ where both are equal, 0 where it loses."""
    return np.where(x == y, 0.5, x > y)


# -- the table -------------------------------------------------------------------------------------------------------

# fmt: off
# arithmetic           op              forward           derivative by x                derivative by y
add         = linear("add",            operator.add,     lambda g: g,                   lambda g: g)
subtract    = linear("subtract",       operator.sub,     lambda g: g,                   lambda g: -g)
positive    = linear("positive",       np.positive,      lambda g: g)
negative    = linear("negative",       operator.neg,     lambda g: -g)
multiply    = bilinear("multiply",     operator.mul,     lambda g, y: g * y,            lambda g, x: g * x)
divide      = unbounded("divide",      operator.truediv, lambda y: np.divide(1, y),     lambda out, y: -out / y)
reciprocal  = unbounded("reciprocal",  np.reciprocal,    lambda x, out: -out / x)
square      = elementwise("square",    np.square,        lambda x: 2 * x)
power       = unbounded("power",       operator.pow,     _power_slope,                  _exponent_slope)
float_power = unbounded("float_power", np.float_power,   _power_slope,                  _exponent_slope)
sqrt        = unbounded("sqrt",        np.sqrt,          lambda out: np.where(out == 0, 0, 0.5 / out))
cbrt        = unbounded("cbrt",        np.cbrt,          lambda out: 1 / 3 / out / out)
absolute    = elementwise("absolute",  operator.abs,     lambda x: np.sign(x))
fabs        = elementwise("fabs",      np.fabs,          lambda x: np.sign(x))
sign        = elementwise("sign",      np.sign,          lambda: 0.0)

# exponentials
exp         = unbounded("exp",         np.exp,           lambda out: out)
exp2        = unbounded("exp2",        np.exp2,          lambda out: math.log(2) * out)
expm1       = unbounded("expm1",       np.expm1,         lambda out: out + 1)
log         = unbounded("log",         np.log,           lambda x: 1 / x)
log2        = unbounded("log2",        np.log2,          lambda x: 1 / math.log(2) / x)
log10       = unbounded("log10",       np.log10,         lambda x: 1 / math.log(10) / x)
log1p       = unbounded("log1p",       np.log1p,         lambda x: 1 / (1 + x))
logaddexp   = unbounded("logaddexp",   np.logaddexp,     lambda x, y: 1 / (1 + np.exp(_lead(x, y))),
                                                         lambda x, y: 1 / (1 + np.exp(_lead(y, x))))
logaddexp2  = unbounded("logaddexp2",  np.logaddexp2,    lambda x, y: 1 / (1 + np.exp2(_lead(x, y))),
                                                         lambda x, y: 1 / (1 + np.exp2(_lead(y, x))))

# trigonometric and hyperbolic
sin         = elementwise("sin",       np.sin,           lambda x: np.cos(x))
cos         = elementwise("cos",       np.cos,           lambda x: -np.sin(x))
tan         = unbounded("tan",         np.tan,           lambda out: 1 + out * out)
arcsin      = unbounded("arcsin",      np.arcsin,        lambda x: 1 / np.sqrt(1 - x * x))
arccos      = unbounded("arccos",      np.arccos,        lambda x: -1 / np.sqrt(1 - x * x))
arctan      = unbounded("arctan",      np.arctan,        lambda x: 1 / (1 + x * x))
arctan2     = unbounded("arctan2",     np.arctan2,       _turn,                         lambda x, y: -_turn(y, x))
sinh        = unbounded("sinh",        np.sinh,          lambda x: np.cosh(x))
cosh        = unbounded("cosh",        np.cosh,          lambda x: np.sinh(x))
tanh        = elementwise("tanh",      np.tanh,          lambda out: 1 - out * out)
arcsinh     = elementwise("arcsinh",   np.arcsinh,       lambda x: 1 / np.hypot(1, x))
arccosh     = unbounded("arccosh",     np.arccosh,       lambda x: 1 / np.sqrt(x - 1) / np.sqrt(x + 1))
arctanh     = unbounded("arctanh",     np.arctanh,       lambda x: 1 / (1 - x * x))
hypot       = unbounded("hypot",       np.hypot,         lambda x, out: _ratio(x, out), lambda y, out: _ratio(y, out))
degrees     = linear("degrees",        np.degrees,       lambda g: np.degrees(g))
radians     = linear("radians",        np.radians,       lambda g: np.radians(g))

# choices
maximum     = elementwise("maximum",   np.maximum,       lambda x, y: _tie(x, y),       lambda x, y: _tie(y, x))
minimum     = elementwise("minimum",   np.minimum,       lambda x, y: _tie(y, x),       lambda x, y: _tie(x, y))
fmax        = elementwise("fmax",      np.fmax,          lambda x, y, out: (x == out) - (x == y) / 2,
                                                         lambda x, y, out: (y == out) - (x == y) / 2)
fmin        = elementwise("fmin",      np.fmin,          lambda x, y, out: (x == out) - (x == y) / 2,
                                                         lambda x, y, out: (y == out) - (x == y) / 2)
copysign    = elementwise("copysign",  np.copysign,      lambda x, y: np.sign(x) * np.copysign(1, y), lambda: 0.0)

# other names
abs, pow, rad2deg, deg2rad = absolute, power, degrees, radians
asin, acos, atan, atan2    = arcsin, arccos, arctan, arctan2
asinh, acosh, atanh        = arcsinh, arccosh, arctanh
# fmt: on


def describe(home: str, **docs: str) -> None:
    """Give a module's ops their docstrings: "formula. example(...) = result" becomes a sentence and a doctest."""
    for name, text in docs.items():
        what, _, example = text.rpartition(f". {name}(")
        example, result = f"{name}({example}".split(" = ")
        formula, function = f"out = {what}; entry by entry, shapes broadcasting.", REGISTRY[name].function
        function.__doc__ = f"{formula}\n\n>>> from {home} import {name}\n>>> float({example})\n{result}\n"


describe(
    "autograd",
    add="x + y. add(1.0, 2.0) = 3.0",
    subtract="x - y. subtract(3.0, 1.0) = 2.0",
    positive="+x, a copy. positive(2.0) = 2.0",
    negative="-x. negative(2.0) = -2.0",
    multiply="x · y. multiply(2.0, 3.0) = 6.0",
    divide="x / y. divide(3.0, 2.0) = 1.5",
    reciprocal="1 / x. reciprocal(4.0) = 0.25",
    square="x². square(3.0) = 9.0",
    power="xʸ. power(2.0, 3.0) = 8.0",
    float_power="xʸ, in float64 at least. float_power(2, -1) = 0.5",
    sqrt="√x, with slope 0 at 0. sqrt(4.0) = 2.0",
    cbrt="∛x, of negative numbers too; its slope at 0 is infinite. cbrt(-8.0) = -2.0",
    absolute="|x|, with slope 0 at 0. absolute(-2.0) = 2.0",
    fabs="|x| of real numbers, as floats, with slope 0 at 0. fabs(-2) = 2.0",
    sign="-1, 0 or 1 as x is negative, zero or positive. sign(-2.0) = -1.0",
    exp="eˣ. exp(0.0) = 1.0",
    exp2="2ˣ. exp2(3.0) = 8.0",
    expm1="eˣ - 1, exact for small x. expm1(0.0) = 0.0",
    log="ln x, the natural logarithm. log(1.0) = 0.0",
    log2="log₂ x, the logarithm to base 2. log2(8.0) = 3.0",
    log10="log₁₀ x, the logarithm to base 10. log10(1000.0) = 3.0",
    log1p="ln(1 + x), exact for small x. log1p(0.0) = 0.0",
    logaddexp="ln(eˣ + eʸ), stable for any x and y. logaddexp(1000.0, 0.0) = 1000.0",
    logaddexp2="log₂(2ˣ + 2ʸ), stable for any x and y. logaddexp2(3.0, 3.0) = 4.0",
    sin="sin x, the sine of an angle in radians. sin(0.0) = 0.0",
    cos="cos x, the cosine of an angle in radians. cos(0.0) = 1.0",
    tan="tan x, the tangent of an angle in radians. tan(0.0) = 0.0",
    arcsin="arcsin x, the angle in [-π/2, π/2] whose sine is x. arcsin(0.0) = 0.0",
    arccos="arccos x, the angle in [0, π] whose cosine is x. arccos(1.0) = 0.0",
    arctan="arctan x, the angle in (-π/2, π/2) whose tangent is x. arctan(0.0) = 0.0",
    arctan2="arg(y + ix), the angle in [-π, π] of the point at height x, y to the right, with slope 0 at the origin. "
    "arctan2(0.0, 1.0) = 0.0",
    sinh="(eˣ - e⁻ˣ) / 2. sinh(0.0) = 0.0",
    cosh="(eˣ + e⁻ˣ) / 2. cosh(0.0) = 1.0",
    tanh="sinh x / cosh x. tanh(0.0) = 0.0",
    arcsinh="ln(x + √(x² + 1)), the number whose sinh is x. arcsinh(0.0) = 0.0",
    arccosh="ln(x + √(x² - 1)), the number ≥ 0 whose cosh is x. arccosh(1.0) = 0.0",
    arctanh="ln((1 + x) / (1 - x)) / 2, the number whose tanh is x. arctanh(0.0) = 0.0",
    hypot="√(x² + y²), with slope 0 at the origin. hypot(3.0, 4.0) = 5.0",
    degrees="180 x / π, an angle in degrees. degrees(0.0) = 0.0",
    radians="π x / 180, an angle in radians. radians(0.0) = 0.0",
    maximum="max(x, y); where they are equal they share the gradient. maximum(1.0, 2.0) = 2.0",
    minimum="min(x, y); where they are equal they share the gradient. minimum(1.0, 2.0) = 1.0",
    fmax="max(x, y), or the one that is a number, sharing as `maximum`. fmax(1.0, float('nan')) = 1.0",
    fmin="min(x, y), or the one that is a number, sharing as `minimum`. fmin(1.0, float('nan')) = 1.0",
    copysign="|x| with the sign of y, with slope 0 at 0. copysign(2.0, -1.0) = -2.0",
)

_where = linear(
    "where",
    lambda x, y, condition: np.where(condition, x, y),
    lambda g, condition: np.where(condition, g, 0),
    lambda g, condition: np.where(condition, 0, g),
)
_ldexp = linear("ldexp", lambda x, i: np.ldexp(x, i), lambda g, i: np.ldexp(g, i))


def where(condition: Any, x: Any = None, y: Any = None) -> Tensor:
    """out = x where the condition holds, y elsewhere; shapes broadcast. The branch not taken gets gradient 0, even
    from ∞ or NaN. With a condition alone, the indices where it holds, as `nonzero`.

    >>> from autograd import tensor
    >>> where(tensor([1.0, -2.0]) > 0, 1.0, 0.0)
    tensor([1., 0.], dtype=float64)
    """
    if x is None and y is None:
        return nonzero(condition)
    out = _where(x, y, condition=values_of(condition))
    if out.node is not None and Op.careful is None:
        beware()
    return out


def clip(x: Any, min: Any = None, max: Any = None, *, a_min: Any = None, a_max: Any = None) -> Tensor:
    """out = minimum(maximum(x, min), max), either bound being None for none; shapes broadcast. The slope is 1 strictly
    inside, 0 at the bounds and outside, where it is the bound that gets the gradient.

    >>> from autograd import tensor
    >>> clip(tensor([-2.0, 0.5, 3.0]), 0.0, 1.0)
    tensor([0. , 0.5, 1. ], dtype=float64)
    """
    low, high = (a_min if min is None else min), (a_max if max is None else max)  # NumPy has both names
    if low is not None:
        x = where(_reaches(low, x, low), low, x)
    if high is not None:
        x = where(_reaches(x, high, high), high, x)
    return positive(x) if low is None and high is None else x


def _reaches(x: Any, y: Any, bound: Any) -> Tensor:
    """Whether x ≥ y; a bound that is no number holds everything."""
    return logical_or(less_equal(y, x), isnan(bound))


def nan_to_num(x: Any, *, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """out = x, with numbers in the place of NaN, ∞ and -∞: 0, the largest and the least unless given. Entry by entry;
    slope 0 at those.

    >>> from autograd import tensor
    >>> nan_to_num(tensor([1.0, float("nan")]))
    tensor([1., 0.], dtype=float64)
    """
    value = values_of(x)
    return where(np.isfinite(value), x, np.nan_to_num(value, nan=nan, posinf=posinf, neginf=neginf))


def ldexp(x: Any, i: Any) -> Tensor:
    """out = x · 2ⁱ, for integers i; shapes broadcast.

    >>> from autograd import tensor
    >>> ldexp(tensor([1.0, 3.0]), 2)
    tensor([ 4., 12.], dtype=float64)
    """
    return _ldexp(x, i=values_of(i))
