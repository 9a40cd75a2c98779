"""Edits in place: an array that changed after it was recorded must never be used to compute a gradient.

One clock numbers nodes as they are recorded and stamps arrays as they are edited, so asking whether a node's saved
values are still true is comparing two numbers. Recording an op costs nothing for it.
"""

from __future__ import annotations

import itertools
import weakref
from typing import Any

import numpy as np

tick = itertools.count().__next__

_edits: dict[int, tuple[int, weakref.ref[np.ndarray]]] = {}  # id of an array that owns memory -> (stamp, the array)
_last_edit = -1


def last_edit() -> int:
    """The time of the latest edit anywhere: nodes recorded since need no closer look."""
    return _last_edit


def edited(array: Any) -> None:
    """Stamp an array that has just been written to. Nodes recorded earlier that saved it can no longer be swept."""
    global _last_edit
    if type(array) is not np.ndarray:
        return  # NumPy scalars cannot be edited
    while isinstance(array.base, np.ndarray):
        array = array.base
    key, _last_edit = id(array), tick()
    known = _edits.get(key)
    owner = known[1] if known else weakref.ref(array, lambda _: _edits.pop(key, None))
    _edits[key] = (_last_edit, owner)


def edited_since(value: Any, seq: int) -> bool:
    """Whether any memory of this value was written to after that moment."""
    if type(value) is not np.ndarray:
        return False
    recent = [owner() for stamp, owner in list(_edits.values()) if stamp > seq]
    return any(array is not None and np.may_share_memory(value, array) for array in recent)
