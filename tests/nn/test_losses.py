import numpy as np
import pytest

import nn
from autograd import tensor
from nn import functional as F

torch = pytest.importorskip("torch")

REGRESSION = {
    "mse": (nn.MSELoss, F.mse_loss, torch.nn.MSELoss),
    "l1": (nn.L1Loss, F.l1_loss, torch.nn.L1Loss),
}
LOSSES = REGRESSION | {"ce": (nn.CrossEntropyLoss, F.cross_entropy, torch.nn.CrossEntropyLoss)}

regression = pytest.mark.parametrize("ours, function, peer", REGRESSION.values(), ids=REGRESSION.keys())
reductions = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def compare(loss, peer, x, target):
    """Value and gradient of a loss, in the dtype of x, against PyTorch's."""
    ours, theirs = tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = loss(ours, target), peer(theirs, torch.as_tensor(target))
    assert (out.shape, out.dtype) == (tuple(expected.shape), x.dtype)
    np.testing.assert_allclose(out.numpy(), expected.detach().numpy(), rtol=1e-6, atol=1e-6)
    g = np.random.default_rng(1).normal(size=out.shape).astype(x.dtype)
    out.backward(g)
    expected.backward(torch.as_tensor(g))
    assert ours.grad.dtype == x.dtype
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-6, atol=1e-6)


@regression
@reductions
@dtypes
@pytest.mark.parametrize("shape", [(4,), (4, 1), (2, 3, 2), ()])
def test_regression_losses(ours, function, peer, reduction, dtype, shape):
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(2, *shape)).astype(dtype)
    compare(ours(reduction), peer(reduction=reduction), np.asarray(x), np.asarray(target))


@reductions
@dtypes
@pytest.mark.parametrize("index", [np.int64, np.int32, np.uint8])
def test_cross_entropy(reduction, dtype, index):
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(6, 3)).astype(dtype) * 10, rng.integers(3, size=6)
    theirs = torch.nn.CrossEntropyLoss(reduction=reduction)
    compare(lambda x, target: nn.CrossEntropyLoss(reduction)(x, target.astype(index)), theirs, x, target)


def test_cross_entropy_of_one_row_and_of_many_axes():
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    target = np.array([[0, 1, 2], [3, 2, 1]])
    compare(
        nn.CrossEntropyLoss("none"),
        lambda x, t: torch.nn.functional.cross_entropy(x.movedim(-1, 1), t, reduction="none"),
        x,
        target,
    )
    one = nn.CrossEntropyLoss()(x[0, 0], 2)
    assert one.item() == pytest.approx(nn.CrossEntropyLoss()(x[0, :1], [2]).item())


def test_cross_entropy_is_stable():
    loss = nn.CrossEntropyLoss("none")
    x = tensor(np.array([[1e4, -1e4], [1e4, -1e4]], np.float32), requires_grad=True)
    out = loss(x, [0, 1])
    out.sum().backward()
    assert out.tolist() == [0, 2e4]
    assert x.grad.tolist() == [[0, 0], [1, -1]]


@regression
def test_functions_and_modules_are_the_same(ours, function, peer):
    x, target = [1.0, -2.0], [3.0, 3.0]
    for reduction in ("mean", "sum", "none"):
        assert ours(reduction)(x, target).tolist() == function(x, target, reduction=reduction).tolist()
    assert ours()(x, target).tolist() == function(x, target).tolist() == peer()(*map(torch.tensor, (x, target))).item()


@regression
@pytest.mark.parametrize(
    "target",
    [[1, 0, 2], [1.0, 0.0, 2.0], np.array([1, 0, 2]), np.array([1, 0, 1], bool), tensor([1, 0, 2])],
    ids=["ints", "floats", "int array", "bool array", "int tensor"],
)
def test_targets_without_a_dtype_of_their_own_take_that_of_x(ours, function, peer, target):
    x = tensor(np.zeros(3, np.float32), requires_grad=True)
    loss = function(x, target)
    assert loss.dtype == np.float32
    assert loss.item() == pytest.approx(function(np.zeros(3), np.asarray(target, float)).item())


@regression
def test_gradients_reach_a_target_that_requires_grad(ours, function, peer):
    x, t = tensor([1.0, 5.0], requires_grad=True), tensor([2.0, 3.0], requires_grad=True)
    function(x, t).backward()
    assert t.grad.tolist() == [-g for g in x.grad.tolist()] != [0, 0]


@regression
@pytest.mark.parametrize(
    "x, target, remedy",
    [
        ((4, 1), (4,), r"reshape.*\(4, 1\)"),
        ((4,), (4, 1), r"reshape.*\(4,\)"),
        ((4, 2), (4,), "as many values"),
        ((4, 2), (), "as many values"),
        ((), (4,), "as many values"),
    ],
)
@reductions
def test_shapes_that_would_broadcast_raise(ours, function, peer, x, target, remedy, reduction):
    with pytest.raises(ValueError, match=remedy) as caught:
        ours(reduction)(np.ones(x), np.ones(target))
    assert f"x {x} and target {target}" in str(caught.value)


@regression
@reductions
def test_empty_batches_raise(ours, function, peer, reduction):
    with pytest.raises(ValueError, match=r"\(0, 2\) is empty"):
        ours(reduction)(np.ones((0, 2)), np.ones((0, 2)))


@reductions
@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
def test_cross_entropy_of_nothing_raises(reduction, shape):
    with pytest.raises(ValueError, match="is empty"):
        nn.CrossEntropyLoss(reduction)(np.ones(shape), np.zeros(shape[0], int))


@pytest.mark.parametrize(
    "target, error, what",
    [
        ([0, 3], IndexError, "3"),
        ([-1, 0], IndexError, "-1"),
        ([0.0, 1.0], TypeError, "integers"),
        ([[0], [1]], ValueError, r"\(2, 1\).*\(2, 3\)"),
        ([0], ValueError, r"\(1,\).*\(2, 3\)"),
        ([[1, 0, 0], [0, 1, 0]], ValueError, r"\(2, 3\)"),
    ],
)
def test_targets_of_cross_entropy_are_checked(target, error, what):
    with pytest.raises(error, match=what):
        nn.CrossEntropyLoss()(np.ones((2, 3), np.float32), target)


@pytest.mark.parametrize("ours, function, peer", LOSSES.values(), ids=LOSSES.keys())
@pytest.mark.parametrize("reduction", ["average", None, ""])
def test_unknown_reductions_raise_before_anything_else(ours, function, peer, reduction):
    with pytest.raises(ValueError, match="'mean', 'sum', 'none'"):
        ours(reduction)
    with pytest.raises(ValueError, match="'mean', 'sum', 'none'"):
        function([1.0], [1.0], reduction=reduction)


def test_repr():
    assert repr(nn.MSELoss()) == "MSELoss(reduction='mean')"
