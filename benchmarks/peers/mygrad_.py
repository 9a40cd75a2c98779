"""MyGrad, with its own fused loss; its gradients clear themselves when the next graph begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mygrad
from mygrad.nnet.activations import relu
from mygrad.nnet.losses import softmax_crossentropy

from benchmarks.workloads.chain import Chain
from benchmarks.workloads.sgd import Training

mg: Any = mygrad  # its types do not export what its documentation offers


def chain(problem: Chain) -> Callable[[], object]:
    x, a = mg.tensor(problem.x), mg.tensor(problem.a)

    def step() -> object:
        y = x
        for _ in range(problem.links):
            y = y * a + a
        y.backward()
        return a.grad

    return step


def sgd(problem: Training) -> Callable[[], object]:
    layers = [(mg.tensor(weight.T.copy()), mg.tensor(bias)) for weight, bias in problem.layers]

    def step() -> object:
        out: Any = problem.x
        for position, (weight, bias) in enumerate(layers):
            if position > 0:
                out = relu(out)
            out = mg.matmul(out, weight) + bias
        loss = softmax_crossentropy(out, problem.labels)
        loss.backward()
        for layer in layers:
            for p in layer:
                g = p.grad
                g *= problem.rate
                p.data -= g
        return loss.data

    return step
