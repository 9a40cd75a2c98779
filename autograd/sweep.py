"""The chain rule, walked over the graph: `sweep` backwards, `push` forwards.

Three ideas carry the engine, and this file is the last two:

1. *Record.* Every op that touches a Tensor that needs a gradient leaves a Node behind.
2. *Order.* Nodes are numbered by one clock as they are made, so counting down is a reverse topological order.
3. *Chain rule.* Walking that order, each node turns its own cotangent into contributions to those of its parents.
"""

from __future__ import annotations

import math
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import generic, ndarray

from autograd.edits import edited_since, last_edit
from autograd.graph import FREED, Lifted, Node, Traced, constant, lift
from autograd.record import described
from autograd.rules import spelled
from autograd.scope import current, restart, resume

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    Part = tuple[dict[Node, None], list[Node]]  # vertices of a graph, and the nodes among them, newest first

_UNWANTED: Any = object()
watch: Any = None  # the module of that name, while someone watches


def fit(g: Any, node: Node) -> Any:
    """Give a cotangent its vertex's shape and dtype: the one place where broadcasting is undone."""
    shape, dtype = like if type(like := node.like) is tuple else ((), np.dtype(like))
    if isinstance(g, Traced):
        g = g if current().recording else g.value
    elif not hasattr(g, "dtype"):
        g = np.asarray(g, dtype)[()]
    if g.shape != shape:
        extra = g.ndim - len(shape)
        if extra > 0:
            g = g.sum(axis=tuple(range(extra)))
        elif extra < 0 and g.ndim:
            g = g.reshape((1,) * -extra + g.shape)
        if g.shape != shape:
            stretched = tuple([i for i, n in enumerate(g.shape) if n != 1 and shape[i] == 1])
            g = g.sum(axis=stretched, keepdims=True) if stretched else g
            g = g if g.shape == shape else _spread(g, shape)
    if g.dtype != dtype:
        if g.dtype.kind == "c":
            raise TypeError(
                f"backward: a gradient of {node!r} came out complex, and gradients are of real numbers only; "
                "compute with the real and the imaginary part, or use x.detach()"
            )
        g = g.astype(dtype)
    return g[()] if type(g) is ndarray and not shape else g


def _spread(g: Any, shape: tuple[int, ...]) -> Any:
    if isinstance(g, generic) and math.prod(shape) < 4096:
        return np.full(shape, g)  # every backward of a mean comes here: for few entries a copy is quicker than a view
    return np.broadcast_to(g, shape)


_by_seq = attrgetter("seq")


def reach(roots: Iterable[Node]) -> Part:
    """Every vertex that the roots were computed from, themselves included; and the nodes among them, newest first,
    which is a reverse topological order."""
    found = dict.fromkeys(roots)
    nodes: list[Node] = []
    stack = [root for root in found if root.op is not None]
    pop, push = stack.pop, stack.append
    while stack:
        node = pop()
        nodes.append(node)
        p = node.px
        if p is not None and p not in found:
            found[p] = None
            if p.op is not None:
                push(p)
        p = node.py
        if p is not None and p not in found:
            found[p] = None
            if p.op is not None:
                push(p)
        for p, _ in node.rest or ():
            if p is not None and p not in found:
                found[p] = None
                if p.op is not None:
                    push(p)
    nodes.sort(key=_by_seq, reverse=True)
    return found, nodes


def between(roots: Iterable[Node], targets: Iterable[Node], among: Part | None = None) -> Part:
    """The same for the vertices on the paths from the targets to the roots."""
    found, nodes = among or reach(roots)
    wanted = {target: None for target in targets if target in found}
    for node in reversed(nodes):
        if any(p in wanted for p in node.parents):
            wanted[node] = None
    return wanted, [node for node in nodes if node in wanted]


def since(start: int, roots: Iterable[Node]) -> Part:
    """The same for the nodes made after that moment, and what is older and next to them."""
    found = dict.fromkeys(roots)
    nodes: list[Node] = []
    stack = [root for root in found if root.op is not None and root.seq > start]
    while stack:
        node = stack.pop()
        nodes.append(node)
        new = [p for p in dict.fromkeys(node.parents) if p is not None and p not in found]
        found.update(dict.fromkeys(new))
        stack += [p for p in new if p.op is not None and p.seq > start]
    nodes.sort(key=_by_seq, reverse=True)
    return found, nodes


def sweep(
    roots: Sequence[Node],
    seeds: Sequence[Any],
    targets: Collection[Node] | None = None,
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
    lifted: type[Lifted] = Lifted,
    among: Part | None = None,
) -> dict[Node, Any]:
    """Backpropagate the seeds from the roots: the cotangent of every leaf reached, or of every target where given.

    Nothing of the graph is changed but the saved arrays, which are let go as they are used unless `retain_graph`. With
    `among` the sweep keeps to a part of the graph, and gives what flows out of it: not yet all that flows to a leaf, so
    no hook on one is called.
    """
    cotangents: dict[Node, Any]
    cotangents, nodes = (among or reach(roots)) if targets is None else between(roots, targets, among)
    _check_usable(nodes)
    for root, seed in zip(roots, seeds):
        if root in cotangents:
            known = cotangents[root]
            cotangents[root] = seed if known is None else known + seed
    token = restart(create_graph)
    try:
        visited = nodes if watch is None else watch.pulling(nodes, cotangents)
        found = _sweep(visited, cotangents, targets or (), not retain_graph, lifted if create_graph else None)
        for leaf, g in cotangents.items():  # what no node took
            if g is not None:
                found[leaf] = g if leaf.extras is None or among is not None else hooked(g, leaf)
    finally:
        resume(token)
    return found


def _sweep(
    nodes: Iterable[Node],
    cotangents: dict[Node, Any],
    targets: Collection[Node],
    release: bool,
    lifted: type[Lifted] | None,
) -> dict[Node, Any]:
    """Turn the cotangent of each node into contributions to its parents. Gives those of the nodes that are asked for;
    those of the leaves are what remains."""
    asked: dict[Node, Any] = {}
    owned: set[Node] = set()  # vertices whose cotangent is a buffer made here, safe to add to in place
    take, get = cotangents.pop, cotangents.get
    for node in nodes:
        g = take(node)
        if g is None:
            continue
        if node.extras is not None or (targets and node in targets):
            g = g if node.extras is None else hooked(g, node)
            asked[node] = g
        op = node.op
        source = node if lifted is None else lifted(node)
        # The first two operands are written out: this is the hot path of every backward.
        px, py = node.px, node.py
        if px is not None and (known := get(px, _UNWANTED)) is not _UNWANTED:
            if op.into is not None and _plain(known, g):
                gx = _poured(known, node, g, px, owned)
            else:
                gx = g if op.vx is None else op.vx(source, g)
                if type(gx) is not px.like and not (type(gx) is ndarray and (gx.shape, gx.dtype) == px.like):
                    gx = fit(gx, px)
                if known is not None:
                    gx = _sum(known, gx, px, owned) if type(gx) is ndarray else known + gx
            cotangents[px] = gx
        if py is not None and (known := get(py, _UNWANTED)) is not _UNWANTED:
            gy = g if op.vy is None else op.vy(source, g)
            if type(gy) is not py.like and not (type(gy) is ndarray and (gy.shape, gy.dtype) == py.like):
                gy = fit(gy, py)
            if known is not None:
                gy = _sum(known, gy, py, owned) if type(gy) is ndarray else known + gy
            cotangents[py] = gy
        if node.rest is not None:
            for (p, _), vjp in zip(node.rest, op.further(node)):
                if p is not None and (known := get(p, _UNWANTED)) is not _UNWANTED:
                    gp = g if vjp is None else vjp(source, g)
                    if not (type(gp) is ndarray and (gp.shape, gp.dtype) == p.like):
                        gp = fit(gp, p)
                    cotangents[p] = gp if known is None else _sum(known, gp, p, owned)
        if release and op.saves:
            node.out = FREED
            if px is not None:
                node.x = None
            if py is not None:
                node.y = None
            if op.saves_rest:
                node.rest = tuple([(p, z if p is None else None) for p, z in node.rest or ()])
    return asked


def _sum(known: Any, g: Any, node: Node, owned: set[Node]) -> Any:
    if type(g) is ndarray and type(known) is ndarray:
        if node in owned:
            return np.add(known, g, out=known)
        owned.add(node)
    return known + g


def _plain(known: Any, g: Any) -> bool:
    """Whether these are NumPy's own, or nothing is known: what is recorded, or a batch, is not written to."""
    return isinstance(g, (ndarray, generic)) and (known is None or type(known) is ndarray)


def _poured(known: Any, node: Node, g: Any, px: Node, owned: set[Node]) -> Any:
    """What is known, and what a node that reads a part of its operand adds to it, in a buffer of our own."""
    if known is None:
        known = fit(node.op.vx(node, g), px)
    else:
        known = known if px in owned else known.copy()
        node.op.into(node, g, known)
    owned.add(px)
    return known


def hooked(g: Any, node: Node) -> Any:
    """A complete cotangent, as the user's hooks on its vertex let it flow on."""
    assert node.extras is not None
    for hook in list(node.extras.hooks.values()):
        g = spelled(partial(_replaced, hook, node), g)
    if watch is not None:
        watch.hooked(node, g)
    return g


def _replaced(hook: Callable[[Any], Any], node: Node, g: Any) -> Any:
    """What one hook makes of a cotangent: leaves it, or gives another of its shape."""
    if isinstance(g, Traced):
        value, shown = g.value, lift(g.value, g.node) if g.node is not None else constant(g.value)
    else:
        value = np.array(g)[()]  # the hook may keep what it is shown
        if type(value) is ndarray:
            value.flags.writeable = False
        shown = constant(value)
    result = hook(shown)
    result = shown if result is None else result
    if result is shown and shown.value is value:
        return g
    array = np.array(result.value if isinstance(result, Traced) else result)
    if array.dtype.kind not in "biuf" or array.shape != node.shape:
        raise TypeError(
            f"register_hook: {getattr(hook, '__name__', 'a hook')} returned {described(array)} for the gradient of "
            f"{node!r}; return None, or real numbers of shape {node.shape} to take its place"
        )
    return fit(lift(array[()], result.node) if isinstance(result, Traced) and result.node else array, node)


def push(
    tangents: dict[Node, Any],
    roots: Sequence[Node],
    *,
    create_graph: bool = False,
    lifted: type[Lifted] = Lifted,
    among: Part | None = None,
) -> dict[Node, Any]:
    """The chain rule forwards: from the tangents of some vertices to those of all between them and the roots."""
    _, nodes = between(roots, tangents, among)
    _check_usable(nodes)
    tangents = dict(tangents)
    token = restart(create_graph)
    try:
        nodes.reverse()
        for node in nodes if watch is None else watch.pushing(nodes, tangents):
            if node not in tangents:
                if node.dtype.kind == "c":
                    raise TypeError(
                        f"forward mode: {node!r} is complex, and derivatives are of real numbers only; compute with "
                        "the real and the imaginary part, or use x.detach()"
                    )
                source = lifted(node) if create_graph else node
                tangents[node] = fit(node.op.push(source, [p and tangents.get(p) for p in node.parents]), node)
    finally:
        resume(token)
    return tangents


def _check_usable(nodes: list[Node]) -> None:
    """Refuse, before anything is changed, a graph whose saved values are gone or no longer true."""
    for node in nodes:
        if node.out is FREED:
            raise RuntimeError(
                f"backward: {node!r} was swept before and its saved values are freed; "
                "pass retain_graph=True to the first backward, run the forward computation again, or .detach() what "
                "is carried over from an earlier step"
            )
    if not nodes or nodes[-1].seq > last_edit():
        return
    for node in nodes:
        for label, value in node.op.saved(node):
            if edited_since(value, node.seq):
                raise RuntimeError(
                    f"backward: {label} of {node!r} was edited in place after it was recorded, so the gradient would "
                    "be wrong; edit a copy, or edit before it is used"
                )
