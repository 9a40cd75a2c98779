"""Products of any number of arrays, by subscripts: `einsum` names every axis by a letter.

What concerns one operand alone (a diagonal, a sum) is done first, by ops that there are already; then operands are
multiplied two at a time, in an order that is planned once for all calls with the same subscripts and shapes.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter
from string import ascii_letters, ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.graph import Traced, constant
from autograd.ops.contract import contract
from autograd.ops.index import getitem
from autograd.ops.rearrange import diagonal
from autograd.ops.reduce import sum
from autograd.ops.shape import alias, astype, transpose
from autograd.record import tidy, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd.tensor import Tensor

    Shapes = tuple[tuple[int, ...], ...]

__all__ = ["einsum"]


class _Plan(NamedTuple):
    """What `einsum` does for operands of given shapes: first to each operand (pairs of axes to take diagonals of, an
    index that drops axes of length 1 that others stretch, axes to sum), then to pairs of them, then to what is left."""

    diagonals: tuple[tuple[tuple[int, int], ...], ...]
    indices: tuple[tuple[Any, ...], ...]
    sums: tuple[tuple[int, ...], ...]
    pairs: tuple[tuple[int, int, str], ...]
    order: tuple[int, ...]


def _fault(subscripts: str, shapes: Shapes, what: str) -> ValueError:
    return ValueError(f"einsum: {subscripts!r} of {', '.join(map(str, shapes)) or 'nothing'}: {what}")


def _parsed(subscripts: str, shapes: Shapes) -> tuple[list[str], str]:
    """The labels of each operand and of the result, one letter an axis."""
    text = subscripts.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    unknown = set(text.replace("->", "").replace(",", "").replace("...", "")) - set(ascii_letters)
    if unknown or "," in output:
        raise _fault(subscripts, shapes, f"{min(unknown or ',')!r} cannot stand there; labels are letters")
    if len(terms) != len(shapes):
        raise _fault(subscripts, shapes, f"{len(terms)} operands are described, but {len(shapes)} were given")
    spare = [s for s in ascii_letters if s not in text]
    further = [len(shape) - len(term.replace("...", "")) for term, shape in zip(terms, shapes, strict=True)]
    for i, (term, n) in enumerate(zip(terms, further, strict=True)):
        if not 0 <= n <= len(spare) or term.count("...") > 1 or (n and "..." not in term):
            hint = "; '...' stands for further ones" if n > 0 else ""
            raise _fault(subscripts, shapes, f"{term!r} does not name the {len(shapes[i])} axes of operand {i}{hint}")
    dots = "".join(spare[: max(further)])
    labels = [term.replace("...", dots[len(dots) - n :]) for term, n in zip(terms, further, strict=True)]
    counts = Counter("".join(terms).replace(".", ""))
    if not arrow:
        return labels, dots + "".join(s for s in sorted(counts) if counts[s] == 1)
    if dots and "..." not in output:
        raise _fault(subscripts, shapes, "the result has no place for the axes of '...'; write '...' there too")
    for s in output.replace("...", ""):
        if s not in counts or output.count(s) > 1:
            where = "more than once in the result" if s in counts else "in the result, but in no operand"
            raise _fault(subscripts, shapes, f"label {s!r} is {where}")
    return labels, output.replace("...", dots)


def _lengths(subscripts: str, shapes: Shapes, labels: list[str]) -> dict[str, int]:
    """How long the axes of each label are; 1 stretches between operands, as in broadcasting."""
    found: dict[str, tuple[int, int]] = {}
    for i, (label, shape) in enumerate(zip(labels, shapes, strict=True)):
        own: dict[str, int] = {}
        for s, n in zip(label, shape, strict=True):
            known, j = (own[s], i) if s in own else found.get(s, (n, i))
            if n != known and (1 not in (n, known) or s in own):
                raise _fault(subscripts, shapes, f"{s!r} is {known} long in operand {j}, but {n} long in operand {i}")
            if s not in own:
                own[s], found[s] = n, (n, i) if known == 1 else (known, j)
    return {s: n for s, (n, _) in found.items()}


@functools.lru_cache(maxsize=1024)
def _plan(subscripts: str, shapes: Shapes, optimize: Any) -> _Plan:
    labels, output = _parsed(subscripts, shapes)
    lengths = _lengths(subscripts, shapes, labels)
    diagonals, indices, sums = [], [], []
    for i, shape in enumerate(shapes):
        label, pairs, sizes = labels[i], [], dict(zip(labels[i], shape, strict=True))
        while twice := next((s for s in label if label.count(s) > 1), ""):
            pair = [k for k, s in enumerate(label) if s == twice][:2]
            label = "".join(s for k, s in enumerate(label) if k not in pair) + twice  # the diagonal comes last
            pairs.append((pair[0], pair[1]))
        stretched = {s for s in label if sizes[s] == 1 != lengths[s]}
        diagonals.append(tuple(pairs))
        indices.append(tuple([0 if s in stretched else slice(None) for s in label]) if stretched else ())
        labels[i] = "".join(s for s in label if s not in stretched)
    for i, label in enumerate(labels):
        elsewhere = {*output, *"".join(labels[:i] + labels[i + 1 :])}
        sums.append(tuple([k for k, s in enumerate(label) if s not in elsewhere]))
        labels[i] = "".join(s for s in label if s in elsewhere)
    pairs_made = _pairs(labels, output, lengths, optimize)
    order = tuple(map(labels[-1].index, output)) if labels[-1] != output else ()
    return _Plan(tuple(diagonals), tuple(indices), tuple(sums), pairs_made, order)


def _pairs(labels: list[str], output: str, lengths: dict[str, int], optimize: Any) -> tuple[tuple[int, int, str], ...]:
    """The products of two, in order: the numbers of their operands, and subscripts. Each product is numbered, and its
    labels listed, after all that are there already."""
    path: Iterable[Sequence[int]] = [range(len(labels))]
    if len(labels) > 2 and optimize is not False:
        stand_ins = [np.broadcast_to(0.0, [lengths[s] for s in label]) for label in labels]
        how = list(optimize) if isinstance(optimize, tuple) and optimize[0] == "einsum_path" else optimize
        path = np.einsum_path(f"{','.join(labels)}->{output}", *stand_ins, optimize=how)[0][1:]
    pairs, queue = [], list(range(len(labels)))
    for places in path:
        group = [queue.pop(i) for i in sorted(places, reverse=True)][::-1]
        while len(group) > 1:
            i, j, *others = group
            rest = "".join(labels[k] for k in [*others, *queue])
            kept = {*output, *rest}
            made = "".join(dict.fromkeys(s for s in labels[i] + labels[j] if s in kept)) if others or queue else output
            pairs.append((i, j, f"{labels[i]},{labels[j]}->{made}"))
            group = [len(labels), *others]
            labels.append(made)
        queue += group
    return tuple(pairs)


def _said(operands: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """Subscripts and operands, from either of the two ways to give them."""
    if operands and isinstance(operands[0], str):
        return operands[0], list(operands[1:])
    xs, terms = list(operands[: len(operands) // 2 * 2 : 2]), list(operands[1::2])
    if len(operands) % 2:
        terms.append(operands[-1])
    try:
        said = ["".join("..." if s is Ellipsis else _NUMBERED[operator.index(s)] for s in term) for term in terms]
    except (TypeError, KeyError):
        raise ValueError(
            f"einsum: {len(operands)} arguments: give subscripts first, as in einsum('ij,jk->ik', x, y), or a list of "
            "numbers from 0 to 51 after each operand, as in einsum(x, [0, 1], y, [1, 2], [0, 2])"
        ) from None
    return ",".join(said[: len(xs)]) + "".join(f"->{term}" for term in said[len(xs) :]), xs


_NUMBERED = dict(enumerate(ascii_uppercase + ascii_lowercase))


def einsum(*operands: Any, optimize: Any = "greedy") -> Tensor:
    """out[...] = Σ x[...] y[...] ..., over the labels that the result does not have.

    Subscripts give each axis of each operand a letter, and say after "->" which ones the result has, in which order:
    einsum("ij,jk->ik", x, y) is x @ y. A letter repeated in one operand means its diagonal, and "..." further axes,
    which broadcast. Without "->" the result has the letters that occur once, in alphabetical order. Numbers may take
    the place of letters: einsum(x, [0, 1], y, [1, 2], [0, 2]).

    `optimize` says in which order more than two operands are multiplied: "greedy" or True, "optimal", a path that
    `np.einsum_path` has found, or False for left to right. ValueError where subscripts and shapes do not match.

    >>> from autograd import tensor
    >>> x = tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> einsum("ij,j->i", x, [1.0, 10.0])
    tensor([21., 43.], dtype=float64)
    >>> einsum("ii", x)
    tensor(5., dtype=float64)
    """
    subscripts, given = _said(operands)
    given = [x if isinstance(x, Traced) else np.asarray(x) for x in given]
    values = values_of(tuple(given))
    optimize = tuple(optimize) if isinstance(optimize, list) else optimize
    plan = _plan(subscripts, tuple([x.shape for x in values]), optimize)
    dtype = np.result_type(*values)
    if dtype.kind not in "fc":
        return constant(tidy(np.einsum(subscripts, *values, optimize=len(values) > 2)))  # type: ignore[no-any-return]
    xs: list[Any] = []
    for x, value, pairs, index, axes in zip(given, values, plan.diagonals, plan.indices, plan.sums, strict=True):
        x = x if value.dtype == dtype else astype(x, dtype)
        for first, second in pairs:
            x = diagonal(x, 0, first, second)
        x = getitem(x, index) if index else x
        xs.append(sum(x, axes) if axes else x)
    for i, j, pair in plan.pairs:
        xs.append(contract(xs[i], xs[j], subscripts=pair))
        xs[i] = xs[j] = None
    out = transpose(xs[-1], plan.order) if plan.order else xs[-1]
    return alias(out) if out is given[0] else out
