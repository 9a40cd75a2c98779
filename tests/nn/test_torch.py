"""Weights go to PyTorch and come from it, by name and layout, and compute the same there."""

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch")
files = pytest.importorskip("safetensors.torch")


def residual(lib):
    class Residual(lib.Module):
        def __init__(self, n):
            super().__init__()
            self.inner = lib.Sequential(lib.Linear(n, 2 * n), lib.PReLU(2 * n), lib.Linear(2 * n, n, bias=False))
            self.norm = lib.LayerNorm(n)

        def forward(self, x):
            return self.norm(x + self.inner(x))

    return Residual


def words(lib):
    class Words(lib.Module):
        def __init__(self):
            super().__init__()
            self.embed = lib.Embedding(20, 6, padding_idx=0)
            self.blocks = lib.ModuleList([residual(lib)(6) for _ in range(2)])
            self.heads = lib.ModuleDict({"a": lib.Linear(6, 2), "b": lib.Linear(6, 3)})

        def forward(self, x):
            x = self.embed(x).mean(1)  # (N, T) → (N, 6)
            for block in self.blocks:
                x = block(x)
            return self.heads["a"](x), self.heads["b"](x)

    return Words()


def mlp(lib):
    return lib.Sequential(lib.Linear(7, 32), lib.Tanh(), lib.Linear(32, 16), lib.ReLU(), lib.Linear(16, 3))


def normed(lib):
    layers = [lib.Linear(7, 16), lib.BatchNorm1d(16), lib.PReLU(), lib.Dropout(0.5), lib.Linear(16, 8)]
    layers += [lib.BatchNorm1d(8, affine=False), lib.GELU(), lib.LayerNorm(8, elementwise_affine=False)]
    return lib.Sequential(*layers, lib.Linear(8, 3))


def tied(lib):
    model = lib.Sequential(lib.Linear(7, 7), lib.Sigmoid(), lib.Linear(7, 7))
    model[2].weight = model[0].weight
    return model


MODELS = [mlp, normed, words, tied]


def inputs(make):
    rng = np.random.default_rng(0)
    return rng.integers(0, 20, (9, 4)) if make is words else rng.normal(size=(9, 7)).astype(np.float32)


def outputs(model, x):
    out = model(torch.as_tensor(x) if isinstance(model, torch.nn.Module) else x)
    out = out if isinstance(out, tuple) else (out,)
    return [y.detach().numpy() for y in out]


def assert_same(ours, theirs, make):
    x = inputs(make)
    for y, expected in zip(outputs(ours.eval(), x), outputs(theirs.eval(), x), strict=True):
        assert y.dtype == expected.dtype == np.float32
        np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6)


def pair(make):
    """A model of ours and PyTorch's, each at weights of its own, with running statistics of a few batches."""
    torch.manual_seed(1)
    nn.manual_seed(2)
    models = make(nn), make(torch.nn)
    for model in models:
        for scale in (1, 3):
            outputs(model, inputs(make) if make is words else scale * inputs(make) + 1)
    return models


def arrays(theirs):
    return {name: x.numpy() for name, x in theirs.state_dict().items()}


@pytest.mark.parametrize("make", MODELS)
def test_names_shapes_and_dtypes_are_pytorchs(make):
    ours, theirs = pair(make)
    look = [[(name, x.shape, x.dtype) for name, x in state.items()] for state in (ours.state_dict(), arrays(theirs))]
    assert look[0] == look[1]


@pytest.mark.parametrize("make", MODELS)
def test_from_pytorch(make):
    ours, theirs = pair(make)
    ours.load_state_dict(arrays(theirs))
    assert_same(ours, theirs, make)


@pytest.mark.parametrize("make", MODELS)
def test_to_pytorch(make):
    ours, theirs = pair(make)
    theirs.load_state_dict({name: torch.from_numpy(x) for name, x in ours.state_dict().items()})
    assert_same(ours, theirs, make)


@pytest.mark.parametrize("make", MODELS)
def test_our_file_in_pytorch(make, tmp_path):
    ours, theirs = pair(make)
    nn.save(ours, path := tmp_path / "ours.safetensors", metadata={"epoch": 1})
    theirs.load_state_dict(files.load_file(path))
    assert_same(ours, theirs, make)


@pytest.mark.parametrize("make", MODELS)
def test_pytorchs_file_here(make, tmp_path):
    ours, theirs = pair(make)
    files.save_model(theirs, path := tmp_path / "theirs.safetensors", metadata={"format": "pt"})
    assert nn.load(ours, path)["format"] == "pt"
    assert_same(ours, theirs, make)


def test_lower_precision_from_pytorch(tmp_path):
    exact = torch.tensor([1.0, -0.0, 3.140625, float("inf"), 1e-40, -(2.0**127)])
    for dtype in (torch.bfloat16, torch.float16, torch.float64):
        layer = nn.LayerNorm(6)
        layer.bias.requires_grad_(False)
        expected = {"weight": exact.to(dtype), "bias": torch.arange(6).to(dtype)}
        files.save_file(expected, path := tmp_path / "low.safetensors")
        nn.load(layer, path)
        assert layer.weight.data.tobytes() == expected["weight"].to(torch.float32).numpy().tobytes()
        assert layer.bias.tolist() == [0, 1, 2, 3, 4, 5]
        assert layer.weight.dtype == np.float32
