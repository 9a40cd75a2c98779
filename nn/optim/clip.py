"""Clipping: keeping one bad batch from throwing the parameters far away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograd import Tensor, edited
from nn.checks import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Array = NDArray[Any]


def clip_grad_norm_(
    parameters: Iterable[Tensor] | Tensor,
    max_norm: float,
    norm_type: float | Literal["inf"] = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """g ← g · min(1, max_norm / (norm + 1e-6)) for each gradient g, where norm = (Σ |g|ᵖ)^(1/p) over all of them.

    Returns the norm from before. p is `norm_type`, with inf for the largest entry; parameters without a gradient are
    left alone. Entries whose powers overflow or vanish are scaled first. A norm that is not finite makes the gradients
    0 and NaN, as in PyTorch; with `error_if_nonfinite` it raises RuntimeError before anything is changed. After Pascanu
    et al. 2013.

    >>> from autograd import tensor
    >>> p = tensor([1.0, 1.0], requires_grad=True)
    >>> p.grad = [30.0, 40.0]
    >>> clip_grad_norm_([p], max_norm=1.0)
    50.0
    >>> p.grad.round(6)
    tensor([0.6, 0.8], dtype=float64)
    """
    largest = float(number("clip_grad_norm_", "max_norm", max_norm, "a number ≥ 0"))
    power = math.inf if norm_type == "inf" else float(number("clip_grad_norm_", "norm_type", norm_type, "a number > 0"))
    owners = _with_gradients("clip_grad_norm_", parameters)
    norms = np.array([_norm(p.grad.value, power) for p in owners])  # type: ignore[union-attr]
    total = _norm(norms, power)
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"clip_grad_norm_: the norm of the gradients is {total}; look for its cause with autograd.detect_nan()"
        )
    scale = largest / (total + 1e-6)
    if not scale >= 1:  # NaN scales too
        with np.errstate(invalid="ignore"):  # inf · 0
            _change(owners, lambda g, out: np.multiply(g, scale, out=out))
    return total


def clip_grad_value_(parameters: Iterable[Tensor] | Tensor, clip_value: float) -> None:
    """g ← min(max(g, -clip_value), clip_value), entry by entry. Parameters without a gradient are left alone.

    >>> from autograd import tensor
    >>> p = tensor([1.0, 1.0], requires_grad=True)
    >>> p.grad = [-30.0, 0.5]
    >>> clip_grad_value_([p], 1.0)
    >>> p.grad
    tensor([-1. ,  0.5], dtype=float64)
    """
    bound = float(number("clip_grad_value_", "clip_value", clip_value, "a number ≥ 0"))
    owners = _with_gradients("clip_grad_value_", parameters)
    _change(owners, lambda g, out: np.clip(g, -bound, bound, out=out))


def _with_gradients(where: str, parameters: Iterable[Tensor] | Tensor) -> list[Tensor]:
    if not isinstance(parameters, Tensor) and not hasattr(parameters, "__iter__"):
        raise TypeError(f"{where}: pass model.parameters(), not a {type(parameters).__name__}")
    members = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    for p in members:
        if not isinstance(p, Tensor):
            raise TypeError(f"{where}: pass Tensors, as from model.parameters(), not a {type(p).__name__}")
    return [p for p in members if p.grad is not None]


def _norm(x: Any, p: float) -> float:
    """(Σ |x|ᵖ)^(1/p)."""
    if p == 2 and x.size:
        square, limits = np.vdot(x, x), np.finfo(x.dtype)
        if limits.tiny / limits.eps < square < limits.max:  # no square overflowed, none that counts vanished
            return math.sqrt(square)
    sizes = np.abs(x)
    largest = float(np.max(sizes, initial=0))
    if p == math.inf or not 0 < largest < math.inf:
        return largest
    sizes /= sizes.dtype.type(largest)
    return largest * math.pow(np.sum(sizes**p), 1 / p)


def _change(owners: list[Tensor], change: Callable[[Any, Array | None], Any]) -> None:
    """Let `change(g, out)` write into each gradient's own memory; scalars and memory that is locked are replaced."""
    written: list[Array] = []
    try:
        for p in owners:
            g: Any = p.grad.value  # type: ignore[union-attr]
            if type(g) is np.ndarray and g.flags.writeable:
                written.append(g)
                change(g, g)
            else:
                p.grad = change(g, None)
    finally:
        edited(*written)
