"""The computation graph, and the chain rule that walks it.

A `Node` is one recorded operation: which op, which parents, and the few arrays its derivative rule asks for. A `Leaf` is
where differentiation ends and `.grad` collects. Nodes point only backwards, never at the Tensor that holds their result, so
a graph has no reference cycles and is freed by reference counting alone.

Three ideas carry everything:

1. *Record.* Every op that touches a Tensor that needs a gradient leaves a Node behind.
2. *Order.* Nodes are numbered by one clock as they are made, so counting down is a reverse topological order.
3. *Chain rule.* `sweep` walks that order and adds each node's contribution to its parents; `push` walks it upwards.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd.edits import edited_since, last_edit
from autograd.scope import Scope, current, leave, restart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from autograd.rules import Op
    from autograd.tensor import Tensor


# -- vertices ----------------------------------------------------------------------------------------------------------


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
        return self.like[1] if type(self.like) is tuple else np.dtype(self.like)

    def __repr__(self) -> str:
        return f"<{self.op.name if self.op else 'leaf'} #{self.seq} {self.shape} {self.dtype}>"


class Leaf(Node):
    """A Tensor that the user made and asked gradients of. Holds that Tensor's `value`, `name` and accumulated `grad`."""

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


class _Lifted:
    """A node's saved arrays as Tensors that remember where they came from, so that rules run on them record themselves."""

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
_UNWANTED: Any = object()
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


def fit(g: Any, node: Node) -> Any:
    """Give a cotangent its vertex's shape and dtype: the one place where broadcasting is undone."""
    if isinstance(g, Traced) and not current().recording:
        g = g.value
    shape, dtype = node.shape, node.dtype
    if not hasattr(g, "dtype"):
        g = np.asarray(g, dtype)[()]
    if g.shape != shape:
        stretched = tuple(
            axis
            for axis in range(g.ndim)
            if axis < g.ndim - len(shape) or (shape[axis - g.ndim] == 1 and g.shape[axis] != 1)
        )
        if stretched:
            g = g.sum(axis=stretched, keepdims=True)
        if g.ndim > len(shape):
            g = g.reshape(g.shape[g.ndim - len(shape) :])
        if g.shape != shape:
            g = np.broadcast_to(g, shape)
    if g.dtype != dtype:
        g = g.astype(dtype)
    return g[()] if type(g) is np.ndarray and not shape else g


# -- the chain rule ----------------------------------------------------------------------------------------------------

_by_seq = attrgetter("seq")


def reach(roots: Iterable[Node]) -> list[Node]:
    """Every vertex the roots were computed from, themselves included, newest first: a reverse topological order."""
    found = dict.fromkeys(roots)
    stack = list(found)
    pop, push = stack.pop, stack.append
    while stack:
        node = pop()
        p = node.px
        if p is not None and p not in found:
            found[p] = None
            push(p)
        p = node.py
        if p is not None and p not in found:
            found[p] = None
            push(p)
        if node.ps is not None:
            for p in node.ps:
                if p is not None and p not in found:
                    found[p] = None
                    push(p)
    return sorted(found, key=_by_seq, reverse=True)


def between(roots: Iterable[Node], targets: Collection[Node]) -> list[Node]:
    """The vertices on the paths from the targets to the roots, newest first."""
    wanted = set(targets)
    for node in reversed(order := reach(roots)):
        if any(p in wanted for p in node.parents):
            wanted.add(node)
    return [node for node in order if node in wanted]


def sweep(
    roots: Sequence[Node],
    seeds: Sequence[Any],
    targets: Collection[Node] | None = None,
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
) -> dict[Node, Any]:
    """Backpropagate the seeds from the roots: the cotangent of every leaf reached, or of every target where they are given.

    Nothing of the graph is changed but the saved arrays, which are let go as they are used unless `retain_graph`.
    """
    order = reach(roots) if targets is None else between(roots, targets)
    _check_usable(order)
    cotangents: dict[Node, Any] = dict.fromkeys(order)
    for root, seed in zip(roots, seeds, strict=True):
        if root in cotangents:
            known = cotangents[root]
            cotangents[root] = seed if known is None else known + seed
    token = restart(create_graph)
    try:
        return _sweep(order, cotangents, targets or (), retain_graph, create_graph)
    finally:
        leave(token)


def _sweep(
    order: list[Node], cotangents: dict[Node, Any], targets: Collection[Node], retain: bool, create: bool
) -> dict[Node, Any]:
    results: dict[Node, Any] = {}
    owned: set[Node] = set()  # vertices whose cotangent is a buffer made here, safe to add to in place
    take, get = cotangents.pop, cotangents.get
    for node in order:
        g = take(node)
        if g is None:
            continue
        op = node.op
        if op is None or node.extras is not None or (targets and node in targets):
            results[node] = g
            if op is None:
                continue
        source = _Lifted(node) if create else node
        # The first two operands are written out: this is the hot path of every backward.
        px, py = node.px, node.py
        if px is not None and (known := get(px, _UNWANTED)) is not _UNWANTED:
            gx = g if op.vx is None else op.vx(source, g)
            if type(gx) is not px.like:
                gx = fit(gx, px)
            if known is not None:
                gx = _sum(known, gx, px, owned) if type(gx) is ndarray else known + gx
            cotangents[px] = gx
        if py is not None and (known := get(py, _UNWANTED)) is not _UNWANTED:
            gy = g if op.vy is None else op.vy(source, g)
            if type(gy) is not py.like:
                gy = fit(gy, py)
            if known is not None:
                gy = _sum(known, gy, py, owned) if type(gy) is ndarray else known + gy
            cotangents[py] = gy
        if node.ps is not None:
            for i, p in enumerate(node.ps):
                if p is not None and (known := get(p, _UNWANTED)) is not _UNWANTED:
                    gp = fit(op.vjp(i)(source, g), p)
                    cotangents[p] = gp if known is None else _sum(known, gp, p, owned)
        if op.saves and not retain:
            node.out = FREED
            if px is not None:
                node.x = None
            if py is not None:
                node.y = None
            if node.ps is not None:
                node.x = tuple([x if p is None else None for x, p in zip(node.x, node.ps, strict=True)])
    return results


def _sum(known: Any, g: Any, node: Node, owned: set[Node]) -> Any:
    if type(g) is np.ndarray:
        if node in owned:
            return np.add(known, g, out=known)
        owned.add(node)
    return known + g


def push(tangents: dict[Node, Any], roots: Sequence[Node], *, create_graph: bool = False) -> dict[Node, Any]:
    """The chain rule forwards: from the tangents of some vertices to those of everything between them and the roots."""
    order = between(roots, tangents.keys())
    _check_usable(order)
    tangents = dict(tangents)
    token = restart(create_graph)
    try:
        for node in reversed(order):
            if node not in tangents and node.op is not None:
                source = _Lifted(node) if create_graph else node
                dout = node.op.push(source, [tangents.get(p) for p in node.parents])  # type: ignore[arg-type]
                tangents[node] = fit(dout, node)
    finally:
        leave(token)
    return tangents


def _check_usable(order: list[Node]) -> None:
    """Refuse, before anything is changed, a graph whose saved values are gone or no longer true."""
    for node in order:
        if node.out is FREED:
            raise RuntimeError(
                f"backward: {node!r} was swept before and its saved values are freed; "
                "pass retain_graph=True to the first backward, or run the forward computation again"
            )
    oldest = next((node.seq for node in reversed(order) if node.op is not None), -1)
    if oldest > last_edit():
        return
    for node in order:
        for label, value in node.op.saved(node) if node.op is not None else ():
            if edited_since(value, node.seq):
                raise RuntimeError(
                    f"backward: {label} of {node!r} was edited in place after it was recorded, so the gradient would be "
                    "wrong; edit a copy, or edit before it is used"
                )
