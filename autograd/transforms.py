"""Derivatives of functions: run the function on traced arguments, then walk the graph it leaves behind.

Arguments and results may be nested tuples, lists and dicts. Plain arrays in, plain arrays out; Tensors in, Tensors
out, and a Tensor that needs a gradient makes the derivative differentiable in its turn. So does a derivative taken
inside another.
"""

from __future__ import annotations

import functools
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Leaf, constant, given_back, lift, own
from autograd.ops.shape import alias
from autograd.record import described, values_of
from autograd.scope import enable_grad, is_grad_enabled
from autograd.sweep import push, reach, sweep
from autograd.tensor import Tensor
from autograd.tree import leaves, mapped, rebuilt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

depth: ContextVar[int] = ContextVar("depth", default=0)  # how many transforms are running around this one


class Run:
    """One traced call of a function: its inputs, its outputs, and how to hand results back."""

    def __init__(
        self, what: str, f: Callable[..., Any], xs: Sequence[Any], argnums: Sequence[int], options: Any = None
    ) -> None:
        given = [x for i in argnums for x in leaves(xs[i])]
        self.plain = not any(isinstance(x, Tensor) for x in leaves(xs)) and not depth.get()
        self.taken = {id(values_of(x)) for x in given}  # memory that is the caller's, or given back already
        nested = depth.get() or any(isinstance(x, Tensor) and x.requires_grad for x in given)
        self.differentiable = bool(nested) and is_grad_enabled()
        token = depth.set(depth.get() + 1)
        try:
            with enable_grad():
                traced = [mapped(lambda x: _traced(what, x), x) if i in argnums else x for i, x in enumerate(xs)]
                self.inputs = [x for i in argnums for x in leaves(traced[i])]
                given = [mapped(alias, x) if i in argnums else x for i, x in enumerate(traced)]  # f may edit them
                self.out = f(*given, **(options or {}))
        finally:
            depth.reset(token)
        self.outputs = leaves(self.out)
        if self.out is None:
            raise TypeError(f"{what}: the function returned None; is a return missing?")
        for out in self.outputs:
            if not isinstance(out, Tensor):
                raise TypeError(
                    f"{what}: the function returned a {type(out).__name__}, and no Tensor: it does not depend on what "
                    "it is differentiated by, or left the graph by .item() or .numpy()"
                )

        if not self.plain and not self.differentiable and is_grad_enabled():
            self.differentiable = self._meets_others()

    def _meets_others(self) -> bool:
        """Whether the outputs were computed from leaves besides the inputs, whose gradients may be wanted later."""
        found, _ = reach([y.node for y in self.outputs if y.node is not None])
        return any(node.op is None for node in found.keys() - {x.node for x in self.inputs})

    def pull(self, cotangents: Sequence[Any], *, retain: bool, create: bool | None = None) -> list[Any]:
        """The cotangents of the inputs, zero where the outputs do not depend on one."""
        create = self.differentiable if create is None else create
        return pull(self.outputs, cotangents, self.inputs, retain_graph=retain, create_graph=create)

    def given_back(self, x: Any) -> Any:
        """A result in the kind of the arguments: a plain array, a constant, or a differentiable Tensor."""
        if self.differentiable:
            return given_back(x, self.taken)
        value = own(values_of(x), self.taken)
        return value if self.plain else constant(value)


def _traced(what: str, x: Any) -> Tensor:
    """A Tensor to differentiate by: a node of its own on top of one that is being traced already, else a fresh leaf."""
    if isinstance(x, Tensor) and x.node is not None:
        return alias(x)
    if isinstance(x, np.ndarray) and type(x) is not np.ndarray:
        raise TypeError(
            f"{what}: a {type(x).__name__} means more than its values; pass np.asarray(x) if you mean those"
        )
    value = np.asarray(values_of(x), dtype=float if type(x) is int else None)[()]
    if what == "vjp" and type(value) is np.ndarray:
        value = value.copy()  # a pullback may be called when the caller has put other numbers there
    if value.dtype.kind != "f":
        raise TypeError(
            f"{what}: cannot differentiate by {value.shape} {value.dtype}; pass real floating numbers, "
            "as with x.astype(float)"
        )
    return lift(value, Leaf(value))  # type: ignore[no-any-return]


def pull(
    outputs: Sequence[Tensor],
    cotangents: Sequence[Any],
    inputs: Sequence[Tensor],
    *,
    retain_graph: bool,
    create_graph: bool,
) -> list[Any]:
    """Σ cotangentᵀ ∂outputs/∂input for each input, as raw arrays, or as recorded Tensors with `create_graph`."""
    pairs = [(y.node, g) for y, g in zip(outputs, cotangents, strict=True) if y.node is not None]
    targets = {x.node for x in inputs if x.node is not None}
    found = sweep(
        [node for node, _ in pairs],
        [g if create_graph else values_of(g) for _, g in pairs],
        targets,
        retain_graph=retain_graph,
        create_graph=create_graph,
    )
    zeros = (np.zeros(x.shape, x.dtype)[()] for x in inputs)
    return [found.get(x.node, zero) for x, zero in zip(inputs, zeros, strict=True)]  # type: ignore[arg-type]


def gradients(outputs: Any, inputs: Any, *, create_graph: bool = False, retain_graph: bool | None = None) -> Any:
    """∂(Σ outputs)/∂input for each input, without touching any `.grad`.

    `outputs`: scalar Tensors, one or several; `inputs`: Tensors, leaves or computed. The structure of the inputs is
    kept; an input that the outputs do not depend on gets zeros. Each gradient has the shape and dtype of its input.
    ValueError for outputs that are no scalars and inputs that do not require grad, RuntimeError for constant outputs.

    >>> from autograd import tensor
    >>> x = tensor(3.0, requires_grad=True)
    >>> y = x * x
    >>> gradients(y * x, (x, y))
    (tensor(27., dtype=float64), tensor(3., dtype=float64))
    """
    ys, xs = leaves(outputs), leaves(inputs)
    for y in ys:
        if not isinstance(y, Tensor) or y.ndim:
            raise ValueError(
                f"gradients: outputs must be scalar Tensors, not {_kind(y)}; reduce with .sum(), or use vjp"
            )
        if y.node is None:
            raise RuntimeError("gradients: an output was not computed from anything that requires grad")
    for x in xs:
        if not isinstance(x, Tensor) or x.node is None:
            raise ValueError(f"gradients: inputs must be Tensors that require grad, not {_kind(x)}")
    retain = create_graph if retain_graph is None else retain_graph
    found = pull(ys, [y.dtype.type(1) for y in ys], xs, retain_graph=retain, create_graph=create_graph)
    taken: set[int] = set()
    return rebuilt(inputs, (given_back(g, taken) for g in found))


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """(f(*xs), ∂f/∂x) as a function, for the arguments numbered; f must return one scalar (ValueError).

    Arguments may be nested tuples, lists and dicts of arrays and numbers; the gradient has their structure and shapes.
    Keywords are passed on to f.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (np.float64(9.0), np.float64(6.0))
    """
    check_function("grad", f, argnums)

    @named("value and gradient", f)
    def value_and_gradient(*xs: Any, **options: Any) -> tuple[Any, Any]:
        numbers = numbered("grad", argnums, len(xs))
        run = Run("grad", f, xs, numbers, options)
        if len(run.outputs) != 1 or run.outputs[0].ndim or not isinstance(run.out, Tensor):
            shapes = ", ".join(str(y.shape) for y in run.outputs)
            raise ValueError(
                f"grad: the function must return one scalar, not {shapes}; reduce it with .sum(), or use vjp"
            )
        found = [run.given_back(g) for g in run.pull([run.out.dtype.type(1)], retain=run.differentiable)]
        trees = rebuilt(tuple(xs[i] for i in numbers), iter(found))
        return run.given_back(run.out), trees[0] if isinstance(argnums, int) else trees

    return value_and_gradient


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """∂f/∂x as a function, for the arguments numbered; f must return a scalar (ValueError). `grad(grad(f))` and so on.

    Arguments may be nested tuples, lists and dicts of arrays and numbers; the gradient has their structure and shapes.
    Keywords are passed on to f.

    >>> grad(lambda x: x**3)(2.0)
    np.float64(12.0)
    >>> grad(grad(lambda x: x**3))(2.0)
    np.float64(12.0)
    """
    both = value_and_grad(f, argnums)
    return named("gradient", f)(lambda *xs, **options: both(*xs, **options)[1])


def vjp(f: Callable[..., Any], *xs: Any) -> tuple[Any, Callable[[Any], Any]]:
    """(f(*xs), pullback), where pullback(g) = (gᵀ ∂f/∂x, ...) with one entry per argument, and may be called again.

    g has the shape of f(*xs), and each entry of the result that of its argument.

    >>> import numpy as np
    >>> out, pullback = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    check_function("vjp", f, ())
    run = Run("vjp", f, xs, range(len(xs)))

    def pullback(g: Any) -> Any:
        cotangents = _matching("vjp", "cotangent", g, run.outputs)
        run.taken.update(id(values_of(g)) for g in cotangents)
        recorded = is_grad_enabled() and any(isinstance(g, Tensor) and g.requires_grad for g in cotangents)
        found = run.pull(cotangents, retain=True, create=run.differentiable or recorded)
        back = functools.partial(given_back, taken=run.taken) if recorded else run.given_back
        return rebuilt(xs, map(back, found))

    return mapped(run.given_back, run.out), pullback


def jvp(f: Callable[..., Any], xs: Any, dxs: Any) -> tuple[Any, Any]:
    """(f(*xs), Σ ∂f/∂x dx): the derivative of f in the direction dxs. xs and dxs are tuples, one entry per argument.

    dxs have the shapes of xs, and the second result has that of the first.

    The graph of f is recorded and its tangents pushed through, so memory grows with the graph as it does for `vjp`.

    >>> import numpy as np
    >>> jvp(lambda x: x * x, (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (array([1., 4.]), array([ 2., 40.]))
    """
    if not isinstance(xs, (tuple, list)):
        xs, dxs = (xs,), (dxs,)
    check_function("jvp", f, ())
    nested = [x for x in leaves(dxs) if isinstance(x, Tensor)]
    run = Run("jvp", f, xs, range(len(xs)))
    run.plain = run.plain and not nested
    run.differentiable |= is_grad_enabled() and any(dx.requires_grad for dx in nested)
    tangents = dict(zip((x.node for x in run.inputs), _matching("jvp", "tangent", dxs, run.inputs), strict=True))
    if not run.differentiable:
        tangents = {node: values_of(dx) for node, dx in tangents.items()}
    run.taken.update(map(id, map(values_of, tangents.values())))
    roots = [y.node for y in run.outputs if y.node is not None]
    pushed = push(tangents, roots, create_graph=run.differentiable)
    zeros = (np.zeros(y.shape, y.dtype)[()] for y in run.outputs)
    douts = [run.given_back(pushed.get(y.node, zero)) for y, zero in zip(run.outputs, zeros, strict=True)]
    return mapped(run.given_back, run.out), rebuilt(run.out, iter(douts))


def named(what: str, f: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Name a derivative after its function, and show whose it is."""

    def decorate(derivative: Callable[..., Any]) -> Callable[..., Any]:
        functools.update_wrapper(derivative, f, updated=())
        derivative.__name__ = f"{what} of {getattr(f, '__name__', type(f).__name__)}"
        derivative.__doc__ = f"The {derivative.__name__}.\n\n{f.__doc__ or ''}".rstrip()
        return derivative

    return decorate


def check_function(what: str, f: Any, argnums: Any) -> None:
    """Refuse what is no function, and what does not number its arguments."""
    if not callable(f):
        raise TypeError(f"{what}: needs a function, not {_kind(f)}; gradients(outputs, inputs) takes Tensors")
    if not isinstance(argnums, (int, tuple, list)) or not all(
        isinstance(i, int) for i in ([argnums] if isinstance(argnums, int) else argnums)
    ):
        raise TypeError(f"{what}: argnums must be the number of an argument or several, not {argnums!r}")


def numbered(what: str, argnums: int | Sequence[int], count: int) -> list[int]:
    """The arguments that are meant, counted from 0."""
    numbers = [argnums] if isinstance(argnums, int) else list(argnums)
    for i in numbers:
        if not -count <= i < count:
            raise IndexError(f"{what}: argnums {i} is not one of the {count} arguments given")
    return [i % count for i in numbers]


def _matching(what: str, role: str, tree: Any, like: Sequence[Tensor]) -> list[Any]:
    """The leaves of a tree, each checked to have the shape of its counterpart and given its dtype."""
    entries = leaves(tree)
    if len(entries) != len(like):
        raise ValueError(f"{what}: {len(entries)} {role}s were given for {len(like)} arrays; pass one for each")
    matched = []
    for entry, y in zip(entries, like, strict=True):
        shape = np.shape(values_of(entry))
        if shape != y.shape:
            raise ValueError(f"{what}: {role} {shape} must have the shape of what it belongs to, {y.shape}")
        if np.result_type(values_of(entry)).kind not in "biuf":
            raise TypeError(f"{what}: {role} {described(values_of(entry))} must hold real numbers, as gradients do")
        matched.append(_cast(entry, y.dtype))
    return matched


def _cast(x: Any, dtype: Any) -> Any:
    if not isinstance(x, Tensor):
        return np.asarray(x, dtype)[()]
    return x if x.dtype == dtype else x.astype(dtype)


def _kind(x: Any) -> str:
    return f"a Tensor of shape {x.shape}" if isinstance(x, Tensor) else f"a {type(x).__name__}"
