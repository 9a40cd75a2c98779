"""The matrix products of a training step and nothing else: what no eager NumPy code can beat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.workloads.sgd import Training


def sgd(problem: Training) -> Callable[[], object]:
    weights = [weight for weight, _ in problem.layers]
    inputs = [np.ones((len(problem.x), weight.shape[1]), np.float32) for weight in weights]
    cotangents = [np.ones((len(problem.x), weight.shape[0]), np.float32) for weight in weights]

    def step() -> None:
        for x, weight in zip(inputs, weights):
            x @ weight.T  # forward
        for position, (x, weight, g) in enumerate(zip(inputs, weights, cotangents)):
            g.T @ x  # gradient of the weights
            if position > 0:
                g @ weight  # gradient of the layer below

    return step


adam = sgd  # the products are the same
