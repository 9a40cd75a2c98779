"""This library, eager, written the way its users write it."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr
from typing import Any

import nn
from autograd import Tensor, tensor
from benchmarks.workloads.chain import Chain
from benchmarks.workloads.fit import Epoch
from benchmarks.workloads.moons import Moons, training
from benchmarks.workloads.sgd import Layer, Training


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
    return train(problem, nn.optim.SGD)


def adam(problem: Training) -> Callable[[], object]:
    return train(problem, nn.optim.Adam)


def train(problem: Training, rule: Callable[..., nn.optim.Optimizer]) -> Callable[[], object]:
    x, model = tensor(problem.x), network(problem.layers)
    criterion = nn.CrossEntropyLoss()
    optimizer = rule(model.parameters(), lr=problem.rate)

    def step() -> object:
        optimizer.zero_grad()
        loss = criterion(model(x), problem.labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def network(layers: list[Layer]) -> nn.Module:
    """The multilayer perceptron of these weights and biases."""
    modules: list[nn.Module] = []
    weights: dict[str, Any] = {}
    for weight, bias in layers:
        if modules:
            modules.append(nn.ReLU())
        weights |= {f"{len(modules)}.weight": weight, f"{len(modules)}.bias": bias}
        modules.append(nn.Linear(weight.shape[1], weight.shape[0]))
    model = nn.Sequential(*modules)
    model.load_state_dict(weights)
    return model


class Terminal(io.StringIO):
    """Where a progress bar is drawn as in a terminal."""

    def isatty(self) -> bool:
        return True


def fit(problem: Epoch) -> Callable[[], object]:
    loader = nn.data.DataLoader(nn.data.TensorDataset(problem.x, problem.labels), problem.batch, shuffle=True, rng=0)
    model, criterion = network(problem.layers), nn.CrossEntropyLoss()
    optimizer = nn.optim.SGD(model.parameters(), lr=problem.rate)

    def by_hand() -> object:
        total = 0.0
        for x, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
        return total / len(problem.labels)

    def fitted(progress: bool) -> object:
        with redirect_stderr(Terminal()):
            history = nn.fit(model, criterion, loader, optimizer, epochs=1, progress=progress)
        return history["loss"][-1]

    return {"loop": by_hand, "fit": lambda: fitted(False), "bar": lambda: fitted(True)}[problem.way]
