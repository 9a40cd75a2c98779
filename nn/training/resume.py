"""A run as a file: all that it takes to go on another day as if it had never stopped."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from types import CellType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from nn import checkpoint
from nn.callbacks import Callback, Checkpoint
from nn.random import default_rng, restore, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

    from nn.training.run import Run

    State = Mapping[str, Any]

KEY = "fit"  # of a run in the metadata of a file
SHORT = 64  # entries of a list that are looked at one by one; longer ones hold data


def save(run: Run, path: str | PathLike[str]) -> None:
    """Write the model, the optimizer, and the rest of a run."""
    checkpoint.save(run.model, path, optimizer=run.optimizer, metadata={KEY: state_dict(run)})


def load(run: Run, path: str | PathLike[str]) -> None:
    """Have the run be what it was when the file was written. What does not fit raises, and then nothing has changed."""
    before = run.model.state_dict(), run.optimizer.state_dict(), state_dict(run)
    try:
        if KEY not in checkpoint.metadata(path):
            raise ValueError("it holds no run; nn.callbacks.Checkpoint(path) writes one")
        state = checkpoint.load(run.model, path, optimizer=run.optimizer)[KEY]
        _check(run, state)
        loaded = run.optimizer.state_dict()
        _take(run, state)
        run.optimizer.load_state_dict(loaded)  # of several schedules, each has written its own rate
    except BaseException as fault:
        _take(run, before[2])
        run.model.load_state_dict(before[0])
        run.optimizer.load_state_dict(before[1])
        if not isinstance(fault, (OSError, RuntimeError)) and isinstance(fault, Exception):  # these name the file
            raise ValueError(f"fit: cannot resume from {os.fspath(path)}: {fault}") from fault
        raise


def state_dict(run: Run) -> dict[str, Any]:
    """What a run is, beside the model and the optimizer."""
    return {
        "epoch": run.epoch,
        "step": run.step,
        "columns": run.columns,
        "history": run.history.state_dict(),
        "callbacks": [[type(x).__name__, x.state_dict()] for x in _with_state(run)],
        "streams": {name: state_of(rng) for name, rng in _streams(run).items()},
    }


def _check(run: Run, state: State) -> None:
    """ValueError if that is the state of another kind of run."""
    own = state_dict(run)
    _check_same("columns", own["columns"], state["columns"])
    _check_same("callbacks", [name for name, _ in own["callbacks"]], [name for name, _ in state["callbacks"]])
    _check_same("random streams", [*own["streams"]], [*state["streams"]])
    _check_same("history", [*state["history"]["columns"]], run.columns if state["epoch"] else [])
    if any(len(column) != state["epoch"] for column in state["history"]["columns"].values()):
        raise ValueError(f"its history is not one of {state['epoch']} epochs")
    if state["epoch"] > run.epochs:
        raise ValueError(
            f"it has done {state['epoch']} epochs, more than epochs={run.epochs}, which counts all of them"
        )


def _take(run: Run, state: State) -> None:
    streams = _streams(run)
    for name, kept in state["streams"].items():
        restore(streams[name], kept)
    for callback, (_, kept) in zip(_with_state(run), state["callbacks"]):
        callback.load_state_dict(kept)
    run.history.load_state_dict(state["history"])
    run.epoch, run.step = state["epoch"], state["step"]


def _with_state(run: Run) -> list[Callback]:
    """The callbacks that keep one, whatever is in it now; a Checkpoint that only writes keeps none."""
    writers = [x for x in run.callbacks if isinstance(x, Checkpoint) and x.monitor is None]
    return [x for x in run.callbacks if type(x).state_dict is not Callback.state_dict and x not in writers]


@contextmanager
def streams_kept(run: Run) -> Iterator[None]:
    """What is drawn in here is drawn again afterwards."""
    streams = _streams(run)
    before = {name: state_of(rng) for name, rng in streams.items()}
    try:
        yield
    finally:
        for name, rng in streams.items():
            restore(rng, before[name])


def _streams(run: Run) -> dict[str, np.random.Generator]:
    """Where numbers are drawn from: the package's stream, and those that the data, the model or the loss has."""
    found = {"nn": default_rng()}
    seen = {id(default_rng())}
    roots = {"data": run.data, "validation": run.validation, "model": run.model, "loss": run.loss}
    stack = [*roots.items()]
    while stack:
        name, x = stack.pop()
        if id(x) not in seen:
            seen.add(id(x))
            if isinstance(x, np.random.Generator):
                found[name] = x
            stack += [(f"{name}.{key}", part) for key, part in _parts(x).items()]
    return dict(sorted(found.items()))


def _parts(x: Any) -> Mapping[str, Any]:
    """What may hold a stream in its turn: attributes, what a function closes over, the entries of short lists."""
    if isinstance(x, (type, ModuleType, Tensor, np.ndarray)):
        return {}
    if isinstance(x, FunctionType):
        cells = zip(x.__code__.co_freevars, x.__closure__ or ())
        closed = {key: cell.cell_contents for key, cell in cells if cell != CellType()}
        return {**closed, "defaults": x.__defaults__, "keywords": x.__kwdefaults__}
    if isinstance(x, partial):
        return {"function": x.func, "arguments": x.args, "keywords": x.keywords}
    if isinstance(x, (list, tuple, dict)):
        entries = x.items() if isinstance(x, dict) else enumerate(x)
        return {str(key): part for key, part in entries} if len(x) <= SHORT else {}
    return {"self": x.__self__} if isinstance(x, MethodType) else getattr(x, "__dict__", {})


def _check_same(what: str, own: list[str], saved: list[str]) -> None:
    if own != saved:
        raise ValueError(f"its {what} were {saved}, and now they are {own}; call fit as the run was started")
