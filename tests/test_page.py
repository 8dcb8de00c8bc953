"""The page in a real browser, used as a person would use it."""

import io
from collections.abc import Iterator

import pytest
from browser import CHROMIUM, bars, point, served, untrained
from gradio_client import Client, handle_file
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect, sync_playwright

from classifier import CLASSES

SHIRT = [(0.3, 0.25), (0.15, 0.5), (0.3, 0.55), (0.35, 0.8), (0.65, 0.8), (0.7, 0.55), (0.85, 0.5)]
BRIGHTEST = """seen => {
  const { data } = seen.getContext("2d").getImageData(0, 0, 28, 28);
  return Math.max(...data.filter((value, i) => i % 4 < 3));
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served({"deep": untrained(1), "lesson": untrained(2)}) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The opened page; the test fails if anything is written to the console as an error."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    expect(page.locator("#chart [data-class]")).to_have_count(10)
    yield page
    page.close()
    assert errors == []


def start_shirt(page: Page) -> None:
    """Draw a shirt and leave the mouse button down."""
    paper = page.locator("#sketch canvas")
    page.mouse.move(*point(paper, *SHIRT[0]))
    page.mouse.down()
    for x, y in SHIRT[1:]:
        page.mouse.move(*point(paper, x, y), steps=5)


def picture_of_trousers() -> bytes:
    image = Image.new("RGB", (300, 400), "#e8e2d8")
    outline = [(90, 60), (210, 60), (225, 340), (165, 340), (150, 160), (135, 340), (75, 340)]
    ImageDraw.Draw(image).polygon(outline, fill="#24355c")
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()


def upload(page: Page, name: str = "trousers.jpg", data: bytes | None = None) -> None:
    file = {"name": name, "mimeType": "image/jpeg", "buffer": data or picture_of_trousers()}
    page.set_input_files("#photo input[type=file]", file)  # type: ignore[arg-type]


def test_bars_move_during_the_stroke(page: Page) -> None:
    blank = bars(page)
    assert set(blank.values()) == {0}
    start_shirt(page)
    page.wait_for_function("document.querySelector('#chart .top') !== null")
    during = bars(page)  # the button is still down
    assert sum(during.values()) == pytest.approx(1, abs=1e-3)
    page.mouse.up()
    assert page.locator("#seen").evaluate(BRIGHTEST) > 100


def test_photo_moves_the_bars(page: Page) -> None:
    start_shirt(page)
    page.mouse.up()
    expect(page.locator("#chart .top")).to_have_count(1)
    drawn = bars(page)
    upload(page)
    expect(page.locator(".cut")).to_be_visible()
    photographed = bars(page)
    assert photographed != drawn
    assert sum(photographed.values()) == pytest.approx(1, abs=1e-3)


def test_classify_over_the_api(address: str, tmp_path: object) -> None:
    file = f"{tmp_path}/trousers.jpg"
    Image.open(io.BytesIO(picture_of_trousers())).save(file)
    client = Client(address, verbose=False)
    deep, lesson = (
        client.predict(handle_file(file), "photo", network, api_name="/classify")
        for network in ("deep", "lesson")
    )
    assert list(deep) == list(CLASSES)
    assert sum(deep.values()) == pytest.approx(1, abs=1e-5)
    assert deep != lesson
