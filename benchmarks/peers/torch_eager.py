"""PyTorch on the CPU, eager, with its own layers, loss and optimizer at their defaults."""

from __future__ import annotations

from collections.abc import Callable

import torch

from benchmarks.workloads.chain import Chain
from benchmarks.workloads.sgd import Training

use_threads = torch.set_num_threads


def chain(problem: Chain) -> Callable[[], object]:
    x = torch.tensor(problem.x, dtype=torch.float64, requires_grad=True)
    a = torch.tensor(problem.a, dtype=torch.float64, requires_grad=True)

    def step() -> object:
        x.grad = a.grad = None
        y = x
        for _ in range(problem.links):
            y = y * a + a
        y.backward()
        return a.grad

    return step


def sgd(problem: Training) -> Callable[[], object]:
    return train(problem, torch.optim.SGD)


def adam(problem: Training) -> Callable[[], object]:
    return train(problem, torch.optim.Adam)


def train(problem: Training, rule: Callable[..., torch.optim.Optimizer]) -> Callable[[], object]:
    x, labels = torch.from_numpy(problem.x), torch.from_numpy(problem.labels)
    modules: list[torch.nn.Module] = []
    for weight, bias in problem.layers:
        if modules:
            modules.append(torch.nn.ReLU())
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight))
            linear.bias.copy_(torch.from_numpy(bias))
        modules.append(linear)
    model = torch.nn.Sequential(*modules)
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = rule(model.parameters(), lr=problem.rate)

    def step() -> object:
        optimizer.zero_grad()
        loss = criterion(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step
