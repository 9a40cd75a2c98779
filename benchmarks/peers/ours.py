"""This library, eager, written the way its users write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nn
from autograd import Tensor, tensor
from benchmarks.workloads.chain import Chain
from benchmarks.workloads.moons import Moons, training
from benchmarks.workloads.sgd import Training


def chain(problem: Chain) -> Callable[[], object]:
    x = tensor(problem.x, requires_grad=True)
    a = tensor(problem.a, requires_grad=True)

    def step() -> object:
        x.grad = a.grad = None
        y = x
        for _ in range(problem.links):
            y = y * a + a
        y.backward()
        return a.grad

    return step


def moons(problem: Moons) -> Callable[[], object]:
    def parameter(value: float) -> Tensor:
        return tensor(value, requires_grad=True)

    def descend(p: Tensor, rate: float) -> None:
        p.data -= rate * p.grad.data
        p.grad = None

    return training(problem, parameter=parameter, constant=tensor, descend=descend)


def sgd(problem: Training) -> Callable[[], object]:
    x = tensor(problem.x)
    modules: list[nn.Module] = []
    weights: dict[str, Any] = {}
    for weight, bias in problem.layers:
        if modules:
            modules.append(nn.ReLU())
        weights |= {f"{len(modules)}.weight": weight, f"{len(modules)}.bias": bias}
        modules.append(nn.Linear(weight.shape[1], weight.shape[0]))
    model = nn.Sequential(*modules)
    model.load_state_dict(weights)
    criterion = nn.CrossEntropyLoss()
    optimizer = nn.optim.SGD(model.parameters(), lr=problem.rate)

    def step() -> object:
        optimizer.zero_grad()
        loss = criterion(model(x), problem.labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step
