"""Weighted averages, and how variables go together. Those that rank are in `order.py`."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import constant
from autograd.ops.elementwise import add, divide, multiply, sqrt, subtract
from autograd.ops.index import getitem
from autograd.ops.join import concatenate
from autograd.ops.parts import conjugate, real
from autograd.ops.products import matmul
from autograd.ops.reduce import mean, sum
from autograd.ops.shape import as_axes, astype, broadcast_to, reshape, squeeze, transpose
from autograd.record import values_of

if TYPE_CHECKING:
    from autograd.ops.reduce import Axis
    from autograd.tensor import Tensor

__all__ = ["average", "corrcoef", "cov"]


def average(x: Any, axis: Axis = None, weights: Any = None, *, returned: bool = False, keepdims: bool = False) -> Any:
    """out = Σ w x / Σ w over the axes (all of them by default), the mean without weights; with `returned`, Σ w as well.

    Weights have the shape of x, or its lengths along the axes named. ZeroDivisionError where they sum to 0.

    >>> from autograd import tensor
    >>> average(tensor([1.0, 5.0]), weights=[3.0, 1.0])
    tensor(2., dtype=float64)
    """
    if weights is None:
        out = mean(x, axis, keepdims=keepdims)
        count = np.size(values_of(x)) / max(out.size, 1)
        return (out, constant(np.full_like(out.value, count)[()])) if returned else out
    weights = _along("average", x, weights, axis)
    total = sum(weights, axis, keepdims=keepdims)
    if not np.all(total.value):
        raise ZeroDivisionError("average: the weights sum to zero, so there is no average")
    out = divide(sum(multiply(x, weights), axis, keepdims=keepdims), total)
    return (out, broadcast_to(total, out.shape)) if returned else out


def _along(name: str, x: Any, weights: Any, axis: Axis) -> Any:
    """Weights in the shape of x, or, for some of its axes, along those."""
    shape, lengths = np.shape(values_of(x)), np.shape(values_of(weights))
    if lengths == shape:
        return weights
    axes = as_axes(name, axis, len(shape))
    if axis is None or lengths != tuple(shape[i] for i in axes):
        raise ValueError(f"{name}: {shape}, axis={axis}: weights {lengths} must have that shape, or that of the axes")
    weights = transpose(weights, np.argsort(axes).tolist())
    return reshape(weights, tuple(n if i in axes else 1 for i, n in enumerate(shape)))


def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    *,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    dtype: Any = None,
) -> Tensor:
    """out[i,j] = Σₖ (x[i,k] - μᵢ) (x[j,k] - μⱼ) / (n - 1), x being the rows of m, then those of y.   (v, n) → (v, v).

    `rowvar=False`: columns are the variables. The divisor is n with `bias`, and n - ddof in general. `fweights` counts
    how often each observation was made, and `aweights` is how much it matters. float32 stays float32.

    >>> from autograd import tensor
    >>> cov(tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]], dtype=float64)
    """
    x = _variables(m, rowvar, dtype)
    if not len(x.value):
        return constant(np.empty((0, 0)))  # type: ignore[no-any-return]
    x = x if y is None else concatenate([x, _variables(y, rowvar or np.shape(values_of(y))[:1] == (1,), dtype)])
    weights = _weights(x, fweights, aweights)
    away = subtract(x, average(x, 1, weights, keepdims=True))
    total: Any = x.shape[1] if weights is None else sum(weights)
    lost: Any = (0 if bias else 1) if ddof is None else ddof
    if lost and aweights is not None:
        lost = lost * sum(multiply(weights, aweights)) / total
    left = total - lost
    if values_of(left) <= 0:
        warnings.warn("cov: no degrees of freedom are left", RuntimeWarning, stacklevel=2)
        left = 0.0
    other = transpose(conjugate(away) if away.dtype.kind == "c" else away)
    return squeeze(divide(matmul(away if weights is None else multiply(away, weights), other), left))


def _variables(x: Any, rowvar: bool, dtype: Any) -> Any:
    """x as a matrix of floating numbers, a row for each variable."""
    shape = np.shape(values_of(x))
    if len(shape) > 2:
        raise ValueError(f"cov: {shape}: must be one variable (n,), or several (variables, n)")
    own = np.asarray(values_of(x)).dtype
    x = astype(x, dtype or (own if own.kind in "fc" else np.float64), copy=False)
    return transpose(x) if len(shape) == 2 and not rowvar else reshape(x, (1,) * (2 - len(shape)) + shape)


def _weights(x: Any, fweights: Any, aweights: Any) -> Any:
    """How much each observation counts in all; None if as much as any other."""
    for name, weights in (("fweights", fweights), ("aweights", aweights)):
        value = np.asarray(values_of(weights))
        if weights is not None and (value.shape != x.shape[1:] or (value < 0).any()):
            raise ValueError(f"cov: {name} {value.shape} must be {x.shape[1:]}, for each observation one not below 0")
        if weights is not None and name == "fweights" and (value != np.rint(value)).any():
            raise TypeError("cov: fweights counts observations, and must be integers; aweights weighs them")
    given = [astype(weights, np.finfo(x.dtype).dtype) for weights in (fweights, aweights) if weights is not None]
    return functools.reduce(multiply, given) if given else None


def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Tensor:
    """out[i,j] = cov[i,j] / √(cov[i,i] cov[j,j]), between -1 and 1.   (variables, n) → (variables, variables).

    >>> from autograd import tensor
    >>> corrcoef(tensor([1.0, 2.0, 3.0]), tensor([1.0, 2.0, 3.0]))
    tensor([[1., 1.],
            [1., 1.]], dtype=float64)
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if not c.ndim:
        return divide(c, c)
    i = np.arange(len(c.value))
    deviation: Any = sqrt(real(getitem(c, (i, i))))
    out: Any = divide(divide(c, deviation[:, None]), deviation)
    value = out.value
    held = np.clip(value.real, -1, 1) + (1j * np.clip(value.imag, -1, 1) if value.dtype.kind == "c" else 0)
    return add(out, held - value)  # what rounding has put beyond the bounds has its slope all the same
