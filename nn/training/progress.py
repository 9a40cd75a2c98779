"""Progress: what `nn.fit` shows while it runs."""

from __future__ import annotations

import math
import sys
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

from nn.callbacks import Callback

if TYPE_CHECKING:
    from nn.training.run import Run


class Progress(Callback):
    """A bar for the run, and on a terminal the table of the epochs above it. In a file, the table alone."""

    LINES = 20  # of the table, at most about
    order = 3  # the bar is the last to come and the last to go

    def on_start(self, run: Run) -> None:
        bar, widget = _bar()
        self.terminal = not widget and sys.stderr is not None and sys.stderr.isatty()
        total = None if run.steps is None else run.steps * run.epochs
        self.bar = bar(total=total, initial=run.step, unit=" steps", disable=not (widget or self.terminal))
        self.every = math.ceil(run.epochs / self.LINES)
        self.written = 0  # the epoch of the last line

    def on_step(self, run: Run) -> None:
        if self.bar.update():  # it was drawn anew, which happens ten times a second: what to say next time
            self._say(run)

    def on_epoch(self, run: Run) -> None:
        self._say(run)
        if run.epoch % self.every == 0:
            self._write(run)

    def on_end(self, run: Run) -> None:
        if len(run.history) not in (0, self.written):
            self._write(run)
        self.bar.set_description_str(run.history.stopped, refresh=False)
        self.bar.close()

    def _say(self, run: Run) -> None:
        self.bar.set_description_str(f"epoch {run.epoch}/{run.epochs}", refresh=False)
        self.bar.set_postfix_str(f"loss {run.scores.mean:.4g}", refresh=False)

    def _write(self, run: Run) -> None:
        line = run.history.line(len(run.history) - 1)
        if self.bar.disable or self.terminal:
            self.bar.write(line if self.written else f"{run.history.header()}\n{line}", file=sys.stderr)
        self.written = len(run.history)


@cache
def _bar() -> tuple[Any, bool]:
    """The class of bars, and whether they are widgets in a notebook."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without ipywidgets a notebook has bars of text, which will do
        from tqdm.auto import tqdm
        from tqdm.std import tqdm as text
    return tqdm, tqdm.display is not text.display
