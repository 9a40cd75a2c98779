"""Op: one row of the table of calculus, made ready for the sweep.

The names of a rule's parameters, read once, say what to fetch from a node: from them an adaptor is compiled that calls
the rule with just that, and the graph is told what to keep for it.
"""

from __future__ import annotations

import functools
import operator
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.record import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograd.graph import Node
    from autograd.tensor import Tensor

    Rule = Callable[..., Any]
    Hint = Callable[..., str] | None

REGISTRY: dict[str, Op] = {}
_TABLES = ("autograd.ops.", "autograd.linalg.", "autograd.special")  # whose ops others rely on


class Op:
    """One row of the table, made ready for the sweep.

    `vx`, `vy` and `further` are the derivative rules as functions of (node, g); None stands for the identity.
    `push` is the forward-mode rule, a function of (node, tangents). `keeps[i]` numbers the operands that rule i reads,
    and so keeps alive; `keeps_out[i]` says whether it reads the result. An op that takes any number of operands is
    `variadic`: its nodes keep them all in `rest`, and its rules call them together by the name in `series`. An op that
    reads a part of its first operand may say how to add `into` a cotangent of the whole in place, a function of
    (node, g, gx).
    """

    def __init__(
        self,
        name: str,
        forward: Rule,
        rules: Sequence[Rule],
        kind: str,
        *,
        jvps: Sequence[Rule] = (),
        product: Rule | None = None,
        variadic: bool = False,
        views: bool = False,
        into: Rule | None = None,
        hint: Hint = None,
        doc: str = "",
    ) -> None:
        if not isinstance(name, str) or not rules:
            raise TypeError(f"{kind}: takes a name, a function and a derivative for each operand, in this order")
        self.name, self.kind, self.doc = name, kind, doc
        self.forward, self.rules, self.jvps = forward, tuple(rules), tuple(jvps)
        self.product, self.variadic, self.views, self.hint = product, variadic, views, hint
        self.arity = 0 if variadic else len(rules)
        self.operands, self.parameter_names, self.defaults = _signature(forward, self.arity)
        self.series = _series(name, forward) if variadic else None
        if taken := {"g", "gx", "out"} & {*self.operands, *self.parameter_names}:
            raise TypeError(f"{name}: {', '.join(taken)} means something else in rules; rename that parameter")
        adaptor = "lambda rule: lambda node, g, gx: rule({})"
        self.into: Any = into and _compile(adaptor.format(self._arguments(into)))(into)
        self._keep(into)
        self.prepare()
        self.push: Callable[[Any, list[Any]], Any] = getattr(self, f"_push_{kind}")
        self.function: Callable[..., Tensor] = build(self)
        known = REGISTRY.get(name)
        if known is not None and known.rules[0].__module__.startswith(_TABLES):
            raise ValueError(f"{kind}: there is an op {name!r} already, which other rules rely on; choose another name")
        REGISTRY[name] = self

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def _keep(self, into: Rule | None) -> None:
        """Say what nodes keep: what the rules read, by the names of their parameters."""
        read = [set(_names(rule)) for rule in self.rules]
        read[0].update(_names(into) if into else ())
        if self.kind == "bilinear":  # the product rule multiplies each tangent by the other operand
            read = [{*names, other} for names, other in zip(read, reversed(self.operands))]
        read = [{*names, *_names(jvp)} for names, jvp in zip(read, self.jvps, strict=True)] if self.jvps else read
        self.keeps = [frozenset(i for i, name in enumerate(self.operands) if name in names) for names in read]
        self.keeps_out = ["out" in names for names in read]
        self.saves_rest = any(i > 1 for kept in self.keeps for i in kept) or any(self.series in names for names in read)
        self.saves = any(self.keeps_out) or any(self.keeps) or self.saves_rest

    # -- rules as functions of a node --------------------------------------------------------------

    careful: ClassVar[Rule | None] = None  # the product of rows that have none of their own, once it matters

    def prepare(self) -> None:
        """Make functions of the rules."""
        if self.variadic:
            self._place([self._numbered(self.rules[0])(0)])
        else:
            self._place([self._late(i, rule) for i, rule in enumerate(self.rules)])

    def _place(self, vjps: list[Any]) -> None:
        self.vjps = vjps
        self.vx, self.vy, *_ = [*vjps, None, None]

    def _late(self, i: int, rule: Rule) -> Any:
        """The rule for operand i, compiled when it is first called: a program needs few of them."""
        self._arguments(rule)  # what it asks for is looked at now
        if _names(rule) == ("g",) and rule.__code__.co_code == _IDENTITY:
            return None

        def compiled_first(node: Any, g: Any) -> Any:
            vjp = self._vjp(rule)
            self._place([*self.vjps[:i], vjp, *self.vjps[i + 1 :]])
            return vjp(node, g)

        return compiled_first

    def _vjp(self, rule: Rule) -> Any:
        product, call = self.product or self.careful, f"rule({self._arguments(rule)})"
        if self.kind == "elementwise":
            call = f"g * {call}" if product is None else f"product(g, {call})"
        elif self.forward is operator.mul and product is not None:
            call = f"product({self._arguments(rule)})"
        vjp = _compile(f"lambda rule, product: lambda node, g: {call}")(rule, product)
        return vjp if self.product is None else _quiet(vjp)

    def further(self, node: Node) -> Sequence[Callable[..., Any] | None]:
        """The rules of what a node keeps in `rest`."""
        if not self.variadic:
            return self.vjps[2:]
        count, rule = len(node.rest or ()), self.rules[0]
        if "i" not in _names(rule):
            return self._parts(count)
        return list(map(self._numbered(rule), range(count)))

    def _numbered(self, rule: Rule) -> Callable[[int], Callable[..., Any]]:
        """The one rule of a variadic op, to be told which operand it is for."""
        return _compile(f"lambda rule: lambda i: lambda node, g: rule({self._arguments(rule)})")(rule)  # type: ignore[no-any-return]

    def _parts(self, count: int) -> list[Callable[..., Any]]:
        """A rule that gives the cotangents of all operands, as a rule for each: it runs when the first is asked for,
        and what it gave lives as long as these do, which is while the sweep visits one node."""
        found: list[Any] = []

        def part(i: int, node: Any, g: Any) -> Any:
            if not found:
                found.extend(self._together(self.vjps[0](node, g), count))
            return found[i]

        return [functools.partial(part, i) for i in range(count)]

    def _together(self, cotangents: Any, count: int) -> tuple[Any, ...]:
        if not isinstance(cotangents, tuple) or len(cotangents) != count:
            raise TypeError(
                f"{self.name}: a rule that does not ask for i returns a tuple, the cotangents of all {count} operands"
            )
        return cotangents

    def _arguments(self, rule: Rule) -> str:
        return ", ".join(self._source(name) for name in _names(rule))

    def _source(self, name: str) -> str:
        """The expression that fetches what a rule's parameter asks for."""
        if name in ("g", "gx", "out"):
            return {"g": "g", "gx": "gx", "out": "node.out"}[name]
        if self.variadic and name in ("i", self.series, f"d{self.series}"):
            return {"i": "i", self.series: "[x for _, x in node.rest]"}.get(name, "tangents")
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
        known += ["i", str(self.series)] if self.variadic else []
        raise TypeError(f"{self.name}: a rule asks for {name!r}; it may ask for {', '.join(known)}")

    # -- forward mode, one way for each kind of row ------------------------------------------------

    def _push_elementwise(self, node: Any, tangents: list[Any]) -> Any:
        """An elementwise derivative is diagonal, so its transpose, which the VJPs apply, is itself."""
        pairs = [(vjp, dx) for vjp, dx in zip(self.vjps, tangents) if dx is not None]
        return functools.reduce(operator.add, [dx if vjp is None else vjp(node, dx) for vjp, dx in pairs])

    def _push_linear(self, node: Any, tangents: list[Any]) -> Any:
        first = 2 if self.variadic else 0
        filled = [np.zeros(_shape(node, first + i)) if dx is None else dx for i, dx in enumerate(tangents)]
        return self.forward(*filled, **self.parameters(node))

    def _push_bilinear(self, node: Any, tangents: list[Any]) -> Any:
        (dx, dy), params = tangents, self.parameters(node)
        terms = [self.forward(dx, node.y, **params)] if dx is not None else []
        terms += [self.forward(node.x, dy, **params)] if dy is not None else []
        return functools.reduce(operator.add, terms)

    def _push_primitive(self, node: Any, tangents: list[Any]) -> Any:
        terms = []
        for rule, dx in zip(self.jvps, [tangents] if self.variadic else tangents):
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
        if self.variadic:
            yield from ((f"operand {i}", x) for i, x in enumerate(values) if self.saves_rest)
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


def _series(name: str, forward: Rule) -> str:
    """What a forward that takes any number of operands calls them."""
    code = forward.__code__
    if not code.co_flags & 0x04:
        raise TypeError(f"{name}: a variadic op's forward takes any number of operands, as `lambda *xs: ...` does")
    return code.co_varnames[code.co_argcount + code.co_kwonlyargcount]


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
