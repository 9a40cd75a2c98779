import copy
import json
import math
import pickle

import numpy as np
import pytest

import nn
from autograd import tensor
from nn.optim.schedule import Planned
from nn.optim.schedules import (
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    OneCycleLR,
    ReduceLROnPlateau,
    Schedule,
    SequentialLR,
    StepLR,
)

RATES = [0.1, 0.3, 1e-3]


def optimizer_of(kind="SGD", rates=RATES):
    """An optimizer of a group of its own for each rate."""
    groups = [{"params": [tensor(1.0, requires_grad=True)], "lr": lr} for lr in rates]
    return getattr(nn.optim, kind)(groups, lr=1.0)


def peer_of(kind="SGD"):
    torch = pytest.importorskip("torch")
    groups = [{"params": [torch.nn.Parameter(torch.ones(()))], "lr": lr} for lr in RATES]
    return getattr(torch.optim, kind)(groups, lr=1.0)


def options_of(optimizer):
    """What a schedule may change: learning rates, and momenta where there are any."""
    groups = optimizer.param_groups
    return [(g["lr"], g["betas"][0] if "betas" in g else g.get("momentum")) for g in groups]


def walk(schedule, steps):
    """What the optimizer's options are before each step."""
    seen = []
    for _ in range(steps):
        seen.append(options_of(schedule.optimizer))
        schedule.step()
    return np.array(seen)


def sequence(module, optimizer):
    """A warm-up, a fall by half a cosine, and stairs, by the classes of that module."""
    parts = [
        module["LinearLR"](optimizer, start_factor=0.1, total_iters=5),
        module["CosineAnnealingLR"](optimizer, T_max=20, eta_min=1e-4),
        module["StepLR"](optimizer, step_size=3, gamma=0.5),
    ]
    return module["SequentialLR"](optimizer, parts, milestones=[5, 25])


# fmt: off
PLANNED = [
    ("StepLR",            {"step_size": 7, "gamma": 0.5}),
    ("StepLR",            {"step_size": 30}),
    ("ExponentialLR",     {"gamma": 0.99}),
    ("LinearLR",          {}),
    ("LinearLR",          {"start_factor": 0.1, "end_factor": 0.9, "total_iters": 17}),
    ("LinearLR",          {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 50}),
    ("CosineAnnealingLR", {"T_max": 50, "eta_min": 1e-4}),
    ("CosineAnnealingLR", {"T_max": 7}),
    ("CosineAnnealingLR", {"T_max": 1}),
]
CYCLES = [
    {"max_lr": 0.5, "total_steps": 10},
    {"max_lr": [0.1, 0.2, 0.3], "epochs": 10, "steps_per_epoch": 50},
    {"max_lr": 0.5, "total_steps": 100, "three_phase": True, "final_div_factor": 10.0},
    {"max_lr": 0.5, "total_steps": 101, "anneal_strategy": "linear", "pct_start": 0.45},
    {"max_lr": 0.5, "total_steps": 11, "base_momentum": [0.1, 0.2, 0.3], "max_momentum": [0.9, 0.8, 0.7]},
    {"max_lr": 0.5, "total_steps": 3, "pct_start": 0.0, "div_factor": 3.0},
    {"max_lr": 0.5, "total_steps": 20, "cycle_momentum": False},
]
# fmt: on

# -- against PyTorch


@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.parametrize("name, options", PLANNED)
def test_planned_like_pytorch(name, options):
    schedulers = pytest.importorskip("torch.optim.lr_scheduler")
    ours = walk(globals()[name](optimizer_of(), **options), 1000)
    theirs = walk(getattr(schedulers, name)(peer_of(), **options), 1000)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize("options", CYCLES)
def test_one_cycle_like_pytorch(kind, options):
    schedulers = pytest.importorskip("torch.optim.lr_scheduler")
    schedule = OneCycleLR(optimizer_of(kind), **options)
    steps = schedule.options["total_steps"]
    theirs = walk(schedulers.OneCycleLR(peer_of(kind), **options), steps)
    np.testing.assert_allclose(walk(schedule, steps), theirs, rtol=1e-12)


@pytest.mark.filterwarnings("ignore:Detected call of", "ignore:The epoch parameter")
def test_a_sequence_like_pytorch():
    schedulers = pytest.importorskip("torch.optim.lr_scheduler")
    ours = walk(sequence(globals(), optimizer_of()), 100)
    theirs = walk(sequence(vars(schedulers), peer_of()), 100)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"patience": 2, "factor": 0.5, "threshold": 0.05},
        {"patience": 0, "cooldown": 3, "min_lr": [1e-3, 1e-2, 0.0], "eps": 1e-5},
    ],
)
def test_plateau_like_pytorch(mode, threshold_mode, options):
    schedulers = pytest.importorskip("torch.optim.lr_scheduler")
    options = {"mode": mode, "threshold_mode": threshold_mode, **options}
    ours, theirs = ReduceLROnPlateau(optimizer_of(), **options), schedulers.ReduceLROnPlateau(peer_of(), **options)
    rng = np.random.default_rng(0)
    for t in range(200):
        metric = float(np.exp(-t / 30) + 0.1 * rng.normal())
        ours.step(metric)
        theirs.step(metric)
        assert options_of(ours.optimizer) == options_of(theirs.optimizer)
        assert (ours.best, ours.num_bad_epochs) == (theirs.best, theirs.num_bad_epochs)


# -- numbers that PyTorch 2.13 printed, from a rate of 0.1


# fmt: off
PINNED = [
    ("StepLR", {"step_size": 3}, [0.1, 0.1, 0.1, 0.010000000000000002, 0.010000000000000002]),
    ("ExponentialLR", {"gamma": 0.9}, [0.1, 0.09000000000000001, 0.08100000000000002, 0.07290000000000002]),
    ("LinearLR", {"start_factor": 0.25, "total_iters": 3}, [0.025, 0.05, 0.07500000000000001, 0.1, 0.1]),
    ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.02},
     [0.1, 0.08828427124746191, 0.06, 0.0317157287525381, 0.02, 0.0317157287525381]),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 6},
     [0.040000000000000036, 0.9944154354509117, 0.811745653949763, 0.46263710266697505, 0.1334775301888306, 4e-06]),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 6, "anneal_strategy": "linear", "three_phase": True},
     [0.04, 0.7599999999999998, 0.03529458823529411, 0.02353105882352941, 0.011767529411764701, 3.9999999999970615e-6]),
]
# fmt: on


@pytest.mark.parametrize("name, options, rates", PINNED)
def test_pinned(name, options, rates):
    schedule = globals()[name](optimizer_of(rates=[0.1]), **options)
    np.testing.assert_allclose(schedule.rates(len(rates)).ravel(), rates, rtol=1e-12)
    np.testing.assert_allclose(walk(schedule, len(rates))[:, 0, 0], rates, rtol=1e-12)


def test_pinned_momenta():
    schedule = OneCycleLR(optimizer_of("Adam", [0.1]), max_lr=1.0, total_steps=6)
    momenta = [0.95, 0.8505584586887436, 0.8688255099070633, 0.9037365046793212, 0.9366525935914912, 0.95]
    np.testing.assert_allclose(walk(schedule, 6)[:, 0, 1], momenta, rtol=1e-12)
    assert schedule.optimizer.param_groups[0]["betas"][1] == 0.999


def test_pinned_plateau():
    optimizer = optimizer_of(rates=[0.1])
    schedule, rates = ReduceLROnPlateau(optimizer, factor=0.5, patience=1, cooldown=1, min_lr=0.03), []
    for metric in [tensor(1.0), np.float32(0.5), 0.5, 0.50001, 0.6, 0.6, 0.6, 0.4, 0.4]:
        schedule.step(metric)
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.03, 0.03, 0.03]
    assert schedule.best == 0.4


# -- a function of the step


def test_rates_change_nothing():
    schedule = sequence(globals(), optimizer_of())
    schedule.step()
    before = (schedule.state_dict(), options_of(schedule.optimizer))
    rates = schedule.rates(40)
    assert rates.shape == (40, 3)
    assert (schedule.state_dict(), options_of(schedule.optimizer)) == before
    assert schedule.get_last_lr() == rates[0].tolist()
    np.testing.assert_array_equal(walk(schedule, 40)[:, :, 0], rates)


def test_a_schedule_of_ones_own():
    class InverseRoot(Planned):
        def rate(self, base, t):
            return base / math.sqrt(1 + t / self.options["scale"])

    schedule = InverseRoot(optimizer_of(), {"scale": 4})
    np.testing.assert_allclose(schedule.rates(13)[-1], np.array(RATES) / 2)
    assert repr(schedule) == "InverseRoot(scale=4) at step 0: lr 0.1, 0.3, 0.001"
    again = InverseRoot(optimizer_of(), {"scale": 1})
    again.load_state_dict(schedule.state_dict())
    assert again.state_dict() == schedule.state_dict()
    with pytest.raises(NotImplementedError, match="Planned has no rate: write"):
        Planned(optimizer_of(), {})


def test_where_a_schedule_starts():
    optimizer = optimizer_of(rates=[0.4])
    LinearLR(optimizer, start_factor=0.5)
    assert options_of(optimizer)[0][0] == 0.2
    late = ExponentialLR(optimizer, gamma=0.5)
    assert late.base_lrs == [0.4]  # no warm-up has happened yet
    late.step()
    assert ExponentialLR(optimizer, gamma=0.5).base_lrs == [0.2]  # goes on from where the rate is
    optimizer.param_groups[0]["lr"] = 0.7
    assert ExponentialLR(optimizer, gamma=0.5).base_lrs == [0.7]


def test_training_to_the_last_step_of_one_cycle():
    optimizer = optimizer_of()
    schedule = OneCycleLR(optimizer, max_lr=0.1, total_steps=5, anneal_strategy="linear")
    for _ in range(5):
        (p,) = optimizer.param_groups[0]["params"]
        (p * p).backward()
        optimizer.step()
        schedule.step()
    assert all(lr > 0 for lr in schedule.get_last_lr())
    optimizer.load_state_dict(optimizer.state_dict())
    before = (schedule.state_dict(), options_of(optimizer))
    with pytest.raises(ValueError, match="OneCycleLR: step 6 is past total_steps=5"):
        schedule.step()
    assert (schedule.state_dict(), options_of(optimizer)) == before


def test_a_rate_that_falls_to_zero():
    optimizer = optimizer_of(rates=[0.5])
    schedule = CosineAnnealingLR(optimizer, T_max=1)
    schedule.step()
    (p,) = optimizer.param_groups[0]["params"]
    (p * p).backward()
    optimizer.step()
    assert (schedule.get_last_lr(), p.item()) == ([0], 1)


def test_repr():
    optimizer = optimizer_of(rates=[0.1])
    schedule = SequentialLR(optimizer, [LinearLR(optimizer, 0.5), StepLR(optimizer, 4)], milestones=[5])
    for _ in range(9):
        schedule.step()
    parts = "[LinearLR(start_factor=0.5, end_factor=1.0, total_iters=5), StepLR(step_size=4, gamma=0.1)]"
    assert repr(schedule) == f"SequentialLR({parts}, milestones=[5]) at step 9: lr 0.01"


# -- state


def makers():
    planned = [*PLANNED[::2], ("OneCycleLR", {"max_lr": 0.5, "total_steps": 60})]
    return [
        *[pytest.param(lambda o, name=name, k=k: globals()[name](o, **k), id=name) for name, k in planned],
        pytest.param(lambda o: sequence(globals(), o), id="sequence"),
        pytest.param(lambda o: SequentialLR(o, [OneCycleLR(o, 0.5, 9), sequence(globals(), o)], [9]), id="nested"),
        pytest.param(lambda o: ReduceLROnPlateau(o, patience=3), id="plateau"),
    ]


def go_on(schedule, start, steps):
    rng = np.random.default_rng(start)
    seen = []
    for _ in range(steps):
        schedule.step(*([rng.random()] if isinstance(schedule, ReduceLROnPlateau) else []))
        seen.append(options_of(schedule.optimizer))
    return seen


@pytest.mark.parametrize("make", makers())
@pytest.mark.parametrize("first", ["optimizer", "schedule"])
def test_a_run_goes_on_from_its_state(make, first):
    schedule = make(optimizer_of())
    go_on(schedule, 0, 17)
    optimizer_state = copy.deepcopy(schedule.optimizer.state_dict())
    state = json.loads(json.dumps(schedule.state_dict(), allow_nan=False))
    ahead = go_on(schedule, 1, 20)
    resumed = make(optimizer_of())
    if first == "optimizer":
        resumed = make(optimizer_of())
        resumed.optimizer.load_state_dict(optimizer_state)
        resumed.load_state_dict(state)
    else:
        resumed.load_state_dict(state)
        resumed.optimizer.load_state_dict(optimizer_state)
    assert go_on(resumed, 1, 20) == ahead
    assert resumed.state_dict() == schedule.state_dict()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_schedule_copies_with_its_optimizer(again):
    schedule = sequence(globals(), optimizer_of())
    twin = again(schedule)
    ahead = go_on(schedule, 0, 30)
    assert twin.get_last_lr() != ahead[0]
    assert go_on(twin, 0, 30) == ahead


def test_saved_options_are_taken():
    schedule = StepLR(optimizer_of(), step_size=2)
    go_on(schedule, 0, 3)
    other = StepLR(optimizer_of(rates=[1.0, 1.0, 1.0]), step_size=50, gamma=0.5)
    other.load_state_dict(schedule.state_dict())
    assert repr(other) == repr(schedule)
    state = other.state_dict()
    state["base_lrs"][0] = 7.0
    assert other.base_lrs == RATES


STATE = {"last_epoch": 3, "base_lrs": RATES, "step_size": 2, "gamma": 0.1}
PLATEAU = ReduceLROnPlateau(optimizer_of()).state_dict()
CYCLE = OneCycleLR(optimizer_of(), 0.1, 5).state_dict()


@pytest.mark.parametrize(
    "make, state, what",
    [
        (lambda o: StepLR(o, 2), None, r"a state has \['step_size', 'gamma', 'last_epoch', 'base_lrs'\], not NoneType"),
        (lambda o: StepLR(o, 2), {"last_epoch": 3}, r"not \['last_epoch'\]"),
        (lambda o: StepLR(o, 2), {**STATE, "T_max": 3}, "T_max"),
        (lambda o: StepLR(o, 2), {**STATE, "last_epoch": -1}, "last_epoch must be an integer ≥ 0, not -1"),
        (lambda o: StepLR(o, 2), {**STATE, "last_epoch": 1.5}, "last_epoch.*1.5"),
        (lambda o: StepLR(o, 2), {**STATE, "base_lrs": [0.1]}, "base_lrs has 1 numbers for 3 groups"),
        (lambda o: StepLR(o, 2), {**STATE, "base_lrs": [0.1, 0.2, math.nan]}, "base_lrs.*nan"),
        (lambda o: StepLR(o, 2), {**STATE, "step_size": 0}, "step_size"),
        (lambda o: StepLR(o, 2), {**STATE, "gamma": "0.1"}, "gamma"),
        (lambda o: OneCycleLR(o, 0.1, 5), {**CYCLE, "last_epoch": 9}, "step 9 is past total_steps=5"),
        (ReduceLROnPlateau, {**PLATEAU, "best": "low"}, "best"),
        (ReduceLROnPlateau, {**PLATEAU, "best": math.nan}, "best"),
        (ReduceLROnPlateau, {**PLATEAU, "num_bad_epochs": -1}, "num_bad_epochs"),
        (ReduceLROnPlateau, {**PLATEAU, "mode": "less"}, "mode must be one of 'min', 'max', not 'less'"),
        (lambda o: SequentialLR(o, [StepLR(o, 2)], []), None, "a state of 0 schedules does not fit 1"),
        (lambda o: SequentialLR(o, [StepLR(o, 2)], []), {"schedulers": 5}, "schedulers must be a list, not 5"),
        (lambda o: SequentialLR(o, [StepLR(o, 2)], []), STATE, "a state of 0 schedules does not fit 1"),
        (
            lambda o: SequentialLR(o, [StepLR(o, 2), StepLR(o, 3)], [5]),
            {"last_epoch": 3, "base_lrs": RATES, "milestones": [4], "schedulers": [STATE, {**STATE, "gamma": -1}]},
            "gamma must be a finite number ≥ 0, not -1",
        ),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(make, state, what):
    schedule = make(optimizer_of())
    go_on(schedule, 0, 2)
    before = (schedule.state_dict(), options_of(schedule.optimizer))
    with pytest.raises(ValueError, match=what):
        schedule.load_state_dict(state)
    assert (schedule.state_dict(), options_of(schedule.optimizer)) == before


# -- what is refused


def of_another(o):
    return SequentialLR(o, [StepLR(optimizer_of(), 2)], [])


@pytest.mark.parametrize(
    "make, error, what",
    [
        (lambda o: StepLR(nn.Linear(1, 1), 2), TypeError, r"StepLR: optimizer.*nn.optim.SGD.*not a Linear"),
        (lambda o: StepLR(o, 0), ValueError, "StepLR: step_size must be an integer ≥ 1, not 0"),
        (lambda o: StepLR(o, 1.5), ValueError, "step_size.*1.5"),
        (lambda o: StepLR(o, True), ValueError, "step_size.*True"),
        (lambda o: StepLR(o, 1, gamma=-0.1), ValueError, "gamma must be a finite number ≥ 0, not -0.1"),
        (lambda o: StepLR(o, 1, gamma=math.nan), ValueError, "gamma.*nan"),
        (lambda o: ExponentialLR(o, math.inf), ValueError, "ExponentialLR: gamma.*inf"),
        (lambda o: LinearLR(o, start_factor=1.5), ValueError, "start_factor must be.*from 0 to 1, not 1.5"),
        (lambda o: LinearLR(o, end_factor=-1), ValueError, "end_factor"),
        (lambda o: LinearLR(o, total_iters=0), ValueError, "total_iters"),
        (lambda o: CosineAnnealingLR(o, 0), ValueError, "T_max"),
        (lambda o: CosineAnnealingLR(o, 5, eta_min=None), ValueError, "eta_min.*None"),
        (lambda o: OneCycleLR(o, 0.1), ValueError, "pass total_steps, or epochs and steps_per_epoch"),
        (lambda o: OneCycleLR(o, 0.1, epochs=3), ValueError, "steps_per_epoch.*None"),
        (lambda o: OneCycleLR(o, [0.1, 0.2], 5), ValueError, "max_lr has 2 numbers for 3 groups"),
        (lambda o: OneCycleLR(o, 0.1, 5, pct_start=30), ValueError, "pct_start.*from 0 to 1, not 30"),
        (lambda o: OneCycleLR(o, 0.1, 5, pct_start=0.6, three_phase=True), ValueError, "pct_start.*from 0 to 0.5"),
        (
            lambda o: OneCycleLR(o, 0.1, 5, anneal_strategy="exp"),
            ValueError,
            "anneal_strategy must be one of 'cos'",
        ),
        (lambda o: OneCycleLR(o, 0.1, 5, max_momentum=2), ValueError, "max_momentum"),
        (lambda o: OneCycleLR(o, 0.1, 5, div_factor=0), ValueError, "div_factor"),
        (lambda o: ReduceLROnPlateau(o, factor=1.0), ValueError, "factor must be below 1"),
        (lambda o: ReduceLROnPlateau(o, patience=-1), ValueError, "patience"),
        (lambda o: ReduceLROnPlateau(o, mode="least"), ValueError, "mode must be one of 'min', 'max', not 'least'"),
        (lambda o: ReduceLROnPlateau(o, threshold_mode="x"), ValueError, "threshold_mode"),
        (lambda o: ReduceLROnPlateau(o, min_lr=[0.1]), ValueError, "min_lr has 1 numbers for 3 groups"),
        (lambda o: SequentialLR(o, [], []), ValueError, "0 schedules"),
        (lambda o: SequentialLR(o, 5, [1]), ValueError, "SequentialLR: schedulers must be a list, not 5"),
        (lambda o: SequentialLR(o, [StepLR(o, 2)], 5), ValueError, "SequentialLR: milestones must be a list, not 5"),
        (lambda o: ExponentialLR(o, 10**400), ValueError, "ExponentialLR: gamma must be a finite number"),
        (lambda o: SequentialLR(o, [ReduceLROnPlateau(o)], []), TypeError, "schedule 0 is a ReduceLROnPlateau"),
        (of_another, ValueError, "schedule 0 belongs to another optimizer"),
    ],
)
def test_refused_before_the_optimizer_changes(make, error, what):
    optimizer = optimizer_of()
    before = copy.deepcopy(options_of(optimizer))
    with pytest.raises(error, match=what):
        make(optimizer)
    assert options_of(optimizer) == before


@pytest.mark.parametrize("milestones", [[], [5, 9], [0], [-1], [2.5]])
def test_milestones_are_checked(milestones):
    optimizer = optimizer_of()
    parts = [StepLR(optimizer, 2), StepLR(optimizer, 3)]
    with pytest.raises(ValueError, match="SequentialLR: "):
        SequentialLR(optimizer, parts, milestones)
    with pytest.raises(ValueError, match=r"3 schedules need.*\[5, 5\]"):
        SequentialLR(optimizer, [*parts, parts[0]], [5, 5])


def test_momentum_needs_an_optimizer_that_has_it():
    optimizer = optimizer_of("Adagrad")
    with pytest.raises(ValueError, match="Adagrad has neither momentum nor betas; pass cycle_momentum=False"):
        OneCycleLR(optimizer, 0.1, 5)
    assert OneCycleLR(optimizer, 0.1, 5, cycle_momentum=False).rates(5).shape == (5, 3)


@pytest.mark.parametrize(
    "metric, error, what", [(math.nan, ValueError, "step 2 is NaN"), ([1, 2], TypeError, "one number")]
)
def test_metrics_are_numbers(metric, error, what):
    schedule = ReduceLROnPlateau(optimizer_of(), patience=0)
    schedule.step(1.0)
    before = schedule.state_dict()
    with pytest.raises(error, match=f"ReduceLROnPlateau: the metric.*{what}"):
        schedule.step(metric)
    assert schedule.state_dict() == before


def test_groups_that_come_late():
    optimizer = optimizer_of()
    schedules = [StepLR(optimizer, 2), ReduceLROnPlateau(optimizer, min_lr=[0.0, 0.0, 0.0])]
    optimizer.param_groups.append({**optimizer.param_groups[0], "params": [tensor(1.0, requires_grad=True)]})
    with pytest.raises(ValueError, match="StepLR: made for 3 groups of parameters, the optimizer has 4"):
        schedules[0].step()
    with pytest.raises(ValueError, match="min_lr has 3 numbers for 4 groups"):
        schedules[1].step(1.0)
    assert [schedule.last_epoch for schedule in schedules] == [0, 0]


@pytest.mark.parametrize("best", [-math.inf, math.inf])
def test_the_best_of_all_metrics_is_a_state_too(best):
    schedule = ReduceLROnPlateau(optimizer_of(), mode="min" if best < 0 else "max")
    schedule.step(best)
    other = ReduceLROnPlateau(optimizer_of())
    other.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    assert other.state_dict() == schedule.state_dict()
    assert other.best == best


def test_a_rate_that_overflows():
    schedule = ExponentialLR(optimizer_of(), gamma=1e10)
    with pytest.raises(ValueError, match="ExponentialLR: the learning rate of step 31 is larger than any float"):
        schedule.rates(100)


def test_a_warm_up_climbs_to_the_optimizers_own_rate():
    optimizer = optimizer_of(rates=[0.5])
    schedule = SequentialLR(optimizer, [LinearLR(optimizer, 0.2), OneCycleLR(optimizer, 1.0, 20)], [5])
    np.testing.assert_allclose(schedule.rates(6).ravel(), [0.1, 0.18, 0.26, 0.34, 0.42, 0.04])


@pytest.mark.parametrize("n", [0, -1, 2.5])
def test_rates_of_a_number_of_steps(n):
    with pytest.raises(ValueError, match="n must be an integer ≥ 1"):
        StepLR(optimizer_of(), 2).rates(n)


def test_all_are_schedules():
    assert issubclass(Planned, Schedule)
    assert all(issubclass(kind, Planned) for kind in (StepLR, ExponentialLR, LinearLR, CosineAnnealingLR, OneCycleLR))
    assert issubclass(SequentialLR, Planned)
    assert issubclass(ReduceLROnPlateau, Schedule)
