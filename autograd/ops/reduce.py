"""Ops that fold axes away. A rule hands back the cotangent with its folded axes as ones; the sweep stretches them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import constant
from autograd.ops.elementwise import add, divide, multiply, sqrt, subtract
from autograd.ops.parts import conjugate, real
from autograd.ops.shape import as_axes, astype, moveaxis, reshape
from autograd.record import tidy, values_of
from autograd.rules import linear, primitive

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor

    Axis = int | tuple[int, ...] | None

__all__ = ["amax", "amin", "argmax", "argmin", "max", "mean", "min", "prod", "ptp", "std", "sum", "var"]


def unfold(g: Any, axis: Axis, keepdims: bool) -> Any:
    """Put the folded axes back, one long."""
    return g if keepdims or axis is None else np.expand_dims(g, axis=axis)


def _count(shape: tuple[int, ...], out: Any) -> int:
    """How many entries were folded into each one of the result."""
    return math.prod(shape) // (out.size or 1)


def _mean(x: Any, axis: Axis, keepdims: bool) -> Any:
    if x.dtype == np.float16:  # whose sums soon pass its largest number
        return _mean(x.astype(np.float32), axis, keepdims).astype(x.dtype)
    total: Any = np.add.reduce(x, axis=axis, keepdims=keepdims)  # type: ignore[call-overload]
    return total / _count(x.shape, total)


def _winners(x: Any, out: Any, axis: Axis, keepdims: bool) -> Any:
    """1 at the entry that was chosen, shared equally by those that tie; 0 all along where NaN was chosen."""
    ties = (x == unfold(out, axis, keepdims)).astype(np.float32 if out.dtype == np.float16 else out.dtype)
    return ties / np.maximum(ties.sum(axis=axis, keepdims=True), 1)


# fmt: off
_add_reduce = linear("sum",
    lambda x, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, axis, keepdims: unfold(g, axis, keepdims))
_mean_reduce = linear("mean",
    _mean,
    lambda g, axis, keepdims, x_shape: unfold(g / _count(x_shape, g), axis, keepdims))
# fmt: on


def extreme(name: str, ufunc: np.ufunc) -> Callable[..., Tensor]:
    """The row of a fold that chooses entries, as the largest."""
    # fmt: off
    return primitive(name,
        lambda x, axis, keepdims: ufunc.reduce(x, axis=axis, keepdims=keepdims),
        lambda g, x, out, axis, keepdims: unfold(g, axis, keepdims) * _winners(x, out, axis, keepdims),
        jvp=lambda dx, x, out, axis, keepdims:
            (dx * _winners(x, out, axis, keepdims)).sum(axis=axis, keepdims=keepdims))
    # fmt: on


_max_reduce = extreme("max", np.maximum)
_min_reduce = extreme("min", np.minimum)


def fronted(name: str, x: Any, axis: Axis, keepdims: bool) -> tuple[Any, tuple[int, ...]]:
    """x with the axes made into one, and that put first, (n, ...); and the shape of what has it folded away."""
    shape = np.shape(values_of(x))
    axes = as_axes(name, axis, len(shape))
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape) if keepdims or i not in axes)
    x = moveaxis(x, axes, range(len(axes)))
    return reshape(x, (math.prod(shape[i] for i in axes), *x.shape[len(axes) :])), kept


def sum(x: Any, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """out = Σ x over the axes (all of them by default).   x: (..., n, ...) → (..., ...).

    >>> from autograd import tensor
    >>> sum(tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    tensor([4., 6.], dtype=float64)
    """
    return _add_reduce(x, axis=axis, keepdims=keepdims) if dtype is None else _in(dtype, sum, x, axis, keepdims)


def mean(x: Any, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """out = Σ x / n over the axes (all of them by default).

    >>> from autograd import tensor
    >>> mean(tensor([1.0, 2.0, 6.0]))
    tensor(3., dtype=float64)
    """
    return _mean_reduce(x, axis=axis, keepdims=keepdims) if dtype is None else _in(dtype, mean, x, axis, keepdims)


def _in(dtype: Any, fold: Any, x: Any, axis: Axis, keepdims: bool) -> Tensor:
    """A reduction computed in that dtype; integers, which it widens, come out in it, too."""
    return astype(fold(astype(x, dtype, copy=False), axis, keepdims=keepdims), dtype, copy=False)


def max(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """out = max x over the axes (all of them by default); entries that tie share the gradient equally.

    >>> from autograd import tensor, grad
    >>> grad(max)(tensor([1.0, 5.0, 5.0]))
    tensor([0. , 0.5, 0.5], dtype=float64)
    """
    return _max_reduce(x, axis=axis, keepdims=keepdims)


def min(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """out = min x over the axes (all of them by default); entries that tie share the gradient equally.

    >>> from autograd import tensor
    >>> min(tensor([[1.0, 2.0], [3.0, 0.0]]), axis=1)
    tensor([1., 0.], dtype=float64)
    """
    return _min_reduce(x, axis=axis, keepdims=keepdims)


amax, amin = max, min


def ptp(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """out = max x - min x, from peak to peak, over the axes (all of them by default).

    >>> from autograd import tensor
    >>> ptp(tensor([3.0, 1.0, 8.0]))
    tensor(7., dtype=float64)
    """
    return subtract(max(x, axis, keepdims=keepdims), min(x, axis, keepdims=keepdims))


def prod(x: Any, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """out = Π x over the axes (all of them by default), as a tree of products: exact to every order, zeros or not.

    >>> from autograd import tensor, grad
    >>> grad(prod)(tensor([0.0, 3.0, 4.0]))
    tensor([12.,  0.,  0.], dtype=float64)
    """
    if dtype is not None:
        return _in(dtype, prod, x, axis, keepdims)
    values = values_of(x)
    if values is x or x.node is None:  # nothing to differentiate, and integers to be promoted as NumPy does
        return constant(tidy(np.prod(values, axis=axis, keepdims=keepdims)))  # type: ignore[no-any-return]
    x, kept = fronted("prod", x, axis, keepdims)
    odd: Any = 1
    while len(x.value) > 1:
        half, left = divmod(len(x.value), 2)
        odd = multiply(odd, x[-1]) if left else odd
        x = multiply(x[:half], x[half : 2 * half])
    product = multiply(x[0], odd) if len(x.value) else add(sum(x, axis=0), 1)  # nothing multiplies to 1
    return reshape(product, kept)


def var(
    x: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    correction: float | None = None,
    mean: Any = None,
    dtype: Any = None,
) -> Tensor:
    """out = Σ |x - mean|² / (n - ddof) over the axes (all of them by default).

    `correction` is another name of `ddof`. `mean`, where it is known already, has the folded axes as ones.

    >>> from autograd import tensor
    >>> var(tensor([1.0, 3.0]))
    tensor(1., dtype=float64)
    """
    if dtype is not None:
        x = astype(x, dtype, copy=False)
    away = subtract(x, _mean_reduce(x, axis=axis, keepdims=True) if mean is None else mean)
    total = sum(squared(away), axis, keepdims=keepdims)
    left = _count(away.shape, total) - freedom("var", ddof, correction)
    return divide(total, left if left > 0 else 0)


def squared(x: Any) -> Tensor:
    """|x|²."""
    return real(multiply(x, conjugate(x))) if x.dtype.kind == "c" else multiply(x, x)


def freedom(name: str, ddof: float, correction: float | None) -> float:
    """How many degrees of freedom are lost, which has two names."""
    if ddof and correction is not None:
        raise ValueError(f"{name}: ddof={ddof} and correction={correction} are the same thing; pass one of them")
    return ddof if correction is None else correction


def std(
    x: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    correction: float | None = None,
    mean: Any = None,
    dtype: Any = None,
) -> Tensor:
    """out = √var(x), over the same axes. Its slope at a constant is 0.

    >>> from autograd import tensor
    >>> std(tensor([1.0, 3.0]))
    tensor(1., dtype=float64)
    """
    ddof = freedom("std", ddof, correction)
    return sqrt(var(x, axis, ddof=ddof, keepdims=keepdims, mean=mean, dtype=dtype))


def place(function: Any, x: Any, axis: int | None, keepdims: bool) -> Tensor:
    """Where one of NumPy's functions finds what it looks for."""
    try:
        return constant(function(values_of(x), axis=axis, keepdims=keepdims))  # type: ignore[no-any-return]
    except ValueError as fault:
        raise ValueError(f"{function.__name__}: {np.shape(values_of(x))}, axis={axis}: {fault}") from None


def argmax(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """x[out] = max x: the index of the largest entry along the axis, of the flattened x by default.

    Carries no gradient.

    >>> from autograd import tensor
    >>> argmax(tensor([1.0, 5.0, 2.0]))
    tensor(1, dtype=int64)
    """
    return place(np.argmax, x, axis, keepdims)


def argmin(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """x[out] = min x: the index of the smallest entry along the axis, of the flattened x by default.

    Carries no gradient.

    >>> from autograd import tensor
    >>> argmin(tensor([1.0, 5.0, 2.0]))
    tensor(0, dtype=int64)
    """
    return place(np.argmin, x, axis, keepdims)
