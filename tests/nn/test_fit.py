"""fit is the loop one would write, and says what is wrong before it begins."""

import io
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import nn
from autograd import LintWarning, is_grad_enabled, lints
from nn.callbacks import Callback
from nn.training import evaluate
from tests.nn.models import state_of

ROOT = Path(__file__).parents[2]

rng = np.random.default_rng(0)
X, LABELS = rng.normal(size=(50, 3)).astype(np.float32), rng.integers(4, size=50)


def network(dropout=0.0):
    return nn.Sequential(nn.Linear(3, 8, rng=0), nn.Tanh(), nn.Dropout(dropout, rng=2), nn.Linear(8, 4, rng=1))


def batches(size=16, shuffle=False):
    return nn.data.DataLoader((X, LABELS), batch_size=size, shuffle=shuffle, rng=3)


def fit(model=None, data=None, optimizer=None, loss=None, *, epochs=2, progress=False, **options):
    model = model or network()
    optimizer = optimizer or nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    data = batches() if data is None else data
    return nn.fit(model, loss or nn.CrossEntropyLoss(), data, optimizer, epochs=epochs, progress=progress, **options)


class At(Callback):
    """Do something after a step."""

    def __init__(self, step, do):
        self.at, self.do = step, do

    def on_step(self, run):
        if run.step == self.at:
            self.do(run)


# -- the loop --------------------------------------------------------------------------------------


def test_it_is_the_loop_that_one_would_write():
    model, data, loss = network(0.5), batches(shuffle=True), nn.CrossEntropyLoss()
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    expected = []
    for _ in range(3):
        total = 0.0
        for x, y in data:
            optimizer.zero_grad()
            value = loss(model(x), y)
            value.backward()
            optimizer.step()
            total += value.item() * len(y)
        expected.append(total / 50)
    ours = network(0.5)
    history = fit(ours, batches(shuffle=True), nn.optim.Adam(ours.parameters(), lr=0.01), epochs=3)
    assert state_of(ours) == state_of(model)
    assert history["loss"] == expected
    assert history["lr"] == [0.01] * 3
    assert all(seconds > 0 for seconds in history["seconds"])
    assert history.stopped == "epochs done"


def test_means_are_over_samples_and_metrics_over_whole_epochs():
    x, y = X[:, :1] * [1, 2, 3], (X @ [[1.0], [2.0], [3.0]])[:, 0]
    model = nn.Sequential(nn.Linear(3, 1, dtype=float), nn.Flatten(0))
    start = model.state_dict()
    parts = [(x[:7], y[:7]), (x[7:40], y[7:40]), (x[40:], y[40:])]
    optimizer = nn.optim.SGD(model.parameters(), lr=1e-300)  # it all but stays where it is
    metrics = [nn.metrics.R2(), nn.functional.l1_loss]
    history = fit(model, parts, optimizer, nn.MSELoss(), epochs=1, validation=parts[1:], metrics=metrics)
    model.load_state_dict(start)
    out = model(x).numpy()
    assert list(history) == [
        "loss", "R2", "l1_loss", "validation loss", "validation R2", "validation l1_loss", "lr", "seconds",
    ]  # fmt: skip
    assert_allclose(history["loss"], [((out - y) ** 2).mean()])
    assert_allclose(history["R2"], [nn.metrics.r2(out, y)])
    assert_allclose(history["l1_loss"], [abs(out - y).mean()])
    assert_allclose(history["validation loss"], [((out - y)[7:] ** 2).mean()])
    assert_allclose(history["validation R2"], [nn.metrics.r2(out[7:], y[7:])])
    assert_allclose(evaluate(model, nn.MSELoss(), [(x, y)])["loss"], ((out - y) ** 2).mean())


def test_the_metric_of_the_user_has_seen_the_last_validation():
    matrix = nn.metrics.ConfusionMatrix(4)
    history = fit(metrics=[matrix], validation=[(X[:9], LABELS[:9])])
    assert matrix.value().sum() == 9
    assert [counts.sum() for counts in history["confusion"]] == [50, 50]
    assert history["validation confusion"][-1].tolist() == matrix.value().tolist()


def test_modes_and_recording():
    model, seen = network(), []
    model[0].eval()  # before, each module as the user has it
    before = [module.training for module in model.modules()]
    model.register_forward_hook(lambda module, args, out: seen.append((module[0].training, is_grad_enabled())))
    fit(model, batches(25), validation=batches(50), epochs=2)
    assert seen == [(False, False)] + [(True, True), (True, True), (False, False)] * 2  # validation is tried first
    assert [module.training for module in model.modules()] == before
    assert is_grad_enabled()


def test_several_inputs():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 4, rng=0)

        def forward(self, a, b):
            return self.layer(a) + self.layer(b)

    one, two = Sum(), nn.Linear(3, 4, rng=0)
    fit(one, [(X, X, LABELS)], epochs=1)
    fit(two, [[2 * X, LABELS]], loss=lambda out, y: nn.functional.cross_entropy(out + two.bias, y), epochs=1)
    assert_allclose(one.layer.weight.numpy(), two.weight.numpy(), rtol=1e-6)


def test_a_generator_will_do_for_one_epoch():
    history = fit(data=(batch for batch in batches()), epochs=1)
    assert len(history) == 1


def test_a_generator_as_large_as_it_may_be_is_not_counted():
    class Endless:
        def __iter__(self):
            while True:
                yield X, LABELS

    history = fit(data=Endless(), callbacks=[At(5, lambda run: run.stop("enough"))])
    assert history.stopped == "enough"
    assert len(history) == 0


# -- what is refused, before anything changes ------------------------------------------------------


def bare(model):
    return nn.optim.SGD(model.parameters(), lr=0.1)


# fmt: off
FAULTS = [
    ({"epochs": 0},                                       ValueError, "epochs must be an integer ≥ 1, not 0"),
    ({"epochs": True},                                    ValueError, "epochs must be .*, not True"),
    ({"epochs": 2.5},                                     ValueError, "epochs must be .*, not 2.5"),
    ({"data": []},                                        ValueError, "data is empty"),
    ({"data": iter([])},                                  TypeError,  "a list_iterator, which can be read once"),
    ({"data": iter([]), "epochs": 1},                     ValueError, "data: there are no batches"),
    ({"data": (X, LABELS)},                               TypeError,  r"data holds a ndarray, .* data=\[\(x, y\)\]"),
    ({"data": [(X,)]},                                    TypeError,  "not 1 arrays"),
    ({"data": [{"x": X}]},                                TypeError,  "data holds a dict, not batches"),
    ({"data": nn.data.TensorDataset(X, LABELS)},          TypeError,  "TensorDataset, not batches; nn.data.DataLoader"),
    ({"data": [*nn.data.TensorDataset(X, LABELS)]},       ValueError, "this is a sample"),
    ({"data": [(X, 3)]},                                  ValueError, "y is a single value, 3"),
    ({"validation": []},                                  ValueError, "validation is empty"),
    ({"validation": nn.data.TensorDataset(X, LABELS)},    TypeError,  "validation is a TensorDataset"),
    ({"loss": nn.CrossEntropyLoss},                       TypeError,  "loss must be .* not the class CrossEntropyLoss"),
    ({"loss": "mse"},                                     TypeError,  "loss must be .* not a str"),
    ({"loss": nn.CrossEntropyLoss(reduction="none")},     TypeError,  r"a Tensor of shape \(16,\); .*reduction='mean'"),
    ({"loss": lambda out, y: 1.0},                        TypeError,  r"not float; compute it without \.item\(\)"),
    ({"optimizer": bare(network())},                      ValueError, "none of the model's parameters is the optimiz"),
    ({"optimizer": nn.optim.SGD},                         TypeError,  "optimizer must be .*, not the class SGD"),
    ({"model": nn.Tanh(), "optimizer": bare(network())},  ValueError, "no parameters to train"),
    ({"model": lambda x: x, "optimizer": bare(network())}, TypeError, "model must be a Module, not a function"),
    ({"metrics": [nn.metrics.Accuracy]},                  TypeError,  "Accuracy is a class"),
    ({"callbacks": [nn.callbacks.EarlyStopping]},         TypeError,  "not the class EarlyStopping"),
    ({"callbacks": [print]},                              TypeError,  "pass objects of nn.callbacks.Callback"),
    ({"callbacks": [nn.callbacks.EarlyStopping()]},       ValueError, "no 'validation loss' among .* pass validation="),
    ({"callbacks": [nn.callbacks.EarlyStopping("accuracy")]}, ValueError, "no 'accuracy' among .* pass it in metrics="),
    ({"callbacks": [nn.callbacks.Checkpoint("/no/such/x")]}, FileNotFoundError, "no directory /no/such"),
    ({"resume": "/no/such.safetensors"},                  FileNotFoundError, "/no"),
]
# fmt: on


@pytest.mark.parametrize("options, error, text", FAULTS, ids=[text for *_, text in FAULTS])
def test_bad_input_is_named(options, error, text):
    model = options.pop("model", None) or network()
    if not isinstance(model, nn.Module):
        with pytest.raises(error, match=text):
            fit(model, **options)
        return
    nn.manual_seed(0)
    model.eval()
    before, stream = state_of(model), nn.random.state_of(nn.random.default_rng())
    with pytest.raises(error, match=text):
        fit(model, **options)
    assert state_of(model) == before
    assert not any(module.training for module in model.modules())
    assert nn.random.state_of(nn.random.default_rng()) == stream
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_frozen_model_has_nothing_to_train():
    model = network()
    optimizer = bare(model)
    model.requires_grad_(False)
    with pytest.raises(ValueError, match=r"no parameters to train; requires_grad_\(\) thaws"):
        fit(model, optimizer=optimizer)


def test_a_loss_that_is_not_finite_stops_it():
    model = network()
    good = (X, LABELS)
    fit(model, [good], epochs=1)
    after_one = state_of(model)
    model = network()
    model.eval()
    bad = (np.full_like(X, np.nan), LABELS)
    with pytest.raises(FloatingPointError, match=r"the loss is nan in epoch 1, after step 1, .*detect_nan"):
        fit(model, [good, bad], epochs=1)
    assert state_of(model) == after_one
    assert not model.training


# -- hints -----------------------------------------------------------------------------------------


class Spare(nn.Module):
    """A network with a layer that it does not use."""

    def __init__(self):
        super().__init__()
        self.used, self.fc = network(), nn.Linear(2, 2)

    def forward(self, x):
        return self.used(x)


def test_parameters_without_a_gradient_are_told_of_once():
    with lints(True):
        with pytest.warns(LintWarning, match=r"nn.fit: fc.weight, fc.bias got no gradient in a whole epoch") as told:
            fit(Spare(), epochs=3)
        assert len(told) == 1
        assert told[0].filename == __file__
        fit(Spare(), epochs=1)


def test_frozen_parameters_and_those_that_get_one_later_are_not():
    frozen = Spare()
    frozen.fc.requires_grad_(False)

    class Sometimes(Spare):
        calls = 0

        def forward(self, x):
            self.calls += 1
            return self.used(x) + (self.fc(x[:, :2]).sum() if self.calls == 3 else 0)

    with lints(True), warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(frozen, epochs=1)
        fit(Sometimes(), epochs=1)


# -- Ctrl-C ----------------------------------------------------------------------------------------


def press(*_):
    signal.raise_signal(signal.SIGINT)


class Pressed(nn.optim.SGD):
    """SGD, and a Ctrl-C in the middle of its seventh step, between two parameters."""

    updates = 0

    def update(self, *args, **options):
        super().update(*args, **options)
        self.updates += 1
        if self.updates == 4 * 6 + 2:
            press()


def test_an_interrupt_waits_until_the_step_is_whole():
    model, straight = network(), network()
    model.eval()
    history = fit(model, optimizer=Pressed(model.parameters(), lr=0.1), epochs=9)
    assert history.stopped == "interrupted"
    assert len(history) == 1  # whole epochs, of 4 batches each
    fit(straight, optimizer=bare(straight), callbacks=[At(7, lambda run: run.stop("after seven"))], epochs=9)
    assert state_of(model) == state_of(straight)
    assert not model.training
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("where", ["loss", "validation", "on_step", "on_epoch"])
def test_an_interrupt_anywhere_returns_the_history(where):
    class Press(Callback):
        pass

    model, loss, calls = network(), nn.CrossEntropyLoss(), []

    def slow(out, y):
        calls.append(is_grad_enabled())
        if (where == "loss" and len(calls) == 7) or (where == "validation" and calls.count(False) == 3):
            press()
        return loss(out, y)

    if where.startswith("on_"):
        setattr(Press, where, lambda self, run: press() if run.epoch == 2 else None)
    history = fit(model, loss=slow, epochs=9, validation=batches(50), callbacks=[Press()])
    assert history.stopped == "interrupted"
    assert len(history) == (2 if where == "on_epoch" else 1)
    assert model.training
    assert not any(p.grad is None for p in model.parameters())


def test_pressed_twice_it_raises():
    model = network()
    model.eval()
    ended = []

    class End(Callback):
        def on_end(self, run):
            ended.append(run.history.stopped)

    with pytest.raises(KeyboardInterrupt):
        fit(model, callbacks=[At(2, lambda run: (press(), press())), End()])
    assert ended == [None]
    assert not model.training
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_user_is_left_alone():
    seen = []
    before = signal.signal(signal.SIGINT, lambda *_: seen.append("theirs"))
    try:
        history = fit(callbacks=[At(2, press)])
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == ["theirs"]
    assert history.stopped == "epochs done"


def test_a_handler_of_the_user_may_raise_but_not_within_a_step():
    class Slow(nn.optim.SGD):
        def update(self, p, g, work, state, options):
            updates.append(None)
            if len(updates) == 6:  # the second of four parameters
                press()
            super().update(p, g, work, state, options)

    def theirs(*_):
        raise KeyboardInterrupt

    updates, model, before = [], network(), signal.signal(signal.SIGINT, theirs)
    try:
        history = fit(model, optimizer=Slow(model.parameters(), lr=0.1))
    finally:
        signal.signal(signal.SIGINT, before)
    assert history.stopped == "interrupted"
    assert len(updates) == 8


def test_an_exception_within_a_step_is_not_taken_for_an_end():
    class Faulty(nn.optim.SGD):
        def update(self, p, g, work, state, options):
            raise KeyboardInterrupt

    model = network()
    with pytest.raises(KeyboardInterrupt):
        fit(model, optimizer=Faulty(model.parameters(), lr=0.1))


def test_a_run_within_a_run_stops_both():
    inner = []
    history = fit(epochs=9, callbacks=[At(2, lambda run: inner.append(fit(epochs=999, callbacks=[At(3, press)])))])
    assert inner[0].stopped == history.stopped == "interrupted"


def test_an_interrupt_in_the_last_callback_is_told():
    class Last(Callback):
        def on_epoch(self, run):
            press()

    assert fit(epochs=1, callbacks=[Last()]).stopped == "interrupted"


def test_a_keyboard_interrupt_that_is_raised_ends_it_too():
    def interrupt(run):
        raise KeyboardInterrupt

    assert fit(callbacks=[At(2, interrupt)]).stopped == "interrupted"


def test_it_trains_in_other_threads():
    model, straight, done = network(), network(), []
    thread = threading.Thread(target=lambda: done.append(fit(model).stopped))
    thread.start()
    thread.join()
    fit(straight)
    assert done == ["epochs done"]
    assert state_of(model) == state_of(straight)


def test_other_exceptions_pass_and_modes_are_restored():
    model = network()
    model.eval()
    with pytest.raises(ZeroDivisionError):
        fit(model, callbacks=[At(2, lambda run: 1 / 0)])
    assert not model.training
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


SCRIPT = """
import numpy as np, nn
class Tell(nn.callbacks.Callback):
    def on_step(self, run):
        if run.step == 10:
            print("going", flush=True)
model = nn.Linear(3, 1)
x = np.ones((8, 3), np.float32)
optimizer = nn.optim.SGD(model.parameters(), lr=1e-9)
history = nn.fit(model, nn.MSELoss(), [(x, x[:, :1])], optimizer, epochs=10**9, callbacks=[Tell()])
print(history.stopped, len(history) > 5, bool(np.isfinite(model.weight.numpy()).all()))
"""


def test_a_signal_from_outside():
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "going\n"
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=20)
    assert out == "interrupted True True\n"
    assert errors.count("\nfit: stopping after this step; Ctrl-C once more stops at once\n") == 1


# -- before it begins ------------------------------------------------------------------------------


def test_validation_is_tried_first_and_leaves_no_trace():
    seen, expected = [], network(0.5)
    fit(expected, batches(shuffle=True))
    model, own = network(0.5), nn.data.DataLoader((X, LABELS), batch_size=9, shuffle=True, rng=5)
    with pytest.raises(ValueError, match="in_features"):
        fit(model, validation=[(X[:, :2], LABELS)], callbacks=[At(1, seen.append)])
    assert not seen
    fit(model, batches(shuffle=True), validation=own)
    assert state_of(model) == state_of(expected)


def test_a_metric_that_does_not_fit_is_found_before_the_first_step():
    model = network()
    before = state_of(model)
    with pytest.raises(ValueError, match=r"R2: out .* and y .* must have one shape"):
        fit(model, metrics=[nn.metrics.R2()])
    assert state_of(model) == before


def test_a_column_beside_a_row_is_told_of():
    model, x = nn.Linear(3, 1, rng=0), X[:8]
    with pytest.warns(LintWarning, match=r"out \(8, 1\) and y \(8,\), out - y is \(8, 8\)"):
        fit(model, [(x, x[:, 0])], loss=lambda out, y: ((out - y) ** 2).mean())


def test_tuples_of_targets_are_weighted_by_samples():
    x = np.arange(20, dtype=np.float32)[:, None]
    data = [(x[:18], (x[:18], x[:18])), (x[18:], (x[18:], x[18:]))]
    model = nn.Linear(1, 1, rng=0)
    history = fit(model, data, optimizer=nn.optim.SGD(model.parameters(), lr=0.0), epochs=1,
                  loss=lambda out, y: ((out - y[0]) * (out - y[1])).mean())  # fmt: skip
    assert_allclose(history["loss"], [((model(x) - x) ** 2).mean().item()], rtol=1e-5)


# -- what is shown ---------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self):
        return True


def test_a_terminal_shows_a_bar_and_the_table(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    history = fit(epochs=60, progress=True, metrics=[nn.metrics.Accuracy()])
    shown = sys.stderr.getvalue()
    assert history.header() in shown
    lines = [i for i in range(60) if history.line(i) in shown]
    assert lines == list(range(2, 60, 3))  # not more than about twenty
    assert "epochs done: 100%" in shown
    assert "240/240" in shown


def test_the_last_epoch_is_always_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    history = fit(epochs=60, progress=True, callbacks=[At(4 * 4 + 1, lambda run: run.stop("done early"))])
    shown = sys.stderr.getvalue()
    assert history.line(3) in shown
    assert "done early:" in shown


def test_a_run_shorter_than_the_steps_of_the_table_shows_its_end(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    history = fit(epochs=60, progress=True, callbacks=[At(5, lambda run: run.stop("done early"))])
    assert f"{history.header()}\n{history.line(0)}" in sys.stderr.getvalue()


def test_elsewhere_the_table_is_written(capfd):
    history = fit(progress=True)
    assert capfd.readouterr() == ("", "\n".join(str(history).splitlines()[:-1]) + "\n")


def test_progress_can_be_switched_off(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    fit(progress=False)
    assert sys.stderr.getvalue() == ""


# -- around the loop -------------------------------------------------------------------------------


def test_gradients_of_what_is_not_trained_do_not_pile_up():
    model = network()
    fit(model, optimizer=nn.optim.SGD(model[3].parameters(), lr=0.1), epochs=3)
    assert model[0].weight.grad is None
    assert model[3].weight.grad is not None


def test_evaluate_says_what_is_wrong():
    with pytest.raises(TypeError, match="evaluate: model must be a Module, not a str"):
        evaluate("x", nn.MSELoss(), [])
    with pytest.raises(
        TypeError, match=r"evaluate: the loss must be a Tensor of one number, not a Tensor of shape \(50,\)"
    ):
        evaluate(network(), nn.CrossEntropyLoss(reduction="none"), [(X, LABELS)])
