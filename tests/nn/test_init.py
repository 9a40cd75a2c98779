import math

import numpy as np
import pytest

import nn
from autograd import no_grad, tensor
from nn import init
from nn.random import default_rng

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
    with pytest.raises(ValueError, match="'fan_in' or 'fan_out', not 'fan'"):
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


@pytest.mark.parametrize("seed, error", [(None, TypeError), (1.5, TypeError), (-1, ValueError)])
def test_seeds_are_integers(seed, error):
    state = default_rng().bit_generator.state
    with pytest.raises(error):
        nn.manual_seed(seed)
    assert default_rng().bit_generator.state == state


def test_the_same_seed_gives_the_same_weights_in_any_dtype():
    a, b = nn.Linear(3, 4, rng=0), nn.Linear(3, 4, rng=0, dtype=float)
    assert np.array_equal(a.weight.numpy(), b.weight.numpy().astype(np.float32))


def test_initial_values_are_not_recorded():
    x = tensor([1.0], requires_grad=True)
    with no_grad():
        assert init.ones_(x).is_leaf
    assert init.ones_(x).is_leaf
