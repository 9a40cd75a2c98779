"""MyGrad: NumPy's arrays with .backward()."""

from __future__ import annotations

from typing import Any

import mygrad
import numpy as np
from graphviz import ExecutableNotFound

from benchmarks.features.probe import Unnamed, chain, freed, lacks, named, no_programs, raises, unnamed

mg: Any = mygrad


def arrays():
    x, y = mg.tensor(np.ones((3, 1))), mg.tensor(np.full(4, 2.0))
    (x * y).sum().backward()
    assert x.grad.tolist() == [[8.0]] * 3
    assert y.grad.tolist() == [3.0] * 4


def numpys():
    x = mg.tensor(np.ones(2))
    np.sum(np.sin(np.concatenate([x, x]))).backward()
    assert np.allclose(x.grad, 2 * np.cos(1))


trees = unnamed("mygrad", "value_and_grad", "tree_map")


@lacks(AttributeError)
def higher():
    x = mg.tensor(2.0)
    (x**4).backward()
    x.grad.backward()


forward = lean = unnamed("mygrad", "jvp", "make_jvp", "forward_mode")
jacobian = unnamed("mygrad", "jacobian", "hessian")
vmap = unnamed("mygrad", "vmap")
solve = unnamed("mygrad", "solve", "Solve", "inv", "Inv")


@lacks(TypeError)
def complexes():
    mg.tensor(1j)


@lacks(AttributeError)
def own():
    from mygrad.operation_base import Operation

    class Cube(Operation):
        def __call__(self, x: Any) -> Any:
            self.variables = (x,)
            return x.data**3

        def backward_var(self, grad: Any, index: int, **_: Any) -> Any:
            return grad * 3 * self.variables[index].data ** 2

    x = mg.tensor(2.0)
    mg.execute_op(Cube, x).backward()
    assert x.grad == 12
    x.grad.backward()


@lacks(AssertionError)
def branches():
    x = mg.tensor(0.0)
    with np.errstate(all="ignore"):
        mg.where(x > 0, mg.sqrt(x), 0.0).backward()
    assert x.grad == 0


def edits():
    x = mg.tensor([1.0, 2.0])
    y = x * 1.0
    y[0] = x[1] * 10
    (y * y).sum().backward()
    assert x.grad.tolist() == [0, 404]


def stale():
    y = mg.exp(mg.tensor([1.0, 2.0]))
    total = y.sum()
    with raises(ValueError, "read-only"):
        y.data *= 2
    total.backward()


def raw():
    a = np.ones(2)
    y = (mg.tensor([1.0, 2.0]) * a).sum()
    with raises(ValueError, "read-only"):
        a[:] = 7
    y.backward()


checkpoint = unnamed("mygrad", "checkpoint", "remat")


@lacks(Unnamed, "functions, no optimizers")
def layers():
    from mygrad.nnet.layers import batchnorm, conv_nd

    assert batchnorm
    assert conv_nd
    named("mygrad", "SGD", "Adam", "Optimizer")


def convolution():
    from mygrad.nnet.layers import conv_nd

    x = mg.tensor(np.ones((1, 1, 3, 3)))
    conv_nd(x, np.ones((1, 1, 2, 2)), stride=1).sum().backward()
    assert x.grad.sum() == 16


fit = unnamed("mygrad", "fit", "Trainer")


def graph() -> Any:
    from mygrad.computational_graph import build_graph

    return build_graph(mg.tensor(2.0) * 3.5)  # before backward, which takes the graph apart


@lacks(ExecutableNotFound, "needs Graphviz")
def picture():
    with no_programs():
        graph().pipe("svg")


@lacks(AssertionError, "values")
def numbers():
    source = graph().source
    if "7." not in source:
        raise LookupError("values")
    assert "grad" in source


steps = unnamed("mygrad", "steps", "Player")
formulas = unnamed("mygrad", "explain", "formulas")
check = unnamed("mygrad", "check_grad", "gradcheck", "check_grads", "numerical_gradient")
nan = unnamed("mygrad", "detect_nan", "detect_anomaly", "debug_nans")
gpu = unnamed("mygrad", "cuda", "gpu")
compiled = unnamed("mygrad", "compile", "jit")


def million():
    x = mg.tensor(1.0)
    y = chain(1_000_000, 1.000001)(x)
    y.backward()
    assert abs(x.grad - 2.718) < 0.01


def counted():
    def use():
        x = mg.tensor(1.0)
        y = chain(200, 1.1)(x)
        y.backward()
        assert x.grad

    freed(use)
