"""See inside: the parts that the engine in the browser answers, whoever answers the drawings."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect

from classifier import CLASSES, load
from classifier.training.data import read_manifest
from tests.browser import bars, draw, greys, point, seen, show_photo, shows, until, watched
from tests.doubles import stored_pictures
from tests.real_data import FOLDER, needs_manifest
from tests.test_engine import by_hand, shuffled
from tests.test_page_inside import number, open_inside, ready, same, show

TEN = ".ten [data-class]"


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
    part = page.locator(f"[data-panel={name}]")
    part.locator("summary").click()
    expect(part.locator(".row.top")).to_have_count(1)
    return part


def said(name: str, pictures: np.ndarray, off: list[int]) -> torch.Tensor:
    """Probabilities (N, 10) of drawings, without some units of the one hidden layer."""
    logits = by_hand(name, pictures, [[0, unit] for unit in off])[-1].mean(0)[:, :10]
    return torch.softmax(logits / load(name).about["temperatures"]["sketch"], 1)


@needs_manifest
def test_where_it_is_worn_counts_wherever_probabilities_are_shown(inside: Page) -> None:
    """The bars, the softmax of step 4, and the engine's parts agree on a photo of somebody."""
    rows = read_manifest(FOLDER, "validation", "photo", "manifest-worn.csv")
    row = next(row for row in rows if row.source == "magento2" and row.classes == ("Trouser",))
    show_photo(inside, row.path.read_bytes())
    show(inside, "deep")
    expect(inside.locator("[data-panel=output] .place")).to_contain_text("is worn there")
    shown = bars(inside)
    for name in ("attribution", "broken"):
        assert bars(unfold(inside, name), TEN) == pytest.approx(shown, abs=2e-3)
    column = inside.locator(".softmax tbody td:nth-child(4)").all_inner_texts()
    assert [float(p) for p in column] == pytest.approx(list(shown.values()), abs=2e-3)
    show(inside, "lesson")
    expect(inside.locator("[data-panel=output] .place")).to_have_text("")


def check(part: Locator, picture: np.ndarray, off: list[int]) -> None:
    """The part's bars come to what PyTorch says of lesson."""
    expected = said("lesson", picture, off)[0].tolist()
    until(part.page, lambda: list(bars(part, TEN).values()) == pytest.approx(expected, abs=2e-4))


def test_pixels_for_and_against_add_up_and_can_be_wiped(inside: Page) -> None:
    part = unfold(inside, "attribution")
    wipe = part.locator("[data-cells=wipe]")
    whole = bars(part, TEN)

    def check_sums(shown: list[str]) -> None:
        picture = np.array(greys(wipe), np.uint8)
        check(part, picture, [])
        logits = by_hand("lesson", picture)[-1].mean((0, 1))
        rows = [row.locator("th, td").all_inner_texts() for row in part.locator("tbody tr").all()]
        assert [row[0] for row in rows] == [*shown, "difference"]
        for name, *terms, logit in rows[:2]:
            assert same(logit, logits[CLASSES.index(name)])
            assert sum(number(term) for term in terms) == number(logit)
        first, second, difference = (number(row[-1]) for row in rows)
        assert first - second == difference

    check_sums(["Ankle boot", "Sandal"])
    wipe.focus()
    for key in ("ArrowUp", "ArrowUp", "Space", *["ArrowDown"] * 3, "Space", *["ArrowDown"] * 3):
        inside.keyboard.press(key)
    inside.keyboard.press("Space")
    expect(part.locator(".turned")).to_have_text(
        "Without what was wiped it says Sandal, not Ankle boot."
    )
    part.get_by_label("First class").select_option("Bag")
    expect(part.locator("tbody th").first).to_have_text("Bag")
    check_sums(["Bag", "Sandal"])
    part.get_by_role("button").click()
    expect(part.locator(".turned")).to_be_empty()
    until(inside, lambda: bars(part, TEN) == whole)


def test_what_a_broken_network_says_is_what_pytorch_says(inside: Page) -> None:
    part = unfold(inside, "broken")
    turned = part.locator(".turned")
    picture = seen(inside)
    check(part, picture, [])
    cells = part.locator(".layers canvas")
    cells.scroll_into_view_if_needed()
    inside.mouse.click(*point(inside, 11.5 / 16, 2.5 / 8, "[data-panel=broken] .layers canvas"))
    check(part, picture, [43])
    inside.keyboard.press("ArrowLeft")
    inside.keyboard.press("Space")
    expect(cells).to_have_attribute("aria-valuetext", re.compile("^unit 42, .*, off$"))
    expect(turned).to_contain_text("2 of 128")
    check(part, picture, [43, 42])
    part.get_by_text("all but unit 42").click()
    check(part, picture, [unit for unit in range(128) if unit != 42])
    part.get_by_text("Mend it").click()
    check(part, picture, [])
    part.get_by_text("one by one").click()
    order = [unit for _, unit in shuffled("lesson", 1)]
    expect(turned).to_have_text(re.compile("^In this order it says Ankle boot until .* then "))
    count = int(turned.inner_text().split(" of ")[0].split()[-1])
    check(part, picture, order[:count])
    part.get_by_label("Noise on the weights").fill("1")
    expect(turned).to_contain_text(f"Off: {count} of 128 units")
    part.get_by_text("Mend it").click()

    # How many of 1,000 pictures it gets right, while drawings go on being answered.
    part.get_by_text("Measure it").click()
    expect(part.locator(".measured figcaption")).to_be_visible()
    draw(inside, [(0.2, 0.2), (0.8, 0.2)])
    expect(part.get_by_text("Measure it")).to_have_count(1)
    pictures, labels = stored_pictures("held_out", 1000)
    words = part.locator(".measured figcaption").inner_text()
    for share, found in zip((0, 64, 128), re.findall(r"[\d.]+ %", words), strict=True):
        answers = said("lesson", pictures, order[:share]).argmax(1)
        assert found == f"{(answers.numpy() == labels).sum() / 10:.1f} %"

    # It goes with other weights, and can be stopped before it has come.
    part.get_by_label("Noise on the weights").fill("2")
    expect(part.locator(".measured")).to_be_hidden()
    part.locator("[data-do=measure]").evaluate("button => { button.click(); button.click(); }")
    expect(part.get_by_text("Measure it")).to_have_count(1)
    expect(part.locator(".measured")).to_be_hidden()


def test_the_nearest_pictures_are_pytorch_s_and_follow_the_drawing(inside: Page) -> None:
    inside.set_viewport_size({"width": 1280, "height": 900})  # where the outlines stay in view
    part = inside.locator("[data-panel=nearest]")
    pictures, labels = stored_pictures("first", 2000)

    def check_nearest(name: str) -> None:
        """The five are those that PyTorch finds."""
        expect(part.locator(".turned")).to_contain_text(f"{name} says", timeout=60_000)
        ready(inside)
        hidden = by_hand(name, np.concatenate([pictures, seen(inside)]))[-2].relu().mean(0)
        alike = torch.cosine_similarity(hidden[:-1], hidden[-1:])
        five, found = part.locator("li"), alike.topk(5).indices.tolist()
        expected = [f"{CLASSES[labels[i]]} {alike[i]:.2f}" for i in found]
        until(inside, lambda: [text.strip() for text in five.all_inner_texts()] == expected)
        for i, canvas in zip(found, five.locator("canvas").all(), strict=True):
            shows(canvas, pictures[i].flatten().tolist())

    part.locator("summary").click()
    for name in ("lesson", "deep"):
        show(inside, name)
        for outline in ("Dress", "Ankle boot"):
            inside.get_by_label(f"Begin with: {outline}").click()
            check_nearest(name)
