import gzip
import io
import struct
import tracemalloc

import numpy as np
import pytest

from nn.data import read_idx
from tests.nn.data.idxfiles import CODES, idx

ARRAY = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
WHOLE = idx(ARRAY)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("code", CODES)
def test_every_dtype_comes_back_in_native_byte_order(code, packed, tmp_path):
    array = np.array([[-2, 0, 7], [100, 2, -128]]).astype(code)
    path = tmp_path / "array"
    path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    read = read_idx(path)
    np.testing.assert_array_equal(read, array)
    assert read.dtype == array.dtype
    assert read.dtype.isnative
    assert read.flags.writeable
    np.testing.assert_array_equal(read_idx(str(path)), array)


@pytest.mark.parametrize("shape", [(5,), (2, 1, 3, 2), (0,), (0, 28, 28)])
def test_every_shape(shape):
    array = np.arange(np.prod(shape), dtype="f4").reshape(shape)
    read = read_idx(io.BytesIO(idx(array)))
    assert read.shape == shape
    np.testing.assert_array_equal(read, array)


def test_more_than_a_piece():
    array = np.random.default_rng(0).integers(0, 256, 2_500_001, np.uint8)
    np.testing.assert_array_equal(read_idx(io.BytesIO(gzip.compress(idx(array), 1))), array)


def test_a_file_object_is_read_from_where_it_stands():
    file = io.BytesIO(b"skip" + WHOLE)
    file.seek(4)
    np.testing.assert_array_equal(read_idx(file), ARRAY)
    assert not file.closed


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "content, fault",
    [
        (b"", r"no IDX file: it begins with \[\]"),
        (WHOLE[:3], r"no IDX file: it begins with \[00 00 08\]"),
        (b"\x89PNG....", r"no IDX file: it begins with \[89 50 4e 47\]"),
        (b"\0\x01\x08\x01" + WHOLE[4:], r"not with 00 00, one of 08 09 0b 0c 0d 0e"),
        (b"\0\0\x0a\x01" + WHOLE[4:], r"it begins with \[00 00 0a 01\]"),
        (b"\0\0\x08\0" + WHOLE[4:], r"and the number of axes"),
        (b"\0\0\x08\xff" + WHOLE[4:], r"and the number of axes"),
        (WHOLE[:13], r"truncated: the sizes of 3 axes take 12 bytes, there are 9"),
        (WHOLE[:-1], r"truncated: shape \(2, 3, 4\) of uint8 takes 24 bytes, there are 23"),
        (WHOLE[:16], r"truncated: .* takes 24 bytes, there are 0"),
        (WHOLE + b"\0", r"oversized: shape \(2, 3, 4\) of uint8 takes 24 bytes, more follow"),
        (idx(np.ones(3, "f8"))[:-1], r"shape \(3,\) of float64 takes 24 bytes, there are 23"),
    ],
)
def test_a_malformed_file_is_named_with_its_fault(content, fault, packed, tmp_path):
    path = tmp_path / "digits.idx"
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(ValueError, match=f"read_idx: .*digits.idx: .*{fault}"):
        read_idx(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-9],
        lambda packed: packed[:-4],
        lambda packed: packed[:12],
        lambda packed: packed[:-8] + bytes(4) + packed[-4:],
        lambda packed: packed[:14] + b"\xff\xff\xff" + packed[17:],
        lambda packed: packed + b"garbage",
        lambda packed: b"\x1f\x8b\x07" + packed[3:],
    ],
)
def test_a_broken_gzip_is_named(damage, tmp_path):
    path = tmp_path / "digits.gz"
    path.write_bytes(damage(gzip.compress(WHOLE)))
    with pytest.raises(ValueError, match=r"digits.gz: the gzip file is truncated or corrupt"):
        read_idx(path)


HUGE = 2**32 - 1


@pytest.mark.parametrize(
    "shape, size, packed, fault",
    [
        ((2**31 - 1,), 5, False, "truncated: .* takes 2,147,483,647 bytes, there are 5"),
        ((2**31 - 1,), 5, True, "truncated: .* takes 2,147,483,647 bytes, there are 5"),
        ((2**31 + 1,), 5, False, "too large: .* the limit is 2,147,483,648; pass limit="),
        ((HUGE,) * 60, 5, False, "too large"),
        ((0, HUGE, HUGE, HUGE), 0, False, "too large"),
        ((10,), 50_000_000, True, "oversized: .* takes 10 bytes, more follow"),
        ((HUGE,), 50_000_000, True, "too large"),
    ],
)
def test_no_memory_is_taken_for_what_a_header_claims_or_a_gzip_bomb_holds(shape, size, packed, fault):
    content = struct.pack(f">BBBB{len(shape)}I", 0, 0, CODES["u1"], len(shape), *shape) + bytes(size)
    file = io.BytesIO(gzip.compress(content, 1) if packed else content)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=fault):
            read_idx(file)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_the_limit_is_the_callers():
    with pytest.raises(ValueError, match=r"takes 24 bytes, the limit is 23"):
        read_idx(io.BytesIO(WHOLE), limit=23)
    np.testing.assert_array_equal(read_idx(io.BytesIO(WHOLE), limit=24), ARRAY)


@pytest.mark.parametrize("file", [3, WHOLE, io.StringIO("text")])
def test_what_is_no_binary_file_is_named(file):
    with pytest.raises(TypeError, match=f'read_idx: a {type(file).__name__} is no binary file; .* "rb"'):
        read_idx(file)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        read_idx(tmp_path / "nothing")
