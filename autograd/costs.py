"""What a computation costs, read off its graph: floating-point operations, and the memory that it keeps for backward.

The count of operations is a convention, here the usual one of papers on networks:

- a product over a common axis counts 2 for each pair of numbers: a multiplication and an addition;
- any other op counts 1 for each entry that it reads or makes, whichever are more: so does tanh, and so does a sum;
- the fused ones count what each of their steps does to an entry, and leave out what is done once a row;
- moving counts nothing: indexing, shapes, joining, sorting, copies, changes of dtype;
- factorisations count the leading term of Golub and Van Loan, Matrix Computations, fourth edition.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.graph import Leaf, Traced
from autograd.record import values_of
from autograd.sweep import reach
from autograd.tree import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autograd.graph import Node

    Shape = tuple[int, ...]

__all__ = ["Cost", "costs"]


class Cost(NamedTuple):
    """What one recorded op costs."""

    op: str
    shape: tuple[int, ...]  # of its result
    dtype: np.dtype[Any]
    modules: tuple[Any, ...]  # whose calls it ran in, the innermost first
    flops: int  # of the forward computation
    kept: int  # bytes that it is the first to keep for backward


def costs(*outputs: Any, besides: Iterable[Any] = ()) -> list[Cost]:
    """A Cost for every op that these Tensors were computed by, in the order in which they ran.

    What holds no recorded Tensor costs nothing, and what is computed from constants alone is not recorded. Memory is
    counted once, whole even where only a view of it is kept, and that of leaves not at all, nor that of the arrays and
    Tensors `besides`: say the batch, which was there before. After `backward` nothing is kept any more. Under
    `checkpoint` the function runs once more, to see what it does.

    >>> import numpy as np
    >>> from autograd import tensor
    >>> w = tensor(np.ones((4, 2)), requires_grad=True)
    >>> for cost in costs(np.tanh(np.ones((8, 4)) @ w).sum()):
    ...     print(cost.op, cost.shape, cost.flops, cost.kept)
    matmul (8, 2) 128 256
    tanh (8, 2) 16 128
    sum () 16 0
    """
    found, nodes = reach([x.node for x in leaves(outputs) if isinstance(x, Traced) and x.node is not None])
    values = [values_of(x) for x in besides] + [x.value for x in found if isinstance(x, Leaf)]
    known = {id(_memory(x)) for x in values if type(x) is np.ndarray}
    return list(_costs(reversed(nodes), known))


def _costs(nodes: Iterable[Node], known: set[int]) -> Iterator[Cost]:
    for node in nodes:
        kept = 0
        for array in map(_memory, _arrays(node)):
            kept += 0 if id(array) in known else array.nbytes
            known.add(id(array))
        yield Cost(node.op.name, node.shape, node.dtype, tuple(_modules(node)), _flops(node), kept)
        if node.op.name == "checkpoint" and node.operands[0] is not None:
            _, _, (_, inner) = node.params["call"].again(node.operands)
            yield from (cost._replace(kept=0) for cost in _costs(reversed(inner), set()))


def _modules(node: Node) -> Iterator[Any]:
    frame = node.frame
    while frame is not None:
        module, frame = frame
        yield module


# -- memory ----------------------------------------------------------------------------------------------------------


def _arrays(node: Node) -> Iterator[np.ndarray]:
    """All that a node holds on to: operands, the result, and arrays among its parameters."""
    values = [*node.operands, node.out]
    for value in node.op.parameters(node).values():
        values += value if isinstance(value, tuple) else [value]
    return (x for x in values if type(x) is np.ndarray)


def _memory(x: np.ndarray) -> np.ndarray:
    """The array that owns the memory of a view."""
    while type(x.base) is np.ndarray:
        x = x.base
    return x


# -- operations ------------------------------------------------------------------------------------------------------


def _flops(node: Node) -> int:
    name = node.op.name
    shapes = [np.shape(x) if p is None else p.shape for p, x in zip(node.parents, node.operands)]
    if name in PRODUCTS:
        return PRODUCTS[name](node, *shapes)
    if name in FACTORS:
        return round(FACTORS[name] * math.prod(shapes[0]) * min(shapes[0][-2:]))
    return 0 if name in MOVES else STEPS.get(name, 1) * max(map(math.prod, [node.shape, *shapes]))


def _einsum(node: Node, x: Shape, y: Shape) -> int:
    labels, _, out = node.params["subscripts"].partition("->")
    sizes = dict(zip(labels.replace(",", ""), x + y))
    return (1 if sizes.keys() == {*out} else 2) * math.prod(sizes.values())


# fmt: off
PRODUCTS: dict[str, Callable[..., int]] = {
    "matmul":    lambda node, x, y: 2 * math.prod(node.shape) * x[-1],
    "vecdot":    lambda node, x, y: 2 * math.prod(node.shape) * x[-1],
    "cross":     lambda node, x, y: 3 * math.prod(node.shape),
    "linear":    lambda node, x, weight, bias: math.prod(node.shape) * (2 * weight[1] + 1),
    "einsum":    _einsum,
    "convolve":  lambda node, x, y: 2 * x[0] * y[0],
    "correlate": lambda node, x, y: 2 * node.shape[0] * y[0],
    "solve":     lambda node, x, y: round(math.prod(x) * x[-1] * 2 / 3) + 2 * math.prod(node.shape) * x[-1],
}
FACTORS = {  # of matrices (..., n, m): times n m min(n, m)
    "cholesky": 1 / 3, "det": 2 / 3, "slogdet": 2 / 3, "inv": 2, "qr": 8 / 3, "complement": 8 / 3,
    "eigvalsh": 4 / 3, "eigh": 9, "svdvals": 8 / 3, "svd": 22, "pinv": 22,
}
STEPS = {  # for each entry
    "softmax": 5, "log_softmax": 5,            # max, subtract, exp, sum; divide or subtract
    "logsumexp": 4, "cross_entropy": 4,        # max, subtract, exp, sum
    "standardize": 5,                          # sum, subtract, square, sum, divide
    "norm": 2, "recurrence": 2,                # square or multiply, sum
}
MOVES = {
    "positive", "conjugate", "real", "imag", "astype", "alias", "where", "getitem", "scatter", "setitem", "sort",
    "reshape", "transpose", "broadcast_to", "flip", "roll", "tile", "repeat", "tril", "triu", "diagonal",
    "place_diagonal", "sliding_window_view", "concatenate", "stack", "vectors", "checkpoint",
}
# fmt: on
