"""detect_nan: stop at the first op whose result or derivative is not finite, and show how it came about.

It costs nothing while nobody watches, for then none of this is called. While someone does, ops call `_made` in the
place of the class of their results and `_numbered` in the place of their clock, and sweeps walk the graph through
`pulling` and `pushing`. Threads and tasks that do not watch themselves pass all this unseen.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import record, sweep
from autograd.batch import plain
from autograd.edits import tick
from autograd.graph import Leaf, Node
from autograd.record import place, values_of
from autograd.scope import START, Recording, current
from autograd.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import FrameType

    from autograd.op import Op

    Line = tuple[str, int]  # of a file
    Shown = tuple[str, Any, str]  # an array in an error: its name, value (None if it was not kept), and a note


class NonFiniteError(FloatingPointError):
    """A result, cotangent or tangent that is infinite or not a number."""


class detect_nan(Recording):
    """Raise NonFiniteError at the first op that computes an infinite number or a NaN, forward or backward.

    The error names the op, in `backward` the operand that it was differentiated by, the first entry that is not finite
    and those of the operands near it, the module, and the line of your program: for a derivative, the one that recorded
    its op. It tells a NaN that was computed from one that came in with a leaf or a constant. A context manager and a
    decorator, for this thread and async task. NumPy's own warnings are silent inside. Every op is looked at, which
    takes its time: this is for finding a fault, not for training.

    >>> from autograd import tensor
    >>> x = tensor([4.0, 0.0, 1.0], requires_grad=True, name="speed")
    >>> with detect_nan():
    ...     time = 2.0 / x
    Traceback (most recent call last):
        ...
    autograd.watch.NonFiniteError: divide, forward: the result (3,) float64 has inf at [1]
        x: () float64, a constant, x = 2.0
        y: (3,) float64, leaf 'speed', from 0 to 4, y[0:3] = [4., 0., 1.]
        <doctest autograd.watch.detect_nan[2]>:2: time = 2.0 / x
    """

    def __enter__(self) -> None:
        global _watchers
        with _entering:
            _watchers += 1
            record.observe(_made, _numbered)
            sweep.watch = sys.modules[__name__]
        _silenced.set((*_silenced.get(), np.seterr(divide="ignore", over="ignore", invalid="ignore")))

    def __exit__(self, *_: object) -> None:
        global _watchers
        *outer, before = _silenced.get()
        _silenced.set(tuple(outer))
        np.seterr(**before)
        with _entering:
            _watchers -= 1
            if not _watchers:
                record.observe(Tensor, tick)
                sweep.watch = None
                _lines.clear()


_silenced: ContextVar[tuple[Any, ...]] = ContextVar("silenced", default=())  # what NumPy does outside of each block
_watchers = 0  # blocks that are open, in all threads and tasks
_entering = Lock()
_lines: deque[tuple[int, Line]] = deque(maxlen=100_000)  # of the latest nodes: number, and the line that recorded it


# -- where the engine calls ------------------------------------------------------------------------------------------


def _made() -> Tensor:
    """A Tensor for the op that is calling, unless what it has computed is not finite."""
    if _silenced.get() and current() not in START.values():  # of a rule only the outcome counts: 0 · ∞ is 0 there
        apply = sys._getframe(1)
        if not _is_finite(apply.f_locals["out"]):
            raise _of_forward(apply)
    return Tensor()


def _numbered() -> int:
    """The number of a new node, remembered with the line that it is recorded by."""
    seq = tick()
    if _silenced.get():
        _lines.append((seq, _line(sys._getframe(2))))
    return seq


def pulling(nodes: list[Node], cotangents: dict[Node, Any]) -> Iterable[Node]:
    """The same nodes, and a look at the cotangents that each leaves to its parents."""
    return _pulling(nodes, cotangents) if _silenced.get() else nodes


def _pulling(nodes: list[Node], cotangents: dict[Node, Any]) -> Iterator[Node]:
    _check_start("backward", cotangents)
    for node in nodes:
        g, kept = cotangents[node], _copy(node)  # before the sweep lets go of what it saved
        yield node
        if g is not None and not all(p is None or _is_finite(cotangents.get(p)) for p in kept.parents):
            raise _of_backward(kept, g)


def pushing(nodes: list[Node], tangents: dict[Node, Any]) -> Iterable[Node]:
    """The same nodes, and a look at the tangent that each is given."""
    return _pushing(nodes, tangents) if _silenced.get() else nodes


def _pushing(nodes: list[Node], tangents: dict[Node, Any]) -> Iterator[Node]:
    _check_start("forward mode", tangents)
    for node in nodes:
        yield node
        if not _is_finite(tangents[node]):
            raise _of_forward_mode(node, tangents)


def hooked(node: Node, g: Any) -> None:
    """A look at what the hooks of a vertex have made of its cotangent."""
    if _silenced.get() and not _is_finite(g):
        raise NonFiniteError(f"register_hook: what a hook on {node!r} returned {_first(g)}{_recorded(node)}")


def _check_start(mode: str, start: dict[Node, Any]) -> None:
    for node, g in start.items():
        if not _is_finite(g):
            raise NonFiniteError(f"{mode}: what was given to start with at {node!r} {_first(g)}{_recorded(node)}")


# -- what is said ----------------------------------------------------------------------------------------------------


def _of_forward(apply: FrameType) -> NonFiniteError:
    """The error for a call of an op that is about to return: its variables are those of record.py."""
    seen = apply.f_locals
    op, out = seen["op"], seen["out"]
    pairs = seen.get("pairs") or [(seen[p], seen[x]) for p, x in (("px", "x"), ("py", "y"), ("pz", "z")) if p in seen]
    operands = _operands(op, [p for p, _ in pairs], [x for _, x in pairs])
    where = _lined(place(current().frame)) + _quoted(_line(apply))
    return _error(f"{op.name}, forward: the result", out, operands, where)


def _of_backward(node: Node, g: Any) -> NonFiniteError:
    operands = _operands(node.op, node.parents, node.operands)
    shown = [("g", g, "the cotangent"), *operands, *([] if node.out is None else [("out", node.out, "the result")])]
    for (name, _, _), gx in zip(operands, _cotangents(node, g)):
        if not _is_finite(gx):
            return _error(f"{node.op.name}, backward by {name}: the cotangent", gx, shown, _recorded(node))
    return NonFiniteError(
        f"{node.op.name}, backward: the cotangents it gives are finite, but not what they add up to with others, or "
        f"become in the dtype of their operands{_recorded(node)}"
    )


def _of_forward_mode(node: Node, tangents: dict[Node, Any]) -> NonFiniteError:
    operands = _operands(node.op, node.parents, node.operands)
    moves = [
        (f"d{name}", tangents.get(p), "a tangent") for (name, *_), p in zip(operands, node.parents) if p in tangents
    ]
    return _error(f"{node.op.name}, forward mode: the tangent", tangents[node], moves + operands, _recorded(node))


def _cotangents(node: Node, g: Any) -> Iterator[Any]:
    """What the rules of a node make of a cotangent, None for constants."""
    op = node.op
    rules = [*op.further(node)] if op.variadic else [op.vx, op.vy, *op.further(node)][: op.arity]
    g = values_of(g)
    for p, vjp in zip(node.parents, rules):
        yield None if p is None else g if vjp is None else vjp(node, g)


def _copy(node: Node) -> Node:
    copy = Node()
    for name in ("op", "seq", "frame", "px", "py", "x", "y", "rest", "out", "like", "extras"):
        setattr(copy, name, getattr(node, name))
    copy.params = node.op.parameters(node)
    return copy


def _operands(op: Op, parents: Sequence[Node | None], values: Sequence[Any]) -> list[Shown]:
    names = op.operands or [f"{op.series}[{i}]" for i in range(len(values))]
    return [(name, x, _origin(p) if x is not None else _look(p)) for name, p, x in zip(names, parents, values)]


def _look(parent: Node | None) -> str:
    """Of an operand that was not kept: its shape, at least."""
    return "not kept" if parent is None else f"{parent.shape} {parent.dtype}, {_origin(parent)}, not kept"


def _origin(parent: Node | None) -> str:
    if isinstance(parent, Leaf):
        return f"leaf {parent.name!r}" if parent.name else "a leaf"
    return "a constant" if parent is None else f"from {parent.op.name}"


def _error(title: str, x: Any, shown: list[Shown], where: str) -> NonFiniteError:
    index, shape = _index(x), np.shape(_raw(x))
    lines = [_described(name, value, note, index, shape) for name, value, note in shown]
    return NonFiniteError("\n    ".join([f"{title} {_first(x)}", *lines]) + where)


def _described(name: str, x: Any, note: str, index: tuple[int, ...] | None, shape: tuple[int, ...]) -> str:
    """An array that took part: what it looks like, and its entries near an index into that shape."""
    if x is None:
        return f"{name}: {note}"
    x = np.asarray(_raw(x))
    text = f"{name}: {x.shape} {x.dtype}, {note}"
    own = _index(x)
    if own is not None:
        text += ", not finite to begin with"
    elif x.dtype.kind in "iuf" and x.size > 1:
        text += f", from {x.min():.6g} to {x.max():.6g}"
    index = _aligned(index or (), shape, x.shape) if own is None else own
    return text if index is None else f"{text}, {_near(name, x, index)}"


def _aligned(index: tuple[int, ...], shape: tuple[int, ...], to: tuple[int, ...]) -> tuple[int, ...] | None:
    """The entry of an array that broadcasts to a shape which stands at an index of that; None if it does not."""
    if len(to) > len(shape) or any(n not in (1, m) for n, m in zip(to, shape[len(shape) - len(to) :])):
        return None
    return tuple([0 if n == 1 else i for n, i in zip(to, index[len(shape) - len(to) :])])


def _near(name: str, x: Any, index: tuple[int, ...]) -> str:
    if not index:
        return f"{name} = {x}"
    *front, i = index
    start, stop = max(i - 2, 0), min(i + 3, x.shape[-1])
    entries = np.array2string(x[(*front, slice(start, stop))], separator=", ", precision=6)
    return f"{name}[{', '.join([*map(str, front), f'{start}:{stop}'])}] = {entries}"


def _first(x: Any) -> str:
    """The first entry that is not finite, and where."""
    x, index = np.asarray(_raw(x)), _index(x)
    assert index is not None
    return f"{x.shape} {x.dtype} has {x[index]} at {list(index)}" if index else f"{x.shape} {x.dtype} is {x}"


def _index(x: Any) -> tuple[int, ...] | None:
    """Where the first entry that is not finite stands."""
    x = np.asarray(_raw(x))
    return None if _is_finite(x) else tuple(int(i) for i in np.argwhere(~np.isfinite(x))[0])


def _is_finite(x: Any) -> bool:
    if x is None:
        return True
    x = np.asarray(_raw(x))
    return x.dtype.kind not in "fc" or bool(np.isfinite(x).all())


def _raw(x: Any) -> Any:
    """The array of a Tensor, or of a batch of them."""
    return values_of(plain(x))


# -- where it happened -----------------------------------------------------------------------------------------------

_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FOLDERS = (os.path.dirname(np.__file__), *[os.path.join(_PACKAGES, name) for name in ("autograd", "nn")])
_LIBRARIES = tuple([os.path.join(folder, "") for folder in _FOLDERS])


def _line(frame: FrameType | None) -> Line:
    """The innermost line that is neither ours nor NumPy's."""
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARIES):
        frame = frame.f_back
    return ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def _quoted(line: Line) -> str:
    import linecache

    return _lined(f"{line[0]}:{line[1]}: {linecache.getline(*line).strip()}".removesuffix(": ")) if line[0] else ""


def _recorded(node: Node) -> str:
    """The module and the line that recorded a node."""
    line = next((line for seq, line in list(_lines) if seq == node.seq), None)
    told = (
        _lined("by a line not known: recorded outside of detect_nan, or too long ago")
        if line is None
        else _quoted(line)
    )
    return _lined(place(node.frame)) + (told if node.op is not None else "")


def _lined(text: str) -> str:
    return f"\n    {text.removeprefix(', ')}" if text else ""
