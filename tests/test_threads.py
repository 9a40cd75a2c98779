"""Many things at once, and things cut short: threads, async tasks, exceptions. Nothing is mixed up, nothing leaks."""

import asyncio
import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import tensor
from autograd.graph import Node
from autograd.rules import elementwise


def leaf(data):
    return tensor(data, requires_grad=True)


def at_once(*works):
    """The results of functions that set out together, in a thread each."""
    start = threading.Barrier(len(works))

    def run(work):
        start.wait(10)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture(autouse=True)
def switching():
    """Threads take turns as often as Python can make them."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


# -- threads -----------------------------------------------------------------------------------------------------------


def test_what_threads_add_to_one_leaf_is_exact():
    """Each contribution is a whole number: a lost one would show. To add long arrays takes time, to lose it in."""
    w = leaf(np.zeros(100_000))
    x = np.arange(100_000.0)

    def work(k):
        for _ in range(20):
            (w * x).backward(np.full(100_000, k))

    at_once(*[lambda k=k: work(k) for k in (1, 2, 3, 4)])
    np.testing.assert_array_equal(w.grad.data, 20 * 10 * x)


def test_threads_of_different_shape_and_order_keep_to_themselves():
    def work(n):
        x = np.linspace(0.1, 1.0, n)
        return [ag.grad(ag.grad(lambda t: np.exp(t * x.sum()) / n))(0.5) for _ in range(20)], x.sum()

    for n, (found, total) in zip((3, 5, 7), at_once(*[lambda n=n: work(n) for n in (3, 5, 7)])):
        np.testing.assert_allclose(found, total**2 * np.exp(0.5 * total) / n, rtol=1e-12)


def test_one_graph_is_swept_in_one_thread_and_grown_in_another():
    x = leaf(np.ones(4))
    y = x * 3.0

    def sweep():
        return [ag.gradients(y.sum(), (x,), retain_graph=True)[0].tolist() for _ in range(100)]

    def grow():
        z = y
        for _ in range(300):
            z = z + y * 0.5
        return ag.gradients(z.sum(), (x,), retain_graph=True)[0].tolist()

    swept, grown = at_once(sweep, grow)
    assert swept == [[3.0] * 4] * 100
    assert grown == [3.0 * 151] * 4


def test_a_transform_in_one_thread_does_not_make_those_of_another_nested():
    """Inside a transform, derivatives of plain arrays are Tensors; outside they are plain. Each thread has its own."""
    inside, looked = threading.Barrier(2), threading.Barrier(2)

    def slow(x):
        inside.wait(10)
        looked.wait(10)
        return x * x

    def outer():
        return ag.grad(slow)(3.0)

    def other():
        inside.wait(10)
        try:
            return ag.grad(np.sin)(0.0)
        finally:
            looked.wait(10)

    for result, expected in zip(at_once(outer, other), (6.0, 1.0)):
        assert type(result) is np.float64
        assert result == expected


def test_jacobians_of_different_sizes_at_once():
    """What is batched in one thread stays there: the others see rows of their own."""

    def work(n):
        a = np.arange(n * n, dtype=float).reshape(n, n)
        return [ag.jacobian(lambda x: np.tanh(a @ x) + x * x)(np.zeros(n)) - a for _ in range(20)]

    for found in at_once(*[lambda n=n: work(n) for n in (2, 3, 4)]):
        np.testing.assert_array_equal(found, np.zeros_like(found))


def test_one_thread_watches_for_nan_and_another_does_not():
    x, watching, divided = leaf(0.0), threading.Event(), threading.Event()

    def watch():
        with ag.detect_nan():
            watching.set()
            assert divided.wait(10)
            with pytest.raises(ag.NonFiniteError, match="log"):
                np.log(x)

    def divide():
        assert watching.wait(10)
        try:
            with np.errstate(divide="ignore"):
                return (1.0 / x).item()
        finally:
            divided.set()

    assert at_once(watch, divide) == [None, np.inf]


def test_backward_in_one_thread_while_another_does_not_record():
    x, off, swept = leaf(2.0), threading.Event(), threading.Event()

    def quiet():
        with ag.no_grad():
            off.set()
            assert swept.wait(10)
            return (x * x).requires_grad

    def sweep():
        assert off.wait(10)
        (x * x * x).backward(create_graph=True)
        swept.set()
        return x.grad.requires_grad

    assert at_once(quiet, sweep) == [False, True]
    assert x.grad.item() == 12.0
    x.grad = None  # which is part of a graph that leads back to x


def test_a_worker_is_as_before_after_a_task_that_failed():
    def fail():
        with ag.no_grad():
            raise ArithmeticError("by design")

    with ThreadPoolExecutor(1) as pool:
        assert isinstance(pool.submit(fail).exception(), ArithmeticError)
        assert pool.submit(ag.is_grad_enabled).result()


def test_modules_are_named_by_their_own_thread():
    class Waits(nn.Module):
        def __init__(self, barrier):
            super().__init__()
            self.barrier = barrier

        def forward(self, x):
            self.barrier.wait(10)
            y = x * 2.0
            self.barrier.wait(10)
            return y

    barrier = threading.Barrier(2)
    models = [Waits(barrier) for _ in range(2)]
    outs = at_once(*[lambda model=model: model(leaf(1.0)) for model in models])
    assert [out.node.frame[0] for out in outs] == models
    assert (leaf(1.0) * 2.0).node.frame is None


# -- async tasks -------------------------------------------------------------------------------------------------------


def test_tasks_sweep_between_each_others_steps():
    w = leaf(np.zeros(3))

    async def train(k):
        y = w
        for _ in range(10):
            y = y + w * k
            await asyncio.sleep(0)
        y.sum().backward()
        await asyncio.sleep(0)
        with ag.no_grad():
            await asyncio.sleep(0)
            return ag.grad(lambda t: t * t)(float(k))  # a transform records all the same

    async def main():
        return await asyncio.gather(*[train(k) for k in (1, 2, 3)])

    assert asyncio.run(main()) == [2.0, 4.0, 6.0]
    assert w.grad.tolist() == [3 + 60] * 3


def test_a_task_begins_in_the_mode_it_was_made_in():
    """Contexts are copied to a task and to `asyncio.to_thread`; a plain thread begins recording."""

    async def mode():
        await asyncio.sleep(0)
        return ag.is_grad_enabled()

    async def main():
        with ag.no_grad():
            task, thread = asyncio.create_task(mode()), asyncio.to_thread(ag.is_grad_enabled)
            copied = await thread
        return await task, copied, await mode()

    assert asyncio.run(main()) == (False, False, True)


def test_a_cancelled_task_leaves_no_mode_behind():
    async def stuck():
        with ag.no_grad():
            await asyncio.sleep(60)

    async def main():
        task = asyncio.create_task(stuck())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return task.cancelled(), (leaf(1.0) * 2).requires_grad

    assert asyncio.run(main()) == (True, True)


# -- what is cut short -------------------------------------------------------------------------------------------------


class Stop(Exception):
    """What the functions below are stopped by."""


def _stop(g):
    raise Stop


def _fails(x):
    raise Stop


stopping = elementwise("stopping", lambda x: x * 1.0, lambda x: _stop(x))
failing = elementwise("failing", lambda x: _fails(x), lambda x: x)


def stop_forward(x):
    failing((x * x).exp())


def stop_backward(x):
    out = (stopping(x.exp()) * x).sum()
    out.backward()


def stop_second_order(x):
    (g,) = ag.gradients((x * x * x).sum(), (x,), create_graph=True)
    stopping(g).sum().backward()


def stop_grad(x):
    ag.grad(lambda x: failing(x * x).sum())(x)


def stop_pullback(x):
    ag.vjp(lambda x: stopping(x * x), x)[1](np.ones(3))


def stop_jvp(x):
    ag.jvp(lambda x: stopping(x * x), (x,), (np.ones(3),))


def stop_nested(x):
    ag.grad(lambda x: ag.jvp(lambda x: stopping(x * x), (x,), (np.ones(3),))[1].sum())(x)


def stop_shapes(x):
    with pytest.raises(ValueError, match="matmul"):
        (x * x) @ np.ones(4)
    raise Stop


STOPS = [stop_forward, stop_backward, stop_second_order, stop_grad, stop_pullback, stop_jvp, stop_nested, stop_shapes]


def alive():
    return sum(issubclass(type(x), Node | ag.Tensor) for x in gc.get_objects())


@pytest.mark.parametrize("run", STOPS)
def test_an_exception_leaves_everything_as_it_was(run, without_gc):
    before = alive()
    x = leaf([1.0, 2.0, 3.0])
    for _ in range(3):
        with pytest.raises(Stop):
            run(x)
        assert x.grad is None
        assert ag.is_grad_enabled()
        assert (x * 2).node.frame is None
    assert type(ag.grad(np.sin)(0.0)) is np.float64  # no transform is thought to be still running
    (x * x).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0, 6.0]
    del x
    assert alive() == before


# -- memory ------------------------------------------------------------------------------------------------------------


def by_backward(model, x):
    loss = (model(x) ** 2).mean()
    loss.backward()
    for p in model.parameters():
        with ag.no_grad():
            p -= 0.01 * p.grad
        p.grad = None
    return loss.item()


def by_gradients(model, x):
    params = list(model.parameters())
    return [g.data for g in ag.gradients((model(x) ** 2).mean(), params)]


def by_penalty(model, x):
    params = list(model.parameters())
    gs = ag.gradients((model(x) ** 2).mean(), params, create_graph=True)
    sum((g * g).sum() for g in gs).backward()
    for p in params:
        p.grad = None


def by_second_derivative(model, x):
    return ag.grad(lambda x: ag.grad(lambda x: (model(x) ** 2).mean())(x).sum())(x)


def by_forward_over_reverse(model, x):
    return ag.jvp(ag.grad(lambda x: (model(x) ** 2).mean()), (x,), (np.ones_like(x),))


def by_reverse_over_forward(model, x):
    return ag.grad(lambda x: ag.jvp(lambda x: model(x), (x,), (np.ones_like(x),))[1].sum())(x)


def by_hessian(model, x):
    return ag.hessian(lambda x: (model(x) ** 2).mean())(x)


def by_checkpoint(model, x):
    ag.checkpoint(model)(leaf(x)).sum().backward()
    model.zero_grad()


def by_watching(model, x):
    with ag.detect_nan():
        by_gradients(model, x)
        with pytest.raises(ag.NonFiniteError):
            np.log(model(x) - model(x).data)


def by_a_pullback_that_is_dropped(model, x):
    ag.vjp(model, x)


def by_edits(model, x):
    y = model(x) * 1.0
    y[0] = y[1] * 2
    y *= y
    y.sum().backward()
    model.zero_grad()


USES = [
    by_backward, by_gradients, by_penalty, by_second_derivative, by_forward_over_reverse, by_reverse_over_forward,
    by_hessian, by_checkpoint, by_watching, by_a_pullback_that_is_dropped, by_edits,
]  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_a_loop_holds_no_more_than_one_step(use, without_gc):
    """With the garbage collector off: what is alive after many steps is what was alive after one."""
    nn.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)
    use(model, x)
    before = alive()
    for _ in range(10):
        use(model, x)
    assert alive() == before
    del model
    assert alive() < before
