"""Moving, joining, selecting and creating: what the rows of the op table cannot say."""

import numpy as np
import pytest
import torch

import autograd as ag
from autograd import grad, tensor

X = np.array([[1.5, -2.0, 0.5, 3.0], [0.25, 4.0, -1.0, 2.0], [5.0, -0.5, 1.0, 0.75]])
INTS = np.array([[3, 1, 2], [0, 4, 1]])


def leaf(data, **kwargs):
    return tensor(data, requires_grad=True, **kwargs)


# -- NumPy's functions, called on Tensors ------------------------------------------------------------------------------

# fmt: off
CALLS = {
    "reshape F":     lambda x: np.reshape(x, (2, 6), order="F"),
    "reshape copy":  lambda x: np.reshape(x, 12, copy=True),
    "ravel":         lambda x: np.ravel(x, order="F"),
    "permute_dims":  lambda x: np.permute_dims(x, (1, 0)),
    "mT":            np.matrix_transpose,
    "rollaxis":      lambda x: np.rollaxis(x, 1),
    "atleast_1d":    np.atleast_1d,
    "atleast_2d":    lambda x: np.atleast_2d(x[0]),
    "atleast_3d":    np.atleast_3d,
    "broadcast":     lambda x: np.broadcast_arrays(x, np.zeros((2, 1, 1)))[0],
    "astype":        lambda x: np.astype(x, np.float32, copy=False),
    "copy":          np.copy,
    "resize":        lambda x: np.resize(x, (4, 5)),
    "flip":          lambda x: np.flip(x, axis=1),
    "fliplr":        np.fliplr,
    "flipud":        np.flipud,
    "rot90":         lambda x: np.rot90(x, k=3, axes=(1, 0)),
    "roll":          lambda x: np.roll(x, (1, 2), axis=(0, 1)),
    "tile":          lambda x: np.tile(x, (2, 1, 2)),
    "repeat":        lambda x: np.repeat(x, [1, 0, 2], axis=0),
    "pad":           lambda x: np.pad(x, ((1, 2), (0, 1)), "constant", constant_values=((1, 2), (3, 4))),
    "pad edge":      lambda x: np.pad(x, 2, mode="edge"),
    "pad reflect":   lambda x: np.pad(x, 5, mode="reflect", reflect_type="odd"),
    "pad by axis":   lambda x: np.pad(x, {-1: (1, 2)}),
    "tril":          lambda x: np.tril(x, -1),
    "triu":          lambda x: np.triu(x, k=1),
    "diag":          lambda x: np.diag(x, k=1),
    "diag of one":   lambda x: np.diag(x[0]),
    "diagflat":      lambda x: np.diagflat(x[:, 0], -1),
    "diagonal":      lambda x: np.diagonal(x, 1, 1, 0),
    "trace":         lambda x: np.trace(x, offset=1, dtype=np.float32),
    "vander":        lambda x: np.vander(x[0], 3, increasing=True),
    "meshgrid":      lambda x: np.meshgrid(x[0], x[1], sparse=True)[1],
    "insert":        lambda x: np.insert(x, [0, 2], 7.0, axis=1),
    "delete":        lambda x: np.delete(x, [0, -1], axis=1),
    "append":        lambda x: np.append(x, X, axis=0),
    "trim_zeros":    lambda x: np.trim_zeros(np.append(x[0], [0.0, 0.0])),
    "concat":        lambda x: np.concat([x, X], axis=1, dtype=np.float64),
    "hstack":        lambda x: np.hstack([x[0], X[1], 1.0]),
    "hstack rows":   np.hstack,
    "concat rows":   np.concatenate,
    "vstack":        lambda x: np.vstack((x, X[0]), dtype=np.float32),
    "dstack":        lambda x: np.dstack([X, x]),
    "column_stack":  lambda x: np.column_stack([x[:, 0], X]),
    "block":         lambda x: np.block([[x, X], [X, x]]),
    "split":         lambda x: np.split(x, 2, axis=1)[1],
    "array_split":   lambda x: np.array_split(x, 2)[0],
    "hsplit":        lambda x: np.hsplit(x, [1])[1],
    "vsplit":        lambda x: np.vsplit(x, 3)[2],
    "dsplit":        lambda x: np.dsplit(x[None], 2)[0],
    "unstack":       lambda x: np.unstack(x, axis=1)[2],
    "take":          lambda x: np.take(x, [0, -1], axis=1),
    "take mode":     lambda x: np.take(x, [[7, 30], [-1, -40]], mode="clip"),
    "along":         lambda x: np.take_along_axis(x, np.argsort(X, axis=1), axis=1),
    "compress":      lambda x: np.compress([False, True], x, axis=1),
    "extract":       lambda x: np.extract(X > 0, x),
    "choose":        lambda x: np.choose(np.array([0, 2, 1, 0]), x),
    "select":        lambda x: np.select([X > 1, X < 0], [x, -x], default=0.5),
    "piecewise":     lambda x: np.piecewise(x, [X < 0, X > 1], [lambda x: -x, lambda x: x * x, 2.0]),
    "along axis":    lambda x: np.apply_along_axis(lambda v: v[1:] * v[0], 0, x),
    "over axes":     lambda x: np.apply_over_axes(np.sum, x, [0, 1]),
    "windows":       lambda x: np.lib.stride_tricks.sliding_window_view(x, (2, 3)),
    "windows axis":  lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=-1),
    "full_like":     lambda x: np.full_like(x, x[0], dtype=np.float32, shape=(2, 4)),
    "linspace":      lambda x: np.linspace(x[0], X[1], 5, axis=-1),
    "linspace step": lambda x: np.linspace(0, x, num=3, endpoint=False, retstep=True)[1],
    "logspace":      lambda x: np.logspace(x, 1, num=3, base=2.0),
    "geomspace":     lambda x: np.geomspace(x[0, 0], 7.0, num=4),
}
# fmt: on


@pytest.mark.parametrize("f", CALLS.values(), ids=CALLS)
def test_numpy_finds_ours(f):
    expected = f(X)
    for x in (tensor(X), leaf(X)):
        out = f(x)
        assert isinstance(out, ag.Tensor)
        assert out.requires_grad == x.requires_grad
        assert (out.shape, out.dtype) == (expected.shape, expected.dtype)
        np.testing.assert_allclose(out.data, expected, rtol=1e-14)
    u = np.random.default_rng(0).standard_normal(expected.shape)
    out.backward(u)
    d = np.random.default_rng(1).standard_normal(X.shape)
    if out.dtype == np.float64:
        slope = np.sum(u * (f(X + 1e-6 * d) - f(X - 1e-6 * d))) / 2e-6
        assert np.sum(x.grad.data * d) == pytest.approx(slope, rel=1e-6, abs=1e-7)


# fmt: off
LIKE = [
    lambda x: np.zeros_like(x), lambda x: np.zeros_like(x, dtype=int, order="F", subok=False, shape=(3,), device="cpu"),
    lambda x: np.ones_like(x, np.float32), lambda x: np.full_like(x, 7, order="C", subok=True, device="cpu"),
    lambda x: np.empty_like(x, shape=(0, 2)),
]
# fmt: on


@pytest.mark.parametrize("f", LIKE)
def test_numpy_creates_in_the_image_of_a_tensor(f):
    out, expected = f(leaf(X)), f(X)
    assert isinstance(out, ag.Tensor)
    assert not out.requires_grad
    np.testing.assert_array_equal(out.data, expected, strict=True)


# -- constants of any kind ---------------------------------------------------------------------------------------------

MODES = "constant edge linear_ramp maximum mean median minimum reflect symmetric wrap".split()
KINDS = [INTS, INTS.astype(np.uint8), INTS > 1, INTS * (1 + 2j), INTS.astype(np.float16)]

# fmt: off
MOVES = {
    "flip": np.flip, "roll": lambda x: np.roll(x, 1), "tile": lambda x: np.tile(x, 2), "trace": np.trace,
    "repeat": lambda x: np.repeat(x, 2, 0), "diag": np.diag, "diagflat": np.diagflat, "tril": np.tril,
    "vander": lambda x: np.vander(x[0], 3) if x.dtype.kind in "ic" else x, "insert": lambda x: np.insert(x, 1, 1, 0),
    "delete": lambda x: np.delete(x, 0, 1), "concatenate": lambda x: np.concatenate([x, [[1]]][:1]),
    "block": lambda x: np.block([[x], [x]]), "take": lambda x: np.take(x, [0, 5]), "ravel": np.ravel,
    "select": lambda x: np.select([x == 1], [x]),
    "choose": lambda x: np.choose([1, 0, 1], x), "windows": lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, 1),
    "full_like": lambda x: np.full_like(x, 1), "copy": np.copy, "resize": lambda x: np.resize(x, 7),
    "pad constant": lambda x: np.pad(x, 1, constant_values=1), "append": lambda x: np.append(x, x),
    "trim_zeros": lambda x: np.trim_zeros(x), "piecewise": lambda x: np.piecewise(x, [x == 1], [lambda x: x * x, 0]),
}
# fmt: on


@pytest.mark.parametrize("x", KINDS, ids=lambda x: str(x.dtype))
@pytest.mark.parametrize("f", MOVES.values(), ids=MOVES)
def test_constants_of_every_dtype_move(f, x):
    np.testing.assert_array_equal(f(tensor(x)).data, f(x), strict=True)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("x", [INTS, INTS * 1j], ids=["int", "complex"])
def test_constants_of_every_dtype_are_padded(x, mode):
    if x.dtype.kind == "c" and mode in ("maximum", "minimum", "median"):
        x = x.imag.astype(np.uint8)
    np.testing.assert_array_equal(
        np.pad(tensor(x), ((1, 2), (3, 0)), mode).data, np.pad(x, ((1, 2), (3, 0)), mode), strict=True
    )


# -- whose memory it is ------------------------------------------------------------------------------------------------

# fmt: off
VIEWS = [
    lambda x: np.flip(x, 1), lambda x: np.rot90(x), lambda x: np.diagonal(x), lambda x: np.diag(x),
    lambda x: np.split(x, 2, axis=1)[1], lambda x: np.array_split(x, 3)[2], lambda x: np.unstack(x)[1],
    lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=0), lambda x: np.atleast_3d(x),
    lambda x: np.matrix_transpose(x), lambda x: np.broadcast_arrays(x, x)[0], lambda x: np.trim_zeros(x[0]),
    lambda x: np.meshgrid(x[0], x[1], copy=False)[0], lambda x: np.reshape(x, (2, 6)), lambda x: np.rollaxis(x, 1),
    lambda x: np.ravel(x),
]
COPIES = [
    lambda x: np.copy(x), lambda x: np.reshape(x, 12, copy=True), lambda x: np.roll(x, 0), lambda x: np.tile(x, 1),
    lambda x: np.repeat(x, 1, axis=0), lambda x: np.take(x, 1, axis=0), lambda x: np.tril(x, 9),
    lambda x: np.diagflat(x), lambda x: np.pad(x, 0), lambda x: np.pad(x, 0, "edge"),
    lambda x: np.insert(x, [], 1.0, axis=0),
    lambda x: np.delete(x, [], axis=0), lambda x: np.concatenate([x]), lambda x: np.stack([x]), lambda x: np.block(x),
    lambda x: np.block([x]), lambda x: np.compress([True] * 3, x, axis=0), lambda x: np.meshgrid(x[0])[0],
    lambda x: np.astype(x, x.dtype), lambda x: np.choose(np.zeros(4, int), x[:1]), lambda x: np.full_like(x, x),
    lambda x: np.resize(x, (3, 4)), lambda x: np.piecewise(x, [X > 0], [1.0]),
]
# fmt: on


@pytest.mark.parametrize("f", VIEWS)
def test_views_are_views(f):
    x = leaf(X)
    assert np.shares_memory(f(x).data, x.data)
    assert np.shares_memory(f(X), X)


@pytest.mark.parametrize("f", COPIES)
def test_copies_are_copies_and_may_be_edited(f):
    for x in (tensor(X), leaf(X) * 1):
        out = f(x)
        assert not np.shares_memory(out.data, x.data)
        out[...] = 9.0
        assert (out.data == 9.0).all()
        np.testing.assert_array_equal(x.data, X)


def test_orders_of_memory():
    for x in (X, np.asfortranarray(X), X.T[::-1], np.asfortranarray(X)[:, ::2]):
        for order in "CFAK":
            np.testing.assert_array_equal(np.ravel(tensor(0) + 0, order).data, [0])
            held = ag.asarray(x)
            np.testing.assert_array_equal(ag.ravel(held, order).data, np.ravel(x, order))
        for order in "CFA":
            np.testing.assert_array_equal(ag.reshape(held, (2, -1), order).data, np.reshape(x, (2, -1), order))


def test_a_reshape_without_a_copy():
    x = ag.asarray(X, copy=False)
    assert np.shares_memory(ag.reshape(x, 12, copy=False).data, X)
    assert ag.reshape(tensor(1.0), (1, 1), copy=False).shape == (1, 1)
    assert ag.reshape(ag.zeros((0, 3)), (3, 0), copy=False).shape == (3, 0)
    with pytest.raises(ValueError, match=r"reshape: \(4, 3\) to \(12,\): cannot be a view"):
        ag.reshape(x.T, 12, copy=False)


# -- adding up what was read more than once ----------------------------------------------------------------------------

RNG = np.random.default_rng(0)
# fmt: off
READS = [  # shape of x | index
    ((50, 40), (RNG.integers(-50, 50, 300),)),
    ((50, 600), (RNG.integers(-50, 50, 30),)),
    ((5000,), (RNG.integers(-5000, 5000, 3000),)),
    ((7, 9, 20), (RNG.integers(-7, 7, 90), RNG.integers(-9, 9, 90))),
    ((7, 9, 20), (slice(None), RNG.integers(-9, 9, (4, 5)))),
    ((7, 90, 4), (slice(None), RNG.integers(-90, 90, 90), RNG.integers(0, 4, 90))),
    ((7, 9, 40), (slice(None), slice(None), RNG.integers(0, 40, 60).astype(np.uint8))),
    ((30, 60), (np.arange(30)[:, None], RNG.integers(0, 60, (30, 70)))),
    ((30, 60), (slice(1, 25), RNG.integers(0, 60, 70))),
    ((30, 60), (3, RNG.integers(0, 60, 2000))),
    ((30, 60), (RNG.integers(0, 30, 40), slice(None))),
    ((30, 60), (None, RNG.integers(0, 30, 40))),
    ((30, 60), (RNG.integers(0, 30, 50), None)),
    ((3, 4, 30), (RNG.integers(0, 3, 200), slice(None), RNG.integers(0, 30, 200))),
    ((8, 8, 40), (np.array(3), RNG.integers(0, 8, 60))),
]
# fmt: on


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape, index", READS, ids=lambda x: str(x)[:40].replace("\n", ""))
def test_large_reads_add_up(shape, index, dtype):
    """By several ways, which all do what `np.add.at` does."""
    x = leaf(np.zeros(shape, dtype))
    out = x[index]
    u = RNG.integers(-9, 9, out.shape).astype(dtype)
    out.backward(u)
    expected = np.zeros(shape, dtype)
    np.add.at(expected, index, u)
    np.testing.assert_array_equal(x.grad.data, expected, strict=True)


def test_taking_an_array_apart_costs_no_array_for_each_part():
    """Each part is one of a half of a half ...: its gradient is put together from ever larger pieces."""
    x = leaf(np.arange(1000.0))
    parts = ag.unstack(x)
    assert [part.item() for part in parts] == list(range(1000))
    for part in parts[::100]:
        node, filled = part.node, 0
        while node.px is not None:
            node = node.px
            filled += int(np.prod(node.shape))
        assert filled < 2100
    sum(part * i for i, part in enumerate(parts)).backward()
    np.testing.assert_array_equal(x.grad.data, np.arange(1000.0))


def test_scatter_sums_by_label():
    w = leaf([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    out = ag.scatter(w, np.array([2, 0, 2]), (3, 2))
    assert out.tolist() == [[3, 4], [0, 0], [6, 8]]
    assert ag.scatter([1, 2, 3], tensor([1, 1, 0]), 2).tolist() == [3, 3]
    out.backward(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    assert w.grad.tolist() == [[5, 6], [1, 2], [5, 6]]
    many = ag.scatter(np.arange(2000.0), np.array([[0, 1]] * 3)[..., None], (2, 2000))  # broadcast as x[index] += y is
    np.testing.assert_array_equal(many.data, [3 * np.arange(2000.0)] * 2)


def test_indices_may_be_tensors():
    x, i, m = leaf([1.0, 2.0, 3.0]), tensor([2, 0]), tensor([True, False, True])
    assert x[i].tolist() == ag.take(x, i).tolist() == np.take(x, i).tolist() == [3, 1]
    assert x[m].tolist() == ag.compress(m, x).tolist() == ag.extract(m, x).tolist() == [1, 3]
    assert ag.take_along_axis(x, i).tolist() == [3, 1]
    assert ag.repeat(x, tensor([1, 0, 2])).tolist() == [1, 3, 3]
    assert ag.delete(x, i).tolist() == [2]
    assert ag.insert(x, i, 0.0).tolist() == [0, 1, 2, 0, 3]
    assert [part.tolist() for part in ag.split(x, tensor([1]))] == [[1], [2, 3]]
    x[i].sum().backward()
    assert x.grad.tolist() == [1, 0, 1]
    y = x * 1
    y[m] = 0.0
    assert y.tolist() == [0, 2, 0]


# -- windows -----------------------------------------------------------------------------------------------------------


def test_a_convolution_is_a_product_with_windows():
    w, x = np.array([0.5, -1.0, 2.0]), leaf(np.arange(6.0) ** 2)
    out = np.lib.stride_tricks.sliding_window_view(x, 3) @ w
    np.testing.assert_allclose(out.data, np.convolve(x.data, w[::-1], "valid"))
    out.backward(np.ones(4))
    np.testing.assert_allclose(x.grad.data, np.convolve(np.ones(4), w))


def test_strides_are_not_for_tensors():
    with pytest.raises(TypeError, match="gradient"):
        np.lib.stride_tricks.as_strided(leaf(X), (2, 2), (8, 8))


# -- making Tensors ----------------------------------------------------------------------------------------------------


def test_asarray_shares_or_copies():
    x = leaf(X)
    assert ag.asarray(x) is x
    assert ag.asarray(x, copy=False, dtype=np.float64, device="cpu") is x
    assert np.shares_memory(ag.asarray(X).data, X)
    for made in (ag.asarray(x, copy=True), ag.array(x), ag.array(X), ag.asarray(X, copy=True)):
        assert not np.shares_memory(made.data, x.data)
    assert ag.asarray(x, np.float32).requires_grad
    assert not ag.asarray(x, int).requires_grad
    for call in (
        lambda: ag.asarray([x, x], copy=False),
        lambda: ag.asarray(x, np.float32, copy=False),
        lambda: ag.asarray([1.0, 2.0], copy=False),
        lambda: ag.asarray(X, device="gpu"),
        lambda: ag.asarray([x, x[0]]),
    ):
        with pytest.raises(ValueError, match=r"copy|cpu|stack: "):
            call()
    for stranger in ("one", None, object(), [1.0, None], np.array(["a"]), np.ma.array([1.0])):
        with pytest.raises(TypeError, match="asarray: "):
            ag.asarray(stranger)


def test_lists_of_tensors_are_differentiable():
    a, b = leaf(2.0), leaf(3.0)
    out = ag.asarray([[a, b], [a * b, 1.0]])
    assert out.tolist() == [[2, 3], [6, 1]]
    out.sum().backward()
    assert (a.grad.item(), b.grad.item()) == (4.0, 3.0)
    assert ag.array([tensor(1), 2]).dtype == np.array([np.int64(1), 2]).dtype
    assert ag.asarray([leaf(np.float32(1)), leaf(np.float32(2))]).dtype == np.float32


def test_arrays_of_other_libraries():
    t = torch.arange(3.0)
    x = ag.from_dlpack(t)
    t[0] = 7.0
    assert x.tolist() == [7, 1, 2]
    assert ag.from_dlpack(t, copy=True, device="cpu").data.flags.owndata
    with pytest.raises(ValueError, match=r"from_dlpack: .*cpu"):
        ag.from_dlpack(t, device="gpu")


def test_ends_are_exact():
    for start, stop in ((0.1, 0.7), (1e-300, 1e300), (np.float32(0.1), np.float32(0.3)), (3.0, 3.0)):
        for f in (ag.linspace, ag.geomspace):
            out = f(leaf(start), stop, 7)
            assert (out.data[0], out.data[-1]) == (start, stop)
            assert out.dtype == f(start, stop, 7).dtype == np.asarray(start).dtype
            np.testing.assert_allclose(
                out.data, f(start, stop, 7).data, rtol=1e-6 if out.dtype == np.float32 else 1e-12
            )
    assert np.isfinite(ag.linspace(leaf(-1e308), 1e308, 3).data).all()


def test_gradients_of_ends():
    assert grad(lambda x: ag.linspace(x, 1.0, 5).sum())(0.0) == 2.5
    assert grad(lambda x: ag.linspace(0.0, x, 5)[-1])(7.0) == 1.0
    assert grad(lambda x: ag.linspace(0.0, x, 5, retstep=True)[1])(7.0) == 0.25
    assert grad(lambda x: ag.geomspace(x, 8.0, 4)[0])(1.0) == 1.0
    assert grad(lambda x: ag.logspace(0.0, 2.0, 3, base=x).sum())(3.0) == 7.0
    assert grad(lambda x: ag.full((2, 3), x).sum())(5.0) == 6.0
    assert not ag.linspace(leaf(0.0), 9.0, 4, dtype=int).requires_grad
    assert ag.linspace(leaf(0.0), 9.0, 4, dtype=int).tolist() == [0, 3, 6, 9]


def test_constants_are_not_made_of_what_has_a_gradient():
    for make in (lambda x: ag.arange(x), lambda x: ag.arange(0, x), lambda x: ag.arange(0, 3, step=x)):
        with pytest.raises(TypeError, match=r"arange: .*detach"):
            make(leaf(3.0))
        assert not make(tensor(3.0)).requires_grad


def test_padding_with_a_learned_constant():
    x, c = leaf([1.0, 2.0]), leaf(5.0)
    out = np.pad(x, (2, 1), constant_values=c)
    assert out.tolist() == [5, 5, 1, 2, 5]
    out.backward(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert (x.grad.tolist(), c.grad.item()) == ([3, 4], 8)
    ends = leaf([0.0, 4.0])
    np.pad(x, 2, "linear_ramp", end_values=ends).sum().backward()
    assert ends.grad.tolist() == [1.5, 1.5]


def test_padding_by_medians():
    np.testing.assert_array_equal(np.pad(tensor(X), 1, "median").data, np.pad(X, 1, "median"))


# -- lists of results --------------------------------------------------------------------------------------------------


def test_lists_and_tuples_as_numpys():
    x = leaf(X)
    assert type(np.split(x, 3)) is list
    assert [len(f(x, 2)) for f in (ag.array_split, ag.hsplit)] == [2, 2]
    assert type(np.unstack(x)) is type(np.broadcast_arrays(x, x)) is type(np.meshgrid(x[0], x[1])) is tuple
    assert type(np.atleast_1d(x, 1.0)) is tuple
    assert ag.unstack(ag.zeros((0, 2))) == ()
    assert ag.atleast_1d() == ag.broadcast_arrays() == ag.meshgrid() == ()


def test_memory_of_a_split_is_written_through():
    x = tensor(X)
    for part in ag.array_split(x, 5, axis=1):
        part[...] = 0.0
    assert not x.data.any()


# -- errors ------------------------------------------------------------------------------------------------------------

A, V, S = leaf(np.ones((3, 4))), leaf(np.ones(3)), leaf(2.0)

# fmt: off
FAULTS = [  # the call | the exception | what the message says
    (lambda: ag.concatenate([A, V]),               ValueError, r"concatenate: \(3, 4\), \(3,\): must have"),
    (lambda: ag.concatenate([A, np.ones((5, 2))]), ValueError, r"every axis but 0"),
    (lambda: ag.concatenate([A, S]),               ValueError, r"concatenate: \(3, 4\), \(\): .*stack"),
    (lambda: ag.concatenate([V, V], dtype=int),    TypeError,  r"concatenate: float64 does not fit into int64"),
    (lambda: ag.hstack([A, V]),                    ValueError, r"hstack: \(3, 4\), \(3,\)"),
    (lambda: ag.vstack([A, V]),                    ValueError, r"vstack: \(3, 4\), \(1, 3\)"),
    (lambda: ag.hstack([]),                        ValueError, r"hstack: .*at least one"),
    (lambda: ag.dstack([A, V]),                    ValueError, r"dstack: "),
    (lambda: ag.column_stack([A, V[:2]]),          ValueError, r"column_stack: \(3, 4\), \(2, 1\)"),
    (lambda: ag.append(A, V, 0),                   ValueError, r"append: \(3, 4\), \(3,\)"),
    (lambda: ag.block([[A, V], V]),                ValueError, r"block: .*equally deep"),
    (lambda: ag.block([]),                         ValueError, r"block: .*at least one"),
    (lambda: ag.block([[A], [V]]),                 ValueError, r"block: \(3, 4\), \(1, 3\)"),
    (lambda: ag.split(A, 2),                       ValueError, r"split: \(3, 4\): 2 .*axis 0 \(3\).*array_split"),
    (lambda: ag.split(A, 0),                       ValueError, r"split: \(3, 4\): 0"),
    (lambda: ag.array_split(A, 0),                 ValueError, r"array_split: "),
    (lambda: ag.array_split(A, 2, 5),              ValueError, r"array_split: axis 5"),
    (lambda: ag.vsplit(V, 3),                      ValueError, r"vsplit: \(3,\): needs two axes"),
    (lambda: ag.dsplit(A, 2),                      ValueError, r"dsplit: axis 2"),
    (lambda: ag.hsplit(S, 2),                      ValueError, r"hsplit: axis"),
    (lambda: ag.unstack(S),                        ValueError, r"unstack: axis 0"),
    (lambda: ag.apply_along_axis(np.sum, 2, A),    ValueError, r"apply_along_axis: axis 2"),
    (lambda: ag.apply_along_axis(np.sum, 0, ag.ones((2, 0))), ValueError, r"apply_along_axis: \(2, 0\)"),
    (lambda: ag.apply_over_axes(lambda x, axis: V[0], A, (0, 1)), ValueError, r"apply_over_axes: .*axis 0"),
    (lambda: ag.select([A > 0], [A, A]),           ValueError, r"select: 1 conditions, 2 choices"),
    (lambda: ag.select([A], [A]),                  TypeError,  r"select: .*booleans, not float64"),
    (lambda: ag.choose([0, 5], [V[:2], V[:2]]),    IndexError, r"choose: .*5 is out of bounds"),
    (lambda: ag.choose([0, 1], [V, V]),            ValueError, r"choose: \(2,\), \(3,\), \(3,\)"),
    (lambda: ag.choose([0.5], [V, V]),             TypeError,  r"choose: .*integers, not float64"),
    (lambda: ag.piecewise(V, [V > 0], [1, 2, 3]),  ValueError, r"piecewise: 1 conditions, 3 functions"),
    (lambda: ag.piecewise(np.ones(3, int), [True], [S]), TypeError, r"piecewise: .*int64"),
    (lambda: ag.take(V, [3]),                      IndexError, r"take: .*3 is out of bounds"),
    (lambda: ag.take(V, [0.5]),                    TypeError,  r"take: indices must be integers"),
    (lambda: ag.take(V, 0, axis=1),                ValueError, r"take: axis 1"),
    (lambda: ag.take(V, 0, mode="nearest"),        ValueError, r"take: mode='nearest'"),
    (lambda: ag.take_along_axis(A, [0], 1),        ValueError, r"take_along_axis: \(3, 4\), indices \(1,\)"),
    (lambda: ag.take_along_axis(A, [[4]], 1),      IndexError, r"take_along_axis: .*4 is out of bounds"),
    (lambda: ag.take_along_axis(V, [1.0], 0),      TypeError,  r"take_along_axis: .*integers"),
    (lambda: ag.set_along_axis(A, [[4]], 0, 1),    IndexError, r"set_along_axis: .*4 is out of bounds"),
    (lambda: ag.compress(A > 0, A),                ValueError, r"compress: condition \(3, 4\)"),
    (lambda: ag.compress([False] * 3 + [True], V), IndexError, r"compress: .*3 is out of bounds"),
    (lambda: ag.scatter(V, [0, 1], 3),             ValueError, r"scatter: \(3,\)"),
    (lambda: ag.scatter(V, [0, 1, 7], 3),          IndexError, r"scatter: .*7 is out of bounds"),
    (lambda: ag.sliding_window_view(V, 4),         ValueError, r"sliding_window_view: \(3,\).*window"),
    (lambda: ag.sliding_window_view(A, 2),         ValueError, r"sliding_window_view: \(3, 4\), window \(2,\)"),
    (lambda: ag.flip(V, 1),                        ValueError, r"flip: axis 1"),
    (lambda: ag.fliplr(V),                         ValueError, r"fliplr: axis 1"),
    (lambda: ag.roll(V, 1, 2),                     ValueError, r"roll: axis 2"),
    (lambda: ag.rot90(A, axes=(0, 1, 2)),          ValueError, r"rot90: axes"),
    (lambda: ag.rot90(A, axes=(0, 0)),             ValueError, r"repeated axis"),
    (lambda: ag.repeat(V, [1, 2]),                 ValueError, r"repeat: \(3,\): .*3 on axis 0"),
    (lambda: ag.repeat(V, -1),                     ValueError, r"repeat: "),
    (lambda: ag.repeat(V, 1.5),                    ValueError, r"repeat: "),
    (lambda: ag.diag(ag.ones((2, 2, 2))),          ValueError, r"diag: \(2, 2, 2\).*diagonal"),
    (lambda: ag.diagonal(V),                       ValueError, r"diagonal: axis 1"),
    (lambda: ag.trace(A, axis1=2),                 ValueError, r"axis 2"),
    (lambda: ag.vander(A),                         ValueError, r"vander: \(3, 4\)"),
    (lambda: ag.matrix_transpose(V),               ValueError, r"matrix_transpose: \(3,\)"),
    (lambda: ag.rollaxis(A, 0, 3),                 ValueError, r"rollaxis: axis 3"),
    (lambda: ag.broadcast_arrays(A, V),            ValueError, r"broadcast_arrays: \(3, 4\), \(3,\)"),
    (lambda: ag.reshape(A, 12, order="K"),         ValueError, r"reshape: order='K'"),
    (lambda: ag.astype(A, float, device="gpu"),    ValueError, r"astype: device='gpu'.*cpu"),
    (lambda: ag.pad(V, -1),                        ValueError, r"pad: pad_width=-1"),
    (lambda: ag.pad(V, 1.5),                       ValueError, r"pad: pad_width=1.5"),
    (lambda: ag.pad(V, 1, "mirror"),               ValueError, r"pad: mode='mirror'.*reflect"),
    (lambda: ag.pad(V, 1, "edge", constant_values=2), ValueError, r"pad: mode='edge' takes no constant_values"),
    (lambda: ag.pad(V, 1, "mean", stat_length=0),  ValueError, r"pad: stat_length"),
    (lambda: ag.pad(ag.ones((2, 0)), 1, "edge"),   ValueError, r"pad: \(2, 0\): axis 1 is empty"),
    (lambda: ag.insert(V, 9, 1.0),                 IndexError, r"insert: .*9 is out of bounds"),
    (lambda: ag.insert(V, [0, 1], [1.0, 2.0, 3.0]), ValueError, r"insert: \(3,\), 2 places, values \(3,\)"),
    (lambda: ag.delete(V, 9),                      IndexError, r"delete: .*9 is out of bounds"),
    (lambda: ag.trim_zeros(V, "x"),                ValueError, r"trim_zeros: trim='x'"),
    (lambda: ag.zeros(-1),                         ValueError, r"zeros: .*negative"),
    (lambda: ag.zeros(2, device="gpu"),            ValueError, r"zeros: .*cpu"),
    (lambda: ag.full(2, 1.0, device="gpu"),        ValueError, r"cpu"),
    (lambda: ag.linspace(S, 1, -1),                ValueError, r"linspace: num=-1"),
    (lambda: ag.geomspace(S, 0.0, 3),              ValueError, r"geomspace: .*0"),
    (lambda: ag.meshgrid(V, indexing="yx"),        ValueError, r"meshgrid: indexing='yx'"),
]
# fmt: on


@pytest.mark.parametrize("call, error, match", FAULTS, ids=[f"{i} {fault[2]}" for i, fault in enumerate(FAULTS)])
def test_the_message_teaches(call, error, match):
    with pytest.raises(error, match=match) as caught:
        call()
    assert len(str(caught.value)) < 300
