"""A peer's process: answers questions from standard input, one JSON line each.

It knows nothing of the other peers. `Desk` has a method per question; `team.Worker` asks.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.peers import PEERS
from benchmarks.tables import NOT_APPLICABLE

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def main(name: str, threads: int) -> None:
    """Serve until there are no more questions."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)  # what a library prints is no answer

        def answer(make: Callable[[], dict[str, Any]]) -> None:
            try:
                reply = make()
            except NotImplementedError as error:
                reply = {"absent": NOT_APPLICABLE, "detail": str(error)}
            except ModuleNotFoundError as error:
                reply = {"absent": "not installed", "detail": str(error)}
            except Exception as error:
                reply = {"absent": "failed", "detail": f"{type(error).__name__}: {error}"}
            print(json.dumps(reply), file=answers, flush=True)

        desk = Desk(threads)
        answer(lambda: desk.open(name))
        for line in sys.stdin:
            question = json.loads(line)
            method = getattr(desk, question.pop("call"))
            answer(lambda method=method, question=question: method(**question))  # type: ignore[misc]


class Desk:
    """The questions that a worker answers."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def open(self, name: str) -> dict[str, Any]:
        """Import the peer and say which version it is."""
        self.peer = import_module(f"benchmarks.peers.{name}")
        if hasattr(self.peer, "use_threads"):
            self.peer.use_threads(self.threads)
        package = next(peer.package for peer in PEERS if peer.name == name)
        return {"version": _version(package)}

    def prepare(self, workload: str, params: dict[str, Any], checks: int = 0, block: float = 0.1) -> dict[str, Any]:
        """Make ready to be timed; the results of the first steps are for comparison."""
        self.step = _step(self.peer, workload, params)
        results = [self.step() for _ in range(checks)]
        self.repeat = 1
        while (seconds := self._clock(self.repeat)) < block / 4:
            self.repeat *= 2
        self.repeat = max(1, round(self.repeat * block / seconds))
        self.lead_in = self.repeat // 10  # brings back what other processes drove from the caches
        return {"results": [float(r) for r in results if r is not None]}  # type: ignore[arg-type]

    def time(self, collector: bool = True) -> dict[str, Any]:
        """Seconds for one step, over a block of them, the collector as Python has it or off."""
        self._clock(self.lead_in)
        if not collector:
            gc.disable()
        seconds = self._clock(self.repeat) / self.repeat
        gc.enable()
        return {"seconds": seconds}

    def memory(self, workload: str, warm_up: dict[str, Any], params: dict[str, Any], steps: int) -> dict[str, Any]:
        """Bytes by which a few steps raise the peak of this process, model included."""
        self.step = _step(self.peer, workload, warm_up)
        self._clock(steps)
        del self.step
        problem = _problem(workload, params)
        gc.collect()
        before = _reset_peak()
        self.step = getattr(self.peer, workload)(problem)
        self._clock(steps)
        return {"bytes": _resident("VmHWM") - before}

    def leftovers(self, workload: str, params: dict[str, Any]) -> dict[str, Any]:
        """What a step leaves behind when only reference counting frees."""
        self.step = _step(self.peer, workload, params)
        gc.collect()
        gc.disable()
        before, objects = _reset_peak(), len(gc.get_objects())
        self._clock(1)
        objects = len(gc.get_objects()) - objects
        peak, after = _resident("VmHWM"), _resident("VmRSS")
        gc.enable()
        return {"objects": objects, "peak": peak - before, "resident": after - before}

    def _clock(self, repeat: int) -> float:
        step = self.step
        start = time.perf_counter()
        for _ in range(repeat):
            step()
        return time.perf_counter() - start


def _problem(workload: str, params: dict[str, Any]) -> Any:
    return import_module(f"benchmarks.workloads.{workload}").PROBLEM(**params)


def _step(peer: ModuleType, workload: str, params: dict[str, Any]) -> Callable[[], object]:
    if not hasattr(peer, workload):
        raise NotImplementedError(workload)
    step: Callable[[], object] = getattr(peer, workload)(_problem(workload, params))
    return step


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _reset_peak() -> int:
    """Bytes resident now, from which the peak starts again.

    Not `getrusage`: its peak cannot be lowered, and a new process starts with its parent's.
    """
    if not CLEAR.exists():
        raise NotImplementedError("memory is measured on Linux only")
    CLEAR.write_text("5")
    return _resident("VmRSS")


def _resident(kind: str) -> int:
    """A line of this process's status, in bytes: VmRSS (now) or VmHWM (peak)."""
    for line in STATUS.read_text().splitlines():
        if line.startswith(kind):
            return int(line.split()[1]) * 1024
    raise NotImplementedError(f"{kind} is not in {STATUS}")
