"""Randomness: one stream for the whole package. Whatever draws from it also takes `rng=`, a stream of its own."""

from __future__ import annotations

import operator
from functools import cache

import numpy as np

from autograd.recompute import preserve


@cache
def _shared() -> np.random.Generator:
    """The package's stream, made when it is first asked for: importing `nn` need not load `numpy.random`."""
    return np.random.default_rng()


preserve(lambda: _shared().bit_generator.state, lambda state: setattr(_shared().bit_generator, "state", state))


def manual_seed(seed: int) -> None:
    """Start the package's stream again from `seed`: what is drawn next is the same on every run.

    >>> from nn import Linear
    >>> manual_seed(0); a = Linear(2, 2).weight
    >>> manual_seed(0); b = Linear(2, 2).weight
    >>> bool((a == b).all())
    True
    """
    fresh = np.random.default_rng(operator.index(seed)).bit_generator
    _shared().bit_generator.state = fresh.state  # in place, for those who hold the stream


def default_rng(rng: np.random.Generator | int | None = None) -> np.random.Generator:
    """`rng` itself, a new stream from a seed, or the package's own stream where it is None.

    >>> import numpy as np
    >>> default_rng(7).random() == np.random.default_rng(7).random()
    True
    """
    return _shared() if rng is None else np.random.default_rng(rng)
