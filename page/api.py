"""`/classify`: the API for gradio_client, curl and JavaScript, and the tool that MCP clients see.

A picture comes as a file uploaded to Gradio's own folder, or within the call, as base64 text. It is
never fetched from an address, nor read from anywhere else on the server's disk; Gradio's own image
component does both.
"""

import base64
import logging
from typing import Any

import anyio
import gradio as gr

from classifier import CLASSES, NotAPicture, as_dict
from classifier.preparation import KINDS, Kind, prepare_pieces

from . import CLASSIFY
from .answer import Networks, Predictor, Refused, in_a_thread
from .front import STATIC
from .gradios import WRONG, Choice, Json, Picture, described, refusal

EXAMPLE = base64.b64encode((STATIC / "example.png").read_bytes()).decode()
SAID = {
    "label": {"type": "string"},
    "confidence": {"type": "number"},
    "sure": {"type": "boolean"},
    "probabilities": {
        "type": "object",
        "properties": {name: {"type": "number"} for name in CLASSES},
    },
}
BOX = {"box": {"type": "array", "items": {"type": "number"}}}
PIECES = {"type": "array", "items": {"type": "object", "properties": BOX | SAID}}
ANSWER = {
    "type": "object",
    "properties": SAID | {"kind": {"type": "string"}, "pieces": PIECES},
    "description": "label: the likeliest class; confidence: its probability; sure: false where the"
    " picture is likely none of the ten; kind: what it was taken for: photo, worn (clothes that"
    " somebody wears) or sketch; probabilities: 0 to 1, adding up to 1; pieces: the same for each"
    " piece of clothing in a photo, the largest first, which is the one answered for; box: left,"
    " top, right, bottom of a piece, 0 to 1 of the photo",
}

log = logging.getLogger(__name__)


def classified(network: Predictor, image: bytes, kind: Kind) -> dict[str, Any]:
    """What `classifier.as_dict` says of a picture's file."""
    return as_dict([network.classify_prepared(each) for each in prepare_pieces(image, kind)])


class Api:
    """What answers a call; photos: how many of them are looked at at a time."""

    def __init__(self, networks: Networks, photos: anyio.CapacityLimiter) -> None:
        self.networks = networks
        self.photos = photos

    async def classify(self, image: bytes, kind: Kind, network: str) -> dict[str, Any]:
        """How likely each of ten classes of clothing is, for a picture of clothing.

        Args:
            image: the picture's file as base64 text, 10 MB at most (Gradio's clients may upload it)
            kind: what the picture is; "auto" tells a photo from a sketch by itself
            network: the neural network that answers
        Returns:
            the likeliest class, whether that is sure, the probability of each class, and all pieces
        """
        try:
            asked = (self.networks[network], image, kind)
            return await in_a_thread(classified, *asked, photos=self.photos)
        except (Refused, NotAPicture) as error:
            log.info("refused: %s", error)
            raise refusal(str(error)) from error
        except Exception as error:
            log.exception("/classify failed")
            raise refusal(WRONG) from error


def add_classify(networks: Networks, photos: anyio.CapacityLimiter) -> None:
    """Put `/classify` into the Blocks being built; nothing of it is on the page."""
    work = Api(networks, photos).classify
    about = described(work)  # MCP clients read the docstring as well
    names = list(networks)
    image = Picture(visible=False, label="image", info=about["image"])
    image.example = f"data:image/png;base64,{EXAMPLE}"
    kind = Choice(list(KINDS), value="auto", visible=False, label="kind", info=about["kind"])
    network = Choice(names, value=names[0], visible=False, label="network", info=about["network"])
    answer = Json(visible=False, label="answer")
    answer.schema = ANSWER
    gr.Button(visible=False).click(
        work, [image, kind, network], answer, api_name=CLASSIFY, queue=False
    )
