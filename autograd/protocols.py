"""NumPy's own functions on Tensors: `np.exp(t)`, `np.concatenate([t, u])`, `array * t` find our op of the same name.

This is how a derivative rule written in NumPy records itself when it runs on Tensors, and how code that never heard
of us is differentiable. Functions that ask for indices, counts and truths answer from the values; any other without
a rule computes on constants, and raises where a gradient would be lost.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ops
from autograd.graph import Traced, constant
from autograd.ops.questions import ANSWERED
from autograd.record import tidy, values_of
from autograd.rules import REGISTRY
from autograd.scope import is_grad_enabled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _size(x: Any, axis: int | None = None) -> int:
    return x.size if axis is None else x.shape[axis]  # type: ignore[no-any-return]


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    getattr(np, name): getattr(ops, name) for family in ops.FAMILIES for name in family.__all__ if hasattr(np, name)
}
FUNCTIONS |= {np.amax: ops.max, np.amin: ops.min}
FUNCTIONS |= {np.shape: lambda x: x.shape, np.ndim: lambda x: x.ndim, np.size: _size}
HOMES = {  # loaded when one of theirs is called
    "numpy.linalg": "autograd.linalg",
    "numpy.fft": "autograd.fft",
    "numpy.lib.stride_tricks": "autograd.ops.index",
}
WRITERS = {
    np.copyto: "x[...] = y",
    np.put: "x = x.ravel(); x[indices] = y",
    np.place: "np.where(mask, y, x)",
    np.putmask: "np.where(mask, y, x)",
    np.fill_diagonal: "np.where(np.eye(n, dtype=bool), y, x)",
    np.put_along_axis: "x = autograd.set_along_axis(x, indices, y, axis)",
}
METHODS: dict[tuple[Any, str], Callable[..., Any]] = {
    (np.add, "reduce"): ops.sum,
    (np.multiply, "reduce"): ops.prod,
    (np.maximum, "reduce"): ops.max,
    (np.minimum, "reduce"): ops.min,
    (np.logaddexp, "reduce"): ops.logsumexp,
    (np.add, "accumulate"): ops.cumsum,
    (np.multiply, "accumulate"): ops.cumprod,
    (np.maximum, "accumulate"): ops.cummax,
    (np.minimum, "accumulate"): ops.cummin,
    (np.logaddexp, "accumulate"): ops.logcumsumexp,
}
UNSAID: dict[str, Any] = {
    "out": None, "where": True, "dtype": None, "initial": np._NoValue, "keepdims": np._NoValue, "like": None,
}  # fmt: skip
IDLE = {"casting", "order", "subok"}  # options of ufuncs that change no value


def call_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`ufunc(*inputs)`, or `ufunc.reduce(...)` and its like, by the op of the same name."""
    kwargs = _said(kwargs) if kwargs else kwargs
    ours = counterpart(ufunc) if method in ("__call__", "outer") else METHODS.get((ufunc, method))
    if ours is not None and not kwargs.keys() & {"out", "where"}:
        if method == "__call__":
            dtype = kwargs.pop("dtype", None)
            if not kwargs or _takes(ours, inputs, kwargs):
                inputs = inputs if dtype is None else tuple([ops.astype(x, dtype) for x in inputs])
                return ours(*inputs, **kwargs)
        elif method == "outer":
            x, y = inputs
            return ours(ops.reshape(x, np.shape(x) + (1,) * np.ndim(y)), y, **kwargs)
        elif _takes(ours, inputs, kwargs):
            return ours(*inputs, **{"axis": 0, **kwargs})
    name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    return _without_rule(name, getattr(ufunc, method), inputs, kwargs, known=ours is not None)


def call_function(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`np.function(*args, **kwargs)`, by the function of the same name."""
    ours = counterpart(function)
    if ours is not None:
        if _takes(ours, args, kwargs):
            return ours(*args, **kwargs)
        args, kwargs = _bound(function, args, kwargs)
        if _takes(ours, args, kwargs):
            return ours(*args, **kwargs)
    name = f"{function.__module__}.{function.__name__}".removeprefix("numpy.")
    return _without_rule(name, function, args, kwargs, known=ours is not None)


def counterpart(function: Any) -> Callable[..., Any] | None:
    """Our function for one of NumPy's or SciPy's: by its name, or the op that a user has built on it."""
    if function in FUNCTIONS:
        return FUNCTIONS[function]
    home, name = getattr(function, "__module__", None), function.__name__
    if home in HOMES:
        return getattr(import_module(HOMES[home]), name, None)
    if isinstance(function, np.ufunc) and "scipy.special" in sys.modules:  # else it cannot be one of SciPy's
        found = import_module("autograd.special").FUNCTIONS.get(function)
        if found is not None:
            return found  # type: ignore[no-any-return]
    return next((op.function for op in REGISTRY.values() if op.forward is function), None)


def _said(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keywords without those that repeat a default."""
    return {key: x for key, x in kwargs.items() if key not in IDLE and (key not in UNSAID or x is not UNSAID[key])}


def _bound(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The call as NumPy's signature reads it: arrays by position, options by keyword, and defaults left out."""
    import inspect

    try:
        signature = inspect.signature(function)
    except ValueError:  # of a function in C that does not tell
        return args, kwargs
    arrays: list[Any] = []
    options: dict[str, Any] = {}
    for name, x in signature.bind(*args, **kwargs).arguments.items():
        parameter = signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            arrays += x
        elif parameter.kind is parameter.VAR_KEYWORD:
            options |= x
        elif parameter.default is parameter.empty:
            arrays.append(x)
        elif x is not parameter.default:
            options[name] = x
    return tuple(arrays), options


def _takes(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a function has parameters for these arguments: NumPy's own may have more of them."""
    code = function.__code__
    named = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if code.co_flags & 0x04:  # *args
        return code.co_flags & 0x08 != 0 or kwargs.keys() <= set(named)
    needed = named[len(args) : code.co_argcount - len(function.__defaults__ or ())]
    keywords = set(named[max(len(args), code.co_posonlyargcount) :])
    return len(args) <= code.co_argcount and kwargs.keys() <= keywords and kwargs.keys() >= set(needed)


def _without_rule(name: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, known: bool) -> Any:
    """Compute with the values, if that loses no gradient."""
    out = kwargs.get("out")
    if function in WRITERS or name.endswith(".at") or any(True for _ in _tensors(out)):
        remedy = WRITERS.get(
            function, "x + autograd.scatter(y, index, x.shape)" if name == "add.at" else "x[index] = y"
        )
        if out is None and not isinstance(args[0], Traced):
            raise TypeError(
                f"np.{name}: a plain array cannot hold what a Tensor computes; make it by autograd.array or "
                f"autograd.zeros, and use {remedy}"
            )
        raise TypeError(f"np.{name} would write into a Tensor behind the graph's back; use {remedy}, or x.data")
    recorded = is_grad_enabled() and any(x.node is not None for x in _tensors((args, kwargs)))
    if recorded and (name not in ANSWERED or out is not None):
        named = [key for key in ("out", "where") if key in kwargs]
        if named and known:
            how = {
                "out": "take the result, as in y = y + x where y += x asks for it",
                "where": "choose with np.where(condition, x, y)",
            }[named[0]]
            raise TypeError(f"np.{name}: {named[0]}= cannot be differentiated; {how}, or use x.detach()")
        how = f" with {', '.join(kwargs)}=" if kwargs else ""
        raise TypeError(
            f"np.{name}{how} has no derivative rule, so it would lose the gradient of its Tensor; use x.detach() if "
            "that is meant, compose it of functions that have one, or add its row with autograd.rules (elementwise, "
            "linear, bilinear or primitive)"
        )
    return _wrapped(function(*_plain(args), **_plain(kwargs)), out)


def _wrapped(result: Any, out: Any) -> Any:
    """Arrays among the results as Tensors, unless they are the caller's own."""
    if out is not None:
        return result
    if type(result) is tuple:
        return tuple([_wrapped(entry, None) for entry in result])
    return constant(tidy(result)) if isinstance(result, (np.ndarray, np.generic)) else result


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
