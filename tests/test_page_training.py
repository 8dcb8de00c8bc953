"""See inside, "Watch it learn": a network is trained in the page, and can be used and saved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from classifier import CLASSES, load
from tests.browser import bars, draw, faults, greys, seen, settled, until, watched
from tests.test_page_inside import BOOT, open_inside

WAIT = 120_000  # milliseconds: this computer may have other work
TEN = ".ten [data-class]"
Training = tuple[Page, Locator]


@pytest.fixture
def training(browser: Browser, stored: str) -> Iterator[Training]:
    """The part unfolded under a drawing, its pictures there; nothing may go wrong on it."""
    options: dict[str, Any] = {"viewport": {"width": 390, "height": 664}, "color_scheme": "dark"}
    with watched(browser, stored, reduced_motion="reduce", **options) as page:
        draw(page, BOOT)
        open_inside(page)
        part = page.locator("[data-panel=training]")
        part.locator("summary").click()
        expect(part.locator(".counts")).to_contain_text("0 steps", timeout=WAIT)
        yield page, part


def choose(part: Locator, **settings: str) -> None:
    """Set these, which begins anew."""
    for name, value in settings.items():
        field = part.locator(f"[name={name}]")
        if name == "hidden":
            field.fill(value)
        elif name == "activation":
            field.set_checked(value == "on")
        else:
            field.select_option(value)
    expect(part.locator(".counts")).to_contain_text("0 steps")


def play_until(part: Locator, sentence: str) -> str:
    """Play until this is said of it, and pause; all of what is said."""
    part.get_by_role("button", name="Play").click()
    expect(part.locator(".happens")).to_contain_text(sentence, timeout=WAIT)
    said = part.locator(".happens").inner_text()
    part.get_by_role("button", name="Pause").click()
    return said


def test_step_by_step_the_bars_move_from_a_tenth_each(training: Training) -> None:
    page, part = training
    choose(part, hidden="16", count="200")
    until(page, lambda: 0 < max(bars(part, TEN).values()) < 0.15)
    first = part.locator(".pictures canvas").first
    for steps in (1, 2):
        before = bars(part, TEN)
        part.get_by_role("button", name="One step").click()
        expect(part.locator(".counts")).to_contain_text(f"{steps} step")
        until(page, lambda: bars(part, TEN) != before)  # noqa: B023 (asked at once)
    expect(part.locator(".pictures canvas")).to_have_count(10)
    learned = greys(first)
    part.get_by_role("button", name="Start again").click()
    expect(part.locator(".counts")).to_contain_text("0 steps")
    until(page, lambda: greys(first) != learned)
    assert faults(page, "[data-panel=training]") == []


def test_pictures_that_do_not_arrive_are_asked_for_again(browser: Browser, stored: str) -> None:
    with watched(browser, stored) as page:
        draw(page, BOOT)
        page.route("**/fashion.more.webp", lambda route: route.abort())
        held: list[Route] = []
        page.route("**/inside.js", lambda route: held.append(route))
        page.locator(".inside > summary").click()
        part = page.locator("[data-panel=training]")
        part.locator("summary").click()  # before what opens it has arrived
        until(page, lambda: bool(held))
        held[0].continue_()
        expect(part.locator(".wait")).to_contain_text("The pictures did not arrive.")
        page.unroute("**/fashion.more.webp")
        part.get_by_role("button", name="Play").click()
        expect(part.locator(".two figcaption").first).to_contain_text("from", timeout=WAIT)
        part.locator("[name=hidden]").fill("1")  # while it plays
        for _ in range(20):
            part.locator("[name=hidden]").press("ArrowRight")
        expect(part.locator(".pictures canvas")).to_have_count(10)
        expect(part.locator(".counts")).to_contain_text("each", timeout=WAIT)
        part.locator("summary").click()
        expect(part.get_by_text("Play", exact=True)).to_have_count(1)  # folded, it pauses


def test_it_learns_is_used_for_drawing_and_saved(training: Training, tmp_path: Path) -> None:
    page, part = training
    choose(part, hidden="32")
    assert "% right, of those that it has never learned from" in play_until(part, "Learned")
    part.get_by_role("button", name="Use it for drawing").click()
    expect(page.locator(".networks [aria-pressed=true]")).to_have_text("yours")
    expect(page.locator(".answer .who")).to_contain_text("the one you have trained")
    answered = settled(page)
    until(page, lambda: bars(part, TEN) == pytest.approx(answered, abs=2e-4))
    page.locator(".inside > summary").click()
    assert settled(page) == answered  # and goes on when the section is closed
    drawn = draw(page, [(0.2, 0.2), (0.8, 0.2)])
    page.locator(".inside > summary").click()
    part.get_by_role("button", name="Save").click()
    expect(part.locator(".saved a")).to_have_count(2)
    for link in part.locator(".saved a").all():
        with page.expect_download() as download:
            link.click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
    saved = load("yours", tmp_path)
    assert saved.about["sizes"] == [784, 32, 10] and saved.about["recipe"]["steps"] > 0
    page.locator(".networks [data-networks=yours]").click()
    assert settled(page) == drawn
    expected = saved.probabilities(seen(page))[0]
    assert list(bars(page).values()) == pytest.approx(expected.tolist(), abs=1e-3)
    assert list(drawn) == list(CLASSES)
    page.reload()  # this browser keeps it
    draw(page)
    page.locator(".networks [data-networks=yours]").click()
    answered = settled(page)
    expected = saved.probabilities(seen(page))[0]
    assert list(answered.values()) == pytest.approx(expected.tolist(), abs=1e-3)


def test_what_happens_is_said_in_a_sentence(training: Training) -> None:
    _, part = training
    choose(part, hidden="1")
    play_until(part, "single hidden unit")
    choose(part, hidden="128", rate="10")
    play_until(part, "too high")
    choose(part, rate="0.1", count="200")
    play_until(part, "by heart")
    choose(part, rate="0.001", count="10000", adam="yes", activation="off")
    play_until(part, "Without ReLU")
