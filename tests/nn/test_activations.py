import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import check_grad, tensor
from nn import functional as F
from tests.nn.oracle import as_torch, check_against_torch, torch

TWINS = {  # ours, PyTorch's
    "identity": (nn.Identity(), torch.nn.Identity()),
    "sigmoid": (nn.Sigmoid(), torch.nn.Sigmoid()),
    "logsigmoid": (nn.LogSigmoid(), torch.nn.LogSigmoid()),
    "tanh": (nn.Tanh(), torch.nn.Tanh()),
    "softsign": (nn.Softsign(), torch.nn.Softsign()),
    "relu": (nn.ReLU(), torch.nn.ReLU()),
    "leaky_relu": (nn.LeakyReLU(), torch.nn.LeakyReLU()),
    "leaky_relu, negative slope": (nn.LeakyReLU(-0.3), torch.nn.LeakyReLU(-0.3)),
    "elu": (nn.ELU(), torch.nn.ELU()),
    "elu, alpha": (nn.ELU(alpha=0.3), torch.nn.ELU(alpha=0.3)),
    "softplus": (nn.Softplus(), torch.nn.Softplus(threshold=100)),
    "softplus, beta": (nn.Softplus(beta=2.5), torch.nn.Softplus(beta=2.5, threshold=100)),
    "gelu": (nn.GELU(), torch.nn.GELU()),
    "gelu, tanh": (nn.GELU("tanh"), torch.nn.GELU("tanh")),
    "silu": (nn.SiLU(), torch.nn.SiLU()),
    "hardtanh": (nn.Hardtanh(), torch.nn.Hardtanh()),
    "hardtanh, bounds": (nn.Hardtanh(-2.0, 0.5), torch.nn.Hardtanh(-2.0, 0.5)),
    "softmax": (nn.Softmax(), torch.nn.Softmax(dim=-1)),
    "softmax, axis 0": (nn.Softmax(axis=0), torch.nn.Softmax(dim=0)),
    "log_softmax": (nn.LogSoftmax(), torch.nn.LogSoftmax(dim=-1)),
    "log_softmax, axis 0": (nn.LogSoftmax(0), torch.nn.LogSoftmax(dim=0)),
}
every_twin = pytest.mark.parametrize("layer, peer", TWINS.values(), ids=TWINS.keys())
dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])
SMOOTH = ["Sigmoid", "LogSigmoid", "Tanh", "Arctan", "Softsign", "ELU", "Softplus", "GELU", "SiLU", "Softmax"]
FAR = {np.float32: 1e4, np.float64: 1e300}


@every_twin
@dtypes
def test_values_and_gradients(layer, peer, dtype):
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(dtype) * 4
    check_against_torch(layer, peer, x)


@dtypes
def test_arctan(dtype):
    x = tensor(np.linspace(-3, 3, 7, dtype=dtype), requires_grad=True)
    out = nn.Arctan()(x)
    out.sum().backward()
    np.testing.assert_allclose(out.numpy(), np.arctan(x.numpy()), rtol=1e-6)
    np.testing.assert_allclose(x.grad.numpy(), 1 / (x.numpy() ** 2 + 1), rtol=1e-6)
    assert out.dtype == x.grad.dtype == dtype


@dtypes
def test_binary_step_has_no_slope(dtype):
    x = tensor(np.array([-2, -1e-30, 0, 3], dtype), requires_grad=True)
    out = nn.BinaryStep()(x)
    assert (out.tolist(), out.dtype) == ([0, 0, 1, 1], dtype)
    out.sum().backward()
    assert (x.grad.tolist(), x.grad.dtype) == ([0, 0, 0, 0], dtype)


@pytest.mark.parametrize("name", SMOOTH)
def test_second_order(name):
    x = np.random.default_rng(0).normal(size=(2, 3))
    check_grad(getattr(nn, name)(), x, order=2)


def test_second_order_of_gelu_by_tanh():
    check_grad(nn.GELU("tanh"), np.array([-30.0, -3.0, -0.5, 0.0, 1.0, 30.0]), order=2)


# What each approaches far left and far right of 0, and the slopes there
LIMITS = {
    "Identity": (lambda x: x, 1, 1),
    "BinaryStep": (lambda x: x >= 0, 0, 0),
    "Sigmoid": (lambda x: x >= 0, 0, 0),
    "LogSigmoid": (lambda x: np.minimum(x, 0), 1, 0),
    "Tanh": (np.sign, 0, 0),
    "Softsign": (np.sign, 0, 0),
    "Arctan": (lambda x: np.sign(x) * np.pi / 2, 0, 0),
    "Hardtanh": (np.sign, 0, 0),
    "ReLU": (lambda x: np.maximum(x, 0), 0, 1),
    "LeakyReLU": (lambda x: np.where(x < 0, x * x.dtype.type(0.01), x), 0.01, 1),
    "PReLU": (lambda x: np.where(x < 0, x / 4, x), 0.25, 1),
    "ELU": (lambda x: np.maximum(x, -1), 0, 1),
    "Softplus": (lambda x: np.maximum(x, 0), 0, 1),
    "GELU": (lambda x: np.maximum(x, 0), 0, 1),
    "SiLU": (lambda x: np.maximum(x, 0), 0, 1),
}


def check_limits(layer, limit, left, right, dtype):
    x = tensor(np.array([-1, 1], dtype) * FAR[dtype], requires_grad=True)
    out = layer(x)
    out.sum().backward()
    assert out.dtype == x.grad.dtype == dtype
    np.testing.assert_allclose(out.numpy(), limit(x.numpy()), rtol=2e-4)
    np.testing.assert_allclose(x.grad.numpy(), [left, right], atol=1e-7)


@pytest.mark.parametrize("name", LIMITS)
@dtypes
def test_extremes(name, dtype):
    options = {"dtype": dtype} if name == "PReLU" else {}
    check_limits(getattr(nn, name)(**options), *LIMITS[name], dtype)


@dtypes
def test_extremes_of_gelu_by_tanh(dtype):
    check_limits(nn.GELU("tanh"), *LIMITS["GELU"], dtype)


@dtypes
def test_gelu_by_tanh_is_exact_far_left(dtype):
    x = np.array([-4, -5, -6], dtype)
    u = x.astype(np.longdouble) * (1 + 0.044715 * x.astype(np.longdouble) ** 2) * np.sqrt(np.longdouble(8) / np.pi)
    np.testing.assert_allclose(
        F.gelu(x, "tanh").numpy(), x / (1 + np.exp(-u)), rtol=3e-5 if dtype == np.float32 else 1e-12
    )


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@dtypes
def test_softmax_of_extremes(name, dtype):
    x = tensor(np.array([-FAR[dtype], 0, FAR[dtype]], dtype), requires_grad=True)
    out = getattr(F, name)(x)
    out[2].backward()
    assert out[2].item() == (1 if name == "softmax" else 0)
    assert x.grad.tolist() == [0, 0, 0]


def test_kinks():
    slopes = {"ReLU": 0, "LeakyReLU": 0.01, "PReLU": 0.25, "Hardtanh": 1, "ELU": 1}
    for name, slope in slopes.items():
        x = tensor(np.zeros(1, np.float32), requires_grad=True)
        getattr(nn, name)()(x).sum().backward()
        assert x.grad.item() == pytest.approx(slope), name


# -- PReLU


@pytest.mark.parametrize("channels, shape", [(1, (5,)), (1, (2, 3, 4)), (3, (2, 3)), (3, (2, 3, 4)), (3, (2, 3, 4, 5))])
@dtypes
def test_prelu(channels, shape, dtype):
    x = np.random.default_rng(0).normal(size=shape).astype(dtype)
    peer = torch.nn.PReLU(channels, 0.1, dtype=torch.from_numpy(x).dtype)
    check_against_torch(nn.PReLU(channels, dtype=dtype), peer, x, rtol=1e-5)


def test_prelu_starts_from_its_slope():
    assert nn.PReLU().weight.tolist() == torch.nn.PReLU().weight.tolist() == [0.25]
    assert nn.PReLU(3, init=0.5).weight.tolist() == [0.5] * 3


def test_prelu_needs_a_slope_for_each_channel():
    with pytest.raises(ValueError, match=r"prelu: weight \(3,\) must be \(1,\), or \(C,\) with x \(2, 4\)"):
        nn.PReLU(3)(np.ones((2, 4), np.float32))
    with pytest.raises(ValueError, match=r"with x \(3,\)"):
        nn.PReLU(3)(np.ones(3, np.float32))
    with pytest.raises(ValueError, match="PReLU: num_parameters must be an integer ≥ 1"):
        nn.PReLU(0)


# -- options, names and the rest


@pytest.mark.parametrize(
    "make, error",
    [
        (lambda: nn.GELU("erf"), "GELU: approximate must be one of 'none', 'tanh', not 'erf'"),
        (lambda: F.gelu([1.0], "erf"), "gelu: approximate must be one of 'none', 'tanh', not 'erf'"),
        (lambda: nn.Softplus(beta=0), "Softplus: beta must be a finite number > 0, not 0"),
        (lambda: F.softplus([1.0], beta=0), "softplus: beta must be a finite number > 0, not 0"),
        (lambda: nn.Softplus(beta=np.inf), "Softplus: beta must be a finite number > 0, not inf"),
        (lambda: nn.Hardtanh(1.0, -1.0), "Hardtanh: .*1.0 must be less than .*-1.0"),
        (lambda: nn.Hardtanh("a"), "Hardtanh: min_val must be a number, not 'a'"),
        (lambda: F.hardtanh([1.0], 1.0, -1.0), "hardtanh: .*1.0 must be less than .*-1.0"),
        (lambda: nn.ELU(float("nan")), "ELU: alpha must be a finite number, not nan"),
        (lambda: nn.LeakyReLU(None), "LeakyReLU: negative_slope must be a finite number, not None"),
        (lambda: nn.PReLU(init=np.inf), "PReLU: init must be a finite number, not inf"),
    ],
)
def test_options_are_checked_when_they_are_given(make, error):
    with pytest.raises(ValueError, match=error):
        make()


def test_exact_gelu_says_what_to_install():
    code = """
import sys
sys.modules["scipy"] = None
from nn.functional import gelu
print(gelu([1.0], "tanh").item())
gelu([1.0])
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(nn.__file__).parents[1], capture_output=True, text=True)
    assert run.stdout.startswith("0.841")
    assert "ImportError: gelu: SciPy" in run.stderr
    assert "pip install scipy, or use approximate='tanh'" in run.stderr


def test_reprs_are_pytorchs():
    plain = ["Identity", "Sigmoid", "LogSigmoid", "Tanh", "ReLU", "SiLU", "Softsign"]
    options = {
        "LeakyReLU": (0.2,),
        "PReLU": (3,),
        "ELU": (),
        "GELU": ("tanh",),
        "Hardtanh": (),
        "Softmax": (0,),
        "LogSoftmax": (-1,),
    }
    for name, args in [*dict.fromkeys(plain, ()).items(), *options.items()]:
        assert as_torch(getattr(nn, name)(*args)) == repr(getattr(torch.nn, name)(*args))
    assert repr(nn.Softplus(2.0)) == "Softplus(beta=2.0)"
    assert (repr(nn.Arctan()), repr(nn.BinaryStep())) == ("Arctan()", "BinaryStep()")


FUNCTIONS = [
    (F.identity, nn.Identity), (F.binary_step, nn.BinaryStep), (F.sigmoid, nn.Sigmoid), (F.logsigmoid, nn.LogSigmoid),
    (F.tanh, nn.Tanh), (F.arctan, nn.Arctan), (F.softsign, nn.Softsign), (F.hardtanh, nn.Hardtanh), (F.relu, nn.ReLU),
    (F.leaky_relu, nn.LeakyReLU), (F.elu, nn.ELU), (F.softplus, nn.Softplus), (F.gelu, nn.GELU), (F.silu, nn.SiLU),
    (F.softmax, nn.Softmax), (F.log_softmax, nn.LogSoftmax),
]  # fmt: skip


@pytest.mark.parametrize("function, layer", FUNCTIONS)
def test_functions_agree_with_their_modules(function, layer):
    x = np.random.default_rng(0).normal(size=(3, 4))
    x[0, 0] = 0
    assert function(x).tolist() == layer()(x).tolist() == layer()(x.tolist()).tolist()


def test_nothing_is_left_out():
    functions = {function for function, _ in FUNCTIONS} | {F.prelu}
    assert functions == {getattr(F, name) for name in F.activations.__all__}
