"""A run as a file: all that it takes to go on another day as if it had never stopped."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from nn import checkpoint
from nn.module import Module
from nn.random import default_rng, restore, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from nn.training.run import Run

    State = Mapping[str, Any]

KEY = "fit"  # of a run in the metadata of a file


def save(run: Run, path: str | PathLike[str]) -> None:
    """Write the model, the optimizer, and the rest of a run."""
    checkpoint.save(run.model, path, optimizer=run.optimizer, metadata={KEY: state_dict(run)})


def load(run: Run, path: str | PathLike[str]) -> None:
    """Have the run be what it was when the file was written. What does not fit raises, and then nothing has changed."""
    before = run.model.state_dict(), run.optimizer.state_dict(), state_dict(run)
    try:
        metadata = checkpoint.load(run.model, path, optimizer=run.optimizer)
        if KEY not in metadata:
            raise ValueError("it holds a model, but no run; nn.callbacks.Checkpoint(path) writes one")
        state = metadata[KEY]
        _check(run, state)
        loaded = run.optimizer.state_dict()
        _take(run, state)
        run.optimizer.load_state_dict(loaded)  # of several schedules, each has written its own rate
    except BaseException as fault:
        _take(run, before[2])
        run.model.load_state_dict(before[0])
        run.optimizer.load_state_dict(before[1])
        if isinstance(fault, (KeyError, TypeError, ValueError)) and os.fspath(path) not in str(fault):
            raise ValueError(f"fit: cannot resume from {path}: {fault}") from fault
        raise


def state_dict(run: Run) -> dict[str, Any]:
    """What a run is, beside the model and the optimizer."""
    return {
        "epoch": run.epoch,
        "step": run.step,
        "columns": run.columns,
        "history": run.history.state_dict(),
        "callbacks": [[type(x).__name__, state] for x in run.callbacks if (state := x.state_dict())],
        "streams": {name: state_of(rng) for name, rng in _streams(run).items()},
    }


def _check(run: Run, state: State) -> None:
    """ValueError if that is the state of another kind of run."""
    own = state_dict(run)
    _check_same("columns", own["columns"], state["columns"])
    _check_same("callbacks", [name for name, _ in own["callbacks"]], [name for name, _ in state["callbacks"]])
    _check_same("random streams", [*own["streams"]], [*state["streams"]])
    if state["epoch"] > run.epochs:
        raise ValueError(
            f"it has done {state['epoch']} epochs, more than epochs={run.epochs}, which counts all of them"
        )


def _take(run: Run, state: State) -> None:
    streams = _streams(run)
    for name, kept in state["streams"].items():
        restore(streams[name], kept)
    for callback, (_, kept) in zip([x for x in run.callbacks if x.state_dict()], state["callbacks"]):
        callback.load_state_dict(kept)
    run.history.load_state_dict(state["history"])
    run.epoch, run.step = state["epoch"], state["step"]


def _streams(run: Run) -> dict[str, np.random.Generator]:
    """Where numbers are drawn from: the package's stream, and those that modules and loaders have of their own."""
    owners: dict[str, Any] = {"data": run.data, "validation": run.validation}
    for root, x in (("model", run.model), ("loss", run.loss)):
        owners |= {f"{root}.{name}": part for name, part in x.named_modules()} if isinstance(x, Module) else {}
    own = {
        f"{owner}.{name}": rng
        for owner, x in owners.items()
        for name, rng in getattr(x, "__dict__", {}).items()
        if isinstance(rng, np.random.Generator)
    }
    return {"nn": default_rng(), **own}


def _check_same(what: str, own: list[str], saved: list[str]) -> None:
    if own != saved:
        raise ValueError(f"its {what} were {saved}, and now they are {own}; call fit as the run was started")
