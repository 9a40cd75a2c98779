import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import no_grad, tensor


@pytest.mark.parametrize("data", [1.0, 3, [1, 2], [[0.5]]])
def test_parameters_from_numbers_are_float32(data):
    p = nn.Parameter(data)
    assert p.dtype == np.float32
    assert np.array_equal(p.data, data)
    assert p.requires_grad
    assert p.is_leaf


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_parameters_from_arrays_and_tensors_keep_their_dtype(dtype):
    assert nn.Parameter(np.ones(2, dtype)).dtype == dtype
    assert nn.Parameter(tensor(np.ones(2, dtype))).dtype == dtype
    assert nn.Parameter([1.0], dtype=dtype).dtype == dtype


def test_parameters_hold_a_copy():
    data = np.ones(2)
    p = nn.Parameter(data)
    data[0] = 7
    assert p.tolist() == [1, 1]


@pytest.mark.parametrize("data", [np.arange(3), np.ones(2, bool), np.ones(2, complex)])
def test_parameters_need_a_floating_dtype(data):
    with pytest.raises(TypeError, match="floating"):
        nn.Parameter(data)


def test_parameter_of_a_recorded_tensor_raises():
    x = tensor(1.0, requires_grad=True)
    with pytest.raises(TypeError, match="detach"):
        nn.Parameter(x * x)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("data", [2.5, np.arange(3.0)])
def test_parameters_copy_and_pickle(again, data, requires_grad):
    p = nn.Parameter(data, requires_grad, name="p")
    q = again(p)
    assert type(q) is nn.Parameter
    assert (q.dtype, q.requires_grad, q.name) == (p.dtype, requires_grad, "p")
    assert np.array_equal(q.data, data)
    with no_grad():
        q[...] = 9.0
    assert np.array_equal(p.data, data)
