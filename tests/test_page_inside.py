"""See inside the network: its numbers are the network's own, and everyone gets at them."""

# ruff: noqa: RUF001 (the page's own signs: minus, times, dashes)

import re
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect

from classifier import CLASSES, load
from classifier.network import load_network
from classifier.training.confusion import load_confusion
from tests.browser import (
    SHIRT,
    SIZES,
    OpenPage,
    beyond,
    draw,
    faults,
    greys,
    point,
    seen,
    settled,
    show_photo,
    shows,
    until,
    watched,
)
from tests.test_engine import by_hand

BOOT = [(0.4, 0.15), (0.4, 0.6), (0.1, 0.75), (0.1, 0.85), (0.65, 0.85), (0.65, 0.15), (0.4, 0.15)]
BEYOND = """() => {
  const { left, right } = document.querySelector(".inside").getBoundingClientRect();
  return [...document.querySelectorAll(".inside *")].filter((each) => each.getClientRects().length)
    .filter((each) => !each.closest("svg, .track") && (each.getBoundingClientRect().right > right
      || each.getBoundingClientRect().left < left)).map((each) => each.outerHTML);
}"""
HEIGHTS = """paths => paths.map((path) =>
  path.getAttribute("d").slice(1).split("L").map((point) => Number(point.split(" ")[1])))"""


@pytest.fixture
def inside(browser: Browser, stored: str) -> Iterator[Page]:
    """The page with a drawing on it and the section opened; nothing may go wrong on it."""
    window = {"width": 1280, "height": 900}
    with watched(browser, stored, viewport=window, reduced_motion="reduce") as page:
        draw(page)
        open_inside(page)
        yield page


def open_inside(page: Page) -> None:
    page.locator(".inside > summary").click()
    expect(page.locator(".inside .about")).to_contain_text("784 – 128 – 10 units")
    ready(page)


def ready(page: Page) -> None:
    """Wait until the section shows the numbers of the latest answer."""
    settled(page)
    shown = page.locator("[data-cells=picture]")
    until(page, lambda: greys(shown) == greys(page.locator("#seen")))
    expect(page.locator(".softmax tbody td").first).not_to_have_text("–")
    expect(page.locator(".unit .equation, .unit .sum").filter(visible=True)).to_have_count(1)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def show(page: Page, network: str) -> None:
    page.locator(f".which [data-networks={network}]").click()
    sizes = " – ".join(f"{size:,}" for size in load_network(network)[0].sizes)
    expect(page.locator(".inside .about")).to_contain_text(sizes)
    ready(page)


def number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace("+", ""))


def same(shown: str, exact: float | torch.Tensor, scale: float = 1) -> bool:
    """Whether a number is `exact`, to the digits shown.

    scale: by what it multiplies the errors of the sums it comes from, which are float32.
    """
    half = Decimal(5).scaleb(int(number(shown).as_tuple().exponent) - 1)
    return abs(number(shown) - Decimal(float(exact))) <= half + Decimal("0.00002") * Decimal(scale)


def activations(name: str, sums: torch.Tensor) -> torch.Tensor:
    """The mean over the looks of what a hidden layer passes on."""
    return (sums.relu() if load_network(name)[0].activation else sums).mean(0)


def check_sum(table: Locator, name: str, before: torch.Tensor, layer: int, unit: int) -> None:
    """Every term of a sum taken apart is the network's own, and they add up as they are shown."""
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tr:visible").all()]
    weight, bias = (p[unit] for p in load_network(name)[0].layers[layer].parameters())
    terms, [others, own_bias, result] = rows[:-3], rows[-3:]
    for who, how, value, *_ in terms:
        i = int(who.removeprefix("unit "))
        activation, factor = how.split(" × ")
        assert same(activation, before[i]) and same(factor, weight[i])
        assert same(value, before[i] * weight[i])
    assert same(own_bias[2], bias)
    assert same(result[2], (before * weight).sum() + bias)
    values = [number(row[2]) for row in [*terms, others, own_bias]]
    assert sum(values) == number(result[2])
    assert others[0] == f"all the other {len(weight) - len(terms):,}"


def check_numbers(page: Page, name: str, kind: str) -> None:
    """Everything the section shows of this network against PyTorch."""
    show(page, name)
    picture = seen(page)
    for copy in ("picture", "row"):
        shows(page.locator(f"[data-cells={copy}]"), picture.flatten().tolist())
    sums = [each[:, 0] for each in by_hand(name, picture)]
    network, about = load_network(name)

    # Hidden units: the first one's sum, the next one's after an arrow key.
    for layer, each in enumerate(sums[:-1]):
        cells = page.locator(".layers canvas").nth(layer)
        cells.focus()
        page.keyboard.press("End")
        for unit in (each.shape[1] - 1, each.shape[1] - 2):
            expect(cells).to_have_attribute("aria-valuetext", re.compile(f"^unit {unit}, sum "))
            text = cells.get_attribute("aria-valuetext") or ""
            assert same(text.split()[-1], each.mean(0)[unit])
            page.keyboard.press("ArrowLeft")
        unit = each.shape[1] - 3
        expect(page.locator(".unit h4")).to_contain_text(f"Unit {unit}")
        ready(page)
        if layer == 0:
            products, bias, total, *mirrored = page.locator(".equation b").all_inner_texts()
            assert same(bias, network.layers[0].bias[unit])  # type: ignore[index]
            assert [same(a, b) for a, b in zip([total, *mirrored], each[:, unit], strict=True)]
            assert number(products) + number(bias) == number(total)
        else:
            table = page.locator(".unit .sum")
            check_sum(table, name, activations(name, sums[layer - 1]), layer, unit)
        on = (activations(name, each) > 0).sum()
        if network.activation:
            of = f"{on:,} of {each.shape[1]:,} units are on."
            expect(page.locator(".on")).to_contain_text(of)

    # Logits, softmax, and who spoke for the winning class.
    logits = sums[-1].mean(0)
    powers = (logits[:10] / about["temperatures"][kind]).double().exp()
    rows = [row.locator("th, td").all_inner_texts() for row in page.locator(".softmax tr").all()]
    for i, (label, logit, power, probability, _) in enumerate(rows[1:11]):
        assert label == CLASSES[i]
        assert same(logit, logits[i]) and same(probability, powers[i] / powers.sum())
        if "×" not in power:
            assert same(power, powers[i], max(1, float(powers[i])))  # e to the power of a sum
    assert rows[11][2] == "1.0000"
    expect(page.locator("#chart .top")).to_have_attribute(
        "data-class", CLASSES[int(powers.argmax())]
    )
    before, last = activations(name, sums[-2]), len(sums) - 1
    check_sum(page.locator("[data-panel=output] .sum"), name, before, last, int(powers.argmax()))


def test_lesson_answers_while_it_is_open_and_the_server_is_asked_no_more_than_else(
    browser: Browser, stored: str
) -> None:
    urls: list[str] = []

    def calls() -> int:
        return sum("/answer/" in url for url in urls)

    with watched(browser, stored, lambda request: urls.append(request.url)) as page:
        draw(page, [(0.4, 0.4)])
        assert not [url for url in urls if "/inside/inside.js" in url]
        open_inside(page)
        for place in page.locator(".who").all():
            expect(place).to_contain_text("Now lesson answers, not deep")
        opened = calls()
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+Shift+z")
        ready(page)
        assert calls() == opened + 1  # one question and one answer for each change
        page.locator(".inside > summary").click()
        expect(page.locator(".answer .who")).to_contain_text("deep is")


@pytest.mark.parametrize("name", ["lesson", "linear", "deep"])
def test_the_numbers_of_drawings_are_those_of_pytorch(inside: Page, name: str) -> None:
    check_numbers(inside, name, "sketch")
    inside.keyboard.press("Control+z")
    draw(inside, BOOT)
    check_numbers(inside, name, "sketch")


def test_the_numbers_of_a_photo_are_those_of_pytorch(inside: Page) -> None:
    show_photo(inside)
    check_numbers(inside, "deep", "photo")
    check_numbers(inside, "lesson", "photo")


def test_a_pixel_and_its_place_in_the_row(inside: Page) -> None:
    picture, row = (inside.locator(f"[data-cells={name}]") for name in ("picture", "row"))
    where = inside.locator(".where")
    picture.scroll_into_view_if_needed()
    inside.mouse.move(*point(inside, 5.5 / 28, 9.5 / 28, "[data-cells=picture]"))
    expect(where).to_contain_text("Line 9, column 5")
    expect(row).to_have_attribute("aria-valuenow", "257")
    inside.mouse.move(*point(inside, 400.5 / 784, 0.5, "[data-cells=row]"))
    expect(where).to_contain_text("Line 14, column 8")
    # By keyboard, with the values that the network gets.
    picture.focus()
    inside.keyboard.press("ArrowDown")
    inside.keyboard.press("ArrowRight")
    expect(where).to_contain_text("place 28 × 15 + 9 = 429")
    byte = seen(inside).flatten()[429]
    expect(where).to_contain_text(f"Its byte is {byte}; {byte} ÷ 255 = {byte / 255:.3f}.")
    expect(inside.locator(".near .here")).to_contain_text(f"429{byte}{byte / 255:.3f}")
    row.focus()
    inside.keyboard.press("End")
    expect(row).to_have_attribute("aria-valuetext", re.compile("^place 783"))


def test_units_are_picked_by_pointing_keys_and_by_what_they_contribute(inside: Page) -> None:
    title = inside.locator(".unit h4")
    inside.locator(".layers canvas").scroll_into_view_if_needed()
    inside.mouse.click(*point(inside, 3.5 / 16, 2.5 / 8, ".layers canvas"))
    expect(title).to_have_text("Unit 35")
    inside.keyboard.press("ArrowDown")
    expect(title).to_have_text("Unit 51")
    table = inside.locator("[data-panel=output] .sum")
    speaker = table.locator("button").first
    name = speaker.inner_text().replace("unit", "Unit")
    speaker.click()
    expect(title).to_have_text(name)
    expect(inside.locator("#relu-says")).to_contain_text(f"{name}: ")
    inside.locator(".softmax button").get_by_text("Sandal").click()  # not the winning class
    expect(table.locator("caption")).to_contain_text("Sandal")


def test_without_relu_something_gets_lost(inside: Page) -> None:
    for network in ("lesson", "linear"):
        share = load(network).about["figures"]["fashion_mnist_test: accuracy"]
        expect(inside.locator(".scores")).to_contain_text(f"{100 * share + 1e-9:.1f} %")
    expect(inside.locator(".on")).not_to_contain_text("128 of 128")
    lesson = settled(inside)
    inside.locator(".bend").get_by_text("without").click()
    ready(inside)
    expect(inside.locator(".on")).to_have_text("All 128 units pass their sum on as it is.")
    assert settled(inside) != lesson  # the bars above follow
    expect(inside.locator(".folded")).not_to_be_empty()  # which comes last
    fades = inside.locator("[data-panel=linear] .plot")
    lines = fades.nth(1).locator(".line").evaluate_all(HEIGHTS)
    assert np.abs(np.diff(lines, 2)).max() <= 0.2  # straight, to a tenth of a pixel
    bent = fades.first.locator(".line").evaluate_all(HEIGHTS)
    assert np.abs(np.diff(bent, 2)).max() > 1
    # Its two layers are worth one: the same logit twice, and it is the one in the table.
    words = inside.locator(".folded").inner_text().removesuffix(".").split()
    assert same(words[-1], float(number(words[words.index("logit") + 1].strip(","))))


def test_a_number_of_what_it_mixes_up_shows_such_pictures(inside: Page) -> None:
    mistakes = load_confusion("lesson")
    cells = inside.locator(".confusion tbody button")
    expect(cells).to_have_count(len(CLASSES) ** 2)
    assert [int(n) for n in cells.all_inner_texts()] == mistakes.counts.flatten().tolist()
    cells.nth(60).click()
    says = inside.locator(".cell-says")
    expect(says).to_contain_text(f"{mistakes.counts[6, 0]} of 1,000: Shirt taken for T-shirt/top")
    pictures = inside.locator(".cell-pictures canvas")
    expect(pictures).to_have_count(6)
    shows(pictures.nth(1), mistakes.pictures(6, 0)[1].flatten().tolist())
    inside.keyboard.press("ArrowUp")
    inside.keyboard.press("ArrowRight")
    inside.keyboard.press("Enter")
    expect(says).to_contain_text(f"{mistakes.counts[5, 1]} of 1,000: Sandal taken for Trouser")


def test_how_it_learned(inside: Page) -> None:
    losses = [epoch["loss"] for epoch in load("lesson").about["history"]]
    caption = inside.locator("[data-panel=learned] figcaption").first
    expect(caption).to_contain_text(f"from {losses[0]:.2f} to {losses[-1]:.2f}")
    before, after = (inside.locator(f".{when} canvas") for when in ("before", "after"))
    for canvases in (before, after):
        expect(canvases).to_have_count(10)
    until(inside, lambda: greys(before.first) != greys(after.first))


def test_a_blank_paper_has_no_numbers(inside: Page) -> None:
    inside.locator("[data-tool=clear]").click()
    expect(inside.locator(".softmax tbody td").first).to_have_text("–")
    shows(inside.locator("[data-cells=picture]"), [0] * 784)
    draw(inside, SHIRT)
    ready(inside)


@pytest.mark.parametrize(
    "size, scheme, network",
    [
        ("phone", "dark", "lesson"),
        ("small", "light", "deep"),
        ("zoomed", "dark", "deep"),
        ("desktop", "light", "lesson"),
    ],
)
def test_unfolded_it_fits_every_screen_and_everyone(
    open_page: OpenPage, stored: str, size: str, scheme: str, network: str
) -> None:
    page = open_page(stored, viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce")
    draw(page)
    open_inside(page)
    show(page, network)
    for part in page.locator("details.part").all():
        part.locator("summary").click()
    for name in ("attribution", "broken"):
        expect(page.locator(f"[data-panel={name}] .row.top")).to_have_count(1)
    if network == "lesson":
        page.locator(".confusion button").nth(60).click()
    assert beyond(page) == page.evaluate(BEYOND) == []
    assert faults(page) == []


def test_on_a_phone_the_paper_comes_along(open_page: OpenPage, stored: str) -> None:
    page = open_page(stored, viewport=SIZES["phone"], reduced_motion="reduce")
    draw(page)
    open_inside(page)
    page.wait_for_load_state("networkidle")  # some of the section comes later than its numbers
    height = "document.documentElement.scrollHeight"
    before = page.evaluate(height)
    page.locator(".softmax").scroll_into_view_if_needed()
    expect(page.locator(".demo.docked")).to_have_count(1)
    paper = page.locator(".paper")
    until(page, lambda: 0 < (paper.bounding_box() or {"width": 0})["width"] < 200)
    expect(paper).to_be_in_viewport(ratio=0.99)
    until(page, lambda: abs(page.evaluate(height) - before) < 60)  # its place is kept
    logit = page.locator(".softmax tbody td:nth-child(2)").first
    shown = logit.inner_text()
    draw(page, [(0.2, 0.8), (0.8, 0.8)])
    expect(logit).not_to_have_text(shown)


def test_weights_that_do_not_arrive_are_asked_for_again(browser: Browser, stored: str) -> None:
    with watched(browser, stored) as page:
        page.route("**/lesson.*", lambda route: route.abort())
        draw(page)
        page.locator(".inside > summary").click()
        wait = page.locator(".which .wait")
        expect(wait).not_to_be_empty()  # it is on its way, or has not arrived
        page.unroute("**/lesson.*")
        expect(page.locator(".softmax tbody td").first).not_to_have_text("–")
        expect(wait).to_be_hidden()
