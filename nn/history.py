"""History: what a run of training measured, epoch by epoch. It prints as a table and draws itself."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from os import PathLike

    Mode = Literal["min", "max"]

ROWS = 20  # of a longer table, the first and the last
TESTED = "validation "  # how the columns begin that were measured on the validation data
BETTER: dict[str, Mode] = {"loss": "min", "accuracy": "max", "R2": "max"}  # and "top-k", for any k

# how a picture looks, in the colours of Okabe and Ito, which stay apart for colour-blind eyes, too
COLOURS = {"training": "#0072B2", "validation": "#D55E00"}
STYLE = {
    "axes.edgecolor": "#C8C8C8",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlesize": 11,
    "axes.titlepad": 12,
    "axes.labelcolor": "#6B6B6B",
    "xtick.color": "#C8C8C8",
    "xtick.labelcolor": "#6B6B6B",
    "ytick.color": "#C8C8C8",
    "ytick.labelcolor": "#6B6B6B",
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
}


class History:
    """A table with a row for every epoch: the means of the loss and the metrics, the learning rate, the seconds taken.

    `history["loss"]` is a column, a list; "validation loss", and metrics by their names, are others. `len(history)` is
    the number of epochs, and iterating gives the names of the columns, so `dict(history)` is a dict of lists.
    `stopped` says why training ended: "epochs done", "early stopping", "interrupted", or what a callback said.

    >>> history = History()
    >>> history.append({"loss": 0.5, "accuracy": 0.75, "lr": 0.1, "seconds": 1.5})
    >>> history.append({"loss": 0.25, "accuracy": 0.875, "lr": 0.1, "seconds": 1.25})
    >>> history["loss"]
    [0.5, 0.25]
    >>> print(history)
    epoch      loss  accuracy        lr   seconds
        1    0.5000    0.7500       0.1      1.50
        2    0.2500    0.8750       0.1      1.25
    """

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {}
        self.stopped: str | None = None  # as long as training goes on

    def append(self, row: Mapping[str, Any]) -> None:
        """One epoch more. ValueError if its columns are not those of the epochs before."""
        if self._columns and row.keys() != self._columns.keys():
            raise ValueError(f"History: an epoch of {[*row]} does not fit the columns {[*self]}")
        for name, value in row.items():
            self._columns.setdefault(name, []).append(value)

    # -- what it holds -----------------------------------------------------------------------------

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self._columns:
            raise KeyError(f"History: there is no column {name!r}; there are {[*self]}")
        return self._columns[name]

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def keys(self) -> list[str]:
        """The names of the columns."""
        return [*self._columns]

    def best(self, name: str = "loss", mode: Mode | None = None) -> dict[str, Any]:
        """The epoch with the lowest ("min") or highest ("max") value in a column, counted from 1, and its row.

        Losses are low and the metrics of `nn.metrics` high at their best; for other columns `mode` must be given. Of
        equals it is the first; ValueError if there is no number in the column.

        >>> history = History()
        >>> for loss in (0.5, 0.25, 0.75): history.append({"loss": loss})
        >>> history.best("loss")
        {'epoch': 2, 'loss': 0.25}
        """
        sign = 1 if direction(name, mode) == "min" else -1
        values = [(sign * x, i) for i, x in enumerate(self[name]) if not math.isnan(x)]
        if not values:
            raise ValueError(f"History: {name!r} has no values to choose from")
        i = min(values)[1]
        return {"epoch": i + 1, **{key: column[i] for key, column in self._columns.items()}}

    def state_dict(self) -> dict[str, Any]:
        """All of it, as a dict. Its lists are copies."""
        return {"columns": {name: [*column] for name, column in self._columns.items()}, "stopped": self.stopped}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()`."""
        self._columns = {name: [*column] for name, column in state["columns"].items()}
        self.stopped = state["stopped"]

    # -- how it is shown ---------------------------------------------------------------------------

    def header(self) -> str:
        """The head of the table: the names of what is a single number in each epoch, those of validation in a group."""
        names = [*self._scalars()]
        tested = [name for name in names if name.startswith(TESTED)]
        line = "  ".join(["epoch", *[f"{name.removeprefix(TESTED):>{_width(name)}}" for name in names]])
        if not tested:
            return line
        before = len("epoch") + sum(2 + _width(name) for name in names[: names.index(tested[0])])
        group = (f" {TESTED}" if tested[1:] else TESTED.strip()).center(sum(2 + _width(x) for x in tested) - 2, "─")
        return f"{'':{before + 2}}{group}\n{line}"

    def line(self, i: int) -> str:
        """Line i of the table, counted from 0."""
        cells = [f"{_cell(name, column[i]):>{_width(name)}}" for name, column in self._scalars().items()]
        return "  ".join([f"{i + 1:5}", *cells])

    def __str__(self) -> str:
        if not len(self):
            return "no epochs yet" if self.stopped is None else f"no epochs: {self.stopped}"
        rows = ["    …" if i is None else self.line(i) for i in self._shown()]
        return "\n".join([self.header(), *rows, *self._footer()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The table, for notebooks."""
        right = 'style="text-align: right; font-variant-numeric: tabular-nums"'
        scalars = self._scalars()
        head = "".join(f"<th {right}>{html.escape(name)}</th>" for name in ("epoch", *scalars))
        rows = []
        for i in self._shown():
            cells = ["…"] if i is None else [str(i + 1), *[_cell(name, column[i]) for name, column in scalars.items()]]
            rows.append(f"<tr>{''.join(f'<td {right}>{html.escape(cell)}</td>' for cell in cells)}</tr>")
        caption = "".join(f"<p>{html.escape(line)}</p>" for line in self._footer())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{caption}"

    def plot(self, path: str | PathLike[str] | None = None, *, ax: Any = None) -> list[Any]:
        """Draw the losses and every metric over the epochs, training and validation; returns the matplotlib Axes.

        With a `path` the picture is written there, as its ending says (.png, .svg, .pdf). With an `ax` only the losses
        are drawn, into that. ValueError if there are no epochs, ImportError without matplotlib.
        """
        try:
            import matplotlib
            from matplotlib import pyplot
            from matplotlib.figure import Figure
        except ImportError:
            raise ImportError("History.plot needs matplotlib: pip install 'autograd-nn[examples]'") from None
        if not len(self):
            raise ValueError("History: there are no epochs to plot")
        if ax is not None:
            self._draw(ax, "loss")
            return [ax]
        names = [name for name in self._scalars() if name not in ("lr", "seconds") and TESTED not in name]
        with matplotlib.rc_context(STYLE):
            make = pyplot.figure if path is None else Figure  # to be shown, or only to be written
            figure: Any = make(figsize=(0.6 + 4.2 * len(names), 3.2), layout="constrained")
            figure.get_layout_engine().set(w_pad=0.12, h_pad=0.08)
            axes = [*figure.subplots(1, len(names), squeeze=False)[0]]
            for place, name in zip(axes, names):
                self._draw(place, name)
            if path is not None:
                figure.savefig(path, dpi=160)
        return axes

    def _draw(self, ax: Any, name: str) -> None:
        """A column and that of its validation, each with its name where it ends."""
        columns = {"training": name, "validation": TESTED + name}
        lines = {
            text: [(i, x) for i, x in enumerate(self._columns[column], 1) if math.isfinite(x)]
            for text, column in columns.items()
            if column in self
        }
        lines = {text: points for text, points in lines.items() if points}
        top = max(lines, key=lambda text: lines[text][-1][1], default="")
        for text, points in lines.items():
            marker = "o" if len(points) == 1 else ""
            ax.plot(*zip(*points), marker=marker, color=COLOURS[text])
            up = 0 if len(lines) == 1 else 6 if text == top else -6
            label = {"xytext": (7, up), "textcoords": "offset points", "va": "center", "annotation_clip": False}
            ax.annotate(text, points[-1], color=COLOURS[text], **label)
        everything = [x for points in lines.values() for _, x in points] or [0]
        if name == "loss" and min(everything) > 0 and max(everything) > 100 * min(everything):
            ax.set_yscale("log")
        ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        ax.set_xlim((0.5, 1.5) if len(self) == 1 else (1, len(self)))
        ax.margins(y=0.12)
        ax.grid(axis="y", color="#EEEEEE")
        ax.set_axisbelow(True)
        ax.tick_params(length=0)
        ax.set(title=name, xlabel="epoch")

    def _scalars(self) -> dict[str, list[Any]]:
        return {name: column for name, column in self._columns.items() if not getattr(column[0], "shape", ())}

    def _shown(self) -> list[int | None]:
        """The lines to show, and None for those between that are left out."""
        n = len(self)
        if n <= ROWS:
            return [*range(n)]
        return [*range(ROWS // 2), None, *range(n - ROWS // 2, n)]

    def _footer(self) -> list[str]:
        if self.stopped is None:
            return []
        count = f"{len(self)} epoch{'s' * (len(self) != 1)}"
        return [f"{count} in {sum(self._columns.get('seconds', ())):.1f} s: {self.stopped}"]


def direction(name: str, mode: Mode | None = None) -> Mode:
    """Whether the values of a column are best when low, "min", or high, "max". ValueError if nobody knows."""
    if mode is None:
        plain = name.removeprefix(TESTED)
        mode = "max" if plain.startswith("top-") else BETTER.get(plain)
    if mode not in ("min", "max"):
        raise ValueError(
            f"{name!r}: is a low or a high value better? say mode='min' or mode='max', not {mode!r}, or name a column "
            "that is known, as 'loss', 'validation loss' or 'validation accuracy'"
        )
    return mode


def _width(name: str) -> int:
    return max(len(name.removeprefix(TESTED)), len(TESTED) - 1 if name.startswith(TESTED) else len("1.23e-05"))


def _cell(name: str, value: float) -> str:
    if name == "lr":
        return f"{value:.3g}"
    if name == "seconds":
        return f"{value:.2f}"
    return f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e5 or value != value else f"{value:.2e}"
