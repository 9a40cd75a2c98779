"""Writing files: each is there whole, or as it was before."""

from __future__ import annotations

import os
import secrets
import shutil
from typing import Any


def checked(name: str, path: Any) -> str:
    """The path of a file as text; TypeError and OSError, in the name of who asks, where there can be no such file."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{name}: the path is text or a pathlib.Path, not a {type(path).__name__}")
    file = os.fsdecode(path)
    if "\0" in file:
        raise ValueError(f"{name}: {file!r} has a NUL in it, which no path can have")
    folder = os.path.dirname(os.path.realpath(file))
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"{name}: there is no directory {folder}; make it with os.makedirs")
    if os.path.isdir(file):
        raise IsADirectoryError(f"{name}: {file} is a directory; add the name of a file")
    return file


def replace(path: str, content: bytes) -> None:
    """Make that the content of a file: at once, and only when all of it is safely written."""
    path = os.path.realpath(path)  # of a link, what it points to
    temporary = os.path.join(os.path.dirname(path), f".{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(path):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except OSError as fault:
        raise type(fault)(f"save: cannot write {path}: {fault.strerror or fault}") from fault
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
