"""Questions: functions whose answers, truths, counts and indices mostly, carry no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import Traced, constant
from autograd.record import tidy, values_of
from autograd.scope import is_grad_enabled

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor

# fmt: off
__all__ = [
    "all", "allclose", "any", "argwhere", "array_equal", "array_equiv", "bincount", "bitwise_and", "bitwise_count",
    "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "count_nonzero", "digitize", "equal", "flatnonzero", "gcd", "greater", "greater_equal", "histogram", "invert",
    "isclose", "iscomplex", "iscomplexobj", "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "isreal",
    "isrealobj", "lcm", "left_shift", "less", "less_equal", "logical_and", "logical_not", "logical_or", "logical_xor",
    "nextafter", "nonzero", "not_equal", "right_shift", "searchsorted", "signbit", "spacing", "unique", "unique_all",
    "unique_counts", "unique_inverse", "unique_values",
]
# fmt: on


_FAULTS = (np.exceptions.AxisError, TypeError, ValueError)


def _question(function: Any, doc: str, *, weights: int | None = None) -> Callable[..., Tensor]:
    """The public function for one of NumPy's. `weights` is the place of an argument that would deserve a gradient."""

    def ask(*operands: Any, **options: Any) -> Any:
        name = function.__name__
        if options.get("out") is not None:
            raise TypeError(f"{name}: takes no out=; take the result instead")
        for w in () if weights is None else (*operands[weights:], options.get("weights")):
            if isinstance(w, Traced) and w.node is not None and is_grad_enabled():
                raise TypeError(f"{name}: would lose the gradient of its weights; use x.detach() if that is meant")
        values = values_of(operands)
        try:
            return _answer(function(*values, **{key: values_of(x) for key, x in options.items()}))
        except _FAULTS as fault:
            shapes = ", ".join(map(str, map(np.shape, values)))
            kind = next(kind for kind in _FAULTS if isinstance(fault, kind))
            raise kind(f"{name}: {shapes}: {fault}") from None

    ask.__name__ = ask.__qualname__ = function.__name__
    ask.__doc__ = doc
    if not isinstance(function, np.ufunc):
        ask.__wrapped__ = function  # type: ignore[attr-defined] # whose parameters `help` then shows
    return ask


def _answer(out: Any) -> Any:
    """Arrays as Tensors, in a tuple of the same kind where there are several; anything else as it is."""
    if isinstance(out, tuple):
        answers = tuple([_answer(entry) for entry in out])
        return type(out)(*answers) if hasattr(out, "_fields") else answers
    return constant(tidy(out)) if isinstance(out, (np.ndarray, np.generic)) else out


# fmt: off
# comparisons
equal          = _question(np.equal,          "x = y, entry by entry.")
not_equal      = _question(np.not_equal,      "x ≠ y, entry by entry.")
less           = _question(np.less,           "x < y, entry by entry.")
less_equal     = _question(np.less_equal,     "x ≤ y, entry by entry.")
greater        = _question(np.greater,        "x > y, entry by entry.")
greater_equal  = _question(np.greater_equal,  "x ≥ y, entry by entry.")
isclose        = _question(np.isclose,        "isclose(x, y, rtol=1e-5, atol=1e-8): |x - y| ≤ atol + rtol |y|.")
allclose       = _question(np.allclose,       "allclose(x, y, rtol=1e-5, atol=1e-8): whether all are close, a bool.")
array_equal    = _question(np.array_equal,    "Whether shapes and all entries are equal, a bool.")
array_equiv    = _question(np.array_equiv,    "Whether all entries are equal once the shapes broadcast, a bool.")

# logic, and bits
logical_and    = _question(np.logical_and,    "x and y, entry by entry.")
logical_or     = _question(np.logical_or,     "x or y, entry by entry.")
logical_xor    = _question(np.logical_xor,    "Either x or y but not both, entry by entry.")
logical_not    = _question(np.logical_not,    "Not x, entry by entry.")
bitwise_and    = _question(np.bitwise_and,    "x & y, bit by bit; of booleans, x and y.")
bitwise_or     = _question(np.bitwise_or,     "x | y, bit by bit; of booleans, x or y.")
bitwise_xor    = _question(np.bitwise_xor,    "x ^ y, bit by bit; of booleans, one but not both.")
bitwise_count  = _question(np.bitwise_count,  "How many bits of |x| are 1.")
invert         = _question(np.invert,         "~x, bit by bit; of booleans, not x.")
left_shift     = _question(np.left_shift,     "x << y, the bits of x moved y places up.")
right_shift    = _question(np.right_shift,    "x >> y, the bits of x moved y places down.")
all            = _question(np.all,            "all(x, axis=None, *, keepdims=False): whether every entry is true.")
any            = _question(np.any,            "any(x, axis=None, *, keepdims=False): whether some entry is true.")

# kinds of numbers
isnan          = _question(np.isnan,          "Whether each entry is NaN.")
isinf          = _question(np.isinf,          "Whether each entry is infinite.")
isposinf       = _question(np.isposinf,       "Whether each entry is ∞.")
isneginf       = _question(np.isneginf,       "Whether each entry is -∞.")
isfinite       = _question(np.isfinite,       "Whether each entry is neither infinite nor NaN.")
isreal         = _question(np.isreal,         "Whether each entry has an imaginary part of 0.")
iscomplex      = _question(np.iscomplex,      "Whether each entry has an imaginary part other than 0.")
isrealobj      = _question(np.isrealobj,      "Whether the dtype is not complex, a bool.")
iscomplexobj   = _question(np.iscomplexobj,   "Whether the dtype is complex, a bool.")
signbit        = _question(np.signbit,        "Whether each entry is negative, -0 and -NaN included.")
nextafter      = _question(np.nextafter,      "The next floating number after x towards y. A constant.")
spacing        = _question(np.spacing,        "The distance from x to the next floating number away from 0.")
gcd            = _question(np.gcd,            "The greatest common divisor of integers x and y.")
lcm            = _question(np.lcm,            "The least common multiple of integers x and y.")

# places
nonzero        = _question(np.nonzero,        "The indices of the entries that are not 0: a tuple, one Tensor an axis.")
flatnonzero    = _question(np.flatnonzero,    "The indices of the entries that are not 0, of x flattened.")
argwhere       = _question(np.argwhere,       "The indices of the entries that are not 0, one row each.")
searchsorted   = _question(np.searchsorted,   "searchsorted(x, v, side='left'): where each v goes to keep x sorted.")
digitize       = _question(np.digitize,       "digitize(x, bins, right=False): the number of the bin of each entry.")

# counts and sets
count_nonzero  = _question(np.count_nonzero,  "count_nonzero(x, axis=None, *, keepdims=False): how many are not 0.")
bincount       = _question(np.bincount,       "bincount(x, weights=None, minlength=0): counts of 0, 1, ...", weights=1)
histogram      = _question(np.histogram,      "histogram(x, bins=10, ...): (entries per bin, edges).", weights=4)
isin           = _question(np.isin,           "isin(x, y, *, invert=False): whether each entry of x is one of y.")
unique         = _question(np.unique,         "unique(x, return_index=False, ...): the entries once each, sorted.")
unique_values  = _question(np.unique_values,  "The entries of x once each.")
unique_counts  = _question(np.unique_counts,  "(values, counts): the entries once each, and how often they occur.")
unique_inverse = _question(np.unique_inverse, "(values, inverse_indices): x is values[inverse_indices].")
unique_all     = _question(np.unique_all,     "(values, indices, inverse_indices, counts) of the entries once each.")

# other names
bitwise_invert, bitwise_not             = invert, invert
bitwise_left_shift, bitwise_right_shift = left_shift, right_shift
# fmt: on


# NumPy's functions whose answers are indices, counts, truths and text: they see the values of any Tensor.
ANSWERED = frozenset(__all__) | frozenset(
    """
    argmax argmin argpartition argsort array2string array_repr array_str can_cast common_type diag_indices_from
    einsum_path empty_like histogram2d histogram_bin_edges histogramdd isnat lexsort linalg.matrix_rank
    logical_and.reduce logical_or.reduce may_share_memory min_scalar_type nanargmax nanargmin ones_like result_type
    save savetxt savez savez_compressed shares_memory tril_indices_from triu_indices_from zeros_like
    """.split()
)
