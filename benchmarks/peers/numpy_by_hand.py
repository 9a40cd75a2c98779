"""Forward and reverse passes derived by hand and written in plain NumPy.

What a careful person writes without a library: no graph, every product once, updates in place,
but no buffers prepared in advance.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.workloads.chain import Chain
from benchmarks.workloads.sgd import Training

Array = NDArray[np.float32]


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
    def descend(p: Array, g: Array) -> None:
        g *= problem.rate
        p -= g

    return train(problem, lambda p: partial(descend, p))


def adam(problem: Training) -> Callable[[], object]:
    def rule(p: Array) -> Callable[[Array], None]:
        m, v, t = np.zeros_like(p), np.zeros_like(p), 0

        def descend(g: Array) -> None:
            nonlocal p, m, v, t
            t += 1
            m *= 0.9
            m += 0.1 * g
            g *= g
            v *= 0.999
            v += 0.001 * g
            root = np.sqrt(v / (1 - 0.999**t))
            root += 1e-8
            p -= problem.rate / (1 - 0.9**t) * m / root

        return descend

    return train(problem, rule)


def train(problem: Training, rule: Callable[[Array], Callable[[Array], None]]) -> Callable[[], object]:
    x, labels = problem.x, problem.labels
    layers = [(weight.copy(), bias.copy()) for weight, bias in problem.layers]
    rules = [(rule(weight), rule(bias)) for weight, bias in layers]
    rows = np.arange(len(x))

    def step() -> object:
        inputs: list[Array] = []
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
            weight, _ = layers[position]
            g_weight, g_bias = g.T @ inputs[position], g.sum(axis=0)
            if position > 0:
                g = g @ weight
                g *= inputs[position] > 0
            for descend, gp in zip(rules[position], (g_weight, g_bias)):
                descend(gp)
        return loss

    return step
