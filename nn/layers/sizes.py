"""Sizes that layers are made with, and the dtype that they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nn.functional.checks import widened

if TYPE_CHECKING:
    from autograd import Tensor


def positive(layer: str, name: str, size: int) -> int:
    """`size` as an int, or ValueError where it is none above 0.

    >>> positive("Linear", "in_features", 3)
    3
    """
    if not isinstance(size, (int, np.integer)) or isinstance(size, bool) or size < 1:
        raise ValueError(f"{layer}: {name} must be a positive integer, not {size!r}")
    return int(size)


def kept(layer: str, out: Tensor, weight: Tensor | None) -> Tensor:
    """`out` itself. A lint tells who gives a layer wider numbers than its own that all after it is computed in those.

    >>> from autograd import ones
    >>> kept("Linear", ones(2), ones(3)).shape
    (2,)
    """
    if weight is not None and out.value.dtype is not weight.value.dtype:
        widened(layer, "layer", "x", weight.dtype, out.dtype)
    return out
