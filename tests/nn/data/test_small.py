import sys

import numpy as np
import pytest

from nn.data import digits, two_moons, xor

datasets = pytest.importorskip("sklearn.datasets")


def test_digits_are_scikit_learns():
    train, test = digits()
    for part in (train, test):
        images, labels = part.arrays
        assert images.dtype == np.float32
        assert labels.dtype == np.int64
        assert images.min() == 0
        assert images.max() == 1
    images, labels = (np.concatenate(both) for both in zip(train.arrays, test.arrays))
    data, target = datasets.load_digits(return_X_y=True)
    theirs, ours = np.column_stack([data, target]), np.column_stack([images * 16, labels])
    np.testing.assert_array_equal(theirs[np.lexsort(theirs.T)], ours[np.lexsort(ours.T)])


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
def test_the_split_takes_its_fraction_of_each_digit(fraction):
    train, test = digits(test_fraction=fraction)
    kept, taken = (np.bincount(part.arrays[1]) for part in (train, test))
    np.testing.assert_allclose(taken, fraction * (kept + taken), atol=0.5)


def test_the_split_is_the_same_unless_another_seed_is_given():
    first, again, other = (digits(rng=rng)[1].arrays[0] for rng in (0, np.random.default_rng(0), 1))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, digits()[1].arrays[0])
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("fraction", [0.001, 0.999])
def test_both_parts_have_every_digit(fraction):
    with pytest.raises(ValueError, match=f"digits: test_fraction={fraction!r} leaves a part without a 0"):
        digits(test_fraction=fraction)


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, np.nan, "a"])
def test_a_fraction_is_a_part_of_all(fraction):
    with pytest.raises(ValueError, match=f"digits: test_fraction must be a number > 0 and < 1, not {fraction!r}"):
        digits(test_fraction=fraction)


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"pip install 'autograd-nn\[data\]'"):
        digits()


@pytest.mark.parametrize("n", [2, 7, 100])
def test_moons_are_scikit_learns(n):
    points, labels = two_moons(n, noise=0.0).arrays
    theirs, target = datasets.make_moons(n, shuffle=False)
    np.testing.assert_allclose(points, theirs, atol=1e-7)
    np.testing.assert_array_equal(labels, target)
    assert (points.dtype, labels.dtype) == (np.float32, np.int64)


def test_moons_have_their_noise():
    (clean, _), (noisy, _), (again, _) = (two_moons(2000, noise, rng=5).arrays for noise in (0.0, 0.3, 0.3))
    np.testing.assert_array_equal(noisy, again)
    np.testing.assert_allclose((noisy - clean).std(axis=0), 0.3, rtol=0.05)


@pytest.mark.parametrize("options", [{"noise": -0.1}, {"noise": np.nan}, {"noise": np.inf}, {"noise": "low"}])
def test_moons_have_a_noise_that_can_be_drawn(options):
    with pytest.raises(ValueError, match="two_moons: noise must be a finite number ≥ 0"):
        two_moons(**options)


@pytest.mark.parametrize("n", [1, 10.5])
def test_moons_have_two_points(n):
    with pytest.raises(ValueError, match=f"two_moons: n must be an integer ≥ 2, not {n}"):
        two_moons(n)


def test_xor():
    x, y = xor().arrays
    np.testing.assert_array_equal(y[:, 0], x[:, 0] != x[:, 1])
    assert len(np.unique(x, axis=0)) == 4
    assert (x.dtype, y.dtype) == (np.float32, np.float32)
