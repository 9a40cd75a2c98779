"""Where parts of the engine meet: mixed modes, closures, copies, threads, and calls that fail half-way."""

import copy
import threading

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import grad, jvp, tensor, value_and_grad
from autograd.rules import elementwise, primitive

ONES = np.ones(2)


def directional(f):
    """The derivative of f along ones, by forward mode."""
    return lambda x: jvp(f, (x,), (np.ones(np.shape(x)),))[1]


# -- modes inside modes ----------------------------------------------------------------------------------------------


def test_forward_inside_reverse_through_an_assignment():
    def f(x):
        y = ag.zeros(2)
        y[0] = x**3
        return y.sum()

    assert grad(directional(f))(2.0) == 12.0
    assert directional(directional(f))(2.0) == 12.0


def test_forward_over_reverse_inside_reverse_through_unpacking():
    def f(x):
        a, b = x
        return a**3 * b

    product = directional(grad(f))
    np.testing.assert_allclose(grad(lambda x: product(x)[0])(ONES), [12.0, 6.0])  # of 6ab + 3a²


@pytest.mark.parametrize("f", [ag.exp, ag.log, ag.sqrt, lambda x: 1 / x, lambda x: x**2.5], ids=range(5))
def test_third_order_in_forward_mode(f):
    x = np.array([0.5, 2.0])
    third = directional(directional(directional(f)))(x)
    np.testing.assert_allclose(third, grad(lambda x: grad(lambda x: grad(lambda x: f(x).sum())(x).sum())(x).sum())(x))


def test_many_contributions_to_a_recorded_gradient():
    x = tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x.sum() + x.sum() + (x * x).sum()).backward(create_graph=True)
    assert x.grad.tolist() == [4.0, 6.0, 8.0]


# -- gradients of what is closed over --------------------------------------------------------------------------------


def test_a_gradient_penalty_reaches_what_the_function_closes_over():
    w, x = tensor(3.0, requires_grad=True), tensor(2.0)
    p = grad(lambda x: (w * x) ** 2)(x)  # 2 w² x
    ((w * x) ** 2 + p**2).backward()
    assert w.grad.item() == 1752.0  # 2 w x² + 16 w³ x²


def test_other_arguments_keep_their_gradients():
    w = tensor(3.0, requires_grad=True)
    v, g = value_and_grad(lambda x, w: x * x * w)(tensor(2.0), w)
    (v + g + w).backward()
    assert w.grad.item() == 9.0


def test_plain_arrays_stay_plain_whatever_is_closed_over():
    w = tensor(3.0, requires_grad=True)
    assert isinstance(grad(lambda x: w * x)(2.0), np.generic)


# -- constants that would lose a gradient ----------------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda w: ag.eye(2, k=w), lambda w: ag.arange(0.0, w)])
def test_creation_does_not_swallow_a_gradient(make):
    with pytest.raises(TypeError, match="detach"):
        make(tensor(1.0, requires_grad=True))


@pytest.mark.parametrize(
    "make, slope",
    [
        (lambda w: ag.full((2,), w), 2.0),
        (lambda w: ag.full_like(np.ones(2), w), 2.0),
        (lambda w: ag.linspace(0.0, w, 3), 1.5),
        (lambda w: np.linspace(0.0, w, 3), 1.5),
        (lambda w: ag.asarray([w, [1.0, w][1]]), 2.0),
    ],
)
def test_creation_from_values_is_differentiated(make, slope):
    assert grad(lambda w: make(w).sum())(1.0) == slope
    assert not make(tensor(1.0)).requires_grad


def test_a_numpy_array_does_not_swallow_a_gradient():
    x = tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises((TypeError, ValueError)):  # NumPy hides our message behind its own
        np.zeros(2)[0] = x[0]
    with pytest.raises(TypeError, match="gradient"):
        np.array(x)


# -- memory of one's own ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", [lambda a: ag.concatenate([a]), lambda a: ag.stack([a])[0], lambda a: a.flatten()])
def test_copies_where_numpy_copies(copied):
    a = tensor([1.0, 2.0])
    copied(a)[0] = 9.0
    assert a.tolist() == [1.0, 2.0]


def test_a_recorded_seed_is_not_the_gradient():
    s, x = tensor([1.0, 2.0], requires_grad=True), tensor([0.0, 0.0], requires_grad=True)
    v = s * 1
    (x + 0).backward(v, create_graph=True)
    with ag.no_grad():
        x.grad *= 0
    assert v.tolist() == [1.0, 2.0]


def test_states_can_be_swapped():
    m = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    a, b = m[0].weight.tolist(), m[1].weight.tolist()
    state = {**m.state_dict(), "0.weight": m[1].weight, "1.weight": m[0].weight}
    m.load_state_dict(state)
    assert (m[0].weight.tolist(), m[1].weight.tolist()) == (b, a)


def test_a_read_only_parameter_is_found_before_anything_is_loaded():
    m = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    before, state = m[0].weight.tolist(), {name: x + 1 for name, x in m.state_dict().items()}
    m[1].weight.data.flags.writeable = False
    with pytest.raises(RuntimeError, match=r"1\.weight: its memory is read-only"):
        m.load_state_dict(state)
    assert m[0].weight.tolist() == before


def test_attributes_of_a_parameter_subclass_are_copied():
    class Named(nn.Parameter):
        pass

    p = Named(np.ones(2))
    p.note = "kept"
    assert copy.deepcopy(p).note == "kept"


# -- calls that fail half-way ----------------------------------------------------------------------------------------


def test_a_failing_step_still_tells_of_its_edits():
    a, b = tensor([1.0], requires_grad=True), tensor([1.0], requires_grad=True)
    optimizer = nn.optim.SGD([a, b], lr=0.1)
    y = (a * a).sum()
    (a + b).sum().backward()
    b.data.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        optimizer.step()
    with pytest.raises(RuntimeError, match="edited in place"):
        y.backward()


def test_a_rate_that_became_nan_is_refused_at_the_step():
    p = tensor([1.0], requires_grad=True)
    optimizer = nn.optim.SGD([p], lr=0.1)
    (p * p).sum().backward()
    optimizer.param_groups[0]["lr"] = float("nan")
    with pytest.raises(ValueError, match="lr"):
        optimizer.step()
    assert p.tolist() == [1.0]


# -- threads and tasks -----------------------------------------------------------------------------------------------


def test_threads_add_to_one_gradient():
    w = tensor(0.0, requires_grad=True)

    def work():
        for _ in range(500):
            (w * 1.0).backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad.item() == 2000.0


def test_one_no_grad_serves_many_threads():
    quiet, inside, wrong = ag.no_grad(), threading.Barrier(2), []

    def work():
        with quiet:
            inside.wait()
            wrong.append(ag.is_grad_enabled())
        wrong.append(not ag.is_grad_enabled())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [False] * 4


def test_no_grad_decorates_without_brackets_and_refuses_async_generators():
    @ag.no_grad
    def f(x):
        return x * 2

    assert not f(tensor(1.0, requires_grad=True)).requires_grad
    with pytest.raises(TypeError, match="async generator"):

        @ag.no_grad()
        async def g():
            yield 1


# -- numbers ---------------------------------------------------------------------------------------------------------


def test_float16_sums_do_not_overflow():
    assert tensor(np.ones(70000, np.float16)).mean().item() == 1.0
    assert tensor(np.array([6e4, 6e4], np.float16)).mean().item() == 6e4
    np.testing.assert_allclose(grad(ag.max)(np.zeros(70000, np.float16)), 1 / 70000, rtol=0.2)


def test_small_integers_multiply_as_numpys():
    assert ag.prod(tensor(np.array([100, 100], np.int8))).item() == 10000


def test_a_gradient_with_fewer_axes_than_what_it_belongs_to():
    y, w = ag.zeros(3), tensor([[1.0]], requires_grad=True)
    y[:] = w
    y.sum().backward()
    assert w.grad.tolist() == [[3.0]]


def test_division_by_the_number_zero():
    x = tensor([1.0], requires_grad=True)
    with np.errstate(divide="ignore"):
        (x / 0).sum().backward()
    assert x.grad.tolist() == [np.inf]


# -- rows that cannot work -------------------------------------------------------------------------------------------


def test_rows_are_checked_when_built():
    for row in (
        lambda: elementwise("bad_name", lambda g: g * g, lambda g: 2 * g),
        lambda: elementwise("bad_rule", np.sin, np.cos),
        lambda: elementwise("bad_parameter", np.sin, lambda z: z),
        lambda: elementwise("bad_count", np.sin, lambda x: x, lambda x: x),
        lambda: elementwise("exp", np.exp, lambda out: out),
    ):
        with pytest.raises((TypeError, ValueError)):
            row()


def test_parameters_go_by_name():
    weigh = primitive(
        "weigh", lambda x, y, k: x * k + y, lambda g, k: g * k, lambda g: g, jvp=(lambda dx, k: dx * k, lambda dy: dy)
    )
    with pytest.raises(TypeError, match="name its parameters"):
        weigh(tensor(1.0), 3.0, 5.0)
    assert grad(lambda x: weigh(x, 3.0, k=5.0))(1.0) == 5.0


def test_numpys_function_finds_the_op_built_on_it():
    square = elementwise("own_square", np.square, lambda x: 2 * x)
    assert grad(lambda x: np.square(x))(3.0) == grad(square)(3.0) == 6.0


def test_a_shape_error_names_the_layer():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 1))
    with pytest.raises(ValueError, match=r"in Sequential.*Linear\(in_features=4"):
        model(np.ones((5, 2), np.float32))
