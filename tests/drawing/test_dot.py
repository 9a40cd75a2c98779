"""DOT: the same text for the same picture, whoever runs it, and safe whatever names say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd.drawing.dot import LOOKS, to_graphviz
from autograd.drawing.model import Edge, Picture, Vertex, replace
from autograd.drawing.style import DARK, LIGHT, PALETTES
from autograd.drawing.words import faults, gradient, magnitude, memory, number, shortened
from tests.drawing.pictures import HOSTILE, LEAF, NETWORK, PICTURES, QUADRATIC, SMALL_GRADIENTS

GOLDEN = Path(__file__).with_name("golden")
pytest.importorskip("graphviz")


def vertex(**more):
    return Picture((Vertex("n0", **{"kind": "op", "label": "f", **more}),), ())


@pytest.mark.parametrize("name", PICTURES)
def test_golden(name):
    """`python -m tests.drawing.test_dot` writes these files anew; look at the pictures before you keep them."""
    assert to_graphviz(PICTURES[name]).source == (GOLDEN / f"{name}.dot").read_text("utf-8")


def test_golden_has_no_others():
    assert {file.stem for file in GOLDEN.glob("*.dot")} == set(PICTURES)


def test_same_for_every_hash_seed():
    program = (
        "import sys; from tests.drawing.pictures import PICTURES; from autograd.drawing.dot import to_graphviz\n"
        "sys.stdout.buffer.write(''.join(to_graphviz(p).source for p in PICTURES.values()).encode())"
    )
    root = Path(__file__).parents[2]
    outs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            cwd=root,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outs[0] == outs[1]
    assert outs[0].count(b"digraph") == len(PICTURES)


def test_ids_and_classes():
    source = to_graphviz(NETWORK).source
    for v in NETWORK.vertices:
        assert f'class="vertex {v.kind}"' in source
        assert f"id={v.key} " in source
    for e in NETWORK.edges:
        assert f'id="{e.tail}--{e.head}"' in source
    assert source.count("style=dashed") == 1


def test_no_gradient_is_never_zero():
    assert "grad —" in to_graphviz(LEAF).source
    assert "grad —" in to_graphviz(vertex(shape=(3,))).source
    assert "grad" not in to_graphviz(vertex(kind="constant", value=np.float64(1.0))).source
    assert "grad 0.0" in to_graphviz(vertex(grad=np.float64(0.0))).source


def test_what_is_shown_of_scalars():
    source = to_graphviz(QUADRATIC).source
    assert ">data 2.0<" in source
    assert ">grad 12.0<" in source
    assert ">× 0.5<" in source
    assert ">loss<" in source
    one_less = Vertex("n0", "op", "subtract", symbol="−", detail="1 −")
    assert ">1 −<" in to_graphviz(Picture((one_less,), ())).source


def test_unusual_dtypes_only():
    dtypes = [to_graphviz(replace(LEAF, vertices=LEAF.vertices * n + odd)).source for n, odd in ((1, ()), (2, ODD))]
    assert "float64" not in dtypes[0]
    assert "float64" not in dtypes[1]
    assert "float32" in dtypes[1]


ODD = (Vertex("n1", "leaf", "y", dtype="float32"),)


def test_bars_go_by_magnitude():
    widths = []
    for v in SMALL_GRADIENTS.vertices:
        line = next(
            line for line in to_graphviz(SMALL_GRADIENTS).source.splitlines() if line.startswith(f"\t{v.key} [")
        )
        full = re.search(rf'BGCOLOR="{LIGHT["bar"]}" FIXEDSIZE="TRUE" WIDTH="(\d+)"', line)
        widths.append(int(full[1]) if full else 0)
    assert widths[:3] == [72, 60, 48]
    assert widths == sorted(widths, reverse=True)
    assert widths[8] == 2  # next to nothing is still seen
    assert widths[9] == 0


def test_times_and_broadcasting_on_edges():
    two = (Vertex("n0", "leaf", "x"), Vertex("n1", "op", "f"))
    source = to_graphviz(Picture(two, (Edge("n0", "n1", (0, 1), "(3,) → (2, 3)"),))).source
    assert "(3,)\u00a0→\u00a0(2,\u00a03)\u00a0\u00a0×2" in source


def test_from_left_to_right_gradients_are_below_values():
    assert "|" not in to_graphviz(QUADRATIC).source
    assert "|" in to_graphviz(replace(QUADRATIC, direction="TB")).source


def test_clusters_are_nested():
    source = to_graphviz(NETWORK).source
    depths, depth = {}, 0
    for line in source.splitlines():
        depth += line.count("{") - line.count("}") if "label" not in line else 0
        if found := re.match(r"\s*(n\d+) \[", line):
            depths[found[1]] = depth
    assert depths["n0"] == 1  # outside
    assert depths["n1"] == 3  # in fc1, in the model
    assert depths["n5"] == 2
    assert depth == 0
    assert "Linear · 16 parameters" in source.replace("\u00a0", " ")


def test_vertices_of_unlisted_clusters_are_in_the_next_one_around():
    picture = replace(NETWORK, clusters=NETWORK.clusters[:1])
    source = to_graphviz(picture).source
    assert source.count("subgraph") == 1
    assert source.index("subgraph") < source.index("\tn1 [")


def test_legend_and_footer():
    source = to_graphviz(NETWORK).source.replace("\u00a0", " ")
    for kind in ("parameter", "constant", "op", "output"):
        assert f" {LOOKS[kind].called}<" in source
    assert " folded<" not in source
    assert "11 nodes · 21 parameters · 1.23 kB held" in source
    folded = to_graphviz(PICTURES["folded"]).source
    assert "showing 5 of 12,431 nodes" in folded
    assert "123 MB held" in folded


def test_hostile_names_are_cut_and_escaped():
    source = to_graphviz(PICTURES["names"]).source
    assert "yyyy…" in source
    assert "<b>{x}" not in source
    assert not any(c in source for c in "\x00\x1b\ud800\u202e")
    assert len(shortened(HOSTILE)) == 40
    assert shortened(" two\nlines ") == "two lines"


def test_kinds_differ_in_shape_and_colour():
    assert len({(look.shape, look.peripheries) for look in LOOKS.values()}) == len(LOOKS)
    for palette in (LIGHT, DARK):
        assert len({palette[f"{kind}-line"] for kind in LOOKS}) == len(LOOKS)


def test_themes():
    assert LIGHT["bg"] in to_graphviz(LEAF, theme="light").source
    assert DARK["bg"] in to_graphviz(LEAF, theme="dark").source
    assert to_graphviz(LEAF).source == to_graphviz(LEAF, theme="light").source
    assert set(PALETTES) == {"auto", "light", "dark"}


@pytest.mark.parametrize(
    "x, text",
    [
        (4.0, "4.0"), (1 / 3, "0.3333"), (-2.5, "−2.5"), (1e-5, "1e−5"), (1234567.0, "1.235e6"), (0.0, "0.0"),
        (np.float32(0.1), "0.1"), (np.int64(3), "3"), (True, "True"), (1 + 2j, "1+2j"),
        (np.nan, "NaN"), (np.inf, "∞"), (-np.inf, "−∞"),
    ],
)  # fmt: skip
def test_numbers(x, text):
    assert number(x) == text


def test_magnitude_is_the_mean_of_what_is_finite():
    assert magnitude(Vertex("n0", "op", "f", grad=np.array([-1.0, 3.0, np.nan, np.inf]))) == 2.0
    assert magnitude(Vertex("n0", "op", "f", grad=np.full(4, 1e308))) == 1e308
    assert magnitude(Vertex("n0", "op", "f", grad=np.array([3 + 4j]))) == 5.0
    assert magnitude(Vertex("n0", "op", "f", grad=np.zeros((0, 3)))) == 0.0
    assert gradient(Vertex("n0", "op", "f", shape=(2,), grad=np.array([-1.0, 3.0]))) == "|grad| 2.0"


def test_faults():
    assert faults(Vertex("n0", "op", "f", value=np.array([np.nan, -np.inf]), grad=1.0)) == "NaN ∞"
    assert faults(Vertex("n0", "op", "f", value=1.0, grad=np.float64("nan"))) == "grad NaN"
    assert faults(Vertex("n0", "op", "f", value=np.array([1, 2]), grad=None)) == ""
    assert LIGHT["badge"] in to_graphviz(PICTURES["not_finite"]).source
    assert LIGHT["badge"] not in to_graphviz(QUADRATIC).source


@pytest.mark.parametrize(
    "n, text",
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (999_999, "1 MB"), (2_500_000, "2.5 MB"),
     (7_000_000_000, "7 GB"), (2e15, "2e+03 TB")],
)  # fmt: skip
def test_memory(n, text):
    assert memory(n) == text


if __name__ == "__main__":
    for name, picture in PICTURES.items():
        (GOLDEN / f"{name}.dot").write_text(to_graphviz(picture).source, "utf-8")
