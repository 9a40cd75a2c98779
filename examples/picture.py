"""How the pictures of the examples look, all alike.

Lines are named where they end, in their own colour, so there is no legend to look up.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

# The colours of Okabe and Ito, which stay apart for colour-blind eyes, too.
BLUE, VERMILLION, ORANGE = "#0072B2", "#D55E00", "#E69F00"
LIGHT_BLUE, DARK_ORANGE = "#66A9CF", "#A87400"  # for thin lines, and for letters
INK, GREY, LIGHT = "#222222", "#6B6B6B", "#C8C8C8"
DIVERGING = ["#0072B2", "#8CBEDC", "#F4F4F4", "#F0B48C", "#D55E00"]  # from BLUE over light to VERMILLION

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
    "svg.hashsalt": "autograd-nn",  # ids in the SVG come from it: the same file every time
}


def save(path: Path, size: tuple[float, float], fill: Callable[[Figure], None]) -> Path:
    """Have a figure of that size filled, and write it as `path`, a PNG, and as the SVG beside it."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        figure.set_layout_engine("constrained", w_pad=0.14, h_pad=0.12)
        fill(figure)
        figure.savefig(path, dpi=160)
        figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    return path


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
