from collections import OrderedDict

import numpy as np
import pytest

import nn
from autograd import tensor
from tests.nn.models import names
from tests.nn.oracle import check_against_torch, torch

# -- Sequential


def test_a_model_agrees_with_torch():
    peer = torch.nn.Sequential(
        torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 4), torch.nn.LogSoftmax(dim=-1)
    )
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4), nn.LogSoftmax())
    assert list(model.state_dict()) == list(peer.state_dict())
    check_against_torch(model, peer, np.random.default_rng(0).normal(size=(6, 3)).astype("f4"))


def test_sequential_is_a_sequence():
    a, b, c = nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1)
    model = nn.Sequential(a, b, c)
    assert (len(model), list(model)) == (3, [a, b, c])
    assert (model[0], model[-1], model[1]) == (a, c, b)
    assert list(model[1:]) == [b, c]
    assert list(model[::-1]) == [c, b, a]
    assert type(model[:1]) is nn.Sequential
    assert [name for name, _ in model[1:].named_parameters()] == ["2.weight", "2.bias"]
    for i in (3, -4):
        with pytest.raises(IndexError, match=f"no module {i} among 3"):
            model[i]
    model[1] = tanh = nn.Tanh()
    assert list(model) == [a, tanh, c]
    with pytest.raises(TypeError):
        model[1] = len
    assert list(model) == [a, tanh, c]


def test_sequential_runs_a_shared_module_as_often_as_it_stands_there():
    double = nn.Linear(1, 1, bias=False)
    double.load_state_dict({"weight": [[2.0]]})
    model = nn.Sequential(double, double, double)
    assert model(np.ones((1, 1), np.float32)).item() == 8
    assert len(list(model.parameters())) == 1


def test_a_sequential_is_changed_as_a_list():
    a, b, c, d = nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1), nn.Tanh()
    model = nn.Sequential(a, b)
    model.insert(1, d)
    model += [c]
    assert list(model.extend([b])) == [a, d, b, c, b]
    del model[0]
    assert model.pop(0) is d
    assert list(model) == [b, c, b]
    assert names(nn.Sequential(*model).named_children()) == names(model.named_children())
    joined = model[:1] + nn.Sequential(a, c)
    assert (type(joined), list(joined), len(model)) == (nn.Sequential, [b, a, c], 3)


def test_names_that_are_words_stay_where_places_change():
    model = nn.Sequential({"hidden": nn.Linear(1, 2), "act": nn.ReLU()})
    model.insert(1, nn.Tanh())
    assert names(model.named_children()) == ["hidden", "1", "act"]
    del model[0]
    assert names(model.named_children()) == ["0", "act"]


@pytest.mark.parametrize("index", ["0", 1.0, None])
def test_a_place_is_an_integer(index):
    with pytest.raises(TypeError, match="Sequential: modules are indexed by their places, integers or slices, not"):
        nn.Sequential(nn.ReLU())[index]


@pytest.mark.parametrize("make", [nn.ModuleList, nn.ModuleDict])
def test_what_is_no_collection_is_named(make):
    with pytest.raises(TypeError, match=f"{make.__name__}: pass modules in a list or another iterable, not 3"):
        make(3)


def test_sequential_of_nothing_passes_its_input_on():
    x = tensor([1.0])
    assert nn.Sequential()(x) is x


@pytest.mark.parametrize("mapping", [dict, OrderedDict])
def test_sequential_with_names(mapping):
    model = nn.Sequential(mapping(hidden=nn.Linear(1, 2), act=nn.ReLU()))
    assert model.act is model[1]
    assert list(model.state_dict()) == ["hidden.weight", "hidden.bias"]
    assert model.append(nn.Linear(2, 1)) is model
    assert [name for name, _ in model.named_children()] == ["hidden", "act", "2"]


def test_append_never_takes_the_place_of_a_module():
    model = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Sigmoid())[1:].append(nn.Softplus())
    assert [name for name, _ in model.named_children()] == ["1", "2", "3"]
    assert [type(m) for m in model] == [nn.Tanh, nn.Sigmoid, nn.Softplus]


@pytest.mark.parametrize(
    "wrong, remedy",
    [
        (nn.ReLU, r"make one: ReLU\(...\)"),
        (nn.functional.relu, "wrap the function"),
        ([nn.ReLU()], "one by one"),
        (None, "one by one"),
    ],
)
def test_sequential_takes_modules_only(wrong, remedy):
    with pytest.raises(TypeError, match=f"Sequential: 1 is no Module.*{remedy}"):
        nn.Sequential(nn.ReLU(), wrong)
    model = nn.Sequential(nn.ReLU())
    with pytest.raises(TypeError, match=f"Sequential: 1 is no Module.*{remedy}"):
        model.append(wrong)
    assert len(model) == 1


def test_a_name_is_free_to_be_taken():
    with pytest.raises(ValueError, match="Sequential: 'training' is an attribute of every Sequential"):
        nn.Sequential({"training": nn.ReLU()})


def test_shared_modules_are_counted_once_and_listed_as_often_as_they_stand_there():
    a = nn.Linear(2, 2)
    for model in (nn.Sequential(a, nn.ReLU(), a), nn.ModuleList([a, nn.ReLU(), a]), nn.ModuleDict({"x": a, "y": a})):
        assert len(list(model.parameters())) == 2
        assert len(model.state_dict()) == 4


# -- ModuleList


def layers(n):
    return [nn.Linear(i + 1, 1) for i in range(n)]


def test_a_list_is_named_as_pytorchs():
    ours = nn.ModuleList(nn.Linear(i + 1, 1) for i in range(3))
    theirs = torch.nn.ModuleList(torch.nn.Linear(i + 1, 1) for i in range(3))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({name: t.numpy() for name, t in theirs.state_dict().items()})


def test_a_list_is_changed_as_a_list():
    a, b, c, d, e = modules = layers(5)
    ours, list_ = nn.ModuleList([a, b]), [a, b]
    for action in (
        lambda x: x.append(c),
        lambda x: x.insert(0, d),
        lambda x: x.insert(-1, e),
        lambda x: x.insert(100, a),
        lambda x: x.__setitem__(1, e),
        lambda x: x.__setitem__(-1, b),
        lambda x: x.__delitem__(2),
        lambda x: x.__delitem__(-2),
        lambda x: x.extend(modules),
        lambda x: x.__delitem__(slice(1, None, 2)),
        lambda x: x.pop(),
        lambda x: x.pop(0),
        lambda x: x.__setitem__(slice(0, 1), [b, c, d]),
        lambda x: x.__iadd__([a, e]),
    ):
        action(ours)
        action(list_)
        assert list(ours) == list_
        assert len(ours) == len(list_)
        assert [name for name, _ in ours._own(nn.Module)] == [str(i) for i in range(len(list_))]
    assert ours.pop() is list_.pop()
    assert list(ours + ours[:1]) == [*list_, list_[0]]
    assert list(ours) == list_


def test_a_list_is_indexed_and_sliced():
    a, b, c = modules = layers(3)
    ours = nn.ModuleList(modules)
    assert (ours[0], ours[-1], b in ours) == (a, c, True)
    assert type(ours[1:]) is nn.ModuleList
    assert list(ours[::-1]) == [c, b, a]
    assert names(ours[1:].named_children()) == ["0", "1"]
    for use in (ours.__getitem__, ours.__delitem__, ours.pop, lambda i: ours.__setitem__(i, a)):
        with pytest.raises(IndexError, match="ModuleList: there is no module 3 among 3"):
            use(3)
    assert list(ours) == modules


def test_a_module_may_stand_in_a_list_twice():
    a, b = layers(2)
    ours = nn.ModuleList([a, b, a])
    del ours[2]
    assert list(ours) == [a, b]


def test_a_list_takes_all_modules_or_none():
    ours = nn.ModuleList(layers(1))
    for change in (ours.append, lambda x: ours.insert(0, x), lambda x: ours.extend([nn.ReLU(), x])):
        with pytest.raises(TypeError, match=r"ModuleList: \d is no Module but"):
            change(np.tanh)
        assert len(ours) == 1
    for change in (ours.append, lambda x: ours.insert(0, x), lambda x: ours.__setitem__(slice(0), [nn.ReLU(), x])):
        with pytest.raises(ValueError, match="a module cannot contain itself"):
            change(ours)
    assert names(ours.named_children()) == ["0"]


# -- ModuleDict


def test_a_dict_is_named_as_pytorchs():
    ours = nn.ModuleDict({"b": nn.Linear(2, 1), "a": nn.PReLU()})
    theirs = torch.nn.ModuleDict({"b": torch.nn.Linear(2, 1), "a": torch.nn.PReLU()})
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert repr(ours) == repr(theirs)


def test_a_dict_is_changed_as_a_dict():
    a, b, c = layers(3)
    ours, dict_ = nn.ModuleDict({"a": a}), {"a": a}
    for action in (
        lambda x: x.__setitem__("b", b),
        lambda x: x.update({"c": c, "a": b}),
        lambda x: x.update([("d", a)]),
        lambda x: x.__delitem__("b"),
        lambda x: x.pop("c"),
    ):
        action(ours)
        action(dict_)
        assert list(ours) == list(ours.keys()) == list(dict_)
        assert list(ours.values()) == list(dict_.values())
        assert list(ours.items()) == list(dict_.items())
        assert len(ours) == len(dict_)
    assert ("a" in ours, "b" in ours, 1 in ours) == (True, False, False)
    assert ours["a"] is b
    assert list(nn.ModuleDict(ours.items())) == list(nn.ModuleDict(ours)) == list(ours)


@pytest.mark.parametrize("use", [nn.ModuleDict.__getitem__, nn.ModuleDict.__delitem__, nn.ModuleDict.pop])
def test_a_dict_says_what_it_has(use):
    with pytest.raises(KeyError, match=r"ModuleDict: there is no module 'b' among \['a'\]"):
        use(nn.ModuleDict({"a": nn.ReLU()}), "b")


@pytest.mark.parametrize("name, error", [
    ("a.b", ValueError), ("", ValueError), ("keys", ValueError), ("training", ValueError), (1, TypeError),
])  # fmt: skip
def test_names_in_a_dict(name, error):
    ours = nn.ModuleDict()
    with pytest.raises(error, match="ModuleDict: "):
        ours.update({"fine": nn.ReLU(), name: nn.ReLU()})
    assert len(ours) == 0
    with pytest.raises(TypeError, match="ModuleDict: a is no Module but 3"):
        ours["a"] = 3


@pytest.mark.parametrize("container", [nn.ModuleList, nn.ModuleDict])
def test_what_only_holds_is_not_called(container):
    with pytest.raises(NotImplementedError, match=f"{container.__name__} holds modules and does not call them"):
        container()(1.0)


def test_equal_modules_in_a_row_are_shown_once():
    shown = repr(nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)]))
    linear = "Linear(in_features=2, out_features=2, bias=True)"
    assert shown == f"ModuleList(\n  (0-1): 2 x {linear}\n  (2): ReLU()\n  (3): {linear}\n)"
    assert repr(nn.ModuleList()) == "ModuleList()"
    inner = [nn.Sequential(nn.Linear(2, 2)) for _ in range(3)]
    assert repr(nn.ModuleList(inner)) == f"ModuleList(\n  (0-2): 3 x Sequential(\n    (0): {linear}\n  )\n)"
