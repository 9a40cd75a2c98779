"""An epoch of training by `nn.fit`, against the loop that one would write by hand: what fit itself costs.

All are ours. With its bar, `nn.fit` draws to what it takes for a terminal.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from benchmarks.peers import OURS
from benchmarks.race import take_turns
from benchmarks.tables import Cell, Table, Target, compare
from benchmarks.team import Absent, Effort, Team
from benchmarks.workloads.sgd import Training

WAYS = {"loop": "a loop by hand", "fit": "nn.fit", "bar": "nn.fit, with its bar"}
SIZE = {"sizes": [784, 128, 64, 10], "batch": 64}
LIMIT = 1.05


@dataclass
class Epoch(Training):
    """As many batches of data as make an epoch, and the way to go through them."""

    batches: int = 100
    way: str = "loop"

    def __post_init__(self) -> None:
        batch, self.batch = self.batch, self.batch * self.batches  # all the data, to begin with
        super().__post_init__()
        self.batch = batch


PROBLEM = Epoch


def run(team: Team, effort: Effort) -> list[Table]:
    """All ways in turn, several times in fresh processes, for it matters where memory happens to lie.

    One thread is enough: what fit adds could use no other.
    """
    if team.threads > 1:
        return []
    table = Table(
        "fit",
        f"An epoch of {Epoch.batches} training steps, 784-128-64-10, batch 64, ours",
        threads=team.threads,
        quantity="time per epoch",
        ratio="nn.fit ÷ loop",
        columns=["epoch"],
    )
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    try:
        for _ in range(effort.few):
            for way, times in _measure(team, effort).items():
                seconds[way] += times
    except Absent as absent:
        note = team.excuse(OURS, absent)
        cells = {way: Cell(note=note, target=_target(way)) for way in WAYS}
    else:
        cells = {
            way: Cell(median(times), *_compared(seconds, way), target=_target(way)) for way, times in seconds.items()
        }
    table.rows = {WAYS[way]: [cell] for way, cell in cells.items()}
    return [table]


def _measure(team: Team, effort: Effort) -> dict[str, list[float]]:
    """Seconds for an epoch, by way, of one set of processes."""
    with ExitStack() as stack:
        workers = {way: stack.enter_context(team.fresh(OURS)) for way in WAYS}
        for way, worker in workers.items():
            worker.ask("prepare", workload="fit", params={**SIZE, "way": way}, block=effort.block)
        return take_turns(workers, effort.many, team.threads)


def _target(way: str) -> Target | None:
    return None if way == "loop" else Target(f"{WAYS[way]}, against a loop by hand", LIMIT)


def _compared(seconds: dict[str, list[float]], way: str) -> tuple[float | None, float | None]:
    return (None, None) if way == "loop" else compare(seconds[way], seconds["loop"])
