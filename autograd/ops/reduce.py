"""Ops that fold axes away. A rule hands back the cotangent with its folded axes as ones; the sweep stretches them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import constant
from autograd.ops.elementwise import add, divide, multiply, sqrt, subtract
from autograd.ops.shape import as_axes, moveaxis, reshape
from autograd.record import tidy, values_of
from autograd.rules import linear, primitive

if TYPE_CHECKING:
    from autograd.tensor import Tensor

    Axis = int | tuple[int, ...] | None

__all__ = ["argmax", "argmin", "max", "mean", "min", "prod", "std", "sum", "var"]


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
    """1 at the entry that was chosen; entries that tie share it equally."""
    ties = (x == unfold(out, axis, keepdims)).astype(np.float32 if out.dtype == np.float16 else out.dtype)
    return ties / ties.sum(axis=axis, keepdims=True)


# fmt: off
_add_reduce = linear("sum",
    lambda x, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, axis, keepdims: unfold(g, axis, keepdims))
_mean_reduce = linear("mean",
    _mean,
    lambda g, axis, keepdims, x_shape: unfold(g / _count(x_shape, g), axis, keepdims))
_max_reduce = primitive("max",
    lambda x, axis, keepdims: np.maximum.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, x, out, axis, keepdims: unfold(g, axis, keepdims) * _winners(x, out, axis, keepdims),
    jvp=lambda dx, x, out, axis, keepdims: (dx * _winners(x, out, axis, keepdims)).sum(axis=axis, keepdims=keepdims))
_min_reduce = primitive("min",
    lambda x, axis, keepdims: np.minimum.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, x, out, axis, keepdims: unfold(g, axis, keepdims) * _winners(x, out, axis, keepdims),
    jvp=lambda dx, x, out, axis, keepdims: (dx * _winners(x, out, axis, keepdims)).sum(axis=axis, keepdims=keepdims))
# fmt: on


def sum(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """Σ x over the axes (all of them by default).   x: (..., n, ...) → (..., ...).

    >>> from autograd import tensor
    >>> sum(tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    tensor([4., 6.], dtype=float64)
    """
    return _add_reduce(x, axis=axis, keepdims=keepdims)


def mean(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """Σ x / n over the axes (all of them by default).

    >>> from autograd import tensor
    >>> mean(tensor([1.0, 2.0, 6.0]))
    tensor(3., dtype=float64)
    """
    return _mean_reduce(x, axis=axis, keepdims=keepdims)


def max(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """The largest entry over the axes (all of them by default); entries that tie share the gradient equally.

    >>> from autograd import tensor, grad
    >>> grad(max)(tensor([1.0, 5.0, 5.0]))
    tensor([0. , 0.5, 0.5], dtype=float64)
    """
    return _max_reduce(x, axis=axis, keepdims=keepdims)


def min(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """The smallest entry over the axes (all of them by default); entries that tie share the gradient equally.

    >>> from autograd import tensor
    >>> min(tensor([[1.0, 2.0], [3.0, 0.0]]), axis=1)
    tensor([1., 0.], dtype=float64)
    """
    return _min_reduce(x, axis=axis, keepdims=keepdims)


def prod(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
    """Π x over the axes (all of them by default), as a tree of products: exact to every order, zeros or not.

    >>> from autograd import tensor, grad
    >>> grad(prod)(tensor([0.0, 3.0, 4.0]))
    tensor([12.,  0.,  0.], dtype=float64)
    """
    values = values_of(x)
    shape = np.shape(values)
    if values is x or x.node is None:  # nothing to differentiate, and integers to be promoted as NumPy does
        return constant(tidy(np.prod(values, axis=axis, keepdims=keepdims)))  # type: ignore[no-any-return]
    axes = as_axes("prod", axis, len(shape))
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape) if keepdims or i not in axes)
    x = moveaxis(x, axes, range(len(axes)))
    x = reshape(x, (math.prod(shape[i] for i in axes), *x.shape[len(axes) :]))
    odd: Any = 1
    while len(x.value) > 1:
        half, left = divmod(len(x.value), 2)
        odd = multiply(odd, x[-1]) if left else odd
        x = multiply(x[:half], x[half : 2 * half])
    product = multiply(x[0], odd) if len(x.value) else add(sum(x, axis=0), 1)  # nothing multiplies to 1
    return reshape(product, kept)


def var(x: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Tensor:
    """Σ (x - mean)² / (n - ddof) over the axes (all of them by default).

    >>> from autograd import tensor
    >>> var(tensor([1.0, 3.0]))
    tensor(1., dtype=float64)
    """
    if np.iscomplexobj(values_of(x)):
        raise TypeError(
            "var: of complex numbers is not a square of their distance here; use that of real and imaginary"
        )
    away = subtract(x, mean(x, axis, keepdims=True))
    total = sum(multiply(away, away), axis, keepdims=keepdims)
    return divide(total, _count(away.shape, total) - ddof)


def std(x: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Tensor:
    """√var(x). Its slope at a constant is 0.

    >>> from autograd import tensor
    >>> std(tensor([1.0, 3.0]))
    tensor(1., dtype=float64)
    """
    return sqrt(var(x, axis, ddof=ddof, keepdims=keepdims))


def _place(function: Any, x: Any, axis: int | None, keepdims: bool) -> Tensor:
    try:
        return constant(function(values_of(x), axis=axis, keepdims=keepdims))  # type: ignore[no-any-return]
    except ValueError as fault:
        raise ValueError(f"{function.__name__}: {np.shape(values_of(x))}, axis={axis}: {fault}") from None


def argmax(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """The index of the largest entry along the axis, of the flattened x by default. Carries no gradient.

    >>> from autograd import tensor
    >>> argmax(tensor([1.0, 5.0, 2.0]))
    tensor(1, dtype=int64)
    """
    return _place(np.argmax, x, axis, keepdims)


def argmin(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """The index of the smallest entry along the axis, of the flattened x by default. Carries no gradient.

    >>> from autograd import tensor
    >>> argmin(tensor([1.0, 5.0, 2.0]))
    tensor(0, dtype=int64)
    """
    return _place(np.argmin, x, axis, keepdims)
