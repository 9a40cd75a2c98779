"""The results for people and for programs: the terminal's tables, docs/benchmarks.md, a JSON file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from textwrap import fill
from typing import Any

from benchmarks.tables import Cell, Table

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
PREAMBLE = """\
# Benchmarks

How they are measured: [benchmarks/README.md](../benchmarks/README.md).
"""
MARK = {"met": "✓", "missed": "✗", "unsteady": "~"}


def terminal(table: Table) -> str:
    """A table with aligned columns: per case the value, the ratio, and whether it is as wanted."""
    width = max(map(len, table.rows))
    columns = [["".ljust(width), *(name.ljust(width) for name in table.rows)]]
    for label, cells in zip(table.columns, zip(*table.rows.values())):
        columns.append(_column(label, cells, table.unit))
    lines = [f"{table.title} · {_threads(table.threads)}", f"{table.quantity}, {table.ratio}", ""]
    lines += ["    ".join(row).rstrip() for row in zip(*columns)]
    lines += ["", *(fill(remark, 100) for remark in table.remarks)] if table.remarks else []
    return "\n".join(lines) + "\n"


def _column(label: str, cells: tuple[Cell, ...], unit: str) -> list[str]:
    """The label and the cells, all of one width."""
    values = [_value(cell, unit) for cell in cells]
    ratios = [f"{_ratio(cell)} {MARK.get(cell.verdict, ' ')}" for cell in cells]
    value, ratio = max(map(len, values)), max(map(len, ratios))
    lines = [f"{v:>{value}}  {r:>{ratio}}" for v, r in zip(values, ratios)]
    width = max(len(label), value + 2 + ratio)
    return [line.rjust(width) for line in (label, *lines)]


def summary(tables: list[Table]) -> str:
    """Every target: what was wanted, what it came to, and whether it is met."""
    rows = [["target", "threads", "at most", "measured", ""], *_target_rows(tables)]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in (1, 2, 3)), row[4]]).rstrip()
        for row in rows
    )


def _target_rows(tables: list[Table]) -> list[list[str]]:
    return [
        [
            cell.target.work,
            str(table.threads),
            f"{cell.target.limit:.2f}",
            _measured(cell),
            cell.verdict,
        ]
        for table in tables
        for cell in table.targets()
        if cell.target is not None
    ]


def markdown(tables: list[Table], facts: dict[str, Any], command: str) -> str:
    """The generated part of docs/benchmarks.md."""
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    lines = [
        f"Made by `{command}` on {facts['date']}: {facts['cpu']}, {facts['cores']} cores, "
        f"{facts['system']}, Python {facts['python']}; {versions}.",
        "Medians; in parentheses the ratio named above the table, below 1 where ours is faster or smaller.",
        "",
        "## Targets",
        "",
        "| work | threads | at most | measured | |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in _target_rows(tables)),
    ]
    title = ""
    for table in tables:
        if table.title != title:
            title = table.title
            lines += ["", f"## {title}"]
        lines += [
            "",
            f"{_threads(table.threads).capitalize()}: {table.quantity}, {table.ratio}.",
            "",
            "| | " + " | ".join(table.columns) + " |",
            "|---" + "|---:" * len(table.columns) + "|",
        ]
        for name, cells in table.rows.items():
            shown = [_value(cell, table.unit) + (f" ({_ratio(cell)})" if _ratio(cell) else "") for cell in cells]
            lines.append(f"| {name} | " + " | ".join(shown) + " |")
        lines += ["", *table.remarks] if table.remarks else []
    return "\n".join(lines) + "\n"


def write_markdown(path: Path, text: str) -> None:
    """Put the text between the markers, and leave what people wrote around them."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if BEGIN not in old or END not in old:
        old = f"{PREAMBLE}\n{BEGIN}\n{END}\n"
    before, after = old[: old.index(BEGIN) + len(BEGIN)], old[old.index(END) :]
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before}\n\n{text}\n{after}", encoding="utf-8")


def write_json(path: Path, tables: list[Table], facts: dict[str, Any]) -> None:
    """Everything, in full precision: values in seconds or bytes."""
    everything = {**facts, "tables": [asdict(table) for table in tables]}
    path.write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _threads(count: int) -> str:
    return "one thread" if count == 1 else f"{count} threads"


def _measured(cell: Cell) -> str:
    spread = "" if cell.spread is None else f" ± {cell.spread:.2f}"
    return _ratio(cell) + spread or "–"


def _ratio(cell: Cell) -> str:
    return "" if cell.ratio is None else f"{cell.ratio:.2f}"


def _value(cell: Cell, unit: str) -> str:
    """Three figures and a unit: 0.731 µs, 29.5 ms, 21.0 MiB."""
    if cell.value is None:
        return cell.note
    if unit == "B":
        return f"{cell.value / 2**20:.1f} MiB"
    for size, symbol in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if cell.value >= size or symbol == "µs":
            break
    number = cell.value / size
    places = 0 if number >= 99.95 else 1 if number >= 9.995 else 2
    return f"{number:.{places}f} {symbol}"
