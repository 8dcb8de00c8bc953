"""From pen to bars: our page, with a server and without, against the stock way, in one run.

    python -m benchmarks.latency [--network deep] [--strokes 10] [--pages ours files stock]

Ours: the canvas and bars of this project, and the same as static files, where the browser's engine
answers. Stock: `gr.Sketchpad` with `change` into `gr.Label`, see page/plain.py, brush selected by
hand as a visitor must. The same network behind all of them, each served by a process of its own
and drawn on by Chromium on the same machine, one pointermove every 16 ms.

Measured inside the browser: from the pointermove's own time stamp to the first change of the bars
(or of the label) whose question was sent after it, so which shows that move. Our page answers
during the stroke, so every move counts; the stock one answers after it, so only the last move of
each stroke is compared.
"""

import argparse
import statistics
import time

import numpy as np
from playwright.sync_api import Page

from benchmarks.common import chromium, served

MOVES = 40  # pointermoves of a stroke
PACE = 0.016  # seconds between two of them
PATIENCE = 100  # tenths of a second for the last answer of a stroke
PAUSE = 1500  # milliseconds after clearing the paper, which the stock page answers, too

OURS = ("#sketch canvas", "#chart", ["[data-tool=clear]"])
PAGES = {  # paper, answer, and what to click on for a new drawing
    "ours": OURS,
    "files": OURS,
    "stock": ("#pad canvas", "#label", ["[aria-label='Clear canvas']", "[aria-label=Brush]"]),
}

RECORD = """([paper, answer]) => {
  const log = (window.latency = { moves: [], sent: [], shown: [] });
  const canvases = document.querySelectorAll(paper);
  for (const canvas of canvases) {
    canvas.addEventListener("pointermove", (e) => log.moves.push(e.timeStamp), { capture: true });
  }
  const fetched = window.fetch;
  window.fetch = (...request) => {
    const url = String(request[0]?.url ?? request[0]);
    if (/answer|queue\\/join/.test(url)) log.sent.push(performance.now());
    return fetched(...request);
  };
  const posted = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.name === "classify") log.sent.push(performance.now());
    return posted.call(this, message, ...rest);
  };
  const output = document.querySelector(answer);
  const state = () => [...output.children]  // but for Gradio's own progress display
    .filter((child) => child.dataset.testid !== "status-tracker")
    .map((child) => child.textContent + (child.dataset.probability ?? "")).join();
  let last = state();
  new MutationObserver(() => {
    const now = state();
    if (now !== last) log.shown.push(performance.now());
    last = now;
  }).observe(output, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


SETTLED = """latency.shown.at(-1) > latency.moves.at(-1)
  && performance.now() - latency.shown.at(-1) > 400"""


def draw(page: Page, paper: str, clear: list[str], strokes: int) -> list[dict[str, list[float]]]:
    """Draw a zigzag at a time; returns when moves, requests and changed answers happened."""
    logs = []
    for stroke in range(strokes):
        for button in clear:
            page.locator(button).first.click()
            page.wait_for_timeout(PAUSE)
        page.evaluate("Object.assign(latency, { moves: [], sent: [], shown: [] })")
        scribble(page, paper, stroke)
        for _ in range(PATIENCE):  # in vain where the last move changes nothing
            if page.evaluate(SETTLED):
                break
            page.wait_for_timeout(100)
        logs.append(page.evaluate("latency"))
    return logs


def scribble(page: Page, paper: str, stroke: int = 0) -> None:
    """One zigzag over the paper, each one different."""
    box = page.locator(paper).first.bounding_box()
    assert box is not None
    side = min(box["width"], box["height"])
    left, top = box["x"] + (box["width"] - side) / 2, box["y"] + (box["height"] - side) / 2
    for i in range(MOVES):
        x = left + side * (0.1 + 0.8 * (i / MOVES))
        y = top + side * (0.1 + 0.8 * ((stroke * 0.37 + 0.03 * (i % 10)) % 1))
        page.mouse.move(x, y)
        if i == 0:
            page.mouse.down()
        time.sleep(PACE)
    page.mouse.up()


def waits(log: dict[str, list[float]], moves: list[float]) -> list[float]:
    """Milliseconds from each of the moves to the change of the bars that shows it.

    A request shows every move before it; the first change after it is its answer, as there is
    never more than one request on its way.
    """
    found = []
    for move in moves:
        sent = next((time for time in log["sent"] if time >= move), None)
        shown = next((time for time in log["shown"] if sent is not None and time >= sent), None)
        if shown is not None:
            found.append(shown - move)
    return found


def summary(name: str, milliseconds: list[float]) -> float:
    if not milliseconds:
        raise SystemExit(f"{name}: no answer came in time")
    median = statistics.median(milliseconds)
    p95 = float(np.percentile(milliseconds, 95))
    print(f"{name:44} median {median:7.1f} ms   95 % {p95:7.1f} ms   n {len(milliseconds)}")
    return median


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--network", default="deep")
    parser.add_argument("--strokes", type=int, default=10)
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES))
    args = parser.parse_args()

    logs = {}
    with chromium() as browser:
        for which in args.pages:
            paper, answer, clear = PAGES[which]
            with served(args.network, files=which == "files") as (address, _):
                page = browser.new_page(viewport={"width": 1280, "height": 1400})
                if which == "ours":  # the server is measured, however slow it is
                    page.route("**/engine/worker.js", lambda route: route.abort())
                page.goto(address + ("gradio" if which == "stock" else ""))
                page.locator(paper).first.wait_for()
                page.wait_for_timeout(1000)
                if which == "files":
                    page.locator(f".networks [data-networks={args.network}]").click()
                    page.locator(".answerer.ready").wait_for()
                if which == "stock":
                    page.get_by_label("Brush").first.click()
                page.evaluate(RECORD, [paper, answer])
                scribble(page, paper)
                draw(page, paper, clear, 1)  # warm up
                logs[which] = draw(page, paper, clear, args.strokes)
                page.close()

    print(f"network: {args.network}, strokes: {args.strokes}, moves a stroke: {MOVES}")
    last = {}
    for name, each in logs.items():
        if name != "stock":
            summary(f"{name}, every move", [ms for log in each for ms in waits(log, log["moves"])])
        last[name] = summary(
            f"{name}, last move", [ms for log in each for ms in waits(log, log["moves"][-1:])]
        )
    for name, each in logs.items():
        answers = statistics.mean(len(log["shown"]) for log in each)
        during = statistics.mean(
            sum(time <= log["moves"][-1] for time in log["shown"]) for log in each
        )
        print(f"{name:44} {answers:.1f} changes of the answer a stroke, {during:.1f} during it")
    if {"stock", "ours"} <= last.keys():
        print(f"stock / ours, from the last move: {last['stock'] / last['ours']:.0f} times")


if __name__ == "__main__":
    main()
