"""Questions: functions whose answers, booleans mostly, carry no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import constant
from autograd.record import values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or",
    "logical_xor", "logical_not", "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "isnan", "isinf",
    "isfinite",
]
# fmt: on


def _question(function: Any, doc: str) -> Callable[..., Tensor]:
    def ask(*operands: Any) -> Tensor:
        values = values_of(operands)
        try:
            return constant(function(*values))  # type: ignore[no-any-return]
        except (TypeError, ValueError) as fault:
            shapes = ", ".join(map(str, map(np.shape, values)))
            kind = TypeError if isinstance(fault, TypeError) else ValueError
            raise kind(f"{function.__name__}: {shapes}: {fault}") from None

    ask.__name__ = ask.__qualname__ = function.__name__
    ask.__doc__ = doc
    return ask


# fmt: off
equal         = _question(np.equal,         "x = y, entry by entry.")
not_equal     = _question(np.not_equal,     "x ≠ y, entry by entry.")
less          = _question(np.less,          "x < y, entry by entry.")
less_equal    = _question(np.less_equal,    "x ≤ y, entry by entry.")
greater       = _question(np.greater,       "x > y, entry by entry.")
greater_equal = _question(np.greater_equal, "x ≥ y, entry by entry.")
logical_and   = _question(np.logical_and,   "x and y, entry by entry.")
logical_or    = _question(np.logical_or,    "x or y, entry by entry.")
logical_xor   = _question(np.logical_xor,   "Either x or y but not both, entry by entry.")
logical_not   = _question(np.logical_not,   "Not x, entry by entry.")
bitwise_and   = _question(np.bitwise_and,   "x & y, bit by bit; of booleans, x and y.")
bitwise_or    = _question(np.bitwise_or,    "x | y, bit by bit; of booleans, x or y.")
bitwise_xor   = _question(np.bitwise_xor,   "x ^ y, bit by bit; of booleans, one but not both.")
invert        = _question(np.invert,        "~x, bit by bit; of booleans, not x.")
isnan         = _question(np.isnan,         "Whether each entry is NaN.")
isinf         = _question(np.isinf,         "Whether each entry is infinite.")
isfinite      = _question(np.isfinite,      "Whether each entry is neither infinite nor NaN.")
# fmt: on


# NumPy's functions whose answers are indices, counts, truths and text: they see the values of any Tensor.
ANSWERED = frozenset(
    """
    all allclose any argmax argmin argpartition argsort argwhere array2string array_equal array_equiv array_repr
    array_str bincount can_cast common_type count_nonzero diag_indices_from digitize empty_like equal flatnonzero
    frexp histogram histogram2d histogram_bin_edges histogramdd isclose iscomplex iscomplexobj isfinite isin isinf
    isnan isnat isneginf isposinf isreal isrealobj less lexsort linalg.matrix_rank logical_and.reduce
    logical_or.reduce may_share_memory min_scalar_type nanargmax nanargmin nextafter nonzero ones_like result_type
    save savetxt savez savez_compressed searchsorted shares_memory signbit spacing tril_indices_from
    triu_indices_from unique unique_all unique_counts unique_inverse unique_values zeros_like
    """.split()
)
