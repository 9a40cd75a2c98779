"""The architecture, enforced: imports point one way, files stay short, importing stays light."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A file may import from the lines above its own, never from those below. Files of one folder share a line.
LAYOUT = """
autograd/scope.py
autograd/edits.py
autograd/lints.py
autograd/hooks.py
autograd/graph.py
autograd/record.py
autograd/op.py
autograd/rules.py
autograd/ops/
autograd/linalg/
autograd/fft.py
autograd/special.py
autograd/symbols.py
autograd/sweep.py
autograd/protocols.py
autograd/operators.py
autograd/face.py
autograd/inplace.py
autograd/tensor.py
autograd/tree.py
autograd/transforms.py
autograd/batch/
autograd/jacobians.py
autograd/recompute.py
autograd/checks.py
autograd/watch.py
autograd/costs.py
autograd/files.py
autograd/lazy.py
autograd/namespace.py
autograd/drawing/
autograd/compile/
autograd/__init__.py
nn/checks.py
nn/random.py
nn/init.py
nn/parameter.py
nn/module.py
nn/functional/
nn/layers/
nn/losses.py
nn/optim/
nn/data/
nn/checkpoint.py
nn/overview.py
nn/metrics.py
nn/history.py
nn/callbacks.py
nn/training/
nn/__init__.py
""".split()

# nn is composition: it neither touches a Node nor writes a derivative. Module alone names scopes, and has hooks.
ENGINE = tuple(LAYOUT[: LAYOUT.index("autograd/tensor.py")])
ALLOWED = {("nn/module.py", "autograd/scope.py"), ("nn/module.py", "autograd/hooks.py")}

# Optional packages, and slow parts of the standard library that few calls need, are imported by the function that needs
# them. Nothing else is imported late.
LAZY = set("IPython graphviz matplotlib pooch pygraphviz safetensors scipy sklearn tqdm inspect linecache".split())

TYPING_ONLY = {"TYPE_CHECKING", "typing.TYPE_CHECKING"}

MAX_LINES = 320

FILES = [
    path.relative_to(ROOT).as_posix()
    for package in ("autograd", "nn")
    for path in sorted((ROOT / package).rglob("*.py"))
]
every_file = pytest.mark.parametrize("file", FILES)


def place(file: str) -> int:
    """The line of `file` in LAYOUT; past the end if it has none."""
    for i, entry in enumerate(LAYOUT):
        if file == entry or (entry.endswith("/") and file.startswith(entry)):
            return i
    return len(LAYOUT)


def import_statements(node: ast.AST, late: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Every import under `node` that runs, and whether it waits for a function to be called."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, late
        elif isinstance(child, ast.If) and ast.unparse(child.test) in TYPING_ONLY:
            yield from import_statements(ast.Module(child.orelse, []), late)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from import_statements(child, late or inside)


def imports(file: str) -> Iterator[tuple[int, str, bool]]:
    """(line number, dotted name, late) of everything that `file` imports."""
    package = file.rpartition("/")[0].replace("/", ".")
    for statement, late in import_statements(ast.parse((ROOT / file).read_text("utf-8"))):
        prefix = ""
        if isinstance(statement, ast.ImportFrom):
            prefix = resolve_name("." * statement.level + (statement.module or ""), package) + "."
        for alias in statement.names:
            yield statement.lineno, prefix + alias.name, late


def source_of(name: str) -> str | None:
    """The file of ours that defines the dotted `name`: a module, or a name inside one."""
    while name:
        path = name.replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in FILES:
                return file
        name = name.rpartition(".")[0]
    return None


@every_file
def test_has_a_place_in_the_layout(file):
    assert place(file) < len(LAYOUT), f"give {file} a place in LAYOUT: below all it imports, above all that import it"


@every_file
def test_imports_point_up(file):
    for lineno, name, _ in imports(file):
        source = source_of(name)
        assert source is None or place(source) <= place(file), (
            f"{file}:{lineno} imports {name}, but {source} comes later in LAYOUT"
        )


def test_no_import_cycles():
    """What LAYOUT leaves open: files of one folder may import each other, but not in a circle."""
    graph = {file: {source_of(name) for _, name, _ in imports(file)} - {None} for file in FILES}
    TopologicalSorter(graph).prepare()


@every_file
def test_nn_uses_the_public_engine(file):
    for lineno, name, _ in imports(file) if file.startswith("nn/") else ():
        source = source_of(name) or ""
        internal = name.endswith(".Node") or (source.startswith(ENGINE) and (file, source) not in ALLOWED)
        assert not internal, (
            f"{file}:{lineno} imports {name}: nn composes what `autograd` exports, rules and Nodes stay in the engine"
        )


@every_file
def test_imports_stand_at_the_top(file):
    for lineno, name, late in imports(file):
        assert not late or name.partition(".")[0] in LAZY, (
            f"{file}:{lineno} imports {name} inside a function: move it to the top, or add an optional package to LAZY"
        )


@every_file
def test_is_short(file):
    lines = len((ROOT / file).read_text("utf-8").splitlines())
    assert lines <= MAX_LINES, f"{file} has {lines} lines: does it want to be two files?"


def test_importing_loads_no_third_party_package_but_numpy():
    code = """
import sys, numpy, numpy.random
before = set(sys.modules)
import autograd, nn
print(*set(sys.modules) - before)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in run.stdout.split()}
    assert loaded - sys.stdlib_module_names == {"autograd", "nn"}
