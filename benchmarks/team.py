"""The peers at work: one long-lived process each, at one number of threads, asked in JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.peers import Peer

LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Effort:
    """How long to measure: rounds of cheap and of costly measurements, seconds per block."""

    many: int = 15
    few: int = 3
    block: float = 0.07


QUICK = Effort(many=5, few=1, block=0.03)


class Absent(Exception):
    """A peer cannot take part; `reason` stands in its cell, `detail` is for the terminal."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class Worker:
    """A peer's process. Every question is one line, and so is its answer."""

    def __init__(self, command: list[str], environment: dict[str, str], verbose: bool) -> None:
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if verbose else subprocess.DEVNULL,
            text=True,
        )
        try:
            self.version: str = self._answer()["version"]
        except Absent:
            self.close()
            raise

    def ask(self, call: str, **arguments: Any) -> dict[str, Any]:
        """Call a method of `worker.Desk` over there."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"call": call, **arguments}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Absent("failed", "the process has ended") from None
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Absent("failed", f"the process ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "absent" in answer:
            raise Absent(answer["absent"], answer["detail"])
        return answer

    def close(self) -> None:
        """End the process: it leaves when there are no more questions."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass
class Team:
    """All workers at one number of threads. They start when first needed and stay."""

    threads: int
    python: str
    hips_python: str | None
    verbose: bool = False
    versions: dict[str, str] = field(default_factory=dict)
    _workers: dict[str, Worker | Absent] = field(default_factory=dict)
    _explained: set[str] = field(default_factory=set)

    def interpreter(self, peer: Peer) -> str:
        """The Python that has this peer."""
        python = self.hips_python if peer.apart else self.python
        if python is None or not Path(python).exists():
            raise Absent("not installed")
        return python

    def environment(self, peer: Peer) -> dict[str, str]:
        """This many threads in every library that reads a variable for it."""
        count = str(self.threads)
        environment = dict(os.environ)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an import is timed as people meet it: compiled before
        for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"):
            environment[f"{library}_NUM_THREADS"] = count
        environment["XLA_FLAGS"] = (
            f"--xla_cpu_multi_thread_eigen={str(self.threads > 1).lower()} intra_op_parallelism_threads={count}"
        )
        environment["JAX_PLATFORMS"] = "cpu"
        if peer.apart:
            environment.pop("PYTHONPATH", None)
        return environment

    def fresh(self, peer: Peer) -> Worker:
        """A process of its own, which the caller closes."""
        command = [self.interpreter(peer), "-P", str(LAUNCH), peer.name, str(self.threads)]
        worker = Worker(command, self.environment(peer), self.verbose)
        self.versions[peer.title.partition(",")[0]] = worker.version
        return worker

    def worker(self, peer: Peer) -> Worker:
        """The process that all races share."""
        if peer.name not in self._workers:
            try:
                self._workers[peer.name] = self.fresh(peer)
            except Absent as absent:
                self._workers[peer.name] = absent
        found = self._workers[peer.name]
        if isinstance(found, Absent):
            raise found
        return found

    def excuse(self, peer: Peer, absent: Absent) -> str:
        """The words for a cell; a failure is also explained in the terminal, once."""
        explanation = f"{peer.title} {absent}"
        if absent.reason == "failed" and explanation not in self._explained:
            self._explained.add(explanation)
            print(explanation, file=sys.stderr)
        return absent.reason

    def close(self) -> None:
        """End every process."""
        for worker in self._workers.values():
            if isinstance(worker, Worker):
                worker.close()
        self._workers.clear()
