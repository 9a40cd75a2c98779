"""tinygrad, on its Python device, which is there where Clang is not."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("DEV", "PYTHON")

import tinygrad
from tinygrad import Tensor

from benchmarks.features.probe import chain, freed, lacks, unnamed


def arrays():
    x, y = Tensor([[1.0], [1.0], [1.0]]), Tensor([2.0] * 4)
    gx, gy = (x * y).sum().gradient(x, y)
    assert gx.tolist() == [[8.0]] * 3
    assert gy.tolist() == [3.0] * 4


@lacks(AssertionError, "arrays of objects")
def numpys():
    import numpy as np

    assert isinstance(np.sin(Tensor([1.0, 1.0])), Tensor)  # it is an array, of a Tensor for each number


trees = unnamed("tinygrad", "value_and_grad", "grad")


def higher():
    x = Tensor([2.0])
    y = x * x * x * x
    for _ in range(3):
        (y,) = y.sum().gradient(x)
    assert abs(y.item() - 48) < 1e-4


forward = lean = unnamed("tinygrad", "jvp", "jacfwd", "forward_mode")
jacobian = unnamed("tinygrad", "jacobian", "jacrev", "hessian")
vmap = unnamed("tinygrad", "vmap")
solve = unnamed("tinygrad", "solve", "inv", "lstsq")


@lacks(KeyError)
def complexes():
    import numpy as np

    Tensor(np.array([1j]))


own = unnamed("tinygrad", "custom_jvp", "defjvp", "jvp")


@lacks(AssertionError)
def branches():
    x = Tensor([0.0])
    (g,) = (x > 0).where(x.sqrt(), 0.0).sum().gradient(x)
    assert g.item() == 0


def edits():
    x = Tensor([1.0, 2.0])
    y = x * 1.0
    y[0] = x[1] * 10
    (g,) = (y * y).sum().gradient(x)
    assert g.tolist() == [0, 404]


def stale():
    x = Tensor([1.0, 2.0])
    y = x.exp()
    total = y.sum()
    y.assign(y * 2).realize()
    (g,) = total.gradient(x)
    assert abs(g.tolist()[0] - 2.71828) < 1e-4


@lacks(AssertionError)
def raw():
    import numpy as np

    a, x = np.ones(2, np.float32), Tensor([1.0, 2.0])
    total = (x * Tensor(a)).sum()
    a[:] = 7
    assert total.gradient(x)[0].tolist() == [1, 1]


checkpoint = unnamed("tinygrad", "checkpoint", "remat")


def layers():
    from tinygrad.nn import Linear, optim, state

    model = Linear(2, 1)
    before = model.weight.tolist()
    optimizer = optim.Adam(state.get_parameters(model))
    with tinygrad.Context(TRAINING=1):
        model(Tensor([[1.0, 1.0]])).sum().backward()
        optimizer.step()
    assert model.weight.tolist() != before


def convolution():
    x = Tensor.ones(1, 1, 3, 3).contiguous()
    (g,) = x.conv2d(Tensor.ones(1, 1, 2, 2)).sum().gradient(x)
    assert g.sum().item() == 16


fit = unnamed("tinygrad", "fit", "Trainer")


def picture():
    """It has a server of pages with all that they need; they show what it lowers a graph to."""
    from tinygrad.viz import serve

    folder = Path(serve.__file__).parent
    assert (folder / "index.html").exists()
    assert any((folder / "assets").rglob("*dagre*"))
    return "of lowered kernels"


numbers = steps = formulas = unnamed("tinygrad", "explain", "formulas", "show_gradients")
check = unnamed("tinygrad", "check_grad", "gradcheck", "check_grads")
nan = unnamed("tinygrad", "detect_nan", "detect_anomaly", "debug_nans")


def gpu():
    from importlib.util import find_spec

    assert find_spec("tinygrad.runtime.ops_cuda")
    assert find_spec("tinygrad.runtime.ops_metal")


def compiled():
    double = tinygrad.TinyJit(lambda x: (x * 2).realize())
    for _ in range(3):  # it looks on twice, and replays then
        assert double(Tensor([1.0, 2.0]).contiguous().realize()).tolist() == [2.0, 4.0]
    assert double.captured is not None


def million():
    x = Tensor([1.0])
    y = chain(1_000_000, 1.000001)(x)
    (g,) = y.sum().gradient(x)
    assert abs(g.item() - 2.718) < 0.01


def counted():
    def use():
        x = Tensor([1.0])
        y = chain(200, 1.1)(x)
        y.sum().gradient(x)

    freed(use)
