"""Two replicas, a thousand mixed calls and somebody drawing, one replica killed in the middle.

    pip install -r requirements.lock && pip install --group serve
    python -m tests.replicas [--calls 1000]

A call that dies with its replica is answered with an error 500 by Ray Serve, which cannot know how
far it had come. Since asking twice changes nothing here, the page asks again by itself, and so do
these clients, once. Ends with an error if any call stays without its answer, or the drawing with
the wrong one.
"""

import argparse
import asyncio
import base64
import itertools
import os
import statistics
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import ray
from playwright.sync_api import expect
from ray import serve

from benchmarks.load import NETWORK, Tally, Visitor, connected
from deploy.serve import page as application
from tests.browser import bars, draw, launched, press, settled
from tests.doubles import free_port, trousers

CLIENTS = 8  # at the same time
PAUSE = 0.5  # seconds before a client asks again


class Asker(Visitor):
    """A client that asks once more after an error; `again` counts how often that happened."""

    again = 0

    async def post(self, path: str, **content: Any) -> Any:
        try:
            return await super().post(path, **content)
        except httpx.HTTPError:
            type(self).again += 1
            await asyncio.sleep(PAUSE)
            return await super().post(path, **content)

    async def api(self) -> bool:
        """`/classify` from code, in one call."""
        data = [base64.b64encode(trousers()).decode(), "photo", NETWORK]
        (answer,) = (await self.post("gradio_api/run/classify", json={"data": data}))["data"]
        return len(answer["probabilities"]) == 10

    async def gift(self) -> bool:
        """A picture for "Wrong? Tell us"; one asked twice may be kept twice."""
        gift = {"kind": "photo", "label": "Trouser", "guess": "Bag", "consent": "yes"}
        return "thanks" in await self.post("answer/feedback", params=gift, content=trousers())


def kill_a_replica() -> None:
    """As a machine that goes down would, in the middle of whatever it was doing."""
    names = ray.util.list_named_actors(all_namespaces=True)
    replica = next(each for each in names if each["name"].startswith("SERVE_REPLICA"))
    ray.kill(ray.get_actor(**replica))


async def thousand(address: str, calls: int, half: threading.Event) -> Tally:
    tally = Tally()
    numbers = itertools.count(1)

    async with connected(address) as http:
        config = (await http.get("config")).json()
        client = Asker(http, config)

        async def asking() -> None:
            for number in numbers:
                if number > calls:
                    return
                asks = {0: client.photo, 5: client.api, 7: client.gift}
                await tally.time(asks.get(number % 10, client.sketch))
                if number == calls // 2:
                    half.set()

        await asyncio.gather(*(asking() for _ in range(CLIENTS)))
    return tally


async def replicas(address: str) -> set[int]:
    """What each Gradio app calls itself, of those that answer."""
    async with connected(address) as http:
        replies = [await http.get("gradio_api/app_id") for _ in range(40)]
    return {reply.json()["app_id"] for reply in replies if reply.is_success}


def draw_meanwhile(address: str, done: threading.Event) -> None:
    """Draw on until done, then compare with the same drawing on a page opened afresh."""
    with launched() as browser:
        here = browser.new_page()
        problems: list[str] = []
        here.on("pageerror", lambda error: problems.append(str(error)))
        here.goto(address)
        here.wait_for_selector("#chart .row")
        strokes = 0
        while not done.is_set() or strokes < 3:
            if strokes % 10 == 9:
                here.keyboard.press("Delete")
            press(here)
            here.mouse.up()
            strokes += 1
            here.wait_for_timeout(100)
        here.keyboard.press("Delete")
        drawn = draw(here)
        expect(here.locator(".notice")).to_be_hidden()
        other = browser.new_page()
        other.goto(address)
        other.wait_for_selector("#chart .row")
        assert draw(other) == drawn == settled(here) == bars(here), "another answer"
        assert problems == [], problems
    print(f"browser: {strokes} strokes, every one answered in the end, nothing to be seen of it")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=1000)
    args = parser.parse_args()
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    begin = time.perf_counter()
    gifts = TemporaryDirectory()
    os.environ["FEEDBACK_FOLDER"] = gifts.name  # inherited by the replicas
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    serve.run(application({}))
    print(f"started in {time.perf_counter() - begin:.0f} s")
    try:
        before = asyncio.run(replicas(address))
        assert len(before) == 2, f"{len(before)} replicas answer"
        half, done = threading.Event(), threading.Event()
        tallies: list[Tally] = []

        def call() -> None:
            tallies.append(asyncio.run(thousand(address, args.calls, half)))
            done.set()

        def kill() -> None:
            half.wait()
            kill_a_replica()

        threads = [threading.Thread(target=work) for work in (call, kill)]
        begin = time.perf_counter()
        for thread in threads:
            thread.start()
        draw_meanwhile(address, done)
        for thread in threads:
            thread.join()
        (tally,) = tallies
        waits = [1000 * wait for wait in tally.waits]
        print(
            f"{len(waits)} of {args.calls} calls answered, {Asker.again} of them asked twice; "
            f"median {statistics.median(waits):.0f} ms, slowest {max(waits):.0f} ms"
        )
        assert tally.errors == 0, f"{tally.errors} calls without an answer"
        kept = len(list(Path(gifts.name).glob("*/photos/*.png")))
        print(f"{kept} pictures kept of {args.calls // 10} given")
        assert args.calls // 10 <= kept <= args.calls // 10 + Asker.again
        for _ in range(60):
            after = asyncio.run(replicas(address))
            if len(after) == 2:
                break
            time.sleep(1)
        assert len(after - before) == 1, "no new replica came"
        print(f"two replicas again {time.perf_counter() - begin:.0f} s after the first call")
    finally:
        serve.shutdown()
        ray.shutdown()
        gifts.cleanup()


if __name__ == "__main__":
    main()
