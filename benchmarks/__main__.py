"""Run the benchmarks: `python -m benchmarks [--quick] [--only NAME] [--hips-python PYTHON]`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import machine, report
from benchmarks.tables import Table
from benchmarks.team import QUICK, Effort, Team
from benchmarks.workloads import adam, chain, fit, imports, memory, million, moons, sgd

ROOT = Path(__file__).resolve().parents[1]

WORKLOADS: dict[str, Callable[[Team, Effort], list[Table]]] = {
    "chain": chain.RACE.run,
    "moons": moons.RACE.run,
    "sgd": sgd.RACE.run,
    "adam": adam.RACE.run,
    "fit": fit.run,
    "million": million.run,
    "memory": memory.run,
    "imports": imports.run,
}


def main() -> None:
    options = parse()
    start = time.perf_counter()
    if machine.load() > 0.5:
        print("The machine was busy in the last minute: expect unsteady numbers, at two threads above all.\n")
    effort = QUICK if options.quick else Effort()
    tables: list[Table] = []
    versions: dict[str, str] = {}
    for threads in options.threads:
        if threads > machine.cores():
            print(f"{threads} threads: there are {machine.cores()} cores, left out\n")
            continue
        team = Team(threads, sys.executable, options.hips_python, options.verbose)
        try:
            for name in options.only or WORKLOADS:
                for table in WORKLOADS[name](team, effort):
                    tables.append(table)
                    print(report.terminal(table), flush=True)
        finally:
            team.close()
            versions |= team.versions
    tables.sort(key=lambda table: list(WORKLOADS).index(table.name))
    print(report.summary(tables))
    print(f"\n{time.perf_counter() - start:.0f} seconds")
    if options.quick or options.only or options.threads != [1, 2]:
        return  # a part, or a quick look: nothing to keep
    facts = {**machine.describe(), "versions": versions}
    report.write_json(ROOT / "benchmarks" / "results.json", tables, facts)
    report.write_markdown(ROOT / "docs" / "benchmarks.md", report.markdown(tables, facts, "make bench"))
    print("written: benchmarks/results.json, docs/benchmarks.md")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure this library and its peers side by side. A full run keeps its results.",
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter blocks")
    parser.add_argument(
        "--only", action="append", choices=list(WORKLOADS), metavar="NAME",
        help="one workload, may be repeated: " + ", ".join(WORKLOADS),
    )  # fmt: skip
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], metavar="N")
    parser.add_argument("--hips-python", metavar="PYTHON", help="an interpreter with HIPS autograd")
    parser.add_argument("--verbose", action="store_true", help="let through what the peers print")
    return parser.parse_args()


if __name__ == "__main__":
    main()
