"""A round to play: six things to draw against a clock that the tests move."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from classifier import CLASSES, Classifier, Prediction
from classifier.network import MLP
from classifier.preparation import Prepared
from classifier.training.data import read_manifest
from classifier.training.deep.drawings import draw as made_up
from page.feedback import Feedback
from tests.browser import (
    SIZES,
    OpenPage,
    becomes,
    beyond,
    draw,
    faults,
    ink,
    settled,
    watched,
)
from tests.doubles import file_server, served

TASKS = {"Draw a T-shirt": "T-shirt/top", "Draw trousers": "Trouser"}
OUTLINE = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)]
LINE = [(0.2, 0.2), (0.8, 0.3)]
REPLACE = """lines => paper.replace(lines.map((points) => (
  { width: 52, eraser: false, points: points.map(([x, y]) => [x, y, 8]) })))"""


class Parrot(Classifier):
    """A network that says, and is sure of, what the test tells it."""

    label = "Bag"

    def classify_batch(self, batch: Sequence[Prepared]) -> list[Prediction]:
        probabilities = np.full(10, 0.01, np.float32)
        probabilities[CLASSES.index(self.label)] = 0.91
        return [Prediction(probabilities, True, each.picture, each.kind, None) for each in batch]


@pytest.fixture
def parrot() -> Parrot:
    return Parrot(MLP([784, 10]), {})


@pytest.fixture
def page(browser: Browser, parrot: Parrot, tmp_path: Path) -> Iterator[Page]:
    window = {"width": 1280, "height": 800}
    with (
        served({"parrot": parrot}, Feedback(tmp_path)) as address,
        watched(browser, address, viewport=window, reduced_motion="reduce") as page,
    ):
        yield page


def begin(page: Page) -> None:
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() + 20_000"))
    page.locator(".play").click()
    wanted(page)


def wanted(page: Page) -> str:
    """The class that is to be drawn now."""
    task = page.locator(".task")
    expect(task).to_be_visible()  # a round that was left has its text still
    expect(task).to_have_text(re.compile("^Draw "))
    text = task.inner_text()
    return TASKS.get(text) or text.split(" ", 2)[2].capitalize()


def other(name: str) -> str:
    return "Bag" if name != "Bag" else "Coat"


def test_a_round_is_won_by_being_sure_for_a_while_and_ends_with_the_time(
    page: Page, parrot: Parrot, tmp_path: Path
) -> None:
    draw(page, LINE)
    own = page.evaluate("paper.strokes")
    begin(page)
    drawn = [wanted(page)]
    assert page.evaluate("paper.strokes") == [] and not page.evaluate("paper.canUndo")
    expect(page.locator(".starters")).to_be_hidden()  # no outline helps
    # A line is too little, however sure the network is; a shape wins when it stays sure.
    for label, points, wait in [
        (drawn[0], LINE, 3000),
        (drawn[0], OUTLINE, 1000),
        (other(drawn[0]), [(0.5, 0.5)], 1000),
        (drawn[0], [(0.5, 0.6)], 1600),
    ]:
        assert wanted(page) == drawn[0]
        parrot.label = label
        draw(page, points)
        page.clock.run_for(wait)
    expect(page.locator(".task")).to_have_text(re.compile(r"Recognised after \d s!"))
    page.clock.run_for(1500)
    drawn.append(wanted(page))
    # Time is up: of another thing, and of a blank paper.
    parrot.label = other(drawn[1])
    draw(page, OUTLINE)
    page.clock.run_for(20_000)
    expect(page.locator(".task")).to_have_text(f"Time's up! Taken for {other(drawn[1])}.")
    page.clock.run_for(1500)
    drawn.append(wanted(page))
    page.clock.run_for(21_500)
    drawn.append(wanted(page))
    draw(page, OUTLINE)
    page.get_by_role("button", name="Skip").click()
    drawn.append(wanted(page))
    expect(page.locator(".count")).to_have_text("5 of 6 · 1 right")
    page.get_by_role("button", name="Stop").click()
    # How it went, each drawing with what it was taken for.
    dialog = page.locator("dialog.played")
    expect(dialog.locator("h2")).to_have_text("1 of 4 recognised")
    expect(dialog.locator(".best")).to_contain_text("1 of 6")
    rows = [text.split("\n") for text in dialog.locator("li").all_inner_texts()]
    assert [name for name, _ in rows] == drawn[:4] and len(set(drawn)) == 5
    outcomes = ["recognised", f"taken for {other(drawn[1])}", "nothing drawn", "skipped"]
    assert [outcome.split(",")[0] for _, outcome in rows] == outcomes
    with page.expect_download() as download:
        dialog.get_by_text("Save as picture").click()
    assert Image.open(download.value.path()).size == (1200, 630)
    # Given only after a clear yes, and only what may teach something.
    give = dialog.get_by_text("Give these drawings")
    expect(give).to_be_disabled()
    dialog.get_by_role("checkbox").check()
    assert not (tmp_path / "manifest.csv").exists()
    give.click()
    expect(dialog.locator(".thanks")).to_contain_text("Kept to teach the network: 2.")
    assert [row.classes for row in read_manifest(tmp_path)] == [(drawn[0],), (drawn[1],)]
    # The visitor's own drawing is back, and so is its undo.
    dialog.get_by_text("Close").click()
    assert page.evaluate("paper.strokes") == own
    becomes(page, "!document.activeElement.closest('dialog')")
    page.keyboard.press("Control+z")
    assert page.evaluate("paper.strokes") == []


def test_six_turns_make_a_round_and_whoever_leaves_has_their_drawing_back(page: Page) -> None:
    draw(page, LINE)
    own = page.evaluate("paper.strokes")
    begin(page)
    for _ in range(6):
        wanted(page)
        page.get_by_role("button", name="Skip").click()
    expect(page.locator(".played h2")).to_have_text("0 of 6 recognised")
    expect(page.locator(".giving")).to_be_hidden()
    page.get_by_text("Play again").click()
    wanted(page)
    draw(page, OUTLINE)
    page.evaluate("location.hash = 'network=parrot'")
    expect(page.locator(".round")).to_be_hidden()
    assert page.evaluate("paper.strokes") == own
    page.locator(".play").click()
    wanted(page)
    draw(page, OUTLINE)
    page.reload()
    becomes(page, "window.paper?.strokes.length > 0")
    assert page.evaluate("paper.strokes") == own


@pytest.mark.parametrize("size, scheme", [("phone", "dark"), ("small", "light")])
def test_static_files_play_too(open_page: OpenPage, exported: Path, size: str, scheme: str) -> None:
    rng = np.random.default_rng(2)
    with file_server(exported, "") as address:
        page = open_page(address, viewport=SIZES[size], color_scheme=scheme)
        expect(page.locator(".who").first).to_contain_text("deep is the large")
        begin(page)
        for _ in range(20):
            if "Recognised" in page.locator(".task").inner_text():
                break
            lines = [(2048 * line).round().tolist() for line in made_up(wanted(page), rng)]
            page.evaluate(REPLACE, lines)
            page.clock.run_for(50)
            settled(page)
            page.clock.run_for(1600)
        assert beyond(page) == []
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".played h2")).to_have_text("1 of 1 recognised")
        expect(page.locator(".giving")).to_be_hidden()  # there is nobody to give it to
        page.clock.resume()  # for axe
        assert faults(page) == []
        page.get_by_text("Close", exact=True).click()
        assert ink(page) == 0
