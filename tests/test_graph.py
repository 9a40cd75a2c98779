"""The graph: how it is recorded, swept, shared, edited and freed."""

import asyncio
import copy
import gc
import pickle
import re
import threading
import weakref

import numpy as np
import pytest

import autograd as ag
from autograd import edits, tensor
from autograd.graph import Node


def leaf(data, **kwargs):
    return tensor(data, requires_grad=True, **kwargs)


def grads(out, *xs):
    """The gradients that a fresh backward leaves in the `.grad` of the leaves."""
    for x in xs:
        x.grad = None
    out.backward(np.ones(out.shape), retain_graph=True)
    return [x.grad.tolist() for x in xs]


# -- shape of the graph ------------------------------------------------------------------------------------------------


def test_diamond():
    x = leaf(3.0)
    a, b = x * 2, x * x
    assert grads(a * b, x) == [54.0]  # 2x³


def test_shared_subexpression():
    x, y = leaf(2.0), leaf(5.0)
    s = x * y
    assert grads(s + s * s + s, x, y) == [110.0, 44.0]  # (2 + 2s) y, (2 + 2s) x


@pytest.mark.parametrize(
    "f, slope",
    [
        (lambda x: x * x, [2.0, 4.0]),
        (lambda x: x + x, [2.0, 2.0]),
        (lambda x: x - x, [0.0, 0.0]),
        (lambda x: x / x, [0.0, 0.0]),
        (lambda x: x @ x, [2.0, 4.0]),
        (lambda x: ag.maximum(x, x), [1.0, 1.0]),
        (lambda x: ag.concatenate([x, x, x]), [3.0, 3.0]),
        (lambda x: ag.stack([x, 2 * x]), [3.0, 3.0]),
        (lambda x: ag.where([True, False], x, x), [1.0, 1.0]),
        (lambda x: x[[0, 0, 1]], [2.0, 1.0]),
    ],
)
def test_one_tensor_used_twice_in_one_op(f, slope):
    x = leaf([1.0, 2.0])
    assert grads(f(x), x) == [slope]
    y = x * 1.0
    assert grads(f(y), x) == [slope]


def test_matmul_of_a_matrix_with_itself():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert grads(x @ x, x) == [[[7.0, 11.0], [9.0, 13.0]]]
    assert grads(x @ x.T, x) == [[[8.0, 12.0], [8.0, 12.0]]]


def test_a_wide_sum_of_one_array_adds_up_in_its_own_buffer():
    """Cotangents are accumulated in place, but never in an array that someone else holds."""
    x = leaf(np.ones(3))
    y = x * 2
    u = np.ones(3)
    out = y + y + y + y
    out.backward(u)
    assert x.grad.tolist() == [8.0] * 3
    assert u.tolist() == [1.0] * 3


def test_a_leaf_is_its_own_graph():
    x = leaf(3.0)
    x.backward()
    assert x.grad.item() == 1.0


def test_constants_leave_no_graph():
    assert (tensor(2.0) * 3 + 1).node is None
    assert not (tensor([1.0]) * 2).requires_grad


def test_operands_that_need_no_gradient_get_none():
    x, c = leaf(3.0), tensor(2.0)
    (x * c).backward()
    assert x.grad.item() == 2.0
    assert c.grad is None


def test_only_reached_leaves_get_a_gradient():
    x, y = leaf(1.0), leaf(1.0)
    (x * 2).backward()
    assert y.grad is None


# -- backward ----------------------------------------------------------------------------------------------------------


def test_accumulates_until_zeroed():
    x = leaf(3.0)
    (x * x).backward()
    (2 * x).backward()
    assert x.grad.item() == 8.0
    x.grad = None
    (2 * x).backward()
    assert x.grad.item() == 2.0


def test_gradient_is_a_constant_of_the_leafs_shape_and_dtype():
    x = leaf(np.ones((2, 1), np.float32))
    (x * np.ones((3, 2, 4))).sum().backward()
    assert isinstance(x.grad, ag.Tensor)
    assert not x.grad.requires_grad
    assert (x.grad.shape, x.grad.dtype) == ((2, 1), np.float32)
    assert x.grad.tolist() == [[12.0], [12.0]]


@pytest.mark.parametrize(
    "gradient", [[1.0, 10.0], (1, 10), np.array([1.0, 10.0]), tensor([1.0, 10.0], dtype=np.float32)]
)
def test_gradient_argument(gradient):
    x = leaf([1.0, 2.0])
    (x * x).backward(gradient)
    assert x.grad.tolist() == [2.0, 40.0]


def test_second_backward_says_what_to_do():
    x = leaf(3.0)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match=r"multiply.*freed.*retain_graph=True"):
        y.backward()
    assert x.grad.item() == 6.0


def test_second_backward_through_a_shared_part_changes_nothing():
    x = leaf(3.0)
    s = x.exp()
    a, b = s * 2, s * 3
    a.backward()
    before = x.grad.item()
    with pytest.raises(RuntimeError, match="exp"):
        b.backward()
    assert x.grad.item() == before


def test_retain_graph():
    x = leaf(3.0)
    y = x * x
    for expected in (6.0, 12.0):
        y.backward(retain_graph=True)
        assert x.grad.item() == expected
    y.backward()
    assert x.grad.item() == 18.0
    with pytest.raises(RuntimeError, match="freed"):
        y.backward()


def test_cotangents_belong_to_one_call():
    """A second backward starts from nothing, whatever the first one left on the way."""
    x = leaf(2.0)
    y = x * x
    z = (y * 3).retain_grad()
    z.backward(retain_graph=True)
    z.backward(retain_graph=True)
    assert x.grad.item() == 24.0
    y.backward()
    assert x.grad.item() == 28.0


def test_a_graph_may_grow_after_it_was_swept():
    x = leaf(2.0)
    y = x * x
    y.backward(retain_graph=True)
    (y * y).backward()
    assert x.grad.item() == 4.0 + 32.0


# -- higher orders -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f, expected",
    [
        (lambda x: x**4, [4 * 1.5**3, 12 * 1.5**2, 24 * 1.5, 24.0]),
        (lambda x: x * x * x * x, [4 * 1.5**3, 12 * 1.5**2, 24 * 1.5, 24.0]),
        (ag.exp, [np.exp(1.5)] * 4),
        (ag.sin, [np.cos(1.5), -np.sin(1.5), -np.cos(1.5), np.sin(1.5)]),
        (ag.log, [1 / 1.5, -1 / 1.5**2, 2 / 1.5**3, -6 / 1.5**4]),
        (lambda x: 1 / x, [-1 / 1.5**2, 2 / 1.5**3, -6 / 1.5**4, 24 / 1.5**5]),
    ],
    ids=["power", "product", "exp", "sin", "log", "reciprocal"],
)
def test_derivatives_to_fourth_order(f, expected):
    x = leaf(1.5)
    y = f(x)
    for value in expected:
        x.grad = None
        y.backward(create_graph=True)
        y = x.grad
        assert y.item() == pytest.approx(value, rel=1e-12)
    x.grad = None


def test_create_graph_keeps_the_graph_and_accumulates():
    x = leaf(3.0)
    y = x**3
    y.backward(create_graph=True)
    assert x.grad.requires_grad
    y.backward()
    assert x.grad.item() == 54.0
    x.grad = None


def test_gradient_argument_may_need_a_gradient_itself():
    x, v = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (g,) = ag.gradients((x * x * v).sum(), (x,), create_graph=True)
    assert ag.gradients(g.sum(), (v,))[0].tolist() == [2.0, 4.0]
    (x * x).backward(v, create_graph=True)
    assert ag.gradients(x.grad.sum(), (v,))[0].tolist() == [2.0, 4.0]
    x.grad = None


def test_a_recorded_gradient_enters_a_loss():
    """The gradient penalty: ∂/∂x (f + |f′|²) with f = x³."""
    x = leaf(2.0)
    y = x**3
    (g,) = ag.gradients(y, (x,), create_graph=True)
    (y + g * g).backward()
    assert x.grad.item() == 3 * 2.0**2 + 36 * 2.0**3


# -- gradients of results ----------------------------------------------------------------------------------------------


def test_reading_the_gradient_of_a_result_says_why_there_is_none():
    x = leaf(3.0)
    y = x * x
    y.backward()
    with pytest.warns(UserWarning, match=r"multiply.*retain_grad\(\)"):
        assert y.grad is None


def test_retain_grad():
    x = leaf(3.0)
    y = (x * x).retain_grad()
    assert y.grad is None
    (y * y).backward()
    assert (y.grad.item(), x.grad.item()) == (18.0, 108.0)


def test_retain_grad_of_the_root_and_of_a_leaf():
    x = leaf(3.0).retain_grad()
    y = (x * 2).retain_grad()
    y.backward()
    assert (y.grad.item(), x.grad.item()) == (1.0, 2.0)


def test_a_name_alone_retains_nothing():
    x = leaf(3.0)
    y = x * x
    y.name = "square"
    (y * 2).backward()
    assert y.node.extras.grad is None


# -- gradients never share memory --------------------------------------------------------------------------------------


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: a + b,
        lambda a, b: (a + b) * 1.0,
        lambda a, b: (a + b) ** 2,
        lambda a, b: ag.concatenate([a, b]),
        lambda a, b: ag.stack([a, b]),
        lambda a, b: (a + b).reshape(2, 1),
        lambda a, b: a[::-1] + b,
        lambda a, b: ag.where([True, True], a, b) + b,
    ],
    ids=["add", "add times", "square", "concatenate", "stack", "reshape", "reverse", "where"],
)
def test_editing_one_gradient_leaves_the_others_alone(f, create_graph):
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    out = f(a, b)
    u = np.ones(out.shape)
    out.backward(u, create_graph=create_graph)
    before = b.grad.tolist()
    with ag.no_grad():
        a.grad += 100.0
    assert b.grad.tolist() == before
    a.grad += 100.0
    assert b.grad.tolist() == before
    assert (u == 1).all()
    a.grad = b.grad = None


def test_a_gradient_is_no_view_of_the_cotangent_or_of_the_values():
    x, u = leaf([1.0, 2.0]), np.ones(2)
    x.backward(u)
    y = leaf([3.0, 4.0])
    (x * y).backward(u)
    with ag.no_grad():
        x.grad += 1
        y.grad += 1
    assert (u.tolist(), x.tolist(), y.tolist()) == ([1.0, 1.0], [1.0, 2.0], [3.0, 4.0])


def test_accumulating_does_not_change_a_gradient_handed_out_before():
    x = leaf([1.0, 2.0])
    (x * 2).backward(np.ones(2))
    first = x.grad
    values = first.data
    (x * 3).backward(np.ones(2))
    assert values.tolist() == [2.0, 2.0]
    assert x.grad.tolist() == [5.0, 5.0]


# -- memory ------------------------------------------------------------------------------------------------------------


def watch(array):
    return weakref.ref(array)


def test_saved_arrays_are_let_go_during_the_sweep(without_gc):
    x = leaf(np.ones(3))
    y = x.exp()
    saved = watch(y.node.out)
    z = y * y
    del y
    out = z.sum()
    assert saved() is not None
    out.backward()
    assert saved() is None
    assert out.node.parents[0].parents[0].parents[0] is x.node  # the structure stays


def test_arrays_that_no_rule_names_are_let_go_at_once(without_gc):
    x = leaf(np.ones(3))
    y = x * 2.0
    value = watch(y.data)
    z = y + 1.0
    del y
    assert value() is None
    z.backward(np.ones(3))


def test_a_constant_factor_does_not_keep_the_other_operand(without_gc):
    x = leaf(np.ones(3))
    y = x + 1.0
    value = watch(y.data)
    z = y * 2.0 / 3.0
    del y
    assert value() is None
    z.backward(np.ones(3))


def test_dividing_by_a_constant_keeps_no_result(without_gc):
    x = leaf(np.ones(3))
    y = x / 2.0
    value = watch(y.data)
    z = y + 1.0
    del y
    assert value() is None
    z.backward(np.ones(3))


BUILDS = [
    lambda x: x * x,
    lambda x: (x.exp() / (1 + x)).sum(),
    lambda x: ag.softmax(x) @ x,
    lambda x: ag.concatenate([x, x])[1:].std(),
    lambda x: x.prod(),
    lambda x: ag.cross_entropy(x, 1),
]


def use_nothing(build, x):
    return build(x)


def use_backward(build, x):
    out = build(x)
    out.backward(np.ones(out.shape), retain_graph=True)
    out.backward(np.ones(out.shape))
    return out


def use_error(build, x):
    out = build(x)
    with pytest.raises(ValueError, match="gradient"):
        out.backward(np.ones((5, 5)))
    return out


def use_gradients(build, x):
    return ag.gradients(build(x).sum(), (x,), create_graph=True)


def use_vjp(build, x):
    out, pullback = ag.vjp(build, x)
    pullback(np.ones(out.shape))
    return pullback


def use_jvp(build, x):
    return ag.jvp(build, (x,), (np.ones(3),))


def use_edits(build, x):
    y = x * 1.0
    y[0] = build(y).sum()
    y += x
    return y


@pytest.mark.parametrize("use", [use_nothing, use_backward, use_error, use_gradients, use_vjp, use_jvp, use_edits])
def test_no_reference_cycles(use, without_gc):
    def alive():
        return sum(issubclass(type(x), Node | ag.Tensor) for x in gc.get_objects())

    before = alive()
    for build in BUILDS:
        x = leaf([1.0, 2.0, 3.0])
        result = use(build, x)
        assert alive() > before
        del x, result
        assert alive() == before


def test_a_million_nodes_build_differentiate_and_are_freed(without_gc):
    x = leaf(1.0)
    y = x
    for _ in range(500_000):
        y = y * 1.000001
        y = y + 1e-6
    y.backward()
    assert x.grad.item() == pytest.approx(1.000001**500_000, rel=1e-6)
    first = weakref.ref(y)
    del y
    assert first() is None


def test_a_deep_graph_of_second_order():
    x = leaf(1.0)
    y = x
    for _ in range(5_000):
        y = y * 1.0001
    (g,) = ag.gradients(y * y, (x,), create_graph=True)
    (h,) = ag.gradients(g, (x,))
    assert h.item() == pytest.approx(2 * 1.0001**10_000, rel=1e-9)


# -- recording on and off ----------------------------------------------------------------------------------------------


def recording():
    return (leaf(1.0) * 2).requires_grad


def test_no_grad_and_enable_grad_nest():
    assert recording()
    with ag.no_grad():
        assert not recording()
        assert not ag.is_grad_enabled()
        with ag.enable_grad():
            assert recording()
        assert not recording()
    assert recording()


def test_recording_is_restored_after_an_exception():
    with pytest.raises(KeyError), ag.no_grad():
        raise KeyError
    assert recording()


def test_one_block_may_be_entered_twice():
    block = ag.no_grad()
    with block, ag.enable_grad(), block:
        assert not recording()
    assert recording()


def test_decorators():
    @ag.no_grad()
    def off(n):
        """Docs."""
        return recording() or (n > 0 and off(n - 1))

    @ag.enable_grad()
    def on():
        return recording()

    assert not off(3)
    assert off.__name__ == "off"
    with ag.no_grad():
        assert on()
        assert not recording()
    assert recording()


def test_decorated_generator_records_nothing_and_leaves_its_reader_alone():
    @ag.no_grad()
    def batches():
        for _ in range(3):
            yield recording()

    seen = []
    for inside in batches():
        seen.append((inside, recording()))
    assert seen == [(False, True)] * 3


def test_decorated_coroutine_records_nothing():
    @ag.no_grad()
    async def evaluate():
        await asyncio.sleep(0)
        return recording()

    async def main():
        return await evaluate(), recording()

    assert asyncio.run(main()) == (False, True)


def test_a_generator_closed_early_restores_recording():
    def numbers():
        with ag.no_grad():
            yield from range(3)

    source = numbers()
    next(source)
    source.close()
    assert recording()


def test_threads_have_their_own_mode():
    entered, checked, seen = threading.Event(), threading.Event(), []

    def other():
        with ag.no_grad():
            entered.set()
            checked.wait(5)
            seen.append(recording())

    thread = threading.Thread(target=other)
    thread.start()
    entered.wait(5)
    seen.append(recording())
    checked.set()
    thread.join()
    assert seen == [True, False]


def test_async_tasks_have_their_own_mode():
    async def off():
        with ag.no_grad():
            await asyncio.sleep(0)
            return recording()

    async def on():
        await asyncio.sleep(0)
        return recording()

    async def main():
        return await asyncio.gather(off(), on(), off(), on())

    assert asyncio.run(main()) == [False, True, False, True]


def test_two_threads_run_backward_at_once():
    shared = leaf(np.arange(1.0, 9.0))
    results, start = {}, threading.Barrier(2)

    def work(k):
        start.wait(5)
        total = 0.0
        for _ in range(200):
            x = leaf(np.arange(1.0, 9.0))
            y = (x * k).exp()
            for _ in range(5):
                y = y * 0.5 + shared.detach()
            y.sum().backward()
            total += x.grad.data / np.exp(x.data * k)
        results[k] = total

    threads = [threading.Thread(target=work, args=(k,)) for k in (0.1, 0.2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for k, total in results.items():
        np.testing.assert_allclose(total, 200 * k / 32, rtol=1e-9)


def test_two_threads_sweep_one_retained_graph():
    x = leaf(2.0)
    y = x * x
    for _ in range(200):
        y = y + x * 0.0
    found, start = [], threading.Barrier(2)

    def work():
        start.wait(5)
        found.extend(ag.gradients(y, (x,), retain_graph=True)[0].item() for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == [4.0] * 40


# -- copies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
def test_copies_are_values(copied):
    x = leaf(np.arange(3, dtype=np.float32), name="x")
    (x * x).sum().backward()
    for original in (x, x * 2, tensor([1, 2]), tensor(2.5), leaf(2.5)):
        twin = copied(original)
        assert type(twin) is ag.Tensor
        assert twin.is_leaf
        assert (twin.requires_grad, twin.dtype, twin.name) == (
            original.requires_grad,
            original.dtype,
            original.name,
        )
        assert isinstance(twin.data, type(original.data))
        np.testing.assert_array_equal(twin.data, original.data)
        assert not np.shares_memory(twin.data, original.data)
    assert copied(x).grad is None


def test_deep_copies_of_one_structure_stay_one():
    x = leaf([1.0])
    a, b = copy.deepcopy([x, x])
    assert a is b


def test_detach_keeps_no_array_alive():
    x = ag.tensor(np.ones(1000), requires_grad=True)
    y = x * 2  # whose rule keeps no result
    gone = weakref.ref(y.detach().value)
    z = y + 1
    del y
    assert gone() is None
    assert z.requires_grad


def test_detach_shares_values_and_cuts_the_graph():
    x = leaf([1.0, 2.0])
    d = x.detach()
    assert not d.requires_grad
    assert np.shares_memory(d.data, x.data)
    assert grads((x * d), x) == [[1.0, 2.0]]


def test_copy_is_differentiable_and_has_its_own_memory():
    x = leaf([1.0, 2.0])
    y = x.copy()
    assert not np.shares_memory(y.data, x.data)
    assert grads(y * y, x) == [[2.0, 4.0]]


# -- edits in place: what was recorded stays true, or backward raises --------------------------------------------------

# fmt: off
EDITS = {
    "+=":        lambda x: x.__iadd__(1.0),
    "-=":        lambda x: x.__isub__(1.0),
    "*=":        lambda x: x.__imul__(2.0),
    "/=":        lambda x: x.__itruediv__(2.0),
    "**=":       lambda x: x.__ipow__(2.0),
    "[0] =":     lambda x: x.__setitem__(0, 9.0),
    "[mask] =":  lambda x: x.__setitem__([True, False], 9.0),
    "view":      lambda x: x.detach()[1:].__iadd__(1.0),
    "detach":    lambda x: x.detach().__iadd__(1.0),
    "T":         lambda x: x.detach().reshape(2, 1).T.__imul__(3.0),
    "data -=":   lambda x: setattr(x, "data", x.data.__isub__(1.0)),
}
SAVED = {  # the op and the operand that backward must name, for an edit of x, the first operand
    "multiply": (lambda x: x * leaf([5.0, 7.0]),             "operand x of <multiply"),
    "square":   (lambda x: x * x,                            "of <multiply"),
    "log":      (lambda x: ag.log(x),                        "operand x of <log"),
    "matmul":   (lambda x: x @ leaf([5.0, 7.0]),             "operand x of <matmul"),
    "max":      (lambda x: x.max(),                          "operand x of <max"),
    "divisor":  (lambda x: 1 / x,                            "operand y of <divide"),
    "view":     (lambda x: x[1:] * leaf([5.0]),              "operand x of <multiply"),
    "linear":   (lambda x: ag.affine([[1.0, 2.0]], x.reshape(1, 2), leaf([1.0])).sum() + (x * x).sum(), "of <multiply"),
}
# fmt: on


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("f, named", SAVED.values(), ids=SAVED)
def test_an_edit_of_a_saved_operand_is_found_out(f, named, edit):
    x = leaf([2.0, 3.0])
    out = f(x)
    with ag.no_grad():
        edit(x)
    with pytest.raises(RuntimeError, match=rf"backward: .*{named}.*edited in place"):
        out.backward(np.ones(out.shape))
    assert x.grad is None


def test_an_edit_of_a_saved_result_is_found_out():
    x = leaf([2.0, 3.0])
    y = x.exp()
    out = y.sum()
    with ag.no_grad():
        y += 1
    with pytest.raises(RuntimeError, match=r"the result of <exp .*edited in place"):
        out.backward()


def test_an_edit_of_a_saved_constant_is_found_out():
    x, c = leaf([2.0, 3.0]), tensor([4.0, 5.0])
    out = (x * c).sum()
    c += 1
    with pytest.raises(RuntimeError, match=r"operand y of <multiply .*edited in place"):
        out.backward()


def edit_index(x):
    index = tensor([0, 1])
    out = x[index].sum()
    index += 1
    return out


def edit_condition(x):
    condition = x > 2.5
    out = ag.where(condition, x, 0.0).sum()
    condition[0] = True
    return out


def edit_target(x):
    target = tensor([0])
    out = ag.cross_entropy(x.reshape(1, 3), target).sum()
    target += 1
    return out


@pytest.mark.parametrize("f, op", [(edit_index, "getitem"), (edit_condition, "where"), (edit_target, "cross_entropy")])
def test_an_edit_of_a_parameter_is_found_out_or_makes_no_difference(f, op):
    """An index, a condition or a target may be a Tensor too."""
    x = leaf([2.0, 3.0, 4.0])
    out = f(x)
    p = np.exp(x.data) / np.exp(x.data).sum()
    expected = {"getitem": [1, 1, 0], "where": [0, 1, 1], "cross_entropy": p - [1, 0, 0]}[op]
    try:
        out.backward()
    except RuntimeError as error:
        message = str(error)
        assert re.search(f"{op}.*edited in place", message)
    else:
        np.testing.assert_allclose(x.grad.data, expected)


def test_an_edit_is_found_out_in_every_transform():
    x = leaf([2.0, 3.0])
    out = (x * x).sum()
    with ag.no_grad():
        x += 1
    with pytest.raises(RuntimeError, match="edited in place"):
        ag.gradients(out, (x,))
    c = tensor([1.0, 2.0])
    pullback = ag.vjp(lambda x: x * c, np.ones(2))[1]
    c += 1
    with pytest.raises(RuntimeError, match="edited in place"):
        pullback(np.ones(2))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x + 1.0,
        lambda x: x * 3.0,
        lambda x: x.sum(),
        lambda x: x[::-1],
        lambda x: x.reshape(2, 1),
        lambda x: x / 2.0,
        ag.exp,
    ],
    ids=["add", "scale", "sum", "index", "reshape", "divide", "exp"],
)
def test_an_edit_of_what_no_rule_needs_is_fine(f):
    x = leaf([2.0, 3.0])
    (expected,) = grads(f(x), x)
    x.grad = None
    out = f(x)
    with ag.no_grad():
        x *= 5.0
    out.backward(np.ones(out.shape))
    assert x.grad.tolist() == (expected if f is not ag.exp else np.exp([2.0, 3.0]).tolist())


def test_an_edit_of_a_result_that_no_rule_needs_is_fine():
    x = leaf([2.0, 3.0])
    y = x / 2.0
    out = y.sum()
    with ag.no_grad():
        y += 1
    out.backward()
    assert x.grad.tolist() == [0.5, 0.5]


def test_an_edit_before_recording_or_after_backward_is_fine():
    x = leaf([2.0, 3.0])
    with ag.no_grad():
        x += 1
    out = (x * x).sum()
    out.backward()
    with ag.no_grad():
        x -= 0.1 * x.grad
    np.testing.assert_allclose(x.data, [2.4, 3.2])
    x.grad = None
    (x * x).sum().backward()
    np.testing.assert_allclose(x.grad.data, [4.8, 6.4])


def test_a_scalar_leaf_keeps_its_recorded_value():
    """NumPy scalars cannot be edited: `+=` puts a new one in place, and the graph still has the old one."""
    x = leaf(3.0)
    out = x * x
    with ag.no_grad():
        x += 1
    out.backward()
    assert (x.item(), x.grad.item()) == (4.0, 6.0)


def test_new_data_leaves_what_was_recorded_true():
    x = leaf([2.0, 3.0])
    out = (x * x).sum()
    x.data = np.array([10.0, 10.0])
    out.backward()
    assert x.grad.tolist() == [4.0, 6.0]


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: np.add(c, 1.0, out=c),
        lambda c: np.copyto(c, 9.0),
        lambda c: np.add.at(c, [0], 1.0),
        lambda c: np.put(c, [0], 9.0),
        lambda c: np.clip(c, 0.0, 1.0, out=c),
    ],
    ids=["out", "copyto", "at", "put", "clip"],
)
def test_numpy_cannot_edit_a_tensor_unseen(edit):
    """Either the edit is refused, or backward finds it out."""
    x, c = leaf([2.0, 3.0]), tensor([4.0, 5.0])
    out = (x * c).sum()
    try:
        edit(c)
    except TypeError:
        assert c.tolist() == [4.0, 5.0]
    else:
        with pytest.raises(RuntimeError, match="edited in place"):
            out.backward()


def test_an_edit_by_hand_can_be_announced():
    x = leaf([2.0, 3.0])
    out = (x * x).sum()
    x.data[0] = 9.0
    ag.edited(x.data)
    with pytest.raises(RuntimeError, match="edited in place"):
        out.backward()
    array = np.ones(2)
    out = (x * array).sum()
    array[0] = 9.0
    ag.edited(array)
    with pytest.raises(RuntimeError, match="edited in place"):
        out.backward()


def test_edits_of_dead_arrays_are_forgotten():
    before = len(edits._stamps)
    for _ in range(10):
        c = tensor(np.ones(3))
        c += 1
    del c
    assert len(edits._stamps) <= before
    assert edits._owners.keys() == edits._stamps.keys()


# -- recorded edits: differentiable, with value semantics --------------------------------------------------------------


def test_recorded_arithmetic_in_place():
    x = leaf([2.0, 3.0])
    y = x * 1.0
    z = y * y  # keeps the old y
    y += x
    y *= x
    y -= 1.0
    y /= 2.0
    y **= 2
    np.testing.assert_allclose(y.data, ((2 * x.data**2 - 1) / 2) ** 2)
    (y + z).sum().backward()
    np.testing.assert_allclose(x.grad.data, 2 * (x.data**2 - 0.5) * 2 * x.data + 2 * x.data)


def test_a_constant_becomes_recorded_by_an_edit_with_a_recorded_value():
    x, c = leaf([2.0, 3.0]), tensor([1.0, 1.0])
    before = c.data
    c += x
    c[0] = x[1] * 10
    assert c.tolist() == [30.0, 4.0]
    assert before.tolist() == [1.0, 1.0]
    c.sum().backward()
    assert x.grad.tolist() == [0.0, 11.0]


@pytest.mark.parametrize(
    "index, y, value, gx, gy",
    [
        (0, 5.0, [5.0, 2.0, 3.0], [0, 1, 2], 0),
        (slice(1, None), [5.0, 6.0], [1.0, 5.0, 6.0], [0, 0, 0], [1, 2]),
        ([2, 0], [5.0, 6.0], [6.0, 2.0, 5.0], [0, 1, 0], [2, 0]),
        ([0, 1, 0], [5.0, 6.0, 7.0], [7.0, 6.0, 3.0], [0, 0, 2], [0, 1, 0]),
        ([1, -2], [5.0, 6.0], [1.0, 6.0, 3.0], [0, 0, 2], [0, 1]),
        ([1, 1], 5.0, [1.0, 5.0, 3.0], [0, 0, 2], 1),
        ([True, False, True], 5.0, [5.0, 2.0, 5.0], [0, 1, 0], 2),
        (..., [[5.0, 6.0, 7.0]], [5.0, 6.0, 7.0], [0, 0, 0], [[0, 1, 2]]),
    ],
)
def test_recorded_assignment(index, y, value, gx, gy):
    x, y = leaf([1.0, 2.0, 3.0]), leaf(y)
    z = x * 1.0
    z[index] = y
    assert z.tolist() == value
    (z * [0.0, 1.0, 2.0]).sum().backward()
    assert x.grad.tolist() == gx
    assert y.grad.tolist() == gy


def test_earlier_views_see_an_edit():
    """As in NumPy, whose views share memory: they are read again."""
    x = leaf([1.0, 2.0, 3.0])
    y = x * 1
    part, inner = y[:2], y[:2][1:]
    y[1] = 9 * x[0]
    assert (part.tolist(), inner.tolist(), y.tolist()) == ([1.0, 9.0], [9.0], [1.0, 9.0, 3.0])
    (part * part).sum().backward()
    assert x.grad.tolist() == [164.0, 0.0, 0.0]


def stencil(u):
    u = u * 1
    left, right = u[:-1], u[1:]
    for _ in range(3):
        right += 0.1 * left
    return np.sum(u**2)


def exchange(u):
    u = u * 1
    first = u[0]
    u[0] = u[1]
    u[1] = first
    return np.sum(u * np.array([[1.0], [2.0]]))


def filled(u):
    out = np.zeros_like(u)
    middle = out[1:]
    out[:] = u
    return np.sum(middle**2)


@pytest.mark.parametrize("f", [stencil, exchange, filled])
def test_views_mean_what_they_mean_in_numpy(f):
    x = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert f(leaf(x)).item() == f(x)
    ag.check_grad(f, x)


def test_a_function_may_edit_its_argument():
    def f(x):
        x[0] = x[1] ** 2
        x *= 2
        return np.sum(x**2)

    x = np.array([1.0, 2.0, 3.0])
    for given in (x, tensor(x)):
        np.testing.assert_array_equal(np.asarray(ag.grad(f)(given)), [0.0, 144.0, 24.0])
        np.testing.assert_array_equal(np.asarray(given), [1.0, 2.0, 3.0])
    ag.check_grad(f, x)


@pytest.mark.parametrize("edit", [e for name, e in EDITS.items() if name not in ("view", "detach", "T", "data -=")])
def test_a_leaf_cannot_be_edited_while_recording(edit):
    x = leaf([2.0, 3.0])
    with pytest.raises(RuntimeError, match="no_grad"):
        edit(x)
    assert x.tolist() == [2.0, 3.0]
    assert x.is_leaf
    with pytest.raises(RuntimeError, match="no_grad"):
        x += leaf([1.0, 1.0])
    assert x.tolist() == [2.0, 3.0]


def test_an_edit_in_place_keeps_identity_shape_and_dtype():
    x = leaf(np.ones(2, np.float32))
    with ag.no_grad():
        same = x
        x += np.ones(2, np.float64)
    assert x is same
    assert x.dtype == np.float32
    y = x * 1
    y += np.ones(2, np.float64)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == np.float32


def test_an_edit_that_does_not_fit_changes_nothing():
    for x in (tensor([1.0, 2.0]), leaf([1.0, 2.0]) * 1.0):
        node = x.node
        with pytest.raises(ValueError, match=r"\(2, 2\).*\(2,\)"):
            x += np.ones((2, 2))
        with pytest.raises(ValueError, match=r"setitem|broadcast"):
            x[0:1] = [1.0, 2.0, 3.0]
        assert x.tolist() == [1.0, 2.0]
        assert x.node is node
    n = tensor([1, 2])
    with pytest.raises(TypeError, match=r"float64.*int64"):
        n += 0.5
    assert n.tolist() == [1, 2]


def test_a_gradient_cannot_pass_through_an_integer_tensor():
    n = tensor([1, 2, 3])
    with pytest.raises(TypeError, match="int64"):
        n[0] = leaf(1.5)
    with pytest.raises(TypeError, match="int64"):
        n += leaf(1.5)
    assert n.tolist() == [1, 2, 3]
    assert not n.requires_grad
