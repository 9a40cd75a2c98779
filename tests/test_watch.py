"""detect_nan: the first op that computes what is not finite is named, with all that explains it."""

import asyncio
import gc
import re
import threading
import warnings
import weakref

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import NonFiniteError, detect_nan, record, sweep, tensor, watch
from autograd.edits import tick
from autograd.rules import bilinear, elementwise, linear, primitive


def leaf(data, **kwargs):
    return tensor(data, requires_grad=True, **kwargs)


@pytest.fixture(autouse=True)
def nobody_watches():
    yield
    assert (record._Face, record.tick, sweep.watch) == (ag.Tensor, tick, None)
    assert not watch._silenced.get()


def told(call):
    """The lines of the error that a call raises under detect_nan, without the folder of this file."""
    with detect_nan(), pytest.raises(NonFiniteError) as caught:
        call()
    return re.sub(r"\S*test_watch\.py:\d+", "HERE", str(caught.value)).replace("\n    ", "\n").splitlines()


# -- forward -----------------------------------------------------------------------------------------------------------


def test_the_first_op_is_named_with_its_operands_and_the_line():
    p = leaf([0.5, 0.0, 1.0], name="p")

    def loss():
        logs = np.log(p)
        return (logs * 0.0).sum()

    assert told(loss) == [
        "log, forward: the result (3,) float64 has -inf at [1]",
        "x: (3,) float64, leaf 'p', from 0 to 1, x[0:3] = [0.5, 0. , 1. ]",
        "HERE: logs = np.log(p)",
    ]


def test_entries_near_the_fault_where_shapes_broadcast():
    x, y = leaf(np.arange(24.0).reshape(2, 3, 4)), tensor(np.array([[1.0], [0.0], [2.0]]))
    lines = told(lambda: (x * 1.0) / y)
    assert lines[0] == "divide, forward: the result (2, 3, 4) float64 has inf at [0, 1, 0]"
    assert lines[1] == "x: (2, 3, 4) float64, from multiply, from 0 to 23, x[0, 1, 0:3] = [4., 5., 6.]"
    assert lines[2] == "y: (3, 1) float64, a constant, from 0 to 2, y[1, 0:1] = [0.]"


def test_a_nan_that_came_in_is_told_from_one_that_was_computed():
    x, c = leaf([1.0, np.nan]), np.array([np.inf, 1.0])
    lines = told(lambda: x * c)
    assert lines[0] == "multiply, forward: the result (2,) float64 has inf at [0]"
    assert "x: (2,) float64, a leaf, not finite to begin with, x[0:2] = [ 1., nan]" in lines
    assert "y: (2,) float64, a constant, not finite to begin with, y[0:2] = [inf,  1.]" in lines


def test_numbers_overflow_too():
    assert told(lambda: leaf(1e200) * 1e200)[:2] == [
        "multiply, forward: the result () float64 is inf",
        "x: () float64, a leaf, x = 1e+200",
    ]
    assert told(lambda: leaf(np.float32(1e30)) * np.float32(1e30))[0].endswith("() float32 is inf")
    assert told(lambda: ag.exp(tensor([1.0, 1e4])))[0] == "exp, forward: the result (2,) float64 has inf at [1]"


# fmt: off
CALLS = [  # of one, two, three and any number of operands, with parameters and without, recorded or not
    ("sqrt",        lambda x: ag.sqrt(-x)),
    ("subtract",    lambda x: x / 0.1 ** 300 - np.inf),
    ("sum",         lambda x: (x * 5e307).sum()),
    ("where",       lambda x: ag.where([True, False], x, np.nan)),
    ("matmul",      lambda x: (x * 1e200) @ (x * 1e200)),
    ("concatenate", lambda x: ag.concatenate([x, [np.nan]])),
    ("linear",      lambda x: ag.affine(x, np.full((3, 2), 1e308), np.zeros(3))),
    ("mean",        lambda x: ag.mean(np.array([np.nan, 1.0]))),
]
# fmt: on


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("name, call", CALLS, ids=[name for name, _ in CALLS])
def test_every_kind_of_op(name, call, recorded):
    lines = told(lambda: call(tensor([3.0, 2.0], requires_grad=recorded)))
    assert lines[0].startswith(f"{name}, forward: the result ")
    assert lines[-1].startswith("HERE: ")


def test_modules_are_named():
    nn.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    lines = told(lambda: model(np.array([[1.0, np.inf]], np.float32)))
    assert lines[0].startswith("linear, forward: ")
    assert lines[2].startswith("weight: (3, 2) float32, a leaf, from -")
    assert lines[-2] == "in Sequential.0: Linear(in_features=2, out_features=3, bias=True)"
    assert lines[-1] == "HERE: lines = told(lambda: model(np.array([[1.0, np.inf]], np.float32)))"


def test_integers_and_truths_are_finite():
    with detect_nan():
        assert (tensor([1, 2]) * 2).tolist() == [2, 4]
        assert (leaf([1.0, np.nan]) > 0).tolist() == [True, False]
        assert ag.isnan(leaf([1.0, np.nan])).tolist() == [False, True]


def test_numpys_warnings_are_silent_inside_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with detect_nan():
            told(lambda: ag.log(tensor([0.0])))
            np.log(0.0)
        with pytest.raises(RuntimeWarning):
            np.log(np.zeros(1))


# -- backward ----------------------------------------------------------------------------------------------------------


def steep(name="steep"):
    return elementwise(name, lambda x: x * 1.0, lambda x: 1 / (x - 2.0))


def test_a_derivative_is_told_by_the_line_that_recorded_it():
    f = steep()
    x = leaf([1.0, 2.0, 3.0], name="x")

    def run():
        y = f(x * 1.0)
        z = y * 2.0
        z.sum().backward()

    assert told(run) == [
        "steep, backward by x: the cotangent (3,) float64 has inf at [1]",
        "g: (3,) float64, the cotangent, from 2 to 2, g[0:3] = [2., 2., 2.]",
        "x: (3,) float64, from multiply, from 1 to 3, x[0:3] = [1., 2., 3.]",
        "HERE: y = f(x * 1.0)",
    ]
    assert x.grad is None


def test_which_operand_it_was_differentiated_by():
    ratio = primitive(
        "ratio", lambda x, y: x / y, lambda g, y: g / y, lambda g, x, y: -g * x / (y - 1),
        jvp=(lambda dx, y: dx / y, lambda dy, x, y: -dy * x / (y - 1)),
    )  # fmt: skip
    x, y = leaf([1.0, 2.0]), leaf([2.0, 1.0])
    lines = told(lambda: ratio(x, y).sum().backward())
    assert lines[0] == "ratio, backward by y: the cotangent (2,) float64 has -inf at [1]"
    assert told(lambda: ratio(y, y).sum().backward())[0].startswith("ratio, backward by y: ")
    assert told(lambda: ag.jvp(lambda y: ratio(x, y), (y,), (np.ones(2),)))[0] == (
        "ratio, forward mode: the tangent (2,) float64 has -inf at [1]"
    )


def test_what_is_not_kept_is_said():
    bad = primitive("bad", lambda x, y: x + y, lambda g: g, lambda g: g * np.inf, jvp=(lambda dx: dx, lambda dy: dy))
    lines = told(lambda: bad(leaf(1.0), leaf(2.0)).backward())
    assert lines[:4] == [
        "bad, backward by y: the cotangent () float64 is inf",
        "g: () float64, the cotangent, g = 1.0",
        "x: () float64, a leaf, not kept",
        "y: () float64, a leaf, not kept",
    ]


def test_a_sum_of_cotangents_may_overflow_where_none_of_them_does():
    x = leaf(1.0)
    lines = told(lambda: (x + x).backward(1.7e308))
    assert lines[0].startswith("add, backward: the cotangents it gives are finite, but not what they add up to")
    assert lines[1] == "HERE: lines = told(lambda: (x + x).backward(1.7e308))"


def test_a_cotangent_given_to_start_with():
    x = leaf([1.0, 2.0])
    lines = told(lambda: (x * 2.0).backward([1.0, np.nan]))
    assert lines[0].startswith("backward: what was given to start with at <multiply")
    assert lines[0].endswith("(2,) float64 has nan at [1]")


def test_an_op_recorded_before_has_no_line():
    y = steep()(leaf(2.0))
    assert told(y.backward)[-1] == "by a line not known: recorded outside of detect_nan, or too long ago"


def test_only_what_a_rule_gives_counts():
    """0 · ∞ is 0 where a rule says so, and a branch not taken is none."""
    x = leaf([0.0, 4.0])
    with detect_nan():
        ag.sqrt(x).sum().backward(create_graph=True)
        first = x.grad
        np.testing.assert_array_equal(first.data, [0.0, 0.25])
        x.grad = None
        ag.where(x > 0, ag.sqrt(x), 0.0).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0.0, 0.25])


def test_second_order():
    cusp = elementwise("cusp", lambda x: x * 1.0, lambda x: np.sqrt(steep("inner")(x)))
    x = leaf([2.0, 3.0])

    def run():
        (g,) = ag.gradients(cusp(x).sum(), (x,), create_graph=True)
        g.sum().backward()

    lines = told(run)
    assert lines[0].startswith("inner, backward by x: the cotangent (2,) float64 has inf at [0]")
    assert lines[-1].startswith("HERE: cusp = elementwise(")


def test_in_every_transform():
    f, x, z = steep(), np.array([1.0, 2.0]), leaf(2.0)
    for call in (
        lambda: ag.grad(lambda x: f(x).sum())(x),
        lambda: ag.vjp(f, x)[1](np.ones(2)),
        lambda: ag.jvp(f, (x,), (np.ones(2),)),
        lambda: ag.jacobian(f)(x),
        lambda: ag.gradients(f(z), (z,)),
    ):
        assert re.match(r"steep, (backward by x|forward mode): the (cotangent|tangent)", told(call)[0])


def test_within_a_checkpoint():
    f = steep()
    x = leaf([2.0, 3.0])

    def block(x):
        y = x * 1.0
        return f(y)

    lines = told(lambda: ag.checkpoint(block)(x).sum().backward())
    assert lines[0].startswith("steep, backward by x: ")
    assert lines[-1] == "HERE: return f(y)"
    lines = told(lambda: ag.checkpoint(lambda x: ag.log(x - x))(x).sum().backward())
    assert lines[0].startswith("log, forward: ")


def test_hooks():
    x = leaf([2.0, 3.0])
    y = x * 2.0
    with y.register_hook(lambda g: g * np.inf):
        assert told(lambda: y.sum().backward(retain_graph=True))[0].startswith(
            "register_hook: what a hook on <multiply"
        )
    with x.register_hook(lambda g: g * np.inf):
        assert told(y.sum().backward)[0].startswith("register_hook: what a hook on <leaf")


def test_users_own_ops():
    ops = {
        "linear": linear("amplify", lambda x: x * 1e200, lambda g: g * 1e200),
        "bilinear": bilinear("area", lambda x, y: x * y, lambda g, y: g * y, lambda g, x: g * x),
        "variadic": primitive("first", lambda *xs: xs[0] / xs[1], lambda g, i, xs: g, jvp=lambda dxs: 0, variadic=True),
    }
    big = leaf(1e200)
    assert told(lambda: ops["linear"](big))[0] == "amplify, forward: the result () float64 is inf"
    assert told(lambda: ops["bilinear"](big, big))[0] == "area, forward: the result () float64 is inf"
    lines = told(lambda: ops["variadic"](big, 0.0))
    assert lines[:3] == [
        "first, forward: the result () float64 is inf",
        "xs[0]: () float64, a leaf, xs[0] = 1e+200",
        "xs[1]: () float64, a constant, xs[1] = 0.0",
    ]
    spread = primitive("spread", lambda *xs: sum(xs), lambda g: (g, g * np.nan), jvp=lambda dxs: 0, variadic=True)
    assert told(lambda: spread(leaf(1.0), leaf(2.0)).backward())[0] == (
        "spread, backward by xs[1]: the cotangent () float64 is nan"
    )


def test_ops_made_meanwhile_are_watched():
    def run():
        late = elementwise("late", lambda x: x / 0.0, lambda x: x)
        return late(leaf([1.0]))

    assert told(run)[0].startswith("late, forward: ")


# -- where it holds ----------------------------------------------------------------------------------------------------


def zero():
    """An op whose result is infinite."""
    return ag.log(tensor([0.0, 1.0])).data[0]


def test_blocks_nest_and_end():
    with detect_nan():
        with detect_nan(), pytest.raises(NonFiniteError):
            zero()
        with pytest.raises(NonFiniteError):
            zero()
    with np.errstate(divide="ignore"):
        assert zero() == -np.inf


def test_as_a_decorator_of_functions_generators_and_coroutines():
    @detect_nan()
    def plain():
        return zero()

    @detect_nan
    def steps():
        yield 1
        yield zero()

    @detect_nan()
    async def task():
        await asyncio.sleep(0)
        return zero()

    for call in (plain, lambda: list(steps()), lambda: asyncio.run(task())):
        with pytest.raises(NonFiniteError, match=r"log, forward"):
            call()
    running = steps()
    next(running)
    assert sweep.watch is None  # while it waits, nobody watches
    running.close()


def test_a_task_of_its_own():
    async def careful():
        with detect_nan():
            await asyncio.sleep(0)
            with pytest.raises(NonFiniteError):
                zero()

    async def careless():
        with np.errstate(divide="ignore"):
            for _ in range(3):
                assert zero() == -np.inf
                await asyncio.sleep(0)

    async def main():
        await asyncio.gather(careful(), careless(), careful())

    asyncio.run(main())


def test_an_error_is_raised_before_anything_changed():
    x, f = leaf([2.0]), steep()
    told(lambda: f(x).sum().backward())
    assert x.grad is None
    assert ag.is_grad_enabled()
    (x * 3.0).sum().backward()
    assert x.grad.tolist() == [3.0]


def test_results_are_the_same_while_watched():
    def step(x):
        y = ag.concatenate([x @ x, x], axis=0)
        return (ag.softmax(y, axis=1) * ag.where(y > 0, y, 0.1 * y)).sum() + nn.functional.relu(x).mean()

    x = np.random.default_rng(0).standard_normal((3, 3))
    expected = ag.value_and_grad(step)(x), ag.hessian(step)(x), ag.jvp(step, (x,), (x,))
    with detect_nan():
        found = ag.value_and_grad(step)(x), ag.hessian(step)(x), ag.jvp(step, (x,), (x,))
    np.testing.assert_array_equal(found[0][1], expected[0][1])
    np.testing.assert_array_equal(found[1], expected[1])
    assert found[2] == expected[2]


# -- memory and threads ------------------------------------------------------------------------------------------------


def test_nothing_is_held(without_gc):
    x = leaf(np.ones(3))
    with detect_nan():
        y = ag.exp(x)
        out = (y * y).sum()
        alive = [weakref.ref(y.data), weakref.ref(y)]
        del y
        out.backward()
        assert [ref() for ref in alive] == [None, None]
        alive = [weakref.ref(x.data), weakref.ref(x), weakref.ref(out)]
        del x, out
        assert [ref() for ref in alive] == [None] * 3
        with pytest.raises(NonFiniteError):
            (z := leaf(np.zeros(3))) / 0.0
        alive = weakref.ref(z.data)
        del z
    gc.collect()  # the traceback that pytest keeps
    assert alive() is None


def test_only_so_many_lines_are_remembered():
    assert watch._lines.maxlen < 1_000_000


def test_threads_on_shared_leaves_and_on_graphs_of_their_own():
    """Each sweeps its own graph over shared leaves; one watches, and only that one is told of what is not finite."""
    w = leaf(np.linspace(0.1, 1.0, 50))
    f, rounds, errors = steep("slope"), 30, []
    expected = ag.grad(lambda w: (ag.tanh(w * 2.0) * w).sum())(w.data)
    start = threading.Barrier(4)

    def work(body):
        def run():
            try:
                start.wait()
                for _ in range(rounds):
                    body()
            except BaseException as error:
                errors.append(error)

        return threading.Thread(target=run)

    def shared():
        (ag.tanh(w * 2.0) * w).sum().backward()

    def unwatched():
        x = leaf(np.array([2.0, 3.0]))
        with np.errstate(divide="ignore"):
            f(x).sum().backward()
        assert x.grad.data[0] == np.inf

    def watched():
        x = leaf(np.array([2.0, 3.0]))
        with detect_nan():
            (ag.tanh(w * 2.0) * w).sum().backward()
            with pytest.raises(NonFiniteError, match=r"slope, backward by x"):
                f(x).sum().backward()

    threads = [work(body) for body in (shared, shared, unwatched, watched)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    np.testing.assert_allclose(w.grad.data, 3 * rounds * expected, rtol=1e-9)


def test_threads_on_one_graph_that_is_retained():
    x = leaf(np.linspace(0.1, 1.0, 50))
    out = (ag.exp(x) * ag.sin(x)).sum()
    (expected,) = ag.gradients(out, (x,), retain_graph=True)
    errors = []

    def run(watching):
        try:
            for _ in range(30):
                with detect_nan() if watching else ag.enable_grad():
                    (g,) = ag.gradients(out, (x,), retain_graph=True)
                np.testing.assert_array_equal(g.data, expected.data)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(watching,)) for watching in (True, False, True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
