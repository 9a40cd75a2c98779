"""DataLoader: batches of a dataset, in order or shuffled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nn.checks import integer
from nn.data.arrays import as_array, values
from nn.data.dataset import Subset, TensorDataset
from nn.random import default_rng

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from nn.data.dataset import Dataset
    from nn.random import Rng

    Rows = NDArray[np.intp] | slice


class DataLoader:
    """Batches of `batch_size` samples: iterating goes through the dataset once, and again each time.

    `dataset` is a `TensorDataset`, whose batches are taken a whole array at a time, a tuple of arrays, which becomes
    one, or anything with a length and an index, whose samples are stacked: tuples field by field. A batch is what a
    sample is, of arrays with one axis more in front. Real numbers become float32, but for arrays of another dtype.

    `shuffle` draws a new order for each iteration, from `rng`: a Generator, a seed, or the package's stream.
    `drop_last` leaves out a last batch that is not full. `transform(*batch)` returns the batch to use in its place,
    and may change its arrays; without it, batches that are not shuffled are read-only views of the dataset.

    At once, ValueError is raised for an empty dataset, a batch size that is no integer ≥ 1, and `drop_last` of the only
    batch, and TypeError for what is no dataset, flag or function; when they are reached, TypeError for samples that are
    no numbers, and ValueError for those not of one shape.

    >>> loader = DataLoader(([[1.0], [2.0], [3.0]], [0, 1, 0]), batch_size=2)
    >>> len(loader)
    2
    >>> for x, y in loader: print(x.tolist(), y)
    [[1.0], [2.0]] [0 1]
    [[3.0]] [0]
    """

    def __init__(
        self,
        dataset: Dataset | tuple[Any, ...],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        transform: Callable[..., Any] | None = None,
        rng: Rng = None,
    ) -> None:
        self.dataset = _dataset(dataset)
        self.batch_size = _batch_size(batch_size)
        self.shuffle, self.drop_last, self.transform = (
            _flag("shuffle", shuffle),
            _flag("drop_last", drop_last),
            transform,
        )
        self.rng = None if rng is None else default_rng(rng)
        n = len(self.dataset)
        if drop_last and n < self.batch_size:
            raise ValueError(
                f"DataLoader: drop_last leaves no batch: {n} samples are fewer than batch_size={batch_size}; lower it"
            )
        if transform is not None and not callable(transform):
            raise TypeError(f"DataLoader: transform must be a function of a batch, not a {type(transform).__name__}")

    def __len__(self) -> int:
        """The number of batches."""
        n = len(self.dataset)
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        n = len(self.dataset)
        if self.shuffle:
            return self._batches(default_rng(self.rng).permutation(n))
        return self._batches(None if self.transform is None else np.arange(n))

    def _batches(self, order: NDArray[np.intp] | None) -> Iterator[Any]:
        """The batches in an order of the samples, or as they come: then they need not be copied."""
        dataset, size, transform = self.dataset, self.batch_size, self.transform
        for start in range(0, len(self) * size, size):
            rows = slice(start, start + size)
            batch = gather(dataset, rows if order is None else order[rows])
            if transform is not None:
                batch = transform(*batch) if isinstance(batch, tuple) else transform(batch)
                if batch is None:
                    raise TypeError("DataLoader: transform returned None; return the batch, too, where it is changed")
            yield batch

    def __repr__(self) -> str:
        return f"DataLoader({len(self)} batches of {self.batch_size} samples, shuffle={self.shuffle})"


def gather(dataset: Dataset, rows: Rows) -> Any:
    """The samples at `rows` as one batch. Those of a slice are read-only, where they are views of the dataset."""
    reads = type(dataset).__getitem__  # a subclass may have a way of its own
    if isinstance(dataset, Subset) and reads is Subset.__getitem__:
        return gather(dataset.dataset, dataset.indices[rows])
    if isinstance(dataset, TensorDataset) and reads is TensorDataset.__getitem__:
        if isinstance(rows, slice):
            return tuple([_view(array, rows) for array in dataset.arrays])
        return tuple([array.take(rows, 0) for array in dataset.arrays])  # faster than array[rows]
    if isinstance(dataset, np.ndarray):
        return _view(dataset, rows) if isinstance(rows, slice) else dataset.take(rows, 0)
    numbers = range(len(dataset))[rows] if isinstance(rows, slice) else rows.tolist()
    return _collate([dataset[i] for i in numbers])


def _view(array: NDArray[Any], rows: slice) -> NDArray[Any]:
    view = array[rows]
    view.flags.writeable = False
    return view


def _collate(samples: list[Any]) -> Any:
    """Samples, side by side: tuples field by field, and arrays along a new first axis."""
    if not isinstance(samples[0], tuple):
        return _stack(samples)
    fields = {len(sample) if isinstance(sample, tuple) else 0 for sample in samples}
    if len(fields) > 1:
        raise ValueError("DataLoader: samples must be tuples of one length to make a batch")
    return tuple(_stack(field) for field in zip(*samples))


def _stack(parts: Any) -> NDArray[Any]:
    arrays = [values("DataLoader", part) for part in parts]
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) > 1:
        raise ValueError(f"DataLoader: samples {shapes[0]} and {shapes[1]} make no batch; bring them to one shape")
    batch = np.stack(arrays)
    if batch.dtype == np.float64 and not any(getattr(part, "dtype", None) == np.float64 for part in parts):
        return batch.astype(np.float32)  # Python's numbers have no dtype that they should keep
    return batch


def _dataset(given: Any) -> Dataset:
    """What is to be loaded: at least one sample."""
    if isinstance(given, tuple):
        return TensorDataset(*given)
    if not hasattr(given, "__getitem__") or not hasattr(given, "__len__") or isinstance(given, Mapping):
        remedy = "pass a dataset, a tuple of arrays or a list"
        raise TypeError(f"DataLoader: a {type(given).__name__} is not indexed from 0 to len() - 1; {remedy}")
    if not len(given):
        raise ValueError("DataLoader: the dataset is empty; pass one with samples")
    if isinstance(given, list) and all(isinstance(x, (int, float)) for x in given):
        return as_array("DataLoader", given)  # all batches get one dtype
    return given  # type: ignore[no-any-return]


def _batch_size(given: Any) -> int:
    if np.ndim(given):
        raise TypeError("DataLoader: batch_size is an array; to load x and y together pass DataLoader((x, y))")
    return integer("DataLoader", "batch_size", given, 1)


def _flag(name: str, given: Any) -> bool:
    if not isinstance(given, (int, np.bool)):
        raise TypeError(f"DataLoader: {name} must be True or False, not {given!r}")
    return bool(given)
