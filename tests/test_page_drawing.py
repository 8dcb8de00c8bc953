"""Drawing: mouse, finger, pen, keyboard; undoing; what helps to begin; Reload and Back."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import (
    SHIRT,
    OpenPage,
    bars,
    becomes,
    choose_mode,
    draw,
    frames,
    ink,
    point,
    press,
    said,
    settled,
    stroke,
    until,
)


def test_undo_redo_clear(page: Page) -> None:
    one = draw(page)
    two = draw(page, [(0.2, 0.9), (0.8, 0.9), (0.8, 0.3)])
    assert one != two
    page.keyboard.press("Control+z")
    assert settled(page) == one
    page.keyboard.press("Control+Shift+z")
    assert settled(page) == two
    page.keyboard.press("Delete")
    expect(page.locator(".hint")).to_be_visible()
    assert set(bars(page).values()) == {0}
    page.get_by_label("Undo").click()  # clearing can be undone, too
    assert settled(page) == two
    expect(page.get_by_label("Redo")).to_be_enabled()


def test_a_dot_can_be_seen(page: Page) -> None:
    draw(page, [(0.5, 0.5)])
    assert ink(page) > 0


def test_eraser_and_width(page: Page) -> None:
    draw(page)
    thin = ink(page)
    page.keyboard.press("Delete")
    for _ in range(4):
        page.keyboard.press("]")
    draw(page)
    thick = ink(page)
    assert thick > 1.3 * thin
    page.keyboard.press("e")
    draw(page, SHIRT[:4])
    assert ink(page) < thick
    page.keyboard.press("b")
    expect(page.get_by_label("Pen", exact=True)).to_have_attribute("aria-pressed", "true")


FITS = "() => window.paper.canvas.width === Math.round(window.paper.canvas.clientWidth)"


def test_nothing_is_lost_when_the_window_changes(page: Page) -> None:
    shown = draw(page)
    before = ink(page)
    for width, height in ((500, 900), (900, 500)):
        page.set_viewport_size({"width": width, "height": height})
        becomes(page, FITS)
        assert ink(page) == pytest.approx(before, rel=0.1)
    page.get_by_label("Undo").click()
    page.get_by_label("Redo").click()
    assert settled(page) == shown


def test_a_finger_draws_and_two_scroll(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 600}, has_touch=True, is_mobile=True)
    touches = page.context.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [dict(zip("xy", point(page, *place), strict=True)) for place in at]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (0.5, 0.9))
    for i in range(1, 12):
        touch("touchMove", (0.5 + 0.02 * (i % 3), 0.9 - 0.07 * i))
    page.wait_for_selector("#chart .top")  # the finger is still down
    touch("touchEnd")
    settled(page)
    assert page.evaluate("scrollY") == 0
    assert ink(page) > 0.01
    touch("touchStart", (0.3, 0.9), (0.7, 0.9))
    for i in range(1, 12):
        touch("touchMove", (0.3, 0.9 - 0.05 * i), (0.7, 0.9 - 0.05 * i))
    touch("touchEnd")
    becomes(page, "scrollY > 0")
    assert page.evaluate("paper.strokes.length") == 1


POINTERS = """events => {
  const canvas = document.querySelector("#sketch canvas");
  canvas.setPointerCapture = () => {}; // of pointers that are made up
  const box = canvas.getBoundingClientRect();
  for (const [type, pointerType, pointerId, x, y, buttons = 1] of events) {
    const [clientX, clientY] = [box.left + x * box.width, box.top + y * box.height];
    const event = { pointerType, pointerId, clientX, clientY, buttons, pressure: 0.5 };
    canvas.dispatchEvent(new PointerEvent(type, { ...event, bubbles: true, cancelable: true }));
  }
  return paper.strokes.map((stroke) => stroke.points.length);
}"""
PEN = [("pointermove", "pen", 2, 0.2 + 0.05 * i, 0.3) for i in range(10)]


def test_a_pen_beats_the_hand_that_holds_it(page: Page) -> None:
    palm = ("touch", 1, 0.8, 0.8)
    down, up = ("pointerdown", "pen", 2, 0.1, 0.3), ("pointerup", "pen", 2, 0.7, 0.3, 0)
    first = [("pointerdown", *palm), down, *PEN, ("pointercancel", *palm), up]
    assert page.evaluate(POINTERS, first) == [11]
    later = [down, *PEN[:3], ("pointerdown", *palm), *PEN[3:], up, ("pointerup", *palm, 0)]
    assert page.evaluate(POINTERS, later) == [11, 11]
    cancelled = [("pointerdown", *palm), ("pointercancel", *palm)]
    assert page.evaluate(POINTERS, cancelled) == [11, 11]


@pytest.mark.parametrize("end", ["hovers", "loses", "leaves", "presses"])
def test_a_stroke_whose_end_never_comes_ends(page: Page, end: str) -> None:
    mouse = ("mouse", 1, 0.5, 0.5)
    moves = [("pointermove", "mouse", 1, 0.1 * i, 0.4) for i in range(1, 6)]
    hovers = [(*move, 0) for move in moves]
    begun = page.evaluate(POINTERS, [("pointerdown", *mouse), *moves])
    if end == "loses":
        page.evaluate(POINTERS, [("lostpointercapture", *mouse)])
    elif end == "leaves":
        page.evaluate("dispatchEvent(new Event('blur'))")
    elif end == "presses":  # what came between was not told
        assert page.evaluate(POINTERS, [("pointerdown", *mouse)]) == [*begun, 1]
        return
    assert page.evaluate(POINTERS, hovers) == begun == [6]
    assert page.evaluate(POINTERS, [("pointerdown", *mouse)]) == [6, 1]


def test_a_second_finger_ends_a_stroke_and_a_tap_of_two_takes_the_last_one_back(page: Page) -> None:
    one, two = ("touch", 1, 0.3, 0.3), ("touch", 2, 0.6, 0.6)
    moves = [("pointermove", "touch", 1, 0.3 + 0.1 * i, 0.3) for i in range(1, 4)]
    ups = [("pointerup", *one, 0), ("pointerup", *two, 0)]
    drawn = [("pointerdown", *one), *moves, ("pointerdown", *two), *moves, *ups]
    assert page.evaluate(POINTERS, drawn) == [4]
    tap = [("pointerdown", *one), ("pointerdown", *two), *ups]
    assert page.evaluate(POINTERS, tap) == []
    page.get_by_label("Redo").click()
    assert page.evaluate(POINTERS, []) == [4]


def test_a_pen_presses(page: Page) -> None:
    pen = page.context.new_cdp_session(page)

    def stroke(force: float) -> None:
        for i, kind in enumerate(["mousePressed", *["mouseMoved"] * 11, "mouseReleased"]):
            x, y = point(page, 0.2 + 0.05 * i, 0.5)
            event = {"type": kind, "x": x, "y": y, "force": force, "pointerType": "pen"}
            pen.send("Input.dispatchMouseEvent", event | {"button": "left", "buttons": 1})

    stroke(0.1)
    light = ink(page)
    page.keyboard.press("Delete")
    stroke(0.9)
    assert ink(page) > 1.5 * light > 0


def test_drawing_with_the_keyboard_alone(page: Page) -> None:
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.paper') !== null"):
            break
    expect(page.locator("#sketch .pencil")).to_be_visible()
    page.keyboard.press("Space")
    for key in ["ArrowLeft"] * 8 + ["ArrowDown"] * 12 + ["ArrowRight"] * 8:
        page.keyboard.press(key)
    page.wait_for_selector("#chart .top")
    expect(page.locator(".spoken")).to_be_empty()
    page.keyboard.press("Space")
    settled(page)
    assert ink(page) > 0.005


def test_starters_and_surprise(page: Page) -> None:
    starters = page.locator(".starters button")
    starters.first.click()
    outline = said(page)
    page.keyboard.press("Control+z")  # back to the blank paper
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 60"))
    starters.last.click()
    count = "paper.strokes.reduce((sum, stroke) => sum + stroke.points.length, 0)"
    points = []
    for _ in range(2):  # it is drawn bit by bit
        page.clock.run_for(300)
        points.append(page.evaluate(count))
    assert 0 < points[0] < points[1]
    page.clock.resume()
    until(page, lambda: bars(page) != outline)


def test_drawing_over_a_replay_ends_it_and_reduced_motion_has_none(
    page: Page, open_page: OpenPage
) -> None:
    page.locator(".starters button").last.click()
    until(page, lambda: ink(page) > 0)
    press(page, [(0.05, 0.05), (0.1, 0.05)])
    drawn = ink(page)
    page.mouse.up()
    frames(page)
    assert ink(page) == pytest.approx(drawn, rel=0.01)
    other = open_page(reduced_motion="reduce")
    other.locator(".starters button").first.click()
    at_once = ink(other)
    frames(other)
    assert ink(other) == at_once > 0


def test_strokes_count_before_our_own_scripts_are_there(browser: Browser, address: str) -> None:
    page = browser.new_page()
    held: list[Route] = []
    page.route("**/main.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    becomes(page, "window.paper")
    stroke(page)
    assert ink(page) > 0
    expect(page.locator("#chart [data-class]")).to_have_count(0)
    until(page, lambda: bool(held))
    held[0].continue_()
    expect(page.locator("#chart .top")).to_have_count(1)
    page.close()


def test_a_reload_and_a_visit_elsewhere_keep_the_drawing_and_the_network(page: Page) -> None:
    deep = draw(page)
    page.locator(".networks button").get_by_text("lesson").click()
    shown, drawn = settled(page), ink(page)
    assert shown != deep
    page.reload()
    expect(page.locator(".networks [aria-pressed=true]")).to_have_text("lesson")
    expect(page.locator("#chart .top")).to_have_count(1)
    assert settled(page) == shown
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("#chart .top")).to_have_count(1)
    assert ink(page) == drawn
    page.get_by_label("Clear").click()
    page.reload()
    expect(page.locator("#chart [data-class]")).to_have_count(10)
    assert ink(page) == 0


def test_back_goes_from_photo_to_draw(page: Page) -> None:
    shown = draw(page)
    for _ in range(2):
        choose_mode(page, "photo")
        choose_mode(page, "draw")
    choose_mode(page, "photo")
    page.reload()
    expect(page.locator("#photo")).to_be_visible()
    page.go_back()  # however often somebody went to and fro
    expect(page.locator("#sketch")).to_be_visible()
    expect(page.locator("#chart .top")).to_have_count(1)
    assert settled(page) == shown
    page.go_forward()
    expect(page.locator("#photo")).to_be_visible()


def test_focus_stays_where_one_works(page: Page) -> None:
    draw(page)
    for key in ("Clear", "Undo", "Undo"):
        page.get_by_label(key).focus()
        page.keyboard.press("Enter")
    expect(page.get_by_label("Undo")).to_be_disabled()
    expect(page.locator("#sketch canvas")).to_be_focused()
