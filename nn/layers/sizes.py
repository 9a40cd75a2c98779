"""Sizes that layers are made with."""

from __future__ import annotations

import numpy as np


def positive(layer: str, name: str, size: int) -> int:
    """`size` as an int, or ValueError where it is none above 0.

    >>> positive("Linear", "in_features", 3)
    3
    """
    if not isinstance(size, (int, np.integer)) or size < 1:
        raise ValueError(f"{layer}: {name} must be a positive integer, not {size!r}")
    return int(size)
