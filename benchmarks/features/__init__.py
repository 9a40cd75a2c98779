"""What the libraries can do, side by side: every cell of the table is a small program that is run.

`python -m benchmarks.features` runs them and writes docs/features.md. There is a file for each library, and in it a
function for each row. A program that ends well is a tick, and what it returns, if anything, is said beside it. One that
is marked by `probe.lacks` must fail, by just that error: a library that learns something is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A library."""

    name: str  # its file in this folder
    title: str
    package: str  # the distribution
    modules: tuple[str, ...]  # what is imported
    engine: tuple[str, ...] = ()  # the files that record and go backward, where they are files of their own
    apart: bool = False  # its import name is ours, so it lives elsewhere


@dataclass(frozen=True)
class Row:
    """A question, by the name of the function that answers it."""

    name: str
    title: str
    fresh: bool = False  # asked in a process of its own, for it takes long or must be the first


HIPS = ("tracer.py", "core.py")
OURS = ("graph.py", "record.py", "op.py", "rules.py", "sweep.py")
MYGRAD = ("tensor_base.py", "operation_base.py", "_utils/graph_tracking.py", "_utils/duplicating_graph.py")

# fmt: off
COLUMNS = (
    Column("ours",       "autograd-nn",   "autograd-nn", ("autograd", "nn"), OURS),
    Column("micrograd_", "micrograd",     "micrograd",   ("micrograd.engine", "micrograd.nn"), ("engine.py",)),
    Column("hips",       "HIPS autograd", "autograd",    ("autograd", "autograd.numpy"), HIPS, apart=True),
    Column("mygrad_",    "MyGrad",        "mygrad",      ("mygrad",), MYGRAD),
    Column("tinygrad_",  "tinygrad",      "tinygrad",    ("tinygrad",)),
    Column("torch_",     "PyTorch",       "torch",       ("torch",)),
    Column("jax_",       "JAX",           "jax",         ("jax", "jax.numpy")),
)

SECTIONS = {
    "Derivatives": (
        Row("arrays",         "arrays, with broadcasting"),
        Row("numpys",         "NumPy's own functions are differentiated"),
        Row("trees",          "gradients by nested dicts and lists"),
        Row("higher",         "derivatives of any order"),
        Row("forward",        "forward mode"),
        Row("lean",           "forward mode that keeps no graph"),
        Row("jacobian",       "Jacobian and Hessian, ready-made"),
        Row("vmap",           "`vmap`: a function of one, for a batch"),
        Row("solve",          "linear algebra, as `solve`"),
        Row("complexes",      "complex numbers"),
        Row("own",            "one rule of your own gives both modes and second order"),
        Row("branches",       "a branch that `where` does not take adds no NaN"),
        Row("edits",          "edits in place, `x[i] = y`, are differentiated"),
        Row("stale",          "a gradient is never made from a value edited since"),
        Row("raw",            "not even where a plain array was edited"),
        Row("checkpoint",     "memory for time: `checkpoint`"),
    ),
    "Networks": (
        Row("layers",         "layers and optimizers"),
        Row("convolution",    "convolution in two dimensions"),
        Row("fit",            "the training loop, ready-made"),
    ),
    "Looking into it": (
        Row("picture",        "a picture of the graph, where no other program is installed"),
        Row("numbers",        "values and gradients in the picture"),
        Row("steps",          "steps through backward"),
        Row("formulas",       "each step told as a formula, numbers put in"),
        Row("check",          "gradients checked against finite differences"),
        Row("nan",            "the op that made a NaN is named"),
    ),
    "Running": (
        Row("gpu",            "graphics processors ¹"),
        Row("compiled",       "compiled functions"),
        Row("million",        "a chain of 1,000,000 recorded ops, in two minutes", fresh=True),
        Row("counted",        "graphs are freed without the garbage collector"),
    ),
    "Size": (
        Row("needs",          "other packages that importing it loads", fresh=True),
        Row("imports",        "time to import, NumPy's being 1", fresh=True),
        Row("lines",          "lines of its engine, of all its Python ²", fresh=True),
        Row("size",           "size on disk, without what it needs", fresh=True),
    ),
}
# fmt: on

MEASURED = ("needs", "imports", "lines", "size")  # by measure.py, the same for all
