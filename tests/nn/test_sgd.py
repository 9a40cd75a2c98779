import numpy as np
import pytest

import nn
from tests.nn.training import every_option, square, train, train_peer, twins

torch = pytest.importorskip("torch")


@every_option
@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 2e-5)])
def test_sgd_follows_pytorch_for_100_steps(options, dtype, tolerance):
    model, peer, x, labels = twins(dtype)
    ours = train(model, nn.optim.SGD(model.parameters(), **options), x, labels, 100)
    theirs = train_peer(peer, torch.optim.SGD(peer.parameters(), **options), x, labels, 100)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance)
    assert ours[-1] < ours[0] - 0.02
    for name, t in peer.state_dict().items():
        array = model.state_dict()[name]
        assert array.dtype == dtype
        np.testing.assert_allclose(array, t.numpy(), rtol=tolerance * 10, atol=tolerance)


@every_option
def test_scalars_follow_the_same_rule_as_arrays(options):
    scalar, array = nn.Parameter(3.0, dtype=float), nn.Parameter([3.0], dtype=float)
    optimizer = nn.optim.SGD([scalar, array], **options)
    for _ in range(5):
        optimizer.zero_grad()
        square(scalar)
        square(array)
        optimizer.step()
        assert scalar.item() == array.item() != 3
        assert type(scalar.data) is np.float64
        assert scalar.node.value == scalar.value


def test_a_step_works_in_place_and_keeps_gradients():
    p = nn.Parameter(np.ones((3, 4), np.float32))
    array = p.data
    optimizer = nn.optim.SGD([p], lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1)
    for _ in range(3):
        p.grad = None
        square(p)
        grad, kept = p.grad, p.grad.data.copy()
        optimizer.step()
        assert p.data is array
        assert p.grad is grad
        assert np.array_equal(grad.data, kept)


def test_nesterov_needs_momentum():
    with pytest.raises(ValueError, match="momentum, which must be > 0"):
        nn.optim.SGD([nn.Parameter([1.0])], lr=0.1, nesterov=True)
