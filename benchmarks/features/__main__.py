"""Run every program and write the table: `python -m benchmarks.features --hips-python PYTHON`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks import machine
from benchmarks.features import COLUMNS, SECTIONS, Column, Row

LAUNCH = Path(__file__).with_name("launch.py")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "features.md"
LIMIT = 120  # seconds for a row that is asked apart

Answer = dict[str, str]


def main() -> None:
    options = parse()
    rows = [row for rows in SECTIONS.values() for row in rows if not options.only or row.name in options.only]
    table: dict[str, dict[str, Answer]] = {}
    for column in COLUMNS:
        python = options.hips_python if column.apart else sys.executable
        found = ask(python, column, [row.name for row in rows if not row.fresh], 600)
        for row in rows:
            if row.fresh:
                found |= ask(python, column, [row.name], LIMIT)
        table[column.name] = found
        print(f"{column.title:14}", "  ".join(f"{row.name}: {cell(found[row.name])}" for row in rows), flush=True)
    faults = [
        f"{name}, {row}: {answer['fault']}"
        for name, answers in table.items()
        for row, answer in answers.items()
        if "fault" in answer
    ]
    if faults:
        sys.exit("\nNot what the table expects:\n" + "\n".join(faults))
    if not options.only:
        PAGE.write_text(page(table, versions(options.hips_python)), "utf-8")
        print(f"written: docs/{PAGE.name}")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.features", description="Who can do what.")
    parser.add_argument("--hips-python", required=True, metavar="PYTHON", help="an interpreter with HIPS autograd")
    parser.add_argument("--only", action="append", metavar="ROW", help="a row, may be repeated; nothing is written")
    return parser.parse_args()


def ask(python: str, column: Column, rows: list[str], limit: float) -> dict[str, Answer]:
    """What came out of the programs of these rows, run in one new process."""
    if not rows:
        return {}
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DEV")}
    command = [python, "-P", str(LAUNCH), column.name, *rows]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return {row: {"mark": "✗", "note": "stopped"} for row in rows}
    if done.returncode:
        died = {"mark": "✗", "note": "the process dies"}
        return dict.fromkeys(rows, died if len(rows) == 1 else {"fault": done.stderr[-500:]})
    answers: dict[str, Answer] = json.loads(done.stdout.splitlines()[-1])
    return answers


def cell(answer: Answer) -> str:
    return " ".join(filter(None, [answer.get("mark", ""), answer.get("note", "")])) or answer["fault"]


def versions(hips_python: str) -> dict[str, str]:
    """The versions of all."""
    program = "from importlib.metadata import version; print(version('autograd'))"
    hips = subprocess.run([hips_python, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    return {column.title: hips if column.apart else version(column.package) for column in COLUMNS}


def page(table: dict[str, dict[str, Answer]], versions: dict[str, str]) -> str:
    """The table in Markdown, with what must be known to read it."""
    facts = machine.describe()
    named = ", ".join(f"{title} {number}" for title, number in versions.items())
    lines = [INTRODUCTION.format(versions=named, **facts)]
    for section, rows in SECTIONS.items():
        lines += [f"## {section}", "", f"| | {' | '.join(column.title for column in COLUMNS)} |"]
        lines += ["|---" * (len(COLUMNS) + 1) + "|", *(_line(row, table) for row in rows), ""]
    return "\n".join([*lines, NOTES])


def _line(row: Row, table: dict[str, dict[str, Answer]]) -> str:
    return f"| {row.title} | {' | '.join(cell(table[column.name][row.name]) for column in COLUMNS)} |"


INTRODUCTION = """\
# Features, beside other libraries

Every cell is a small program that was run: [benchmarks/features](../benchmarks/features) has a file for each library
and in it a function for each row. ✓ is a program that ends well. ✗ is one that fails, in the way that it must; where
there is nothing to try, it is a search of the package for the names that such a thing might have.

    .venv-bench/bin/python -m benchmarks.features --hips-python .venv-bench-hips/bin/python

makes this page, in the environments that `make bench` makes. This one: {date}, {system}, Python {python}; {versions}.
What stands in other packages is not counted, though much does: for JAX alone Flax and Optax, for PyTorch Lightning,
torchviz and more.
"""

NOTES = """\
¹ By what the package holds and requires; no graphics processor was there to run on.

² Lines that are not blank. The engine is what records and goes backward, without the rules: for autograd-nn `graph.py`,
`record.py`, `op.py`, `rules.py` and `sweep.py`; `engine.py` of micrograd, rules included; `tracer.py` and `core.py` of
HIPS autograd; MyGrad's `tensor_base.py`, `operation_base.py` and two of its `_utils`. PyTorch's is in C++; those of
tinygrad and JAX are not files of their own. Tests are left out, files that programs have written are not.

Times to import differ from run to run; [the benchmarks](benchmarks.md) measure them, and more, with care.
Other packages are counted where they were there to be loaded, so that some may be optional. JAX's files are counted
with those of jaxlib.

tinygrad ran on its Python device, which is slow, for there was no Clang to compile for a faster one. "Stopped" is after
two minutes.
"""


if __name__ == "__main__":
    main()
