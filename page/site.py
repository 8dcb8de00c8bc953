"""The page itself: one template and one configuration, in front of Gradio's routes or exported.

Served, our routes come before Gradio's, so its front end is never sent for `/`. Exported (`python
app.py --export DIR`), the same page is static files and the networks run in the visitor's browser:
any web server will do, under any path, and no other host is asked. Files have addresses that change
with their content, so that browsers keep them for good.
"""

import base64
import hashlib
import json
import os
import re
import shutil
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route, request_response
from starlette.types import Scope

from classifier import CLASSES
from classifier.network import SEGMENTER, WEIGHTS

from . import COMPARISON, NETWORKS
from .answer import Networks

WEB = Path(__file__).resolve().parent / "web"
SENT = (".js", ".png", ".jpg", ".txt")  # .txt: licences; styles and markup are in the page


def named(folder: Path, files: Iterable[Path]) -> dict[str, Path]:
    """The files by their names below the folder, with slashes, in order."""
    return {file.relative_to(folder).as_posix(): file for file in sorted(files) if file.is_file()}


def version(files: Mapping[str, Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files.values())).hexdigest()[:12]


def integrity(file: Path) -> str:
    """As browsers check it: a broken download is no file, and is not kept."""
    return f"sha256-{base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()}"


FILES = named(WEB, (file for file in WEB.rglob("*") if file.suffix in SENT))
ADDRESS = f"page/{version(FILES)}"  # of `web/`, below the page's own
# For the engine in the browser: the networks, what finds garments, and pictures to train with.
STORED = named(
    WEIGHTS,
    (
        file
        for name in (*NETWORKS, *COMPARISON, SEGMENTER, "fashion", "settings")
        for file in WEIGHTS.glob(f"{name}.*")
    ),
)
STORED_ADDRESS = f"page/weights-{version(STORED)}"

STATIC_IMPORT = re.compile(r'^import\b[^;(]*?"(\.[^"]+)"', re.MULTILINE)
# No other host is asked but those of the host itself; any site may show the page in a frame.
POLICY = (
    "default-src 'self' data: blob: {hosts}; script-src 'self' 'unsafe-inline' blob: {hosts}; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; form-action 'self'"
)


# --- the page -------------------------------------------------------------------------------------


def read(*names: str) -> str:
    return "\n".join((WEB / name).read_text(encoding="utf-8") for name in names)


def modules(*names: str) -> list[str]:
    """These modules, and all that they import at once, in the order in which they are met."""
    graph = list(names)
    for name in graph:  # grows meanwhile
        imported = [urljoin(name, path) for path in STATIC_IMPORT.findall(read(name))]
        graph += [path for path in dict.fromkeys(imported) if path not in graph]
    return graph


def preloads(*names: str) -> str:
    """HTML that asks for these modules before they are imported."""
    links = (f'<link rel="modulepreload" href="{ADDRESS}/{name}" />' for name in modules(*names))
    return "\n".join(links)


PANEL = re.compile(r"{{(\w+)}}")  # of "See inside": the list of them is inside.html


def panel(name: re.Match[str]) -> str:
    return read(f"inside/{name[1]}/{name[1]}.html")


STYLES = ("style.css", "draw/draw.css", "photo/photo.css", "answer/answer.css", "inside/inside.css")
PARTS = {
    "styles": read(*STYLES),
    "inside": PANEL.sub(panel, read("inside/inside.html")),
    "visible": read("visible.js"),
    "paper": read("draw/paper.js"),
    "page": ADDRESS,
}
TEMPLATE = re.sub(r"{{(\w+)}}", lambda name: PARTS.get(name[1], name[0]), read("page.html"))


def page_html(config: Mapping[str, Any], address: str, head: str) -> str:
    """The whole page. address: where it is, without a slash at the end; head: more for <head>."""
    parts = {
        "address": address,
        "head": head,
        "config": json.dumps(config).replace("<", r"\u003c"),
    }
    return re.sub(r"{{(\w+)}}", lambda name: parts[name[1]], TEMPLATE)


def source() -> str | None:
    """Where the page's files can be read: in SOURCE, a repository's address, or in the Space."""
    space = os.environ.get("SPACE_ID")
    return os.environ.get("SOURCE") or (space and f"https://huggingface.co/spaces/{space}")


def weights_for(networks: Networks) -> str | None:
    """Where a browser finds the weights of these very networks, or None if they are others."""
    for name, network in networks.items():
        file = STORED.get(f"{name}.json")
        if file is None:
            return None
        if json.loads(file.read_text("utf-8"))["sha256"] != network.about.get("sha256"):
            return None
    return f"{STORED_ADDRESS}/"


def page_config(networks: Networks, served: bool, feedback: bool) -> dict[str, Any]:
    """What the page knows of itself, see `PageConfig` in `web/types.d.ts`."""
    weights = weights_for(networks)
    stored = [name for name in (*NETWORKS, *COMPARISON) if f"{name}.safetensors" in STORED]
    return {
        "served": served,
        "classes": list(CLASSES),
        "networks": list(networks),
        "inspectable": stored if weights else [],
        "feedback": feedback,
        "source": source(),
        "weights": weights,
    }


# --- served ---------------------------------------------------------------------------------------


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


def send_files(files: Mapping[str, Path]) -> Callable[[Request], Awaitable[Response]]:
    """Serves these, which never change under the same address."""

    async def send(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        if file is None:
            return Response(status_code=404)
        return FileResponse(file, headers={"cache-control": "public, max-age=31536000, immutable"})

    return send


def page_routes(config: Mapping[str, Any]) -> list[Route]:
    """The page, its picture for link previews, its files, and the weights."""
    head = preloads("main.js")

    async def page(request: Request) -> Response:
        html = page_html(config, address_of(request.scope), head)
        return HTMLResponse(html, headers={"content-security-policy": POLICY.format(hosts="")})

    async def preview(_: Request) -> Response:
        return FileResponse(WEB / "preview.png")

    return [
        Route("/", GZipMiddleware(request_response(page), compresslevel=6), methods=["GET"]),
        Route("/preview.png", preview),
        # Not a Mount of StaticFiles, which takes a proxy's path for a folder.
        Route(f"/{ADDRESS}/{{name:path}}", send_files(FILES)),
        Route(f"/{STORED_ADDRESS}/{{name}}", send_files(STORED)),
    ]


# --- exported -------------------------------------------------------------------------------------


def export(folder: Path, config: Mapping[str, Any], hosts: str = "") -> None:
    """Write the page into the folder; an earlier one goes.

    config: see `page_config`. hosts: where its own host may send browsers for its files.
    """
    for earlier in folder.glob("page/*"):
        if re.fullmatch("(weights-)?[0-9a-f]{12}", earlier.name):
            shutil.rmtree(earlier)
    for address, files in ((ADDRESS, FILES), (STORED_ADDRESS, STORED)):
        for name, file in files.items():
            target = folder / address / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    shutil.copyfile(WEB / "icon.png", folder / "favicon.ico")  # as Gradio has it
    shutil.copyfile(WEB / "preview.png", folder / "preview.png")
    head = f"""<meta http-equiv="Content-Security-Policy" content="{POLICY.format(hosts=hosts)}" />
<link rel="manifest" href="page.webmanifest" />
<link rel="apple-touch-icon" href="favicon.ico" />
{preloads("main.js", "engine/engine.js", "engine/worker.js")}"""
    page = ["./", "page.webmanifest", "favicon.ico", *(f"{ADDRESS}/{name}" for name in FILES)]
    weights = {f"{STORED_ADDRESS}/{name}": integrity(file) for name, file in STORED.items()}
    late = {name: weights.pop(name) for name in [*weights] if name.endswith(".webp")}
    kept = {
        "page": {"version": ADDRESS, "files": dict.fromkeys(page, "")},
        # later: what only those need who train
        "weights": {"version": STORED_ADDRESS, "files": weights, "later": late},
    }
    for name, text in (
        ("index.html", page_html(config, ".", head)),
        ("page.webmanifest", read("page.webmanifest")),
        ("service_worker.js", f"const KEPT = {json.dumps(kept)};\n{read('service_worker.js')}"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
