import time
from graphlib import TopologicalSorter

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import tensor
from autograd.drawing.build import build
from autograd.drawing.drawing import Drawing
from autograd.drawing.fold import fold
from autograd.drawing.trace import Trace


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.q, self.k, self.v, self.out = [nn.Linear(width, width) for _ in range(4)]
        self.heads = heads

    def forward(self, x):
        n, t, width = x.shape
        split = (n, t, self.heads, width // self.heads)
        q, k, v = [np.swapaxes(f(x).reshape(split), 1, 2) for f in (self.q, self.k, self.v)]  # (n, heads, t, width)
        s = ag.softmax(q @ np.swapaxes(k, 2, 3) / width**0.5)  # (n, heads, t, t)
        return self.out(np.swapaxes(s @ v, 1, 2).reshape(n, t, width))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.ln1, self.attn, self.ln2 = nn.LayerNorm(width), Attention(width, heads), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class Transformer(nn.Module):
    def __init__(self, width=8, heads=2, blocks=12):
        super().__init__()
        self.embed = nn.Embedding(10, width)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(blocks)])
        self.ln, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln(x))


def transformer():
    tokens = np.arange(12).reshape(2, 6) % 10
    logits = Transformer()(tokens)
    loss = nn.functional.cross_entropy(logits.reshape(12, 10), tokens.ravel())
    return build(Trace([loss]), names={"loss": loss})


def chain(length):
    """Ops in a row, without a rule in their order."""
    h = x = tensor(1.0, requires_grad=True)
    for which in np.random.default_rng(0).integers(3, size=length):
        h = (np.tanh, np.sin, np.arctan)[which](h)
    return build(Trace([h]), names={"x": x})


def labels(picture):
    return [vertex.label for vertex in picture.vertices]


def check(picture, whole):
    """What holds for every folding: all that is mentioned is there, once, in an order that backward can go."""
    keys = [vertex.key for vertex in picture.vertices]
    assert len({*keys}) == len(keys)
    assert sum(vertex.members for vertex in picture.vertices) == whole.total
    pairs = [(edge.tail, edge.head) for edge in picture.edges if not edge.again]
    assert len({*pairs}) == len(pairs)
    assert {key for pair in pairs for key in pair} <= {*keys}
    assert all(tail != head for tail, head in pairs)
    before = {key: {tail for tail, head in pairs if head == key} for key in keys}
    TopologicalSorter(before).prepare()  # raises where there is a cycle
    paths = {cluster.path for cluster in picture.clusters}
    assert {vertex.module[:n] for vertex in picture.vertices for n in range(1, len(vertex.module) + 1)} == paths
    done = set()
    for step in picture.steps:
        assert step.key not in done
        done.add(step.key)
        for add in step.contributions:
            assert (add.tail, step.key) in pairs
            assert add.tail not in done
    sums = {add.tail: add.total for step in picture.steps for add in step.contributions}
    for vertex in picture.vertices:
        if vertex.kind == "fold":
            shown = [(None, None), *((v.value, v.grad) for v in whole.vertices if v.kind == "output")]
            assert any(vertex.value is value and vertex.grad is grad for value, grad in shown)
        elif vertex.key in sums and vertex.grad is not None:
            np.testing.assert_array_equal(sums[vertex.key], vertex.grad)


def test_a_small_picture_stays_as_it_is():
    picture = chain(3)
    assert fold(picture) is picture
    assert fold(picture, depth=0) is picture


@pytest.mark.parametrize("options", [{"depth": -1}, {"max_nodes": 0}])
def test_limits_make_sense(options):
    with pytest.raises(ValueError, match=f"draw: {next(iter(options))} must be"):
        fold(chain(3), **options)


# -- a transformer ---------------------------------------------------------------------------------


def test_a_transformer_draws_one_block_for_twelve():
    whole = transformer()
    picture = fold(whole)
    check(picture, whole)
    assert whole.total == 540
    assert picture.notes == ("showing 56 of 540 nodes: Block ×12",)
    (block,) = [cluster for cluster in picture.clusters if cluster.kind == "Block"]
    assert (block.name, block.repeats) == ("blocks.0–11", 12)
    assert block.parameters == 12 * sum(p.value.size for p in Block(8, 2).parameters())
    inside = [vertex for vertex in picture.vertices if vertex.module[:2] == block.path]
    assert {(vertex.members, vertex.value is None, vertex.grad is None) for vertex in inside} == {(12, True, True)}
    assert "blocks.0–11.attn.q.weight" in labels(picture)
    loss = picture.vertices[-1]
    assert (loss.name, loss.kind, loss.grad) == ("loss", "output", 1.0)


@pytest.mark.parametrize(
    "depth, expected",
    [
        (0, ["Transformer", "reshape", "cross_entropy"]),
        (1, ["Embedding", "Block ×12", "LayerNorm", "Linear", "reshape", "cross_entropy"]),
    ],
)
def test_modules_fold_by_depth(depth, expected):
    whole = transformer()
    picture = fold(whole, depth=depth)
    check(picture, whole)
    assert labels(picture) == expected
    assert len(picture.clusters) == depth


def test_what_is_folded_says_what_leaves_it():
    whole = transformer()
    block = next(vertex for vertex in fold(whole, depth=1).vertices if vertex.label == "Block ×12")
    assert (block.kind, block.name, block.shape, block.dtype) == ("fold", "blocks.0–11", (2, 6, 8), "float32")
    assert block.detail == "10,464 parameters"
    assert block.members == 12 * 44


@pytest.mark.parametrize("max_nodes", [1, 2, 3, 6, 10, 17, 18, 30, 56, 100, 539])
def test_a_transformer_folds_to_whatever_fits(max_nodes):
    whole = transformer()
    picture = fold(whole, max_nodes=max_nodes)
    check(picture, whole)
    assert len(picture.vertices) <= max_nodes


@pytest.mark.parametrize("depth", [0, 1, 2, 3, 4])
def test_every_depth_is_a_picture(depth):
    whole = transformer()
    check(fold(whole, depth=depth, max_nodes=1000), whole)


# -- siblings --------------------------------------------------------------------------------------


def test_heads_side_by_side_are_alike():
    class Heads(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = nn.ModuleList([nn.Linear(4, 2) for _ in range(8)])

        def forward(self, x):
            return np.concatenate([part(x) for part in self.parts], axis=1)

    x = tensor(np.ones((3, 4), np.float32), requires_grad=True)
    whole = build(Trace([Heads()(x).sum()]))
    picture = fold(whole, depth=1)
    check(picture, whole)
    assert labels(picture) == ["leaf", "Linear ×8", "concatenate", "sum"]
    x_grad = next(vertex.grad for vertex in picture.vertices if vertex.label == "leaf")
    (add,) = picture.steps[-1].contributions
    np.testing.assert_array_equal(add.total, x_grad)


def test_siblings_with_ops_in_between_are_not_one():
    """x + layer(x) outside of the layers: the sums would lie both before and behind what stands for all layers."""

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])

        def forward(self, x):
            for layer in self.layers:
                x = x + layer(x)
            return x

    whole = build(Trace([Residual()(tensor(np.ones((2, 4), np.float32), requires_grad=True)).sum()]))
    picture = fold(whole, depth=1)
    check(picture, whole)
    assert labels(picture).count("Linear") == 3


@pytest.mark.parametrize("widths", [(4, 4, 8, 16), (4, 8, 4, 8)])
def test_other_shapes_are_not_alike(widths):
    model = nn.Sequential(*[nn.Linear(a, b) for a, b in zip((4, *widths), widths)])
    picture = fold(build(Trace([model(np.ones((2, 4), np.float32)).sum()])), depth=1)
    assert [label for label in labels(picture) if "×" in label] == (["Linear ×2"] if widths[1] == 4 else [])


# -- chains and the rest ---------------------------------------------------------------------------


def test_a_chain_is_one_vertex():
    whole = chain(10_000)
    picture = fold(whole)
    check(picture, whole)
    assert labels(picture) == ["x", "arctan", "chain of 9,998 ops", "arctan"]
    assert picture.notes == ("showing 4 of 10,001 nodes: 1 chain of ops folded",)
    assert [step.key for step in picture.steps] == [vertex.key for vertex in picture.vertices[:0:-1]]
    assert picture.steps[-1].contributions[0].total == whole.vertices[0].grad


def test_a_chain_in_a_module_is_folded_before_the_module():
    class Deep(nn.Module):
        def forward(self, x):
            for which in np.random.default_rng(0).integers(3, size=500):
                x = (np.tanh, np.sin, np.arctan)[which](x)
            return x

    whole = build(Trace([Deep()(tensor(1.0, requires_grad=True)) * 2]))
    assert labels(fold(whole)) == ["leaf", "arctan", "chain of 499 ops", "multiply"]


def test_constants_of_a_chain_go_with_it_and_named_results_stay():
    h = x = tensor(np.ones(3), requires_grad=True)
    for i, which in enumerate(np.random.default_rng(0).integers(3, size=300)):
        h = (np.multiply, np.add, np.subtract)[which](h, np.full(3, 1.0 + i / 1000))
        if i == 150:
            middle = h
    whole = build(Trace([h.sum()]), names={"middle": middle, "x": x})
    picture = fold(whole)
    check(picture, whole)
    assert "middle" in [vertex.name for vertex in picture.vertices]
    assert [label for label in labels(picture) if label.startswith("chain")] == ["chain of 149 ops"] * 2


# -- rounds ----------------------------------------------------------------------------------------


def recurrent(steps):
    w, u = tensor(np.eye(4), requires_grad=True), tensor(np.ones((4, 3)), requires_grad=True)
    x = tensor(np.ones((steps, 3)), requires_grad=True)
    h, loss = np.zeros(4), 0.0
    for t in range(steps):
        h = np.tanh(w @ h + u @ x[t])
        loss = loss + (h**2).sum() * (t + 1)
    return build(Trace([loss]), names={"w": w, "u": u, "x": x})


class Parallel(nn.Module):
    """Layers side by side, whose results meet."""

    def __init__(self, n, meet):
        super().__init__()
        self.parts, self.meet = nn.ModuleList([nn.Linear(3, 3) for _ in range(n)]), meet

    def forward(self, x):
        return self.meet([part(x) for part in self.parts]).sum()


@pytest.mark.parametrize(("n", "meet", "boxes"), [
    (2, lambda parts: parts[0] * parts[1], ["parts.0", "parts.1"]),  # one box would read as its square
    (3, lambda parts: parts[0] @ parts[1].T @ parts[2], ["parts.0", "parts.1", "parts.2"]),
    (12, np.concatenate, ["parts.0–11"]),
])  # fmt: skip
def test_siblings_that_go_other_ways_are_not_one(n, meet, boxes):
    out = Parallel(n, meet)(np.ones((2, 3), np.float32))
    picture = fold(build(Trace([out])), depth=1)
    assert [vertex.name for vertex in picture.vertices if vertex.kind == "fold"] == boxes


def test_what_one_gives_the_next_is_an_arrow_back():
    h, w = tensor(0.1, requires_grad=True), tensor(0.5, requires_grad=True)
    for _ in range(100):
        h = ag.tanh(h * w) + 1
    picture = fold(build(Trace([h]), names={"w": w}))
    vertices = {vertex.key: vertex.label for vertex in picture.vertices}
    assert [(vertices[e.tail], vertices[e.head], e.operands) for e in picture.edges if e.again] == [
        ("add", "multiply", (0,))
    ]
    assert "(of the one before)" in str(Drawing(picture))
    assert "--next" in Drawing(picture).svg


def test_a_loss_that_is_folded_has_its_value_and_counts_are_of_one():
    class Half(nn.Module):
        def forward(self, x):
            return ag.mean(ag.tanh(x)) / 2

    x = tensor([1.0, 2.0], requires_grad=True, name="x")
    loss = Half()(x)
    box = fold(build(Trace([loss])), depth=0).vertices[-1]
    assert (box.kind, box.value, box.grad) == ("fold", loss.value, 1.0)
    picture = fold(transformer(), depth=2)
    norm = next(vertex for vertex in picture.vertices if vertex.label == "LayerNorm")
    assert (norm.members, picture.copies(norm)) == (60, 12)
    assert f"LayerNorm {norm.detail}: {norm.shape} | 5 nodes" in str(Drawing(picture))


def test_a_loop_is_drawn_as_one_of_its_rounds():
    whole = recurrent(100)
    picture = fold(whole)
    check(picture, whole)
    assert picture.notes == (f"showing {len(picture.vertices)} of 904 nodes: 9 ops ×98",)
    (cluster,) = picture.clusters
    assert (cluster.name, cluster.kind, cluster.repeats) == ("", "9 ops", 98)
    inside = [vertex for vertex in picture.vertices if vertex.module]
    assert {(vertex.members, vertex.value is None, vertex.grad is None) for vertex in inside} == {(98, True, True)}
    assert [vertex.detail for vertex in inside if vertex.detail] == ["[…]", "^ 2", "× …"]


def test_a_loop_that_is_short_but_takes_long_to_lay_out_is_drawn_as_one():
    """Its parameters are used in every round, by lines that cross all of those between."""
    whole = recurrent(20)
    assert whole.total < 200
    assert fold(whole).notes == ("showing 31 of 184 nodes: 9 ops ×18",)
    assert fold(recurrent(5)).notes == ()


def test_modules_called_in_a_loop_are_part_of_its_rounds():
    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.state, self.given = nn.Linear(4, 4), nn.Linear(3, 4)

        def forward(self, x):
            h = tensor(np.zeros((2, 4), np.float32))
            for t in range(x.shape[1]):
                h = np.tanh(self.state(h) + self.given(x[:, t]))
            return h

    whole = build(Trace([Recurrent()(tensor(np.ones((2, 80, 3), np.float32), requires_grad=True)).sum()]))
    picture = fold(whole)
    check(picture, whole)
    assert any(cluster.repeats > 70 for cluster in picture.clusters)
    assert len(picture.vertices) < 40


def test_leaves_alike_are_one():
    leaves = [tensor(float(i), requires_grad=True) for i in range(1000)]
    whole = build(Trace([np.stack(leaves).sum()]))
    picture = fold(whole)
    check(picture, whole)
    assert labels(picture) == ["leaf ×1,000", "stack", "sum"]
    assert picture.vertices[0].grad is None


def test_rounds_that_differ_are_not_one():
    h = tensor(np.ones(4), requires_grad=True)
    for i in range(150):
        h = np.tanh(h + np.ones(4 if i % 2 else 1))
    whole = build(Trace([h.sum()]))
    picture = fold(whole)
    check(picture, whole)
    (cluster,) = picture.clusters
    assert (cluster.kind, cluster.repeats) == ("4 ops", 75)


def test_what_nothing_else_folds_is_cut():
    h = x = tensor(1.0, requires_grad=True)
    for which in np.random.default_rng(0).integers(3, size=400):
        h = (h + x) * (np.tanh, np.sin, np.arctan)[which](h - x)
    whole = build(Trace([h]))
    picture = fold(whole, max_nodes=50)
    check(picture, whole)
    assert len(picture.vertices) == 50
    assert picture.vertices[-1].kind == "output"
    assert "earlier nodes folded" in picture.notes[0]


def test_big_graphs_are_quick():
    for whole in (transformer(), chain(10_000)):
        start = time.process_time()
        fold(whole)
        assert time.process_time() - start < 1.0


@pytest.mark.parametrize("seed", range(20))
def test_any_graph_folds(seed):
    rng = np.random.default_rng(seed)
    found = [tensor(rng.normal(), requires_grad=True) for _ in range(3)]
    for _ in range(60):
        i, j = rng.integers(max(0, len(found) - 6), len(found), 2)
        found.append([np.tanh(found[i]), found[i] * found[j], found[i] + 1, found[i] - found[j]][rng.integers(4)])
    whole = build(Trace([sum(found[-3:])]))
    for max_nodes in (1, 5, 20, 40):
        picture = fold(whole, max_nodes=max_nodes)
        check(picture, whole)
        assert len(picture.vertices) <= max_nodes


def test_steps_of_repeats_are_all_of_the_one_drawn():
    whole = transformer()
    picture = fold(whole, max_nodes=150)
    assert any("×12" in note for note in picture.notes)
    assert picture.taken == len(whole.steps) > len(picture.steps)
    real = {step.key: step for step in whole.steps}
    for step in picture.steps:
        assert step.g is real[step.key].g
        values = [id(add.value) for add in real[step.key].contributions]
        assert {id(add.value) for add in step.contributions} <= {*values}
    called = {vertex.called for vertex in picture.vertices}
    assert "blocks.0–11.ln1.weight" in called
    others = [add.of for step in picture.steps for add in step.contributions if add.of]
    assert len(others) == 1
    assert not {*others} & called
