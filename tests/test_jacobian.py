"""Jacobians: a batch of cotangents or tangents gives what one after the other gives, for every op and composition."""

import numpy as np
import pytest
import torch

import autograd as ag
from autograd import hessian, hvp, jacobian, jvp, tensor, vjp
from autograd.batch import Batch
from autograd.jacobians import _columns, _rows
from autograd.rules import primitive
from autograd.transforms import Run
from tests.optable import CASES

every_case = pytest.mark.parametrize("row, case", CASES, ids=[f"{row} {case}" for row, case in CASES])
RNG = np.random.default_rng(3)
WEIGHT, BIAS = RNG.standard_normal((4, 3)), RNG.standard_normal(4)


def by_rows(f, operands):
    """∂f/∂x for each operand, a pullback for every entry of the result."""
    out, pullback = vjp(f, *operands)
    units = np.eye(np.size(out)).reshape(np.size(out), *np.shape(out)).astype(out.dtype)
    pulled = [pullback(unit[()]) for unit in units]
    return [
        np.reshape([g[i] for g in pulled], np.shape(out) + np.shape(x))
        if pulled
        else np.zeros(np.shape(out) + np.shape(x))
        for i, x in enumerate(operands)
    ]


def mlp(x):
    """(..., 3) → (..., 4), with a little of everything."""
    h = np.tanh(x @ WEIGHT.T + BIAS)
    return np.where(h > 0, h, 0.1 * h) / np.sqrt((h * h).sum(axis=-1, keepdims=True))


def torch_mlp(x):
    h = torch.tanh(x @ torch.tensor(WEIGHT).T + torch.tensor(BIAS))
    return torch.where(h > 0, h, 0.1 * h) / torch.sqrt((h * h).sum(dim=-1, keepdim=True))


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


# -- every op ----------------------------------------------------------------------------------------------------------


@every_case
@pytest.mark.parametrize("sweep", [_rows, _columns], ids=["reverse", "forward"])
def test_of_every_op(row, case, sweep):
    f, operands = lambda *xs: row.ours(*xs, **case.params), row.operands(case)
    expected = by_rows(f, operands)
    for given in (operands, [tensor(x, requires_grad=True) for x in operands]):
        run = Run("jacobian", f, given, range(len(operands)))
        (found,) = sweep(run)
        for block, j in zip(found, expected, strict=True):
            np.testing.assert_allclose(getattr(block, "value", block), j, rtol=1e-9, atol=1e-11)


# -- against PyTorch ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3,), (2, 3), (5, 3)])
def test_jacobian_agrees_with_pytorch(shape):
    x = RNG.standard_normal(shape)
    expected = torch.autograd.functional.jacobian(torch_mlp, torch.tensor(x))
    np.testing.assert_allclose(jacobian(mlp)(x), expected, rtol=1e-10, atol=1e-12)


def test_hessian_and_its_products_agree_with_pytorch():
    x, v = RNG.standard_normal(6), RNG.standard_normal(6)
    expected = torch.autograd.functional.hessian(rosenbrock, torch.tensor(x)).numpy()
    np.testing.assert_allclose(hessian(rosenbrock)(x), expected, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(hvp(rosenbrock)(x, v), expected @ v, rtol=1e-10, atol=1e-10)


def test_hessian_of_a_network():
    x = RNG.standard_normal((2, 3))
    expected = torch.autograd.functional.hessian(lambda x: torch_mlp(x).sin().sum(), torch.tensor(x))
    np.testing.assert_allclose(hessian(lambda x: np.sin(mlp(x)).sum())(x), expected, rtol=1e-9, atol=1e-11)


# -- structures --------------------------------------------------------------------------------------------------------


def test_of_several_arguments():
    f = lambda x, y: x * y.sum()  # noqa: E731
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
    np.testing.assert_array_equal(jacobian(f)(x, y), 12 * np.eye(2))
    np.testing.assert_array_equal(jacobian(f, 1)(x, y), [[1.0] * 3, [2.0] * 3])
    both = jacobian(f, (0, 1))(x, y)
    assert isinstance(both, tuple)
    assert [j.shape for j in both] == [(2, 2), (2, 3)]


def test_of_nested_structures():
    def f(p):
        return {"sum": p["a"].sum() + p["b"][0], "scaled": [p["a"] * p["b"][1]]}

    p = {"a": np.array([1.0, 2.0]), "b": (3.0, 4.0)}
    j = jacobian(f)(p)
    assert j["sum"]["a"].tolist() == [1.0, 1.0]
    assert j["sum"]["b"] == (1.0, 0.0)
    assert j["scaled"][0]["a"].tolist() == [[4.0, 0.0], [0.0, 4.0]]
    assert [b.tolist() for b in j["scaled"][0]["b"]] == [[0.0, 0.0], [1.0, 2.0]]


def test_hessian_of_nested_structures():
    h = hessian(lambda p: p["a"] ** 2 * p["b"])({"a": 3.0, "b": 5.0})
    assert h == {"a": {"a": 10.0, "b": 6.0}, "b": {"a": 6.0, "b": 0.0}}
    assert hessian(lambda x, y: x * y**2, (0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))
    assert hvp(lambda p, q: p["a"] ** 2 * p["b"] * q)({"a": 3.0, "b": 5.0}, 2.0, {"a": 1.0, "b": 10.0}) == {
        "a": 140.0,
        "b": 12.0,
    }
    assert hvp(lambda p, q: p * q**3, 1)(2.0, 3.0, 1.0) == 36.0


@pytest.mark.parametrize("x", [2.0, np.float32(2.0), np.zeros((0, 3)), np.ones((2, 1), np.float32), np.float64(3.0)])
def test_shapes_and_dtypes(x):
    x = np.asarray(x)[()]
    j = jacobian(lambda x: x * x * 3)(x)
    assert j.shape == 2 * np.shape(x)
    assert j.dtype == x.dtype
    assert isinstance(j, np.ndarray if j.ndim else np.generic)


def test_what_does_not_depend_is_zero():
    j = jacobian(lambda x, y: (x * 2, tensor([1.0, 2.0]), x[:0]), (0, 1))(np.ones(3), np.ones(2))
    assert [[b.shape for b in row] for row in j] == [[(3, 3), (3, 2)], [(2, 3), (2, 2)], [(0, 3), (0, 2)]]
    assert not any(np.any(b) for row in j[1:] for b in row)
    assert not j[0][1].any()


def test_kinds_in_are_kinds_out():
    assert type(jacobian(np.sin)(np.ones(2))) is np.ndarray
    out = jacobian(np.sin)(tensor([1.0, 2.0]))
    assert isinstance(out, ag.Tensor)
    assert not out.requires_grad
    assert jacobian(np.sin)(tensor([1.0, 2.0], requires_grad=True)).requires_grad


def test_results_share_no_memory():
    x = np.ones(3)
    j, k = jacobian(lambda x: (x, x))(x)
    j[0] = 7.0
    assert k.tolist() == np.eye(3).tolist()


# -- derivatives of Jacobians ------------------------------------------------------------------------------------------


def test_third_derivatives():
    x = RNG.standard_normal(3)
    f = lambda x: np.sin(mlp(x)).sum()  # noqa: E731
    third = jacobian(hessian(f))(x)
    h = 1e-6
    for i in range(3):
        e = h * np.eye(3)[i]
        np.testing.assert_allclose(
            third[..., i], (hessian(f)(x + e) - hessian(f)(x - e)) / (2 * h), rtol=1e-5, atol=1e-7
        )
    for axes in [(0, 2, 1), (1, 0, 2), (2, 1, 0)]:
        np.testing.assert_allclose(third, third.transpose(axes), rtol=1e-9, atol=1e-11)


def test_every_nesting_agrees():
    x = RNG.standard_normal(3)
    f = lambda x: np.sin(mlp(x)).sum()  # noqa: E731
    expected = hessian(f)(x)
    columns = [jvp(ag.grad(f), (x,), (e,))[1] for e in np.eye(3)]
    np.testing.assert_allclose(expected, np.stack(columns, axis=1), rtol=1e-10, atol=1e-12)
    recorded = tensor(x, requires_grad=True)
    (hessian(f)(recorded) * np.arange(9.0).reshape(3, 3)).sum().backward()
    third = jacobian(hessian(f))(x)
    np.testing.assert_allclose(
        recorded.grad.data, np.tensordot(np.arange(9.0).reshape(3, 3), third, 2), rtol=1e-9, atol=1e-11
    )


def test_a_jacobian_reaches_what_the_function_closes_over():
    w = tensor(3.0, requires_grad=True)
    jacobian(lambda x: w * w * x)(tensor([1.0, 2.0])).sum().backward()
    assert w.grad.item() == 12.0


# -- ops that take no batch --------------------------------------------------------------------------------------------


def test_rules_that_need_one_array_go_row_by_row():
    asarray = primitive(
        "asarray",
        lambda x: x * x,
        lambda g, x: np.asarray(g) * 2 * np.asarray(x),
        jvp=lambda dx, x: np.asarray(dx) * 2 * np.asarray(x),
    )
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(jacobian(asarray)(x), np.diag(2 * x))
    np.testing.assert_array_equal(jacobian(lambda x: np.concatenate([asarray(x), x]))(x), [*np.diag(2 * x), *np.eye(3)])


AWKWARD = {  # rules that are right for one array, and not made for a batch of them: forward x², as they put it
    "fills an array": lambda g, x: np.full_like(x, 1.0) * np.full(3, 2.0) * x * g,
    "fills with g": lambda g, x: np.full_like(x, g.sum()) * 0 + 2 * x * g,
    "out=": lambda g, x: np.multiply(g, 2 * x, out=np.zeros_like(x)),
    "ignores what out= gives": lambda g, x: _into(np.multiply, g, 2 * x),
    "out= of a function": lambda g, x: _into(lambda a, b, out: np.cumsum(a * b, out=out), g, 2 * x, undo=True),
    "edits g's copy": lambda g, x: _doubled(g + 0) * x,
    "edits a view": lambda g, x: _doubled_through_a_view(g + 0) * x,
    "writes": lambda g, x: _written(np.zeros_like(x), g) * 2 * x,
    "writes row by row": lambda g, x: _written_one_by_one(np.zeros_like(x), g) * 2 * x,
    "asks g.any()": lambda g, x: 2 * g * x if (g > 0).any() else 7 * g * x,
    "asks np.any": lambda g, x: 2 * g * x if np.any(g > 0) else 7 * g * x,
    "asks for a number": lambda g, x: g * 2 * x + 0 * float(np.max(np.asarray(g))),
    "flattens": lambda g, x: 2 * x * g.flatten(),
    "order=": lambda g, x: 2 * x * np.reshape(g, (3,), order="F"),
    "copies": lambda g, x: 2 * x * g.copy(),
    "picks by lists": lambda g, x: 2 * x * g[[0, 1, 2]],
    "put": lambda g, x: _put(np.zeros_like(x), g) * 2 * x,
}


def _into(function, a, b, undo=False):
    out = np.zeros(3)
    function(a, b, out=out)
    return np.diff(out, prepend=0.0) if undo else out


def _doubled(g):
    h = g
    h *= 2
    return g


def _doubled_through_a_view(g):
    g[:][...] *= 2
    return g


def _written(out, g):
    out[:] = g
    return out


def _written_one_by_one(out, g):
    for i in range(3):
        out[i] = g[i]
    return out


def _put(out, g):
    np.put(out, [0, 1, 2], g)
    return out


@pytest.mark.parametrize("rule", AWKWARD.values(), ids=AWKWARD)
def test_awkward_rules_are_right_all_the_same(rule):
    squares = primitive("squares", lambda x: x * x, rule, jvp=lambda dx, x: rule(dx, x))
    x = np.array([1.0, 2.0, 3.0])
    f = lambda x: np.stack([squares(x), squares(2 * x)])  # noqa: E731
    expected = np.stack([np.diag(2 * x), np.diag(8 * x)])
    for sweep in (_rows, _columns):
        (found,) = sweep(Run("jacobian", f, (x,), [0]))
        np.testing.assert_array_equal(found[0], expected)


def test_hooks_see_every_cotangent_whichever_way_is_shorter():
    def f(x, copies):
        y = x * x
        y.register_hook(lambda g: 2 * g)
        return ag.concatenate([y] * copies)

    x = np.array([1.0, 2.0])
    for copies in (1, 2):
        np.testing.assert_array_equal(jacobian(f)(x, copies=copies)[:2], np.diag(4 * x))


def test_functions_a_batch_does_not_know_go_row_by_row():
    kron = ag.rules.linear(
        "kron_with_12", lambda x: np.kron(x, [1.0, 2.0]), lambda g: np.kron(np.eye(2), [1.0, 2.0]) @ g
    )
    np.testing.assert_array_equal(jacobian(kron)(np.ones(2)), [[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, 2.0]])


def test_a_batch_is_no_array():
    batch = Batch(np.ones((2, 3)), 2)
    assert (batch.shape, batch.ndim, batch.size, repr(batch)) == ((3,), 1, 3, "<batch of 2 (3,) float64>")
    for wrong in (np.asarray, bool, float, lambda b: np.add.at(np.zeros(3), [0, 1, 2], b)):
        with pytest.raises(TypeError):
            wrong(batch)


# -- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: jacobian(np.sin)(np.array([1, 2])), TypeError, "jacobian: cannot differentiate by .* int64"),
        (lambda: jacobian(np.sin, 1)(np.ones(2)), IndexError, "jacobian: argnums 1"),
        (lambda: jacobian(lambda x: None)(1.0), TypeError, "jacobian: the function returned None"),
        (lambda: hessian(np.sin)(np.ones(2)), ValueError, r"one scalar, not \(2,\)"),
        (lambda: hvp(np.sin)(1.0), TypeError, r"hvp\(f\)\(x, v\)"),
        (lambda: hvp(lambda x: x.sum())(np.ones(2), np.ones(3)), ValueError, r"tangent \(3,\)"),
        (lambda: jacobian(3.0), TypeError, "jacobian: needs a function"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
