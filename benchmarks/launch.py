"""Start a worker: `python -P launch.py PEER THREADS`, in whichever interpreter has the peer.

Run by path, because the repository's root must not stay on the import path: with it,
`import autograd` would find ours where HIPS autograd is meant. `benchmarks` is found from the
root once, and from then on finds its own parts.
"""

import os
import sys
from pathlib import Path

if hasattr(os, "sched_setaffinity"):  # before any library counts the cores
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-int(sys.argv[2]) :])

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import benchmarks  # noqa: F401

del sys.path[0]
from benchmarks.worker import main  # noqa: E402

main(sys.argv[1], threads=int(sys.argv[2]))
