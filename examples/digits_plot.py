"""The picture of digits.py: how training went, which digits are taken for which, and the ones that were misread."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from picture import BLUE, GREY, INK, VERMILLION, name, save

SHOWN = 10  # misread digits


def draw(folder: Path, history: Any, x: np.ndarray, y: np.ndarray, said: np.ndarray) -> Path:
    """Write digits.png and .svg into the folder."""

    def fill(figure: Figure) -> None:
        left, right = figure.subfigures(1, 2, width_ratios=[1.15, 1])
        losses, accuracies = left.subplots(2, 1)
        draw_curves(losses, history, "loss", "Cross-entropy, epoch by epoch")
        draw_curves(accuracies, history, "accuracy", "Accuracy")
        accuracies.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        above, below = right.subfigures(2, 1, height_ratios=[1.9, 1])
        draw_confusion(above.subplots(), y, said)
        draw_misread(below, x, y, said)

    return save(folder / "digits.png", (12, 7), fill)


def draw_curves(ax: Any, history: Any, what: str, title: str) -> None:
    for key, text, colour, up in ((what, "train", BLUE, 7), (f"validation {what}", "held out", VERMILLION, -7)):
        epochs = range(1, len(history[key]) + 1)
        ax.plot(epochs, history[key], color=colour)
        name(ax, epochs, history[key], text, colour, up=up if what == "accuracy" else -up)
    ax.set(title=title, xlabel="epoch" if what == "accuracy" else "", xlim=(1, max(2, len(history))))
    ax.margins(y=0.1)


def draw_confusion(ax: Any, y: np.ndarray, said: np.ndarray) -> None:
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (y, said), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    ax.imshow(np.sqrt(shares), cmap=LinearSegmentedColormap.from_list("shares", ["white", BLUE]), vmin=0, vmax=1.1)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if row == column else VERMILLION
            ax.text(column, row, count, ha="center", va="center", fontsize=8.5, color=colour)
    ax.set(title="What it reads, of the digits held out", xlabel="read", ylabel="written")
    ax.set(xticks=range(10), yticks=range(10))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def draw_misread(figure: Any, x: np.ndarray, y: np.ndarray, said: np.ndarray) -> None:
    wrong = np.flatnonzero(y != said)[:SHOWN]
    side = math.isqrt(x[0].size)
    figure.suptitle("Misread" if wrong.size else "None misread", x=0.09, ha="left", fontsize=11.5, fontweight="bold")
    axes = figure.subplots(2 if wrong.size > SHOWN // 2 else 1, SHOWN // 2).ravel()
    for ax in axes:
        ax.set_axis_off()
    for ax, i in zip(axes, wrong):
        ax.imshow(x[i].reshape(side, side), cmap="gray_r")
        ax.set_title(f"{y[i]} as {said[i]}", loc="center", fontsize=9, fontweight="normal", color=GREY, pad=3)
        ax.title.set_color(INK)
