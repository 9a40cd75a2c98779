"""The computation graph: what an op leaves behind.

A `Node` is one recorded operation: which op, which parents, and the few arrays its derivative rule asks for. A `Leaf`
is where differentiation ends and `.grad` collects. Nodes point only backwards, never at the Tensor that holds their
result, so a graph has no reference cycles and is freed by reference counting alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.scope import Scope, current

if TYPE_CHECKING:
    from autograd.rules import Op
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

    `px`, `py` are the parents that need a gradient (None for a constant operand); an op of three or more operands keeps
    all of them in the tuple `ps` instead. `x`, `y`, `out` hold the operands and the result where a derivative rule asks
    for them by name; constants stay in `x`, `y` as well, so that the graph can be replayed from its leaves.
    `like` says what a cotangent must look like: a NumPy scalar type, or (shape, dtype).
    """

    __slots__ = ("extras", "like", "op", "out", "params", "ps", "px", "py", "scope", "seq", "x", "y")

    op: Op | None
    seq: int
    scope: Scope
    px: Node | None
    py: Node | None
    ps: tuple[Node | None, ...] | None
    params: dict[str, Any] | None
    x: Any
    y: Any
    out: Any
    like: Any
    extras: Extras | None

    @property
    def parents(self) -> tuple[Node | None, ...]:
        """One entry per operand, None where the operand is a constant."""
        if self.ps is not None:
            return self.ps
        return () if self.op is None else (self.px, self.py)[: self.op.arity]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.like[0] if type(self.like) is tuple else ()

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self.like[1] if type(self.like) is tuple else self.like)

    def __repr__(self) -> str:
        return f"<{self.op.name if self.op else 'leaf'} #{self.seq} {self.shape} {self.dtype}>"


class Leaf(Node):
    """A Tensor that the user made and asked gradients of. Holds that Tensor's `value`, `name` and accumulated
    `grad`."""

    __slots__ = ("grad", "name", "value")

    def __init__(self, value: Any, name: str | None = None) -> None:
        self.op = self.px = self.py = self.ps = self.params = self.extras = None
        self.x = self.y = self.out = None
        self.scope, self.seq, self.like = current(), -1, look(value)
        self.value, self.name = value, name
        self.grad: Tensor | None = None


class Extras:
    """The rare things a user pins to an intermediate result: a name, and whether to keep its gradient."""

    __slots__ = ("grad", "name", "retains_grad")

    def __init__(self) -> None:
        self.name: str | None = None
        self.retains_grad = False
        self.grad: Tensor | None = None


class Lifted:
    """A node's saved arrays as Tensors that remember where they came from, so that rules run on them record
    themselves."""

    __slots__ = ("op", "out", "params", "ps", "px", "py", "x", "y")

    def __init__(self, node: Node) -> None:
        self.op, self.params = node.op, node.params
        self.px, self.py, self.ps = node.px, node.py, node.ps
        if node.ps is None:
            self.x, self.y = lift(node.x, node.px), lift(node.y, node.py)
        else:
            self.x, self.y = tuple(lift(x, p) for x, p in zip(node.x, node.ps, strict=True)), None
        self.out = lift(node.out, node)


FREED: Any = type("Freed", (), {"__repr__": lambda _: "<freed>"})()  # what `out` holds once a sweep has let go
_face: type[Traced] = Traced


def adopt(face: type[Traced]) -> None:
    """Name the class that ops return. `tensor.py`, which stands on top of this file, calls it once."""
    global _face
    _face = face


def lift(value: Any, node: Node | None) -> Any:
    """A Tensor of this value and node; an absent value, or that of a constant, stays as it is."""
    if value is None or node is None:
        return value
    tensor = _face()
    tensor.value, tensor.node = value, node
    return tensor


def constant(value: Any) -> Any:
    """A Tensor of this value that no gradient flows to."""
    tensor = _face()
    tensor.value, tensor.node = value, None
    return tensor


def look(value: Any) -> Any:
    """What a cotangent of this value must look like: cheap to store, and for scalars cheap to compare."""
    return (value.shape, value.dtype) if type(value) is np.ndarray else type(value)
