"""Hooks: what a user does to a gradient on its way."""

import copy
import pickle
import weakref

import numpy as np
import pytest
import torch

import autograd as ag
from autograd import tensor


def leaf(data, **kwargs):
    return tensor(data, requires_grad=True, **kwargs)


# -- what a hook sees and does -----------------------------------------------------------------------------------------


def test_hooks_inside_a_checkpoint():
    w = tensor([1.0, 2.0], requires_grad=True)

    def given(q):
        q.register_hook(lambda g: 10 * g)
        return q * q

    def closed_over():
        w.register_hook(lambda g: 10 * g)
        return w * w

    ag.checkpoint(given)(w).sum().backward()
    assert w.grad.tolist() == [20.0, 40.0]
    w.grad = None
    ag.checkpoint(closed_over)().sum().backward()
    assert w.grad.tolist() == [20.0, 40.0]


def test_a_hook_sees_the_gradient_once_it_is_complete():
    x = leaf([1.0, 2.0])
    y = x * 3.0
    seen = []
    y.register_hook(seen.append)
    (y.sum() + (y * y).sum()).backward()
    assert [g.tolist() for g in seen] == [[7.0, 13.0]]
    assert not seen[0].requires_grad
    assert x.grad.tolist() == [21.0, 39.0]


@pytest.mark.parametrize("replacement", [lambda g: g * 10, lambda g: g.data * 10, lambda g: (g * 10).tolist()])
def test_what_it_returns_takes_the_place_of_the_gradient(replacement):
    x = leaf([1.0, 2.0])
    y = x * 3.0
    y.register_hook(replacement)
    y.sum().backward()
    assert x.grad.tolist() == [30.0, 30.0]


@pytest.mark.parametrize("replacement", [lambda g: -g, lambda g: g + np.float64(1), lambda g: 5])
def test_of_a_number(replacement):
    x = leaf(2.0)
    y = x * x
    y.register_hook(replacement)
    (3 * y).backward()
    assert x.grad.item() == 4 * float(replacement(tensor(3.0)))


def test_on_a_leaf_before_it_is_added_up():
    x = leaf([1.0, 2.0])
    x.register_hook(lambda g: g.clip(-1, 1))
    (x * x).sum().backward()
    (x * x).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_on_the_root():
    x = leaf(3.0)
    y = x * x
    y.register_hook(lambda g: 2 * g)
    y.backward()
    assert x.grad.item() == 12.0
    x.register_hook(lambda g: 5 * g)
    x.grad = None
    x.backward()
    assert x.grad.item() == 5.0


def test_several_are_called_in_order_each_with_what_the_last_one_left():
    x = leaf(2.0)
    y = x * x
    y.register_hook(lambda g: g + 1)
    y.register_hook(lambda g: None)
    y.register_hook(lambda g: g * 10)
    y.backward()
    assert x.grad.item() == 4.0 * 20


def test_retain_grad_keeps_what_the_hooks_leave():
    x = leaf(2.0)
    y = (x * x).retain_grad()
    y.register_hook(lambda g: g * 10)
    (3 * y).backward()
    assert (y.grad.item(), x.grad.item()) == (30.0, 120.0)


def test_as_pytorch_does():
    def run(x, y_hook, x_hook, exp):
        y = x * x
        y.register_hook(y_hook)
        x.register_hook(x_hook)
        (exp(y) * x).sum().backward()
        return np.asarray(x.grad.tolist())

    hooks = (lambda g: g * 2 + 1, lambda g: -g)
    np.testing.assert_allclose(
        run(leaf([0.5, -1.0]), *hooks, ag.exp),
        run(torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True), *hooks, torch.exp),
    )


def test_the_gradient_keeps_its_dtype():
    x = leaf(np.ones(2, np.float32))
    y = x * 2
    y.register_hook(lambda g: g.data * np.float64(0.5))
    seen = []
    y.register_hook(lambda g: seen.append(g.dtype))
    y.sum().backward()
    assert seen == [np.float32]
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize("replacement", [np.ones(3), 1.0, [[1.0, 1.0]], "two", 1j * np.ones(2)], ids=str)
def test_a_replacement_must_fit(replacement):
    x = leaf([1.0, 2.0])
    y = x * 3.0

    def clipped(g):
        return replacement

    y.register_hook(clipped)
    with pytest.raises(TypeError, match=r"register_hook: clipped returned .*multiply.* shape \(2,\)"):
        y.sum().backward()
    assert x.grad is None
    assert ag.is_grad_enabled()


def test_what_is_no_function_or_has_no_gradient_is_refused():
    with pytest.raises(RuntimeError, match=r"register_hook: .*constant"):
        tensor(1.0).register_hook(print)
    with pytest.raises(TypeError, match="register_hook: needs a function of the gradient, not 2"):
        leaf(1.0).register_hook(2.0)


def test_what_it_is_shown_is_its_own_to_keep_but_not_to_edit():
    x = leaf([1.0, 2.0])
    seen = []
    x.register_hook(seen.append)
    (x * x).sum().backward()
    with ag.no_grad():
        x.grad *= 100.0
    assert seen[0].tolist() == [2.0, 4.0]

    def edit(g):
        g *= 2.0

    x.register_hook(edit)
    with pytest.raises(ValueError, match="read-only"):
        (x * x).sum().backward()


def test_what_it_returns_stays_its_own():
    x = leaf([1.0, 2.0])
    ones = np.ones(2)
    x.register_hook(lambda g: ones)
    (x * x).sum().backward()
    with ag.no_grad():
        x.grad *= 100.0
    assert ones.tolist() == [1.0, 1.0]


def test_an_error_in_a_hook_reaches_the_user():
    x = leaf(1.0)
    y = x * x

    def fail(g):
        raise ZeroDivisionError("mine")

    y.register_hook(fail)
    with pytest.raises(ZeroDivisionError, match="mine"):
        y.backward()
    assert ag.is_grad_enabled()
    assert x.grad is None


def test_hooks_on_what_the_gradient_does_not_pass_are_not_called():
    x, w = leaf(1.0), leaf(2.0)
    y, z = x * w, x + w
    for t in (w, z):
        t.register_hook(lambda g: pytest.fail("called"))
    ag.gradients(y, (x,))


# -- handles -----------------------------------------------------------------------------------------------------------


def test_a_handle_takes_it_off():
    x = leaf(1.0)
    first = x.register_hook(lambda g: g * 10)
    second = x.register_hook(lambda g: g * 3)
    first.remove()
    first.remove()
    x.backward()
    assert x.grad.item() == 3.0
    second.remove()
    x.backward()
    assert x.grad.item() == 4.0


def test_a_handle_is_a_context_manager():
    x = leaf(1.0)
    with x.register_hook(lambda g: g * 10):
        x.backward()
    x.backward()
    assert x.grad.item() == 11.0


def test_a_hook_may_take_itself_off():
    x = leaf(1.0)
    calls = []

    def once(g):
        calls.append(g.item())
        handle.remove()

    handle = x.register_hook(once)
    x.backward()
    x.backward()
    assert calls == [1.0]


def test_a_handle_outlives_its_tensor():
    x = leaf(1.0)
    y = x * x
    handle = y.register_hook(print)
    del y
    handle.remove()


# -- in every derivative -----------------------------------------------------------------------------------------------


def test_gradients_and_transforms_see_them():
    x = leaf([1.0, 2.0])

    def f(x):
        y = x * x
        if y.requires_grad:
            y.register_hook(lambda g: g * 10)
        return (y * y).sum()

    expected = [40.0, 320.0]
    assert ag.gradients(f(x), (x,))[0].tolist() == expected
    assert ag.grad(f)(np.array([1.0, 2.0])).tolist() == expected
    assert ag.vjp(f, np.array([1.0, 2.0]))[1](1.0)[0].tolist() == expected
    assert ag.grad(f)(x).tolist() == expected


def test_gradients_of_a_hooked_result_are_those_the_hook_left():
    x = leaf(2.0)
    y = x * x
    y.register_hook(lambda g: g * 10)
    assert [g.item() for g in ag.gradients(y * 3, (y, x))] == [30.0, 120.0]


def test_a_batch_of_cotangents_passes_row_by_row():
    def f(x):
        y = x * x
        y.register_hook(lambda g: g / (1e-9 + abs(g).sum()))
        return y[:2] * np.array([3.0, 5.0])

    np.testing.assert_allclose(ag.jacobian(f)(np.array([1.0, 2.0, 3.0])), [[2.0, 0.0, 0.0], [0.0, 4.0, 0.0]])


def test_what_a_hook_computes_is_differentiated():
    """With y = x² and the cotangent g = 2y of y² replaced by g³, x is left 8y³ · 2x = 16 x⁷."""
    x = leaf(1.5)
    y = x * x
    seen = []
    with y.register_hook(lambda g: seen.append(g) or g * g * g):
        (g,) = ag.gradients(y * y, (x,), create_graph=True)
    assert seen[0].requires_grad
    assert g.item() == pytest.approx(16 * 1.5**7)
    assert ag.gradients(g, (x,))[0].item() == pytest.approx(112 * 1.5**6)


def test_nothing_is_recorded_otherwise():
    x = leaf(1.5)
    y = x * x
    seen = []
    y.register_hook(lambda g: seen.append((g * 2).requires_grad))
    y.backward()
    assert seen == [False]


def test_forward_mode_has_no_cotangents():
    def f(x):
        y = x * x
        y.register_hook(lambda g: pytest.fail("called"))
        return y

    assert ag.jvp(f, (3.0,), (1.0,))[1] == 6.0


# -- copies and memory -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_has_the_values_and_no_hooks(again):
    x = leaf([1.0, 2.0])
    x.register_hook(lambda g: g * 10)
    y = again(x)
    y.sum().backward()
    assert y.grad.tolist() == [1.0, 1.0]
    assert x.grad is None


class Note:
    """Something to watch."""


def test_hooks_make_no_cycles(without_gc):
    """Not even one that holds its own handle."""
    note, handles = Note(), []
    x = leaf(np.ones(3))
    y = x * 2.0

    def hook(g, note=note):
        handles[0].remove()
        return g * 2

    handles.append(y.register_hook(hook))
    y.register_hook(lambda g, note=note: None)
    y.sum().backward()
    assert x.grad.tolist() == [4.0] * 3
    alive = [weakref.ref(note), weakref.ref(y)]
    del hook, note, y
    assert [ref() for ref in alive] == [None, None]


def test_a_hook_lives_no_longer_than_its_handle_lets_it(without_gc):
    note = Note()
    x = leaf(np.ones(3))
    handle = x.register_hook(lambda g, note=note: None)
    alive = weakref.ref(note)
    del note
    assert alive() is not None
    handle.remove()
    assert alive() is None


def test_an_edited_tensor_leaves_its_hooks_with_its_old_value():
    x = leaf(3.0)
    y = x * 1.0
    y.register_hook(lambda g: g * 10)
    y *= 2.0
    y.backward()
    assert x.grad.item() == 20.0
