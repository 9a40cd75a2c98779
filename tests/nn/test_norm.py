import numpy as np
import pytest

import nn
from autograd import check_grad, checkpoint, no_grad, tensor
from nn import functional as F
from tests.nn.oracle import agree, as_torch, check_against_torch, torch

dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])
CLOSE = {np.float32: {"rtol": 1e-5, "atol": 1e-5}, np.float64: {}}


def draw(shape, dtype=np.float32, seed=0):
    return (np.random.default_rng(seed).normal(size=shape) * 3 + 2).astype(dtype)


def uneven(peer):
    """Parameters that differ from those at the start."""
    with torch.no_grad():
        for i, p in enumerate(peer.parameters()):
            p += torch.linspace(-0.5, 0.5 + i, p.numel(), dtype=p.dtype).reshape(p.shape)
    return peer


# -- LayerNorm


@pytest.mark.parametrize(
    "sizes, shape", [(4, (3, 4)), ((4,), (2, 3, 4)), ((3, 4), (2, 3, 4)), ((3, 4), (3, 4)), (4, (0, 4))]
)
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"elementwise_affine": False}, {"eps": 0.1}])
@dtypes
def test_layer_norm(sizes, shape, options, dtype):
    x = draw(shape, dtype)
    peer = uneven(torch.nn.LayerNorm(sizes, **options, dtype=torch.from_numpy(x).dtype))
    layer = nn.LayerNorm(sizes, **options, dtype=dtype)
    check_against_torch(layer, peer, x, **CLOSE[dtype])
    assert as_torch(layer) == repr(peer)


def test_layer_norm_starts_as_pytorchs():
    layer, peer = nn.LayerNorm((2, 3)), torch.nn.LayerNorm((2, 3))
    for name, p in peer.named_parameters():
        agree(layer.state_dict()[name], p)


@pytest.mark.parametrize("shape", [(3,), (4, 2), (2, 3, 3), ()])
def test_layer_norm_needs_its_shape(shape):
    with pytest.raises(
        ValueError, match=r"layer_norm: the last axes of x \(.*\) must be \(2, 3\), the normalized_shape"
    ):
        nn.LayerNorm((2, 3))(np.ones(shape, np.float32))


def test_layer_norm_parameters_do_not_broadcast():
    with pytest.raises(ValueError, match=r"layer_norm: weight and bias must be \(2, 3\)"):
        F.layer_norm(np.ones((4, 2, 3)), (2, 3), np.ones(3))


@pytest.mark.parametrize("sizes", [0, (3, -1), 2.5, ()])
def test_layer_norm_sizes_are_checked(sizes):
    with pytest.raises(ValueError, match="LayerNorm: normalized_shape must be"):
        nn.LayerNorm(sizes)


def test_a_size_may_be_numpys():
    assert F.layer_norm(np.ones((4, 3)), np.int64(3)).shape == (4, 3)


@pytest.mark.parametrize("layer", [nn.LayerNorm, nn.BatchNorm1d])
@pytest.mark.parametrize("eps", [-2.0, np.nan, "a"])
def test_eps_is_not_negative(layer, eps):
    with pytest.raises(ValueError, match=f"{layer.__name__}: eps must be a finite number ≥ 0"):
        layer(3, eps=eps)


@pytest.mark.parametrize("momentum", [-0.1, 2, np.nan, "a"])
def test_momentum_is_a_share(momentum):
    with pytest.raises(ValueError, match=r"BatchNorm1d: momentum must be a number from 0 to 1"):
        nn.BatchNorm1d(3, momentum=momentum)


@dtypes
def test_what_is_constant_stays_0_without_eps(dtype):
    x = tensor(np.array([[2, 2], [1, 3]], dtype), requires_grad=True)
    out = F.layer_norm(x, 2, eps=0.0)
    (out * out * out).sum().backward(create_graph=True)
    assert out.tolist() == [[0, 0], [-1, 1]]
    assert (out.dtype, x.grad.dtype) == (dtype, dtype)
    assert np.isfinite(x.grad.numpy()).all()
    assert x.grad[0].tolist() == [0, 0]
    first = x.grad
    x.grad = None
    first.sum().backward()
    assert x.grad[0].tolist() == [0, 0]


def test_rows_of_any_size_stand_side_by_side():
    far = np.array([[1e200, -1e200], [1, 3], [5, 5], [1e-300, 0]])
    for eps in (0.0, 1e-5):
        out = F.layer_norm(far, 2, eps=eps).numpy()
        np.testing.assert_allclose(out[:3], [[1, -1], [-1, 1], [0, 0]], rtol=1e-5)
        assert np.isfinite(out).all()


def test_layer_norm_second_order():
    w, b = draw(4, float, 1), draw(4, float, 2)
    check_grad(lambda x, w, b: F.layer_norm(x, 4, w, b), draw((3, 4), float), w, b, order=2)


@pytest.mark.parametrize("dtype, far", [(np.float32, 1e4), (np.float64, 1e150)])
def test_layer_norm_of_extremes(dtype, far):
    x = tensor(np.array([[far, -far, far, 0], [far] * 4], dtype), requires_grad=True)
    out = F.layer_norm(x, 4)
    out.backward(draw((2, 4), dtype))
    assert np.isfinite(out.numpy()).all()
    assert np.isfinite(x.grad.numpy()).all()
    assert np.abs(out.numpy()[1]).max() == 0


def test_layer_norm_of_large_offsets_stays_accurate():
    x = draw((5, 64)) + np.float32(10_000)
    exact = x.astype(float) - x.astype(float).mean(1, keepdims=True)
    exact /= np.sqrt(exact.var(1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(F.layer_norm(x, 64).numpy(), exact, atol=2e-3)


# -- BatchNorm1d


@pytest.mark.parametrize("shape", [(5, 3), (4, 3, 2), (1, 3, 7)])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"affine": False},
        {"bias": False},
        {"track_running_stats": False},
        {"momentum": None},
        {"eps": 0.1, "momentum": 0.5},
        {"affine": False, "track_running_stats": False},
    ],
)
@dtypes
def test_batch_norm(shape, options, dtype):
    """Several batches in training, and then one that is judged by what was learned."""
    peer = uneven(torch.nn.BatchNorm1d(3, **options, dtype=torch.from_numpy(draw(shape, dtype)).dtype))
    layer = nn.BatchNorm1d(3, **options, dtype=dtype)
    for seed in range(3):
        check_against_torch(layer, peer, draw(shape, dtype, seed), **CLOSE[dtype])
    layer.eval()
    peer.eval()
    check_against_torch(layer, peer, draw(shape, dtype, 3), **CLOSE[dtype])
    assert as_torch(layer) == repr(peer)


def test_batch_norm_alone_follows_the_running_stats():
    """As above, but without the state being handed over between batches."""
    layer, peer = nn.BatchNorm1d(3), torch.nn.BatchNorm1d(3)
    for seed in range(4):
        agree(layer(draw((6, 3), seed=seed)), peer(torch.tensor(draw((6, 3), seed=seed))), 1e-5, 1e-5)
    for name, x in peer.state_dict().items():
        agree(layer.state_dict()[name], x)


def test_momentum_none_is_an_average():
    layer = nn.BatchNorm1d(2, momentum=None, dtype=float)
    batches = [draw((5, 2), float, seed) for seed in range(3)]
    for x in batches:
        layer(x)
    np.testing.assert_allclose(layer.running_mean.numpy(), np.mean([x.mean(0) for x in batches], 0))
    np.testing.assert_allclose(layer.running_var.numpy(), np.mean([x.var(0, ddof=1) for x in batches], 0))
    assert layer.num_batches_tracked.item() == 3


@pytest.mark.parametrize("shape", [(3,), (5, 4), (4, 3, 2, 2), (3, 5, 3), ()])
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_needs_its_channels(shape, training):
    layer = nn.BatchNorm1d(3).train(training)
    with pytest.raises(ValueError, match=r"BatchNorm1d: x \(.*\) must be \(N, 3\) or \(N, 3, L\)"):
        layer(np.ones(shape, np.float32))
    assert layer.num_batches_tracked.item() == 0


@pytest.mark.parametrize("shape", [(1, 3), (0, 3), (1, 3, 1), (4, 3, 0)])
@pytest.mark.parametrize("momentum", [0.1, None])
def test_one_value_per_channel_has_no_variance(shape, momentum):
    layer = nn.BatchNorm1d(3, momentum=momentum)
    before = layer.state_dict()
    with pytest.raises(ValueError, match=r"batch_norm: x \(.*\) has [01] values? per channel"):
        layer(np.ones(shape, np.float32))
    assert all(np.array_equal(x, before[name]) for name, x in layer.state_dict().items())
    assert layer.eval()(np.ones(shape, np.float32)).shape == shape  # what was learned will do for one
    with pytest.raises(ValueError, match="per channel"):
        nn.BatchNorm1d(3, track_running_stats=False).eval()(np.ones(shape, np.float32))


def test_a_checkpoint_counts_a_batch_once():
    x = draw((6, 3))
    layers = [nn.BatchNorm1d(3), nn.BatchNorm1d(3)]
    for run in (layers[0], checkpoint(layers[1])):
        (run(tensor(x, requires_grad=True)) ** 2).sum().backward()
    assert layers[1].num_batches_tracked.item() == 1
    for name, array in layers[0].state_dict().items():
        assert np.array_equal(array, layers[1].state_dict()[name])
    agree(layers[1].weight.grad, torch.from_numpy(layers[0].weight.grad.numpy()))


def test_running_stats_are_learned_without_recording_too():
    layer = nn.BatchNorm1d(3)
    with no_grad():
        layer(draw((6, 3)))
    assert layer.num_batches_tracked.item() == 1
    assert layer.running_mean.numpy().all()
    assert layer.running_mean.dtype == np.float32


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_second_order(training):
    mean, var, w, b = (draw(3, float, seed) ** 2 for seed in range(1, 5))

    def f(x, w, b):
        return F.batch_norm(x, tensor(mean), tensor(var), w, b, training)

    check_grad(f, draw((4, 3), float), w, b, order=2)
    check_grad(f, draw((4, 3, 2), float), w, b, order=2)


@pytest.mark.parametrize(
    "wrong", [{"weight": np.ones(2)}, {"running_mean": np.ones((3, 1)), "running_var": np.ones(3)}]
)
def test_batch_norm_says_which_shapes_do_not_fit(wrong):
    options = {"running_mean": None, "running_var": None, "training": True} | wrong
    with pytest.raises(ValueError, match=r"batch_norm: x \(4, 3\) must be \(N, C\).*others \(C,\)"):
        F.batch_norm(np.ones((4, 3)), **options)


@pytest.mark.parametrize("wrong, error, what", [
    ({"eps": -1.0}, ValueError, "eps must be a finite number ≥ 0"),
    ({"eps": -1.0, "training": False}, ValueError, "eps must be a finite number ≥ 0"),
    ({"momentum": np.nan}, ValueError, r"momentum must be a number from 0 to 1"),
    ({"running_var": [1.0] * 3}, TypeError, "edited in training; pass Tensors or arrays"),
])  # fmt: skip
def test_batch_norm_learns_nothing_where_it_raises(wrong, error, what):
    mean, var = tensor(np.zeros(3)), tensor(np.ones(3))
    options = {"running_mean": mean, "running_var": var, "training": True} | wrong
    with pytest.raises(error, match=f"batch_norm: .*{what}"):
        F.batch_norm(draw((4, 3)), **options)
    assert (mean.tolist(), var.tolist()) == ([0, 0, 0], [1, 1, 1])


def test_running_stats_may_be_lists_where_they_stay_as_they_are():
    assert F.batch_norm([[1.0], [3.0]], [1.0], [4.0], eps=0.0).tolist() == [[0], [1]]


def test_running_stats_may_be_arrays():
    x, mean, var = draw((6, 3)), np.zeros(3, np.float32), np.ones(3, np.float32)
    F.batch_norm(x, mean, var, training=True, momentum=1.0)
    np.testing.assert_allclose(mean, x.mean(0), rtol=1e-6)
    np.testing.assert_allclose(var, x.var(0, ddof=1), rtol=1e-6)


def test_channels_may_have_any_axes_after_them():
    x = draw((2, 3, 4, 5))
    agree(
        F.batch_norm(x, None, None, training=True),
        torch.nn.functional.batch_norm(torch.tensor(x), None, None, training=True),
        1e-5,
        1e-5,
    )


def test_features_are_counted():
    with pytest.raises(ValueError, match="BatchNorm1d: num_features must be an integer ≥ 1"):
        nn.BatchNorm1d(0)
