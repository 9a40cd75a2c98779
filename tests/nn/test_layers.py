import numpy as np
import pytest

import nn
from autograd import LintWarning, lints
from tests.nn.oracle import as_torch, check_against_torch, torch

# -- Linear


@pytest.mark.parametrize("shape", [(3,), (1, 3), (5, 3), (2, 4, 3), (0, 3)])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_linear(shape, bias, dtype):
    x = np.random.default_rng(0).normal(size=shape).astype(dtype)
    peer = torch.nn.Linear(3, 2, bias, dtype=torch.from_numpy(x).dtype)
    check_against_torch(nn.Linear(3, 2, bias, dtype=dtype), peer, x)


@pytest.mark.parametrize("inputs", [1, 9, 400])
def test_linear_starts_from_pytorchs_distribution(inputs):
    layer = nn.Linear(inputs, 200_000 // inputs, rng=0)
    bound = inputs**-0.5
    for p in layer.parameters():
        values = np.sort(p.numpy().ravel()).astype(float)
        even = np.linspace(-bound, bound, values.size)
        assert np.abs(values).max() <= bound * (1 + 1e-6)
        # Kolmogorov-Smirnov: 2/√n is passed by chance once in a thousand seeds
        assert np.abs(values - even).max() < 2 * bound * 2 / values.size**0.5
    with_torch = torch.nn.Linear(inputs, 200_000 // inputs)
    for p, q in zip(layer.parameters(), with_torch.parameters()):
        assert p.numpy().std() == pytest.approx(q.std().item(), rel=8 / p.size**0.5)


def test_linear_draws_from_the_stream_it_is_given():
    nn.manual_seed(3)
    a, b = nn.Linear(2, 2), nn.Linear(2, 2)
    nn.manual_seed(3)
    c = nn.Linear(2, 2)
    assert a.weight.tolist() == c.weight.tolist() != b.weight.tolist()
    assert a.bias.tolist() == c.bias.tolist()
    d, e = nn.Linear(2, 2, rng=3), nn.Linear(2, 2, rng=np.random.default_rng(3))
    assert d.weight.tolist() == e.weight.tolist() == a.weight.tolist()
    assert d.bias.tolist() == e.bias.tolist() == a.bias.tolist()
    nn.manual_seed(3)
    nn.Linear(2, 2, rng=0)  # draws nothing from the package's stream
    assert nn.Linear(2, 2).weight.tolist() == a.weight.tolist()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_linear_dtype(dtype):
    layer = nn.Linear(2, 3, dtype=dtype)
    assert {p.dtype for p in layer.parameters()} == {np.dtype(dtype)}
    assert layer(np.ones((4, 2), dtype)).dtype == dtype


@pytest.mark.parametrize("features", [(0, 1), (1, -1), (1.0, 1), (1, "2"), (None, 1), (True, 3)])
def test_linear_sizes_are_positive_integers(features):
    with pytest.raises(ValueError, match=r"Linear: (in|out)_features must be an integer ≥ 1"):
        nn.Linear(*features)


def test_linear_needs_a_floating_dtype():
    with pytest.raises(TypeError, match="floating"):
        nn.Linear(1, 1, dtype=int)


def test_linear_says_which_sizes_do_not_fit():
    for bias in (True, False):
        for shape in ((4, 5), (5,), ()):
            with pytest.raises(ValueError, match=r"linear: .*x \(.*\) must be the in_features of weight \(2, 3\), 3"):
                nn.Linear(3, 2, bias)(np.ones(shape, np.float32))


@pytest.mark.parametrize("bias", [None, np.ones(3)])
@pytest.mark.parametrize("weight", [np.ones(3), np.ones((3, 3, 3))])
def test_a_linear_weight_is_a_matrix(weight, bias):
    with pytest.raises(ValueError, match=r"linear: .*weight \(3.*\) must be \(out, in\)"):
        nn.functional.linear(np.ones((3, 3)), weight, bias)


def test_linear_as_a_function():
    x, layer = np.random.default_rng(0).normal(size=(3, 4)), nn.Linear(4, 2, dtype=float)
    assert nn.functional.linear(x, layer.weight, layer.bias).tolist() == layer(x).tolist()
    assert nn.functional.linear(x, layer.weight).tolist() == (x @ layer.weight.T).tolist()


@pytest.mark.parametrize("data", [np.float64, np.int64])
@pytest.mark.parametrize("bias", [True, False])
def test_a_lint_tells_of_data_that_widen_a_layer(data, bias):
    layer, x = nn.Linear(2, 3, bias), np.ones((4, 2), data)
    with lints(True), pytest.warns(LintWarning, match=r"float32 layer .* float64.*x.astype\(np.float32\)") as told:
        assert {layer(x).dtype for _ in range(2)} == {np.dtype(float)}
    assert len(told) == 1
    assert told[0].filename == __file__


@pytest.mark.parametrize("layer", [nn.LayerNorm(2), nn.BatchNorm1d(2), nn.PReLU()])
def test_every_layer_with_parameters_has_this_lint(layer):
    with pytest.warns(LintWarning, match=f"{type(layer).__name__}: a float32 layer .* float64"):
        layer(np.ones((4, 2)))
    with lints(True):
        assert layer(np.ones((4, 2), np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    "layer, data",
    [
        (np.float32, np.float32),
        (np.float32, np.float16),
        (np.float32, np.uint8),
        (np.float64, np.float32),
    ],
)
def test_narrow_data_are_welcome(layer, data):
    with lints(True):
        assert nn.Linear(2, 3, dtype=layer)(np.ones((4, 2), data)).dtype == layer


# -- Flatten


@pytest.mark.parametrize("axes", [(), (1, 2), (0,), (0, 1), (-2,), (2, 2), (-3, -2)])
def test_flatten(axes):
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    check_against_torch(nn.Flatten(*axes), torch.nn.Flatten(*axes), x)
    assert as_torch(nn.Flatten(*axes)) == repr(torch.nn.Flatten(*axes))


def test_flatten_takes_batches_of_nothing_and_images_in_lists():
    assert nn.Flatten()(np.ones((0, 3, 4))).shape == (0, 12)
    assert nn.Flatten()([[[1, 2], [3, 4]]]).tolist() == [[1, 2, 3, 4]]


@pytest.mark.parametrize("axes, shape", [((), (5,)), ((), ()), ((2, 1), (2, 3, 4)), ((1, 3), (2, 3)), ((-3,), (2, 3))])
def test_flatten_says_which_axes_are_missing(axes, shape):
    with pytest.raises(ValueError, match=r"Flatten: x \(.*\) has no axes from -?\d to -?\d"):
        nn.Flatten(*axes)(np.ones(shape))


# -- all of them


@pytest.mark.parametrize("name", nn.functional.__all__)
def test_functions_have_docstrings(name):
    assert getattr(nn.functional, name).__doc__
