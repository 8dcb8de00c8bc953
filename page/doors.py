"""Which requests come in at all, how much of them and how long, and what all answers carry.

Gradio has routes for many pages that this one is not: they record, fetch, share and edit. Only
those that the page, its API and its clients need are let in; everything else is answered with 404.
A request is read to its end before it is passed on, so that what breaks off, drips or is too large
never reaches Gradio, and no client leaves anything behind.
"""

import json
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import FEEDBACK
from .answer import MAX_BYTES
from .gradios import GETS, JSONS, MCP, UPLOAD, upload_folder
from .uploads import room_for_more

MAX_BODY = MAX_BYTES * 4 // 3 + 2**20  # bytes: a picture in base64, and a bit around it
MAX_QUERY = 2_000  # characters
MAX_WORD = 200  # characters of what is no picture: a session's name, say
MAX_FILES = 10  # in one upload
MAX_PIECES = 5_000  # lists, objects and their members in a request, whose parsing holds up others
SMALL = 128 * 2**10  # bytes: whatever is not a photo
LARGE_AT_ONCE = 16  # requests larger than that, from their first bytes to their answer
PATIENCE, SLOWEST = 15, 25_000  # a body may take 15 s, a second more for 25 kB, and 15 if large

SAFE_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # the address inside a Space's frame holds a key
}
# Gradio needs inline scripts and makes functions from text. Any site may show the page in a frame;
# on a Space it asks the Hub about itself.
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https://huggingface.co "
    "https://*.huggingface.co; connect-src 'self' data: blob: https://huggingface.co; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)


class Shut(Exception):
    """This request is not taken: the status, and a sentence that says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def from_here(headers: Headers) -> bool:
    """Whether a request comes from our own page, or from no page at all.

    Browsers say so themselves, but for pages on plain http; then the page's host counts, under the
    names that proxies give it.
    """
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    if (origin := headers.get("origin")) is None:
        return True
    names = f"{headers.get('host', '')},{headers.get('x-forwarded-host', '')}".split(",")
    return urlsplit(origin).netloc in {name.strip() for name in names if name}


def check_json(body: bytes, headers: Headers, call: bool) -> None:
    """Raise Shut unless a body is quickly parsed; a call's has short words besides the picture."""
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Shut(415, "Send application/json.")
    if sum(map(body.count, (b"[", b"{", b","))) > MAX_PIECES:
        raise Shut(413, "That request is in too many pieces.")
    if body.count(b"\\") > MAX_PIECES + len(body) // 50:  # some write \/ in base64 text
        raise Shut(413, "That request is in too many pieces.")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Shut(400, "That is no JSON.") from error
    if not call:
        return
    if not isinstance(told, dict):
        raise Shut(400, "A call is a JSON object.")
    if any(len(str(told[key])) > MAX_WORD for key in told.keys() - {"data", "image"}):
        raise Shut(413, "A word in that request is too long.")
    if told.get("fn_name") == FEEDBACK and not from_here(headers):
        raise Shut(403, "Pictures are taken from this page alone.")


class Doors:
    """ASGI middleware that lets in what is meant to come in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.large = anyio.CapacityLimiter(LARGE_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # the lifespan
            if scope["type"] != "websocket":  # nothing here has one
                await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers.update(SAFE_HEADERS)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["content-security-policy"] = POLICY
            await send(message)

        token = object()  # of this request, for one of the large ones
        try:
            await self.let_in(scope, receive, with_headers, token)
        except Shut as shut:
            if shut.status:
                answer = Response(str(shut), shut.status, media_type="text/plain")
                answer.headers["connection"] = "close"  # the rest of the body is not read
                await answer(scope, receive, with_headers)
        finally:
            if token in self.large.statistics().borrowers:
                self.large.release_on_behalf_of(token)

    async def let_in(self, scope: Scope, receive: Receive, send: Send, token: object) -> None:
        method = scope["method"]
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if len(scope["query_string"]) > MAX_QUERY:
            raise Shut(414, "That address is too long.")
        reads = method in ("GET", "HEAD") and GETS.fullmatch(path)
        if reads or (method == "DELETE" and MCP.fullmatch(path)):  # the end of a session
            await self.app(scope, receive, send)
            return
        if method != "POST" or not (JSONS.fullmatch(path) or UPLOAD.fullmatch(path)):
            raise Shut(404, HTTPStatus(404).phrase)

        headers = Headers(scope=scope)
        if headers.get("content-length", "").isdigit() and (
            int(headers["content-length"]) > MAX_BODY
        ):
            raise Shut(413, "That is too large.")
        body = await self.whole(scope, receive, token)
        if UPLOAD.fullmatch(path):
            if body.count(b"filename") > MAX_FILES:
                raise Shut(413, "Those are too many files.")
            if not await anyio.to_thread.run_sync(room_for_more, upload_folder()):
                raise Shut(503, "Many files are waiting here. Try again in some minutes.")
            scope = {**scope, "query_string": b""}  # Gradio would keep notes on its progress
            send = without_folder(send)
        else:
            check_json(body, headers, call="/mcp" not in path)
        await self.app(scope, replay(body, receive), send)

    async def whole(self, scope: Scope, receive: Receive, token: object) -> bytes:
        """A request's body. Raises Shut if it is too large or too slow, or does not end."""
        body = bytearray()
        try:
            with anyio.fail_after(PATIENCE) as limit:
                async for part in Request(scope, receive).stream():
                    was_small = len(body) <= SMALL
                    body += part
                    limit.deadline += len(part) / SLOWEST
                    if len(body) > MAX_BODY:
                        raise Shut(413, "That is too large.")
                    if was_small and len(body) > SMALL:
                        limit.deadline += PATIENCE  # to wait its turn
                        await self.large.acquire_on_behalf_of(token)
        except ClientDisconnect as error:
            raise Shut(0, "The client has left.") from error
        except TimeoutError as error:
            raise Shut(408, "That took too long. Try again in a moment.") from error
        return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """What the application receives: the whole body, then whatever comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def without_folder(send: Send) -> Send:
    """Take the upload folder off the paths in the answer to an upload: they are for `/classify`."""
    start: Message = {}
    parts: list[bytes] = []

    async def shorter(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(parts)
        if start["status"] == HTTPStatus.OK:
            folder = upload_folder()
            paths: Sequence[Any] = json.loads(body)
            body = json.dumps([str(Path(each).relative_to(folder)) for each in paths]).encode()
        MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    return shorter
