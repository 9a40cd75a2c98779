"""What is asked of options before anything is done with them: numbers in a range, integers, names that are known.

Whatever is wrong with an option is a ValueError that names its owner, the option, what it must be, and what it is.
"""

from __future__ import annotations

import math
import operator
import sys
from functools import cache
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from autograd import Tensor

if TYPE_CHECKING:
    from collections.abc import Collection

T = TypeVar("T")


def number(name: str, option: str, value: Any, need: str = "a finite number") -> Any:
    """`value` itself, if it is what is needed: these words are what is checked, and what the error says.

    "a number" may be infinite, and "a finite number" not. Bounds are "≥ 0", "> 0", "< 1", and "from 0 to 1".

    >>> number("Dropout", "p", 0.5, "a number from 0 to 1")
    0.5
    >>> number("SGD", "lr", -0.1, "a finite number ≥ 0")
    Traceback (most recent call last):
        ...
    ValueError: SGD: lr must be a finite number ≥ 0, not -0.1
    """
    low, high = _range(need)
    x = value if type(value) is float else _float(value)
    if not low <= x <= high:  # NaN is in no range
        raise ValueError(f"{name}: {option} must be {need}, not {value!r}")
    return value


@cache
def _range(need: str) -> tuple[float, float]:
    """The least and the greatest number that will do.

    >>> _range("a number > 0 and < 1")
    (5e-324, 0.9999999999999999)
    """
    high = sys.float_info.max if "finite" in need else math.inf
    low = -high
    for word, bound in pairwise(need.split()):
        match word:
            case "≥" | "from":
                low = float(bound)
            case ">":
                low = math.nextafter(float(bound), math.inf)
            case "to":
                high = float(bound)
            case "<":
                high = math.nextafter(float(bound), -math.inf)
    return low, high


def _float(value: Any) -> float:
    """A real number as a float, NaN for what is none."""
    if isinstance(value, (Tensor, np.ndarray, np.generic)) and not value.ndim:
        value = value.item()
    if not isinstance(value, Real) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # an int may be larger than any float
        return math.nan


def integer(name: str, option: str, value: Any, least: int) -> int:
    """`value` as an int, if it is an integer of at least that.

    >>> integer("DataLoader", "batch_size", np.int32(4), 1)
    4
    >>> integer("Linear", "in_features", 0, 1)
    Traceback (most recent call last):
        ...
    ValueError: Linear: in_features must be an integer ≥ 1, not 0
    """
    try:
        count = operator.index(value)
    except TypeError:
        count = least - 1
    if count < least or isinstance(value, bool):
        raise ValueError(f"{name}: {option} must be an integer ≥ {least}, not {value!r}")
    return count


def optional_integer(name: str, option: str, value: Any) -> int | None:
    """`value` as an int or None, if it is one of both.

    >>> optional_integer("NLLLoss", "ignore_index", np.int64(-100))
    -100
    """
    try:
        return None if value is None else operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: {option} must be an integer or None, not {value!r}") from None


def choice(name: str, option: str, value: T, known: Collection[str]) -> T:
    """`value` itself, if it is one of these.

    >>> choice("gelu", "approximate", "erf", ["none", "tanh"])
    Traceback (most recent call last):
        ...
    ValueError: gelu: approximate must be one of 'none', 'tanh', not 'erf'
    """
    if not isinstance(value, str) or value not in known:
        what = f"a {type(value).__name__}" if hasattr(value, "shape") else repr(value)
        raise ValueError(f"{name}: {option} must be one of {', '.join(map(repr, known))}, not {what}")
    return value
