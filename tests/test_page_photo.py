"""Photos: dropped, pasted, cropped, from the camera, and of several pieces of clothing."""

import base64
import io
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pillow_heif import register_heif_opener
from playwright.sync_api import Locator, Page, expect

from classifier.preparation import prepare
from page import answer
from page.feedback import Feedback
from tests.browser import (
    OpenPage,
    at_rest,
    bars,
    becomes,
    choose_mode,
    drag,
    frames,
    settled,
    show_photo,
    until,
    upload,
)
from tests.doubles import in_file, served, trousers, untrained

GIVE = """async ([type, name, data]) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const transfer = new DataTransfer();
  if (name) transfer.items.add(new File([bytes], name, { type: "image/png" }));
  else transfer.setData("text/uri-list", "https://example.org/shirt.jpg");
  const init = { bubbles: true, cancelable: true };
  const event = type === "drop"
    ? new DragEvent("drop", { ...init, dataTransfer: transfer })
    : new ClipboardEvent("paste", { ...init, clipboardData: transfer });
  document.body.dispatchEvent(event);
}"""

OTHERS = """all => {
  const rows = [...document.querySelectorAll("#chart [data-class]")];
  const now = rows.map((row) => Number(row.dataset.probability)).join();
  return all.every((bars) => bars.join() !== now);
}"""


def other_than(page: Page, *all_bars: dict[str, float]) -> None:
    """Waits until the bars are none of these."""
    becomes(page, OTHERS, arg=[list(one.values()) for one in all_bars])


def drag_over_photo(page: Page) -> dict[str, float]:
    drag(page, (0.4, 0.1), (0.6, 0.5), ".photo-view")
    return settled(page)


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_dropped_and_pasted(page: Page, how: str) -> None:
    page.evaluate(GIVE, [how, "trousers.png", base64.b64encode(trousers("PNG")).decode()])
    expect(page.locator(".cut")).to_be_visible()
    expect(page.locator(".photo-view")).to_be_visible()
    assert sum(bars(page).values()) == pytest.approx(1, abs=1e-3)
    page.evaluate(GIVE, [how, "", ""])
    expect(page.locator(".notice")).to_contain_text("Save the picture")


def test_crop_by_dragging_and_by_keyboard(page: Page) -> None:
    whole = show_photo(page)
    assert drag_over_photo(page) != whole
    page.get_by_text("Whole photo").click()
    assert settled(page) == whole
    page.locator(".photo-view").focus()
    for key in ["+", "+", "+", "ArrowUp", "ArrowUp"]:
        page.keyboard.press(key)
    assert settled(page) != whole
    page.get_by_text("Another photo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#photo input[type=file]")).to_be_focused()


TWICE_AS_WIDE = """() => {
  const { naturalWidth, naturalHeight } = document.querySelector(".cut img");
  return Math.abs(naturalWidth / naturalHeight - 2) < 0.1;
}"""


def test_the_part_is_the_one_dragged_over(page: Page) -> None:
    """Also where the photo does not fill its frame: a part twice as wide as high stays so."""
    shade = Image.linear_gradient("L").rotate(90).resize((300, 400)).point(lambda x: 20 + x // 5)
    show_photo(page, in_file(shade.convert("RGB"), "JPEG"))  # all of any part is cut out
    drag(page, (0.35, 0.3), (0.65, 0.45), ".photo-view")
    becomes(page, TWICE_AS_WIDE)


def test_files_that_only_the_page_or_only_the_server_can_show(page: Page) -> None:
    shirt = "M60 60 100 40h100l40 20-20 60-30-15v155h-80v-155l-30 15z"
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><path d="%s"/></svg>'
    upload(page, (svg % shirt).encode(), "shirt.svg", "image/svg+xml")
    expect(page.locator("#chart .top")).to_have_count(1)
    expect(page.locator(".cut")).to_be_hidden()
    blank, late = Image.new("L", (300, 400), 255), [Image.open(io.BytesIO(trousers()))]
    animation = in_file(blank, "GIF", save_all=True, append_images=late)
    upload(page, animation, "late.gif", "image/gif")
    expect(page.locator(".cut")).to_be_visible()
    upload(page, in_file(blank, "JPEG"), "white.jpg")
    expect(page.locator(".notice")).to_contain_text("I see nothing here")
    expect(page.locator("#chart .top")).to_have_count(0)


def test_live_camera(page: Page) -> None:
    choose_mode(page, "photo")
    page.get_by_text("Live camera").click()
    page.wait_for_selector("#chart .top")
    seen = [bars(page)]
    for _ in range(2):
        other_than(page, *seen)  # the bars follow the camera
        seen.append(bars(page))
    page.get_by_role("button", name="Keep this picture").click()
    expect(page.locator(".photo-view")).to_be_visible()
    kept = settled(page)
    frames(page)  # in which two more frames would be asked about
    assert bars(page) == kept
    assert page.locator(".camera").evaluate("video => video.srcObject") is None


def test_file_chooser_and_own_examples(page: Page) -> None:
    choose_mode(page, "photo")
    with page.expect_file_chooser():
        page.get_by_text("Choose a photo").click()
    examples = page.locator(".examples button")
    expect(examples).to_have_count(5)
    answers = [bars(page)]
    for i in range(5):
        examples.nth(i).click()
        other_than(page, *answers)
        answers.append(settled(page))


def test_a_picture_that_the_browser_cannot_read_is_shown_as_the_server_read_it(page: Page) -> None:
    register_heif_opener()
    upload(page, trousers("HEIF"), "trousers.heic", "image/heic")
    expect(page.locator(".photo-view")).to_be_visible()
    expect(page.locator(".cut")).to_be_visible()
    whole = settled(page)
    becomes(page, "document.querySelector('.photo-view').height === 256")
    assert drag_over_photo(page) != whole
    expect(page.get_by_text("Whole photo")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_text("Save picture").click()
    card = Image.open(download.value.path()).convert("RGB")
    assert card.getpixel((300, 300)) != (255, 255, 255)


def test_what_is_cut_out_can_be_painted_with_pointer_and_keys(page: Page) -> None:
    before = show_photo(page)
    page.get_by_text("Paint the cut-out").click()
    paper = page.locator(".mend canvas")
    expect(paper).to_be_focused()
    start = settled(page)
    page.get_by_text("Take away").click()
    drag(page, (0.4, 0.2), (0.6, 0.2), ".mend canvas")
    other_than(page, start)
    less = settled(page)
    page.get_by_role("button", name="Undo").last.click()
    until(page, lambda: settled(page) == start)
    page.get_by_text("Add", exact=True).click()
    paper.focus()
    for key in [" ", *["ArrowRight"] * 20, " "]:
        page.keyboard.press(key)
    other_than(page, start, less)
    page.get_by_role("button", name="Back").click()
    until(page, lambda: settled(page) == before)
    expect(paper).to_be_hidden()


TWO_CAMERAS = """() => {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  window.wanted = [];
  mediaDevices.enumerateDevices = async () =>
    ["front", "back"].map((deviceId) => ({ kind: "videoinput", deviceId }));
  mediaDevices.getUserMedia = async ({ video }) => {
    window.wanted.push(video.deviceId?.exact);
    return ask({ video: true });
  };
}"""


def test_one_of_several_cameras_is_chosen(page: Page) -> None:
    page.evaluate(TWO_CAMERAS)
    choose_mode(page, "photo")
    page.get_by_text("Live camera").click()
    page.get_by_text("Other camera").click()
    becomes(page, "wanted.length === 2 && wanted[1] === 'front'")
    expect(page.locator(".camera")).to_be_visible()


def test_a_photographed_drawing_is_taken_for_one(page: Page) -> None:
    drawing = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(drawing).rectangle((100, 80, 300, 320), outline="black", width=8)
    upload(page, in_file(drawing, "JPEG"))
    expect(page.locator(".photo-tools .drawn")).to_be_visible()
    expect(page.locator(".cut")).to_be_hidden()
    page.get_by_text("No, it is a photo").click()
    expect(page.locator(".cut")).to_be_visible()
    expect(page.locator(".photo-tools .drawn")).to_be_hidden()
    page.get_by_text("It is a drawing").click()
    expect(page.locator(".cut")).to_be_hidden()
    expect(page.locator(".photo-tools .drawn")).to_be_visible()
    before = settled(page)
    upload(page, trousers())
    other_than(page, before)
    expect(page.locator(".cut")).to_be_visible()
    expect(page.locator(".photo-tools .drawn")).to_be_hidden()


ASK_LATER = """() => {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  window.cameras = [];
  const later = new Promise((resolve) => (window.allow = resolve));
  mediaDevices.getUserMedia = async (wanted) => {
    await later;
    const stream = await ask(wanted);
    window.cameras.push(stream.getVideoTracks()[0]);
    return stream;
  };
}"""

ON = "() => cameras.filter((camera) => camera.readyState === 'live').length"


@pytest.mark.parametrize("clicks, leave, on", [(1, True, 0), (2, False, 1)])
def test_no_camera_stays_on_by_mistake(page: Page, clicks: int, leave: bool, on: int) -> None:
    page.evaluate(ASK_LATER)
    choose_mode(page, "photo")
    for _ in range(clicks):
        page.get_by_text("Live camera").click()
    if leave:
        choose_mode(page, "draw")
    page.evaluate("allow()")
    becomes(page, f"cameras.length === {clicks} && ({ON})() === {on}")
    if not leave:
        expect(page.locator(".camera")).to_be_visible()
        choose_mode(page, "draw")
        becomes(page, f"({ON})() === 0")


def spans(parts: Locator) -> list[tuple[float, float]]:
    """Where each is on the screen, from its upper to its lower end, once they lie still."""
    boxes = [at_rest(part) for part in parts.all()]
    return [(box["y"], box["y"] + box["height"]) for box in boxes]


def test_one_chooses_a_piece(two: None, open_page: OpenPage, tmp_path: Path) -> None:
    networks = {"deep": untrained(1), "lesson": untrained(2, sure=False)}
    with served(networks, Feedback(tmp_path)) as address:
        page = open_page(address, viewport={"width": 390, "height": 664})
        largest = show_photo(page)
        marks = page.locator(".pieces button")
        expect(marks).to_have_count(2)
        expect(marks.nth(0)).to_have_attribute("aria-pressed", "true")
        expect(marks.filter(has_text="?")).to_have_count(0)
        [(bottom, _), (_, top)] = spans(marks)
        assert top <= bottom
        marks.nth(1).press("Enter")
        expect(marks.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(marks.nth(1)).to_be_focused()
        assert settled(page) != largest
        page.get_by_text("Wrong? Tell us").click()  # of this piece
        page.locator("dialog [value=Dress]").check()
        page.locator("dialog [name=yes]").check()
        page.get_by_text("Send", exact=True).click()
        expect(page.locator(".notice")).to_contain_text("Thank you")
        (given,) = tmp_path.glob("photos/*")
        assert Image.open(given).size == (180, 144)  # TOP and a tenth around it, of 300 x 400
        page.locator('.networks [data-networks="lesson"]').click()  # the choice stays
        expect(marks.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(marks.filter(has_text="?")).to_have_count(2)  # it takes neither for one of its ten
        page.locator('.networks [data-networks="deep"]').click()
        view = page.locator(".photo-view")
        box = at_rest(view)
        view.click(position={"x": 0.5 * box["width"], "y": 0.85 * box["height"]})  # in BOTTOM
        expect(marks.nth(0)).to_have_attribute("aria-pressed", "true")
        assert settled(page) == largest == bars(page)
        page.get_by_text("Another photo").click()
        expect(marks).to_have_count(0)


def test_marks_at_the_foot_of_a_photo_stay_within_it(
    monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    boxes = [(0.3, 0.4, 0.7, 1.0), (0.3, 0.88, 0.7, 1.0), (0.3, 0.9, 0.7, 1.0)]
    one = prepare(trousers(), "photo")
    found = [replace(one, box=box) for box in boxes]
    monkeypatch.setattr(answer, "prepare_pieces", lambda *_: found)
    with served({"deep": untrained(1)}) as address:
        page = open_page(address, viewport={"width": 390, "height": 664})
        show_photo(page)
        marks = page.locator(".pieces button")
        expect(marks).to_have_count(3)
        ends = spans(marks)
        [(top, bottom)] = spans(page.locator(".pieces"))
        assert top <= ends[0][0] and ends[2][1] <= bottom
        # From top to bottom as their pieces are, none on another.
        assert all(above[1] <= below[0] for above, below in pairwise(ends))
