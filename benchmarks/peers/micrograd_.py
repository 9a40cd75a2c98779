"""micrograd: scalars only, so it runs the chains and the demo it is known for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from micrograd.engine import Value

from benchmarks.workloads.chain import Chain
from benchmarks.workloads.moons import Moons, training

sys.setrecursionlimit(100_000)  # its backward recurses once per node of the longest path


def chain(problem: Chain) -> Callable[[], object]:
    x, a = Value(problem.x), Value(problem.a)

    def step() -> object:
        x.grad = a.grad = 0
        y = x
        for _ in range(problem.links):
            y = y * a + a
        y.backward()
        return a.grad

    return step


def moons(problem: Moons) -> Callable[[], object]:
    def descend(p: Any, rate: float) -> None:
        p.data -= rate * p.grad
        p.grad = 0

    return training(problem, parameter=Value, constant=Value, descend=descend)
