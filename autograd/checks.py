"""Checking a derivative against the definition of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.graph import constant
from autograd.record import values_of
from autograd.scope import no_grad
from autograd.transforms import jvp, vjp
from autograd.tree import leaves, rebuilt

if TYPE_CHECKING:
    from collections.abc import Callable

STEP = float(np.finfo(np.float64).eps ** (1 / 3))  # balances truncation (∝ h²) against rounding (∝ 1/h)


class GradientError(AssertionError):
    """A derivative rule that disagrees with finite differences, or with the other mode."""


def check_grad(f: Callable[..., Any], *xs: Any, order: int = 2, rtol: float = 1e-5, atol: float = 1e-7) -> None:
    """Check ∂f/∂x at xs, of any shape, in float64, in reverse and in forward mode, and the derivatives of that
    derivative up to `order`.

    A random cotangent g, 1 for a scalar, makes one number of f: s(x) = Σ g · f(x). Its gradient is compared, entry by
    entry, with (s(x + h) - s(x - h)) / 2h, and with forward mode by ⟨g, J dx⟩ = ⟨Jᵀ g, dx⟩. At a kink any slope
    between the left and the right derivative is right. Raises `GradientError`, naming the worst entry, its index, and
    both numbers; ValueError for an order below 1, TypeError for results that are not real floating numbers.

    >>> import numpy as np
    >>> check_grad(lambda x: (x.tanh() * x).sum(), np.array([0.5, -1.0]))
    """
    if order < 1:
        raise ValueError(f"check_grad: order must be at least 1, not {order}")
    arrays = [np.array(values_of(x), np.float64) for x in leaves(xs)]
    rng = np.random.default_rng(0)
    for n in range(1, order + 1):
        outs = _evaluated(f, xs, arrays)
        if any(np.asarray(out).dtype.kind != "f" for out in outs):
            raise TypeError("check_grad: the function must return Tensors of real floating numbers")
        scalar = len(outs) == 1 and not np.ndim(outs[0])
        cotangents = [1.0] if scalar else [rng.standard_normal(np.shape(out)) for out in outs]
        what = "the gradient" if n == 1 else f"the derivative of order {n}"
        _Check(f, xs, arrays, cotangents, rtol, atol, what).run(rng)
        f = _pullback(f, cotangents)


def _evaluated(f: Callable[..., Any], xs: Any, arrays: list[np.ndarray]) -> list[Any]:
    with no_grad(), np.errstate(all="ignore"):
        return [values_of(out) for out in leaves(f(*rebuilt(xs, (constant(x.copy()[()]) for x in arrays))))]


def _pullback(f: Callable[..., Any], cotangents: list[Any]) -> Callable[..., Any]:
    def derivative(*xs: Any) -> Any:
        out, pullback = vjp(f, *xs)
        return pullback(rebuilt(out, iter(cotangents)))

    return derivative


class _Check(NamedTuple):
    f: Callable[..., Any]
    xs: Any
    arrays: list[np.ndarray]
    cotangents: list[Any]
    rtol: float
    atol: float
    what: str

    def run(self, rng: np.random.Generator) -> None:
        args = rebuilt(self.xs, (x[()] for x in self.arrays))
        out, pullback = vjp(self.f, *args)
        reverse = [np.asarray(gx) for gx in leaves(pullback(rebuilt(out, iter(self.cotangents))))]
        for i, gx in enumerate(reverse):
            self.compare(i, gx)
        dxs = [rng.standard_normal(x.shape) for x in self.arrays]
        _, dout = jvp(self.f, args, rebuilt(self.xs, iter(dxs)))
        pushed = sum(float(np.sum(g * d)) for g, d in zip(self.cotangents, leaves(dout), strict=True))
        pulled = sum(float(np.sum(gx * dx)) for gx, dx in zip(reverse, dxs, strict=True))
        if not np.isclose(pushed, pulled, rtol=1e-8, atol=1e-9, equal_nan=True):
            raise GradientError(
                f"check_grad: {self.what}: the modes disagree on a directional derivative: "
                f"forward {pushed:.10g}, reverse {pulled:.10g}"
            )

    def total(self, i: int, x: np.ndarray) -> float:
        """s, with another value in the place of array i."""
        outs = _evaluated(self.f, self.xs, [*self.arrays[:i], x, *self.arrays[i + 1 :]])
        return float(sum(np.sum(g * out) for g, out in zip(self.cotangents, outs, strict=True)))

    def slopes(self, i: int, index: tuple[int, ...], h: float) -> tuple[float, float, float]:
        """The left and the right difference quotient at one entry, and how far rounding alone may move them."""
        x = self.arrays[i]
        below, above = x.copy(), x.copy()
        below[index] -= h
        above[index] += h
        here = self.total(i, x)
        return (
            (here - self.total(i, below)) / h,
            (self.total(i, above) - here) / h,
            1e-15 * abs(here) / h,
        )

    def compare(self, i: int, got: np.ndarray) -> None:
        wrong = []
        for index in np.ndindex(got.shape):
            h = STEP * max(1.0, abs(float(self.arrays[i][index])))
            left, right, rounding = self.slopes(i, index, h)
            expected, found = (left + right) / 2, float(got[index])
            error = abs(found - expected)
            if error <= self.atol + self.rtol * max(abs(found), abs(expected)) + rounding:
                continue
            if not self.is_kink(i, index, h, found):
                wrong.append((np.inf if np.isnan(error) else error, index, expected, found))
        if wrong:
            _, index, expected, found = max(wrong)
            raise GradientError(
                f"check_grad: {self.what} by array {i}{f' at index {index}' if index else ''}: "
                f"expected {expected:.8g}, got {found:.8g} ({len(wrong)} of {got.size} entries differ)"
            )

    def is_kink(self, i: int, index: tuple[int, ...], h: float, found: float) -> bool:
        """Whether there is no derivative to compare with: the slopes on the two sides differ however close we look,
        and what was found lies between them; or they grow without bound, at a jump or an edge of the domain."""
        left, right, _ = self.slopes(i, index, h)
        if np.isnan(left) != np.isnan(right):  # the edge of the domain, where every slope fits on the one side
            return True
        nearer_left, nearer_right, _ = self.slopes(i, index, h / 8)
        if max(abs(nearer_left), abs(nearer_right)) > 4 * max(abs(left), abs(right)) > 1e3:
            return True
        slack = 1e-4 * max(1.0, abs(left), abs(right))
        persists = abs(nearer_right - nearer_left) > abs(right - left) / 2 > slack
        return persists and min(left, right) - slack <= found <= max(left, right) + slack
