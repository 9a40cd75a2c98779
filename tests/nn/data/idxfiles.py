"""IDX files, written as the format says, for the readers to be tested with."""

import gzip
import hashlib
import struct

import numpy as np

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx(array):
    """The bytes of an IDX file that holds the array."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, CODES[array.dtype.str[1:]], array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def family(train=12, test=5, seed=0):
    """The files of a set like MNIST, packed, by name; and the arrays they hold, images and labels by part."""
    rng = np.random.default_rng(seed)
    files, arrays = {}, {}
    for part, n in (("train", train), ("t10k", test)):
        images = rng.integers(0, 256, (n, 28, 28), np.uint8)
        labels = np.arange(n, dtype=np.uint8) % 10
        arrays[part] = images, labels
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(idx(images))
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx(labels))
    return files, arrays


def checksums(files):
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
