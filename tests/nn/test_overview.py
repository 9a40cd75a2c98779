import copy
from collections import deque

import numpy as np
import pytest

import nn
from autograd import no_grad, tensor
from autograd.costs import costs
from nn.overview import summary
from tests.nn.models import state_of


def mlp():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


class Residual(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.inner = nn.Linear(n, n)

    def forward(self, x):
        return x + self.inner(x).tanh()


class Custom(nn.Module):
    """Everything at once: a module called twice, one shared, one never called, tied and frozen weights, a dict."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(20, 64)
        self.first = Residual(64)
        self.second = Residual(64)
        self.third = self.first
        self.head = nn.Linear(64, 20)
        self.unused = nn.Linear(2, 2)
        self.second.inner.weight = self.first.inner.weight
        self.head.requires_grad_(False)

    def forward(self, x):
        x = self.third(self.second(self.first(self.embed(x))))
        return {"logits": self.head(x), "rest": (x, 1.0)}


class Noisy(nn.Module):
    """It changes all that a module can change."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)
        self.register_buffer("seen", np.zeros(3, np.float32))
        self.rng = np.random.default_rng(0)
        self.calls = 0
        self.log, self.recent, self.kinds = [], deque([0], maxlen=1), set()
        self.means = {"x": [np.zeros(3)]}
        self.also = self.means["x"]

    def forward(self, x):
        self.calls += 1
        self.log.append(x)
        self.recent.append(self.calls)
        self.kinds.add(f"{x.dtype} {self.calls}")
        self.means["x"][0] += 1
        assert self.also[0] is self.means["x"][0]
        self.means["y"] = self.linear.weight
        self.eval()
        self.latest = x
        self.seen += 1
        with no_grad():
            self.linear.bias.data  # noqa: B018 (it is read)
        noise = self.rng.normal(size=3) + nn.random.default_rng().normal(size=3)
        return self.linear(x) + noise.astype(np.float32)


def by_name(found):
    return {row.name: row for row in found.rows}


def test_a_network_by_hand():
    found = summary(mlp(), (32, 784))
    assert [row.output for row in found.rows] == [(32, 10), (32, 128), (32, 128), (32, 64), (32, 64), (32, 10)]
    assert [row.parameters for row in found.rows] == [0, 784 * 128 + 128, 0, 128 * 64 + 64, 0, 64 * 10 + 10]
    assert [row.flops for row in found.rows] == [
        0, 32 * 128 * (2 * 784 + 1), 32 * 128, 32 * 64 * (2 * 128 + 1), 32 * 64, 32 * 10 * (2 * 64 + 1),
    ]  # fmt: skip
    assert [row.kept for row in found.rows] == [0, 0, 32 * 128 * 4, 0, 32 * 64 * 4, 0]
    assert (found.parameters, found.frozen, found.size) == (109_386, 0, 4 * 109_386)
    assert found.flops == sum(row.flops for row in found.rows)
    assert found.kept == 32 * (128 + 64) * 4


def test_it_prints_as_an_aligned_table():
    lines = repr(summary(mlp(), (32, 784))).splitlines()
    assert lines[0].split() == ["Module", "Type", "Output", "Parameters", "FLOPs", "Activations"]
    assert [line[:4] for line in lines[4:9]] == ["├─ 0", "├─ 1", "├─ 2", "├─ 3", "└─ 4"]
    assert lines[-2].split() == ["total", "109,386", "7.00", "M", "24.0", "KiB"]
    assert lines[-1].split() == ["in", "memory", "427", "KiB"]
    assert len({line.index("(") for line in lines[2:9]}) == 1
    assert {len(lines[i]) for i in (0, 1, 5, 7, -2)} == {len(lines[0])}


def test_it_is_a_table_in_notebooks():
    class Odd(nn.Module):
        def forward(self, x):
            return {"<a>": x}

    html = summary(nn.Sequential(Odd()), (1, 2))._repr_html_()
    assert html.count("<tr>") == html.count("</tr>") == 6
    assert "&lt;a&gt;" in html
    assert "<a>" not in html


def test_shared_frozen_repeated_and_idle():
    rows = by_name(found := summary(Custom(), np.zeros((32, 20), np.float32)))
    assert list(rows) == [
        "", "embed", "first", "first.inner", "second", "second.inner", "third", "head", "unused",
    ]  # fmt: skip
    assert rows[""].output == {"logits": (32, 20), "rest": ((32, 64), ())}
    assert (rows["first"].calls, rows["third"].calls, rows["third"].same_as) == (2, 0, "first")
    assert rows["first.inner"].flops == 2 * rows["second.inner"].flops == 2 * 32 * 64 * (2 * 64 + 1)
    assert rows["first"].flops == 2 * 2 * 32 * 64  # the tanh and the sum, twice
    assert (rows["second.inner"].parameters, rows["second.inner"].shared) == (64, 64 * 64)
    assert rows["head"].frozen == rows["head"].parameters == 64 * 20 + 20
    assert rows["head"].flops == 32 * 20 * (2 * 64 + 1)
    assert (rows["unused"].calls, rows["unused"].output, rows["unused"].flops) == (0, None, 0)
    assert found.parameters == sum(p.size for p in Custom().parameters())
    heads = repr(found).splitlines()[0].split()
    assert heads == ["Module", "Type", "Output", "Calls", "Parameters", "Frozen", "Shared", "FLOPs", "Activations"]
    assert "= first\n" in repr(found)


def test_frozen_layers_compute_and_keep_nothing():
    model, x = mlp(), np.ones((4, 784), np.float32)
    flops = summary(model, x).flops
    model.requires_grad_(False)
    found = summary(model, x)
    assert (found.flops, found.kept, found.frozen) == (flops, 0, found.parameters)
    assert not any(p.requires_grad for p in model.parameters())


def test_kept_is_what_training_keeps():
    model, x = Custom(), np.ones((8, 20), np.float32)
    out = model(x)
    there = [x, *model.parameters(), *model.buffers()]
    assert summary(model, x).kept == sum(cost.kept for cost in costs(out, besides=there))


def test_dropout_and_batch_norm():
    model = nn.Sequential(nn.Linear(6, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 2))
    nn.manual_seed(0)
    before, mean = state_of(model), model[1].running_mean
    rows = by_name(summary(model, np.ones((5, 6), np.float32)))
    assert rows["2"].kept == 5 * 4 * 4  # the mask
    assert state_of(model) == before
    assert model[1].running_mean is mean
    drawn = nn.random.default_rng().random()
    nn.manual_seed(0)
    assert drawn == nn.random.default_rng().random()
    assert by_name(summary(model.eval(), (5, 6)))["2"].kept == 0


@pytest.mark.parametrize("fails", [False, True])
def test_the_model_is_as_it_was(fails):
    model = Noisy()
    model(np.ones((2, 3), np.float32)).sum().backward()
    model.train()
    model.register_forward_hook(seen := lambda module, args, out: None)
    twin, attributes = copy.deepcopy(model), {**vars(model)}
    grads = [p.grad.tolist() for p in model.parameters()]
    held = [len(model.log), [*model.recent], {*model.kinds}, [*model.means], model.also[0].tolist()]
    nn.manual_seed(1)
    x = np.ones((2, 4 if fails else 3), np.float32)
    if fails:
        with pytest.raises(ValueError, match="in_features"):
            summary(model, x)
    else:
        assert by_name(summary(model, x))["linear"].flops == 2 * 3 * 7
    assert vars(model) == attributes
    assert list(vars(model)) == list(attributes)
    assert [len(model.log), [*model.recent], {*model.kinds}, [*model.means], model.also[0].tolist()] == held
    assert list(model._hooks[1].values()) == [seen]
    assert model.linear._hooks is None
    assert all(module.training for module in model.modules())
    assert state_of(model) == state_of(twin)
    assert model.rng.random() == twin.rng.random()
    assert [p.grad.tolist() for p in model.parameters()] == grads
    drawn = nn.random.default_rng().random()
    nn.manual_seed(1)
    assert drawn == nn.random.default_rng().random()


def test_without_recording_around_it():
    with no_grad():
        assert summary(mlp(), (2, 784)).kept == 2 * (128 + 64) * 4


def test_several_inputs_and_kinds_of_input():
    class Two(nn.Module):
        def forward(self, x, y, scale=None):
            return x * y, x + y

    found = summary(Two(), ((4, 1), np.ones((4, 5)), None))
    assert found.rows[0].output == ((4, 5), (4, 5))
    assert found.flops == 2 * 4 * 5
    assert [(row.kind, row.output) for row in found.inputs] == [("float32", (4, 1)), ("float64", (4, 5))]
    words = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2))
    assert summary(words, [[1, 2, 3]]).rows[0].output == (1, 3, 2)
    layer = nn.Linear(3, 2)
    for x in (np.ones((5, 3), np.float32), tensor(np.ones((5, 3), np.float32)), (5, 3), ((5, 3),)):
        assert summary(layer, x).rows[0].output == (5, 2)


def test_input_is_left_alone():
    class Editing(nn.Module):
        def forward(self, x):
            x *= 2
            return x

    x = np.ones(3)
    assert summary(Editing(), x).flops == 3
    assert x.tolist() == [1, 1, 1]


def test_a_module_that_reads_its_input_as_an_array():
    class Reading(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(3, 2)

        def forward(self, x):
            return self.linear(np.asarray(x) / 2)

    assert summary(Reading(), (4, 3)).flops == 4 * 2 * 7


def test_modules_that_containers_hide():
    class Making(nn.Module):
        def forward(self, x):
            return nn.Linear(3, 2)(x)  # in no row of its own

    assert summary(Making(), (4, 3)).rows[0].flops == 4 * 2 * 7


def test_what_is_no_model_and_no_shape():
    with pytest.raises(TypeError, match="summary: the first argument is a Module, not a list"):
        summary([], (1, 2))
    with pytest.raises(ValueError, match=r"\(None, 784\) is no shape; say how many examples"):
        summary(mlp(), (None, 784))
    for shape in ((-1, 784), (0, 784), ((-1, 784),)):
        with pytest.raises(ValueError, match=r"\(.*, 784\) is no shape; say how many examples"):
            summary(mlp(), shape)
