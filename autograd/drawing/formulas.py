"""Derivative rules as formulas to read: g · y instead of g * y, numbers put in, and LaTeX.

A rule that is run on symbols prints itself. What it prints is parsed, put as mathematics puts it, and written down.
Branches for exceptional points, say x = 0 in the slope of a power, are left out where the formula is general, and are
taken where it is of numbers.
"""

from __future__ import annotations

import ast
import functools
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.drawing.algebra import raised, replaced, settled, simplified
from autograd.drawing.words import rounded
from autograd.drawing.writing import Latex, Text
from autograd.symbols import formulas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograd.graph import Node

NUMERAL = re.compile(r"[-−]?\d+(\.\d+)?(e[-−]?\d+)?")  # as `number` writes them

__all__ = ["formula", "latex", "number", "with_numbers"]


def formula(op_name: str, operand: int) -> str:
    """What the op of that name gives to the cotangent of that operand, where its own is g.

    >>> formula("multiply", 0), formula("tanh", 0), formula("divide", 1), formula("linear", 0)
    ('g · y', 'g · (1 − out²)', '−g · out / y', 'g @ weight')
    """
    return written(op_name, operand, {})


@functools.lru_cache(maxsize=1024)
def latex(op_name: str, operand: int) -> str:
    r"""The same as LaTeX.

    >>> print(latex("divide", 0), latex("matmul", 0))
    g \cdot \frac{1}{y} g \, y^{\top}
    """
    return in_latex(op_name, operand, {})


def with_numbers(
    node: Node, operand: int, values: Mapping[Node, Any], g: Any, *, style: type[Text] = Text, start: bool = False
) -> str:
    """The formula with numbers in the place of names, "" unless all of them are scalars.

    `values` are those of the nodes of the graph; constants are read off the node itself. Where backward starts, g is 1,
    and not written.
    """
    tree = None if node.op.variadic or node.shape != () else expression(node.op.name, operand)
    if tree is None:
        return ""
    operands = [kept if p is None else values[p] for p, kept in zip(node.parents, node.operands)]
    known = {"g": g, "out": values[node], **node.op.parameters(node), **dict(zip(node.op.operands, operands))}
    names, fixed = _form(node.op.name, operand)
    if start:
        tree, fixed, names = replaced(settled(tree), "g", ast.Constant(1)), None, names - {"g"}
    if not all(scalar(known.get(name)) for name in names):
        return ""
    given = {x for x, p in zip(node.op.operands, node.parents) if p is None}  # constants, which need no rounding
    spelled = {name: style.numeral((constant if name in given else number)(known[name])) for name in names}
    return style(spelled, known).write(fixed or simplified(raised(settled(tree, known), known)))


def written(op_name: str, operand: int, names: Mapping[str, str]) -> str:
    """The formula with other names for g, out, and the operands and parameters of the op."""
    return _written(op_name, operand, tuple(names.items()), Text)


def in_latex(op_name: str, operand: int, names: Mapping[str, str]) -> str:
    """Likewise as LaTeX, in which the names are to be LaTeX too."""
    return _written(op_name, operand, tuple(names.items()), Latex)


@functools.lru_cache(maxsize=4096)
def _written(op_name: str, operand: int, names: tuple[tuple[str, str], ...], style: type[Text]) -> str:
    tree = expression(op_name, operand)
    if tree is None:
        return style.plain(_rule(op_name, operand))
    numbers = {name: float(text.replace("−", "-")) for name, text in names if NUMERAL.fullmatch(text)}
    tree = raised(settled(tree), numbers)
    if numbers.get("g") == 1:  # where backward starts
        tree = replaced(tree, "g", ast.Constant(1))
    return style(dict(names)).write(simplified(tree))


def constant(x: Any) -> str:
    """A scalar as somebody wrote it; to four digits where six do not hold it, for then it was computed.

    >>> constant(2.71828), constant(-1 / 3)
    ('2.71828', '−0.3333')
    """
    if np.iscomplexobj(x):
        return number(x)
    exactly = number(x, digits=6)
    return exactly if float(exactly.replace("−", "-").replace("∞", "inf")) == x else number(x)


def number(x: Any, *, digits: int = 4) -> str:
    """A scalar as text, to so many digits.

    >>> number(2.0), number(-0.25), number(1e-9), number(1234567.0), number(float("nan")), number(-0.0)
    ('2', '−0.25', '1e−9', '1234567', 'NaN', '0')
    """
    x = np.asarray(x)[()]
    if x.dtype.kind in "biu" or (x.dtype.kind == "f" and x == np.rint(x) and abs(x) < 1e7):
        return str(int(x)).replace("-", "−")
    return rounded(x, digits) if x.dtype.kind == "f" else f"{x:.{digits}g}"


def functions(tree: ast.AST) -> set[str]:
    """The names of what is called in an expression."""
    return {call.func.id for call in ast.walk(tree) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}


@functools.lru_cache(maxsize=1024)
def expression(op_name: str, operand: int) -> ast.expr | None:
    """The rule as a syntax tree; None where what it prints is no expression."""
    try:
        return ast.parse(_rule(op_name, operand), mode="eval").body
    except SyntaxError:
        return None


@functools.lru_cache(maxsize=1024)
def _form(op_name: str, operand: int) -> tuple[set[str], ast.expr | None]:
    """The names in a rule, and the rule simplified; None where its form depends on its numbers."""
    tree = expression(op_name, operand)
    assert tree is not None
    names = {name.id for name in ast.walk(tree) if isinstance(name, ast.Name)} - functions(tree)
    varies = "where" in functions(tree) or any(isinstance(x, ast.Pow) for x in ast.walk(tree))
    return names, None if varies else simplified(settled(tree))


def _rule(op_name: str, operand: int) -> str:
    rules = formulas(op_name, operand)
    return rules[min(operand, len(rules) - 1)]  # a variadic op has one for all


def scalar(x: Any) -> bool:
    """Whether this is one number."""
    return isinstance(x, (int, float, np.generic)) or (isinstance(x, np.ndarray) and x.ndim == 0)
