import math

import numpy as np
import pytest

import nn
from autograd import tensor
from nn.optim.clip import clip_grad_norm_, clip_grad_value_


def parameters(*gradients):
    """Parameters that have these gradients; None for those without."""
    made = []
    for g in gradients:
        p = tensor(np.zeros_like(1.0 if g is None else g), requires_grad=True)
        p.grad = g
        made.append(p)
    return made


def some(dtype, scale=1.0):
    rng = np.random.default_rng(0)
    return [(scale * rng.normal(size=shape)).astype(dtype)[()] for shape in [(3, 4), (7,), (), (0, 2)]]


# -- against PyTorch


@pytest.mark.parametrize("norm_type", [2, 1, 3, 0.5, math.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("max_norm", [0.0, 0.1, 1e6])
def test_norm_like_pytorch(norm_type, dtype, max_norm):
    torch = pytest.importorskip("torch")
    gradients = some(dtype)
    if norm_type == math.inf:
        gradients.pop()  # PyTorch finds no largest entry among none
    ours = parameters(*gradients)
    theirs = [
        torch.nn.Parameter(torch.zeros(np.shape(g), dtype=getattr(torch, np.dtype(dtype).name))) for g in gradients
    ]
    for p, g in zip(theirs, gradients):
        p.grad = torch.tensor(g)
    rtol = 1e-6 if dtype is np.float32 else 1e-13
    total = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type).item()
    assert clip_grad_norm_(ours, max_norm, norm_type) == pytest.approx(total, rel=rtol)
    for p, peer in zip(ours, theirs):
        assert p.grad.dtype == dtype
        np.testing.assert_allclose(p.grad.value, peer.grad.numpy(), rtol=rtol)


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_gradients_that_are_not_finite_like_pytorch(bad):
    torch = pytest.importorskip("torch")
    gradients = [np.array([1.0, bad]), np.array([2.0])]
    ours, theirs = parameters(*gradients), [torch.nn.Parameter(torch.tensor(g)) for g in gradients]
    for p, g in zip(theirs, gradients):
        p.grad = torch.tensor(g)
    total = torch.nn.utils.clip_grad_norm_(theirs, 1.0).item()
    np.testing.assert_equal(clip_grad_norm_(ours, 1.0), total)
    for p, peer in zip(ours, theirs):
        np.testing.assert_array_equal(p.grad.value, peer.grad.numpy())
    (p,) = parameters(np.array([3.0, bad]))
    clip_grad_value_([p], 1.0)
    np.testing.assert_array_equal(p.grad.value, np.clip([3.0, bad], -1, 1))


# -- by hand


def test_three_four_five():
    p, q, r = parameters(np.array([3.0]), np.float64(4.0), None)
    assert clip_grad_norm_((x for x in (p, q, r)), max_norm=1.0) == 5.0
    assert p.grad.tolist() == [pytest.approx(0.6, rel=1e-6)]
    assert q.grad.item() == pytest.approx(0.8, rel=1e-6)
    assert r.grad is None
    before = p.grad.tolist()
    assert clip_grad_norm_([p, q, r], max_norm=5.0) == pytest.approx(1.0, rel=1e-6)
    assert p.grad.tolist() == before


def test_the_largest_entry_by_name():
    (p,) = parameters(np.array([3.0, -4.0]))
    assert clip_grad_norm_([p], max_norm=5.0, norm_type="inf") == 4.0


def test_value():
    p, q, r = parameters(np.array([3.0, -3.0, 0.5], np.float32), np.float32(-4.0), None)
    clip_grad_value_(iter([p, q, r]), 1.5)
    assert p.grad.tolist() == [1.5, -1.5, 0.5]
    assert q.grad.item() == -1.5
    assert p.grad.dtype == q.grad.dtype == np.float32
    assert r.grad is None


@pytest.mark.parametrize("norm_type", [2, 1, 3, math.inf])
@pytest.mark.parametrize("dtype, scale", [(np.float32, 1e38), (np.float32, 1e-38), (float, 1e300), (float, 1e-300)])
def test_neither_huge_nor_tiny_gradients_lose_their_norm(norm_type, dtype, scale):
    p, q = parameters(np.array([1, -2], dtype) * dtype(scale), dtype(2) * dtype(scale))
    norm = np.linalg.norm([1, -2, 2], norm_type)
    assert clip_grad_norm_([p, q], 0.5, norm_type) == pytest.approx(norm * scale, rel=1e-6)
    kept = 0.5 / norm if scale > 1 else scale
    np.testing.assert_allclose(p.grad.value, [kept, -2 * kept], rtol=1e-5)


def test_memory_is_edited_in_place_and_stamped():
    x = nn.Parameter([3.0, 4.0], dtype=float)
    (x * x).sum().backward()
    stale = (x.grad * x).sum()
    memory = x.grad.value
    clip_grad_norm_(x, 1.0)
    assert x.grad.value is memory
    with pytest.raises(RuntimeError, match="edited in place"):
        stale.backward()


def test_locked_memory_is_left_alone():
    g = np.array([3.0, 4.0])
    g.flags.writeable = False
    (p,) = parameters(g)
    clip_grad_norm_([p], 1.0)
    clip_grad_value_([p], 0.5)
    assert g.tolist() == [3, 4]
    assert p.grad.tolist() == [0.5, 0.5]


def test_nothing_to_clip():
    assert clip_grad_norm_([], 1.0) == 0
    assert clip_grad_norm_(parameters(None), 1.0) == 0
    assert clip_grad_norm_(parameters(np.zeros(3)), 0.0) == 0
    clip_grad_value_([], 1.0)


# -- what is refused


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_error_if_nonfinite_changes_nothing(bad):
    p, q = parameters(np.array([30.0]), np.array([bad]))
    with pytest.raises(RuntimeError, match=f"clip_grad_norm_: the norm of the gradients is {bad}.*detect_nan"):
        clip_grad_norm_([p, q], 1.0, error_if_nonfinite=True)
    assert p.grad.tolist() == [30]


@pytest.mark.parametrize(
    "call, error, what",
    [
        (lambda p: clip_grad_norm_([p], -1.0), ValueError, "clip_grad_norm_: max_norm.*-1.0"),
        (lambda p: clip_grad_norm_([p], math.nan), ValueError, "max_norm.*nan"),
        (lambda p: clip_grad_norm_([p], None), ValueError, "max_norm.*None"),
        (lambda p: clip_grad_norm_([p], "a"), ValueError, "max_norm.*'a'"),
        (lambda p: clip_grad_norm_([p], 10**400), ValueError, "max_norm"),
        (lambda p: clip_grad_norm_([p], 1.0, norm_type=None), ValueError, "norm_type must be a number > 0, not None"),
        (lambda p: clip_grad_norm_([p], 1.0, norm_type=0), ValueError, "norm_type.*0"),
        (lambda p: clip_grad_norm_([p], 1.0, norm_type=math.nan), ValueError, "norm_type.*nan"),
        (lambda p: clip_grad_norm_(nn.Linear(1, 1), 1.0), TypeError, r"model.parameters\(\), not a Linear"),
        (lambda p: clip_grad_norm_([p, 3.0], 1.0), TypeError, "not a float"),
        (lambda p: clip_grad_value_([p], -1.0), ValueError, "clip_grad_value_: clip_value.*-1.0"),
        (lambda p: clip_grad_value_([p], None), ValueError, "clip_value must be a number ≥ 0, not None"),
        (lambda p: clip_grad_value_([p], math.nan), ValueError, "clip_value.*nan"),
        (lambda p: clip_grad_value_([p, None], 1.0), TypeError, "not a NoneType"),
    ],
)
def test_refused_before_anything_changes(call, error, what):
    (p,) = parameters(np.array([30.0]))
    with pytest.raises(error, match=what):
        call(p)
    assert p.grad.tolist() == [30]
