"""Reductions and running sums that leave NaN out. An entry that is NaN gets a gradient of 0, never NaN."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.ops.elementwise import add, divide, sqrt, subtract, where
from autograd.ops.order import hundredth, or_nan, picked, ranked, sort
from autograd.ops.reduce import extreme, freedom, fronted, place, prod, squared, sum
from autograd.ops.scan import cumprod, cumsum
from autograd.ops.shape import astype, reshape
from autograd.record import values_of

if TYPE_CHECKING:
    from autograd.ops.reduce import Axis
    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmedian", "nanmin", "nanpercentile",
    "nanprod", "nanquantile", "nanstd", "nansum", "nanvar",
]
# fmt: on


def _filled(x: Any, number: float) -> Any:
    """x with a number in the place of every NaN, through which no gradient flows."""
    holes = np.isnan(values_of(x))
    return where(holes, number, x) if np.any(holes) else x


def _count(x: Any, axis: Axis, keepdims: bool = False) -> Any:
    """How many entries over the axes are not NaN."""
    return np.sum(~np.isnan(values_of(x)), axis=axis, keepdims=keepdims)


def _parted(total: Any, count: Any) -> Any:
    """total / count in the dtype of the total; where there is nothing, NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return divide(total, count.astype(total.value.real.dtype))


def _warn(missing: Any, message: str, stacklevel: int = 3) -> None:
    if np.any(missing):
        warnings.warn(message, RuntimeWarning, stacklevel)


# -- sums and products -----------------------------------------------------------------------------------------------


def nansum(x: Any, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """out = Σ x of what is not NaN, over the axes (all of them by default).

    >>> from autograd import tensor
    >>> nansum(tensor([1.0, float("nan"), 2.0]))
    tensor(3., dtype=float64)
    """
    return sum(_filled(x, 0), axis, keepdims=keepdims, dtype=dtype)


def nanprod(x: Any, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """out = Π x of what is not NaN, over the axes (all of them by default).

    >>> from autograd import tensor
    >>> nanprod(tensor([3.0, float("nan"), 2.0]))
    tensor(6., dtype=float64)
    """
    return prod(_filled(x, 1), axis, keepdims=keepdims, dtype=dtype)


def nancumsum(x: Any, axis: int | None = None, *, dtype: Any = None) -> Tensor:
    """out[i] = Σ x[:i+1] along the axis, NaN counting as 0.

    >>> from autograd import tensor
    >>> nancumsum(tensor([1.0, float("nan"), 2.0]))
    tensor([1., 1., 3.], dtype=float64)
    """
    return cumsum(_filled(x, 0), axis, dtype=dtype)


def nancumprod(x: Any, axis: int | None = None, *, dtype: Any = None) -> Tensor:
    """out[i] = Π x[:i+1] along the axis, NaN counting as 1.

    >>> from autograd import tensor
    >>> nancumprod(tensor([3.0, float("nan"), 2.0]))
    tensor([3., 3., 6.], dtype=float64)
    """
    return cumprod(_filled(x, 1), axis, dtype=dtype)


# -- means and spreads -----------------------------------------------------------------------------------------------


def nanmean(x: Any, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """out = Σ x / n of the n that are not NaN, over the axes (all of them by default); of none, NaN and a warning.

    >>> from autograd import tensor
    >>> nanmean(tensor([1.0, float("nan"), 2.0]))
    tensor(1.5, dtype=float64)
    """
    count = _count(x, axis, keepdims)
    _warn(count == 0, "Mean of empty slice")
    return _parted(nansum(x, axis, keepdims=keepdims, dtype=dtype), count)  # type: ignore[no-any-return]


def nanvar(
    x: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    correction: float | None = None,
    mean: Any = None,
    dtype: Any = None,
) -> Tensor:
    """out = Σ |x - mean|² / (n - ddof) of the n entries that are not NaN, over the axes (all of them by default).

    Where n ≤ ddof, NaN and a warning.

    >>> from autograd import tensor
    >>> nanvar(tensor([1.0, float("nan"), 3.0]))
    tensor(1., dtype=float64)
    """
    return _nanvar(x, axis, freedom("nanvar", ddof, correction), keepdims, mean, dtype)


def nanstd(
    x: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    correction: float | None = None,
    mean: Any = None,
    dtype: Any = None,
) -> Tensor:
    """out = √nanvar(x), over the same axes. Its slope at a constant is 0.

    >>> from autograd import tensor
    >>> nanstd(tensor([1.0, float("nan"), 3.0]))
    tensor(1., dtype=float64)
    """
    return sqrt(_nanvar(x, axis, freedom("nanstd", ddof, correction), keepdims, mean, dtype))


def _nanvar(x: Any, axis: Axis, ddof: float, keepdims: bool, mean: Any, dtype: Any) -> Tensor:
    x = x if dtype is None else astype(x, dtype, copy=False)
    if mean is None:
        mean = _parted(nansum(x, axis, keepdims=True), _count(x, axis, keepdims=True))
    total = sum(squared(_filled(subtract(x, mean), 0)), axis, keepdims=keepdims)
    left = _count(x, axis, keepdims) - ddof
    _warn(left <= 0, "Degrees of freedom <= 0 for slice.", 4)
    return or_nan(_parted(total, np.where(left > 0, left, 1)), left <= 0)  # type: ignore[no-any-return]


# -- extremes --------------------------------------------------------------------------------------------------------


_nanmax = extreme("nanmax", np.fmax)
_nanmin = extreme("nanmin", np.fmin)


def nanmax(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """out = max x of what is not NaN, over the axes (all of them by default); where all are, NaN and a warning.

    >>> from autograd import tensor
    >>> nanmax(tensor([1.0, float("nan"), 2.0]))
    tensor(2., dtype=float64)
    """
    out = _nanmax(x, axis=axis, keepdims=keepdims)
    _warn(np.isnan(out.value), "All-NaN slice encountered")
    return out


def nanmin(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """out = min x of what is not NaN, over the axes (all of them by default); where all are, NaN and a warning.

    >>> from autograd import tensor
    >>> nanmin(tensor([1.0, float("nan"), 2.0]))
    tensor(1., dtype=float64)
    """
    out = _nanmin(x, axis=axis, keepdims=keepdims)
    _warn(np.isnan(out.value), "All-NaN slice encountered")
    return out


def nanargmax(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """x[out] = max x: the index of the largest entry along the axis that is not NaN; ValueError where all are.

    >>> from autograd import tensor
    >>> nanargmax(tensor([1.0, float("nan"), 2.0]))
    tensor(2, dtype=int64)
    """
    return place(np.nanargmax, x, axis, keepdims)


def nanargmin(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """x[out] = min x: the index of the smallest entry along the axis that is not NaN; ValueError where all are.

    >>> from autograd import tensor
    >>> nanargmin(tensor([1.0, float("nan"), 2.0]))
    tensor(0, dtype=int64)
    """
    return place(np.nanargmin, x, axis, keepdims)


# -- quantiles -------------------------------------------------------------------------------------------------------


def nanmedian(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """out = median x of what is not NaN, over the axes (all of them by default); of none, NaN and a warning.

    >>> from autograd import tensor
    >>> nanmedian(tensor([1.0, float("nan"), 2.0, 9.0]))
    tensor(2., dtype=float64)
    """
    if not np.size(values_of(x)):
        return nanmean(x, axis, keepdims=keepdims)
    x, kept = fronted("nanmedian", x, axis, keepdims)
    x, count = sort(x, 0), _count(x, 0)
    _warn(count == 0, "All-NaN slice encountered")
    middle = [divide(picked(x, i), 2) for i in (np.maximum(count - 1, 0) // 2, count // 2)]
    return reshape(or_nan(add(*middle), count == 0), kept)


def nanquantile(x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Tensor:
    """out = quantile(x, q) of what is not NaN, over the axes (all of them by default); of none, NaN and a warning.

    >>> from autograd import tensor
    >>> nanquantile(tensor([1.0, float("nan"), 2.0]), 0.25)
    tensor(1.25, dtype=float64)
    """
    return _nanquantile("nanquantile", x, q, axis, method, keepdims)


def nanpercentile(x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Tensor:
    """out = nanquantile(x, q / 100), over the axes (all of them by default).

    >>> from autograd import tensor
    >>> nanpercentile(tensor([1.0, float("nan"), 2.0]), 25)
    tensor(1.25, dtype=float64)
    """
    return _nanquantile("nanpercentile", x, hundredth(q), axis, method, keepdims)


def _nanquantile(name: str, x: Any, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    if not np.size(values_of(x)):
        return nanmean(x, axis, keepdims=keepdims)
    x, kept = fronted(name, x, axis, keepdims)
    x, count = sort(x, 0), _count(x, 0)
    _warn(count == 0, "All-NaN slice encountered", 4)
    return reshape(or_nan(ranked(name, x, count, q, method), count == 0), np.shape(values_of(q)) + kept)
