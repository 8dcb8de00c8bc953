"""A crowd: our page beside plain Gradio's, the same network behind both, in one run.

    python -m benchmarks.load [--clients 1 10 50 100] [--seconds 10]
    python -m benchmarks.load --calls 100000      # ours alone: does anything grow or fail?

Each client draws as a browser does: 10 updates a second, but never a second one before the first is
answered. Beside every ten clients one sends a photo every two seconds. Ours: one call an update.
Plain (page/plain.py): an upload, a call into the queue and a stream of events. Each page is served
by a process of its own; the clients are this one, and all of it stays on 127.0.0.1.

The second form sends so many calls, mostly drawings, with photos and uploads to `/classify` in
between; it ends with an error if a call fails, or memory or temporary files grow.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import resource
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import httpx
import numpy as np

from benchmarks.common import photo, served
from classifier.training.deep.drawings import draw, render

NETWORK = "deep"
PERIOD, PHOTO_PERIOD = 0.1, 2.0  # seconds between two updates of a client, two photos
DRAWERS_A_PHOTOGRAPHER = 10
SOAK_CLIENTS = 16  # at the same time
KEPT = 5  # seconds an upload is kept here, so that a short run sees it go (the page: 300)
GROWTH = 1.05  # of the memory, from the first fifth of the calls to the end: more is an error

NAMES = ("T-shirt/top", "Trouser", "Dress", "Bag", "Ankle boot")
SKETCHES = [render(draw(name, np.random.default_rng(0)), width=6, size=256) for name in NAMES]
PHOTO = photo(300, 400)

Ask = Callable[[], Awaitable[bool]]  # sends a question; whether an answer came


def new_photo() -> bytes:
    """The same picture in another file, since no two photos are the same."""
    return PHOTO + os.urandom(8)


def runs(pixels: np.ndarray) -> bytes:
    """A drawing as the page sends it: lengths of runs and their greys."""
    greys = pixels.ravel()
    changes = np.diff(greys, prepend=greys[0]) != 0
    starts = np.flatnonzero(changes | (np.arange(len(greys)) % 255 == 0))  # none longer than 255
    lengths = np.diff(starts, append=len(greys))
    return np.stack([lengths, greys[starts]], axis=1).astype(np.uint8).tobytes()


class Visitor:
    """Somebody with our page open."""

    def __init__(self, http: httpx.AsyncClient, events: Sequence[int] = ()) -> None:
        self.http = http
        self.events = events  # their numbers in Gradio's app
        self.session = uuid.uuid4().hex

    async def post(self, path: str, **content: Any) -> Any:
        reply = await self.http.post(path, **content)
        reply.raise_for_status()
        return reply.json()

    async def upload(self, data: bytes) -> dict[str, Any]:
        (path,) = await self.post("gradio_api/upload", files={"files": ("picture.png", data)})
        return {"path": path, "meta": {"_type": "gradio.FileData"}}

    async def answer(self, kind: str, picture: bytes) -> bool:
        settings = {"kind": kind, "networks": NETWORK}
        return "networks" in await self.post("answer/classify", params=settings, content=picture)

    async def sketch(self) -> bool:
        return await self.answer("sketch", runs(random.choice(SKETCHES)))

    async def photo(self) -> bool:
        return await self.answer("photo", new_photo())

    async def api(self) -> bool:
        """An upload and a call of `/classify`, as from `gradio_client`."""
        data = [await self.upload(new_photo()), "photo", NETWORK]
        event = (await self.post("gradio_api/call/classify", json={"data": data}))["event_id"]
        reply = await self.http.get(f"gradio_api/call/classify/{event}")
        return "event: complete" in reply.text


class PlainVisitor(Visitor):
    """Somebody with plain Gradio's page open; its last two events are the pad's and the photo's."""

    async def sketch(self) -> bool:
        _, png = cv2.imencode(".png", random.choice(SKETCHES))
        file = await self.upload(png.tobytes())
        return await self.change(-2, {"background": None, "layers": [], "composite": file})

    async def photo(self) -> bool:
        return await self.change(-1, await self.upload(new_photo()))

    async def change(self, event: int, value: dict[str, Any]) -> bool:
        session = {"session_hash": self.session}
        call = {"data": [value, NETWORK], "fn_index": self.events[event], **session}
        joined = (await self.post("gradio_api/queue/join", json=call))["event_id"]
        async with self.http.stream("GET", "gradio_api/queue/data", params=session) as stream:
            async for line in stream.aiter_lines():
                message = json.loads(line.removeprefix("data:")) if line else {}
                if message.get("msg") == "process_completed" and message["event_id"] == joined:
                    return bool(message["success"])
        return False


class Tally:
    """Waiting times in seconds, and how often no answer came."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.errors = 0

    async def time(self, ask: Ask) -> None:
        begin = time.perf_counter()
        try:
            answered = await ask()
        except (httpx.HTTPError, ValueError):
            answered = False
        if answered:
            self.waits.append(time.perf_counter() - begin)
        else:
            self.errors += 1

    async def again_and_again(self, ask: Ask, period: float, until: float) -> None:
        """Ask at most once in each period, and only after the answer before."""
        due = time.perf_counter() + random.random() * period
        while due < until:
            await asyncio.sleep(due - time.perf_counter())
            await self.time(ask)
            due += period * max(1, -(-(time.perf_counter() - due) // period))


def connected(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=address, limits=limits, timeout=60)


async def crowd(
    kind: type[Visitor], address: str, clients: int, seconds: float
) -> tuple[Tally, Tally]:
    """Let so many clients draw, and others send photos; the tallies of both."""
    drawn, photos = Tally(), Tally()
    async with connected(address) as http:
        dependencies = (await http.get("config")).json()["dependencies"]
        events = [event["id"] for event in dependencies]
        visitors = [kind(http, events) for _ in range(clients)]
        photographers = [kind(http, events) for _ in range(-(-clients // DRAWERS_A_PHOTOGRAPHER))]
        await asyncio.gather(visitors[0].sketch(), photographers[0].photo())  # warm up
        until = time.perf_counter() + seconds
        await asyncio.gather(
            *(drawn.again_and_again(each.sketch, PERIOD, until) for each in visitors),
            *(photos.again_and_again(each.photo, PHOTO_PERIOD, until) for each in photographers),
        )
    return drawn, photos


def compare(crowds: list[int], seconds: float) -> None:
    print("page   clients  updates/s  median, 95 % ms  photos, median ms  errors")
    kinds: dict[str, type[Visitor]] = {"ours": Visitor, "plain": PlainVisitor}
    for (which, kind), clients in itertools.product(kinds.items(), crowds):
        with served(NETWORK, KEPT) as (address, _):
            drawn, photos = asyncio.run(crowd(kind, address, clients, seconds))
        median, most = (1000 * np.percentile(drawn.waits or [np.nan], q) for q in (50, 95))
        photo_ms = 1000 * np.median(photos.waits or [np.nan])
        print(
            f"{which:5} {clients:8} {len(drawn.waits) / seconds:10.1f} {median:8.1f} {most:7.1f} "
            f"{len(photos.waits):9} {photo_ms:8.1f} {drawn.errors + photos.errors:7}",
            flush=True,
        )


async def soak(calls: int, temporary: Path) -> None:
    """So many calls, as fast as they are answered; SystemExit if one fails, or something grows."""
    tally, memory, numbers = Tally(), list[float](), iter(range(1, calls + 1))

    def files() -> int:
        return sum(path.is_file() for path in temporary.rglob("*"))

    async def visit(visitor: Visitor, process: int) -> None:
        asks = {0: visitor.api, 25: visitor.photo, 75: visitor.photo}
        for number in numbers:
            await tally.time(asks.get(number % 100, visitor.sketch))
            if number % (calls // 20) == 0:
                pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])  # Linux
                memory.append(pages * resource.getpagesize() / 2**20)
                print(f"{number:8} calls {memory[-1]:6.0f} MB {files():5} files", flush=True)

    with served(NETWORK, KEPT) as (address, process):
        async with connected(address) as http:
            await asyncio.gather(*(visit(Visitor(http), process) for _ in range(SOAK_CLIENTS)))
        deadline = time.monotonic() + 6 * KEPT
        while files() and time.monotonic() < deadline:
            await asyncio.sleep(1)
        left = files()
    print(f"{len(tally.waits)} answered, {tally.errors} errors, {left} files left")
    if tally.errors or left or memory[-1] > GROWTH * memory[3]:
        raise SystemExit("A call failed, or something grows.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 10, 50, 100])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--calls", type=int, help="send ours so many calls instead, 20 or more")
    args = parser.parse_args()
    print(f"load of this machine before: {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory() as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder  # inherited by the servers
        if args.calls:
            asyncio.run(soak(args.calls, Path(folder)))
        else:
            compare(args.clients, args.seconds)


if __name__ == "__main__":
    main()
