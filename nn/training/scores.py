"""What is measured in an epoch, and the batches that it is measured on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograd import Tensor, no_grad
from autograd.tree import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nn.metrics import Metric
    from nn.module import Module


class Scores:
    """The mean loss, batches weighted by their size, and the metrics, of all that was seen since `reset()`."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics
        self.reset()

    def reset(self) -> None:
        """Forget all that was seen."""
        self.total, self.seen = 0.0, 0
        for metric in self.metrics:
            metric.reset()

    def update(self, loss: float, out: Any, y: Any) -> None:
        """See a batch."""
        n = len(leaves(y)[0]) if isinstance(y, (tuple, dict)) else len(y)
        self.total += loss * n
        self.seen += n
        if self.metrics:
            with no_grad():
                for metric in self.metrics:
                    metric.update(out, y)

    @property
    def mean(self) -> float:
        """The mean loss."""
        return self.total / self.seen if self.seen else float("nan")

    def values(self) -> dict[str, Any]:
        """Their names and values."""
        return {"loss": self.mean, **{metric.name: metric.value() for metric in self.metrics}}


def value_of(name: str, loss: Any) -> float:
    """The value of a loss, which must be one number that knows where it came from."""
    if isinstance(loss, Tensor) and not loss.ndim:
        return float(loss.item())
    what, remedy = type(loss).__name__, "compute it without .item(), .numpy() and float()"
    if isinstance(loss, Tensor):
        what, remedy = f"a Tensor of shape {loss.shape}", "take the mean, as with reduction='mean'"
    raise TypeError(f"{name}: the loss must be a Tensor of one number, not {what}; {remedy}")


def batches(data: Iterable[Any]) -> Iterator[Any]:
    """The batches of the data. TypeError or ValueError for one that is none, and ValueError where there are none."""
    batch = None
    for batch in data:
        if not isinstance(batch, (tuple, list)) or len(batch) < 2:
            what = f"{len(batch)} arrays" if isinstance(batch, (tuple, list)) else f"a {type(batch).__name__}"
            raise TypeError(
                f"data: a batch is a tuple (x, y), or (x1, x2, ..., y), not {what}; give data as a list of such, or as "
                "nn.data.DataLoader((x, y), batch_size=32)"
            )
        y = batch[-1]
        if not hasattr(y, "__len__") or getattr(y, "shape", None) == ():
            raise ValueError(
                f"data: y is a single value, {y!r}: this is a sample, and a batch has one axis more; "
                "nn.data.DataLoader(dataset, batch_size=32) makes batches of samples"
            )
        yield batch
    if batch is None:
        raise ValueError("data: there are no batches; pass at least one")


@contextmanager
def modes(model: Module) -> Iterator[None]:
    """Afterwards every module is in training or not, as before."""
    before = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in before:
            module.training = training
