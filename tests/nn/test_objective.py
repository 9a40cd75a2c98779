import itertools
import signal
import subprocess
import sys

import numpy as np
import pytest

import nn
from autograd import no_grad, tensor
from nn.optim.objective import METHODS, Objective, minimize

pytest.importorskip("scipy")

every_method = pytest.mark.parametrize("method", METHODS)


class Quadratic(nn.Module):
    """½ wᵀ A w - bᵀ w, least at A⁻¹ b; w is in two parameters, one of them used by two names, beside a frozen one."""

    A = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
    b = np.array([1.0, -2.0, 3.0])

    def __init__(self, dtype=float):
        super().__init__()
        self.first = nn.Parameter(0.5, dtype=dtype)
        self.rest = nn.Parameter([0.1, 0.2], dtype=dtype)
        self.again = self.rest
        self.frozen = nn.Parameter([7.0], requires_grad=False)

    def forward(self):
        w = np.concatenate([self.first.reshape(1), self.again])  # (3,)
        return 0.5 * (w @ self.A.astype(w.dtype) @ w) - w @ self.b.astype(w.dtype)

    def values(self):
        return [self.first.item(), *self.rest.tolist()]


class Valley(nn.Module):
    """Rosenbrock's: a bent valley with its lowest point at (1, 1)."""

    def __init__(self, dtype=float):
        super().__init__()
        self.x, self.y = nn.Parameter(-1.2, dtype=dtype), nn.Parameter([1.0], dtype=dtype)

    def forward(self):
        return (1 - self.x) ** 2 + 100 * ((self.y - self.x**2) ** 2).sum()

    def values(self):
        return [self.x.item(), *self.y.tolist()]


def call(model):
    return model()


# -- it minimises


@every_method
def test_a_quadratic(method):
    model = Quadratic()
    model.rest.grad = [5.0, 5.0]
    result = minimize(model, call, method=method, tol=1e-10)
    assert result.success
    by_values = not METHODS[method]
    np.testing.assert_allclose(model.values(), np.linalg.solve(model.A, model.b), atol=1e-4 if by_values else 1e-7)
    np.testing.assert_array_equal(result.x, model.values())
    assert result.fun == model().item()
    assert (model.frozen.tolist(), model.rest.grad.tolist(), model.first.grad) == ([7], [5, 5], None)


@pytest.mark.parametrize("method", ["Newton-CG", "trust-krylov", "trust-exact"])
def test_a_quadratic_to_machine_precision(method):
    model = Quadratic()
    minimize(model, call, method=method, options={"gtol": 1e-14} if method != "Newton-CG" else {"xtol": 1e-15})
    np.testing.assert_allclose(model.values(), np.linalg.solve(model.A, model.b), rtol=4e-15)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "COBYLA"])
def test_a_bent_valley(method):
    model = Valley()
    result = minimize(model, call, method=method.upper())
    assert result.success
    np.testing.assert_allclose(model.values(), [1, 1], atol=2e-3)


def test_float32_stays_float32():
    model = Quadratic(np.float32)
    result = minimize(model, call)
    assert result.x.dtype == np.float64
    assert model.first.dtype == model.rest.dtype == np.float32
    np.testing.assert_allclose(model.values(), np.linalg.solve(model.A, model.b), rtol=1e-4)


@pytest.mark.parametrize("method", ["L-BFGS-B", "Newton-CG"])
def test_logistic_regression_like_scikit_learn(method):
    linear_model = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3))  # (N, 3)
    labels = (x @ [1.0, -2.0, 0.5] + 0.3 + rng.logistic(size=200) > 0).astype(int)
    model = nn.Linear(3, 2, dtype=float, rng=0)
    result = minimize(model, lambda model: nn.functional.cross_entropy(model(x), labels), method=method, tol=1e-12)
    peer = linear_model.LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x, labels)
    weight, bias = model.weight.value, model.bias.value
    np.testing.assert_allclose(weight[1] - weight[0], peer.coef_[0], rtol=1e-5)
    np.testing.assert_allclose(bias[1] - bias[0], peer.intercept_[0], rtol=1e-5)
    assert result.fun == nn.functional.cross_entropy(model(x), labels).item()


def test_a_network_of_two_layers():
    x = np.linspace(-2, 2, 40).reshape(-1, 1)  # (N, 1)
    model = nn.Sequential(nn.Linear(1, 8, dtype=float, rng=0), nn.Tanh(), nn.Linear(8, 1, dtype=float, rng=1))
    result = minimize(model, lambda model: nn.functional.mse_loss(model(x), x**2), options={"maxiter": 200})
    assert result.fun < 1e-5


def test_recording_is_switched_on_where_it_is_off():
    model = Quadratic()
    with no_grad():
        assert minimize(model, call, method="trust-ncg").success


def test_derivatives_are_exact():
    model = Quadratic()
    objective = Objective(model, call)
    x, v = np.array([1.0, 2.0, 3.0]), np.array([3.0, -2.0, 1.0])
    np.testing.assert_allclose(objective.jac(x), model.A @ x - model.b, rtol=1e-14)
    np.testing.assert_allclose(objective.hessp(x, v), model.A @ v, rtol=1e-14)
    np.testing.assert_allclose(objective.hess(x), model.A, rtol=1e-14)
    assert model.values() == x.tolist()


def test_the_loss_is_computed_once_at_a_point():
    model, calls = Valley(), []
    result = minimize(model, lambda model: [model(), calls.append(model.values())][0], method="trust-krylov")
    assert calls[0] == calls[1]  # to see that it is no other when it is computed again
    assert all(x != y for x, y in itertools.pairwise(calls[1:]))
    assert result.nhev > result.nfev


def test_a_linear_loss_has_no_curvature():
    model = nn.Linear(1, 1, dtype=float, rng=0)
    objective = Objective(model, lambda model: model([[2.0]]).sum())
    assert objective.hessp(objective.x, np.ones(2)).tolist() == [0, 0]


# -- on the way


@every_method
def test_callback_sees_the_model_at_the_iterate(method):
    model, seen = Valley(), []
    options = {"maxiter": 50} if method == "COBYLA" else None
    minimize(
        model, call, method=method, options=options, callback=lambda result: seen.append((result.fun, model().item()))
    )
    assert len(seen) > 2
    assert all(fun == value for fun, value in seen)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "TNC"])
def test_callback_stops_the_run(method):
    model, seen = Valley(), []

    def stop(result):
        seen.append(result.fun)
        if len(seen) == 3:
            raise StopIteration

    result = minimize(model, call, method=method, callback=stop)
    assert len(seen) == 3
    assert model().item() == result.fun


@every_method
@pytest.mark.parametrize("stop", [lambda: signal.raise_signal(signal.SIGINT), lambda: 1 / 0], ids=["ctrl-c", "error"])
def test_stopped_at_the_best_point_so_far(method, stop):
    model, values = Valley(), []

    def loss(model):
        out = model()
        if len(values) == 20:
            stop()
        values.append(out.item())
        return out

    with pytest.raises((KeyboardInterrupt, ZeroDivisionError)):
        minimize(model, loss, method=method)
    assert model().item() == min(values) <= values[0]


def test_stopped_while_the_model_is_written(monkeypatch):
    model = Quadratic()
    write, after = nn.Parameter.__setitem__, []

    def interrupted(p, index, value):
        write(p, index, value)
        after.append(p)
        if len(after) == 5:  # the first parameter of the third point
            raise KeyboardInterrupt

    monkeypatch.setattr(nn.Parameter, "__setitem__", interrupted)
    values = []
    with pytest.raises(KeyboardInterrupt):
        minimize(model, lambda model: [out := model(), values.append(out.item())][0], method="BFGS")
    assert model().item() == min(values)


def test_a_loss_that_becomes_nan_leaves_a_model_that_is_finite():
    model = nn.Linear(1, 1, bias=False, dtype=float, rng=0)
    start = model.weight.item()

    def loss(model):
        w = model.weight.sum()
        return w if model.weight.item() == start else w * np.nan

    minimize(model, loss, method="Nelder-Mead", options={"maxiter": 5})
    assert np.isfinite(model.weight.item())


# -- what is refused


def noisy():
    return nn.Sequential(nn.Linear(4, 50, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(50, 1, rng=1))


FROZEN = nn.Linear(1, 1).requires_grad_(False)


@pytest.mark.parametrize(
    "model, loss, options, error, what",
    [
        (Quadratic(), call, {"method": "adam"}, ValueError, "Nelder-Mead, .* not 'adam'"),
        (Quadratic(), call, {"method": None}, ValueError, "not None"),
        (Quadratic(), 3, {}, TypeError, "loss must be a function, not a int"),
        (Quadratic(), call, {"callback": 3}, TypeError, "callback must be a function, not a int"),
        (Quadratic(), call, {"callback": 0}, TypeError, "callback must be a function, not a int"),
        (Quadratic(), call, {"tol": "a"}, ValueError, "tol must be a number ≥ 0 or None, not 'a'"),
        (Quadratic(), call, {"tol": np.nan}, ValueError, "tol must be.* not nan"),
        ([nn.Parameter(1.0)], call, {}, TypeError, "must be a Module, not a list"),
        (nn.ReLU(), call, {}, ValueError, "ReLU has no parameter that requires grad"),
        (FROZEN, call, {}, ValueError, r"Linear has no parameter.*requires_grad_\(\)"),
        (Quadratic(), lambda model: model.rest, {}, TypeError, r"not a Tensor of shape \(2,\); reduce it by .mean"),
        (Quadratic(), lambda model: 3.0, {}, TypeError, "not a float"),
        (Quadratic(), lambda model: tensor(3.0), {}, ValueError, "does not depend"),
        (Quadratic(), lambda model: model().detach(), {}, ValueError, "does not depend"),
        (
            Quadratic(),
            lambda model: model() * np.nan,
            {},
            ValueError,
            "the loss is nan where the model starts.*detect_nan",
        ),
        (
            noisy(),
            lambda model: model(np.ones((3, 4), "f4")).mean(),
            {},
            ValueError,
            r"random.*dropout by model.eval\(\)",
        ),
    ],
)
def test_refused_before_anything_changes(model, loss, options, error, what):
    before = [p.tolist() for p in model.parameters()] if isinstance(model, nn.Module) else None
    with pytest.raises(error, match=f"minimize: .*{what}"):
        minimize(model, loss, **options)
    assert before is None or before == [p.tolist() for p in model.parameters()]


@pytest.mark.parametrize("error", [ValueError, ZeroDivisionError])
def test_running_statistics_are_put_back(error):
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 1, rng=0))
    x = np.array([[1.0, 2.0], [3.0, 5.0]], np.float32)
    before = {name: a.tolist() for name, a in model.state_dict().items()}

    def loss(model):
        out = model(x).mean()
        assert model[0].running_mean.tolist() != before["0.running_mean"]
        return out * np.nan if error is ValueError else 1 / 0

    with pytest.raises(error):
        minimize(model, loss)
    assert before == {name: a.tolist() for name, a in model.state_dict().items()}


def test_dropout_that_is_off_is_welcome():
    model = noisy().eval()
    assert minimize(model, lambda model: (model(np.ones((3, 4), "f4")) ** 2).mean()).fun < 1e-4


def test_without_scipy():
    code = """
import sys
sys.modules["scipy"] = sys.modules["scipy.optimize"] = None
import nn
from nn.optim.objective import minimize
try:
    minimize(nn.Linear(1, 1), None)
except ImportError as fault:
    print(fault)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "minimize: SciPy is not installed; pip install 'autograd-nn[special]'\n"
