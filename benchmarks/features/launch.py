"""Run programs of one library: `python -P launch.py LIBRARY ROW ...`, in whichever interpreter has it.

Run by path, for the reason that `benchmarks/launch.py` gives. Prints, as JSON, what came out for each row.
"""

import json
import os
import sys
import warnings
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import benchmarks.features

del sys.path[0]
from benchmarks.features import COLUMNS, MEASURED  # noqa: E402
from benchmarks.features.probe import Lacking  # noqa: E402


def answer(column: benchmarks.features.Column, row: str) -> dict[str, str]:
    try:
        if row in MEASURED:
            return {"note": getattr(import_module("benchmarks.features.measure"), row)(column)}
        note = getattr(import_module(f"benchmarks.features.{column.name}"), row)()
        return {"mark": "✓", "note": note or ""}
    except Lacking as lacking:
        return {"mark": "✗", "note": str(lacking)}
    except BaseException as fault:
        return {"fault": f"{type(fault).__name__}: {str(fault)[:300]}"}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    chosen = next(column for column in COLUMNS if column.name == sys.argv[1])
    print(json.dumps({row: answer(chosen, row) for row in sys.argv[2:]}), file=answers, flush=True)
    os._exit(0)  # at once: a million nodes need not be freed in order
