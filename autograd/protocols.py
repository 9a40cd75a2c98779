"""NumPy's own functions on Tensors: `np.exp(t)`, `np.concatenate([t, u])`, `array * t` find our op of the same name.

This is how a derivative rule written in NumPy records itself when it runs on Tensors, and how code that never heard
of us is differentiable. A function without a rule computes on constants, and raises where a gradient would be lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ops
from autograd.graph import Traced, constant
from autograd.record import tidy, values_of
from autograd.rules import REGISTRY
from autograd.scope import is_grad_enabled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    getattr(np, name): getattr(ops, name) for name in ops.__all__ if hasattr(np, name)
}
FUNCTIONS |= {np.amax: ops.max, np.amin: ops.min}
FUNCTIONS |= {np.shape: lambda x: x.shape, np.ndim: lambda x: x.ndim, np.size: lambda x: x.size}
WRITERS = {np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis}
REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.add: ops.sum,
    np.multiply: ops.prod,
    np.maximum: ops.max,
    np.minimum: ops.min,
}


def call_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`ufunc(*inputs)`, or `ufunc.reduce(...)`, by the op of the same name."""
    if method == "__call__" and not kwargs and (ours := _ours(ufunc)) is not None:
        return ours(*inputs)
    if method == "reduce" and ufunc in REDUCTIONS and kwargs.keys() <= {"axis", "keepdims"}:
        return REDUCTIONS[ufunc](*inputs, **{"axis": 0, **kwargs})
    name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    return _without_rule(name, getattr(ufunc, method), inputs, kwargs)


def call_function(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`np.function(*args, **kwargs)`, by the function of the same name."""
    ours = _ours(function)
    if ours is not None and _takes(ours, args, kwargs):
        return ours(*args, **kwargs)
    name = f"{function.__module__}.{function.__name__}".removeprefix("numpy.")
    return _without_rule(name, function, args, kwargs)


def _ours(function: Any) -> Callable[..., Any] | None:
    """Our function for one of NumPy's: by its name, or the op that a user has built on it."""
    if function in FUNCTIONS:
        return FUNCTIONS[function]
    return next((op.function for op in REGISTRY.values() if op.forward is function), None)


def _takes(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a function has parameters for these arguments: NumPy's own may have more of them."""
    code = function.__code__
    if code.co_flags & 0x0C:  # *args or **kwargs
        return not kwargs
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    needed = names[len(args) : code.co_argcount - len(function.__defaults__ or ())]
    return len(args) <= code.co_argcount and kwargs.keys() <= set(names) and kwargs.keys() >= set(needed)


def _without_rule(name: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if is_grad_enabled() and any(x.node is not None for x in _tensors((args, kwargs))):
        how = f" with {', '.join(kwargs)}=" if kwargs else ""
        raise TypeError(
            f"np.{name}{how} has no derivative rule, so it would lose the gradient of its Tensor; use x.detach() if "
            "that is meant, compose it of functions that have one, or add its row with autograd.rules (elementwise, "
            "linear, bilinear or primitive)"
        )
    if function in WRITERS or name.endswith(".at") or any(True for _ in _tensors(kwargs.get("out"))):
        raise TypeError(f"np.{name} would write into a Tensor behind the graph's back; use x[index] = y, or x.data")
    out = function(*_plain(args), **_plain(kwargs))
    return constant(tidy(out)) if isinstance(out, (np.ndarray, np.generic)) and not kwargs.get("out") else out


def _tensors(tree: Any) -> Iterator[Any]:
    if isinstance(tree, Traced):
        yield tree
    elif isinstance(tree, (tuple, list, dict)):
        for entry in tree.values() if isinstance(tree, dict) else tree:
            yield from _tensors(entry)


def _plain(tree: Any) -> Any:
    """The same tuples, lists and dicts with arrays in the place of Tensors."""
    if isinstance(tree, dict):
        return {key: _plain(entry) for key, entry in tree.items()}
    if isinstance(tree, (tuple, list)):
        return type(tree)([_plain(entry) for entry in tree])
    return values_of(tree)
