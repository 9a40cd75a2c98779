"""Pages in a real browser, Chromium: stepped to the end, seen in light and dark, and without scripts."""

import itertools
import json
import os
import shutil
import warnings
from io import BytesIO

import numpy as np
import pytest

import nn
from autograd import draw, tensor
from autograd.drawing.build import build
from autograd.drawing.drawing import Drawing
from autograd.drawing.model import Picture
from autograd.drawing.page import document, page
from autograd.drawing.trace import Trace

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
REMEDY = "apt install chromium and pip install playwright, or name the program in CHROMIUM"


def absent(reason):
    """Skip these tests, and say so where nobody can miss it: below a run, among its warnings."""
    with warnings.catch_warnings(action="default"):
        warnings.warn(pytest.PytestWarning(f"NO BROWSER TESTS: {reason}; {REMEDY}"), stacklevel=2)
    pytest.skip(f"{reason}; {REMEDY}")


@pytest.fixture(scope="module")
def browser():
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        absent("there is no Chromium on PATH")
    if sync_playwright is None:
        absent("there is no playwright")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens pages, each with a reader of its own, and sees to it that no script fails and nothing is asked for."""
    readers, faults = [], []

    def opened(text, **about):
        reader = browser.new_context(**{"viewport": {"width": 900, "height": 700}, **about})
        readers.append(reader)
        reader.route(lambda url: not url.startswith("file:"), lambda route: faults.append(route.request.url))
        file = tmp_path / f"{len(readers)}.html"
        file.write_text(text, "utf-8")
        shown = reader.new_page()
        shown.on("pageerror", lambda fault: faults.append(str(fault)))
        shown.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        shown.goto(file.as_uri())
        return shown

    yield opened
    for reader in readers:
        reader.close()
    assert not faults


def drawn(*outputs, **names):
    return Drawing(build(Trace(outputs), names=names))


@pytest.fixture
def shared():
    """A graph in which a leaf and two results are used more than once, with the gradients that backward gives."""
    x = tensor(1 / 3, requires_grad=True, name="x")
    w = tensor(-0.7, requires_grad=True, name="w")
    y = x * w
    z = y + x
    loss = (z * z + y).tanh()
    drawing = drawn(loss, loss=loss, y=y, z=z)
    loss.backward()
    return drawing, {"x": x.grad, "w": w.grad}


def grads(shown):
    """What the vertices of a page have as gradients, by the names that the page calls them by."""
    found = shown.evaluate(
        """() => {
            const root = document.querySelector(".ag-page");
            const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
            const grad = key => root.querySelector(`[id$="-${key}"]`).dataset.grad ?? "null";
            return Object.entries(data.names).map(([key, name]) => [name, JSON.parse(grad(key))]);
        }"""
    )
    return dict(found)


def texts(shown, key):
    """What is written in a vertex."""
    return shown.locator(f'.vertex[id$="-{key}"] text').all_text_contents()


def button(shown, name):
    return shown.get_by_role("button", name=name)


def rewound(shown):
    shown.locator(".ag-page").focus()
    shown.keyboard.press("Home")


def position(shown):
    return int(shown.locator(".ag-page").get_attribute("data-step"))


def test_the_end_has_the_gradients_exactly(opened, shared):
    drawing, expected = shared
    shown = opened(drawing.html)
    whole = shown.locator("svg[role=img] .vertex text").all_text_contents()
    button(shown, "To the start").click()
    assert set(grads(shown).values()) == {None}
    for _ in drawing.picture.steps:
        button(shown, "Step forward").click()
    assert button(shown, "Step forward").is_disabled()
    assert {name: grads(shown)[name] for name in expected} == {name: float(grad) for name, grad in expected.items()}
    assert shown.locator("svg[role=img] .vertex text").all_text_contents() == whole, "what was drawn is there again"


def test_every_step_has_what_the_trace_has(opened, shared):
    drawing, _ = shared
    shown = opened(drawing.html)
    rewound(shown)
    known = {}
    names = {vertex.key: vertex.called for vertex in drawing.picture.vertices}
    for step in drawing.picture.steps:
        shown.keyboard.press("ArrowRight")
        known[step.key] = float(step.g)
        known.update({add.tail: float(add.total) for add in step.contributions})
        assert shown.evaluate(
            "[...document.querySelectorAll('.vertex.ag-active')].map(v => v.id.split('-').pop())"
        ) == [step.key]
        tails = {add.tail for add in step.contributions}
        lit = shown.evaluate("[...document.querySelectorAll('.edge.ag-active')].map(e => e.id)")
        assert {edge.split("--")[0].rpartition("-")[2] for edge in lit} == tails
        pills = [pill.bounding_box() for pill in shown.locator(".ag-pill rect").all()]
        assert len(pills) == len(tails)
        for one, other in itertools.combinations(pills, 2):
            apart = [abs(one[side] - other[side]) >= one[size] - 5 for side, size in (("x", "width"), ("y", "height"))]
            assert any(apart), "one hides the other"
        lines = shown.locator(".ag-line").all_text_contents()
        assert len(lines) == len(step.contributions)
        for line, add in zip(lines, step.contributions):
            assert line.startswith(f"∂loss/∂{names[add.tail]} {'=' if add.first else '+='} {add.formula}")
            assert add.numbers in line
        assert grads(shown) == {name: known.get(key) for key, name in names.items()}


def test_gradients_pile_up_before_the_eye(opened):
    x = tensor(3.0, requires_grad=True, name="x")
    a = x * x
    loss = a + x
    shown = opened(drawn(loss, loss=loss).html)
    rewound(shown)
    assert "grad —" in texts(shown, "n0")
    shown.keyboard.press("ArrowRight")
    assert "grad 1.0" in texts(shown, "n0")
    shown.keyboard.press("ArrowRight")
    assert "grad 7.0" in texts(shown, "n0")
    assert shown.locator(".ag-pill text").all_text_contents() == ["+= 3.0", "+= 3.0"]
    assert "together 7.0" in shown.locator(".ag-words").inner_text()


def test_a_page_that_is_nothing_else_hears_keys_at_once(opened, shared):
    drawing, _ = shared
    shown = opened(drawing.html)
    shown.keyboard.press("Home")
    shown.keyboard.press("ArrowRight")
    assert position(shown) == 1


def test_controls_stay_where_they_are(opened):
    y = tensor(0.5, requires_grad=True)
    for _ in range(20):
        y = np.sin(y)
    shown = opened(draw(y, direction="TB").html, reduced_motion="reduce")
    rewound(shown)
    places = set()
    for _ in range(20):
        shown.keyboard.press("ArrowRight")
        stage, lit = shown.locator(".ag-stage").bounding_box(), shown.locator(".vertex.ag-active").bounding_box()
        assert stage["y"] <= lit["y"] <= stage["y"] + stage["height"] - lit["height"]
        places.add(shown.get_by_role("button", name="Step forward").bounding_box()["y"])
    assert len(places) == 1
    assert places.pop() < 700, "they are on the screen"


def test_every_output_starts_from_one(opened):
    a = tensor(2.0, requires_grad=True, name="a")
    y = a * 3
    z = y + a
    shown = opened(draw([y, z], names={"y": y, "z": z}).html)
    rewound(shown)
    assert "grad —" in texts(shown, "n1")
    shown.keyboard.press("ArrowRight")
    assert shown.locator(".ag-words").inner_text().count("∂(y + z)/∂y += g = 1.0, together 2.0") == 1
    shown.keyboard.press("End")
    assert "grad 7.0" in texts(shown, "n0")


def test_keys_and_slider_go_where_they_say(opened, shared):
    drawing, _ = shared
    count, shown = len(drawing.picture.steps), opened(drawing.html)
    slider = shown.get_by_role("slider", name="Step of backward")
    shown.keyboard.press("Tab")
    shown.evaluate("() => { addEventListener('keydown', event => { window.heard = event.key }) }")
    assert shown.evaluate("document.activeElement.className") == "ag-page"
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for key, there in [("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("ArrowLeft", 0),
                          ("ArrowLeft", 0), ("End", count), ("ArrowRight", count)]:  # fmt: skip
        shown.keyboard.press(key)
        assert (key, position(shown)) == (key, there)
    slider.fill("2")
    assert position(shown) == 2
    assert slider.get_attribute("aria-valuetext") == f"step 2 of {count}"
    slider.press("ArrowRight")
    assert position(shown) == 3
    button(shown, "Step back").press("Enter")
    assert position(shown) == 2
    assert shown.evaluate("window.heard ?? null") is None, "a notebook would take them for its own"
    shown.locator(".ag-page").press("ArrowDown")
    assert position(shown) == 2
    assert shown.evaluate("window.heard") == "ArrowDown", "this one scrolls the page"


def test_play_runs_to_the_end_and_space_stops_it(opened, shared):
    drawing, _ = shared
    shown = opened(drawing.html)
    shown.clock.install()
    shown.reload()
    button(shown, "Play backward").click()
    assert position(shown) == 0
    shown.clock.run_for(1500)
    assert position(shown) == 1
    shown.locator(".ag-page").focus()
    shown.keyboard.press(" ")
    shown.clock.run_for(5000)
    assert position(shown) == 1
    shown.keyboard.press(" ")
    shown.clock.run_for(60_000)
    assert position(shown) == len(drawing.picture.steps)
    assert button(shown, "Play backward").count() == 1


def test_arrays_are_exact_too(opened):
    rng = np.random.default_rng(0)
    w = tensor(rng.normal(size=(3, 4)), requires_grad=True, name="w")
    loss = ((rng.normal(size=(5, 3)) @ w).tanh() ** 2).mean()
    drawing = drawn(loss, loss=loss)
    loss.backward()
    shown = opened(drawing.html)
    rewound(shown)
    bar = shown.locator('[id$="-n0"] .f-bar, [id$="-n1"] .f-bar').first
    assert not bar.is_visible()
    shown.keyboard.press("End")
    assert np.array_equal(grads(shown)["w"], np.asarray(w.grad))
    assert bar.is_visible()


def test_pictures_on_one_page_do_not_clash(opened, shared):
    drawing, _ = shared
    parts = [drawing._repr_mimebundle_()["text/html"] for _ in range(2)]
    shown = opened(document("".join(parts)))
    ids = shown.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids)) > 0
    first, second = (shown.locator(".ag-page").nth(i) for i in (0, 1))
    first.press("Home")
    assert [root.get_attribute("data-step") for root in (first, second)] == ["0", str(len(drawing.picture.steps))]
    assert first.locator("[data-grad]").count() == 0 < second.locator("[data-grad]").count()


def test_a_page_put_in_twice_starts_once(opened, shared):
    drawing, _ = shared
    text = drawing._repr_mimebundle_()["text/html"]
    shown = opened(document(text))
    script = shown.evaluate("document.querySelectorAll('.ag-page > script')[1].textContent")
    shown.evaluate("script => eval(script)", script)
    assert shown.get_by_role("button").count() == 5


def test_depths_are_chosen_and_steps_go_on(opened, shared):
    drawing, _ = shared
    picture, few = drawing.picture, Picture(drawing.picture.vertices[:3], (), direction="LR")
    svg = drawing._svg(picture, "p")
    shown = opened(
        document(page(picture, svg, prefix="p", variants={0: (few, drawing._svg(few, "p")), 1: (picture, svg)}))
    )
    depth = shown.get_by_role("slider", name="Depth of modules shown")
    assert depth.input_value() == "1"
    assert shown.locator("svg[role=img] .vertex").count() == len(picture.vertices)
    depth.fill("0")
    assert shown.locator("svg[role=img] .vertex").count() == 3
    button(shown, "To the start").click()
    button(shown, "To the end").click()
    final = shown.evaluate("[...document.querySelectorAll('.vertex')].map(v => [v.id, v.dataset.grad])")
    assert all(json.loads(grad) == float(picture.vertex(id[2:]).grad) for id, grad in final)
    depth.fill("1")
    assert shown.locator("svg[role=img] .vertex").count() == len(picture.vertices)


def test_steps_inside_a_folded_module_light_the_box_that_stands_for_it(opened):
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    drawing = draw((model(np.ones((4, 2), np.float32)) ** 2).mean(), direction="LR")
    shown = opened(drawing.html)
    shown.get_by_role("slider", name="Depth of modules shown").fill("0")
    folded = drawing.foldings[0]
    rewound(shown)
    for step in drawing.picture.steps:
        shown.keyboard.press("ArrowRight")
        lit = shown.evaluate("[...document.querySelectorAll('.vertex.ag-active')].map(v => v.id)")
        assert [key.rpartition("-")[2] for key in lit] == [folded.homes.get(step.key, step.key)]
    given = shown.locator(".vertex.ag-given").count()
    assert given == 0, "what the last step gives stays in the box that is lit"


def test_a_wide_picture_can_be_read_and_the_lit_op_is_in_sight(opened):
    y = tensor(0.5, requires_grad=True)
    for _ in range(25):
        y = np.sin(y * 1.1)
    shown = opened(draw(y).html, reduced_motion="reduce")
    size = shown.evaluate("document.querySelector('.vertex text').getBoundingClientRect().height")
    assert size >= 9, "rather scrolled than shrunk to nothing"
    rewound(shown)
    for key in ("ArrowRight", "End"):
        shown.keyboard.press(key)
        lit = shown.locator(".vertex.ag-active").bounding_box()
        assert 0 <= lit["x"] <= 900 - lit["width"]


def test_without_scripts_the_picture_is_all_there(opened, shared):
    shown = opened(shared[0].html, java_script_enabled=False)
    assert shown.locator("svg[role=img]").is_visible()
    assert shown.get_by_role("button").count() == 0
    assert "grad 1.0" in shown.locator(".vertex text").all_text_contents()
    assert "finals" not in shown.locator("body").inner_text()


def luminance(colour):
    parts = np.array([float(part) for part in colour[colour.index("(") + 1 : -1].split(",")][:3]) / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize("scheme, paper", [("light", 1.0), ("dark", 0.01)])
def test_colours_follow_the_reader_and_can_be_read(opened, shared, scheme, paper):
    shown = opened(shared[0].html, color_scheme=scheme)
    rewound(shown)
    shown.keyboard.press("ArrowRight")
    colour = lambda css, what: luminance(  # noqa: E731
        shown.evaluate("([css, what]) => getComputedStyle(document.querySelector(css))[what]", [css, what])
    )
    behind = colour(".ag-page", "backgroundColor")
    assert behind == pytest.approx(paper, abs=0.01)
    assert colour("svg[role=img] .graph > polygon", "fill") == pytest.approx(behind), "picture and controls agree"
    words = colour(".ag-words", "backgroundColor")
    pairs = [
        (colour(".ag-count", "color"), behind),
        (colour(".ag-bar button:not([aria-disabled=true])", "color"), behind),
    ]
    pairs += [(colour(css, "color"), words) for css in (".ag-line", ".ag-head")]
    pairs += [(colour(".ag-pill text", "fill"), colour(".ag-pill rect", "fill"))]
    for pair in pairs:
        assert (max(pair) + 0.05) / (min(pair) + 0.05) >= 4.5


def test_nothing_moves_for_those_who_ask(opened, shared):
    moving = {}
    for wish in ("no-preference", "reduce"):
        shown = opened(shared[0].html, reduced_motion=wish)
        rewound(shown)
        shown.keyboard.press("ArrowRight")
        moving[wish] = shown.evaluate("document.getAnimations().length")
    assert moving["no-preference"] > 0 == moving["reduce"]


def test_screenshots_have_the_picture_in_them(opened, shared):
    """Not a blank page, neither in light nor in dark nor without scripts. The looking itself is for people."""
    plt = pytest.importorskip("matplotlib.image")
    for about in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"java_script_enabled": False}):
        pixels = plt.imread(BytesIO(opened(shared[0].html, **about).locator(".ag-stage").screenshot()))
        assert len(np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0)) > 50
