"""Arrays of what datasets and loaders are given: it must be made of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray


def as_array(name: str, x: Any) -> NDArray[Any]:
    """The values of x. Arrays keep their dtype, real numbers and lists of them become float32.

    >>> as_array("set", [1, 2.5]).dtype, as_array("set", [1, 2]).dtype
    (dtype('float32'), dtype('int64'))
    """
    array = values(name, x)
    return array.astype(np.float32) if array.dtype == np.float64 and not hasattr(x, "dtype") else array


def values(name: str, x: Any) -> NDArray[Any]:
    """x as an array of numbers. ValueError for ragged lists, and TypeError for what are no numbers."""
    try:
        array = np.asarray(x.value if isinstance(x, Tensor) else x)
    except ValueError:
        remedy = "give its rows one shape; a sample of several parts is a tuple, as (x, y)"
        raise ValueError(f"{name}: a {type(x).__name__} of parts of different shapes is no array; {remedy}") from None
    if array.dtype.kind not in "biufc":
        remedy = "give arrays or lists of numbers; a sample of several parts is a tuple, as (x, y)"
        raise TypeError(f"{name}: a {type(x).__name__} of dtype {array.dtype} holds no numbers; {remedy}")
    return array
