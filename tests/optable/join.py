"""Several arrays into one, and one into several."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import autograd as ag
from autograd.ops.pieces import (
    apply_along_axis,
    apply_over_axes,
    array_split,
    dsplit,
    hsplit,
    split,
    unstack,
    vectorize,
    vsplit,
)
from tests.optable.case import MASK, Row, at, case, cases, joined
from tests.optable.shape import together, torch_together

# fmt: off
JOIN      = [*cases("2,3 3 2x3,1x3"), case("2x3,2x1", axis=1), case("2x3,2x1,2x0", axis=-1)]
STACK     = [*cases("(),() 3,3,3 0,0"), case("2x3,2x3", axis=1), case("2x3,2x3", axis=-1)]
SIDEWAYS  = cases("(),() 2,3 2x3,2x1 2x1x2,2x3x2 2x3")
DOWN      = cases("(),() 3,3 2x3,3 2x3,1x3 2x3x2,1x3x2")
BEHIND    = cases("(),() 3,3 2x3,2x3 2x3x1,2x3x2")
COLUMNS   = cases("3,3 3,3x2 3x1,3x2 3")
ENDS      = [*cases("2x3,() 3,2"), case("2x3,1x3", axis=0), case("2x3,2x1", axis=-1)]
BLOCKS    = cases("2x3,2x1,4 1,(),2 2x1x2,2x1x1,2x2x3")
NUMBERS   = [case("3,3,3", numbers=[2, 0, 1]), case("2x3,3,()", numbers=[[2], [0]]), case("3,3", numbers=1),
             case("3,3", numbers=[5, -1, 0], mode="wrap"), case("3,3", numbers=[5, -1, 0], mode="clip")]
CHOICES   = [case("3,3", conditions=[MASK, ~MASK]), case("2x3,()", conditions=[MASK, [[True], [False]]]),
             case("3,3", conditions=[MASK, MASK], default=2.0)]
PIECES    = [*cases("5 2x3 ()"), at([-1.5, 0.2, 0.3])]
PARTS     = [case("5", sections=[1, 3]), case("4x2", sections=2), case("2x6", sections=6, axis=1),
             case("7", sections=[2, 2, 5, 9]), case("6", sections=[4, -4, 1])]
UNEVEN    = [case("7", sections=3), case("2x5", sections=2, axis=-1), case("2", sections=3), case("9x1", sections=6)]
SLICES    = [*cases("3 2x3 7 2x0"), case("2x3", axis=-1), case("2x3x2", axis=1)]
ALONG     = [case("3", axis=0), *[case("2x3x4", axis=i) for i in (0, 1, -1)]]
# fmt: on


def listed(function: Any) -> Any:
    return lambda *xs: function(xs)


def numbered(choose: Any) -> Any:
    return lambda *xs, numbers, **params: choose(numbers, xs, **params)


def conditioned(select: Any) -> Any:
    return lambda *xs, conditions, **params: select([np.asarray(c) for c in conditions], xs, **params)


def applied(apply_along_axis: Any, function: Any) -> Any:
    return lambda x, axis: apply_along_axis(function, axis, x)


def blocked(block: Any) -> Any:
    """A matrix beside a column, above a row."""
    return lambda x, y, z: block([[x, y], [z]])


def pieced(piecewise: Any) -> Any:
    return lambda x: piecewise(x, [x < -1, x > 0], [3.0, lambda x, k: k * x * x, lambda x, k: x], 2.0)


def ends(x: Any) -> Any:
    return np.stack([x[0] * x[1], x[-1] ** 2])


def product(x: Any) -> Any:
    return x[0] * x[-1]


def over(apply_over_axes: Any) -> Any:
    return lambda x, axes: apply_over_axes(np.sum, x, axes)


def entrywise(vectorize: Any) -> Any:
    return lambda x, y: vectorize(lambda x, y: x * y if y > 0 else x - y * y)(x, y)


def sectioned(function: Any) -> Any:
    return together(lambda x, sections, **params: function(x, sections, **params))


def torch_split(function: Any) -> Any:
    return torch_together(lambda x, sections, axis=0: function(x, sections, dim=axis))


def torch_sections(function: Any) -> Any:
    return torch_together(lambda x, sections: function(x, sections))


# fmt: off
ROWS = [
    # several into one
    Row(joined(ag.concatenate), joined(np.concatenate), joined(torch.cat), JOIN, name="concatenate"),
    Row(joined(ag.concatenate), joined(np.concatenate), None, cases("2x2,3,()", axis=None), name="concatenate flat"),
    Row(joined(ag.stack), joined(np.stack), joined(torch.stack), STACK,    name="stack"),
    Row(listed(ag.hstack), listed(np.hstack), listed(torch.hstack), SIDEWAYS, name="hstack"),
    Row(listed(ag.vstack), listed(np.vstack), listed(torch.vstack), DOWN,  name="vstack"),
    Row(listed(ag.dstack), listed(np.dstack), listed(torch.dstack), BEHIND, name="dstack"),
    Row(listed(ag.column_stack), listed(np.column_stack), listed(torch.column_stack), COLUMNS, name="column_stack"),
    Row(ag.append,        np.append,        None,                ENDS),
    Row(blocked(ag.block), blocked(np.block), None,              BLOCKS,   name="block"),
    Row(lambda x: ag.block(x), lambda x: np.block(x), None,      cases("() 2x3"), name="block of one"),

    # one chosen of several
    Row(numbered(ag.choose), numbered(np.choose), None,          NUMBERS,  name="choose"),
    Row(conditioned(ag.select), conditioned(np.select), None,    CHOICES,  name="select"),
    Row(pieced(ag.piecewise), pieced(np.piecewise), None,        PIECES,   name="piecewise"),

    # one into several
    Row(sectioned(split), sectioned(np.split), None,             PARTS,    name="split"),
    Row(sectioned(array_split), sectioned(np.array_split), torch_split(torch.tensor_split), UNEVEN, name="array_split"),
    Row(sectioned(hsplit), sectioned(np.hsplit), torch_sections(torch.hsplit), cases("4 3x4 2x2x3", sections=2),
        name="hsplit"),
    Row(sectioned(vsplit), sectioned(np.vsplit), torch_sections(torch.vsplit), cases("4x2 2x3x2", sections=[1]),
        name="vsplit"),
    Row(sectioned(dsplit), sectioned(np.dsplit), torch_sections(torch.dsplit), cases("2x1x4", sections=(1, 3)),
        name="dsplit"),
    Row(together(unstack), together(np.unstack), torch_together(lambda x, axis=0: x.unbind(axis)), SLICES,
        name="unstack"),

    # functions of parts
    Row(applied(apply_along_axis, ends), applied(np.apply_along_axis, ends), None, ALONG, name="apply_along_axis"),
    Row(applied(apply_along_axis, product), applied(np.apply_along_axis, product), None, ALONG,
        name="apply_along_axis to a number"),
    Row(over(apply_over_axes), over(np.apply_over_axes), None,   [case("2x3x2", axes=(0, -1)), case("3", axes=0)],
        name="apply_over_axes"),
    Row(entrywise(vectorize), entrywise(np.vectorize), None,     cases("(),() 3,3 2x1,3"), name="vectorize"),
]
# fmt: on
