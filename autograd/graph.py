"""The computation graph: what an op leaves behind.

A `Node` is one recorded operation: which op, which parents, and the few arrays its derivative rule asks for. A `Leaf`
is where differentiation ends and `.grad` collects. Nodes point only backwards, never at the Tensor that holds their
result, so a graph has no reference cycles and is freed by reference counting alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.edits import edited_since, last_edit, tick
from autograd.hooks import Hooks
from autograd.lints import lint

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.op import Op
    from autograd.scope import Frame
    from autograd.tensor import Tensor


class Traced:
    """What the engine knows of a Tensor: its `value` (ndarray or NumPy scalar) and the `node` that made it.

    `Tensor` is this with NumPy's face on. A `node` of None means a constant.
    """

    __slots__ = ("__weakref__", "_name", "node", "value")

    value: Any
    node: Node | None


class Node:
    """One recorded operation.

    `px` and `py` are the parents that need a gradient, None for a constant operand. `x`, `y` hold the operands, and
    `out` the result, where a derivative rule asks for them by name; constants stay as well, so that the graph can be
    replayed from its leaves. Operands after the second are in `rest`, as pairs of parent and value; so are all those of
    an op that takes any number. `like` says what a cotangent must look like: a NumPy scalar type, or (shape, dtype).
    """

    __slots__ = ("extras", "frame", "like", "op", "out", "params", "px", "py", "rest", "seq", "x", "y")

    op: Op  # None for a leaf
    seq: int
    frame: Frame | None
    px: Node | None
    py: Node | None
    x: Any
    y: Any
    rest: tuple[tuple[Node | None, Any], ...] | None
    out: Any
    params: dict[str, Any]  # only where the op has parameters
    like: Any
    extras: Extras | None

    @property
    def parents(self) -> tuple[Node | None, ...]:
        """One entry per operand, None where the operand is a constant."""
        if self.rest is not None:
            further = [p for p, _ in self.rest]
            return tuple(further) if self.op.variadic else (self.px, self.py, *further)
        return (self.px, self.py)[: self.op.arity] if self.op is not None else ()

    @property
    def operands(self) -> tuple[Any, ...]:
        """One value per operand, None where none is kept."""
        if self.rest is not None:
            further = [z for _, z in self.rest]
            return tuple(further) if self.op.variadic else (self.x, self.y, *further)
        return (self.x, self.y)[: self.op.arity] if self.op is not None else ()

    @property
    def shape(self) -> tuple[int, ...]:
        return self.like[0] if type(self.like) is tuple else ()

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self.like[1] if type(self.like) is tuple else self.like)

    def __repr__(self) -> str:
        return f"<{self.op.name} #{self.seq} {self.shape} {self.dtype}>"


class Leaf(Node):
    """A Tensor that the user made and asked gradients of. Holds that Tensor's `value`, `name` and accumulated
    `grad`."""

    __slots__ = ("grad", "name", "since", "value")

    def __init__(self, value: Any, name: str | None = None) -> None:
        self.op = None  # type: ignore[assignment]
        self.px = self.py = self.rest = self.extras = None
        self.x = self.y = self.out = None
        self.frame, self.seq, self.like = None, tick(), look(value)
        self.value, self.name = value, name
        self.grad: Tensor | None = None
        self.since = 0  # when the graph was made that the latest gradient came from

    def added(self, g: Tensor) -> Tensor:
        """The gradient that is there, and one more."""
        assert self.grad is not None
        if self.since < last_edit() and edited_since(self.value, self.since):
            lint(
                "zero_grad",
                f"backward: the gradient of {self!r} is added to one from before it was edited, so that steps pile up; "
                "call optimizer.zero_grad() or set .grad to None before backward().",
            )
        return self.grad + g

    def __repr__(self) -> str:
        return f"<leaf {self.name or ''}{' ' if self.name else ''}{self.shape} {self.dtype}>"


class Extras:
    """The rare things a user pins to a vertex: hooks on its gradient; and to an intermediate result a name, whether to
    keep its gradient, and its value where that goes on as a constant, for pictures to know it by."""

    __slots__ = ("detached", "grad", "hooks", "name", "retains_grad")

    def __init__(self) -> None:
        self.name: str | None = None
        self.retains_grad = False
        self.grad: Tensor | None = None
        self.hooks = Hooks()
        self.detached: Callable[[], Any] = lambda: None  # weakly: a node keeps what its rules read alone


class Lifted:
    """A node's saved arrays as Tensors that remember where they came from, so that rules run on them record
    themselves."""

    __slots__ = ("out", "params", "px", "py", "rest", "x", "y")

    def __init__(self, node: Node) -> None:
        self.px, self.py, self.params = node.px, node.py, node.op.parameters(node)
        self.x, self.y, self.out = lift(node.x, node.px), lift(node.y, node.py), lift(node.out, node)
        self.rest = None if node.rest is None else tuple([(p, lift(z, p)) for p, z in node.rest])


FREED: Any = type("Freed", (), {"__repr__": lambda _: "<freed>"})()  # what `out` holds once a sweep has let go
_Face: type[Traced] = Traced  # the class of what is made here, where nobody looks on


def adopt(face: type[Traced]) -> None:
    """Name that class. The `adopt` of `record.py` calls it, so that ops return the same."""
    global _Face
    _Face = face


def lift(value: Any, node: Node | None) -> Any:
    """A Tensor of this value and node; an absent value, or that of a constant, stays as it is."""
    if value is None or node is None:
        return value
    tensor = _Face()
    tensor.value, tensor.node = value, node
    return tensor


def constant(value: Any) -> Any:
    """A Tensor of this value that no gradient flows to."""
    tensor = _Face()
    tensor.value, tensor.node = value, None
    return tensor


def own(value: Any, taken: set[int]) -> Any:
    """The value in memory that nobody in `taken` holds: results may be edited without touching one another."""
    if type(value) is np.ndarray and not value.ndim:
        return value[()]
    if type(value) is np.ndarray and (value.base is not None or id(value) in taken):
        value = value.copy()
    taken.add(id(value))
    return value


def given_back(value: Any, taken: set[int]) -> Any:
    """A Tensor with memory of its own, still a part of the graph where it was one."""
    if isinstance(value, Traced):
        return lift(own(value.value, taken), value.node) if value.node else constant(own(value.value, taken))
    return constant(own(value, taken))


def look(value: Any) -> Any:
    """What a cotangent of this value must look like: cheap to store, and for scalars cheap to compare."""
    return (value.shape, value.dtype) if type(value) is np.ndarray else type(value)
