"""Small words for matrices, which the families of linear algebra share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import constant
from autograd.ops.products import flipped
from autograd.ops.shape import copy
from autograd.record import tidy, values_of

if TYPE_CHECKING:
    from collections.abc import Callable


def symmetric(x: Any) -> Any:
    """The symmetric part of each matrix."""
    return (x + flipped(x)) / 2


def unit(n: int) -> np.ndarray:
    """The identity, in a dtype that changes no other."""
    return np.eye(n, dtype=np.int8)


def diagonal_of(x: Any) -> Any:
    """The diagonal of each matrix.   (..., n, n) → (..., n)."""
    return np.sum(x * unit(x.shape[-1]), axis=-1)


def on_diagonal(x: Any) -> Any:
    """Matrices with these diagonals.   (..., n) → (..., n, n)."""
    return x[..., None, :] * unit(x.shape[-1])


def columns(x: Any, scales: Any) -> Any:
    """The columns of each matrix, scaled.   (..., n, m), (..., m) → (..., n, m)."""
    return x * scales[..., None, :]


def whole(*parts: Any) -> tuple[Any, ...]:
    """Parts of one array as arrays of their own, which may be edited in place like any result."""
    return tuple([copy(part) for part in parts])


def numpys(function: Callable[..., Any], *xs: Any, **options: Any) -> Any:
    """NumPy's own answer on constants, as Tensors; its errors named."""
    try:
        out = function(*values_of(xs), **options)
    except (np.linalg.LinAlgError, ValueError, TypeError) as fault:
        kind = next(kind for kind in (np.linalg.LinAlgError, ValueError, TypeError) if isinstance(fault, kind))
        shapes = ", ".join(str(np.shape(x)) for x in values_of(xs))
        raise kind(f"{function.__name__}: {shapes}: {fault}") from None
    return tuple([constant(tidy(part)) for part in out]) if isinstance(out, tuple) else constant(tidy(out))
