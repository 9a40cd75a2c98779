"""Scalar chains: y = x, then y = y·a + a again and again, forward and backward.

Nothing but overhead: how much a library spends on each operation to record it, to walk back
over it and to free it again.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.race import Case, Race
from benchmarks.tables import Target


@dataclass(frozen=True)
class Chain:
    """A chain of `ops` operations, a multiplication and an addition to a link.

    y stays finite at any length (it tends to a / (1 - a) = 1.5), and so do its derivatives.
    """

    ops: int
    x: float = 1.0
    a: float = 0.6

    @property
    def links(self) -> int:
        return self.ops // 2


PROBLEM = Chain
RACE = Race(
    name="chain",
    title="Chain of scalars, forward and backward",
    quantity="time per operation",
    cases=[
        Case(
            f"{ops:,} operations",
            {"ops": ops},
            per=ops,
            checks=1,
            targets={"micrograd_": Target(f"scalar chain, {ops:,} operations", 0.5)},
        )
        for ops in (10, 100, 1_000)
    ],
)
