"""Every update rule: against PyTorch, against numbers that PyTorch once gave, and what all of them promise."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest

import nn
from nn.optim import optimizer as blocks
from tests.nn.models import state_of
from tests.nn.training import RULES, every_rule, named, problem, square, train, train_peer, twins

START = [1.0, -2.0, 0.5]

# Where PyTorch 2.13 gets from START in 100 steps of `descend`, by each of RULES
# fmt: off
PINNED = [
    [1.2440415181271303, -1.5276153310941192, 1.0218214147633276],
    [1.2680776806532332, -1.5231705331177234, 1.2685394287907932],
    [1.2676698723902702, -1.5251302644973734, 1.2673923735846864],
    [0.7311875753167728, -1.2063645963827754, 0.34829276118591146],
    [0.5347687733995932, -1.1914896140130364, -0.07418909348964513],
    [0.5362200631538463, -1.1914951406453895, -0.09917628917475686],
    [1.0954453342824666, -1.9050054694837473, 0.6045559255877963],
    [1.267038442513558, -1.5256773577227971, 1.2670306712319022],
    [-1.1914878839531187, -1.1914878839531187, -1.1914878839531187],
    [1.2676112631694332, -1.523856010029679, 1.2683672707711797],
    [1.0944600272279241, -1.9031599545226172, 0.6039866801747366],
    [1.2325532585733345, -1.3714557424861682, 1.2028380133948828],
    [1.2511949912653402, -1.4522227346503398, 1.2413928789681454],
    [1.2670350983613659, -1.525690124458074, 1.2670350940986164],
    [0.5425962199623494, -1.5089396103502173, -0.07118688586681574],
    [1.267037963215586, -1.5256800961090353, 1.2670358849486092],
    [1.2664656426779124, -1.5384279779037493, 1.2090139210952418],
    [0.629000582206666, -1.4010599064213016, -0.0166838331271758],
    [1.163828207946108, -1.8331862826973047, 0.6995234964942155],
    [0.3245920997069302, -1.3737641072078266, -0.6668415563768173],
    [1.2585487934070752, -1.5285021314407954, 1.128347678291383],
]
# fmt: on


def descend(p, optimizer):
    """Where p, ours or PyTorch's, gets in 100 steps down a quartic."""
    for _ in range(100):
        optimizer.zero_grad()
        ((p**4 / 4 - p**2 + p / 2) / 10).sum().backward()
        optimizer.step()
    return p.tolist()


@pytest.mark.parametrize(
    "rule, options, end", [pytest.param(*row, end, id=named(row)) for row, end in zip(RULES, PINNED, strict=True)]
)
def test_a_rule_gets_where_pytorch_once_did(rule, options, end):
    p = nn.Parameter(START, dtype=float)
    np.testing.assert_allclose(descend(p, rule([p], **options)), end, rtol=1e-12)


def peer_rule(rule):
    return getattr(pytest.importorskip("torch").optim, rule.__name__)


@every_rule
def test_the_pinned_numbers_are_those_of_pytorch(rule, options):
    torch = pytest.importorskip("torch")
    p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    end = PINNED[RULES.index((rule, options))]
    np.testing.assert_allclose(descend(p, peer_rule(rule)([p], **options)), end, rtol=1e-12)


@every_rule
@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 2e-5)])
def test_a_rule_follows_pytorch_for_100_steps(rule, options, dtype, tolerance):
    model, peer, x, labels = twins(dtype)
    ours = train(model, rule(model.parameters(), **options), x, labels, 100)
    theirs = train_peer(peer, peer_rule(rule)(peer.parameters(), **options), x, labels, 100)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance)
    assert ours[-1] < ours[0] - 0.02
    for name, t in peer.state_dict().items():
        array = model.state_dict()[name]
        assert array.dtype == dtype
        np.testing.assert_allclose(array, t.numpy(), rtol=tolerance * 10, atol=tolerance * 2)


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _ in RULES), ids=lambda rule: rule.__name__)
def test_defaults_are_those_of_pytorch(rule):
    torch = pytest.importorskip("torch")
    theirs = peer_rule(rule)([torch.zeros(1, requires_grad=True)]).defaults
    assert {name: theirs[name] for name in rule([nn.Parameter([0.0])]).defaults} == rule([nn.Parameter([0.0])]).defaults


# -- what all rules promise


@every_rule
def test_scalars_follow_the_same_rule_as_arrays(rule, options):
    scalar, array = nn.Parameter(3.0, dtype=float), nn.Parameter([3.0], dtype=float)
    optimizer = rule([scalar, array], **options)
    for _ in range(5):
        optimizer.zero_grad()
        square(scalar)
        square(array)
        optimizer.step()
        assert scalar.item() == array.item() != 3
        assert type(scalar.data) is np.float64
        assert scalar.node.value == scalar.value


@every_rule
def test_a_step_works_in_place_and_keeps_gradients(rule, options):
    p = nn.Parameter(np.ones((3, 4), np.float32))
    array = p.data
    optimizer = rule([p], **options)
    memory = None
    for _ in range(3):
        p.grad = None
        square(p)
        grad, kept = p.grad, p.grad.data.copy()
        optimizer.step()
        assert p.data is array
        assert p.grad is grad
        assert np.array_equal(grad.data, kept)
        arrays = {name: id(x) for name, x in optimizer.state[p].items() if name != "step"}
        assert memory in (None, arrays)
        memory = arrays


@every_rule
def test_a_step_allocates_nothing(rule, options):
    p = nn.Parameter(np.ones((1, 2**19), np.float32))
    optimizer = rule([p], **options)
    square(p)
    optimizer.step()
    tracemalloc.start()
    optimizer.step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000


@every_rule
@pytest.mark.parametrize(
    "shape, order", [((7, 5), "C"), ((7, 5), "F"), ((31,), "C"), ((1, 40), "C"), ((3, 2, 4), "F"), ((0, 3), "C")]
)
@pytest.mark.parametrize("gradients", ["C", "F"])
def test_blocks_give_what_the_whole_gives(rule, options, shape, order, gradients, monkeypatch):
    def end():
        p = nn.Parameter(np.asarray(np.random.default_rng(0).normal(size=shape), np.float32, order=order))
        optimizer = rule([p], **options)
        for _ in range(3):
            p.grad = np.asarray(2 * p.data, order=gradients)
            optimizer.step()
        return [p.data, *optimizer.state_dict()["state"].get(0, {}).values()], optimizer

    whole, _ = end()
    monkeypatch.setattr(blocks, "BLOCK", 32)  # 8 numbers
    parts, optimizer = end()
    assert all(work.size <= 8 for work, *_ in optimizer._work.values())
    assert all(np.array_equal(a, b) for a, b in zip(whole, parts, strict=True))


@every_rule
def test_nothing_changes_where_gradients_and_weights_are_zero(rule, options):
    p = nn.Parameter(np.zeros(3, np.float32))
    optimizer = rule([p], **options)
    for _ in range(3):
        optimizer.zero_grad()
        square(p)
        optimizer.step()
    assert p.tolist() == [0, 0, 0]


@every_rule
def test_large_and_small_gradients_leave_finite_weights(rule, options):
    p = nn.Parameter([0.0, 0.0, 0.0, 0.0])
    optimizer = rule([p], **options)
    p.grad = np.array([1e4, -1e4, 1e-30, 1e-4], np.float32)
    for _ in range(300):
        optimizer.step()
    assert np.isfinite(p.data).all()
    assert p[0].item() < 0 < p[1].item()


@every_rule
def test_a_learning_rate_of_zero_pauses(rule, options):
    p = nn.Parameter([1.0, -2.0])
    optimizer = rule([p], **{**options, "lr": 0.0})
    square(p)
    optimizer.step()
    assert p.tolist() == [1, -2]


# -- state


@every_rule
def test_a_run_goes_on_from_its_state_bit_for_bit(rule, options):
    model, x, labels = problem()
    optimizer = rule(model.parameters(), **options)
    train(model, optimizer, x, labels, 5)
    saved = pickle.loads(pickle.dumps((model.state_dict(), optimizer.state_dict())))
    train(model, optimizer, x, labels, 5)
    again, _, _ = problem()
    resumed = rule(again.parameters(), lr=1.0)
    again.load_state_dict(saved[0])
    resumed.load_state_dict(saved[1])
    assert resumed.state_dict()["param_groups"] == saved[1]["param_groups"]
    train(again, resumed, x, labels, 5)
    assert state_of(again) == state_of(model)
    assert pickle.dumps(resumed.state_dict()) == pickle.dumps(optimizer.state_dict())


@every_rule
def test_a_run_of_pytorch_goes_on_here_and_there_again(rule, options):
    torch = pytest.importorskip("torch")
    model, peer, x, labels = twins(np.float64)
    ours, theirs = rule(model.parameters(), lr=1.0), peer_rule(rule)(peer.parameters(), **options)
    train_peer(peer, theirs, x, labels, 5)
    model.load_state_dict({name: t.numpy() for name, t in peer.state_dict().items()})
    ours.load_state_dict(theirs.state_dict())
    losses = train(model, ours, x, labels, 5)
    np.testing.assert_allclose(losses, train_peer(peer, theirs, x, labels, 5), rtol=1e-12)

    state = ours.state_dict()
    tensors = {i: {name: torch.from_numpy(a) for name, a in arrays.items()} for i, arrays in state["state"].items()}
    groups = [{**old, **new} for old, new in zip(theirs.state_dict()["param_groups"], state["param_groups"])]
    theirs.load_state_dict({"state": tensors, "param_groups": groups})
    peer.load_state_dict({name: torch.from_numpy(a) for name, a in model.state_dict().items()})
    losses = train(model, ours, x, labels, 5)
    np.testing.assert_allclose(losses, train_peer(peer, theirs, x, labels, 5), rtol=1e-12)


@every_rule
def test_the_state_has_the_names_of_pytorch(rule, options):
    torch = pytest.importorskip("torch")
    p, q = nn.Parameter([1.0]), torch.ones(1, requires_grad=True)
    ours, theirs = rule([p], **options), peer_rule(rule)([q], **options)
    for _ in range(2):
        ours.zero_grad()
        square(p)
        square(q)
        ours.step()
        theirs.step()
    state = ours.state_dict()["state"].get(0, {})
    assert state.keys() == {
        name for name, value in theirs.state_dict()["state"].get(0, {}).items() if value is not None
    }
    assert all(isinstance(value, np.ndarray) for value in state.values())
    assert state.get("step", 2) == 2


@every_rule
def test_a_state_without_numbers_is_not_loaded(rule, options):
    p = nn.Parameter([1.0, 2.0])
    optimizer = rule([p], **options)
    square(p)
    optimizer.step()
    for name in (optimizer.state_dict()["state"].get(0, {})).keys() - {"step"}:
        for bad, refused in (np.nan, True), (-1.0, name in rule.squares), (np.inf, False):
            state = optimizer.state_dict()
            state["state"][0][name][1] = bad
            if refused:
                with pytest.raises(ValueError, match=f"{rule.__name__}: {name} of parameter 0 has NaN"):
                    optimizer.load_state_dict(state)
            else:
                rule([p], **options).load_state_dict(state)


# -- options of single rules


def test_nesterov_needs_momentum():
    with pytest.raises(ValueError, match="momentum, which must be > 0"):
        nn.optim.SGD([nn.Parameter([1.0])], lr=0.1, nesterov=True)


@pytest.mark.parametrize("rule", [nn.optim.Adam, nn.optim.AdamW])
@pytest.mark.parametrize(
    "betas, what",
    [
        ((1.0, 0.9), r"betas\[0\] must be a finite number ≥ 0 and < 1, not 1.0"),
        ((0.9, -0.1), r"betas\[1\] must be a finite number ≥ 0 and < 1, not -0.1"),
        ((0.9, float("nan")), r"betas\[1\].*not nan"),
        ((0.9,), r"betas must be 2 numbers, not \(0.9,\)"),
        (0.9, "betas must be 2 numbers, not 0.9"),
        (np.array(0.9), "betas must be 2 numbers, not 0.9"),
        (np.ones((2, 2)), r"betas\[0\] must be a finite number"),
        ("ab", "betas must be 2 numbers, not 'ab'"),
    ],
)
def test_betas_are_two_numbers_below_one(rule, betas, what):
    with pytest.raises(ValueError, match=f"{rule.__name__}: {what}"):
        rule([nn.Parameter([1.0])], betas=betas)


def test_alpha_is_below_one():
    with pytest.raises(ValueError, match="RMSprop: alpha must be a finite number ≥ 0 and < 1, not 1"):
        nn.optim.RMSprop([nn.Parameter([1.0])], alpha=1)


def test_memory_comes_with_the_options_that_need_it():
    p = nn.Parameter([1.0])
    optimizer = nn.optim.Adam([p])
    square(p)
    optimizer.step()
    assert [*optimizer.state[p]] == ["step", "exp_avg", "exp_avg_sq"]
    optimizer.param_groups[0]["amsgrad"] = True
    optimizer.step()
    assert optimizer.state[p]["max_exp_avg_sq"] == optimizer.state[p]["exp_avg_sq"]


def test_steps_are_counted_for_each_parameter():
    late, p = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = nn.optim.Adam([late, p], lr=0.25)
    square(p)
    optimizer.step()
    optimizer.step()
    square(late)
    optimizer.step()
    assert [optimizer.state[x]["step"] for x in (late, p)] == [1, 3]
    assert late.item() == pytest.approx(0.75)  # a first step, whose moments start from zero


def test_a_variance_that_rounding_makes_negative_is_none():
    p = nn.Parameter([0.0, 0.0])
    optimizer = nn.optim.RMSprop([p], centered=True, alpha=0.5)
    p.grad = np.array([0.1, 0.3], np.float32)
    for _ in range(200):
        optimizer.step()
    assert np.isfinite(p.data).all()


@pytest.mark.parametrize("betas", [[0.5, np.float32(0.25)], np.array([0.5, 0.25])])
def test_a_list_of_betas_is_a_pair(betas):
    optimizer = nn.optim.Adam([nn.Parameter([1.0])], betas=betas)
    assert copy.deepcopy(optimizer).param_groups[0]["betas"] == (0.5, 0.25)
