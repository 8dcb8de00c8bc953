"""QR codes of the page and of drawings, read by OpenCV."""

import io
import json
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import OpenPage, draw, ink
from tests.test_page_everyone import AXE, OUTSIDE, SIZES

ENCODE = f"""import {{ encode }} from "{Path(__file__).parent.parent / "page/web/answer/qr.js"}";
import {{ readFileSync }} from "node:fs";
const codes = JSON.parse(readFileSync(0)).map(encode);
console.log(JSON.stringify(codes.map((rows) => rows?.map((row) => row.map(Number)) ?? null)));"""
FULL = [
    14,
    26,
    42,
    62,
    84,
    106,
    122,
    152,
    180,
    213,
    251,
    287,
    331,
    362,
    412,
    450,
    504,
    560,
    624,
    666,
]
FULL += [711, 779, 857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809]
FULL += [1911, 1989, 2099, 2213, 2331]
"""Bytes that versions 1 to 40 hold at level M, from the standard's table 7."""


def encode(texts: list[str]) -> list[list[list[int]] | None]:
    command = ["node", "--input-type=module", "--eval", ENCODE]
    found = subprocess.run(
        command, input=json.dumps(texts).encode(), capture_output=True, check=True
    )
    codes: list[list[list[int]] | None] = json.loads(found.stdout)
    return codes


def read(picture: np.ndarray) -> str:
    """What a code says, "" if nobody can read it; uint8 (H, W) or (H, W, 3)."""
    return str(cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0])


def painted(rows: np.ndarray) -> np.ndarray:
    return np.kron(np.pad(1 - rows, 4, constant_values=1), np.full((5, 5), 255)).astype(np.uint8)


def test_a_code_of_every_size_is_read_full_to_the_last_byte() -> None:
    rng = np.random.default_rng(0)
    texts = ["".join(map(chr, rng.integers(33, 127, length))) for length in FULL]
    for version, (text, code) in enumerate(zip(texts, encode(texts), strict=True), 1):
        assert code is not None and len(code) == 17 + 4 * version
        assert read(painted(np.array(code))) == text, version


def test_damage_is_mended_and_what_is_too_long_is_refused() -> None:
    text = "https://example.org/clothes/#drawing=" + "Grüße-" * 20
    code, none = encode([text, "x" * (FULL[-1] + 1)])
    assert none is None
    rows = np.array(code)
    rows[20:25, 20:25] ^= 1
    assert read(painted(rows)) == text


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
    page.add_script_tag(path=AXE)
    faults = page.evaluate("axe.run('.code-to-scan')")["violations"]
    assert faults == [] and page.evaluate(OUTSIDE) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    strokes = page.evaluate("paper.strokes")
    other = open_page(link)
    other.wait_for_function("paper.strokes.length > 0 && !paper.drawing")
    assert other.evaluate("paper.strokes") == strokes
    # Longer than any code.
    long = np.random.default_rng(1).integers(900, 1300, (1000, 3)) % [2048, 2048, 16]
    page.evaluate("points => paper.replace([{ width: 12, eraser: false, points }])", long.tolist())
    page.get_by_role("button", name="QR code").click()
    expect(dialog.get_by_role("status")).to_contain_text("too long for a QR code")
    dialog.get_by_text("The page", exact=True).click()
    expect(dialog.locator("svg")).to_be_visible()
