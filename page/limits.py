"""Which requests are taken at all, how much of them and how long, and what all answers carry.

Gradio has routes for many pages that these are not: they record, fetch, share and edit. Only those
that our page, the API, its clients and the plain Gradio page need are open; everything else is
answered with 404. A request is read to its end before it is passed on, so that what breaks off,
drips or is too large never reaches Gradio, and no client leaves anything behind.
"""

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import anyio.to_thread
from gradio.utils import get_upload_folder
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .answer import MAX_BYTES

MAX_BODY = MAX_BYTES * 4 // 3 + 2**20  # bytes: a picture in base64, and a bit around it
MAX_QUERY = 2_000  # characters
MAX_WORD = 200  # characters of what is no picture: a session's name, say
MAX_FILES = 10  # in one upload
MAX_PIECES = 5_000  # lists, objects and their members in a request, whose parsing holds up others
SKETCHPAD_BYTES = 2**20  # of a layer of Gradio's paper
SMALL = 128 * 2**10  # bytes: whatever is not a photo
LARGE_AT_ONCE = 16  # requests larger than that, from their first bytes to their answer
PATIENCE, SLOWEST = 15, 25_000  # a body may take 15 s, a second more for 25 kB, and 15 if large

API, ID, END = "/gradio_api/", "[^/]{1,100}", "/?"
PAGE_FILES = "/page/.*|/preview.png|/favicon.ico|/robots.txt|/health"
# Gradio's front end, for its own page, and a preview of what was uploaded (page/plain.py).
FRONT_END = f"/gradio|/(assets|static)/.*|/theme.css|{API}file=[0-9a-f]{{64}}/[^/]+"
CLIENTS = (
    f"/config|{API}(info|openapi.json|app_id|startup-events|theme.css|mcp/schema|mcp/sse|mcp"
    f"|heartbeat/{ID}|queue/data|call/(v2/)?{ID}/{ID}|(run|call|call/v2)/{ID})"
)  # the last ones answer that they want a POST
READABLE = re.compile(f"(|{PAGE_FILES}|{FRONT_END}|{CLIENTS}){END}")
ANSWER = re.compile("/answer/[a-z]{1,20}")
CALL = re.compile(f"{API}(queue/join|cancel|reset|(run|api|call|call/v2)/{ID}){END}")
MCP = re.compile(f"{API}mcp(/messages)?{END}")
UPLOAD = re.compile(f"{API}upload{END}")
SKETCHPAD = re.compile(f"{API}component_server{END}")  # which sends its layers so
POSTABLE = (ANSWER, CALL, MCP, UPLOAD, SKETCHPAD)

SAFE_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # the address inside a Space's frame holds a key
}
# Of Gradio's own page: its paper makes functions from text, and on a Space it asks the Hub.
GRADIO_POLICY = (
    "default-src 'self' data: blob: https://huggingface.co; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)


# --- requests -------------------------------------------------------------------------------------


def check_json(body: bytes, headers: Headers, call: bool) -> None:
    """Raise HTTPException unless a body is quickly parsed; a call has short words, but for data."""
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "Send application/json.")
    if sum(map(body.count, (b"[", b"{", b","))) > MAX_PIECES:
        raise HTTPException(413, "That request is in too many pieces.")
    if body.count(b"\\") > MAX_PIECES + len(body) // 50:  # some write \/ in base64 text
        raise HTTPException(413, "That request is in too many pieces.")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "That is no JSON.") from error
    if not call:
        return
    if not isinstance(message, dict):
        raise HTTPException(400, "A call is a JSON object.")
    if any(len(str(message[key])) > MAX_WORD for key in message.keys() - {"data", "image"}):
        raise HTTPException(413, "A word in that request is too long.")


class RequestLimits:
    """ASGI middleware that takes what the routes above need, within the limits above."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.large = anyio.CapacityLimiter(LARGE_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # the lifespan
            if scope["type"] != "websocket":  # nothing here has one
                await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers.update(SAFE_HEADERS)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("content-security-policy", GRADIO_POLICY)
            await send(message)

        borrower = object()  # of a place among the large requests
        try:
            await self.dispatch(scope, receive, send_with_headers, borrower)
        except HTTPException as error:
            response = PlainTextResponse(error.detail, error.status_code)
            response.headers["connection"] = "close"  # the rest of the body is not read
            await response(scope, receive, send_with_headers)
        except ClientDisconnect:
            pass  # nobody is there to be answered
        finally:
            if borrower in self.large.statistics().borrowers:
                self.large.release_on_behalf_of(borrower)

    async def dispatch(self, scope: Scope, receive: Receive, send: Send, borrower: object) -> None:
        method, headers = scope["method"], Headers(scope=scope)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if len(scope["query_string"]) > MAX_QUERY:
            raise HTTPException(414, "That address is too long.")
        reads = method in ("GET", "HEAD") and READABLE.fullmatch(path)
        if reads or (method == "DELETE" and MCP.fullmatch(path)):  # the end of a session
            await self.app(scope, receive, send)
            return
        if method != "POST" or not any(route.fullmatch(path) for route in POSTABLE):
            raise HTTPException(404)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > MAX_BODY:
            raise HTTPException(413, "That is too large.")
        body = await self.read_body(scope, receive, borrower)
        if SKETCHPAD.fullmatch(path):
            form = headers.get("content-type", "").startswith("multipart/form-data;")
            if len(body) > SKETCHPAD_BYTES or not form:
                raise HTTPException(413, "That is too large, or no drawing.")
        elif CALL.fullmatch(path) or MCP.fullmatch(path):
            check_json(body, headers, call=CALL.fullmatch(path) is not None)
        await self.app(scope, replay(body, receive), send)

    async def read_body(self, scope: Scope, receive: Receive, borrower: object) -> bytes:
        """Raises HTTPException if the body is too large or too slow, or ClientDisconnect."""
        body = bytearray()
        try:
            with anyio.fail_after(PATIENCE) as limit:
                async for part in Request(scope, receive).stream():
                    was_small = len(body) <= SMALL
                    body += part
                    limit.deadline += len(part) / SLOWEST
                    if len(body) > MAX_BODY:
                        raise HTTPException(413, "That is too large.")
                    if was_small and len(body) > SMALL:
                        limit.deadline += PATIENCE  # to wait its turn
                        await self.large.acquire_on_behalf_of(borrower)
        except TimeoutError as error:
            raise HTTPException(408, "That took too long. Try again in a moment.") from error
        return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """What the application receives: the whole body, then whatever comes after it."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return whole.pop() if whole else await receive()

    return receive_again


# --- uploads to the API ---------------------------------------------------------------------------

UPLOAD_DIR_NAME = "draw-clothes"  # within Gradio's, which other pages may use as well
HASH = re.compile("[0-9a-f]{64}")  # of a file's content: the folder that it lies in
EVERY, KEPT = 300, 300  # seconds between two looks at the uploads, and that one is kept at least
MOST_FILES, MOST_BYTES = 1000, 500 * 2**20  # that lie here at the same time
written: set[Path] = set()  # by this process, which deletes them at its end


def upload_dir() -> Path:
    return Path(get_upload_folder()).resolve()


def private_upload_dir() -> None:
    """Let uploads lie where nothing but uploads is; before the page is built."""
    folder = upload_dir()
    if folder.name != UPLOAD_DIR_NAME:
        os.environ["GRADIO_TEMP_DIR"] = str(folder / UPLOAD_DIR_NAME)


async def upload(request: Request) -> Response:
    """POST gradio_api/upload, in place of Gradio's: files by `files`, answered with their names.

    Gradio's tells where on the disk they lie, keeps notes on their progress, and its clean-up ends
    for good if a file arrives just while it goes through its list.
    """
    folder, names = upload_dir(), []
    async with request.form(max_files=MAX_FILES) as form:
        contents = [
            await file.read() for file in form.getlist("files") if not isinstance(file, str)
        ]
    if any(len(content) > MAX_BYTES for content in contents):
        raise HTTPException(413, "That is too large.")
    if not await anyio.to_thread.run_sync(room_for_more, folder):
        raise HTTPException(503, "Many files are waiting here. Try again in some minutes.")
    try:
        for content in contents:
            name = f"{hashlib.sha256(content).hexdigest()}/picture"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            written.add(folder / name)
            names.append(name)
    except OSError as error:  # a full disk, say
        raise HTTPException(507, "There is no room for that file here.") from error
    return JSONResponse(names)


def uploads(folder: Path) -> Iterator[Path]:
    """The uploaded files, each followed by the folder it is in."""
    for entry in folder.glob("*"):
        if HASH.fullmatch(entry.name):
            yield from entry.glob("*")
            yield entry


def room_for_more(folder: Path) -> bool:
    """Whether another upload fits."""
    sizes = []
    for path in uploads(folder):
        with contextlib.suppress(OSError):  # just gone
            sizes += [] if path.is_dir() else [path.stat().st_size]
    return len(sizes) < MOST_FILES and sum(sizes) < MOST_BYTES


def sweep(folder: Path, kept: float) -> None:
    """Delete the uploads that are older than `kept` seconds, or are dated in the future."""
    for path in list(uploads(folder)):
        with contextlib.suppress(OSError):  # not empty, or already gone; perhaps the next time
            if not 0 <= time.time() - path.stat().st_mtime < kept:
                path.rmdir() if path.is_dir() else path.unlink()


@contextlib.asynccontextmanager
async def sweeping(_: object) -> AsyncIterator[None]:
    """For the server's lifespan: delete uploads now and then, and its own at the end."""

    async def now_and_then() -> None:
        while True:  # first what a server left that was killed
            await anyio.to_thread.run_sync(sweep, upload_dir(), KEPT)
            written.difference_update([file for file in written if not file.exists()])
            await anyio.sleep(EVERY)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(now_and_then)
        yield
        tasks.cancel_scope.cancel()
    for file in written:
        with contextlib.suppress(OSError):
            file.unlink()
            file.parent.rmdir()
