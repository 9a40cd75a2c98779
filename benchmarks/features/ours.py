"""autograd-nn, which this repository holds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import autograd
import nn
from autograd import grad, jvp, tensor
from benchmarks.features.probe import chain, freed, lacks, no_programs, peak, raises, unnamed


def arrays():
    x, y = tensor(np.ones((3, 1)), requires_grad=True), tensor(np.full(4, 2.0), requires_grad=True)
    (x * y).sum().backward()
    assert x.grad.numpy().tolist() == [[8.0]] * 3
    assert y.grad.numpy().tolist() == [3.0] * 4


def numpys():
    def f(x):
        return np.sum(np.sin(np.concatenate([x, x])))

    assert np.allclose(grad(f)(np.ones(2)), 2 * np.cos(1))


def trees():
    assert grad(lambda p: p["a"][0] * p["b"])({"a": [2.0], "b": 3.0}) == {"a": [3.0], "b": 2.0}


def higher():
    assert grad(grad(grad(lambda x: x**4)))(2.0) == 48


def forward():
    assert jvp(np.sin, 0.0, 1.0) == (0, 1)


@lacks(AssertionError, "it records")
def lean():
    def f(x):
        for _ in range(100):
            x = np.sin(x)
        return x

    x = np.ones(2**20, np.float32)
    assert peak(lambda: jvp(f, x, x)) < 40 * x.nbytes


def jacobian():
    assert np.allclose(autograd.jacobian(np.sin)(np.zeros(2)), np.eye(2))
    assert np.allclose(autograd.hessian(lambda x: x @ x)(np.ones(2)), 2 * np.eye(2))


@lacks(AttributeError)
def vmap():
    autograd.vmap(np.sin)


def solve():
    assert np.allclose(grad(lambda a: np.linalg.solve(a, np.ones(2)).sum())(np.eye(2)), -1)


@lacks(TypeError)
def complexes():
    grad(lambda x: np.abs(x * 1j))(2.0)


def own():
    from autograd.rules import elementwise

    cube = elementwise("cube of features", lambda x: x * x * x, lambda x: 3 * x * x)
    assert grad(cube)(2.0) == jvp(cube, 2.0, 1.0)[1] == grad(grad(cube))(2.0) == 12


def branches():
    assert grad(lambda x: autograd.where(x > 0, np.sqrt(x), 0.0))(0.0) == 0


def edits():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = x * 1.0
    y[0] = x[1] * 10
    (y * y).sum().backward()
    assert x.grad.tolist() == [0, 404]


def stale():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = np.exp(x)
    with autograd.no_grad():
        y *= 2
    with raises(RuntimeError, "edited in place"):
        y.sum().backward()


@lacks(AssertionError)
def raw():
    x, a = tensor([1.0, 2.0], requires_grad=True), np.ones(2)
    y = (x * a).sum()
    a[:] = 7
    y.backward()
    assert x.grad.tolist() == [1, 1]


def checkpoint():
    assert grad(autograd.checkpoint(np.sin))(0.0) == 1


def layers():
    model = nn.Linear(2, 1)
    before = model.weight.numpy().copy()
    model(np.ones((1, 2), np.float32)).sum().backward()
    nn.optim.Adam(model.parameters()).step()
    assert (model.weight.numpy() != before).all()


@lacks(AttributeError)
def convolution():
    nn.functional.conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)))


def fit():
    model, data = nn.Linear(2, 1), [(np.ones((4, 2), np.float32), np.ones((4, 1), np.float32))]
    history = nn.fit(model, nn.MSELoss(), data, nn.optim.SGD(model.parameters(), lr=0.1), epochs=2, progress=False)
    assert len(history) == 2


def page():
    """A graph as a page to step through, made where no program can be found."""
    w = tensor(2.0, requires_grad=True, name="w")
    with tempfile.TemporaryDirectory() as folder, no_programs():
        file = Path(folder, "graph.html")
        autograd.draw(w * 3.5).save(file)
        return file.read_text("utf-8")


def picture():
    assert "<svg" in page()


def numbers():
    assert ">data 7.0<" in page()
    assert ">grad 3.5<" in page()


def steps():
    assert '"formula":"g · 3.5"' in page()
    assert "<script>" in page()


def formulas():
    w = tensor(2.0, requires_grad=True)
    assert "∂loss/∂w = g · 3.5 = 1 · 3.5 = 3.5" in str(autograd.explain(w * 3.5, names={"w": w}))


def check():
    autograd.check_grad(np.sin, 1.0)


def nan():
    with raises(autograd.NonFiniteError, "log"), np.errstate(all="ignore"), autograd.detect_nan():
        np.log(tensor(-1.0, requires_grad=True))


gpu = unnamed("autograd", "cuda", "gpu")


@lacks(AttributeError)
def compiled():
    autograd.compile(np.sin)


def million():
    x = tensor(1.0, requires_grad=True)
    y = chain(1_000_000, 1.000001)(x)
    y.backward()
    assert abs(x.grad.item() - 2.718) < 0.01


def counted():
    def use():
        y = chain(200, 1.1)(tensor(1.0, requires_grad=True))
        y.backward()

    freed(use)
