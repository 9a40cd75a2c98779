"""JAX, the whole training step compiled once by `jit`, with the parameters' buffers donated.

No scalar chain: a graph that Python builds anew each time is what `jit` compiles away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.workloads.sgd import Training


def sgd(problem: Training) -> Callable[[], object]:
    x, labels = jnp.asarray(problem.x), jnp.asarray(problem.labels)
    layers = [(jnp.array(weight), jnp.array(bias)) for weight, bias in problem.layers]

    def loss_of(layers: Any, x: Any, labels: Any) -> Any:
        for position, (weight, bias) in enumerate(layers):
            if position > 0:
                x = jax.nn.relu(x)
            x = x @ weight.T + bias
        log_p = jax.nn.log_softmax(x)
        return -jnp.take_along_axis(log_p, labels[:, None], axis=1).mean()

    @partial(jax.jit, donate_argnums=0)
    def train(layers: Any, x: Any, labels: Any) -> Any:
        loss, g = jax.value_and_grad(loss_of)(layers, x, labels)
        return loss, jax.tree.map(lambda p, gp: p - problem.rate * gp, layers, g)

    def step() -> object:
        nonlocal layers
        loss, layers = train(layers, x, labels)
        # Without waiting, up to 32 steps are in flight; the pauses when they catch up cost more.
        return jax.block_until_ready(loss)

    return step
