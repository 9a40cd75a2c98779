"""The table of calculus: build an op from one row, its name, its forward function and its derivatives.

A derivative rule is one line of calculus in plain NumPy style. What it is given is decided by its parameter names:

    g                   the incoming cotangent           x, y (or the forward's own names)   an operand
    dx, dy              a tangent, in `jvp` rules        out                                 the result
    x_shape, y_shape    an operand's shape, kept free    axis, ...                           a parameter of the call

Names are read once, when the op is built, and nothing that no rule names is kept alive by the graph. Rules never
mention broadcasting: the sweep undoes it. They use operators, `np.` functions and methods that arrays and Tensors
share, so the same line runs on arrays (a gradient), on Tensors (a gradient that records itself) and on any other
array-like.
"""

from __future__ import annotations

import functools
import operator
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Node, Traced
from autograd.record import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograd.tensor import Tensor

    Rule = Callable[..., Any]
    Hint = Callable[..., str] | None

REGISTRY: dict[str, Op] = {}
_TABLES = ("autograd.ops.", "autograd.linalg.", "autograd.special")  # whose ops others rely on


class Op:
    """One row of the table, made ready for the sweep.

    `vx`, `vy` and `further` are the derivative rules as functions of (node, g); None stands for the identity.
    `push` is the forward-mode rule, a function of (node, tangents). `keeps[i]` numbers the operands that rule i reads,
    and so keeps alive; `keeps_out[i]` says whether it reads the result.
    """

    def __init__(
        self,
        name: str,
        forward: Rule,
        rules: Sequence[Rule],
        kind: str,
        *,
        jvps: Sequence[Rule] = (),
        unbounded: bool = False,
        variadic: bool = False,
        views: bool = False,
        hint: Hint = None,
        doc: str = "",
    ) -> None:
        self.name, self.kind, self.doc = name, kind, doc
        self.forward, self.rules, self.jvps = forward, tuple(rules), tuple(jvps)
        self.unbounded, self.variadic, self.views, self.hint = unbounded, variadic, views, hint
        self.arity = 0 if variadic else len(rules)
        self.operands, self.parameter_names, self.defaults = _signature(forward, self.arity)
        if taken := {"g", "out"} & {*self.operands, *self.parameter_names}:
            raise TypeError(f"{name}: {', '.join(taken)} means something else in rules; rename that parameter")
        read = [set(_names(rule)) for rule in rules]
        if kind == "bilinear":  # the product rule multiplies each tangent by the other operand
            read = [{*names, other} for names, other in zip(read, reversed(self.operands))]
        read = [{*names, *_names(jvp)} for names, jvp in zip(read, jvps, strict=True)] if jvps else read
        self.keeps = [frozenset(i for i, name in enumerate(self.operands) if name in names) for names in read]
        self.keeps_out = ["out" in names for names in read]
        self.saves = any(self.keeps_out) or any(self.keeps)
        self.saves_rest = any(i > 1 for kept in self.keeps for i in kept)
        self.vjps = [] if variadic else [self._vjp(rule) for rule in self.rules]
        self.vx, self.vy, *_ = [*self.vjps, None, None] if not variadic else [self._numbered(0), self._numbered(1)]
        self.push: Callable[[Any, list[Any]], Any] = getattr(self, f"_push_{kind}")
        self.function: Callable[..., Tensor] = build(self)
        known = REGISTRY.get(name)
        if known is not None and known.rules[0].__module__.startswith(_TABLES):
            raise ValueError(f"{kind}: there is an op {name!r} already, which other rules rely on; choose another name")
        REGISTRY[name] = self

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    # -- rules as functions of a node --------------------------------------------------------------

    def _vjp(self, rule: Rule) -> Any:
        if _names(rule) == ("g",) and rule.__code__.co_code == _IDENTITY:
            return None
        call = f"rule({self._arguments(rule)})"
        if self.kind == "elementwise":
            call = f"scale(g, {call})" if self.unbounded else f"g * {call}"
        vjp = _compile(f"lambda rule: lambda node, g: {call}")(rule)
        return _quiet(vjp) if self.unbounded else vjp

    def further(self, node: Node) -> Sequence[Callable[..., Any] | None]:
        """The rules of a node's operands after the second."""
        return [self._numbered(i) for i in range(2, len(node.parents))] if self.variadic else self.vjps[2:]

    def _numbered(self, i: int) -> Callable[..., Any]:
        """The one rule of a variadic op, for operand i."""
        names, rule = _names(self.rules[0]), self.rules[0]
        return lambda node, g: rule(*(g if n == "g" else i if n == "i" else node.params[n] for n in names))

    def _arguments(self, rule: Rule) -> str:
        return ", ".join(self._source(name) for name in _names(rule))

    def _source(self, name: str) -> str:
        """The expression that fetches what a rule's parameter asks for."""
        if name in ("g", "out"):
            return {"g": "g", "out": "node.out"}[name]
        if name in self.operands:
            i = self.operands.index(name)
            return ("node.x", "node.y")[i] if i < 2 else f"node.rest[{i - 2}][1]"
        if name.endswith("_shape") and name[:-6] in self.operands:
            return f"_shape(node, {self.operands.index(name[:-6])})"
        if name.startswith("d") and name[1:] in self.operands:
            return f"tangents[{self.operands.index(name[1:])}]"
        if name in self.parameter_names:
            return f"node.params[{name!r}]"
        known = ["g", "out", *self.operands, *(f"{x}_shape" for x in self.operands), *self.parameter_names]
        raise TypeError(f"{self.name}: a rule asks for {name!r}; it may ask for {', '.join(known)}")

    # -- forward mode, one way for each kind of row ------------------------------------------------

    def _push_elementwise(self, node: Any, tangents: list[Any]) -> Any:
        """An elementwise derivative is diagonal, so its transpose, which the VJPs apply, is itself."""
        pairs = [(vjp, dx) for vjp, dx in zip(self.vjps, tangents) if dx is not None]
        return functools.reduce(operator.add, [dx if vjp is None else vjp(node, dx) for vjp, dx in pairs])

    def _push_linear(self, node: Any, tangents: list[Any]) -> Any:
        return self.forward(*_filled(node, tangents), **self.parameters(node))

    def _push_bilinear(self, node: Any, tangents: list[Any]) -> Any:
        (dx, dy), params = tangents, self.parameters(node)
        terms = [self.forward(dx, node.y, **params)] if dx is not None else []
        terms += [self.forward(node.x, dy, **params)] if dy is not None else []
        return functools.reduce(operator.add, terms)

    def _push_primitive(self, node: Any, tangents: list[Any]) -> Any:
        terms = []
        for rule, dx in zip(self.jvps, tangents):
            if dx is not None:
                call = _compile(f"lambda rule: lambda node, tangents: rule({self._arguments(rule)})")(rule)
                terms.append(call(node, tangents))
        return functools.reduce(operator.add, terms)

    # -- what the rest of the engine asks ----------------------------------------------------------

    def parameters(self, node: Any) -> dict[str, Any]:
        """The parameters that this node was called with."""
        return {} if self.defaults is None else node.params

    def saved(self, node: Node) -> Iterator[tuple[str, Any]]:
        """The values that some rule of this node will read, with their names."""
        values = node.operands
        for i in sorted(frozenset().union(*self.keeps)):
            yield f"operand {self.operands[i]}", values[i]
        if any(self.keeps_out):
            yield "the result", node.out
        for name, value in self.parameters(node).items():
            for part in value if isinstance(value, tuple) else (value,):
                yield name, part


_IDENTITY = (lambda g: g).__code__.co_code


def _names(rule: Rule) -> tuple[str, ...]:
    if not isinstance(rule, FunctionType):
        raise TypeError(
            f"a rule must be a Python function, whose parameters have names; wrap {rule!r} as lambda x: ..."
        )
    return rule.__code__.co_varnames[: rule.__code__.co_argcount]


def _signature(forward: Rule, arity: int) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, Any] | None]:
    """The names of a forward's operands and of its parameters, and these ones' defaults (None without parameters).

    Ufuncs and operators take no parameters, and their operands are called x and y.
    """
    taken = forward.__code__.co_argcount if isinstance(forward, FunctionType) else getattr(forward, "nin", arity)
    if taken < arity or (taken > arity and not isinstance(forward, FunctionType)):
        raise TypeError(f"{forward}: takes {taken} operands, but {arity} derivatives were given; give one for each")
    if not isinstance(forward, FunctionType):
        return ("x", "y", "z")[:arity], (), None
    code, names = forward.__code__, _names(forward)
    defaults = dict(zip(reversed(names), reversed(forward.__defaults__ or ())))
    parameters = code.co_varnames[arity : code.co_argcount + code.co_kwonlyargcount]
    return names[:arity], parameters, {**defaults, **(forward.__kwdefaults__ or {})} if parameters else None


@functools.cache
def _compile(source: str) -> Callable[..., Any]:
    """The adaptor from (node, g) to a rule's own parameters. Few rules differ in their names, so few are compiled."""
    return eval(source, globals())  # type: ignore[no-any-return]


def _quiet(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Where a partial derivative is infinite by right, NumPy need not warn of it."""

    def call(node: Any, g: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return function(node, g)

    return call


def _shape(node: Any, i: int) -> tuple[int, ...]:
    if i < 2:
        parent, value = (node.py, node.y) if i else (node.px, node.x)
    else:
        parent, value = node.rest[i - 2]
    return np.shape(value) if parent is None else parent.shape


def _filled(node: Any, tangents: list[Any]) -> list[Any]:
    """Tangents with zeros for the operands that have none."""
    return [np.zeros(_shape(node, i)) if dx is None else dx for i, dx in enumerate(tangents)]


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
    return Op(name, forward, partials, "elementwise", unbounded=unbounded, doc=doc).function


def linear(
    name: str, forward: Rule, *adjoints: Rule, variadic: bool = False, views: bool = False, doc: str = ""
) -> Callable[..., Tensor]:
    """An op linear in its operands taken together: gx = adjoint(g), dout = forward(dx).

    With `variadic=True` the op takes any number of operands and its one adjoint is told which, as `i`. `views=True`
    says that the result may share the operand's memory.

    >>> from autograd import grad
    >>> double = linear("double", lambda x: 2 * x, lambda g: 2 * g)
    >>> float(grad(double)(5.0))
    2.0
    """
    return Op(name, forward, adjoints, "linear", variadic=variadic, views=views, doc=doc).function


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
    hint: Hint = None,
    doc: str = "",
) -> Callable[..., Tensor]:
    """Any other op: per operand a VJP, and a JVP (as a tuple where there are several), whose terms are added up.

    >>> import numpy as np
    >>> from autograd import grad
    >>> total = primitive("total", lambda x: np.sum(x), lambda g: g, jvp=lambda dx: np.sum(dx))
    >>> grad(total)(np.ones(3))
    array([1., 1., 1.])
    """
    jvps = jvp if isinstance(jvp, tuple) else (jvp,)
    return Op(name, forward, vjps, "primitive", jvps=jvps, hint=hint, doc=doc).function


# -- the product that elementwise rules end in -----------------------------------------------------------------------


def scale(x: Any, y: Any) -> Any:
    """x · y, where a zero in x stays zero whatever y is: a branch not taken never poisons a gradient."""
    if isinstance(x, Traced) or isinstance(y, Traced):
        return _scale(x, y)
    if not isinstance(x, _NUMBERS) or not isinstance(y, _NUMBERS):
        return spelled(scale, x, y)
    out = x * y
    undefined = out != out
    if type(out) is not np.ndarray:
        return x if undefined and x == 0 else out
    return np.where(undefined & (x == 0), x, out) if undefined.any() else out


_NUMBERS: Any = (np.ndarray, np.generic, float, int)
_scale = bilinear("scale", scale, lambda g, y: scale(g, y), lambda g, x: g * x, doc="x · y, where 0 · ∞ = 0.")


def spelled(function: Callable[..., Any], *args: Any) -> Any:
    """A call of a rule's helper, or what symbols and batches make of one: it may index by shapes, or write."""
    other = next((x for x in args if hasattr(x, "applied")), None)
    return function(*args) if other is None else other.applied(function, *args)
