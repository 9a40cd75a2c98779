"""The peers, one small file each; a function named after a workload does that workload.

A file has `chain`, `moons`, `sgd` ... for the workloads it takes part in: each receives the
workload's problem and returns `step`, a function that does the work once and returns a number
(or anything `float` understands) by which the peers' results are compared. `use_threads(count)`
is there where environment variables do not suffice.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """One row of the tables."""

    name: str  # its file in this folder
    title: str
    package: str  # the installed distribution whose version is reported
    imports: str = ""  # what a program writes to use it; no import time where empty
    apart: bool = False  # True: its import name is ours, so it lives elsewhere


# fmt: off
OURS = Peer("ours", "autograd-nn", "autograd-nn", "import autograd, nn")
PEERS = (
    OURS,
    Peer("matrix_products", "NumPy, products alone", "numpy"),
    Peer("numpy_by_hand",   "NumPy, by hand",        "numpy",     "import numpy"),
    Peer("micrograd_",      "micrograd",             "micrograd", "import micrograd.engine, micrograd.nn"),
    Peer("torch_eager",     "PyTorch, eager",        "torch",     "import torch"),
    Peer("jax_jit",         "JAX, jit",              "jax",       "import jax, jax.numpy"),
    Peer("mygrad_",         "MyGrad",                "mygrad",    "import mygrad"),
    Peer("hips",            "HIPS autograd",         "autograd",  "import autograd, autograd.numpy", apart=True),
)
# fmt: on
