"""The README and the guide for contributors say what is true: examples run, diffs apply, names and files exist."""

import contextlib
import doctest
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.test_architecture import FILES, ROOT, imports, source_of

PAGES = ["README.md", "CONTRIBUTING.md"]
every_page = pytest.mark.parametrize("page", PAGES)

FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    """What stands between two fences, and the number of its first line."""

    language: str
    text: str
    lineno: int


def read(page):
    return (ROOT / page).read_text("utf-8")


def blocks(page, *languages):
    text = read(page)
    found = [Block(m[1], m[2], text.count("\n", 0, m.start(2)) + 1) for m in FENCED.finditer(text)]
    return [block for block in found if block.language in languages]


def prose(page):
    return FENCED.sub("", read(page))


# -- examples ----------------------------------------------------------------------------------------------------------


def run_session(block, namespace, page):
    """A block with prompts: what is shown is what comes out."""
    test = doctest.DocTestParser().get_doctest(block.text, namespace, page, str(ROOT / page), block.lineno - 1)
    report = io.StringIO()
    failed, tried = doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(
        test, out=report.write, clear_globs=False
    )
    namespace.update(test.globs)  # a doctest works on a copy
    assert tried
    assert not failed, report.getvalue()


def run_program(block, namespace, page):
    """A block without: `print(...)  # result` shows what it prints."""
    code = compile("\n" * (block.lineno - 1) + block.text, str(ROOT / page), "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)
    assert printed.getvalue().splitlines() == re.findall(r"^print\(.*\)  # (.*)$", block.text, re.MULTILINE)


@every_page
def test_examples_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # for the files that they make
    namespace = {"__name__": page}
    for block in blocks(page, "python"):
        run = run_session if ">>>" in block.text else run_program
        run(block, namespace, page)


def test_blocks_are_found():
    assert len(blocks("README.md", "python")) >= 7
    assert len(blocks("CONTRIBUTING.md", "diff")) >= 6
    for page in PAGES:
        assert {block.language for block in blocks(page, *"python sh text diff".split())}
        assert read(page).count("\n```") == 2 * len(FENCED.findall(read(page))), "a block without a language"


# -- diffs -------------------------------------------------------------------------------------------------------------


def apply(diff, root):
    """`@@ files @@`, then lines to find, each after a space, and lines to add among them, each after a plus.

    With nothing to find, it is a new file.
    """
    hunks = re.findall(r"^@@ (.*) @@\n((?:[ +].*\n)+)", diff, re.MULTILINE)
    assert len("".join(hunk for _, hunk in hunks).splitlines()) + len(hunks) == len(diff.splitlines()), diff
    for files, hunk in hunks:
        old = "".join(line[1:] for line in hunk.splitlines(keepends=True) if line[0] == " ")
        new = "".join(line[1:] for line in hunk.splitlines(keepends=True))
        for path in [root / file for file in files.split(", ")]:
            assert path.exists() == bool(old), f"{path}: to be changed it must exist, to be new it must not"
            text = path.read_text("utf-8") if old else ""
            assert new not in text, f"{path} has it already: choose another example\n{new}"
            assert text.count(old) == 1 or not old, f"{path} must have this once:\n{old}"
            path.write_text(text.replace(old, new) if old else new, "utf-8")


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """A copy of the project with the changes that the guide shows."""
    root = tmp_path_factory.mktemp("changed")
    for folder in ("autograd", "nn", "tests"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for block in blocks("CONTRIBUTING.md", "diff"):
        apply(block.text, root)
    return root


def added(pattern):
    """The files of that kind which the guide adds."""
    return re.findall(rf"^@@ ({pattern}) @@\n\+", read("CONTRIBUTING.md"), re.MULTILINE)


def run_pytest(root, *args):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    return done.stdout


def test_what_the_guide_adds_passes_its_own_tests(changed):
    files = added(r"nn/\S+") + added(r"tests/\S+")
    assert len(files) == 4
    assert " passed" in run_pytest(changed, *files, "tests/test_architecture.py")


def test_the_op_that_the_guide_adds_passes_every_check(changed):
    chosen = "sech or row or without_a_rule or public"
    out = run_pytest(changed, "tests/test_ops.py", "tests/test_tensor.py", "-k", chosen)
    assert int(re.search(r"(\d+) passed", out)[1]) > 100
    (changed / "numpys.py").write_text("import autograd\nprint(autograd.grad(autograd.sech)(0.0))\n")
    assert subprocess.run([sys.executable, "numpys.py"], cwd=changed, capture_output=True).stdout == b"-0.0\n"


# -- measurements -----------------------------------------------------------------------------------------------------


def test_tables_are_those_of_the_pages_that_they_come_from():
    text = read("README.md")
    for heading, source in (("Beside other libraries", "docs/features.md"), ("Speed", "docs/benchmarks.md")):
        (section,) = re.findall(rf"^## {heading}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
        lines = [line for line in section.splitlines() if line.startswith("|")]
        assert len(lines) > 12
        assert set(lines) <= set(read(source).splitlines())
    date, machine = re.search(
        r"^Made by `make bench` on (\S+): (.*?);", read("docs/benchmarks.md"), re.MULTILINE
    ).groups()
    assert f"{machine}, on {date}" in " ".join(text.split())


# -- names -------------------------------------------------------------------------------------------------------------


@every_page
def test_make_targets_exist(page):
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    shown = "\n".join(block.text for block in blocks(page, "sh")) + "\n".join(re.findall(r"`([^`\n]+)`", prose(page)))
    named = set(re.findall(r"\bmake ([a-z]+)", shown))
    assert named
    assert named <= targets


@every_page
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", prose(page)):
        if not target.startswith("https://"):
            file, _, anchor = target.partition("#")
            path = ROOT / page if not file else (ROOT / page).parent / file
            assert path.exists(), f"{page} links to {file}"
            assert not anchor or anchor in anchors(path), f"{page} links to {target}"


def anchors(path):
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_files_named_in_the_text_exist(page):
    for name in re.findall(r"`([\w./]+\.(?:py|md|toml))`", prose(page)):
        assert any(path.match(name) for path in map(Path, [*FILES, *PAGES])) or (ROOT / name).exists(), name


def layout():
    """The files and folders that the README lists, in its order; a folder stands for all that is in it."""
    (block,) = blocks("README.md", "text")
    folders, entries = [], []
    for line in block.text.splitlines():
        indent, name, what = re.fullmatch(r"( *)(\S+) *(.*)", line).groups()
        del folders[len(indent) // 2 :]
        if what:
            entries.append("".join(folders) + name)
        else:
            assert name.endswith("/"), f"{name}: say what it is for"
            folders.append(name)
    return entries


def listed(file):
    """The place in the README's list of a file, or of the folder that it is in."""
    within = (i for i, entry in enumerate(layout()) if file == entry or file.startswith(f"{entry.rstrip('/')}/"))
    return next(within, -1)


def test_layout_lists_every_file():
    for file in FILES:
        assert listed(file) >= 0 or file in ("autograd/__init__.py", "nn/__init__.py"), f"{file} is not in the README"
    for entry in layout():
        assert (ROOT / entry).exists()


def test_layout_is_in_the_order_of_imports():
    for file in FILES:
        for _, name, _ in imports(file) if listed(file) >= 0 else ():
            assert listed(source_of(name) or "") <= listed(file), f"{file} imports {name}, which the README lists later"
