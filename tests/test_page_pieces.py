"""Several pieces of clothing in one photo: each is marked, and one may choose."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from classifier.preparation import prepare
from page import answer
from page.feedback import Feedback
from tests.browser import OpenPage, bars, settled, upload
from tests.doubles import served, trousers, untrained


def test_one_chooses_a_piece(two: None, open_page: OpenPage, tmp_path: Path) -> None:
    networks = {"deep": untrained(1), "lesson": untrained(2, sure=False)}
    with served(networks, Feedback(tmp_path)) as address:
        page = open_page(address, viewport={"width": 390, "height": 664})
        upload(page, trousers())
        marks = page.locator(".pieces button")
        expect(marks).to_have_count(2)
        expect(marks.nth(0)).to_have_attribute("aria-pressed", "true")
        expect(marks.filter(has_text="?")).to_have_count(0)
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
        page.locator('.networks [data-networks="lesson"]').click()  # the choice stays
        expect(marks.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(marks.filter(has_text="?")).to_have_count(2)  # it takes neither for one of its ten
        page.locator('.networks [data-networks="deep"]').click()
        marks.nth(0).click()
        expect(marks.nth(0)).to_have_attribute("aria-pressed", "true")
        assert settled(page) == largest == bars(page)
        page.get_by_text("Another photo").click()
        expect(marks).to_have_count(0)


def test_marks_at_the_foot_of_a_photo_stay_within_it(
    monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    boxes = [(0.3, 0.4, 0.7, 1.0), (0.3, 0.88, 0.7, 1.0), (0.3, 0.9, 0.7, 1.0)]
    one = prepare(trousers(), "photo")
    found = [replace(one, box=box) for box in boxes]
    monkeypatch.setattr(answer, "prepare_pieces", lambda *_: found)
    with served({"deep": untrained(1)}) as address:
        page = open_page(address, viewport={"width": 390, "height": 664})
        upload(page, trousers())
        marks = page.locator(".pieces button")
        expect(marks).to_have_count(3)
        frame = page.locator(".pieces").bounding_box()
        seen = [mark.bounding_box() for mark in marks.all()]
        assert frame and all(seen)
        ends = [(box["y"], box["y"] + box["height"]) for box in seen if box]
        assert frame["y"] <= ends[0][0] and ends[2][1] <= frame["y"] + frame["height"]
        # From top to bottom as their pieces are, none on another.
        assert all(above[1] <= below[0] for above, below in pairwise(ends))
