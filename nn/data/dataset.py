"""Datasets: samples by number. What has a length and can be indexed is one; `TensorDataset` makes one of arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nn.data.arrays import as_array
from nn.random import default_rng

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nn.random import Rng


class Dataset(Protocol):
    """What a DataLoader needs: `len(dataset)` samples, `dataset[i]` for i = 0 ... len - 1.

    A sample is an array or a number, or a tuple of those, as (x, label). A list of samples is a dataset.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, i: Any, /) -> Any: ...


class TensorDataset:
    """dataset[i] = (x[i], y[i], ...), in memory.   x, y, ...: (N, ...), one row a sample.

    They may be arrays, Tensors, whose values are taken, or nested lists, of which real numbers become float32. Nothing
    else is converted or copied. A slice, or an array of numbers, gives that many rows of each.

    Raises ValueError where the arrays have no rows, or not equally many, and TypeError for what holds no numbers.

    >>> dataset = TensorDataset([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0, 1, 0])
    >>> dataset
    TensorDataset((3, 2) float32, (3,) int64)
    >>> dataset[1:]
    (array([[3., 4.],
           [5., 6.]], dtype=float32), array([1, 0]))
    """

    def __init__(self, *arrays: Any) -> None:
        self.arrays: tuple[NDArray[Any], ...] = tuple(as_array("TensorDataset", x) for x in arrays)
        shapes = ", ".join(str(array.shape) for array in self.arrays)
        lengths = {len(array) if array.ndim else 0 for array in self.arrays}
        if len(lengths) > 1:
            raise ValueError(f"TensorDataset: arrays {shapes} have different lengths; give each sample a row in all")
        if not any(lengths):
            raise ValueError(
                f"TensorDataset: no samples in arrays {shapes or '()'}; pass some of shape (N, ...), N ≥ 1"
            )

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, rows: Any, /) -> tuple[Any, ...]:
        return tuple([array[rows] for array in self.arrays])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{array.shape} {array.dtype}' for array in self.arrays)})"


class Subset:
    """subset[i] = dataset[indices[i]].   indices: (N,) integers in [0, len(dataset)), or TypeError and IndexError.

    >>> Subset(["a", "b", "c"], [2, 0])[0]
    'c'
    """

    def __init__(self, dataset: Dataset, indices: ArrayLike) -> None:
        given = np.asarray(indices)
        if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
            raise TypeError(
                f"Subset: indices must be integers (N,), not {given.dtype} {given.shape}; see np.flatnonzero"
            )
        outside = given[(given < 0) | (given >= len(dataset))]
        if outside.size:
            raise IndexError(f"Subset: there is no sample {outside[0]} in a dataset of {len(dataset)}")
        self.dataset = dataset
        self.indices: NDArray[np.intp] = given.astype(np.intp)

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, rows: Any, /) -> Any:
        return self.dataset[self.indices[rows]]

    def __repr__(self) -> str:
        return f"Subset({len(self)} of {len(self.dataset)} samples)"


def random_split(dataset: Dataset, lengths: Sequence[float], rng: Rng = None) -> list[Subset]:
    """Random subsets that share no sample.   lengths: integers of sum len(dataset), or fractions of sum 1.

    What rounding the fractions down leaves over goes to the first subsets, one sample each, as in PyTorch. Lengths of
    another sum, and subsets that would be empty, raise ValueError; a single length raises TypeError.

    >>> train, test = random_split(range(10), [0.8, 0.2], rng=0)
    >>> len(train), len(test)
    (8, 2)
    """
    if not isinstance(lengths, Iterable):
        raise TypeError(f"random_split: give the length of every subset, as [0.8, 0.2], not {lengths!r} alone")
    n, lengths = len(dataset), list(lengths)
    whole = all(isinstance(length, Integral) for length in lengths)
    if not (sum(lengths) == n if whole else math.isclose(sum(lengths), 1)):
        raise ValueError(f"random_split: {lengths} are neither integers of sum {n}, nor fractions of sum 1")
    counts = [int(length) for length in lengths] if whole else _shares(n, lengths)
    if not counts or min(counts) < 1:
        raise ValueError(f"random_split: {lengths} of {n} samples makes subsets of {counts}; leave none empty")
    order = default_rng(rng).permutation(n)
    return [Subset(dataset, part) for part in np.split(order, np.cumsum(counts)[:-1])]


def _shares(n: int, fractions: list[float]) -> list[int]:
    """How many of n samples each fraction is, rounded down, with one more for the first until all are given out."""
    counts = [int(n * fraction) for fraction in fractions]
    spare = n - sum(counts)
    return [count + (i < spare) for i, count in enumerate(counts)]
