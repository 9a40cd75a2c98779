import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad, ones, tensor
from autograd.scope import current


class Block(nn.Module):
    """A parameter, a child, a buffer, and what is none of these."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(2.0)
        self.inner = nn.Linear(3, 2, rng=0)
        self.register_buffer("mean", np.zeros(2, np.float32))
        self.register_buffer("mask", np.ones(2, np.float32), persistent=False)
        self.note = tensor([1.0])
        self.width = 3

    def forward(self, x):
        return self.scale * self.inner(x) * self.mask  # (N, 3) → (N, 2)


class Net(nn.Module):
    """`second` is `first` once more."""

    def __init__(self):
        super().__init__()
        self.first = Block()
        self.second = self.first
        self.out = nn.Linear(2, 2, rng=1)

    def forward(self, x):
        return self.out(self.second(self.first.inner(x) @ ones((2, 3))))


def names(pairs):
    return [name for name, _ in pairs]


def state_of(module):
    return {name: array.tobytes() for name, array in module.state_dict().items()}


# -- Parameter


@pytest.mark.parametrize("data", [1.0, 3, [1, 2], [[0.5]]])
def test_parameters_from_numbers_are_float32(data):
    p = nn.Parameter(data)
    assert p.dtype == np.float32
    assert np.array_equal(p.data, data)
    assert p.requires_grad
    assert p.is_leaf


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_parameters_from_arrays_and_tensors_keep_their_dtype(dtype):
    assert nn.Parameter(np.ones(2, dtype)).dtype == dtype
    assert nn.Parameter(tensor(np.ones(2, dtype))).dtype == dtype
    assert nn.Parameter([1.0], dtype=dtype).dtype == dtype


def test_parameters_hold_a_copy():
    data = np.ones(2)
    p = nn.Parameter(data)
    data[0] = 7
    assert p.tolist() == [1, 1]


@pytest.mark.parametrize("data", [np.arange(3), np.ones(2, bool), np.ones(2, complex)])
def test_parameters_need_a_floating_dtype(data):
    with pytest.raises(TypeError, match="floating"):
        nn.Parameter(data)


def test_parameter_of_a_recorded_tensor_raises():
    x = tensor(1.0, requires_grad=True)
    with pytest.raises(TypeError, match="detach"):
        nn.Parameter(x * x)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("data", [2.5, np.arange(3.0)])
def test_parameters_copy_and_pickle(again, data, requires_grad):
    p = nn.Parameter(data, requires_grad, name="p")
    q = again(p)
    assert type(q) is nn.Parameter
    assert (q.dtype, q.requires_grad, q.name) == (p.dtype, requires_grad, "p")
    assert np.array_equal(q.data, data)
    with no_grad():
        q[...] = 9.0
    assert np.array_equal(p.data, data)


# -- registration


def test_attributes_are_the_registry():
    net = Net()
    assert names(net.named_parameters()) == [
        "first.scale", "first.inner.weight", "first.inner.bias", "out.weight", "out.bias",
    ]  # fmt: skip
    assert names(net.named_modules()) == ["", "first", "first.inner", "out"]
    assert names(net.named_children()) == ["first", "out"]
    assert names(net.named_buffers()) == ["first.mean", "first.mask"]
    assert [p is q for p, q in zip(net.parameters(), dict(net.named_parameters()).values())] == [True] * 5
    assert list(net.modules()) == [net, net.first, net.first.inner, net.out]
    assert list(net.children()) == [net.first, net.out]
    assert next(iter(net.buffers())) is net.first.mean


def test_shared_parameters_are_yielded_once():
    a, b = nn.Linear(2, 2), nn.Linear(2, 2)
    b.weight = a.weight
    assert names(nn.Sequential(a, b).named_parameters()) == ["0.weight", "0.bias", "1.bias"]


def test_deletion_and_none_take_parts_out():
    block = Block()
    del block.scale
    assert "scale" not in names(block.named_parameters())
    block.inner.bias = None
    assert names(block.named_parameters()) == ["inner.weight"]
    del block.inner
    assert list(block.parameters()) == []
    assert list(block.children()) == []
    del block.mean
    assert names(block.named_buffers()) == ["mask"]
    block.mean = "free again"
    assert names(block.named_buffers()) == ["mask"]
    with pytest.raises(AttributeError, match="scale"):
        del block.scale


def test_parts_can_be_replaced_by_parts():
    block = Block()
    p, layer, mean = nn.Parameter(1.0), nn.Linear(1, 1), tensor([1.0, 1.0])
    block.scale, block.inner, block.mean = p, layer, mean
    assert next(block.parameters()) is p
    assert next(block.children()) is layer
    assert next(block.buffers()) is mean
    block.inner = None
    block.inner = layer
    assert next(block.children()) is layer


@pytest.mark.parametrize(
    "name, value, what",
    [
        ("scale", tensor(1.0), "Tensor cannot take the place of a Parameter"),
        ("scale", 1.0, "float cannot take the place of a Parameter"),
        ("inner", len, "builtin_function_or_method cannot take the place of a Linear"),
        ("mean", np.zeros(2), "ndarray cannot take the place of a buffer"),
        ("mean", nn.Parameter(1.0), "Parameter cannot take the place of a buffer"),
    ],
)
def test_parts_cannot_be_lost_by_assignment(name, value, what):
    block = Block()
    held = getattr(block, name)
    with pytest.raises(TypeError, match=f"Block.{name}: {what}"):
        setattr(block, name, value)
    assert getattr(block, name) is held


@pytest.mark.parametrize("part", [nn.Parameter(1.0), nn.ReLU(), 1, tensor([1.0])])
def test_assigning_before_init_raises(part):
    class Hasty(nn.Module):
        def __init__(self):
            self.part = part
            super().__init__()

    with pytest.raises(AttributeError, match=r"Hasty.part: call super\(\).__init__\(\) before"):
        Hasty()


@pytest.mark.parametrize("name", ["a.b", "", "forward", "parameters"])
def test_names_that_would_be_ambiguous_raise(name):
    module = nn.Module()
    with pytest.raises(ValueError, match="Module"):
        setattr(module, name, nn.ReLU())
    with pytest.raises(ValueError, match="Module"):
        module.register_buffer(name, 1.0)
    assert list(module.children()) == []
    assert list(module.buffers()) == []


def test_a_module_cannot_contain_itself():
    outer, inner = nn.Module(), nn.Module()
    outer.inner = inner
    with pytest.raises(ValueError, match="contain itself"):
        inner.outer = outer
    with pytest.raises(ValueError, match="contain itself"):
        inner.me = inner
    assert list(inner.children()) == []


def test_buffers():
    module, x = nn.Module(), tensor([1.0], requires_grad=True)
    module.register_buffer("kept", x)
    module.register_buffer("later", None)
    assert not module.kept.requires_grad
    assert np.shares_memory(module.kept.data, x.data)
    assert list(module.parameters()) == []
    assert names(module.named_buffers()) == ["kept"]
    module.later = tensor([2.0])
    assert list(module.state_dict()) == ["kept", "later"]
    module.taken = 1
    with pytest.raises(ValueError, match="taken"):
        module.register_buffer("taken", 1.0)
    assert module.taken == 1


# -- calling


def test_a_module_without_forward_says_so():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match="Empty has no forward"):
        Empty()(1)


def test_arguments_reach_forward():
    class Affine(nn.Module):
        def forward(self, x, *, scale, shift=0):
            return x * scale + shift

    assert Affine()(2, scale=3, shift=1) == 7


def test_nodes_know_the_module_they_were_recorded_in():
    net = Net()
    x = tensor(np.ones((1, 3), np.float32))
    paths = {id(module): name for name, module in net.named_modules()}

    def path(scope):
        return paths[id(scope.module)] if scope.module is not None else None

    out = net(x)
    assert path(out.node.scope) == "out"
    assert path(out.node.scope.outer) == ""
    seen, stack = set(), [out.node]
    while stack:
        node = stack.pop()
        seen.add((node.op.name if node.op else "leaf", path(node.scope)))
        stack += [p for p in node.parents if p is not None]
    assert ("linear", "first.inner") in seen
    assert ("multiply", "first") in seen
    assert ("matmul", "") in seen
    assert path((out * 2).node.scope) is None


def test_the_scope_is_left_even_when_forward_raises():
    class Broken(nn.Module):
        def forward(self, x):
            assert current().module is self
            raise ZeroDivisionError

    outside = current()
    with pytest.raises(ZeroDivisionError):
        nn.Sequential(Broken())(1)
    assert current() is outside


def test_modules_do_not_turn_recording_on():
    layer = nn.Linear(2, 2)
    with no_grad():
        assert not layer(np.ones(2, np.float32)).requires_grad
    assert layer(np.ones(2, np.float32)).requires_grad


def test_modules_are_freed_without_the_garbage_collector():
    gc.disable()
    try:
        net = Net()
        gone = weakref.ref(net.first.inner)
        net(np.ones((1, 3), np.float32)).sum().backward()
        del net
        assert gone() is None
    finally:
        gc.enable()


# -- modes


def test_train_and_eval_reach_every_module():
    net = Net()
    assert all(module.training for module in net.modules())
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    net.out.train()
    assert [module.training for module in net.modules()] == [False, False, False, True]
    assert net.train() is net
    with pytest.raises(TypeError, match="mode"):
        net.train(np.ones(3))
    assert all(module.training for module in net.modules())


def test_zero_grad_and_freezing():
    net = Net()
    net(np.ones((1, 3), np.float32)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.out.requires_grad_(False)
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net(np.ones((1, 3), np.float32)).sum().backward()
    assert net.first.scale.grad is not None
    assert net.out.weight.grad is None
    assert net.requires_grad_() is net
    assert all(p.requires_grad for p in net.parameters())


def test_apply_goes_from_the_children_up():
    seen = []
    net = nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.ReLU()))
    assert net.apply(seen.append) is net
    assert seen == [net[0], net[1][0], net[1], net]


# -- state


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


def test_what_does_not_fit_is_listed_together_and_nothing_changes():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    net.register_buffer("steps", 0)
    state = net.state_dict()
    del state["0.bias"]
    state["2.bais"] = state.pop("2.bias")
    state["0.weight"] = state["0.weight"].T
    state["2.weight"] = np.full((1, 3), "one")
    state["steps"] = np.array(1.5)
    before = state_of(net)
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(state)
    assert str(caught.value).split("\n    ") == [
        "load_state_dict: not a state of this Sequential",
        "missing: 0.bias",
        "missing: 2.bias",
        "unexpected: 2.bais",
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
    block.mean = tensor([3.0, 3.0])
    with pytest.raises(TypeError):
        block.mean = 3


# -- repr


def test_repr():
    assert repr(nn.ReLU()) == "ReLU()"
    assert repr(nn.Sequential()) == "Sequential()"
    assert repr(nn.Sequential(nn.Sequential(nn.Linear(1, 2, False)), nn.Softmax())) == (
        "Sequential(\n"
        "  (0): Sequential(\n"
        "    (0): Linear(in_features=1, out_features=2, bias=False)\n"
        "  )\n"
        "  (1): Softmax(axis=-1)\n"
        ")"
    )


def test_repr_shows_extra_lines_above_the_parts():
    class Noted(nn.Sequential):
        def extra_repr(self):
            return "depth=1"

    assert repr(Noted()) == "Noted(depth=1)"
    assert repr(Noted(nn.ReLU())) == "Noted(\n  depth=1\n  (0): ReLU()\n)"


def test_public_names():
    assert all(hasattr(nn, name) for name in nn.__all__)
    assert {"SGD", "Optimizer"} <= set(nn.optim.__all__)
    assert issubclass(nn.Parameter, Tensor)
