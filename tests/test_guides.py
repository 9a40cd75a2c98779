"""The guides in docs/ say what is true: examples run, links lead somewhere, and our column of the features is so."""

import json
import os
import re
import subprocess
import sys

import pytest

from benchmarks.features import COLUMNS, SECTIONS
from tests import test_readme
from tests.test_architecture import ROOT
from tests.test_readme import FENCED, blocks, read

GUIDES = ["docs/how-it-works.md", "docs/coming-from.md"]
FEATURES = "docs/features.md"
every_guide = pytest.mark.parametrize("page", GUIDES)


@every_guide
def test_examples_run(page, tmp_path, monkeypatch):
    test_readme.test_examples_run(page, tmp_path, monkeypatch)


def test_the_other_side_runs(capsys):
    """Blocks of other libraries are marked `py`; PyTorch is there to try."""
    pytest.importorskip("torch")
    (block,) = [block for block in blocks("docs/coming-from.md", "py") if block.text.startswith("# PyTorch\n")]
    exec(block.text, {})
    assert capsys.readouterr().out == "torch.Size([1])\n"


@every_guide
def test_blocks_are_found(page):
    assert len(blocks(page, "python")) >= 9
    assert read(page).count("\n```") == 2 * len(FENCED.findall(read(page))), "a block without a language"


@pytest.mark.parametrize("page", [*GUIDES, FEATURES])
def test_links_lead_somewhere(page):
    test_readme.test_links_lead_somewhere(page)


@every_guide
def test_files_named_in_the_text_exist(page):
    test_readme.test_files_named_in_the_text_exist(page)


# -- the features ------------------------------------------------------------------------------------------------------


def table():
    """The cells of each row of the page, by its title."""
    rows = re.findall(r"^\| (?!\|)(.+?) \| (.*) \|$", read(FEATURES), re.MULTILINE)
    return {title: cells.split(" | ") for title, cells in rows}


def test_features_have_the_rows_and_columns_that_are_asked_for():
    titles = [row.title for rows in SECTIONS.values() for row in rows]
    assert list(table()) == titles, "run `python -m benchmarks.features`"
    assert all(len(cells) == len(COLUMNS) for cells in table().values())
    assert read(FEATURES).count(" | ".join(column.title for column in COLUMNS)) == len(SECTIONS)


def test_our_column_is_so():
    rows = [row for rows in SECTIONS.values() for row in rows if not row.fresh]
    command = [sys.executable, "-P", ROOT / "benchmarks/features/launch.py", "ours", *[row.name for row in rows]]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=True)
    answers = json.loads(done.stdout)
    for row in rows:
        answer = answers[row.name]
        assert "fault" not in answer, (row.name, answer)
        assert table()[row.title][0] == f"{answer['mark']} {answer['note']}".rstrip()
