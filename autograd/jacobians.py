"""All the derivatives of many outputs at once: `jacobian`, and with it `hessian`; and `hvp`, which needs neither.

One sweep carries a batch of cotangents, one for each output, or a batch of tangents, one for each input, whichever are
fewer. What a Jacobian costs is then that many times the arithmetic of a gradient, and of its memory, but the calls of
only one.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.batch import Batch, Shared, plain
from autograd.graph import Lifted
from autograd.sweep import push, reach, sweep
from autograd.transforms import Run, check_function, grad, jvp, named, numbered
from autograd.tree import rebuilt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd.graph import Node
    from autograd.tensor import Tensor


def jacobian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """∂f[i]/∂x[j] as a function, for the arguments numbered.   f: (*m), x: (*n) → (*m, *n).

    Where f returns a nested structure or takes one, so is the result: that of the outputs, holding that of the inputs.
    It is computed in one sweep, backwards where there are fewer outputs than inputs, forwards otherwise; time and
    memory grow with the fewer of the two. Of f applied to a batch of samples, the Jacobian of the sum over the batch
    holds that of every sample, without the zeros between them.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    check_function("jacobian", f, argnums)

    @named("Jacobian", f)
    def jacobian_of(*xs: Any, **options: Any) -> Any:
        numbers = numbered("jacobian", argnums, len(xs))
        run = Run("jacobian", f, xs, numbers, options)
        outputs, inputs = sum(y.size for y in run.outputs), sum(x.size for x in run.inputs)
        blocks = _rows(run) if outputs <= inputs or _is_hooked(run) else _columns(run)
        trees = tuple(xs[i] for i in numbers)
        structure = trees[0] if isinstance(argnums, int) else trees
        return rebuilt(run.out, (rebuilt(structure, map(run.given_back, row)) for row in blocks))

    return jacobian_of


def hessian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """∂²f/∂x[i]∂x[j] as a function: the Jacobian of the gradient of a scalar f.   x: (*n) → (*n, *n).

    >>> import numpy as np
    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    """The Hessian of a scalar f times a direction, (x, v) → Σ_j ∂²f/∂x[i]∂x[j] v[j], at the cost of a few gradients.

    The gradient is computed in reverse and its derivative pushed forwards. Where f takes several arguments v comes
    last, and belongs to the one numbered. x, v: (*n) → (*n). TypeError for more numbers than one.

    >>> import numpy as np
    >>> hvp(lambda x: (x**3).sum())(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])
    """
    if not isinstance(argnums, int):
        raise TypeError(f"hvp: argnums must be the number of one argument, not {argnums!r}")
    gradient = grad(f, argnums)

    @named("Hessian product", f)
    def product(*args: Any, **options: Any) -> Any:
        if len(args) < 2:
            raise TypeError("hvp: needs the arguments of the function and then a direction, as in hvp(f)(x, v)")
        *xs, v = args
        (i,) = numbered("hvp", argnums, len(xs))
        along = lambda x: gradient(*xs[:i], x, *xs[i + 1 :], **options)  # noqa: E731
        return jvp(along, (xs[i],), (v,))[1]

    return product


def _is_hooked(run: Run) -> bool:
    """Whether a hook wants to see cotangents, of which there are none forwards."""
    found, _ = reach([y.node for y in run.outputs if y.node is not None])
    return any(node.extras is not None and node.extras.hooks for node in found)


def _rows(run: Run) -> list[list[Any]]:
    """Each output by each input, in reverse: a cotangent for every entry of the output."""
    targets = {x.node for x in run.inputs if x.node is not None}
    blocks = []
    for y in run.outputs:
        pull = functools.partial(_pulled, y, targets, run.differentiable)
        found = _batched(pull, y) if y.node is not None and y.size else {}
        blocks.append([np.reshape(found.get(x.node, _zeros(y, x)), y.shape + x.shape) for x in run.inputs])
    return blocks


def _columns(run: Run) -> list[list[Any]]:
    """The same forwards: a tangent for every entry of the input."""
    columns = []
    for x in run.inputs:
        found = _batched(functools.partial(_pushed, x, run.outputs, run.differentiable), x) if x.size else {}
        column = [found.get(y.node, _zeros(x, y)) for y in run.outputs]
        turned = [np.reshape(np.moveaxis(d, 0, -1), y.shape + x.shape) for d, y in zip(column, run.outputs)]
        columns.append([block.astype(x.dtype) if block.dtype != x.dtype else block for block in turned])
    return [list(row) for row in zip(*columns, strict=True)]


def _pulled(y: Tensor, targets: set[Node], create: bool, g: Any) -> dict[Node, Any]:
    assert y.node is not None
    lifted = Shared if isinstance(g, Batch) else Lifted
    return sweep([y.node], [g], targets, retain_graph=True, create_graph=create, lifted=lifted)


def _pushed(x: Tensor, outputs: Sequence[Tensor], create: bool, dx: Any) -> dict[Node, Any]:
    assert x.node is not None
    lifted = Shared if isinstance(dx, Batch) else Lifted
    return push({x.node: dx}, [y.node for y in outputs if y.node is not None], create_graph=create, lifted=lifted)


def _batched(run: Callable[[Any], dict[Node, Any]], x: Tensor) -> dict[Node, Any]:
    """What a run finds for a batch of all unit directions of x, as arrays with these in front; one direction at a time
    where some rule, as one of a user's may, takes plain arrays only, or raises."""
    units = np.eye(x.size, dtype=x.dtype).reshape((x.size, *x.shape))
    try:
        found = run(Batch(units, x.size))
    except Exception:  # whatever a rule makes of a batch: what it makes of one array is the definition
        each = [run(unit[()]) for unit in units]
        return {node: np.stack([found[node] for found in each]) for node in each[0]}
    return {node: _spread(g, x.size) for node, g in found.items()}


def _spread(g: Any, rows: int) -> Any:
    """The array of a batch; of what came out the same for all its rows as well."""
    if isinstance(g, Batch) and g.rows is not None:
        return g.value
    return np.broadcast_to(plain(g), (rows, *np.shape(g)))


def _zeros(x: Tensor, y: Tensor) -> Any:
    return np.zeros((x.size, *y.shape), y.dtype)
