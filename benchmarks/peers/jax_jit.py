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
    def descend(p: Any, g: Any, _: None) -> Any:
        return p - problem.rate * g, None

    return train(problem, descend, lambda p: None)


def adam(problem: Training) -> Callable[[], object]:
    def descend(p: Any, g: Any, state: Any) -> Any:
        m, v, t = state
        m, v, t = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g, t + 1
        root = jnp.sqrt(v / (1 - 0.999**t)) + 1e-8
        return p - problem.rate / (1 - 0.9**t) * m / root, (m, v, t)

    return train(problem, descend, lambda p: (jnp.zeros_like(p), jnp.zeros_like(p), jnp.zeros(())))


def train(
    problem: Training, descend: Callable[[Any, Any, Any], Any], start: Callable[[Any], Any]
) -> Callable[[], object]:
    """`descend(p, g, state)` gives the new p and state."""
    x, labels = jnp.asarray(problem.x), jnp.asarray(problem.labels)
    layers = [(jnp.array(weight), jnp.array(bias)) for weight, bias in problem.layers]
    states = [start(p) for layer in layers for p in layer]

    def loss_of(layers: Any, x: Any, labels: Any) -> Any:
        for position, (weight, bias) in enumerate(layers):
            if position > 0:
                x = jax.nn.relu(x)
            x = x @ weight.T + bias
        log_p = jax.nn.log_softmax(x)
        return -jnp.take_along_axis(log_p, labels[:, None], axis=1).mean()

    @partial(jax.jit, donate_argnums=(0, 1))
    def compiled(layers: Any, states: Any, x: Any, labels: Any) -> Any:
        loss, g = jax.value_and_grad(loss_of)(layers, x, labels)
        flat, tree = jax.tree.flatten(layers)
        pairs = [descend(p, gp, state) for p, gp, state in zip(flat, jax.tree.leaves(g), states)]
        return loss, jax.tree.unflatten(tree, [p for p, _ in pairs]), [state for _, state in pairs]

    def step() -> object:
        nonlocal layers, states
        loss, layers, states = compiled(layers, states, x, labels)
        # Without waiting, up to 32 steps are in flight; the pauses when they catch up cost more.
        return jax.block_until_ready(loss)

    return step
