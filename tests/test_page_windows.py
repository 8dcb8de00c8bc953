"""The bars are on the screen while one draws, in the window that each device's browser leaves."""

from typing import Any

import pytest

from tests.browser import OpenPage, draw

WINDOWS = {
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
LEAST_PAPER = 230  # pixels

MEASURE = """() => {
  const box = (each) => each.getBoundingClientRect();
  const whole = ({ left, top, right, bottom }) =>
    left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5;
  const all = (selector) => [...document.querySelectorAll(selector)].map(box);
  const before = (a, b) => a.right <= b.left + 0.5 || a.bottom <= b.top + 0.5;
  const apart = (a, b) => a === b || before(a, b) || before(b, a);
  const [paper] = all(".paper");
  const others = all(".tools > *, #chart .row, .headline, #seen, .modes, h1");
  return {
    rows: all("#chart .row").filter(whole).length,
    headline: all(".headline").every(whole),
    seen: all("#seen").every(whole),
    paper: whole(paper),
    tools: all(".tools > *").every(whole),
    side: Math.min(paper.width, paper.height),
    apart: others.every((a) => [paper, ...others].every((b) => apart(a, b))),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


def everything(measured: dict[str, Any]) -> bool:
    return (
        measured["rows"] == 10
        and measured["side"] >= LEAST_PAPER
        and measured["wide"] == 0
        and all(measured[name] for name in ("headline", "seen", "paper", "tools", "apart"))
    )


@pytest.mark.parametrize("device", WINDOWS)
def test_the_bars_are_in_view_while_one_draws(open_page: OpenPage, device: str) -> None:
    width, height = WINDOWS[device]
    window, touch = {"width": width, "height": height}, width < 1000
    page = open_page(viewport=window, has_touch=touch, is_mobile=touch)
    draw(page)
    found = page.evaluate(MEASURE)
    assert everything(found), found
    # Without the scrolling that Playwright does to click.
    page.locator("[data-networks='deep,lesson']").evaluate("button => button.click()")
    page.wait_for_selector("#chart.both")
    found = page.evaluate(MEASURE)
    assert everything(found), found
    assert page.evaluate("scrollY") == 0
