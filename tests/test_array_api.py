"""`autograd` as a namespace of the array API standard, version 2024.12: its names, signatures, dtypes and operators.

What the functions compute is for `test_ops.py`; docs/array-api.md says how to run the consortium's own suite.
"""

import builtins
import gc
import inspect
import operator
import weakref

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, tensor

# The parameters that the standard gives each function. Those before the slash may have any name.
SIGNATURES = {
    "x, /": """
        abs acos acosh asin asinh atan atanh bitwise_invert ceil conj cos cosh exp expm1 floor imag isfinite isinf
        isnan log log10 log1p log2 logical_not negative positive real reciprocal round sign signbit sin sinh sqrt
        square tan tanh trunc matrix_transpose nonzero unique_all unique_counts unique_inverse unique_values
        linalg.det linalg.eigh linalg.eigvalsh linalg.inv linalg.matrix_transpose linalg.slogdet linalg.svdvals""",
    "x1, x2, /": """
        add atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide equal
        floor_divide greater greater_equal hypot less less_equal logaddexp logical_and logical_or logical_xor matmul
        maximum minimum multiply nextafter not_equal pow remainder subtract
        linalg.matmul linalg.outer linalg.solve""",
    "x, /, *, axis, keepdims": "all any argmax argmin count_nonzero max mean min",
    "x, /, *, axis, dtype, keepdims": "prod sum",
    "x, /, *, axis, correction, keepdims": "std var",
    "x, /, *, axis, dtype, include_initial": "cumulative_prod cumulative_sum",
    "x, /, *, axis, descending, stable": "argsort sort",
    "x, /, *, axis, n, prepend, append": "diff",
    "x, /, *, axis": "flip unstack",
    "x, /, axis": "expand_dims squeeze",
    "x, /, axes": "permute_dims",
    "x, /, min, max": "clip",
    "x, /, shape": "broadcast_to",
    "x, /, shape, *, copy": "reshape",
    "x, /, shift, *, axis": "roll",
    "x, repeats, /, *, axis": "repeat",
    "x, repetitions, /": "tile",
    "x, source, destination, /": "moveaxis",
    "x, indices, /, *, axis": "take take_along_axis",
    "x, dtype, /, *, copy, device": "astype",
    "x, /, *, k": "tril triu",
    "x1, x2, /, *, axis": "vecdot linalg.cross linalg.vecdot",
    "x1, x2, /, *, axes": "tensordot linalg.tensordot",
    "x1, x2, /, *, side, sorter": "searchsorted",
    "arrays, /, *, axis": "concat stack",
    "*arrays": "broadcast_arrays",
    "*arrays, indexing": "meshgrid",
    "condition, x1, x2, /": "where",
    "obj, /, *, dtype, device, copy": "asarray",
    "x, /, *, device, copy": "from_dlpack",
    "shape, *, dtype, device": "empty ones zeros",
    "x, /, *, dtype, device": "empty_like ones_like zeros_like",
    "shape, fill_value, *, dtype, device": "full",
    "x, /, fill_value, *, dtype, device": "full_like",
    "start, /, stop, step, *, dtype, device": "arange",
    "start, stop, /, num, *, dtype, device, endpoint": "linspace",
    "n_rows, n_cols, /, *, k, dtype, device": "eye",
    "type, /": "finfo iinfo",
    "from_, to, /": "can_cast",
    "dtype, kind": "isdtype",
    "*arrays_and_dtypes": "result_type",
    "": "__array_namespace_info__",
    "x, /, *, upper": "linalg.cholesky",
    "x, /, *, offset": "linalg.diagonal",
    "x, /, *, offset, dtype": "linalg.trace",
    "x, /, *, keepdims, ord": "linalg.matrix_norm",
    "x, /, *, axis, keepdims, ord": "linalg.vector_norm",
    "x, n, /": "linalg.matrix_power",
    "x, /, *, rtol": "linalg.matrix_rank linalg.pinv",
    "x, /, *, mode": "linalg.qr",
    "x, /, *, full_matrices": "linalg.svd",
    "x, /, *, n, axis, norm": "fft.fft fft.hfft fft.ifft fft.ihfft fft.irfft fft.rfft",
    "x, /, *, s, axes, norm": "fft.fftn fft.ifftn fft.irfftn fft.rfftn",
    "x, /, *, axes": "fft.fftshift fft.ifftshift",
    "n, /, *, d, dtype, device": "fft.fftfreq fft.rfftfreq",
}
FUNCTIONS = {name: parameters for parameters, names in SIGNATURES.items() for name in names.split()}

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPES = ["bool", *INTEGERS, "float32", "float64", "complex64", "complex128"]


def same(out, expected):
    """A Tensor with exactly the values, shape and dtype that NumPy gives."""
    assert isinstance(out, Tensor)
    assert (out.shape, out.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(out.data, expected)


# -- the namespace -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_take_the_standards_parameters(name):
    """Those before the slash by position, those after the star by keyword, and those between either way."""
    try:
        function = inspect.signature(operator.attrgetter(name)(ag))
    except ValueError:  # a built-in function of an older NumPy tells of no parameters
        return
    standard = inspect.signature(eval(f"lambda {FUNCTIONS[name]}: 0")).parameters.values()
    first = [None for p in standard if p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL)]
    either = dict.fromkeys(p.name for p in standard if p.kind is p.POSITIONAL_OR_KEYWORD)
    last = dict.fromkeys(p.name for p in standard if p.kind is p.KEYWORD_ONLY)
    function.bind(*first, *either.values(), **last)
    function.bind(*first, **either, **last)


def test_a_tensor_names_its_namespace():
    for version in (None, "2021.12", "2024.12"):
        assert tensor(1.0).__array_namespace__(api_version=version) is ag
    assert ag.__array_api_version__ == "2024.12"
    with pytest.raises(ValueError, match=r"2024\.12.*not 1999\.1"):
        tensor(1.0).__array_namespace__(api_version="1999.1")


def test_what_the_namespace_can_do():
    info = ag.__array_namespace_info__()
    assert info.capabilities()["boolean indexing"]
    assert info.capabilities()["data-dependent shapes"]
    assert info.devices() == [info.default_device()] == [tensor(1.0).device]
    assert info.default_dtypes()["real floating"] == tensor(1.0).dtype
    assert info.default_dtypes()["integral"] == tensor(1).dtype
    assert info.dtypes() == {name: getattr(ag, name) for name in DTYPES}


def test_a_star_import_leaves_pythons_own_names_alone():
    names = {}
    exec("from autograd import *", names)
    assert not names.keys() & (set(dir(builtins)) - {"__builtins__", "__doc__", "__name__"})
    assert names["concat"] is ag.concat
    for name in ("abs", "all", "any", "bool", "max", "min", "pow", "round", "sum"):
        assert getattr(ag, name) is not getattr(builtins, name)


# -- dtypes and constants ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DTYPES)
def test_dtypes(name):
    dtype = getattr(ag, name)
    for x in (ag.ones(2, dtype=dtype), ag.asarray([0, 1], dtype=dtype), ag.astype(tensor([0, 1]), dtype)):
        assert x.dtype == dtype
        assert x.dtype == np.dtype(name)
        assert x.itemsize == x.nbytes // 2


def test_constants():
    assert (ag.pi, ag.e, ag.inf, ag.newaxis) == (np.pi, np.e, np.inf, None)
    assert np.isnan(ag.nan)
    assert ag.broadcast_shapes((2, 1), (3,)) == (2, 3)


@pytest.mark.parametrize("name", INTEGERS)
def test_limits_of_integers(name):
    for x in (getattr(ag, name), np.dtype(name), ag.ones((), dtype=name), ag.ones(3, dtype=name)):
        info, expected = ag.iinfo(x), np.iinfo(name)
        assert (info.bits, info.min, info.max, info.dtype) == (expected.bits, expected.min, expected.max, name)


@pytest.mark.parametrize("name", ["float32", "float64", "complex64", "complex128"])
def test_limits_of_floating_numbers(name):
    """Python numbers, so that computing with one never widens a dtype."""
    for x in (getattr(ag, name), np.dtype(name), ag.ones((), dtype=name), ag.ones(3, dtype=name)):
        info, expected = ag.finfo(x), np.finfo(name)
        assert (info.bits, info.dtype) == (expected.bits, expected.dtype)
        for limit in ("eps", "min", "max", "smallest_normal"):
            assert getattr(info, limit) == getattr(expected, limit)
            assert type(getattr(info, limit)) is float


def test_promotion():
    x, n = ag.ones(2, dtype=ag.float32), ag.ones(2, dtype=ag.int8)
    assert ag.result_type(x, 1.0) == ag.result_type(n, ag.float32) == ag.float32
    assert ag.result_type(n, ag.uint8) == ag.int16
    assert ag.can_cast(n, ag.int16)
    assert ag.can_cast(ag.float32, ag.float64)
    assert not ag.can_cast(x.requires_grad_(), ag.int8)
    assert ag.isdtype(x.dtype, "real floating")
    assert ag.isdtype(n.dtype, ("bool", "signed integer"))
    assert not ag.isdtype(n.dtype, ag.float32)


# -- the device --------------------------------------------------------------------------------------------------------


def test_there_is_one_device():
    x = tensor([1.0, 2.0], requires_grad=True)
    assert x.to_device("cpu") is x
    assert ag.zeros(2, device=x.device).device == "cpu"
    for use in (lambda: x.to_device("cuda"), lambda: x.to_device("cpu", stream=1), lambda: ag.zeros(2, device="cuda")):
        with pytest.raises(ValueError, match=r"cuda|cpu"):
            use()


@pytest.mark.parametrize("name", DTYPES)
def test_dlpack(name):
    for array in (np.array([0, 1, 1], name), np.array(1, name)):
        x = tensor(array)
        assert x.__dlpack_device__() == array.__dlpack_device__()
        same(ag.from_dlpack(x), array[()])
        same(ag.from_dlpack(x, device="cpu", copy=True), array[()])
        assert x.__dlpack__(max_version=(1, 0), dl_device=(1, 0), copy=True)


# -- operators ---------------------------------------------------------------------------------------------------------

ARITHMETIC = [operator.floordiv, operator.mod, divmod]
BITS = [operator.lshift, operator.rshift, operator.and_, operator.or_, operator.xor]
IN_PLACE = {
    operator.iadd: 2, operator.isub: 2, operator.imul: 2, operator.ipow: 2, operator.ifloordiv: 2, operator.imod: 2,
    operator.ilshift: 2, operator.irshift: 1, operator.iand: 3, operator.ior: 4, operator.ixor: 5,
}  # fmt: skip


@pytest.mark.parametrize("op", ARITHMETIC, ids=lambda f: f.__name__)
@pytest.mark.parametrize("array", [np.array([7.5, -7.5]), np.array([7, -7]), np.float32(7.5)], ids=str)
def test_division_with_remainder(op, array):
    for other in (2, np.array([2.0, 3.5]), [2, 3]):
        plain = np.asarray(other) if isinstance(other, list) else other
        for out, expected in [
            (op(tensor(array), other), op(array, plain)),
            (op(other, tensor(array)), op(plain, array)),
        ]:
            outs, expecteds = (out, expected) if op is divmod else ([out], [expected])
            for one, known in zip(outs, expecteds, strict=True):
                same(one, known)


@pytest.mark.parametrize("op", BITS, ids=lambda f: f.__name__)
def test_operators_of_bits(op):
    array, other = np.array([6, 3, 12], np.uint8), np.array([1, 2, 3], np.uint8)
    for out, expected in [
        (op(tensor(array), tensor(other)), op(array, other)),
        (op(tensor(array), other), op(array, other)),
        (op(array, tensor(other)), op(array, other)),
        (op(tensor(array), 2), op(array, 2)),
        (op(2, tensor(other)), op(2, other)),
    ]:
        same(out, expected)
    with pytest.raises(TypeError):
        op(tensor([1.0]), tensor([1.0]))


@pytest.mark.parametrize("op", IN_PLACE, ids=lambda f: f.__name__)
def test_in_place_operators(op):
    for data in (np.array([6, 3, 12]), 6):
        array = np.array(data)
        x = alias = tensor(data)
        x = op(x, IN_PLACE[op])
        assert x is alias
        same(x, op(array, IN_PLACE[op])[()])


def test_a_matrix_product_in_place():
    x, y = tensor([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    x @= y
    assert x.tolist() == [[2.0, 1.0], [4.0, 3.0]]
    with pytest.raises(ValueError, match="matmul in place"):
        x @= np.ones((2, 3))


def test_in_place_operators_are_differentiable():
    w = tensor([7.5, -7.5], requires_grad=True)
    x = w * 1.0
    x %= 2.0
    x @= np.array([[1.0, 2.0], [3.0, 4.0]])
    assert x.tolist() == [1.5 * 1 + 0.5 * 3, 1.5 * 2 + 0.5 * 4]
    x.sum().backward()
    assert w.grad.tolist() == [3.0, 7.0]
    with pytest.raises(RuntimeError, match="leaf"):
        w %= 2.0


# -- parts in place ----------------------------------------------------------------------------------------------------


def stencil(np, u):
    y = np.zeros_like(u)
    y[1:-1] += u[2:]
    y[1:-1] *= u[:-2]
    y[0] -= u[1]
    y[[0, 2]] **= 2
    return y


def rows(np, u):
    x = np.reshape(u, (2, 2)) * 1.0
    x[0] += x[1]
    row = x[1]
    row *= 3
    row -= x[0]
    x[:, 0] **= 2
    x[1][1:] /= 5
    return x * x


def loop(np, u):
    x = np.zeros_like(np.reshape(u, (2, 2)))
    for i, row in enumerate(x):
        row += u[2 * i : 2 * i + 2] * (i + 1)
    return x + 1


def methods(np, u):
    x = np.reshape(u, (2, 2)) * 1.0
    x[1][:].sort()
    x[0].fill(u[3])
    x[0][1:] = u[2]
    return x


@pytest.mark.parametrize("program", [stencil, rows, loop, methods], ids=lambda f: f.__name__)
def test_an_edit_of_a_part_reaches_the_whole(program):
    u = np.array([1.5, 2.0, 4.0, 3.5])
    expected = program(np, u.copy())
    same(program(np, tensor(u)), expected)
    same(program(np, tensor(u, requires_grad=True)), expected)
    ag.check_grad(lambda u: program(np, u), u)


def test_a_part_of_what_has_moved_on_follows():
    w = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    x = w * 1.0
    row = x[0]
    x[1] = 5.0
    row += 1.0
    assert (row.tolist(), x.tolist()) == ([2.0, 3.0], [[2.0, 3.0], [5.0, 5.0]])
    with pytest.raises(RuntimeError, match="leaf"):
        w[0] += 1.0
    with pytest.raises(RuntimeError, match="view"):
        x.T[0] += 1.0
    assert w.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_part_makes_no_cycle():
    x = tensor([[1.0, 2.0]], requires_grad=True) * 1.0
    row = x[0]
    row += 1.0
    watched = weakref.ref(x), weakref.ref(row)
    gc.disable()
    try:
        del x, row
        assert [ref() for ref in watched] == [None, None]
    finally:
        gc.enable()


def test_complex_numbers():
    x = tensor([1 + 2j, 3 - 1j])
    same(x.real, x.data.real)
    same(x.imag, x.data.imag)
    same(x.conj(), x.data.conj())
    assert complex(x[0]) == 1 + 2j
    assert tensor([1.5], requires_grad=True).real.requires_grad
    with pytest.raises(TypeError, match=r"item\(\)"):
        complex(tensor(1.5, requires_grad=True))


# -- methods -----------------------------------------------------------------------------------------------------------

METHODS = """
x.cumsum() x.cumsum(0) x.cumsum(axis=1) x.cumprod(1) x.trace() x.trace(1) x.diagonal() x.diagonal(1,1,0)
x.repeat(2) x.repeat([1,2],axis=0) x.take([2,0]) x.take([2,0],1) x.compress([True,False,True],1) x.compress([1])
x.argsort() x.argsort(0) x.argsort(axis=None) x.argpartition(1) x.round() x.round(1) x.conj() x.conjugate() x.dot(x.T)
x.var(ddof=1) x.std(0,ddof=1) x.sum(dtype=np.float32) x.prod(1,dtype=np.float32)
x.mean(0,keepdims=True) x.all() x.all(0) x.any(axis=1) x.item(3) x.item(1,2) x.tolist() x.ravel() x.flatten()
x.reshape(3,2,copy=True) x.squeeze() x.itemsize x.nbytes x.T x.mT x.real x.imag x.copy() x.nonzero()
x.ravel().searchsorted(4) x.ravel().searchsorted([1.5,9.],'right')
x.clip(2,4) x.max(0) x.min() x.argmax(1) x.argmin()
""".split()


@pytest.mark.parametrize("expression", METHODS)
def test_methods_are_numpys(expression):
    array = np.array([[1.25, 2.5, 3.75], [4.0, 5.5, 7.25]])
    expected = eval(expression, {"x": array, "np": np})
    for x in (tensor(array), tensor(array, requires_grad=True)):
        out = eval(expression, {"x": x, "np": np})
        outs, expecteds = (out, expected) if isinstance(expected, tuple) else ([out], [expected])
        for one, known in zip(outs, expecteds, strict=True):
            assert isinstance(one, Tensor) == isinstance(known, np.ndarray | np.generic)
            assert getattr(one, "dtype", type(one)) == getattr(known, "dtype", type(known))
            np.testing.assert_array_equal(getattr(one, "data", one), known)


@pytest.mark.parametrize("name", [name for name in dir(Tensor) if name not in ("node", "value") and name[0] != "_"])
def test_everything_that_a_tensor_has_is_documented(name):
    assert getattr(Tensor, name).__doc__


def test_methods_take_the_standards_arguments():
    x = tensor([[1.0, 2.0], [4.0, 8.0]])
    same(x.var(correction=1), x.data.var(ddof=1))
    same(x.std(axis=0, correction=1.0), x.data.std(axis=0, ddof=1))


def test_choose():
    x = tensor([1.0, 2.0, 3.0], requires_grad=True)
    out = tensor([0, 1, 0]).choose([x, -x])
    same(out, np.array([1.0, -2.0, 3.0]))
    out.sum().backward()
    assert x.grad.tolist() == [1.0, -1.0, 1.0]


def test_the_entries_one_by_one():
    x = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    a, _, _, d = x.flat
    (a * d).backward()
    assert x.grad.tolist() == [[4.0, 0.0], [0.0, 1.0]]


def test_sorting_in_place():
    array = np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    for axis in (-1, 0):
        x = tensor(array)
        assert x.sort(axis) is None
        same(x, np.sort(array, axis))
    x.partition(1)
    assert x[:, 1].tolist() == np.partition(x.data, 1)[:, 1].tolist()
    x.fill(2.5)
    same(x, np.full((2, 3), 2.5))


def test_sorting_in_place_is_differentiable():
    w = tensor([3.0, 1.0, 2.0], requires_grad=True)
    x = w * 1.0
    x.sort()
    (x * [1.0, 10.0, 100.0]).sum().backward()
    assert w.grad.tolist() == [100.0, 1.0, 10.0]
    for use in (w.sort, lambda: w.partition(1), lambda: w.fill(0.0)):
        with pytest.raises(RuntimeError, match="leaf"):
            use()


# -- Fourier transforms ------------------------------------------------------------------------------------------------

TRANSFORMS = """fft ifft rfft irfft hfft ihfft fftn ifftn rfftn irfftn fft2 ifft2 rfft2 irfft2""".split()


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_transforms_of_constants(name, dtype):
    x = np.random.default_rng(0).standard_normal((4, 6)).astype(dtype)
    numpys = getattr(np.fft, name)
    for kwargs in ({}, {"norm": "ortho"}, {"axes": (0, 1)} if name[-1] in "n2" else {"n": 5, "axis": 0}):
        for out in (getattr(ag.fft, name)(tensor(x), **kwargs), numpys(tensor(x), **kwargs)):
            same(out, numpys(x, **kwargs))
    leaf = tensor(x, requires_grad=True)
    for function in (getattr(ag.fft, name), numpys):
        with pytest.raises(TypeError, match=f"{name}.*detach"):
            function(leaf)
    with ag.no_grad():
        same(numpys(leaf), numpys(x))


def test_transforms_name_themselves_in_errors():
    with pytest.raises(IndexError, match=r"fft\.fft: \(3,\)"):
        ag.fft.fft(ag.ones(3), axis=2)
    with pytest.raises(ValueError, match=r"fft\.ifft: \(3,\)"):
        ag.fft.ifft(ag.ones(3), norm="sideways")


def test_frequencies():
    for n in (4, 5):
        same(ag.fft.fftfreq(n, 0.5), np.fft.fftfreq(n, 0.5))
        same(ag.fft.rfftfreq(n, d=0.5), np.fft.rfftfreq(n, 0.5))
        assert ag.fft.fftfreq(n, dtype=ag.float32, device="cpu").dtype == ag.float32


@pytest.mark.parametrize("axes", [None, 0, -1, (0, 1)])
def test_shifts_are_differentiable(axes):
    x = np.arange(15.0).reshape(3, 5)
    for name in ("fftshift", "ifftshift"):
        same(getattr(ag.fft, name)(x, axes=axes), getattr(np.fft, name)(x, axes))
        same(getattr(np.fft, name)(tensor(x), axes), getattr(np.fft, name)(x, axes))
        ag.check_grad(lambda x: getattr(ag.fft, name)(x, axes=axes) ** 2, x)  # noqa: B023
