"""Tensors from nothing and from numbers, by NumPy's creation functions and with NumPy's arguments.

They are constants; ask for a gradient with `.requires_grad_()` or by `tensor(..., requires_grad=True)`. Where a number
that fills or bounds an array has a gradient, so has the array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Traced, constant
from autograd.ops.elementwise import add, divide, multiply, power, subtract
from autograd.ops.join import stack
from autograd.ops.shape import astype, broadcast_arrays, broadcast_to, dtype_of, moveaxis, on_cpu, reshape
from autograd.ops.shape import copy as copied
from autograd.record import described, recorded, tidy, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "arange", "array", "asarray", "empty", "empty_like", "eye", "from_dlpack", "fromfunction", "full", "full_like",
    "geomspace", "identity", "indices", "linspace", "logspace", "meshgrid", "ones", "ones_like", "tri", "zeros",
    "zeros_like",
]
# fmt: on


def _creator(function: Any, what: str) -> Callable[..., Tensor]:
    """One of NumPy's. "What it makes. example(...) = result" becomes its docstring and a doctest."""
    name = function.__name__
    like = name.endswith("_like")  # whose first argument gives a shape, and no values

    def create(*args: Any, **kwargs: Any) -> Tensor:
        if recorded(*args[like:], *kwargs.values()):
            raise TypeError(
                f"{name}: makes constants, and would lose the gradient of its argument; use x.detach() if that is "
                "meant, or compute with x, as in autograd.broadcast_to(x, shape)"
            )
        try:
            made = function(*values_of(args), **{key: values_of(x) for key, x in kwargs.items()})
        except (TypeError, ValueError) as fault:
            raise type(fault)(f"{name}: {str(fault).removeprefix(f'{name}() ')}") from None
        return constant(tidy(made))  # type: ignore[no-any-return]

    what, _, example = what.rpartition(f". {name}(")
    example, result = example.split(" = ")
    create.__name__ = create.__qualname__ = name
    create.__wrapped__ = function  # type: ignore[attr-defined] # whose parameters `help` then shows
    create.__doc__ = f"{what}.\n\n>>> {name}({example}.tolist()\n{result}\n"
    return create


# fmt: off
zeros      = _creator(np.zeros,      "out[...] = 0, of that shape. zeros(2) = [0.0, 0.0]")
ones       = _creator(np.ones,       "out[...] = 1, of that shape. ones(2) = [1.0, 1.0]")
empty      = _creator(np.empty,      "Of that shape, holding whatever the memory holds. empty((0, 2)) = []")
eye        = _creator(np.eye,        "out[i,j] = 1 at j = i + k, else 0. → (N, M). eye(2) = [[1.0, 0.0], [0.0, 1.0]]")
identity   = _creator(np.identity,   "out[i,j] = 1 at j = i, else 0. → (n, n). identity(2) = [[1.0, 0.0], [0.0, 1.0]]")
tri        = _creator(np.tri,        "out[i,j] = 1 at j ≤ i + k, else 0. → (N, M). tri(2) = [[1.0, 0.0], [1.0, 1.0]]")
arange     = _creator(np.arange,     "out[i] = start + i · step, below stop. → (n,). arange(1, 7, 2) = [1, 3, 5]")
indices    = _creator(np.indices,    "out[k,i₀,i₁,...] = iₖ, along each axis k. indices((1, 2)) = [[[0, 0]], [[0, 1]]]")
zeros_like = _creator(np.zeros_like, "out[...] = 0, in the shape and dtype of x. zeros_like([1.5]) = [0.0]")
ones_like  = _creator(np.ones_like,  "out[...] = 1, in the shape and dtype of x. ones_like([1.5]) = [1.0]")
empty_like = _creator(np.empty_like, "Whatever the memory holds, in the shape and dtype of x. empty_like([]) = []")
# fmt: on

# -- from what there is ----------------------------------------------------------------------------------------------


def asarray(x: Any, dtype: Any = None, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """x as a Tensor: numbers, nested lists, arrays, or Tensors and lists of Tensors, whose gradients flow through.

    An array's memory is shared where it can be: always copied with `copy=True`, and never with `copy=False`, which is
    a ValueError where x has to be copied.

    >>> from autograd import grad
    >>> grad(lambda x: asarray([x, 2 * x, 1.0]).sum())(5.0)
    np.float64(3.0)
    """
    on_cpu("asarray", device)
    if isinstance(x, (list, tuple)) and _holds_tensors(x):
        if copy is False:
            raise ValueError("asarray: copy=False: a list has to be copied; leave copy out")
        x, copy = stack([asarray(entry) for entry in x]), None
    if isinstance(x, Traced):
        if dtype is None or np.dtype(dtype) == x.value.dtype:
            return copied(x) if copy else x  # type: ignore[return-value]
        if copy is False:
            raise ValueError(f"asarray: copy=False: {x.value.dtype} has to be copied to become {np.dtype(dtype)}")
        return astype(x, dtype)
    if isinstance(x, np.ndarray) and type(x) is not np.ndarray:
        raise TypeError(f"asarray: a {type(x).__name__} means more than its values; pass np.asarray(x) if those")
    made = np.array(x, dtype=dtype, copy=copy)
    if made.dtype.kind not in "biufc":
        raise TypeError(f"asarray: cannot hold {described(x)} ({made.dtype}); pass numbers in lists of equal lengths")
    return constant(tidy(made))  # type: ignore[no-any-return]


def _holds_tensors(x: Any) -> bool:
    return any(_holds_tensors(entry) for entry in x) if isinstance(x, (list, tuple)) else isinstance(x, Traced)


def array(x: Any, dtype: Any = None, *, copy: bool | None = True, ndmin: int = 0) -> Tensor:
    """`asarray` of a copy, with axes of length 1 in front up to `ndmin` of them.

    >>> array([1.0, 2.0], ndmin=2)
    tensor([[1., 2.]], dtype=float64)
    """
    out = asarray(x, dtype, copy=copy)
    return out if out.ndim >= ndmin else reshape(out, (1,) * (ndmin - out.ndim) + out.shape)


def from_dlpack(x: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """Another library's array as a constant Tensor, in the same memory where it can be.

    >>> import numpy as np
    >>> from_dlpack(np.array([1.0, 2.0]))
    tensor([1., 2.], dtype=float64)
    """
    on_cpu("from_dlpack", device)
    made = np.from_dlpack(x)
    return constant(tidy(made.copy() if copy else made))  # type: ignore[no-any-return]


def fromfunction(function: Callable[..., Any], shape: Sequence[int], *, dtype: Any = float, **kwargs: Any) -> Any:
    """out[i,j,...] = function(i, j, ...), of the number of each entry along each axis, all entries at once.

    >>> fromfunction(lambda i, j: 10 * i + j, (2, 2))
    tensor([[ 0.,  1.],
            [10., 11.]], dtype=float64)
    """
    return function(*indices(shape, dtype=dtype), **kwargs)


def meshgrid(*xs: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Tensor, ...]:
    """outₖ[i₀,i₁,...] = xₖ[iₖ]: the coordinates of a grid, for each axis a Tensor that varies along that one only.

    The first two axes change places for `indexing="xy"`, and do not for "ij". With `sparse=True` the other axes are
    left at length 1, and with `copy=False` the results are views.

    >>> [x.tolist() for x in meshgrid([1, 2], [3, 4])]
    [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing={indexing!r}: must be 'xy' or 'ij'")
    places = list(range(len(xs)))
    if indexing == "xy":
        places[:2] = places[:2][::-1]
    grid = [reshape(x, (1,) * i + (-1,) + (1,) * (len(xs) - 1 - i)) for i, x in zip(places, xs)]
    grid = grid if sparse else list(broadcast_arrays(*grid))
    return tuple([copied(x) for x in grid] if copy else grid)


# -- filled and spaced -----------------------------------------------------------------------------------------------


def full(shape: int | Sequence[int], fill_value: Any, dtype: Any = None, *, device: Any = None) -> Tensor:
    """out[...] = fill_value, which broadcasts to that shape. A gradient flows to the value.

    >>> full(2, 7.0)
    tensor([7., 7.], dtype=float64)
    """
    return copied(broadcast_to(asarray(fill_value, dtype, device=device), shape))


def full_like(
    x: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: int | Sequence[int] | None = None,
    *,
    device: Any = None,
) -> Tensor:
    """out[...] = fill_value, in the shape and dtype of x, or in those given. A gradient flows to the value.

    `order` and `subok` are NumPy's, and change nothing here.

    >>> full_like([1.5, 2.5], 7)
    tensor([7., 7.], dtype=float64)
    """
    value = np.asarray(values_of(x))
    return full(value.shape if shape is None else shape, fill_value, dtype or value.dtype, device=device)


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """out[i] = start + i (stop - start) / (num - 1), or / num with `endpoint=False`. A gradient flows to both.

    Shapes broadcast, and the numbers go along a new axis. With `retstep=True`, a pair with the step between them.

    >>> linspace(0, 1, 5)
    tensor([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float64)
    """
    on_cpu("linspace", device)
    if not _curved(dtype, start, stop):
        made = np.linspace(*values_of((start, stop)), num, endpoint, retstep, dtype, axis)  # type: ignore[call-overload]
        return tuple([constant(tidy(x)) for x in made]) if retstep else constant(tidy(made))
    out = _along(axis, dtype, _between(start, stop, _ways("linspace", num, endpoint, start, stop)))
    return (out, divide(subtract(stop, start), (num - endpoint) or np.nan)) if retstep else out


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """out[i] = base^y[i], y = linspace(start, stop), along a new axis. A gradient flows to all three.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.], dtype=float64)
    """
    if not _curved(dtype, start, stop, base):
        made = np.logspace(*values_of((start, stop)), num, endpoint, values_of(base), dtype, axis)  # type: ignore[call-overload]
        return constant(tidy(made))  # type: ignore[no-any-return]
    powers = _between(start, stop, _ways("logspace", num, endpoint, start, stop, base))
    return _along(axis, dtype, power(base, powers))


def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Tensor:
    """out[i] = start (stop / start)^(i / (num - 1)): each number the same multiple of the one before, along a new axis.
    A gradient flows to both.

    >>> geomspace(1, 8, 4)
    tensor([1., 2., 4., 8.], dtype=float64)
    """
    if not _curved(dtype, start, stop):
        made = np.geomspace(*values_of((start, stop)), num, endpoint, dtype, axis)  # type: ignore[call-overload]
        return constant(tidy(made.astype(dtype or dtype_of(start, stop, 0.0))))  # type: ignore[no-any-return]
    signs = np.sign(values_of(start))
    if not np.all(signs * values_of(stop)):
        raise ValueError("geomspace: start and stop must not be 0, of which nothing else is a multiple")
    w = _ways("geomspace", num, endpoint, start, stop)
    out = multiply(power(multiply(start, signs), 1 - w), power(multiply(stop, signs), w))  # both ends are exact
    return _along(axis, dtype, multiply(out, signs))


def _curved(dtype: Any, *xs: Any) -> bool:
    """Whether a gradient flows to one of these, and through the result: integers carry none."""
    return recorded(*xs) and (dtype is None or np.dtype(dtype).kind == "f")


def _ways(name: str, num: int, endpoint: bool, *xs: Any) -> np.ndarray:
    """How much of the way from the first to the last each number is, along a new first axis."""
    if num < 0:
        raise ValueError(f"{name}: num={num}: must be 0 or more")
    w = (np.arange(num) / max(num - endpoint, 1)).astype(dtype_of(*xs, 0.0))
    return w.reshape((-1,) + (1,) * max(np.ndim(values_of(x)) for x in xs))


def _between(start: Any, stop: Any, w: Any) -> Tensor:
    return add(multiply(start, 1 - w), multiply(stop, w))


def _along(axis: int, dtype: Any, out: Tensor) -> Tensor:
    return moveaxis(out if dtype is None else astype(out, dtype), 0, axis)
