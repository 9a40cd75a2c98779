"""The picture of moons.py: the points, how sure the network is everywhere, and how its loss fell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from picture import BLUE, INK, VERMILLION, name, save

GROUND = ["#A9CFE6", "#F7F7F7", "#F6C3A0"]  # light, so that the points stand out


def draw(
    folder: Path,
    x: np.ndarray,
    y: np.ndarray,
    losses: Sequence[float],
    probability: Callable[[np.ndarray], np.ndarray],
) -> Path:
    """Write moons.png and .svg into the folder."""

    def fill(figure: Figure) -> None:
        cells = figure.add_gridspec(1, 2, width_ratios=[1.7, 1])
        draw_boundary(figure.add_subplot(cells[0]), x, y, probability)
        draw_loss(figure.add_subplot(cells[1]), losses)

    return save(folder / "moons.png", (12, 5), fill)


def draw_boundary(ax: Any, x: np.ndarray, y: np.ndarray, probability: Callable[[np.ndarray], np.ndarray]) -> None:
    (left, low), (right, high) = x.min(axis=0) - 0.3, x.max(axis=0) + 0.3
    across, up = np.linspace(left, right, 240), np.linspace(low, high, 160)
    grid = np.stack([a.ravel() for a in np.meshgrid(across, up)], axis=1).astype(np.float32)
    sure = probability(grid).reshape(len(up), len(across))
    colours = LinearSegmentedColormap.from_list("sure", GROUND)
    ax.pcolormesh(across, up, sure, cmap=colours, vmin=0, vmax=1, shading="gouraud", rasterized=True)
    ax.contour(across, up, sure, levels=[0.5], colors=INK, linewidths=1.4)
    for label, colour in ((0, BLUE), (1, VERMILLION)):
        ax.plot(*x[y == label].T, "o", color=colour, ms=5, mec="white", mew=0.8)
    ax.set(title="Two moons, and where the network changes its mind", aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def draw_loss(ax: Any, losses: Sequence[float]) -> None:
    epochs = range(1, len(losses) + 1)
    ax.plot(epochs, losses, color=VERMILLION)
    name(ax, epochs, losses, "loss", VERMILLION)
    ax.set(title="Mean loss, epoch by epoch", xlabel="epoch", ylim=(0, None))
