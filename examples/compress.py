"""Three layers without a nonlinearity are one layer, and a nonlinearity is what makes them more.

Neurons compute Θ(x) = σ(x W + b). Where σ is the identity, three layers in a row give

    ((x W₀₁ + b₁) W₁₂ + b₂) W₂₃ + b₃  =  x W + b,    W = W₀₁ W₁₂ W₂₃,  b = b₁ W₁₂ W₂₃ + b₂ W₂₃ + b₃,

so that one layer can take their place. With ReLU between them no single layer can.

    1. three layers       3. a nonlinearity breaks it
    2. one instead        4. in words and in a picture

    python examples/compress.py [--steps N] [--out DIR] [--no-plot]
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import no_grad
from program import begin, options, progress, show

WIDTH = 16
GRID = np.linspace(-2, 2, 401)[:, None]


# -- 1. Three layers -------------------------------------------------------------------------------


def three_layers(activation: type[nn.Module], rng: int) -> nn.Sequential:
    """1 → WIDTH → WIDTH → 1, with the activation in between; the same weights for the same rng."""
    stream = np.random.default_rng(rng)
    first, second, third = [
        nn.Linear(i, j, dtype=float, rng=stream) for i, j in ((1, WIDTH), (WIDTH, WIDTH), (WIDTH, 1))
    ]
    return nn.Sequential(first, activation(), second, activation(), third)


def rows(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    """W and b of Θ(x) = x W + b; a layer of `nn` keeps its weight as (out, in), which is Wᵀ."""
    return layer.weight.numpy().T, layer.bias.numpy()


# -- 2. One instead --------------------------------------------------------------------------------


def compressed(model: nn.Sequential) -> nn.Linear:
    """The one layer that computes what the model's three compute without their activations."""
    (w01, b1), (w12, b2), (w23, b3) = [rows(layer) for layer in model if isinstance(layer, nn.Linear)]
    one = nn.Linear(w01.shape[0], w23.shape[1], dtype=float)
    one.load_state_dict({"weight": (w01 @ w12 @ w23).T, "bias": b1 @ w12 @ w23 + b2 @ w23 + b3})
    return one


def difference(one: nn.Module, other: nn.Module) -> float:
    with no_grad():
        return float(abs(one(GRID) - other(GRID)).max().item())


# -- 3. A nonlinearity breaks it -------------------------------------------------------------------


def closest_line(model: nn.Module, steps: Iterable[int]) -> nn.Linear:
    """The best that one layer can do in the model's place, found by gradient descent."""
    line = nn.Linear(1, 1, dtype=float, rng=0)
    optimizer = nn.optim.SGD(line.parameters(), lr=0.1, momentum=0.9)
    with no_grad():
        target = model(GRID)
    for _ in steps:
        optimizer.zero_grad()
        nn.functional.mse_loss(line(GRID), target).backward()
        optimizer.step()
    return line


# -- 4. In words and in a picture ------------------------------------------------------------------


def count(model: nn.Module) -> int:
    return sum(p.size for p in model.parameters())


def main() -> None:
    chosen = begin(options(__doc__, steps=500))
    straight, bent = three_layers(nn.Identity, rng=5), three_layers(nn.ReLU, rng=5)  # the same weights
    one = compressed(straight)
    line = closest_line(bent, progress(chosen.steps, "closest line"))

    print(f"Three layers, 1-{WIDTH}-{WIDTH}-1, and one layer in their place")
    print(f"  identity   {count(straight)} numbers do the work of {count(one)}: off by {difference(straight, one):.0e}")
    print(f"  ReLU       the closest single layer: off by {difference(bent, line):.2f}\n")

    def draw(folder: Path) -> Path:
        from compress_plot import draw

        with no_grad():
            curves = [model(GRID).numpy() for model in (straight, one, bent, line)]
        return draw(folder, GRID, *curves)

    show(chosen, draw)


if __name__ == "__main__":
    main()
