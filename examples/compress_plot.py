"""The picture of compress.py: what three layers and one compute, without a nonlinearity and with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from picture import BLUE, VERMILLION, name, save


def draw(
    folder: Path, grid: np.ndarray, straight: np.ndarray, one: np.ndarray, bent: np.ndarray, line: np.ndarray
) -> Path:
    """Write compress.png and .svg into the folder."""

    def fill(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        left.plot(grid, straight, color=VERMILLION, lw=6, alpha=0.4)
        left.plot(grid, one, color=BLUE, lw=1.6)
        label(left, grid, straight, one, "one layer")
        left.set(title="Identity between them: they are one layer", xlabel="x")
        right.plot(grid, bent, color=VERMILLION)
        right.plot(grid, line, color=BLUE, lw=1.6)
        label(right, grid, bent, line, "the closest\nsingle layer")
        right.set(title="ReLU between them: they are more", xlabel="x")

    return save(folder / "compress.png", (12, 4.4), fill)


def label(ax: Any, grid: np.ndarray, three: np.ndarray, one: np.ndarray, text: str) -> None:
    apart = 0 if abs(three[-1] - one[-1]).item() > 0.05 else 9
    up = 1 if three[-1].item() >= one[-1].item() else -1
    name(ax, grid, three, "three layers", VERMILLION, up=up * apart)
    name(ax, grid, one, text, BLUE, up=-up * apart)
