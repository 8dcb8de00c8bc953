"""See inside: the parts that the engine in the browser answers, whoever answers the drawings."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from classifier import CLASSES, load
from tests.browser import watched
from tests.doubles import served
from tests.test_page_inside import GREYS, by_hand, number, open_inside, ready, same


@pytest.fixture(scope="module")
def stored() -> Iterator[str]:
    """The page with the stored networks on a server, and their weights for the browser."""
    with served({name: load(name) for name in ("deep", "lesson")}) as address:
        yield address


@pytest.fixture
def inside(browser: Browser, stored: str) -> Iterator[Page]:
    """The section opened under the outline of the sneaker; nothing may go wrong on it."""
    window = {"width": 390, "height": 664}
    with watched(browser, stored, viewport=window, reduced_motion="reduce") as page:
        page.get_by_label("Begin with: Sneaker").click()
        open_inside(page)
        yield page


def unfold(page: Page, name: str) -> Locator:
    ready(page)
    part = page.locator(f"[data-part={name}]")
    part.locator("summary").click()
    expect(part.locator(".row.top")).to_have_count(1)
    return part


def bars(part: Locator) -> dict[str, float]:
    rows = part.locator(".ten [data-class]")
    found = rows.evaluate_all("rows => rows.map(r => [r.dataset.class, r.dataset.probability])")
    return {name: float(probability) for name, probability in found}


def test_pixels_for_and_against_add_up_and_can_be_wiped(inside: Page) -> None:
    part = unfold(inside, "attribution")
    wipe = part.locator("[data-cells=wipe]")
    whole = bars(part)

    def check(shown: list[str]) -> None:
        picture = np.array(wipe.evaluate(GREYS), np.uint8)
        logits = by_hand("lesson", picture)[-1].mean(0)
        heat = load("lesson").about["temperatures"]["sketch"]
        expected = (logits / heat).softmax(0)
        assert list(bars(part).values()) == pytest.approx(expected.tolist(), abs=2e-4)
        rows = [row.locator("th, td").all_inner_texts() for row in part.locator("tbody tr").all()]
        assert [row[0] for row in rows] == [*shown, "difference"]
        for name, *terms, logit in rows[:2]:
            assert same(logit, logits[CLASSES.index(name)])
            assert sum(number(term) for term in terms) == number(logit)

    check(["Ankle boot", "Sandal"])
    wipe.focus()
    for key in ("ArrowUp", "ArrowUp", "Space", *["ArrowDown"] * 3, "Space", *["ArrowDown"] * 3):
        inside.keyboard.press(key)
    inside.keyboard.press("Space")
    expect(part.locator(".turned")).to_have_text(
        "Without what was wiped it says Sandal, not Ankle boot."
    )
    part.get_by_label("First class").select_option("Bag")
    expect(part.locator("tbody th").first).to_have_text("Bag")
    check(["Bag", "Sandal"])
    part.get_by_role("button").click()
    expect(part.locator(".turned")).to_be_empty()
    assert bars(part) == whole
