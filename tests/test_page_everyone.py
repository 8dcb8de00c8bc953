"""Every device and person: sizes, light and dark, accessibility, nothing from elsewhere."""

from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.browser import (
    SIZES,
    OpenPage,
    beyond,
    choose_mode,
    draw,
    faults,
    said,
    settled,
    upload,
)
from tests.doubles import trousers

OVERLAP = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [input, answer, clear] = [box(".input"), box(".answer"), box("[data-tool=clear]")];
  return clear.right > input.right + 0.5
    || (input.right > answer.left && input.bottom > answer.top);
}"""

MOST_REQUESTS = 32
MOST_KILOBYTES = 90  # on the wire


@pytest.mark.parametrize("size", SIZES)
def test_fits_every_screen(open_page: OpenPage, size: str) -> None:
    phone, scheme = size == "phone", "dark" if size == "tablet" else "light"
    page = open_page(viewport=SIZES[size], color_scheme=scheme, has_touch=phone, is_mobile=phone)
    page.locator(".starters button").first.click()
    said(page)
    assert beyond(page) == []
    assert not page.evaluate(OVERLAP)
    page.locator(".networks .switch button").last.click()
    upload(page, trousers())
    expect(page.locator(".cut")).to_be_visible()
    assert beyond(page) == []
    expect(page.locator(".paper")).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_fault(open_page: OpenPage, scheme: str) -> None:
    page = open_page(viewport=SIZES["desktop"], color_scheme=scheme)
    assert faults(page) == []
    page.evaluate("scrollTo(0, 0)")
    page.locator(".networks .switch button").last.click()
    draw(page)
    assert faults(page) == []
    page.get_by_text("Wrong? Tell us").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    choose_mode(page, "photo")
    assert faults(page) == []
    upload(page, trousers())
    settled(page)
    assert faults(page) == []


def test_light_and_from_nowhere_else(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    page.goto(address)
    page.wait_for_selector("#chart .row")
    page.wait_for_load_state("networkidle")
    loaded = [request for request in requests if request.url.startswith("http")]
    kilobytes = sum(request.sizes()["responseBodySize"] for request in loaded) / 1000
    print(f"{len(loaded)} requests, {kilobytes:.0f} kB")
    draw(page)
    upload(page, trousers())
    settled(page)
    assert {urlparse(request.url).hostname for request in requests} <= {"127.0.0.1", None, ""}
    assert all(urlparse(request.url).scheme in ("http", "data", "blob") for request in requests)
    assert len(loaded) <= MOST_REQUESTS
    assert kilobytes <= MOST_KILOBYTES
    context.close()


def test_what_a_link_to_the_page_shows(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert "Draw clothes" in page.title()
    for name in ['name="description"', 'property="og:title"', 'property="og:image"']:
        expect(page.locator(f"meta[{name}]")).to_have_count(1)
    picture = page.locator('meta[property="og:image"]').get_attribute("content")
    assert picture == f"{address}preview.png"
    reply = page.request.get(picture)
    assert reply.ok and reply.headers["content-type"] == "image/png"
    assert page.request.get(f"{address}favicon.ico").ok
    context.close()
