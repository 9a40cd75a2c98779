"""Minimising a loss over all data at once by SciPy's methods, which bring a small model to the last digit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, enable_grad, gradients, no_grad
from nn.checks import number
from nn.module import Module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

# fmt: off
METHODS = {  # what each of them asks for besides the loss: its gradient, and its Hessian or the product with it
    "Nelder-Mead": (), "Powell": (), "COBYLA": (), "COBYQA": (),
    "CG":           ("jac",),
    "BFGS":         ("jac",),
    "L-BFGS-B":     ("jac",),
    "TNC":          ("jac",),
    "SLSQP":        ("jac",),
    "Newton-CG":    ("jac", "hessp"),
    "trust-ncg":    ("jac", "hessp"),
    "trust-krylov": ("jac", "hessp"),
    "trust-constr": ("jac", "hessp"),
    "trust-exact":  ("jac", "hess"),
    "dogleg":       ("jac", "hess"),
}
# fmt: on


def minimize(
    model: Module,
    loss: Callable[[Any], Tensor],
    *,
    method: str = "L-BFGS-B",
    tol: float | None = None,
    options: dict[str, Any] | None = None,
    callback: Callable[[Any], object] | None = None,
) -> Any:
    """p ← argmin loss(model), for all parameters p of `model` at once; returns SciPy's OptimizeResult.

    `loss(model)` is one scalar Tensor, the same at every call: dropout must be off, and all data in it. Parameters that
    require grad are solved for as one float64 vector, and hold what fits their dtype; `nn` layers with dtype=float get
    the most out of it. Gradients are derived, as are the Hessian products of Newton-CG, trust-ncg, trust-krylov and
    trust-constr. The whole Hessians of trust-exact and dogleg cost a product for each number in the model.

    `callback(intermediate_result)` is called after each iteration, with the model at result.x; with any method but TNC,
    raising StopIteration ends the run. `tol` and `options` are those of `scipy.optimize.minimize`. Whatever raises on
    the way, Ctrl-C as well, leaves the model at the best point so far. `.grad` is not touched.

    Raises TypeError or ValueError before anything is changed, buffers too: for an unknown method, a loss or callback
    that cannot be called, a tol that is no number, a model with nothing to train, and a loss that is no finite scalar,
    is random, or does not depend on the parameters. ImportError without SciPy.

    >>> from nn import Linear
    >>> model = Linear(1, 1, dtype=float)
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> result = minimize(model, lambda model: ((model(x) - (3 * x + 1)) ** 2).mean())
    >>> result.success, round(model.weight.item(), 4), round(model.bias.item(), 4)
    (True, 3.0, 1.0)
    """
    try:
        from scipy.optimize import OptimizeResult
        from scipy.optimize import minimize as solve
    except ImportError as fault:
        raise ImportError("minimize: SciPy is not installed; pip install 'autograd-nn[special]'") from fault
    asked = _asked(method, loss, callback, tol)
    objective = Objective(model, loss)

    def after(intermediate_result: Any) -> None:
        """Some methods pass no more than x."""
        if not isinstance(intermediate_result, OptimizeResult):
            x = np.array(intermediate_result)
            intermediate_result = OptimizeResult(x=x, fun=objective.fun(x))
        objective.put(intermediate_result.x)
        callback(intermediate_result)  # type: ignore[misc]

    derivatives = {name: getattr(objective, name) for name in asked}
    told = after if callback is not None else None
    start = np.array(objective.x)
    try:
        result = solve(objective.fun, start, method=method, tol=tol, options=options, callback=told, **derivatives)
        if math.isfinite(result.fun):
            objective.best = np.array(result.x)
    finally:
        objective.put(objective.best)
    return result


def _asked(method: Any, loss: Any, callback: Any, tol: Any) -> tuple[str, ...]:
    """What the method asks for, if all of these will do."""
    asked = {name.lower(): needs for name, needs in METHODS.items()}.get(str(method).lower())
    if asked is None:
        raise ValueError(f"minimize: method must be one of {', '.join(METHODS)}, not {method!r}")
    for name, given in ("loss", loss), ("callback", callback):
        if not callable(given) and (name == "loss" or given is not None):
            raise TypeError(f"minimize: {name} must be a function, not a {type(given).__name__}")
    if tol is not None:
        number("minimize", "tol", tol, "a number ≥ 0 or None")
    return asked


class Objective:
    """The loss as a function of one vector: all numbers of the model, one parameter after another.

    Its derivatives at a point share what was recorded there.
    """

    x: Vector  # where the model is
    out: Tensor | None = None  # the loss there, recorded
    slopes: list[Tensor] | None = None  # its gradient, recorded

    def __init__(self, model: Module, loss: Callable[[Any], Tensor]) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"minimize: model must be a Module, not a {type(model).__name__}")
        self.model, self.loss = model, loss
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        if not self.parameters:
            name = type(model).__name__
            raise ValueError(f"minimize: {name} has no parameter that requires grad; thaw some by requires_grad_()")
        self.x = self.best = flat(p.value for p in self.parameters)
        buffers = [(buffer, np.array(buffer.value)) for buffer in model.buffers()]
        try:
            self.least = self._first()
        except BaseException:
            with no_grad():
                for buffer, value in buffers:  # running statistics, that the loss has moved
                    buffer[...] = value
            raise

    def _first(self) -> float:
        """The loss where the model starts, which must be a good one, and the same when it is computed again."""
        least, self.out = _checked(self.at(self.x)), None
        again = self.at(self.x)
        if abs(again.item() - least) > 1e3 * np.finfo(again.dtype).eps * abs(least):
            raise ValueError(
                f"minimize: the loss is {least:.6g}, and computed again {again.item():.6g}; it must not be "
                "random: switch off dropout by model.eval(), and use all the data each time"
            )
        return least

    def fun(self, x: Vector) -> float:
        value = float(self.at(x).item())
        if value < self.least:
            self.least, self.best = value, np.array(x)
        return value

    def jac(self, x: Vector) -> Vector:
        return flat(g.value for g in gradients(self.at(x), self.parameters, retain_graph=True))

    def hessp(self, x: Vector, v: Vector) -> Vector:
        """H v = ∂(∂loss/∂x · v)/∂x."""
        out = self.at(x)
        with enable_grad():
            if self.slopes is None:
                self.slopes = gradients(out, self.parameters, create_graph=True)
            along: Any = sum((g * part).sum() for g, part in zip(self.slopes, self.parts(v)))
        if not along.requires_grad:  # a linear loss
            return np.zeros_like(x)
        return flat(g.value for g in gradients(along, self.parameters, retain_graph=True))

    def hess(self, x: Vector) -> Vector:
        return np.stack([self.hessp(x, unit) for unit in np.eye(x.size)])

    def at(self, x: Vector) -> Tensor:
        """The loss there."""
        self.put(x)
        if self.out is None:
            with enable_grad():
                self.out = self.loss(self.model)
        return self.out

    def put(self, x: Vector) -> None:
        """Have the model there, whole even where Ctrl-C comes in between."""
        if np.array_equal(x, self.x):
            return
        self.out = self.slopes = None
        try:
            self._write(x)
        except BaseException:
            self._write(x)
            raise

    def _write(self, x: Vector) -> None:
        with no_grad():
            for p, part in zip(self.parameters, self.parts(x)):
                p[...] = part
        self.x = np.array(x)

    def parts(self, x: Vector) -> list[NDArray[Any]]:
        """What of x belongs to each parameter, in its shape and dtype."""
        ends = np.cumsum([p.size for p in self.parameters])
        pieces = np.split(x, ends[:-1])
        return [piece.reshape(p.shape).astype(p.dtype) for p, piece in zip(self.parameters, pieces)]


def flat(arrays: Iterable[Any]) -> Vector:
    """All their numbers in one vector."""
    return np.concatenate([np.ravel(array) for array in arrays], dtype=np.float64)


def _checked(out: Any) -> float:
    """The loss where the model starts. Raises what is wrong with it."""
    if not isinstance(out, Tensor) or out.ndim:
        kind = f"a Tensor of shape {out.shape}" if isinstance(out, Tensor) else f"a {type(out).__name__}"
        raise TypeError(f"minimize: loss(model) must return one scalar Tensor, not {kind}; reduce it by .mean()")
    if not out.requires_grad:
        raise ValueError("minimize: the loss does not depend on any parameter of the model that requires grad")
    if not math.isfinite(out.item()):
        raise ValueError(
            f"minimize: the loss is {out.item()} where the model starts; look for its cause with autograd.detect_nan()"
        )
    return float(out.item())
