"""The README's moving picture: a drawing grows stroke by stroke, and the bars move with it.

Beside a running `python app.py`: `python docs/moving_picture.py`, with Chromium as the tests.
"""

import argparse
import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

STROKES = [  # of an ankle boot: x and y of points of the paper, 0 to 1
    [(0.33, 0.12), (0.34, 0.35), (0.33, 0.56), (0.22, 0.66), (0.1, 0.72), (0.06, 0.8)],
    [(0.06, 0.8), (0.3, 0.82), (0.62, 0.82), (0.64, 0.6), (0.6, 0.35), (0.62, 0.12)],
    [(0.33, 0.12), (0.45, 0.14), (0.62, 0.12)],
    [(0.06, 0.8), (0.07, 0.86), (0.63, 0.86), (0.62, 0.82)],
]
EACH, LAST = 140, 2500  # milliseconds that a frame, and the last one, are shown
SIZE = (1000, 620)  # pixels


def draw(page: Page) -> list[Image.Image]:
    """The page after each bit of the drawing."""
    box = page.locator("#sketch canvas").bounding_box()
    assert box
    frames: list[Image.Image] = []
    for stroke in STROKES:
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
            if number == 0:
                page.mouse.down()
            page.wait_for_function("document.querySelector('#chart').ariaBusy !== 'true'")
            frames.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        page.mouse.up()
    page.wait_for_function("document.querySelector('.spoken').textContent")
    return [*frames, Image.open(io.BytesIO(page.screenshot())).convert("RGB")]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", default="http://127.0.0.1:7860/")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("drawing.webp"))
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium)
        size = {"width": SIZE[0], "height": SIZE[1]}
        page = browser.new_page(viewport=size, bypass_csp=True)  # Playwright's waits use eval
        page.goto(arguments.address)
        page.wait_for_selector("#chart .row")
        first, *others = draw(page)
    times = [EACH] * len(others) + [LAST]
    how = {"save_all": True, "append_images": others, "duration": times, "loop": 0, "quality": 70}
    first.save(arguments.out, **how)


if __name__ == "__main__":
    main()
