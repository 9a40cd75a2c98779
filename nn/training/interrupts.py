"""Ctrl-C, which must not leave a model half changed."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


class Interrupts:
    """Ctrl-C waits until a step is whole. Pressed once more, it does not.

    Only Python's own handler is replaced, and only in the main thread, which is the one that signals interrupt.
    """

    pressed = again = False

    def __enter__(self) -> None:
        main = threading.current_thread() is threading.main_thread()
        self.ours = main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self.ours:
            signal.signal(signal.SIGINT, self.press)

    def __exit__(self, *_: object) -> None:
        if self.ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def press(self, number: int, frame: FrameType | None) -> None:
        """What a Ctrl-C calls."""
        self.again, self.pressed = self.pressed, True
        if self.again:
            signal.default_int_handler(number, frame)
