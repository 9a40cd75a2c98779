"""What the examples share and do not teach: options on the command line, a folder for pictures, a progress bar."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path


def options(doc: str | None, *, steps: int, what: str = "steps") -> argparse.ArgumentParser:
    """A parser with the options that every example has."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    add = parser.add_argument
    add(f"--{what}", type=at_least_one, default=steps, metavar="N", help=f"how many {what} (%(default)s)")
    add("--out", type=Path, default="out", metavar="DIR", help="for the picture (%(default)s)")
    add("--no-plot", action="store_true", help="words only, no picture")
    return parser


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number, 1 or more")
    return int(text)


def begin(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The options, and the folder for the picture: who cannot write there should hear so before the work."""
    chosen = parser.parse_args()
    if not chosen.no_plot:
        try:
            chosen.out.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=chosen.out).close()
        except OSError as error:
            sys.exit(f"Cannot write to {chosen.out}: {error.strerror}. Choose another folder with --out.")
    return chosen


def progress(steps: int, what: str) -> Iterable[int]:
    """0, 1, … steps - 1, with a bar on the terminal while it lasts."""
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        print(f"{what}: {steps:,} steps ...", file=sys.stderr)
        return range(steps)
    # disable=None: no bar where there is no terminal to show it.
    bar: Iterable[int] = tqdm(range(steps), desc=what, leave=False, disable=None)
    return bar


def show(chosen: argparse.Namespace, draw: Callable[[Path], Path]) -> None:
    """Draw the picture, if one is wanted and matplotlib is there to draw it."""
    if chosen.no_plot:
        return
    try:
        picture = draw(chosen.out)
        print(f"The picture: {picture} and {picture.with_suffix('.svg').name}")
    except ModuleNotFoundError as missing:
        print(f"No picture without {missing.name}: pip install 'autograd-nn[examples]' brings it.")
    except OSError as error:
        sys.exit(f"Cannot write the picture: {error}")
