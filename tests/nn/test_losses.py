import itertools
import tracemalloc
import warnings

import numpy as np
import pytest

import nn
from autograd import LintWarning, check_grad, hessian, lints, no_grad, tensor
from nn import functional as F

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:reduction. 'mean' divides:UserWarning")  # PyTorch's word on kl_div

DISTANCES = {
    "mse": (nn.MSELoss, F.mse_loss, torch.nn.MSELoss),
    "l1": (nn.L1Loss, F.l1_loss, torch.nn.L1Loss),
    "huber": (nn.HuberLoss, F.huber_loss, torch.nn.HuberLoss),
}
PROBABILITIES = {
    "bce": (nn.BCELoss, F.binary_cross_entropy, torch.nn.BCELoss),
    "logits": (nn.BCEWithLogitsLoss, F.binary_cross_entropy_with_logits, torch.nn.BCEWithLogitsLoss),
    "kl": (nn.KLDivLoss, F.kl_div, torch.nn.KLDivLoss),
}
CLASSES = {
    "ce": (nn.CrossEntropyLoss, F.cross_entropy, torch.nn.CrossEntropyLoss),
    "nll": (nn.NLLLoss, F.nll_loss, torch.nn.NLLLoss),
}


def over(losses):
    return pytest.mark.parametrize("ours, function, peer", losses.values(), ids=losses.keys())


distances, entrywise, classes = over(DISTANCES), over(DISTANCES | PROBABILITIES), over(CLASSES)
every_loss = over(DISTANCES | PROBABILITIES | CLASSES)
reductions = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def choices(**options):
    """Every combination of options, as keyword arguments."""
    every = [dict(zip(options, values)) for values in itertools.product(*options.values())]
    return pytest.mark.parametrize("options", every, ids=lambda options: "-".join(map(str, options.values())))


def for_torch(options, dtype):
    """The same options for PyTorch: without those that are None, and weights in the dtype of x."""
    given = {name: value for name, value in options.items() if value is not None}
    return {name: torch.tensor(x, dtype=dtype) if isinstance(x, list) else x for name, x in given.items()}


def compare(loss, peer, x, target, rtol=1e-6):
    """Value and gradient of a loss, in the dtype of x, against PyTorch's."""
    ours, theirs = tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = loss(ours, target), peer(theirs, torch.as_tensor(target))
    assert (out.shape, out.dtype) == (tuple(expected.shape), x.dtype)
    np.testing.assert_allclose(out.numpy(), expected.detach().numpy(), rtol=rtol, atol=rtol)
    g = np.random.default_rng(1).normal(size=out.shape).astype(x.dtype)
    out.backward(g)
    expected.backward(torch.as_tensor(g))
    assert ours.grad.dtype == x.dtype
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=rtol, atol=rtol)


# -- entry by entry --------------------------------------------------------------------------------


@distances
@reductions
@dtypes
@pytest.mark.parametrize("shape", [(4,), (4, 1), (2, 3, 2), ()])
def test_distances(ours, function, peer, reduction, dtype, shape):
    x, target = 2 * np.random.default_rng(0).normal(size=(2, *shape)).astype(dtype)
    compare(ours(reduction), peer(reduction=reduction), np.asarray(x), np.asarray(target))


@reductions
@pytest.mark.parametrize("delta", [0.5, 1.0, 10.0])
def test_huber_is_a_parabola_between_two_lines(reduction, delta):
    x = np.array([-1e4, -3, -0.5, -0.1, 0, 0.1, 0.5, 3, 1e4], np.float32)
    compare(nn.HuberLoss(reduction, delta), torch.nn.HuberLoss(reduction, delta), x, np.zeros_like(x))


def test_huber_of_extremes():
    x = tensor([1e300, -1e300, 0.0], requires_grad=True)
    out = F.huber_loss(x, np.zeros(3), reduction="sum", delta=2.0)
    out.backward()
    assert (out.item(), x.grad.tolist()) == (4e300, [2, -2, 0])


def test_huber_is_smooth_at_its_target():
    curvature = hessian(lambda x: F.huber_loss(x, 0.0))
    assert [curvature(x) for x in (0.0, 0.5, 2.0)] == [1, 1, 0]


@pytest.mark.parametrize("delta", [0, -1.0, float("nan"), "a", None])
def test_huber_needs_a_positive_delta(delta):
    with pytest.raises(ValueError, match="HuberLoss: delta must be a number > 0"):
        nn.HuberLoss(delta=delta)
    with pytest.raises(ValueError, match="huber_loss: delta must be a number > 0"):
        F.huber_loss([1.0], [1.0], delta=delta)


@dtypes
@choices(reduction=["mean", "sum", "none"], weight=[None, [3.0], [1.0, 0.0, 2.5]])
def test_binary_cross_entropy(dtype, options):
    x, target = np.random.default_rng(0).uniform(size=(2, 4, 3)).astype(dtype)
    x[0], target[1:3] = [0, 1, 0.5], [[0, 1, 0], [1, 1, 0]]
    theirs = torch.nn.BCELoss(**for_torch(options, torch.as_tensor(x).dtype))
    compare(nn.BCELoss(**options), theirs, x, target, 1e-5)


@dtypes
@choices(
    reduction=["mean", "sum", "none"],
    weight=[None, [[1.0], [0.0], [2.0], [0.5]]],
    pos_weight=[None, [3.0], [1.0, 0.5, 10.0]],
)
def test_binary_cross_entropy_with_logits(dtype, options):
    rng = np.random.default_rng(0)
    x, target = 3 * rng.normal(size=(4, 3)).astype(dtype), rng.uniform(size=(4, 3)).astype(dtype)
    target[1:3] = [[0, 1, 0], [1, 1, 0]]
    theirs = torch.nn.BCEWithLogitsLoss(**for_torch(options, torch.as_tensor(x).dtype))
    compare(nn.BCEWithLogitsLoss(**options), theirs, x, target, 1e-5 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("far, dtype", [(1e4, np.float32), (1e300, np.float64)])
def test_binary_cross_entropy_with_logits_is_exact_in_the_tails(far, dtype):
    x = tensor(np.array([far, -far, far, -far, 40, -40], dtype), requires_grad=True)
    out = F.binary_cross_entropy_with_logits(x, [0, 1, 1, 0, 1, 0], reduction="none")
    out.backward(np.ones(6))
    tail = np.exp(dtype(-40))
    np.testing.assert_allclose(out.numpy(), np.array([far, far, 0, 0, tail, tail], dtype), rtol=1e-6)
    np.testing.assert_allclose(x.grad.numpy(), np.array([1, -1, 0, 0, -tail, tail], dtype), rtol=1e-6)


def test_binary_cross_entropy_at_0_and_1_is_finite():
    x = tensor(np.array([0, 1, 0, 1], np.float32), requires_grad=True)
    out = F.binary_cross_entropy(x, [0, 1, 1, 0], reduction="none")
    out.sum().backward()
    assert out.tolist() == [0, 0, 100, 100]
    np.testing.assert_allclose(x.grad.numpy(), [0, 0, -1e12, 1e12], rtol=1e-6)


@dtypes
@choices(reduction=["mean", "sum", "none", "batchmean"], log_target=[False, True])
@pytest.mark.parametrize("shape", [(4, 3), (5,)])
def test_kl_div(dtype, options, shape):
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(2, *shape)).astype(dtype)
    target = F.log_softmax(target).numpy() if options["log_target"] else F.softmax(target).numpy()
    target.flat[1] = -np.inf if options["log_target"] else 0
    finite = np.maximum(target, np.asarray(-1e4, dtype))  # PyTorch has NaN for the logarithm -∞
    theirs = torch.nn.KLDivLoss(**options)
    compare(nn.KLDivLoss(**options), lambda x, _: theirs(x, torch.tensor(finite)), F.log_softmax(x).numpy(), target)


def test_kl_div_to_a_target_that_learns():
    target = tensor([0.0, 0.25, 0.75], requires_grad=True)
    out = F.kl_div(np.log([0.5, 0.25, 0.25]), target, reduction="sum")
    out.backward()
    assert out.item() == pytest.approx(0.75 * np.log(3))
    np.testing.assert_allclose(target.grad.numpy(), [np.log(2), 1, np.log(3) + 1])


@pytest.mark.parametrize("log_target", [False, True])
def test_what_never_happens_may_be_impossible_to_kl_div(log_target):
    x, target = tensor([[-np.inf, 0.0]], requires_grad=True), [[0.0, 1.0]]
    out = F.kl_div(x, [[-np.inf, 0.0]] if log_target else target, reduction="sum", log_target=log_target)
    out.backward()
    assert (out.item(), x.grad.tolist()) == (0, [[0, -1]])
    assert F.kl_div(x, [[0.5, 0.5]]).item() == np.inf


def test_what_never_happens_may_be_impossible_to_cross_entropy():
    x = tensor([[-np.inf, 0.0, 0.0]], requires_grad=True)
    out = F.cross_entropy(x, [[0.0, 0.75, 0.25]])
    out.backward()
    assert out.item() == pytest.approx(np.log(2))
    assert x.grad.tolist() == [[0, -0.25, 0.25]]
    assert F.cross_entropy(x, [[0.5, 0.5, 0.0]]).item() == np.inf
    weighed = {"weight": [0.0, 1.0, 1.0], "reduction": "none"}
    for smoothing in (0.0, 0.3):
        x.grad = None
        loss = F.cross_entropy(tensor([[-np.inf, 0.0, 0.0]] * 2), [0, 1], label_smoothing=smoothing, **weighed)
        np.testing.assert_allclose(loss.tolist(), [smoothing * 2 / 3 * np.log(2), (1 - smoothing / 3) * np.log(2)])
    assert F.nll_loss(x.detach(), [0], **weighed).item() == 0


@pytest.mark.parametrize("reduction", ["mean", "batchmean"])
def test_kl_div_of_one_number(reduction):
    out = F.kl_div(-1.0, 0.5, reduction=reduction)
    theirs = torch.nn.functional.kl_div(torch.tensor(-1.0), torch.tensor(0.5), reduction=reduction)
    assert out.item() == pytest.approx(theirs.item())


@entrywise
@reductions
def test_functions_and_modules_are_the_same(ours, function, peer, reduction):
    x, target = [0.25, 0.5], [1.0, 0.25]
    expected = peer(reduction=reduction)(*map(torch.tensor, (x, target))).tolist()
    assert ours(reduction=reduction)(x, target).tolist() == function(x, target, reduction=reduction).tolist()
    assert function(x, target, reduction=reduction).tolist() == pytest.approx(expected)


@entrywise
@pytest.mark.parametrize(
    "target",
    [[1, 0, 1], [1.0, 0.0, 1.0], np.array([1, 0, 1]), np.array([1, 0, 1], bool), tensor([1, 0, 1])],
    ids=["ints", "floats", "int array", "bool array", "int tensor"],
)
def test_targets_without_a_dtype_of_their_own_take_that_of_x(ours, function, peer, target):
    x = tensor(np.full(3, 0.5, np.float32), requires_grad=True)
    loss = function(x, target)
    assert loss.dtype == np.float32
    assert loss.item() == pytest.approx(function(np.full(3, 0.5), np.asarray(target, float)).item())


def test_whole_numbers_round_neither_targets_nor_weights():
    assert F.mse_loss([1, 2], [1.5, 2.5]).item() == 0.25
    assert F.nll_loss([[-1, -2]], [0], weight=[0.5, 1.0], reduction="sum").item() == 0.5


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8])
def test_small_whole_numbers_do_not_wrap(dtype):
    x, target = np.array([[0, 250]]).astype(dtype), np.array([[200, 3]]).astype(dtype)
    for loss in (F.mse_loss, F.l1_loss, F.huber_loss):
        assert loss(x, target).tolist() == loss(x.astype(float), target.astype(float)).tolist()
    if dtype is not bool:
        assert F.cross_entropy(x, [0]).tolist() == F.cross_entropy(x.astype(float), [0]).tolist()


@distances
def test_a_lint_tells_of_targets_that_widen_a_loss(ours, function, peer):
    x, target = np.ones(2, np.float32), np.zeros(2)
    with pytest.warns(LintWarning, match=rf"{function.__name__}: a float32 x .* float64.*target.astype\(np.float32\)"):
        assert function(x, target).dtype == float
    assert function(x.astype(float), target.astype(np.float32)).dtype == float  # here the model is wide itself
    assert function(x, target.astype(np.float32)).dtype == np.float32


@entrywise
def test_gradients_reach_a_target_that_requires_grad(ours, function, peer):
    x, target = [0.25, 0.5], [0.75, 0.25]
    t, theirs = tensor(target, requires_grad=True), torch.tensor(target, requires_grad=True)
    function(x, t).backward()
    peer()(torch.tensor(x), theirs).backward()
    np.testing.assert_allclose(t.grad.numpy(), theirs.grad.numpy(), rtol=1e-5)
    assert any(t.grad.tolist())


@entrywise
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
        ours(reduction=reduction)(np.ones(x), np.ones(target))
    assert f"{function.__name__}: x {x} and target {target}" in str(caught.value)


@entrywise
@reductions
def test_empty_batches_raise(ours, function, peer, reduction):
    with pytest.raises(ValueError, match=r"\(0, 2\) is empty"):
        ours(reduction=reduction)(np.ones((0, 2)), np.ones((0, 2)))


@pytest.mark.parametrize("bad", [-0.1, 1.1, 2, float("nan")])
def test_what_is_no_probability_raises(bad):
    for loss in (nn.BCELoss(), nn.BCEWithLogitsLoss(), nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.5)):
        with pytest.raises(ValueError, match=f"target goes from .*{bad}.*probabilities"):
            loss([0.5, 0.5], [1.0, bad])
    with pytest.raises(ValueError, match=f"binary_cross_entropy: .*probabilities.*{bad}.*nn.BCEWithLogitsLoss"):
        nn.BCELoss()([0.5, bad], [1, 0])


def test_probabilities_may_be_rounded():
    p = np.float32([np.nextafter(np.float32(1), np.float32(2)), 0])
    assert F.cross_entropy(np.zeros(2, np.float32), p).item() == pytest.approx(np.log(2))


def test_logarithms_are_no_target_of_kl_div_unless_it_is_said():
    with pytest.raises(ValueError, match="log_target=True"):
        nn.KLDivLoss()([-1.0, -1.0], [-1.0, 0.0])


@pytest.mark.parametrize("shape", [(2,), (4, 2), (3, 3), (1, 4, 3)])
def test_weights_that_would_stretch_the_loss_raise(shape):
    x, target = np.full((4, 3), 0.5), np.ones((4, 3))
    for loss in (nn.BCELoss(np.ones(shape)), nn.BCEWithLogitsLoss(np.ones(shape))):
        with pytest.raises(ValueError, match=r": weight .* must broadcast to the shape of x"):
            loss(x, target)
    with pytest.raises(ValueError, match=r"pos_weight .* must broadcast"):
        nn.BCEWithLogitsLoss(pos_weight=np.ones(shape))(x, target)


# -- classes ---------------------------------------------------------------------------------------


@classes
@dtypes
@choices(reduction=["mean", "sum", "none"], weight=[None, [1.0, 0.25, 3.0]], ignore_index=[None, 2, -100])
@pytest.mark.parametrize("index", [np.int64, np.int8])
def test_class_indices(ours, function, peer, dtype, options, index):
    x = F.log_softmax(5 * np.random.default_rng(0).normal(size=(6, 3)).astype(dtype)).numpy()
    target = np.array([0, 1, 2, -100, 1, 0] if options["ignore_index"] == -100 else [0, 1, 2, 2, 1, 0])
    theirs = peer(**for_torch(options, torch.as_tensor(x).dtype))
    compare(lambda x, target: ours(**options)(x, target.astype(index)), theirs, x, target)


@dtypes
@choices(
    reduction=["mean", "sum", "none"],
    weight=[None, [1.0, 0.25, 3.0]],
    ignore_index=[None, 1, -100],
    label_smoothing=[0.1, 1.0],
)
def test_label_smoothing(dtype, options):
    x, target = 5 * np.random.default_rng(0).normal(size=(5, 3)).astype(dtype), np.array([0, 1, 2, 2, 1])
    theirs = torch.nn.CrossEntropyLoss(**for_torch(options, torch.as_tensor(x).dtype))
    compare(nn.CrossEntropyLoss(**options), theirs, x, target, 2e-6)


@dtypes
@choices(reduction=["mean", "sum", "none"], weight=[None, [1.0, 0.25, 3.0]], label_smoothing=[0.0, 0.1])
def test_probabilities_of_classes(dtype, options):
    x, target = np.random.default_rng(0).normal(size=(2, 5, 3)).astype(dtype)
    theirs = torch.nn.CrossEntropyLoss(**for_torch(options, torch.as_tensor(x).dtype))
    compare(nn.CrossEntropyLoss(**options), theirs, 5 * x, F.softmax(target).numpy(), 2e-6)


def test_probabilities_as_lists_take_the_dtype_of_the_logits():
    x = np.zeros((1, 2), np.float32)
    assert F.cross_entropy(x, [[0.5, 0.5]], weight=[2.0, 1.0], label_smoothing=0.1).dtype == np.float32


def test_gradients_reach_probabilities_that_require_grad():
    p = tensor([[0.5, 0.5]], requires_grad=True)
    F.cross_entropy([[0.0, 40.0]], p).backward()
    assert p.grad.tolist() == [[40, 0]]


@classes
@choices(weight=[None, [1.0, 2.0, 3.0, 4.0]], ignore_index=[None, 1])
def test_classes_are_on_the_last_of_many_axes(ours, function, peer, options):
    x, target = -np.random.default_rng(0).uniform(size=(2, 3, 4)), np.array([[0, 1, 2], [3, 2, 1]])
    theirs = peer(reduction="none", **for_torch(options, torch.float64))
    compare(ours(reduction="none", **options), lambda x, t: theirs(x.movedim(-1, 1), t), x, target)
    one = function(x[0, 0], 2, **options)
    assert one.shape == ()
    assert one.item() == pytest.approx(function(x[0, :1], [2], **options).item())


@classes
def test_what_is_ignored_reaches_nothing(ours, function, peer):
    x = tensor([[-1.0, 0.0], [np.nan, np.inf], [0.0, -2.0]], requires_grad=True)
    for reduction in ("mean", "sum", "none"):
        out = function(x, [0, -1, 1], ignore_index=-1, reduction=reduction)
        out.backward(np.ones(out.shape))
        assert np.isfinite(out.numpy()).all()
        with no_grad():
            assert function(x, [0, -1, 1], ignore_index=-1, reduction=reduction).tolist() == out.tolist()
    assert x.grad[1].tolist() == [0, 0]
    assert np.isfinite(x.grad.numpy()).all()


def test_class_indices_without_options_are_one_op():
    x = tensor([[0.0, 1.0], [2.0, 0.0]], requires_grad=True)
    for target in ([0, 1], np.array([0, 1]), tensor([0, 1])):
        out = nn.CrossEntropyLoss()(x, target)
        assert out.node.op.name == "cross_entropy"
        assert out.node.px is x.node


@pytest.mark.parametrize("smoothing", [0.0, 0.5])
def test_cross_entropy_is_stable(smoothing):
    far = np.float32(1e4)
    x = tensor(np.array([[far, -far], [far, -far]]), requires_grad=True)
    out = F.cross_entropy(x, [0, 1], label_smoothing=smoothing, reduction="none")
    out.sum().backward()
    right, wrong = smoothing / 2, 1 - smoothing / 2  # how much of the target is in the wrong place
    assert out.tolist() == [right * 2e4, wrong * 2e4]
    assert x.grad.tolist() == [[right, -right], [wrong, -wrong]]


@classes
@reductions
@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
@choices(ignore_index=[None, 5])
def test_batches_of_nothing_raise(ours, function, peer, reduction, shape, options):
    with pytest.raises(ValueError, match="is empty"):
        ours(reduction=reduction, **options)(np.ones(shape), np.zeros(shape[0], int))
    with pytest.raises(ValueError, match="is empty"):
        F.cross_entropy(np.ones(shape), np.ones(shape), reduction=reduction)


@classes
@reductions
def test_batches_that_do_not_count_raise(ours, function, peer, reduction):
    with pytest.raises(ValueError, match="every target is ignore_index, 1"):
        ours(reduction=reduction, ignore_index=1)(np.ones((2, 3)), [1, 1])


@classes
def test_weights_of_0_have_no_mean(ours, function, peer):
    weight, x = [0.0, 1.0, 1.0], np.zeros((2, 3))
    with pytest.raises(ValueError, match="classes of weight 0"):
        ours(weight)(x, [0, 0])
    assert ours(weight, reduction="sum")(x, [0, 0]).item() == 0
    with pytest.raises(ValueError, match="the weights of the targets sum to 0"):
        ours([-1.0, 1.0, 1.0])(x, [0, 1])


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss, nn.NLLLoss, nn.BCELoss, nn.BCEWithLogitsLoss])
def test_weights_are_finite(loss):
    with pytest.raises(ValueError, match=f"{loss.__name__}: weight must hold finite numbers"):
        loss([1.0, np.nan])
    with pytest.raises(ValueError, match="pos_weight must hold finite numbers"):
        nn.BCEWithLogitsLoss(pos_weight=np.inf)
    with pytest.raises(ValueError, match="cross_entropy: weight must hold finite numbers"):
        F.cross_entropy([[0.0, 0.0]], [1], weight=[1.0, np.nan])


@classes
@pytest.mark.parametrize(
    "target, error, what",
    [
        ([0, 3], IndexError, "there is no class 3 among 3, numbered 0 to 2"),
        ([-1, 0], IndexError, "there is no class -1 among 3"),
        ([0.0, 1.0], TypeError, r"integers.*target.astype\(int\)"),
        ([True, False], TypeError, "integers"),
        ([[0], [1]], ValueError, r"\(2, 1\).*\(2, 3\).*target.ravel\(\)"),
        ([0], ValueError, r"\(1,\).*\(2, 3\)"),
        ([[1, 0, 0], [0, 1, 0]], ValueError, r"\(2, 3\).*argmax\(axis=-1\)"),
    ],
)
@choices(weight=[None, [1.0, 2.0, 3.0]], ignore_index=[None, -100])
def test_class_indices_are_checked(ours, function, peer, target, error, what, options):
    with pytest.raises(error, match=what) as caught:
        function(np.ones((2, 3), np.float32), target, **options)
    assert str(caught.value).startswith(f"{function.__name__}: ")
    if error is ValueError:
        assert (" as logits (2, 3)" in str(caught.value)) == (function is F.cross_entropy)


@classes
@pytest.mark.parametrize("wrong", [1.5, "a"])
def test_what_is_ignored_is_an_integer(ours, function, peer, wrong):
    with pytest.raises(ValueError, match=f"{ours.__name__}: ignore_index must be an integer or None"):
        ours(ignore_index=wrong)
    with pytest.raises(ValueError, match=f"{function.__name__}: ignore_index must be an integer or None"):
        function([[0.0, 0.0]], [0], ignore_index=wrong)


@classes
def test_one_score_is_no_row_of_classes(ours, function, peer):
    with pytest.raises(ValueError, match=r"without the last axis"):
        function(1.0, 0)


@pytest.mark.parametrize("weight", [[1.0], [1.0, 2.0], [[1.0, 2.0, 3.0]], 1.0])
def test_there_is_a_weight_for_every_class(weight):
    x, p = np.zeros((2, 3)), np.full((2, 3), 1 / 3)
    for loss, target in ((nn.NLLLoss, [0, 1]), (nn.CrossEntropyLoss, [0, 1]), (nn.CrossEntropyLoss, p)):
        with pytest.raises(ValueError, match="a number for each of the 3 classes"):
            loss(weight)(x, target)


@pytest.mark.parametrize("smoothing", [-0.1, 1.5, float("nan"), "a"])
def test_label_smoothing_is_checked(smoothing):
    with pytest.raises(ValueError, match=r"CrossEntropyLoss: label_smoothing must be a number from 0 to 1"):
        nn.CrossEntropyLoss(label_smoothing=smoothing)
    with pytest.raises(ValueError, match=r"cross_entropy: label_smoothing must be a number from 0 to 1"):
        F.cross_entropy([[1.0, 2.0]], [0], label_smoothing=smoothing)


def test_probabilities_have_no_index_to_ignore():
    with pytest.raises(ValueError, match="ignore_index is of class indices"):
        nn.CrossEntropyLoss(ignore_index=0)([[1.0, 2.0]], [[1.0, 0.0]])


# -- all of them -----------------------------------------------------------------------------------

SMOOTH = [
    lambda x, t: F.mse_loss(x, t),
    lambda x, t: F.huber_loss(x, t, delta=0.3),
    lambda x, t: F.binary_cross_entropy(x, t, weight=[1.0, 2.0, 3.0], reduction="none"),
    lambda x, t: F.binary_cross_entropy_with_logits(x, t, pos_weight=2.0, reduction="none"),
    lambda x, t: F.kl_div(x, t, reduction="batchmean"),
    lambda x, t: F.kl_div(x, t, log_target=True),
    lambda x, t: F.cross_entropy(x, t, weight=[1.0, 2.0, 3.0], label_smoothing=0.1),
]
FOR_LABELS = [
    lambda x: F.cross_entropy(x, [0, 2], weight=[1.0, 2.0, 3.0], label_smoothing=0.1),
    lambda x: F.cross_entropy(x, [0, -1], ignore_index=-1, label_smoothing=0.1, reduction="none"),
    lambda x: F.nll_loss(F.log_softmax(x), [0, 2], weight=[1.0, 2.0, 3.0]),
]


@pytest.mark.parametrize("loss", SMOOTH)
def test_derivatives_of_second_order(loss):
    x, target = np.random.default_rng(0).uniform(0.1, 0.9, size=(2, 2, 3))
    check_grad(loss, x, target)


@pytest.mark.parametrize("loss", FOR_LABELS)
def test_derivatives_of_second_order_with_labels(loss):
    check_grad(loss, np.random.default_rng(0).normal(size=(2, 3)))


@every_loss
@pytest.mark.parametrize("reduction", ["average", None, "", "batchmean"])
def test_unknown_reductions_raise_before_anything_else(ours, function, peer, reduction):
    if (ours, reduction) == (nn.KLDivLoss, "batchmean"):
        reduction = "batch"
    with pytest.raises(ValueError, match=f"{ours.__name__}: reduction .*'mean', 'sum', 'none'"):
        ours(reduction=reduction)
    with pytest.raises(ValueError, match=f"{function.__name__}: reduction .*'mean', 'sum', 'none'"):
        function([1.0], [1.0], reduction=reduction)


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss, nn.NLLLoss, nn.BCELoss, nn.BCEWithLogitsLoss])
def test_weights_are_buffers_and_part_of_the_state(loss):
    weight = np.array([1, 2, 3])
    module, fresh = loss(weight), loss([0.0, 0.0, 0.0])
    weight[0] = 9
    assert module.state_dict()["weight"].tolist() == [1, 2, 3]
    assert not list(module.parameters())
    fresh.load_state_dict({"weight": np.array([0.5, 1, 2])})
    assert fresh.weight.tolist() == [0.5, 1, 2]
    assert loss().state_dict() == {}
    assert nn.BCEWithLogitsLoss(pos_weight=2.0).state_dict() == {"pos_weight": 2.0}


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss, nn.NLLLoss, nn.BCELoss, nn.BCEWithLogitsLoss])
def test_a_reduction_is_no_weight(loss):
    with pytest.raises(TypeError, match=f"{loss.__name__}: weight cannot be 'sum'.*reduction="):
        loss("sum")


@pytest.mark.parametrize("kind", [np.ndarray, tensor, list])
def test_weights_of_another_dtype_leave_float32_alone(kind):
    weight = np.array([1.0, 2.0])
    weight = weight if kind is np.ndarray else tensor(weight) if kind is tensor else weight.tolist()
    x = np.full((2, 2), 0.5, np.float32)
    assert F.cross_entropy(x, [0, 1], weight=weight).dtype == np.float32
    assert F.nll_loss(-x, [0, 1], weight=weight).dtype == np.float32
    assert F.binary_cross_entropy(x, x, weight=weight).dtype == np.float32
    assert F.binary_cross_entropy_with_logits(x, x, weight=weight, pos_weight=weight).dtype == np.float32


def told(function, *args):
    """The lints of calling a function twice."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        function(*args), function(*args)
    return [warning for warning in found if warning.category is LintWarning]


@pytest.mark.parametrize("squash", [F.softmax, F.sigmoid])
@pytest.mark.parametrize("loss, target", [(nn.CrossEntropyLoss(), [1]), (nn.BCEWithLogitsLoss(), [[1.0, 0.0]])])
def test_logits_that_were_squashed_are_a_hint_told_once(squash, loss, target):
    x = tensor([[1.0, 2.0]], requires_grad=True)
    with lints(True):
        (warning,) = told(loss, squash(x), target)
    assert f"been through a {squash.__name__}" in str(warning.message)
    assert warning.filename == __file__
    with lints(False):
        assert not told(loss, squash(x), target)
    with lints(True):
        assert not told(loss, x, target)
        assert not told(loss, F.log_softmax(x), target)
        assert not told(loss, squash(x.detach()), target)
    for moved in (nn.Flatten()(squash(x)), squash(x)[:], squash(x).reshape(2).reshape(1, 2)):
        with lints(True):
            assert len(told(loss, moved, target)) == 1


@pytest.mark.parametrize("squash", [F.softmax, F.identity])
def test_numbers_that_are_no_log_probabilities_are_a_hint(squash):
    x = tensor([[1.0, 2.0]], requires_grad=True)
    with lints(True):
        (warning,) = told(nn.NLLLoss(), squash(x), [1])
    assert "nll_loss: x has entries above 0" in str(warning.message)
    with lints(True):
        assert not told(nn.NLLLoss(), F.log_softmax(x), [1])
        assert not told(nn.NLLLoss(), np.array([[1e-7, -15.0]]), [0])


def test_large_batches_leave_no_memory_behind():
    tracemalloc.start()
    try:
        for n in range(100_000, 100_020):
            x = tensor(np.zeros((n, 2), np.float32), requires_grad=True)
            F.cross_entropy(F.linear(x, np.eye(2, dtype=np.float32)), np.zeros(n, int)).backward()
        del x
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


def test_repr():
    assert repr(nn.MSELoss()) == "MSELoss(reduction='mean')"
    assert repr(nn.CrossEntropyLoss([1, 2])) == "CrossEntropyLoss(reduction='mean')"
    assert repr(nn.HuberLoss("sum", 2.0)) == "HuberLoss(reduction='sum', delta=2.0)"
    assert repr(nn.HuberLoss()) == "HuberLoss(reduction='mean')"
    assert repr(nn.KLDivLoss("batchmean")) == "KLDivLoss(reduction='batchmean')"
    assert repr(nn.KLDivLoss("sum", True)) == "KLDivLoss(reduction='sum', log_target=True)"
    assert repr(nn.NLLLoss(ignore_index=0)) == "NLLLoss(reduction='mean', ignore_index=0)"
    assert repr(nn.CrossEntropyLoss(label_smoothing=0.1, ignore_index=3)) == (
        "CrossEntropyLoss(reduction='mean', ignore_index=3, label_smoothing=0.1)"
    )
