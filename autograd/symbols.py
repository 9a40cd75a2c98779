"""Symbols: what a rule is run on to make it print its own formula.

A `Symbol` answers operators, NumPy's functions and array methods with another Symbol that spells what was asked, so a
derivative rule needs no second form to be shown: `lambda g, y: g * y` run on symbols gives "g * y".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.rules import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.rules import Op

_COMPARISON, _AND, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(7)  # how tightly an expression holds together


class Symbol:
    """An expression as text. It passes for a matrix: asked for a shape or for the number of axes, it has two."""

    def __init__(self, text: str, binds: int = _ATOM) -> None:
        self.text, self.binds = text, binds

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__
    __hash__ = object.__hash__

    def within(self, binds: int) -> str:
        """The text, in parentheses where the expression around it holds together more tightly."""
        return self.text if self.binds >= binds else f"({self.text})"

    def spelled(self, name: str, *args: Any) -> Symbol:
        """A call by that name, of these arguments."""
        return Symbol(f"{name}({', '.join(map(_text, args))})")

    def applied(self, function: Callable[..., Any], *args: Any) -> Symbol:
        """A call of a rule's helper."""
        name = function.__name__.strip("_")
        return self.spelled(name, *args) if name != "scale" else _joined(args[0], "*", args[1], _PRODUCT)

    # -- operators -----------------------------------------------------------------------------------

    def __add__(self, y: Any) -> Symbol:
        return _joined(self, "+", y, _SUM)

    def __radd__(self, x: Any) -> Symbol:
        return _joined(x, "+", self, _SUM)

    def __sub__(self, y: Any) -> Symbol:
        return _joined(self, "-", y, _SUM)

    def __rsub__(self, x: Any) -> Symbol:
        return _joined(x, "-", self, _SUM)

    def __mul__(self, y: Any) -> Symbol:
        return self if _is(y, 1) else _joined(self, "*", y, _PRODUCT)

    def __rmul__(self, x: Any) -> Symbol:
        if isinstance(x, tuple):  # as many slices as there are axes before this one
            return _Before(self.text)
        return self if _is(x, 1) else _joined(x, "*", self, _PRODUCT)

    def __truediv__(self, y: Any) -> Symbol:
        return self if _is(y, 1) else _joined(self, "/", y, _PRODUCT)

    def __rtruediv__(self, x: Any) -> Symbol:
        return _joined(x, "/", self, _PRODUCT)

    def __floordiv__(self, y: Any) -> Symbol:
        return _joined(self, "/", y, _PRODUCT)

    def __matmul__(self, y: Any) -> Symbol:
        return _joined(self, "@", y, _PRODUCT)

    def __rmatmul__(self, x: Any) -> Symbol:
        return _joined(x, "@", self, _PRODUCT)

    def __pow__(self, y: Any) -> Symbol:
        return Symbol(f"{self.within(_ATOM)}**{_text(y, _ATOM)}", _POWER)

    def __neg__(self) -> Symbol:
        return Symbol(f"-{self.within(_SIGN)}", _SIGN)

    def __and__(self, y: Any) -> Symbol:
        return _joined(self, "&", y, _AND)

    def __lt__(self, y: Any) -> Symbol:
        return _joined(self, "<", y, _COMPARISON)

    def __gt__(self, y: Any) -> Symbol:
        return _joined(self, ">", y, _COMPARISON)

    def __eq__(self, y: object) -> Any:
        return _joined(self, "==", y, _COMPARISON)

    def __ne__(self, y: object) -> Any:
        return _joined(self, "!=", y, _COMPARISON)

    def __getitem__(self, index: Any) -> Symbol:
        plain = isinstance(index, tuple) and all(i is None or i is Ellipsis or isinstance(i, slice) for i in index)
        return self if plain else Symbol(f"{self.within(_ATOM)}[{_text(index)}]")

    def __setitem__(self, index: Any, y: Any) -> None:
        self.text, self.binds = f"{self.within(_ATOM)} with [{_text(index)}] = {_text(y)}", _COMPARISON

    # -- what arrays have ------------------------------------------------------------------------------

    ndim = 2

    @property
    def T(self) -> Symbol:
        return Symbol(f"{self.within(_ATOM)}.T")

    @property
    def shape(self) -> tuple[Symbol, ...]:
        return (Symbol("n"), Symbol("m"))

    @property
    def size(self) -> Symbol:
        return self.spelled("size", self)

    @property
    def dtype(self) -> Symbol:
        return self.spelled("dtype", self)

    def astype(self, _: Any) -> Symbol:
        return self

    def tolist(self) -> list[Symbol]:
        return [self]

    def sum(self, *_: Any, **__: Any) -> Symbol:
        return self.spelled("sum", self)

    def reshape(self, *_: Any) -> Symbol:
        return self.spelled("reshape", self)

    # -- NumPy's protocols -------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **_: Any) -> Any:
        operator = {np.add: "__radd__", np.subtract: "__rsub__", np.multiply: "__rmul__", np.divide: "__rtruediv__"}
        if method == "__call__" and ufunc in operator:  # a NumPy number on the left
            return getattr(args[1], operator[ufunc])(args[0])
        names = {np.add: "sum", np.maximum: "max", np.minimum: "min"} if method == "reduce" else {}
        return self.spelled(names.get(ufunc, ufunc.__name__), *args)

    def __array_function__(self, function: Any, _: Any, args: tuple[Any, ...], __: dict[str, Any]) -> Any:
        if function in (np.ndim, np.shape):
            return self.ndim if function is np.ndim else self.shape
        if function is np.swapaxes:
            return self.T
        return self if function is np.expand_dims else self.spelled(function.__name__, *args)


class _Before(Symbol):
    """The whole of all axes before one, at which an index is to go."""

    def __add__(self, index: Any) -> Symbol:
        return Symbol(f"{_text(index)} on {self.text}", _COMPARISON)


def _is(x: Any, number: int) -> bool:
    return isinstance(x, (int, float)) and x == number


def _text(x: Any, binds: int = _COMPARISON) -> str:
    if isinstance(x, Symbol):
        return x.within(binds)
    if isinstance(x, tuple):
        return ", ".join(map(_text, x))
    if isinstance(x, slice):
        return ":".join("" if part is None else _text(part) for part in (x.start, x.stop))
    return str(x)


def _joined(x: Any, sign: str, y: Any, binds: int) -> Symbol:
    right = binds + 1 if sign in "-/@" else binds  # a - (b - c), but a + b + c
    return Symbol(f"{_text(x, binds)} {sign} {_text(y, right)}", binds)


def formulas(name: str, operand: int = 0) -> list[str]:
    """What each operand's cotangent is, for the op of that name: its rules, run on symbols.

    An op of any number of operands has one rule, which is told for which of them it is asked.

    >>> formulas("multiply")
    ['g * y', 'g * x']
    >>> formulas("tanh")
    ['g * (1 - out * out)']
    >>> formulas("matmul")
    ['g @ y.T', 'x.T @ g']
    >>> formulas("stack", 2)
    ['g[2 on axis]']
    """
    op = REGISTRY[name]
    node = _stand_in(op)
    rules: list[Callable[..., Any] | None] = list(op.vjps) if not op.variadic else [op._numbered(op.rules[0])(operand)]
    return [str(Symbol("g") if rule is None else rule(node, Symbol("g"))) for rule in rules]


def _stand_in(op: Op) -> Any:
    """A node whose operands, result and parameters are symbols by their own names."""
    operands = [Symbol(name) for name in (*op.operands, *"xyz")[: max(len(op.operands), 2)]]
    return type(
        "StandIn",
        (),
        {
            "px": operands[0],
            "py": operands[1],
            "x": operands[0],
            "y": operands[1],
            "rest": [(x, x) for x in operands[2:]],
            "out": Symbol("out"),
            "params": {name: Symbol(name) for name in op.parameter_names},
        },
    )
