"""Small sets that need no network: scikit-learn's digits, two moons, and exclusive or."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nn.checks import integer, number
from nn.data.dataset import TensorDataset
from nn.random import default_rng

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nn.random import Rng


def digits(*, test_fraction: float = 0.2, rng: Rng = 0) -> tuple[TensorDataset, TensorDataset]:
    """Handwritten digits for training and for testing: 1,797 in all.   images: (N, 64) float32 in [0, 1], 8 × 8 pixels
    in rows, labels: (N,) int64 in [0, 10).

    The split is the same on every run, unless `rng` says otherwise, and takes `test_fraction` of each digit.

    Raises ValueError for a fraction that is not between 0 and 1 or leaves a part without a digit, and ImportError
    without scikit-learn, which has the data: pip install 'autograd-nn[data]'.

    Source: Alpaydin, Kaynak 1998, the test set of their "Optical Recognition of Handwritten Digits".

    >>> train, test = digits()
    >>> train, test
    (TensorDataset((1438, 64) float32, (1438,) int64), TensorDataset((359, 64) float32, (359,) int64))
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as fault:
        raise ImportError("digits are scikit-learn's: pip install 'autograd-nn[data]'") from fault
    number("digits", "test_fraction", test_fraction, "a number > 0 and < 1")
    data, labels = load_digits(return_X_y=True)
    images, labels = (data / 16).astype(np.float32), labels.astype(np.int64)
    test = _stratified(labels, test_fraction, default_rng(rng))
    return TensorDataset(images[~test], labels[~test]), TensorDataset(images[test], labels[test])


def _stratified(labels: NDArray[np.int64], fraction: float, rng: np.random.Generator) -> NDArray[np.bool]:
    """Which samples to set aside: that fraction of every class."""
    chosen = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        count = round(len(members) * fraction)
        if not 0 < count < len(members):
            raise ValueError(f"digits: test_fraction={fraction!r} leaves a part without a {label}; try 0.2")
        chosen[rng.permutation(members)[:count]] = True
    return chosen


def two_moons(n: int = 200, noise: float = 0.1, rng: Rng = None) -> TensorDataset:
    """Two half circles that reach into each other.   points: (n, 2) float32, labels: (n,) int64, 0 above, 1 below.

    The first ⌊n/2⌋ points are (cos t, sin t), the others (1 - cos t, ½ - sin t), with t from 0 to π, and normal noise
    of standard deviation `noise` is added. These are scikit-learn's `make_moons`, drawn from a Generator. Fewer than 2
    points, and noise that is negative or not finite, raise ValueError.

    >>> two_moons(4, noise=0.0).arrays[0].round(2)
    array([[ 1. ,  0. ],
           [-1. ,  0. ],
           [ 0. ,  0.5],
           [ 2. ,  0.5]], dtype=float32)
    """
    n = integer("two_moons", "n", n, 2)
    number("two_moons", "noise", noise, "a finite number ≥ 0")
    above, below = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    x = np.concatenate([np.cos(above), 1 - np.cos(below)])
    y = np.concatenate([np.sin(above), 0.5 - np.sin(below)])
    points = np.stack([x, y], axis=1)  # (n, 2)
    points += default_rng(rng).normal(scale=noise, size=points.shape)
    return TensorDataset(points.astype(np.float32), np.repeat([0, 1], [n // 2, n - n // 2]))


def xor() -> TensorDataset:
    """Exclusive or: the smallest set that no single layer can fit.   x: (4, 2) float32, y: (4, 1) float32, of 0 and 1.

    >>> x, y = xor().arrays
    >>> y.ravel()
    array([0., 1., 1., 0.], dtype=float32)
    """
    return TensorDataset([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]])
