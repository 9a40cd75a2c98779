"""Recording: the functions that users call, made from rows of the table and specialised by their number of operands.

This is the hot path of every forward computation. Per op it makes one Python call, one NumPy call, one Tensor and,
where a gradient is needed, one Node; there are no loops and no dictionaries unless the op has parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd import graph
from autograd.edits import tick
from autograd.graph import Node, Traced, look
from autograd.scope import current

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.op import Op
    from autograd.scope import Frame

_Face: Any = Traced  # what ops make their results by: the class that they return, unless `watch.py` looks on


def adopt(face: type[Traced]) -> None:
    """Name the class that ops return, here and in `graph.py`. `tensor.py`, which stands on top of both, calls it."""
    global _Face
    _Face = face
    graph.adopt(face)


def observe(made: Callable[[], Any], numbered: Callable[[], int]) -> None:
    """Have ops make their results and number their nodes by these functions: `watch.py` looks on through them."""
    global _Face, tick
    _Face, tick = made, numbered


def operand(x: Any, op: Op) -> tuple[Node | None, Any]:
    """The parent node and the raw value of what an op accepts: Tensors, arrays, numbers, nested lists of numbers."""
    if type(x) in (float, int):
        return None, x  # a Python number takes the dtype of what it meets
    if isinstance(x, Traced):
        return x.node, x.value
    if isinstance(x, (list, tuple)):
        x = np.asarray(x)
    elif isinstance(x, ndarray) and type(x) is not ndarray:
        raise TypeError(
            f"{op.name}: a {type(x).__name__} means more than its values; pass np.asarray(x) if you mean those"
        )
    if isinstance(x, (ndarray, np.generic, bool, complex)) and np.asarray(x).dtype.kind in "biufc":
        return None, x
    raise TypeError(f"{op.name}: cannot compute with {described(x)}; pass a Tensor, an array or a number")


def values_of(x: Any) -> Any:
    """The raw value of a Tensor, of each entry of a tuple of them, or x itself."""
    if isinstance(x, tuple):
        return tuple([values_of(entry) for entry in x])
    return x.value if isinstance(x, Traced) else x


def recorded(*xs: Any) -> bool:
    """Whether a gradient may flow to one of these."""
    for x in xs:
        if isinstance(x, Traced) and x.node is not None:
            return current().recording
    return False


def tidy(value: Any) -> Any:
    """A result as NumPy would keep it: an array, or a NumPy scalar where there are no axes."""
    if isinstance(value, np.generic) or (type(value) is ndarray and value.ndim):
        return value
    return np.asarray(value)[()]


def _is_loose(forward: Any) -> bool:
    """Whether a forward may return anything but what NumPy would: ufuncs and operators never do."""
    return not isinstance(forward, np.ufunc) and getattr(forward, "__module__", None) != "_operator"


def described(x: Any) -> str:
    """An operand in a few words, for messages: its shape, and its dtype where that is unusual."""
    if isinstance(x, (ndarray, np.generic)):
        return f"{x.shape}" if x.dtype.kind == "f" else f"{x.shape} {x.dtype}"
    text = "None (did a function forget to return?)" if x is None else repr(x)
    return text if len(text) <= 40 else f"a {type(x).__name__}"


def explained(op: Op, fault: Exception, values: tuple[Any, ...], params: dict[str, Any] | None = None) -> Exception:
    """The same error, saying which op met which operands, and what to do where the op knows."""
    shown = [described(x) for x in values]
    shown += [f"{name}={value!r}" for name, value in (params or {}).items() if value is not None]
    kind = next(kind for kind in _FAULTS if isinstance(fault, kind))
    hint = op.hint(*map(np.shape, values)) if op.hint and kind is ValueError else ""
    why = str(fault).strip()
    if why.startswith("operands could not be broadcast together"):
        why = "these do not broadcast; counted from the last axis, lengths must be equal or 1"
    told = f"{', '.join(shown)}: {why}"
    return kind(f"{op.name}: {hint or told}{place(current().frame)}")


def place(frame: Frame | None) -> str:
    """Where in the tree of modules an op ran, the outermost first; empty where it ran in none."""
    if frame is None:
        return ""
    (module, outer), path = frame, ""
    shown = repr(module) if "\n" not in repr(module) else type(module).__name__
    while outer is not None:
        whole, further = outer
        name = next((name for name, part in vars(whole).items() if part is module), type(module).__name__)
        path, module, outer = f".{name}{path}", whole, further
    return f", in {type(module).__name__}{path}: {shown}" if path else f", in {shown}"


_FAULTS = (np.exceptions.AxisError, np.linalg.LinAlgError, ValueError, TypeError, IndexError, ZeroDivisionError)


def build(op: Op) -> Any:
    """The public function of an op, specialised by the number of its operands: no loops where speed matters."""
    if op.defaults is None:
        apply = {1: _unary, 2: _binary, 3: _ternary}.get(op.arity, _general)(op)
    else:
        apply = _unary_with_parameters(op) if op.arity == 1 else _general(op)
    apply.__name__ = apply.__qualname__ = op.name
    apply.__doc__ = op.doc
    apply.op = op
    return apply


def _unary(op: Op) -> Any:
    forward, loose = op.forward, _is_loose(op.forward)
    keep_x, keep_out = 0 in op.keeps[0], op.keeps_out[0]

    def apply(x: Any, /) -> Any:
        if type(x) is _Face:
            px = x.node
            x = x.value
        else:
            px, x = operand(x, op)
        try:
            out = forward(x)
        except _FAULTS as fault:
            raise explained(op, fault, (x,)) from None
        tensor = _Face()
        tensor.value = out = tidy(out) if loose else out
        if px is None or not (scope := current()).recording:
            tensor.node, tensor.value = None, tidy(out)  # of a Python number, a Python number
            return tensor
        tensor.node = node = Node()
        node.op, node.px, node.frame, node.seq = op, px, scope.frame, tick()
        node.py = node.rest = node.extras = node.y = None
        node.x = x if keep_x else None
        node.out = out if keep_out else None
        node.like = look(out) if type(out) is ndarray else type(out)
        return tensor

    return apply


def _binary(op: Op) -> Any:
    forward, loose = op.forward, _is_loose(op.forward)
    x_for_gx, x_for_gy = [0 in kept for kept in op.keeps]
    y_for_gx, y_for_gy = [1 in kept for kept in op.keeps]
    out_for_gx, out_for_gy = op.keeps_out

    def apply(x: Any, y: Any, /) -> Any:
        if type(x) is _Face:
            px = x.node
            x = x.value
        else:
            px, x = operand(x, op)
        if type(y) is _Face:
            py = y.node
            y = y.value
        else:
            py, y = operand(y, op)
        try:
            out = forward(x, y)
        except _FAULTS as fault:
            raise explained(op, fault, (x, y)) from None
        tensor = _Face()
        tensor.value = out = tidy(out) if loose else out
        if (px is None and py is None) or not (scope := current()).recording:
            tensor.node, tensor.value = None, tidy(out)  # of two Python numbers, a Python number
            return tensor
        tensor.node = node = Node()
        node.op, node.px, node.py, node.frame, node.seq = op, px, py, scope.frame, tick()
        node.rest = node.extras = None
        node.x = x if px is None or x_for_gx or (x_for_gy and py is not None) else None
        node.y = y if py is None or y_for_gy or (y_for_gx and px is not None) else None
        node.out = out if (out_for_gx and px is not None) or (out_for_gy and py is not None) else None
        node.like = look(out) if type(out) is ndarray else type(out)
        return tensor

    return apply


def _unary_with_parameters(op: Op) -> Any:
    forward, defaults = op.forward, op.defaults
    keep_x, keep_out = 0 in op.keeps[0], op.keeps_out[0]

    def apply(x: Any, /, **params: Any) -> Any:
        if type(x) is _Face:
            px = x.node
            x = x.value
        else:
            px, x = operand(x, op)
            x = np.asarray(x)[()]
        if defaults:
            params = {**defaults, **params}
        try:
            out = forward(x, **params)
        except _FAULTS as fault:
            raise explained(op, fault, (x,), params) from None
        tensor = _Face()
        tensor.value = out = tidy(out)
        if px is None or not (scope := current()).recording:
            tensor.node = None
            return tensor
        tensor.node = node = Node()
        node.op, node.px, node.frame, node.seq, node.params = op, px, scope.frame, tick(), params
        node.py = node.rest = node.extras = node.y = None
        node.x = x if keep_x else None
        node.out = out if keep_out else None
        node.like = look(out)
        return tensor

    return apply


def _ternary(op: Op) -> Any:
    forward, keep_out = op.forward, any(op.keeps_out)
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = [[i in kept for kept in op.keeps] for i in range(3)]

    def apply(x: Any, y: Any, z: Any, /) -> Any:
        px, x = (x.node, x.value) if isinstance(x, Traced) else operand(x, op)
        py, y = (y.node, y.value) if isinstance(y, Traced) else operand(y, op)
        pz, z = (z.node, z.value) if isinstance(z, Traced) else operand(z, op)
        if type(x) in (float, int):
            x = np.asarray(x)
        try:
            out = forward(x, y, z)
        except _FAULTS as fault:
            raise explained(op, fault, (x, y, z)) from None
        tensor = _Face()
        tensor.value = out = tidy(out)
        if (px is None and py is None and pz is None) or not (scope := current()).recording:
            tensor.node = None
            return tensor
        tensor.node = node = Node()
        node.op, node.px, node.py, node.frame, node.seq, node.extras = op, px, py, scope.frame, tick(), None
        node.x = x if px is None or xx or (xy and py is not None) or (xz and pz is not None) else None
        node.y = y if py is None or yy or (yx and px is not None) or (yz and pz is not None) else None
        node.rest = ((pz, z if pz is None or zz or (zx and px is not None) or (zy and py is not None) else None),)
        node.out = out if keep_out else None
        node.like = look(out)
        return tensor

    return apply


def _general(op: Op) -> Any:
    forward, keep_out, defaults = op.forward, any(op.keeps_out), op.defaults

    def apply(*operands: Any, **params: Any) -> Any:
        if op.arity and len(operands) != op.arity:
            raise TypeError(f"{op.name}: takes {op.arity} operands, not {len(operands)}; name its parameters")
        pairs = [(x.node, x.value) if isinstance(x, Traced) else operand(x, op) for x in operands]
        values = [x for _, x in pairs]
        if defaults:
            params = {**defaults, **params}
        try:
            out = forward(*values, **params)
        except _FAULTS as fault:
            raise explained(op, fault, tuple(values), params) from None
        tensor = _Face()
        tensor.value = out = tidy(out)
        if all(p is None for p, _ in pairs) or not (scope := current()).recording:
            tensor.node = None
            return tensor
        if op.variadic:
            read = set(range(len(pairs)) if op.saves_rest else ())
        else:
            read = {i for (p, _), kept in zip(pairs, op.keeps) if p is not None for i in kept}
        pairs = [(p, x if p is None or i in read else None) for i, (p, x) in enumerate(pairs)]
        tensor.node = node = Node()
        node.op, node.frame, node.seq, node.params, node.extras = op, scope.frame, tick(), params, None
        (node.px, node.x), (node.py, node.y), *further = [(None, None)] * 2 + pairs if op.variadic else pairs
        node.rest = tuple(further) if op.arity != 2 else None
        node.out = out if keep_out else None
        node.like = look(out)
        return tensor

    return apply
