"""The words and numbers that pictures show, whether drawn or printed."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograd.drawing.model import Vertex

LONGEST = 40  # characters of a name that are shown


def number(x: Any) -> str:
    """A number as short as four digits allow.

    >>> number(4.0), number(1 / 3), number(1e-5), number(3), number(float("-inf"))
    ('4.0', '0.3333', '1e−5', '3', '−∞')
    """
    x = np.asarray(x)[()]
    if x.dtype.kind not in "fc":
        return str(x).replace("-", "−")
    if x.dtype.kind == "c":
        return f"{complex(x):.3g}"
    short = rounded(x)
    return f"{short}.0" if short.removeprefix("−").isdecimal() else short


def rounded(x: Any, digits: int = 4) -> str:
    """A float in so many digits.

    >>> rounded(4.0), rounded(1e-5, 2), rounded(float("-inf")), rounded(-0.0)
    ('4', '1e−5', '−∞', '0')
    """
    if not np.isfinite(x):
        return "NaN" if np.isnan(x) else "∞" if x > 0 else "−∞"
    mantissa, e, power = f"{float(x) + 0.0:.{digits}g}".partition("e")
    return (mantissa + (f"e{int(power)}" if e else "")).replace("-", "−")


def has_gradient(vertex: Vertex) -> bool:
    """Whether it is one value that a gradient can be of; what stands for several has many."""
    one = vertex.kind not in ("constant", "fold") and vertex.members == 1
    return not vertex.silent and (one or vertex.grad is not None)


def gradient(vertex: Vertex) -> str:
    """What a vertex says of its gradient: "grad 4.0", of an array "|grad| 0.013", and "grad —" if there is none."""
    if vertex.grad is None:
        return "grad —"
    if not vertex.shape:
        return f"grad {number(vertex.grad)}"
    size = magnitude(vertex)
    return f"|grad| {number(size)}" if size or not faults(vertex) else "|grad| not finite"


def magnitude(vertex: Vertex) -> float:
    """mean |gradient|, of those entries that are finite; 0 if there are none."""
    if vertex.grad is None:
        return 0.0
    with np.errstate(all="ignore"):
        sizes = np.abs(np.asarray(vertex.grad)).astype(np.float64)
    finite = sizes[np.isfinite(sizes)]
    largest = float(finite.max(initial=0.0))
    return float((finite / largest).mean()) * largest if largest else 0.0  # the sum itself may not be finite


def faults(vertex: Vertex) -> str:
    """What is not finite: "NaN", "∞" or both of the value, and "grad NaN" of the gradient; "" if all is well."""
    found = {word: not_finite(x) for word, x in (("", vertex.value), ("grad ", vertex.grad))}
    return " · ".join(word + " ".join(kinds) for word, kinds in found.items() if kinds)


def not_finite(x: Any) -> list[str]:
    """What a value has besides finite numbers: "NaN", "∞"."""
    if x is None or np.asarray(x).dtype.kind not in "fc" or np.isfinite(x).all():
        return []
    return ["NaN"] * bool(np.isnan(x).any()) + ["∞"] * bool(np.isinf(x).any())


def counted(n: int, word: str) -> str:
    """How many: "1 node", "1,200 nodes"."""
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def memory(n: float) -> str:
    """Bytes, as people say them: "12 bytes", "3.1 kB"."""
    if n < 1000:
        return counted(round(n), "byte")
    shown = ((f"{n / 1000**power:.3g}", unit) for power, unit in enumerate(("kB", "MB", "GB", "TB"), 1))
    return " ".join(next((amount, unit) for amount, unit in shown if "e" not in amount or unit == "TB"))


def shortened(words: str, longest: int = LONGEST) -> str:
    """A name on one line, without what XML cannot hold, and no longer than fits.

    >>> shortened("a name", 5)
    'a na…'
    """
    words = clean(" ".join(words[:1000].split()))
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def clean(words: str) -> str:
    """Text without what XML forbids, what no font draws, and what would turn the text around it from right to left."""
    return "".join("\ufffd" if _is_odd(c) else c for c in words)


def _is_odd(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") or unicodedata.bidirectional(c) in _TURNING


_TURNING = frozenset("LRE RLE LRO RLO PDF LRI RLI FSI PDI".split())

__all__ = [
    "LONGEST",
    "clean",
    "counted",
    "faults",
    "gradient",
    "has_gradient",
    "magnitude",
    "memory",
    "not_finite",
    "number",
    "rounded",
    "shortened",
]
