"""Ctrl-C, which must not leave a model half changed."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType


class Interrupts:
    """Ctrl-C waits until a step is whole. Pressed once more, it does not.

    Whoever handled it before is told between two steps, and may raise then. Signals interrupt the main thread alone, so
    in others there is nothing to do.
    """

    def __init__(self) -> None:
        self.pressed = self.again = False
        self.before: Any = None

    def __enter__(self) -> None:
        handler = signal.getsignal(signal.SIGINT)
        if callable(handler) and threading.current_thread() is threading.main_thread():
            self.before = handler
            signal.signal(signal.SIGINT, self.press)

    def __exit__(self, *_: object) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)

    def press(self, number: int, frame: FrameType | None) -> None:
        """What a Ctrl-C calls."""
        self.again, self.pressed = self.pressed, True
        if self.again:
            self.before(number, frame)
        elif frame is not None:
            print("\nfit: stopping after this step; Ctrl-C once more stops at once", file=sys.stderr)

    def check(self) -> None:
        """Between two steps: KeyboardInterrupt if it was pressed, unless someone else takes care of that."""
        if self.pressed:
            self.pressed = False
            self.before(signal.SIGINT, None)  # Python's own raises
            if isinstance(getattr(self.before, "__self__", None), Interrupts):  # of a run around this one
                raise KeyboardInterrupt
