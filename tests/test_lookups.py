"""Reading many parts of one array: the gradients are added up in one buffer, and nobody else notices."""

import itertools
import tracemalloc

import numpy as np
import pytest

import autograd as ag
from autograd import tensor
from autograd.rules import linear

RNG = np.random.default_rng(3)
PARTS = [
    slice(1, 4),
    slice(None, None, -2),
    2,
    -1,
    ...,
    None,
    (slice(None), 1),
    (3, 2),
    (..., slice(0, 2)),
    [4, 0, 0, 4, -1],
    ([0, 0, 2], [1, 1, 0]),
    np.arange(15).reshape(5, 3) % 2 == 0,
    (slice(1, None), [2, 2, 0]),
    np.zeros(0, int),
]


def leaf(value):
    return tensor(value, requires_grad=True)


def expected(x, reads):
    """The gradient of Σ Σ c · x[index]² over pairs of c and index."""
    g = np.zeros_like(x)
    for c, index in reads:
        np.add.at(g, index, 2 * c * x[index])
    return g


def squares(x, reads):
    return sum(c * (x[index] ** 2).sum() for c, index in reads)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    "parts", [*itertools.pairwise(PARTS), PARTS, [PARTS[9]] * 3, [PARTS[0], PARTS[1]] * 2], ids=str
)
def test_what_is_read_more_than_once_adds_up(parts, dtype):
    value = RNG.integers(-4, 5, (5, 3)).astype(dtype)  # whose sums are exact in every dtype
    reads = list(zip(itertools.cycle([1.0, 0.5, 2.0]), parts))
    x = leaf(value)
    squares(x, reads).backward()
    np.testing.assert_array_equal(x.grad.data, expected(value, reads), strict=True)


@pytest.mark.parametrize("order", list(itertools.permutations(["part", "whole", "rows", "entry"])))
def test_parts_and_the_whole_in_any_order(order):
    value = RNG.standard_normal((5, 3))
    x = leaf(value)
    terms = {
        "part": lambda: (x[1:4] ** 2).sum(),
        "whole": lambda: (x * x).sum(),
        "rows": lambda: (ag.take(x, [0, 2, 2], axis=0) ** 2).sum(),
        "entry": lambda: x[2, 1] ** 2,
    }
    sum(terms[name]() for name in order).backward()
    everything = [(1.0, slice(1, 4)), (1.0, ...), (1.0, [0, 2, 2]), (1.0, (2, 1))]
    np.testing.assert_allclose(x.grad.data, expected(value, everything), rtol=1e-14)


def test_a_buffer_in_another_memory_order():
    """A sum of transposed cotangents is in Fortran's order, which a reshape would copy."""
    value = RNG.standard_normal((128, 40))
    x = leaf(value)
    picked = np.arange(200) % 128
    (x[picked] ** 2).sum().backward(retain_graph=True)  # many entries, so added row by row
    alone = x.grad.data
    x.grad = None
    later = (x[picked] ** 2).sum()  # recorded first, so swept last
    a, b = np.asfortranarray(value), np.asfortranarray(value + 1)
    (later + (x * a).sum() + (x * b).sum()).backward()
    assert x.grad.data.flags.f_contiguous
    np.testing.assert_allclose(x.grad.data, alone + a + b, rtol=1e-13)


@pytest.mark.parametrize("index", [
    lambda i: i,
    lambda i: (i, np.flip(i) % 7 - 7),
    lambda i: (slice(None), i % 9 - 9),
], ids=["rows", "entries", "columns"])  # fmt: skip
def test_many_that_count_from_the_end_and_repeat(index):
    """More than are added one by one."""
    value = RNG.integers(-4, 5, (60, 9, 3)).astype(float)
    picked = index(RNG.integers(-60, 60, 900))
    x = leaf(value)
    (x[picked] ** 2).sum().backward()
    np.testing.assert_array_equal(x.grad.data, expected(value, [(1.0, picked)]))


def test_a_scalar_is_read_whole():
    x = leaf(3.0)
    (x[()] * 2 + x[...] * 3 + x[None].sum() * 4).backward()
    assert x.grad.item() == 9.0
    assert isinstance(x.grad.data, np.float64)


def test_entries_of_a_vector_one_by_one():
    x = leaf(np.arange(5.0))
    sum(i * entry * entry for i, entry in enumerate(x)).backward()
    np.testing.assert_array_equal(x.grad.data, 2 * np.arange(5.0) ** 2)


# -- nobody else's array is written to ---------------------------------------------------------------------------------


def test_a_cotangent_that_operands_share():
    """`add` passes the same array to both operands: what is read of one must not show in the other."""
    x, y, z = leaf(np.ones(4)), leaf(np.ones(4)), leaf(np.ones(4))
    parts = (x[:2] * 10).sum() + (y[2:] * 100).sum()  # recorded first, so swept last
    weights = np.arange(4.0)
    (parts + ((x + y + z) * weights).sum()).backward()
    np.testing.assert_array_equal(x.grad.data, weights + np.array([10, 10, 0, 0]))
    np.testing.assert_array_equal(y.grad.data, weights + np.array([0, 0, 100, 100]))
    np.testing.assert_array_equal(z.grad.data, weights)


def test_the_cotangents_to_begin_with():
    def f(x):
        y = x * 1.0
        return y, y[:2], y[1:]

    seed = np.ones(4)
    (found,) = ag.vjp(f, np.ones(4))[1]((seed, np.ones(2), np.ones(3)))
    np.testing.assert_array_equal(found, [2, 3, 2, 2])
    np.testing.assert_array_equal(seed, np.ones(4))


def test_gradients_of_earlier_sweeps():
    x = leaf(np.ones((4, 2)))
    out = (x[[0, 0]] ** 2).sum() + (x[1:3] ** 2).sum() + (x[2] ** 2).sum()
    out.backward(retain_graph=True)
    first = x.grad.data
    kept = first.copy()
    out.backward()
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_array_equal(x.grad.data, 2 * kept)


def test_what_hooks_see_is_complete_and_stays():
    x = leaf(np.ones((3, 2)))
    middle = (x * 2.0).retain_grad()
    seen = []
    middle.register_hook(lambda g: seen.append(g))
    (middle[0].sum() + middle[:2].sum() + middle[[0, 2]].sum() + middle.sum()).backward()
    whole = np.array([[4.0, 4], [2, 2], [2, 2]])
    assert len(seen) == 1
    for g in (seen[0], middle.grad):
        np.testing.assert_array_equal(g.data, whole)
    np.testing.assert_array_equal(x.grad.data, 2 * whole)


def test_a_gradient_that_is_asked_for_on_the_way():
    x = leaf(np.ones(3))
    middle = x * 2.0
    out = middle[0] + middle[1:].sum() + middle[:2].sum()
    on_the_way, at_the_leaf = ag.gradients(out, (middle, x))
    np.testing.assert_array_equal(on_the_way.data, [2, 2, 1])
    np.testing.assert_array_equal(at_the_leaf.data, [4, 4, 2])


# -- other modes -------------------------------------------------------------------------------------------------------


def read_by_index(x):
    rows = x[[0, 2, 2]]
    return (rows**3).sum() + (x[1:] ** 2 * x[:-1]).sum() + x[0, 1] * x[2, 0] * x[2, 0]


def read_by_product(x):
    """The same with matrices that pick."""
    pick, e = np.eye(3)[[0, 2, 2]], np.eye(3)
    one = lambda i, j: e[i] @ x @ np.eye(2)[j]  # noqa: E731
    return ((pick @ x) ** 3).sum() + ((e[1:] @ x) ** 2 * (e[:-1] @ x)).sum() + one(0, 1) * one(2, 0) * one(2, 0)


def test_derivatives_of_every_kind_agree():
    x, v = RNG.standard_normal((3, 2)), RNG.standard_normal((3, 2))
    for derived in (ag.grad, ag.hessian, lambda f: ag.jacobian(ag.grad(f))):
        np.testing.assert_allclose(derived(read_by_index)(x), derived(read_by_product)(x), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(ag.hvp(read_by_index)(x, v), ag.hvp(read_by_product)(x, v), rtol=1e-12)


def test_a_recorded_gradient_is_the_same_and_can_be_differentiated():
    value = RNG.standard_normal((3, 2))
    second = []
    for f in (read_by_index, read_by_product):
        x = leaf(value)
        (g,) = ag.gradients(f(x), (x,), create_graph=True)
        np.testing.assert_allclose(g.data, ag.grad(f)(value), rtol=1e-13)
        (g**2).sum().backward()
        second.append(x.grad.data)
    np.testing.assert_allclose(*second, rtol=1e-12)


def test_detect_nan_looks_at_what_is_added_in_place():
    x = leaf(np.ones(3, np.float32))
    with ag.detect_nan(), pytest.raises(ag.NonFiniteError, match=r"getitem, backward.*what they add up to"):
        (x[:2] * 2e38 + x[1:] * -2e38).backward(np.array([-1, 1]))  # to x[1], twice 2e38


# -- what it costs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lookups", [1, 2, 8])
def test_lookups_take_the_memory_of_one_gradient(lookups):
    table = leaf(np.ones((20_000, 64), np.float32))
    out = sum(table[RNG.integers(0, 20_000, 32)].sum() for _ in range(lookups))
    tracemalloc.start()
    out.backward()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.2 * table.data.nbytes
    assert table.grad.data.sum() == lookups * 32 * 64


def test_an_op_of_the_users():
    calls = []

    def pour(gx, g, n):
        calls.append(n)
        gx[:n] += g

    head = linear(
        "head", lambda x, n: x[:n], lambda g, x_shape, n: ag.scatter(g, slice(n), x_shape).data, views=True, into=pour
    )
    x = leaf(np.ones(4))
    (head(x, n=1) * 100 + head(x, n=2).sum() * 10 + head(x, n=3).sum() + head(x, n=4).sum()).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [112, 12, 2, 1])
    assert sorted(calls) == [1, 2, 3]  # the first that is swept makes the buffer


def test_what_an_ops_buffer_needs_is_kept():
    read = linear(
        "read_positive",
        lambda x: np.where(x > 0, x, 0),
        lambda g, x: np.where(x > 0, g, 0),
        into=lambda gx, g, x: np.add(gx, g, out=gx, where=x > 0),
    )
    x = leaf(np.array([1.0, -1.0, 2.0])) * 1.0
    (g,) = ag.gradients((read(x) + 2 * read(x)).sum(), (x,))
    np.testing.assert_array_equal(g.data, [3, 0, 3])
