"""Links that hold a drawing, QR codes (read by OpenCV), cards, and pictures given to teach."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from classifier.training.data import read_manifest
from tests.browser import (
    SIZES,
    OpenPage,
    at_rest,
    bars,
    becomes,
    beyond,
    draw,
    faults,
    frames,
    ink,
    said,
    settled,
    show_photo,
    until,
)
from tests.doubles import served, untrained


def copied_link(page: Page) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Copy link").click()
    expect(page.locator(".notice")).to_contain_text("copied")
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_link_shows_the_same_drawing_and_answer(page: Page, open_page: OpenPage) -> None:
    draw(page)
    page.keyboard.press("e")
    draw(page, [(0.4, 0.8), (0.6, 0.8)])
    page.keyboard.press("b")
    shown = draw(page, [(0.1, 0.1), (0.1, 0.1)])
    link = copied_link(page)
    assert len(link) < 1000
    other = open_page(link, viewport={"width": 390, "height": 800}, device_scale_factor=3)
    assert said(other) == shown
    assert ink(other) == pytest.approx(ink(page), rel=0.02)
    # Drawing on makes it another drawing, and the address says so.
    other.get_by_label("Undo").click()
    until(other, lambda: "#" not in other.url)


def test_a_link_brings_the_network_and_the_mode(page: Page, open_page: OpenPage) -> None:
    show_photo(page)
    page.locator(".networks button").get_by_text("both").click()
    settled(page)
    link = copied_link(page)
    assert "drawing" not in link  # nobody's photo, nor the paper behind it
    other = open_page(link)
    expect(other.locator(".networks [aria-pressed=true]")).to_have_text("both")
    expect(other.locator("#photo")).to_be_visible()


def test_a_link_to_copy_by_hand(page: Page) -> None:
    page.evaluate("""() => {
      navigator.clipboard.write = () => Promise.reject(new DOMException());
      document.execCommand = () => false;
    }""")
    draw(page)
    page.get_by_text("Copy link").click()
    field = page.locator(".notice input")
    expect(field).to_be_focused()
    assert "#drawing=" in field.input_value()


@pytest.mark.parametrize("fragment", ["drawing=", "drawing=%%%", "drawing=AAAA"])
def test_a_link_with_nonsense_leaves_the_paper_as_it_is(page: Page, fragment: str) -> None:
    shown = draw(page)
    page.evaluate("fragment => { location.hash = fragment }", fragment)
    expect(page.locator(".notice")).to_contain_text("no drawing")
    assert bars(page) == shown


def read_code(page: Page) -> str:
    """What the QR code on the screen says, "" if nobody can read it."""
    screen = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
    return str(cv2.QRCodeDetectorAruco().detectAndDecode(screen)[0])


@pytest.mark.parametrize("size, scheme", [("desktop", "dark"), ("phone", "light")])
def test_a_phone_reads_the_page_and_the_drawing_off_the_screen(
    open_page: OpenPage, address: str, size: str, scheme: str
) -> None:
    page = open_page(viewport=SIZES[size], color_scheme=scheme)
    button = page.get_by_role("button", name="QR code")
    button.click()
    dialog = page.locator(".code-to-scan")
    expect(dialog.locator("svg")).to_be_visible()
    until(page, lambda: read_code(page) == address)
    expect(dialog.get_by_role("status")).to_contain_text("this computer's own")
    dialog.get_by_text("Done").click()
    page.evaluate("scrollTo(0, 0)")
    frames(page, 2)  # until a press finds the paper where it is
    draw(page)
    button.click()
    expect(dialog.get_by_text("This drawing")).to_have_attribute("aria-pressed", "true")
    code = dialog.locator(".qr")
    code.click()
    until(page, lambda: read_code(page).startswith(f"{address}#drawing="))
    expect(code).to_be_in_viewport(ratio=1)
    assert at_rest(code)["height"] == pytest.approx(min(SIZES[size].values()), abs=1)
    link = read_code(page)
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
    button.click()
    expect(dialog.get_by_role("status")).to_contain_text("too long for a QR code")
    dialog.get_by_text("The page", exact=True).click()
    expect(dialog.locator("svg")).to_be_visible()


def test_saved_card(page: Page) -> None:
    draw(page)
    with page.expect_download() as download:
        page.get_by_text("Save picture").click()
    card = Image.open(download.value.path())
    assert card.size == (1200, 630)
    assert download.value.suggested_filename.endswith(".png")
    assert len(card.convert("RGB").getcolors(2**24) or []) > 50


def test_pictures_given_after_a_clear_yes_are_a_data_set(page: Page, given: Path) -> None:
    send = page.get_by_role("button", name="Send")
    draw(page)
    for label in ("Bag", "None of these"):
        if label != "Bag":
            show_photo(page)
        page.get_by_text("Wrong? Tell us").click()
        page.get_by_label(label, exact=True).check()
        expect(send).to_be_disabled()  # without a clear yes
        page.get_by_label("Yes, keep this picture").check()
        send.click()
        expect(page.locator("dialog.feedback")).to_be_hidden()
        expect(page.locator(".notice")).to_contain_text("Thank you")
    rows = read_manifest(given)
    assert [(row.kind, row.classes) for row in rows] == [("sketch", ("Bag",)), ("photo", ())]
    assert [Image.open(row.path).size for row in rows] == [(256, 256), (192, 256)]


def test_no_feedback_button_where_nothing_is_stored(open_page: OpenPage) -> None:
    with served({"lesson": untrained(3)}) as address:
        page = open_page(address)
        expect(page.get_by_text("Copy link")).to_be_visible()
        expect(page.get_by_text("Wrong? Tell us")).to_be_hidden()
        expect(page.locator(".networks")).to_be_hidden()  # one network only
