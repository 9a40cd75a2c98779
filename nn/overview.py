"""summary: the modules of a model as a table, with what each computes, holds and costs.

The model is run on the input and its costs are read off the graph that this records, so they are known for any module.
All is counted once, where it arises: the row of a container has what the container itself does, and rows add up.
"""

from __future__ import annotations

import copy
from collections import Counter, deque
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd import Tensor, enable_grad, positive, tensor
from autograd.costs import costs
from autograd.tree import leaves, mapped
from nn.module import Module
from nn.parameter import Parameter
from nn.random import default_rng

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograd.costs import Cost


class Row(NamedTuple):
    """One module, by one of the paths that lead to it."""

    name: str  # dotted; "" of the model itself
    kind: str
    tree: str = ""  # the lines that are drawn before the name
    same_as: str | None = None  # the name of the row above that has all numbers of this module
    calls: int = 0
    output: Any = None  # the shape that the first call gave, or a structure of them
    parameters: int = 0  # how many numbers its own Parameters hold: those that no row above has counted,
    frozen: int = 0  # those of them that ask for no gradient,
    shared: int = 0  # and those that a row above has counted
    flops: int = 0
    kept: int = 0  # bytes

    def cells(self) -> list[str]:
        """What the table shows of it."""
        counts = (self.parameters, self.frozen, self.shared)
        output = f"{self.output}" if self.calls else "–"
        return [
            self.tree + (self.name.rpartition(".")[2] or "model"),
            self.kind,
            output if self.same_as is None else f"= {self.same_as or 'model'}",
            f"{self.calls}" if self.calls > 1 else "",
            *[f"{n:,}" if n else "" for n in counts],
            _flops(self.flops),
            _bytes(self.kept),
        ]


HEADS = ["Module", "Type", "Output", "Calls", "Parameters", "Frozen", "Shared", "FLOPs", "Activations"]
TEXT = 3  # how many of the columns are text; the others are numbers, and left out where they are empty


@dataclass(frozen=True, repr=False)
class Summary:
    """What `summary` has found: `rows`, and their totals. It prints as a table, in notebooks too."""

    rows: list[Row]
    inputs: list[Row]
    size: int  # bytes that the parameters take

    @property
    def parameters(self) -> int:
        """How many numbers the Parameters hold, those of shared ones once."""
        return sum(row.parameters for row in self.rows)

    @property
    def frozen(self) -> int:
        """How many of them ask for no gradient."""
        return sum(row.frozen for row in self.rows)

    @property
    def flops(self) -> int:
        """Floating-point operations of one forward, by the convention of `autograd.costs`."""
        return sum(row.flops for row in self.rows)

    @property
    def kept(self) -> int:
        """Bytes that the graph keeps for backward: besides input, parameters and buffers, which are there anyway."""
        return sum(row.kept for row in self.rows)

    def _table(self) -> list[tuple[str, ...]]:
        """Heads, inputs, rows, and two lines of totals."""
        total = Row("total", "", parameters=self.parameters, frozen=self.frozen, flops=self.flops, kept=self.kept)
        memory = ["in memory", "", "", "", _bytes(self.size), "", "", "", ""]
        lines = [HEADS, *[row.cells() for row in (*self.inputs, *self.rows, total)], memory]
        lines[-2][2] = ""  # of all outputs there is no total
        columns = zip(*lines, strict=True)
        return list(zip(*[x for i, x in enumerate(columns) if i < TEXT or any(x[1:])], strict=True))

    def __repr__(self) -> str:
        lines = self._table()
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        texts = ["   ".join(map(_aligned, range(len(line)), line, widths)) for line in lines]
        rule = "─" * len(texts[0])
        return "\n".join(text.rstrip() for text in [texts[0], rule, *texts[1:-2], rule, *texts[-2:]])

    def _repr_html_(self) -> str:
        head, *body, total, memory = map(_html, self._table())
        parts = {"thead": head, "tbody": "".join(body), "tfoot": total + memory}
        return f"<table>{''.join(f'<{tag}>{lines}</{tag}>' for tag, lines in parts.items())}</table>"


def summary(model: Module, input: Any) -> Summary:
    """The modules of a model, and for each its output's shape, parameters, FLOPs, and what it keeps for backward.

    `input` is what the model is called with: an array, a Tensor or nested lists; a tuple of several of these; or a
    shape, which stands for float32 zeros. The model is run in the mode that it is in, once to record all that it
    computes and once as in training, to see what is kept. Afterwards it is as it was: parameters, gradients, buffers,
    attributes, random streams. What runs under `no_grad` is not counted, nor what is no op of this package.

    Raises TypeError where the model is no Module, and ValueError for a shape with sizes that are not given, or 0.

    >>> from nn import Linear, ReLU, Sequential
    >>> found = summary(Sequential(Linear(784, 128), ReLU(), Linear(128, 10)), (32, 784))
    >>> found
    Module      Type         Output      Parameters    FLOPs   Activations
    ──────────────────────────────────────────────────────────────────────
    input       float32      (32, 784)
    model       Sequential   (32, 10)
    ├─ 0        Linear       (32, 128)      100,480   6.43 M
    ├─ 1        ReLU         (32, 128)                4.10 k      16.0 KiB
    └─ 2        Linear       (32, 10)         1,290   82.2 k
    ──────────────────────────────────────────────────────────────────────
    total                                   101,770   6.51 M      16.0 KiB
    in memory                               398 KiB
    >>> found.rows[1].flops == 32 * 128 * (2 * 784 + 1)
    True
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: the first argument is a Module, not a {type(model).__name__}")
    args = _arguments(input)
    survey = _Survey(model, args)
    parameters = [*model.parameters()]
    inputs = [Row("input", str(x.dtype), calls=1, output=x.shape) for x in leaves(args) if hasattr(x, "shape")]
    return Summary([*survey.rows(model)], inputs, sum(p.value.nbytes for p in parameters))


def _arguments(given: Any) -> list[Any]:
    """What to call the model with: zeros for shapes, and copies of arrays, which thus stay as they are."""
    if not isinstance(given, tuple) or _is_shape(given):
        given = (given,)
    for shape in filter(_is_shape, given):
        if not all(n is not None and n > 0 for n in shape):
            raise ValueError(f"summary: {shape} is no shape; say how many examples there are, as in (1, ...)")
    return [np.zeros(x, np.float32) if _is_shape(x) else x if not _is_data(x) else np.array(x) for x in given]


def _is_shape(x: Any) -> bool:
    return isinstance(x, tuple) and bool(x) and all(n is None or isinstance(n, (int, np.integer)) for n in x)


def _is_data(x: Any) -> bool:
    """Whether it is an array, or nested lists that mean one."""
    return isinstance(x, np.ndarray) or (isinstance(x, list) and all(isinstance(n, (int, float)) for n in leaves(x)))


# -- running the model -----------------------------------------------------------------------------------------------


class _Survey:
    """What was seen when the model ran, by the id of a module."""

    def __init__(self, model: Module, args: list[Any]) -> None:
        self.names: dict[int, str] = {}  # of the modules and parameters that have a row
        with enable_grad():
            with _undisturbed(model, thawed=True):
                try:
                    self.calls = _run(model, [_recorded(x) for x in args])
                except TypeError:  # it may read its input as an array, which a Tensor that needs a gradient refuses
                    self.calls = _run(model, args)
                self.flops = self._added(model, "flops", costs([*self.calls.values()]))
            with _undisturbed(model):
                there = [*leaves(args), *model.parameters(), *model.buffers()]
                out = _run(model, args)[id(model)][-1]
                self.kept = self._added(model, "kept", costs(out, besides=there))

    def _added(self, model: Module, kind: str, found: list[Cost]) -> Counter[int]:
        """Costs by the innermost module that has a row."""
        total: Counter[int] = Counter()
        for cost in found:
            owners = [id(module) for module in cost.modules if id(module) in self.calls]
            total[owners[0] if owners else id(model)] += getattr(cost, kind)
        return total

    def rows(self, module: Module, name: str = "", tree: str = "", below: str = "") -> Iterator[Row]:
        """The row of a module, which is reached by that name, and those of all below it."""
        i, kind = id(module), type(module).__name__
        if i in self.names:
            yield Row(name, kind, tree, same_as=self.names[i])
            return
        self.names[i] = name
        own = {id(p): p for p in vars(module).values() if isinstance(p, Parameter)}
        new = [p for p in own.values() if id(p) not in self.names]
        self.names.update({id(p): name for p in new})
        parameters = sum(p.size for p in new)
        yield Row(
            name,
            kind,
            tree,
            calls=len(self.calls[i]),
            output=mapped(np.shape, self.calls[i][0]) if self.calls[i] else None,
            parameters=parameters,
            frozen=sum(p.size for p in new if not p.requires_grad),
            shared=sum(p.size for p in own.values()) - parameters,
            flops=self.flops[i],
            kept=self.kept[i],
        )
        children = [(key, child) for key, child in vars(module).items() if isinstance(child, Module)]
        for n, (key, child) in enumerate(children, 1):
            corner, line = ("└─ ", "   ") if n == len(children) else ("├─ ", "│  ")
            yield from self.rows(child, f"{name}.{key}" if name else key, below + corner, below + line)


def _run(model: Module, args: list[Any]) -> dict[int, list[Any]]:
    """What each call of each module gave."""
    calls: dict[int, list[Any]] = {id(module): [] for module in model.modules()}
    with ExitStack() as hooks:
        for module in model.modules():
            hooks.enter_context(module.register_forward_hook(lambda m, args, out: calls[id(m)].append(out)))
        model(*args)
    return calls


@contextmanager
def _undisturbed(model: Module, *, thawed: bool = False) -> Iterator[None]:
    """Undo what is done in here to buffers, attributes and random streams. `thawed`: no parameter is frozen in here."""
    before = [(module, dict(vars(module))) for module in model.modules()]
    frozen = [p for p in model.parameters() if thawed and p.dtype.kind == "f" and not p.requires_grad]
    stream = default_rng().bit_generator
    state, memo = stream.state, {}  # type: ignore[var-annotated]
    try:
        for p in frozen:
            p.requires_grad_()
        for module, attributes in before:
            vars(module).update({name: _copied(x, memo) for name, x in attributes.items()})
        yield
    finally:
        for module, attributes in before:
            vars(module).clear()
            vars(module).update(attributes)
        for p in frozen:
            p.requires_grad_(False)
        stream.state = state


def _copied(x: Any, memo: dict[int, Any]) -> Any:
    """A copy of what `forward` may change, and of what holds it; else x itself. `memo` has the copies by id."""
    if id(x) in memo:
        return memo[id(x)]
    if isinstance(x, (Tensor, np.ndarray, np.random.Generator)):
        return x if isinstance(x, Parameter) else copy.deepcopy(x, memo)
    if not isinstance(x, (list, dict, set, deque)):
        return x
    new: Any = copy.copy(x)  # of its own type
    memo[id(x)] = new
    new.clear()
    if isinstance(x, dict):
        new.update({key: _copied(value, memo) for key, value in x.items()})
    else:
        (new.update if isinstance(x, set) else new.extend)([_copied(value, memo) for value in x])
    return new


def _recorded(x: Any) -> Any:
    """The same as something that needs a gradient, so that all is recorded that is computed from it."""
    if isinstance(x, (Tensor, np.ndarray)) and x.dtype.kind == "f":
        return positive(tensor(x, requires_grad=True))  # no leaf, which could not be edited in place
    return x


# -- how it is shown -------------------------------------------------------------------------------------------------


def _flops(n: int) -> str:
    return _scaled(n, 1000, ["", " k", " M", " G", " T", " P"])


def _bytes(n: int) -> str:
    return _scaled(n, 1024, [" B", " KiB", " MiB", " GiB", " TiB"])


def _scaled(n: float, base: int, units: Sequence[str]) -> str:
    """Three digits and a unit; nothing for 0."""
    unit, *larger = units
    while round(n) >= base and larger:
        n /= base
        unit, *larger = larger
    digits = 0 if unit == units[0] or n >= 99.95 else 1 if n >= 9.995 else 2
    return f"{n:.{digits}f}{unit}" if n else ""


def _aligned(i: int, cell: str, width: int) -> str:
    return cell.ljust(width) if i < TEXT else cell.rjust(width)


def _html(line: tuple[str, ...]) -> str:
    style = '<td style="text-align: {}; white-space: pre">{}</td>'
    cells = [style.format("left" if i < TEXT else "right", escape(cell)) for i, cell in enumerate(line)]
    return f"<tr>{''.join(cells)}</tr>"
