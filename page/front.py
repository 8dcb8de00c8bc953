"""What a link to the page shows before anything runs: title, description, icon, preview picture.

Gradio writes its own into the page it serves, and adds the app's only once its JavaScript runs,
which messengers and search engines do not wait for. So they are put in on the way out, and the
page, which Gradio sends as it is, is compressed.
"""

import gzip
import re
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE = Path(__file__).resolve().parent
HEAD = PAGE / "head.html"
PREVIEW = PAGE / "preview.png"
ICON = PAGE / "icon.png"

GRADIOS_OWN = re.compile(
    r'<(?:meta\s+(?:property="og:|name="twitter:)|link\s+rel="manifest")[^>]*>\s*'
)  # the manifest is looked for at the top of the host, wherever the page is


def with_our_head(html: str, address: str) -> str:
    """Gradio's page with our title, description and preview; address: where the page is."""
    head = HEAD.read_text(encoding="utf-8").replace("{{address}}", address)
    return GRADIOS_OWN.sub("", html).replace("</head>", head + "</head>", 1)


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
                body = with_our_head(body.decode(), address_of(scope)).encode()
                headers.add_vary_header("Accept-Encoding")
                if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                    body = gzip.compress(body, 6)
                    headers["content-encoding"] = "gzip"
                headers["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, collect)


async def preview(request: Request) -> Response:
    return FileResponse(PREVIEW)


async def icon(request: Request) -> Response:
    """In place of Gradio's, which would make it as large as anyone asks, whatever that takes."""
    return FileResponse(ICON)


ROUTES = [
    Route("/preview.png", preview),
    Route("/pwa_icon", icon),
    Route("/pwa_icon/{size}", icon),
]
