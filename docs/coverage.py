"""docs/coverage.md: what becomes of each of NumPy's functions when it meets a Tensor.

Nothing is listed by hand. Which function of ours answers is what the protocols say, and what that one does is seen by
calling it on the operands that `tests/optable` has for it: the graph that it leaves names the ops.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import autograd
from autograd import ops, protocols, special
from autograd.rules import REGISTRY
from autograd.sweep import reach
from autograd.symbols import formulas
from autograd.tree import leaves
from docs.markdown import code, table
from tests.optable import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LONGEST = 100  # characters of a formula that a table has room for
KNOWN = {name for home in (np, np.linalg, special) for name in vars(home)}  # functions that a reader can look up

# fmt: off
FATES = {  # name: what it means
    "op": "has a row in the table of calculus. Its derivative by each operand is shown where it is short: `g` is the "
          "cotangent of the result, `out`.",
    "composed": "is made of ops that have one, and needs no derivative of its own.",
    "piecewise constant": "has a gradient of 0, for its slope is 0 wherever it has one.",
    "answers from values": "gives truths, indices, counts or text. They carry no gradient, and none is lost.",
    "makes constants": "makes an array in the image of a Tensor, or from numbers.",
    "on constants only": "computes on Tensors without a graph, and raises where a gradient would be lost.",
    "refused": "writes into its argument behind the graph's back, and raises. `x[index] = y` is differentiable.",
}
# fmt: on


class Entry(NamedTuple):
    """One function: its names, what becomes of it, and for ops and compositions what they are."""

    names: tuple[str, ...]
    fate: str
    detail: str = ""


# -- looking -----------------------------------------------------------------------------------------------------------


def survey() -> dict[str, dict[Any, Entry]]:
    """Every function that can meet a Tensor as one, by the module that it is public in."""
    scipys = {function: described((function.__name__,), ours) for function, ours in special.FUNCTIONS.items()}
    numpys = {
        home.__name__: {function: entry(function, names, home.__name__) for function, names in public(home).items()}
        for home in (np, np.linalg, np.fft)
    }
    return {**numpys, "scipy.special": scipys}


def public(home: Any) -> dict[Any, list[str]]:
    """A module's functions that ask their arguments what to do, with all the names that they have there."""
    found = defaultdict(list)
    for name in sorted(vars(home)):
        function = getattr(home, name)
        if name[0] != "_" and (isinstance(function, np.ufunc) or hasattr(function, "_implementation")):
            found[function].append(name)
    return found


def entry(function: Any, names: list[str], home: str) -> Entry:
    """What becomes of one of NumPy's functions."""
    names = sorted(names, key=lambda name: name != function.__name__)
    ours = protocols.counterpart(function)
    if function in protocols.WRITERS:
        return Entry(tuple(names), "refused")
    if ours is None:
        full = f"{home}.{function.__name__}".removeprefix("numpy.")
        return Entry(tuple(names), "answers from values" if full in ops.questions.ANSWERED else "on constants only")
    return described(tuple(names), ours)


def described(names: tuple[str, ...], ours: Callable[..., Any]) -> Entry:
    """What one of our functions is made of."""
    try:
        made_of = {op for call in calls(names, ours) for op in recorded(call)}
    except TypeError as refusal:
        if "gradient" not in str(refusal):
            raise
        return Entry(names, "on constants only")
    own = next((name for name in (ours.__name__, *names) if name in made_of), "")
    if own:
        return Entry(names, "piecewise constant") if is_constant(own) else Entry(names, "op", formula(own))
    if made_of:
        return Entry(names, "composed", ", ".join(sorted(made_of)))
    return Entry(names, "makes constants" if ours.__name__ in ops.create.__all__ else "answers from values")


def calls(names: tuple[str, ...], ours: Callable[..., Any]) -> list[Callable[[], Any]]:
    """Calls of a function of ours on Tensors that need a gradient: those of its rows in the op table."""
    exact = [row for row in ROWS if row.ours is ours]
    rows = exact or [row for row in ROWS if str(row).partition(" ")[0] in (*names, ours.__name__)]
    if rows:
        return [partial(row.ours, *map(leaf, row.operands(case)), **case.params) for row in rows for case in row.cases]
    silent = ours.__name__ in ops.create.__all__ or ours.__name__ in ops.questions.ANSWERED
    return [] if silent else [partial(ours, leaf([[2.0, 1.0], [1.0, 3.0]]))]


def leaf(data: Any) -> autograd.Tensor:
    """A Tensor to be differentiated by."""
    return autograd.tensor(data, requires_grad=True)


def recorded(call: Callable[[], Any]) -> set[str]:
    """The names of the ops in the graph of what a call returns."""
    with np.errstate(all="ignore"):
        outs = leaves(call())
    _, nodes = reach([y.node for y in outs if isinstance(y, autograd.Tensor) and y.node])
    return {node.op.name for node in nodes}


def is_constant(name: str) -> bool:
    """Whether all derivatives of an op are the number 0."""
    return all(rule.__code__.co_argcount == 0 and rule() == 0 for rule in REGISTRY[name].rules)


def formula(name: str) -> str:
    """The derivative by each operand, as the rules print it; or the file where it is, if that is long or indexes, or is
    the work of a helper."""
    texts = ", ".join(map(code, formulas(name)))
    texts = re.sub(r"(\.\d{4})\d+", r"\1…", texts)
    called = set(re.findall(r"(\w+)\(", texts))
    if len(texts) <= LONGEST and called <= KNOWN and "[" not in texts:
        return texts
    path = REGISTRY[name].rules[0].__module__.replace(".", "/") + ".py"
    return f"in [{path}](../{path})"


# -- telling -----------------------------------------------------------------------------------------------------------

PAGE = """\
# NumPy's functions on Tensors

What becomes of each function of NumPy {version} when it is called with a Tensor, as `np.exp(x)` in code that need not
know of us. Nothing here is written by hand: `make docs` asks the protocols and the table of calculus.

{counts}

{meanings}

Methods of ufuncs find functions of ours, too:

{methods}

What is missing here never asks a Tensor: types, contexts, files, and functions that make arrays from numbers. Where
one of them wants an array, as `np.array` does, it gets one from a constant, and an error from a Tensor whose gradient
would be lost.

{sections}
"""


def page() -> str:
    """The text of docs/coverage.md."""
    homes = {home: list(entries.values()) for home, entries in survey().items()}
    methods = [
        [code(f"np.{ufunc.__name__}.{method}"), code(ours.__name__)]
        for (ufunc, method), ours in protocols.METHODS.items()
    ]
    return PAGE.format(
        version=".".join(np.__version__.split(".")[:2]),
        counts=counts(homes),
        meanings="\n".join(f"- **{fate}**: {meaning}" for fate, meaning in FATES.items()),
        methods=table(["method", "ours"], methods),
        sections="\n\n".join(section(home, entries) for home, entries in homes.items() if entries),
    )


def counts(homes: dict[str, list[Entry]]) -> str:
    """How many functions of each module have each fate."""
    tallies = {home: Counter(entry.fate for entry in entries) for home, entries in homes.items()}
    rows = [[fate, *(str(tally[fate] or "") for tally in tallies.values())] for fate in FATES]
    rows.append(["all", *(str(tally.total()) for tally in tallies.values())])
    return table(["", *map(code, tallies)], rows)


def section(home: str, entries: Iterable[Entry]) -> str:
    """One module: a table for ops and one for compositions, and the names of the others."""
    by_fate = defaultdict(list)
    for one in sorted(entries):
        by_fate[one.fate].append(one)
    parts = [f"## {home}"]
    for fate, column in (("op", "derivative"), ("composed", "of the ops")):
        if rows := [[spelled(one.names), one.detail] for one in by_fate.pop(fate, [])]:
            parts.append(table([fate, column], rows))
    for fate in FATES:
        if fate in by_fate:
            parts.append(f"**{fate}**: {', '.join(spelled(one.names) for one in by_fate[fate])}")
    return "\n\n".join(parts)


def spelled(names: Iterable[str]) -> str:
    """The names of one function, the usual one first."""
    return " = ".join(map(code, names))
