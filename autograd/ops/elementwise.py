"""Ops applied entry by entry: one row each, op | forward | derivative of the result by each operand."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.ops.questions import greater_equal, less_equal
from autograd.record import values_of
from autograd.rules import REGISTRY, bilinear, elementwise, linear, scale

if TYPE_CHECKING:
    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "abs", "absolute", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "clip", "cos", "cosh",
    "divide", "exp", "expm1", "hypot", "log", "log1p", "maximum", "minimum", "multiply", "negative", "power",
    "relu", "sigmoid", "sign", "sin", "sinh", "softplus", "sqrt", "subtract", "tan", "tanh", "where",
]
# fmt: on

unbounded = functools.partial(elementwise, unbounded=True)  # a slope may be infinite, and 0 · ∞ is 0

# -- forwards and slopes that need more than a line ------------------------------------------------------------------


def _relu(x: Any) -> Any:
    if type(x) is np.ndarray:
        return np.maximum(x, 0)
    return type(x)(0) if x <= 0 else x


def _logistic(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), never overflowing: e is at most 1."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _power_slope(x: Any, y: Any) -> Any:
    """y · xʸ⁻¹. Where y is 0 it is 0; at x = 0 with 0 < y < 1 every slope is a subgradient, and the least is 0."""
    if not np.ndim(y):
        if y == 2:
            return 2 * x
        return y * x ** (y - 1) if y >= 1 or y < 0 else scale(y, np.where(x == 0, 0, x ** (y - 1)))
    return scale(y, np.where((x == 0) & (y > 0) & (y < 1), 0, x ** (y - 1)))


def _exponent_slope(x: Any, out: Any) -> Any:
    """xʸ ln x, and 0 at x = 0."""
    return out * np.log(np.where(x == 0, 1, x))


def _ratio(x: Any, out: Any) -> Any:
    return np.where(out == 0, 0, x / out)


def _tie(x: Any, y: Any) -> Any:
    """1 where x wins, ½ where both are equal, 0 where it loses."""
    return np.where(x == y, 0.5, x > y)


# -- the table -------------------------------------------------------------------------------------------------------

# fmt: off
# arithmetic        op            forward           derivative by x                       derivative by y
add      = linear("add",          operator.add,     lambda g: g,                          lambda g: g)
subtract = linear("subtract",     operator.sub,     lambda g: g,                          lambda g: -g)
negative = linear("negative",     operator.neg,     lambda g: -g)
multiply = bilinear("multiply",   operator.mul,     lambda g, y: g * y,                   lambda g, x: g * x)
divide   = unbounded("divide",    operator.truediv, lambda y: np.divide(1, y),       lambda out, y: np.divide(-out, y))
power    = unbounded("power",     operator.pow,     _power_slope,                         _exponent_slope)
absolute = elementwise("absolute", operator.abs,    lambda x: np.sign(x))
sign     = elementwise("sign",    np.sign,          lambda: 0.0)

# exponentials
exp      = unbounded("exp",       np.exp,           lambda out: out)
expm1    = unbounded("expm1",     np.expm1,         lambda out: out + 1)
log      = unbounded("log",       np.log,           lambda x: 1 / x)
log1p    = unbounded("log1p",     np.log1p,         lambda x: 1 / (1 + x))
sqrt     = unbounded("sqrt",      np.sqrt,          lambda out: np.where(out == 0, 0, 0.5 / out))

# trigonometric and hyperbolic
sin      = elementwise("sin",     np.sin,           lambda x: np.cos(x))
cos      = elementwise("cos",     np.cos,           lambda x: -np.sin(x))
tan      = unbounded("tan",       np.tan,           lambda out: 1 + out * out)
arcsin   = unbounded("arcsin",    np.arcsin,        lambda x: 1 / np.sqrt(1 - x * x))
arccos   = unbounded("arccos",    np.arccos,        lambda x: -1 / np.sqrt(1 - x * x))
arctan   = unbounded("arctan",    np.arctan,        lambda x: 1 / (1 + x * x))
sinh     = unbounded("sinh",      np.sinh,          lambda x: np.cosh(x))
cosh     = unbounded("cosh",      np.cosh,          lambda x: np.sinh(x))
tanh     = elementwise("tanh",    np.tanh,          lambda out: 1 - out * out)
arcsinh  = elementwise("arcsinh", np.arcsinh,       lambda x: 1 / np.hypot(1, x))
arccosh  = unbounded("arccosh",   np.arccosh,       lambda x: 1 / np.sqrt(x - 1) / np.sqrt(x + 1))
arctanh  = unbounded("arctanh",   np.arctanh,       lambda x: 1 / (1 - x * x))
hypot    = unbounded("hypot",     np.hypot,         lambda x, out: _ratio(x, out),        lambda y, out: _ratio(y, out))

# choices
maximum  = elementwise("maximum", np.maximum,       lambda x, y: _tie(x, y),              lambda x, y: _tie(y, x))
minimum  = elementwise("minimum", np.minimum,       lambda x, y: _tie(y, x),              lambda x, y: _tie(x, y))

# activations
relu     = elementwise("relu",    _relu,            lambda out: out > 0)
sigmoid  = elementwise("sigmoid", _logistic,        lambda out: out * (1 - out))
softplus = elementwise("softplus", _softplus,       lambda out: -np.expm1(-out))
# fmt: on

abs = absolute


def _describe(**docs: str) -> None:
    """Give ops their docstrings: "what it is. example(...) = result" becomes a sentence and a doctest."""
    for name, text in docs.items():
        what, _, example = text.rpartition(f". {name}(")
        example, result = f"{name}({example}".split(" = ")
        function, derivative = REGISTRY[name].function, "entry by entry, shapes broadcasting"
        function.__doc__ = f"{what}; {derivative}.\n\n>>> from autograd import {name}\n>>> float({example})\n{result}\n"


_describe(
    add="x + y. add(1.0, 2.0) = 3.0",
    subtract="x - y. subtract(3.0, 1.0) = 2.0",
    negative="-x. negative(2.0) = -2.0",
    multiply="x · y. multiply(2.0, 3.0) = 6.0",
    divide="x / y. divide(3.0, 2.0) = 1.5",
    power="x to the power y. power(2.0, 3.0) = 8.0",
    absolute="|x|, with slope 0 at 0. absolute(-2.0) = 2.0",
    sign="-1, 0 or 1 as x is negative, zero or positive. sign(-2.0) = -1.0",
    exp="e to the power x. exp(0.0) = 1.0",
    expm1="e to the power x, less 1, exact for small x. expm1(0.0) = 0.0",
    log="The natural logarithm. log(1.0) = 0.0",
    log1p="The natural logarithm of 1 + x, exact for small x. log1p(0.0) = 0.0",
    sqrt="The square root, with slope 0 at 0. sqrt(4.0) = 2.0",
    sin="The sine of an angle in radians. sin(0.0) = 0.0",
    cos="The cosine of an angle in radians. cos(0.0) = 1.0",
    tan="The tangent of an angle in radians. tan(0.0) = 0.0",
    arcsin="The angle in [-π/2, π/2] whose sine is x. arcsin(0.0) = 0.0",
    arccos="The angle in [0, π] whose cosine is x. arccos(1.0) = 0.0",
    arctan="The angle in (-π/2, π/2) whose tangent is x. arctan(0.0) = 0.0",
    sinh="(eˣ - e⁻ˣ) / 2. sinh(0.0) = 0.0",
    cosh="(eˣ + e⁻ˣ) / 2. cosh(0.0) = 1.0",
    tanh="sinh x / cosh x. tanh(0.0) = 0.0",
    arcsinh="The number whose sinh is x. arcsinh(0.0) = 0.0",
    arccosh="The number ≥ 0 whose cosh is x. arccosh(1.0) = 0.0",
    arctanh="The number whose tanh is x. arctanh(0.0) = 0.0",
    hypot="√(x² + y²), with slope 0 at the origin. hypot(3.0, 4.0) = 5.0",
    maximum="The larger of x and y; where they are equal they share the gradient. maximum(1.0, 2.0) = 2.0",
    minimum="The smaller of x and y; where they are equal they share the gradient. minimum(1.0, 2.0) = 1.0",
    relu="max(x, 0), with slope 0 at 0. relu(-1.0) = 0.0",
    sigmoid="1 / (1 + e⁻ˣ), the logistic function. sigmoid(0.0) = 0.5",
    softplus="ln(1 + eˣ). softplus(-1000.0) = 0.0",
)

_where = linear(
    "where",
    lambda x, y, condition: np.where(condition, x, y),
    lambda g, condition: np.where(condition, g, 0),
    lambda g, condition: np.where(condition, 0, g),
)


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """x where the condition holds, y elsewhere; shapes broadcast. The branch not taken gets gradient 0, even from ∞
    or NaN.

    >>> from autograd import tensor
    >>> where(tensor([1.0, -2.0]) > 0, 1.0, 0.0)
    tensor([1., 0.], dtype=float64)
    """
    return _where(x, y, condition=values_of(condition))


def clip(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Tensor:
    """x held between two bounds, either of which may be None: slope 1 strictly inside, 0 at the bounds and outside.

    >>> from autograd import tensor
    >>> clip(tensor([-2.0, 0.5, 3.0]), 0.0, 1.0)
    tensor([0. , 0.5, 1. ], dtype=float64)
    """
    low, high = (min if a_min is None else a_min), (max if a_max is None else a_max)
    if low is not None:
        x = where(less_equal(x, low), low, x)
    if high is not None:
        x = where(greater_equal(x, high), high, x)
    return add(x, 0) if low is None and high is None else x
