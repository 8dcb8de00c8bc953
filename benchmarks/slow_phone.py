"""How soon one can draw on a slow phone: `python -m benchmarks.slow_phone [--address URL]`.

A phone's window in Chromium with its processor four times slower, on the two networks that are
called "Slow 3G": Lighthouse's (400 kbit/s, 400 ms) and the developer tools' (400 kbit/s, 2000 ms).
In seconds after the address was asked for, everything fetched anew: the first paint, the first ink
of somebody who keeps on trying to draw, and the first answer. With --address, another server's
page: start an older version beside this one, and compare the two.
"""

import argparse
import contextlib
import time
from typing import Any

from playwright.sync_api import Browser

from benchmarks.common import chromium, served

NETWORKS = {"400 ms": 400, "2000 ms": 2000}  # milliseconds until an answer begins
BYTES_A_SECOND = 400_000 / 8
SLOWER = 4  # times, the processor
PATIENCE = 120  # seconds
PAPER = """() => {
  const box = document.querySelector(".paper canvas")?.getBoundingClientRect();
  return box?.width ? [box.x + box.width / 3, box.y + box.height / 3] : null;
}"""
DRAWN = """() => {
  const canvas = document.querySelector(".paper canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, i) => i % 4 === 0 && value < 128 && data[i + 3] > 0);
}"""
ANSWERED = "() => document.querySelector('#chart .top') !== null"
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
NOW = "() => performance.now()"


def visit(browser: Browser, address: str, latency: int) -> dict[str, float]:
    """Seconds until the first paint, the first ink and the first answer."""
    context = browser.new_context(
        viewport={"width": 390, "height": 664}, is_mobile=True, has_touch=True
    )
    page = context.new_page()
    tools = context.new_cdp_session(page)
    conditions: dict[str, Any] = {"offline": False, "latency": latency}
    conditions |= {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    tools.send("Network.emulateNetworkConditions", conditions)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    times: dict[str, float] = {}
    began = time.monotonic()
    page.goto(address, wait_until="commit", timeout=PATIENCE * 1000)
    while "answer" not in times and time.monotonic() - began < PATIENCE:
        place = page.evaluate(PAPER)
        if place and "ink" not in times:
            page.mouse.move(*place)
            page.mouse.down()
            page.mouse.move(place[0] + 80, place[1] + 80, steps=3)
            page.mouse.up()
            if page.evaluate(DRAWN):
                times["ink"] = page.evaluate(NOW) / 1000
        if page.evaluate(ANSWERED):
            times["answer"] = page.evaluate(NOW) / 1000
        page.wait_for_timeout(50)
    times["paint"] = page.evaluate(PAINTED) / 1000
    context.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", help="of a page that is served already")
    given = parser.parse_args().address
    with chromium() as browser, contextlib.ExitStack() as stack:
        address = given or stack.enter_context(served("ours", "lesson"))[0]
        for name, latency in NETWORKS.items():
            times = visit(browser, address, latency)
            words = "   ".join(f"{what} {seconds:5.1f} s" for what, seconds in times.items())
            print(f"{name:8} {words}")


if __name__ == "__main__":
    main()
