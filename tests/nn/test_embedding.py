import numpy as np
import pytest

import nn
from autograd import check_grad, no_grad, tensor
from tests.nn.oracle import agree, torch

INDEX = np.array([[3, 1, 4], [1, 2, 1]])


def twins(padding_idx=None):
    theirs = torch.nn.Embedding(5, 3, padding_idx)
    ours = nn.Embedding(5, 3, padding_idx)
    assert [*ours.state_dict()] == [*theirs.state_dict()]
    ours.load_state_dict({"weight": theirs.weight.detach().numpy()})
    return ours, theirs


@pytest.mark.parametrize("padding_idx", [None, 1, 0, -4, -1])
@pytest.mark.parametrize("index", [INDEX, INDEX[0], INDEX[0, 1], INDEX[:0]], ids=["2-d", "1-d", "0-d", "empty"])
def test_rows_and_their_gradients(padding_idx, index):
    ours, theirs = twins(padding_idx)
    with no_grad(), torch.no_grad():  # what stands for nothing may be anything
        ours.weight[1] = 7
        theirs.weight[1] = 7
    out, expected = ours(index), theirs(torch.tensor(index))
    agree(out, expected)
    g = np.random.default_rng(0).normal(size=out.shape).astype("f4")
    out.backward(g)
    expected.backward(torch.tensor(g))
    agree(ours.weight.grad, theirs.weight.grad)


@pytest.mark.parametrize("index", [INDEX.tolist(), INDEX.astype("u1"), INDEX.astype("i4"), tensor(INDEX)])
def test_any_integers_will_do(index):
    ours, _ = twins()
    assert ours(index).tolist() == ours.weight.numpy()[INDEX].tolist()


@pytest.mark.parametrize("index, error, told", [
    ([1.0], TypeError, "index must hold integers, not float64"),
    ([True], TypeError, "integers, not bool"),
    ([4, 5], IndexError, "there is no row 5 among 5, numbered 0 to 4"),
    ([-1, 3], IndexError, "there is no row -1 among 5"),
    (np.array([2**64 - 1], np.uint64), IndexError, "no row 18446744073709551615 among 5"),
])  # fmt: skip
def test_indices_are_checked(index, error, told):
    with pytest.raises(error, match=f"embedding: .*{told}"):
        nn.Embedding(5, 3)(index)


@pytest.mark.parametrize("sizes, told", [
    ((0, 3), "num_embeddings must be an integer ≥ 1"),
    ((3, 1.5), "embedding_dim must be an integer ≥ 1"),
    ((3, 2, 3), "padding_idx 3 is none of 3 rows"),
    ((3, 2, -4), "padding_idx -4 is none of 3 rows"),
])  # fmt: skip
def test_sizes_are_checked(sizes, told):
    with pytest.raises(ValueError, match=f"Embedding: {told}"):
        nn.Embedding(*sizes)


@pytest.mark.parametrize("row", [3, -4, 1.5])
def test_the_row_of_padding_is_checked(row):
    with pytest.raises(ValueError, match=r"embedding: padding_idx .*"):
        nn.functional.embedding([0], np.ones((3, 2)), row)
    with pytest.raises(ValueError, match=r"Embedding: padding_idx .*"):
        nn.Embedding(3, 2, row)


def test_starts_from_pytorchs_distribution():
    weight = nn.Embedding(500, 400, padding_idx=3, rng=0).weight.numpy()
    assert weight.dtype == np.float32
    assert not weight[3].any()
    assert np.delete(weight, 3, 0).mean() == pytest.approx(0, abs=0.01)
    assert np.delete(weight, 3, 0).std() == pytest.approx(1, abs=0.01)
    assert nn.Embedding(3, 2, rng=1).weight.tolist() == nn.Embedding(3, 2, rng=1).weight.tolist()
    assert nn.Embedding(3, 2, dtype=float)(0).dtype == float


def test_second_order():
    check_grad(lambda w: nn.functional.embedding(INDEX, w) ** 3, np.random.default_rng(0).normal(size=(5, 2)), order=2)


def test_tables_may_be_used_twice():
    ours, theirs = twins()
    (ours([1, 2]) * ours([2, 2])).sum().backward()
    (theirs(torch.tensor([1, 2])) * theirs(torch.tensor([2, 2]))).sum().backward()
    agree(ours.weight.grad, theirs.weight.grad)


@pytest.mark.parametrize("padding_idx", [None, 2, -1])
def test_repr(padding_idx):
    assert repr(nn.Embedding(5, 3, padding_idx)) == repr(torch.nn.Embedding(5, 3, padding_idx))
