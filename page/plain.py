"""The same in plain Gradio, under /gradio: components as they come, forty lines of Python.

Whoever learns Gradio sees how little is needed; `benchmarks/` compare our own page with it.
"""

from typing import Any

import gradio as gr
from PIL import Image

from classifier import CLASSES
from classifier.preparation import Kind

from .answer import Networks
from .api import Sketchpad


def add_plain_page(demo: gr.Blocks, networks: Networks) -> None:
    """Add the page to the app; the networks can be chosen, the first one answers."""

    def probabilities(picture: Image.Image | None, kind: Kind, name: str) -> dict[str, float]:
        if picture is None:
            return {}
        prediction = networks[name].classify(picture, kind)
        return dict(zip(CLASSES, map(float, prediction.probabilities), strict=True))

    def sketched(drawing: dict[str, Any], name: str) -> dict[str, float]:
        return probabilities(drawing["composite"], "sketch", name)

    def photographed(photo: Image.Image | None, name: str) -> dict[str, float]:
        return probabilities(photo, "auto", name)

    with demo.route("Plain Gradio", "/gradio"):
        gr.components.Navbar(main_page_name="Draw clothes")
        name = gr.Radio(list(networks), value=next(iter(networks)), label="Network")
        with gr.Row():
            with gr.Column():
                pad = Sketchpad(label="Drawing", elem_id="pad")
                photo = gr.Image(type="pil", label="Photo")
            label = gr.Label(num_top_classes=len(CLASSES), label="Probabilities", elem_id="label")
        pad.change(sketched, [pad, name], label, api_visibility="private")
        photo.change(photographed, [photo, name], label, api_visibility="private")
