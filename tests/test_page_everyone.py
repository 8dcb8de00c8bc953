"""Every device and person: sizes, light and dark, accessibility, nothing from elsewhere."""

from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.browser import OpenPage, draw, said, settled, upload
from tests.doubles import trousers

AXE = Path(__file__).resolve().parent / "node_modules/axe-core/axe.min.js"

SIZES = {
    "phone": {"width": 390, "height": 844},
    "small": {"width": 320, "height": 640},  # a desktop at 400 %, too
    "zoomed": {"width": 640, "height": 400},  # a desktop at 200 %
    "tablet": {"width": 820, "height": 1180},
    "desktop": {"width": 1280, "height": 800},
}

OUTSIDE = """() => [...document.querySelectorAll(".demo button, .demo canvas, .demo .percent")]
  .filter((each) => each.offsetParent !== null && (each.getBoundingClientRect().left < 0
    || each.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5))
  .map((each) => each.outerHTML)"""

OVERLAP = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [input, answer, clear] = [box(".input"), box(".answer"), box("[data-tool=clear]")];
  return clear.right > input.right + 0.5
    || (input.right > answer.left && input.bottom > answer.top);
}"""

MOST_REQUESTS = 64  # 29 are modules of ours, asked for at once, and kept by browsers
MOST_KILOBYTES = 280  # on the wire; three quarters are Gradio's


@pytest.mark.parametrize("size", SIZES)
def test_fits_every_screen(open_page: OpenPage, size: str) -> None:
    phone, scheme = size == "phone", "dark" if size == "tablet" else "light"
    page = open_page(viewport=SIZES[size], color_scheme=scheme, has_touch=phone, is_mobile=phone)
    page.locator(".starters button").first.click()
    said(page)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    assert page.evaluate(OUTSIDE) == []
    assert not page.evaluate(OVERLAP)
    page.locator(".networks .switch button").last.click()
    upload(page, trousers())
    expect(page.locator(".cut")).to_be_visible()
    assert page.evaluate(wide) == 0
    assert page.evaluate(OUTSIDE) == []
    colour = page.locator(".paper").evaluate("paper => getComputedStyle(paper).backgroundColor")
    assert colour == "rgb(255, 255, 255)"  # paper stays paper


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_fault(open_page: OpenPage, scheme: str) -> None:
    page = open_page(viewport=SIZES["desktop"], color_scheme=scheme)
    page.wait_for_selector(".gradio-container .demo")  # the <main> around it is Gradio's
    page.add_script_tag(path=AXE)
    found = {}

    def look(state: str) -> None:
        result = page.evaluate("axe.run()")
        for fault in result["violations"]:
            where = [node["target"] for node in fault["nodes"]]
            found[state, fault["id"]] = (fault["impact"], where)

    look("blank")
    page.evaluate("scrollTo(0, 0)")
    page.locator(".networks .switch button").last.click()
    draw(page)
    look("drawing")
    page.get_by_text("Wrong? Tell us").click()
    look("dialog")
    page.keyboard.press("Escape")
    page.locator(".modes [data-mode=photo]").click()
    look("photo, none yet")
    upload(page, trousers())
    settled(page)
    look("photo")
    assert found == {}


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
