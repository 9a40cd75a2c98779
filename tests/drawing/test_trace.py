"""A trace has the values and gradients that the graph has, before backward and after, and touches nothing."""

import weakref

import numpy as np
from hypothesis import given, settings

import nn
from autograd import checkpoint, exp, no_grad, tensor
from autograd.drawing.trace import Trace
from tests.randomprograms import programs


def scalar(out):
    """One number out of whatever a program returns."""
    parts = out if isinstance(out, (tuple, list)) else [out]
    return sum((part * np.cos(np.arange(part.size).reshape(part.shape))).sum() for part in parts)


def check(loss, leaves):
    """The same before backward and after it, and what `.grad` becomes to the last bit."""
    before = Trace([loss])
    assert all(leaf.grad is None for leaf in leaves)
    assert np.array_equal(before.values[loss.node], loss.value, equal_nan=True)
    loss.backward()
    after = Trace([loss])
    for trace in (before, after):
        for leaf in leaves:
            g = trace.cotangents.get(leaf.node)
            assert (g is None) == (leaf.grad is None)
            assert g is None or np.array_equal(g, leaf.grad.value, equal_nan=True)
            assert g is None or (np.shape(g), np.asarray(g).dtype) == (leaf.shape, leaf.dtype)
    assert [step.node for step in before.steps] == [step.node for step in after.steps]
    return before


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(programs())
def test_random_programs(program):
    leaves = [tensor(x, requires_grad=True) for x in program.arrays]
    with np.errstate(all="ignore"):
        loss = scalar(program.run(np, *leaves))
        if getattr(loss, "node", None) is not None:
            check(loss, [leaf for leaf in leaves if leaf.node in Trace([loss]).values])


def test_a_network():
    model = nn.Sequential(
        nn.Embedding(7, 4), nn.Linear(4, 5), nn.LayerNorm(5), nn.ReLU(), nn.Dropout(0.5), nn.Linear(5, 3)
    )
    loss = nn.functional.cross_entropy(model(np.arange(7)), np.arange(7) % 3)
    trace = check(loss, list(model.parameters()))
    assert trace.nodes[-1] is loss.node
    assert set(trace.leaves) == {p.node for p in model.parameters()}


def test_steps_go_in_the_order_of_the_sweep_and_add_up():
    x, y = tensor(2.0, requires_grad=True), tensor(3.0, requires_grad=True)
    product = x * y
    loss = product + x * product
    trace = check(loss, [x, y])
    assert [step.node.op.name for step in trace.steps] == ["add", "multiply", "multiply"]
    assert [step.node.seq for step in trace.steps] == sorted((step.node.seq for step in trace.steps), reverse=True)
    total, firsts = {}, {}
    for step in trace.steps:
        assert step.g == trace.cotangents[step.node]
        for parent, _, value, so_far, first in step.contributions:
            firsts.setdefault(parent, []).append(first)
            total[parent] = total.get(parent, 0) + value
            assert so_far == total[parent]
    assert all(first == [True] + [False] * (len(first) - 1) for first in firsts.values())
    assert firsts[product.node] == [True, False]
    assert total[x.node] == trace.cotangents[x.node] == 3 + 2 * 2 * 3


def test_the_same_operand_twice():
    x = tensor(3.0, requires_grad=True)
    trace = check(x * x, [x])
    assert [(c.operand, c.value, c.first) for c in trace.steps[0].contributions] == [(0, 3.0, True), (1, 3.0, False)]


def test_several_outputs():
    x = tensor(2.0, requires_grad=True)
    trace = Trace([x * x, x * 3.0])
    assert trace.cotangents[x.node] == 7.0


def test_outputs_with_axes_have_values_and_no_gradients():
    x = tensor([1.0, 2.0], requires_grad=True)
    trace = Trace([exp(x)])
    assert trace.values[trace.roots[0]].tolist() == np.exp([1.0, 2.0]).tolist()
    assert trace.cotangents == {}
    assert trace.steps == []


def test_constants_and_leaves():
    x = tensor(2.0, requires_grad=True)
    assert Trace([tensor(1.0)]).nodes == []
    assert Trace([x]).cotangents == {x.node: 1.0}


def test_hooks_are_part_of_backward():
    x = tensor(2.0, requires_grad=True)
    y = x * x
    y.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: -g)
    assert check(y * 1.0, [x]).cotangents[x.node] == -40.0


def test_what_a_checkpoint_computes_again():
    x = tensor(0.5, requires_grad=True)
    check(checkpoint(lambda x: (x * x).tanh())(x), [x])


def test_values_follow_the_leaves():
    """What was let go is computed from what the leaves are now."""
    x = tensor([1.0, 2.0], requires_grad=True)
    loss = (x * x).sum()
    loss.backward()
    with no_grad():
        x *= 10
    assert Trace([loss]).values[loss.node] == 500.0


def test_long_chains_do_not_recurse():
    x = tensor(1.0, requires_grad=True)
    y = x
    for _ in range(100_000):
        y = y * 1.0
    assert Trace([y]).cotangents[x.node] == 1.0


def test_it_is_freed_by_counting_references(without_gc):
    x = tensor([1.0], requires_grad=True)
    trace = Trace([(x * x).sum()])
    gone = weakref.ref(trace)
    del trace
    assert gone() is None


def test_drawing_draws_no_random_numbers_and_counts_nothing():
    nn.manual_seed(0)
    x, bn, dropout = tensor(np.ones((4, 2), np.float32), requires_grad=True), nn.BatchNorm1d(2), nn.Dropout(0.5)
    loss = (checkpoint(lambda x: bn(dropout(x)))(x) ** 2).sum()
    state, mean = nn.random.state_of(nn.random.default_rng()), bn.running_mean.tolist()
    check(loss, [x])
    assert Trace([loss]).values[loss.node] == loss.value
    assert nn.random.state_of(nn.random.default_rng()) == state
    assert bn.running_mean.tolist() == mean
    assert bn.num_batches_tracked.item() == 1


def test_edits_are_told_of():
    x, c = tensor([3.0, 4.0], requires_grad=True), tensor([1.0, 2.0])
    loss = (x * c).sum()
    assert Trace([loss]).notes == []
    c += 100
    assert Trace([loss]).notes == ["a constant was edited since this was computed: the values are those of now"]
    other = (x * x).sum()
    assert Trace([other]).notes == []
    with no_grad():
        x += 1
    assert Trace([other]).notes == [
        "a leaf was edited (as by an optimizer) since this was computed: the values are those of now"
    ]


def test_numbers_that_changed_are_told_of():
    w, data = tensor(2.0, requires_grad=True), np.array([1.0, 2.0])
    loss, other = (w * 3 - 1) ** 2, (w * data).sum()
    assert Trace([loss]).notes == Trace([other]).notes == []
    data[0] = 5  # unseen, for it is a plain array
    said = ["a leaf or a constant has changed since this was computed: the values are those of now"]
    assert Trace([loss]).notes == []
    assert Trace([other]).notes == said
    with no_grad():
        w -= 0.1
    assert Trace([loss]).notes == said


def test_hooks_that_change_a_gradient_are_told_of():
    x = tensor(2.0, requires_grad=True)
    y = x * 3
    loss = y * y
    y.register_hook(lambda g: None)
    assert Trace([loss]).notes == []
    y.register_hook(lambda g: g + 1)
    x.register_hook(lambda g: g * 2)
    trace = Trace([loss])
    assert trace.notes == ["a hook has changed 2 gradients"]
    loss.backward()
    assert trace.cotangents[x.node] == x.grad.data
