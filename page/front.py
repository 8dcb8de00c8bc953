"""The page as it is served: ours first, then Gradio's around it.

Gradio's own page is white until a megabyte of JavaScript has run, and says only then what the page
is called. So ours, its styles and its paper stand in the first bytes, nothing of ours waits for
anything of Gradio's, and `adopt.js` moves the page into Gradio's when that is there. All else of
ours is served from `static/`, and so are the weights for the browser's own engine, under addresses
that change with the files, so that browsers keep them for good.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, request_response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier.network import SEGMENTER, WEIGHTS

from . import ASIDE, NETWORKS
from .answer import Predictor, opened
from .gradios import with_ours

STATIC = Path(__file__).resolve().parent / "web"
STYLES = ("style.css", "draw/draw.css", "photo/photo.css", "answer/answer.css", "inside/inside.css")


def named(folder: Path, files: Iterable[Path]) -> dict[str, Path]:
    """The files by their names below the folder, with slashes, in order."""
    return {file.relative_to(folder).as_posix(): file for file in sorted(files) if file.is_file()}


def version(files: Mapping[str, Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files.values())).hexdigest()[:12]


SENT = (".js", ".png", ".txt")  # .txt: licences of vendor/
FILES = named(STATIC, (file for file in STATIC.rglob("*") if file.suffix in SENT))
ADDRESS = f"page/{version(FILES)}"  # of `web/`, below the page's own
# For the engine in the browser: the networks of the page, what cuts garments out of photos, and
# pictures to train one with.
STORED = named(
    WEIGHTS,
    (
        f
        for name in (*NETWORKS, *ASIDE, SEGMENTER, "fashion", "settings")
        for f in WEIGHTS.glob(f"{name}.*")
    ),
)
STORED_ADDRESS = f"page/weights-{version(STORED)}"
# Gradio runs the first, the second is part of the page, the others are loaded when they are needed.
NOT_PRELOADED = (
    *("adopt.", "visible.", "inside/", "photo/examples.", "answer/feedback.", "engine/"),
    *("draw/round.", "vendor/", "offline.", "service_worker."),
)


EXPORT = re.compile(r"^export ", re.MULTILINE)


def read(*names: str) -> str:
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def preloads(names: Iterable[str]) -> str:
    """HTML that asks for these modules before they are imported."""
    return "".join(f'<link rel="modulepreload" href="{ADDRESS}/{name}" />\n' for name in names)


def our_head() -> str:
    """For the start of <head>, so that our files are asked for before Gradio's."""
    names = [name for name in FILES if name.endswith(".js")]
    return read("head.html") + preloads(n for n in names if not n.startswith(NOT_PRELOADED))


def our_page() -> str:
    """For the start of <body>; the styles come after Gradio's, so that they win."""
    parts = {
        "inside": read("inside/inside.html"),
        "sketch": EXPORT.sub("", read("draw/paper.js")),  # no module: modules run after Gradio's
        "visible": read("visible.js"),
        "static": ADDRESS,
    }
    html = re.sub(r"{{(\w+)}}", lambda found: parts[found[1]], read("page.html"))
    return f"<style>{read(*STYLES)}</style>{html}"


def weights_for(networks: Mapping[str, Predictor]) -> str | None:
    """Where a browser finds the weights of these very networks, or None if they are others."""
    ours = opened(networks)
    for name in networks:
        file = STORED.get(f"{name}.json")
        if file is None or name not in ours:
            return None
        if json.loads(file.read_text("utf-8"))["sha256"] != ours[name].about.get("sha256"):
            return None
    return f"{STORED_ADDRESS}/"


OUR_HEAD, OUR_PAGE = our_head(), our_page()


def with_our_page(html: str, address: str) -> str:
    """Gradio's page with ours in it; address: where the page is."""
    return with_ours(html, OUR_HEAD.replace("{{address}}", address), OUR_PAGE)


def address_of(scope: Scope) -> str:
    """The page's address as the visitor knows it, without a slash at the end.

    The root path may be the whole of it, as in Gradio: GRADIO_ROOT_PATH=https://example.org/clothes
    """
    if scope.get("root_path", "").startswith(("http://", "https://")):
        return str(scope["root_path"]).rstrip("/")
    headers = Headers(scope=scope)
    # Of several proxies the first is the one that the visitor knows.
    scheme = headers.get("x-forwarded-proto", scope["scheme"]).split(",")[0]
    host = headers.get("x-forwarded-host", headers.get("host", "localhost")).split(",")[0]
    return re.sub(r'[<>"\s]', "", f"{scheme}://{host}{scope.get('root_path', '')}").rstrip("/")


class FrontPage:
    """ASGI middleware that changes the page itself and passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not here or scope["path"].removeprefix(scope.get("root_path", "")) not in ("", "/"):
            await self.app(scope, receive, send)
            return
        # Gradio fails on a `page` that it does not have; nothing else in there is for the server.
        scope = {**scope, "query_string": b""}
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            headers = MutableHeaders(raw=start["headers"])
            if headers.get("content-type", "").startswith("text/html"):
                body = with_our_page(body.decode(), address_of(scope)).encode()
                headers.add_vary_header("Accept-Encoding")
                if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                    body = gzip.compress(body, 6)
                    headers["content-encoding"] = "gzip"
                headers["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, collect)


async def preview(request: Request) -> Response:
    return FileResponse(STATIC / "preview.png")


async def icon(request: Request) -> Response:
    """In place of Gradio's, which would make it as large as anyone asks, whatever that takes."""
    return FileResponse(STATIC / "icon.png")


def files(found: Mapping[str, Path]) -> Callable[[Request], Awaitable[Response]]:
    """Serves these, which never change under the same address."""

    async def ours(request: Request) -> Response:
        file = found.get(request.path_params["name"])
        if file is None:
            return Response(status_code=404)
        return FileResponse(file, headers={"cache-control": "public, max-age=31536000, immutable"})

    return ours


ROUTES = [
    # Not a Mount of StaticFiles, which takes a proxy's path for a folder.
    Route(f"/{ADDRESS}/{{name:path}}", GZipMiddleware(request_response(files(FILES)))),
    Route(f"/{STORED_ADDRESS}/{{name}}", files(STORED)),  # packed they would be 7 % smaller
    Route("/preview.png", preview),
    Route("/pwa_icon", icon),
    Route("/pwa_icon/{size}", icon),
]
