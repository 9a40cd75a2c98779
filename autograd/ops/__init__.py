"""The table of calculus, one file a family. What is public here is public in `autograd`, under NumPy's names."""

from typing import TYPE_CHECKING

from autograd.ops import (
    activations,
    contract,
    create,
    edges,
    elementwise,
    fused,
    index,
    join,
    nans,
    order,
    parts,
    pieces,
    products,
    questions,
    rearrange,
    reduce,
    rounding,
    scan,
    series,
    shape,
    sliding,
    statistics,
    subscripts,
)
from autograd.ops.activations import *  # noqa: F403
from autograd.ops.contract import *  # noqa: F403
from autograd.ops.create import *  # noqa: F403
from autograd.ops.edges import *  # noqa: F403
from autograd.ops.elementwise import *  # noqa: F403
from autograd.ops.fused import *  # noqa: F403
from autograd.ops.index import *  # noqa: F403
from autograd.ops.join import *  # noqa: F403
from autograd.ops.nans import *  # noqa: F403
from autograd.ops.order import *  # noqa: F403
from autograd.ops.parts import *  # noqa: F403
from autograd.ops.pieces import *  # noqa: F403
from autograd.ops.products import *  # noqa: F403
from autograd.ops.questions import *  # noqa: F403
from autograd.ops.rearrange import *  # noqa: F403
from autograd.ops.reduce import *  # noqa: F403
from autograd.ops.rounding import *  # noqa: F403
from autograd.ops.scan import *  # noqa: F403
from autograd.ops.series import *  # noqa: F403
from autograd.ops.shape import *  # noqa: F403
from autograd.ops.sliding import *  # noqa: F403
from autograd.ops.statistics import *  # noqa: F403
from autograd.ops.subscripts import *  # noqa: F403

FAMILIES = (
    create,
    elementwise,
    activations,
    rounding,
    series,
    parts,
    shape,
    index,
    products,
    reduce,
    rearrange,
    join,
    pieces,
    edges,
    scan,
    order,
    statistics,
    nans,
    contract,
    subscripts,
    sliding,
    fused,
    questions,
)

if not TYPE_CHECKING:  # type checkers follow the stars themselves
    __all__ = [name for family in FAMILIES for name in family.__all__]
