"""HIPS autograd, in an interpreter of its own: there `autograd` is that library."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy

from benchmarks.features.probe import Unnamed, chain, freed, lacks, named, peak, unnamed

# By name, so that no type checker or import sorter takes them for ours.
autograd: Any = import_module("autograd")
np: Any = import_module("autograd.numpy")
grad = autograd.grad


def arrays():
    gx, gy = grad(lambda x, y: np.sum(x * y), (0, 1))(numpy.ones((3, 1)), numpy.full(4, 2.0))
    assert gx.tolist() == [[8.0]] * 3
    assert gy.tolist() == [3.0] * 4


@lacks(TypeError, "ufuncs alone")
def numpys():
    assert grad(numpy.sin)(0.0) == 1

    def f(x):
        return numpy.sum(numpy.sin(numpy.concatenate([x, x])))

    assert numpy.allclose(grad(f)(numpy.ones(2)), 2 * numpy.cos(1))


def trees():
    assert grad(lambda p: p["a"][0] * p["b"])({"a": [2.0], "b": 3.0}) == {"a": [3.0], "b": 2.0}


def higher():
    assert grad(grad(grad(lambda x: x**4)))(2.0) == 48


def forward():
    assert autograd.make_jvp(np.sin)(0.0)(1.0) == (0, 1)


def lean():
    def f(x):
        for _ in range(100):
            x = np.sin(x)
        return x

    x = numpy.ones(2**20, numpy.float32)
    assert peak(lambda: autograd.make_jvp(f)(x)(x)) < 40 * x.nbytes


def jacobian():
    assert numpy.allclose(autograd.jacobian(np.sin)(numpy.zeros(2)), numpy.eye(2))
    assert numpy.allclose(autograd.hessian(lambda x: x @ x)(numpy.ones(2)), 2 * numpy.eye(2))


vmap = unnamed("autograd", "vmap")


def solve():
    assert numpy.allclose(grad(lambda a: np.sum(np.linalg.solve(a, numpy.ones(2))))(numpy.eye(2)), -1)


def complexes():
    assert grad(lambda x: np.abs(x * 1j))(2.0) == 1


@lacks((NotImplementedError, KeyError), "a rule for each mode")
def own():
    extend = import_module("autograd.extend")
    cube = extend.primitive(lambda x: x * x * x)
    extend.defvjp(cube, lambda out, x: lambda g: g * 3 * x * x)
    assert grad(cube)(2.0) == grad(grad(cube))(2.0) == 12
    autograd.make_jvp(cube)(2.0)(1.0)


@lacks(AssertionError)
def branches():
    with numpy.errstate(all="ignore"):
        g = grad(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0.0)))(numpy.zeros(1))
    assert g == 0


@lacks(TypeError, "they raise")
def edits():
    def f(x):
        y = x * 1.0
        y[0] = x[1] * 10
        return np.sum(y * y)

    grad(f)(numpy.ones(2))


@lacks(AssertionError)
def raw():
    a = numpy.ones(2)

    def f(x):
        out = np.sum(x * a)
        a[:] = 7
        return out

    assert grad(f)(numpy.ones(2)).tolist() == [1, 1]


def stale():
    def f(x):
        y = np.exp(x)
        z = np.sum(y)
        y *= 2  # which makes a new array
        return z

    assert numpy.allclose(grad(f)(numpy.ones(2)), numpy.e)
    return "values are not edited"


def checkpoint():
    assert grad(autograd.checkpoint(np.sin))(0.0) == 1


@lacks(Unnamed, "optimizers, no layers")
def layers():
    import_module("autograd.misc.optimizers").adam(lambda x, i: x, numpy.ones(2), num_iters=1)
    named("autograd", "Linear", "Dense")


def convolution():
    convolve = import_module("autograd.scipy.signal").convolve
    assert grad(lambda x: np.sum(convolve(x, numpy.ones((2, 2)))))(numpy.ones((3, 3))).tolist() == [[4.0] * 3] * 3


fit = unnamed("autograd", "fit", "Trainer")
picture = numbers = steps = unnamed("autograd", "draw", "draw_dot", "plot", "to_dot")
formulas = unnamed("autograd", "explain", "formulas")


def check():
    import_module("autograd.test_util").check_grads(np.sin)(1.0)


nan = unnamed("autograd", "detect_nan", "detect_anomaly", "debug_nans")
gpu = unnamed("autograd", "cuda", "gpu")
compiled = unnamed("autograd", "compile", "jit")


def million():
    assert abs(grad(chain(1_000_000, 1.000001))(1.0) - 2.718) < 0.01


def counted():
    freed(lambda: grad(chain(200, 1.1))(1.0))
