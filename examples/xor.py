"""Learn exclusive or twice: with layers whose backward passes are written by hand, and with derived ones.

A network 2-3-1 with tanh sees four pairs of bits and shall say whether they differ. First every layer gets its
backward pass from us, worked out on paper. Then `nn` gets only the forward passes, and the chain rule does the rest.
Both start from the same weights, see the same pairs in the same order, and take the same steps.

    1. layers by hand       3. the same gradients?
    2. layers, derived      4. both learn, in words and in a picture

    python examples/xor.py [--epochs N] [--out DIR] [--no-plot]
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import no_grad
from program import begin, options, progress, show

LEARNING_RATE = 0.1
PAIRS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
ANSWERS = np.array([[0.0], [1.0], [1.0], [0.0]])


# -- 1. Layers by hand -----------------------------------------------------------------------------
# Columns: one pair is X of shape (2, 1). Each backward gets ∂E/∂Y, how the error depends on what the
# layer gave, keeps what it needs for its own weights, and returns ∂E/∂X for the layer before it.


class Dense:
    """Y = W X + B.   W: (j, i), X: (i, 1), B: (j, 1)."""

    def __init__(self, weight: np.ndarray, bias: np.ndarray) -> None:
        self.weight, self.bias = weight.copy(), bias.copy()

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return self.weight @ x + self.bias

    def backward(self, dy: np.ndarray) -> np.ndarray:
        self.dweight = dy @ self.x.T  # ∂E/∂W = ∂E/∂Y · Xᵀ
        self.dbias = dy  # ∂E/∂B = ∂E/∂Y
        return self.weight.T @ dy  # ∂E/∂X = Wᵀ · ∂E/∂Y

    def step(self, rate: float) -> None:
        self.weight -= rate * self.dweight
        self.bias -= rate * self.dbias


class Tanh:
    """Y = tanh X, entry by entry."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        return dy * (1 - self.y**2)  # ∂E/∂X = ∂E/∂Y ⊙ f′(X), tanh′ = 1 - tanh²

    def step(self, rate: float) -> None:
        """There is nothing to learn."""


def mean_squared_error(y: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray]:
    """E = mean (y - y*)², and ∂E/∂y = 2 (y - y*) / n."""
    return float(np.mean((y - target) ** 2)), 2 * (y - target) / y.size


def by_hand(layers: list[Any], x: np.ndarray, target: np.ndarray) -> float:
    """Feed a pair forwards, its error backwards through the layers in reverse; returns the error."""
    y = x[:, None]
    for layer in layers:
        y = layer.forward(y)
    error, g = mean_squared_error(y, target[:, None])
    for layer in reversed(layers):
        g = layer.backward(g)
    return error


def train_by_hand(layers: list[Any], epochs: Iterable[int]) -> list[float]:
    """The mean error of every epoch."""
    errors = []
    for _ in epochs:
        error = 0.0
        for x, target in zip(PAIRS, ANSWERS):
            error += by_hand(layers, x, target)
            for layer in layers:
                layer.step(LEARNING_RATE)
        errors.append(error / len(PAIRS))
    return errors


# -- 2. Layers, derived ----------------------------------------------------------------------------
# Rows: one pair is x of shape (1, 2). No layer has a backward pass: what forward computes is recorded,
# and backward() walks the record in reverse.


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 3, dtype=float), nn.Tanh(), nn.Linear(3, 1, dtype=float), nn.Tanh())


def derived(model: nn.Module, x: np.ndarray, target: np.ndarray) -> float:
    loss = nn.functional.mse_loss(model(x[None]), target[None])
    loss.backward()
    return float(loss.item())


def train_derived(model: nn.Module, epochs: Iterable[int]) -> list[float]:
    """The mean error of every epoch."""
    optimizer = nn.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    errors = []
    for _ in epochs:
        error = 0.0
        for x, target in zip(PAIRS, ANSWERS):
            optimizer.zero_grad()
            error += derived(model, x, target)
            optimizer.step()
        errors.append(error / len(PAIRS))
    return errors


# -- 3. The same gradients? ------------------------------------------------------------------------


def twin(model: nn.Sequential) -> list[Any]:
    """The layers by hand that start where the model starts."""
    first, _, second, _ = model
    return [dense for layer in (first, second) for dense in (Dense(*columns(layer)), Tanh())]


def columns(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    """A layer's weight and bias as the columns' convention has them."""
    return layer.weight.numpy(), layer.bias.numpy()[:, None]


def largest_difference(model: nn.Sequential, layers: list[Any]) -> float:
    """Of all gradients of all four pairs."""
    differences = []
    for x, target in zip(PAIRS, ANSWERS):
        model.zero_grad()
        derived(model, x, target)
        by_hand(layers, x, target)
        for layer, dense in zip((model[0], model[2]), (layers[0], layers[2])):
            differences += [abs(layer.weight.grad.numpy() - dense.dweight).max()]
            differences += [abs(layer.bias.grad.numpy() - dense.dbias[:, 0]).max()]
    model.zero_grad()
    return float(max(differences))


# -- 4. Both learn ---------------------------------------------------------------------------------


def main() -> None:
    chosen = begin(options(__doc__, steps=2000, what="epochs"))
    nn.manual_seed(2)
    model = network()
    layers = twin(model)

    print("Exclusive or by a network 2-3-1 with tanh, its gradients by hand and derived")
    print(f"The largest difference of any gradient, at the start: {largest_difference(model, layers):.0e}\n")
    errors = train_by_hand(layers, progress(chosen.epochs, "by hand"))
    losses = train_derived(model, progress(chosen.epochs, "derived"))

    print("  pair    answer   by hand   derived")
    with no_grad():
        for x, (target,) in zip(PAIRS, ANSWERS):
            said = x[:, None]
            for layer in layers:
                said = layer.forward(said)
            print(f"  {x[0]:.0f} {x[1]:.0f}     {target:4.0f}   {said.item():9.3f} {model(x).item():9.3f}")
    print(f"  error after {chosen.epochs:,} epochs: {errors[-1]:.5f} and {losses[-1]:.5f}\n")

    def draw(folder: Path) -> Path:
        from xor_plot import draw

        return draw(folder, model=model, layers=layers, errors=errors, losses=losses)

    show(chosen, draw)


if __name__ == "__main__":
    main()
