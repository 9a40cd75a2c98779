"""docs/api.md: every public name once, in the module that users take it from, with its parameters and first sentence.

Nothing is listed by hand but modules and groups: what is public is what `__all__` says, and what it is for is what its
docstring says. `tests/test_public.py` holds both to their word.
"""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd import ops
from autograd.op import REGISTRY, Op
from docs.markdown import code, table

if TYPE_CHECKING:
    from collections.abc import Iterable

# The public modules, in the order in which one meets them, and where their names fall into groups: a heading, and the
# files that the names of the group are written in.
MODULES: dict[str, dict[str, str]] = {
    "autograd": {
        "Tensors and recording": "tensor scope edits",
        "Derivatives": "transforms jacobians recompute",
        "Finding faults": "checks watch lints",
        "Pictures and words": "drawing",
    },
    "autograd.rules": {},
    "autograd.linalg": {},
    "autograd.fft": {},
    "autograd.special": {},
    "autograd.costs": {},
    "autograd.drawing": {},
    "nn": {
        "Modules": "module parameter layers.container",
        "Layers": "layers.linear layers.flatten layers.embedding layers.dropout layers.layer_norm layers.batch_norm",
        "Activations": "layers.activation",
        "Losses": "losses",
        "Training": "training history checkpoint overview random",
    },
    "nn.functional": {},
    "nn.init": {},
    "nn.optim": {},
    "nn.data": {},
    "nn.metrics": {},
    "nn.callbacks": {},
}

PAGE = """\
# The public names

Every public name once, where one takes it from. Whatever is not here may change at any time. Parameters are shown
without their types, which editors show and mypy checks: those before `/` go by position, and those after `*` by name.
`help` tells the rest of each: dtypes, errors, sources and an example.

{sections}
"""

OURS = """\
### Functions that NumPy lacks

{table}

### NumPy's functions

They have NumPy's names, arguments and errors, and NumPy's own functions find them when they are called with a Tensor:
[coverage.md](coverage.md) says what becomes of each. `from autograd import *` leaves out those that Python has, too.

{families}

### dtypes, constants, and questions about them

As the array API standard has them: {namespace}."""

TENSOR = """\
### What a Tensor has of its own

{table}

And what it shares with NumPy's arrays, beside operators, indexing and protocols: {shared}."""

# -- looking -----------------------------------------------------------------------------------------------------------


def public(module: ModuleType) -> dict[str, Any]:
    """The public names of a module and what they stand for, but for modules, which have sections of their own."""
    found = {name: getattr(module, name) for name in module.__all__}
    return {name: thing for name, thing in found.items() if not isinstance(thing, ModuleType)}


def home(thing: Any) -> str:
    """The module that something was written in: of an op, that of its row; of a constant, none."""
    op = getattr(thing, "op", None)
    return str(op.rules[0].__module__ if isinstance(op, Op) else getattr(thing, "__module__", ""))


def prose(thing: Any) -> str:
    """A docstring up to its first example."""
    return (inspect.getdoc(thing) or "").partition(">>>")[0].strip()


def summary(thing: Any) -> str:
    """The first sentence of a docstring, with the shapes where they follow it, in Markdown."""
    if home(thing).startswith("numpy"):
        return "NumPy's own."
    paragraph = " ".join(prose(thing).partition("\n\n")[0].split())
    sentence = re.split(r"(?<!\.)\.\s(?=[A-Z`])", paragraph)[0].rstrip(".")
    parts = sentence.removesuffix("; entry by entry, shapes broadcasting").split("`")
    parts[::2] = [re.sub(r"([*<_])", r"\\\1", part) for part in parts[::2]]  # what is not code
    return "`".join(parts) + ("" if sentence.endswith("?") else ".")


def is_made(thing: Any) -> bool:
    """Whether one calls it: errors are raised, protocols followed, and Tensors made by `tensor`."""
    is_error = isinstance(thing, type) and issubclass(thing, Exception)
    return not is_error and not getattr(thing, "_is_protocol", False) and thing is not autograd.Tensor


def signature(name: str, thing: Any) -> str:
    """How something is called, without types."""
    if not callable(thing) or not is_made(thing):
        return name
    given = inspect.signature(thing)
    if list(given.parameters) == ["args"]:  # of `autograd.special`: constants first, and x last
        op = REGISTRY[thing.__name__]
        return f"{name}({', '.join([*op.parameter_names, *op.operands])})"
    bare = [_untyped(each) for each in given.parameters.values() if str(each) != "**params: 'Any'"]  # the engine's
    return f"{name}{given.replace(parameters=bare, return_annotation=given.empty)}"


class _Shown(str):
    """A default as one would type it."""

    __slots__ = ()
    __repr__ = str.__str__


def _untyped(parameter: inspect.Parameter) -> inspect.Parameter:
    default = parameter.default
    if default is not parameter.empty:
        text = default.__name__ if isinstance(default, type) else re.sub("<.*>", "...", repr(default))
        default = _Shown(text)
    return parameter.replace(annotation=parameter.empty, default=default)


# -- telling -----------------------------------------------------------------------------------------------------------


def page() -> str:
    """The text of docs/api.md."""
    told: dict[int, str] = {}  # what has been listed, by identity: the module
    return PAGE.format(sections="\n\n".join(section(name, told) for name in MODULES))


def section(name: str, told: dict[int, str]) -> str:
    """One module: its groups, and in a line those of its names that are another module's too."""
    module = import_module(name)
    names = public(module)
    again = [each for each, thing in names.items() if callable(thing) and id(thing) in told]
    names = {each: thing for each, thing in names.items() if each not in again}
    told |= {id(thing): name for thing in names.values()}
    parts = [f"## {name}", _first_paragraph(module)]
    groups = MODULES[name]
    for heading, files in groups.items():
        homes = tuple(f"{name}.{file}" for file in files.split())
        group = {each: thing for each, thing in names.items() if home(thing).startswith(homes)}
        parts += [f"### {heading}", listed(group)]
    if not groups:
        parts.append(listed(names))
    if name == "autograd":
        parts += [of_tensors(), array_functions()]
    if again:
        origins = dict.fromkeys(f"`{told[id(getattr(module, each))]}`" for each in again)
        parts.append(f"And from {' and '.join(origins)}: {spelled(again)}.")
    return "\n\n".join(parts)


def _first_paragraph(module: ModuleType) -> str:
    return prose(module).partition("\n\n")[0].replace("\n", " ")


def listed(names: dict[str, Any]) -> str:
    """Signatures and summaries. Names of one thing share a row."""
    rows: dict[int, list[str]] = {}
    for name, thing in names.items():
        rows.setdefault(id(thing), ["", summary(thing)])
        first = rows[id(thing)][0]
        rows[id(thing)][0] = f"{first} = {code(name)}" if first else code(signature(name, thing))
    return table(["name", "what it is"], rows.values())


def spelled(names: Iterable[str]) -> str:
    """Names in a line."""
    return ", ".join(map(code, names))


def of_tensors() -> str:
    """The attributes and methods of Tensor."""
    names = {name: inspect.getattr_static(autograd.Tensor, name) for name in dir(autograd.Tensor) if name[0] != "_"}
    known = {name for name in names if hasattr(np.ndarray, name)}
    own = {name: getattr(thing, "fget", thing) for name, thing in names.items() if name not in known and thing.__doc__}
    rows = [
        [code(name if isinstance(names[name], property) else _method(name, thing)), summary(thing)]
        for name, thing in own.items()
    ]
    return TENSOR.format(table=table(["name", "what it is"], rows), shared=spelled(sorted(known)))


def _method(name: str, function: Any) -> str:
    return re.sub(r"\((self|x)(, /)?(, )?", "(", signature(name, function))


def array_functions() -> str:
    """The functions of arrays, by family; those that NumPy has by their names alone."""
    coverage = Path(__file__).with_name("coverage.md").read_text("utf-8")
    covered = set(re.findall(r"`(\w+)`", coverage.partition("## numpy")[2]))
    ours: dict[str, Any] = {}
    families = []
    for family in ops.FAMILIES:
        theirs = [name for name in family.__all__ if name in covered or hasattr(np, name)]
        ours |= {name: getattr(ops, name) for name in family.__all__ if name not in theirs}
        if theirs:
            families.append(f"- *{summary(family).rstrip('.')}*: {spelled(theirs)}")
    return OURS.format(table=listed(ours), families="\n".join(families), namespace=spelled(autograd.namespace.__all__))
