"""HIPS autograd, in an interpreter of its own: there `autograd` is that library."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy

from benchmarks.workloads.chain import Chain
from benchmarks.workloads.sgd import Training

# By name, so that no type checker or import sorter takes them for ours.
value_and_grad: Any = import_module("autograd").value_and_grad
np: Any = import_module("autograd.numpy")


def chain(problem: Chain) -> Callable[[], object]:
    def forward(x: Any, a: Any) -> Any:
        for _ in range(problem.links):
            x = x * a + a
        return x

    differentiated = value_and_grad(forward, (0, 1))

    def step() -> object:
        _, (_, ga) = differentiated(problem.x, problem.a)
        return ga

    return step


def sgd(problem: Training) -> Callable[[], object]:
    layers = [(weight.T.copy(), bias.copy()) for weight, bias in problem.layers]
    rows = numpy.arange(len(problem.x))

    def loss_of(layers: Any) -> Any:
        out = problem.x
        for position, (weight, bias) in enumerate(layers):
            if position > 0:
                out = np.maximum(out, 0)
            out = np.dot(out, weight) + bias
        out = out - np.max(out, axis=1, keepdims=True)
        log_total = np.log(np.sum(np.exp(out), axis=1))
        return np.mean(log_total - out[rows, problem.labels])

    differentiated = value_and_grad(loss_of)

    def step() -> object:
        loss, gradients = differentiated(layers)
        for layer, g_layer in zip(layers, gradients):
            for p, g in zip(layer, g_layer):
                g *= problem.rate
                p -= g
        return loss

    return step
