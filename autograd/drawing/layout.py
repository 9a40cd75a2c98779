"""Graphviz, wherever it is: the `dot` program on PATH, else the library inside the `pygraphviz` wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from threading import Lock

FORMATS = ("svg", "png", "pdf", "dot")
SHARP = "192"  # dots per inch of a PNG: twice what a screen has, so that text stays crisp where it is enlarged
_alone = Lock()  # Graphviz keeps state, and a process has one stderr


def render(dot: str, format: str) -> bytes:
    """The picture of a graph in DOT, as "svg", "png", "pdf" or, with positions, "dot".

    Raises ValueError for other formats, and RuntimeError where there is no Graphviz or it cannot draw this.
    """
    if format not in FORMATS:
        raise ValueError(f"draw: no format {format!r}; choose one of {', '.join(FORMATS)}")
    program = shutil.which("dot")
    fault = ""
    if program:
        sharp = [f"-Gdpi={SHARP}"] if format == "png" else []
        done = subprocess.run([program, f"-T{format}", *sharp], input=dot.encode(), capture_output=True, check=False)
        if done.returncode == 0 and done.stdout:
            return done.stdout
        fault = f"; {program} says: {done.stderr.decode(errors='replace').strip()[-300:]}"
    try:
        return _in_process(dot, format)
    except ImportError:
        raise RuntimeError(
            "draw: Graphviz lays pictures out, and is not here; install it with `pip install pygraphviz`, or as a "
            f"program with `apt install graphviz` or `brew install graphviz`{fault}"
        ) from None
    except (ValueError, OSError) as fault:
        raise RuntimeError(f"draw: Graphviz cannot draw this: {fault}") from fault


def _in_process(dot: str, format: str) -> bytes:
    import pygraphviz

    with _alone, _quiet():
        graph = pygraphviz.AGraph(string=dot)
        try:
            drawn = graph.draw(format=format, prog="dot", args=f"-Gdpi={SHARP}" if format == "png" else "")
        finally:
            graph.close()
    return bytes(drawn)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what C libraries say on stderr of fonts that they do not like."""
    spoken, sys.stderr = sys.stderr, StringIO()
    try:
        kept = os.dup(2)
    except OSError:  # a program without a stderr has none to silence
        kept = -1
    try:
        if kept >= 0:
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        sys.stderr = spoken
        if kept >= 0:
            os.dup2(kept, 2)
            os.close(kept)


__all__ = ["FORMATS", "render"]
