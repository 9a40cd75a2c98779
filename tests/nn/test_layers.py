from collections import OrderedDict

import numpy as np
import pytest

import nn
from autograd import tensor

torch = pytest.importorskip("torch")


def agree(ours, theirs, rtol=2e-6, atol=2e-6):
    ours = np.asarray(getattr(ours, "value", ours))
    theirs = theirs.detach().numpy()
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)


def check_against_torch(layer, peer, x):
    """The same weights give the same output and the same gradients, with an uneven cotangent."""
    layer.load_state_dict({name: t.numpy() for name, t in peer.state_dict().items()})
    ours, theirs = tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = layer(ours), peer(theirs)
    agree(out, expected)
    g = np.random.default_rng(1).normal(size=expected.shape).astype(x.dtype)
    out.backward(g)
    expected.backward(torch.tensor(g))
    agree(ours.grad, theirs.grad)
    params = dict(peer.named_parameters())
    assert params.keys() == dict(layer.named_parameters()).keys()
    for name, p in layer.named_parameters():
        agree(p.grad, params[name].grad)


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


@pytest.mark.parametrize("features", [(0, 1), (1, -1), (1.0, 1), (1, "2"), (None, 1)])
def test_linear_sizes_are_positive_integers(features):
    with pytest.raises(ValueError, match=r"Linear: (in|out)_features must be a positive integer"):
        nn.Linear(*features)


def test_linear_needs_a_floating_dtype():
    with pytest.raises(TypeError, match="floating"):
        nn.Linear(1, 1, dtype=int)


def test_linear_says_which_sizes_do_not_fit():
    with pytest.raises(ValueError, match=r"linear: .*\(4, 5\).*in_features.*\(2, 3\)"):
        nn.Linear(3, 2)(np.ones((4, 5), np.float32))


# -- activations


ACTIVATIONS = {
    "relu": (nn.ReLU(), torch.nn.ReLU()),
    "tanh": (nn.Tanh(), torch.nn.Tanh()),
    "sigmoid": (nn.Sigmoid(), torch.nn.Sigmoid()),
    "softplus": (nn.Softplus(), torch.nn.Softplus(threshold=100)),
    "softmax": (nn.Softmax(), torch.nn.Softmax(dim=-1)),
    "softmax of axis 0": (nn.Softmax(axis=0), torch.nn.Softmax(dim=0)),
    "log_softmax": (nn.LogSoftmax(), torch.nn.LogSoftmax(dim=-1)),
    "log_softmax of axis 0": (nn.LogSoftmax(0), torch.nn.LogSoftmax(dim=0)),
}


@pytest.mark.parametrize("layer, peer", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations(layer, peer, dtype):
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(dtype) * 4
    x[0, 0] = 0
    check_against_torch(layer, peer, x)


@pytest.mark.parametrize("name", nn.functional.__all__)
def test_functions_have_docstrings(name):
    assert getattr(nn.functional, name).__doc__


def test_functional_forms_agree_with_their_layers():
    x = np.random.default_rng(0).normal(size=(3, 4))
    for layer in (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.Softplus, nn.Softmax):
        function = getattr(nn.functional, layer.__name__.lower())
        assert function(x).tolist() == layer()(x).tolist()
    assert nn.functional.log_softmax(x, 0).tolist() == nn.LogSoftmax(0)(x).tolist()
    layer = nn.Linear(4, 2, dtype=float)
    assert nn.functional.linear(x, layer.weight, layer.bias).tolist() == layer(x).tolist()
    assert nn.functional.linear(x, layer.weight).tolist() == (x @ layer.weight.T).tolist()


# -- Sequential


def test_a_model_agrees_with_torch():
    peer = torch.nn.Sequential(
        torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 4), torch.nn.LogSoftmax(dim=-1)
    )
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4), nn.LogSoftmax())
    assert list(model.state_dict()) == list(peer.state_dict())
    check_against_torch(model, peer, np.random.default_rng(0).normal(size=(6, 3)).astype("f4"))


def test_sequential_is_a_sequence():
    a, b, c = nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1)
    model = nn.Sequential(a, b, c)
    assert (len(model), list(model)) == (3, [a, b, c])
    assert (model[0], model[-1], model[1]) == (a, c, b)
    assert list(model[1:]) == [b, c]
    assert list(model[::-1]) == [c, b, a]
    assert type(model[:1]) is nn.Sequential
    assert [name for name, _ in model[1:].named_parameters()] == ["2.weight", "2.bias"]
    for i in (3, -4):
        with pytest.raises(IndexError, match=f"no module {i} among 3"):
            model[i]
    model[1] = tanh = nn.Tanh()
    assert list(model) == [a, tanh, c]
    with pytest.raises(TypeError):
        model[1] = len
    assert list(model) == [a, tanh, c]


def test_sequential_runs_a_shared_module_as_often_as_it_stands_there():
    double = nn.Linear(1, 1, bias=False)
    double.load_state_dict({"weight": [[2.0]]})
    model = nn.Sequential(double, double, double)
    assert model(np.ones((1, 1), np.float32)).item() == 8
    assert len(list(model.parameters())) == 1


def test_sequential_of_nothing_passes_its_input_on():
    x = tensor([1.0])
    assert nn.Sequential()(x) is x


@pytest.mark.parametrize("mapping", [dict, OrderedDict])
def test_sequential_with_names(mapping):
    model = nn.Sequential(mapping(hidden=nn.Linear(1, 2), act=nn.ReLU()))
    assert model.act is model[1]
    assert list(model.state_dict()) == ["hidden.weight", "hidden.bias"]
    assert model.append(nn.Linear(2, 1)) is model
    assert [name for name, _ in model.named_children()] == ["hidden", "act", "2"]


def test_append_never_takes_the_place_of_a_module():
    model = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Sigmoid())[1:].append(nn.Softplus())
    assert [name for name, _ in model.named_children()] == ["1", "2", "3"]
    assert [type(m) for m in model] == [nn.Tanh, nn.Sigmoid, nn.Softplus]


@pytest.mark.parametrize(
    "wrong, remedy",
    [
        (nn.ReLU, r"make one: ReLU\(...\)"),
        (nn.functional.relu, "wrap the function"),
        ([nn.ReLU()], "one by one"),
        (None, "one by one"),
    ],
)
def test_sequential_takes_modules_only(wrong, remedy):
    with pytest.raises(TypeError, match=f"Sequential: 1 is no Module.*{remedy}"):
        nn.Sequential(nn.ReLU(), wrong)
    model = nn.Sequential(nn.ReLU())
    with pytest.raises(TypeError, match=f"Sequential: 1 is no Module.*{remedy}"):
        model.append(wrong)
    assert len(model) == 1
