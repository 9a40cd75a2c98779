"""Run: what `nn.fit` keeps track of beside its loop: what was measured, who listens, and when to stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager, suppress
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING, Any

from autograd import Tensor, lint
from nn.callbacks import Callback
from nn.history import History
from nn.training import resume
from nn.training.interrupts import Interrupts
from nn.training.scores import Scores, batches, modes, value_of

if TYPE_CHECKING:
    from os import PathLike

    from nn.metrics import Metric
    from nn.module import Module
    from nn.optim import Optimizer


class Stopped(Exception):
    """A callback has ended the run between two steps."""


class Run:
    """One run of `nn.fit`, as callbacks see it: see `nn.callbacks.Callback`."""

    def __init__(
        self,
        model: Module,
        loss: Any,
        data: Iterable[Any],
        optimizer: Optimizer,
        epochs: int,
        validation: Iterable[Any] | None,
        metrics: list[Metric],
        callbacks: list[Callback],
    ) -> None:
        self.model, self.loss, self.data, self.optimizer = model, loss, data, optimizer
        self.validation, self.epochs, self.callbacks = validation, epochs, callbacks
        self.scores = Scores(metrics)
        measured = ["loss", *[metric.name for metric in metrics]]
        tested = [] if validation is None else [f"validation {name}" for name in measured]
        self.columns = [*measured, *tested, "lr", "seconds"]
        self.steps = len(data) if isinstance(data, Sized) else None  # in an epoch
        self.history = History()
        self.epoch = self.step = 0
        self.value = float("nan")
        self._without = {name: p for name, p in model.named_parameters() if p.requires_grad}  # a gradient so far
        trained = set(self.parameters())
        self._untrained = [p for p in model.parameters() if p not in trained]  # whose gradients nobody zeroes
        self._interrupts = Interrupts()
        self._whole = True  # the latest step
        self._on_backward, self._on_step = self._overridden("on_backward"), self._overridden("on_step")

    # -- what callbacks call -----------------------------------------------------------------------

    def stop(self, why: str) -> None:
        """End the run, for `history.stopped` to say why."""
        self.history.stopped = why

    def parameters(self) -> list[Tensor]:
        """What the optimizer changes."""
        return [p for group in self.optimizer.param_groups for p in group["params"]]

    def save(self, path: str | PathLike[str]) -> None:
        """Write all that the run is to a file: `nn.fit(..., resume=path)` goes on from there, bit for bit."""
        resume.save(self, path)

    # -- the turns of the loop ---------------------------------------------------------------------

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Before the run: callbacks look whether it suits them, and what is drawn in here is drawn again later."""
        for callback in self.callbacks:
            callback.check(self)
        with resume.streams_kept(self), modes(self.model):
            yield

    @contextmanager
    def going(self) -> Iterator[None]:
        """The run from its start to its end, whatever that is: then modes are as before. Ctrl-C ends it quietly."""
        with self._interrupts, modes(self.model):
            self._call("on_start")
            try:
                with suppress(Stopped):
                    yield
                self._interrupts.check()
                self.history.stopped = self.history.stopped or "epochs done"
            except KeyboardInterrupt:
                if self._interrupts.again or not self._whole:
                    raise
                self.stop("interrupted")
            finally:
                self._call("on_end")

    def epochs_left(self) -> Iterator[int]:
        """The numbers of the epochs to come, for as long as the run is not stopped."""
        while self.epoch < self.epochs and not self.history.stopped:
            self._look_up()
            self._since = perf_counter()
            self.scores.reset()
            self.epoch += 1
            yield self.epoch

    def batches(self, data: Iterable[Any]) -> Iterator[Any]:
        """The batches of an epoch. Between them the run can be stopped."""
        for batch in batches(data):
            self._look_up()
            yield batch
        self._look_up()

    def checked(self, loss: Tensor) -> Tensor:
        """The loss, if there is a way down from it: it must be one finite number."""
        self.value = value_of("fit", loss)
        if not isfinite(self.value):
            remedy = "lower the learning rate" if self.step else "look for NaN in the data"
            raise FloatingPointError(
                f"fit: the loss is {self.value} in epoch {self.epoch}, after step {self.step}, which left the model as "
                f"it is now; {remedy}, or find the cause inside `with autograd.detect_nan():`"
            )
        return loss

    def on_backward(self, out: Any, y: Any) -> None:
        """The gradients are there, and nothing has changed yet."""
        if not self.step:
            _lint_shapes(out, y)
        self.scores.update(self.value, out, y)
        if self._without:
            self._without = {name: p for name, p in self._without.items() if p.grad is None}
        for hook in self._on_backward:
            hook(self)
        self._whole = False

    def on_step(self) -> None:
        """The parameters have changed."""
        for p in self._untrained:
            p.grad = None
        self.step += 1
        self._whole = True
        for hook in self._on_step:
            hook(self)

    def on_epoch(self, row: dict[str, Any]) -> None:
        """All has been seen once, and measured."""
        lr = self.optimizer.param_groups[0]["lr"]
        self.history.append({**row, "lr": lr, "seconds": perf_counter() - self._since})
        if self._without:
            names = ", ".join([*self._without][:4]) + ", ..." * (len(self._without) > 4)
            lint(
                "no gradient",
                f"nn.fit: {names} got no gradient in a whole epoch: the loss does not depend on it. Use it in forward, "
                "or say requires_grad_(False).",
            )
            self._without = {}
        self._call("on_epoch")

    def _look_up(self) -> None:
        """Between two steps: is this the time to stop?"""
        self._interrupts.check()
        if self.history.stopped:
            raise Stopped

    def _overridden(self, name: str) -> list[Any]:
        """That method of the callbacks that have one of their own."""
        return [getattr(x, name) for x in self.callbacks if getattr(type(x), name) is not getattr(Callback, name)]

    def _call(self, name: str) -> None:
        for callback in self.callbacks:
            getattr(callback, name)(self)


def _lint_shapes(out: Any, y: Any) -> None:
    """Hint at a column beside a row, which a loss of one's own would broadcast to a square."""
    n = len(y)
    if n > 1 and getattr(out, "shape", ()) == (n, 1) and getattr(y, "shape", ()) == (n,):
        lint("column", f"nn.fit: with out {(n, 1)} and y {(n,)}, out - y is {(n, n)}; give y as a column, y[:, None].")
