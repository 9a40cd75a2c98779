"""MNIST and its family: 28 × 28 greyscale images in ten classes, from IDX files on disk or downloaded once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nn.data.dataset import TensorDataset
from nn.data.idx import read_idx

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from numpy.typing import NDArray


class MNIST(TensorDataset):
    """Handwritten digits: 60,000 images for training, 10,000 for testing.   images: (N, 28, 28) float32 in [0, 1],
    labels: (N,) int64 in [0, 10).

    The files are looked for in the folder `root`, by their published names, plain or with ".gz"; without `root`, in
    this user's cache. `download=True` fetches those that are missing, from `base_url` where that is given. Only what
    has the published checksum is kept, and only that is read from a ".gz"; plain files are taken as they are.

    Raises FileNotFoundError for a missing file, OSError for a failed download, ValueError for files of other content,
    and ImportError where the cache or a download needs pooch: pip install 'autograd-nn[data]'.

    Source: LeCun, Cortes, Burges 1998. It is as in torchvision, but `root` holds the files themselves, and samples
    are arrays:

        train, test = nn.data.MNIST(download=True), nn.data.MNIST(train=False, download=True)

    >>> MNIST("no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: MNIST: there is no ...train-images-idx3-ubyte.gz; pass download=True to fetch it
    """

    url: ClassVar[str] = "https://ossci-datasets.s3.amazonaws.com/mnist/"
    classes: ClassVar[tuple[str, ...]] = tuple("0123456789")
    # SHA-256, as in tensorflow/datasets (url_checksums/*.txt) and ankane/torchvision-ruby
    checksums: ClassVar[Mapping[str, str]] = {
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    }

    def __init__(
        self,
        root: str | PathLike[str] | None = None,
        train: bool = True,
        download: bool = False,
        *,
        base_url: str | None = None,
    ) -> None:
        folder = self._cache() if root is None else Path(root)
        part = "train" if train else "t10k"
        names = (f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte")
        source = (base_url or self.url) if download else ""
        files = [self._locate(folder, name, source) for name in names]
        images, labels = (read_idx(file) for file in files)
        self._check(files, images, labels)
        pixels = images.astype(np.float32)
        pixels /= 255
        super().__init__(pixels, labels.astype(np.int64))

    def _cache(self) -> Path:
        """Where this set is kept for this user."""
        return Path(_pooch().os_cache("autograd-nn")) / type(self).__name__

    def _locate(self, folder: Path, name: str, url: str) -> Path:
        """The file of that name, plain or gzip, downloaded where it is missing and there is a url."""
        plain, packed = folder / name, folder / f"{name}.gz"
        if plain.exists():
            return plain
        checksum = self.checksums[packed.name]
        if not packed.exists():
            if not url:
                raise FileNotFoundError(f"{type(self).__name__}: there is no {packed}; pass download=True to fetch it")
            self._download(f"{url.rstrip('/')}/{packed.name}", packed)
        with packed.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != checksum:
            raise ValueError(
                f"{type(self).__name__}: {packed} has the SHA-256 {found}, not the published {checksum}; "
                "delete it and pass download=True, or unpack it if it is a file of your own"
            )
        return packed

    def _download(self, url: str, path: Path) -> None:
        """Fetch a file: it appears at its path only when it is whole and has the published checksum."""
        pooch = _pooch()
        try:
            pooch.retrieve(url, self.checksums[path.name], fname=path.name, path=path.parent, progressbar=True)
        except (OSError, ValueError) as fault:  # what requests raises is an OSError, another checksum a ValueError
            kind = OSError if isinstance(fault, OSError) else ValueError
            remedy = "try again, or pass base_url= of a mirror, as http://..."
            raise kind(f"{type(self).__name__}: {url}: the download failed: {fault}; {remedy}") from fault

    def _check(self, files: list[Path], images: NDArray[Any], labels: NDArray[Any]) -> None:
        """ValueError unless these are images, and a label for each."""
        for file, array, shape in zip(files, (images, labels), ((28, 28), ())):
            if array.dtype != np.uint8 or not array.size or array.shape[1:] != shape:
                expected = str(("N", *shape)).replace("'", "")
                raise ValueError(f"{file}: expected {expected} uint8, N ≥ 1, found {array.shape} {array.dtype}")
        if len(images) != len(labels):
            raise ValueError(f"{files[0]} has {len(images):,} images, but {files[1]} has {len(labels):,} labels")
        if labels.max() >= len(self.classes):
            raise ValueError(f"{files[1]}: a label is {labels.max()}; there are {len(self.classes)} classes")


class FashionMNIST(MNIST):
    """Articles of clothing, in MNIST's format and number.   Xiao, Rasul, Vollgraf 2017.

    >>> FashionMNIST.classes[9]
    'Ankle boot'
    """

    url = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
    # fmt: off
    classes = (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    )
    # fmt: on
    checksums: ClassVar[Mapping[str, str]] = {
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    }


class KMNIST(MNIST):
    """Cursive hiragana, in MNIST's format and number.   Clanuwat et al. 2018.

    >>> KMNIST.classes[9]
    'wo'
    """

    url = "https://codh.rois.ac.jp/kmnist/dataset/kmnist/"
    classes = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
    checksums: ClassVar[Mapping[str, str]] = {
        "train-images-idx3-ubyte.gz": "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        "train-labels-idx1-ubyte.gz": "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        "t10k-images-idx3-ubyte.gz": "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        "t10k-labels-idx1-ubyte.gz": "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    }


def _pooch() -> Any:
    try:
        import pooch
    except ImportError as fault:
        raise ImportError("downloads and their cache need pooch: pip install 'autograd-nn[data]'") from fault
    return pooch
