"""The table of calculus: build an op from one row, its name, its forward function and its derivatives.

A derivative rule is one line of calculus in plain NumPy style. What it is given is decided by its parameter names:

    g                   the incoming cotangent           x, y (or the forward's own names)   an operand
    dx, dy              a tangent, in `jvp` rules        out                                 the result
    x_shape, y_shape    an operand's shape, kept free    axis, ...                           a parameter of the call

An op of any number of operands has one rule for them all. It calls them together by the forward's name, as `xs`, their
tangents `dxs` (None for a constant), and is told by `i` which operand's cotangent is wanted; if it does not ask, it
returns a tuple with the cotangent of each.

Names are read once, when the op is built, and nothing that no rule names is kept alive by the graph. Rules never
mention broadcasting: the sweep undoes it. They use operators, `np.` functions and methods that arrays and Tensors
share, so the same line runs on arrays (a gradient), on Tensors (a gradient that records itself) and on any other
array-like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Traced
from autograd.op import REGISTRY as REGISTRY
from autograd.op import Op as Op

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.op import Hint, Rule
    from autograd.tensor import Tensor

__all__ = ["elementwise", "linear", "bilinear", "primitive"]  # what else is here serves the tables of the engine

# -- the constructors ------------------------------------------------------------------------------------------------


def elementwise(
    name: str, forward: Rule, *partials: Rule, unbounded: bool = False, doc: str = ""
) -> Callable[..., Tensor]:
    """An op applied entry by entry: gx = g · ∂out/∂x, dout = Σ ∂out/∂x · dx.

    One partial derivative per operand. `unbounded=True` where a partial may be infinite: a zero cotangent then stays
    zero.

    >>> from autograd import tensor, grad
    >>> cube = elementwise("cube", lambda x: x * x * x, lambda x: 3 * x * x)
    >>> float(grad(cube)(2.0))
    12.0
    """
    return Op(name, forward, partials, "elementwise", product=scale if unbounded else None, doc=doc).function


def linear(
    name: str,
    forward: Rule,
    *adjoints: Rule,
    variadic: bool = False,
    views: bool = False,
    into: Rule | None = None,
    doc: str = "",
) -> Callable[..., Tensor]:
    """An op linear in its operands taken together: gx = adjoint(g), dout = forward(dx).

    With `variadic=True` the op takes any number of operands, and its one adjoint is for them all. `views=True` says
    that the result may share the operand's memory. An op that reads a part of its operand may say how to add its
    adjoint `into` an array gx in place: to read many parts then costs what they cost, not each time the whole. The
    adjoint itself is then in memory of its own.

    >>> from autograd import grad
    >>> double = linear("double", lambda x: 2 * x, lambda g: 2 * g)
    >>> float(grad(double)(5.0))
    2.0
    """
    return Op(name, forward, adjoints, "linear", variadic=variadic, views=views, into=into, doc=doc).function


def bilinear(
    name: str, forward: Rule, adjoint_x: Rule, adjoint_y: Rule, *, hint: Hint = None, doc: str = ""
) -> Callable[..., Tensor]:
    """An op linear in each of its two operands: dout = forward(dx, y) + forward(x, dy), the product rule.

    >>> from autograd import grad
    >>> area = bilinear("area", lambda x, y: x * y, lambda g, y: g * y, lambda g, x: g * x)
    >>> float(grad(area)(2.0, 7.0))
    7.0
    """
    return Op(name, forward, (adjoint_x, adjoint_y), "bilinear", hint=hint, doc=doc).function


def primitive(
    name: str,
    forward: Rule,
    *vjps: Rule,
    jvp: Rule | tuple[Rule, ...],
    variadic: bool = False,
    hint: Hint = None,
    doc: str = "",
) -> Callable[..., Tensor]:
    """Any other op: per operand a VJP, gx = vjp(g), and a JVP, in a tuple if there are several: dout = Σ jvp(dx).

    >>> import numpy as np
    >>> from autograd import grad
    >>> total = primitive("total", lambda x: np.sum(x), lambda g: g, jvp=lambda dx: np.sum(dx))
    >>> grad(total)(np.ones(3))
    array([1., 1., 1.])

    With `variadic=True` the op takes any number of operands, with one VJP and one JVP for them all:

    >>> length = primitive(
    ...     "length",
    ...     lambda *xs: np.sqrt(sum(x * x for x in xs)),
    ...     lambda g, i, xs, out: g * xs[i] / out,
    ...     jvp=lambda xs, dxs, out: sum(x * dx for x, dx in zip(xs, dxs) if dx is not None) / out,
    ...     variadic=True,
    ... )
    >>> grad(length, argnums=(0, 2))(2.0, 3.0, 6.0)
    (np.float64(0.2857142857142857), np.float64(0.8571428571428571))
    """
    jvps = jvp if isinstance(jvp, tuple) else (jvp,)
    return Op(name, forward, vjps, "primitive", jvps=jvps, variadic=variadic, hint=hint, doc=doc).function


# -- the product that elementwise rules end in -----------------------------------------------------------------------


def scale(x: Any, y: Any) -> Any:
    """x · y, where a zero in x stays zero whatever y is, and a zero in y whatever is infinite in x: a branch not taken
    never poisons a gradient, nor the derivative of one."""
    if isinstance(x, Traced) or isinstance(y, Traced):
        return _scale(x, y)
    if not isinstance(x, _NUMBERS) or not isinstance(y, _NUMBERS):
        return spelled(scale, x, y)
    out = x * y
    undefined = out != out
    if type(out) is not np.ndarray:
        return out if not undefined else x if x == 0 else y if y == 0 and np.isinf(x) else out
    if undefined.any():
        out = np.where(undefined & (x == 0), x, np.where(undefined & (y == 0) & np.isinf(x), y, out))
    return out


def times(x: Any, y: Any) -> Any:
    """The same for products that are finite as a rule: NaN is looked for in the result, in one pass."""
    out = x * y
    if type(out) is np.ndarray:
        if not out.size:
            return out
        out_min = np.minimum.reduce(out, axis=None)  # which is NaN where any entry is
        return out if out_min == out_min else scale(x, y)
    if isinstance(out, np.generic):
        return out if out == out else scale(x, y)
    return scale(x, y)


def beware() -> None:
    """From now on, keep a zero cotangent zero in every row that goes entry by entry, whatever slope it meets.

    The first choice that is recorded calls this: without one there is no branch that is not taken, and looking for NaN
    in every product would take a fifth of the time of a chain of them.
    """
    Op.careful = staticmethod(times)
    for op in REGISTRY.values():
        op.prepare()


_NUMBERS: Any = (np.ndarray, np.generic, float, int)
_scale = bilinear("scale", scale, lambda g, y: scale(g, y), lambda g, x: scale(g, x), doc="x · y, where 0 · ∞ = 0.")


def takes_stacks(helper: Callable[..., Any]) -> Callable[..., Any]:
    """Say of a rule's helper that it works on the last axes of its arrays: given a batch, it is called once."""
    helper.takes_stacks = True  # type: ignore[attr-defined]
    return helper


def spelled(function: Callable[..., Any], *args: Any) -> Any:
    """A call of a rule's helper, or what symbols and batches make of one: it may index by shapes, or write."""
    other = next((x for x in args if hasattr(x, "applied")), None)
    return function(*args) if other is None else other.applied(function, *args)
