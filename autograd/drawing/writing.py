"""Formulas written down, as text for a terminal and as LaTeX."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, ClassVar

from autograd.drawing.algebra import negated, truth

_COMPARISON, _SUM, _PRODUCT, _POWER, _ATOM = range(5)  # how tightly an expression holds together
_LEVELS: dict[type, int] = {
    ast.Add: _SUM, ast.Sub: _SUM, ast.Mult: _PRODUCT, ast.Div: _PRODUCT, ast.FloorDiv: _PRODUCT,
    ast.MatMult: _PRODUCT, ast.Pow: _POWER, ast.BitAnd: _COMPARISON,
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Text:
    """Writes expressions: names as `names` spells them, and conditions as 1 or 0 where their numbers are `known`."""

    signs: ClassVar[dict[type, str]] = {
        ast.Add: " + ", ast.Sub: " − ", ast.Mult: " · ", ast.Div: " / ", ast.FloorDiv: " / ", ast.MatMult: " @ ",
        ast.BitAnd: " and ", ast.Eq: " = ", ast.NotEq: " ≠ ", ast.Lt: " < ", ast.Gt: " > ",
    }  # fmt: skip
    constants: ClassVar[dict[str, str]] = {
        "ln2": "ln 2", "ln10": "ln 10", "log2e": "log₂e", "log10e": "log₁₀e", "third": "⅓", "inf": "∞",
    }  # fmt: skip
    calls: ClassVar[dict[str, str]] = {"maximum": "max", "minimum": "min", "power": "pow"}
    minus, transpose, inverse = "−", "ᵀ", "⁻¹"

    def __init__(self, names: Mapping[str, str], known: Mapping[str, Any] | None = None) -> None:
        self.names, self.known = names, known

    @classmethod
    def plain(cls, text: str) -> str:
        """What cannot be parsed, at least with our signs."""
        return text.replace(" * ", " · ").replace(" - ", " − ")

    @classmethod
    def numeral(cls, text: str) -> str:
        """A number as text, as this style writes it."""
        return text

    def write(self, x: ast.expr) -> str:
        """The expression, as it stands alone."""
        return self.shown(x)[0]

    def within(self, x: ast.expr, binds: int, *, first: bool = False) -> str:
        """The expression as a part of another one, in parentheses where that holds together more tightly."""
        text, level = self.shown(x)
        if level == _COMPARISON and binds > _COMPARISON:
            return self.bracketed(text)
        minus = first and text.startswith(self.minus) and level == _SUM and not isinstance(x, ast.BinOp)
        return text if level >= binds or (minus and binds < _POWER) else self.parenthesized(text)

    def parenthesized(self, text: str) -> str:
        return f"({text})"

    def bracketed(self, text: str) -> str:
        """1 where the condition holds, else 0, as Iverson writes it."""
        return f"[{text}]"

    def shown(self, x: ast.expr) -> tuple[str, int]:
        """The text, and how tightly it holds together."""
        method = getattr(self, f"_{type(x).__name__.lower()}", None)
        return method(x) if method else (self.plain(ast.unparse(x)), _ATOM)

    def _name(self, x: ast.Name) -> tuple[str, int]:
        text = self.names.get(x.id) or self.constants.get(x.id) or self.named(x.id)
        return text, _SUM if text.startswith(self.minus) else _ATOM

    def named(self, name: str) -> str:
        """A name that nobody gave another for."""
        return name

    def _constant(self, x: ast.Constant) -> tuple[str, int]:
        value = x.value
        return f"{value:g}".replace("e-", f"e{self.minus}") if isinstance(value, float) else str(value), _ATOM

    def _unaryop(self, x: ast.UnaryOp) -> tuple[str, int]:
        if not negated(x):
            return ast.unparse(x), _ATOM
        text = self.within(x.operand, _PRODUCT)
        return self.minus + (self.parenthesized(text) if text.startswith(self.minus) else text), _SUM

    def _binop(self, x: ast.BinOp) -> tuple[str, int]:
        level = _LEVELS.get(type(x.op), _ATOM)
        if level == _COMPARISON:
            return self.condition(x)
        if isinstance(x.op, ast.Pow):
            return self.power(x)
        return self.joined(x, level), level

    def joined(self, x: ast.BinOp, level: int) -> str:
        """Two operands and the sign between them."""
        right = level + 1 if isinstance(x.op, (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult)) else level
        left = self.within(x.left, level, first=True)
        return left + self.signs[type(x.op)] + self.within(x.right, max(right, _PRODUCT))

    def power(self, x: ast.BinOp) -> tuple[str, int]:
        """A power: with a raised exponent where that is a whole number."""
        base, exponent = self.within(x.left, _ATOM), x.right
        if isinstance(exponent, ast.Constant) and isinstance(exponent.value, int):
            return base + str(exponent.value).translate(_SUPERSCRIPTS), _POWER
        return f"{base}^{self.within(exponent, _ATOM)}", _POWER

    def condition(self, x: ast.expr) -> tuple[str, int]:
        """A condition, or 1 or 0 where it is known to hold or not."""
        if self.known is not None:
            return str(int(truth(x, self.known))), _ATOM
        if isinstance(x, ast.Compare):
            return self.signs[type(x.ops[0])].join(self.within(y, _SUM) for y in (x.left, *x.comparators)), _COMPARISON
        assert isinstance(x, ast.BinOp)
        return self.signs[type(x.op)].join(self.write(y) for y in (x.left, x.right)), _COMPARISON

    _compare = condition

    def _attribute(self, x: ast.Attribute) -> tuple[str, int]:
        if x.attr != "T":
            return ast.unparse(x), _ATOM
        return self.within(x.value, _ATOM) + self.transpose, _POWER

    def _call(self, x: ast.Call) -> tuple[str, int]:
        name, args = ast.unparse(x.func), x.args
        if name == "inv" and len(args) == 1:
            return self.within(args[0], _ATOM) + self.inverse, _POWER
        if name == "absolute":
            return f"|{self.write(args[0])}|", _ATOM
        return self.called(name, args), _ATOM

    def _subscript(self, x: ast.Subscript) -> tuple[str, int]:
        return f"{self.within(x.value, _ATOM)}[{self.plain(ast.unparse(x.slice))}]", _ATOM

    def called(self, name: str, args: list[ast.expr]) -> str:
        """A call of a function."""
        if name == "sqrt":
            return f"√{self.within(args[0], _ATOM)}"
        return f"{self.calls.get(name, name)}({', '.join(map(self.write, args))})"


class Latex(Text):
    """The same in LaTeX: quotients as fractions, products of matrices side by side."""

    signs: ClassVar[dict[type, str]] = {
        **Text.signs, ast.Sub: " - ", ast.Mult: r" \cdot ", ast.MatMult: r" \, ",
        ast.BitAnd: r" \wedge ", ast.NotEq: r" \neq ",
    }  # fmt: skip
    constants: ClassVar[dict[str, str]] = {
        "ln2": r"\ln 2", "ln10": r"\ln 10", "log2e": r"\log_2 e", "log10e": r"\log_{10} e", "third": r"\tfrac{1}{3}",
        "inf": r"\infty",
    }  # fmt: skip
    calls: ClassVar[dict[str, str]] = {
        **{name: rf"\{name}" for name in "sin cos tan sinh cosh tanh exp log max min".split()},
        "maximum": r"\max", "minimum": r"\min", "sum": r"\sum",
    }  # fmt: skip
    minus, transpose, inverse = "-", r"^{\top}", "^{-1}"

    @classmethod
    def plain(cls, text: str) -> str:
        """What cannot be parsed, as it is."""
        return rf"\mathtt{{{escaped(text)}}}"

    def _name(self, x: ast.Name) -> tuple[str, int]:
        text, binds = super()._name(x)
        return text, _PRODUCT if text.startswith(r"\frac") or ("10^" in text and binds == _ATOM) else binds

    @classmethod
    def numeral(cls, text: str) -> str:
        digits, _, power = text.replace("−", "-").partition("e")
        if not power:
            return digits
        times = digits.removesuffix("1") if digits in ("1", "-1") else rf"{digits} \times "
        return rf"{times}10^{{{int(power)}}}"

    def named(self, name: str) -> str:
        return name if len(name) == 1 else rf"\mathrm{{{escaped(name)}}}"

    def parenthesized(self, text: str) -> str:
        return rf"\left({text}\right)"

    def bracketed(self, text: str) -> str:
        return rf"\left[{text}\right]"

    def joined(self, x: ast.BinOp, level: int) -> str:
        """A cotangent divided by something stands before the fraction: that is the chain rule."""
        if not isinstance(x.op, (ast.Div, ast.FloorDiv)):
            return super().joined(x, level)
        above, factors = x.left, []
        while isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mult):
            factors.append(above.right)
            above = above.left
        below = self.within(x.right, _SUM)
        if not (isinstance(above, ast.Name) and above.id == "g"):
            return rf"\frac{{{self.within(x.left, _SUM)}}}{{{below}}}"
        binds = _PRODUCT if len(factors) > 1 else _SUM
        numerator = self.signs[ast.Mult].join(self.within(y, binds) for y in reversed(factors)) or "1"
        return rf"{self.write(above)} \cdot \frac{{{numerator}}}{{{below}}}"

    def power(self, x: ast.BinOp) -> tuple[str, int]:
        return f"{self.within(x.left, _ATOM)}^{{{self.write(x.right)}}}", _POWER

    def _constant(self, x: ast.Constant) -> tuple[str, int]:
        text, binds = super()._constant(x)
        return self.numeral(text), _PRODUCT if "e" in text else binds

    def _subscript(self, x: ast.Subscript) -> tuple[str, int]:
        return f"{self.within(x.value, _ATOM)}_{{{escaped(ast.unparse(x.slice))}}}", _ATOM

    def called(self, name: str, args: list[ast.expr]) -> str:
        inside = ", ".join(map(self.write, args))
        if name == "sum" and len(args) == 1:
            return rf"\sum {self.within(args[0], _PRODUCT)}"
        if name == "sqrt":
            return rf"\sqrt{{{inside}}}"
        spelled = self.calls.get(name, rf"\operatorname{{{escaped(name)}}}")
        return rf"{spelled}\left({inside}\right)"


def escaped(text: str) -> str:
    """Text that LaTeX shows as it is."""
    special = {"\\": r"\backslash ", "{": r"\{", "}": r"\}", "^": r"\hat{}", "~": r"\sim "}
    return "".join(special.get(c) or (f"\\{c}" if c in "_%&#$" else c) for c in text)
