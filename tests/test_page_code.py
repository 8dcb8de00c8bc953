"""QR codes of the page and of drawings, read by OpenCV."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import SIZES, OpenPage, becomes, beyond, draw, faults, ink


def read(picture: np.ndarray) -> str:
    """What a code says, "" if nobody can read it; uint8 (H, W) or (H, W, 3)."""
    return str(cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0])


def screenshot(page: Page) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))


@pytest.mark.parametrize("size, scheme", [("desktop", "dark"), ("phone", "light")])
def test_a_phone_reads_the_page_and_the_drawing_off_the_screen(
    open_page: OpenPage, address: str, size: str, scheme: str
) -> None:
    page = open_page(viewport=SIZES[size], color_scheme=scheme)
    page.get_by_role("button", name="QR code").click()
    dialog = page.locator(".code-to-scan")
    expect(dialog.locator("svg")).to_be_visible()
    assert read(screenshot(page)) == address
    expect(dialog.get_by_role("status")).to_contain_text("this computer's own")
    dialog.get_by_text("Done").click()
    expect(dialog).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    assert ink(page) == 0  # two frames later, when a press finds the paper where it is
    draw(page)
    page.get_by_role("button", name="QR code").click()
    expect(dialog.get_by_text("This drawing")).to_have_attribute("aria-pressed", "true")
    code = dialog.locator(".qr")
    code.click()
    box = code.bounding_box()
    assert box is not None and box["y"] >= 0
    assert box["height"] == pytest.approx(min(SIZES[size].values()), abs=1)
    link = read(screenshot(page))
    assert link.startswith(f"{address}#drawing=")
    code.click()
    assert faults(page, ".code-to-scan") == []
    assert beyond(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    strokes = page.evaluate("paper.strokes")
    other = open_page(link)
    becomes(other, "paper.strokes.length > 0 && !paper.drawing")
    assert other.evaluate("paper.strokes") == strokes
    # Longer than any code.
    long = np.random.default_rng(1).integers(900, 1300, (1000, 3)) % [2048, 2048, 16]
    page.evaluate("points => paper.replace([{ width: 12, eraser: false, points }])", long.tolist())
    page.get_by_role("button", name="QR code").click()
    expect(dialog.get_by_role("status")).to_contain_text("too long for a QR code")
    dialog.get_by_text("The page", exact=True).click()
    expect(dialog.locator("svg")).to_be_visible()
