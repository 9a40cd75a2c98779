"""The demo, run as a user runs it: what it prints, what it draws, and what it says when something is missing."""

import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib.image
import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "examples" / "noisy_quadratic.py"

ACCUMULATING = "2.42 2.40 2.36 2.30 2.21 2.11 1.98 1.85 1.72 1.58".split()
ZEROED = "2.42 2.40 2.38 2.36 2.34 2.32 2.30 2.28 2.26 2.23".split()


def run(*args, cwd, shadowed_by=None):
    """Run the program in the folder `cwd`; modules in `shadowed_by` are found before all others."""
    path = [str(shadowed_by)] if shadowed_by else []
    path += [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAM), *map(str, args)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.fixture
def missing(tmp_path):
    """Make packages look as if they were not installed; gives the folder that hides them."""
    folder = tmp_path / "missing"
    folder.mkdir()

    def hide(*names):
        for name in names:
            error = f"raise ModuleNotFoundError('No module named {name}', name={name!r})\n"
            (folder / f"{name}.py").write_text(error, "utf-8")
        return folder

    return hide


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One full run, as `make demo` does it, and the folder it ran in."""
    folder = tmp_path_factory.mktemp("demo")
    done = run("--out", folder / "here" / "and there", cwd=folder)
    assert done.returncode == 0, done.stderr
    return done, folder / "here" / "and there"


def first_steps(stdout):
    rows = re.findall(r"^ +(\d+) +(\S+) +(\S+)$", stdout, re.MULTILINE)
    return [list(column) for column in zip(*rows)]


def result(stdout, name):
    """The loss and the remark in the line of the converged fit `name`."""
    return re.search(rf"^ +{re.escape(name)} +(\S+) +(.*)$", stdout, re.MULTILINE).groups()


def test_first_gradient(demo):
    assert "(-1.35290859, -0.03157895, -0.50000000)" in demo[0].stdout


def test_accumulating_and_zeroed_losses_to_the_digit(demo):
    assert first_steps(demo[0].stdout) == [[*"0123456789"], ACCUMULATING, ZEROED]


def test_says_why_they_differ(demo):
    assert "backward() adds to .grad" in demo[0].stdout


def test_converged_loss_and_parameters(demo):
    assert "after 2,000 steps" in demo[0].stdout
    assert result(demo[0].stdout, "parabola, zeroed") == ("0.986", "at (2.615, 1.335, 0.563)")


def test_never_zeroed_is_far_from_converged(demo):
    loss, _ = result(demo[0].stdout, "parabola, accumulating")
    assert float(loss) > 1.1


def test_network_fits_about_as_well_as_the_parabola(demo):
    loss, _ = result(demo[0].stdout, "16 rectified lines")
    assert 0.7 < float(loss) < 1


def test_output_is_tidy_where_there_is_no_terminal(demo):
    done, _ = demo
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) <= 25
    assert max(len(line) for line in lines if "picture" not in line) <= 82
    assert not re.search(r"[\r\b\x1b\t]| $", done.stdout, re.MULTILINE)
    done.stdout.encode("cp1252")  # a Windows pipe


def test_png_is_a_picture(demo):
    _, folder = demo
    data = (folder / "noisy_quadratic.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", data[16:24])
    assert width > height > 800
    pixels = matplotlib.image.imread(folder / "noisy_quadratic.png")[..., :3]
    assert pixels.shape == (height, width, 3)
    assert (pixels[0, 0] == 1).all()  # on a light ground
    for colour in ("0072B2", "D55E00"):  # both fits
        rgb = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        assert (abs(pixels - rgb).max(axis=2) < 0.01).sum() > 1000


def test_svg_is_a_picture(demo):
    root = ET.parse(demo[1] / "noisy_quadratic.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(root.findall(".//{http://www.w3.org/2000/svg}path")) > 20


def test_says_where_the_picture_is(demo):
    done, folder = demo
    assert f"The picture: {folder / 'noisy_quadratic.png'} and noisy_quadratic.svg" in done.stdout


def test_same_words_and_same_picture_every_time(tmp_path):
    runs = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        done = run("--steps", 30, cwd=tmp_path / name)
        out = tmp_path / name / "out"
        assert sorted(path.name for path in out.iterdir()) == [
            "noisy_quadratic.png",
            "noisy_quadratic.svg",
        ]
        runs.append((done.stdout, *(path.read_bytes() for path in sorted(out.iterdir()))))
    assert "after 30 steps" in runs[0][0]
    assert runs[0] == runs[1]


def test_one_step_is_enough_for_a_picture(tmp_path):
    done = run("--steps", 1, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "noisy_quadratic.svg").exists()


def test_no_plot_leaves_nothing_behind(tmp_path, missing):
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    done = run("--no-plot", "--steps", 5, cwd=cwd, shadowed_by=missing("matplotlib"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "picture" not in done.stdout
    assert not list(cwd.iterdir())


def test_without_matplotlib_it_says_what_to_install(tmp_path, missing):
    done = run("--steps", 5, cwd=tmp_path, shadowed_by=missing("matplotlib"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "No picture without matplotlib: pip install 'autograd-nn[examples]' brings it.\n" in done.stdout
    assert first_steps(done.stdout)[1:] == [ACCUMULATING, ZEROED]


def test_without_tqdm_it_prints_plainly(tmp_path, missing):
    done = run("--no-plot", "--steps", 5, cwd=tmp_path, shadowed_by=missing("tqdm"))
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "accumulating: 5 steps ...",
        "zeroed: 5 steps ...",
        "network: 5 steps ...",
    ]
    assert first_steps(done.stdout)[1:] == [ACCUMULATING, ZEROED]


def test_folder_that_cannot_be_written_is_said_before_the_work(tmp_path):
    (tmp_path / "taken").write_text("a file", "utf-8")
    for out in ("taken", "taken/below"):
        done = run("--out", out, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(
            rf"Cannot write to {re.escape(str(Path(out)))}: .+\. Choose another folder with --out\.\n",
            done.stderr,
        )


def test_picture_that_cannot_be_written(tmp_path):
    (tmp_path / "out" / "noisy_quadratic.png").mkdir(parents=True)
    done = run("--steps", 5, cwd=tmp_path)
    assert done.returncode == 1
    assert re.fullmatch(r"Cannot write the picture: .+\n", done.stderr)


@pytest.mark.parametrize("steps", ["0", "-3", "many"])
def test_steps_that_make_no_sense(tmp_path, steps):
    done = run(f"--steps={steps}", cwd=tmp_path)
    assert done.returncode == 2
    assert f"error: argument --steps: {steps} is not a whole number, 1 or more\n" in done.stderr
