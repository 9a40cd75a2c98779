"""The notebooks run from the top without an error or a warning, and show what they are stored with."""

import re

import nbformat
import pytest

from notebooks.__main__ import LIVE, NOTEBOOKS, executed

LONGEST = 600_000  # bytes of a notebook, so that code-hosting sites show it


def shown(cell):
    """What kinds of things a cell shows."""
    outputs = [output for output in cell.get("outputs", ()) if LIVE not in output.get("data", {})]
    kinds = {"image" if {"text/html", "image/png"} & output.get("data", {}).keys() else "text" for output in outputs}
    return sorted(kinds)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_is_stored(path, tmp_path):
    kept, made = nbformat.read(path, as_version=4), executed(path, tmp_path)
    for old, new in zip(kept.cells, made.cells, strict=True):
        said = [output.text for output in new.get("outputs", ()) if output.get("name") == "stderr"]
        assert not said, f"{new.source}\n{said}"
        assert shown(old) == shown(new), f"run `make notebooks`: {new.source}"
    assert [cell.execution_count for cell in kept.cells if cell.cell_type == "code"] == [
        *range(1, 1 + sum(cell.cell_type == "code" for cell in kept.cells))
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_fit_to_be_read(path):
    text, notebook = path.read_text("utf-8"), nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert len(text.encode()) < LONGEST
    assert notebook.cells[0].source.startswith("# ")
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type != "error"
            assert "text/html" not in output.get("data", {}), "sites strip it; run `make notebooks`"
    assert not re.search(r"/(home|tmp|root|work|Users)/", text)  # of the machine that it was run on


def test_there_are_six():
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]
