"""Where an op runs: recording or not, and inside which `nn` module. One answer per thread and async task."""

from __future__ import annotations

import functools
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from threading import get_ident
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


Frame: TypeAlias = "tuple[object, Frame | None]"  # one call of a module, and the call around it


class Scope:
    """What an op asks of its surroundings: whether to record, and the module call it is in.

    Recording belongs to a context, for a task may be suspended inside `no_grad`. The frame is simply assigned, which is
    three times quicker: a module's forward runs in one go, and only in the thread that owns the scope.
    """

    __slots__ = ("frame", "outer", "recording", "thread")

    def __init__(
        self, recording: bool, frame: Frame | None = None, thread: int = 0, *, outer: Scope | None = None
    ) -> None:
        self.recording = recording
        self.frame = frame
        self.thread = thread
        self.outer = outer  # what a `with` block goes back to


_scope: ContextVar[Scope] = ContextVar("scope", default=Scope(recording=True))  # noqa: B039 (owned by no thread)
current = _scope.get


def is_grad_enabled() -> bool:
    """Whether ops are being recorded here, in this thread and async task.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """
    return current().recording


_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200  # flags of functions, which `inspect` is slow to import


class Recording(ContextDecorator):
    """Turn recording on or off inside a `with` block or a decorated function. Safe across threads and async tasks."""

    recording: ClassVar[bool]

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """`@no_grad` decorates as `@no_grad()` does."""
        self = super().__new__(cls)
        return self if function is None else self(function)

    def _recreate_cm(self) -> Recording:
        return type(self)()  # type: ignore[no-any-return]

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:  # type: ignore[override]
        """Decorate a function; a generator or a coroutine is covered while it runs, not while it waits."""
        flags = function.__code__.co_flags if isinstance(function, FunctionType) else 0
        if flags & _ASYNC_GENERATOR:
            raise TypeError(f"{function.__name__}: an async generator cannot be covered; use `with` inside it")
        if flags & _GENERATOR:
            return functools.wraps(function)(lambda *args, **kwargs: self._steps(function(*args, **kwargs)))
        if flags & _COROUTINE:

            @functools.wraps(function)
            async def run(*args: Any, **kwargs: Any) -> Any:
                with self._recreate_cm():
                    return await function(*args, **kwargs)

            return run
        return super().__call__(function)

    def _steps(self, generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        resume: Callable[[], Any] = functools.partial(next, generator)
        while True:
            try:
                with self._recreate_cm():
                    out = resume()
            except StopIteration as stop:
                return stop.value
            try:
                resume = functools.partial(generator.send, (yield out))
            except GeneratorExit:
                generator.close()
                raise
            except BaseException as fault:
                resume = functools.partial(generator.throw, fault)

    def __enter__(self) -> None:
        here = current()
        _scope.set(Scope(self.recording, here.frame, get_ident(), outer=here))

    def __exit__(self, *_: object) -> None:
        _scope.set(current().outer or START[True])


class no_grad(Recording):
    """Compute without recording: no graph, no memory held. A context manager and a decorator.

    >>> from autograd import tensor
    >>> x = tensor(3.0, requires_grad=True)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    recording = False


class enable_grad(Recording):
    """Record again inside a `no_grad` block. A context manager and a decorator.

    >>> from autograd import tensor
    >>> x = tensor(3.0, requires_grad=True)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    recording = True


def enter(module: object) -> Scope:
    """Step into a call of a module: nodes recorded from here on know it. `_, scope.frame = scope.frame` steps out."""
    scope = current()
    if scope.thread != get_ident():
        scope = Scope(scope.recording, scope.frame, get_ident(), outer=scope.outer)
        _scope.set(scope)
    scope.frame = (module, scope.frame)
    return scope


def restart(recording: bool) -> Token[Scope]:
    """Step out of every module, recording or not. Give the token back to `resume`."""
    return _scope.set(START[recording])


START = {False: Scope(False), True: Scope(True)}
resume = _scope.reset
