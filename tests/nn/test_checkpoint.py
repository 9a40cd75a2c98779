import json
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import nn
from autograd import no_grad
from tests.nn.models import Block, Net, state_of

DTYPES = "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 ? c8".split()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def network():
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 3))


def trained(model, optimizer, steps=3, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        x, y = rng.normal(size=(16, 4)).astype(np.float32), rng.integers(0, 3, 16)
        model.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    return model, optimizer


def memory_of(optimizer):
    state = optimizer.state_dict()
    return state["param_groups"], {
        (i, name): np.asarray(x).tobytes() for i, kept in state["state"].items() for name, x in kept.items()
    }


# -- there and back --------------------------------------------------------------------------------------------------


def test_a_model_comes_back_bit_for_bit(path):
    model = network()
    trained(model, nn.optim.SGD(model.parameters(), lr=0.1))
    nn.save(model, path)
    other = network()
    places = [id(p.data) for p in other.parameters()]
    assert nn.load(other, str(path)) == {}
    assert state_of(other) == state_of(model)
    assert other[1].num_batches_tracked.item() == 3
    assert places == [id(p.data) for p in other.parameters()]  # in the same memory


def test_every_dtype_shape_and_layout(path):
    class Odd(nn.Module):
        def __init__(self, fill):
            super().__init__()
            for dtype in DTYPES:
                self.register_buffer(f"x{np.dtype(dtype).name}", np.full((2, 3), fill, dtype))
            self.scalar = nn.Parameter(np.float64(fill))
            self.empty = nn.Parameter(np.zeros((0, 3)))
            self.turned = nn.Parameter(np.asfortranarray(np.arange(6.0).reshape(2, 3) * fill))
            self.big_endian = nn.Parameter(np.full(2, fill, ">f4"))
            self.register_buffer("none", None)
            self.register_buffer("passing", np.full(2, fill), persistent=False)

    model, other = Odd(1), Odd(0)
    with no_grad():
        model.scalar.data = np.float64(np.nan)
    nn.save(model, path)
    assert set(load_file(path)) == set(model.state_dict())
    nn.load(other, path)
    for name, x in model.state_dict().items():
        y = other.state_dict()[name]
        assert (x.dtype, x.shape, x.tobytes()) == (y.dtype, y.shape, y.tobytes()), name
    assert other.passing.tolist() == [0, 0]


def test_names_are_those_of_the_state_and_shared_ones_stay_shared(path):
    model, other = Net(), Net()
    with no_grad():
        model.first.inner.weight += 1
    nn.save(model, path)
    assert list(load_file(path)) == sorted(model.state_dict())
    nn.load(other, path)
    assert state_of(model) == state_of(other)
    assert other.first is other.second


def test_metadata(path):
    metadata = {"epoch": 3, "best": 0.1 + 0.2, "none": None, "Σ": [1, {"a": True}], "inf": float("inf"), "big": 2**80}
    nn.save(Block(), path, metadata=metadata)
    assert nn.load(Block(), path) == metadata
    nn.save(Block(), path, metadata={"accuracy": np.float32(0.5), "epoch": np.int64(3)})
    assert nn.load(Block(), path) == {"accuracy": 0.5, "epoch": 3}
    with safe_open(path, framework="np") as file:
        assert file.metadata()["autograd-nn"] == "1"


@pytest.mark.parametrize("rule", [nn.optim.SGD, nn.optim.Adam, nn.optim.AdamW, nn.optim.RMSprop, nn.optim.Adagrad])
def test_training_goes_on_as_if_it_had_not_stopped(rule, path):
    options = {"momentum": 0.9} if rule is nn.optim.SGD else {}

    def prepared(lr, lr_of_head):
        model = network()
        head = [*model[1].parameters(), *model[3].parameters()]
        return model, rule([{"params": model[0].parameters()}, {"params": head, "lr": lr_of_head}], lr=lr, **options)

    model, optimizer = trained(*prepared(0.1, 0.3))
    nn.save(model, path, optimizer=optimizer)
    other, again = prepared(0.7, 0.8)
    nn.load(other, path, optimizer=again)
    assert memory_of(again) == memory_of(optimizer)
    trained(model, optimizer, seed=1)
    trained(other, again, seed=1)
    assert state_of(other) == state_of(model)


def test_an_optimizer_that_has_not_stepped_and_a_model_alone(path):
    model, other = network(), network()
    nn.save(model, path, optimizer=nn.optim.Adam(model.parameters()))
    optimizer = nn.optim.Adam(other.parameters(), lr=0.5)
    nn.load(other, path)  # the model alone
    assert optimizer.param_groups[0]["lr"] == 0.5
    nn.load(other, path, optimizer=optimizer)
    assert optimizer.param_groups[0]["lr"] == 0.001
    assert state_of(other) == state_of(model)


# -- all or nothing --------------------------------------------------------------------------------------------------


def refused(path, model, error, match, optimizer=None):
    before, kept = state_of(model), optimizer and memory_of(optimizer)
    with pytest.raises(error, match=match) as caught:
        nn.load(model, path, optimizer=optimizer)
    assert state_of(model) == before
    assert (optimizer and memory_of(optimizer)) == kept
    return str(caught.value)


def test_all_that_does_not_fit_is_in_one_error(path):
    state = nn.Linear(2, 3).state_dict()
    save_file(
        {"weight": state["weight"].T.copy(), "bias": state["bias"].astype(np.complex64), "more": np.ones(1)}, path
    )
    layer = nn.Linear(2, 3)
    layer.register_buffer("seen", 0)
    told = refused(path, layer, RuntimeError, "not a state of this Linear")
    for part in (
        str(path),
        "missing: seen",
        "unexpected: more",
        "weight: the shape is (2, 3), not (3, 2)",
        "bias: complex64 does not convert to float32",
    ):
        assert part in told


def test_both_or_neither(path):
    model, optimizer = trained(model := network(), nn.optim.Adam(model.parameters()))
    nn.save(model, path, optimizer=optimizer)
    other, fitting = trained(other := network(), nn.optim.Adam(other.parameters()), seed=2)
    sgd = nn.optim.SGD(other.parameters(), lr=0.1, momentum=0.9)
    trained(other, sgd, seed=3)
    told = refused(path, other, ValueError, "SGD", sgd)  # the model would fit
    assert str(path) in told
    wider = nn.Sequential(*network(), nn.Linear(3, 3))
    refused(path, wider, RuntimeError, "missing: 4.weight", fitting)
    nn.save(model, path)
    refused(path, other, ValueError, "holds no optimizer", fitting)


def test_the_model_waits_for_the_optimizer(path):
    class Faulty(nn.optim.SGD):
        def check_state_dict(self, state_dict):
            raise KeyboardInterrupt("stop")

    model, other = network(), network()
    nn.save(model, path, optimizer=nn.optim.SGD(model.parameters(), lr=0.1))
    refused(path, other, KeyboardInterrupt, "stop", Faulty(other.parameters(), lr=0.1))


@pytest.mark.parametrize("size", [0, 5, 8, 40, -1])
def test_truncated_files(size, path):
    nn.save(Block(), path)
    path.write_bytes(path.read_bytes()[:size])
    assert str(path) in refused(path, Block(), ValueError, "no safetensors file, or a damaged one")


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(100), b"{}", bytes(8), b"\xff" * 64, bytes(200)])
def test_foreign_files(content, path):
    path.write_bytes(content)
    assert str(path) in refused(path, Block(), ValueError, "no safetensors file, or a damaged one")


def with_header(path, **header):
    save_file(Block().state_dict(), path, metadata=header)


def test_headers_that_are_not_understood(path):
    with_header(path, **{"autograd-nn": "2", "metadata": "{}"})
    refused(path, Block(), ValueError, "has version 2 of this format, not 1")
    with_header(path, **{"autograd-nn": "1", "metadata": "{"})
    refused(path, Block(), ValueError, "damaged header")
    with_header(path, **{"autograd-nn": "1"})
    refused(path, Block(), ValueError, "damaged header")
    with_header(path, format="pt")
    assert nn.load(Block(), path) == {"format": "pt"}


def test_an_optimizers_names_that_are_not_understood(path):
    layer = nn.Linear(2, 2)
    arrays = {**layer.state_dict(), ".optimizer.x": np.ones(1)}
    options = json.dumps({"param_groups": []})
    save_file(arrays, path, metadata={"autograd-nn": "1", "metadata": "{}", "optimizer": options})
    refused(path, layer, ValueError, str(path), nn.optim.SGD(layer.parameters(), lr=0.1))


def test_a_dtype_that_numpy_does_not_have(path):
    header = b'{"weight":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}'
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(2))
    refused(path, nn.Linear(1, 1), ValueError, "weight is F8_E4M3, which NumPy does not have")


def test_missing_files_and_wrong_arguments(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        nn.load(Block(), tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"load: there is no directory .*absent"):
        nn.load(Block(), tmp_path / "absent" / "file")
    with pytest.raises(TypeError, match="load: the first argument is a Module, not a str"):
        nn.load("file", Block())
    with pytest.raises(TypeError, match="save: the first argument is a Module, not a dict"):
        nn.save({}, tmp_path / "file")


# -- writing ---------------------------------------------------------------------------------------------------------


def whole(folder, path, content):
    """The old file is there, unchanged, and nothing else."""
    return list(folder.iterdir()) == [path] and path.read_bytes() == content


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("fault", [OSError("disk full"), KeyboardInterrupt()])
def test_whatever_goes_wrong_the_old_file_stays(call, fault, path, monkeypatch):
    nn.save(Block(), path, metadata={"epoch": 1})
    content = path.read_bytes()

    def fail(*_):
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(type(fault)):
            nn.save(Block(), path, metadata={"epoch": 2})
    assert whole(path.parent, path, content)


def test_what_cannot_be_written_is_named_before(path):
    nn.save(Block(), path)
    content = path.read_bytes()
    for metadata, match in (
        ({"model": Block()}, r"metadata\['model'\] cannot be written as JSON: a Block has no place there"),
        ({"x": [1, {"y": {1, 2}}]}, r"metadata\['x'\] cannot be written as JSON: a set"),
        ({1: 2}, "keys of metadata are text, not 1"),
        ([1], "metadata is a dict, not a list"),
    ):
        with pytest.raises(TypeError, match=match):
            nn.save(Block(), path, metadata=metadata)
    wide = nn.Module()
    wide.register_buffer("z", np.ones(2, complex))
    with pytest.raises(TypeError, match="cannot hold z, which is complex128"):
        nn.save(wide, path)
    with pytest.raises(FileNotFoundError, match=r"save: there is no directory .*absent"):
        nn.save(Block(), path.parent / "absent" / "file")
    with pytest.raises(IsADirectoryError, match="is a directory; add the name of a file"):
        nn.save(Block(), path.parent)
    assert whole(path.parent, path, content)


@pytest.mark.skipif(os.name != "posix", reason="permissions and links are POSIX's")
def test_permissions_and_links_are_those_of_any_file(tmp_path):
    plain, path, link = tmp_path / "plain", tmp_path / "model", tmp_path / "link"
    plain.write_bytes(b"")
    nn.save(Block(), path)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    path.chmod(0o600)
    link.symlink_to(path)
    nn.save(Block(), link, metadata={"again": 1})
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert nn.load(Block(), path) == {"again": 1}


def test_a_name_in_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nn.save(Block(), "model")
    assert [*Path().iterdir()] == [Path("model")]
    nn.load(Block(), "model")


def test_metadata_may_hold_arrays(tmp_path):
    arrays = {"mean": np.arange(3.0), "more": [np.zeros((0, 2), np.int8), {"scale": np.float32([[2]])}], "n": 3}
    nn.save(model := nn.Linear(2, 2), tmp_path / "m.safetensors", metadata=arrays)
    loaded = nn.load(model, tmp_path / "m.safetensors")
    assert loaded["n"] == 3
    assert loaded["mean"].tolist() == [0, 1, 2]
    assert (loaded["more"][0].shape, loaded["more"][0].dtype) == ((0, 2), np.int8)
    assert loaded["more"][1]["scale"].dtype == np.float32
    loaded["mean"] += 1  # they are copies
