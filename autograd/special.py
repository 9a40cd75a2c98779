"""The error function, the gamma function and their families, by SciPy. Loaded when one of them is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
