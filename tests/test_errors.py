"""Every bad input is refused by a specific exception that names op, shapes and remedy, and changes nothing."""

import datetime
import re

import numpy as np
import pytest

import autograd as ag
from autograd import tensor


def leaf(data, **kwargs):
    return tensor(data, requires_grad=True, **kwargs)


X, Y = leaf(np.ones((3, 4))), leaf(np.ones((5, 2)))
V = leaf([1.0, 2.0, 3.0])
S = leaf(2.0)

# fmt: off
SHAPES = [  # the call | the exception | what the message says
    (lambda: X + Y,                                ValueError, r"add: \(3, 4\), \(5, 2\)"),
    (lambda: X * np.ones(3),                       ValueError, r"multiply: \(3, 4\), \(3,\)"),
    (lambda: np.ones((2, 2)) - X,                  ValueError, r"subtract: \(2, 2\), \(3, 4\)"),
    (lambda: X**Y,                                 ValueError, r"power: \(3, 4\), \(5, 2\)"),
    (lambda: ag.maximum(X, Y),                     ValueError, r"maximum: \(3, 4\), \(5, 2\)"),
    (lambda: ag.where([True, False], X, Y),        ValueError, r"where: .*\(3, 4\), \(5, 2\)"),
    (lambda: X @ Y,                                ValueError, r"matmul: .*\(3, 4\) @ \(5, 2\): the last axis of x"),
    (lambda: X @ Y,                                ValueError, r"x \(4\) must equal the first of y \(5\)"),
    (lambda: X @ V,                                ValueError, r"matmul: .*\(4\).*\(3\)"),
    (lambda: X @ 2.0,                              ValueError, r"matmul: .*\*"),
    (lambda: S @ X,                                ValueError, r"matmul: .*\*"),
    (lambda: np.ones((2, 3, 4)) @ ag.ones((5, 4, 2)), ValueError,  r"matmul: .*leading axes \(2,\) and \(5,\)"),
    (lambda: ag.affine(X, np.ones((2, 5)), np.ones(2)), ValueError, r"linear: .*\(3, 4\).*\(2, 5\)"),
    (lambda: ag.affine(X, np.ones((2, 4)), np.ones(3)), ValueError, r"linear: .*bias \(3,\) must be \(2,\)"),
    (lambda: ag.affine(X, np.ones((1, 4)), np.ones(3)), ValueError, r"linear: .*bias \(3,\) must be \(1,\)"),
    (lambda: ag.affine(X, np.ones(4), np.ones(1)), ValueError, r"linear: "),
    (lambda: X.reshape(5, 2),                      ValueError, r"reshape: \(3, 4\), shape=\(5, 2\)"),
    (lambda: X.reshape(-1, -1),                    ValueError, r"reshape: \(3, 4\), shape=\(-1, -1\)"),
    (lambda: ag.broadcast_to(X, (4, 3)),           ValueError, r"broadcast_to: \(3, 4\), shape=\(4, 3\)"),
    (lambda: ag.concatenate([X, Y]),               ValueError, r"concatenate: \(3, 4\), \(5, 2\)"),
    (lambda: ag.concatenate([X, V]),               ValueError, r"concatenate: \(3, 4\), \(3,\)"),
    (lambda: ag.concatenate([S, S]),               ValueError, r"concatenate: .*stack"),
    (lambda: ag.concatenate([]),                   ValueError, r"concatenate: .*at least one"),
    (lambda: ag.stack([X, Y]),                     ValueError, r"stack: \(3, 4\), \(5, 2\)"),
    (lambda: ag.stack([]),                         ValueError, r"stack: .*at least one"),
    (lambda: ag.squeeze(X, axis=0),                ValueError, r"squeeze: \(3, 4\)"),
    (lambda: ag.cross_entropy(X, [0, 1]),          ValueError, r"cross_entropy: target \(2,\) .*\(3, 4\)"),
    (lambda: ag.cross_entropy(S, 0),               ValueError, r"cross_entropy: "),
    (lambda: ag.cross_entropy(X, [0, 1, 4]),       IndexError, r"cross_entropy: .*0 to 3"),
    (lambda: ag.cross_entropy(X, [0, -1, 1]),      IndexError, r"cross_entropy: .*-1"),
    (lambda: ag.cross_entropy(X, [0.0, 1.0, 2.0]), TypeError,  r"cross_entropy: .*integers.*float64"),
    (lambda: ag.max(tensor([])),                   ValueError, r"max: \(0,\)"),
    (lambda: ag.logsumexp(tensor([])),             ValueError, r"logsumexp: \(0,\)"),
]
AXES = [
    (lambda: X.sum(axis=2),                        ValueError, r"sum: \(3, 4\), axis=2.*out of bounds"),
    (lambda: X.mean(axis=-3),                      ValueError, r"mean: .*axis.*-3"),
    (lambda: X.max(axis=(0, 2)),                   ValueError, r"max: \(3, 4\), axis=\(0, 2\)"),
    (lambda: X.prod(axis=2),                       ValueError, r"axis 2"),
    (lambda: X.var(axis=2),                        ValueError, r"axis.*2"),
    (lambda: X.sum(axis=(0, 0)),                   ValueError, r"sum: .*duplicate"),
    (lambda: X.sum(axis="0"),                      TypeError,  r"sum: "),
    (lambda: X.sum(axis=1.0),                      TypeError,  r"sum: "),
    (lambda: ag.softmax(X, axis=2),                ValueError, r"softmax: \(3, 4\), axis=2"),
    (lambda: ag.transpose(X, (0, 0)),              ValueError, r"axis|axes"),
    (lambda: ag.transpose(X, (0,)),                ValueError, r"transpose: .*\(3, 4\)"),
    (lambda: ag.swapaxes(X, 0, 2),                 ValueError, r"axis 2"),
    (lambda: ag.moveaxis(X, (0, 1), 0),            ValueError, r"moveaxis: "),
    (lambda: ag.expand_dims(X, 5),                 ValueError, r"axis 5"),
    (lambda: ag.concatenate([X, X], axis=2),       ValueError, r"axis 2"),
    (lambda: ag.stack([X, X], axis=5),             ValueError, r"axis 5"),
    (lambda: ag.squeeze(X, axis=7),                ValueError, r"axis 7"),
]
INDICES = [
    (lambda: X[3],                                 IndexError, r"getitem: \(3, 4\).*3 is out of bounds"),
    (lambda: X[0, 0, 0],                           IndexError, r"getitem: .*too many indices"),
    (lambda: X[1.0],                               IndexError, r"getitem: "),
    (lambda: X["a"],                               IndexError, r"getitem: "),
    (lambda: X[[0, 5]],                            IndexError, r"getitem: .*5 is out of bounds"),
    (lambda: X[[True, False]],                     IndexError, r"getitem: .*boolean"),
    (lambda: S[0],                                 IndexError, r"getitem: \(\)"),
    (lambda: V.detach().__setitem__(3, 1.0),       IndexError, r"3 is out of bounds"),
    (lambda: (V * 1).__setitem__(3, 1.0),          IndexError, r"setitem: .*3 is out of bounds"),
    (lambda: (V * 1).__setitem__(slice(0, 2), [1.0, 2.0, 3.0]), ValueError, r"setitem: \(3,\), \(3,\).*"),
]
BACKWARD = [
    (lambda: X.backward(),                         RuntimeError, r"backward: .*\(3, 4\).*\.sum\(\).*gradient="),
    (lambda: (X * 2).backward(),                   RuntimeError, r"backward: .*\(3, 4\)"),
    (lambda: tensor(1.0).backward(),               RuntimeError, r"backward: .*requires_grad=True"),
    (lambda: S.detach().backward(),                RuntimeError, r"backward: .*requires_grad=True"),
    (lambda: (S > 1).backward(),                   RuntimeError, r"backward: "),
    (lambda: X.backward(np.ones((4, 3))),          ValueError,   r"backward: gradient \(4, 3\).*\(3, 4\)"),
    (lambda: X.backward(1.0),                      ValueError,   r"backward: gradient \(\).*\(3, 4\)"),
    (lambda: S.backward(np.ones(1)),               ValueError,   r"backward: gradient \(1,\)"),
    (lambda: S.backward("one"),                    (TypeError, ValueError), r"backward: "),
    (lambda: S.backward(1j),                       TypeError,    r"backward: "),
    (lambda: tensor(1.0).retain_grad(),            RuntimeError, r"retain_grad: "),
    (lambda: setattr(X, "grad", np.ones(3)),       ValueError,   r"grad: \(3,\).*\(3, 4\)"),
    (lambda: setattr(X, "grad", "zero"),           (TypeError, ValueError), r"grad: "),
    (lambda: setattr(tensor(1.0), "grad", 1.0),    RuntimeError, r"grad: "),
]
# fmt: on


def parametrized(table):
    return pytest.mark.parametrize(
        "call, error, match", table, ids=[f"{i} {match}" for i, (_, _, match) in enumerate(table)]
    )


@parametrized(SHAPES + AXES + INDICES + BACKWARD)
def test_the_message_teaches(call, error, match):
    with pytest.raises(error, match=match) as caught:
        call()
    assert len(str(caught.value)) < 400
    assert X.grad is V.grad is S.grad is None
    assert (X.data == 1).all()
    assert ag.is_grad_enabled()


def test_axis_errors_are_numpys():
    with pytest.raises(np.exceptions.AxisError):
        X.sum(axis=2)


# -- dtypes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [1, True, 1j, [1, 2], np.zeros(2, np.uint8), np.zeros(2, complex)], ids=repr)
def test_only_real_floating_dtypes_have_a_gradient(data):
    x = tensor(data)
    for ask in (lambda: tensor(data, requires_grad=True), x.requires_grad_, lambda: setattr(x, "requires_grad", True)):
        with pytest.raises(TypeError, match=r"floating dtype, not .*(dtype=float|astype)"):
            ask()
    assert not x.requires_grad
    assert tensor(np.real(data), dtype=float, requires_grad=True).dtype == np.float64


def test_integer_results_carry_no_gradient():
    x = leaf([1.5, 2.5])
    n = x.astype(np.int64)
    assert not n.requires_grad
    assert not (n * 2).requires_grad
    with pytest.raises(RuntimeError, match="backward"):
        n.sum().backward()


@pytest.mark.parametrize("c", [1j, np.ones(2) * 1j, tensor([1j, 1j])], ids=["number", "array", "tensor"])
def test_complex_numbers_do_not_silently_lose_a_part_of_the_gradient(c):
    x = leaf([1.0, 2.0])
    with pytest.raises(TypeError, match="complex"):
        (x * c).backward(np.ones(2))
    assert x.grad is None


# -- operands that are no numbers --------------------------------------------------------------------------------------

STRANGERS = [
    "one",
    b"one",
    None,
    {},
    {1.0},
    object(),
    print,
    ["a", "b"],
    [1.0, None],
    [[1.0], [1.0, 2.0]],
    np.array([1, None], dtype=object),
    np.array(["a", "b"]),
    np.array([1, 2], dtype="datetime64[s]"),
    np.ma.array([1.0, 2.0, 3.0], mask=[True, False, False]),
    np.zeros(3, dtype=[("a", float)]),
    datetime.date(2000, 1, 1),
    float,
]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda x: re.sub(" at 0x.*", "", repr(x))[:30])
def test_operands_that_are_no_numbers(stranger):
    calls = [
        lambda: V + stranger,
        lambda: stranger * V,
        lambda: ag.add(V, stranger),
        lambda: ag.maximum(stranger, V),
        lambda: ag.where([True, False, True], V, stranger),
        lambda: ag.exp(stranger),
        lambda: ag.sum(stranger),
        lambda: ag.stack([V, stranger]),
        lambda: ag.softmax(stranger),
        lambda: tensor(stranger),
        lambda: tensor([1.0, stranger]),
    ]
    for call in calls:
        with pytest.raises((TypeError, ValueError)):
            call()
    assert V.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "stranger", ["one", object(), np.ma.array([1.0]), np.array([None])], ids=lambda x: type(x).__name__
)
def test_the_message_names_op_and_operand(stranger):
    with pytest.raises(TypeError, match=r"exp: .*(pass a Tensor|np\.asarray)"):
        ag.exp(stranger)
    with pytest.raises(TypeError, match=r"multiply: .*(pass a Tensor|np\.asarray)"):
        ag.multiply(V, stranger)


def test_a_masked_array_keeps_its_mask_or_is_refused():
    masked = np.ma.array([1.0, 2.0, 3.0], mask=[True, False, False])
    with pytest.raises(TypeError, match=r"np\.asarray"):
        tensor(masked)
    with pytest.raises(TypeError, match="MaskedArray"):
        V * masked
    with pytest.raises(TypeError, match=r"np\.array"):
        masked * V


@pytest.mark.parametrize("value", ["abc", None, object(), 1j, np.ones(5)], ids=lambda x: type(x).__name__)
def test_bad_values_are_not_assigned(value):
    for x in (tensor([1.0, 2.0, 3.0]), V * 1):
        before, node = x.tolist(), x.node
        with pytest.raises((TypeError, ValueError)):
            x[0:2] = value
        with pytest.raises((TypeError, ValueError)):
            x += value
        assert x.tolist() == before
        assert x.node is node


def test_ops_take_operands_by_position_and_the_right_number_of_them():
    for call in (
        lambda: ag.exp(),
        lambda: ag.exp(V, V),
        lambda: ag.add(V),
        lambda: ag.exp(x=V),
        lambda: ag.sum(V, 0, True),
    ):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(TypeError, match="nope"):
        ag.sum(V, nope=1)


# -- after a failure ---------------------------------------------------------------------------------------------------


def test_a_failed_backward_leaves_the_graph_usable():
    x = leaf([1.0, 2.0])
    y = x * x
    with pytest.raises(ValueError, match="gradient"):
        y.backward(np.ones(3))
    with pytest.raises(RuntimeError, match=r"\.sum\(\)"):
        y.backward()
    assert x.grad is None
    y.backward(np.ones(2))
    assert x.grad.tolist() == [2.0, 4.0]


def test_a_rule_that_fails_leaves_recording_on():
    from autograd.rules import primitive

    def fail(g):
        raise ArithmeticError("by design")

    broken = primitive("broken", lambda x: x, fail, jvp=lambda dx: dx)
    x = leaf(1.0)
    with pytest.raises(ArithmeticError):
        (broken(x) * 2).backward()
    assert ag.is_grad_enabled()
    assert x.grad is None


def test_warnings_of_numpy_come_through():
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        ag.log(tensor(0.0))
    with pytest.warns(RuntimeWarning, match="overflow"):
        ag.exp(tensor([1e4]))


@pytest.mark.parametrize(
    "name", ["prod", "squeeze", "expand_dims", "argmax", "argmin", "sum", "max", "mean", "softmax"]
)
def test_a_wrong_axis_is_blamed_on_its_op(name):
    with pytest.raises(ValueError, match=f"{name}: .*axis 5 is out of bounds|{name}: axis 5 is out of bounds"):
        getattr(ag, name)(tensor([[1.0, 2.0]], requires_grad=True), axis=5)


def test_comparisons_name_themselves_and_the_shapes():
    with pytest.raises(ValueError, match=r"less: \(2,\), \(3,\): "):
        _ = tensor([1.0, 2.0]) < tensor([1.0, 2.0, 3.0])
