"""What tests of optimizers share: every rule with its options, one small training problem, ours and PyTorch's."""

import numpy as np
import pytest

import nn

# fmt: off
RULES = [
    (nn.optim.SGD,     {"lr": 0.1}),
    (nn.optim.SGD,     {"lr": 0.05, "momentum": 0.9}),
    (nn.optim.SGD,     {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    (nn.optim.SGD,     {"lr": 0.1, "weight_decay": 0.1}),
    (nn.optim.SGD,     {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.1}),
    (nn.optim.SGD,     {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
    (nn.optim.Adam,    {}),
    (nn.optim.Adam,    {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3}),
    (nn.optim.Adam,    {"lr": 0.05, "betas": (0.0, 0.9), "weight_decay": 0.1}),
    (nn.optim.Adam,    {"lr": 0.05, "amsgrad": True, "betas": (0.9, 0.7)}),
    (nn.optim.AdamW,   {}),
    (nn.optim.AdamW,   {"lr": 0.05, "weight_decay": 0.5}),
    (nn.optim.AdamW,   {"lr": 0.05, "weight_decay": 0.1, "amsgrad": True, "betas": (0.9, 0.7)}),
    (nn.optim.RMSprop, {}),
    (nn.optim.RMSprop, {"lr": 0.005, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1}),
    (nn.optim.RMSprop, {"lr": 0.005, "momentum": 0.8, "eps": 1e-3}),
    (nn.optim.RMSprop, {"lr": 0.005, "centered": True, "eps": 1e-2}),
    (nn.optim.RMSprop, {"lr": 0.002, "centered": True, "eps": 1e-2, "momentum": 0.5, "weight_decay": 0.1}),
    (nn.optim.Adagrad, {}),
    (nn.optim.Adagrad, {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.1}),
    (nn.optim.Adagrad, {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3}),
]
# fmt: on


def named(row):
    rule, options = row
    return " ".join([rule.__name__, *options])


every_rule = pytest.mark.parametrize("rule, options", [pytest.param(*row, id=named(row)) for row in RULES])


def problem(dtype=np.float32):
    """A small classifier, and data to train it on."""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(32, 2)).astype(dtype), rng.integers(3, size=32)
    model = nn.Sequential(nn.Linear(2, 8, dtype=dtype, rng=0), nn.Tanh(), nn.Linear(8, 3, dtype=dtype, rng=1))
    return model, x, labels


def twins(dtype=np.float32):
    """The classifier, the same in PyTorch, and the data."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)  # idle threads of such small models would spin, and slow other tests down
    model, x, labels = problem(dtype)
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
    torch = pytest.importorskip("torch")
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
