"""Linear algebra beyond the op table: equal and vanishing eigenvalues and singular values, matrices without an inverse,
and what is refused."""

import numpy as np
import pytest

import autograd as ag
from autograd import linalg, tensor

LA = np.linalg
RNG = np.random.default_rng(5)
X = RNG.standard_normal((3, 3))
TURN = LA.qr(RNG.standard_normal((3, 3)))[0]  # a basis that is not the axes


def leaf(x):
    return tensor(x, requires_grad=True)


def slope(f, x, d):
    """The slope of f at x in the direction d, by central differences."""
    h = 1e-6
    return (f(x + h * d).data - f(x - h * d).data) / (2 * h)


def with_values(*values):
    """A symmetric matrix that has these eigenvalues."""
    return TURN @ np.diag(np.array(values, float)) @ TURN.T


# -- equal values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [np.eye(3), with_values(1, 2, 2), with_values(0, 0, 1), np.zeros((3, 3))])
@pytest.mark.parametrize("values", [linalg.eigvalsh, lambda x: linalg.eigh(x)[0]])
def test_functions_of_equal_eigenvalues_have_gradients(values, at):
    """Σ w² is |a|² and Σ sin w the trace of sin a, whatever is equal."""
    np.testing.assert_allclose(ag.grad(lambda x: (values(x) ** 2).sum())(at), 2 * at, atol=1e-12)
    np.testing.assert_allclose(ag.grad(lambda x: values(x).sum())(at), np.eye(3), atol=1e-12)
    d = X + X.T
    sines = lambda x: np.sin(values(x)).sum()  # noqa: E731
    assert np.sum(ag.grad(sines)(at) * d) == pytest.approx(slope(sines, at, d), abs=1e-8)


def test_equal_eigenvalues_share():
    """Of the slopes that the largest one may have, the least: its space is one of two dimensions."""
    at = with_values(1, 2, 2)
    g = ag.grad(lambda x: linalg.eigvalsh(x)[-1])(at)
    np.testing.assert_allclose(g, (at - np.eye(3)) / 2, atol=1e-12)
    d = X + X.T
    assert ag.jvp(lambda x: linalg.eigvalsh(x)[-1], (at,), (d,))[1] == pytest.approx(np.sum(g * d))


def test_norms_where_singular_values_are_equal_or_vanish():
    of = lambda ord: ag.grad(lambda x: linalg.norm(x, ord))  # noqa: E731
    np.testing.assert_allclose(of(2)(np.eye(3)), np.eye(3) / 3, atol=1e-15)
    np.testing.assert_allclose(of("nuc")(TURN), TURN, atol=1e-12)
    rank_one = np.outer([3.0, 4.0], [0.0, 1.0, 0.0])
    np.testing.assert_allclose(of("nuc")(rank_one), rank_one / 5, atol=1e-15)
    for ord in ("nuc", 2, -2, "fro", 1, np.inf):
        np.testing.assert_array_equal(of(ord)(np.zeros((2, 3))), np.zeros((2, 3)))


def logarithm(x):
    w, v = linalg.eigh(x)
    return (v * np.log(w)) @ v.T


def rebuilt(x):
    u, s, vh = linalg.svd(x, full_matrices=False)
    return (u * s) @ vh


def rotation(x):
    u, _, vh = linalg.svd(x)
    return u @ vh


VECTORS, LEFT, THIN = (lambda x: linalg.eigh(x)[1]), (lambda x: linalg.svd(x)[0]), (lambda x: linalg.svd(x, False)[0])
TWO_EQUAL, A_STACK = with_values(1, 2, 2), np.stack([with_values(1, 2, 3), np.eye(3)])
FLAT = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])

# fmt: off
UNDEFINED = [
    ("a vector",                 lambda x: VECTORS(x)[:, 1],   TWO_EQUAL,                    "eigenvalues 1 and 2"),
    ("one entry of a vector",    lambda x: VECTORS(x)[2, 0],   np.diag([1.0, 1.0, 2.0]),     "eigenvalues 0 and 1"),
    ("nearly equal",             VECTORS,                      with_values(1, 2, 2 + 1e-15), "eigenvalues 1 and 2"),
    ("cotangents of 0",          logarithm,                    np.eye(3),                    "eigenvalues 0 and 1"),
    ("vectors of a stack",       VECTORS,                      A_STACK,                      "eigenvalues 0 and 1"),
    ("singular vectors",         LEFT,                         np.eye(3),                    "singular values 0 and 1"),
    ("the nearest rotation",     rotation,                     2 * TURN,                     "singular values 0 and 1"),
    ("all of a zero matrix",     rebuilt,                      np.zeros((3, 3)),             "singular values 0 and 1"),
    ("all of a singular matrix", rebuilt,                      np.diag([2.0, 1.0, 0.0]),     "singular value 2 is 0"),
    ("outside of the space",     THIN,                         FLAT,                         "singular value 1 is 0"),
]
# fmt: on


@pytest.mark.parametrize("f, at, what", [row[1:] for row in UNDEFINED], ids=[row[0] for row in UNDEFINED])
def test_what_equal_values_leave_undefined_is_refused(f, at, what):
    u = RNG.standard_normal(f(at).shape)
    with pytest.raises(LA.LinAlgError, match=what):
        ag.grad(lambda x: (f(x) * u).sum())(at)
    with pytest.raises(LA.LinAlgError, match=what):
        ag.jvp(f, (at,), (RNG.standard_normal(at.shape),))
    f(at)  # of constants there is nothing to refuse
    f(leaf(at))


def test_a_second_derivative_is_refused_where_it_needs_vectors():
    with pytest.raises(LA.LinAlgError, match="eigenvalues 0 and 1"):
        ag.hessian(lambda x: (linalg.eigvalsh(x) ** 2).sum())(np.eye(3))


def test_vectors_whose_own_value_is_single_have_gradients():
    at, d, u = with_values(1, 3, 3), X + X.T, RNG.standard_normal(3)
    f = lambda x: (linalg.eigh(x)[1][:, 0] ** 2 * u).sum()  # noqa: E731
    assert np.sum(ag.grad(f)(at) * d) == pytest.approx(slope(f, at, d), rel=1e-6)
    low = np.outer(X[:, 0], X[:, 1])  # whose other singular values are 0
    f = lambda x: ((linalg.svd(x)[0][:, 0] ** 2 * u).sum() * linalg.svd(x)[1][0]).sum()  # noqa: E731
    assert np.sum(ag.grad(f)(low) * d) == pytest.approx(slope(f, low, d), rel=1e-6)


# -- matrices without an inverse ---------------------------------------------------------------------------------------


def expanded(x):
    """The determinant of a 3 x 3 matrix by its definition."""
    (a, b, c), (d, e, f), (g, h, i) = ([x[..., j, k] for k in range(3)] for j in range(3))
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


SINGULAR = [
    X[:, :2] @ X[:2],
    np.outer(X[0], X[1]),
    np.zeros((3, 3)),
    X[:, :2] @ X[:2] + 1e-10 * X,
    X,
    np.diag([1, 1e-200, 1]),
]


@pytest.mark.parametrize(
    "at", [*SINGULAR, np.stack(SINGULAR)], ids=[*"210", "nearly 2", "3", "a tiny one", "all at once"]
)
def test_determinants_of_every_rank_to_third_order(at):
    first, second = RNG.standard_normal((2, *at.shape))
    derivatives = []
    for det in (linalg.det, expanded):
        once = ag.grad(lambda x, f=det: f(x).sum())
        twice = ag.grad(lambda x, f=once: (f(x) * first).sum())
        thrice = ag.grad(lambda x, f=twice: (f(x) * second).sum())
        derivatives.append([once(at), twice(at), thrice(at), ag.jvp(det, (at,), (first,))[1]])
    for ours, expected in zip(*derivatives, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(
    "entries", [(1e150, 1e-150, 1.0), (1e-200, 1e-200, 1e200), (1e200, 1e200, 1e-100), (1.0, 1e-9, 1e-9)]
)
def test_gradients_of_determinants_far_from_one(entries):
    """Also where the determinant itself is too large or too small for floating point, and the cofactors are not."""
    a, b, c = entries
    with np.errstate(over="ignore"):
        g = ag.grad(linalg.det)(np.diag(entries))
    np.testing.assert_allclose(g, np.diag([b * c, a * c, a * b]), rtol=1e-12, atol=0)


def test_a_determinant_is_numpys_even_where_it_is_zero():
    assert linalg.det(leaf([[1.0, 2.0], [2.0, 4.0]])).item() == 0.0
    g = ag.grad(linalg.det)(np.ones((2, 2), np.float32))
    assert g.dtype == np.float32
    np.testing.assert_allclose(g, [[1, -1], [-1, 1]], rtol=1e-6)


@pytest.mark.parametrize(
    "f, message",
    [
        (lambda x: linalg.slogdet(x).logabsdet, r"slogdet: \(2, 2\): a matrix is singular"),
        (linalg.inv, r"inv: \(2, 2\): Singular matrix"),
        (lambda x: linalg.solve(x, [1.0, 2.0]), r"solve: \(2, 2\), \(2, 1\): Singular matrix"),
        (lambda x: linalg.cond(x, 1), r"inv: \(2, 2\)"),
        (lambda x: linalg.cond(x * 0.0), r"cond: \(2, 2\): a matrix is singular"),
        (lambda x: linalg.matrix_power(x, -1), r"inv: \(2, 2\)"),
        (lambda x: linalg.cholesky(-x - np.eye(2)), r"cholesky: \(2, 2\): Matrix is not positive definite"),
        (lambda x: linalg.qr(x * 0.0).R, r"qr: r \(2, 2\) is singular"),
    ],
)
def test_what_singular_matrices_lack_is_refused_by_name(f, message):
    x = leaf(np.ones((2, 2)))
    with pytest.raises(LA.LinAlgError, match=message):
        f(x).sum().backward()


def test_a_completed_basis_is_any():
    tall = RNG.standard_normal((4, 2))
    for f in (lambda x: linalg.qr(x, "complete").Q, lambda x: linalg.svd(x).U, lambda x: linalg.svd(x.T).Vh):
        with pytest.raises(LA.LinAlgError, match="complete a basis"):
            ag.grad(lambda x, f=f: (f(x) * np.arange(16.0).reshape(4, 4)).sum())(tall)
        np.testing.assert_allclose(ag.grad(lambda x, f=f: (f(x) ** 2).sum())(tall), np.zeros((4, 2)), atol=1e-13)


def test_a_tall_system_needs_little_memory():
    """Nothing as large as the square of its rows is made."""
    a, b = leaf(RNG.standard_normal((50_000, 2))), leaf(RNG.standard_normal(50_000))
    linalg.lstsq(a, b)[0].sum().backward()
    assert a.grad.shape == a.shape
    assert b.grad.shape == b.shape


# -- triangles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("upper", [False, True])
def test_only_one_triangle_is_read(upper):
    full = X @ X.T + np.eye(3)
    half = np.triu(full) if upper else np.tril(full)
    calls = [
        lambda la, x: la.cholesky(x, upper=upper),
        lambda la, x: la.eigvalsh(x, UPLO="LU"[upper]),
        lambda la, x: la.eigh(x, UPLO="LU"[upper])[1] ** 2,
    ]
    for f in calls:
        x, y = leaf(half), leaf(full)
        np.testing.assert_allclose(f(linalg, x).data, f(LA, full), rtol=1e-12)
        for z in (x, y):
            (f(linalg, z) * X).sum().backward()
        np.testing.assert_allclose(x.grad.data, y.grad.data, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(x.grad.data, x.grad.data.T, rtol=1e-9, atol=1e-14)


# -- constants ---------------------------------------------------------------------------------------------------------

# fmt: off
CALLS = [
    ("inv",), ("det",), ("slogdet",), ("pinv",), ("eig",), ("eigvals",), ("eigh",), ("eigvalsh",), ("svd",),
    ("svdvals",), ("qr",), ("qr", "complete"), ("qr", "r"), ("qr", "raw"), ("cholesky",), ("matrix_rank",), ("cond",),
    ("cond", 1), ("norm",), ("norm", "nuc"), ("norm", 1), ("norm", 0, 1), ("matrix_norm",), ("vector_norm",),
    ("matrix_power", 3), ("matrix_power", 0), ("matrix_power", -2), ("trace",), ("diagonal",), ("matrix_transpose",),
    ("solve", np.arange(3)), ("lstsq", np.arange(3)), ("lstsq", np.eye(3)), ("matmul", np.eye(3)),
    ("vecdot", np.eye(3)), ("tensordot", np.eye(3)),
]
# fmt: on


@pytest.mark.parametrize(
    "name, args", [(name, args) for name, *args in CALLS], ids=[f"{c[0]}{len(c) - 1}" for c in CALLS]
)
@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.complex128])
def test_constants_of_every_dtype_are_as_in_numpy(name, args, dtype):
    x = np.array([[5, 1, 2], [1, 6, 1], [2, 1, 7]]).astype(dtype)
    if dtype is np.complex128:
        x += 1j * np.array([[0, 1, -1], [-1, 0, 2], [1, -2, 0]])
    ours, expected = getattr(linalg, name)(tensor(x), *args), getattr(LA, name)(x, *args)
    ours, expected = (r if isinstance(r, tuple) else (r,) for r in (ours, expected))
    assert getattr(ours, "_fields", None) == getattr(expected, "_fields", None)
    for y, z in zip(ours, expected, strict=True):
        assert getattr(y, "dtype", np.dtype("int32")) == z.dtype
        np.testing.assert_allclose(np.asarray(y), z, rtol=1e-5 if dtype is np.float32 else 1e-12, atol=1e-6)


@pytest.mark.parametrize("name", ["eig", "eigvals"])
def test_eigenvalues_of_any_matrix_have_no_gradient(name):
    with pytest.raises(TypeError, match=rf"{name}: \(3, 3\): .* are complex.* use eigv?a?l?s?h"):
        getattr(linalg, name)(leaf(X))
    with ag.no_grad():
        np.testing.assert_allclose(getattr(linalg, name)(leaf(X))[0].data, getattr(LA, name)(X)[0])


def test_numpys_functions_lead_here():
    x = leaf(X @ X.T + np.eye(3))
    assert all(part.requires_grad for part in (*LA.eigh(x), *LA.qr(x), *LA.svd(x), *LA.slogdet(x)))
    for out in (LA.inv(x), LA.solve(x, X), LA.norm(x, ord=1), LA.multi_dot([x, x, X]), LA.cholesky(x, upper=True)):
        assert out.requires_grad
    assert not LA.matrix_rank(x).requires_grad
    assert LA.matrix_rank(x).item() == 3


# -- norms -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ord", [None, 2, 3, 1.5, 0.5, -1, -2.5])
@pytest.mark.parametrize("far", [1e300, 1e-300])
def test_norms_far_from_one(ord, far):
    """They scale with what they measure, and their slopes do not change."""
    near, x = leaf([1.0, -2.0, 3.0]), leaf([far, -2 * far, 3 * far])
    outs = linalg.norm(near, ord), linalg.norm(x, ord)
    for out in outs:
        out.backward()
    assert outs[1].item() == pytest.approx(outs[0].item() * far, rel=1e-13)
    np.testing.assert_allclose(x.grad.data, near.grad.data, rtol=1e-12)


@pytest.mark.parametrize("ord", [None, 0, 1, 2, 3, 1.5, 0.5, np.inf, -np.inf])
def test_the_slope_of_a_norm_at_zero_is_zero(ord):
    x = leaf(np.zeros(3))
    (g,) = ag.gradients(linalg.norm(x, ord), (x,), create_graph=True)
    assert g.tolist() == [0.0, 0.0, 0.0]
    if g.requires_grad:
        assert np.isfinite(ag.gradients(g.sum(), (x,))[0].data).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: linalg.norm(np.ones((2, 2, 2)), 2), r"norm: \(2, 2, 2\): ord=2 is of one or two axes"),
        (lambda: linalg.norm(X, 3), "norm: ord=3: of matrices there are"),
        (lambda: linalg.norm(X[0], "fro"), "norm: ord='fro' is one of matrices"),
        (lambda: linalg.matrix_norm(X[0]), r"matrix_norm: \(3,\)"),
        (lambda: linalg.solve(leaf(X), np.ones((4, 2))), r"solve: a \(3, 3\) and b \(4, 2\): a must be"),
        (lambda: linalg.eigh(leaf(X), "X"), "eigh: UPLO='X'"),
        (lambda: linalg.qr(leaf(X), "raw"), "qr: mode='raw' has no gradient"),
        (lambda: linalg.pinv(X, 0.1, rtol=0.1), "pinv: rcond and rtol"),
        (lambda: linalg.multi_dot([X]), r"multi_dot: \(3, 3\): needs two"),
        (lambda: linalg.multi_dot([X, X[0], X]), "multi_dot: .* only ends may be vectors"),
        (lambda: linalg.tensorinv(np.ones((2, 3, 4))), r"tensorinv: \(2, 3, 4\)"),
        (lambda: linalg.tensorinv(X, 0), "tensorinv: ind=0"),
        (lambda: linalg.tensorsolve(X, np.ones(2)), r"tensorsolve: \(3, 3\) and \(2,\)"),
        (lambda: linalg.cross(X[:, :2], X), r"cross: \(3, 2\) and \(3, 3\)"),
        (lambda: linalg.outer(X, X), r"outer: \(3, 3\) and \(3, 3\)"),
    ],
)
def test_shapes_and_options_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: linalg.inv(np.ones((2, 3))),
        lambda: linalg.det(leaf(np.ones((2, 3)))),
        lambda: linalg.eigh(np.ones((2, 3))),
        lambda: linalg.svd(leaf(np.ones(3))),
        lambda: linalg.qr(leaf(np.ones(3))),
        lambda: linalg.lstsq(leaf(np.ones(3)), np.ones(3)),
        lambda: linalg.matrix_power(np.ones((2, 3)), 2),
    ],
)
def test_what_is_no_square_matrix_is_refused_by_name(call):
    with pytest.raises(LA.LinAlgError, match=r"^[a-z_]+: \([23],"):
        call()


@pytest.mark.parametrize(
    "shape, axes", [((2, 4, 2), (0, 2)), ((2, 6, 3), (0, 2)), ((2, 6, 3), (2, 0)), ((4, 2, 2), None)]
)
def test_tensorsolve_names_axes_as_numpy_does(shape, axes):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal(shape), rng.standard_normal(shape[1] if axes else shape[0])
    np.testing.assert_allclose(linalg.tensorsolve(a, b, axes).data, np.linalg.tensorsolve(a, b, axes))


def test_qr_of_columns_that_depend_on_one_another():
    x = tensor(np.outer([1.0, 2.0, 3.0], [1.0, 3.0]), requires_grad=True)
    with pytest.raises(np.linalg.LinAlgError, match=r"qr: r .* is singular"):
        linalg.qr(x)[0].sum().backward()


@pytest.mark.parametrize("d", [[1e8, 1e-8, 0.0], [1e20, 1.0, 0.0], [1e5, 1.0, 1e-5, 0.0], [0.0, 0.0, 3.0]])
def test_det_of_singular_matrices_of_any_grading(d):
    """The cofactors of diag(d) are the products of the others."""
    expected = np.diag([np.prod([*d[:i], *d[i + 1 :]]) for i in range(len(d))])
    for x in (np.diag(d), tensor(np.diag(d), requires_grad=True)):
        g = np.asarray(ag.stop_gradient(ag.grad(linalg.det)(x)))
        np.testing.assert_allclose(g, expected, rtol=1e-6, atol=1e-12 * expected.max())
