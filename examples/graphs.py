"""Draw two computation graphs, with their values and gradients, to step through backward in a browser.

The first is the loss of a·x² + b·x + c at the first of the twenty points of noisy_quadratic.py, before any step; it is
made of scalars, so that every number can be followed. The second is a network of two layers, x → linear (W₁, b₁) →
sigmoid → linear (W₂, b₂) → loss, for which the chain rule says

    ∂ℓ/∂W₁ = ∂L₁/∂W₁ · ∂S/∂L₁ · ∂L₂/∂S · ∂ℓ/∂L₂.

    python examples/graphs.py [--out DIR]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
import nn


def quadratic() -> Any:
    """The absolute error of a·x² + b·x + c at the first noisy point."""
    a, b, c = (ag.tensor(1.1, requires_grad=True, name=name) for name in "abc")
    x, y = -2.0, 11.87
    loss = abs(a * x**2 + b * x + c - y)
    return ag.draw(loss, names={"loss": loss})


def two_layers(**options: Any) -> Any:
    """Four inputs, three hidden units, one output, and the mean squared error of five samples."""
    rng = np.random.default_rng(0)
    x, y = ag.tensor(rng.normal(size=(5, 4))), ag.tensor(rng.normal(size=(5, 1)))
    w1, b1, w2, b2 = (
        ag.tensor(rng.normal(size=shape), requires_grad=True, name=name)
        for name, shape in (("W₁", (3, 4)), ("b₁", (3,)), ("W₂", (1, 3)), ("b₂", (1,)))
    )
    l1 = nn.functional.linear(x, w1, b1)  # (5, 4) → (5, 3)
    s = nn.functional.sigmoid(l1)
    l2 = nn.functional.linear(s, w2, b2)  # (5, 3) → (5, 1)
    loss = nn.functional.mse_loss(l2, y)
    return ag.draw(loss, names={"x": x, "y": y, "L₁": l1, "S": s, "L₂": l2, "ℓ": loss}, **options)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default="out", metavar="DIR", help="for the pictures (%(default)s)")
    folder = parser.parse_args().out
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, drawing in (("quadratic_graph", quadratic()), ("two_layers", two_layers())):
            for suffix in ("html", "svg"):
                drawing.save(folder / f"{name}.{suffix}")
            print(f"A graph to step through: {folder / name}.html, and as a picture {name}.svg")
    except OSError as error:
        sys.exit(f"Cannot write to {folder}: {error}. Choose another folder with --out.")


if __name__ == "__main__":
    main()
