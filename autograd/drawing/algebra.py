"""Formulas put as mathematics puts them, on the syntax trees of what rules print."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Mapping
from typing import Any, TypeGuard

import numpy as np

_CONSTANTS = {np.log(2): "ln2", 1 / np.log(2): "log2e", 1 / np.log(10): "log10e", np.log(10): "ln10", 1 / 3: "third"}


def simplified(tree: ast.expr) -> ast.expr:
    """Without factors of 1, signs in front, squares as squares, and transposes taken apart.

    >>> ast.unparse(simplified(ast.parse("g * -1 / y / y", mode="eval").body))
    '-(g / y ** 2)'
    """
    result: ast.expr = _Simplify().visit(tree)
    return result


def settled(tree: ast.expr, known: Mapping[str, Any] | None = None) -> ast.expr:
    """With each `where` of numbers decided by these; without numbers, as it is where nothing exceptional holds."""
    result: ast.expr = _Settle(known).visit(ast.parse(ast.unparse(tree), mode="eval").body)
    return result


def truth(condition: ast.expr, known: Mapping[str, Any]) -> bool:
    """Whether a condition holds for these numbers."""
    return bool(_value(condition, known))


def _value(x: ast.expr, known: Mapping[str, Any]) -> Any:
    code = compile(ast.fix_missing_locations(ast.Expression(x)), "formula", "eval")
    with np.errstate(all="ignore"):
        return eval(code, {"__builtins__": {}}, ChainMap(dict(known), vars(np)))


def raised(tree: ast.expr, known: Mapping[str, Any]) -> ast.expr:
    """With exponents that are known computed: y ** (2 - 1) is y."""
    for power in ast.walk(tree):
        if isinstance(power, ast.BinOp) and isinstance(power.op, ast.Pow):
            names = {x.id for x in ast.walk(power.right) if isinstance(x, ast.Name)}
            if names and names <= known.keys():
                value = float(_value(power.right, known))
                power.right = ast.Constant(int(value) if value.is_integer() and abs(value) < 100 else value)
    return tree


def replaced(tree: ast.expr, name: str, value: ast.expr) -> ast.expr:
    """With an expression in the place of a name."""
    result: ast.expr = _Replace(name, value).visit(tree)
    return result


class _Replace(ast.NodeTransformer):
    """Puts an expression in the place of a name."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self.name, self.value = name, value

    def visit_Name(self, x: ast.Name) -> ast.expr:
        return self.value if x.id == self.name else x


class _Settle(ast.NodeTransformer):
    """Decides conditions."""

    def __init__(self, known: Mapping[str, Any] | None) -> None:
        self.known = known

    def visit_Call(self, call: ast.Call) -> ast.expr:
        self.generic_visit(call)
        if not named(call, "where"):
            return call
        condition, yes, no = call.args
        if self.known is not None:
            return yes if truth(condition, self.known) else no
        return no if isinstance(yes, ast.Constant) and _exceptional(condition) else call


def _exceptional(condition: ast.expr) -> bool:
    """Whether a condition holds at single points only."""
    return any(isinstance(part, ast.Eq) or named(part, "isinf") for part in ast.walk(condition))


class _Simplify(ast.NodeTransformer):
    """Rewrites from the leaves up."""

    def visit_Constant(self, x: ast.Constant) -> ast.expr:
        if isinstance(x.value, float):
            for value, name in _CONSTANTS.items():
                if abs(x.value - value) < 1e-15:
                    return ast.Name(name)
        return x

    def visit_UnaryOp(self, x: ast.UnaryOp) -> ast.expr:
        self.generic_visit(x)
        return _negative(x.operand) if isinstance(x.op, ast.USub) else x

    def visit_BinOp(self, x: ast.BinOp) -> ast.expr:
        self.generic_visit(x)
        if isinstance(x.op, ast.Pow) and equals(x.right, 1):
            return x.left
        rewrite = {ast.Mult: _product, ast.Div: _quotient, ast.Add: _sum, ast.Sub: _difference}.get(type(x.op))
        return rewrite(x.left, x.right) if rewrite else x

    def visit_Attribute(self, x: ast.Attribute) -> ast.expr:
        self.generic_visit(x)
        return _transposed(x.value) if x.attr == "T" else x

    def visit_Call(self, call: ast.Call) -> ast.expr:
        self.generic_visit(call)
        call.args = [x for x in call.args if not (isinstance(x, ast.Name) and x.id in "nm")] or call.args  # of a shape
        if named(call, "lowered"):
            one = ast.Call(ast.Name("one_hot"), [ast.Name("target")], [])
            return ast.BinOp(call.args[0], ast.Sub(), one)
        return ast.BinOp(call.args[0], ast.Pow(), ast.Constant(2)) if named(call, "square") else call


def _negative(x: ast.expr) -> ast.expr:
    return x.operand if negated(x) else ast.UnaryOp(ast.USub(), x)


def _product(x: ast.expr, y: ast.expr) -> ast.expr:
    if negated(x) or negated(y):
        return _negative(_product(*(z.operand if negated(z) else z for z in (x, y))))
    if equals(x, 1) or equals(y, 0):
        return y
    if equals(y, 1) or equals(x, 0):
        return x
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult) and same(x.right, y):
        return _product(x.left, _squared(y))
    return _squared(x) if same(x, y) else ast.BinOp(x, ast.Mult(), y)


def _quotient(x: ast.expr, y: ast.expr) -> ast.expr:
    if negated(x):
        return _negative(_quotient(x.operand, y))
    if equals(y, 1):
        return x
    if ast.unparse(x) == "n * m" and named(y, "size"):  # how many were averaged
        return ast.Name("n")
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Div):
        return _quotient(x.left, _product(x.right, y))
    shift = "exp({0} - max({0})) / sum(exp({0} - max({0})))"
    if named(x, "exp") and isinstance(x.args[0], ast.BinOp):
        logits = x.args[0].left
        if f"{ast.unparse(x)} / {ast.unparse(y)}" == shift.format(ast.unparse(logits)):
            return ast.Call(ast.Name("softmax"), [logits], [])
    return ast.BinOp(x, ast.Div(), y)


def _sum(x: ast.expr, y: ast.expr) -> ast.expr:
    return _difference(x, y.operand) if negated(y) else ast.BinOp(x, ast.Add(), y)


def _difference(x: ast.expr, y: ast.expr) -> ast.expr:
    return _sum(x, y.operand) if negated(y) else ast.BinOp(x, ast.Sub(), y)


def _transposed(x: ast.expr) -> ast.expr:
    if isinstance(x, ast.Attribute) and x.attr == "T":
        return x.value
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.MatMult):
        return ast.BinOp(_transposed(x.right), ast.MatMult(), _transposed(x.left))
    return ast.Attribute(x, "T")


def _squared(x: ast.expr) -> ast.expr:
    return ast.BinOp(x, ast.Pow(), ast.Constant(2))


# -- questions -------------------------------------------------------------------------------------------------------


def named(x: ast.AST, name: str) -> TypeGuard[ast.Call]:
    """Whether this is a call of a function of that name."""
    return isinstance(x, ast.Call) and isinstance(x.func, ast.Name) and x.func.id == name


def negated(x: ast.expr) -> TypeGuard[ast.UnaryOp]:
    """Whether this is the negative of something."""
    return isinstance(x, ast.UnaryOp) and isinstance(x.op, ast.USub)


def equals(x: ast.expr, number: int) -> bool:
    """Whether this is that number."""
    return _number(x) and x.value == number


def same(x: ast.expr, y: ast.expr) -> bool:
    """Whether two expressions are spelled alike."""
    return ast.unparse(x) == ast.unparse(y)


def _number(x: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(x, ast.Constant) and isinstance(x.value, (int, float))
