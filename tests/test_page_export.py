"""The page as static files, under a path, offline; and who answers where there is a server."""

import base64
import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import gradio as gr
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from classifier import Classifier, load
from tests.browser import (
    becomes,
    choose_mode,
    draw,
    frames,
    press,
    said,
    settled,
    show_photo,
    until,
    upload,
    watched,
)
from tests.doubles import file_server, start, trousers

PATH = "some/where/"
CALLS = "**/answer/classify**"
WHO = ".answerer"
HERE, THERE = "Answered in your browser.", "Answered by PyTorch on the server."
MOVED = """() => {  // milliseconds from a move to the next change of the bars
  addEventListener("pointermove", (event) => { window.moved ??= event.timeStamp; });
  const changed = () => { if (window.moved) window.waited ??= performance.now() - window.moved; };
  new MutationObserver(changed).observe(document.querySelector("#chart"), {
    subtree: true, attributes: true, attributeFilter: ["data-probability"],
  });
}"""
KEPT = """async () => {
  const names = await caches.keys();
  const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return kept.flat().some(({ url }) => url.endsWith("cutout.safetensors"));
}"""


@pytest.fixture(scope="module")
def networks() -> dict[str, Classifier]:
    return {name: load(name) for name in ("deep", "lesson")}


def same(page: Page, network: Classifier) -> None:
    """This network answers, as PyTorch does."""
    expect(page.locator(".who").first).to_contain_text(f"{network.about['name']} is")
    expect(page.locator(".who").first).not_to_contain_text("on its way")
    check(page, network)


def check(page: Page, network: Classifier) -> None:
    """The bars are PyTorch's answer to the drawing."""
    png = base64.b64decode(page.evaluate("paper.small().toDataURL()").partition(",")[2])
    expected = network.classify(png, "sketch").probabilities
    np.testing.assert_allclose(list(settled(page).values()), expected, atol=0.002)


def watch_it_learn(page: Page) -> None:
    page.locator("[data-panel=training] summary").click()
    expect(page.locator("[data-panel=training] .counts")).to_contain_text("0 steps")


def test_static_files_answer_and_go_on_without_a_network(
    browser: Browser, exported: Path, networks: dict[str, Classifier]
) -> None:
    urls: list[str] = []
    with contextlib.ExitStack() as server:
        address = server.enter_context(file_server(exported, PATH))
        with watched(browser, address, lambda request: urls.append(request.url)) as page:
            draw(page)
            same(page, networks["deep"])
            expect(page.locator(WHO)).to_have_text(HERE)
            for gone in ("[data-action=tell]", ".code", ".source"):
                expect(page.locator(gone)).to_be_hidden()
            becomes(page, KEPT)
            assert all(url.startswith((address, "data:", "blob:")) for url in urls)
            page.locator(".inside > summary").click()
            watch_it_learn(page)
            page.locator(".inside > summary").click()
            server.close()
            page.reload()
            expect(page.locator("#chart [data-class]")).to_have_count(10)
            same(page, networks["deep"])
            page.locator(".inside > summary").click()
            expect(page.locator("[data-panel=units] h4")).to_contain_text("Unit")
            same(page, networks["lesson"])
            watch_it_learn(page)
            page.locator(".inside > summary").click()
            show_photo(page)
            label = networks["deep"].classify(trousers()).label
            expect(page.locator(".answer .label")).to_contain_text(label)


BREAK = """async () => {  // as a service worker may have kept it that checked nothing
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      if (request.url.endsWith(".safetensors"))
        await cache.put(request, new Response(new Uint8Array(1000)));
  }
}"""


@pytest.mark.parametrize("damage", ["half", "overwritten"])
def test_broken_downloads_are_neither_used_nor_kept(
    browser: Browser,
    exported: Path,
    networks: dict[str, Classifier],
    tmp_path: Path,
    damage: str,
) -> None:
    folder = shutil.copytree(exported, tmp_path / "files")
    [file] = folder.rglob("cutout.safetensors")
    whole = file.read_bytes()
    half = len(whole) // 2
    file.write_bytes(whole[:half] if damage == "half" else whole[:half] + bytes(len(whole) - half))
    with file_server(folder, PATH) as address, watched(browser, address) as page:
        choose_mode(page, "photo")
        upload(page, trousers())
        expect(page.locator(".notice")).to_be_visible()
        expect(page.locator("#chart .top")).to_have_count(0)
        assert not page.evaluate(KEPT)
        file.write_bytes(whole)
        label = networks["deep"].classify(trousers()).label
        expect(page.locator(".answer .label")).to_contain_text(label)
        expect(page.locator(".notice")).to_be_hidden()
        page.reload()
        becomes(page, KEPT)
        page.evaluate(BREAK)
        page.reload()
        choose_mode(page, "draw")
        draw(page)
        same(page, networks["deep"])
        show_photo(page)
        expect(page.locator(".answer .label")).to_contain_text(label)


def test_a_new_release_never_runs_with_an_old_one_s_files(
    browser: Browser, exported: Path, networks: dict[str, Classifier], tmp_path: Path
) -> None:
    folder = shutil.copytree(exported, tmp_path / "files")
    urls: list[str] = []
    with (
        file_server(folder, PATH) as address,
        watched(browser, address, lambda request: urls.append(request.url)) as page,
    ):
        draw(page)
        same(page, networks["deep"])
        becomes(page, KEPT)
        old = [part.name for part in (folder / "page").iterdir()]
        for name in old:
            (folder / "page" / name).rename(folder / "page" / name[::-1])
            for file in (folder / "index.html", folder / "service_worker.js"):
                file.write_text(file.read_text().replace(f"page/{name}", f"page/{name[::-1]}"))
        urls.clear()
        page.reload()
        draw(page)
        same(page, networks["deep"])
        assert urls and not any(f"/page/{name}/" in url for name in old for url in urls)


def test_a_broken_photo_stays_broken_when_networks_arrive(browser: Browser, exported: Path) -> None:
    page = browser.new_page()
    held: list[Route] = []
    page.route("**/deep.safetensors", lambda route: held.append(route))
    with file_server(exported, PATH) as address:
        page.goto(address)
        choose_mode(page, "photo")
        upload(page, trousers()[:500])
        expect(page.locator(".notice")).to_contain_text("cannot open the file")
        until(page, lambda: bool(held))
        held[0].continue_()
        expect(page.locator(".who").first).not_to_contain_text("on its way")
        expect(page.locator(".notice")).to_contain_text("cannot open the file")
        expect(page.locator("#chart .top")).to_have_count(0)
        page.close()


def test_the_small_network_answers_until_the_large_one_has_arrived(
    browser: Browser, exported: Path, networks: dict[str, Classifier]
) -> None:
    page = browser.new_page()
    held: list[Route] = []
    page.route("**/deep.safetensors", lambda route: held.append(route))
    with file_server(exported, PATH) as address:
        page.goto(address)
        draw(page)
        expect(page.locator(".who").first).to_contain_text("Until then lesson answers.")
        check(page, networks["lesson"])
        until(page, lambda: bool(held))
        held[0].continue_()
        same(page, networks["deep"])
        page.close()


def test_the_address_around_a_static_space_carries_the_drawing(
    browser: Browser, exported: Path
) -> None:
    space = "https://someone-clothes.static.hf.space/"
    around = f"""<iframe src="{space}" style="width: 900px; height: 900px"></iframe>
      <script>addEventListener("message", ({{ data }}) => {{ window.told = data; }})</script>"""

    def file(route: Route) -> None:
        route.fulfill(path=exported / (urlparse(route.request.url).path[1:] or "index.html"))

    page = browser.new_page()
    page.route(f"{space}**", file)
    page.route(
        "https://huggingface.co/**",
        lambda route: route.fulfill(body=around, content_type="text/html"),
    )
    page.goto("https://huggingface.co/spaces/someone/clothes")
    page.frame_locator("iframe").locator(".starters button").first.click()
    becomes(page, "window.told")
    told = page.evaluate("told")
    assert told["queryString"] == "" and told["hash"].startswith("#drawing=")
    page.goto(space + told["hash"])
    assert max(said(page).values()) > 0
    page.close()


@pytest.fixture
def opened(browser: Browser, networks: dict[str, Classifier]) -> Iterator[tuple[Page, gr.Blocks]]:
    """The page with a server, and the server."""
    demo, address = start(networks)
    page = browser.new_page()
    page.goto(address)
    expect(page.locator(WHO)).to_have_text(THERE)
    yield page, demo
    page.close()
    demo.close()


def scribble(page: Page, until: str = "") -> None:
    """Draw for a while, or until this is there."""
    for _ in range(50 if until else 1):
        if until and page.locator(until).count():
            return
        press(page, [(0.2 + 0.6 * (i % 2), 0.1 + 0.05 * i) for i in range(12)], steps=4)
        page.mouse.up()
    assert not until, until


def test_the_browser_takes_over_from_a_slow_server(
    opened: tuple[Page, gr.Blocks], networks: dict[str, Classifier]
) -> None:
    page, _ = opened
    calls = 0

    def slowly(route: Route) -> None:
        nonlocal calls
        calls += 1
        time.sleep(0.1)
        route.continue_()

    page.route(CALLS, slowly)
    scribble(page, until=f"{WHO}:text-is('{HERE}')")
    settled(page)
    frames(page)  # until what was asked before has been counted
    before = calls
    scribble(page)
    same(page, networks["deep"])
    page.locator(".networks [data-networks=lesson]").click()
    same(page, networks["lesson"])
    show_photo(page)
    assert calls == before  # not one more


@pytest.mark.parametrize("hangs", [False, True])
def test_bars_go_on_when_the_server_stops_in_mid_stroke(
    opened: tuple[Page, gr.Blocks], networks: dict[str, Classifier], hangs: bool
) -> None:
    page, demo = opened
    scribble(page, until=f"{WHO}.ready")  # it fetches what it needs to go on alone
    with page.expect_event("requestfinished", lambda request: "cutout.safe" in request.url):
        show_photo(page)
    choose_mode(page, "draw")
    settled(page)
    scribble(page)
    settled(page)
    if hangs:
        page.route(CALLS, lambda _: None)
    else:
        demo.close()
    page.evaluate(MOVED)
    press(page, [(0.2, 0.8), (0.8, 0.9)])
    becomes(page, "window.waited !== undefined")
    print(f"{page.evaluate('waited'):.0f} ms")
    assert page.evaluate("waited") < 6000  # a call may take 8000 elsewhere
    press(page, [(0.3, 0.8), (0.4, 0.9), (0.5, 0.9)])
    page.mouse.up()
    expect(page.locator(WHO)).to_have_text(HERE)
    same(page, networks["deep"])
    expect(page.locator(".notice")).to_be_hidden()
    show_photo(page)


def test_who_answers_can_be_chosen(
    opened: tuple[Page, gr.Blocks], networks: dict[str, Classifier]
) -> None:
    page, _ = opened
    draw(page, [(0.4, 0.4)])  # no more than a dot, lest the browser takes over by itself
    page.locator(WHO).click()
    expect(page.locator(WHO)).to_have_text(HERE)
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.url))
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    same(page, networks["deep"])
    assert [url for url in calls if "/answer/" in url] == []
    page.locator(WHO).click()
    expect(page.locator(WHO)).to_have_text(THERE)
    with page.expect_request(CALLS):
        draw(page, [(0.6, 0.6)])
