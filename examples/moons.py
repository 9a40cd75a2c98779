"""Tell two interleaving half-moons apart, and draw where the network changes its mind.

The smallest whole piece of work with `nn`: data, a model, `nn.fit`, and a look at what was learned.

    python examples/moons.py [--epochs N] [--out DIR] [--no-plot]
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import nn
from autograd import no_grad
from program import begin, options, show


def probability(model: nn.Module, x: np.ndarray) -> np.ndarray:
    """How sure the model is of the second moon.   (N, 2) → (N,)."""
    with no_grad():
        return np.asarray(nn.functional.sigmoid(model(x))[:, 0])


def main() -> None:
    chosen = begin(options(__doc__, steps=60, what="epochs"))
    nn.manual_seed(0)
    x, y = nn.data.two_moons(400, noise=0.18)[:]
    y = y.astype(np.float32)[:, None]  # (N, 1), as the model answers
    held_out = nn.data.two_moons(400, noise=0.18)[:]

    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
    loader = nn.data.DataLoader(nn.data.TensorDataset(x, y), batch_size=32, shuffle=True)
    print(nn.summary(model, x))
    history = nn.fit(model, nn.BCEWithLogitsLoss(), loader, optimizer, epochs=chosen.epochs)

    right = (probability(model, held_out[0]) > 0.5) == held_out[1]
    print(f"  loss after {len(history)} epochs: {history['loss'][-1]:.3f}")
    print(f"  {right.mean():.1%} of {len(right)} points that it has not seen are told apart\n")

    def draw(folder: Path) -> Path:
        from moons_plot import draw

        return draw(folder, x, y[:, 0], history["loss"], lambda points: probability(model, points))

    show(chosen, draw)


if __name__ == "__main__":
    main()
