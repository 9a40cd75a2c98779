"""Metrics: how good predictions are, in terms people ask for. They see a whole epoch before they say a number.

A metric has a `name` and three methods: `reset()` forgets, `update(out, y)` sees a batch, and `value()` is the result
for all it has seen. `nn.fit` also takes plain functions of `(out, y)`, whose mean is weighted by the size of batches.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from nn.checks import integer

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Metric", "Accuracy", "TopK", "ConfusionMatrix", "R2", "Mean", "accuracy", "top_k", "confusion_matrix", "r2"]


class Metric(ABC):
    """What metrics share. A subclass has a `name`, and says what it remembers, and what that comes to."""

    name: str
    given = ""  # the arguments that repr shows

    def __init__(self) -> None:
        self.reset()

    @abstractmethod
    def reset(self) -> None:
        """Forget all that was seen."""

    @abstractmethod
    def update(self, out: Any, y: Any) -> None:
        """See a batch: what the model said, and what is right. What does not fit raises before anything is counted."""

    @abstractmethod
    def value(self) -> Any:
        """The metric of all that was seen since `reset`: a number, or an array."""

    def __call__(self, out: Any, y: Any) -> Any:
        """The metric of these alone."""
        self.reset()
        self.update(out, y)
        return self.value()

    def __repr__(self) -> str:
        value = np.asarray(self.value()).tolist()  # NaN until something was seen
        return f"{type(self).__name__}({self.given})" + (f": {value}" if value == value else "")


class _Average(Metric):
    """The sum over what was seen, by the number of samples; NaN where there were none."""

    def reset(self) -> None:
        self.total, self.seen = 0.0, 0

    def add(self, total: Any, n: int) -> None:
        """n samples more, and their sum."""
        self.total, self.seen = self.total + float(total), self.seen + n

    def value(self) -> float:
        return self.total / self.seen if self.seen else float("nan")


class Accuracy(_Average):
    """accuracy = Σ [argmax out = y] / N.   out: (..., C) scores, y: (...) integers in [0, C) → a float.

    With a `threshold`, out and y have one shape, and an entry is of class 1 where it is above: 0 for logits, 0.5 for
    probabilities. A sample with a score of NaN counts as wrong.

    >>> Accuracy()([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    >>> Accuracy(threshold=0.0)([3.0, -2.0, 1.0, -4.0], [1, 0, 0, 0])
    0.75
    """

    name = "accuracy"

    def __init__(self, threshold: float | None = None) -> None:
        super().__init__()
        self.threshold, self.given = threshold, "" if threshold is None else f"threshold={threshold}"

    def update(self, out: Any, y: Any) -> None:
        out, y = _array(out), _array(y)
        if self.threshold is None:
            _check_classes("Accuracy", out, y)
            hits = out.argmax(-1) == y
            if _has_nan(out):
                hits &= ~np.isnan(out).any(-1)
        else:
            _check_shapes("Accuracy", out, y)
            hits = ((out > self.threshold) == (y > 0.5)) & (out == out)
        self.add(np.count_nonzero(hits), y.size)


class TopK(_Average):
    """top-k = Σ [y is among the k highest scores] / N.   out: (..., C), y: (...) integers in [0, C) → a float.

    Of equal scores, the first ones are higher; NaN is above all, but never right. ValueError unless 1 ≤ k ≤ C.

    >>> TopK(2)([[0.1, 0.5, 0.4], [0.1, 0.5, 0.4]], [2, 0])
    0.5
    """

    def __init__(self, k: int = 5) -> None:
        super().__init__()
        self.k = integer("TopK", "k", k, 1)
        self.name, self.given = f"top-{k}", f"{k}"

    def update(self, out: Any, y: Any) -> None:
        out, y = _array(out), _array(y)
        _check_classes("TopK", out, y)
        if self.k > out.shape[-1]:
            raise ValueError(f"TopK: there are no {self.k} highest of {out.shape[-1]} scores; lower k")
        y = y[..., None]  # (..., 1)
        own = np.take_along_axis(out, y, -1)
        below = (out < own) | ((out == own) & (np.arange(out.shape[-1]) >= y))  # (..., C), y itself among them
        self.add(np.count_nonzero(below.sum(-1) > out.shape[-1] - self.k), y.size)


class ConfusionMatrix(Metric):
    """matrix[i, j] = how often class i was taken for j.   out: (..., C) scores, y: (...) in [0, C) → (C, C) integers.

    Printing it shows the counts, and of every class the share that was recognised. Scores of NaN raise ValueError.

    >>> matrix = ConfusionMatrix(2)
    >>> matrix.update([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], [1, 1, 1])
    >>> print(matrix)
          |     0     1 |  right
        0 |     .     . |
        1 |     1     2 |  66.7%
    """

    name = "confusion"

    def __init__(self, classes: int | Sequence[str]) -> None:
        names = classes if isinstance(classes, Iterable) else range(integer("ConfusionMatrix", "classes", classes, 1))
        self.names = [*map(str, names)]
        self.given = f"{integer('ConfusionMatrix', 'the number of classes', len(self.names), 1)}"
        super().__init__()

    def reset(self) -> None:
        self.counts = np.zeros((len(self.names), len(self.names)), np.int64)

    def update(self, out: Any, y: Any) -> None:
        out, y = _array(out), _array(y)
        _check_classes("ConfusionMatrix", out, y)
        if (k := len(self.names)) != out.shape[-1]:
            raise ValueError(f"ConfusionMatrix: {out.shape[-1]} scores do not fit {k} classes")
        if _has_nan(out):
            raise ValueError("ConfusionMatrix: a score is NaN, and no class the highest; look for where it arises")
        pairs = y.ravel().astype(np.int64) * k + out.argmax(-1).ravel()
        self.counts += np.bincount(pairs, minlength=k * k).reshape(k, k)

    def value(self) -> NDArray[Any]:
        return self.counts.copy()

    def __str__(self) -> str:
        cells = [[str(n) if n else "." for n in row] for row in self.counts.tolist()]
        wide = max(5, *(len(text) for row in [self.names, *cells] for text in row))
        lines = [f"{'':>{wide}} | {' '.join(f'{name:>{wide}}' for name in self.names)} |  right"]
        for i, (name, row) in enumerate(zip(self.names, cells)):
            share = f"{self.counts[i, i] / seen:.1%}" if (seen := self.counts[i].sum()) else ""
            lines.append(f"{name:>{wide}} | {' '.join(f'{text:>{wide}}' for text in row)} | {share:>6}")
        return "\n".join(lines)


class R2(Metric):
    """R² = 1 - Σ (y - out)² / Σ (y - mean y)², the share of variance explained.   out, y: (N, ...) → a float.

    Of several columns, the mean. As in scikit-learn, a column that is constant counts as 1 if it is met exactly, and as
    0 if not. NaN where there were fewer than two samples; ValueError for other columns than before.

    >>> R2()([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    0.785714...
    """

    name = "R2"

    def reset(self) -> None:
        self.seen = 0
        self.mean = self.spread = self.error = np.zeros(())  # of each column, with Σ (y - mean)² and Σ (y - out)²

    def update(self, out: Any, y: Any) -> None:
        out, y = _array(out), _array(y)
        _check_shapes("R2", out, y)
        if not y.ndim:
            raise ValueError("R2: out and y are single numbers; pass a batch of shape (N, ...)")
        if self.seen and y.shape[1:] != self.mean.shape:
            raise ValueError(f"R2: y {y.shape} has other columns than those seen, {self.mean.shape}; reset() first")
        y, n, before = y.astype(np.float64), len(y), self.seen
        if n:
            mean = y.mean(axis=0)
            self.error = self.error + ((y - out) ** 2).sum(axis=0)
            # two sets of samples as one, after Chan et al. 1979: sums of squares would cancel
            apart, self.seen = mean - self.mean, before + n
            self.spread = self.spread + ((y - mean) ** 2).sum(axis=0) + apart**2 * (before * n / self.seen)
            self.mean = self.mean + apart * (n / self.seen)

    def value(self) -> float:
        if self.seen < 2:
            return float("nan")
        varied = self.spread > 0
        share = self.error / np.where(varied, self.spread, 1)
        return float(np.mean(np.where(varied, 1 - share, self.error == 0)))


class Mean(_Average):
    """mean = Σ n · function(out, y) / Σ n, over batches of n samples.   out, y: (n, ...) → a float, or TypeError.

    >>> error = Mean(lambda out, y: abs(out - y).mean(), "error")
    >>> error.update(np.array([1.0]), np.array([2.0]))
    >>> error.update(np.array([1.0, 1.0, 1.0]), np.array([1.0, 1.0, 1.0]))
    >>> error.value()
    0.25
    """

    def __init__(self, function: Callable[[Any, Any], Any], name: str | None = None) -> None:
        super().__init__()
        self.function = function
        self.name = str(name or getattr(function, "__name__", type(function).__name__))
        self.given = repr(self.name)

    def update(self, out: Any, y: Any) -> None:
        value, n = self.function(out, y), len(y)
        try:
            self.add(float(value) * n, n)
        except TypeError:
            what = f"{type(value).__name__} of shape {np.shape(value)}"
            raise TypeError(f"metrics: {self.name} gives a {what}; give one number for a batch, as a mean") from None


def accuracy(out: Any, y: Any, *, threshold: float | None = None) -> float:
    """accuracy = Σ [argmax out = y] / N, as `Accuracy` of one batch.   out: (..., C), y: (...) → a float.

    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    """
    return Accuracy(threshold)(out, y)  # type: ignore[no-any-return]


def top_k(out: Any, y: Any, k: int = 5) -> float:
    """top-k = Σ [y is among the k highest scores] / N, as `TopK` of one batch.   out: (..., C), y: (...) → a float.

    >>> top_k([[0.1, 0.5, 0.4], [0.1, 0.5, 0.4]], [2, 0], k=2)
    0.5
    """
    return TopK(k)(out, y)  # type: ignore[no-any-return]


def confusion_matrix(out: Any, y: Any) -> NDArray[Any]:
    """matrix[i, j] = how often class i was taken for j.   out: (..., C), y: (...) → (C, C) integers.

    >>> confusion_matrix([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], [1, 1, 1])
    array([[0, 0],
           [1, 2]])
    """
    return ConfusionMatrix((np.shape(out) or (1,))[-1])(out, y)  # type: ignore[no-any-return]


def r2(out: Any, y: Any) -> float:
    """R² = 1 - Σ (y - out)² / Σ (y - mean y)², as `R2` of one batch.   out, y: (N, ...) → a float.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    0.785714...
    """
    return R2()(out, y)  # type: ignore[no-any-return]


def named(metrics: Iterable[Any]) -> list[Metric]:
    """What `metrics=` of `nn.fit` may be, as metrics. TypeError or ValueError for what is none."""
    found = []
    for metric in metrics if isinstance(metrics, Iterable) else [metrics]:
        if isinstance(metric, type):
            raise TypeError(f"metrics: {metric.__name__} is a class; pass one of its kind, as {metric.__name__}()")
        if not callable(metric) and not hasattr(metric, "update"):
            raise TypeError(f"metrics: pass metrics or functions of (out, y), not a {type(metric).__name__}")
        found.append(metric if hasattr(metric, "update") else Mean(metric))
    names = [getattr(metric, "name", None) for metric in found]
    for i, name in enumerate(names):
        if name in (None, "<lambda>"):
            raise ValueError(f"metrics: {found[i]!r} has no name; give it one: nn.metrics.Mean(function, 'name')")
        if name in names[:i] or name in ("epoch", "loss", "lr", "seconds") or name.startswith("validation "):
            raise ValueError(f"metrics: the name {name!r} is taken; give Mean(function, name) or metric.name another")
    return found


def _array(x: Any) -> NDArray[Any]:
    return np.asarray(x.value if isinstance(x, Tensor) else x)


def _has_nan(out: NDArray[Any]) -> bool:
    """Whether a score is NaN. argmax finds it, and is faster than max and isnan."""
    top = out.item(out.argmax()) if out.size else 0
    return bool(top != top)


def _check_shapes(name: str, out: NDArray[Any], y: NDArray[Any]) -> None:
    if out.shape != y.shape:
        raise ValueError(f"{name}: out {out.shape} and y {y.shape} must have one shape; reshape one of them")


def _check_classes(name: str, out: NDArray[Any], y: NDArray[Any]) -> None:
    """Scores (..., C), and a class in [0, C) for each."""
    remedy = "classes are integers that count from 0, as y.astype(int), or y.argmax(-1) of one-hot rows"
    if name == "Accuracy":
        remedy += "; for yes or no pass threshold=0 for logits, 0.5 for probabilities, with out and y of one shape"
    if y.dtype.kind not in "iu":
        raise TypeError(f"{name}: y is {y.dtype}; {remedy}")
    if not out.ndim or out.shape[:-1] != y.shape:
        remedy = f"out holds a score for every class of every sample, (N, C), and y (N,); {remedy}"
        raise ValueError(f"{name}: out {out.shape} does not fit y {y.shape}; {remedy}")
    for i in (y.argmin(), y.argmax()) if y.size else ():
        if not 0 <= (label := y.item(i)) < out.shape[-1]:
            raise IndexError(f"{name}: there is no class {label} among {out.shape[-1]} scores; {remedy}")
