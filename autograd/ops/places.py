"""Adding up what is written to the same places of an array, for `index.py`."""

from __future__ import annotations

from typing import Any

import numpy as np

_FEW, _WIDE, _BLOCK = 1024, 512, 1 << 14  # measured: where one way becomes quicker than the other


def repeats(index: tuple[Any, ...]) -> bool:
    """Whether an index may name the same entry twice: only arrays of integers can."""
    return any(isinstance(part, np.ndarray) and part.dtype.kind in "iu" for part in index)


def add_into(out: np.ndarray, index: tuple[Any, ...], x: Any) -> None:
    """out[index] += x, adding up where an entry is named twice."""
    if repeats(index):
        add_at(out, index, x)
    else:
        out[index] += x


def add_at(out: np.ndarray, index: tuple[Any, ...], x: Any) -> None:
    """`np.add.at`, which is quick along one axis, and slow along more."""
    if x.size <= _FEW or not out.flags.c_contiguous or (rows := _rows(out.shape, index, x.shape)) is None:
        np.add.at(out, index, x)
    else:
        _add_rows(out.reshape(-1, x.size // rows.size), rows, x)


def _rows(shape: tuple[int, ...], index: tuple[Any, ...], read: tuple[int, ...]) -> Any:
    """The rows that an index reads, where it is arrays of integers for axes side by side and all of those before. Rows
    are numbered as if the named axes and those before were one. None for any other index."""
    before = next((i for i, part in enumerate(index) if not isinstance(part, slice)), 0)
    arrays, full = index[before:], slice(None)
    if any(part != full for part in index[:before]) or not all(isinstance(p, np.ndarray) for p in arrays):
        return None
    end = before + len(arrays)
    if any(p.dtype.kind not in "iu" for p in arrays) or end > len(shape):
        return None
    if read != (*shape[:before], *np.broadcast_shapes(*[p.shape for p in arrays]), *shape[end:]):
        return None  # what is written is yet to be broadcast
    rows = np.ravel_multi_index(arrays, shape[before:end], mode="wrap").ravel()
    outer = np.arange(np.prod(shape[:before], dtype=np.intp))[:, None] * np.prod(shape[before:end], dtype=np.intp)
    return (outer + rows).ravel() if before else rows


def _add_rows(out: np.ndarray, rows: np.ndarray, x: Any) -> None:
    """out[rows] += x.   out: (n, width)."""
    width = out.shape[1]
    x = x.reshape(-1, width)
    if width >= _WIDE:
        for i, row in zip(rows.tolist(), x):
            out[i] += row
        return
    step, columns = _BLOCK // width, np.arange(width)
    for i in range(0, rows.size, step):  # in blocks that stay in the cache
        np.add.at(out.reshape(-1), (rows[i : i + step, None] * width + columns).ravel(), x[i : i + step].ravel())
