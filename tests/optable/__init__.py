"""Every op, one row each: ours | NumPy's | PyTorch's | operands to try; a file a family.

A new op needs one row here, and `test_ops.py` then checks its values, its gradients in both modes and to second order,
its dtypes, and what it keeps in memory. A row's functions take the same operands and the same parameters.
"""

from autograd.rules import REGISTRY
from tests.optable import (
    activations,
    checkpoint,
    convolve,
    create,
    einsum,
    elementwise,
    fused,
    index,
    join,
    linalg,
    nans,
    order,
    products,
    rearrange,
    reduce,
    rounding,
    scan,
    shape,
    special,
)
from tests.optable.create import CREATORS as CREATORS
from tests.optable.questions import ANSWERS as ANSWERS
from tests.optable.questions import BITWISE as BITWISE
from tests.optable.questions import QUESTIONS as QUESTIONS

# Docs and tests register ops of their own; these are the package's.
REGISTERED = {name: op for name, op in REGISTRY.items() if op.rules[0].__module__.startswith("autograd.")}

FAMILIES = (
    create,
    elementwise,
    activations,
    rounding,
    fused,
    products,
    einsum,
    convolve,
    reduce,
    nans,
    scan,
    order,
    shape,
    join,
    rearrange,
    index,
    linalg,
    special,
    checkpoint,
)
ROWS = [row for family in FAMILIES for row in family.ROWS]
CASES = [(row, case) for row in ROWS for case in row.cases]
