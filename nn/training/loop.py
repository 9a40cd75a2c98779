"""fit: the loop that trains a model, as you would write it. And `evaluate`, the one that only looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from itertools import islice
from typing import TYPE_CHECKING, Any

from autograd import Tensor, no_grad
from nn.callbacks import listed
from nn.checks import integer
from nn.metrics import named
from nn.module import Module
from nn.optim import Optimizer
from nn.training import resume as resuming
from nn.training.progress import Progress
from nn.training.run import Run
from nn.training.scores import Scores, batches, modes, value_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from nn.history import History


def fit(
    model: Module,
    loss: Callable[[Any, Any], Tensor],
    data: Iterable[Any],
    optimizer: Optimizer,
    *,
    epochs: int,
    validation: Iterable[Any] | None = None,
    metrics: Iterable[Any] = (),
    callbacks: Iterable[Any] = (),
    progress: bool = True,
    resume: str | PathLike[str] | None = None,
) -> History:
    """Train a model: `epochs` times, for every batch of the data, p ← p - step(∂ loss(model(x), y) / ∂p).

    `data` and `validation` are batches that can be gone through again and again: an `nn.data.DataLoader`, or a list. A
    batch is a tuple (x, y), or (x1, x2, ..., y) for `model(x1, x2, ...)`. For one batch of all write `[(x, y)]`.

    The History has the mean of the loss, and `metrics` of `nn.metrics` or functions of (out, y), over each epoch:
    while training, under their names, and after it on the validation data, with "validation " in front. Modules are in
    `train()` for the one and in `eval()` for the other, and in the end as they were.

    `callbacks` are those of `nn.callbacks` and schedules of `nn.optim`. With a `Checkpoint(path)` among them, a later
    `fit(..., resume=path)` of the same model goes on until `epochs` are done in all, bit for bit as if the first had
    not ended. `progress=False` draws no bar.

    Ctrl-C ends training after the step that it is at, and the history so far is returned; pressed twice, it raises
    KeyboardInterrupt at once. A loss that is not finite raises FloatingPointError before a step is made with it. What
    cannot be trained with raises TypeError or ValueError before anything is changed, as far as arguments and the first
    batch of the validation data, which is tried before, can tell.

    On a terminal there is a bar below a table of the epochs, in a notebook a bar if ipywidgets is installed; elsewhere,
    the table alone is written, line by line, to stderr.

    >>> import nn
    >>> nn.manual_seed(0)
    >>> train, test = nn.data.digits()
    >>> model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    >>> optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    >>> batches = nn.data.DataLoader(train, batch_size=64, shuffle=True)
    >>> history = fit(model, nn.CrossEntropyLoss(), batches, optimizer, epochs=3, progress=False)
    >>> evaluate(model, nn.CrossEntropyLoss(), [test[:]], [nn.metrics.Accuracy()])["accuracy"] > 0.9
    True
    """
    _check_model("fit", model, loss)
    _check_optimizer(model, optimizer)
    epochs = integer("fit", "epochs", epochs, 1)
    _check_data("data", data, epochs)
    if validation is not None:
        _check_data("validation", validation, epochs)
    callbacks = listed(callbacks, *([Progress()] if progress else []))
    run = Run(model, loss, data, optimizer, epochs, validation, named(metrics), callbacks)
    _rehearse(run)
    if resume is not None:
        resuming.load(run, resume)
    with run.going():
        for _ in run.epochs_left():
            model.train()
            for *x, y in run.batches(data):
                optimizer.zero_grad()
                out = model(*x)
                value = run.checked(loss(out, y))
                value.backward()
                run.on_backward(out, y)
                optimizer.step()
                run.on_step()
            run.on_epoch(_measured(run))
    return run.history


def evaluate(
    model: Module, loss: Callable[[Any, Any], Tensor], data: Iterable[Any], metrics: Iterable[Any] = ()
) -> dict[str, Any]:
    """The mean of the loss and the metrics over the batches of the data, by name. The model is in `eval()` for it.

    >>> import nn
    >>> evaluate(nn.Identity(), nn.MSELoss(), [([1.0, 2.0], [1.0, 4.0]), ([5.0], [5.0])], [nn.metrics.R2()])
    {'loss': 1.33..., 'R2': 0.53...}
    """
    _check_model("evaluate", model, loss)
    scores = Scores(named(metrics))
    with modes(model), no_grad():
        model.eval()
        for *x, y in batches(data):
            out = model(*x)
            scores.update(value_of("evaluate", loss(out, y)), out, y)
    return scores.values()


def _rehearse(run: Run) -> None:
    """Try what can be tried before anything is changed: a fault of the validation is found now, not an epoch later."""
    with run.rehearsal():
        if run.validation is not None and not isinstance(run.validation, Iterator):
            evaluate(run.model, run.loss, islice(run.validation, 1), run.scores.metrics)


def _measured(run: Run) -> dict[str, Any]:
    """What an epoch came to: the loss and the metrics while training, and now on the validation data."""
    row = run.scores.values()
    if run.validation is not None:
        tested = evaluate(run.model, run.loss, run.batches(run.validation), run.scores.metrics)
        row |= {f"validation {name}": result for name, result in tested.items()}
    return row


# -- what is refused -------------------------------------------------------------------------------


def _check_model(name: str, model: Any, loss: Any) -> None:
    if not isinstance(model, Module):
        raise TypeError(f"{name}: model must be a Module, not {_what(model)}")
    if isinstance(loss, type) or not callable(loss):
        raise TypeError(f"{name}: loss must be a function of (out, y), as nn.MSELoss(), not {_what(loss)}")


def _check_optimizer(model: Module, optimizer: Any) -> None:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"fit: optimizer must be one of nn.optim, made of model.parameters(), not {_what(optimizer)}")
    trained = {p for p in model.parameters() if p.requires_grad}
    if not trained:
        raise ValueError("fit: the model has no parameters to train; requires_grad_() thaws frozen ones")
    if trained.isdisjoint(p for group in optimizer.param_groups for p in group["params"]):
        raise ValueError("fit: none of the model's parameters is the optimizer's; make one of model.parameters()")


def _check_data(name: str, data: Any, epochs: int) -> None:
    """Batches that can be read as often as there are epochs."""
    if not isinstance(data, Iterable):
        remedy = "nn.data.DataLoader(dataset, batch_size=32, shuffle=True) makes batches of samples"
        raise TypeError(f"fit: {name} is {_what(data)}, not batches; {remedy}")
    if isinstance(data, Iterator) and epochs > 1:
        raise TypeError(
            f"fit: {name} is {_what(data)}, which can be read once, and epochs={epochs}; pass a list or a DataLoader"
        )
    if isinstance(data, (tuple, list)) and data and not isinstance(data[0], (tuple, list)):
        raise TypeError(f"fit: {name} holds {_what(data[0])}, not batches; for one batch of all write {name}=[(x, y)]")
    if isinstance(data, Sized) and not len(data):
        raise ValueError(f"fit: {name} is empty; pass at least one batch")


def _what(x: Any) -> str:
    return f"the class {x.__name__}" if isinstance(x, type) else f"a {type(x).__name__}"
