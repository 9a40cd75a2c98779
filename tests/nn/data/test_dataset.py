import numpy as np
import pytest

from autograd import tensor
from nn.data import Subset, TensorDataset, random_split

X = np.arange(12, dtype=np.float32).reshape(6, 2)
Y = np.array([0, 1, 2, 0, 1, 2])


def test_a_sample_is_a_row_of_each_array():
    dataset = TensorDataset(X, Y)
    assert len(dataset) == 6
    x, y = dataset[2]
    assert x.tolist() == [4, 5]
    assert y == 2
    assert [label for _, label in dataset] == Y.tolist()
    with pytest.raises(IndexError):
        dataset[6]


@pytest.mark.parametrize("rows", [slice(1, 4), [3, 0], np.array([5, 5, -1]), Y == 1])
def test_slices_and_arrays_of_numbers_give_rows(rows):
    x, y = TensorDataset(X, Y)[rows]
    np.testing.assert_array_equal(x, X[rows])
    np.testing.assert_array_equal(y, Y[rows])
    assert x.dtype == np.float32


def test_arrays_are_not_copied():
    dataset = TensorDataset(X, tensor(X))
    assert dataset.arrays[0] is X
    assert type(dataset.arrays[1]) is np.ndarray


def test_arrays_keep_their_dtype_and_lists_of_real_numbers_become_float32():
    dataset = TensorDataset(X.astype(float), tensor([1.0] * 6), [[1.0]] * 6, [1] * 6, [True] * 6)
    assert [array.dtype for array in dataset.arrays] == [np.float64, np.float64, np.float32, np.int64, np.bool]


@pytest.mark.parametrize(
    "arrays, fault",
    [
        ((), r"no samples in arrays \(\)"),
        ((3.0,), r"no samples in arrays \(\); pass some of shape \(N, ...\)"),
        (([], []), r"no samples in arrays \(0,\), \(0,\)"),
        ((np.empty((0, 3)),), r"no samples in arrays \(0, 3\)"),
        ((X, Y[:5]), r"arrays \(6, 2\), \(5,\) have different lengths"),
        ((X, 1), r"arrays \(6, 2\), \(\) have different lengths"),
    ],
)
def test_arrays_without_samples_and_of_different_lengths_are_named(arrays, fault):
    with pytest.raises(ValueError, match=f"TensorDataset: .*{fault}"):
        TensorDataset(*arrays)


@pytest.mark.parametrize(
    "x, error, fault",
    [
        ([[1, 2], [3]], ValueError, "a list of parts of different shapes is no array; give its rows one shape"),
        (None, TypeError, "a NoneType of dtype object holds no numbers"),
        (["a", "b"], TypeError, "a list of dtype <U1 holds no numbers"),
        ([{"x": 1}], TypeError, "a list of dtype object holds no numbers"),
    ],
)
def test_what_is_no_array_of_numbers_is_named(x, error, fault):
    with pytest.raises(error, match=f"TensorDataset: {fault}"):
        TensorDataset(x)


def test_a_subset_picks_samples():
    subset = Subset(TensorDataset(X, Y), [4, 0])
    assert len(subset) == 2
    assert subset[0][0].tolist() == [8, 9]
    assert subset[:][1].tolist() == [1, 0]
    assert [sample[1] for sample in subset] == [1, 0]
    assert Subset(subset, [1])[0][0].tolist() == [0, 1]
    assert repr(subset) == "Subset(2 of 6 samples)"


@pytest.mark.parametrize("indices, missing", [([0, 6], 6), ([-1], -1)])
def test_a_subset_refuses_what_is_not_there(indices, missing):
    with pytest.raises(IndexError, match=f"Subset: there is no sample {missing} in a dataset of 6"):
        Subset(TensorDataset(X), indices)


@pytest.mark.parametrize("indices", [3, [0.5], Y == 1, [[0, 1]]])
def test_a_subset_refuses_what_are_no_indices(indices):
    with pytest.raises(TypeError, match=r"Subset: indices must be integers \(N,\)"):
        Subset(TensorDataset(X), indices)


FRACTIONS = [[0.8, 0.2], [0.5, 0.5], [0.7, 0.2, 0.1], [1 / 3] * 3, [0.29, 0.71], [1.0]]


@pytest.mark.parametrize("lengths", [[3, 8], [11], *FRACTIONS])
def test_a_split_takes_every_sample_once(lengths):
    parts = random_split(range(11), lengths, rng=0)
    assert sorted(sample for part in parts for sample in part) == list(range(11))
    assert len(parts) == len(lengths)


@pytest.mark.parametrize("n", [11, 100, 1797])
@pytest.mark.parametrize("lengths", FRACTIONS)
def test_fractions_are_rounded_as_in_pytorch(n, lengths):
    torch = pytest.importorskip("torch")
    ours = [len(part) for part in random_split(range(n), lengths)]
    assert ours == [len(part) for part in torch.utils.data.random_split(range(n), lengths)]


def test_a_split_is_random_and_repeatable():
    a, b, c = (random_split(range(50), [40, 10], rng=seed)[1].indices.tolist() for seed in (0, 0, 1))
    assert a == b != c
    assert a != sorted(a)


@pytest.mark.parametrize("lengths", [[], [5, 5], [0.5, 0.4], [0.9, 0.2], [np.nan, 0.5], [np.inf]])
def test_a_split_of_another_sum_is_refused(lengths):
    with pytest.raises(ValueError, match="neither integers of sum 11, nor fractions of sum 1"):
        random_split(range(11), lengths)


@pytest.mark.parametrize("length", [5, 0.8])
def test_a_split_takes_a_list(length):
    with pytest.raises(TypeError, match=rf"random_split: .* as \[0.8, 0.2\], not {length} alone"):
        random_split(range(5), length)


@pytest.mark.parametrize("lengths, counts", [([11, 0], "11, 0"), ([12, -1], "12, -1"), ([0.99, 0.01], "11, 0")])
def test_a_split_leaves_no_subset_empty(lengths, counts):
    with pytest.raises(ValueError, match=rf"of 11 samples makes subsets of \[{counts}\]"):
        random_split(range(11), lengths)
