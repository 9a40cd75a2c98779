import numpy as np
import pytest

import nn
from autograd import tensor
from nn.data import DataLoader, Subset, TensorDataset

N = 23
X = np.arange(2 * N, dtype=np.float32).reshape(N, 2)
Y = np.arange(N)


class Squares:
    """A dataset that is no TensorDataset."""

    def __len__(self):
        return N

    def __getitem__(self, i):
        return X[i], i * i


def labels(loader):
    return [y.tolist() for _, y in loader]


def test_batches_in_order():
    loader = DataLoader(TensorDataset(X, Y), 10)
    assert len(loader) == 3
    batches = list(loader)
    assert [x.shape for x, _ in batches] == [(10, 2), (10, 2), (3, 2)]
    np.testing.assert_array_equal(np.concatenate([x for x, _ in batches]), X)
    assert labels(loader) == [list(range(10)), list(range(10, 20)), [20, 21, 22]]
    assert all(x.dtype == np.float32 for x, _ in batches)


@pytest.mark.parametrize("dataset", [TensorDataset(X, Y), Squares(), Subset(TensorDataset(X, Y), Y), list(zip(X, Y))])
@pytest.mark.parametrize("options", [{}, {"shuffle": True}, {"drop_last": True}])
@pytest.mark.parametrize("size", [1, 7, 23, 100])
def test_every_kind_of_dataset_gives_its_samples_once(dataset, options, size):
    if options.get("drop_last") and size > N:
        size = N
    loader = DataLoader(dataset, size, rng=0, **options)
    batches = list(loader)
    assert len(batches) == len(loader)
    assert all(type(batch) is tuple for batch in batches)
    rows = np.concatenate([x for x, _ in batches])
    assert rows.dtype == np.float32
    assert {len(x) for x, _ in batches[:-1]} <= {size}
    seen = np.sort(rows[:, 0] / 2)
    if options.get("drop_last"):
        np.testing.assert_array_equal(seen, Y[: N // size * size])
    else:
        np.testing.assert_array_equal(seen, Y)
    for x, y in batches:
        i = (x[:, 0] / 2).astype(int)
        np.testing.assert_array_equal(y, i * i if isinstance(dataset, Squares) else i)


@pytest.mark.parametrize("options", [{}, {"drop_last": True}])
def test_batches_are_pytorchs(options):
    torch = pytest.importorskip("torch")
    theirs = torch.utils.data.DataLoader(Squares(), 5, **options)
    ours = DataLoader(Squares(), 5, **options)
    assert len(ours) == len(theirs)
    for (x, y), (tx, ty) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(x, tx.numpy())
        np.testing.assert_array_equal(y, ty.numpy())
        assert y.dtype == ty.numpy().dtype


def test_a_seed_makes_shuffling_repeatable_with_a_new_order_each_time():
    a, b = (DataLoader((X, Y), 4, shuffle=True, rng=3) for _ in range(2))
    first, second = labels(a), labels(a)
    assert first != second
    assert [labels(b), labels(b)] == [first, second]
    assert labels(DataLoader((X, Y), 4, shuffle=True, rng=4)) != first


def test_without_a_seed_the_packages_stream_is_drawn_from():
    loader = DataLoader((X, Y), 4, shuffle=True)
    assert loader.rng is None
    nn.manual_seed(0)
    first, second = labels(loader), labels(loader)
    nn.manual_seed(0)
    assert [labels(loader), labels(loader)] == [first, second]
    assert first != second


def test_the_generators_state_is_all_there_is_to_restore():
    rng = np.random.default_rng(0)
    loader = DataLoader((X, Y), 4, shuffle=True, rng=rng)
    assert loader.rng is rng
    labels(loader)
    state = loader.rng.bit_generator.state
    expected = labels(loader)
    other = DataLoader((X, Y), 4, shuffle=True, rng=99)
    other.rng.bit_generator.state = state
    assert labels(other) == expected


def test_order_needs_no_random_numbers_without_shuffling():
    rng = np.random.default_rng(0)
    state = rng.bit_generator.state
    labels(DataLoader((X, Y), 4, rng=rng, transform=lambda x, y: (x, y)))
    assert rng.bit_generator.state == state


@pytest.mark.parametrize("shuffle", [False, True])
def test_two_iterations_at_once_do_not_disturb_each_other(shuffle):
    loader = DataLoader((X, Y), 4, shuffle=shuffle, rng=0)
    both = list(zip(loader, loader))
    for k in range(2):
        assert sorted(i for pair in both for i in pair[k][1].tolist()) == list(range(N))
    a = iter(loader)
    next(a)
    labels(loader)
    assert sum(len(y) for _, y in a) == N - 4


def test_the_order_is_drawn_when_iteration_begins():
    loader = DataLoader((X, Y), 4, shuffle=True, rng=0)
    a, b = iter(loader), iter(loader)
    later, sooner = [y.tolist() for _, y in b], [y.tolist() for _, y in a]
    again = DataLoader((X, Y), 4, shuffle=True, rng=0)
    assert [sooner, later] == [labels(again), labels(again)]


def test_no_batch_can_change_the_dataset():
    x = X.copy()
    for batch, _ in DataLoader((x, Y), 4):
        with pytest.raises(ValueError, match="read-only"):
            batch *= 2
    for batch, _ in DataLoader((x, Y), 4, shuffle=True):
        batch *= 2
    np.testing.assert_array_equal(x, X)
    assert x.flags.writeable


def test_batches_in_order_are_views():
    dataset = TensorDataset(X, Y)
    assert all(np.shares_memory(x, X) for x, _ in DataLoader(dataset, 4))
    assert all(not np.shares_memory(x, X) for x, _ in DataLoader(dataset, 4, shuffle=True))


@pytest.mark.parametrize("shuffle", [False, True])
def test_a_transform_may_work_in_place(shuffle):
    def halve(x, y):
        x /= 2
        return x, -y

    x = X.copy()
    batches = list(DataLoader((x, Y), 4, shuffle=shuffle, transform=halve))
    for batch, y in batches:
        np.testing.assert_array_equal(batch[:, 0], -y)
    np.testing.assert_array_equal(x, X)


def test_samples_that_are_no_tuples_make_batches_that_are_none():
    assert [x.tolist() for x in DataLoader([1, 2, 3], 2)] == [[1, 2], [3]]
    assert [x.tolist() for x in DataLoader([1, 2, 3], 2, transform=lambda x: x + 1)] == [[2, 3], [4]]


def test_numbers_become_float32_in_every_batch():
    assert [x.dtype for x in DataLoader([1, 2, 2.5, 3], 2)] == [np.float32] * 2
    assert [x.dtype for x in DataLoader([True, 1], 1)] == [np.int64] * 2
    assert [x.dtype for x in next(iter(DataLoader([([1], X[0]), ([2.5], [1, 2])], 2)))] == [np.float32] * 2
    ((x, y),) = DataLoader([(X[0].astype(float), 1), (X[1], 2.5)], 2)
    assert (x.dtype, y.dtype) == (np.float64, np.float32)


@pytest.mark.parametrize("options", [{}, {"shuffle": True}])
def test_an_array_is_a_dataset_of_its_rows(options):
    batches = list(DataLoader(X, 5, rng=0, **options))
    np.testing.assert_array_equal(np.sort(np.concatenate(batches), axis=0), X)
    assert all(np.shares_memory(x, X) != x.flags.writeable for x in batches)


def test_a_transform_returns_the_batch():
    with pytest.raises(TypeError, match="DataLoader: transform returned None; return the batch"):
        list(DataLoader((X, Y), transform=lambda x, y: None))


def test_one_array_makes_batches_of_one():
    ((x,),) = DataLoader((X,), N)
    np.testing.assert_array_equal(x, X)


def test_samples_of_tensors_numbers_and_lists():
    samples = [(tensor([1.0, 2.0]), 0.5, [1.0]), (tensor([3.0, 4.0]), 1.5, [2.0])]
    ((x, y, z),) = DataLoader(samples, 2)
    assert (x.tolist(), y.tolist(), z.tolist()) == ([[1, 2], [3, 4]], [0.5, 1.5], [[1], [2]])
    assert [type(array) for array in (x, y, z)] == [np.ndarray] * 3
    assert [array.dtype for array in (x, y, z)] == [np.float64, np.float32, np.float32]


@pytest.mark.parametrize("kind, arguments", [(TensorDataset, (X, Y)), (Subset, (TensorDataset(X, Y), Y))])
def test_a_subclass_with_samples_of_its_own_is_asked_for_each(kind, arguments):
    class Doubled(kind):
        def __getitem__(self, i):
            x, y = super().__getitem__(i)
            return 2 * x, y

    ((x, _),) = DataLoader(Doubled(*arguments), N)
    np.testing.assert_array_equal(x, 2 * X)


def test_a_subset_of_a_subset():
    outer = Subset(Subset(TensorDataset(X, Y), [5, 6, 7, 8]), [3, 0])
    ((x, y),) = DataLoader(outer, 2)
    assert y.tolist() == [8, 5]
    assert x.tolist() == [[16, 17], [10, 11]]


@pytest.mark.parametrize("size", [0, -1, True, 2.0, "4", None])
def test_a_batch_has_samples(size):
    with pytest.raises(ValueError, match=f"DataLoader: batch_size must be an integer ≥ 1, not {size!r}"):
        DataLoader((X, Y), size)


def test_numpys_integers_are_integers():
    assert len(DataLoader((X, Y), np.int32(4))) == 6


@pytest.mark.parametrize(
    "make, error, fault",
    [
        (lambda: DataLoader([]), ValueError, "the dataset is empty"),
        (lambda: DataLoader(Subset([1, 2], [])), ValueError, "the dataset is empty"),
        (lambda: DataLoader((X, Y), 24, drop_last=True), ValueError, "23 samples are fewer than batch_size=24"),
        (lambda: DataLoader(zip(X, Y)), TypeError, r"a zip is not indexed from 0 to len\(\) - 1"),
        (lambda: DataLoader({1, 2}), TypeError, r"a set is not indexed"),
        (lambda: DataLoader({"a": 1}), TypeError, "a dict is not indexed from 0"),
        (lambda: DataLoader(X, Y), TypeError, r"batch_size is an array; .* pass DataLoader\(\(x, y\)\)"),
        (lambda: DataLoader((X, Y), shuffle="no"), TypeError, "shuffle must be True or False, not 'no'"),
        (lambda: DataLoader((X, Y), drop_last=None), TypeError, "drop_last must be True or False, not None"),
        (lambda: DataLoader((X, Y), transform=3), TypeError, "transform must be a function of a batch, not a int"),
    ],
)
def test_what_cannot_be_loaded_is_named_at_once(make, error, fault):
    with pytest.raises(error, match=f"DataLoader: .*{fault}"):
        make()


@pytest.mark.parametrize(
    "samples, error, fault",
    [
        ([np.zeros(3), np.zeros(2)], ValueError, r"samples \(2,\) and \(3,\) make no batch"),
        ([(1, 2), (1, 2, 3)], ValueError, "tuples of one length"),
        ([(1, 2), 3], ValueError, "tuples of one length"),
        ([[X[0], 1], [X[1], 2]], ValueError, r"a list of parts of different shapes .* a tuple, as \(x, y\)"),
        ([{"x": 1}, {"x": 2}], TypeError, "a dict of dtype object holds no numbers"),
        ("ab", TypeError, "a str of dtype <U1 holds no numbers"),
    ],
)
def test_samples_that_make_no_batch_are_named(samples, error, fault):
    with pytest.raises(error, match=f"DataLoader: .*{fault}"):
        list(DataLoader(samples, 2))


def test_repr():
    assert repr(DataLoader((X, Y), 4)) == "DataLoader(6 batches of 4 samples, shuffle=False)"
