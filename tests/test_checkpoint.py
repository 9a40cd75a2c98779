"""Keeping less: values cut out of the graph, and values that backward computes again."""

import contextlib
import gc
import itertools
import threading
import tracemalloc
import weakref

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import checkpoint, stop_gradient, tensor
from autograd.recompute import preserve, recomputing
from autograd.rules import bilinear, elementwise, linear, primitive


def leaf(data, **kwargs):
    return tensor(data, requires_grad=True, **kwargs)


RNG = np.random.default_rng(5)
X, Y = RNG.standard_normal((2, 3)), RNG.standard_normal((2, 3))
W = leaf(RNG.standard_normal((3, 3)))


@pytest.fixture(autouse=True)
def forget():
    yield
    W.grad = None


# -- stop_gradient -----------------------------------------------------------------------------------------------------


def test_containers_without_tensors_are_the_callers_own():
    log, cache = [], {}

    def f(x, log, cache):
        log.append(1)
        cache["seen"] = True
        return x * x

    checkpoint(f)(leaf(X), log, cache).sum().backward()
    assert log == [1, 1]
    assert cache == {"seen": True}


def test_stop_gradient_cuts_a_tensor():
    x = leaf([1.0, 2.0])
    y = stop_gradient(x * 3)
    assert (y.tolist(), y.requires_grad) == ([3.0, 6.0], False)
    (x * y).sum().backward()
    assert x.grad.tolist() == [3.0, 6.0]


def test_stop_gradient_keeps_structures_and_what_is_no_tensor():
    array = np.ones(2)
    out = stop_gradient({"a": [leaf(1.0), 2], "b": (array, None, "text")})
    assert out["a"][0].requires_grad is False
    assert out["a"][1] == 2
    assert out["b"][0] is array
    assert out["b"][1:] == (None, "text")


def test_stop_gradient_in_both_modes_and_to_second_order():
    f = lambda x: x * stop_gradient(x * x)  # noqa: E731
    assert ag.grad(f)(3.0) == 9.0
    assert ag.jvp(f, (3.0,), (1.0,))[1] == 9.0
    assert ag.grad(ag.grad(f))(3.0) == 0.0


# -- checkpoint: the same derivatives ----------------------------------------------------------------------------------


def one(x, y):
    return ag.tanh(x @ W) * y


def nested(x, y):
    """Several outputs, of several shapes and dtypes; one of them an argument, one no Tensor."""
    low = (x * y).astype(np.float32)
    return {"a": (ag.exp(x @ W), low.sum(axis=0)), "b": [x, 3, None], "c": ag.sum(y)}


def several(x, y):
    out = nested(x, y)
    assert out["b"][1:] == [3, None]
    return one(out["a"][0], y) * out["c"] + out["a"][1] + out["b"][0]


def whole(x, y):
    return checkpointed(x, y=y)


checkpointed = checkpoint(one)
inner = checkpoint(lambda x, y: one(x, y) * x)
PROGRAMS = {
    "one output": (one, checkpoint(one)),
    "a keyword": (one, whole),
    "several outputs": (several, checkpoint(several)),
    "nested outputs": (
        lambda x, y: sum(ag.sum(v) for v in (*nested(x, y)["a"], nested(x, y)["b"][0], nested(x, y)["c"])),
        lambda x, y: (lambda d: sum(ag.sum(v) for v in (*d["a"], d["b"][0], d["c"])))(checkpoint(nested)(x, y)),
    ),
    "one in another": (
        lambda x, y: one(one(x, y) * x, y) + x,
        checkpoint(lambda x, y: one(inner(x, y), y) + x),
    ),
    "one after another": (lambda x, y: one(one(x, y), y), lambda x, y: checkpointed(checkpointed(x, y), y)),
    "twice the same": (lambda x, y: one(x, x) * one(x, x), lambda x, y: checkpointed(x, x) * checkpointed(x, x)),
    "a value of numbers": (lambda x, y: (x * y).sum() * x[0, 0], checkpoint(lambda x, y: (x * y).sum() * x[0, 0])),
}
every_program = pytest.mark.parametrize("f, g", PROGRAMS.values(), ids=PROGRAMS)


def close(got, expected):
    np.testing.assert_allclose(np.asarray(got), np.asarray(expected), rtol=1e-6, atol=1e-6)


@every_program
def test_the_same_values_and_gradients(f, g):
    found = []
    for function in (f, g):
        x, y = leaf(X), leaf(Y)
        W.grad = None
        out = function(x * 1.0, y)
        out.sum().backward()
        found.append(
            [a.data for a in (out, x.grad, y.grad if y.grad is not None else tensor(0.0), W.grad) if a is not None]
        )
    assert len(found[0]) == len(found[1])
    for got, expected in zip(*found):
        close(got, expected)
        assert got.dtype == expected.dtype


@every_program
def test_the_same_in_every_transform(f, g):
    v = np.random.default_rng(1).standard_normal(X.shape)
    scalar = lambda h: lambda x: (h(x, Y) ** 2).sum()  # noqa: E731
    close(ag.grad(scalar(g))(X), ag.grad(scalar(f))(X))
    close(ag.jvp(lambda x: g(x, Y), (X,), (v,))[1], ag.jvp(lambda x: f(x, Y), (X,), (v,))[1])
    close(ag.jacobian(lambda x: g(x, Y))(X), ag.jacobian(lambda x: f(x, Y))(X))
    close(ag.hvp(scalar(g))(X, v), ag.hvp(scalar(f))(X, v))
    close(ag.hessian(scalar(g))(X), ag.hessian(scalar(f))(X))
    pushed = lambda h: lambda x: (ag.jvp(lambda x: h(x, Y), (x,), (v,))[1] ** 2).sum()  # noqa: E731
    close(ag.grad(pushed(g))(X), ag.grad(pushed(f))(X))


@every_program
def test_the_same_to_second_order_in_what_it_closes_over(f, g):
    found = []
    for function in (f, g):
        x, y = leaf(X), leaf(Y)
        gs = ag.gradients((function(x, y) ** 2).sum(), (x, y, W), create_graph=True)
        found.append(ag.gradients(sum((g * g).sum() for g in gs), (x, y, W)))
    for got, expected in zip(*found):
        close(got.data, expected.data)


def test_against_finite_differences_to_third_order():
    ag.check_grad(checkpoint(lambda x, y: (ag.sin(x) * y).sum()), X, Y, order=3)


def test_a_decorated_function_keeps_its_name():
    @checkpoint
    def block(x):
        """What it does."""
        return x * x

    assert (block.__name__, block.__doc__) == ("block", "What it does.")
    assert repr(block(leaf(2.0)).node).startswith("<checkpoint")
    with pytest.raises(TypeError, match="checkpoint: needs a function"):
        checkpoint(leaf(1.0))


def test_float32_stays_float32():
    x = leaf(X.astype(np.float32))
    out = checkpoint(ag.tanh)(x)
    assert out.dtype == np.float32
    out.sum().backward()
    assert x.grad.dtype == np.float32


# -- checkpoint: what goes in and comes out ----------------------------------------------------------------------------


def test_what_is_no_tensor_passes_as_it_is():
    array, marker = np.ones(2), object()

    def f(x, options, *, shift):
        assert shift is array
        assert options["marker"] is marker
        return x * shift, options, shift, None, stop_gradient(x)

    x = leaf([1.0, 2.0])
    y, options, shift, nothing, constant = checkpoint(f)(x, {"marker": marker}, shift=array)
    assert options["marker"] is marker
    assert shift is array
    assert nothing is None
    assert not constant.requires_grad
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_what_it_returns_as_given_is_given_back():
    x, w = leaf([1.0, 2.0]), leaf(3.0) * 2.0
    a, b, c = checkpoint(lambda x: (x, w, x * w))(x)
    assert a is x
    assert b is w
    assert c.node.op.name == "checkpoint"


def test_without_recorded_operands_there_is_no_node():
    f = checkpoint(lambda x: x * 2)
    assert f(tensor([1.0])).node is None
    assert f(np.ones(2)).tolist() == [2.0, 2.0]
    assert checkpoint(lambda: 5)() == 5
    with ag.no_grad():
        assert checkpoint(lambda x: x * 2)(leaf(1.0)).node is None
    x = leaf(1.0)
    assert checkpoint(lambda x: stop_gradient(x) * 2)(x).node is None
    own = checkpoint(lambda: leaf(2.0) * 3)()
    own.backward()
    assert own.node.parents[0].grad.item() == 3.0


def test_an_argument_that_no_result_depends_on_gets_no_gradient():
    x, y = leaf(2.0), leaf(3.0)
    checkpoint(lambda x, y: x * stop_gradient(y))(x, y).backward()
    assert x.grad.item() == 3.0
    assert y.grad is None


def test_gradients_reach_what_it_closes_over_but_not_beyond():
    """A Tensor computed outside, and one computed from that: each path counts once."""
    a = leaf(2.0)
    b = a * 3.0
    c = b * b
    out = checkpoint(lambda x: x * b * c * a)(b)
    out.backward()
    assert a.grad.item() == pytest.approx(5 * 81 * 2.0**4)  # 81 a⁵


def test_of_a_module():
    nn.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4, dtype=float), nn.Tanh(), nn.Linear(4, 1, dtype=float))
    found = []
    for f in (model, checkpoint(model)):
        model.zero_grad()
        f(X).sum().backward()
        found.append([p.grad.data.copy() for p in model.parameters()])
    for got, expected in zip(*found):
        close(got, expected)


def test_errors_of_the_second_run_name_the_modules():
    runs = itertools.count()

    class Fragile(nn.Module):
        def forward(self, x):
            return x.reshape(3, 2) if next(runs) == 0 else x.reshape(4, 2)

    class Outer(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = Fragile()

        def forward(self, x):
            return checkpoint(self.inner)(x * 1.0)

    out = Outer()(leaf(X)).sum()
    with pytest.raises(ValueError, match=r"reshape: .*in Outer\.inner: Fragile\(\)"):
        out.backward()
    assert ag.is_grad_enabled()


def test_hooks_and_retained_gradients_inside_act_in_the_second_run():
    seen = []

    def f(x):
        y = x * x
        y.register_hook(lambda g: seen.append(g.item()) or g * 10)
        return y * 3

    x = leaf(2.0)
    x.register_hook(lambda g: g + 1)
    checkpoint(f)(x).backward()
    assert seen == [3.0]
    assert x.grad.item() == 121.0


def test_a_hook_on_what_it_closes_over_is_called_once():
    w, seen = leaf(2.0), []
    w.register_hook(lambda g: seen.append(g.item()))
    (checkpoint(lambda x: x * w)(leaf(3.0)) + 4 * w).backward()
    assert seen == [7.0]


def test_derivatives_taken_inside():
    f = lambda x: ag.grad(lambda y: (y**3).sum())(x) * x  # noqa: E731
    x = leaf([1.0, 2.0])
    checkpoint(f)(x).sum().backward()
    close(x.grad.data, 9 * x.data**2)
    close(ag.grad(lambda x: checkpoint(f)(x).sum())(x.data), 9 * x.data**2)
    inside = checkpoint(lambda x: x * ag.grad(lambda t: t * t * t)(2.0))
    assert ag.grad(inside)(5.0) == 12.0
    assert ag.grad(lambda x: inside(x) * x)(5.0) == 120.0


def test_user_made_ops_work_inside():
    cube = elementwise("cube", lambda x: x * x * x, lambda x: 3 * x * x)
    double = linear("double", lambda x: 2 * x, lambda g: 2 * g)
    area = bilinear("area", lambda x, y: x * y, lambda g, y: g * y, lambda g, x: g * x)
    total = primitive("total", lambda x: np.sum(x), lambda g: g, jvp=lambda dx: np.sum(dx))
    f = lambda x: total(area(cube(x), double(x)))  # noqa: E731
    close(ag.grad(checkpoint(f))(X), 8 * X**3)
    ag.check_grad(checkpoint(f), X)


# -- checkpoint: memory ------------------------------------------------------------------------------------------------


def test_no_value_in_between_is_kept(without_gc):
    kept = []

    def f(x):
        y = ag.exp(x)
        kept.append(weakref.ref(y.data))
        return y * y

    x = leaf(np.ones(3))
    out = checkpoint(f)(x)
    assert kept[0]() is None
    out.sum().backward()
    assert [ref() for ref in kept] == [None, None]
    close(x.grad.data, 2 * np.exp(2) * np.ones(3))


def test_a_chain_in_pieces_of_its_root_takes_less_memory():
    n, piece, size = 100, 10, 20_000
    x = leaf(np.full(size, 0.5))

    def steps(x, count):
        for _ in range(count):
            x = ag.tanh(x)
        return x

    def peak(chain):
        gc.collect()
        tracemalloc.start()
        chain(x).sum().backward()
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used / (8 * size)  # in arrays

    def pieces(x):
        for _ in range(n // piece):
            x = checkpoint(steps)(x, piece)
        return x

    plainly = peak(lambda x: steps(x, n))
    expected, x.grad = x.grad, None
    assert plainly > n
    assert peak(pieces) < 3 * piece
    np.testing.assert_array_equal(x.grad.data, expected.data)


def test_everything_is_freed_without_the_garbage_collector(without_gc):
    for order in (1, 2):
        x, w = leaf(np.ones(3)), leaf(np.full(3, 2.0))
        vertices = [weakref.ref(x), weakref.ref(w.data), weakref.ref(x.data)]
        out = checkpoint(checkpoint(lambda x, w=w: (ag.exp(x) * w, x * w)))(x)
        total = (out[0] * out[1]).sum()
        if order == 2:
            (g,) = ag.gradients(total, (x,), create_graph=True)
            total = (g * g).sum()
            del g
        total.backward()
        del x, w, out, total
        assert [ref() for ref in vertices] == [None] * 3


def test_the_sweep_lets_go_of_the_operands(without_gc):
    x = leaf(np.ones(3)) * 1.0
    value = weakref.ref(x.data)
    out = checkpoint(ag.exp)(x)
    del x
    assert value() is not None
    out.sum().backward()
    assert value() is None


def test_a_second_backward_is_refused_or_runs_again():
    runs = []

    def f(x):
        runs.append(recomputing())
        return ag.exp(x)

    x = leaf(1.0)
    out = checkpoint(f)(x)
    out.backward(retain_graph=True)
    out.backward()
    close(x.grad.data, 2 * np.e)
    assert runs == [False, True, True]
    with pytest.raises(RuntimeError, match=r"checkpoint.*freed.*retain_graph"):
        out.backward()


def test_it_runs_again_once_for_all_its_operands_and_results():
    runs = itertools.count()

    def f(x, y, z):
        next(runs)
        return x * y * z, x + y + z

    a, b = checkpoint(f)(leaf(1.0), leaf(2.0), leaf(3.0))
    (a * b).backward()
    assert next(runs) == 2


# -- checkpoint: doing the same again ----------------------------------------------------------------------------------


def test_numbers_from_an_announced_stream_are_drawn_again():
    stream = np.random.default_rng(3)
    preserve(lambda: stream.bit_generator.state, lambda state: setattr(stream.bit_generator, "state", state))
    masks = []

    def dropped(x):
        masks.append(stream.random(x.shape) < 0.5)
        return x * masks[-1] * 2.0

    x = leaf(np.ones(20))
    out = checkpoint(dropped)(x)
    following = stream.random(3)
    state = stream.bit_generator.state
    out.sum().backward()
    assert stream.bit_generator.state == state
    np.testing.assert_array_equal(masks[0], masks[1])
    np.testing.assert_array_equal(x.grad.data, 2.0 * masks[0])
    assert not (following == stream.random(3)).any()


def test_a_generator_among_the_arguments_draws_the_same_again():
    def noisy(x, options):
        return x * options["rng"].standard_normal(x.shape)

    x, rng = leaf(np.ones(5)), np.random.default_rng(3)
    out = checkpoint(noisy)(x, {"rng": rng})
    state = rng.bit_generator.state
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.data, out.data)
    assert rng.bit_generator.state == state


def different(what):
    """A function that does not do the same when it runs again."""
    runs, rng, others = itertools.count(), np.random.default_rng(0), [leaf(2.0), leaf(3.0)]

    def f(x):
        n = next(runs)
        return {
            "numbers": lambda: x * rng.standard_normal(x.shape),
            "parents": lambda: x * others[n],
            "fewer parents": lambda: x * others[0] if n == 0 else x * 2.0,
            "shape": lambda: x * 2.0 if n == 0 else x[:2] * 2.0,
            "dtype": lambda: x * 2.0 if n == 0 else x.astype(np.float32) * 2.0,
            "outputs": lambda: (x * 2.0, x * 3.0) if n == 0 else x * 2.0,
            "a constant": lambda: x * 2.0 if n == 0 else stop_gradient(x * 2.0),
        }[what]()

    return f


@pytest.mark.parametrize("what", ["numbers", "parents", "fewer parents", "shape", "dtype", "outputs", "a constant"])
def test_a_function_that_does_not_is_found_out(what):
    x = leaf(np.ones(3))
    out = checkpoint(different(what))(x)
    with pytest.raises(RuntimeError, match=r"checkpoint: f does not compute the same when backward runs it again"):
        (out[0] if isinstance(out, tuple) else out).sum().backward()
    assert x.grad is None
    assert ag.is_grad_enabled()


# fmt: off
EDITS = {  # of x, an argument; w, a leaf; c, a constant array; k, a constant Tensor; y, a result that f uses
    "argument":        lambda x, w, c, k, y: x.__iadd__(1),
    "leaf":            lambda x, w, c, k, y: w.__iadd__(1),
    "a view of it":    lambda x, w, c, k, y: w.detach()[:1].__iadd__(1),
    "array":           lambda x, w, c, k, y: (c.__iadd__(1), ag.edited(c)),
    "constant":        lambda x, w, c, k, y: k.__iadd__(1),
    "constant entry":  lambda x, w, c, k, y: k.__setitem__(0, 5.0),
    "result":          lambda x, w, c, k, y: y.__iadd__(1),
    "new data":        lambda x, w, c, k, y: setattr(w, "data", w.data + 1),
}
# fmt: on


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_in_between_is_found_out(edit):
    x, w, c, k = leaf([1.0, 2.0]) * 1.0, leaf([3.0, 4.0]), np.array([5.0, 6.0]), tensor([7.0, 8.0])
    y = w * 2.0
    out = checkpoint(lambda x: (x * w * c + k) * y)(x)
    with ag.no_grad():
        edit(x, w, c, k, y)
    with pytest.raises(RuntimeError, match=r"edited in place|does not compute the same"):
        out.sum().backward()


def test_new_data_of_an_argument_leaves_what_was_computed_true():
    x = leaf([1.0, 2.0])
    out = checkpoint(lambda x: x * x)(x)
    x.data = np.zeros(2)
    out.sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_an_edit_of_what_it_does_not_use_is_fine():
    x, other = leaf([1.0, 2.0]), tensor([1.0])
    out = checkpoint(lambda x: x * x)(x)
    other += 1
    out.sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("quietly", [False, True], ids=["recorded", "no_grad"])
def test_it_must_not_edit_its_arguments(quietly):
    def f(x):
        with ag.no_grad() if quietly else contextlib.nullcontext():
            x *= 2.0
        return x * x

    for data in ([1.0, 2.0], 3.0):
        with pytest.raises(RuntimeError, match="checkpoint: f edits an argument in place"):
            checkpoint(f)(leaf(data) * 1.0)


def test_it_may_edit_what_it_has_computed():
    def f(x):
        y = x * 1.0
        y[0] = x[1] * 10
        y *= x
        return y

    x = leaf([1.0, 2.0])
    checkpoint(f)(x).sum().backward()
    assert x.grad.tolist() == [20.0, 14.0]


def test_an_error_in_the_first_run_is_the_users():
    x = leaf([1.0, 2.0])
    with pytest.raises(ValueError, match="reshape"):
        checkpoint(lambda x: x.reshape(3))(x)
    assert ag.is_grad_enabled()


def test_results_can_be_edited_and_named():
    x = leaf([1.0, 2.0])
    a, b = checkpoint(lambda x: (x * 2, x * 3))(x)
    a += b
    a.name = "sum"
    (a * a).sum().backward()
    assert x.grad.tolist() == [50.0, 100.0]


def test_a_deep_chain_of_checkpoints():
    x = y = leaf(1.0)
    step = checkpoint(lambda x: x * 1.001)
    for _ in range(3000):
        y = step(y)
    y.backward()
    assert x.grad.item() == pytest.approx(1.001**3000)


def test_two_threads_sweep_one_graph():
    x = leaf(np.linspace(0, 1, 100))
    out = checkpoint(lambda x: (ag.exp(x), ag.sin(x)))(x)
    total = (out[0] * out[1]).sum()
    (expected,) = ag.gradients(total, (x,), retain_graph=True)
    found, errors = [], []

    def work():
        try:
            for _ in range(20):
                found.append(ag.gradients(total, (x,), retain_graph=True)[0].data)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(found) == 80
    for g in found:
        np.testing.assert_array_equal(g, expected.data)
