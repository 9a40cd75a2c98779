"""Activations, `binary_cross_entropy` and `standardize`: what the rows of the op table do not say."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import autograd as ag
from autograd import tensor
from autograd.op import Op

RNG = np.random.default_rng(5)


def leaf(value):
    return tensor(value, requires_grad=True)


# -- activations -------------------------------------------------------------------------------------------------------


def test_the_slope_of_prelu_is_learned_channel_by_channel():
    x, slope = RNG.standard_normal((4, 3, 5)), np.array([0.1, -0.3, 1.4])
    ours, theirs = (leaf(x), leaf(slope)), [torch.tensor(v, requires_grad=True) for v in (x, slope)]
    (ag.prelu(ours[0], ours[1][:, None]) ** 2).sum().backward()
    (F.prelu(*theirs) ** 2).sum().backward()
    for our, their in zip(ours, theirs):
        np.testing.assert_allclose(our.grad.data, their.grad, rtol=1e-13)


@pytest.mark.parametrize("f", [ag.elu, ag.hardtanh, ag.softsign, ag.sigmoid, lambda x: ag.prelu(x, 0.1)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_the_dtype_stays(f, dtype):
    for value in (dtype(-0.5), np.array([-0.5, 2.0], dtype)):
        x = leaf(value)
        out = f(x)
        out.backward(np.ones(out.shape))
        assert out.dtype == x.grad.dtype == dtype


@pytest.mark.parametrize(
    "f", [ag.elu, lambda x: ag.elu(x, 0.5), lambda x: ag.prelu(x, 0.1), ag.hardtanh, ag.standardize]
)
def test_they_make_no_choice_that_slows_the_engine(f, monkeypatch):
    monkeypatch.setattr(Op, "careful", None)
    x = leaf(RNG.standard_normal(6))
    (g,) = ag.gradients((f(x) ** 2).sum(), (x,), create_graph=True)
    (g**2).sum().backward()
    assert Op.careful is None


def test_what_activations_refuse():
    with pytest.raises(ValueError, match="hardtanh: min=1 must be less than max=1"):
        ag.hardtanh(tensor([1.0]), 1, 1)
    with pytest.raises(TypeError):
        ag.elu(tensor([1.0]), alpha=leaf(2.0))  # which would get no gradient


# -- binary cross-entropy ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certainty_costs_what_it_costs_in_pytorch(dtype):
    p, target = (x.ravel() for x in np.meshgrid(np.array([0, 1e-30, 0.3, 1], dtype), np.array([0, 0.4, 1], dtype)))
    ours, theirs = leaf(p), torch.tensor(p, requires_grad=True)
    loss = ag.binary_cross_entropy(ours, target)
    expected = F.binary_cross_entropy(theirs, torch.tensor(target), reduction="none")
    loss.sum().backward()
    expected.sum().backward()
    tolerance = 1e-6 if dtype is np.float32 else 1e-14
    np.testing.assert_allclose(loss.data, expected.detach(), rtol=tolerance)
    np.testing.assert_allclose(ours.grad.data, theirs.grad, rtol=max(tolerance, 1e-8))  # its 1e-12 is in float32
    assert loss.dtype == ours.grad.dtype == dtype


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match=r"binary_cross_entropy: \(2,\), \(2,\): p must hold .* goes from -0.5 to 1.0"):
        ag.binary_cross_entropy(np.array([-0.5, 1.0]), np.array([0.0, 1.0]))
    for value in (np.nan, np.inf, np.array([0.5, np.nan])):
        with pytest.raises(ValueError, match="p must hold probabilities"):
            ag.binary_cross_entropy(value, 1.0)


# -- standardize -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape, axis", [((500, 8), 0), ((8, 500), -1), ((6, 4, 7, 5), (0, 2, 3)), ((5, 4, 30), (1, 2))]
)
@pytest.mark.parametrize("offset", [0, 100])
def test_float32_is_as_exact_as_it_can_be(shape, axis, offset):
    """Compared with float64, however far from 0: the mean of what lies about 100 is known to 100 · 6e-8."""
    x = (RNG.standard_normal(shape) + offset).astype(np.float32)
    g = RNG.standard_normal(shape).astype(np.float32)
    found = []
    for dtype in (np.float32, np.float64):
        y = leaf(x.astype(dtype))
        out = ag.standardize(y, axis=axis)
        out.backward(g)
        found.append((out.data, y.grad.data))
        assert out.dtype == y.grad.dtype == dtype
    for small, wide in zip(*found):
        np.testing.assert_allclose(small, wide, atol=3e-6 + offset * 1e-6)


def test_float16_neither_overflows_nor_becomes_float32():
    x = leaf(np.array([-6e4, 0, 6e4], np.float16))
    out = ag.standardize(x)
    out.backward(np.array([1, 0, 0]))
    assert out.dtype == x.grad.dtype == np.float16
    np.testing.assert_allclose(out.data, [-np.sqrt(1.5), 0, np.sqrt(1.5)], rtol=1e-3)


@pytest.mark.parametrize("axis", [-1, 0, (0, 1)])
def test_it_is_pytorchs_normalization(axis):
    x = RNG.standard_normal((6, 5))
    theirs = {
        -1: lambda x: F.layer_norm(x, (5,)),
        0: lambda x: F.batch_norm(x, None, None, training=True),
        (0, 1): lambda x: F.layer_norm(x, (6, 5)),
    }[axis]
    np.testing.assert_allclose(ag.standardize(x, axis=axis).data, theirs(torch.tensor(x)), rtol=1e-12)


def test_a_constant_becomes_zeros():
    x = leaf(np.full((2, 3), 7.0))
    out = ag.standardize(x)
    out.backward(RNG.standard_normal((2, 3)))
    np.testing.assert_array_equal(out.data, 0)
    assert np.isfinite(x.grad.data).all()


def test_one_node_and_nothing_recorded_between():
    x = leaf(RNG.standard_normal((4, 3)))
    node = ag.standardize(x, axis=0).node
    assert (node.op.name, node.parents) == ("standardize", (x.node,))


def test_what_standardize_refuses():
    with pytest.raises(ValueError, match="standardize: eps=-1 must not be negative"):
        ag.standardize(tensor([1.0, 2.0]), eps=-1)
    with pytest.raises(np.exceptions.AxisError, match="standardize: axis 1 is out of bounds"):
        ag.standardize(tensor([1.0, 2.0]), axis=1)
