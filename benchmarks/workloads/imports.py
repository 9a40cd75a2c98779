"""Import time: a whole process that imports the library and ends, against one that imports NumPy."""

from __future__ import annotations

import subprocess
import time
from statistics import median

from benchmarks.peers import OURS, PEERS, Peer
from benchmarks.tables import Cell, Table, Target, compare
from benchmarks.team import Absent, Effort, Team

TARGETS = {"numpy_by_hand": Target("import time against NumPy's", 1.3)}


def run(team: Team, effort: Effort) -> list[Table]:
    """One thread is enough. NumPy and ours in every round; the heavier ones now and then."""
    if team.threads > 1:
        return []
    peers = [peer for peer in PEERS if peer.imports]
    seconds: dict[str, list[float]] = {peer.name: [] for peer in peers}
    installed = [peer for peer in peers if _import(team, peer) is not None]  # and byte-compiled
    for number in range(2 * effort.many):
        for peer in installed:
            if peer is OURS or peer.name in TARGETS or number % 10 == 0:
                seconds[peer.name].append(_import(team, peer) or 0.0)
    return [_table(peers, seconds)]


def _table(peers: list[Peer], seconds: dict[str, list[float]]) -> Table:
    table = Table(
        "imports",
        "Import time of a whole process",
        threads=1,
        quantity="python -c 'import ...'",
        ratio="ours ÷ peer",
        columns=["import"],
    )
    ours = seconds[OURS.name]
    for peer in peers:
        times, target = seconds[peer.name], TARGETS.get(peer.name)
        if not times:
            cell = Cell(note="not installed", target=target)
        elif not ours or peer is OURS:
            cell = Cell(median(times), target=target)
        else:  # those measured now and then: against ours of the same rounds
            same = ours[:: len(ours) // len(times)]
            cell = Cell(median(times), *compare(same, times), target=target)
        table.rows["NumPy" if peer.name == "numpy_by_hand" else peer.title] = [cell]
    return table


def _import(team: Team, peer: Peer) -> float | None:
    """Seconds for one process, or None if it fails."""
    try:
        command = [team.interpreter(peer), "-P", "-c", peer.imports]
    except Absent:
        return None
    environment = team.environment(peer)
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    return time.perf_counter() - start if done.returncode == 0 else None
