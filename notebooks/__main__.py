"""Run the notebooks from the top, and store what they show: `python -m notebooks`, or `python -m notebooks 01 05`.

Stored are what any site can show: text and images. A drawing, which is a page with a script where the notebook is run,
is stored as an image, and of what has to be run to be of use, as sliders have, nothing is stored.
"""

from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).parent
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))
LIVE = "application/vnd.jupyter.widget-view+json"
AS_IMAGES = """
from autograd.drawing.drawing import Drawing
from autograd.drawing.layout import render
def image(drawing, include=None, exclude=None):
    png = render(drawing.to_graphviz().source, "png")
    width, height = (int.from_bytes(png[at : at + 4]) // 2 for at in (16, 20))
    return {"image/png": png, "text/plain": repr(drawing)}, {"image/png": {"width": width, "height": height}}
Drawing._repr_mimebundle_ = image
"""


def executed(path: Path, folder: Path, *, before: str = "") -> Any:
    """The notebook of that path, run in that folder from the top in a kernel of its own, which runs `before` first.

    nbclient.CellExecutionError where a cell raises.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(folder)}})
    client.extra_arguments = ["--log-level=40"]
    notebook.cells.insert(0, nbformat.v4.new_code_cell(before))
    client.execute()
    del notebook.cells[0]
    return notebook


def palette(png: str) -> str:
    """A base64 PNG with at most 128 colours: for drawings and plots a third of the bytes, and the same to the eye."""
    small = BytesIO()
    image = Image.open(BytesIO(b64decode(png))).convert("RGB")
    image.quantize(128, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    return b64encode(small.getvalue()).decode()


def stored(notebook: Any) -> Any:
    """The notebook with what is to be kept of it."""
    for number, cell in enumerate([cell for cell in notebook.cells if cell.cell_type == "code"], 1):
        cell.execution_count = number
        cell.outputs = [output for output in cell.outputs if LIVE not in output.get("data", {})]
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = palette(output.data["image/png"])
            if "execution_count" in output:
                output.execution_count = number
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def main(chosen: list[str]) -> None:
    """Run those whose names begin so, all of them if none is named, and write them."""
    for path in NOTEBOOKS:
        if chosen and not path.name.startswith(tuple(chosen)):
            continue
        start = perf_counter()
        nbformat.write(stored(executed(path, HERE, before=AS_IMAGES)), path)
        print(f"{path.name}: {perf_counter() - start:.1f} s, {path.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
