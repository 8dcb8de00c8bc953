"""Two replicas, a thousand mixed calls and somebody drawing, one replica killed in the middle.

    pip install -r requirements.lock && pip install --group serve
    python -m tests.replicas

A call that dies with its replica is answered with an error 500 by Ray Serve, which cannot know how
far it had come. Since asking twice changes nothing here, the page asks again by itself, and so do
these clients, once. Ends with an error if any call stays without its answer, or the drawing with
the wrong one.
"""

import base64
import os
import statistics
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import ray
from playwright.sync_api import expect
from ray import serve

from benchmarks.load import SKETCHES, runs
from deploy.serve import page as application
from tests.browser import draw, launched, stroke, watched
from tests.doubles import free_port, trousers

COUNT = 1000  # calls
CLIENTS = 8  # at the same time
PAUSE = 0.5  # seconds before a client asks again

GIFT = {"kind": "photo", "label": "Trouser", "guess": "Bag", "consent": "yes"}
SKETCH, PHOTO = ({"kind": kind, "networks": "deep"} for kind in ("sketch", "photo"))
CODE = {"data": [base64.b64encode(trousers()).decode(), "photo", "deep"]}
CALLS: dict[int, dict[str, Any]] = {  # by the last digit of their number; all others are drawings
    0: {"url": "answer/classify", "params": PHOTO, "content": trousers()},
    5: {"url": "gradio_api/run/classify", "json": CODE},
    7: {"url": "answer/feedback", "params": GIFT, "content": trousers()},
}
DRAWING = {"url": "answer/classify", "params": SKETCH, "content": runs(SKETCHES[0])}


def kill_a_replica() -> None:
    """As a machine that goes down would, in the middle of whatever it was doing."""
    names = ray.util.list_named_actors(all_namespaces=True)
    ray.kill(ray.get_actor(**next(n for n in names if n["name"].startswith("SERVE_REPLICA"))))


def call(http: httpx.Client, number: int) -> tuple[float, bool]:
    """One call: how many seconds it took, and whether it was made twice."""
    begin, request = time.perf_counter(), CALLS.get(number % 10, DRAWING)
    reply = http.post(**request)
    if twice := not reply.is_success:
        time.sleep(PAUSE)
        reply = http.post(**request)
    answer = reply.raise_for_status().json()
    assert {"networks", "data", "thanks"} & set(answer), answer
    return time.perf_counter() - begin, twice


def replicas(http: httpx.Client) -> set[int]:
    """What each Gradio app calls itself, of those that answer."""
    replies = [http.get("gradio_api/app_id") for _ in range(40)]
    return {reply.json()["app_id"] for reply in replies if reply.is_success}


def draw_meanwhile(address: str, calls: list[Future[tuple[float, bool]]]) -> None:
    """Draw on until they are done, then compare with the same drawing on a page opened afresh."""
    with launched() as browser, watched(browser, address) as page:
        while not all(future.done() for future in calls):
            stroke(page)
            page.wait_for_timeout(100)
            page.keyboard.press("Delete")
        drawn = draw(page)
        expect(page.locator(".notice")).to_be_hidden()
        with watched(browser, address) as other:
            assert draw(other) == drawn, "another answer"


def run(address: str, gifts: Path) -> None:
    with httpx.Client(base_url=address, timeout=60) as http, ThreadPoolExecutor(CLIENTS) as pool:
        before = replicas(http)
        assert len(before) == 2, f"{len(before)} replicas answer"
        calls = [pool.submit(call, http, number) for number in range(COUNT)]
        calls[COUNT // 2].add_done_callback(lambda _: kill_a_replica())
        draw_meanwhile(address, calls)
        waits, twice = zip(*(future.result() for future in calls), strict=True)
        print(f"{COUNT} calls answered, {sum(twice)} of them made twice, and the drawing")
        print(f"median {statistics.median(waits):.3f} s, slowest {max(waits):.3f} s")
        kept = len(list(gifts.glob("*/photos/*.png")))  # one that is given twice may be kept twice
        assert COUNT // 10 <= kept <= COUNT // 10 + sum(twice), f"{kept} pictures kept"
        deadline = time.monotonic() + 60
        while len(replicas(http)) < 2 and time.monotonic() < deadline:
            time.sleep(1)
        assert len(replicas(http) - before) == 1, "no new replica came"


def main() -> None:
    port = free_port()
    with TemporaryDirectory() as gifts:
        os.environ["FEEDBACK_FOLDER"] = gifts  # inherited by the replicas
        ray.init(
            num_cpus=2, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1"
        )
        try:
            serve.start(http_options={"host": "127.0.0.1", "port": port})
            serve.run(application({}))
            run(f"http://127.0.0.1:{port}/", Path(gifts))
        finally:
            serve.shutdown()
            ray.shutdown()


if __name__ == "__main__":
    main()
