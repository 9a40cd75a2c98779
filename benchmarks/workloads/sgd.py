"""A training step of a multilayer perceptron: forward, cross-entropy, backward, update.

Three sizes: one where the overhead of each operation is everything, one where it is half, and one
where the matrix products should be all that counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.race import Case, Race
from benchmarks.tables import Target

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass
class Training:
    """The data, and the weights (out, in) and biases (out,) to start from; all float32."""

    sizes: list[int]
    batch: int
    rate: float = 0.02
    seed: int = 0
    x: NDArray[np.float32] = field(init=False)  # (batch, in)
    labels: NDArray[np.int64] = field(init=False)  # (batch,)
    layers: list[Layer] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        self.x = rng.standard_normal((self.batch, self.sizes[0]), np.float32)
        self.labels = rng.integers(self.sizes[-1], size=self.batch)
        self.layers = [
            (
                rng.standard_normal((outputs, inputs), np.float32) * np.float32(inputs**-0.5),
                np.zeros(outputs, np.float32),
            )
            for inputs, outputs in pairwise(self.sizes)
        ]


def case(sizes: list[int], batch: int, limit: float, rule: str = "") -> Case:
    """A case that is measured against PyTorch, trained by that rule."""
    name = "-".join(map(str, sizes))
    return Case(
        f"{name}, batch {batch}",
        {"sizes": sizes, "batch": batch},
        checks=5,
        targets={"torch_eager": Target(f"training step{rule}, {name}, batch {batch}", limit)},
    )


PROBLEM = Training
RACE = Race(
    name="sgd",
    title="Training step: forward, cross-entropy, backward, SGD update",
    quantity="time per step",
    cases=[
        case([2, 16, 16, 2], 32, limit=0.45),
        case([784, 128, 64, 10], 64, limit=0.8),
        case([784, 1024, 1024, 10], 256, limit=1.0),
    ],
)
