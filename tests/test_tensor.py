"""The Tensor: how it is made, shown, unpacked and edited, and how it meets NumPy and Python numbers."""

import operator

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, tensor

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


def leaf(data, **kwargs):
    return tensor(data, requires_grad=True, **kwargs)


def same(out, expected):
    """A Tensor with exactly the values, shape, dtype and kind that NumPy gives."""
    assert isinstance(out, Tensor)
    assert (out.shape, out.dtype) == (expected.shape, expected.dtype)
    assert isinstance(out.data, np.ndarray if out.ndim else np.generic)
    np.testing.assert_array_equal(out.data, expected)


# -- making one --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        2.0,
        2,
        True,
        1j,
        [1.0, 2.0],
        [[1, 2], [3, 4]],
        [],
        (1.0, 2),
        np.float32(2),
        np.ones((2, 0)),
        np.array(3.0),
        np.arange(3, dtype=np.int8),
    ],
    ids=repr,
)
def test_tensor_is_numpys_array(data):
    same(tensor(data), np.asarray(data))


def test_tensor_takes_dtype_and_name():
    x = tensor([1, 2], dtype=np.float32, requires_grad=True, name="x")
    assert (x.dtype, x.requires_grad, x.name) == (np.float32, True, "x")
    assert tensor(1.0, name="c").name == "c"


def test_tensor_copies():
    array = np.ones(2)
    x = tensor(array)
    array[0] = 5
    y = tensor(x)
    x[1] = 7
    assert (x.tolist(), y.tolist()) == ([1.0, 7.0], [1.0, 1.0])


def test_tensor_of_constant_tensors():
    same(tensor([tensor(1.0), tensor(2.0)]), np.array([1.0, 2.0]))
    same(tensor([tensor([1.0, 2.0]), tensor([3.0, 4.0])]), np.array([[1.0, 2.0], [3.0, 4.0]]))


def test_tensor_of_tensors_that_need_a_gradient_would_lose_it():
    with pytest.raises(TypeError, match=r"detach"):
        tensor(leaf(1.0))
    with pytest.raises(TypeError, match=r"autograd\.array\(\[\.\.\.\]\)"):
        tensor([leaf(1.0), leaf(2.0)])
    with ag.no_grad():
        same(tensor(leaf(1.0)), np.float64(1.0))


def test_requires_grad_can_be_switched():
    x = tensor([1.0, 2.0], name="x")
    assert x.requires_grad_() is x
    assert x.requires_grad
    assert x.is_leaf
    assert x.name == "x"
    x.requires_grad = False
    assert not x.requires_grad
    assert x.name == "x"
    y = leaf(1.0) * 2
    assert not y.is_leaf
    with pytest.raises(RuntimeError, match="detach"):
        y.requires_grad = False


def test_names():
    x = leaf(1.0)
    assert x.name is None
    x.name = "x"
    y = x * 2
    assert y.name is None
    y.name = "y"
    assert (x.name, y.name) == ("x", "y")
    assert "y" in repr(y)


# -- showing one -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "x, parts",
    [
        (tensor([1.0, 2.5]), ["tensor(", "[1. , 2.5]", "float64"]),
        (tensor(2.0, dtype=np.float32), ["2.", "float32"]),
        (leaf([1.0]), ["[1.]", "requires_grad=True"]),
        (leaf([1.0], name="w"), ["name='w'"]),
        (leaf([1.0]).exp(), ["2.718", "op=exp"]),
        (tensor([1, 2]), ["[1, 2]", "int64"]),
        (tensor([]), ["[]"]),
        (tensor(np.zeros((2, 0))), ["[]"]),
    ],
    ids=repr,
)
def test_repr_shows_values_dtype_and_op(x, parts):
    for part in parts:
        assert part in repr(x)


def test_repr_of_many_entries_is_short_and_aligned():
    assert len(repr(tensor(np.zeros((1000, 1000))))) < 1000
    first, second = repr(tensor([[1.0, 2.0], [3.0, 4.0]])).splitlines()
    assert first.index("[1.") == second.index("[3.")


def test_format():
    assert f"{tensor(3.14159):.2f}" == "3.14"
    assert f"{leaf(0.5):.0%}" == "50%"
    assert f"{tensor(7):>5}" == "    7"
    assert f"{tensor([1.0, 2.0]):.2f}" == "[1.00, 2.00]"
    assert f"{tensor(1.5)}" == str(tensor(1.5))
    assert "[1., 2.]" in f"{tensor([1.0, 2.0])}"


# -- as a container and a number ---------------------------------------------------------------------------------------


def test_unpacking_is_differentiable():
    params = leaf([1.0, 2.0, 3.0])
    a, b, c = params
    assert [x.item() for x in (a, b, c)] == [1.0, 2.0, 3.0]
    (a * b + c).backward()
    assert params.grad.tolist() == [2.0, 1.0, 1.0]


def test_iteration():
    rows = list(tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert [r.tolist() for r in rows] == [[1.0, 2.0], [3.0, 4.0]]
    assert list(tensor([])) == []
    with pytest.raises(TypeError, match="iter"):
        iter(tensor(1.0))
    with pytest.raises(ValueError, match="unpack"):
        _a, _b = tensor([1.0, 2.0, 3.0])


def test_len_bool_and_numbers():
    assert len(tensor([[1.0], [2.0]])) == 2
    assert bool(tensor(1.0))
    assert not tensor([0.0])
    assert (float(tensor(2.5)), int(tensor(2.5)), leaf([2.5]).item()) == (2.5, 2, 2.5)
    for number in (float, int):
        with pytest.raises(TypeError, match=r"gradient.*item\(\)"):
            number(leaf(2.5))
        with ag.no_grad():
            assert number(leaf(2.0)) == 2
    assert [10, 20, 30][tensor(1)] == 20
    assert list(range(tensor(3))) == [0, 1, 2]
    assert type(tensor(np.float32(1.5)).item()) is float
    assert tensor([[1, 2]]).tolist() == [[1, 2]]


@pytest.mark.parametrize(
    "use, error, match",
    [
        (lambda: len(tensor(1.0)), TypeError, "len"),
        (lambda: bool(tensor([1.0, 2.0])), ValueError, r"any\(\) or .all\(\)"),
        (lambda: bool(tensor([])), ValueError, "bool"),
        (lambda: float(tensor([1.0, 2.0])), (ValueError, TypeError), r"\(2,\)"),
        (lambda: tensor([1.0, 2.0]).item(), ValueError, r"\(2,\)"),
        (lambda: [1, 2][tensor(1.0)], TypeError, "float64"),
        (lambda: [1, 2][tensor([1])], TypeError, r"\(1,\)"),
    ],
)
def test_not_one_number(use, error, match):
    with pytest.raises(error, match=match):
        use()


def test_membership_and_truth():
    assert 2.0 in tensor([1.0, 2.0])
    assert 3.0 not in tensor([1.0, 2.0])
    assert tensor([False, True]).any()
    assert not tensor([False, True]).all()
    same(tensor([[True, False], [True, True]]).all(axis=0), np.array([True, False]))


def test_equality_with_things_that_are_no_arrays():
    x = tensor([1.0, 2.0])
    assert (x == None) is False  # noqa: E711
    assert (x != None) is True  # noqa: E711
    assert (x == "x") is False
    assert x not in [None, "x"]


def test_hash_is_identity():
    x, y = tensor([1.0]), tensor([1.0])
    assert len({x, y, x}) == 2
    assert {x: "x"}[x] == "x"


# -- attributes --------------------------------------------------------------------------------------------------------


def test_attributes_are_numpys():
    array = np.zeros((2, 3), np.float32)
    x = tensor(array)
    for name in ("shape", "dtype", "ndim", "size", "nbytes"):
        assert getattr(x, name) == getattr(array, name)
        assert getattr(tensor(1.5), name) == getattr(np.float64(1.5), name)
    assert x.T.shape == (3, 2)
    assert tensor(np.zeros((4, 2, 3))).mT.shape == (4, 3, 2)


def test_a_slip_of_the_pen_is_an_error():
    with pytest.raises(AttributeError):
        tensor(1.0).requires_gard = True


METHODS = """sum mean max min prod var std argmax argmin exp log sqrt abs clip relu sigmoid tanh softplus softmax
             log_softmax logsumexp swapaxes squeeze astype ravel flatten reshape transpose all any item tolist numpy
             detach copy backward retain_grad requires_grad_""".split()


@pytest.mark.parametrize("name", METHODS)
def test_methods_are_documented(name):
    assert getattr(Tensor, name).__doc__


def test_methods_take_numpys_arguments():
    array = np.arange(1.0, 7.0).reshape(2, 3)
    x = tensor(array)
    for name in ("sum", "mean", "max", "min", "prod", "var", "std"):
        method = getattr(array, name)
        for out, expected in [
            (getattr(x, name)(), method()),
            (getattr(x, name)(0), method(0)),
            (getattr(x, name)(axis=(0, 1)), method(axis=(0, 1))),
            (getattr(x, name)(axis=1, keepdims=True), method(axis=1, keepdims=True)),
        ]:
            assert (out.shape, out.dtype) == (expected.shape, expected.dtype)
            np.testing.assert_allclose(out.data, expected, rtol=1e-15)
    same(x.argmax(axis=1), array.argmax(axis=1))
    same(x.reshape(3, 2), array.reshape(3, 2))
    same(x.reshape((3, -1)), array.reshape(3, 2))
    same(x.reshape(-1), array.reshape(-1))
    same(x.transpose(), array.T)
    same(x.transpose(1, 0), array.T)
    same(x.transpose((0, 1)), array)
    same(x.swapaxes(0, 1), array.T)
    same(x.clip(2, 4), array.clip(2, 4))
    same(x.clip(min=2), array.clip(min=2))
    same(x.clip(max=2), array.clip(max=2))
    same(x.flatten(), array.flatten())
    same(x.astype(np.float32), array.astype(np.float32))
    same(x.astype(int), array.astype(int))


def test_astype_returns_the_gradient_in_the_operands_dtype():
    x = leaf([1.5, 2.5], dtype=np.float32)
    (x.astype(np.float64) * 2).sum().backward()
    assert x.grad.dtype == np.float32
    assert x.grad.tolist() == [2.0, 2.0]


def test_astype_integer_is_a_step_and_passes_no_gradient():
    x = leaf([1.5, 2.5])
    n = x.astype(int)
    assert not n.requires_grad
    (n.astype(float) * x).sum().backward()
    assert x.grad.tolist() == [1.0, 2.0]


# -- data, numpy and __array__ -----------------------------------------------------------------------------------------


def test_data_can_be_set():
    x = leaf([1.0, 2.0])
    x.data = [3.0, 4.0]
    assert x.tolist() == [3.0, 4.0]
    x.data -= 1.0
    (x * x).sum().backward()
    assert x.grad.tolist() == [4.0, 6.0]
    s = leaf(1.0)
    s.data = 5.0
    assert isinstance(s.data, np.float64)
    (s * s).backward()
    assert s.grad.item() == 10.0


@pytest.mark.parametrize("make", [leaf, tensor], ids=["leaf", "constant"])
@pytest.mark.parametrize("value", [[1.0], 1.0, [[1.0, 2.0]], "ab", None, [1j, 1j]], ids=repr)
def test_data_keeps_shape_and_dtype(make, value):
    x = make([1.0, 2.0])
    with pytest.raises((ValueError, TypeError), match="data"):
        x.data = value
    assert x.tolist() == [1.0, 2.0]
    assert x.dtype == np.float64


def test_numpy_shares_memory_and_is_read_only_where_a_graph_depends_on_it():
    x = leaf([1.0, 2.0])
    for t in (x, x * 2):
        array = t.numpy()
        assert np.shares_memory(array, t.data)
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9
    c = tensor([1.0, 2.0])
    c.numpy()[0] = 9
    assert c.tolist() == [9.0, 2.0]
    assert isinstance(leaf(1.0).numpy(), np.float64)


def test_asarray_of_a_constant():
    c = tensor([1.0, 2.0])
    assert np.shares_memory(np.asarray(c), c.data)
    assert not np.shares_memory(np.array(c), c.data)
    assert np.asarray(c, dtype=np.float32).dtype == np.float32
    assert np.asarray(tensor(1.5)).shape == ()
    with pytest.raises(ValueError, match="copy"):
        np.asarray(c, dtype=np.float32, copy=False)


def test_asarray_never_loses_a_gradient():
    x = leaf([1.0, 2.0])
    for t in (x, x * 2):
        with pytest.raises(TypeError, match=r"x\.detach\(\) or x\.numpy\(\)"):
            np.asarray(t)
    with ag.no_grad():
        assert np.asarray(x).tolist() == [1.0, 2.0]
    assert np.asarray(x.detach()).tolist() == [1.0, 2.0]


def test_an_array_taken_of_a_leaf_cannot_edit_it_unseen():
    x = leaf([1.0, 2.0])
    with ag.no_grad():
        array = np.asarray(x)
    assert not array.flags.writeable or not np.shares_memory(array, x.data)


def test_dlpack():
    c = tensor([1.0, 2.0])
    assert np.from_dlpack(c).tolist() == [1.0, 2.0]
    with pytest.raises(TypeError, match="detach"):
        np.from_dlpack(leaf([1.0]))


# -- operators: every kind of operand, on either side, in NumPy's dtypes -----------------------------------------------

ARRAYS = [
    np.array([1.5, 2.5]),
    np.array([1.5, 2.5], np.float32),
    np.array([1, 2]),
    np.float64(2.5),
    np.float32(2.5),
    np.array(2.5),
]
OTHERS = [*ARRAYS, 2, 2.5, True, [1.5, 2.5], [1, 2], np.int8(2)]


@pytest.mark.parametrize("op", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("other", OTHERS, ids=repr)
@pytest.mark.parametrize("array", ARRAYS, ids=repr)
def test_operators(op, other, array):
    plain = np.asarray(other) if isinstance(other, list) else other
    kinds = [tensor] if array.dtype.kind != "f" else [tensor, leaf]
    for make in kinds:
        same(op(make(array), other), op(array[()], plain))
        same(op(other, make(array)), op(plain, array[()]))


@pytest.mark.parametrize("op", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("make", [lambda x: x, tensor, list], ids=["array", "tensor", "list"])
def test_operators_are_differentiable_on_either_side(op, make):
    x, other = leaf([1.5, 2.5]), np.array([2.0, 3.0])
    for f in (lambda x, y: op(x, y), lambda x, y: op(y, x)):
        x.grad = None
        f(x, make(other)).sum().backward()
        h = 1e-6
        slope = (f(x.data + h, other) - f(x.data - h, other)) / (2 * h)
        np.testing.assert_allclose(x.grad.data, slope, rtol=1e-8)


@pytest.mark.parametrize("op", COMPARISONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "other", [np.array([1.5, 2.0]), np.float32(1.5), 1.5, 1, [1.5, 2.0], tensor([1.5, 2.0])], ids=repr
)
def test_comparisons(op, other):
    array = np.array([1.5, 3.0])
    plain = other.data if isinstance(other, Tensor) else np.asarray(other)
    for x in (tensor(array), leaf(array)):
        same(op(x, other), op(array, plain))
        same(op(other, x), op(plain, array))


def test_unary_operators():
    array = np.array([-1.5, 2.0])
    x = leaf(array)
    same(-x, -array)
    same(+x, array)
    same(abs(x), abs(array))


@pytest.mark.parametrize("array", [np.array([True, False]), np.array([6, 3])], ids=["bool", "int"])
def test_logical_and_bitwise_operators(array):
    other = array[::-1].copy()
    for op in (operator.and_, operator.or_, operator.xor):
        same(op(tensor(array), tensor(other)), op(array, other))
        same(op(tensor(array), other), op(array, other))
        same(op(other, tensor(array)), op(other, array))
    same(~tensor(array), ~array)


def test_matmul_with_arrays_and_lists():
    array = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = leaf(array)
    same(x @ array, array @ array)
    same(array @ x, array @ array)
    same(x @ [1.0, 2.0], array @ [1.0, 2.0])
    same([1.0, 2.0] @ x, [1.0, 2.0] @ array)
    assert (array @ x).requires_grad


def test_python_numbers_are_weak():
    x = leaf([1.0, 2.0], dtype=np.float32)
    for out in (x + 1, 2.5 * x, x / 3, 1 - x, x**2, 2.0**x, -x, ag.maximum(x, 0.0), ag.where([True, False], x, 0.0)):
        assert out.dtype == np.float32
    assert (x + np.float64(1)).dtype == np.float64
    assert (x + np.float32(1)).dtype == np.float32
    scalar = leaf(np.float32(2))
    assert {(scalar * 2.0).dtype, (1 / scalar).dtype, (scalar**2).dtype} == {np.dtype(np.float32)}


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble])
def test_other_floating_dtypes_stay_what_they_are(dtype):
    x = leaf([0.5, 1.5], dtype=dtype)
    out = (ag.tanh(x) * 2 + x**2).mean()
    out.backward()
    assert out.dtype == x.grad.dtype == dtype


@pytest.mark.parametrize(
    "kinds", [("f4", "f4", "f8"), ("f8", "f4", "f4"), ("f4", "f8", "f4"), ("i8", "i8", "f8"), ("i8", "f4", "f4")]
)
def test_the_linear_map_has_the_dtype_of_its_formula(kinds):
    x, w, b = (np.ones(shape, kind) for shape, kind in zip([(3, 4), (2, 4), (2,)], kinds))
    same(ag.affine(x, w, b), x @ w.T + b)


def test_an_ndarray_edited_with_a_tensor():
    array = np.ones(2)
    array += tensor([1.0, 2.0])
    assert array.tolist() == [2.0, 3.0]
    with pytest.raises(TypeError, match=r"np\.add.*detach"):
        array += leaf([1.0, 2.0])
    assert array.tolist() == [2.0, 3.0]


# -- NumPy's functions -------------------------------------------------------------------------------------------------

X = np.array([[1.0, 2.0], [3.0, 4.0]])

# fmt: off
NUMPY = {  # with a rule: recorded
    "exp":         np.exp,
    "absolute":    np.absolute,
    "abs":         np.abs,
    "sqrt":        np.sqrt,
    "matmul":      lambda x: np.matmul(x, x),
    "array * x":   lambda x: X * x,
    "x * array":   lambda x: x * X,
    "scalar - x":  lambda x: np.float64(3) - x,
    "hypot":       lambda x: np.hypot(X, x),
    "maximum":     lambda x: np.maximum(x, 2.5),
    "where":       lambda x: np.where(X > 2, x, 0.0),
    "sum":         np.sum,
    "sum axis":    lambda x: np.sum(x, axis=0),
    "sum keep":    lambda x: np.sum(x, axis=1, keepdims=True),
    "mean":        np.mean,
    "max":         lambda x: np.max(x, axis=0),
    "amax":        lambda x: np.amax(x, 1),
    "prod":        np.prod,
    "var":         lambda x: np.var(x, ddof=1),
    "std":         lambda x: np.std(x, axis=0),
    "add.reduce":  lambda x: np.add.reduce(x),
    "add.reduce 1": lambda x: np.add.reduce(x, axis=1),
    "multiply.reduce": lambda x: np.multiply.reduce(x, axis=None),
    "maximum.reduce": lambda x: np.maximum.reduce(x, axis=0, keepdims=True),
    "reshape":     lambda x: np.reshape(x, (4,)),
    "ravel":       np.ravel,
    "transpose":   np.transpose,
    "swapaxes":    lambda x: np.swapaxes(x, 0, 1),
    "moveaxis":    lambda x: np.moveaxis(x, 0, 1),
    "expand_dims": lambda x: np.expand_dims(x, 0),
    "squeeze":     lambda x: np.squeeze(x[:1]),
    "broadcast_to": lambda x: np.broadcast_to(x, (3, 2, 2)),
    "concatenate": lambda x: np.concatenate([x, X, x], axis=1),
    "stack":       lambda x: np.stack([X, x]),
    "clip":        lambda x: np.clip(x, 1.5, 3.5),
    "astype":      lambda x: x.astype(np.float64),
}
# fmt: on


@pytest.mark.parametrize("f", NUMPY.values(), ids=NUMPY)
def test_numpy_functions_record_themselves(f):
    same(f(tensor(X)), f(X))
    x = leaf(X)
    out = f(x)
    assert out.requires_grad
    u = np.random.default_rng(0).standard_normal(out.shape)
    out.backward(u)
    for d in np.eye(4).reshape(4, 2, 2):
        slope = np.sum(u * (f(X + 1e-6 * d) - f(X - 1e-6 * d))) / 2e-6
        assert np.sum(x.grad.data * d) == pytest.approx(slope, rel=1e-7, abs=1e-8)


def test_numpy_asks_for_shape_and_size():
    x = leaf(X)
    assert (np.shape(x), np.ndim(x), np.size(x), np.size(x, 0)) == ((2, 2), 2, 4, 2)
    assert round(x[0, 0], 1).item() == 1.0


def test_numpy_creates_in_the_image_of_a_tensor():
    for x in (tensor(X), leaf(X)):
        same(np.zeros_like(x), np.zeros_like(X))
        same(np.ones_like(x), np.ones_like(X))
        same(np.full_like(x, 7.0), np.full_like(X, 7.0))


def test_numpy_questions():
    for x in (tensor(X), leaf(X)):
        same(np.isnan(x), np.isnan(X))
        same(np.greater(x, 2.0), X > 2)
        same(np.argmax(x, axis=1), np.argmax(X, axis=1))


# fmt: off
NO_RULE = {  # fine on constants, an error where a gradient would be lost: what it says
    "a function":  (lambda x: np.union1d(x, x[0]),       r"np.union1d has no derivative rule.*detach.*primitive"),
    "a ufunc":     (lambda x: np.subtract.reduce(x),     r"np.subtract.reduce has no derivative rule.*detach"),
    "reduceat":    (lambda x: np.add.reduceat(x, [0]),   r"np.add.reduceat with no derivative rule|has no derivative"),
    "an option":   (lambda x: np.max(x, initial=9.0),    r"np.max with initial= has no derivative rule"),
    "where=":      (lambda x: np.sum(x, where=X > 1.0),  r"np.sum: where= cannot be differentiated; .*np.where"),
    "where= of a ufunc": (lambda x: np.add.reduce(x, where=X > 1.0), r"np.add.reduce: where= cannot be differentiated"),
    "out=":        (lambda x: np.add(x, x, out=np.zeros((2, 2))), r"np.add: out= cannot be .*; take the result"),
    "out= of a function": (lambda x: np.sum(x, axis=0, out=np.zeros(2)), r"np.sum: out= cannot be differentiated"),
}
ANSWERS = {  # no gradient to lose: they answer from the values of any Tensor
    "histogram":   lambda x: np.histogram(x, bins=2)[0],
    "nonzero":     lambda x: np.where(x)[0],
    "argsort":     lambda x: np.argsort(x, axis=0),
    "unique":      np.unique,
    "searchsorted": lambda x: np.searchsorted(x[0], x[1]),
    "matrix_rank": np.linalg.matrix_rank,
    "count":       lambda x: np.count_nonzero(x > 1.0),
    "any":         lambda x: np.logical_or.reduce(x > 1.0),
}
SPELLINGS = {  # other ways to ask for what has a rule
    "x=":          lambda x: np.sinc(x=x),
    "order=":      lambda x: np.exp(x, order="C", casting="unsafe"),
    "positional":  lambda x: np.sum(x, 0, None, None, True),
    "by keyword":  lambda x: np.transpose(a=x),
    "defaults":    lambda x: np.mean(x, axis=0, dtype=None, out=None),
    "reduce":      lambda x: np.add.reduce(x, axis=(0, 1), keepdims=True),
    "accumulate":  lambda x: np.maximum.accumulate(x, axis=0),
    "outer":       lambda x: np.multiply.outer(x, x),
    "dtype=":      lambda x: np.exp(x, dtype=np.float32),
    "sum, dtype=": lambda x: np.sum(x, dtype=np.float32),
    "where=True":  lambda x: np.exp(x, where=True),
    "an alias":    lambda x: np.concat([np.amax(x, axis=0), np.permute_dims(x, (1, 0))[0]]),
}
# fmt: on


@pytest.mark.parametrize("f, message", NO_RULE.values(), ids=NO_RULE)
def test_numpy_functions_without_a_rule(f, message):
    np.testing.assert_allclose(np.asarray(f(tensor(X))), f(X))
    with ag.no_grad():
        np.testing.assert_allclose(np.asarray(f(leaf(X))), f(X))
    x = leaf(X)
    for t in (x, x * 2):
        with pytest.raises(TypeError, match=message):
            f(t)


@pytest.mark.parametrize("f", ANSWERS.values(), ids=ANSWERS)
def test_numpy_functions_that_answer(f):
    for x in (tensor(X), leaf(X), leaf(X) * 1):
        out = f(x)
        np.testing.assert_array_equal(getattr(out, "data", out), f(X))
        assert not getattr(out, "requires_grad", False)


@pytest.mark.parametrize("f", SPELLINGS.values(), ids=SPELLINGS)
def test_numpy_functions_by_another_spelling(f):
    out = f(leaf(X))
    assert out.requires_grad
    assert out.dtype == f(X).dtype
    np.testing.assert_allclose(out.data, f(X), rtol=1e-6)
    if out.dtype == np.float64:
        ag.check_grad(f, X)


def test_numpy_functions_return_tensors_of_constants():
    same(np.sort(tensor([2.0, 1.0])), np.array([1.0, 2.0]))
    same(np.cbrt(tensor(8.0)), np.cbrt(np.float64(8.0)))


def test_numpy_writes_into_arrays():
    out = np.zeros(2)
    assert np.exp(tensor([0.0, 0.0]), out=out) is out
    assert out.tolist() == [1.0, 1.0]


def test_testing_and_printing_helpers_take_tensors():
    np.testing.assert_allclose(tensor([1.0]), [1.0])
    assert np.array_equal(tensor([1.0]), [1.0])
    assert np.allclose(tensor([1.0]), tensor([1.0]))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.astype(complex).real,
        lambda x: (x * 1j).imag,
        lambda x: np.einsum("i,i->i", np.array([1j, 2j]), x).imag,
        lambda x: np.multiply(x, 2, dtype=complex).real,
    ],
)
def test_complex_numbers_on_the_way_are_refused(f):
    for derivative in (ag.grad(lambda x: f(x).sum()), lambda x: ag.jvp(f, (x,), (x,)), ag.jacobian(f)):
        with pytest.raises(TypeError, match="complex"):
            derivative(np.array([1.0, 2.0]))


def test_what_a_plain_array_cannot_hold():
    x, total = leaf([1.0, 2.0]), np.zeros(2)
    with pytest.raises(TypeError, match=r"y = y \+ x where y \+= x"):
        total += x
    with pytest.raises(TypeError, match=r"np.copyto: a plain array cannot hold .*autograd.array"):
        np.copyto(total, x)
    with pytest.raises(TypeError, match=r"autograd.scatter"):
        np.add.at(tensor([1.0, 2.0]), [0, 0], x)
