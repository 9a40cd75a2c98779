"""What a row of the op table is: functions that should agree, and the operands they are tried on."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


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
REDUCE    = [*cases("() 3 2x3x2"), case("2x3x2", axis=1), case("2x3x2", axis=(0, -1)), case("2x3", axis=()),
             case("2x3", keepdims=True), case("2x3", axis=-1, keepdims=True), case("2x1", axis=1), case("0x3", axis=1)]
# fmt: on


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


# -- functions in the form that rows want ------------------------------------------------------------------------------


def fold(function: Callable[..., Any]) -> Callable[..., Any]:
    """A PyTorch reduction under NumPy's arguments."""

    def reduce(x: Any, axis: Any = None, keepdims: bool = False, **params: Any) -> Any:
        axis = tuple(range(x.ndim)) if axis is None else axis
        return x if axis == () else function(x, dim=axis, keepdim=keepdims, **params)

    return reduce


def joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a list of arrays as a function of arrays."""
    return lambda *xs, axis=0: function(xs, axis)
