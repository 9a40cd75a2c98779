import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import no_grad, tensor
from tests.nn.models import Block, Net, names, state_of


def test_state_round_trip():
    a, b = Net(), Net()
    with no_grad():
        for x in [*a.parameters(), *a.buffers()]:
            x += 1.0
    assert state_of(a) != state_of(b)
    places = [id(x.data) for x in b.parameters() if x.ndim]
    b.load_state_dict(a.state_dict())
    assert state_of(a) == state_of(b)
    assert places == [id(x.data) for x in b.parameters() if x.ndim]  # in the same memory
    assert b.first.scale.node.value == b.first.scale.value == 3


def test_state_has_every_path_and_no_transient_buffer():
    assert list(Net().state_dict()) == [
        "first.scale", "first.mean", "first.inner.weight", "first.inner.bias",
        "second.scale", "second.mean", "second.inner.weight", "second.inner.bias",
        "out.weight", "out.bias",
    ]  # fmt: skip


def test_state_is_a_copy():
    layer = nn.Linear(2, 2)
    state = layer.state_dict()
    assert all(type(array) is np.ndarray for array in state.values())
    before = layer.weight.tolist()
    state["weight"][...] = 7
    assert layer.weight.tolist() == before
    with no_grad():
        layer.weight += 1.0
    assert (state["weight"] == 7).all()


def test_loading_converts():
    layer = nn.Linear(2, 1)
    layer.load_state_dict({"weight": [[1, 2]], "bias": tensor([3.0], requires_grad=True)})
    assert layer.weight.dtype == layer.bias.dtype == np.float32
    assert (layer.weight.tolist(), layer.bias.tolist()) == ([[1, 2]], [3])


def test_loading_copies_before_it_writes():
    pair = nn.Module()
    pair.x, pair.y = nn.Parameter([1.0, 2.0]), nn.Parameter([3.0, 4.0])
    pair.load_state_dict({"x": pair.y, "y": pair.x})
    assert (pair.x.tolist(), pair.y.tolist()) == ([3, 4], [1, 2])
    given = np.array([5, 6], np.float32)
    pair.load_state_dict({"x": given, "y": given})
    given += 1
    assert pair.x.tolist() == pair.y.tolist() == [5, 6]


def test_what_does_not_fit_is_listed_together_and_nothing_changes():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    net.register_buffer("steps", 0)
    state = net.state_dict()
    del state["0.bias"]
    state["2.bais"] = state.pop("2.bias")
    state["0.weight"] = state["0.weight"].T
    state["2.weight"] = np.full((1, 3), "one")
    state["steps"] = np.array(1.5)
    state["2.more"] = [[1.0, 2.0], [3.0]]
    before = state_of(net)
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(state)
    assert str(caught.value).split("\n    ") == [
        "load_state_dict: not a state of this Sequential",
        "missing: 0.bias",
        "missing: 2.bias",
        "unexpected: 2.bais",
        "unexpected: 2.more",
        "2.more: a list whose parts have different shapes is no array",
        "steps: float64 does not convert to int64",
        "0.weight: the shape is (2, 3), not (3, 2)",
        "2.weight: <U3 does not convert to float32",
    ]
    assert state_of(net) == before


def test_a_state_is_a_mapping():
    with pytest.raises(TypeError, match="a dict of arrays, not a str"):
        nn.Linear(1, 1).load_state_dict("weights.npz")


def test_loading_stamps_the_edit():
    layer = nn.Linear(2, 1)
    out = layer(tensor(np.ones((1, 2), np.float32), requires_grad=True))
    layer.load_state_dict(layer.state_dict())
    with pytest.raises(RuntimeError, match="edited in place"):
        out.sum().backward()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_modules_copy_and_pickle(again):
    net = Net().eval()
    net.first.inner.requires_grad_(False)
    twin = again(net)
    assert state_of(twin) == state_of(net)
    assert twin.second is twin.first
    assert not twin.training
    assert not twin.first.inner.weight.requires_grad
    assert names(twin.named_buffers()) == names(net.named_buffers())
    assert "first.mask" not in twin.state_dict()
    assert not {id(p) for p in twin.parameters()} & {id(p) for p in net.parameters()}
    before = state_of(net)
    with no_grad():
        twin.out.weight += 1.0
    assert state_of(net) == before
    x = np.ones((2, 3), np.float32)
    assert not np.array_equal(twin(x).numpy(), net(x).numpy())
    with pytest.raises(TypeError):
        twin.out = 3


def test_a_shallow_copy_shares_parameters_but_not_registration():
    block = Block()
    twin = copy.copy(block)
    twin.register_buffer("more", 1.0)
    del twin.mean
    assert twin.scale is block.scale
    assert names(block.named_buffers()) == ["mean", "mask"]
    block.more = "no buffer here"
    block.mean = tensor([3.0, 3.0])
    with pytest.raises(TypeError):
        block.mean = 3
