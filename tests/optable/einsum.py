"""Products of any number of arrays, by subscripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograd.ops.contract import dot, inner, tensordot
from autograd.ops.subscripts import einsum
from tests.optable.case import Case, Row, case, cases


def of(subscripts: str, shapes: str, **params: Any) -> Case:
    """A case of subscripts and the operands they describe."""
    return case(shapes, subscripts=subscripts, **params)


def by_subscripts(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that takes subscripts first, as a function of arrays."""
    return lambda *xs, subscripts, **params: function(subscripts, *xs, **params)


# fmt: off
PAIRS     = [of("ij,jk->ik", "2x3,3x4"), of("ij,jk->ki", "2x3,3x4"), of("ji,kj->ik", "3x2,4x3"), of("i,i->", "3,3"),
             of("i,j->ij", "2,3"), of("i,j->ji", "2,3"), of("ij,ij->ij", "2x3,2x3"), of("ij,ji->ij", "2x3,3x2"),
             of("ij,ij->", "2x3,2x3"), of("ij,ji->", "2x3,3x2"), of("bi,bi->b", "2x3,2x3"), of("bi,i->b", "2x3,3"),
             of("bij,bjk->bik", "2x3x4,2x4x2"), of("bij,bjk->kib", "2x3x4,2x4x2"), of("bij,bj->bi", "2x3x2,2x2"),
             of("bhqd,bhkd->bhqk", "2x1x3x2,2x1x2x2"), of("bj,bij->bi", "2x2,2x3x2"), of(",->", "(),()"),
             of("abcd,cbe->aed", "2x3x2x3,2x3x2"), of("bijk,kjb->ib", "2x3x2x2,2x2x2"), of(",ij->ij", "(),2x3"),
             of("ij,->ji", "2x3,()"), of("ij,jk->ik", "2x0,0x3"), of("ij,jk->ik", "0x3,3x2")]
SINGLE    = [of("ij->ji", "2x3"), of("ij->", "2x3"), of("ij->j", "2x3"), of("ijk->kij", "2x3x4"), of("->", "()"),
             of("i", "3"), of("ba", "2x3"), of("ij->i", "0x3")]
DIAGONAL  = [of("ii", "3x3"), of("ii->i", "3x3"), of("iji->j", "3x2x3"), of("iij->ji", "2x2x3"), of("iii->i", "2x2x2"),
             of("ijij->ji", "2x3x2x3")]
MIXED     = [of("ij,jk", "2x3,3x4"), of("ij,kl->i", "2x3,3x4"), of("ii,ij->j", "3x3,3x2"), of("ijj,jk->k", "2x3x3,3x2"),
             of("...i,...i", "2x3,4x1x3"), of("...ij,jk->...ik", "2x1x2x3,3x2"), of("i...,i...->...", "3x2,3x2"),
             of("...,...", "2x1,3"), of("ij...,...jk->ik...", "2x3x4,4x3x2"), of(" i j , j -> i ", "2x3,3")]
STRETCHED = [of("ij,jk->ik", "2x1,3x4"), of("ij,ij->ij", "2x1,1x3"), of("ij,jk->ik", "1x3,1x4"),
             of("ij,j->ij", "2x3,1"), of("ij,ij->", "1x3,2x1"), of("...i,i", "2x1,3")]
MANY      = [of("ij,jk,kl->il", "2x3,3x2,2x4"), of("i,i,i->i", "3,3,3"), of("i,j,k->kji", "2,3,2"),
             of("ij,jk,kl,lm->im", "2x3,3x2,2x3,3x2"), of("ijk,ilm,njm,nlk,abc->", "2x2x2,2x2x2,2x2x2,2x2x2,1x2x2"),
             of("bi,bj,bij->b", "2x3,2x2,2x3x2"), of("ij,ik,il->", "2x2,2x3,2x2"), of("ii,jj,ij->", "2x2,3x3,2x3")]
ORDERS    = [of("ij,jk,kl->il", "2x3,3x2,2x4", optimize=how)
             for how in (False, True, "optimal", ("greedy", 100), ["einsum_path", (1, 2), (0, 1)])]
TENSORDOT = [*cases("2x3x4,3x4x5 2x3,2x3"), case("2x3,3x4", axes=1), case("2,3", axes=0),
             case("2x3x4,4x3", axes=([1, 2], [1, 0])), case("2x3,4x3", axes=(-1, 1)), case("2x0,0x3", axes=1)]
INNER     = cases("(),() (),3 2x3,() 3,3 2x3,3 2x3,4x3 2x2x3,3 2x2x3,2x1x3 2x0,3x0")
DOT       = cases("""(),() (),3 2x3,() 3,3 2x3,3 3,3x4 2x3,3x4 2x2x3,3 2x2x3,3x2 2x3,4x3x2 3,4x3x2 2x2x3,2x3x2 2x0,0x3
                     0x3,2x3x2""")
# fmt: on


def torch_tensordot(x: torch.Tensor, y: torch.Tensor, axes: Any = 2) -> torch.Tensor:
    return torch.tensordot(x, y, axes if isinstance(axes, int) else [[a] if isinstance(a, int) else a for a in axes])


EINSUM = by_subscripts(einsum), by_subscripts(np.einsum), by_subscripts(torch.einsum)

# fmt: off
ROWS = [
    Row(*EINSUM,                             PAIRS,     name="einsum"),
    Row(*EINSUM,                             SINGLE,    name="einsum of one"),
    Row(*EINSUM[:2],      None,              DIAGONAL,  name="einsum of diagonals"),
    Row(*EINSUM[:2],      None,              MIXED,     name="einsum with all at once"),
    Row(*EINSUM[:2],      None,              STRETCHED, name="einsum that stretches"),
    Row(*EINSUM,                             MANY,      (0.2, 1), name="einsum of many"),
    Row(*EINSUM[:2],      None,              ORDERS,    name="einsum in order"),

    # under other names
    Row(tensordot,        np.tensordot,      torch_tensordot,     TENSORDOT),
    Row(inner,            np.inner,          torch.inner,         INNER),
    Row(dot,              np.dot,            None,                DOT),
]
# fmt: on
