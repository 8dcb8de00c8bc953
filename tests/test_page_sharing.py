"""Links that hold a drawing, cards, and pictures given to teach the network."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from classifier.training.data import read_manifest
from tests.browser import OpenPage, bars, draw, ink, said, settled, upload
from tests.doubles import served, trousers, untrained


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
    assert "#" not in other.url


def test_a_link_brings_the_network_and_the_mode(page: Page, open_page: OpenPage) -> None:
    upload(page, trousers())
    settled(page)
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
    for label, image in [("Bag", None), ("None of these", trousers())]:
        if image:
            upload(page, image)
            settled(page)
        page.get_by_text("Wrong? Tell us").click()
        page.get_by_label(label, exact=True).check()
        expect(send).to_be_disabled()  # without a clear yes
        page.get_by_label("Yes, keep this picture").check()
        send.click()
        expect(page.locator("dialog.feedback")).to_be_hidden()
        expect(page.locator(".notice")).to_contain_text("Thank you")
    rows = read_manifest(given)
    assert [(row.kind, row.split, row.classes) for row in rows] == [
        ("sketch", "train", ("Bag",)),
        ("photo", "train", ()),
    ]
    sketch, photo = (Image.open(row.path) for row in rows)
    assert sketch.size == (256, 256)
    assert photo.height == 256
    assert not photo.getexif()


def test_no_feedback_button_where_nothing_is_stored(open_page: OpenPage) -> None:
    with served({"lesson": untrained(3)}) as address:
        page = open_page(address)
        expect(page.get_by_text("Copy link")).to_be_visible()
        expect(page.get_by_text("Wrong? Tell us")).to_be_hidden()
        expect(page.locator(".networks")).to_be_hidden()  # one network only
