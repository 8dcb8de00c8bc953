"""The page in a real browser, start to end: draw, see ten bars move, show a photo, call the API."""

import pytest
from playwright.sync_api import Page, expect

from classifier import load, stored_networks
from page import NETWORKS
from tests.browser import OpenPage, bars, draw, press, seen, settled, until, upload
from tests.doubles import served, trousers

SQUARE = [(0.3, 0.2), (0.7, 0.2), (0.7, 0.7), (0.3, 0.7), (0.3, 0.2)]


def test_bars_move_during_the_stroke(page: Page) -> None:
    assert set(bars(page).values()) == {0}
    press(page, [(0.3, 0.2), (0.3, 0.6)])
    expect(page.locator("#chart .top")).to_have_count(1)
    early = bars(page)
    page.mouse.move(800, 300, steps=8)
    until(page, lambda: bars(page) != early)
    late = bars(page)
    expect(page.locator(".spoken")).to_be_empty()  # nothing is read out yet: the button is down
    page.mouse.up()
    expect(page.locator(".spoken")).not_to_be_empty()
    assert sum(late.values()) == pytest.approx(1, abs=1e-3)
    until(page, lambda: seen(page).max() > 100)


def test_the_answer_in_words_and_whole_percentages(page: Page) -> None:
    shown = draw(page, SQUARE)
    top = max(shown, key=lambda name: shown[name])
    expect(page.locator("#chart .top")).to_have_attribute("data-class", top)
    expect(page.locator(".label")).to_contain_text(top)
    percents = page.locator("#chart .percent").all_inner_texts()
    assert sum(int(text.removesuffix(" %")) for text in percents) == 100
    expect(page.locator(".spoken")).to_contain_text(top)


def test_both_networks(page: Page) -> None:
    deep = draw(page)
    networks = page.locator(".networks .switch button")
    networks.get_by_text("lesson").click()
    lesson = settled(page)
    assert lesson != deep
    networks.get_by_text("both").click()
    expect(page.locator("#chart.both")).to_have_count(1)
    assert settled(page) == deep
    others = page.locator("#chart .other").all_inner_texts()
    for text, p in zip(others, lesson.values(), strict=True):
        assert int(text.removesuffix(" %")) == pytest.approx(100 * p, abs=1)


def test_none_of_the_ten_in_words_and_grey(page: Page) -> None:
    draw(page, SQUARE)
    bar = page.locator("#chart .top .bar").first
    colour = bar.evaluate("bar => getComputedStyle(bar).backgroundColor")
    page.locator(".networks button").get_by_text("lesson").click()
    expect(page.locator(".lead")).to_have_text("I don't think this is one of my ten.")
    expect(page.locator(".spoken")).to_contain_text("one of my ten. A little like a")
    expect(bar).not_to_have_css("background-color", colour)


def test_first_lines_are_not_called_anything_and_a_claim_waits_for_the_pen(page: Page) -> None:
    press(page, SQUARE[:2])
    expect(page.locator(".lead")).to_have_text("Hmm …")
    page.mouse.up()
    settled(page)
    expect(page.locator(".headline")).to_have_text("Keep drawing! ")
    assert sum(bars(page).values()) == pytest.approx(1, abs=1e-3)  # for who wants to know
    press(page, SQUARE)
    expect(page.locator(".lead")).to_have_text("Perhaps this is")
    expect(page.locator(".sure")).to_be_empty()
    page.mouse.up()
    expect(page.locator(".sure")).to_contain_text("%")


def test_its_own_address_is_in_the_code_to_use(page: Page, address: str) -> None:
    page.locator(".code").click()
    expect(page.locator("[data-code=python]")).to_contain_text(f'Client("{address}")')
    page.keyboard.press("Escape")
    expect(page.locator(".from-code")).to_be_hidden()


def test_the_same_in_plain_gradio(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    page.get_by_role("link", name="plain Gradio").click()
    page.wait_for_load_state("networkidle")  # the paper comes long after the page
    page.get_by_label("Brush").first.click()
    small = [(0.45, 0.4), (0.55, 0.4), (0.55, 0.6), (0.45, 0.6)]
    press(page, small, steps=5, on="#pad canvas >> nth=0")
    page.mouse.up()
    expect(page.locator("#label")).to_contain_text("Ankle boot")  # ten of them
    page.reload()
    page.wait_for_load_state("networkidle")
    upload(page, trousers(), on="input[type=file] >> nth=1")  # the first is the paper's
    expect(page.locator("#label")).to_contain_text("Ankle boot")
    expect(page.locator("img[src*='gradio_api/file=']").first).to_be_visible()


def test_a_stored_network_knows_our_outlines(open_page: OpenPage) -> None:
    name = next(name for name in NETWORKS if name in stored_networks())
    with served({name: load(name)}) as address:
        page = open_page(address, reduced_motion="reduce")
        expect(page.locator(".starters [aria-label]")).to_have_count(6)
        right = 0
        for starter in page.locator(".starters [aria-label]").all():
            starter.click()
            shown = settled(page)
            wanted = (starter.get_attribute("aria-label") or "").removeprefix("Begin with: ")
            right += max(shown, key=lambda name: shown[name]) == wanted
        assert right >= 4  # of 6
