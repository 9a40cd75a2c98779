import copy
import itertools
import pickle

import numpy as np
import pytest

import nn
from autograd import LintWarning, no_grad, tensor
from tests.nn.models import state_of
from tests.nn.training import problem, square, train, train_peer, twins


def test_groups_have_options_of_their_own():
    torch = pytest.importorskip("torch")
    model, peer, x, labels = twins(np.float64)

    def groups(model):
        return [
            {"params": model[0].parameters(), "lr": 0.5, "momentum": 0.5},
            {"params": list(model[2].parameters()), "weight_decay": 0.1},
        ]

    optimizer = nn.optim.SGD(groups(model), lr=0.1)
    ours = train(model, optimizer, x, labels, 20)
    theirs = train_peer(peer, torch.optim.SGD(groups(peer), lr=0.1), x, labels, 20)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert [g["lr"] for g in optimizer.param_groups] == [0.5, 0.1]
    assert repr(optimizer) == (
        "SGD(2 parameters, lr=0.5, momentum=0.5, nesterov=False, weight_decay=0.0; "
        "2 parameters, lr=0.1, momentum=0.0, nesterov=False, weight_decay=0.1)"
    )


def test_options_can_change_between_steps():
    p = nn.Parameter([1.0], dtype=float)
    optimizer = nn.optim.SGD([p], lr=0.25)
    square(p)
    optimizer.param_groups[0]["lr"] = 0.5
    optimizer.step()
    assert p.item() == 0
    optimizer.param_groups[0]["lr"] = np.float64(0.25)
    optimizer.step()
    assert type(optimizer.param_groups[0]["lr"]) is float


# -- what a step leaves alone


def test_parameters_without_a_gradient_are_left_alone():
    a, b, c = nn.Parameter([1.0]), nn.Parameter([1.0]), nn.Parameter([1.0], requires_grad=False)
    optimizer = nn.optim.SGD([a, b, c], lr=0.1, momentum=0.9, weight_decay=0.5)
    with pytest.warns(LintWarning, match="no parameter has a gradient"):
        optimizer.step()
    square(a)
    optimizer.step()
    assert (b.item(), c.item()) == (1, 1)
    assert a.item() != 1
    optimizer.zero_grad()
    assert a.grad is None
    assert b.grad is None
    c.requires_grad_()  # thawed
    square(c)
    optimizer.step()
    assert c.item() != 1


def test_a_step_is_an_edit_that_old_graphs_notice():
    p = nn.Parameter([1.0, 2.0])
    optimizer = nn.optim.SGD([p], lr=0.1)
    stale = (p * p).sum()
    square(p)
    optimizer.step()
    with pytest.raises(RuntimeError, match="edited in place"):
        stale.backward()


def test_parameters_in_any_layout():
    p = nn.Parameter(np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    optimizer = nn.optim.SGD([p], lr=0.25)
    square(p)
    optimizer.step()
    assert p.tolist() == [[0, 0.5, 1], [1.5, 2, 2.5]]


def test_memory_to_compute_in_is_shared():
    params = [nn.Parameter(np.ones(n, dtype)) for n, dtype in [(10, "f4"), (1000, "f4"), (5, "f8")]]
    (a, spare, _), (b, *_), (c, *_) = nn.optim.SGD(params, lr=0.1)._work.values()
    assert np.shares_memory(a, b)
    assert not np.shares_memory(a, c)
    assert not np.shares_memory(a, spare)


# -- state


def test_state_is_a_copy_both_ways():
    p = nn.Parameter([1.0])
    optimizer = nn.optim.SGD([p], lr=0.1, momentum=0.9)
    assert optimizer.state_dict()["state"] == {}
    square(p)
    optimizer.step()
    state = optimizer.state_dict()
    assert state == {
        "state": {0: {"momentum_buffer": np.array([2.0], np.float32)}},
        "param_groups": [{"params": [0], "lr": 0.1, "momentum": 0.9, "nesterov": False, "weight_decay": 0.0}],
    }
    other = nn.optim.SGD([nn.Parameter([1.0])], lr=0.1)
    other.load_state_dict(state)
    state["state"][0]["momentum_buffer"][...] = 7
    state["param_groups"][0]["lr"] = 7
    for kept in (optimizer, other):
        assert kept.state_dict()["state"][0]["momentum_buffer"].tolist() == [2]
        assert kept.param_groups[0]["lr"] == 0.1


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_model_and_its_optimizer_copy_and_pickle_together(again):
    model, x, labels = problem()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    train(model, optimizer, x, labels, 3)
    twin, its_optimizer = again((model, optimizer))
    before = state_of(model)
    train(twin, its_optimizer, x, labels, 3)
    assert state_of(model) == before
    train(model, optimizer, x, labels, 3)
    assert state_of(model) == state_of(twin) != before


def broken_states():
    def change(where, what):
        def broken(state):
            state = copy.deepcopy(state)
            where(state)
            return state

        return pytest.param(broken, what, id=what)

    return [
        change(lambda s: s.pop("state"), "no state_dict"),
        change(lambda s: s["param_groups"].pop(), r"groups of \[1\]"),
        change(lambda s: s["param_groups"][0].update(params=[0, 1]), r"groups of \[2, 1\]"),
        change(lambda s: s["param_groups"][1].update(lr=-1), "lr must be"),
        change(lambda s: s["param_groups"][1].update(betas=1), "unknown options.*betas"),
        change(lambda s: s["param_groups"][1].pop("momentum"), "missing options.*momentum"),
        change(lambda s: s["state"].update({5: {}}), "no parameter 5"),
        change(lambda s: s["state"][1].update(exp_avg=1), "unknown state.*exp_avg"),
        change(lambda s: s["state"][1].update(momentum_buffer=np.ones(3)), r"\(3,\).*does not fit parameter 1 \(2,\)"),
        change(lambda s: s["state"][1].update(momentum_buffer=np.ones(2, complex)), "complex128 does not fit"),
        change(lambda s: s["state"][1].update(momentum_buffer=["a", "b"]), "<U1 does not fit"),
        change(lambda s: s["state"].update({1: 3}), "state of parameter 1 is a int"),
        change(lambda s: s.update(param_groups=3), "no state_dict"),
        change(lambda s: s["param_groups"][1].update(maximize=True), "unknown options.*maximize"),
    ]


@pytest.mark.parametrize("broken, what", broken_states())
def test_a_state_that_does_not_fit_changes_nothing(broken, what):
    a, b = nn.Parameter([1.0]), nn.Parameter([1.0, 2.0])
    optimizer = nn.optim.SGD([{"params": [a]}, {"params": b, "lr": 0.2}], lr=0.1, momentum=0.5)
    square(a)
    square(b)
    optimizer.step()
    state = optimizer.state_dict()
    state["param_groups"][0]["lr"] = 0.7
    before = pickle.dumps(optimizer.state_dict())
    with pytest.raises(ValueError, match=what):
        optimizer.load_state_dict(broken(state))
    assert pickle.dumps(optimizer.state_dict()) == before
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["lr"] == 0.7


def test_what_a_rule_needs_must_be_there():
    p = nn.Parameter([1.0])
    optimizer = nn.optim.Adam([p])
    square(p)
    optimizer.step()
    for name in ("exp_avg", "exp_avg_sq", "step"):
        state = optimizer.state_dict()
        del state["state"][0][name]
        with pytest.raises(ValueError, match=rf"Adam: missing state \['{name}'\] of parameter 0"):
            optimizer.load_state_dict(state)
    for step in (-1, 1.5, np.nan, [1]):
        state = optimizer.state_dict()
        state["state"][0]["step"] = step
        with pytest.raises(ValueError, match="Adam: step must be a whole number ≥ 0"):
            optimizer.load_state_dict(state)
    assert optimizer.state[p]["step"] == 1


def test_a_state_can_be_checked_before_it_is_put_in_place():
    p = nn.Parameter([1.0])
    optimizer = nn.optim.SGD([p], lr=0.1, momentum=0.9)
    square(p)
    optimizer.step()
    state = optimizer.state_dict()
    other = nn.optim.SGD([nn.Parameter([1.0])], lr=0.2)
    put_in_place = other.check_state_dict(state)
    assert other.state_dict()["state"] == {}
    assert other.param_groups[0]["lr"] == 0.2
    put_in_place()
    assert other.state_dict() == state


# -- groups


def test_a_group_can_come_later():
    p, q = nn.Parameter([1.0]), nn.Parameter(np.ones((300, 300)))
    optimizer = nn.optim.Adam([p], lr=0.25)
    square(p)
    optimizer.step()
    optimizer.add_param_group({"params": q, "lr": 0.5})
    p.grad = None
    square(q)
    optimizer.step()
    assert [group["lr"] for group in optimizer.param_groups] == [0.25, 0.5]
    assert [optimizer.state[x]["step"] for x in (p, q)] == [1, 1]
    np.testing.assert_allclose(q.data, 0.5)


@pytest.mark.parametrize(
    "group, error, what",
    [
        (lambda p: {"params": p}, ValueError, r"parameter 0 \(1,\) is given twice"),
        (lambda p: {"params": nn.Parameter([1.0]), "lr": -1}, ValueError, "lr must be"),
        (lambda p: {"params": []}, ValueError, "no parameters"),
        (lambda p: nn.Parameter([1.0]), TypeError, "every group as a dict"),
    ],
)
def test_a_later_group_is_checked_first(group, error, what):
    p = nn.Parameter([1.0])
    optimizer = nn.optim.SGD([p], lr=0.1)
    with pytest.raises(error, match=f"SGD: .*{what}"):
        optimizer.add_param_group(group(p))
    assert optimizer.state == {p: {}}
    assert len(optimizer.param_groups) == 1


def test_all_options_are_checked_before_the_first_parameter_changes():
    p, q = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = nn.optim.SGD([{"params": p}, {"params": q}], lr=0.1)
    square(p)
    square(q)
    optimizer.param_groups[1]["lr"] = float("nan")
    with pytest.raises(ValueError, match="SGD: lr must be a finite number ≥ 0, not nan"):
        optimizer.step()
    assert p.item() == 1


# -- what is refused


def spent():
    parameters = nn.Linear(1, 1).parameters()
    list(parameters)
    return parameters


LEAF = tensor([1.0], requires_grad=True)


@pytest.mark.parametrize(
    "params, error, what",
    [
        ([], ValueError, "no parameters"),
        (spent(), ValueError, "generator was used up"),
        ([{"params": []}], ValueError, "no parameters"),
        (LEAF, TypeError, "not a Tensor"),
        (3, TypeError, "not a int"),
        ({"params": [LEAF]}, TypeError, "not a dict"),
        (nn.Linear(1, 1), TypeError, r"model.parameters\(\)"),
        (nn.Sequential(nn.Linear(1, 1)), TypeError, r"parameter 0 is a Linear.*model.parameters\(\)"),
        (nn.Linear(1, 1).named_parameters(), TypeError, "parameter 0 is a tuple"),
        ([np.ones(2)], TypeError, "parameter 0 is a ndarray"),
        ([LEAF, LEAF], ValueError, r"parameter 1 \(1,\) is given twice"),
        ([{"params": [LEAF]}, {"params": [LEAF]}], ValueError, "given twice"),
        ([LEAF, LEAF * 2], ValueError, r"parameter 1 \(1,\) was computed"),
        ([tensor([1.0])], ValueError, r"constant; call p.requires_grad_\(\)"),
        ([{"params": [LEAF]}, LEAF], TypeError, "every group as a dict"),
        ([{"lr": 0.1}], TypeError, "every group as a dict"),
        ([{"params": None}], TypeError, r"iterable, not a NoneType; pass model.parameters\(\) or \[p, q\]"),
        ([{"params": [LEAF], "learning_rate": 1}], ValueError, "unknown options.*learning_rate"),
        ([{"params": [LEAF], "lr": -1}], ValueError, "lr must be"),
        ([{"params": [LEAF], "nesterov": True}], ValueError, "nesterov"),
    ],
)
def test_params_are_checked(params, error, what):
    with pytest.raises(error, match=f"(?s)SGD: .*{what}"):
        nn.optim.SGD(params, lr=0.1)


WRONG = [float("nan"), float("inf"), -float("inf"), -0.1, "0.1", None, [0.1], True, 1j, np.ones(1), 10**400]


@pytest.mark.parametrize(
    "name, value",
    [*itertools.product(["lr", "momentum", "weight_decay"], WRONG)],
)
def test_options_are_finite_numbers(name, value):
    p = nn.Parameter([1.0])
    with pytest.raises(ValueError, match=f"SGD: {name} must be a finite number"):
        nn.optim.SGD([p], **{"lr": 0.1, name: value})


@pytest.mark.parametrize("lr", [np.float32(0.5), np.float64(0.5), np.int64(1), 1])
def test_numpy_numbers_are_numbers(lr):
    p = nn.Parameter([1.0])
    square(p)
    optimizer = nn.optim.SGD([p], lr)
    assert type(optimizer.param_groups[0]["lr"]) is float
    optimizer.step()
    assert p.dtype == np.float32
    assert p.item() == 1 - 2 * lr


def test_an_optimizer_is_one_rule():
    class SignDescent(nn.optim.Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr})

        def check(self, options):
            return {"lr": self.number(options, "lr", positive=True)}

        def update(self, p, g, work, state, options):
            p -= options["lr"] * np.sign(g)

    p, q = nn.Parameter([1.0, -2.0]), nn.Parameter(3.0)
    optimizer = SignDescent([p, q], lr=0.5)
    square(p)
    square(q)
    optimizer.step()
    assert (p.tolist(), q.item()) == ([0.5, -1.5], 2.5)


def test_values_put_in_place_are_what_is_trained():
    p = nn.Parameter([1.0])
    optimizer = nn.optim.SGD([p], lr=0.25)
    with no_grad():
        p.data = np.array([4.0], np.float32)
    square(p)
    optimizer.step()
    assert p.item() == 2


def test_groups_that_were_tampered_with_are_named():
    p, q = nn.Parameter([1.0]), nn.Parameter([2.0])
    for parameter in (p, q):
        (parameter * parameter).sum().backward()
    optimizer = nn.optim.SGD([p], lr=0.1)
    optimizer.param_groups[0]["learning_rate"] = 5.0
    with pytest.raises(ValueError, match=r"SGD: unknown options \['learning_rate'\]"):
        optimizer.step()
    del optimizer.param_groups[0]["learning_rate"]
    optimizer.param_groups[0]["params"].insert(0, q)
    with pytest.raises(ValueError, match=r"a parameter \(1,\) was put into a group; use add_param_group"):
        optimizer.step()
    assert p.tolist() == [1.0]
