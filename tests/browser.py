"""What the browser tests share: a Chromium, and what people do with the page in it."""

import contextlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import (
    Browser,
    FloatRect,
    Frame,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from classifier import CLASSES
from tests.doubles import trousers

expect.set_options(timeout=20_000)  # milliseconds: what is tested is what comes, not how soon

OpenPage = Callable[..., Page]  # the fixture `open_page`

CHROMIUM_OPTIONS: dict[str, Any] = {
    # The system's. The headless shell has no windows of its own to paint: a third less work.
    "executable_path": shutil.which("chromium-headless-shell") or shutil.which("chromium"),
    "args": [
        "--no-sandbox",  # containers
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--use-fake-device-for-media-stream",  # a pretended camera
        "--use-fake-ui-for-media-stream",
    ],
}

SIZES = {
    "phone": {"width": 390, "height": 844},
    "small": {"width": 320, "height": 640},  # a desktop at 400 %, too
    "zoomed": {"width": 640, "height": 400},  # a desktop at 200 %
    "tablet": {"width": 820, "height": 1180},
    "desktop": {"width": 1280, "height": 800},
}

GREYS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [...data].filter((value, i) => i % 4 === 0);
}"""

SHIRT = [(0.3, 0.25), (0.15, 0.5), (0.3, 0.55), (0.35, 0.8), (0.65, 0.8), (0.7, 0.55), (0.85, 0.5)]
"""A stroke somewhat like a shirt: points of the paper, x and y from 0 to 1."""


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium to open pages in."""
    assert CHROMIUM_OPTIONS["executable_path"], (
        "Chromium is missing: apt-get install chromium-headless-shell"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@contextlib.contextmanager
def watched(
    browser: Browser, url: str, on_request: Callable[[Request], None] | None = None, **options: Any
) -> Iterator[Page]:
    """The page in a window of its own, in which nothing may go wrong."""
    context = browser.new_context(**options)
    page = context.new_page()
    if on_request:
        context.on("request", on_request)
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error.stack)))
    page.goto(url)
    expect(page.locator("#chart [data-class]")).to_have_count(10)
    yield page
    context.close()
    assert [line for line in errors if "ERR_FAILED" not in line] == []  # cut off by a test


def bars(where: Page | Locator, rows: str = "#chart [data-class]") -> dict[str, float]:
    """{class: probability} as the bars show them now."""
    pairs = where.locator(rows).evaluate_all(
        "rows => rows.map(row => [row.dataset.class, Number(row.dataset.probability)])"
    )
    assert [name for name, _ in pairs] == list(CLASSES)
    return dict(pairs)


def greys(canvas: Locator) -> list[int]:
    """The pixels of a canvas, row by row, 0 to 255."""
    return list(canvas.evaluate(GREYS))


def seen(page: Page) -> np.ndarray:
    """The picture that the network sees, uint8 (1, 28, 28)."""
    return np.array(greys(page.locator("#seen")), np.uint8).reshape(1, 28, 28)


def settled(page: Page) -> dict[str, float]:
    """The bars once no answer is awaited any more; while something moves by itself, see `said`."""
    expect(page.locator("#chart")).to_have_attribute("aria-busy", "false")
    return bars(page)


def said(page: Page) -> dict[str, float]:
    """The bars once an answer has been read out for the first time, so after a replay."""
    expect(page.locator(".spoken")).not_to_be_empty()
    return settled(page)


def until(page: Page | Frame, holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what no locator can tell."""
    for _ in range(round(seconds * 20)):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to that")


def shows(canvas: Locator, pixels: Iterable[int]) -> None:
    """Wait until a canvas has these pixels, row by row, 0 to 255: it is drawn frames later."""
    expected = list(pixels)
    until(canvas.page, lambda: greys(canvas) == expected)


def becomes(page: Page | Frame, script: str, arg: Any = None) -> None:
    """Wait until a script says yes. The page's policy keeps Playwright's own way out: it evals."""
    until(page, lambda: bool(page.evaluate(script, arg)))


def frames(page: Page, number: int = 30) -> None:
    """Let the page draw some frames: half a second of them, for what must not happen any more."""
    page.evaluate("async n => { while (n--) await new Promise(requestAnimationFrame); }", number)


AXE = Path(__file__).resolve().parent / "node_modules/axe-core/axe.min.js"


def faults(page: Page, within: str = "body") -> list[tuple[str, Any]]:
    """What axe finds wrong for people with disabilities: its rules, and where."""
    frames(page, 2)
    page.add_script_tag(path=AXE)
    found = page.evaluate("within => axe.run(within)", within)["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]


OUTSIDE = """() => [...document.querySelectorAll(".demo button, .demo canvas, .demo .percent")]
  .filter((each) => each.offsetParent !== null && (each.getBoundingClientRect().left < 0
    || each.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5))
  .map((each) => each.outerHTML)"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def beyond(page: Page) -> list[str]:
    """What lies beyond the sides of the window, which nobody should have to scroll to."""
    return list(page.evaluate(OUTSIDE)) + ["the page"] * bool(page.evaluate(WIDER))


def at_rest(part: Locator) -> FloatRect:
    """Where it is on the screen, once it no longer moves."""
    boxes: list[FloatRect | None] = [None]

    def still() -> bool:
        boxes.append(part.bounding_box())
        return boxes[-1] is not None and boxes[-1] == boxes[-2]

    until(part.page, still)
    assert boxes[-1] is not None
    return boxes[-1]


def point(page: Page, x: float, y: float, on: str = "#sketch canvas") -> tuple[float, float]:
    """Where on the screen a point of the paper is; x and y from 0 to 1."""
    box = page.locator(on).bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def press(
    page: Page,
    points: list[tuple[float, float]] = SHIRT,
    steps: int = 2,
    on: str = "#sketch canvas",
) -> None:
    """Draw through the points, each in so many moves, and leave the mouse button down."""
    page.mouse.move(*point(page, *points[0], on))
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(*point(page, x, y, on), steps=steps)


def stroke(page: Page, points: list[tuple[float, float]] = SHIRT) -> None:
    """Draw a stroke through the points, and wait for nothing."""
    press(page, points)
    page.mouse.up()


def draw(page: Page, points: list[tuple[float, float]] = SHIRT) -> dict[str, float]:
    """Draw a stroke through the points; returns the bars after it."""
    stroke(page, points)
    return settled(page)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], on: str) -> None:
    """Drag the mouse over an element; its sides from 0 to 1."""
    press(page, [start, end], steps=4, on=on)
    page.mouse.up()


def choose_mode(page: Page, mode: str) -> None:
    """ "draw" or "photo"."""
    page.locator(f".modes [data-mode={mode}]").click()


def upload(
    page: Page,
    data: bytes,
    name: str = "photo.jpg",
    kind: str = "image/jpeg",
    on: str = "#photo input[type=file]",
) -> None:
    file: Any = {"name": name, "mimeType": kind, "buffer": data}
    page.set_input_files(on, file)


def show_photo(page: Page, data: bytes | None = None) -> dict[str, float]:
    """Show the first photo, the trousers unless told otherwise; returns the bars after it.

    It is read before anything is asked about it, so the bars alone do not tell.
    """
    upload(page, data or trousers())
    expect(page.locator(".cut")).to_be_visible()
    return settled(page)


INK = """async canvas => {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 0 && value < 128).length / (data.length / 4);
}"""


def ink(page: Page) -> float:
    """How much of the paper is dark, 0 to 1."""
    return float(page.locator("#sketch canvas").evaluate(INK))
