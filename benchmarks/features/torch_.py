"""PyTorch."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.features.probe import Lacking, chain, freed, lacks, peak, raises, unnamed


def arrays():
    x, y = torch.ones(3, 1, requires_grad=True), torch.full((4,), 2.0, requires_grad=True)
    (x * y).sum().backward()
    assert x.grad.tolist() == [[8.0]] * 3
    assert y.grad.tolist() == [3.0] * 4


@lacks(RuntimeError, "they raise")
def numpys():
    x = torch.ones(2, requires_grad=True)
    np.sum(np.sin(np.concatenate([x, x]))).backward()


def trees():
    p = {"a": [torch.tensor(2.0)], "b": torch.tensor(3.0)}
    g = torch.func.grad(lambda p: p["a"][0] * p["b"])(p)
    assert g["a"][0] == 3
    assert g["b"] == 2


def higher():
    grad = torch.func.grad
    assert grad(grad(grad(lambda x: x**4)))(torch.tensor(2.0)) == 48


def forward():
    assert torch.func.jvp(torch.sin, (torch.tensor(0.0),), (torch.tensor(1.0),)) == (0, 1)


def lean():
    def f(x):
        for _ in range(100):
            x = torch.sin(x)
        return x

    x = torch.ones(2**20)
    torch.func.jvp(f, (x[:9],), (x[:9],))
    assert peak(lambda: torch.func.jvp(f, (x,), (x,))) < 40 * 4 * 2**20


def jacobian():
    assert torch.equal(torch.func.jacrev(torch.sin)(torch.zeros(2)), torch.eye(2))
    assert torch.equal(torch.func.hessian(lambda x: x @ x)(torch.ones(2)), 2 * torch.eye(2))


def vmap():
    assert torch.vmap(lambda x: x @ x)(torch.ones(3, 2)).tolist() == [2, 2, 2]


def solve():
    g = torch.func.grad(lambda a: torch.linalg.solve(a, torch.ones(2)).sum())(torch.eye(2))
    assert torch.allclose(g, torch.tensor(-1.0))


def complexes():
    x = torch.tensor(2.0, requires_grad=True)
    torch.abs(x * 1j).backward()
    assert x.grad == 1


@lacks(RuntimeError, "a rule for each mode")
def own():
    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(x):
            return x * x * x

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * 3 * x * x

    grad, two = torch.func.grad, torch.tensor(2.0)
    assert grad(Cube.apply)(two) == grad(grad(Cube.apply))(two) == 12
    torch.func.jvp(Cube.apply, (two,), (two,))


@lacks(AssertionError)
def branches():
    x = torch.tensor(0.0, requires_grad=True)
    torch.where(x > 0, torch.sqrt(x), 0.0).backward()
    assert x.grad == 0


def edits():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * 1.0
    y[0] = x[1] * 10
    (y * y).sum().backward()
    assert x.grad.tolist() == [0, 404]


def stale():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = torch.exp(x)
    total = y.sum()
    with torch.no_grad():
        y *= 2
    with raises(RuntimeError, "inplace"):
        total.backward()


@lacks(AssertionError)
def raw():
    x, a = torch.tensor([1.0, 2.0], requires_grad=True), np.ones(2, np.float32)
    y = (x * torch.from_numpy(a)).sum()
    a[:] = 7
    y.backward()
    assert x.grad.tolist() == [1, 1]


def checkpoint():
    from torch.utils.checkpoint import checkpoint

    x = torch.tensor(0.0, requires_grad=True)
    checkpoint(torch.sin, x, use_reentrant=False).backward()
    assert x.grad == 1


def layers():
    model = torch.nn.Linear(2, 1)
    before = model.weight.detach().clone()
    model(torch.ones(1, 2)).sum().backward()
    torch.optim.Adam(model.parameters()).step()
    assert (model.weight != before).all()


def convolution():
    x = torch.ones(1, 1, 3, 3, requires_grad=True)
    torch.nn.functional.conv2d(x, torch.ones(1, 1, 2, 2)).sum().backward()
    assert x.grad.sum() == 16


fit = unnamed("torch", "fit")


@lacks(RuntimeError, "needs pydot, Graphviz")
def picture():
    from torch.fx import symbolic_trace
    from torch.fx.passes.graph_drawer import FxGraphDrawer

    FxGraphDrawer(symbolic_trace(torch.nn.Linear(2, 1)), "graph").get_dot_graph()


numbers = steps = lacks(Lacking)(picture)
formulas = unnamed("torch", "formulas", "explain_backward")


def check():
    assert torch.autograd.gradcheck(torch.sin, torch.tensor(1.0, dtype=torch.float64, requires_grad=True))


def nan():
    x = torch.tensor(-1.0, requires_grad=True)
    with raises(RuntimeError, "Sqrt"), torch.autograd.detect_anomaly():
        torch.sqrt(x).backward()
    return "in backward"


def gpu():
    assert torch.Tensor.cuda
    assert torch.Tensor.to
    assert torch.backends.mps
    assert torch.cuda.is_available


def compiled():
    assert torch.compile(lambda x: x * 2 + 1)(torch.ones(2)).tolist() == [3, 3]


def million():
    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    y = chain(1_000_000, 1.000001)(x)
    y.backward()
    assert abs(x.grad - 2.718) < 0.01


def counted():
    def use():
        y = chain(200, 1.1)(torch.tensor(1.0, requires_grad=True))
        y.backward()

    freed(use)
