"""Every op, one row each: ours | NumPy's | PyTorch's | the operands it is tried on.

A new op needs one row here, and `test_ops.py` then checks its values, its gradients in both modes and to second order,
its dtypes, and what it keeps in memory. A row's functions take the same operands and the same parameters.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

import autograd as ag
from autograd.ops.index import getitem, scatter, setitem
from autograd.ops.shape import alias
from autograd.rules import REGISTRY, scale

# Docs and tests register ops of their own; these are the package's.
REGISTERED = {name: op for name, op in REGISTRY.items() if op.rules[0].__module__.startswith("autograd.")}


# -- cases -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """The shapes of the operands, or their values where those matter, and the parameters of the call."""

    shapes: tuple[tuple[int, ...], ...]
    params: dict[str, Any] = field(default_factory=dict)
    values: tuple[Any, ...] | None = None

    def __str__(self) -> str:
        shapes = ",".join("x".join(map(str, shape)) or "()" for shape in self.shapes)
        shown = [f"{name}={str(value).replace(chr(10), '')}" for name, value in self.params.items()]
        return " ".join([shapes, *(["at", str(self.values)] if self.values else []), *shown])


def cases(specs: str, **params: Any) -> list[Case]:
    """Cases by the shapes of their operands, with values from the row's domain: "2x3,3 (),4" is two cases of two."""
    return [Case(tuple(_shape(s) for s in spec.split(",")), params) for spec in specs.split()]


def case(spec: str, **params: Any) -> Case:
    """One such case."""
    return cases(spec, **params)[0]


def at(*values: Any, **params: Any) -> Case:
    """Operands of exactly these values."""
    return Case(tuple(np.shape(x) for x in values), params, values)


def _shape(text: str) -> tuple[int, ...]:
    return () if text == "()" else tuple(int(n) for n in text.split("x"))


MASK = np.array([True, False, True])
PICK = np.array([[0, 1], [2, 0]])
ALL = slice(None)

# fmt: off
UNARY     = cases("() 3 2x3 0 2x0")
BINARY    = cases("(),() 3,3 2x3,3 2x1,1x3 (),2x3 2x3,() 4x1x3,2x1 1,() (),1x1 0,1 0x3,3")
SIGMOID   = [*UNARY, at(0.0), at([-30.0, 0.0, 30.0])]
EXPONENTS = [c for n in (0, 1, 2, 3.0) for c in (*cases("() 3", n=n), at([-1.5, 0.0, 2.0], n=n))]
FRACTIONS = [c for n in (-1, 0.5, -1.5, 2.5) for c in cases("() 3 0", n=n)]

REDUCE    = [*cases("() 3 2x3x2"), case("2x3x2", axis=1), case("2x3x2", axis=(0, -1)), case("2x3", axis=()),
             case("2x3", keepdims=True), case("2x3", axis=-1, keepdims=True), case("2x1", axis=1), case("0x3", axis=1)]
NOTHING   = [case("0"), case("2x0", axis=1), case("0x2", axis=0, keepdims=True)]
ZEROS     = [at([0.0, 3.0, 4.0]), at([0.0, 0.0, 4.0]), at([0.0, 0.0, 0.0]), at([[0.0, 2.0], [0.0, 5.0]], axis=1)]
SPREAD    = [*cases("3 2x3x2"), case("2x3", axis=1), case("2x3x2", axis=(0, -1)), case("2x3", keepdims=True),
             case("4", ddof=1), case("2x3", axis=-1, ddof=1, keepdims=True)]
ALONG     = [*cases("3 2x3 1 0x3"), case("2x3", axis=0), case("2x3", axis=(0, 1))]

MATRICES  = cases("""3,3 2x3,3 3,3x4 2x3,3x4 5x2x3,3x4 2x3,5x3x4 5x2x3,5x3x4 1x2x3,5x3x4 2x1x2x3,5x3x4 5x2x3,3 3,5x3x4
                     2x5x2x3,3x2 1x1,1x1 0x3,3x2 2x0,0x3 2x3x0,0x2 0x2x3,3x2 2x0,0""")
LINEAR    = cases("2x3,4x3,4 3,4x3,4 2x5x3,4x3,4 0x3,2x3,2 1x1,1x1,1")
CLASSES   = [case("3", target=1), case("2x3", target=[2, 0]), case("2x2x3", target=PICK), case("2x1", target=[0, 0]),
             *(case("2x2x3", target=PICK, reduction=how) for how in ("mean", "sum", "none"))]
CHOICE    = [*cases("3,3 2x3,() (),3 2x1,3 (),()", condition=MASK), *cases("(),() 3,1", condition=True)]
BOUNDS    = [*cases("() 3 2x3 0", a=-0.7, b=0.9), case("3", a=None, b=0.4), case("2x3", a=-0.4, b=None)]

RESHAPE   = [case("6", shape=(2, 3)), case("2x3", shape=-1), case("2x3", shape=(3, -1)), case("()", shape=(1, 1)),
             case("1", shape=()), case("0x3", shape=(3, 0))]
PERMUTE   = [*UNARY, case("2x3x4", axes=(1, 2, 0)), case("2x3x4", axes=(-1, 0, 1))]
SWAP      = [case("2x3", axis1=0, axis2=1), case("2x3x4", axis1=0, axis2=-1), case("2", axis1=0, axis2=0)]
MOVE      = [case("2x3x4", source=0, destination=-1), case("2x3x4", source=(0, 2), destination=(1, 0))]
EXPAND    = [case("3", axis=0), case("2x3", axis=1), case("2x3", axis=-1), case("()", axis=0)]
EXPANDS   = [case("3", axis=(0, 2)), case("2x3", axis=(1, -1)), case("()", axis=(0, 1)), case("2", axis=())]
SQUEEZE   = [*cases("1x3x1 1 2x3 ()"), case("1x3x1", axis=0), case("1x3x1", axis=(0, -1))]
STRETCH   = [*cases("3 () 2x1x3", shape=(4, 2, 5, 3)), case("3", shape=3), case("1", shape=(0,))]
JOIN      = [*cases("2,3 3 2x3,1x3"), case("2x3,2x1", axis=1), case("2x3,2x1,2x0", axis=-1)]
STACK     = [*cases("(),() 3,3,3 0,0"), case("2x3,2x3", axis=1), case("2x3,2x3", axis=-1)]

BASIC     = [*cases("3 2x3", index=-1), case("2x3", index=(1, 2)), case("2x3", index=(ALL, 1)),
             case("2x3", index=(..., 0)), *cases("5 5x2", index=slice(1, None, 2)), case("3", index=slice(0, 0)),
             case("5", index=slice(None, None, -2)), case("3", index=(None, slice(1, 3))), *cases("() 3", index=...),
             case("()", index=()), case("()", index=None)]
FANCY     = [case("3", index=[2, 0]), case("3", index=[0, 0, -1, 2, -3]), case("3", index=[]), case("3", index=PICK),
             case("3x2", index=([0, 0, 2], [1, 1, 0])),
             case("2x3x4", index=([0, 1], ALL, [1, 1])), case("2x3x4", index=(ALL, [[0], [2]], [1, 1])),
             *cases("3 3x2", index=MASK), case("2x3", index=(ALL, MASK)), case("3", index=True)]
WRITE     = [*cases("3,() 2x3,3 2x3,1x3", index=-1), case("2x3,()", index=(1, 2)), case("2x3,2", index=(ALL, 1)),
             case("5,2", index=slice(1, None, 2)), *cases("2x3,3 2x3,2x1", index=...), case("(),()", index=()),
             case("3,0", index=slice(0, 0)), case("3,2", index=[2, 0]), *cases("3,2 3,() 3x2,2", index=MASK),
             case("2x3x4,2x2x2", index=(ALL, [[0], [2]], [1, 3]))]
REWRITE   = [case("3,3", index=[0, 2, 0]), case("3,3", index=[0, 2, -3]), case("3,()", index=[1, 1]),
             case("3x2,3", index=([0, 0, 2], [1, 1, 0])), case("3,2x2", index=PICK)]
NUMPYS    = case("2x3x4", index=(0, ALL, [1, 1])), case("2x3x4", index=(0, ALL, MASK.nonzero()[0], None))
SCATTER   = [case("3", shape=(4,), index=(np.array([0, 2, 0]),)), case("2x2", shape=(3,), index=(PICK,)),
             case("2x3", shape=(4, 3), index=(PICK[0],)), case("2", shape=(2, 3), index=(PICK[0], PICK[1])),
             case("()", shape=(3,), index=(np.array(-1),))]
# fmt: on


# -- rows --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One op. `domain` is the interval its operands are taken from, or one interval for each of them."""

    ours: Callable[..., Any]
    numpy: Callable[..., Any]
    torch: Callable[..., Any] | None = None
    cases: Sequence[Case] = tuple(UNARY)
    domain: Any = (-2.0, 2.0)
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.ours.__name__

    def operands(self, case: Case, dtype: Any = np.float64) -> tuple[Any, ...]:
        """Values for one case, always the same: spread over the domain in random order, no two of them equal."""
        if case.values is not None:
            return tuple(np.array(x, dtype)[()] for x in case.values)
        rng = np.random.default_rng(zlib.crc32(f"{self} {case}".encode()))
        domains = self.domain if isinstance(self.domain, list) else [self.domain] * len(case.shapes)
        return tuple(_spread(rng, shape, *d).astype(dtype)[()] for shape, d in zip(case.shapes, domains))


def _spread(rng: Any, shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
    n = int(np.prod(shape))
    places = (rng.permutation(n) + rng.uniform(0.2, 0.8, n)) / max(n, 1)
    return low + (high - low) * places.reshape(shape)


# -- references that take more than a name -----------------------------------------------------------------------------


def fold(function: Callable[..., Any]) -> Callable[..., Any]:
    """A PyTorch reduction under NumPy's arguments."""

    def reduce(x: Any, axis: Any = None, keepdims: bool = False, **params: Any) -> Any:
        axis = tuple(range(x.ndim)) if axis is None else axis
        return x if axis == () else function(x, dim=axis, keepdim=keepdims, **params)

    return reduce


def prod(x: Any, dim: Any, keepdim: bool) -> Any:
    """PyTorch's product goes along one axis at a time."""
    for d in sorted((d % x.ndim for d in np.atleast_1d(dim)), reverse=True):
        x = x.prod(dim=int(d), keepdim=keepdim)
    return x


def softmax(x: Any, axis: Any = -1) -> Any:
    return np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True)


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def cross_entropy(x: Any, target: Any, reduction: str = "mean") -> Any:
    rows = -np.take_along_axis(np.log(softmax(x)), np.asarray(target)[..., None], axis=-1)[..., 0]
    return {"none": lambda: rows, "mean": rows.mean, "sum": rows.sum}[reduction]()


def assigned(x: Any, y: Any, index: Any) -> Any:
    x = np.array(x)
    x[index] = y
    return x


def scattered(x: Any, shape: Any, index: Any) -> Any:
    out = np.zeros(shape, x.dtype)
    np.add.at(out, index, x)
    return out


def torch_softplus(x: Any) -> Any:
    # F.softplus switches to x itself above a threshold
    return torch.logaddexp(x, torch.zeros_like(x))


def torch_log_softmax(x: Any, axis: Any = -1) -> Any:
    return x - torch.logsumexp(x, dim=axis, keepdim=True)  # F.log_softmax takes one axis


def torch_softmax(x: Any, axis: Any = -1) -> Any:
    return torch.exp(torch_log_softmax(x, axis))


def torch_cross_entropy(x: Any, target: Any, reduction: str = "mean") -> Any:
    target = torch.as_tensor(target)
    out = F.cross_entropy(x.reshape(-1, x.shape[-1]), target.reshape(-1), reduction=reduction)
    return out.reshape(target.shape) if reduction == "none" else out


def torch_var(x: Any, dim: Any, keepdim: bool, ddof: int = 0) -> Any:
    return torch.var(x, dim, correction=ddof, keepdim=keepdim)


def torch_std(x: Any, dim: Any, keepdim: bool, ddof: int = 0) -> Any:
    return torch.std(x, dim, correction=ddof, keepdim=keepdim)


def torch_reshape(x: Any, shape: Any) -> Any:
    return torch.reshape(x, shape if isinstance(shape, tuple) else (shape,))


def torch_broadcast_to(x: Any, shape: Any) -> Any:
    return torch.broadcast_to(x, shape if isinstance(shape, tuple) else (shape,))


def torch_transpose(x: Any, axes: Any = None) -> Any:
    return torch.permute(x, axes or tuple(range(x.ndim))[::-1])


def torch_squeeze(x: Any, axis: Any = None) -> Any:
    return torch.squeeze(x) if axis is None else torch.squeeze(x, axis)


def torch_index(index: Any) -> Any:
    """PyTorch takes tensors for arrays."""
    if isinstance(index, tuple):
        return tuple(torch_index(part) for part in index)
    if not isinstance(index, list | np.ndarray):
        return index
    return torch.as_tensor(index, dtype=None if np.size(index) else torch.long)


def torch_getitem(x: Any, index: Any) -> Any:
    if isinstance(index, slice):  # PyTorch has no negative steps
        index = np.arange(len(x))[index].copy()
    return x[torch_index(index)]


def torch_assigned(x: Any, y: Any, index: Any) -> Any:
    x = x.clone()
    x[torch_index(index)] = y
    return x


def torch_scattered(x: Any, shape: Any, index: Any) -> Any:
    return torch.zeros(shape, dtype=x.dtype).index_put(torch_index(index), x, accumulate=True)


def joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a list of arrays as a function of arrays."""
    return lambda *xs, axis=0: function(xs, axis)


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


def torch_clip(x: Any, a: Any, b: Any) -> Any:
    return x if a is None and b is None else torch.clip(x, a, b)


# -- the table ---------------------------------------------------------------------------------------------------------

# fmt: off
ROWS = [
    # arithmetic
    Row(ag.add,           np.add,           torch.add,           BINARY),
    Row(ag.subtract,      np.subtract,      torch.subtract,      BINARY),
    Row(ag.negative,      np.negative,      torch.negative),
    Row(ag.multiply,      np.multiply,      torch.multiply,      BINARY),
    Row(on_tensors(scale), np.multiply,     torch.multiply,      BINARY,   name="scale"),
    Row(ag.divide,        np.divide,        torch.divide,        BINARY,   [(-2, 2), (0.5, 2)]),
    Row(ag.power,         np.power,         torch.pow,           BINARY,   [(0.5, 2), (-2, 3)]),
    Row(raised(ag.power), raised(np.power), raised(torch.pow),   EXPONENTS, name="power by integer"),
    Row(raised(ag.power), raised(np.power), raised(torch.pow),   FRACTIONS, (0.5, 2), name="power by fraction"),
    Row(raising(ag.power), raising(np.power), raising(torch.pow), cases("() 3 0", n=2.5), name="power of number"),
    Row(ag.absolute,      np.absolute,      torch.abs),
    Row(ag.sign,          np.sign,          torch.sign),

    # exponentials
    Row(ag.exp,           np.exp,           torch.exp),
    Row(ag.expm1,         np.expm1,         torch.expm1),
    Row(ag.log,           np.log,           torch.log,           UNARY,    (0.2, 3)),
    Row(ag.log1p,         np.log1p,         torch.log1p,         UNARY,    (-0.8, 3)),
    Row(ag.sqrt,          np.sqrt,          torch.sqrt,          UNARY,    (0.2, 3)),

    # trigonometric and hyperbolic
    Row(ag.sin,           np.sin,           torch.sin),
    Row(ag.cos,           np.cos,           torch.cos),
    Row(ag.tan,           np.tan,           torch.tan,           UNARY,    (-1.3, 1.3)),
    Row(ag.arcsin,        np.arcsin,        torch.arcsin,        UNARY,    (-0.9, 0.9)),
    Row(ag.arccos,        np.arccos,        torch.arccos,        UNARY,    (-0.9, 0.9)),
    Row(ag.arctan,        np.arctan,        torch.arctan),
    Row(ag.sinh,          np.sinh,          torch.sinh),
    Row(ag.cosh,          np.cosh,          torch.cosh),
    Row(ag.tanh,          np.tanh,          torch.tanh),
    Row(ag.arcsinh,       np.arcsinh,       torch.arcsinh),
    Row(ag.arccosh,       np.arccosh,       torch.arccosh,       UNARY,    (1.2, 3)),
    Row(ag.arctanh,       np.arctanh,       torch.arctanh,       UNARY,    (-0.9, 0.9)),
    Row(ag.hypot,         np.hypot,         torch.hypot,         [*BINARY, at([3.0, 0.0], [0.0, -2.0])]),

    # choices
    Row(ag.maximum,       np.maximum,       torch.maximum,       BINARY),
    Row(ag.minimum,       np.minimum,       torch.minimum,       BINARY),
    Row(chosen(ag.where), chosen(np.where), chosen(torch.where, torch.as_tensor), CHOICE, name="where"),
    Row(between(ag.clip), between(np.clip), torch_clip,          BOUNDS,   name="clip"),

    # activations
    Row(ag.relu,          lambda x: np.maximum(x, 0),        torch.relu),
    Row(ag.sigmoid,       lambda x: 1 / (1 + np.exp(-x)),    torch.sigmoid,  SIGMOID),
    Row(ag.softplus,      lambda x: np.log1p(np.exp(x)),     torch_softplus, SIGMOID),
    Row(ag.softmax,       softmax,                           torch_softmax,  ALONG),
    Row(ag.log_softmax,   lambda x, axis=-1: np.log(softmax(x, axis)), torch_log_softmax, ALONG),
    Row(ag.logsumexp,     logsumexp,        fold(torch.logsumexp), REDUCE),
    Row(ag.cross_entropy, cross_entropy,    torch_cross_entropy, CLASSES),

    # products of matrices
    Row(ag.matmul,        np.matmul,        torch.matmul,        MATRICES),
    Row(ag.affine,        lambda x, w, b: x @ w.T + b, F.linear, LINEAR,  name="linear"),
    Row(ag.affine,        lambda x, w: x @ w.T,        F.linear, cases("2x3,4x3 3,4x3 2x5x3,4x3")),

    # reductions
    Row(ag.sum,           np.sum,           fold(torch.sum),     [*REDUCE, *NOTHING]),
    Row(ag.mean,          np.mean,          fold(torch.mean),    REDUCE),
    Row(ag.max,           np.max,           fold(torch.amax),    REDUCE),
    Row(ag.min,           np.min,           fold(torch.amin),    REDUCE),
    Row(ag.prod,          np.prod,          fold(prod),          [*REDUCE, *NOTHING, *ZEROS, case("7")]),
    Row(ag.var,           np.var,           fold(torch_var),     SPREAD),
    Row(ag.std,           np.std,           fold(torch_std),     SPREAD),

    # shapes
    Row(ag.reshape,       np.reshape,       torch_reshape,       RESHAPE),
    Row(ag.ravel,         np.ravel,         torch.ravel),
    Row(ag.transpose,     np.transpose,     torch_transpose,     PERMUTE),
    Row(ag.swapaxes,      np.swapaxes,      lambda x, axis1, axis2: torch.swapaxes(x, axis1, axis2), SWAP),
    Row(ag.moveaxis,      np.moveaxis,      torch.moveaxis,      MOVE),
    Row(ag.expand_dims,   np.expand_dims,   torch.unsqueeze,     EXPAND),
    Row(ag.expand_dims,   np.expand_dims,   None,                EXPANDS),
    Row(ag.squeeze,       np.squeeze,       torch_squeeze,       SQUEEZE),
    Row(ag.broadcast_to,  np.broadcast_to,  torch_broadcast_to,  STRETCH),
    Row(ag.astype,        lambda x, dtype: x.astype(dtype), None, cases("() 3 0x2", dtype=np.float64)),
    Row(alias,            lambda x: x,      torch.clone),
    Row(joined(ag.concatenate), joined(np.concatenate), joined(torch.cat), JOIN, name="concatenate"),
    Row(joined(ag.concatenate), joined(np.concatenate), None, cases("2x2,3,()", axis=None), name="concatenate flat"),
    Row(joined(ag.stack), joined(np.stack), joined(torch.stack), STACK,    name="stack"),

    # parts
    Row(getitem,          lambda x, index: x[index], torch_getitem, [*BASIC, *FANCY]),
    Row(getitem,          lambda x, index: x[index], None,       NUMPYS),
    Row(scatter,          scattered,        torch_scattered,     SCATTER),
    Row(lambda x, y, index: setitem(x, index, y), assigned, torch_assigned, WRITE, name="setitem"),
    Row(lambda x, y, index: setitem(x, index, y), assigned, None, REWRITE, name="setitem repeated"),
]
# fmt: on

CASES = [(row, c) for row in ROWS for c in row.cases]


# -- functions without a gradient --------------------------------------------------------------------------------------

# fmt: off
QUESTIONS = [  # ours | NumPy's | how many operands
    (ag.equal,         np.equal,         2),
    (ag.not_equal,     np.not_equal,     2),
    (ag.less,          np.less,          2),
    (ag.less_equal,    np.less_equal,    2),
    (ag.greater,       np.greater,       2),
    (ag.greater_equal, np.greater_equal, 2),
    (ag.logical_and,   np.logical_and,   2),
    (ag.logical_or,    np.logical_or,    2),
    (ag.logical_xor,   np.logical_xor,   2),
    (ag.logical_not,   np.logical_not,   1),
    (ag.isnan,         np.isnan,         1),
    (ag.isinf,         np.isinf,         1),
    (ag.isfinite,      np.isfinite,      1),
    (ag.argmax,        np.argmax,        1),
    (ag.argmin,        np.argmin,        1),
]
BITWISE = [  # ours | NumPy's | how many operands, of integers or booleans
    (ag.bitwise_and,   np.bitwise_and,   2),
    (ag.bitwise_or,    np.bitwise_or,    2),
    (ag.bitwise_xor,   np.bitwise_xor,   2),
    (ag.invert,        np.invert,        1),
]
CREATORS = [  # ours | NumPy's | arguments | keywords
    (ag.zeros,      np.zeros,      ((2, 3),),        {}),
    (ag.zeros,      np.zeros,      ((),),            {"dtype": np.float32}),
    (ag.ones,       np.ones,       (3,),             {"dtype": np.int64}),
    (ag.full,       np.full,       ((2, 2), 7.0),    {}),
    (ag.full,       np.full,       ((), 7),          {"dtype": np.float32}),
    (ag.eye,        np.eye,        (3,),             {}),
    (ag.eye,        np.eye,        (2, 3),           {"k": 1}),
    (ag.arange,     np.arange,     (5,),             {}),
    (ag.arange,     np.arange,     (1.0, 2.0, 0.25), {}),
    (ag.linspace,   np.linspace,   (0.0, 1.0, 5),    {}),
    (ag.zeros_like, np.zeros_like, (np.ones((2, 3), np.float32),),   {}),
    (ag.ones_like,  np.ones_like,  (np.zeros(3, np.float32),),       {}),
    (ag.full_like,  np.full_like,  (np.zeros(3, np.float32), 2.5),   {}),
    (ag.ones_like,  np.ones_like,  (np.float32(0),),                 {}),
]
# fmt: on
