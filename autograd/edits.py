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

_owners: dict[int, weakref.ref[np.ndarray]] = {}  # id of an array that owns its memory -> the array
_stamps: dict[int, int] = {}  # the same id -> when that memory was last written to
_last_edit = -1


def last_edit() -> int:
    """The time of the latest edit anywhere: nodes recorded since need no closer look."""
    return _last_edit


def edited(*arrays: Any) -> None:
    """Stamp arrays that have just been written to. Nodes recorded earlier that saved one can no longer be swept.

    >>> from autograd import tensor
    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> y = (x * x).sum()
    >>> x.data[0] = 3.0  # behind the graph's back, so it has to be told
    >>> edited(x.data)
    >>> y.backward()
    Traceback (most recent call last):
        ...
    RuntimeError: backward: ...
    """
    global _last_edit
    _last_edit = tick()
    for array in arrays:
        if type(array) is np.ndarray:  # NumPy scalars cannot be edited
            while array.base is not None and isinstance(array.base, np.ndarray):
                array = array.base
            key = id(array)
            if key not in _owners:
                _owners[key] = weakref.ref(array, lambda _, key=key: (_owners.pop(key), _stamps.pop(key)))  # type: ignore[misc]
            _stamps[key] = _last_edit


def edited_since(value: Any, seq: int) -> bool:
    """Whether any memory of this value was written to after that moment."""
    if type(value) is not np.ndarray:
        return False
    recent = [_owners[key]() for key, stamp in _stamps.copy().items() if stamp > seq and key in _owners]
    return any(array is not None and np.may_share_memory(value, array) for array in recent)
