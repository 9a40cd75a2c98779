"""The examples, run as a user runs them: what they print, what they draw, and what the demo says when something is
missing."""

import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib.image
import pytest
from PIL import Image

from examples.graphs import two_layers

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
ALONE = {"OPENBLAS_NUM_THREADS": "1"}  # beside other tests, threads would wait for one another

ACCUMULATING = "2.42 2.40 2.36 2.30 2.21 2.11 1.98 1.85 1.72 1.58".split()
ZEROED = "2.42 2.40 2.38 2.36 2.34 2.32 2.30 2.28 2.26 2.23".split()


def run(*args, cwd, program="noisy_quadratic", shadowed_by=None):
    """Run the program in the folder `cwd`; modules in `shadowed_by` are found before all others."""
    path = [str(shadowed_by)] if shadowed_by else []
    path += [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / f"{program}.py"), *map(str, args)],
        cwd=cwd,
        env=os.environ | ALONE | {"PYTHONPATH": os.pathsep.join(path), "PYTHONIOENCODING": "utf-8"},
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


# -- the others --------------------------------------------------------------------------------------------------------


def told(program, folder, *args):
    """What an example says; it ends with a picture."""
    done = run(*args, cwd=folder, program=program)
    assert done.returncode == 0, done.stderr
    assert all(re.fullmatch(r"epoch .*|[ ─]*validation[ ─]*| *\d[\d .e-]*", line) for line in done.stderr.splitlines())
    assert f"The picture: out/{program}.png and {program}.svg" in done.stdout
    assert (folder / "out" / f"{program}.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert ET.parse(folder / "out" / f"{program}.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    return done.stdout


def number(pattern, text):
    return float(re.search(pattern, text)[1])


def test_every_example_says_how_to_run_it():
    programs = [path for path in EXAMPLES.glob("*.py") if "__main__" in path.read_text("utf-8")]
    assert len(programs) >= 5
    for path in programs:
        assert f"python examples/{path.name} [--" in path.read_text("utf-8")


def test_xor_by_hand_and_derived_are_the_same(tmp_path):
    text = told("xor", tmp_path, "--epochs", 1000)
    assert number(r"largest difference of any gradient, at the start: (\S+)", text) < 1e-15
    rows = re.findall(r"^ +([01]) ([01]) +([01]) +(\S+) +(\S+)$", text, re.MULTILINE)
    assert len(rows) == 4
    for a, b, answer, by_hand, derived in rows:
        assert int(answer) == int(a) ^ int(b)
        assert round(float(by_hand)) == round(float(derived)) == int(answer)


def test_layers_compress_without_a_nonlinearity_and_not_with_one(tmp_path):
    text = told("compress", tmp_path, "--steps", 100)
    assert number(r"identity .* off by (\S+)", text) < 1e-14
    assert number(r"ReLU .* off by (\S+)", text) > 0.1


def test_moons_are_told_apart(tmp_path):
    assert number(r"([\d.]+)% of 400 points", told("moons", tmp_path)) > 94


def test_digits_are_read(tmp_path):
    text = told("digits", tmp_path)
    assert number(r"([\d.]+)% of 359 digits", text) >= 97
    recorded, plain = re.search(r"keeps ([\d.]+) MiB for backward\(\), and ([\d.]+) inside", text).groups()
    assert float(recorded) > 5 * float(plain)


def test_same_digits_every_time(tmp_path):
    runs = [run("--no-plot", "--epochs", 2, cwd=tmp_path, program="digits").stdout for _ in range(2)]
    accuracy = [re.findall(r"[\d.]+% of", text) for text in runs]
    assert accuracy[0] == accuracy[1] != []


def test_graphs_are_written(tmp_path):
    done = run(cwd=tmp_path, program="graphs")
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("quadratic_graph", "two_layers"):
        assert f"out/{name}.html, and as a picture {name}.svg" in done.stdout
        assert "∂" in (tmp_path / "out" / f"{name}.html").read_text("utf-8")
    texts = re.findall(r">([^<>]+)</text>", (tmp_path / "out" / "two_layers.svg").read_text("utf-8"))
    assert {"W₁", "b₁", "W₂", "b₂", "x", "y"} <= set(texts)


def test_the_picture_in_the_readme_is_fresh():
    """`make pictures` draws it."""
    with Image.open(ROOT / "docs" / "stepping.gif") as picture:
        assert picture.info["comment"].decode() == str(two_layers(direction="LR"))
        assert picture.n_frames == 7, "the start, and six steps"
