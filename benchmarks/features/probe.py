"""What the programs of a table are made with."""

from __future__ import annotations

import functools
import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.worker import _reset_peak, _resident


class Lacking(Exception):
    """The program failed as it had to; the text is said beside the cross."""


class Unnamed(Exception):
    """Nothing in the package has such a name."""


def lacks(error: type[BaseException] | tuple[type[BaseException], ...], note: str = "") -> Callable[..., Any]:
    """Mark a program that must fail by this error."""

    def mark(program: Callable[[], object]) -> Callable[[], object]:
        @functools.wraps(program)
        def run() -> object:
            try:
                program()
            except error as fault:
                raise Lacking(note) from fault
            raise AssertionError("this works now, and the table says that it does not")

        return run

    return mark


def named(package: str, *names: str) -> None:
    """Raise Unnamed where no function, class or value of the package's Python has one of these names."""
    wanted = re.compile(rf"^\s*(?:def|class)\s+(?:{'|'.join(names)})\b|^(?:{'|'.join(names)})\s*[:=]", re.MULTILINE)
    for file in files(package):
        if wanted.search(file.read_text("utf-8", "replace")):
            return
    raise Unnamed(", ".join(names))


def unnamed(package: str, *names: str, note: str = "") -> Callable[[], object]:
    """A program that looks for names which the package does not have."""
    return lacks(Unnamed, note)(lambda: named(package, *names))  # type: ignore[no-any-return]


def files(package: str) -> list[Path]:
    """The Python files of a package, but for its tests."""
    folder = root(package)
    tests = {"tests", "testing", "test"}
    return [file for file in sorted(folder.rglob("*.py")) if not tests & {*file.relative_to(folder).parts[:-1]}]


def root(package: str) -> Path:
    """The folder of a package."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


@contextmanager
def raises(error: type[BaseException], text: str) -> Iterator[None]:
    """What is inside must raise this error, and say this in it."""
    try:
        yield
    except error as fault:
        if text not in str(fault):
            raise
    else:
        raise AssertionError("nothing was said")


@contextmanager
def no_programs() -> Iterator[None]:
    """Where no program can be found, Graphviz' among them."""
    with mock.patch.dict(os.environ, {"PATH": ""}):
        yield


def peak(f: Callable[[], object]) -> int:
    """Bytes by which a call raises the peak of this process."""
    before = _reset_peak()
    f()
    return _resident("VmHWM") - before


def chain(length: int, factor: float) -> Callable[[Any], Any]:
    """A function that multiplies by the factor so many times."""

    def f(x: Any) -> Any:
        for _ in range(length):
            x = x * factor
        return x

    return f


def freed(use: Callable[[], object]) -> None:
    """What a call leaves behind must not need the garbage collector."""
    use(), gc.collect(), gc.disable(), use()
    try:
        assert gc.collect() < 20
    finally:
        gc.enable()
