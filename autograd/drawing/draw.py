"""draw: from Tensors, or a module and its inputs, to a picture."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from numbers import Integral
from typing import TYPE_CHECKING, Any

from autograd.drawing.build import ARRAYS, build
from autograd.drawing.drawing import THEMES, Drawing
from autograd.drawing.fold import fold
from autograd.drawing.model import Picture, replace
from autograd.drawing.naming import known_by
from autograd.drawing.trace import Trace
from autograd.scope import enable_grad
from autograd.tensor import Tensor
from autograd.tree import leaves

if TYPE_CHECKING:
    from autograd.drawing.build import Direction
    from autograd.drawing.style import Theme

SHOWN = ("values", "gradients", "modules")
LIGHT = 60  # vertices of a folding that a page carries beside its picture
MOST = 6  # such foldings


def draw(
    x: Any,
    *inputs: Any,
    names: Mapping[str, Any] | None = None,
    depth: int | None = None,
    max_nodes: int = 200,
    direction: Direction | None = None,
    show: Collection[str] = SHOWN,
    theme: Theme = "auto",
) -> Drawing:
    """The graph that led to x, a Tensor or several, as a picture; or that of a module called with these inputs.

    Shown are values and gradients of scalars, shapes and magnitudes of arrays, the modules that ops ran in, and how
    backward goes, step by step. Gradients are those of scalar outputs; drawing leaves every `.grad` alone, and drawn
    after backward the picture is the same. Where values have changed since, as parameters do, it says so, and has those
    of now. `.save("graph.svg")` writes it. In a notebook the result shows itself, and steps through backward: → and ←
    go a step on and back, Home and End to the start and the end, and Space plays.

    `names={"loss": loss}` names Tensors. Modules nested deeper than `depth` are one box each, and more than `max_nodes`
    boxes are never drawn: repetitions, modules and chains are folded, and the picture says so. Without `depth` a page
    has a slider for it, and opens folded where all of it would be heavy. `direction` is "LR" or "TB", `show` a choice
    of "values", "gradients" and "modules", and `theme` "auto", "light" or "dark".

    A module with keywords is called before it is drawn, `draw(model(x, mask=mask))`.

    TypeError for what is no Tensor and for options of another type, ValueError for options that are out of range and
    names that are not in the graph.

    >>> from autograd import tensor
    >>> a = tensor(2.0, requires_grad=True, name="a")
    >>> draw(a * a + 1.0)
    Computation graph of add: 3 nodes
    add + 1: data 5.0 | grad 1.0
    └─ multiply: data 4.0 | grad 1.0
       └─ a: data 2.0 | grad 4.0

    A model, each of its layers as one box:

    >>> import nn
    >>> model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))
    >>> draw(model, tensor([[1.0, 2.0, 3.0, 4.0]], dtype="float32"), depth=1)
    Computation graph: 8 nodes
    2 = Linear 8 parameters: (1, 2) | 3 nodes
    └─ 1 = Tanh: (1, 3)
       └─ 0 = Linear 15 parameters: (1, 3) | 3 nodes
          └─ constant: (1, 4)
    gradients start from a scalar: draw a loss
    showing 4 of 8 nodes: modules deeper than 1 folded
    """
    show = _checked(names, show, depth, max_nodes, direction, theme)
    outputs = _outputs(x, inputs)
    constants = [out for out in outputs if out.node is None]
    whole = _only(build(Trace(outputs), names=names, direction=direction, constants=constants), show)
    picture = fold(whole, depth=depth, max_nodes=max_nodes)
    foldings = _foldings(replace(picture, notes=whole.notes), picture) if depth is None else {}
    return Drawing(picture, theme=theme, foldings=foldings)


def _checked(names: Any, show: Any, depth: Any, max_nodes: Any, direction: Any, theme: Any) -> tuple[str, ...]:
    """What is to be shown, once every option is known to be one."""
    _check_names(names)
    if not isinstance(show, Collection):
        raise TypeError(f"draw: show is a list of words, not {_a(show)}; choose among {', '.join(SHOWN)}")
    shown = (show,) if isinstance(show, str) else tuple(show)
    if unknown := [word for word in shown if word not in SHOWN]:
        raise ValueError(f"draw: show has {unknown}; choose among {', '.join(SHOWN)}")
    for option, given, least in (("depth", 0 if depth is None else depth, 0), ("max_nodes", max_nodes, 1)):
        if not isinstance(given, Integral) or isinstance(given, bool):
            raise TypeError(f"draw: {option} is a whole number, not {_a(given)}")
        if given < least:
            raise ValueError(f"draw: {option} must be {least} or more, not {given}")
    if direction not in (None, "LR", "TB"):
        raise ValueError(f"draw: direction must be 'LR' or 'TB', not {direction!r}")
    if theme not in THEMES:
        raise ValueError(f"draw: no theme {theme!r}; choose one of {', '.join(THEMES)}")
    return shown


def _check_names(names: Any) -> None:
    """Raise where `names` are not words for Tensors, one for each."""
    if not isinstance(names, (Mapping, type(None))):
        raise TypeError(f"draw: names is a mapping from names to Tensors, not {_a(names)}")
    for name in names or ():
        if not isinstance(name, str):
            raise TypeError(f"draw: names maps text to Tensors, and {name!r} is {_a(name)}")
        if not name.strip():
            raise ValueError("draw: names has an empty name; give it a letter, or leave it out")
    first: dict[int, str] = {}
    for name, named in (names or {}).items():
        if first.setdefault(id(named), name) != name:
            raise ValueError(f"draw: names calls one Tensor both {first[id(named)]!r} and {name!r}; choose one")


def _a(x: Any) -> str:
    """What kind of thing that is: "a list", "an int"."""
    kind = type(x).__name__
    return "None" if x is None else f"{'an' if kind[0] in 'aeio' or kind == 'ndarray' else 'a'} {kind}"


def _outputs(x: Any, inputs: tuple[Any, ...]) -> list[Tensor]:
    """The Tensors to draw the graph of."""
    if callable(x) and hasattr(x, "named_parameters"):
        if not inputs:
            raise TypeError(f"draw: a {type(x).__name__} has no graph until it is called; pass inputs, draw(model, x)")
        with enable_grad():
            x, inputs = x(*inputs), ()
    if inputs:
        raise TypeError("draw: inputs are for a module; pass several Tensors as a list, draw([x, y])")
    found = {id(known_by(leaf)): leaf for leaf in leaves(x) if isinstance(leaf, Tensor)}
    if not found:
        raise TypeError(f"draw: {_a(x)} has no graph; pass a Tensor, or a module and its inputs")
    return [*found.values()]  # each once


def _only(picture: Picture, show: Collection[str]) -> Picture:
    """The picture without what is not to be shown."""
    hidden: dict[str, Any] = {}
    if "values" not in show:
        hidden["value"] = None
    if "gradients" not in show:
        hidden |= {"grad": None, "silent": True}
        picture = replace(picture, steps=(), notes=tuple([note for note in picture.notes if note != ARRAYS]))
    if "modules" not in show:
        hidden["module"] = ()
        picture = replace(picture, clusters=())
    return replace(picture, vertices=tuple([replace(v, **hidden) for v in picture.vertices])) if hidden else picture


def _foldings(bare: Picture, picture: Picture) -> dict[int, Picture]:
    """The picture by its depth, and before it light ones, spread over the depths, of the same graph without its notes.

    Those are all different, and a page in which the reader chooses among them stays small.
    """
    deepest = max((len(vertex.module) for vertex in picture.vertices), default=0)
    found: dict[int, Picture] = {}
    last = 0
    for level in range(deepest):
        folded = fold(bare, depth=level)
        if last < len(folded.vertices) <= min(LIGHT, len(picture.vertices) - 1):
            found[level], last = folded, len(folded.vertices)
    if not found:
        return {}
    spread = [*found] if len(found) <= MOST else [[*found][i * (len(found) - 1) // (MOST - 1)] for i in range(MOST)]
    return {**{level: found[level] for level in spread}, deepest: picture}
