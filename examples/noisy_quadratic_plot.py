"""The picture of noisy_quadratic.py: the fits, what the network is made of, and how the losses fell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from picture import BLUE, DARK_ORANGE, GREY, INK, LIGHT_BLUE, ORANGE, VERMILLION, name, save


def draw(
    folder: Path,
    *,
    points: tuple[np.ndarray, np.ndarray],
    grid: np.ndarray,
    curves: dict[str, np.ndarray],
    lines: np.ndarray,
    losses: dict[str, list[float]],
) -> Path:
    """Write noisy_quadratic.png and .svg into the folder.

    Curves (truth, parabola, network) and losses (accumulating, zeroed, network) come by name.
    """

    def fill(figure: Figure) -> None:
        cells = figure.add_gridspec(2, 2, width_ratios=[1.55, 1])
        draw_fits(figure.add_subplot(cells[:, 0]), points, grid, curves)
        draw_lines(figure.add_subplot(cells[0, 1]), grid, lines, total=[*curves.values()][-1])
        draw_losses(figure.add_subplot(cells[1, 1]), losses)

    return save(folder / "noisy_quadratic.png", (12, 6.4), fill)


def draw_fits(ax: Any, points: Any, grid: np.ndarray, curves: dict[str, np.ndarray]) -> None:
    dashed: dict[str, Any] = {"ls": (0, (4, 3)), "lw": 1.3}
    solid: dict[str, Any] = {}
    for (text, curve), colour, style, up in zip(
        curves.items(), (GREY, BLUE, VERMILLION), (dashed, solid, solid), (0, 9, -9)
    ):
        ax.plot(grid, curve, color=colour, **style)
        name(ax, grid, curve, text, colour, up=up)
    ax.plot(*points, "o", color=INK, ms=6.5, mec="white", mew=1.2, zorder=3, clip_on=False)
    ax.set(title="Twenty noisy points, two fits", xlabel="x", xlim=(-2.15, 2))
    ax.set(xticks=range(-2, 3), yticks=range(0, 16, 5))


def draw_lines(ax: Any, grid: np.ndarray, lines: np.ndarray, total: np.ndarray) -> None:
    ax.plot(grid, lines, color=ORANGE, lw=1.1, alpha=0.8)
    ax.plot(grid, total, color=VERMILLION)
    name(ax, grid, lines.max(axis=1), "each line", DARK_ORANGE)
    name(ax, grid, total, "their sum\n+ a constant", VERMILLION)
    ax.set(title="What the network adds up", xlabel="x", xlim=(-2.15, 2))
    ax.set(xticks=range(-2, 3), yticks=range(0, 11, 5))


def draw_losses(ax: Any, losses: dict[str, list[float]]) -> None:
    for (text, values), colour, width, up in zip(
        losses.items(), (LIGHT_BLUE, BLUE, VERMILLION), (0.7, 2.3, 2.3), (0, 6, -8)
    ):
        steps = range(1, len(values) + 1)
        ax.plot(steps, values, color=colour, lw=width)
        name(ax, steps, values, text, colour, up=up)
    ax.set(title="Mean absolute error, step by step", xlabel="step", xscale="log", ylim=(0, None))
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:,.0f}")
