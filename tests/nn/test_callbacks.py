"""Callbacks: when they are called, and what those that come with the package do."""

import signal

import numpy as np
import pytest
from numpy.testing import assert_allclose

import nn
from nn.callbacks import (
    Callback,
    Checkpoint,
    ClipGradNorm,
    ClipGradValue,
    EachEpoch,
    EachStep,
    EarlyStopping,
    listed,
)
from tests.nn.models import state_of

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(32, 3)), rng.normal(size=(32, 1))


def network():
    return nn.Sequential(nn.Linear(3, 4, rng=0, dtype=float), nn.Tanh(), nn.Linear(4, 1, rng=1, dtype=float))


def fit(model=None, optimizer=None, *, epochs=3, loss=None, callbacks=(), lr=0.1, **options):
    model = model or network()
    optimizer = optimizer or nn.optim.SGD(model.parameters(), lr=lr)
    data = [(X[:16], Y[:16]), (X[16:], Y[16:])]
    loss = loss or nn.MSELoss()
    return nn.fit(model, loss, data, optimizer, epochs=epochs, callbacks=callbacks, progress=False, **options)


class Diary(Callback):
    """What happened, in order."""

    def __init__(self):
        self.lines = []

    def on_start(self, run):
        self.lines.append(("start", run.epoch, run.step))

    def on_backward(self, run):
        assert all(p.grad is not None for p in run.parameters())
        self.lines.append(("backward", run.epoch, run.step))

    def on_step(self, run):
        self.lines.append(("step", run.epoch, run.step))

    def on_epoch(self, run):
        assert len(run.history) == run.epoch
        self.lines.append(("epoch", run.epoch, run.step))

    def on_end(self, run):
        self.lines.append(("end", run.epoch, run.step, run.history.stopped))


class Scripted(Callback):
    """A validation loss that is known before: fit's own is replaced."""

    def __init__(self, *values, column="validation loss"):
        self.values, self.column, self.order = values, column, -1

    def on_epoch(self, run):
        run.history[self.column][-1] = self.values[run.epoch - 1]


class Weights(Callback):
    """The weights after each epoch."""

    order = -1

    def __init__(self):
        self.states = []

    def on_epoch(self, run):
        self.states.append(state_of(run.model))


# -- the protocol ----------------------------------------------------------------------------------


def test_they_are_called_at_every_turn():
    diary = Diary()
    fit(epochs=2, callbacks=[diary])
    steps = [("backward", 1, 0), ("step", 1, 1), ("backward", 1, 1), ("step", 1, 2), ("epoch", 1, 2)]
    again = [("backward", 2, 2), ("step", 2, 3), ("backward", 2, 3), ("step", 2, 4), ("epoch", 2, 4)]
    assert diary.lines == [("start", 0, 0), *steps, *again, ("end", 2, 4, "epochs done")]


def test_one_that_does_nothing_is_fine_and_one_need_not_be_in_a_list():
    assert fit(callbacks=Callback()).stopped == "epochs done"


@pytest.mark.parametrize("where, epochs, steps", [("on_start", 0, 0), ("on_step", 0, 1), ("on_epoch", 1, 2)])
def test_each_of_them_can_stop_the_run(where, epochs, steps):
    class Stop(Callback):
        pass

    setattr(Stop, where, lambda self, run: run.stop("I said so"))
    diary = Diary()
    history = fit(callbacks=[Stop(), diary])
    assert history.stopped == "I said so"
    assert len(history) == epochs
    assert [name for name, *_ in diary.lines].count("step") == steps
    assert diary.lines[-1][-1] == "I said so"


def test_the_end_comes_after_exceptions_too():
    class Fail(Callback):
        def on_epoch(self, run):
            raise ZeroDivisionError

    diary = Diary()
    with pytest.raises(ZeroDivisionError):
        fit(callbacks=[diary, Fail()])
    assert diary.lines[-1] == ("end", 1, 2, None)


def test_checkpoints_come_last(tmp_path):
    early, latest, best = EarlyStopping("loss"), Checkpoint(tmp_path / "a"), Checkpoint(tmp_path / "b", "loss")
    assert listed([latest, best, early]) == [early, best, latest]


# -- early stopping --------------------------------------------------------------------------------


def test_early_stopping_restores_the_best_epoch():
    model, weights = network(), Weights()
    stopping = EarlyStopping(patience=2)
    history = fit(
        model, epochs=9, validation=[(X, Y)], callbacks=[stopping, Scripted(3.0, 1.0, 2.0, 1.0, 0.0), weights]
    )
    assert history.stopped == "early stopping"
    assert len(history) == 4
    assert state_of(model) == weights.states[1] != weights.states[3]


def test_early_stopping_wants_a_real_improvement():
    history = fit(
        epochs=9, callbacks=[EarlyStopping("loss", 2, min_delta=0.5), Scripted(3.0, 2.6, 2.4, 2.3, 2.0, column="loss")]
    )
    assert len(history) == 5
    nan = float("nan")
    assert len(fit(epochs=9, callbacks=[EarlyStopping("loss", 3), Scripted(nan, nan, nan, column="loss")])) == 3
    high = Scripted(0.1, 0.2, 0.3, 0.2, 0.1, column="R2")
    assert len(fit(epochs=9, metrics=[nn.metrics.R2()], callbacks=[EarlyStopping("R2", 2), high])) == 5


def test_the_model_is_left_as_it_is_where_that_is_wanted():
    for stopping in (EarlyStopping("loss", 1, restore_best=False), EarlyStopping("loss", 5)):
        model, weights = network(), Weights()
        interrupt = type("", (Callback,), {"on_epoch": lambda self, run: run.epoch == 3 and signal.raise_signal(2)})()
        fit(model, epochs=9, callbacks=[stopping, Scripted(1.0, 2.0, 3.0, column="loss"), weights, interrupt])
        assert state_of(model) == weights.states[-1]


def test_the_best_is_restored_when_all_epochs_are_done_and_forgotten_for_the_next_run():
    model, weights, stopping = network(), Weights(), EarlyStopping("loss", patience=9)
    for _ in range(2):
        fit(model, epochs=3, callbacks=[stopping, weights, Scripted(2.0, 1.0, 3.0, column="loss")])
        assert state_of(model) == weights.states[-2]
    assert len(weights.states) == 6


# -- schedules -------------------------------------------------------------------------------------


def test_a_schedule_is_stepped_after_each_epoch():
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.5)
    history = fit(model, optimizer, callbacks=[nn.optim.ExponentialLR(optimizer, 0.5)])
    assert history["lr"] == [0.5, 0.25, 0.125]
    assert optimizer.param_groups[0]["lr"] == 0.0625


@pytest.mark.parametrize("wrap", [lambda schedule: schedule, EachStep])
def test_one_cycle_is_stepped_after_each_step(wrap):
    seen = []
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.5, momentum=0.5)
    schedule = nn.optim.OneCycleLR(optimizer, max_lr=0.5, total_steps=6)
    expected = schedule.rates(6).ravel()
    record = type("", (Callback,), {"on_backward": lambda self, run: seen.append(optimizer.param_groups[0]["lr"])})()
    with pytest.raises(ValueError, match="OneCycleLR is for 6 steps, and there will be 8"):
        fit(model, optimizer, epochs=4, callbacks=[wrap(schedule), record])
    assert not seen
    fit(model, optimizer, epochs=3, callbacks=[wrap(schedule), record])
    assert_allclose(seen, expected)


def test_a_schedule_of_another_optimizer_is_refused():
    model, other = network(), network()
    schedule = nn.optim.StepLR(nn.optim.SGD(other.parameters(), lr=0.1), 1)
    with pytest.raises(ValueError, match="the StepLR is of another optimizer"):
        fit(model, callbacks=[schedule])


def test_what_is_no_schedule_is_refused():
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(TypeError, match="or schedules, not a SGD"):
        fit(model, optimizer, callbacks=[optimizer])
    with pytest.raises(TypeError, match=r"EachStep: pass a schedule of nn\.optim, not a SGD"):
        EachStep(optimizer)
    with pytest.raises(ValueError, match="EachStep: a ReduceLROnPlateau looks at what an epoch has measured"):
        EachStep(nn.optim.ReduceLROnPlateau(optimizer))
    with pytest.raises(ValueError, match="a StepLR does not look at 'loss'"):
        EachEpoch(nn.optim.StepLR(optimizer, 1), monitor="loss")


def test_a_matrix_cannot_be_monitored():
    stopping = EarlyStopping("confusion", mode="max")
    with pytest.raises(ValueError, match="'confusion' is more than one number"):
        fit(metrics=[nn.metrics.ConfusionMatrix(4)], callbacks=[stopping])


def test_a_method_that_nobody_calls_is_named():
    with pytest.raises(
        TypeError, match=r"on_epoch_end would never be called; callbacks have \['on_backward', .*'on_step'"
    ):
        type("Mine", (Callback,), {"on_epoch_end": lambda self, run: None})


def test_a_plateau_sees_the_validation_loss_or_what_it_is_told_to():
    def rates(values, column="validation loss", wrap=lambda schedule: schedule, mode="min", **options):
        model = network()
        optimizer = nn.optim.SGD(model.parameters(), lr=0.5)
        plateau = nn.optim.ReduceLROnPlateau(optimizer, mode, factor=0.5, patience=0)
        return fit(model, optimizer, callbacks=[wrap(plateau), Scripted(*values, column=column)], **options)["lr"]

    assert rates([1.0, 2.0, 2.0], validation=[(X, Y)]) == [0.5, 0.5, 0.25]
    assert rates([1.0, 2.0, 2.0], "loss") == [0.5, 0.5, 0.25]
    high = {"wrap": lambda schedule: EachEpoch(schedule, "R2"), "mode": "max", "metrics": [nn.metrics.R2()]}
    assert rates([1.0, 0.5, 0.5], "R2", **high) == [0.5, 0.5, 0.25]
    with pytest.raises(ValueError, match="what shall be high"):
        rates([1.0], mode="max")


# -- clipping --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "callback, clip",
    [
        (ClipGradNorm(0.01), lambda ps: nn.optim.clip_grad_norm_(ps, 0.01)),
        (ClipGradValue(0.001), lambda ps: nn.optim.clip_grad_value_(ps, 0.001)),
    ],
    ids=["norm", "value"],
)
def test_clipping_comes_between_backward_and_step(callback, clip):
    model, ours = network(), network()
    optimizer = nn.optim.SGD(model.parameters(), lr=1.0)
    for x, y in [(X[:16], Y[:16]), (X[16:], Y[16:])]:
        optimizer.zero_grad()
        nn.MSELoss()(model(x), y).backward()
        clip([*model.parameters()])
        optimizer.step()
    fit(ours, epochs=1, lr=1.0, callbacks=[callback])
    assert state_of(ours) == state_of(model)
    fit(other := network(), epochs=1, lr=1.0)
    assert state_of(other) != state_of(model)


# -- checkpoints -----------------------------------------------------------------------------------


def test_the_latest_and_the_best_are_kept(tmp_path):
    model, weights = network(), Weights()
    keep = [Checkpoint(tmp_path / "latest"), Checkpoint(tmp_path / "best", monitor="loss")]
    fit(model, callbacks=[*keep, weights, Scripted(2.0, 1.0, 3.0, column="loss")])
    for name, i in (("latest", 2), ("best", 1)):
        other = network()
        metadata = nn.load(other, tmp_path / name, optimizer=nn.optim.SGD(other.parameters(), lr=9.0))
        assert state_of(other) == weights.states[i]
        assert metadata["fit"]["epoch"] == i + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best", "latest"]


def test_a_checkpoint_with_the_best_weights_of_early_stopping_is_a_model_too(tmp_path):
    model, weights = network(), Weights()
    path = tmp_path / "run.safetensors"
    fit(model, callbacks=[Checkpoint(path), weights, EarlyStopping("loss"), Scripted(2.0, 1.0, 3.0, column="loss")])
    nn.load(other := network(), path)
    assert state_of(other) == weights.states[2]
    assert state_of(model) == weights.states[1]


# fmt: off
FAULTS = [
    (lambda: EarlyStopping("mae"),                     ValueError, "say mode='min' or mode='max'"),
    (lambda: EarlyStopping("mae", mode="low"),         ValueError, "not 'low'"),
    (lambda: EarlyStopping(patience=0),                ValueError, "patience must be an integer ≥ 1, not 0"),
    (lambda: EarlyStopping(min_delta=-1.0),            ValueError, "min_delta must be a number ≥ 0, not -1.0"),
    (lambda: EarlyStopping(min_delta=float("nan")),    ValueError, "min_delta must be a number ≥ 0, not nan"),
    (lambda: Checkpoint(3),                            TypeError,  "int"),
    (lambda: EachStep(3),                              TypeError,  r"EachStep: pass a schedule of nn.optim, not a int"),
    (lambda: ClipGradNorm(-1.0),                       ValueError, "max_norm must be a number ≥ 0, not -1.0"),
    (lambda: ClipGradValue(float("nan")),              ValueError, "clip_value must be a number ≥ 0, not nan"),
    (lambda: listed([3]),                              TypeError,  "not a int"),
]
# fmt: on


@pytest.mark.parametrize("make, error, text", FAULTS, ids=[text for *_, text in FAULTS])
def test_options_out_of_range_are_named(make, error, text):
    with pytest.raises(error, match=text):
        make()
