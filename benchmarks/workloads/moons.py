"""Two moons told apart by a network of scalars: the demo micrograd is known for.

The model is micrograd's (2-16-16-1, ReLU, hinge loss, L2 penalty, all 100 points at once); the code
is written once, for any class of scalars with operators, `relu` and `backward`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.race import Case, Race
from benchmarks.tables import Target


@dataclass(frozen=True)
class Moons:
    """The points, their labels and the weights to start from, the same for every peer."""

    points: int = 100
    hidden: tuple[int, ...] = (16, 16)
    penalty: float = 1e-4
    seed: int = 1337

    def data(self) -> tuple[list[list[float]], list[float]]:
        """Two half circles, interleaved, with a little noise: points (n, 2) and labels ±1."""
        rng = np.random.default_rng(self.seed)
        label = np.where(np.arange(self.points) % 2 == 0, 1.0, -1.0)
        angle = rng.uniform(0, np.pi, self.points)
        x = 0.5 + label * (np.cos(angle) - 0.5)  # the lower moon is the upper one turned
        y = 0.25 + label * (np.sin(angle) - 0.25)  # by half a turn about (0.5, 0.25)
        points = np.stack([x, y], axis=1) + rng.normal(scale=0.1, size=(self.points, 2))
        return points.tolist(), label.tolist()

    def weights(self) -> list[list[list[float]]]:
        """Per layer, per neuron: its weights, and its bias (zero) at the end."""
        rng = np.random.default_rng(self.seed + 1)
        sizes = (2, *self.hidden, 1)
        return [
            [[*rng.uniform(-1, 1, inputs).tolist(), 0.0] for _ in range(outputs)] for inputs, outputs in pairwise(sizes)
        ]


def training(
    problem: Moons,
    *,
    parameter: Callable[[float], Any],
    constant: Callable[[float], Any],
    descend: Callable[[Any, float], None],
) -> Callable[[], object]:
    """One step of gradient descent on all points, over any class of scalars.

    `descend(p, rate)` moves a parameter down its gradient and clears the gradient.
    """
    points, labels = problem.data()
    layers = [[[parameter(v) for v in row] for row in layer] for layer in problem.weights()]
    parameters = [p for layer in layers for row in layer for p in row]
    steps_done = 0

    def predict(inputs: list[Any]) -> Any:
        for layer in layers:
            sums = [sum((w * x for w, x in zip(weights, inputs)), bias) for *weights, bias in layer]
            inputs = [total.relu() for total in sums]
        return sums[0]  # the last layer is linear

    def step() -> object:
        nonlocal steps_done
        scores = [predict([constant(v) for v in point]) for point in points]
        hinges = [(1 + -label * score).relu() for label, score in zip(labels, scores)]
        loss = sum(hinges) * (1 / len(hinges)) + problem.penalty * sum(p * p for p in parameters)
        loss.backward()
        rate = max(0.1, 1.0 - 0.9 * steps_done / 100)
        for p in parameters:
            descend(p, rate)
        steps_done += 1
        return loss.data

    return step


PROBLEM = Moons
RACE = Race(
    name="moons",
    title="micrograd's demo: two moons, a network of scalars, one training step",
    quantity="time per step",
    cases=[
        Case(
            "2-16-16-1, 100 points",
            {},
            checks=2,
            share=0.5,
            targets={"micrograd_": Target("micrograd's moons demo", 0.5)},
        )
    ],
)
