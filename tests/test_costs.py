import tracemalloc

import numpy as np
import pytest

import autograd
import nn
from autograd import linalg, tensor
from autograd.costs import FACTORS, MOVES, PRODUCTS, STEPS, costs
from autograd.linalg import cholesky, inv, solve
from autograd.op import REGISTRY
from autograd.ops.recurrence import recurrence


def leaf(*shape, dtype=np.float64):
    return tensor(np.linspace(0.1, 1, int(np.prod(shape)), dtype=dtype).reshape(shape), requires_grad=True)


def square():
    """Two matrices that have an inverse, at the price of their 18 entries."""
    return leaf(3, 3) + np.stack([np.eye(3), 2 * np.eye(3)])


def total(*outputs, **options):
    found = costs(*outputs, **options)
    return sum(cost.flops for cost in found), sum(cost.kept for cost in found)


# fmt: off
FLOPS = [
    ("matmul",          lambda: leaf(3, 4) @ leaf(4, 5),                               2 * 3 * 4 * 5),
    ("matmul, stacked", lambda: leaf(7, 3, 4) @ leaf(4, 5),                            2 * 7 * 3 * 4 * 5),
    ("matmul, vectors", lambda: leaf(4) @ leaf(4),                                     2 * 4),
    ("linear",          lambda: autograd.affine(leaf(8, 4), leaf(5, 4), leaf(5)),      2 * 8 * 4 * 5 + 8 * 5),
    ("linear, in pieces", lambda: leaf(8, 4) @ leaf(5, 4).T + leaf(5),                 2 * 8 * 4 * 5 + 8 * 5),
    ("einsum",          lambda: autograd.einsum("bij,bjk->bik", leaf(2, 3, 4), leaf(2, 4, 5)), 2 * 2 * 3 * 4 * 5),
    ("outer product",   lambda: autograd.einsum("i,j->ij", leaf(3), leaf(5)),          3 * 5),
    ("tensordot",       lambda: autograd.tensordot(leaf(3, 4, 5), leaf(4, 5, 6)),      2 * 3 * 4 * 5 * 6),
    ("vecdot",          lambda: autograd.vecdot(leaf(3, 4), leaf(3, 4)),               2 * 3 * 4),
    ("cross",           lambda: autograd.cross(leaf(5, 3), leaf(5, 3)),                5 * 9),
    ("convolve",        lambda: autograd.convolve(leaf(10), leaf(3)),                  2 * 10 * 3),
    ("correlate",       lambda: autograd.correlate(leaf(10), leaf(3)),                 2 * 8 * 3),
    ("cholesky",        lambda: cholesky(leaf(2, 6, 6) * 0 + np.eye(6)),               2 * (2 * 36 + 6 ** 3 // 3)),
    ("inv",             lambda: inv(leaf(3, 3) + np.eye(3)),                           9 + 2 * 27),
    ("solve",           lambda: solve(leaf(3, 3) + np.eye(3), leaf(3, 5)),             9 + 2 * 27 // 3 + 2 * 9 * 5),
    ("function",        lambda: np.tanh(leaf(3, 4)),                                   12),
    ("broadcast",       lambda: leaf(3, 1) + leaf(4),                                  12),
    ("sum",             lambda: leaf(3, 4).sum(axis=0),                                12),
    ("mean",            lambda: leaf(3, 4).mean(),                                     12),
    ("max",             lambda: leaf(3, 4).max(axis=1),                                12),
    ("det",             lambda: linalg.det(square()),                                  18 + 2 * 27 * 2 // 3),
    ("slogdet",         lambda: linalg.slogdet(square())[1],                           18 + 2 * 27 * 2 // 3),
    ("eigvalsh",        lambda: linalg.eigvalsh(square()),                             18 + 2 * 27 * 4 // 3),
    ("eigh",            lambda: linalg.eigh(square())[0],                              18 + 2 * 27 * 9),
    ("qr",              lambda: linalg.qr(leaf(5, 3) + np.eye(5, 3))[1],               15 + 5 * 9 * 8 // 3),
    ("qr, complete",    lambda: linalg.qr(leaf(5, 3) + np.eye(5, 3), "complete")[0],   15 + 5 * 9 * 8 // 3 * 2),
    ("svdvals",         lambda: linalg.svdvals(leaf(5, 3)),                            5 * 9 * 8 // 3),
    ("svd",             lambda: linalg.svd(leaf(3, 5), full_matrices=False)[1],        5 * 9 * 22),
    ("pinv",            lambda: linalg.pinv(leaf(5, 3)),                               5 * 9 * 22),
    ("norm",            lambda: linalg.norm(leaf(3, 4), axis=1),                       2 * 12),
    ("recurrence",      lambda: recurrence(leaf(4), leaf(3), axis=0),                  2 * 4),
    ("softmax",         lambda: autograd.softmax(leaf(3, 4)),                          5 * 12),
    ("log_softmax",     lambda: autograd.log_softmax(leaf(3, 4)),                      5 * 12),
    ("logsumexp",       lambda: autograd.logsumexp(leaf(3, 4), axis=1),                4 * 12),
    ("standardize",     lambda: autograd.standardize(leaf(3, 4)),                      5 * 12),
    ("cross_entropy",   lambda: autograd.cross_entropy(leaf(3, 4), [0, 1, 2]),         4 * 12),
    ("moving",          lambda: np.concatenate([leaf(3, 4).T.reshape(2, 6), leaf(1, 6)])[::-1].astype(np.float32), 0),
    ("nothing",         lambda: tensor([1.0]) * 2,                                     0),
]
# fmt: on


@pytest.mark.parametrize(("out", "flops"), [row[1:] for row in FLOPS], ids=[row[0] for row in FLOPS])
def test_flops(out, flops):
    assert total(out())[0] == flops


def test_an_op_that_users_add_counts_its_entries():
    cube = autograd.rules.elementwise("cube_costs", lambda x: x**3, lambda x: 3 * x**2)
    try:
        assert [cost[:2] for cost in costs(cube(leaf(5)))] == [("cube_costs", (5,))]
        assert total(cube(leaf(5)))[0] == 5
    finally:
        del REGISTRY["cube_costs"]


def test_the_tables_name_ops_that_exist_and_each_once():
    tables = [PRODUCTS, FACTORS, STEPS, MOVES]
    assert set().union(*tables) <= REGISTRY.keys()
    assert len(set().union(*tables)) == sum(map(len, tables))


def test_flops_of_a_network_by_hand():
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    products = 784 * 128 + 128 * 64 + 64 * 10
    flops, kept = total(model(x := np.zeros((32, 784), np.float32)), besides=[x])
    assert flops == 32 * (2 * products + (128 + 64 + 10) + (128 + 64))
    assert kept == 32 * (128 + 64) * 4  # the results of both ReLUs: all else was there before


def test_order_and_fields():
    w = leaf(4, 2, dtype=np.float32)
    found = costs((np.tanh(w) * 2).sum())
    assert [cost.op for cost in found] == ["tanh", "multiply", "sum"]
    assert found[1].shape == (4, 2)
    assert found[1].dtype == np.float32
    assert found[1].modules == ()


def test_modules_are_named_from_the_inside_out():
    model = nn.Sequential(nn.Sequential(nn.Tanh()))
    (cost,) = costs(model(leaf(3)))
    assert cost.modules == (model[0][0], model[0], model)


# -- memory ----------------------------------------------------------------------------------------------------------


def test_memory_is_counted_once_and_whole():
    x = leaf(10)
    y = np.exp(x)  # keeps its result, which the others keep as well
    assert total(y * y, np.sin(y), y.sum())[1] == 80
    assert total(np.sin(y[:2]))[1] == 80  # the view keeps all of it


def test_leaves_and_what_was_there_cost_no_memory():
    x, w = np.ones((5, 3)), leaf(3)
    assert total(np.sin(w))[1] == 0
    assert total(x * w)[1] == 5 * 3 * 8  # the constant
    assert total(x * w, besides=[x])[1] == 0
    assert total(x[1:] * w, besides=[x])[1] == 0


def test_backward_lets_go():
    out = np.exp(np.exp(leaf(10))).sum()
    flops, kept = total(out)
    assert kept == 160
    out.backward()
    assert total(out) == (flops, 0)


def test_kept_is_what_the_allocator_says():
    layers = [nn.Linear(200, 300), nn.Sigmoid(), nn.Linear(300, 100), nn.Tanh(), nn.Softmax(), nn.Linear(100, 10)]
    model, x = nn.Sequential(*layers), np.ones((500, 200), np.float32)

    def forward():
        out = model(x)
        return out * out

    forward()  # whatever is made once
    tracemalloc.start()
    try:
        out = forward()
        taken = tracemalloc.take_snapshot().filter_traces([tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)])
    finally:
        tracemalloc.stop()
    size = sum(trace.size for trace in taken.traces)
    assert size - out.data.nbytes == total(out, besides=[x])[1] == 500 * (300 + 100 + 100 + 10) * 4


def test_checkpoint_computes_the_same_and_keeps_less():
    model = nn.Sequential(nn.Linear(20, 30), nn.Tanh(), nn.Linear(30, 10))
    x = leaf(8, 20, dtype=np.float32)
    plain, packed = total(model(x)), total(autograd.checkpoint(model)(x))
    assert plain == (8 * (2 * (20 * 30 + 30 * 10) + 30 + 10) + 8 * 30, 8 * 30 * 4)
    assert packed == (plain[0], 0)
    modules = [cost.modules[0] for cost in costs(autograd.checkpoint(model)(x)) if cost.modules]
    assert modules == [*model]
