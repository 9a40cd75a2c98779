"""micrograd: numbers one by one, and an engine of a page."""

from __future__ import annotations

from micrograd.engine import Value

from benchmarks.features.probe import Unnamed, chain, freed, lacks, named, unnamed


@lacks(AssertionError, "scalars only")
def arrays():
    import numpy as np

    x, y = Value(np.ones((3, 1))), Value(np.full(4, 2.0))
    (x * y).backward()
    assert x.grad.shape == (3, 1)


@lacks(TypeError)
def numpys():
    import numpy as np

    np.sin(Value(1.0))


trees = unnamed("micrograd", "grad", "value_and_grad")


@lacks(AttributeError)
def higher():
    x = Value(2.0)
    (x**4).backward()
    x.grad.backward()


forward = lean = unnamed("micrograd", "jvp", "forward")
jacobian = unnamed("micrograd", "jacobian", "hessian")
vmap = unnamed("micrograd", "vmap")
solve = unnamed("micrograd", "solve")


@lacks(AssertionError)
def complexes():
    x = Value(2j)
    (x * x.data.conjugate()).backward()  # |x|², whose slope is 2x
    assert x.grad == 4j


@lacks(AttributeError)
def own():
    x = Value(2.0)
    out = Value(x.data**3, (x,), "cube")  # as its own ops are made

    def backward() -> None:
        x.grad += 3 * x.data**2 * out.grad

    out._backward = backward
    out.backward()
    assert x.grad == 12
    x.grad.backward()


branches = unnamed("micrograd", "where")


@lacks(TypeError)
def edits():
    y = Value(1.0) * 1.0
    y[0] = Value(2.0)


@lacks(AssertionError)
def stale():
    x = Value(3.0)
    y = x * x
    x.data = 5.0
    y.backward()
    assert x.grad == 6


raw = lacks(AssertionError)(stale.__wrapped__)
checkpoint = unnamed("micrograd", "checkpoint", "remat")


@lacks(Unnamed, "an MLP, no optimizers")
def layers():
    from micrograd.nn import MLP

    assert isinstance(MLP(2, [3, 1])([1.0, 2.0]), Value)
    named("micrograd", "SGD", "Adam", "Optimizer")


convolution = unnamed("micrograd", "Conv", "Conv2d", "conv", "conv2d")
fit = unnamed("micrograd", "fit", "train", "Trainer")
picture = numbers = unnamed("micrograd", "draw", "draw_dot", "graph", "plot", note="in its notebook")
steps = unnamed("micrograd", "step", "play", "draw")
formulas = unnamed("micrograd", "explain", "formulas")
check = unnamed("micrograd", "check_grad", "gradcheck", "check_grads")
nan = unnamed("micrograd", "detect_nan", "detect_anomaly", "debug_nans")
gpu = unnamed("micrograd", "cuda", "gpu")
compiled = unnamed("micrograd", "compile", "jit")


@lacks(RecursionError, "recursion")
def million():
    y = chain(1_000_000, 1.000001)(Value(1.0))
    y.backward()


@lacks(AssertionError)
def counted():
    def use():
        y = chain(200, 1.1)(Value(1.0))
        y.backward()

    freed(use)
