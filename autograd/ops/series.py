"""Functions that know all their derivatives: each is a family by its order n, and has one rule, n + 1."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd.graph import Traced
from autograd.ops.elementwise import describe, unbounded
from autograd.rules import elementwise, spelled

__all__ = ["i0", "sinc"]


def _sinc(x: Any, n: int = 0) -> Any:
    """The n-th derivative of sin u / u, where u = πx, by its recurrence; near 0, where that cancels, by its series."""
    if isinstance(x, Traced):
        return sinc(x, n=n)
    if n == 0:
        return np.sinc(x)
    near = np.abs(u := np.pi * x) < n + 1
    u, far = np.where(near, u, 0), np.where(near, 1, u)
    out = np.sin(far) / far
    for k in range(1, n + 1):
        out = (_turned(far, k) - k * out) / far
    return np.pi**n * np.where(near, u ** (n % 2) * _series(u * u, n), out)


def _turned(u: Any, k: int) -> Any:
    """The k-th derivative of the sine."""
    out = np.cos(u) if k % 2 else np.sin(u)
    return -out if k % 4 > 1 else out


def _series(square: Any, n: int) -> Any:
    """Σₖ (-1)ᵏ uᵐ / (2k + 1) m!, where m = 2k - n, in powers of u²."""
    first = (n + 1) // 2
    terms = [(-1) ** k / (2 * k + 1) / math.factorial(2 * k - n) for k in range(first, first + 2 * n + 14)]
    return functools.reduce(lambda out, term: out * square + term, reversed(terms))


def _i0(x: Any, n: int = 0) -> Any:
    """The n-th derivative of 1/π ∫ e^(x cos θ) dθ, 0 ≤ θ ≤ π, by the trapezoidal rule, which for what is periodic is
    exact to the last digit. Angles are taken by pairs, θ and π - θ, so that nothing cancels."""
    if isinstance(x, Traced):
        return i0(x, n=n)
    if n == 0:
        return np.i0(x)
    grow = np.sinh if n % 2 else np.cosh
    cosines = [math.cos(math.pi * k / 128) for k in range(1, 64)]
    return (grow(x) / 2 + sum(c**n * grow(c * x) for c in cosines)) / 64


# fmt: off
sinc = elementwise("sinc", _sinc, lambda x, n: spelled(_sinc, x, n + 1))
i0   = unbounded("i0",     _i0,   lambda x, n: spelled(_i0, x, n + 1))
# fmt: on

describe(
    "autograd",
    sinc="sin(πx) / πx, which is 1 at 0. sinc(0.0) = 1.0",
    i0="I₀(x) = Σₖ (x/2)²ᵏ / k!², the modified Bessel function of the first kind, of order 0. i0(0.0) = 1.0",
)
