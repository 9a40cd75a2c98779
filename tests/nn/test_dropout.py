import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import checkpoint, tensor
from tests.nn.oracle import torch

dtypes = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])


@dtypes
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_a_share_is_dropped_and_the_rest_scaled(dtype, p):
    x = tensor(np.ones((400, 500), dtype), requires_grad=True)
    out = nn.Dropout(p, rng=0)(x)
    values = out.numpy()
    assert np.unique(values).tolist() == [0, dtype(1 / (1 - p))]
    n = values.size
    assert np.mean(values == 0) == pytest.approx(p, abs=5 * (p * (1 - p) / n) ** 0.5)
    rows = np.mean(values == 0, axis=1)  # no row is favoured
    assert rows.std() == pytest.approx((p * (1 - p) / 500) ** 0.5, rel=0.2)
    out.backward(np.full(x.shape, 3, dtype))
    assert x.grad.dtype == out.dtype == dtype
    assert np.array_equal(x.grad.numpy(), 3 * values)


def test_all_and_nothing():
    x = tensor([1.0, -2.0], requires_grad=True)
    assert nn.Dropout(0.0)(x) is x
    assert nn.Dropout(0.9).eval()(x) is x
    out = nn.Dropout(1.0)(x)
    out.sum().backward()
    assert out.tolist() == x.grad.tolist() == [0, 0]
    assert nn.functional.dropout([1.0], 0.9, training=False).tolist() == [1.0]


@pytest.mark.parametrize("shape", [(), (0, 3), (1,), (2, 3, 4)])
def test_any_shape(shape):
    assert nn.Dropout(0.3)(np.ones(shape, np.float32)).shape == shape


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan"), "a", None])
def test_p_is_a_probability(p):
    for use in (
        nn.Dropout,
        lambda p: nn.functional.dropout([1.0], p),
        lambda p: nn.functional.dropout([1.0], p, False),
    ):
        with pytest.raises(ValueError, match=r"ropout: p must be a number from 0 to 1"):
            use(p)


def test_draws_repeat():
    x = np.ones(64, np.float32)
    nn.manual_seed(0)
    first, second = nn.Dropout()(x).tolist(), nn.Dropout()(x).tolist()
    nn.manual_seed(0)
    layer = nn.Dropout()
    assert layer(x).tolist() == first != second == layer(x).tolist()
    own = nn.Dropout(rng=3)
    nn.manual_seed(0)
    again = nn.Dropout(rng=np.random.default_rng(3))
    assert own(x).tolist() == again(x).tolist() != own(x).tolist()
    assert layer(x).tolist() == first  # those with a stream of their own left the package's alone


def test_copies_draw_from_the_packages_stream_too():
    x, layer = np.ones(64, np.float32), nn.Dropout()
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        nn.manual_seed(0)
        first = layer(x).tolist()
        nn.manual_seed(0)
        assert twin(x).tolist() == first


def test_a_checkpoint_draws_the_same_again():
    model = nn.Sequential(nn.Linear(8, 64, rng=0), nn.Dropout(), nn.Linear(64, 1, rng=1))
    x = np.ones((16, 8), np.float32)
    gradients = []
    for run in (model, checkpoint(model)):
        nn.manual_seed(0)
        model.zero_grad()
        run(x).sum().backward()
        gradients.append([p.grad.tolist() for p in model.parameters()])
    assert gradients[0] == gradients[1]


def test_the_graph_keeps_the_mask_alone():
    x = tensor(np.ones((3, 4), np.float32), requires_grad=True)
    node = nn.Dropout()(x).node
    kept = [array for array in node.operands if array is not None]
    assert len(kept) == 1
    assert kept[0] is not x.value


def test_repr():
    assert repr(nn.Dropout(0.2)) == repr(torch.nn.Dropout(0.2)).replace(", inplace=False", "")
