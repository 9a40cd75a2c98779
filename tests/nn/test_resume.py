"""Resuming: a run that was stopped, and went on, is the run that was never stopped, bit for bit."""

import signal
from functools import partial

import numpy as np
import pytest

import nn
from nn.callbacks import Callback, Checkpoint, EarlyStopping
from nn.random import default_rng
from nn.training.resume import SHORT, state_dict
from tests.nn.models import state_of as weights_of

rng = np.random.default_rng(0)
X, LABELS = rng.normal(size=(50, 3)).astype(np.float32), rng.integers(4, size=50)
COLUMNS = ("loss", "accuracy", "validation loss", "validation accuracy", "lr")

# fmt: off
KINDS = [None, 7, *[lambda kind=kind: np.random.Generator(kind(7)) for kind in (
    np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64,
)]]
# fmt: on


class Setup:
    """Everything that has a state, made anew as by a program that is started again."""

    def __init__(self, path, own=None, seed=0):
        nn.manual_seed(seed)
        stream = own() if callable(own) else own
        self.path = path
        self.model = nn.Sequential(
            nn.Linear(3, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3, rng=stream), nn.Linear(16, 4)
        )
        self.optimizer = nn.optim.Adam(self.model.parameters(), lr=0.01)
        self.data = nn.data.DataLoader((X, LABELS), batch_size=8, shuffle=True, rng=stream)
        self.schedules = [
            nn.optim.CosineAnnealingLR(self.optimizer, 10),
            nn.optim.ReduceLROnPlateau(self.optimizer, patience=0),
        ]
        self.stopping = EarlyStopping(patience=2)

    def fit(self, epochs, *further, resume=None, metrics=None):
        return nn.fit(
            self.model,
            nn.CrossEntropyLoss(),
            self.data,
            self.optimizer,
            epochs=epochs,
            validation=[(X[:20], LABELS[::-1][:20])],  # it gets worse soon
            metrics=[nn.metrics.Accuracy(), nn.metrics.ConfusionMatrix(4)] if metrics is None else metrics,
            callbacks=[Checkpoint(self.path), *self.schedules, self.stopping, *further],
            progress=False,
            resume=resume,
        )

    def state(self):
        """All that training has changed."""
        optimizer = self.optimizer.state_dict()
        moments = {i: {k: np.asarray(v).tobytes() for k, v in kept.items()} for i, kept in optimizer["state"].items()}
        schedules = [schedule.state_dict() for schedule in self.schedules]
        return weights_of(self.model), moments, optimizer["param_groups"], schedules, default_rng().bit_generator.state


def same(one, other):
    return all(one[name] == other[name] for name in COLUMNS) and len(one) == len(other)


@pytest.mark.parametrize("own", KINDS, ids=["package", "seed", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_two_epochs_and_three_are_five(tmp_path, own):
    straight = Setup(tmp_path / "straight", own)
    straight.stopping.patience = 9
    expected = straight.fit(5)
    path = tmp_path / "run.safetensors"
    first = Setup(path, own)
    first.stopping.patience = 9
    assert len(first.fit(2)) == 2
    later = Setup(path, own, seed=99)  # another day, other numbers
    later.stopping.patience = 9
    history = later.fit(5, resume=path)
    assert later.state() == straight.state()
    assert same(history, expected)
    assert [counts.tolist() for counts in history["confusion"]] == [c.tolist() for c in expected["confusion"]]
    assert history.stopped == "epochs done"


@pytest.mark.parametrize("epochs", range(1, 6))
def test_early_stopping_and_its_best_weights_go_on(tmp_path, epochs):
    straight = Setup(tmp_path / "straight")
    expected = straight.fit(50)
    assert expected.stopped == "early stopping"
    assert 3 <= len(expected) < 20
    path = tmp_path / "run.safetensors"
    Setup(path).fit(min(epochs, len(expected)))
    later = Setup(path, seed=99)
    history = later.fit(50, resume=path)
    assert history.stopped == "early stopping"
    assert same(history, expected)
    assert later.state() == straight.state()


def test_a_run_that_stopped_early_stays_stopped(tmp_path):
    path = tmp_path / "run.safetensors"
    first = Setup(path)
    expected = first.fit(50)
    later = Setup(path, seed=99)
    history = later.fit(50, resume=path)
    assert str(history) == str(expected)
    assert weights_of(later.model) == weights_of(first.model)


def test_an_interrupted_epoch_begins_again(tmp_path):
    class Press(Callback):
        def on_step(self, run):
            if run.step == 17:  # of 7 in each epoch
                signal.raise_signal(signal.SIGINT)

    straight = Setup(tmp_path / "straight")
    expected = straight.fit(4)
    path = tmp_path / "run.safetensors"
    assert Setup(path).fit(4, Press()).stopped == "interrupted"
    later = Setup(path, seed=99)
    history = later.fit(4, resume=path)
    assert later.state() == straight.state()
    assert same(history, expected)


def test_a_run_that_is_done_is_only_loaded(tmp_path):
    path = tmp_path / "run.safetensors"
    first = Setup(path)
    first.stopping.restore_best = False
    expected = first.fit(2)
    later = Setup(path, seed=99)
    later.stopping.restore_best = False
    history = later.fit(2, resume=path)
    assert same(history, expected)
    assert later.state() == first.state()


def test_resuming_tells_callbacks_where_it_is(tmp_path):
    class Look(Callback):
        def on_start(self, run):
            self.at = run.epoch, run.step, len(run.history)

    path = tmp_path / "run.safetensors"
    Setup(path).fit(2, look := Look())
    assert look.at == (0, 0, 0)
    Setup(path).fit(3, look, resume=path)
    assert look.at == (2, 14, 2)


# -- what cannot be resumed ------------------------------------------------------------------------


def other_file(change):
    """A file that was changed after it was written."""

    def write(path):
        setup = Setup(path)
        setup.fit(2)
        metadata = nn.load(setup.model, path, optimizer=setup.optimizer)
        change(metadata["fit"])
        nn.save(setup.model, path, optimizer=setup.optimizer, metadata=metadata)

    return write


def model_only(path):
    setup = Setup(path)
    nn.save(setup.model, path, optimizer=setup.optimizer)


def no_optimizer(path):
    nn.save(Setup(path).model, path)


# fmt: off
FAULTS = [
    (lambda path: None,                                        FileNotFoundError, "run.safetensors"),
    (lambda path: path.write_bytes(b"GIF89a, for instance"),   ValueError, "run.safetensors"),
    (no_optimizer,                                             ValueError, "run.safetensors.* holds no run"),
    (model_only,                                               ValueError, r"run.safetensors.* no run; .*Checkpoint"),
    (lambda path: Setup(path).fit(4),                          ValueError, "done 4 epochs, more than epochs=3"),
    (lambda path: Setup(path).fit(2, metrics=[]),              ValueError, "its columns were .* call fit as"),
    (lambda path: Setup(path, own=7).fit(2),                   ValueError, r"random streams were \['data.rng'"),
    (lambda path: Setup(path).fit(2, EarlyStopping("loss")),   ValueError, "its callbacks were .*'EarlyStopping', 'E"),
    (other_file(lambda state: state.pop("history")),           ValueError, "run.safetensors: .*history"),
    (other_file(lambda state: state["callbacks"][0].pop()),    ValueError, "run.safetensors"),
    (other_file(lambda state: state["streams"].update(nn={})), ValueError, "no state of a PCG64 stream"),
    (other_file(lambda state: state["callbacks"][2][1].pop("best")), ValueError, "best"),
]
# fmt: on


@pytest.mark.parametrize("write, error, text", FAULTS, ids=[text for *_, text in FAULTS])
def test_what_cannot_be_resumed_is_named_and_changes_nothing(tmp_path, write, error, text):
    path = tmp_path / "run.safetensors"
    write(path)
    setup = Setup(tmp_path / "other", seed=5)
    setup.fit(1, metrics=[])
    before = setup.state()
    stopping = setup.stopping.state_dict()
    with pytest.raises(error, match=text):
        setup.fit(3, resume=path)
    assert setup.state() == before
    assert setup.stopping.state_dict() == stopping


# -- streams that are not attributes of a module or a loader ---------------------------------------


class Noise:
    """A transform with a stream of its own."""

    def __init__(self, rng):
        self.rng = rng

    def __call__(self, x, y):
        return x + self.rng.normal(0, 0.1, x.shape).astype(np.float32), y


def closure(stream):
    return lambda x, y: Noise(stream)(x, y)


class Listed(nn.Module):
    def __init__(self, stream):
        super().__init__()
        self.streams = [stream]
        self.linear = nn.Linear(3, 4, rng=0)

    def forward(self, x):
        return nn.functional.dropout(self.linear(x), 0.5, self.training, rng=self.streams[0])


class Drawn:
    """A loss that draws."""

    def __init__(self, stream):
        self.rng = stream

    def __call__(self, out, y):
        return nn.functional.cross_entropy(out, y) * self.rng.random()


def with_default(stream):
    def transform(x, y, rng=stream):
        return Noise(rng)(x, y)

    return transform


def plain(stream):
    return nn.Linear(3, 4, rng=0)


@pytest.mark.parametrize(
    "network, transform, loss",
    [
        (plain, Noise, lambda stream: nn.CrossEntropyLoss()),
        (plain, closure, lambda stream: nn.CrossEntropyLoss()),
        (plain, with_default, lambda stream: nn.CrossEntropyLoss()),
        (plain, lambda stream: partial(with_default(None), rng=stream), lambda stream: nn.CrossEntropyLoss()),
        (plain, lambda stream: Noise(stream).__call__, lambda stream: nn.CrossEntropyLoss()),
        (Listed, lambda stream: None, lambda stream: nn.CrossEntropyLoss()),
        (plain, lambda stream: None, Drawn),
    ],
    ids=["transform", "closure", "default", "partial", "method", "list", "loss"],
)
def test_streams_are_found_wherever_they_are_held(tmp_path, network, transform, loss):
    def run(epochs, **options):
        stream = np.random.default_rng(4)
        model = network(stream)
        data = nn.data.DataLoader((X, LABELS), batch_size=16, transform=transform(stream))
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
        keep = Checkpoint(tmp_path / "run.safetensors")
        nn.fit(model, loss(stream), data, optimizer, epochs=epochs, callbacks=keep, progress=False, **options)
        return weights_of(model)

    straight = run(4)
    run(2)
    assert run(4, resume=tmp_path / "run.safetensors") == straight


def streams_of(loss):
    """The names of the streams that a run finds, its own and those that the loss holds."""
    found = []

    class Look(Callback):
        def on_start(self, run):
            found.extend(state_dict(run)["streams"])

    model = nn.Linear(3, 4, rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    nn.fit(model, loss, [(X, LABELS)], optimizer, epochs=1, callbacks=Look(), progress=False)
    return found


@pytest.mark.parametrize("n", [2, SHORT, SHORT + 1])
def test_long_lists_hold_data_and_are_not_searched(n):
    loss = nn.CrossEntropyLoss()
    loss.held = [np.random.default_rng(i) for i in range(n)]
    names = {"nn", *[f"loss.held.{i}" for i in range(n)]}
    assert set(streams_of(loss)) == (names if n <= SHORT else {"nn"})


def test_a_name_that_a_closure_has_yet_to_set_holds_nothing():
    stream = np.random.default_rng(0)

    def early():
        return stream, late

    loss = nn.CrossEntropyLoss()
    loss.early = early
    assert streams_of(loss) == ["loss.early.stream", "nn"]
    late = None
    assert early() == (stream, late)


def test_a_rehearsal_draws_nothing():
    own, seen = np.random.default_rng(4), []

    def transform(x, y):
        seen.append((own.random(), default_rng().random(), x.copy()))
        return x, y

    model = nn.Linear(3, 4, rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    validation = nn.data.DataLoader((X, LABELS), batch_size=50, shuffle=True, transform=transform)
    data = [(X, LABELS)]
    nn.fit(model, nn.CrossEntropyLoss(), data, optimizer, epochs=1, validation=validation, progress=False)
    rehearsed, first = seen
    assert rehearsed[:2] == first[:2]
    np.testing.assert_array_equal(rehearsed[2], first[2])  # in one order


# -- damage ----------------------------------------------------------------------------------------


def test_damage_anywhere_in_the_header_changes_nothing(tmp_path):
    path, damaged = tmp_path / "run.safetensors", tmp_path / "damaged.safetensors"
    Setup(path).fit(2)
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[:8], "little")
    draw = np.random.default_rng(0)
    for place in draw.integers(8, 8 + size, 60).tolist():
        changed = bytearray(content)
        changed[place] ^= int(draw.integers(1, 64))
        damaged.write_bytes(changed)
        setup = Setup(tmp_path / "other", seed=5)
        before = setup.state()
        fault = None
        try:
            setup.fit(3, resume=damaged)
        except (ValueError, RuntimeError) as raised:
            fault = raised
        assert fault is None or ("damaged.safetensors" in str(fault) and setup.state() == before)


def test_callbacks_that_do_not_suit_are_found_before_anything_is_loaded(tmp_path):
    path = tmp_path / "run.safetensors"
    Setup(path).fit(2)
    setup = Setup(tmp_path / "nowhere" / "run", seed=5)
    before = setup.state()
    with pytest.raises(FileNotFoundError, match="nowhere"):
        setup.fit(3, resume=path)
    assert setup.state() == before


def test_the_file_of_another_rule_is_named(tmp_path):
    path = tmp_path / "run.safetensors"
    Setup(path).fit(1)
    setup = Setup(tmp_path / "other", seed=5)
    setup.optimizer, setup.schedules = nn.optim.SGD(setup.model.parameters(), lr=0.1), []
    before = setup.state()
    with pytest.raises(ValueError, match="state of Adam, not of this optimizer: SGD: missing options"):
        setup.fit(2, resume=path)
    assert setup.state() == before


def test_a_state_that_is_empty_at_first(tmp_path):
    class Count(Callback):
        def __init__(self):
            self.seen = {}

        def on_epoch(self, run):
            self.seen["epochs"] = self.seen.get("epochs", 0) + 1

        def state_dict(self):
            return dict(self.seen)

        def load_state_dict(self, state):
            self.seen = dict(state)

    path = tmp_path / "run.safetensors"
    Setup(path).fit(2, Count())
    later = Count()
    Setup(path).fit(4, later, resume=path)
    assert later.seen == {"epochs": 4}
