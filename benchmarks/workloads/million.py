"""A chain of a million nodes against one of ten thousand: time and memory grow in proportion.

Recursion would fail here, a reference cycle would keep the graph, and anything more than linear
would show. With the collector off, only reference counting frees the graph.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from statistics import median

from benchmarks.peers import OURS
from benchmarks.tables import Cell, Table, Target, compare
from benchmarks.team import Absent, Effort, Team

SHORT, LONG = 10_000, 1_000_000
LIMIT = 1.5


def run(team: Team, effort: Effort) -> list[Table]:
    """One thread is enough: nothing here could use two."""
    if team.threads > 1:
        return []
    table = Table(
        "million",
        "Long chains of scalars, forward, backward and freeing, ours",
        threads=team.threads,
        quantity="time per node",
        ratio="long ÷ short",
        columns=[f"{SHORT:,} nodes", f"{LONG:,} nodes"],
    )
    for state in ("on", "off"):
        target = Target(f"{LONG:,} nodes against {SHORT:,}, collector {state}", LIMIT)
        try:
            cells = _compare(team, effort, target, collector=state == "on")
        except Absent as absent:
            reason = team.excuse(OURS, absent)
            cells = [Cell(note=reason), Cell(note=reason, target=target)]
        table.rows[f"Python's collector {state}"] = cells
    with suppress(Absent):
        table.remarks.append(_freed(team))
    return [table]


def _compare(team: Team, effort: Effort, target: Target, *, collector: bool) -> list[Cell]:
    """The two lengths in turn, in two processes: a big heap would slow the short chain too."""
    rounds = []
    with ExitStack() as stack:
        workers = [(stack.enter_context(team.fresh(OURS)), ops) for ops in (SHORT, LONG)]
        for worker, ops in workers:
            worker.ask("prepare", workload="chain", params={"ops": ops}, block=effort.block)
        for _ in range(effort.few):
            times = [worker.ask("time", collector=collector)["seconds"] for worker, _ in workers]
            rounds.append([seconds / ops for seconds, (_, ops) in zip(times, workers)])
    short, long = map(list, zip(*rounds))
    return [Cell(median(short)), Cell(median(long), *compare(long, short), target=target)]


def _freed(team: Team) -> str:
    """What is left of a long chain, by the collector's list and by the process's memory."""
    with team.fresh(OURS) as worker:
        left = worker.ask("leftovers", workload="chain", params={"ops": LONG})
    objects, peak, stays = left["objects"], left["peak"], left["resident"]
    verdict = "All is freed" if objects < LONG / 1_000 else "NOT all is freed"
    return (
        f"{verdict} by reference counting alone: with the collector off, {objects:,} objects are left "
        f"of {LONG:,} nodes. A node takes {peak / LONG:,.0f} bytes, and of {peak / 2**20:,.0f} MiB at "
        f"the peak {stays / 2**20:,.0f} MiB stay with the process."
    )
