"""Where an op runs: recording or not, and inside which `nn` module. One value per thread and async task."""

from __future__ import annotations

from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import ClassVar


class Scope:
    """What an op needs to know of its surroundings: whether to record, and the `nn` module it runs in."""

    __slots__ = ("module", "outer", "recording")

    def __init__(self, recording: bool, module: object = None, outer: Scope | None = None) -> None:
        self.recording = recording
        self.module = module
        self.outer = outer


_scope: ContextVar[Scope] = ContextVar("scope", default=Scope(recording=True))  # noqa: B039 (never changed)
current = _scope.get


def is_grad_enabled() -> bool:
    """Whether ops are being recorded here, in this thread and async task."""
    return current().recording


class _Recording(ContextDecorator):
    """Turn recording on or off inside a `with` block or a decorated function. Safe across threads and async tasks."""

    recording: ClassVar[bool]

    def __init__(self) -> None:
        self._tokens: list[Token[Scope]] = []

    def _recreate_cm(self) -> _Recording:
        return type(self)()

    def __enter__(self) -> None:
        here = current()
        self._tokens.append(_scope.set(Scope(self.recording, here.module, here.outer)))

    def __exit__(self, *_: object) -> None:
        _scope.reset(self._tokens.pop())


class no_grad(_Recording):
    """Compute without recording: no graph, no memory held. A context manager and a decorator.

    >>> from autograd import tensor
    >>> x = tensor(3.0, requires_grad=True)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    recording = False


class enable_grad(_Recording):
    """Record again inside a `no_grad` block. A context manager and a decorator.

    >>> from autograd import tensor
    >>> x = tensor(3.0, requires_grad=True)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    recording = True


def enter(module: object) -> Token[Scope]:
    """Step into a module: nodes recorded from here on know it. Give the token back to `leave`."""
    here = current()
    return _scope.set(Scope(here.recording, module, here))


def restart(recording: bool) -> Token[Scope]:
    """Step out of every module, recording or not. Give the token back to `leave`."""
    return _scope.set(_START[recording])


_START = {False: Scope(False), True: Scope(True)}
leave = _scope.reset
