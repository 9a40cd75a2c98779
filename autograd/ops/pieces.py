"""One array into several: its parts, its slices, its entries, and functions applied to each of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.ops.index import part
from autograd.ops.join import stack
from autograd.ops.shape import as_axes, broadcast_arrays, expand_dims, moveaxis, ravel, reshape, squeeze
from autograd.record import values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "apply_along_axis", "apply_over_axes", "array_split", "dsplit", "hsplit", "split", "unstack", "vectorize", "vsplit",
]
# fmt: on


def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """Parts of an axis: that many, as equally long as can be, or those between indices. The parts are views.

    (n, ...) → k of (n / k, ...), a longer part before a shorter one.

    >>> from autograd import arange
    >>> [part.tolist() for part in array_split(arange(5), 2)]
    [[0, 1, 2], [3, 4]]
    """
    return _split("array_split", x, indices_or_sections, axis)


def _split(name: str, x: Any, sections: Any, axis: int) -> list[Tensor]:
    """The parts of an axis, for the function of that name: `array_split` alone may make unequal ones."""
    shape, sections = np.shape(values_of(x)), values_of(sections)
    axis = normalize_axis_index(axis, len(shape), name)
    n = shape[axis]
    if np.ndim(sections):
        bounds = [0, *[int(i) for i in sections], n]
    else:
        if sections < 1 or (n % sections and name != "array_split"):
            raise ValueError(
                f"{name}: {shape}: {sections} do not divide axis {axis} ({n}); array_split cuts unequal parts"
            )
        each, longer = divmod(n, int(sections))
        bounds = list(itertools.accumulate([each + (i < longer) for i in range(int(sections))], initial=0))
    spans = [slice(*bound).indices(n)[:2] for bound in itertools.pairwise(bounds)]
    if any(end > start for (_, end), (start, _) in itertools.pairwise(spans)):  # indices going back overlap
        return [part(name, x, axis, slice(*span)) for span in spans]
    return _halved(x, axis, spans, 0)


def _halved(x: Any, axis: int, spans: list[Any], first: int) -> list[Tensor]:
    """The parts of an x that starts at `first`, as parts of its halves: were each one cut from the whole, its gradient
    would fill as many zeros as x has entries."""
    if len(spans) < 5:
        return [part("split", x, axis, slice(start - first, end - first)) for start, end in spans]
    half = len(spans) // 2
    middle = spans[half][0]
    left, right = (part("split", x, axis, side) for side in (slice(middle - first), slice(middle - first, None)))
    return _halved(left, axis, spans[:half], first) + _halved(right, axis, spans[half:], middle)


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """Parts of an axis: that many equally long ones (ValueError if it does not divide), or those between indices.

    (n, ...) → k of (n / k, ...).

    >>> from autograd import arange
    >>> [part.tolist() for part in split(arange(4), 2)]
    [[0, 1], [2, 3]]
    """
    return _split("split", x, indices_or_sections, axis)


def hsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the second axis, of vectors along their only one.   (n, m) → k of (n, m / k).

    >>> from autograd import zeros
    >>> [part.shape for part in hsplit(zeros((2, 4)), 2)]
    [(2, 2), (2, 2)]
    """
    return _split("hsplit", x, indices_or_sections, 0 if np.ndim(values_of(x)) == 1 else 1)


def vsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the first axis, of matrices and more.   (n, m) → k of (n / k, m).

    >>> from autograd import zeros
    >>> [part.shape for part in vsplit(zeros((2, 4)), 2)]
    [(1, 4), (1, 4)]
    """
    if np.ndim(values_of(x)) < 2:
        raise ValueError(f"vsplit: {np.shape(values_of(x))}: needs two axes or more; hsplit cuts vectors")
    return _split("vsplit", x, indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the third axis.   (n, m, p) → k of (n, m, p / k).

    >>> from autograd import zeros
    >>> [part.shape for part in dsplit(zeros((1, 2, 4)), [1])]
    [(1, 2, 1), (1, 2, 3)]
    """
    return _split("dsplit", x, indices_or_sections, 2)


def unstack(x: Any, *, axis: int = 0) -> tuple[Tensor, ...]:
    """x taken apart along an axis, which its parts no longer have: what `stack` undoes.   (k, n, ...) → k of (n, ...).

    >>> from autograd import arange
    >>> [part.tolist() for part in unstack(arange(3))]
    [0, 1, 2]
    """
    axis = normalize_axis_index(axis, np.ndim(values_of(x)), "unstack")
    n = np.shape(values_of(x))[axis]
    return tuple([squeeze(part, axis) for part in _split("unstack", x, n, axis)]) if n else ()


# -- functions of parts ----------------------------------------------------------------------------------------------


def apply_along_axis(func1d: Callable[..., Any], axis: int, x: Any, *args: Any, **kwargs: Any) -> Tensor:
    """out[i, ...] = f(x[i]) for every vector along an axis, in whose place are the axes of its results.

    >>> from autograd import tensor
    >>> apply_along_axis(lambda row: row[0] * row[1], 1, tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([ 2., 12.], dtype=float64)
    """
    shape = np.shape(values_of(x))
    axis = normalize_axis_index(axis, len(shape), "apply_along_axis")
    around = shape[:axis] + shape[axis + 1 :]
    if 0 in around:
        raise ValueError(f"apply_along_axis: {shape}: has no vector along axis {axis} to apply a function to")
    vectors = unstack(reshape(moveaxis(x, axis, -1), (-1, shape[axis])))
    outs = stack([func1d(vector, *args, **kwargs) for vector in vectors])
    new = range(len(around), len(around) + outs.ndim - 1)
    return moveaxis(reshape(outs, around + outs.shape[1:]), new, [i - len(around) + axis for i in new])


def apply_over_axes(func: Callable[..., Any], x: Any, axes: Any) -> Tensor:
    """x ← f(x, axis) for one axis after the other, each kept with length 1 where f drops it.

    >>> from autograd import ones, sum
    >>> apply_over_axes(sum, ones((2, 3, 4)), (0, 2)).tolist()
    [[[8.0], [8.0], [8.0]]]
    """
    ndim = np.ndim(values_of(x))
    for axis in as_axes("apply_over_axes", axes, ndim):
        out = func(x, axis)
        x = out if np.ndim(out) == ndim else expand_dims(out, axis)
        if np.ndim(x) != ndim:
            raise ValueError(f"apply_over_axes: the function gave shape {np.shape(out)}; it may drop axis {axis} only")
    return x  # type: ignore[no-any-return]


def vectorize(pyfunc: Callable[..., Any]) -> Callable[..., Tensor]:
    """out[i] = pyfunc(x[i], y[i], ...): a function of numbers as a function of arrays; shapes broadcast.

    >>> from autograd import tensor
    >>> larger = vectorize(lambda x, y: x if x > y else y)
    >>> larger(tensor([1.0, 5.0]), 2.0)
    tensor([2., 5.], dtype=float64)
    """

    def call(*xs: Any) -> Tensor:
        arrays = broadcast_arrays(*xs)
        entries = zip(*[unstack(ravel(x)) for x in arrays])
        return reshape(stack([pyfunc(*numbers) for numbers in entries]), arrays[0].shape)

    return call
