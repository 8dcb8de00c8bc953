"""`/classify`: the API for gradio_client, curl and JavaScript, and the tool that MCP clients see.

A picture comes as a file uploaded to Gradio's own folder, or within the call, as base64 text. It is
never fetched from an address, nor read from anywhere else on the server's disk; Gradio's own image
component does both.
"""

import base64
import binascii
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import gradio as gr
from gradio import component_meta
from gradio.utils import get_function_description, get_upload_folder

from classifier import CLASSES, NotAPicture, as_dict, prepare
from classifier.preparation import KINDS, Kind

from .front import STATIC
from .live import MAX_BYTES, Classifier, Refused, in_a_thread, too_large

HOW = "Send the picture as an uploaded file or as base64 text; addresses and paths are not opened."
EXAMPLE = "data:image/png;base64," + base64.b64encode((STATIC / "example.png").read_bytes()).decode(
    "ascii"
)

# Or Gradio would write page/api.pyi each time that it meets the components below.
component_meta.create_or_modify_pyi = lambda *_: None

log = logging.getLogger(__name__)


def refusal(sentence: str) -> gr.Error:
    """What the caller is told; Gradio would log a traceback for it."""
    return gr.Error(sentence, print_exception=False)


class Picture(gr.Textbox):
    """A picture's file, as its bytes: base64 text, or what Gradio's clients make of a file.

    `info` is what the API page says of it.
    """

    is_template = True  # to the browser, a gr.Textbox

    def preprocess(self, payload: Any) -> bytes:  # type: ignore[override]
        if isinstance(payload, str) and payload:
            encoded = payload.partition(",")[2] if payload.startswith("data:") else payload
            if len(encoded) > MAX_BYTES * 4 // 3 + 4:
                raise refusal(too_large(MAX_BYTES))
            try:
                return base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError) as error:
                raise refusal(HOW) from error
        if isinstance(payload, dict) and isinstance(payload.get("path"), str):
            folder = Path(get_upload_folder()).resolve()
            file = (folder / payload["path"]).resolve()
            if not file.is_relative_to(folder) or not file.is_file():
                raise refusal("That file is not, or no longer, among the uploaded ones.")
            if file.stat().st_size > MAX_BYTES:
                raise refusal(too_large(MAX_BYTES))
            return file.read_bytes()
        raise refusal(HOW)

    def api_info(self) -> dict[str, Any]:
        return super().api_info() | {"additional_description": self.info}

    def example_payload(self) -> str:
        return EXAMPLE


class Choice(gr.Radio):
    """One of some words; `info` says on the API page what they mean."""

    is_template = True

    def preprocess(self, payload: Any) -> str:
        names = [name for _, name in self.choices]
        if payload not in names:
            raise refusal(f"The {self.label} is one of {', '.join(map(str, names))}.")
        return str(payload)

    def api_info(self) -> dict[str, Any]:
        return super().api_info() | {"additional_description": self.info}


class Answer(gr.JSON):
    """What `classifier.as_dict` makes of a prediction."""

    is_template = True

    def postprocess(self, value: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        return value

    def api_info(self) -> dict[str, Any]:
        probabilities = {name: {"type": "number"} for name in CLASSES}
        properties = {
            "label": {"type": "string"},
            "confidence": {"type": "number"},
            "sure": {"type": "boolean"},
            "kind": {"type": "string"},
            "probabilities": {"type": "object", "properties": probabilities},
        }
        about = (
            "label: the likeliest class; confidence: its probability; sure: false where the picture"
            " is likely none of the ten; kind: what it was taken for; probabilities: 0 to 1, adding"
            " up to 1"
        )
        return {"type": "object", "properties": properties, "description": about}


class Page(gr.Blocks):
    """Blocks that forget what a call brought, and say in a sentence what is wrong with one."""

    def launch(self, *inputs: Any, **options: Any) -> Any:
        """However it is served, it remembers as many visitors as `state_session_capacity` says."""
        options.setdefault("state_session_capacity", self.state_session_capacity)
        return super().launch(*inputs, **options)

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        # Gradio would download what is marked as a file, or look for it elsewhere.
        inputs = [{"path": each.get("path")} if isinstance(each, dict) else each for each in inputs]
        for each in inputs:
            if isinstance(each, dict) and not isinstance(each["path"], str):
                raise refusal(HOW)
        try:
            # Without the caller's session, which would keep the inputs, the picture among them.
            found = await super().preprocess_data(block_fn, inputs, None, explicit_call)
        except gr.Error:
            raise
        except Exception as error:
            cause = str(error).partition("\n")[0][:200]
            log.warning("a call that cannot be read: %s: %s", type(error).__name__, cause)
            raise refusal(
                f"The call cannot be read: it takes an image, a kind and a network. {HOW}"
            ) from error
        return list(found)


def add_classify(classifiers: Mapping[str, Classifier], photos: anyio.CapacityLimiter) -> None:
    """Put `/classify` into the Blocks being built. photos: see `page.live.live`."""
    networks = list(classifiers)

    def answer(image: bytes, kind: Kind, network: str) -> dict[str, Any]:
        return as_dict(classifiers[network].classify_prepared(prepare(image, kind)))

    async def classify(image: bytes, kind: Kind, network: str) -> dict[str, Any]:
        """How likely each of ten classes of clothing is, for a picture of one piece of clothing.

        Args:
            image: the picture's file as base64 text, 10 MB at most (Gradio's clients may upload it)
            kind: what the picture is; "auto" tells a photo from a sketch by itself
            network: the neural network that answers
        Returns:
            the likeliest class, whether that is sure, and the probability of each class
        """
        try:
            return await in_a_thread(answer, image, kind, network, photos=photos)
        except (Refused, NotAPicture) as error:
            log.info("refused: %s", error)
            raise refusal(str(error)) from error
        except Exception as error:
            log.exception("/classify failed")
            raise refusal("Something went wrong here. Please try another picture.") from error

    # Its inputs and outputs; nothing of them is on the page. MCP clients read the docstring.
    _, about, _ = get_function_description(classify)
    picture = Picture(visible=False, label="image", info=about["image"])
    kind = Choice(list(KINDS), value="auto", visible=False, label="kind", info=about["kind"])
    network = Choice(
        networks, value=networks[0], visible=False, label="network", info=about["network"]
    )
    gr.Button(visible=False).click(
        classify,
        [picture, kind, network],
        Answer(visible=False, label="answer"),
        api_name="classify",
        queue=False,
    )
