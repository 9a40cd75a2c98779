"""The linear recurrence out[i] = b[i] + links[i-1] · out[i-1], which the derivatives of running products, extremes and
log-sums have in common, and that of sorting where entries tie. It is its own derivative, run backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import Traced
from autograd.ops.shape import slab
from autograd.record import values_of
from autograd.rules import linear, primitive, scale, spelled


def head(x: Any, axis: int) -> Any:
    """All along the axis but the last."""
    return slab(x, axis, slice(None, -1))


def tail(x: Any, axis: int) -> Any:
    """All along the axis but the first."""
    return slab(x, axis, slice(1, None))


def led(first: float, x: Any, axis: int) -> Any:
    """A number, and then what x has along the axis."""
    shape = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
    return np.concatenate([np.full(shape, first, x.dtype), x], axis=axis)


def forwards(b: Any, links: Any, axis: int) -> Any:
    """The recurrence. A link of zero passes nothing on, not even infinity."""
    if isinstance(b, Traced) or isinstance(links, Traced):
        return recurrence(b, links, axis=axis)
    links = np.moveaxis(links, axis, 0)  # (n - 1, ...)
    out = np.array(np.moveaxis(b, axis, 0), np.result_type(b, links), order="C")  # (n, ...)
    with np.errstate(over="ignore", invalid="ignore"):  # a zero may be waiting for what overflows
        if out[:1].size < len(out):  # long and narrow: column by column, as Python's numbers, which are quicker then
            for column in np.ndindex(out.shape[1:]):
                out[:, *column] = _chain(out[:, *column].tolist(), links[:, *column].tolist())
        else:
            for i, link in enumerate(links):
                out[i + 1] += scale(link, out[i])
    return np.moveaxis(out, 0, axis)


def _chain(b: list[float], links: list[float]) -> list[float]:
    for i, link in enumerate(links):
        if link:
            b[i + 1] += link * b[i]
    return b


def backwards(g: Any, links: Any, axis: int) -> Any:
    """The same from the end to the start, which is its adjoint."""
    return np.flip(forwards(np.flip(g, axis=axis), np.flip(links, axis=axis), axis), axis=axis)


def _links_pulled(g: Any, b: Any, links: Any, axis: int) -> Any:
    return head(forwards(b, links, axis), axis) * tail(backwards(g, links, axis), axis)


def _links_pushed(dlinks: Any, b: Any, links: Any, axis: int) -> Any:
    return forwards(led(0, dlinks * head(forwards(b, links, axis), axis), axis), links, axis)


# fmt: off
recurrence = primitive("recurrence",
    forwards,
    lambda g, links, axis: spelled(backwards, g, links, axis),
    lambda g, b, links, axis: spelled(_links_pulled, g, b, links, axis),
    jvp=(lambda db, links, axis: spelled(forwards, db, links, axis),
         lambda dlinks, b, links, axis: spelled(_links_pushed, dlinks, b, links, axis)),
    doc="out[i] = b[i] + links[i-1] · out[i-1].   b: (n, ...), links: (n - 1, ...) → (n, ...).")
# fmt: on


# -- runs of equal neighbours ----------------------------------------------------------------------------------------


def joined(x: Any, axis: int) -> Any:
    """Where neighbours are equal."""
    x = values_of(x)
    return tail(x, axis) == head(x, axis)


def levelled(x: Any, links: Any, axis: int) -> Any:
    """Each run of linked entries at its mean."""
    if not links.any():
        return x
    if isinstance(x, Traced):
        return level(x, links=links, axis=axis)
    rows = np.moveaxis(x, axis, -1)
    begins = np.ones(rows.shape, bool)
    begins[..., 1:] = ~np.moveaxis(links, axis, -1)
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=rows.size)
    means = np.add.reduceat(rows.ravel(), starts) / lengths.astype(np.float32)
    return np.moveaxis(np.repeat(means, lengths).reshape(rows.shape), -1, axis)


level = linear("level",
    lambda x, links, axis: spelled(levelled, x, links, axis),
    lambda g, links, axis: spelled(levelled, g, links, axis))  # fmt: skip
