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
TARGETS = {"torch_eager": Target("peak memory of a training step, 784-1024-1024-10", 1.0)}


def run(team: Team, effort: Effort) -> list[Table]:
    """Every peer that trains, in turn."""
    peers = [peer for peer in PEERS if peer.name != "matrix_products"]  # it does not train
    found = {peer.name: _growth(team, effort, peer) for peer in peers}
    ours = found[OURS.name]
    table = Table(
        "memory",
        "Peak memory of a training step, beyond that of the library warmed up",
        threads=team.threads,
        quantity="growth of the process",
        ratio="ours ÷ peer",
        columns=["784-1024-1024-10, batch 256"],
        unit="B",
    )
    for peer in peers:
        grown, target = found[peer.name], TARGETS.get(peer.name)
        if isinstance(grown, str):
            cell = Cell(note=grown, target=target)
        elif peer is OURS or isinstance(ours, str):
            cell = Cell(median(grown), target=target)
        else:
            cell = Cell(median(grown), *compare(ours, grown), target=target)
        if cell.note != NOT_APPLICABLE:
            table.rows[peer.title] = [cell]
    return [table]


def _growth(team: Team, effort: Effort, peer: Peer) -> list[float] | str:
    """Bytes, from one fresh process after another, or why there are none."""
    try:
        grown: list[float] = []
        for _ in range(effort.few):
            with team.fresh(peer) as worker:
                reply = worker.ask("memory", workload="sgd", warm_up=SMALL, params=LARGE, steps=5)
                grown.append(reply["bytes"])
        return grown
    except Absent as absent:
        return team.excuse(peer, absent)
