"""Tensors from nothing, by NumPy's creation functions and with NumPy's arguments. They are constants; ask for a
gradient with `.requires_grad_()` or by `tensor(..., requires_grad=True)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Traced, constant
from autograd.record import tidy, values_of
from autograd.scope import current

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor

__all__ = ["arange", "eye", "full", "full_like", "linspace", "ones", "ones_like", "zeros", "zeros_like"]


def _creator(function: Any, doc: str) -> Callable[..., Tensor]:
    like = function.__name__.endswith("_like")  # whose first argument gives a shape, and no values

    def create(*args: Any, **kwargs: Any) -> Tensor:
        if current().recording and any(isinstance(x, Traced) and x.node is not None for x in args[like:]):
            raise TypeError(
                f"{function.__name__}: makes constants, and would lose the gradient of its argument; use x.detach() if "
                "that is meant, or compute with x, as in autograd.broadcast_to(x, shape)"
            )
        return constant(tidy(function(*values_of(args), **kwargs)))  # type: ignore[no-any-return]

    create.__name__ = create.__qualname__ = function.__name__
    create.__doc__ = doc
    return create


# fmt: off
zeros      = _creator(np.zeros,      "zeros(shape, dtype=float): all 0.")
ones       = _creator(np.ones,       "ones(shape, dtype=float): all 1.")
full       = _creator(np.full,       "full(shape, fill_value, dtype=None): all one value.")
eye        = _creator(np.eye,        "eye(n, m=None, k=0, dtype=float): 1 on the k-th diagonal, 0 elsewhere.")
arange     = _creator(np.arange,     "arange([start,] stop[, step]): start, start + step, ... up to but not stop.")
linspace   = _creator(np.linspace,   "linspace(start, stop, num=50): evenly spaced, both ends included.")
zeros_like = _creator(np.zeros_like, "zeros_like(x): all 0, in x's shape and dtype.")
ones_like  = _creator(np.ones_like,  "ones_like(x): all 1, in x's shape and dtype.")
full_like  = _creator(np.full_like,  "full_like(x, fill_value): all one value, in x's shape and dtype.")
# fmt: on
