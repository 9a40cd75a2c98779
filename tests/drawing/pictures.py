"""Pictures made by hand: one of each thing that is drawn in a way of its own."""

import numpy as np

from autograd.drawing.model import Cluster, Edge, Picture, Vertex

HOSTILE = '<b>{x}|"&"\' -> \\N \\l ]]> --> 🎲 \x00\x1b\ud800\u202e' + "y" * 500
V, E, C = Vertex, Edge, Cluster
f64 = np.float64


def scalar(key, kind, label, value, grad, symbol="", **more):
    return Vertex(key, kind, label, symbol, value=f64(value), grad=None if grad is None else f64(grad), **more)


def array(key, kind, label, shape, size, symbol="", **more):
    return Vertex(key, kind, label, symbol, shape=shape, grad=None if size is None else np.full(shape, size), **more)


QUADRATIC = Picture(
    (
        scalar("n0", "leaf", "a", 2.0, 12.0, name="a"),
        scalar("n1", "op", "multiply", 1.0, 6.0, "×", detail="× 0.5"),
        scalar("n2", "leaf", "b", -1.0, 6.0, name="b"),
        scalar("n3", "op", "add", 3.0, 6.0, "+"),
        scalar("n4", "output", "power", 9.0, 1.0, "^", detail="^ 2", name="loss"),
    ),
    (E("n0", "n1"), E("n1", "n3"), E("n2", "n3"), E("n3", "n4")),
    direction="LR",
    total=5,
    held=40,
)
DIAMOND = Picture(
    (
        scalar("n0", "leaf", "x", 3.0, 2 / 3, name="x"),
        scalar("n1", "op", "exp", 20.0855369, 0.00331, "eˣ"),
        scalar("n2", "op", "log", 1.0986, 1.0, "ln"),
        scalar("n3", "op", "multiply", 22.07, 1.0, "×"),
        scalar("n4", "output", "multiply", 486.9, 1.0, "×"),
    ),
    (E("n0", "n1"), E("n0", "n2"), E("n1", "n3"), E("n2", "n3"), E("n3", "n4", (0, 1))),
    direction="LR",
    total=5,
    held=96,
)
NETWORK = Picture(
    (
        V("n0", "constant", "x", shape=(8, 3), value=np.ones((8, 3))),
        array("n1", "parameter", "fc1.weight", (3, 4), 0.002, module=("net", "fc1")),
        array("n2", "op", "matmul", (8, 4), 0.0004, "@", module=("net", "fc1")),
        array("n3", "parameter", "fc1.bias", (4,), 0.01, module=("net", "fc1")),
        array("n4", "op", "add", (8, 4), 0.0004, "+", module=("net", "fc1")),
        array("n5", "op", "sigmoid", (8, 4), 0.003, "σ", module=("net",)),
        array("n6", "parameter", "fc2.weight", (4, 1), 0.1, module=("net", "fc2")),
        array("n7", "op", "matmul", (8, 1), 0.06, "@", module=("net", "fc2")),
        array("n8", "parameter", "fc2.bias", (1,), 0.5, module=("net", "fc2")),
        array("n9", "op", "add", (8, 1), 0.06, "+", module=("net", "fc2")),
        scalar("n10", "output", "mean", 0.7312, 1.0, "mean", name="loss"),
    ),
    (
        E("n0", "n2", gradient=False),
        E("n1", "n2", (1,)),
        E("n2", "n4"),
        E("n3", "n4", (1,), "(4,) → (8, 4)"),
        E("n4", "n5"),
        E("n5", "n7"),
        E("n6", "n7", (1,)),
        E("n7", "n9"),
        E("n8", "n9", (1,), "(1,) → (8, 1)"),
        E("n9", "n10"),
    ),
    (
        C(("net",), "", "MLP", 21),
        C(("net", "fc1"), "fc1", "Linear", 16),
        C(("net", "fc2"), "fc2", "Linear", 5),
    ),
    total=11,
    parameters=21,
    held=1234,
)
LEAF = Picture((scalar("n0", "leaf", "x", 1.0, None),), (), direction="LR", total=1)
NOT_FINITE = Picture(
    (
        scalar("n0", "leaf", "x", -1.0, float("nan"), name="x"),
        scalar("n1", "op", "log", float("nan"), float("inf"), "ln"),
        V("n2", "output", "sum", "Σ", shape=(2,), value=np.array([np.inf, np.nan]), grad=np.array([1.0, 2.0])),
    ),
    (E("n0", "n1"), E("n1", "n2")),
    direction="LR",
    total=3,
)
DTYPES = Picture(
    (
        V("n0", "leaf", "w", shape=(3,), dtype="float32", grad=np.zeros(3, np.float32)),
        V("n1", "constant", "index", shape=(2,), dtype="int64", value=np.array([0, 2])),
        V("n2", "op", "take", shape=(2,), dtype="float32"),
        V("n3", "output", "sum", "Σ", dtype="complex128", value=1 + 2j, grad=np.complex128(1)),
    ),
    (E("n0", "n2"), E("n1", "n2", (1,), gradient=False), E("n2", "n3")),
    total=4,
)
FOLDED = Picture(
    (
        V("n0", "constant", "tokens", shape=(8, 64), dtype="int64", value=np.zeros((8, 64), np.int64)),
        V("n1", "fold", "Embedding", members=3, shape=(8, 64, 128), module=("m",)),
        V("n2", "fold", "Block ×12", members=408, shape=(8, 64, 128), module=("m",)),
        V("n3", "fold", "chain of 9,998 ops", members=9998, shape=(8, 64, 128), module=("m", "head")),
        V("n4", "output", "cross_entropy", value=f64(3.1), grad=f64(1), name="loss"),
    ),
    (E("n0", "n1", gradient=False), E("n1", "n2"), E("n2", "n3"), E("n3", "n4")),
    (C(("m",), "", "Transformer", 2_400_000), C(("m", "head"), "head", "Head", 51_200, 4)),
    total=12_431,
    parameters=2_400_000,
    held=123_456_789,
    notes=("showing 5 of 12,431 nodes: 12 blocks folded into one, deeper modules and chains as well",),
)
UNCOMPUTED = Picture(
    (
        array("n0", "leaf", "x", (4, 4), None),
        array("n1", "op", "tanh", (4, 4), None, "tanh"),
        array("n2", "output", "sum", (4,), None, "Σ", detail="axis=1"),
    ),
    (E("n0", "n1"), E("n1", "n2")),
    total=3,
)
TWO_OUTPUTS = Picture(
    (
        scalar("n0", "leaf", "x", 0.5, 2.0),
        scalar("n1", "output", "sin", 0.479425538604203, 1.0, "sin", name="s"),
        scalar("n2", "output", "cos", 0.877582561890373, 1.0, "cos", name="c"),
    ),
    (E("n0", "n1"), E("n0", "n2")),
    direction="TB",
    total=3,
)
NAMES = Picture(
    (
        array("n0", "parameter", HOSTILE, (2,), 1.0, name="", module=(HOSTILE,)),
        scalar("n1", "output", HOSTILE, 1.0, 1.0, name=HOSTILE, detail=HOSTILE, module=(HOSTILE, "<")),
    ),
    (E("n0", "n1", label=HOSTILE),),
    (C((HOSTILE,), HOSTILE, HOSTILE, 2), C((HOSTILE, "<"), "<", "<i>")),
    total=2,
    notes=(HOSTILE,),
)
SMALL_GRADIENTS = Picture(
    (
        *(array(f"n{i}", "op", "tanh", (8, 8), 10.0**-i, "tanh") for i in range(9)),
        array("n9", "leaf", "x", (8, 8), 0.0),
    ),
    tuple(E(f"n{i + 1}", f"n{i}") for i in range(9)),
    direction="LR",
    total=10,
)
EMPTY = Picture((), ())
PICTURES = {name.lower(): x for name, x in globals().items() if isinstance(x, Picture)}
