"""Several pieces of clothing in one photo: each is marked, and one may choose."""

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from classifier import Classifier, prepare
from classifier.preparation import Prepared
from page import live as module
from page.feedback import Feedback
from page.live import live
from tests.browser import bars, served, settled, trousers, untrained, upload

TOP, BOTTOM = (0.25, 0.1, 0.75, 0.4), (0.2, 0.5, 0.8, 0.9)
PHOTO = "data:image/jpeg;base64," + base64.b64encode(trousers()).decode()


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the photo, two pieces are found in it: the trousers, and they upside down."""

    def found(source: Any, kind: Any) -> list[Prepared]:
        one = prepare(source, "photo")
        other = replace(one, picture=one.picture[::-1].copy(), box=TOP)
        return [replace(one, box=BOTTOM), other]

    monkeypatch.setattr(module, "prepare_pieces", found)


def ask(network: Classifier, **message: Any) -> dict[str, Any]:
    async def call() -> dict[str, Any]:
        classify = live({"deep": network}, anyio.CapacityLimiter(1))
        return await classify({"image": PHOTO, "kind": "auto", "networks": ["deep"], **message})

    with ThreadPoolExecutor(1) as thread:  # Playwright has a loop in this one
        return thread.submit(asyncio.run, call()).result()


def test_the_largest_piece_is_answered_for_or_the_one_asked_for(two: None) -> None:
    network = untrained(1)
    largest, other = ask(network), ask(network, piece=[0.3, 0.1, 0.8, 0.45])
    assert [tuple(each["box"]) for each in largest["pieces"]] == [BOTTOM, TOP]
    assert (largest["piece"], other["piece"]) == (0, 1)
    assert largest["picture"] != other["picture"]
    for reply in (largest, other):
        assert reply["networks"]["deep"]["label"] == reply["pieces"][reply["piece"]]["label"]
    assert ask(network, piece=[0.9, 0.9, 1, 1])["piece"] == 0  # it is gone


@pytest.mark.parametrize("piece", ["x", [0, 0, 1], [0, 0, 1, 2], [0, 0, 1, None], {"left": 0}])
def test_what_is_no_piece(piece: object) -> None:
    assert "A piece" in ask(untrained(1), piece=piece)["error"]


def test_a_photo_of_one_garment_has_nothing_to_choose() -> None:
    assert ask(untrained(1))["pieces"] == []


def test_one_chooses_a_piece(two: None, browser: Browser, tmp_path: Path) -> None:
    networks = {"deep": untrained(1), "lesson": untrained(2)}
    with served(networks, Feedback(tmp_path)) as address:
        page = browser.new_page(viewport={"width": 390, "height": 664})
        page.goto(address)
        expect(page.locator("#chart .row")).to_have_count(10)
        upload(page, trousers())
        marks = page.locator(".pieces button")
        expect(marks).to_have_count(2)
        expect(marks.nth(0)).to_have_attribute("aria-pressed", "true")
        largest = settled(page)
        frame = page.locator(".frame").bounding_box()
        boxes = [marks.nth(i).bounding_box() for i in (0, 1)]
        assert frame and boxes[0] and boxes[1]
        assert boxes[1]["y"] + boxes[1]["height"] <= boxes[0]["y"]  # the top is above
        assert all(frame["y"] < box["y"] < frame["y"] + frame["height"] for box in boxes if box)
        marks.nth(1).press("Enter")
        expect(marks.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(marks.nth(1)).to_be_focused()
        assert settled(page) != largest
        page.get_by_text("Wrong? Tell us").click()  # of this piece
        page.locator("dialog [value=Dress]").check()
        page.locator("dialog [name=yes]").check()
        page.get_by_text("Send", exact=True).click()
        expect(page.locator(".notice")).to_contain_text("Thank you")
        (given,) = tmp_path.glob("photos/*")
        assert Image.open(given).size == (180, 144)  # TOP and a tenth around it, of 300 x 400
        page.locator('[data-networks="lesson"]').click()  # the choice stays
        expect(marks.nth(1)).to_have_attribute("aria-pressed", "true")
        page.locator('[data-networks="deep"]').click()
        marks.nth(0).click()
        expect(marks.nth(0)).to_have_attribute("aria-pressed", "true")
        assert settled(page) == largest == bars(page)
        page.get_by_text("Another photo").click()
        expect(marks).to_have_count(0)
        page.close()
