"""The page: draw clothes or show a photo, and watch ten bars. `python app.py` starts it."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import gradio as gr
from gradio.data_classes import ImageData
from starlette.middleware import Middleware

from classifier import CLASSES, NotAPicture, load, prepare, stored_networks
from classifier.preparation import Kind
from page.feedback import Feedback, configured, telling
from page.front import ROUTES, FrontPage
from page.live import PHOTO_THREADS, Classifier, live, probabilities

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
    "main.js",  # uses all the others
)
STYLES = ("style.css", "input.css", "answer.css")
NETWORKS = ("deep", "lesson")  # offered when their weights are there; the first one answers
DELETE_UPLOADS = (300, 300)  # files sent to the API: looked for every 300 s, kept for 300 s


def launch_options() -> dict[str, Any]:
    """What `launch` and `mount_gradio_app` need besides the page, anew for each server."""
    return {
        "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        "footer_links": ["api"],  # style.css hides it, main.js clicks on it
        "ssr_mode": False,
        "run_history": False,
        "max_file_size": "10mb",
        "favicon_path": str(PAGE / "icon.png"),
        "app_kwargs": {"middleware": [Middleware(FrontPage)], "routes": list(ROUTES)},
    }


class PictureFile(gr.Image):
    """An image that comes as its file, unread: gr.Image gives up on damaged ones without a word."""

    is_template = True  # to the browser, a gr.Image

    def preprocess(self, payload: ImageData | None) -> str | None:
        return payload.path if payload else None


def read(*names: str) -> str:
    return "\n".join((PAGE / name).read_text(encoding="utf-8") for name in names)


def build(classifiers: Mapping[str, Classifier], feedback: Feedback | None = None) -> gr.Blocks:
    """The page for these networks (the first one is the default), and its API.

    classifiers: by name; anything with `classify_prepared` will do, so that tests can bring a
    fake one. feedback: where pictures go that visitors give; None takes "Wrong? Tell us" off.
    """
    networks = list(classifiers)
    photos = anyio.CapacityLimiter(PHOTO_THREADS)

    def answer(image: str, kind: Kind, network: str) -> dict[str, float]:
        return probabilities(classifiers[network].classify_prepared(prepare(Path(image), kind)))

    async def classify(image: str | None, kind: Kind, network: str) -> dict[str, float]:
        """How likely each of the ten classes is, for the picture of one piece of clothing."""
        if not image:
            raise gr.Error("No picture came with the call.", print_exception=False)
        try:
            return await anyio.to_thread.run_sync(answer, image, kind, network, limiter=photos)
        except NotAPicture as error:
            raise gr.Error(str(error), print_exception=False) from error

    functions: list[Callable[..., Any]] = [live(classifiers, photos)]
    if feedback is not None:
        functions.append(telling(feedback))
    with gr.Blocks(
        title="Draw clothes", analytics_enabled=False, delete_cache=DELETE_UPLOADS
    ) as demo:
        gr.HTML(
            value=f"<style>{read(*STYLES)}</style>{read('page.html')}",
            js_on_load=read(*SCRIPTS),
            server_functions=functions,
            apply_default_css=False,
            classes=list(CLASSES),
            networks=networks,
            can_tell=feedback is not None,
        )
        # The API's own inputs and outputs; nothing of them is on the page.
        picture = PictureFile(type="filepath", visible=False, label="image")
        kind = gr.Radio(["photo", "sketch", "auto"], value="photo", visible=False, label="kind")
        network = gr.Radio(networks, value=networks[0], visible=False, label="network")
        chart = gr.JSON(visible=False, label="probabilities")
        gr.Button(visible=False).click(
            classify, [picture, kind, network], chart, api_name="classify", queue=False
        )
    return demo


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", help="GRADIO_SERVER_NAME, or else 127.0.0.1")
    parser.add_argument("--port", type=int, help="GRADIO_SERVER_PORT, or else the first free one")
    parser.add_argument("--share", action="store_true", help="make a temporary public link")
    args = parser.parse_args()
    networks = {name: load(name) for name in NETWORKS if name in stored_networks()}
    if not networks:
        raise SystemExit("There is no trained network yet: python -m classifier.train lesson")
    demo = build(networks, configured())
    demo.launch(server_name=args.host, server_port=args.port, share=args.share, **launch_options())


if __name__ == "__main__":
    main()
