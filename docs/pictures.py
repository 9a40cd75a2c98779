"""Write the README's picture, of a page that is stepped through in a browser: `python -m docs.pictures`."""

from __future__ import annotations

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from autograd.drawing import Drawing
from examples.graphs import two_layers

STEPPING = Path(__file__).with_name("stepping.gif")
PACE, REST = 2200, 5000  # milliseconds that a step is shown, and the end


def drawing() -> Drawing:
    """The network of two layers, from left to right."""
    drawn: Drawing = two_layers(direction="LR")
    return drawn


def frames(page: Path) -> list[Image.Image]:
    """What the page shows before its first step, and after each."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        reader = browser.new_context(
            viewport={"width": 1200, "height": 800}, device_scale_factor=1.5, reduced_motion="reduce"
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
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "two_layers.html"
        drawing().save(page)
        first, *further = frames(page)
    pace = [PACE] * len(further) + [REST]
    told = str(drawing())  # by which the tests know whether it is fresh
    first.save(STEPPING, append_images=further, duration=pace, loop=0, optimize=True, comment=told.encode())
    print(f"written: docs/{STEPPING.name}")
