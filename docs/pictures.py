"""Write the README's pictures, one of a page that is stepped through in a browser: `python -m docs.pictures`."""

from __future__ import annotations

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from autograd import draw, tensor
from autograd.drawing import Drawing
from examples.graphs import two_layers

HERE = Path(__file__).parent
PACE, REST = 1800, 4000  # milliseconds that a step is shown, and the end


def neuron() -> Drawing:
    """The README's first example: one neuron that sees 3 and should say 10."""
    w, b = (tensor(value, requires_grad=True, name=name) for name, value in (("w", 2.0), ("b", 1.0)))
    return draw((w * 3.0 + b - 10.0) ** 2)


def frames(page: Path) -> list[Image.Image]:
    """What the page shows before its first step, and after each."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        reader = browser.new_context(
            viewport={"width": 860, "height": 600}, device_scale_factor=2, reduced_motion="reduce"
        )
        shown = reader.new_page()
        shown.goto(page.as_uri())
        shown.get_by_role("button", name="To the start").click()
        forward = shown.get_by_role("button", name="Step forward")
        taken = [shown.locator(".ag-page").screenshot()]
        while forward.get_attribute("aria-disabled") != "true":
            forward.click()
            shown.mouse.move(0, 0)
            taken.append(shown.locator(".ag-page").screenshot())
        browser.close()
    return [Image.open(BytesIO(one)).convert("RGB") for one in taken]


if __name__ == "__main__":
    two_layers().save(HERE / "two_layers.svg")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "neuron.html"
        neuron().save(page)
        first, *further = frames(page)
    pace = [PACE] * len(further) + [REST]
    first.save(HERE / "stepping.gif", append_images=further, duration=pace, loop=0, optimize=True)
    print("written: docs/two_layers.svg, docs/stepping.gif")
