import gzip
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from nn.data import KMNIST, MNIST, DataLoader, FashionMNIST
from tests.nn.data.idxfiles import checksums, family, idx

FILES, ARRAYS = family()


class Tiny(MNIST):
    """A set of the family whose files are the ones that these tests write."""

    checksums = checksums(FILES)


class Server(ThreadingHTTPServer):
    """Serves `files` from memory, or does to a request what `fault` says; `asked` lists the requests."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.fault, self.asked = dict(FILES), None, []
        self.url = f"http://127.0.0.1:{self.server_port}/mnist"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = self.server.files.get(self.path.removeprefix("/mnist/"))
        if isinstance(self.server.fault, int):
            self.send_error(self.server.fault)
        elif body is None:
            self.send_error(404)
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if self.server.fault == "truncated" else body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server(monkeypatch):
    pytest.importorskip("pooch")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """A cache of this test's own."""
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / project)
    return tmp_path / "autograd-nn"


def contents(folder):
    """Every file under the folder, hidden and temporary ones too."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(folder, files=FILES, unpack=False):
    for name, content in files.items():
        path = folder / name.removesuffix(".gz") if unpack else folder / name
        path.write_bytes(gzip.decompress(content) if unpack else content)


def assert_holds(dataset, part):
    images, labels = dataset.arrays
    assert (images.dtype, labels.dtype) == (np.float32, np.int64)
    np.testing.assert_allclose(images, ARRAYS[part][0] / 255.0, rtol=1e-6)
    np.testing.assert_array_equal(labels, ARRAYS[part][1])


@pytest.mark.parametrize("unpack", [False, True])
def test_files_on_disk_are_read_plain_or_packed(unpack, tmp_path):
    write(tmp_path, unpack=unpack)
    assert_holds(Tiny(tmp_path), "train")
    assert_holds(Tiny(str(tmp_path), train=False), "t10k")


def test_reading_what_is_there_needs_no_pooch(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pooch", None)
    write(tmp_path)
    assert_holds(Tiny(tmp_path, download=True), "train")


@pytest.mark.parametrize("make", [lambda folder: Tiny(), lambda folder: Tiny(folder, download=True)])
def test_without_pooch_the_extra_is_named(make, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install 'autograd-nn\[data\]'"):
        make(tmp_path)


def test_nothing_is_downloaded_unasked(server, tmp_path, cache):
    for root, folder in ((tmp_path, tmp_path), (None, cache / "Tiny")):
        with pytest.raises(FileNotFoundError, match="download=True") as error:
            Tiny(root, base_url=server.url)
        assert str(folder / "train-images-idx3-ubyte.gz") in str(error.value)
    assert server.asked == []
    assert contents(tmp_path) == {}


def test_a_download_is_kept_in_the_cache_of_its_set(server, cache):
    assert_holds(Tiny(download=True, base_url=server.url), "train")
    assert server.asked == ["/mnist/train-images-idx3-ubyte.gz", "/mnist/train-labels-idx1-ubyte.gz"]
    assert_holds(Tiny(download=True, base_url=server.url), "train")
    assert_holds(Tiny(), "train")
    assert len(server.asked) == 2
    assert_holds(Tiny(train=False, download=True, base_url=server.url + "/"), "t10k")
    assert len(server.asked) == 4
    assert contents(cache / "Tiny") == FILES


def test_a_download_into_a_folder_fetches_what_is_missing(server, tmp_path):
    name = "train-labels-idx1-ubyte.gz"
    write(tmp_path, {name: FILES[name]}, unpack=True)
    assert_holds(Tiny(tmp_path, download=True, base_url=server.url), "train")
    assert server.asked == ["/mnist/train-images-idx3-ubyte.gz"]


@pytest.mark.parametrize("fault", [404, 500, "truncated"])
def test_a_failed_download_says_where_and_leaves_nothing(fault, server, cache):
    server.fault = fault
    with pytest.raises(OSError, match=r"127.0.0.1.*/train-images-idx3-ubyte.gz: the download failed.*base_url="):
        Tiny(download=True, base_url=server.url)
    assert contents(cache) == {}
    server.fault = None
    assert_holds(Tiny(download=True, base_url=server.url), "train")


def test_a_server_that_is_not_there(server, cache):
    with pytest.raises(OSError, match="the download failed"):
        Tiny(download=True, base_url="http://127.0.0.1:1/")
    assert contents(cache) == {}


def test_a_download_of_other_content_is_refused_and_leaves_nothing(server, cache):
    other, _ = family(seed=1)
    server.files.update(other)
    with pytest.raises(ValueError, match=r"Tiny: http.*train-images-idx3-ubyte.gz: .*does not match.*base_url="):
        Tiny(download=True, base_url=server.url)
    assert contents(cache) == {}


def test_a_mirror_that_is_no_url_is_named(server, cache):
    with pytest.raises(ValueError, match=r"Tiny: nonsense/train.*: the download failed: .*base_url= .* http://"):
        Tiny(download=True, base_url="nonsense")


@pytest.mark.parametrize("download", [False, True])
def test_a_file_that_was_tampered_with_is_noticed(download, server, cache):
    Tiny(download=True, base_url=server.url)
    path = cache / "Tiny" / "train-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(idx(np.zeros(12, np.uint8))))
    with pytest.raises(ValueError, match=r"train-labels-idx1-ubyte.gz has the SHA-256 .* delete it") as error:
        Tiny(download=download, base_url=server.url)
    assert Tiny.checksums[path.name] in str(error.value)
    path.unlink()
    assert_holds(Tiny(download=True, base_url=server.url), "train")


@pytest.mark.parametrize(
    "images, labels, fault",
    [
        (np.zeros((3, 28, 28), "u1"), np.zeros(2, "u1"), "has 3 images, but .*labels-idx1-ubyte has 2 labels"),
        (
            np.zeros((2, 28, 28), "u1"),
            np.array([3, 10], "u1"),
            "labels-idx1-ubyte: a label is 10; there are 10 classes",
        ),
        (
            np.zeros((2, 28, 28), "f4"),
            np.zeros(2, "u1"),
            r"images.*expected \(N, 28, 28\) uint8, N ≥ 1, found .* float32",
        ),
        (np.zeros((2, 784), "u1"), np.zeros(2, "u1"), r"images.*expected .* found \(2, 784\)"),
        (np.zeros((2, 28, 28), "u1"), np.zeros((2, 1), "u1"), r"labels.*expected \(N,\) uint8, N ≥ 1, found \(2, 1\)"),
        (np.zeros((0, 28, 28), "u1"), np.zeros(0, "u1"), r"images.*N ≥ 1, found \(0, 28, 28\)"),
    ],
)
def test_files_that_do_not_go_together_are_named(images, labels, fault, tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(images))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(labels))
    with pytest.raises(ValueError, match=fault):
        Tiny(tmp_path)


def test_a_truncated_file_is_named(tmp_path):
    write(tmp_path, unpack=True)
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="train-images-idx3-ubyte: truncated"):
        Tiny(tmp_path)


def test_a_set_goes_into_a_loader(tmp_path):
    write(tmp_path)
    batches = list(DataLoader(Tiny(tmp_path), 5, shuffle=True, rng=0))
    assert [x.shape for x, _ in batches] == [(5, 28, 28), (5, 28, 28), (2, 28, 28)]
    assert repr(Tiny(tmp_path)) == "Tiny((12, 28, 28) float32, (12,) int64)"


@pytest.mark.parametrize("family", [MNIST, FashionMNIST, KMNIST])
def test_the_published_sets_have_four_files_with_checksums_of_their_own(family, tmp_path):
    assert family.checksums.keys() == FILES.keys()
    assert len(family.classes) == 10
    assert family.url.startswith("https://")
    assert family.url.endswith("/")
    write(tmp_path)
    with pytest.raises(
        ValueError, match=f"{family.__name__}: .*not the published {family.checksums[next(iter(FILES))]}"
    ):
        family(tmp_path)
