"""What a benchmark produces: tables of cells, some of which carry a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Literal

NOT_APPLICABLE = "not applicable"  # where it is all a peer has to say, it gets no row

Verdict = Literal["", "met", "missed", "unsteady", "not measured"]


@dataclass(frozen=True)
class Target:
    """What a ratio should be at most, and the words for it in the list of targets."""

    work: str
    limit: float


@dataclass(frozen=True)
class Cell:
    """A median (seconds or bytes) and a ratio, or the reason why there is none."""

    value: float | None = None
    ratio: float | None = None
    spread: float | None = None  # half of the middle half of the ratios: "0.72 ± 0.03"
    note: str = ""
    target: Target | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether the target is reached, if the rounds agree well enough to say so."""
        if self.target is None:
            return ""
        if self.ratio is None:
            return "not measured"
        if self.spread is not None and self.spread > self.ratio / 4:
            return "unsteady"
        return "met" if self.ratio <= self.target.limit else "missed"


def compare(ours: list[float], theirs: list[float]) -> tuple[float, float | None]:
    """The ratio round by round, so that the machine's drift cancels: its median and its spread."""
    ratios = [a / b for a, b in zip(ours, theirs)]
    if len(ratios) < 3:
        return median(ratios), None
    low, _, high = quantiles(ratios, n=4)
    return median(ratios), (high - low) / 2


@dataclass
class Table:
    """One benchmark at one number of threads: a row a peer, a column a case."""

    name: str
    title: str
    threads: int
    quantity: str  # what a value is: "time per step"
    ratio: str  # what a ratio is: "ours ÷ peer"
    columns: list[str]
    unit: Literal["s", "B"] = "s"
    rows: dict[str, list[Cell]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def targets(self) -> list[Cell]:
        """The cells that have a target, row by row."""
        return [cell for cells in self.rows.values() for cell in cells if cell.target]
