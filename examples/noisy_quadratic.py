"""Fit a noisy quadratic twice: with a parabola, and with a small network of rectified lines.

Twenty points scatter around f(x) = 3x² + 2x + 1. We pretend not to know f. All we have is a model
with parameters, a loss that says how wrong it is, and the gradient of the loss, which says how to
be a little less wrong. Read it from top to bottom:

    1. the points             3. the same with a network
    2. a parabola, by hand    4. what happened, in words and in a picture

    python examples/noisy_quadratic.py [--steps N] [--out DIR] [--no-plot]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd as ag
import nn
from program import begin, options, progress, show

LEARNING_RATE = 0.01
WIDTH = 16  # how many rectified lines the network adds up


# -- 1. The points ---------------------------------------------------------------------------------


def f(x: Any) -> Any:
    """The curve behind the points. A fit sees the points alone."""
    return 3 * x**2 + 2 * x + 1


def noise(x: np.ndarray, scale: float) -> np.ndarray:
    return np.random.normal(scale=scale, size=x.shape)  # noqa: NPY002 - see noisy_points


def noisy_points() -> tuple[np.ndarray, np.ndarray]:
    """Twenty points around f, as columns of shape (20, 1)."""
    # The losses of the first steps are published for these very points, so we draw the same ones.
    np.random.seed(42)  # noqa: NPY002 - NumPy's newer generators draw other numbers from this seed
    x = np.linspace(-2, 2, 20)[:, None]
    y = f(x) * (1 + noise(x, 0.15)) + noise(x, 1.5)
    return x, y


# -- 2. A parabola, by hand ------------------------------------------------------------------------


def starting_point() -> Any:
    """a, b and c before they have learned anything. We will ask for their gradient."""
    return ag.tensor([1.1, 1.1, 1.1], requires_grad=True)


def parabola(params: Any, x: np.ndarray) -> Any:
    a, b, c = params
    return a * x**2 + b * x + c


def mean_absolute_error(predicted: Any, y: np.ndarray) -> Any:
    return abs(predicted - y).mean()


def first_gradient(x: np.ndarray, y: np.ndarray) -> Any:
    """∂loss/∂(a, b, c) at the start: which way is uphill, and how steep is it?"""
    params = starting_point()
    mean_absolute_error(parabola(params, x), y).backward()
    return params.grad


def fit_parabola(x: np.ndarray, y: np.ndarray, steps: Iterable[int], *, zeroed: bool) -> tuple[np.ndarray, list[float]]:
    """Gradient descent: predict, measure, differentiate, take a small step downhill, again.

    Returns the parameters it ends with, and the loss before each step.
    """
    params = starting_point()
    losses = []
    for _ in steps:
        loss = mean_absolute_error(parabola(params, x), y)
        losses.append(loss.item())
        if zeroed:
            params.grad = None  # backward() adds to .grad: what the last step left must go first
        loss.backward()
        with ag.no_grad():  # the step is not part of the model, so it is not to be differentiated
            params -= LEARNING_RATE * params.grad
    return params.numpy(), losses


# -- 3. The same with a network --------------------------------------------------------------------


def fit_network(x: np.ndarray, y: np.ndarray, steps: Iterable[int]) -> tuple[nn.Module, list[float]]:
    """The same loop, with nn in place of the handwork. Nobody tells it that this is a parabola."""
    nn.manual_seed(42)
    x, y = x.astype(np.float32), y.astype(np.float32)
    model = nn.Sequential(nn.Linear(1, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 1))
    squared_error = nn.MSELoss()  # its gradient fades near the goal, so that the lines come to rest
    optimizer = nn.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    losses = []
    for _ in steps:
        predicted = model(x)
        losses.append(mean_absolute_error(predicted.detach(), y).item())  # as for the parabola
        optimizer.zero_grad()
        squared_error(predicted, y).backward()
        optimizer.step()
    return model, losses


def network(model: Any, x: np.ndarray) -> np.ndarray:
    """The curve of the network. Nothing here is to be differentiated, so nothing is recorded."""
    with ag.no_grad():
        return np.asarray(model(x.astype(np.float32)))


def rectified_lines(model: Any, x: np.ndarray) -> np.ndarray:
    """What each hidden unit adds to that curve: v · max(0, w·x + b).   x: (n, 1) → (n, WIDTH).

    With the bias of the output, a constant, they make all of it.
    """
    hidden, relu, output = model
    with ag.no_grad():
        return np.asarray(relu(hidden(x.astype(np.float32))) * output.weight)


# -- 4. What happened, in words and in a picture ---------------------------------------------------


def tell_first_steps(x: np.ndarray, y: np.ndarray) -> None:
    da, db, dc = first_gradient(x, y)
    _, accumulating = fit_parabola(x, y, range(10), zeroed=False)
    _, zeroed = fit_parabola(x, y, range(10), zeroed=True)
    print("Twenty noisy points of 3x² + 2x + 1, fitted by a·x² + b·x + c")
    print(f"First gradient, at (1.1, 1.1, 1.1): ({da:.8f}, {db:.8f}, {dc:.8f})\n")
    print(f"  step   accumulating   zeroed     mean absolute error; step = {LEARNING_RATE} · gradient")
    for step, (one, other) in enumerate(zip(accumulating, zeroed)):
        print(f"  {step:4}   {one:12.2f}   {other:6.2f}")
    print("backward() adds to .grad: if it is not zeroed, each step repeats all before it.\n")


def tell_result(name: str, predicted: np.ndarray, y: np.ndarray, remark: str) -> None:
    print(f"  {name:24} {mean_absolute_error(predicted, y):6.3f}   {remark}")


def main() -> None:
    chosen = begin(options(__doc__, steps=2000))
    ag.lints(False)  # a gradient that is never zeroed would be warned of, and here it is the lesson

    x, y = noisy_points()
    tell_first_steps(x, y)

    steps = chosen.steps
    swinging, swings = fit_parabola(x, y, progress(steps, "accumulating"), zeroed=False)
    fitted, losses = fit_parabola(x, y, progress(steps, "zeroed"), zeroed=True)
    model, network_losses = fit_network(x, y, progress(steps, "network"))

    a, b, c = fitted
    print(f"  after {steps:,} steps".ljust(29) + "loss")
    tell_result("parabola, accumulating", parabola(swinging, x), y, "it gathers speed and swings on")
    tell_result("parabola, zeroed", parabola(fitted, x), y, f"at ({a:.3f}, {b:.3f}, {c:.3f})")
    tell_result(f"{WIDTH} rectified lines", network(model, x), y, "nobody told it of parabolas")
    tell_result("3x² + 2x + 1, the truth", f(x), y, "to come closer is to fit the noise")
    print()

    def draw(folder: Any) -> Any:
        from noisy_quadratic_plot import draw

        grid = np.linspace(-2, 2, 401)[:, None]
        return draw(
            folder,
            points=(x, y),
            grid=grid,
            curves={
                "the truth\n3x² + 2x + 1": f(grid),
                f"a parabola\n{a:.3f}x² + {b:.3f}x + {c:.3f}": parabola(fitted, grid),
                f"a network\n{WIDTH} rectified lines": network(model, grid),
            },
            lines=rectified_lines(model, grid),
            losses={"accumulating": swings, "zeroed": losses, "network": network_losses},
        )

    show(chosen, draw)
    print("Next: autograd/sweep.py, where backward() happens; or --steps 100, fits half-way.")


if __name__ == "__main__":
    main()
