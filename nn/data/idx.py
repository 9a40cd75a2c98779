"""IDX: the format of MNIST's files. A magic number, the sizes of the axes, and the entries, all big-endian."""

from __future__ import annotations

import gzip
import io
import math
import zlib
from contextlib import nullcontext
from os import PathLike
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The third byte of the magic number names the dtype, the fourth counts the axes.
DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MAX_AXES = 64  # NumPy's
CHUNK = 1 << 20


def read_idx(file: str | PathLike[str] | IO[bytes], *, limit: int = 1 << 31) -> NDArray[Any]:
    """The array in an IDX file, plain or gzip, in the machine's byte order.   file: a path, or a seekable binary file.

    A file that is not what its header says raises ValueError with its name: a foreign magic number, fewer or more
    bytes than the shape takes, a broken gzip. So do more than `limit` bytes of data: no memory is taken because a
    header asks for it, and a small gzip file cannot fill the memory. What is neither a path nor a binary file raises
    TypeError.

    The format is described with the data: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".

    >>> from io import BytesIO
    >>> read_idx(BytesIO(bytes([0, 0, 8, 2,  0, 0, 0, 2,  0, 0, 0, 3,  1, 2, 3, 4, 5, 6])))
    array([[1, 2, 3],
           [4, 5, 6]], dtype=uint8)
    """
    if isinstance(file, str | PathLike):
        with open(file, "rb") as stream:
            return read_idx(stream, limit=limit)
    if isinstance(file, io.TextIOBase) or not hasattr(file, "seek"):
        remedy = 'pass a path, a file opened with "rb", or io.BytesIO(content)'
        raise TypeError(f"read_idx: a {type(file).__name__} is no binary file; {remedy}")
    name = getattr(file, "name", f"<{type(file).__name__}>")
    start = file.tell()
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(start)
    try:
        with gzip.GzipFile(fileobj=file) if packed else nullcontext(file) as plain:
            return _read(plain, limit)
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        raise ValueError(f"read_idx: {name}: the gzip file is truncated or corrupt: {fault}") from fault
    except _Malformed as fault:
        raise ValueError(f"read_idx: {name}: {fault}") from None


class _Malformed(Exception):
    """What is wrong with a file whose name the reader does not know."""


def _read(stream: Any, limit: int) -> NDArray[Any]:
    magic = _up_to(stream, 4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in DTYPES or not 1 <= magic[3] <= MAX_AXES:
        raise _Malformed(
            f"no IDX file: it begins with [{magic.hex(' ')}], not with 00 00, "
            f"one of {bytes(DTYPES).hex(' ')} for the dtype, and the number of axes"
        )
    dtype, axes = np.dtype(DTYPES[magic[2]]), magic[3]
    sizes = _up_to(stream, 4 * axes)
    if len(sizes) < 4 * axes:
        raise _Malformed(f"truncated: the sizes of {axes} axes take {4 * axes} bytes, there are {len(sizes)}")
    shape = tuple(np.frombuffer(sizes, ">u4").tolist())
    expected = math.prod(shape) * dtype.itemsize
    claim = f"shape {shape} of {dtype.name} takes {expected:,} bytes"
    if math.prod(max(size, 1) for size in shape) * dtype.itemsize > limit:  # an axis of 0 hides no others
        raise _Malformed(f"too large: {claim}, the limit is {limit:,}; pass limit= if that is right")
    data = _up_to(stream, expected + 1)
    if len(data) < expected:
        raise _Malformed(f"truncated: {claim}, there are {len(data):,}")
    if len(data) > expected:
        raise _Malformed(f"oversized: {claim}, more follow")
    return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _up_to(stream: Any, size: int) -> bytearray:
    """The next `size` bytes or as many as there are, in pieces: `read` would set aside memory for all at once."""
    data = bytearray()
    while len(data) < size and (piece := stream.read(min(size - len(data), CHUNK))):
        data += piece
    return data
