"""The picture of noisy_quadratic.py: the fits, what the network is made of, and how the losses fell.

Lines are named where they end, in their own colour, so there is no legend to look up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

# The colours of Okabe and Ito, which stay apart for colour-blind eyes, too.
BLUE, VERMILLION, ORANGE = "#0072B2", "#D55E00", "#E69F00"
LIGHT_BLUE, DARK_ORANGE = "#66A9CF", "#A87400"  # for thin lines, and for letters
INK, GREY, LIGHT = "#222222", "#6B6B6B", "#C8C8C8"

STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same picture on every machine
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": LIGHT,
    "axes.labelcolor": GREY,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "xtick.color": LIGHT,
    "xtick.labelcolor": GREY,
    "ytick.color": LIGHT,
    "ytick.labelcolor": GREY,
    "lines.linewidth": 2.3,
    "lines.solid_capstyle": "round",
    "svg.hashsalt": "noisy quadratic",  # ids in the SVG come from it: the same file every time
}


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
    picture = folder / "noisy_quadratic.png"
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(12, 6.4), layout="constrained")
        figure.set_layout_engine("constrained", w_pad=0.14, h_pad=0.12)
        cells = figure.add_gridspec(2, 2, width_ratios=[1.55, 1])
        draw_fits(figure.add_subplot(cells[:, 0]), points, grid, curves)
        draw_lines(figure.add_subplot(cells[0, 1]), grid, lines, total=[*curves.values()][-1])
        draw_losses(figure.add_subplot(cells[1, 1]), losses)
        figure.savefig(picture, dpi=160)
        figure.savefig(picture.with_suffix(".svg"), metadata={"Date": None})
    return picture


def name(ax: Any, x: Any, y: Any, text: str, colour: str, *, up: float = 0) -> None:
    """Write the name of a line beside its end, `up` points higher."""
    ax.annotate(
        text,
        (np.ravel(x)[-1], np.ravel(y)[-1]),
        xytext=(9, up),
        textcoords="offset points",
        va="center",
        linespacing=1.3,
        color=colour,
        annotation_clip=False,
    )


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
