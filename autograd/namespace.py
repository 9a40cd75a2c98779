"""What the array API standard asks of a namespace beside functions of arrays: dtypes, constants, and what it can do.

All of it is NumPy's own, for a Tensor's arrays, dtypes and device are NumPy's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy import (
    bool,
    broadcast_shapes,
    complex64,
    complex128,
    e,
    euler_gamma,
    float16,
    float32,
    float64,
    inf,
    int8,
    int16,
    int32,
    int64,
    isdtype,
    nan,
    newaxis,
    pi,
    uint8,
    uint16,
    uint32,
    uint64,
)

from autograd.graph import Traced
from autograd.record import values_of

if TYPE_CHECKING:
    import builtins

# fmt: off
__all__ = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
    "e", "euler_gamma", "inf", "nan", "newaxis", "pi",
    "broadcast_shapes", "can_cast", "finfo", "iinfo", "isdtype", "result_type",
]
# fmt: on

__array_api_version__ = "2024.12"


class FloatInfo(NamedTuple):
    """The limits of a floating dtype, or of the parts of a complex one, as Python numbers."""

    dtype: np.dtype[Any]
    bits: int
    eps: float  # from 1 to the next number
    min: float
    max: float
    smallest_normal: float


def finfo(type: Any, /) -> FloatInfo:
    """The limits of a floating dtype, or of that of an array.

    >>> finfo(float32).eps
    1.1920928955078125e-07
    """
    info = np.finfo(_dtype(type))
    limits = (float(x) for x in (info.eps, info.min, info.max, info.smallest_normal))
    return FloatInfo(info.dtype, int(info.bits), *limits)


def iinfo(type: Any, /) -> np.iinfo[Any]:
    """The limits of an integer dtype, or of that of an array.

    >>> iinfo(int8).max
    127
    """
    return np.iinfo(_dtype(type))


def can_cast(from_: Any, to: Any, /) -> builtins.bool:
    """Whether a dtype, or that of an array, can be cast to another without losing anything.

    >>> can_cast(int8, float32)
    True
    """
    return np.can_cast(_dtype(from_), to)


def result_type(*arrays_and_dtypes: Any) -> np.dtype[Any]:
    """The dtype that computing with these arrays, Python numbers and dtypes gives.

    >>> result_type(float32, 1.0, int8)
    dtype('float32')
    """
    return np.result_type(*values_of(arrays_and_dtypes))


def _dtype(type: Any) -> Any:
    """The dtype of an array; anything else says itself what dtype it means."""
    return values_of(type).dtype if isinstance(type, (Traced, np.ndarray, np.generic)) else type


def __array_namespace_info__() -> Any:
    """What this namespace can do, and its devices and dtypes.

    >>> __array_namespace_info__().devices()
    ['cpu']
    """
    return np.__array_namespace_info__()
