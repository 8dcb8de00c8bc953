"""Reload, Back, and what the page can do before all of it is there."""

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import SHIRT, becomes, draw, ink, press, settled

PRESSED = ".networks [aria-pressed=true]"


def test_strokes_count_before_our_own_scripts_are_there(browser: Browser, address: str) -> None:
    page = browser.new_page()
    held: list[Route] = []
    page.route("**/main.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    becomes(page, "window.paper")
    press(page)
    page.mouse.up()
    assert ink(page) > 0
    expect(page.locator("#chart [data-class]")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("#chart .top")).to_have_count(1)
    page.close()


def test_a_reload_keeps_the_drawing_and_the_network(page: Page) -> None:
    deep = draw(page)
    page.locator(".networks button").get_by_text("lesson").click()
    shown, drawn = settled(page), ink(page)
    assert shown != deep
    page.reload()
    expect(page.locator(PRESSED)).to_have_text("lesson")
    expect(page.locator("#chart .top")).to_have_count(1)
    assert settled(page) == shown
    assert ink(page) == drawn
    page.get_by_label("Clear").click()
    page.reload()
    expect(page.locator("#chart [data-class]")).to_have_count(10)
    assert ink(page) == 0


def test_the_drawing_is_there_after_a_visit_elsewhere(page: Page, address: str) -> None:
    draw(page)
    drawn = ink(page)
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("#chart .top")).to_have_count(1)
    assert ink(page) == drawn


def test_back_goes_from_photo_to_draw(page: Page) -> None:
    shown = draw(page)
    for _ in range(2):
        page.locator(".modes [data-mode=photo]").click()
        page.locator(".modes [data-mode=draw]").click()
    page.locator(".modes [data-mode=photo]").click()
    page.reload()
    expect(page.locator("#photo")).to_be_visible()
    page.go_back()  # however often somebody went to and fro
    expect(page.locator("#sketch")).to_be_visible()
    expect(page.locator("#chart .top")).to_have_count(1)
    assert settled(page) == shown
    page.go_forward()
    expect(page.locator("#photo")).to_be_visible()


def test_focus_stays_where_one_works(page: Page) -> None:
    draw(page, SHIRT)
    for key in ("Clear", "Undo", "Undo"):
        page.get_by_label(key).focus()
        page.keyboard.press("Enter")
    expect(page.get_by_label("Undo")).to_be_disabled()
    expect(page.locator("#sketch canvas")).to_be_focused()
