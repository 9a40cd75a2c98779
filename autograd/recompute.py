"""Keeping less: `stop_gradient` cuts values out of the graph, `checkpoint` has backward compute them again.

A checkpointed call leaves one node, whose operands are the Tensors that its outputs were computed from: arguments, and
whatever else the function uses. The graph in between is let go at once. The node's rule runs the function again,
records it, and walks just the part of the graph that this run has added.
"""

from __future__ import annotations

import functools
import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from autograd.batch import Batch, Shared, plain
from autograd.batch.array import WRITERS
from autograd.edits import edited_since, tick
from autograd.graph import Leaf, Lifted, Traced, constant, lift
from autograd.ops.shape import alias
from autograd.record import described, values_of
from autograd.rules import primitive, spelled
from autograd.scope import current, enable_grad, is_grad_enabled, no_grad
from autograd.sweep import fit, hooked, push, since, sweep
from autograd.tensor import Tensor
from autograd.transforms import depth
from autograd.tree import leaves, mapped, rebuilt, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograd.graph import Node
    from autograd.tensor import Tensor

    Part = tuple[dict[Node, None], list[Node]]

T = TypeVar("T")


def stop_gradient(x: T) -> T:
    """out = x, with ∂out/∂x = 0: a constant of its shape. A Tensor or an array, or a nested structure of them.

    >>> from autograd import grad
    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    np.float64(3.0)
    """
    return mapped(lambda leaf: leaf.detach() if isinstance(leaf, Tensor) else leaf, x)  # type: ignore[no-any-return]


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """checkpoint(f)(*xs) = f(*xs), keeping nothing that f computes on the way: backward computes it again.

    Less memory for one more forward. A chain of n steps keeps n results. Cut into √n pieces of √n steps, each
    checkpointed, it keeps √n between the pieces, and √n inside the one that backward is at: the least that one more
    forward can buy (Chen et al. 2016).

    f, a function (TypeError), may take and return nested tuples, lists and dicts of Tensors of any shape, and anything
    else; gradients also flow to Tensors that it uses without being given them, as the parameters of a module. It must
    do the same when it runs again, which is checked as far as that goes (RuntimeError): numbers drawn from `nn`'s
    stream, or from a Generator among the arguments, are the same again; a state of another kind is announced by
    `autograd.recompute.preserve`. Checkpoints may be nested, and differentiated in both modes and to any order; a
    gradient that is recorded itself keeps what the second run has computed.

    >>> import numpy as np
    >>> from autograd import grad
    >>> def steps(x):
    ...     for _ in range(10):
    ...         x = np.tanh(x)  # ten arrays to keep, were it not for the checkpoint
    ...     return x
    >>> float(grad(steps)(1.0)) == float(grad(checkpoint(steps))(1.0))
    True
    """
    if not callable(f):
        raise TypeError(f"checkpoint: needs a function, not {described(f)}")

    @functools.wraps(f, updated=())
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not is_grad_enabled():
            return f(*args, **kwargs)
        call = _Call(f, (args, kwargs))
        return call.first([x for x in leaves((args, kwargs)) if _is_recorded(x)])

    return checkpointed


def preserve(save: Callable[[], T], restore: Callable[[T], object]) -> None:
    """Have every checkpoint remember `save()` of its first run, and `restore` it when the function runs again.

    For the state of what a function draws random numbers from. It is put back afterwards as it was found.
    """
    _preserved.append((save, restore))


def recomputing() -> bool:
    """Whether a checkpoint is running its function again: what counts calls, say, has counted this one already."""
    return _again.get()


_preserved: list[tuple[Callable[[], Any], Callable[[Any], object]]] = []
_again: ContextVar[bool] = ContextVar("again", default=False)
_OPERAND: Any = object()  # stands for a Tensor among the arguments, which the node keeps


class _Call:
    """One call of a checkpointed function: all that it takes to repeat it but the operands, which the node keeps."""

    def __init__(self, f: Callable[..., Any], given: Any) -> None:
        self.f, self.frame, self.depth = f, current().frame, depth.get()
        self.given = replaced(lambda x: _OPERAND if _is_recorded(x) else x, given)
        self.states = [(restore, save, save()) for save, restore in [*_preserved, *map(_stream, leaves(given))] if save]

    def __repr__(self) -> str:
        return getattr(self.f, "__name__", type(self.f).__name__)

    def run(self, xs: Iterable[Any]) -> Any:
        """f of the arguments, with these in the place of the operands."""
        operands = iter(xs)
        args, kwargs = replaced(lambda x: next(operands) if x is _OPERAND else x, self.given)
        return self.f(*args, **kwargs)

    # -- the first time ----------------------------------------------------------------------------

    def first(self, xs: list[Tensor]) -> Any:
        """What f returns, its recorded results as those of a single node."""
        out, values, flows, memory = self._explored(xs)
        if not values:
            return out
        self.result = _packed(values)
        self.sample, self.looks = _sample(self.result), [(value.shape, value.dtype) for value in values]
        operands = [x if flowing else constant(x.value) for x, flowing in zip(xs, flows)]
        operands += [_holder(vertex) for vertex in self.closed]
        constants = tuple(array for ref in memory if (array := ref()) is not None)
        packed = _checkpoint(*operands, call=self, constants=constants)
        results = iter([packed] if len(values) == 1 else self._cut(packed))
        return mapped(lambda y: next(results) if y is _OPERAND else y, out)

    def _explored(self, xs: list[Tensor]) -> tuple[Any, list[Any], list[bool], list[weakref.ref[np.ndarray]]]:
        """Run f, recorded, to see which operands its results are computed from; and let that graph go."""
        inputs = [alias(x) for x in xs]
        given: dict[Any, Tensor] = {x.node: y for x, y in zip(inputs, xs)}
        start = tick()
        out = self.run(inputs)
        for x, (node, y) in zip(inputs, given.items()):
            if x.node is not node or x.value is not y.value or edited_since(x.value, start):
                raise RuntimeError(
                    f"checkpoint: {self} edits an argument in place, so what it was given is gone when backward runs "
                    "it again; edit a copy, as x = x + y does"
                )
        entries: list[Any] = [given.get(y.node, y) if isinstance(y, Traced) else y for y in leaves(out)]
        self.places = [i for i, y in enumerate(entries) if _is_recorded(y) and y.node.op and y.node.seq > start]
        found, nodes = since(start, [entries[i].node for i in self.places])
        flows = [node in found for node in given]
        self.closed = [vertex for vertex in found if vertex.seq < start and vertex not in given]
        if not any(flows) and not self.closed:
            self.places = []  # computed from leaves that f has made, if from any
        values = [entries[i].value for i in self.places]
        kept = rebuilt(out, (_OPERAND if i in self.places else y for i, y in enumerate(entries)))
        return kept, values, flows, list(_memory(nodes, set(self.closed)))

    # -- and again ---------------------------------------------------------------------------------

    def again(self, operands: Sequence[Any]) -> tuple[list[Node], list[Node], Part]:
        """Run f once more on these values: the vertices of the operands, those of the results, and all in between."""
        given = len(operands) - len(self.closed)
        xs, others = operands[:given], operands[given:]
        for vertex, x in zip(self.closed, others):
            if isinstance(vertex, Leaf) and vertex.value is not values_of(plain(x)):
                raise self._fault()
        with self.as_before(), enable_grad():
            current().frame = self.frame
            inputs = [alias(x if isinstance(x, Traced) else lift(x, Leaf(x))) for x in map(plain, xs)]
            start = tick()
            entries = leaves(self.run(inputs))
        return self._checked(entries, [x.node for x in inputs], start)

    @contextmanager
    def as_before(self) -> Iterator[None]:
        """The state that the first run found, for another; and afterwards all is as if there had been none."""
        found = [save() for _, save, _ in self.states]
        hooks = [(v.extras.hooks, {*v.extras.hooks}) for v in self.closed if v.extras is not None]
        tokens = depth.set(self.depth), _again.set(True)
        try:
            for restore, _, state in self.states:
                restore(state)
            yield
        finally:
            depth.reset(tokens[0])
            _again.reset(tokens[1])
            for (restore, _, _), state in zip(self.states, found):
                restore(state)
            for functions, before in hooks:  # those that f puts on what it closes over are on it already
                for number in functions.keys() - before:
                    del functions[number]

    def _checked(self, entries: list[Any], inputs: list[Any], start: int) -> tuple[list[Node], list[Node], Part]:
        """Refuse what the first run did not do: a gradient would be wrong."""
        outputs = [entries[i] for i in self.places if i < len(entries) and _is_recorded(entries[i])]
        part = since(start, [y.node for y in outputs])
        closed = {vertex for vertex in part[0] if vertex.seq < start} - set(inputs)
        if [(y.shape, y.dtype) for y in outputs] != self.looks or closed != set(self.closed):
            raise self._fault()
        if not _is_near(_sample(_packed([y.value for y in outputs])), self.sample):
            raise self._fault()
        return [*inputs, *self.closed], [y.node for y in outputs], part

    def _fault(self) -> RuntimeError:
        return RuntimeError(
            f"checkpoint: {self} does not compute the same when backward runs it again: it uses what has changed "
            "since, or random numbers of its own; change nothing before backward, and draw from nn's stream, or "
            "pass the Generator as an argument"
        )

    def _cut(self, packed: Any) -> Iterator[Any]:
        """The results out of the array that holds them all."""
        start = 0
        for shape, dtype in self.looks:
            stop = start + int(np.prod(shape))
            yield np.reshape(packed[start:stop], shape).astype(dtype) if shape else packed[start].astype(dtype)
            start = stop


# -- the op ----------------------------------------------------------------------------------------------------------


def _forward(*xs: Any, call: _Call, constants: tuple[Any, ...]) -> Any:
    """What the first run has computed; or, where the graph is replayed, what f makes of other values."""
    result, call.result = call.result, None
    if result is None:
        with call.as_before(), no_grad():
            entries = leaves(call.run(map(constant, xs)))
        result = _packed([values_of(entries[i]) for i in call.places])
    return result


def _pulled(g: Any, xs: list[Any], call: _Call) -> tuple[Any, ...]:
    create = is_grad_enabled()
    sources, roots, part = call.again(xs)
    seeds = [g] if len(roots) == 1 else [fit(piece, root) for piece, root in zip(call._cut(g), roots)]
    lifted = Shared if isinstance(g, Batch) else Lifted
    found = sweep(roots, seeds, retain_graph=create, create_graph=create, lifted=lifted, among=part)
    given = len(sources) - len(call.closed)
    for v in sources[:given]:  # what f was given, it alone can have put hooks on
        if v.extras is not None and v in found:
            found[v] = hooked(found[v], v)
    return tuple(found.get(v, np.zeros(v.shape, v.dtype)) for v in sources)


def _pushed(dxs: list[Any], xs: list[Any], call: _Call) -> Any:
    sources, roots, part = call.again(xs)
    tangents = {v: dx for v, dx in zip(sources, dxs) if dx is not None}
    lifted = Shared if any(isinstance(dx, Batch) for dx in dxs) else Lifted
    found = push(tangents, roots, create_graph=is_grad_enabled(), lifted=lifted, among=part)
    return _packed([found.get(root, np.zeros(root.shape, root.dtype)) for root in roots])


_checkpoint = primitive(
    "checkpoint",
    lambda *xs, call, constants: _forward(*xs, call=call, constants=constants),
    lambda g, xs, call: spelled(_pulled, g, xs, call),
    jvp=lambda dxs, xs, call: _pushed(dxs, xs, call),
    variadic=True,
    doc="The results of a function, packed into one array.",
)
WRITERS[_pulled] = _pulled  # all rows of a batch in one run


# -- helpers ---------------------------------------------------------------------------------------------------------


def _is_recorded(x: Any) -> bool:
    return isinstance(x, Traced) and x.node is not None


def _holder(node: Node) -> Any:
    """A Tensor for a vertex that was found in the graph: with the value of a leaf, and of no known value otherwise."""
    tensor = constant(node.value if isinstance(node, Leaf) else None)
    tensor.node = node
    return tensor


def _packed(values: Sequence[Any]) -> Any:
    """Several arrays one after the other in a single one; a single one as it is."""
    return values[0] if len(values) == 1 else np.concatenate([np.reshape(x, -1) for x in values])


def _sample(value: Any) -> Any:
    """Some entries, spread over the array: enough to tell whether other random numbers were drawn."""
    flat = np.ravel(value)
    return flat[:: 1 + flat.size // 64].copy()


def _is_near(x: Any, y: Any) -> bool:
    size = float(np.max(np.abs(y[np.isfinite(y)]), initial=0.0))
    return np.allclose(x, y, rtol=1e-3, atol=1e-3 * size, equal_nan=True)


def _stream(x: Any) -> tuple[Any, Any]:
    """How to save and restore what a random Generator among the arguments will draw."""
    if not hasattr(x, "bit_generator"):
        return None, None
    return lambda: x.bit_generator.state, lambda state: setattr(x.bit_generator, "state", state)


def _memory(nodes: list[Node], closed: set[Node]) -> Iterator[weakref.ref[np.ndarray]]:
    """The memory of the constants and computed values that some nodes were given: what of it is alive when their graph
    is gone must not be edited before it is computed again."""
    for node in nodes:
        values = [x for p, x in zip(node.parents, node.operands) if p is None or (p in closed and p.op is not None)]
        for value in node.op.parameters(node).values():
            values += value if isinstance(value, tuple) else [value]
        for x in values:
            if type(x) is np.ndarray:
                while type(x.base) is np.ndarray:
                    x = x.base
                yield weakref.ref(x)
