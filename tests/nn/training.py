"""One small training problem, ours and PyTorch's, and the options of SGD: what tests of optimizers share."""

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch")

OPTIONS = [
    {"lr": 0.1},
    {"lr": 0.05, "momentum": 0.9},
    {"lr": 0.05, "momentum": 0.9, "nesterov": True},
    {"lr": 0.1, "weight_decay": 0.1},
    {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.1},
    {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
]
every_option = pytest.mark.parametrize("options", OPTIONS, ids=lambda o: " ".join(o))


def twins(dtype=np.float32):
    """A small classifier, the same in PyTorch, and data to train both on."""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(32, 2)).astype(dtype), rng.integers(3, size=32)
    model = nn.Sequential(nn.Linear(2, 8, dtype=dtype, rng=0), nn.Tanh(), nn.Linear(8, 3, dtype=dtype, rng=1))
    as_torch = torch.from_numpy(x).dtype
    peer = torch.nn.Sequential(
        torch.nn.Linear(2, 8, dtype=as_torch), torch.nn.Tanh(), torch.nn.Linear(8, 3, dtype=as_torch)
    )
    peer.load_state_dict({name: torch.from_numpy(a) for name, a in model.state_dict().items()})
    return model, peer, x, labels


def train(model, optimizer, x, labels, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def train_peer(model, optimizer, x, labels, steps):
    x, labels, losses = torch.from_numpy(x), torch.from_numpy(labels), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def square(p):
    """Leave a gradient of 2 p."""
    (p * p).sum().backward()
