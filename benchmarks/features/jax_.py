"""JAX."""

from __future__ import annotations

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.features.probe import chain, freed, lacks, peak, raises, unnamed

grad = jax.grad


def arrays():
    gx, gy = grad(lambda x, y: jnp.sum(x * y), (0, 1))(jnp.ones((3, 1)), jnp.full(4, 2.0))
    assert gx.tolist() == [[8.0]] * 3
    assert gy.tolist() == [3.0] * 4


@lacks(jax.errors.TracerArrayConversionError, "they raise")
def numpys():
    grad(lambda x: np.sum(np.sin(np.concatenate([x, x]))))(jnp.ones(2))


def trees():
    assert grad(lambda p: p["a"][0] * p["b"])({"a": [2.0], "b": 3.0}) == {"a": [3.0], "b": 2.0}


def higher():
    assert grad(grad(grad(lambda x: x**4)))(2.0) == 48


def forward():
    assert jax.jvp(jnp.sin, (0.0,), (1.0,)) == (0, 1)


def lean():
    def f(x):
        for _ in range(100):
            x = jnp.sin(x)
        return x

    x = jnp.ones(2**20)
    jax.block_until_ready(jax.jvp(f, (x[:9],), (x[:9],)))
    assert peak(lambda: jax.block_until_ready(jax.jvp(f, (x,), (x,)))) < 40 * x.nbytes


def jacobian():
    assert (jax.jacobian(jnp.sin)(jnp.zeros(2)) == jnp.eye(2)).all()
    assert (jax.hessian(lambda x: x @ x)(jnp.ones(2)) == 2 * jnp.eye(2)).all()


def vmap():
    assert jax.vmap(lambda x: x @ x)(jnp.ones((3, 2))).tolist() == [2, 2, 2]


def solve():
    assert jnp.allclose(grad(lambda a: jnp.linalg.solve(a, jnp.ones(2)).sum())(jnp.eye(2)), -1)


def complexes():
    assert grad(lambda x: jnp.abs(x * 1j))(2.0) == 1


def own():
    cube = jax.custom_jvp(lambda x: x * x * x)
    cube.defjvps(lambda dx, out, x: 3 * x * x * dx)
    assert grad(cube)(2.0) == jax.jvp(cube, (2.0,), (1.0,))[1] == grad(grad(cube))(2.0) == 12


@lacks(AssertionError)
def branches():
    assert grad(lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0))(0.0) == 0


def edits():
    def f(x):
        y = (x * 1.0).at[0].set(x[1] * 10)
        return (y * y).sum()

    assert grad(f)(jnp.array([1.0, 2.0])).tolist() == [0, 404]
    return "as `x.at[i].set(y)`"


def stale():
    with raises(TypeError, "immutable"):
        jnp.ones(2)[0] = 5.0
    return "arrays are not edited"


@lacks(AssertionError)
def raw():
    a = np.ones(2, np.float32)

    def f(x):
        out = jnp.sum(x * a)
        a[:] = 7
        return out

    assert grad(f)(jnp.ones(2)).tolist() == [1, 1]


def checkpoint():
    assert grad(jax.checkpoint(jnp.sin))(0.0) == 1


def layers():
    from jax.example_libraries import optimizers, stax

    init, apply = stax.Dense(1)
    _, params = init(jax.random.key(0), (1, 2))
    start, update, current = optimizers.adam(0.1)
    g = grad(lambda p: apply(p, jnp.ones((1, 2))).sum())(params)
    assert (current(update(0, g, start(params)))[0] != params[0]).all()
    return "as examples"


def convolution():
    g = grad(lambda x: jax.lax.conv(x, jnp.ones((1, 1, 2, 2)), (1, 1), "VALID").sum())(jnp.ones((1, 1, 3, 3)))
    assert g.sum() == 16


fit = unnamed("jax", "fit", "Trainer")
picture = unnamed("jax", "draw", "draw_dot", "draw_graph", note="text")
numbers = steps = unnamed("jax", "draw", "draw_dot", "draw_graph")


@lacks(AssertionError, "a program, no numbers")
def formulas():
    told = str(jax.make_jaxpr(grad(lambda w: (w * 3.5) ** 2))(2.0))
    if "3.5" not in told:
        raise LookupError("the program")
    assert "7.0" in told


def check():
    from jax.test_util import check_grads

    check_grads(jnp.sin, (1.0,), order=2)


def nan():
    with raises(FloatingPointError, "log"), jax.debug_nans(True):
        jnp.log(-1.0)


def gpu():
    from importlib.metadata import requires

    assert any("cuda" in line for line in requires("jax") or ())


def compiled():
    assert jax.jit(lambda x: x * 2 + 1)(jnp.ones(2)).tolist() == [3, 3]


def million():
    assert abs(grad(chain(1_000_000, 1.000001))(1.0) - 2.718) < 0.1


def counted():
    freed(lambda: grad(chain(200, 1.1))(1.0))
