"""Ops applied entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import autograd as ag
from autograd.rules import scale
from tests.optable.case import BINARY, MASK, UNARY, Row, at, case, cases

# fmt: off
EXPONENTS = [c for n in (0, 1, 2, 3.0) for c in (*cases("() 3", n=n), at([-1.5, 0.0, 2.0], n=n))]
FRACTIONS = [c for n in (-1, 0.5, -1.5, 2.5) for c in cases("() 3 0", n=n)]
CHOICE    = [*cases("3,3 2x3,() (),3 2x1,3 (),()", condition=MASK), *cases("(),() 3,1", condition=True)]
BOUNDS    = [*cases("() 3 2x3 0", a=-0.7, b=0.9), case("3", a=None, b=0.4), case("2x3", a=-0.4, b=None),
             case("3", a=None, b=None)]
WITHIN    = cases("(),(),() 2x3,3,() 2x3,2x1,3 0,(),()")
SHIFTS    = [*cases("() 3 0", i=3), case("3", i=np.array([1, -2, 0])), case("3", i=np.array([[1], [2]]))]
SOME      = cases("() 2x3")
AROUND    = [(-2, 2), (-1.1, -0.6), (0.5, 1.2)]
DEGREES   = cases("() 3", deg=True)
FEW       = cases("(),() 3,3 2x3,3 2x1,1x3")
AXES      = at([1.0, -2.0, 0.0], [0.0, 0.0, 3.0])
TURNS     = [*cases("3,3 2x3,3 (),2x3"), at(2.0, -3.0), at([-1.0, 2.0], [-1.0, -1.0])]
ODD       = [at([[np.nan, 1.0], [-np.inf, np.inf]]), *SOME]
# fmt: on


def raised(power: Callable[..., Any]) -> Callable[..., Any]:
    """`power` with the exponent as a parameter, so a plain number."""
    return lambda x, n: power(x, n)


def raising(power: Callable[..., Any]) -> Callable[..., Any]:
    """`power` with the base as a parameter, so a plain number."""
    return lambda x, n: power(n, x)


def on_tensors(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that would answer arrays with arrays, given Tensors."""
    return lambda *xs: function(*[x if isinstance(x, ag.Tensor) else ag.tensor(x) for x in xs])


def chosen(where: Callable[..., Any], array: Callable[..., Any] = np.asarray) -> Callable[..., Any]:
    """`where` with the condition as a parameter."""
    return lambda x, y, condition: where(array(condition), x, y)


def between(clip: Callable[..., Any]) -> Callable[..., Any]:
    """`clip` with the bounds as parameters."""
    return lambda x, a, b: clip(x, a, b)


def scaled(ldexp: Callable[..., Any]) -> Callable[..., Any]:
    """`ldexp` with the exponent as a parameter."""
    return lambda x, i: ldexp(x, i)


def narrow(function: Callable[..., Any]) -> Callable[..., Any]:
    """The result in the dtype of the first operand: `float_power` answers in float64."""
    return lambda x, y: function(x, y).astype(x.dtype)


def torch_clip(x: Any, a: Any, b: Any) -> Any:
    return x if a is None and b is None else torch.clip(x, a, b)


# fmt: off
ROWS = [
    # arithmetic
    Row(ag.add,           np.add,           torch.add,           BINARY),
    Row(ag.subtract,      np.subtract,      torch.subtract,      BINARY),
    Row(ag.positive,      np.positive,      torch.positive),
    Row(ag.negative,      np.negative,      torch.negative),
    Row(ag.multiply,      np.multiply,      torch.multiply,      BINARY),
    Row(on_tensors(scale), np.multiply,     torch.multiply,      BINARY,   name="scale"),
    Row(ag.divide,        np.divide,        torch.divide,        BINARY,   [(-2, 2), (0.5, 2)]),
    Row(ag.reciprocal,    np.reciprocal,    torch.reciprocal,    UNARY,    (0.3, 2)),
    Row(ag.square,        np.square,        torch.square),
    Row(ag.power,         np.power,         torch.pow,           [*BINARY, at(3.0, 2.0)], [(0.5, 2), (-2, 3)]),
    Row(raised(ag.power), raised(np.power), raised(torch.pow),   EXPONENTS, name="power by integer"),
    Row(raised(ag.power), raised(np.power), raised(torch.pow),   FRACTIONS, (0.5, 2), name="power by fraction"),
    Row(raising(ag.power), raising(np.power), raising(torch.pow), cases("() 3 0", n=2.5), name="power of number"),
    Row(narrow(ag.float_power), narrow(np.float_power), torch.float_power, FEW, [(0.5, 2), (-2, 3)], "float_power"),
    Row(ag.sqrt,          np.sqrt,          torch.sqrt,          UNARY,    (0.2, 3)),
    Row(ag.cbrt,          np.cbrt,          None,                UNARY,    (0.2, 3)),
    Row(ag.cbrt,          np.cbrt,          None,                SOME,     (-3, -0.2), name="cbrt of negatives"),
    Row(ag.absolute,      np.absolute,      torch.abs),
    Row(ag.fabs,          np.fabs,          torch.abs),
    Row(ag.sign,          np.sign,          torch.sign),

    # exponentials
    Row(ag.exp,           np.exp,           torch.exp),
    Row(ag.exp2,          np.exp2,          torch.exp2),
    Row(ag.expm1,         np.expm1,         torch.expm1),
    Row(ag.log,           np.log,           torch.log,           UNARY,    (0.2, 3)),
    Row(ag.log2,          np.log2,          torch.log2,          UNARY,    (0.2, 3)),
    Row(ag.log10,         np.log10,         torch.log10,         UNARY,    (0.2, 3)),
    Row(ag.log1p,         np.log1p,         torch.log1p,         UNARY,    (-0.8, 3)),
    Row(ag.logaddexp,     np.logaddexp,     torch.logaddexp,     BINARY),
    Row(ag.logaddexp2,    np.logaddexp2,    torch.logaddexp2,    BINARY),

    # trigonometric and hyperbolic
    Row(ag.sin,           np.sin,           torch.sin),
    Row(ag.cos,           np.cos,           torch.cos),
    Row(ag.tan,           np.tan,           torch.tan,           UNARY,    (-1.3, 1.3)),
    Row(ag.arcsin,        np.arcsin,        torch.arcsin,        UNARY,    (-0.9, 0.9)),
    Row(ag.arccos,        np.arccos,        torch.arccos,        UNARY,    (-0.9, 0.9)),
    Row(ag.arctan,        np.arctan,        torch.arctan),
    Row(ag.arctan2,       np.arctan2,       torch.arctan2,       [*BINARY, AXES], [(-2, 2), (0.3, 2)]),
    Row(ag.sinh,          np.sinh,          torch.sinh),
    Row(ag.cosh,          np.cosh,          torch.cosh),
    Row(ag.tanh,          np.tanh,          torch.tanh),
    Row(ag.arcsinh,       np.arcsinh,       torch.arcsinh),
    Row(ag.arccosh,       np.arccosh,       torch.arccosh,       UNARY,    (1.2, 3)),
    Row(ag.arctanh,       np.arctanh,       torch.arctanh,       UNARY,    (-0.9, 0.9)),
    Row(ag.hypot,         np.hypot,         torch.hypot,         [*BINARY, at([3.0, 0.0], [0.0, -2.0])]),
    Row(ag.degrees,       np.degrees,       torch.rad2deg),
    Row(ag.radians,       np.radians,       torch.deg2rad),
    Row(ag.sinc,          np.sinc,          torch.sinc,          [*UNARY, at([0.31, -0.33, 0.63, 0.65, 0.95, 9.1])]),
    Row(ag.i0,            np.i0,            torch.special.i0,    [*UNARY, at([-9.0, 5.0, 12.0])]),

    # choices
    Row(ag.maximum,       np.maximum,       torch.maximum,       BINARY),
    Row(ag.minimum,       np.minimum,       torch.minimum,       BINARY),
    Row(ag.fmax,          np.fmax,          torch.fmax,          BINARY),
    Row(ag.fmin,          np.fmin,          torch.fmin,          BINARY),
    Row(ag.copysign,      np.copysign,      torch.copysign,      TURNS),
    Row(chosen(ag.where), chosen(np.where), chosen(torch.where, torch.as_tensor), CHOICE, name="where"),
    Row(between(ag.clip), between(np.clip), torch_clip,          BOUNDS,   name="clip"),
    Row(ag.clip,          np.clip,          torch.clip,          WITHIN,   AROUND,      name="clip to arrays"),
    Row(ag.nan_to_num,    np.nan_to_num,    torch.nan_to_num,    ODD),
    Row(scaled(ag.ldexp), scaled(np.ldexp), None,                SHIFTS,   name="ldexp"),

    # parts of complex numbers that are real
    Row(ag.real,          np.real,          torch.real,          SOME),
    Row(ag.imag,          np.imag,          None,                SOME),
    Row(ag.conjugate,     np.conjugate,     torch.conj,          SOME),
    Row(ag.angle,         np.angle,         torch.angle,         SOME,     (0.2, 2)),
    Row(ag.angle,         np.angle,         None,                DEGREES,  (-2, -0.2),  name="angle of negatives"),
    Row(ag.real_if_close, np.real_if_close, None,                SOME),
]
# fmt: on
