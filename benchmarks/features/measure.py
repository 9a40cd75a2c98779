"""What is counted and timed in the same way for every library."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module
from importlib.metadata import files, packages_distributions
from pathlib import Path

from benchmarks.features import Column, probe


def needs(column: Column) -> str:
    """The distributions, besides its own, whose modules are there after importing it."""
    before = set(sys.modules)
    for module in column.modules:
        import_module(module)
    loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
    owners = packages_distributions()
    found = {owners[name][0] for name in loaded - _packages(column) if name in owners} - {column.package}
    return ", ".join("NumPy" if name == "numpy" else name for name in sorted(found, key=str.lower)) or "none"


def _packages(column: Column) -> set[str]:
    return {module.partition(".")[0] for module in column.modules}


def imports(column: Column) -> str:
    """The best of 25 processes that import it, against the best that import NumPy, less Python's own start."""
    programs = ["pass", "import numpy", f"import {', '.join(column.modules)}"]
    best = [min(times) for times in zip(*([_clock(program) for program in programs] for _ in range(25)))]
    ratio = (best[2] - best[0]) / (best[1] - best[0])
    return "< 0.1" if ratio < 0.1 else f"{ratio:.1f}" if ratio < 9.5 else f"{ratio:.0f}"


def _clock(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", program], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def lines(column: Column) -> str:
    """Lines that are not blank, in the files of the engine and in all."""
    found = [file for package in _packages(column) for file in probe.files(package)]
    total = sum(map(_count, found))
    engine = [probe.root(column.modules[0].partition(".")[0]) / name for name in column.engine]
    return f"{sum(map(_count, engine)):,} of {total:,}" if engine else f"– of {total:,}"


def _count(file: Path) -> int:
    return sum(1 for line in file.read_text("utf-8", "replace").splitlines() if line.strip())


def size(column: Column) -> str:
    """Of all files that belong to the package, compiled Python and what it needs left out."""
    parts = [column.package, *(["jaxlib"] if column.package == "jax" else [])]
    found = [Path(str(file.locate())) for part in parts for file in files(part) or ()]
    if column.name == "ours":  # installed as a link to this repository
        found = [file for module in column.modules for file in probe.root(module).rglob("*") if file.is_file()]
    total = sum(file.stat().st_size for file in found if file.suffix != ".pyc" and file.exists()) / 2**20
    return f"{total:,.0f} MiB" if total > 9.95 else f"{total:.1f} MiB" if total > 0.95 else f"{total * 1024:.0f} KiB"
