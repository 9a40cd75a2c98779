"""A race: every peer does the same work, a block at a time, in turn.

A shared machine drifts from second to second, so peers are never measured one after another:
each round times one block of every peer, and the median is taken over the rounds, of the times and
of the ratios within a round.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.peers import OURS, PEERS, Peer
from benchmarks.tables import NOT_APPLICABLE, Cell, Table, Target, compare
from benchmarks.team import Absent, Effort, Team, Worker

TOLERANCE = 1e-3
SETTLE = 0.05  # seconds in which another process's idle threads stop spinning


@dataclass(frozen=True)
class Case:
    """One column: the problem's parameters, and what the result should be."""

    label: str
    params: dict[str, Any]
    per: int = 1  # a step counts as so many
    checks: int = 1  # the results of so many first steps must agree
    share: float = 1.0  # of the usual rounds, for steps that take long
    targets: dict[str, Target] = field(default_factory=dict)  # by peer


@dataclass(frozen=True)
class Race:
    """A workload whose peers each have a function of its name."""

    name: str
    title: str
    quantity: str
    cases: list[Case]

    def run(self, team: Team, effort: Effort) -> list[Table]:
        """All cases, at the team's number of threads."""
        columns = [_measure(self.name, case, team, effort) for case in self.cases]
        table = Table(
            self.name,
            self.title,
            threads=team.threads,
            quantity=self.quantity,
            ratio="ours ÷ peer",
            columns=[case.label for case in self.cases],
        )
        for peer in PEERS:
            cells = [column[peer.name] for column in columns]
            if any(cell.note != NOT_APPLICABLE for cell in cells):
                table.rows[peer.title] = cells
        return [table]


def _measure(workload: str, case: Case, team: Team, effort: Effort) -> dict[str, Cell]:
    """One column: a cell for every peer."""
    cells: dict[str, Cell] = {}
    workers: dict[str, Worker] = {}
    results: dict[str, list[float]] = {}
    for peer in PEERS:
        try:
            results[peer.name], workers[peer.name] = _prepare(workload, case, team, effort, peer)
        except Absent as absent:
            cells[peer.name] = Cell(note=team.excuse(peer, absent), target=case.targets.get(peer.name))
    for name in _dissenters(results):
        del workers[name]
        cells[name] = Cell(note="disagrees", target=case.targets.get(name))
        print(f"{name}, {workload}: results differ: {results}", file=sys.stderr)

    rounds = take_turns(workers, max(1, round(effort.many * case.share)), team.threads)
    for name in workers.keys() - rounds.keys():
        cells[name] = Cell(note="failed", target=case.targets.get(name))
    for name, seconds in rounds.items():
        compared = name != OURS.name and OURS.name in rounds
        ratio, spread = compare(rounds[OURS.name], seconds) if compared else (None, None)
        cells[name] = Cell(median(seconds) / case.per, ratio, spread, target=case.targets.get(name))
    return cells


def _prepare(workload: str, case: Case, team: Team, effort: Effort, peer: Peer) -> tuple[list[float], Worker]:
    worker = team.worker(peer)
    reply = worker.ask("prepare", workload=workload, params=case.params, checks=case.checks, block=effort.block)
    return reply["results"], worker


def _dissenters(results: dict[str, list[float]]) -> list[str]:
    """Who computes something else than most do: each step's result against the median."""
    given = {name: values for name, values in results.items() if values}
    middle = [median(values) for values in zip(*given.values())]
    return [
        name
        for name, values in given.items()
        if not all(abs(v - m) <= TOLERANCE * max(1, abs(m)) for v, m in zip(values, middle))
    ]


def take_turns(workers: dict[str, Worker], rounds: int, threads: int) -> dict[str, list[float]]:
    """Seconds per step, by peer and round; each round begins with another peer.

    A peer whose process ends on the way is not among them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in workers}
    order = list(workers)
    for _ in range(rounds):
        order = order[1:] + order[:1]
        for name in tuple(order):
            if threads > 1:
                time.sleep(SETTLE)
            try:
                seconds[name].append(workers[name].ask("time")["seconds"])
            except Absent:
                order.remove(name)
                del seconds[name]
    return seconds
