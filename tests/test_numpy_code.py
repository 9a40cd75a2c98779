"""NumPy code that never heard of us, differentiated by passing it Tensors: to second order and in both modes.

Each program is written as someone would who has NumPy alone, and is compared with finite differences.
"""

import numpy as np
import pytest

from autograd import check_grad, grad, hessian, jacobian, tensor

RNG = np.random.default_rng(11)


def random(*shape):
    return RNG.standard_normal(shape)


# -- programs ----------------------------------------------------------------------------------------------------------


def gaussian_log_likelihood(x, mean, factor):
    """log N(x; mean, factor factorᵀ + I), rows of x independent."""
    covariance = factor @ factor.T + np.eye(len(factor))
    away = (x - mean).T
    _, logdet = np.linalg.slogdet(2 * np.pi * covariance)
    return -0.5 * (np.sum(away * np.linalg.solve(covariance, away)) + x.shape[0] * logdet)


def attention(q, k, v):
    """Two heads, causal."""
    q, k, v = (np.stack(np.split(x, 2, axis=-1), axis=0) for x in (q, k, v))
    scores = np.einsum("hid,hjd->hij", q, k) / np.sqrt(q.shape[-1])
    scores = np.where(np.tril(np.ones(scores.shape[-2:], bool)), scores, -np.inf)
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    weights /= np.sum(weights, axis=-1, keepdims=True)
    return np.concatenate(list(np.einsum("hij,hjd->hid", weights, v)), axis=-1)


def runge_kutta(state, rates):
    """Predator and prey, ten steps."""

    def slope(s):
        a, b, c, d = rates
        return np.stack([a * s[0] - b * s[0] * s[1], d * s[0] * s[1] - c * s[1]])

    h = 0.1
    for _ in range(10):
        k1 = slope(state)
        k2 = slope(state + h / 2 * k1)
        k3 = slope(state + h / 2 * k2)
        k4 = slope(state + h * k3)
        state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return state


def smoothed(signal, kernel):
    """A moving average, its slope, and the ground it covers."""
    kernel = kernel / np.abs(kernel).sum()
    padded = np.pad(signal, 2, mode="reflect")
    smooth = np.convolve(padded, kernel, mode="valid")
    return np.diff(smooth, append=smooth[-1:]) + 0.1 * np.cumsum(smooth)


def principal_variance(x):
    """What share of the variance the first two principal components carry."""
    centred = x - x.mean(axis=0)
    s = np.linalg.svd(centred, compute_uv=False)
    return np.sum(s[:2] ** 2) / np.sum(s**2)


def ridge(x, y, strength):
    """Least squares with a penalty, solved, and its error of prediction."""
    w = np.linalg.inv(x.T.dot(x) + np.exp(strength) * np.identity(x.shape[1])).dot(x.T).dot(y)
    return np.linalg.norm(np.dot(x, w) - y)


def kalman(observations, noise):
    """A random walk observed: what the filter thinks of where it is."""
    mean, variance, means = 0.0, 1.0, []
    for y in observations:
        variance = variance + np.square(noise[0])
        gain = variance / (variance + np.square(noise[1]))
        mean, variance = mean + gain * (y - mean), (1 - gain) * variance
        means.append(mean)
    return np.hstack(means)


def distances(x, y):
    """Between all pairs, and a soft count of the near ones."""
    d = np.sqrt(np.add.outer(np.sum(x**2, 1), np.sum(y**2, 1)) - 2 * np.inner(x, y))
    return np.logaddexp.reduce(-d, axis=1) + np.median(d, axis=1) + np.sort(d, axis=1)[:, 0]


def polynomial(coefficients, x):
    """By Horner's rule, beside a rational function of it."""
    p = np.zeros_like(x)
    for c in coefficients:
        p = p * x + c
    return np.divide(p, 1 + np.float_power(x, 2)) + np.trapezoid(p, x)


def image(x):
    """A picture turned, tiled, mirrored and pooled."""
    x = np.rot90(np.hstack([x, np.fliplr(x)]))
    x = np.roll(x, (1, -1), axis=(0, 1)).reshape(3, 2, 2, 2)
    return np.tile(x.max(axis=(1, 3)), (1, 2)) * np.kron(np.eye(3), np.ones((1, 4)))[:, ::3]


PROGRAMS = {
    "Gaussian log-likelihood": (gaussian_log_likelihood, random(6, 3), random(3), random(3, 3)),
    "attention": (attention, random(4, 6), random(4, 6), random(4, 6)),
    "Runge-Kutta": (runge_kutta, np.array([1.0, 0.5]), np.array([1.1, 0.4, 0.4, 0.1])),
    "smoothing": (smoothed, random(12), np.array([0.1, 0.2, 0.4, 0.2, 0.15])),
    "principal components": (principal_variance, random(7, 4)),
    "ridge regression": (ridge, random(8, 3), random(8), np.array(0.3)),
    "Kalman filter": (kalman, random(6), np.array([0.4, 0.7])),
    "distances": (distances, random(4, 3), random(5, 3)),
    "polynomial": (polynomial, random(4), np.linspace(-1.0, 1.0, 7)),
    "image": (image, random(4, 3)),
}


@pytest.mark.parametrize("f, xs", [(f, xs) for f, *xs in PROGRAMS.values()], ids=PROGRAMS)
def test_programs(f, xs):
    np.testing.assert_allclose(f(*map(tensor, xs)).data, f(*xs), rtol=1e-12, atol=1e-12)
    check_grad(f, *xs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("f, xs", [(f, xs) for f, *xs in PROGRAMS.values()], ids=PROGRAMS)
def test_jacobians_of_programs(f, xs):
    j = jacobian(f)(*xs)
    h = 1e-6
    d = RNG.standard_normal(xs[0].shape)
    slope = (f(xs[0] + h * d, *xs[1:]) - f(xs[0] - h * d, *xs[1:])) / (2 * h)
    np.testing.assert_allclose(np.tensordot(j, d, d.ndim), slope, rtol=1e-5, atol=1e-7)


def test_newtons_method_in_numpy():
    """Three steps of it find the minimum of a function that is nearly quadratic there."""
    f = lambda x: np.sum(np.cosh(x - np.arange(3.0))) + 0.1 * np.prod(x)  # noqa: E731
    x = np.array([0.2, 0.8, 2.1])
    for _ in range(6):
        x = x - np.linalg.solve(hessian(f)(x), grad(f)(x))
    np.testing.assert_allclose(grad(f)(x), 0, atol=1e-14)
