"""The public names: `__all__` says which they are, and each says in its docstring what it does.

What is asked of every function and class of ours: it begins with a sentence, and has a formula in its first paragraph,
an equation (=, ←, ~, ≈, ≤ or ∂) whose right side is not words; what only moves entries may have the map of their shapes
instead. Before its first example it says the shapes: by a map (→), by tuples as (..., n), or in words, what goes entry
by entry, broadcasts, or loses an axis. What computes nothing is listed here, by name.
"""

import ast
import builtins
import doctest
import inspect
import re
import textwrap
from importlib import import_module
from types import ModuleType

import pytest

from autograd import linalg, ops
from docs.api import MODULES, home, is_made, prose, public
from docs.api import page as api_page

EQUATION = re.compile(r"((\s[=←~≈≤]|\s\+=)\s(?!([Tt]he|[Aa]n?|[Ww]hether) \w\w))|∂")
MAP = re.compile(r"\)\s→|→\s\(")
SHAPES = re.compile(r"→|\((\w+|\.\.\.), ?[\w.)]|entry by entry|broadcast|\baxis\b|\baxes\b|shape", re.IGNORECASE)

MOVES = (ops.shape, ops.index, ops.rearrange, ops.join, ops.pieces, ops.edges)

WORDS = {  # what computes nothing: it records, holds, looks, trains, or answers
    "autograd": """
        Tensor tensor no_grad enable_grad is_grad_enabled edited detect_nan lint lints draw explain
        array asarray empty empty_like from_dlpack can_cast finfo iinfo result_type
    """,
    "autograd.costs": "Cost costs",
    "autograd.drawing": "Drawing Explanation draw explain",
    "nn": "Module Parameter ModuleList ModuleDict manual_seed evaluate History save load summary",
    "nn.init": "calculate_gain fans",
    "nn.optim": "Schedule",
    "nn.data": "DataLoader Dataset FashionMNIST KMNIST MNIST digits random_split read_idx two_moons xor",
    "nn.metrics": "Metric",
    "nn.callbacks": "Callback EachEpoch EachStep ClipGradNorm ClipGradValue EarlyStopping Checkpoint",
}
HELPERS = {  # what other files of ours use, and no user does
    "autograd.rules": {"beware", "scale", "spelled", "takes_stacks", "times"},
    "autograd.special": {"in_last", "weak"},
    "nn.callbacks": {"listed"},
    "nn.metrics": {"named"},
}

every_module = pytest.mark.parametrize("module", [import_module(name) for name in MODULES], ids=list(MODULES))


def ours(module):
    """The public functions and classes that were written here, and are no errors."""
    return {
        name: x
        for name, x in public(module).items()
        if callable(x)
        and home(x).startswith(("autograd", "nn"))
        and not (isinstance(x, type) and issubclass(x, Exception))
    }


def computing(module):
    """Those that have a formula: NumPy's questions have none, either."""
    wordy = {*WORDS.get(module.__name__, "").split(), *ops.questions.__all__}
    return {name: x for name, x in ours(module).items() if name not in wordy}


def has_formula(x):
    return EQUATION.search(prose(x).partition("\n\n")[0]) or (
        home(x) in {family.__name__ for family in MOVES} and MAP.search(prose(x))
    )


# -- which they are ----------------------------------------------------------------------------------------------------


def test_every_module_that_is_offered_is_public():
    for face in map(import_module, ("autograd", "nn")):
        offered = {name for name in dir(face) if isinstance(getattr(face, name), ModuleType)}
        assert {f"{face.__name__}.{name}" for name in offered} <= MODULES.keys()


@every_module
def test_names_exist_once(module):
    assert len(module.__all__) == len(set(module.__all__))
    assert all(hasattr(module, name) for name in module.__all__)


@every_module
def test_nothing_is_missing_and_nothing_leaks(module):
    """What is written in a package and found in it is public there; and of others' nothing is but NumPy's own."""
    package = module.__name__
    written = {name for name, x in vars(module).items() if name[0] != "_" and f"{home(x)}.".startswith(f"{package}.")}
    assert written - {*module.__all__, *dir(builtins), *HELPERS.get(package, ())} == set()
    homes = {home(x).partition(".")[0] for x in public(module).values() if callable(x)}
    assert homes <= {"autograd", "nn", "numpy"}


@every_module
def test_the_page_has_every_name(module):
    section = api_page().partition(f"\n## {module.__name__}\n")[2].partition("\n## ")[0]
    assert [name for name in public(module) if not re.search(rf"`{name}\b", section)] == []


# -- what they say -----------------------------------------------------------------------------------------------------


@every_module
def test_signatures_have_types(module):
    """But for NumPy's own, where a function has NumPy's parameters."""
    for name, x in ours(module).items():
        signature = inspect.signature(x)
        if is_made(x) and not hasattr(x, "__wrapped__"):
            parts = [each.annotation for each in signature.parameters.values()]
            parts += [] if isinstance(x, type) else [signature.return_annotation]
            assert signature.empty not in parts, f"{name}{signature}"


@every_module
def test_docstrings_begin_with_a_sentence(module):
    for name, x in public(module).items():
        if callable(x):
            assert re.search(r"\w.*[.:?](\s|$)", prose(x).partition("\n\n")[0]), name


@every_module
def test_what_computes_has_a_formula(module):
    assert [name for name, x in computing(module).items() if not has_formula(x)] == []
    assert set(WORDS.get(module.__name__, "").split()) <= ours(module).keys()


@every_module
def test_what_computes_says_its_shapes(module):
    """But for constructors of ops and schedules, whose formulas are of functions and of numbers."""
    if module.__name__ not in ("autograd.rules", "nn.optim"):
        assert [name for name, x in computing(module).items() if not SHAPES.search(prose(x))] == []


@every_module
def test_functions_that_compute_have_an_example(module):
    """But for those of `numpy.fft`, which are told by their formulas."""
    if module.__name__ != "autograd.fft":
        functions = {name: x for name, x in computing(module).items() if inspect.isfunction(x)}
        assert [name for name, x in functions.items() if ">>>" not in x.__doc__] == []


@pytest.mark.parametrize("name", [name for name, x in ours(linalg).items() if hasattr(x, "op")])
def test_examples_that_are_assigned_run(name):
    """Doctest does not find them by itself; those of the other tables are run beside their values."""
    for test in doctest.DocTestFinder().find(getattr(linalg, name), name, module=False, globs={}):
        assert test.examples
        assert doctest.DocTestRunner().run(test).failed == 0


@every_module
def test_methods_are_documented(module):
    """Those of classes of ours, by them or by the class that they are from."""
    classes = {name: x for name, x in ours(module).items() if isinstance(x, type)}
    methods = [(name, method) for name, x in classes.items() for method in dir(x) if method[0] != "_"]
    assert [(name, method) for name, method in methods if not is_documented(classes[name], method)] == []


def is_documented(owner, name):
    x = inspect.getattr_static(owner, name)
    return not (inspect.isroutine(x) or isinstance(x, property)) or bool(inspect.getdoc(getattr(owner, name)))


@every_module
def test_errors_are_named(module):
    """Those that a function raises itself. NumPy's functions raise what NumPy's do."""
    families = [family.__name__ for family in ops.FAMILIES]
    named = {}
    for name, x in ours(module).items():
        if home(x) not in families and not home(x).startswith(("autograd.linalg", "autograd.fft")):
            named[name] = {error for function, text in bodies(x) for error in raised(function) if error not in text}
    assert {name: missing for name, missing in named.items() if missing} == {}


def bodies(x):
    """A function with its docstring, unless a row made it; of a class, its methods with theirs and its own."""
    if not isinstance(x, type):
        return [(x, inspect.getdoc(x))] if inspect.isfunction(x) and x.__code__.co_name == x.__name__ else []
    methods = [function for name, function in vars(x).items() if inspect.isfunction(function)]
    public_ones = [function for function in methods if function.__name__[0] != "_" or function.__name__ == "__init__"]
    return [(function, f"{inspect.getdoc(x)} {inspect.getdoc(function)}") for function in public_ones]


def raised(function):
    """The names of the errors in a function's own text."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    return {name for name in names if name.endswith("Error")} - {"NotImplementedError"}  # which asks for a method


@pytest.mark.parametrize("text, told", [
    ("out = Σ x over the axes.", True),
    ("x ← x - lr · g.", True),
    ("∂f/∂x as a function.", True),
    ("out = the sum of the entries.", False),
    ("The sum of the entries, with `keepdims=True` as ones.", False),
])  # fmt: skip
def test_what_an_equation_is(text, told):
    assert bool(EQUATION.search(text)) is told
