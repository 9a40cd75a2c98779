"""Shapes and indices nobody thought of, compared with PyTorch."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag
from autograd import tensor

quick = settings(max_examples=150, derandomize=True, deadline=None, database=None)


def values(shape, start=1):
    """1, 2, 3, ...: no two alike, no zeros."""
    return np.arange(start, start + np.prod(shape, dtype=int), dtype=np.float64).reshape(shape) / 7


def agree(ours, theirs, *arrays):
    """Value and gradient, for a cotangent of distinct numbers."""
    xs = [tensor(x, requires_grad=True) for x in arrays]
    ts = [torch.tensor(x, requires_grad=True) for x in arrays]
    out, expected = ours(*xs), theirs(*ts)
    assert out.shape == tuple(expected.shape)
    np.testing.assert_allclose(out.data, expected.detach(), rtol=1e-12)
    u = values(out.shape, start=3)
    out.backward(u)
    expected.backward(torch.as_tensor(u))
    for x, t in zip(xs, ts):
        np.testing.assert_allclose(x.grad.data, t.grad, rtol=1e-12)


@quick
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3, min_side=0))
def test_broadcasting(shapes):
    x, y = (values(shape) for shape in shapes.input_shapes)
    agree(lambda x, y: x * y + x / y - y, lambda x, y: x * y + x / y - y, x, y)


@quick
@given(st.data())
def test_indexing(data):
    shape = data.draw(hnp.array_shapes(max_dims=4, max_side=4))
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=True).filter(_ascending))
    agree(lambda x: x[index] * 2, lambda x: x[index] * 2, values(shape))


def _ascending(index):
    """PyTorch has no negative steps."""
    return all(
        part.step is None or part.step > 0 for part in np.atleast_1d(np.array(index, object)) if isinstance(part, slice)
    )


@quick
@given(st.data())
def test_integer_array_indexing(data):
    shape = data.draw(hnp.array_shapes(max_dims=3, max_side=4))
    index = data.draw(hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=4)))
    agree(lambda x: x[index], lambda x: x[tuple(map(torch.as_tensor, index))], values(shape))


@quick
@given(st.data())
def test_reductions(data):
    shape = data.draw(hnp.array_shapes(max_dims=4, max_side=3))
    axis = data.draw(st.none() | hnp.valid_tuple_axes(len(shape), min_size=1))
    keepdims = data.draw(st.booleans())
    dim = tuple(range(len(shape))) if axis is None else axis
    for ours, theirs in [
        (ag.sum, torch.sum),
        (ag.mean, torch.mean),
        (ag.max, torch.amax),
        (ag.logsumexp, torch.logsumexp),
    ]:
        agree(
            lambda x, f=ours: f(x, axis, keepdims=keepdims),
            lambda x, f=theirs: f(x, dim=dim, keepdim=keepdims),
            values(shape),
        )


@quick
@given(st.data())
def test_matmul(data):
    shapes = data.draw(hnp.mutually_broadcastable_shapes(signature="(n?,m),(m,p?)->(n?,p?)", max_dims=3, max_side=3))
    x, y = (values(shape) for shape in shapes.input_shapes)
    agree(lambda x, y: x @ y, torch.matmul, x, y)
