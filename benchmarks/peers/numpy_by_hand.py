"""Forward and reverse passes derived by hand and written in plain NumPy.

What a careful person writes without a library: no graph, every product once, updates in place,
but no buffers prepared in advance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.workloads.chain import Chain
from benchmarks.workloads.sgd import Training


def chain(problem: Chain) -> Callable[[], object]:
    x, a = np.float64(problem.x), np.float64(problem.a)

    def step() -> object:
        y, ys = x, []
        for _ in range(problem.links):
            ys.append(y)
            y = y * a + a
        gy, ga = np.float64(1.0), np.float64(0.0)
        for y in reversed(ys):
            ga = ga + gy + gy * y
            gy = gy * a
        return ga

    return step


def sgd(problem: Training) -> Callable[[], object]:
    x, labels = problem.x, problem.labels
    layers = [(weight.copy(), bias.copy()) for weight, bias in problem.layers]
    rows = np.arange(len(x))

    def step() -> object:
        inputs: list[NDArray[np.float32]] = []
        out = x
        for weight, bias in layers:
            if inputs:
                out = np.maximum(out, 0)
            inputs.append(out)  # (batch, in)
            out = out @ weight.T + bias  # (batch, out)
        out -= out.max(axis=1, keepdims=True)
        g = np.exp(out)
        total = g.sum(axis=1, keepdims=True)
        loss = np.mean(np.log(total[:, 0]) - out[rows, labels])
        g /= total
        g[rows, labels] -= 1
        g *= 1 / len(x)
        for position in reversed(range(len(layers))):
            weight, bias = layers[position]
            g_weight, g_bias = g.T @ inputs[position], g.sum(axis=0)
            if position > 0:
                g = g @ weight
                g *= inputs[position] > 0
            for p, gp in ((weight, g_weight), (bias, g_bias)):
                gp *= problem.rate
                p -= gp
        return loss

    return step
