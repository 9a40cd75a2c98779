"""Randomness: one stream for the whole package. Whatever draws from it also takes `rng=`, a stream of its own."""

from __future__ import annotations

import operator
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.recompute import preserve

if TYPE_CHECKING:
    from collections.abc import Mapping

    Rng = np.random.Generator | int | None  # what `rng=` may be: see `default_rng`


@cache
def _shared() -> np.random.Generator:
    """The package's stream, made when it is first asked for: importing `nn` need not load `numpy.random`."""
    return np.random.default_rng()


preserve(lambda: _shared().bit_generator.state, lambda state: setattr(_shared().bit_generator, "state", state))


def manual_seed(seed: int) -> None:
    """Start the package's stream again from `seed`, an integer ≥ 0: what is drawn next is the same on every run.

    >>> from nn import Linear
    >>> manual_seed(0); a = Linear(2, 2).weight
    >>> manual_seed(0); b = Linear(2, 2).weight
    >>> bool((a == b).all())
    True
    """
    fresh = np.random.default_rng(_seed("manual_seed: seed must be", seed)).bit_generator
    _shared().bit_generator.state = fresh.state  # in place, for those who hold the stream


def default_rng(rng: Rng = None) -> np.random.Generator:
    """`rng` itself, a new stream from a seed, or the package's own stream where it is None. TypeError for all else, and
    ValueError for a seed below 0.

    >>> import numpy as np
    >>> default_rng(7).random() == np.random.default_rng(7).random()
    True
    """
    if rng is None:
        return _shared()
    if isinstance(rng, np.random.Generator):
        return rng
    return np.random.default_rng(_seed("rng must be a numpy.random.Generator, None or", rng))


def _seed(needed: str, seed: Any) -> int:
    try:
        number = operator.index(seed)
    except TypeError:
        raise TypeError(f"{needed} an integer ≥ 0, not {seed!r}") from None
    if number < 0:
        raise ValueError(f"{needed} an integer ≥ 0, not {seed!r}")
    return number


def state_of(rng: np.random.Generator) -> dict[str, Any]:
    """Where a stream is, as numbers, text and lists, which JSON holds. `restore` goes on from there.

    >>> rng = np.random.default_rng(0)
    >>> state = state_of(rng)
    >>> drawn = rng.random()
    >>> restore(rng, state)
    >>> rng.random() == drawn
    True
    """
    return _listed(rng.bit_generator.state)  # type: ignore[no-any-return]


def restore(rng: np.random.Generator, state: Mapping[str, Any]) -> None:
    """Put a stream where it was at `state_of`. ValueError, before it is moved, if that was a stream of another kind."""
    try:
        type(rng.bit_generator)().state = state  # one that is not there yet may be left halfway
    except (KeyError, TypeError, ValueError, IndexError) as fault:
        kind = type(rng.bit_generator).__name__
        raise ValueError(f"restore: this is no state of a {kind} stream: {fault}") from fault
    rng.bit_generator.state = state


def _listed(x: Any) -> Any:
    """Arrays as lists, in nested dicts."""
    if isinstance(x, dict):
        return {key: _listed(value) for key, value in x.items()}
    return x.tolist() if isinstance(x, np.ndarray) else x
