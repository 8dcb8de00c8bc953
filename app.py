"""The page: draw clothes or show a photo, and watch ten bars. `python app.py` starts it."""

if __name__ == "__main__":  # what follows takes some seconds
    print("Draw clothes: loading ...", flush=True)

import argparse
import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import anyio
import gradio as gr
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from classifier import CLASSES, WeightsError, load, share_cores, stored_networks
from classifier import Classifier as Opened
from page.api import Page, add_classify
from page.feedback import Feedback, configured, telling
from page.front import ROUTES, FrontPage
from page.inside import looking_inside
from page.live import MAX_BYTES, PHOTO_THREADS, Classifier, live
from page.uploads import MAX_BODY, sweeping

PAGE = Path(__file__).resolve().parent / "page"
SCRIPTS = (
    "live.js",
    "sketch.js",
    "outlines.js",
    "replay.js",
    "keys.js",
    "photo.js",
    "examples.js",
    "chart.js",
    "answer.js",
    "share.js",
    "card.js",
    "tell.js",
    "inside_numbers.js",
    "inside_paint.js",
    "inside_flatten.js",
    "inside_units.js",
    "inside_relu.js",
    "inside_output.js",
    "inside_learned.js",
    "inside.js",
    "main.js",  # uses all the others
)
STYLES = ("style.css", "input.css", "answer.css", "inside.css")
NETWORKS = ("deep", "lesson")  # offered when their weights are there; the first one answers
ASIDE = ("linear",)  # not offered, but compared with in "See inside the network"
PORT = 7860
SESSIONS = 100  # visitors whose state Gradio remembers, 20 kB each; nothing of ours is in it


def launch_options() -> dict[str, Any]:
    """What `launch` and `mount_gradio_app` need besides the page, anew for each server."""
    return {
        "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        "footer_links": ["api"],  # style.css hides it, main.js clicks on it
        "ssr_mode": False,
        "run_history": False,
        "mcp_server": find_spec("mcp") is not None,  # the API as a tool: requirements-mcp.txt
        "max_file_size": MAX_BYTES,
        "favicon_path": str(PAGE / "icon.png"),
        "app_kwargs": {
            "middleware": [
                Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY),
                Middleware(FrontPage),
            ],
            "routes": list(ROUTES),
            "lifespan": sweeping,
        },
    }


def read(*names: str) -> str:
    return "\n".join((PAGE / name).read_text(encoding="utf-8") for name in names)


def page_html() -> str:
    return read("page.html").replace("{{inside}}", read("inside.html"))


def build(
    classifiers: Mapping[str, Classifier],
    feedback: Feedback | None = None,
    aside: Mapping[str, Classifier] = MappingProxyType({}),
) -> gr.Blocks:
    """The page for these networks (the first one is the default), and its API.

    classifiers: by name; anything with `classify_prepared` will do, so that tests can bring a
    fake one. feedback: where pictures go that visitors give; None takes "Wrong? Tell us" off.
    aside: networks that are no choice for drawing, only in "See inside the network", which is
    there if any of the networks is one of ours and not a fake.
    """
    answering = {**classifiers, **aside}
    opened = {name: each for name, each in answering.items() if isinstance(each, Opened)}
    photos = anyio.CapacityLimiter(PHOTO_THREADS)

    functions: list[Callable[..., Any]] = [live(answering, photos, opened), looking_inside(opened)]
    if feedback is not None:
        functions.append(telling(feedback))
    with Page(title="Draw clothes", analytics_enabled=False) as demo:
        gr.HTML(
            value=f"<style>{read(*STYLES)}</style>{page_html()}",
            js_on_load=read(*SCRIPTS),
            server_functions=functions,
            apply_default_css=False,
            classes=list(CLASSES),
            networks=list(classifiers),
            inside=list(opened),
            can_tell=feedback is not None,
        )
        add_classify(classifiers, photos)
    demo.state_session_capacity = SESSIONS
    return demo


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", help="GRADIO_SERVER_NAME, or else 127.0.0.1")
    parser.add_argument("--port", type=int, help="GRADIO_SERVER_PORT, or else 7860")
    parser.add_argument("--share", action="store_true", help="make a temporary public link")
    args = parser.parse_args()
    port = args.port or int(os.environ.get("GRADIO_SERVER_PORT") or PORT)
    share_cores()
    try:
        networks = {name: load(name) for name in NETWORKS if name in stored_networks()}
        aside = {name: load(name) for name in ASIDE if name in stored_networks()}
    except WeightsError as error:
        raise SystemExit(str(error)) from error
    if not networks:
        raise SystemExit("There is no trained network yet: python -m classifier.train lesson")
    demo = build(networks, configured(), aside)
    try:
        _, url, _ = demo.launch(
            server_name=args.host,
            server_port=port,  # no other one: whoever knows the address would talk to a stranger
            share=args.share,
            quiet=True,
            prevent_thread_lock=True,
            **launch_options(),
        )
    except OSError as error:
        raise SystemExit(f"Port {port} is taken: --port NUMBER names another.") from error
    print(f"Draw clothes: {url} ({', '.join(networks)}). Ctrl-C stops it.", flush=True)
    demo.block_thread()


if __name__ == "__main__":
    main()
