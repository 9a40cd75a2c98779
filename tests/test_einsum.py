"""Products by subscripts beyond the op table: every way to call them, random subscripts, and what is refused."""

import re
from string import ascii_letters

import numpy as np
import pytest

import autograd as ag
from autograd import tensor
from autograd.ops.contract import dot, inner, tensordot
from autograd.ops.products import cross, matvec, vdot, vecdot, vecmat
from autograd.ops.sliding import convolve, correlate, interp, polyder, polyint, polymul, polyval
from autograd.ops.subscripts import einsum

RNG = np.random.default_rng(3)
X, Y = RNG.standard_normal((2, 3)), RNG.standard_normal((3, 4))


# -- ways to call it ---------------------------------------------------------------------------------------------------


def test_numbers_in_the_place_of_letters():
    for operands, expected in [
        ((X, [0, 1], Y, [1, 2], [0, 2]), X @ Y),
        ((X, [0, 1], Y, [1, 2], [2, 0]), (X @ Y).T),
        ((X, [5, 3], Y, [3, 51]), X @ Y),
        ((X, [..., 1], [1, ...]), X.T),
        ((X, [7, 30]), X),
        ((X, [30, 7]), X.T),
    ]:
        np.testing.assert_allclose(einsum(*operands).data, expected, rtol=1e-14)
        np.testing.assert_allclose(np.einsum(*operands), expected, rtol=1e-14)


def test_numbers_and_lists_are_operands():
    assert einsum(",i->i", 2.0, [1, 2]).tolist() == [2.0, 4.0]
    assert einsum("->", 3.0).item() == 3.0


def test_an_operand_by_itself_is_a_result_of_its_own():
    x = tensor(X, requires_grad=True)
    for same in (einsum("ij", x), einsum("ij->ij", x), einsum(x, [0, 1])):
        assert same is not x
        np.testing.assert_array_equal(same.data, X)


@pytest.mark.parametrize("optimize", [False, True, "greedy", "optimal", ("greedy", 2), ["einsum_path", (1, 2), (0, 1)]])
def test_every_order_gives_the_same(optimize):
    z = RNG.standard_normal((4, 2))
    np.testing.assert_allclose(einsum("ij,jk,kl->il", X, Y, z, optimize=optimize).data, X @ Y @ z, rtol=1e-13)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.int64, np.complex128, np.float16])
@pytest.mark.parametrize("subscripts", ["ij,jk->ik", "ij,kj", "ij->j", "ii", "bi,bi->b", "i,j", "ij,j,jk->"])
def test_constants_of_every_dtype_are_as_in_numpy(dtype, subscripts):
    inputs = subscripts.split("->")[0].split(",")
    turn = 1 + 1j if dtype is np.complex128 else 1
    operands = [(RNG.integers(-2, 3, (3,) * len(labels)) * turn).astype(dtype) for labels in inputs]
    out, expected = einsum(subscripts, *map(tensor, operands)), np.einsum(subscripts, *operands)
    assert out.dtype == expected.dtype
    np.testing.assert_array_equal(out.data, expected)


def test_operands_of_different_dtypes():
    x, n = tensor(X.astype(np.float32), requires_grad=True), np.arange(6, dtype=np.int8).reshape(3, 2)
    for subscripts, y in [("ij,jk->ik", n), ("ij,jk->i", n), ("ij,jk->ik", Y)]:
        out = einsum(subscripts, x, y)
        assert out.dtype == np.result_type(x.data, y)
        x.grad = None
        out.sum().backward()
        assert x.grad.dtype == np.float32
        np.testing.assert_allclose(x.grad.data, np.broadcast_to(y.sum(1), (2, 3)), rtol=1e-6)


def test_the_result_lies_in_memory_in_the_order_asked_for():
    assert einsum("ij,jk->ik", X, Y).data.flags.c_contiguous
    assert einsum("ij,jk->ki", X, Y).data.flags.c_contiguous


# -- any subscripts ----------------------------------------------------------------------------------------------------


def random_call(rng):
    """Subscripts and operands: labels repeated within and between operands, axes of length 1, "..." and all."""
    lengths = {s: int(rng.integers(1, 4)) for s in "abcdef"}
    terms, shapes, extra = [], [], [2, 3]
    dots = rng.random() < 0.4
    for _ in range(rng.integers(1, 5)):
        labels = [str(s) for s in rng.choice(list(lengths), rng.integers(0, 4), replace=rng.random() < 0.3)]
        ones = {s for s in labels if rng.random() < 0.15}
        shape, term = [1 if s in ones else lengths[s] for s in labels], "".join(labels)
        if dots:
            at, n = int(rng.integers(len(labels) + 1)), int(rng.integers(3))
            term = term[:at] + "..." + term[at:]
            shape[at:at] = [n if rng.random() < 0.8 else 1 for n in extra[2 - n :]]
        terms.append(term)
        shapes.append(shape)
    used = sorted(set("".join(terms)) - {"."})
    output = "".join(rng.permutation(used)[: rng.integers(len(used) + 1)]) + ("..." if dots else "")
    arrow = f"->{output}" if rng.random() < 0.8 else ""
    return ",".join(terms) + arrow, [rng.standard_normal(shape) for shape in shapes]


@pytest.mark.parametrize("seed", range(150))
def test_random_subscripts(seed):
    """Values as NumPy's, and gradients: the result is linear in each operand, so ⟨g, d⟩ = ⟨u, einsum(.., d, ..)⟩."""
    rng = np.random.default_rng(seed)
    subscripts, operands = random_call(rng)
    expected = np.einsum(subscripts, *operands)
    xs = [tensor(x, requires_grad=True) for x in operands]
    out = einsum(subscripts, *xs)
    np.testing.assert_allclose(out.data, expected, rtol=1e-12, atol=1e-12)
    assert out.shape == expected.shape
    u = rng.standard_normal(out.shape)
    out.backward(u)
    for i, x in enumerate(xs):
        d = rng.standard_normal(x.shape)
        moved = np.einsum(subscripts, *operands[:i], d, *operands[i + 1 :])
        assert np.sum(x.grad.data * d) == pytest.approx(np.sum(u * moved), rel=1e-10, abs=1e-10)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subscripts, shapes, what",
    [
        ("ij,jk->ik", [(2, 3), (4, 5)], "'j' is 3 long in operand 0, but 4 long in operand 1"),
        ("ii->i", [(1, 3)], "'i' is 1 long in operand 0, but 3 long in operand 0"),
        ("ij,ii->j", [(2, 3), (1, 2)], "'i' is 1 long in operand 1, but 2 long in operand 1"),
        ("ij,jk->ik", [(2, 3)], "2 operands are described, but 1 were given"),
        ("ijk", [(2, 3)], "'ijk' does not name the 2 axes of operand 0"),
        ("i", [(2, 3)], "'i' does not name the 2 axes of operand 0; '...' stands for further ones"),
        ("i......", [(2, 3)], "'i......' does not name the 2 axes of operand 0"),
        ("ij->ik", [(2, 3)], "label 'k' is in the result, but in no operand"),
        ("ij->ii", [(2, 3)], "label 'i' is more than once in the result"),
        ("i?->i", [(2, 3)], "'?' cannot stand there; labels are letters"),
        ("i1->i", [(2, 3)], "'1' cannot stand there; labels are letters"),
        ("ij->i,j", [(2, 3)], "',' cannot stand there; labels are letters"),
        ("ij-i", [(2, 3)], "'-' cannot stand there; labels are letters"),
        ("...i->i", [(2, 3)], "the result has no place for the axes of '...'; write '...' there too"),
        (f"{ascii_letters}...", [(1,) * 53], "axes of operand 0"),
    ],
)
def test_a_mismatch_repeats_subscripts_and_shapes(subscripts, shapes, what):
    with pytest.raises(ValueError, match=r"^einsum: ") as refused:
        einsum(subscripts, *map(np.ones, shapes))
    assert all(part in str(refused.value) for part in (repr(subscripts), *map(str, shapes), what))


@pytest.mark.parametrize("operands", [(X, [0, 60]), (X, ["i", "j"]), (X, 3)])
def test_neither_letters_nor_numbers(operands):
    with pytest.raises(ValueError, match=r"einsum: .* give subscripts first"):
        einsum(*operands)


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: tensordot(X, Y, 2),
            r"tensordot: \(2, 3\), \(3, 4\): axes \(0, 1\) of a must be as long as axes \(0, 1\)",
        ),
        (lambda: tensordot(X, Y, 3), "tensordot: .* axes=3"),
        (lambda: tensordot(X, Y, (5, 0)), "tensordot: .* axes=.* out of bounds"),
        (lambda: inner(X, Y), r"tensordot: \(2, 3\), \(3, 4\)"),
        (lambda: dot(X, X), r"matmul: \(2, 3\) @ \(2, 3\)"),
        (lambda: vdot(X, Y), r"vdot: \(2, 3\) and \(3, 4\): both must hold as many entries"),
        (lambda: matvec(X[0], X[0]), "matvec: .* needs at least 2 and 1 axes"),
        (lambda: vecmat(X[0], X[0]), "vecmat: .* needs at least 1 and 2 axes"),
        (lambda: vecdot(X, Y), r"vecdot: \(2, 3\), \(3, 4\)"),
        (lambda: cross(X, Y), "cross: vectors of 3 and 4 entries"),
        (lambda: cross(X, 1.0), "cross: .* needs at least 1 and 1 axes"),
        (lambda: convolve(X, [1.0]), r"convolve: \(2, 3\) and \(1,\)"),
        (lambda: correlate([], [1.0]), r"correlate: \(0,\) and \(1,\)"),
        (lambda: convolve([1.0], [1.0], "all"), "convolve: mode='all': must be 'full', 'same' or 'valid'"),
        (lambda: interp(1.0, [1.0, 2.0], [1.0]), r"interp: xp \(2,\) and fp \(1,\)"),
        (lambda: interp(1.0, [1.0], [1.0], period=0), "interp: period must not be 0"),
        (lambda: polyder([1.0], -1), "polyder: m=-1"),
        (lambda: polyint([1.0], -1), "polyint: m=-1"),
        (lambda: polyint([1.0], 3, [1.0, 2.0]), r"polyint: k \(2,\)"),
    ],
)
def test_other_products_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# -- neighbours --------------------------------------------------------------------------------------------------------


def test_vectors_in_the_plane_are_deprecated():
    flat, space = RNG.standard_normal((4, 2)), RNG.standard_normal((4, 3))
    for x, y in [(flat, flat[::-1]), (flat, space), (space, flat)]:
        with pytest.warns(DeprecationWarning, match="2 entries"):
            out = cross(x, y)
        padded = (np.pad(v, ((0, 0), (0, 3 - v.shape[1]))) for v in (x, y))
        expected = np.cross(*padded)
        np.testing.assert_allclose(out.data, expected[:, 2] if x.shape == y.shape else expected, rtol=1e-14)


def test_complex_constants():
    z, w = X[0] + 1j * X[1], Y[:, 0] - 2j * Y[:, 1]
    for ours, numpys in [
        (vdot, np.vdot),
        (vecdot, np.vecdot),
        (correlate, np.correlate),
        (convolve, np.convolve),
        (dot, np.dot),
    ]:
        np.testing.assert_allclose(ours(z, w).data, numpys(z, w), rtol=1e-14, err_msg=ours.__name__)
    np.testing.assert_allclose(vecmat(z, np.outer(z, w)).data, np.vecmat(z, np.outer(z, w)), rtol=1e-14)
    for mode in ("full", "same", "valid"):
        for x, y in [(z, w[:2]), (z[:2], w)]:
            np.testing.assert_allclose(correlate(x, y, mode).data, np.correlate(x, y, mode), rtol=1e-14)


def test_sliding_over_a_long_signal():
    signal, kernel = tensor(np.ones(100_000), requires_grad=True), tensor([1.0, 2.0, 3.0], requires_grad=True)
    for mode, n in [("full", 100_002), ("same", 100_000), ("valid", 99_998)]:
        out = convolve(signal, kernel, mode)
        assert out.shape == (n,)
        out.sum().backward()
    assert signal.grad[50_000].item() == 18.0
    assert kernel.grad.tolist() == [299_998.0 - 1, 299_998.0, 299_998.0 - 1]


def test_interpolation_beyond_the_points_and_on_them():
    """On a point where the line turns the slope is 0; where it only bends, the lesser of the two."""
    knots = [0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 3.0, 2.0]
    x = tensor([-1e300, 0.0, 1.0, 2.0, 3.0, np.inf], requires_grad=True)
    out = interp(x, *knots)
    out.sum().backward()
    assert out.tolist() == [0.0, 0.0, 1.0, 3.0, 2.0, 2.0]
    assert x.grad.tolist() == [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    assert np.isnan(interp(np.nan, *knots).item())
    assert interp([1.0, 1.5, 2.0], [1.0, 1.0, 2.0, 2.0], [0.0, 1.0, 2.0, 3.0]).tolist() == [1.0, 1.5, 3.0]


def test_leading_zeros_of_polynomials_have_gradients():
    p = tensor([0.0, 1.0], requires_grad=True)
    out = polymul(p, [1.0, 2.0])
    assert out.tolist() == [0.0, 1.0, 2.0]
    out.sum().backward()
    assert p.grad.tolist() == [3.0, 3.0]
    assert polyval([], X).tolist() == np.zeros((2, 3)).tolist()


@pytest.mark.parametrize("name", ["einsum", "tensordot", "inner", "dot", "convolve", "correlate", "interp", "polyval"])
def test_numpys_functions_lead_here(name):
    x = tensor([1.0, 2.0], requires_grad=True)
    args = {"einsum": ("i,i", x, x), "interp": (x, [0.0, 3.0], [0.0, 6.0]), "tensordot": (x, x, 1)}.get(name, (x, x))
    out = getattr(np, name)(*args)
    assert out.requires_grad
    np.testing.assert_allclose(out.data, getattr(ag, name)(*args).data)
    assert re.fullmatch(rf"{name}", getattr(ag, name).__name__)
