"""Discrete Fourier transforms, under the names of `numpy.fft`. Loaded when one of them is first used.

A transform is complex, and complex numbers carry no gradient here: the transforms compute with constants, and refuse
a Tensor that requires grad. The shifts only move entries, so they are differentiable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ops
from autograd.graph import Traced, constant
from autograd.ops.shape import as_axes
from autograd.record import values_of
from autograd.scope import is_grad_enabled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift", "ihfft", "irfft",
    "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]
# fmt: on


def _transformed(function: Any, x: Any, *args: Any) -> Tensor:
    name = function.__name__
    if isinstance(x, Traced) and x.node is not None and is_grad_enabled():
        raise TypeError(
            f"fft.{name}: complex numbers carry no gradient here, so it would be lost; use x.detach() if that is "
            "meant, or multiply x by the matrices of cosines and sines, which is differentiable"
        )
    try:
        return constant(function(values_of(x), *args))  # type: ignore[no-any-return]
    except (TypeError, ValueError, IndexError) as fault:
        raise type(fault)(f"fft.{name}: {np.shape(values_of(x))}: {fault}") from None


def _along(function: Any, doc: str) -> Callable[..., Tensor]:
    """A transform along one axis: the public function for one of NumPy's."""

    def transform(x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Tensor:
        return _transformed(function, x, n, axis, norm)

    return _named(transform, function, doc)


def _over(function: Any, doc: str, default: tuple[int, int] | None = None) -> Callable[..., Tensor]:
    """A transform over several axes, all of them unless `default` says which."""

    def transform(
        x: Any, s: Sequence[int] | None = None, axes: Sequence[int] | None = default, norm: str | None = None
    ) -> Tensor:
        return _transformed(function, x, s, axes, norm)

    return _named(transform, function, doc)


def _named(transform: Callable[..., Tensor], function: Any, doc: str) -> Callable[..., Tensor]:
    transform.__name__ = transform.__qualname__ = function.__name__
    transform.__doc__ = doc
    return transform


# fmt: off
fft    = _along(np.fft.fft,   "out[k] = Σ_j x[j] e^(-2πi jk/n).   x: (..., n) → (..., n), complex.")
ifft   = _along(np.fft.ifft,  "out[j] = Σ_k x[k] e^(2πi jk/n) / n, the inverse of `fft`.   (..., n) → (..., n).")
rfft   = _along(np.fft.rfft,  "out[k] = fft(x)[k], of real x: the first half.   (..., n) → (..., n // 2 + 1).")
irfft  = _along(np.fft.irfft, "rfft(out) = x, out being real; n says how long it was.   (..., m) → (..., 2 (m - 1)).")
hfft   = _along(np.fft.hfft,  "out = n irfft(conj x), real: `ihfft` undone.   (..., m) → (..., 2 (m - 1)).")
ihfft  = _along(np.fft.ihfft, "hfft(out) = x, of real x.   (..., n) → (..., n // 2 + 1).")
fftn   = _over(np.fft.fftn,   "x ← fft(x) along several axes, one after the other.")
ifftn  = _over(np.fft.ifftn,  "fftn(out) = x, along several axes.")
rfftn  = _over(np.fft.rfftn,  "x ← rfft(x) along the last of several axes, then fft(x) along the others.")
irfftn = _over(np.fft.irfftn, "rfftn(out) = x, out being real, along several axes.")
fft2   = _over(np.fft.fft2,   "x ← fft(x) along the last two axes.",                                default=(-2, -1))
ifft2  = _over(np.fft.ifft2,  "fft2(out) = x, along the last two axes.",                            default=(-2, -1))
rfft2  = _over(np.fft.rfft2,  "x ← rfft(x) along the last axis, then fft(x) along the one before.", default=(-2, -1))
irfft2 = _over(np.fft.irfft2, "rfft2(out) = x, out being real, along the last two axes.",           default=(-2, -1))
# fmt: on


def fftfreq(n: int, d: float = 1.0, *, dtype: Any = None, device: str | None = None) -> Tensor:
    """out[k] = k / nd for k < n/2, (k - n) / nd from there: the frequencies of `fft`, of samples d apart.   → (n,).

    >>> fftfreq(4)
    tensor([ 0.  ,  0.25, -0.5 , -0.25], dtype=float64)
    """
    return ops.asarray(np.fft.fftfreq(n, d), dtype=dtype, device=device)


def rfftfreq(n: int, d: float = 1.0, *, dtype: Any = None, device: str | None = None) -> Tensor:
    """out[k] = k / nd for k ≤ n/2: the frequencies of `rfft`, of samples d apart.   → (n // 2 + 1,).

    >>> rfftfreq(4)
    tensor([0.  , 0.25, 0.5 ], dtype=float64)
    """
    return ops.asarray(np.fft.rfftfreq(n, d), dtype=dtype, device=device)


def fftshift(x: Any, axes: int | Sequence[int] | None = None) -> Tensor:
    """out[i] = x[(i - n//2) mod n]: frequency 0 moves from the front to the middle of each axis.

    >>> fftshift(fftfreq(4))
    tensor([-0.5 , -0.25,  0.  ,  0.25], dtype=float64)
    """
    shape, axes = _axes("fftshift", x, axes)
    return ops.roll(x, tuple(shape[i] // 2 for i in axes), axes)


def ifftshift(x: Any, axes: int | Sequence[int] | None = None) -> Tensor:
    """out[i] = x[(i + n//2) mod n], the inverse of `fftshift`, along each axis.

    >>> ifftshift(fftshift(fftfreq(5))).tolist() == fftfreq(5).tolist()
    True
    """
    shape, axes = _axes("ifftshift", x, axes)
    return ops.roll(x, tuple(-(shape[i] // 2) for i in axes), axes)


def _axes(name: str, x: Any, axes: int | Sequence[int] | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    shape = np.shape(values_of(x))
    return shape, as_axes(name, axes, len(shape))
