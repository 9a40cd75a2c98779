"""Arrays made longer and shorter: edges put around them, and parts put in and left out."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.graph import constant
from autograd.ops.elementwise import add, multiply
from autograd.ops.index import getitem, part, scatter
from autograd.ops.join import concatenate
from autograd.ops.shape import alias, as_axes, astype, broadcast_to, copy, dtype_of, moveaxis, ravel, reshape
from autograd.record import values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor

__all__ = ["delete", "insert", "pad", "trim_zeros"]

# -- what a side holds: functions of x, the axis, how many entries, whether they come after x, the mode's option


def _filled(x: Any, axis: int, count: int, after: bool, value: Any) -> Tensor:
    return _stretched(astype(value, x.dtype), x, axis, count)


def _stretched(y: Any, x: Any, axis: int, count: int) -> Tensor:
    """y broadcast to the shape of x, with so many entries along the axis."""
    return broadcast_to(y, (*x.shape[:axis], count, *x.shape[axis + 1 :]))


def _end(x: Any, axis: int, after: bool, length: int = 1) -> Tensor:
    """The first entries of x along the axis, or the last."""
    n = x.shape[axis]
    return part("pad", x, axis, slice(n - length, n) if after else slice(0, length))


def _edge(x: Any, axis: int, count: int, after: bool, _: Any) -> Tensor:
    return _stretched(_end(x, axis, after), x, axis, count)


def _ramp(x: Any, axis: int, count: int, after: bool, value: Any) -> Tensor:
    """From x's edge in even steps to the value, which the outermost entry has."""
    steps = np.arange(count)[::-1] if after else np.arange(count)
    w = _column(steps / count, x, axis)
    return add(multiply(_end(x, axis, after), w), multiply(astype(value, x.dtype), 1 - w))


def _column(w: Any, x: Any, axis: int) -> Any:
    """Numbers along an axis, ready to be multiplied with x."""
    return w.astype(x.dtype).reshape((-1,) + (1,) * (x.ndim - 1 - axis))


def _statistic(function: Any, x: Any, axis: int, count: int, after: bool, length: Any) -> Tensor:
    n = x.shape[axis] if length is None else min(int(length), x.shape[axis])
    if n < 1:
        raise ValueError(f"pad: stat_length={n}: must be 1 or more")
    return _stretched(function(_end(x, axis, after, n), axis=axis, keepdims=True), x, axis, count)


def _places(n: int, count: int, after: bool) -> np.ndarray:
    """The places of a side's entries, counted from x's first."""
    return np.arange(n, n + count) if after else np.arange(-count, 0)


def _wrapped(x: Any, axis: int, count: int, after: bool, _: Any) -> Tensor:
    n = x.shape[axis]
    return part("pad", x, axis, _places(n, count, after) % n)


def _mirrored(edges: int, x: Any, axis: int, count: int, after: bool, kind: str) -> Tensor:
    """x to and fro, seeing the entries at its edges once or twice. An odd reflection is also turned upside down at
    each edge, so that lines go straight on: x[-i] = 2 x[0] - x[i]."""
    n = x.shape[axis]
    turns, i = np.divmod(_places(n, count, after), max(n - 2 + edges, 1))
    back = turns % 2
    inner = part("pad", x, axis, np.where(back, n - 1 - i, i))
    if kind != "odd":
        return inner
    sign, first, last = (_column(w, x, axis) for w in (1 - 2 * back, back - turns, back + turns))
    ends = add(multiply(first, _end(x, axis, False)), multiply(last, _end(x, axis, True)))
    return add(multiply(sign, inner), ends)


# fmt: off
MODES: dict[str, tuple[Callable[..., Tensor], str, Any]] = {  # what a side holds | the option's name | its default
    "constant":    (_filled,                                   "constant_values", 0),
    "edge":        (_edge,                                     "",                None),
    "empty":       (_filled,                                   "",                0),
    "linear_ramp": (_ramp,                                     "end_values",      0),
    "maximum":     (functools.partial(_statistic, np.max),     "stat_length",     None),
    "mean":        (functools.partial(_statistic, np.mean),    "stat_length",     None),
    "median":      (functools.partial(_statistic, np.median),  "stat_length",     None),
    "minimum":     (functools.partial(_statistic, np.min),     "stat_length",     None),
    "reflect":     (functools.partial(_mirrored, 1),           "reflect_type",    "even"),
    "symmetric":   (functools.partial(_mirrored, 2),           "reflect_type",    "even"),
    "wrap":        (_wrapped,                                  "",                None),
}
# fmt: on


def pad(
    x: Any,
    pad_width: Any,
    mode: str = "constant",
    *,
    constant_values: Any = None,
    end_values: Any = None,
    stat_length: Any = None,
    reflect_type: str | None = None,
) -> Tensor:
    """x with edges around it, as wide as `pad_width` says: one width, a pair (before, after), or a pair for each axis.

    (n, ...) → (before + n + after, ...).

    The edges hold what NumPy's modes say: a constant (0, or `constant_values`), the "edge", the entries in
    "reflect"ion, and so on. A gradient flows to every entry of x that they were made from, and to the constants.

    >>> from autograd import tensor
    >>> pad(tensor([1.0, 2.0]), (1, 2))
    tensor([0., 1., 2., 0., 0.], dtype=float64)
    >>> pad(tensor([1.0, 2.0, 4.0]), 2, mode="reflect")
    tensor([4., 2., 1., 2., 4., 2., 1.], dtype=float64)
    """
    options = {"constant_values": constant_values, "end_values": end_values, "stat_length": stat_length}
    options = {key: y for key, y in {**options, "reflect_type": reflect_type}.items() if y is not None}
    value = np.asarray(values_of(x))
    widths = _widths(pad_width, value.ndim)
    if callable(mode) or mode not in MODES:
        raise ValueError(f"pad: mode={mode!r}: must be one of {', '.join(MODES)}")
    if wrong := options.keys() - {MODES[mode][1]}:
        raise ValueError(f"pad: mode={mode!r} takes no {', '.join(sorted(wrong))}; leave it out")
    if mode == "empty" or (mode == "constant" and not options):
        shape = tuple((value.shape + widths.sum(axis=1)).tolist())
        return scatter(x, tuple([slice(before, before + n) for (before, _), n in zip(widths, value.shape)]), shape)
    if value.dtype.kind != "f":
        plain = {key: values_of(y) for key, y in options.items()}
        return constant(np.pad(value, widths, mode, **plain))  # type: ignore[no-any-return, call-overload]
    return _padded(x, widths, mode, options) if widths.any() else copy(x)


def _padded(x: Any, widths: np.ndarray, mode: str, options: dict[str, Any]) -> Tensor:
    """Floats between their sides, one axis after the other: what an edge holds, it holds for those before, too."""
    side, name, default = MODES[mode]
    option, each = options.get(name, default), (len(widths), 2)
    plain = option is None or isinstance(option, str)
    option = np.full(each, option, object) if plain else broadcast_to(option, each)
    out = alias(x)
    for axis, counts in enumerate(widths.tolist()):
        if any(counts):
            if not out.shape[axis] and mode != "constant":
                raise ValueError(
                    f"pad: {np.shape(values_of(x))}: axis {axis} is empty and has nothing to make edges of"
                )
            left, right = (side(out, axis, count, end, option[axis, end]) for end, count in enumerate(counts))
            out = concatenate([left, out, right], axis)
    return out


def _widths(pad_width: Any, ndim: int) -> np.ndarray:
    """How many entries before and after each axis.   (ndim, 2)."""
    if isinstance(pad_width, dict):
        given, pad_width = pad_width, np.zeros((ndim, 2), int)
        for axis, width in given.items():
            pad_width[axis] = width
    widths = np.asarray(values_of(pad_width))
    if widths.dtype.kind not in "iu" or (widths < 0).any():
        raise ValueError(f"pad: pad_width={pad_width!r}: must be integers from 0 up; x[1:-1] takes edges away")
    return np.broadcast_to(widths, (ndim, 2))


def trim_zeros(x: Any, trim: str = "fb", axis: int | tuple[int, ...] | None = None) -> Tensor:
    """out = x[i:j+1] along its axes, i and j being the first and the last slab with an entry that is not zero; only the
    front is trimmed with "f", and only the back with "b".

    >>> from autograd import tensor
    >>> trim_zeros(tensor([0.0, 1.0, 0.0, 2.0, 0.0]))
    tensor([1., 0., 2.], dtype=float64)
    """
    if trim.lower() not in ("f", "b", "fb", "bf"):
        raise ValueError(f"trim_zeros: trim={trim!r}: must be 'f', 'b' or 'fb'")
    places = np.nonzero(np.atleast_1d(values_of(x)))
    kept = [slice(None)] * np.ndim(values_of(x))
    for a in as_axes("trim_zeros", axis, len(kept)):
        i = places[a]
        first, last = (i.min(), i.max() + 1) if i.size else (0, 0)
        front, back = "f" in trim.lower() or not i.size, "b" in trim.lower() or not i.size
        kept[a] = slice(first if front else None, last if back else None)
    return getitem(x, tuple(kept))


def insert(x: Any, obj: Any, values: Any, axis: int | None = None) -> Tensor:
    """x with values put in before the entries or slabs that `obj` numbers along an axis, of the flattened x by default.

    (n,), (k,) → (n + k,).

    >>> from autograd import tensor
    >>> insert(tensor([1.0, 4.0]), 1, [2.0, 3.0])
    tensor([1., 2., 3., 4.], dtype=float64)
    """
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    shape = np.shape(values_of(x))
    axis = normalize_axis_index(axis, len(shape), "insert")
    places = np.arange(*obj.indices(shape[axis])) if isinstance(obj, slice) else np.asarray(values_of(obj))
    if places.dtype == bool or not places.size:
        places = np.flatnonzero(places)
    given = np.shape(values_of(values))
    values = reshape(values, (1,) * (len(shape) - len(given)) + given)
    values = values if places.ndim else moveaxis(values, 0, axis)
    count = values.shape[axis] if places.size == 1 else places.size
    try:
        values = broadcast_to(values, (*shape[:axis], count, *shape[axis + 1 :]))
        order = np.insert(np.arange(shape[axis]), places, shape[axis] + np.arange(count))
    except (ValueError, IndexError) as fault:
        told = f"insert: {shape}, {places.size} places, values {given}, axis={axis}: {fault}"
        raise type(fault)(told) from None
    return part("insert", concatenate([x, astype(values, dtype_of(x))], axis), axis, order)


def delete(x: Any, obj: Any, axis: int | None = None) -> Tensor:
    """x without the k entries or slabs that `obj` numbers along an axis, flattened by default.   (n,) → (n - k,).

    >>> from autograd import tensor
    >>> delete(tensor([1.0, 2.0, 3.0]), 1)
    tensor([1., 3.], dtype=float64)
    """
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    shape = np.shape(values_of(x))
    axis = normalize_axis_index(axis, len(shape), "delete")
    try:
        kept = np.delete(np.arange(shape[axis]), obj if isinstance(obj, slice) else values_of(obj))
    except (ValueError, IndexError) as fault:
        raise type(fault)(f"delete: {shape}, axis={axis}: {fault}") from None
    return part("delete", x, axis, kept)
