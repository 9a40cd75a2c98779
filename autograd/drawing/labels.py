"""How mathematics writes the common ops, and what an op was called with, in a few characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.drawing.formulas import constant
from autograd.record import described

if TYPE_CHECKING:
    from autograd.graph import Node

# fmt: off
SYMBOLS = {
    "add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "negative": "−", "power": "^", "float_power": "^",
    "square": "x²", "reciprocal": "1/x", "sqrt": "√", "cbrt": "∛", "absolute": "|x|", "fabs": "|x|",
    "exp": "eˣ", "exp2": "2ˣ", "expm1": "eˣ − 1", "log": "ln", "log2": "log₂", "log10": "log₁₀", "log1p": "ln(1 + x)",
    "sigmoid": "σ", "expit": "σ", "sum": "Σ", "cumsum": "Σ", "prod": "Π", "cumprod": "Π", "norm": "‖x‖", "erf": "erf",
    "matmul": "@", "vecdot": "·", "cross": "×", "transpose": "xᵀ", "inv": "x⁻¹", "floor": "⌊x⌋", "ceil": "⌈x⌉",
    "maximum": "max", "minimum": "min", "linear": "x Wᵀ + b", "getitem": "[ ]", "gamma": "Γ", "digamma": "ψ",
}
SIGNS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "^", "float_power": "^"}
# fmt: on
COMMUTE = {"add", "multiply"}
BROADCASTING = {"add", "subtract", "multiply", "where", "ldexp", "scale"}  # besides the elementwise ones
BIAS = ("linear", 2)  # the op and the operand
INDEXED = {"getitem", "setitem", "scatter"}
OBVIOUS = {"shape", "splits", "order", "ranks", "basis"}  # parameters that the result's shape tells, or nobody gave
LONGEST = 32


def detail(node: Node, constants: list[tuple[int, Any]]) -> str:
    """The constants among an op's operands, by their numbers, and its parameters: "× 0.5", "axis=1", "[0, :]"."""
    op = node.op
    words = []
    for i, x in constants:
        text, sign = _text(x), SIGNS.get(op.name)
        if sign is None:
            words.append(f"{op.operands[i]}={text}" if i < len(op.operands) and op.arity > 1 else text)
        else:
            words.append(f"{sign} {text}" if i == 1 or op.name in COMMUTE else f"{text} {sign}")
    for name, value in op.parameters(node).items():
        if value is None or value is False or _same(value, (op.defaults or {}).get(name)):
            continue
        if name == "index" and op.name in INDEXED:
            words.append(f"[{_index(value)}]")
        elif _is_plain(value) and name not in OBVIOUS:
            words.append(f"{name}={_text(value)}")
    return ", ".join(words)


def stretched(node: Node, operand: int, shape: tuple[int, ...]) -> str:
    """How an operand of that shape is broadcast, "(32,) → (8, 32)"; "" where it is not."""
    op = node.op
    goes = (op.kind == "elementwise" and not op.variadic) or op.name in BROADCASTING or (op.name, operand) == BIAS
    return f"{shape} → {node.shape}" if goes and shape != node.shape else ""


def _same(value: Any, default: Any) -> bool:
    return value is default or (
        type(value) is type(default) and isinstance(value, (int, float, str)) and value == default
    )


def _is_plain(value: Any) -> bool:
    """Whether a parameter can be told in a few characters. What is empty says nothing."""
    if isinstance(value, tuple):
        return value != () and all(
            part is None or (_is_plain(part) and not isinstance(part, np.ndarray)) for part in value
        )
    return isinstance(value, (int, float, complex, str, np.generic, np.ndarray, np.dtype, slice, type))


def _index(value: Any) -> str:
    return _cut(", ".join("…" if part is ... else "new" if part is None else _text(part) for part in _tuple(value)))


def _text(value: Any) -> str:
    """A constant, without addresses or anything else that differs from run to run."""
    if isinstance(value, (bool, np.bool_, str)) or value is None:
        return _cut(str(value))
    if isinstance(value, (int, float, complex, np.number)) or (isinstance(value, np.ndarray) and not value.ndim):
        return constant(value)
    if isinstance(value, np.ndarray):
        return described(value)
    if isinstance(value, tuple):
        return _cut(f"({', '.join(map(_text, value))}{',' * (len(value) == 1)})")
    if isinstance(value, slice):
        ends = ["" if end is None else _text(end) for end in (value.start, value.stop, value.step)]
        return ":".join(ends if ends[2] else ends[:2])
    return str(value) if isinstance(value, np.dtype) else getattr(value, "__name__", type(value).__name__)


def _tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


__all__ = ["SYMBOLS", "detail", "stretched"]
