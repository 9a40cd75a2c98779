"""The pages that are made from the code: they are what it makes now, and what they say of NumPy's functions is so."""

import re
from functools import cache

import numpy as np
import pytest

import autograd as ag
from docs import coverage
from docs.__main__ import PAGES
from tests.optable import ROWS
from tests.test_architecture import ROOT


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_current(name):
    kept, made = (ROOT / "docs" / name).read_text("utf-8"), PAGES[name]()
    if name == "coverage.md" and version(kept) != version(made):
        kept, made = in_common(kept, made)
    assert kept == made, "run `make docs`"


def version(page):
    return re.search(r"NumPy (\d+\.\d+)", page)[1]


def in_common(*pages):
    """Of tables made with different NumPys, which have different functions, the rows that both have."""
    tables = [dict(re.findall(r"^\| `(\w+)`(.*)$", page, re.MULTILINE)) for page in pages]
    both = tables[0].keys() & tables[1].keys()
    assert len(both) > 100
    return [{name: table[name] for name in both} for table in tables]


@cache
def functions():
    """What the page says of each of NumPy's functions."""
    return {function: entry.fate for entries in coverage.survey().values() for function, entry in entries.items()}


def leaf(data):
    return ag.tensor(data, requires_grad=True)


def numpys():
    """The rows whose function in NumPy's column is NumPy's own."""
    known = {function for home in (np, np.linalg, np.fft) for function in coverage.public(home)}
    return [row for row in ROWS if isinstance(row.numpy, tuple(map(type, known))) and row.numpy in known]


@pytest.mark.parametrize("row", numpys(), ids=str)
def test_numpys_own_function_does_what_ours_does(row):
    """With the arguments that NumPy takes, by its names."""
    assert functions()[row.numpy] in ("op", "composed", "piecewise constant")
    for case in row.cases:
        xs = [leaf(x) for x in row.operands(case)]
        outs, expected = row.numpy(*xs, **case.params), row.ours(*xs, **case.params)
        for out, y in zip(*[x if isinstance(x, tuple | list) else [x] for x in (outs, expected)], strict=True):
            assert isinstance(out, ag.Tensor)
            assert out.requires_grad == y.requires_grad
            np.testing.assert_array_equal(out.data, y.data, strict=True)


@pytest.mark.parametrize("fate, match", [("on constants only", "gradient"), ("refused", "graph")])
def test_no_gradient_is_lost(fate, match):
    """Whatever the arguments, such a function never answers a Tensor that has a graph."""
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    for function in [function for function, known in functions().items() if known == fate]:
        for count in (1, 2, 3):
            with pytest.raises(TypeError, match=f"{match}|missing|argument"):
                function(*[x] * count)
