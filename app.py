"""The page: draw clothes or show a photo, and watch ten bars. `python app.py` starts it."""

import os

if __name__ == "__main__":  # what follows takes some seconds
    print("Draw clothes: loading ...", flush=True)
    os.environ["OMP_NUM_THREADS"] = "1"  # in every thread; PyTorch reads it when it is imported

import argparse
import contextlib
import signal
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.routing import Route

from classifier import Classifier, WeightsError, load, stored_networks, use_one_thread
from page import NETWORKS
from page.answer import MAX_WAITING, Networks, PhotoQueue, answer_route, health_route
from page.api import Page, add_classify, preview
from page.feedback import Feedback, configured, feedback_route
from page.limits import RequestLimits, private_upload_dir, sweeping, upload
from page.plain import add_plain_page
from page.site import WEB, export, page_config, page_routes

PORT = 7860
KEEP_ALIVE = 75  # seconds that a connection may be idle; uvicorn's own are 5
SESSIONS = 100  # visitors whose state Gradio remembers, 20 kB each; nothing of ours is in it


def build(networks: Networks, feedback: Feedback | None = None) -> tuple[gr.Blocks, dict[str, Any]]:
    """Gradio's app, and what `launch` and `mount_gradio_app` need besides it, our page with it.

    networks: by name, the first is the default. feedback: where pictures go that visitors give;
    None takes "Wrong? Tell us" off.
    """
    photos = PhotoQueue()
    demo = Page(title="Draw clothes", analytics_enabled=False)
    with demo:
        add_classify(networks, photos)
    add_plain_page(demo, networks)
    demo.state_session_capacity = SESSIONS
    demo.queue(max_size=MAX_WAITING)
    routes = page_routes(page_config(networks, served=True, feedback=feedback is not None))
    routes.append(Route("/answer/classify", answer_route(networks, photos), methods=["POST"]))
    example = WEB / "photo/examples/coat.jpg"
    routes.append(Route("/health", health_route(example.read_bytes())))
    routes.append(Route("/gradio_api/upload", upload, methods=["POST"]))
    routes.append(Route("/gradio_api/file={name:path}", preview))
    if feedback is not None:
        take = feedback_route(feedback, photos)
        routes.append(Route("/answer/feedback", take, methods=["POST"]))
    return demo, {
        "footer_links": ["api", "gradio"],
        "ssr_mode": False,
        "run_history": False,
        "mcp_server": find_spec("mcp") is not None,  # the API as a tool
        "favicon_path": str(WEB / "icon.png"),
        "app_kwargs": {
            "middleware": [Middleware(RequestLimits)],
            "routes": routes,
            "lifespan": sweeping,
        },
    }


def load_networks() -> dict[str, Classifier]:
    """Make this process one that serves; the stored networks that are offered, by name.

    Raises WeightsError.
    """
    use_one_thread()
    raise_file_limit()
    private_upload_dir()
    return {name: load(name) for name in NETWORKS if name in stored_networks()}


def launch(demo: gr.Blocks, options: dict[str, Any], **where: Any) -> str:
    """Serve what `build` returns in the background; its address. where: more of Gradio's options.

    Raises OSError if the port is taken.
    """
    _, url, _ = demo.launch(quiet=True, prevent_thread_lock=True, **where, **options)
    # Longer than browsers and proxies keep theirs: none sends on one that is just being closed.
    demo.server.config.timeout_keep_alive = KEEP_ALIVE
    return str(url)


def raise_file_limit() -> None:
    """As many connections as the system allows this process, where it knows of a limit."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def stop(*_: object) -> None:
    """Ends the process, for a signal."""
    raise SystemExit(0)


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
    for number in (signal.SIGINT, signal.SIGTERM):  # also where whoever started this ignores them
        signal.signal(number, stop)
    try:
        networks = load_networks()
    except WeightsError as error:
        raise SystemExit(str(error)) from error
    if not networks:
        raise SystemExit("There is no trained network yet: python -m classifier.training.lesson")
    if args.export:
        export(args.export, page_config(networks, served=False, feedback=False))
        print(f"Draw clothes: {args.export}/index.html, for any web server.")
        return
    demo, options = build(networks, configured())
    try:
        # No other port: whoever knows the address would talk to a stranger.
        url = launch(demo, options, server_name=args.host, server_port=port, share=args.share)
        print(f"Draw clothes: {url} ({', '.join(networks)}). Ctrl-C stops it.", flush=True)
        threading.Event().wait()
    except OSError as error:
        raise SystemExit(f"Port {port} is taken: --port NUMBER names another.") from error
    finally:
        demo.close(verbose=False)


if __name__ == "__main__":
    main()
