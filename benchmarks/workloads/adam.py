"""The same training steps as `sgd`, updated by Adam: the update reads and writes more than the rest of a step."""

from __future__ import annotations

from functools import partial

from benchmarks.race import Race
from benchmarks.workloads.sgd import Training, case

PROBLEM = partial(Training, rate=1e-3)
RACE = Race(
    name="adam",
    title="Training step: forward, cross-entropy, backward, Adam update",
    quantity="time per step",
    cases=[
        case([2, 16, 16, 2], 32, limit=0.8, rule=" with Adam"),
        case([784, 128, 64, 10], 64, limit=0.8, rule=" with Adam"),
        case([784, 1024, 1024, 10], 256, limit=1.0, rule=" with Adam"),
    ],
)
