"""Every op against NumPy, the definition of a derivative, and PyTorch, driven by the rows of `optable`."""

import itertools
import re
import weakref
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import autograd as ag
from autograd import ops
from autograd.symbols import formulas
from tests.optable import ANSWERS, BITWISE, CASES, CREATORS, QUESTIONS, REGISTERED, ROWS

every_case = pytest.mark.parametrize("row, case", CASES, ids=[f"{row} {case}" for row, case in CASES])
with_torch = [(row, case) for row, case in CASES if row.torch is not None]


def leaves(operands):
    return [ag.tensor(x, requires_grad=True) for x in operands]


def like(rng, x, dtype=np.float64):
    """A random direction in the shape of x."""
    return rng.standard_normal(np.shape(x)).astype(dtype)[()]


def likes(rng, xs):
    return [like(rng, x) for x in xs]


def inner(xs, ys):
    """⟨x, y⟩ over several arrays."""
    return sum(np.sum(x * y) for x, y in zip(xs, ys))


def moved(xs, directions, h):
    return [x + h * d for x, d in zip(xs, directions)]


def gradient(f, operands, u):
    """∂⟨u, f⟩ by each operand, as backward leaves it in `.grad`."""
    xs = leaves(operands)
    f(*xs).backward(u)
    return [x.grad.data for x in xs]


def second(f, operands, u, vs):
    """∂⟨v, g⟩ by each operand, where g is the gradient of ⟨u, f⟩."""
    xs = leaves(operands)
    gs = ag.gradients((f(*xs) * u).sum(), xs, create_graph=True)
    s = sum((g * v).sum() for g, v in zip(gs, vs))
    return [g.data for g in ag.gradients(s, xs)] if s.requires_grad else [np.zeros_like(x) for x in operands]


def bound(row, case):
    """A case as a function of its operands alone, the operands, and a source of random directions."""
    return lambda *xs: row.ours(*xs, **case.params), row.operands(case), np.random.default_rng(7)


# -- values ------------------------------------------------------------------------------------------------------------


@every_case
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_forward_is_numpys(row, case, dtype):
    operands = row.operands(case, dtype)
    expected = row.numpy(*operands, **case.params)
    for xs in (operands, [ag.tensor(x) for x in operands], leaves(operands)):
        out = row.ours(*xs, **case.params)
        assert isinstance(out, ag.Tensor)
        assert out.shape == expected.shape
        assert out.dtype == expected.dtype
        assert isinstance(out.data, np.ndarray if out.ndim else np.generic)
        assert out.requires_grad == (xs is not operands and any(x.requires_grad for x in xs))
        tolerance = 1e-6 if dtype is np.float32 else 1e-14
        np.testing.assert_allclose(out.data, expected, rtol=tolerance, atol=tolerance)


@every_case
def test_no_graph_is_left_under_no_grad(row, case):
    f, operands, _ = bound(row, case)
    with ag.no_grad():
        assert not f(*leaves(operands)).requires_grad


# -- derivatives -------------------------------------------------------------------------------------------------------


@every_case
def test_gradient(row, case):
    """⟨g, d⟩ is the slope of ⟨u, f⟩ in the direction d, by central differences."""
    f, operands, rng = bound(row, case)
    u, h = like(rng, f(*operands).data), 1e-6
    gs = gradient(f, operands, u)
    assert [g.shape for g in gs] == [np.shape(x) for x in operands]
    for _ in range(3):
        d = likes(rng, operands)
        ahead, behind = (f(*moved(operands, d, step)).data for step in (h, -h))
        assert inner(gs, d) == pytest.approx(np.sum(u * (ahead - behind)) / (2 * h), rel=1e-6, abs=1e-7)


@every_case
def test_modes_agree(row, case):
    """⟨u, J d⟩ = ⟨Jᵀ u, d⟩, and J d is the sum of what each operand contributes alone."""
    f, operands, rng = bound(row, case)
    d = likes(rng, operands)
    out, dout = ag.jvp(f, operands, tuple(d))
    u = like(rng, out)
    out_again, pullback = ag.vjp(f, *operands)
    assert inner([u], [dout]) == pytest.approx(inner(pullback(u), d), rel=1e-10, abs=1e-12)
    np.testing.assert_array_equal(out, out_again)
    assert (dout.shape, dout.dtype) == (out.shape, out.dtype)
    parts = [np.zeros_like(dout)]
    for i in range(len(operands)):
        one = lambda x, i=i: f(*operands[:i], x, *operands[i + 1 :])  # noqa: E731
        parts.append(ag.jvp(one, (operands[i],), (d[i],))[1])
    np.testing.assert_allclose(dout, sum(parts), rtol=1e-10, atol=1e-12)


@every_case
def test_each_operand_alone(row, case):
    """An operand's gradient does not depend on which of the others need one."""
    f, operands, rng = bound(row, case)
    u = like(rng, f(*operands).data)
    together = gradient(f, operands, u)
    for i, expected in enumerate(together):
        (g,) = gradient(lambda x, i=i: f(*operands[:i], x, *operands[i + 1 :]), [operands[i]], u)
        np.testing.assert_array_equal(g, expected)


@every_case
def test_second_order(row, case):
    """The gradient of ⟨v, g⟩ is the slope of ⟨v, g⟩, g being the gradient of ⟨u, f⟩; recording g does not change it."""
    f, operands, rng = bound(row, case)
    u, vs, h = like(rng, f(*operands).data), likes(rng, operands), 1e-6
    recorded = leaves(operands)
    f(*recorded).backward(u, create_graph=True)
    for g, x in zip(gradient(f, operands, u), recorded):
        np.testing.assert_allclose(x.grad.data, g, rtol=1e-12, atol=1e-14)
    hs = second(f, operands, u, vs)
    for _ in range(2):
        d = likes(rng, operands)
        ahead, behind = (inner(gradient(f, moved(operands, d, step), u), vs) for step in (h, -h))
        assert inner(hs, d) == pytest.approx((ahead - behind) / (2 * h), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("row, case", with_torch, ids=[f"{row} {case}" for row, case in with_torch])
def test_agrees_with_pytorch(row, case):
    """In value, gradient and second-order gradient."""
    f, operands, rng = bound(row, case)
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in operands]
    out = row.torch(*theirs, **case.params)
    u, vs = like(rng, out.detach()), likes(rng, operands)
    s = (out * torch.as_tensor(u)).sum()
    gs = torch.autograd.grad(s, theirs, create_graph=True)
    t = sum((g * torch.as_tensor(v)).sum() for g, v in zip(gs, vs))
    hs = torch.autograd.grad(t, theirs, materialize_grads=True) if t.requires_grad else map(torch.zeros_like, theirs)
    np.testing.assert_allclose(f(*operands).data, out.detach(), rtol=1e-12, atol=1e-12)
    for g, expected in zip(gradient(f, operands, u), gs):
        np.testing.assert_allclose(g, expected.detach(), rtol=1e-10, atol=1e-12)
    for h, expected in zip(second(f, operands, u, vs), hs):
        np.testing.assert_allclose(h, expected.detach().clone().numpy(), rtol=1e-9, atol=1e-11)


# -- discipline --------------------------------------------------------------------------------------------------------


@every_case
def test_float32_stays_float32(row, case):
    if case.params.get("dtype") is np.float64:
        case = type(case)(case.shapes, {**case.params, "dtype": np.float32}, case.values)
    f, operands, rng = bound(row, case)
    u, d = like(rng, f(*operands).data), likes(rng, operands)
    small = row.operands(case, np.float32)
    xs = leaves(small)
    out = f(*xs)
    out.backward(u.astype(np.float32), create_graph=True)
    dout = ag.jvp(f, small, tuple(dx.astype(np.float32) for dx in d))[1]
    assert {out.dtype, dout.dtype, *(x.grad.dtype for x in xs)} == {np.dtype(np.float32)}
    for x, g in zip(xs, gradient(f, operands, u)):
        np.testing.assert_allclose(x.grad.data, g, rtol=1e-3, atol=1e-4)


@every_case
def test_operands_are_never_written_to(row, case):
    """On read-only operands in unusual memory layouts, everything comes out the same."""
    f, operands, rng = bound(row, case)
    u, vs = like(rng, f(*operands).data), likes(rng, operands)
    frozen = [_frozen(x) for x in operands]
    np.testing.assert_allclose(f(*frozen).data, f(*operands).data, rtol=1e-14)
    xs = [_held(x) for x in frozen]
    out = f(*xs)
    expected = gradient(f, operands, u)
    for create_graph in (True, False):
        gs = ag.vjp(f, *xs)[1](_frozen(u))
        out.backward(_frozen(u), create_graph=create_graph)
        for x, g, y in zip(xs, gs, expected):
            np.testing.assert_allclose(g.data, y, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(x.grad.data, y, rtol=1e-12, atol=1e-14)
            x.grad = None
    ag.jvp(f, tuple(frozen), tuple(map(_frozen, vs)))


def _frozen(x):
    """The same values as a read-only view of every second entry of a Fortran-ordered array."""
    if not np.ndim(x):
        return x
    wide = np.zeros([2 * n for n in x.shape], order="F")
    view = wide[tuple(slice(None, None, 2) for _ in x.shape)]
    view[...] = x
    view.flags.writeable = False
    return view


def _held(value):
    """A leaf that holds this very array; `ag.tensor` would copy it."""
    x = ag.tensor(np.zeros_like(value), requires_grad=True)
    x.data = value
    return x


@pytest.mark.parametrize("row", [row for row in ROWS if str(row) in REGISTERED], ids=str)
def test_keeps_only_what_its_rules_name(row):
    """Whichever operands need a gradient: an array is alive behind a node exactly where a rule will read it."""
    op = REGISTERED[str(row)]
    for case in row.cases:
        operands = row.operands(case)
        for needed in itertools.product([True, False], repeat=len(operands)):
            if any(needed):
                xs = [ag.tensor(x, requires_grad=need) * 1.0 for x, need in zip(operands, needed)]
                out = row.ours(*xs, **case.params)
                node = out.node
                if op not in (node.op, node.px and node.px.op):
                    continue  # composed of other ops in this case
                arrays = {i: _watched(xs[i]) for i, need in enumerate(needed) if need}
                if node.op is op:  # not where the op's result is reshaped before it is handed out
                    arrays["out"] = _watched(out)
                del xs, out
                alive = {i for i, array in arrays.items() if array is not None and array() is not None}
                scalars = {i for i, array in arrays.items() if array is None}
                expected = _names(op, needed) & arrays.keys()
                assert alive == expected - scalars, f"{node}, gradients of {needed}"


def _watched(x):
    """A weak reference to a Tensor's array; None for a NumPy scalar, which has none."""
    return weakref.ref(x.data) if x.ndim else None


def _names(op, needed):
    """The operands, by number, and "out", that the rules of the operands that need a gradient ask for."""
    if op.variadic:
        return set()
    named = set()
    for i, need in enumerate(needed):
        if need:
            named |= {name for rule in (op.rules[i], *op.jvps[i : i + 1]) for name in rule.__code__.co_varnames}
            named |= {op.operands[1 - i]} if op.kind == "bilinear" else set()
    return {op.operands.index(name) for name in named if name in op.operands} | (named & {"out"})


# -- rules run on symbols ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REGISTERED)
def test_rules_print_their_formulas(name):
    op = REGISTERED[name]
    texts = formulas(name)
    assert len(texts) == len(op.rules)
    for text in texts:
        assert re.fullmatch(r"[ -~]+", text)
        assert "object at" not in text
    if (op.kind == "elementwise" or name in ("multiply", "scale")) and not op.parameter_names:
        x, y, g = RNG_VALUES
        with np.errstate(invalid="ignore"):  # arccosh has no value here, and its rule none to compare
            out = op.forward(*(x, y)[: op.arity])
        node = SimpleNamespace(px=x, py=y, x=x, y=y, out=out, rest=None, params={})
        known = {**vars(np), **vars(ag.special), **dict(zip(op.operands, (x, y))), "out": out, "g": g}
        for text, rule in zip(texts, op.vjps, strict=True):
            with np.errstate(invalid="ignore"):
                printed = eval(text, known)
            np.testing.assert_allclose(printed, g if rule is None else rule(node, g), rtol=1e-12)


RNG_VALUES = np.array([0.3, 0.7]), np.array([0.6, 0.2]), np.array([1.5, -2.0])


# -- functions without a gradient --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ours, numpy, arity", QUESTIONS, ids=[ours.__name__ for ours, _, _ in QUESTIONS])
def test_questions(ours, numpy, arity):
    xs = [np.array([[0.0, 1.0, np.nan], [np.inf, -1.0, 0.0]]), np.array([0.0, 2.0, -np.inf])][:arity]
    for operands in (xs, leaves(xs)):
        out = ours(*operands)
        assert not out.requires_grad
        assert out.dtype == numpy(*xs).dtype
        np.testing.assert_array_equal(out.data, numpy(*xs))
    assert isinstance(ours(*[ag.tensor(1.5)] * arity).data, np.generic)


@pytest.mark.parametrize("ours, numpy, arity", BITWISE, ids=[ours.__name__ for ours, _, _ in BITWISE])
def test_bitwise(ours, numpy, arity):
    for operands in ([np.array([1, 6, -3]), np.array([3, 5, 4])], [np.array([True, False]), np.array([True, True])]):
        out = ours(*map(ag.tensor, operands[:arity]))
        np.testing.assert_array_equal(out.data, numpy(*operands[:arity]), strict=True)
    with pytest.raises(TypeError):
        ours(*[ag.tensor(1.5)] * arity)


@pytest.mark.parametrize("ours, numpy, args, kwargs", CREATORS, ids=[f"{c[0].__name__}{c[2:]}" for c in CREATORS])
def test_creators(ours, numpy, args, kwargs):
    out, expected = ours(*args, **kwargs), numpy(*args, **kwargs)
    assert isinstance(out, ag.Tensor)
    assert not out.requires_grad
    assert (out.shape, out.dtype) == (expected.shape, expected.dtype)
    assert isinstance(out.data, np.ndarray if out.ndim else np.generic)
    np.testing.assert_array_equal(out.data, expected)
    of_tensors = [ag.tensor(x) if isinstance(x, np.ndarray | np.generic) else x for x in args]
    np.testing.assert_array_equal(ours(*of_tensors, **kwargs).data, expected)


# -- the table is complete ---------------------------------------------------------------------------------------------


def test_every_registered_op_has_a_row():
    assert REGISTERED.keys() <= {str(row) for row in ROWS}, "give each new op a row in tests/optable"


def test_every_public_function_is_tested():
    rows = {str(row) for row in ROWS}
    others = {ours.__name__ for ours, *_ in [*QUESTIONS, *BITWISE, *ANSWERS, *CREATORS]}
    assert {getattr(ops, name).__name__ for name in ops.__all__} <= rows | others


@pytest.mark.parametrize("function", [ag.softmax, ag.log_softmax, ag.logsumexp])
def test_whole_numbers_do_not_wrap(function):
    x = np.array([[0, 250], [3, 1]], np.uint8)
    np.testing.assert_array_equal(function(x), function(x.astype(float)))
