"""The page: draw clothes or show a photo, and watch ten bars. `python app.py` starts it."""

if __name__ == "__main__":  # what follows takes some seconds
    print("Draw clothes: loading ...", flush=True)

import argparse
import os
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio
import gradio as gr
from anyio.to_thread import run_sync
from starlette.middleware import Middleware

from classifier import CLASSES, Classifier, WeightsError, load, stored_networks, use_one_thread
from page import ASIDE, CLASSIFY, FEEDBACK, INSIDE, NETWORKS
from page.answer import MAX_BYTES, MAX_WAITING, PHOTO_THREADS, Networks, classify, opened
from page.api import add_classify
from page.doors import Doors
from page.export import export
from page.feedback import Feedback, configured, take_feedback
from page.front import ROUTES, STATIC, FrontPage, read, weights_for
from page.gradios import Page, server_function
from page.inside import look_inside
from page.uploads import folder_of_our_own, sweeping

PORT = 7860
SESSIONS = 100  # visitors whose state Gradio remembers, 20 kB each; nothing of ours is in it


def launch_options() -> dict[str, Any]:
    """What `launch` and `mount_gradio_app` need besides the page, anew for each server."""
    return {
        "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        "footer_links": ["api"],  # style.css hides it, main.js clicks on it
        "ssr_mode": False,
        "run_history": False,
        "mcp_server": find_spec("mcp") is not None,  # the API as a tool
        "max_file_size": MAX_BYTES,
        "favicon_path": str(STATIC / "icon.png"),
        "app_kwargs": {
            "middleware": [Middleware(Doors), Middleware(FrontPage)],
            "routes": list(ROUTES),
            "lifespan": sweeping,
        },
    }


def source() -> str | None:
    """Where the page's files can be read: in SOURCE, a repository's address, or in the Space."""
    space = os.environ.get("SPACE_ID")
    return os.environ.get("SOURCE") or (space and f"https://huggingface.co/spaces/{space}")


def facts(networks: Networks, aside: Networks, takes_feedback: bool) -> dict[str, Any]:
    """What the page is told of itself; see `Facts` in `page/web/types.d.ts`."""
    every = {**networks, **aside}
    return {
        "classes": list(CLASSES),
        "networks": list(networks),
        "inside": list(opened(every)),
        "takes_feedback": takes_feedback,
        "source": source(),
        "weights": weights_for(every),
    }


def build(
    networks: Networks, feedback: Feedback | None = None, aside: Networks | None = None
) -> gr.Blocks:
    """The page for these networks (the first one is the default), and its API.

    networks: anything with `classify_prepared` will do, so that tests can bring a fake one.
    feedback: where pictures go that visitors give; None takes "Wrong? Tell us" off. aside: networks
    that are no choice for drawing, only in "See inside the network", which is there if any of the
    networks is one of ours and not a fake.
    """
    every = {**networks, **(aside or {})}
    photos = anyio.CapacityLimiter(PHOTO_THREADS)
    calls: dict[str, Callable[[Any, str], Awaitable[dict[str, Any]]]] = {
        CLASSIFY: lambda message, _: classify(message, every, photos),
        INSIDE: lambda message, _: run_sync(look_inside, message, every),
    }
    if feedback is not None:
        calls[FEEDBACK] = lambda message, client: take_feedback(message, client, feedback, photos)
    demo = Page(title="Draw clothes", analytics_enabled=False)
    with demo:
        gr.HTML(
            value="",  # front.py serves the page
            js_on_load=read("adopt.js"),
            server_functions=[server_function(name, work) for name, work in calls.items()],
            apply_default_css=False,
            **facts(networks, aside or {}, feedback is not None),
        )
        add_classify(networks, photos)
    demo.state_session_capacity = SESSIONS
    demo.queue(max_size=MAX_WAITING)
    return demo


def ready() -> tuple[dict[str, Classifier], dict[str, Classifier]]:
    """Make this process one that serves; the stored networks, offered and aside.

    Raises WeightsError.
    """
    use_one_thread()
    folder_of_our_own()
    offered, aside = (
        {name: load(name) for name in names if name in stored_networks()}
        for names in (NETWORKS, ASIDE)
    )
    return offered, aside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", help="GRADIO_SERVER_NAME, or else 127.0.0.1")
    parser.add_argument("--port", type=int, help="GRADIO_SERVER_PORT, or else 7860")
    parser.add_argument("--share", action="store_true", help="make a temporary public link")
    parser.add_argument(
        "--export",
        type=Path,
        metavar="DIR",
        help="write the page as files that need no server",
    )
    args = parser.parse_args()
    port = args.port or int(os.environ.get("GRADIO_SERVER_PORT") or PORT)
    try:
        networks, aside = ready()
    except WeightsError as error:
        raise SystemExit(str(error)) from error
    if not networks:
        raise SystemExit("There is no trained network yet: python -m classifier.training.lesson")
    if args.export:
        export(args.export, facts(networks, aside, takes_feedback=False))
        print(f"Draw clothes: {args.export}/index.html, for any web server.")
        return
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
