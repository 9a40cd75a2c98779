import gc
import weakref

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad, tensor
from autograd.scope import current
from tests.nn.models import Block, Net, names

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

    def path(frame):
        return paths[id(frame[0])] if frame is not None else None

    out = net(x)
    assert path(out.node.frame) == "out"
    assert path(out.node.frame[1]) == ""
    seen, stack = set(), [out.node]
    while stack:
        node = stack.pop()
        seen.add((node.op.name if node.op else "leaf", path(node.frame)))
        stack += [p for p in node.parents if p is not None]
    assert ("linear", "first.inner") in seen
    assert ("multiply", "first") in seen
    assert ("matmul", "") in seen
    assert path((out * 2).node.frame) is None


def test_the_scope_is_left_even_when_forward_raises():
    class Broken(nn.Module):
        def forward(self, x):
            assert current().frame[0] is self
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        nn.Sequential(Broken())(1)
    assert current().frame is None


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


@pytest.mark.parametrize("pack", [list, tuple, lambda parts: dict(enumerate(parts))], ids=["list", "tuple", "dict"])
def test_parts_hidden_in_a_container_are_warned_of(pack):
    net = nn.Module()
    with pytest.warns(UserWarning, match=r"Module\.parts: the Linear .*nn\.ModuleList"):
        net.parts = pack([nn.Linear(1, 1)])
    net.sizes = [1, 2]
    assert not list(net.parameters())


# -- hooks


def test_hooks_see_calls_and_may_change_them():
    layer, seen = nn.Linear(2, 1, rng=0), []
    x = np.ones((3, 2), np.float32)
    plain = layer(x)
    before = layer.register_forward_pre_hook(lambda module, args: seen.append((module, args)))
    after = layer.register_forward_hook(lambda module, args, out: seen.append((module, args, out)))
    out = layer(x)
    assert seen == [(layer, (x,)), (layer, (x,), out)]
    before.remove()
    after.remove()
    with layer.register_forward_pre_hook(lambda module, args: args[0] * 2):
        assert (layer(x) == layer.forward(2 * x)).all()
    with layer.register_forward_pre_hook(lambda module, args: (args[0] * 2,)):
        assert (layer(x) == layer.forward(2 * x)).all()
    with layer.register_forward_hook(lambda module, args, out: -out):
        assert (layer(x) == -plain).all()
    assert (layer(x) == plain).all()
    assert len(seen) == 2


def test_hooks_run_in_order_and_may_remove_themselves():
    layer = nn.ReLU()
    first = layer.register_forward_hook(lambda module, args, out: first.remove() or out + 1)
    layer.register_forward_hook(lambda module, args, out: out * 10)
    assert layer([1.0]).tolist() == [20.0]
    assert layer([1.0]).tolist() == [10.0]


def test_what_a_hook_computes_belongs_to_the_module():
    layer = nn.Linear(2, 1)
    with layer.register_forward_hook(lambda module, args, out: out * 2):
        out = layer(np.ones((1, 2), np.float32))
    assert out.node.frame[0] is layer
    assert current().frame is None


def test_hooks_of_one_module_are_not_those_of_another():
    one, other, calls = nn.ReLU(), nn.ReLU(), []
    one.register_forward_hook(lambda *_: calls.append("one"))
    other([1.0])
    assert calls == []
