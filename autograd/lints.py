"""Lints: warnings of what is allowed, and is hardly ever meant. Each is told once, and all can be switched off."""

from __future__ import annotations

import sys
import warnings
from typing import ClassVar


class LintWarning(UserWarning):
    """What is computed is what was written, but is it what was meant?"""


class lints:
    """Switch lints on or off, from here on or for a `with` block. Switched on, each is told once more.

    >>> with lints(False):
    ...     lint("example", "this is not told")
    """

    wanted: ClassVar[bool] = True
    told: ClassVar[set[str]] = set()

    def __init__(self, wanted: bool) -> None:
        self.before = lints.wanted, lints.told
        lints.wanted, lints.told = wanted, set()

    def __enter__(self) -> None:
        """The switch was set when it was made."""

    def __exit__(self, *_: object) -> None:
        lints.wanted, lints.told = self.before


def lint(kind: str, message: str) -> None:
    """Warn the caller of our packages of something suspicious, where nothing of its kind was told before."""
    if not lints.wanted or kind in lints.told:
        return
    lints.told.add(kind)
    frame, level = sys._getframe(), 1
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(("autograd.", "nn.")):
        frame, level = frame.f_back, level + 1
    warnings.warn(f"{message} (autograd.lints(False) switches such hints off.)", LintWarning, level)
