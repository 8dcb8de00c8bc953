"""Behind a real nginx, under a path, and inside the frame of another site, as on a Space."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from classifier import CLASSES, load
from tests.browser import SHIRT, at_rest, becomes, draw, show_photo, until, watched
from tests.doubles import answers, free_port, served, trousers

SNIPPET = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf"
NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        {snippet}
        location /school/ {{ alias {folder}/school/; }}
    }}
}}
"""
# What huggingface.co allows the frame of a Space, as far as it matters to us.
RESIZER = Path(__file__).resolve().parent / "node_modules/iframe-resizer/js/iframeResizer.min.js"
# It sizes the frame to the page, and scrolls its own page.
AROUND = """<!doctype html>
<meta name="viewport" content="width=device-width" />
<body style="margin: 0">
<header style="height: 60px">A Space</header>
<iframe style="width: 1px; min-width: 100%; border: 0" {about}></iframe>
<script src="iframeResizer.min.js"></script>
<script>
  const frame = document.querySelector("iframe");
  window.addEventListener("message", ({{ data }}) => {{
    if (data.type === "SET_SCROLLING") frame.scrolling = data.enabled ? "yes" : "no";
  }});
  iFrameResize({{ checkOrigin: false }}, frame);
</script>
"""
SPACE = (
    'allow="camera; clipboard-read; clipboard-write; fullscreen" sandbox="allow-downloads '
    'allow-forms allow-modals allow-popups allow-same-origin allow-scripts"'
)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page's address behind nginx."""
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    assert nginx, "these tests need nginx (Debian: apt-get install nginx-light)"
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GRADIO_ROOT_PATH", "/clothes")
        with served({name: load(name) for name in ("deep", "lesson")}) as direct:
            port = free_port()
            snippet = SNIPPET.read_text().replace("http://127.0.0.1:7860/", direct)
            address = f"http://127.0.0.1:{port}/clothes/"
            (folder / "school").mkdir()
            shutil.copy(RESIZER, folder / "school")
            for name, rights in [("space.html", SPACE), ("plain.html", "")]:
                about = f'src="{address}?__sign=secret" {rights}'
                (folder / "school" / name).write_text(AROUND.format(about=about))
            settings = folder / "nginx.conf"
            settings.write_text(NGINX.format(folder=folder, port=port, snippet=snippet))
            with subprocess.Popen([nginx, "-e", "stderr", "-c", settings]) as process:
                try:
                    answers(address, process)
                    yield address
                finally:
                    process.terminate()


def test_the_page_under_a_path(proxied: str, browser: Browser) -> None:
    html = httpx.get(proxied).text
    assert f'<meta property="og:image" content="{proxied}preview.png" />' in html
    assert f'<meta property="og:url" content="{proxied}" />' in html
    assert not re.search(r'(?:href|src)="/', html)  # nothing from the top of somebody else's site
    host = proxied.removesuffix("clothes/")
    requests: list[str] = []
    with watched(browser, proxied, lambda request: requests.append(request.url)) as page:
        assert draw(page) != show_photo(page)
        assert [url for url in requests if url.startswith(f"{proxied}answer/")]
        assert [u for u in requests if u.startswith(host) and not u.startswith(proxied)] == []


def test_calls_under_a_path(proxied: str, tmp_path: Path) -> None:
    for name in ("preview.png", "favicon.ico"):
        assert httpx.get(f"{proxied}{name}").headers["content-type"] == "image/png"
    picture = tmp_path / "trousers.jpg"
    picture.write_bytes(trousers())
    client = Client(proxied, verbose=False)
    answer = client.predict(handle_file(picture), api_name="/classify")
    assert set(answer["probabilities"]) == set(CLASSES)
    reply = httpx.post(f"{proxied}answer/classify", content=b"x" * (14 * 2**20))
    assert reply.status_code != 413  # nginx's own limit is 1 MB


def framed(
    context: BrowserContext, proxied: str, name: str, host: str = "localhost"
) -> tuple[Page, Frame]:
    """The page in a frame of a page of another site: localhost is not 127.0.0.1.

    Chromium gives such a frame a process of its own on a desktop; on a phone it has its host's, as
    it has here with host 127.0.0.1.
    """
    page = context.new_page()
    page.goto(proxied.replace("127.0.0.1", host).replace("clothes/", f"school/{name}"))
    frame = page.frames[1]
    frame.wait_for_selector("#chart .row")
    becomes(frame, "window.parentIFrame && document.body.style.length > 0")
    return page, frame


def stroke(page: Page, frame: Frame, points: list[tuple[float, float]] = SHIRT) -> None:
    """Draw on the paper in the frame, where it lies now; the stroke lies where it was drawn."""
    box = at_rest(frame.locator("#sketch canvas"))
    for i, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    size, drawn = 2048, frame.evaluate("paper.strokes.at(-1).points")
    for x, y in points:
        assert min(abs(p[0] - x * size) + abs(p[1] - y * size) for p in drawn) < 0.01 * size
    ys = [y * size for _, y in points]
    assert all(min(ys) - 0.01 * size < p[1] < max(ys) + 0.01 * size for p in drawn)


@pytest.mark.parametrize("name", ["space.html", "plain.html"])
def test_in_a_frame_of_another_site(proxied: str, browser: Browser, name: str) -> None:
    context = browser.new_context(viewport={"width": 1240, "height": 840})
    page, frame = framed(context, proxied, name)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error.stack)))
    stroke(page, frame)
    expect(frame.locator("#chart .top")).to_be_visible()
    frame.locator("[data-action=link]").click()
    expect(frame.locator(".notice")).to_contain_text("copied")
    with page.expect_download() as download:
        frame.locator("[data-action=save]").click()
    assert download.value.suggested_filename.endswith(".png")
    file: Any = {"name": "t.jpg", "mimeType": "image/jpeg", "buffer": trousers()}
    frame.set_input_files("#photo input[type=file]", file)
    expect(frame.locator(".cut")).to_be_visible()
    # The camera where the frame may use it; elsewhere a sentence, and the page goes on.
    frame.get_by_text("Another photo").click()
    frame.get_by_text("Live camera").click()
    if name == "space.html":
        expect(frame.locator("#chart .top")).to_be_visible()
    else:
        expect(frame.locator(".notice")).to_contain_text("No camera could be used")
        frame.set_input_files("#photo input[type=file]", file)
        expect(frame.locator(".cut")).to_be_visible()
    # What was copied opens the page itself, without what the frame's address held.
    context.grant_permissions(["clipboard-read"], origin=proxied.removesuffix("/clothes/"))
    other = context.new_page()
    other.goto(proxied)
    link = other.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{proxied}#drawing=")
    assert problems == []
    context.close()


def test_the_frame_is_as_high_as_the_page(proxied: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1240, "height": 840})
    page, frame = framed(context, proxied, "space.html")

    def heights() -> tuple[int, int]:
        """Of the frame, and of what is in it."""
        outer = page.locator("iframe").evaluate("frame => frame.clientHeight")
        return outer, frame.evaluate("document.body.offsetHeight")

    until(page, lambda: heights()[0] == heights()[1])
    shut, _ = heights()
    frame.locator(".inside > summary").click()
    until(page, lambda: heights()[0] == heights()[1] > 3 * shut)
    frame.locator(".inside > summary").click()
    until(page, lambda: heights() == (shut, shut))
    context.close()


@pytest.mark.parametrize("width, height", [(1280, 800), (390, 664)])
def test_nothing_is_off_the_screen_in_a_frame_as_high_as_the_page(
    proxied: str, browser: Browser, width: int, height: int
) -> None:
    phone = width < 400
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone
    )
    host = "127.0.0.1" if phone else "localhost"
    page, frame = framed(context, proxied, "space.html", host)

    def on_screen(*selectors: str) -> None:
        for selector in selectors:
            for part in frame.locator(selector).all():
                expect(part).to_be_in_viewport(ratio=0.99)  # frames lie between pixels

    on_screen(".paper", ".modes", "#sketch .starters")
    stroke(page, frame)
    assert page.evaluate("scrollY") == 0
    on_screen(".paper", ".tools > *", ".headline", "#seen", "#chart .row")
    frame.locator(".inside > summary").click()
    expect(page.locator("iframe")).not_to_be_in_viewport(ratio=0.5)  # it is that high
    frame.locator(".path button").nth(3).click()
    on_screen("#inside-4", ".paper", ".headline", "[data-tool=clear]")
    if not phone:
        on_screen("#chart .row")
    first = frame.locator("#chart .row").first
    before = first.get_attribute("data-probability") or ""
    stroke(page, frame, [(0.2, 0.8), (0.8, 0.8)])
    expect(first).not_to_have_attribute("data-probability", before)
    frame.evaluate("location.hash = 'drawing=none'")
    expect(frame.locator(".notice")).to_be_visible()
    on_screen(".notice")
    frame.locator("dialog.feedback").evaluate("dialog => dialog.showModal()")
    on_screen("dialog.feedback")
    context.close()
