"""draw: from Tensors, or a module and its inputs, to a picture."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from autograd.drawing.build import build
from autograd.drawing.drawing import Drawing
from autograd.drawing.fold import fold
from autograd.drawing.model import Picture, replace
from autograd.drawing.trace import Trace
from autograd.scope import enable_grad
from autograd.tensor import Tensor
from autograd.tree import leaves

if TYPE_CHECKING:
    from autograd.drawing.build import Direction
    from autograd.drawing.style import Theme

SHOWN = ("values", "gradients", "modules")
SMALL = 100  # vertices of a picture whose other foldings a page can carry beside it


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
    after backward the picture is the same. In a notebook the result shows itself; `.save("graph.svg")` writes it.

    `names={"loss": loss}` names Tensors. Modules nested deeper than `depth` are one box each, and more than `max_nodes`
    boxes are never drawn: repetitions, modules and chains are folded, and the picture says so. `direction` is "LR" or
    "TB", `show` a choice of "values", "gradients" and "modules", and `theme` "auto", "light" or "dark".

    TypeError for what is no Tensor, ValueError for options that are out of range and names that are not in the graph.

    >>> from autograd import tensor
    >>> a = tensor(2.0, requires_grad=True, name="a")
    >>> draw(a * a + 1.0)
    Computation graph of add: 3 nodes
    add + 1: data 5.0 | grad 1.0
    └─ multiply: data 4.0 | grad 1.0
       └─ a: data 2.0 | grad 4.0
    """
    if unknown := sorted({*([show] if isinstance(show, str) else show)} - {*SHOWN}):
        raise ValueError(f"draw: show has {unknown}; choose among {', '.join(SHOWN)}")
    outputs = _outputs(x, inputs)
    constants = [out for out in outputs if out.node is None]
    whole = build(Trace(outputs), names=names, direction=direction, constants=constants)
    whole = _only(whole, show)
    picture = fold(whole, depth=depth, max_nodes=max_nodes)
    return Drawing(picture, theme=theme, foldings=_foldings(whole, picture, depth, max_nodes))


def _outputs(x: Any, inputs: tuple[Any, ...]) -> list[Tensor]:
    """The Tensors to draw the graph of."""
    if callable(x) and hasattr(x, "named_parameters"):
        if not inputs:
            raise TypeError(f"draw: a {type(x).__name__} has no graph until it is called; pass inputs, draw(model, x)")
        with enable_grad():
            x, inputs = x(*inputs), ()
    if inputs:
        raise TypeError("draw: inputs are for a module; pass several Tensors as a list, draw([x, y])")
    found = [leaf for leaf in leaves(x) if isinstance(leaf, Tensor)]
    if not found:
        raise TypeError(f"draw: a {type(x).__name__} has no graph; pass a Tensor, or a module and its inputs")
    return found


def _only(picture: Picture, show: Collection[str]) -> Picture:
    """The picture without what is not to be shown."""
    hidden: dict[str, Any] = {}
    if "values" not in show:
        hidden["value"] = None
    if "gradients" not in show:
        hidden["grad"] = None
        picture = replace(picture, steps=())
    if "modules" not in show:
        hidden["module"] = ()
        picture = replace(picture, clusters=())
    return replace(picture, vertices=tuple([replace(vertex, **hidden) for vertex in picture.vertices]))


def _foldings(whole: Picture, picture: Picture, depth: int | None, max_nodes: int) -> dict[int, Picture]:
    """The same graph at every depth, for a page in which its reader can choose, where that page stays small."""
    deepest = max((len(vertex.module) for vertex in whole.vertices), default=0)
    if depth is not None or deepest < 1 or len(whole.vertices) > min(SMALL, max_nodes):
        return {}
    return {**{level: fold(whole, depth=level) for level in range(deepest)}, deepest: picture}
