"""What equal values leave undefined: the vectors that belong to them.

Equal eigenvalues share a space, of which any basis will do, so a function of their vectors has no gradient. One that
uses only the values has, and there equal values share it, as ties do everywhere. A cotangent of zeros does not tell
the two apart: that of the logarithm of the identity, v log(w) vᵀ, is 0 by v, and by w the same as of Σ log(w). So the
factors of a matrix are one array whose first row is no factor but a note, and the cotangent of vectors that are used
at all, by `vectors`, writes ones into it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.graph import Traced
from autograd.record import values_of
from autograd.rules import linear, primitive, spelled, takes_stacks


def noted(*factors: Any) -> Any:
    """Factors joined along their rows, below a row for the note.   each (..., n, k) → (..., 1 + Σ n, k)."""
    return np.concatenate([np.zeros_like(factors[0][..., :1, :]), *factors], axis=-2)


def vectors(x: Any, start: int, stop: int) -> Any:
    """Rows of joined factors, as vectors: their cotangent leaves a note that it exists."""
    return cut(x, start=start, stop=stop) if isinstance(x, Traced) else x[..., start:stop, :]


def _with_note(g: Any, shape: tuple[int, ...], start: int, stop: int) -> Any:
    *stack, rows, columns = shape
    note, above, below = (
        np.full((*stack, n, columns), i, g.dtype) for i, n in ((1, 1), (0, start - 1), (0, rows - stop))
    )
    return np.concatenate([note, above, g, below], axis=-2)


def are_used(g: Any) -> bool:
    """Whether a cotangent of joined factors has the note: that vectors are used, whatever their cotangents are."""
    return bool(np.any(values_of(g)[..., 0, :]))


def ties(x: Any) -> Any:
    """Which of the numbers are equal, as far as rounding in a matrix with these can tell.   (..., n) → (..., n, n)."""
    x = values_of(x)
    size = np.abs(x).max(axis=-1, initial=0)[..., None, None]
    return np.abs(x[..., None, :] - x[..., None]) <= 4 * math.sqrt(x.shape[-1]) * np.finfo(x.dtype).eps * size


def shared(g: Any, x: Any) -> Any:
    """Cotangents of numbers x, of which those that are equal share equally.   (..., n)."""
    equal = ties(x)
    if equal.sum() == x.size:
        return g
    return np.sum(equal / equal.sum(axis=-1, keepdims=True, dtype=x.dtype) * g[..., None, :], axis=-1)


def refuse_ties(x: Any, why: str, *gs: Any) -> None:
    """Allow no cotangents of equal numbers x, or of their vectors: LinAlgError where one is not 0."""
    equal = ties(x) & ~np.eye(x.shape[-1], dtype=bool)
    if equal.any():
        touched = sum(np.any(values_of(g) != 0, axis=-2) for g in gs)
        refuse(equal & (np.asarray(touched)[..., None, :] > 0), why)


def refuse(lost: Any, why: str) -> None:
    """LinAlgError where anything is lost, saying at which row and column."""
    if lost.any():
        i, j = np.argwhere(lost)[0][-2:]
        raise np.linalg.LinAlgError(why.format(min(i, j), max(i, j), column=j))


def gaps(x: Any) -> Any:
    """out[i,j] = x[j] - x[i], exactly 0 where these are equal but for rounding; ∞ on the diagonal."""
    itself = np.eye(x.shape[-1], dtype=bool)
    return np.where(itself, np.inf, np.where(ties(x), 0, x[..., None, :] - x[..., None]))


@takes_stacks
def apart(x: Any, y: Any, why: str) -> Any:
    """x / y, where 0 / 0 = 0. Anything else over 0 has no value: LinAlgError, saying where and why."""
    if isinstance(x, Traced) or isinstance(y, Traced):
        return over_gaps(x, y, why=why)
    none = y == 0
    refuse(none & (x != 0), why)
    return np.where(none, 0, x / np.where(none, 1, y))


# fmt: off
cut = linear("vectors",
    lambda x, start, stop: x[..., start:stop, :],
    lambda g, x_shape, start, stop: spelled(_with_note, g, x_shape, start, stop))
over_gaps = primitive("over_gaps",
    lambda x, y, why: apart(x, y, why),
    lambda g, y, why: spelled(apart, g, y, why),
    lambda g, x, y, why: -spelled(apart, spelled(apart, g * x, y, why), y, why),
    jvp=(lambda dx, y, why: spelled(apart, dx, y, why),
         lambda dy, x, y, why: -spelled(apart, spelled(apart, dy * x, y, why), y, why)))
# fmt: on
