"""Peak memory of a training step: how far the process grows beyond what it was before the model.

A fresh process for every measurement. Before the model is made, the library has been imported and
warmed up on a small one, and the data and initial weights are there, so that what counts is what
the library keeps: parameters, gradients, what backward saves, and temporaries.
"""

from __future__ import annotations

from statistics import median

from benchmarks.peers import OURS, PEERS, Peer
from benchmarks.tables import NOT_APPLICABLE, Cell, Table, Target, compare
from benchmarks.team import Absent, Effort, Team

SMALL = {"sizes": [2, 16, 16, 2], "batch": 32}
LARGE = {"sizes": [784, 1024, 1024, 10], "batch": 256}
Growth = list[float] | str  # bytes, from one fresh process after another, or why there are none
RULES = {"sgd": "", "adam": " with Adam"}
TARGETS = {
    ("torch_eager", rule): Target(f"peak memory of a training step{name}, 784-1024-1024-10", 1.0)
    for rule, name in RULES.items()
}


def run(team: Team, effort: Effort) -> list[Table]:
    """Every peer that trains, in turn."""
    peers = [peer for peer in PEERS if peer.name != "matrix_products"]  # it does not train
    table = Table(
        "memory",
        "Peak memory of a training step, beyond that of the library warmed up",
        threads=team.threads,
        quantity="growth of the process",
        ratio="ours ÷ peer",
        columns=[f"784-1024-1024-10, batch 256{name}" for name in RULES.values()],
        unit="B",
    )
    found = {(peer.name, rule): _growth(team, effort, peer, rule) for peer in peers for rule in RULES}
    for peer in peers:
        cells = [
            _cell(found[OURS.name, rule], found[peer.name, rule], TARGETS.get((peer.name, rule))) for rule in RULES
        ]
        if any(cell.note != NOT_APPLICABLE for cell in cells):
            table.rows[peer.title] = cells
    return [table]


def _cell(ours: Growth, grown: Growth, target: Target | None) -> Cell:
    if isinstance(grown, str):
        return Cell(note=grown, target=target)
    if grown is ours or isinstance(ours, str):
        return Cell(median(grown), target=target)
    ratio, spread = compare(ours, grown)
    return Cell(median(grown), ratio, spread, target=target)


def _growth(team: Team, effort: Effort, peer: Peer, rule: str) -> Growth:
    """Bytes, from one fresh process after another, or why there are none."""
    try:
        grown: list[float] = []
        for _ in range(effort.few):
            with team.fresh(peer) as worker:
                reply = worker.ask("memory", workload=rule, warm_up=SMALL, params=LARGE, steps=5)
                grown.append(reply["bytes"])
        return grown
    except Absent as absent:
        return team.excuse(peer, absent)
