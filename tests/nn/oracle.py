"""PyTorch as the oracle: a layer of ours and its twin there, side by side."""

import numpy as np
import pytest

from autograd import tensor

torch = pytest.importorskip("torch")


def agree(ours, theirs, rtol=2e-6, atol=2e-6):
    ours = np.asarray(getattr(ours, "value", ours))
    theirs = theirs.detach().numpy()
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)


def check_against_torch(layer, peer, x, rtol=2e-6, atol=2e-6):
    """The same state gives the same output and the same gradients, with an uneven cotangent, and the same state again.

    A state moves from PyTorch by its names, in their order.
    """
    state = {name: t.numpy() for name, t in peer.state_dict().items()}
    assert [(name, x.shape, x.dtype) for name, x in layer.state_dict().items()] == [
        (name, x.shape, x.dtype) for name, x in state.items()
    ]
    layer.load_state_dict(state)
    ours, theirs = tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = layer(ours), peer(theirs)
    agree(out, expected, rtol, atol)
    g = np.random.default_rng(1).normal(size=expected.shape).astype(x.dtype)
    layer.zero_grad()
    peer.zero_grad()
    out.backward(g)
    expected.backward(torch.tensor(g))
    agree(ours.grad, theirs.grad, rtol, atol)
    params = dict(peer.named_parameters())
    assert params.keys() == dict(layer.named_parameters()).keys()
    for name, p in layer.named_parameters():
        agree(p.grad, params[name].grad, rtol, atol)
    for name, array in peer.state_dict().items():
        agree(layer.state_dict()[name], array, rtol, atol)


def as_torch(layer):
    """Its repr with PyTorch's word for axis."""
    return repr(layer).replace("axis", "dim")
