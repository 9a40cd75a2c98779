"""The picture of xor.py: what both networks answer between the four pairs, and how their errors fell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from autograd import no_grad
from picture import BLUE, DIVERGING, GREY, INK, VERMILLION, name, save

SIDE = np.linspace(-0.25, 1.25, 121)


def draw(folder: Path, *, model: Any, layers: list[Any], errors: list[float], losses: list[float]) -> Path:
    """Write xor.png and .svg into the folder."""
    x, y = np.meshgrid(SIDE, SIDE)
    points = np.stack([x.ravel(), y.ravel()], axis=1)  # (n, 2)
    columns = points.T
    for layer in layers:
        columns = layer.forward(columns)
    with no_grad():
        rows = model(points).numpy()

    def fill(figure: Figure) -> None:
        cells = figure.add_gridspec(1, 3, width_ratios=[1, 1, 1.1])
        draw_answers(figure.add_subplot(cells[0]), columns.reshape(x.shape), "Backward passes by hand")
        draw_answers(figure.add_subplot(cells[1]), rows.reshape(x.shape), "Backward passes derived")
        draw_errors(figure.add_subplot(cells[2]), errors, losses)

    return save(folder / "xor.png", (12, 4.2), fill)


def draw_answers(ax: Any, answers: np.ndarray, title: str) -> None:
    colours = LinearSegmentedColormap.from_list("answers", DIVERGING)
    ax.pcolormesh(SIDE, SIDE, answers, cmap=colours, vmin=-0.1, vmax=1.1, shading="gouraud", rasterized=True)
    ax.contour(SIDE, SIDE, answers, levels=[0.5], colors=INK, linewidths=1.2)
    for a in (0, 1):
        for b in (0, 1):
            ax.text(a, b, f"{a ^ b}", ha="center", va="center", fontsize=13, fontweight="bold", color="white")
    ax.set(title=title, xticks=[0, 1], yticks=[0, 1], xlabel="first bit", ylabel="second bit", aspect="equal")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def draw_errors(ax: Any, errors: list[float], losses: list[float]) -> None:
    steps = range(1, len(errors) + 1)
    ax.plot(steps, errors, color=VERMILLION, lw=4, alpha=0.45)
    ax.plot(steps, losses, color=BLUE, lw=1.4)
    name(ax, steps, errors, "by hand", VERMILLION, up=7)
    name(ax, steps, losses, "derived", BLUE, up=-7)
    ax.set(title="The same error, epoch by epoch", xlabel="epoch", xscale="log", yscale="log")
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.tick_params(colors=GREY)
