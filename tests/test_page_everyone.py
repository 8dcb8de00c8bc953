"""Every device and person: the windows of phones, light and dark, accessibility, nothing heavy."""

from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser import (
    SIZES,
    OpenPage,
    beyond,
    choose_mode,
    draw,
    faults,
    frames,
    show_photo,
)

WINDOWS = {  # that each device's browser leaves
    "iPhone 14": (390, 664),
    "iPhone SE": (375, 553),
    "Galaxy S8": (360, 612),
    "Pixel 7": (412, 785),
    "iPad": (768, 954),
    "iPad mini": (744, 1026),
    "iPhone 14 on its side": (844, 390),
    "Pixel 7 on its side": (863, 360),
    "iPhone 12 Pro on its side": (832, 380),
    "a laptop": (1280, 800),
}
NARROW = {"a laptop at 400 %": (320, 640), "a laptop at 200 %": (640, 400)}
LEAST_PAPER = 230  # pixels

MEASURE = """() => {
  const box = (element) => element.getBoundingClientRect();
  const whole = ({ left, top, right, bottom }) =>
    left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5;
  const all = (selector) => [...document.querySelectorAll(selector)].map(box);
  const before = (a, b) => a.right <= b.left + 0.5 || a.bottom <= b.top + 0.5;
  const apart = (a, b) => a === b || before(a, b) || before(b, a);
  const [paper] = all(".paper");
  const others = all(".tools > *, #chart .row, .headline, #seen, .modes, h1");
  return {
    rows: all("#chart .row").filter(whole).length,
    whole: all(".paper, .headline, #seen, .tools > *").every(whole),
    side: Math.min(paper.width, paper.height),
    apart: others.every((a) => [paper, ...others].every((b) => apart(a, b))),
  };
}"""

MOST_REQUESTS = 32
MOST_KILOBYTES = 90  # on the wire


def check_view(page: Page, narrow: bool) -> None:
    frames(page, 2)
    seen = page.evaluate(MEASURE)
    whole = seen["whole"] and seen["rows"] == 10 and seen["side"] >= LEAST_PAPER
    assert seen["apart"] and (narrow or whole), seen


@pytest.mark.parametrize("device", [*WINDOWS, *NARROW])
def test_the_bars_are_in_view_while_one_draws(open_page: OpenPage, device: str) -> None:
    width, height = (WINDOWS | NARROW)[device]
    window, touch = {"width": width, "height": height}, "laptop" not in device
    page = open_page(viewport=window, has_touch=touch, is_mobile=touch, color_scheme="dark")
    draw(page)
    expect(page.locator("#chart .top")).to_have_count(1)
    check_view(page, narrow=device in NARROW)
    # Without the scrolling that Playwright does to click.
    page.locator("[data-networks='deep,lesson']").evaluate("button => button.click()")
    expect(page.locator("#chart.both")).to_have_count(1)
    check_view(page, narrow=device in NARROW)
    assert page.evaluate("scrollY") == 0
    assert beyond(page) == []
    expect(page.locator(".paper")).to_have_css("background-color", "rgb(255, 255, 255)")
    show_photo(page)
    assert beyond(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_fault(open_page: OpenPage, scheme: str) -> None:
    page = open_page(viewport=SIZES["desktop"], color_scheme=scheme)
    assert faults(page) == []
    page.evaluate("scrollTo(0, 0)")
    page.locator(".networks .switch button").last.click()
    draw(page)
    page.get_by_text("Wrong? Tell us").click()
    expect(page.locator("dialog.feedback")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert faults(page) == []
    choose_mode(page, "photo")
    assert faults(page) == []
    show_photo(page)
    assert faults(page) == []


def test_light_and_from_nowhere_else(browser: Browser, address: str) -> None:
    requests: list[Request] = []
    page = browser.new_page()
    page.on("request", lambda request: requests.append(request))
    page.goto(address)
    page.wait_for_selector("#chart .row")
    page.wait_for_load_state("networkidle")
    loaded = [request for request in requests if request.url.startswith("http")]
    kilobytes = sum(request.sizes()["responseBodySize"] for request in loaded) / 1000
    print(f"{len(loaded)} requests, {kilobytes:.0f} kB")
    draw(page)
    show_photo(page)
    assert {urlparse(request.url).hostname for request in requests} <= {"127.0.0.1", None, ""}
    assert all(urlparse(request.url).scheme in ("http", "data", "blob") for request in requests)
    assert len(loaded) <= MOST_REQUESTS
    assert kilobytes <= MOST_KILOBYTES
    page.close()


def test_what_a_link_to_the_page_shows(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address)
    assert "Draw clothes" in page.title()
    for name in ['name="description"', 'property="og:title"', 'property="og:image"']:
        expect(page.locator(f"meta[{name}]")).to_have_count(1)
    picture = page.locator('meta[property="og:image"]').get_attribute("content")
    assert picture == f"{address}preview.png"
    reply = page.request.get(picture)
    assert reply.ok and reply.headers["content-type"] == "image/png"
    assert page.request.get(f"{address}favicon.ico").ok
    page.close()
