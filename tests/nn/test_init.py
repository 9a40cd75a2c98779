import math

import numpy as np
import pytest

import nn
from autograd import no_grad, tensor
from nn import init
from nn.random import default_rng

stats = pytest.importorskip("scipy.stats")
torch = pytest.importorskip("torch")

SHAPE = (300, 200, 3)  # (out, in, kernel)


def like(name):
    return getattr(init, name), getattr(torch.nn.init, name)


@pytest.mark.parametrize("name", ["kaiming_uniform_", "xavier_uniform_"])
@pytest.mark.parametrize("options", [{}, {"more": 1.7}])
def test_uniform_bounds_are_pytorchs(name, options):
    ours, theirs = like(name)
    values = ours(nn.Parameter(np.zeros(SHAPE)), *options.values(), rng=0).numpy()
    expected = theirs(torch.zeros(SHAPE), *options.values())
    assert np.abs(values).max() == pytest.approx(expected.abs().max().item(), rel=1e-3)
    assert values.min() == pytest.approx(-values.max(), rel=1e-3)
    assert values.std() == pytest.approx(np.abs(values).max() / math.sqrt(3), rel=0.01)


@pytest.mark.parametrize("name", ["kaiming_normal_", "xavier_normal_"])
@pytest.mark.parametrize("options", [{}, {"more": 1.7}])
def test_normal_widths_are_pytorchs(name, options):
    ours, theirs = like(name)
    values = ours(nn.Parameter(np.zeros(SHAPE)), *options.values(), rng=0).numpy()
    expected = theirs(torch.zeros(SHAPE), *options.values())
    assert values.std() == pytest.approx(expected.std().item(), rel=0.02)
    assert np.abs(values).max() > 4 * values.std()  # no uniform distribution reaches that far


@pytest.mark.parametrize("name", ["kaiming_uniform_", "kaiming_normal_"])
def test_fan_out(name):
    ours, theirs = like(name)
    values = ours(nn.Parameter(np.zeros(SHAPE)), 0.0, "fan_out", rng=0).numpy()
    expected = theirs(torch.zeros(SHAPE), mode="fan_out")
    assert values.std() == pytest.approx(expected.std().item(), rel=0.02)


@pytest.mark.parametrize("name", ["kaiming_uniform_", "kaiming_normal_"])
@pytest.mark.parametrize("nonlinearity", ["linear", "tanh", "relu", "leaky_relu"])
def test_gains_of_kaiming(name, nonlinearity):
    ours, theirs = like(name)
    values = ours(nn.Parameter(np.zeros(SHAPE)), 0.5, nonlinearity=nonlinearity, rng=0).numpy()
    expected = theirs(torch.zeros(SHAPE), 0.5, nonlinearity=nonlinearity)
    assert values.std() == pytest.approx(expected.std().item(), rel=0.02)


@pytest.mark.parametrize("nonlinearity", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
@pytest.mark.parametrize("param", [None, 0.3])
def test_gains(nonlinearity, param):
    assert init.calculate_gain(nonlinearity, param) == torch.nn.init.calculate_gain(nonlinearity, param)


def test_an_unknown_nonlinearity_raises():
    x = nn.Parameter(np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"nonlinearity must be one of 'linear', .* not 'relo'"):
        init.kaiming_normal_(x, nonlinearity="relo")
    assert (x.numpy() == 1).all()


@pytest.mark.parametrize("shape", [(3, 5), (4, 2, 3), (8, 3, 5, 5)])
def test_fans(shape):
    assert init.fans(np.ones(shape)) == init.fans(nn.Parameter(np.ones(shape)))
    assert init.fans(np.ones(shape)) == torch.nn.init._calculate_fan_in_and_fan_out(torch.ones(shape))


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (4, 2, 3), (0, 3), (3, 0)])
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_orthogonal(shape, gain):
    x = init.orthogonal_(nn.Parameter(np.full(shape, 9.0)), gain, rng=0).numpy()
    x = x.reshape(shape[0], math.prod(shape[1:]))
    small = min(x.shape)
    product = x @ x.T if x.shape[0] == small else x.T @ x
    np.testing.assert_allclose(product, gain**2 * np.eye(small), atol=1e-12)


def test_rotations_are_all_as_likely():
    """QR alone would make the signs of a triangle, and so prefer some."""
    entries = [init.orthogonal_(nn.Parameter(np.zeros((2, 2))), rng=seed).numpy()[0, 0] for seed in range(400)]
    angles = np.sort(np.arccos(entries)) / np.pi
    assert np.abs(angles - np.linspace(0, 1, 400)).max() < 2 / 400**0.5


def test_orthogonal_needs_a_matrix():
    with pytest.raises(ValueError, match=r"orthogonal_: \(3,\) is no matrix"):
        init.orthogonal_(nn.Parameter(np.ones(3)))


@pytest.mark.parametrize("mean, std, low, high", [
    (0, 1, -2, 2), (1, 2, -2, 2), (0, 0.02, -2, 2), (0, 1, 5, math.inf), (0, 1, 50, 60), (3, 1, -math.inf, -1),
    (0, 1, -math.inf, math.inf), (0, 1, 0.5, 0.6),
])  # fmt: skip
def test_truncated_normal(mean, std, low, high):
    x = init.trunc_normal_(nn.Parameter(np.zeros((40, 50))), mean, std, low, high, rng=0).numpy()
    assert low <= x.min() < x.max() <= high
    exact = stats.truncnorm((low - mean) / std, (high - mean) / std, mean, std)
    assert stats.kstest(x.ravel(), exact.cdf).statistic < 2 / 2000**0.5


def test_truncated_normal_has_its_tails():
    x = np.abs(init.trunc_normal_(nn.Parameter(np.zeros(200_000)), low=-math.inf, high=math.inf, rng=0).numpy())
    for z in (2.5, 3, 4):
        count = x.size * 2 * stats.norm.sf(z)
        assert np.count_nonzero(x > z) == pytest.approx(count, abs=3 * count**0.5)


def test_truncated_normal_stays_inside_in_float32():
    low, high = np.float32(-0.1), np.float32(0.3)
    x = init.trunc_normal_(nn.Parameter(np.zeros(10_000, np.float32)), 0.3, 0.1, low, high, rng=0)
    assert x.dtype == np.float32
    assert low <= x.numpy().min() < x.numpy().max() <= high
    assert init.trunc_normal_(nn.Parameter(0.0), rng=1).shape == ()


@pytest.mark.parametrize("std, low, high", [(0, -2, 2), (-1, -2, 2), (1, 2, 2), (1, 2, -2), (math.nan, -2, 2)])
def test_truncated_normal_checks_its_options(std, low, high):
    with pytest.raises(ValueError, match="trunc_normal_: needs std > 0 and low < high"):
        init.trunc_normal_(nn.Parameter(np.ones(3)), 0.0, std, low, high)


def test_plain_fills():
    x = nn.Parameter(np.zeros((100, 100), np.float32))
    assert init.ones_(x) is x
    assert (x.numpy() == 1).all()
    init.zeros_(x)
    assert (x.numpy() == 0).all()
    init.constant_(x, 0.5)
    assert (x.numpy() == 0.5).all()
    init.uniform_(x, 2, 3, rng=0)
    assert 2 <= x.numpy().min() < 2.01
    assert 2.99 < x.numpy().max() <= 3
    init.normal_(x, 5, 0.1, rng=0)
    assert x.numpy().mean() == pytest.approx(5, abs=0.01)
    assert x.numpy().std() == pytest.approx(0.1, rel=0.05)
    assert x.dtype == np.float32
    assert x.requires_grad
    assert x.is_leaf


RANDOM = [init.uniform_, init.normal_, init.trunc_normal_, init.orthogonal_, init.kaiming_uniform_,
          init.kaiming_normal_, init.xavier_uniform_, init.xavier_normal_]  # fmt: skip


@pytest.mark.parametrize("fill", RANDOM)
def test_integers_are_not_filled_with_fractions(fill):
    x, state = tensor(np.full((2, 2), 7)), default_rng().bit_generator.state
    with pytest.raises(TypeError, match=f"{fill.__name__}: x must be floating, not int64"):
        fill(x)
    assert x.tolist() == [[7, 7], [7, 7]]
    assert default_rng().bit_generator.state == state
    with pytest.raises(TypeError, match=r"constant_: x of int64 cannot hold 0.5"):
        init.constant_(x, 0.5)
    assert init.ones_(x).tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize("fill, options, error", [
    (init.uniform_, {"low": 2, "high": 1}, "low=2 must not be above high=1"),
    (init.uniform_, {"low": math.nan}, "low must be a number"),
    (init.normal_, {"std": -1}, "std must be a number ≥ 0, not -1"),
    (init.normal_, {"mean": math.nan}, "mean must be a number"),
    (init.trunc_normal_, {"mean": math.nan}, "mean must be a number"),
    (init.orthogonal_, {"gain": -1}, "gain must be a number ≥ 0"),
    (init.xavier_uniform_, {"gain": math.nan}, "gain must be a number ≥ 0"),
    (init.xavier_normal_, {"gain": -1}, "gain must be a number ≥ 0"),
    (init.kaiming_normal_, {"a": math.nan}, "a must be a number"),
])  # fmt: skip
def test_options_are_checked(fill, options, error):
    x = nn.Parameter(np.ones((2, 2)))
    with pytest.raises(ValueError, match=f"{fill.__name__}: {error}"):
        fill(x, **options)
    assert (x.numpy() == 1).all()


def test_scalars_are_filled_too():
    x = nn.Parameter(1.0)
    init.constant_(x, 0.25)
    assert x.item() == 0.25
    assert x.dtype == np.float32
    assert 2 <= init.uniform_(x, 2, 3).item() <= 3


def test_a_fill_is_an_edit():
    w = nn.Parameter([2.0])
    out = (w * w).sum()
    init.ones_(w)
    with pytest.raises(RuntimeError, match="edited in place"):
        out.backward()


@pytest.mark.parametrize(
    "fill", [init.kaiming_uniform_, init.kaiming_normal_, init.xavier_uniform_, init.xavier_normal_]
)
@pytest.mark.parametrize("shape", [(), (3,), (0, 3), (3, 0)])
def test_fans_need_a_weight(fill, shape):
    x = nn.Parameter(np.ones(shape))
    with pytest.raises(ValueError, match="fan_in"):
        fill(x)
    assert (x.numpy() == 1).all()


def test_an_unknown_mode_raises():
    with pytest.raises(ValueError, match="mode must be one of 'fan_in', 'fan_out', not 'fan'"):
        init.kaiming_uniform_(nn.Parameter(np.ones((2, 2))), mode="fan")


# -- the package's stream


def test_manual_seed_repeats_the_stream():
    nn.manual_seed(7)
    first = default_rng().random(3).tolist()
    held = default_rng()
    nn.manual_seed(7)
    assert held.random(3).tolist() == first  # who holds the stream sees the seed
    assert default_rng() is held
    nn.manual_seed(8)
    assert held.random(3).tolist() != first


def test_default_rng():
    own = np.random.default_rng(1)
    assert default_rng(own) is own
    assert default_rng(1).random() == np.random.default_rng(1).random()


@pytest.mark.parametrize("seed, error", [(None, TypeError), (1.5, TypeError), ("a", TypeError), (-1, ValueError)])
def test_seeds_are_integers(seed, error):
    state = default_rng().bit_generator.state
    with pytest.raises(error, match="manual_seed: seed must be an integer ≥ 0"):
        nn.manual_seed(seed)
    assert default_rng().bit_generator.state == state


@pytest.mark.parametrize("rng, error", [("a", TypeError), (-1, ValueError), (np.random.RandomState(0), TypeError)])
def test_streams_are_generators(rng, error):
    with pytest.raises(error, match=r"rng must be a numpy\.random\.Generator, None or an integer ≥ 0"):
        nn.Dropout(rng=rng)


def test_the_same_seed_gives_the_same_weights_in_any_dtype():
    a, b = nn.Linear(3, 4, rng=0), nn.Linear(3, 4, rng=0, dtype=float)
    assert np.array_equal(a.weight.numpy(), b.weight.numpy().astype(np.float32))


def test_initial_values_are_not_recorded():
    x = tensor([1.0], requires_grad=True)
    with no_grad():
        assert init.ones_(x).is_leaf
    assert init.ones_(x).is_leaf
