"""`/classify`: the API for gradio_client, curl and JavaScript, and the tool that MCP clients see.

A picture comes as a file uploaded to Gradio's own folder, or within the call, as base64 text. It is
never fetched from an address, nor read from anywhere else on the server's disk; Gradio's own image
component does both.
"""

import base64
import binascii
import logging
from pathlib import Path
from typing import Any

import anyio
import gradio as gr
from gradio import component_meta
from gradio.components.base import server
from gradio.components.image_editor import AcceptBlobs
from gradio.utils import get_function_description
from PIL import Image
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from classifier import CLASSES, NotAPicture, as_dict
from classifier.preparation import KINDS, Kind
from classifier.reading import read

from .answer import MAX_BYTES, TOO_LARGE, WRONG, Networks, PhotoQueue, Refused, redrawn
from .limits import upload_dir
from .site import WEB

HOW = "Send the picture as an uploaded file or as base64 text; addresses and paths are not opened."
GONE = "That file is not, or no longer, among the uploaded ones."
MOST_SKETCHES = 100  # of Gradio's paper, sent but not asked about yet
EXAMPLE = base64.b64encode((WEB / "example.png").read_bytes()).decode()
PREDICTION = {
    "label": {"type": "string"},
    "confidence": {"type": "number"},
    "sure": {"type": "boolean"},
    "probabilities": {
        "type": "object",
        "properties": {name: {"type": "number"} for name in CLASSES},
    },
}
BOX = {"box": {"type": "array", "items": {"type": "number"}}}
PIECES = {"type": "array", "items": {"type": "object", "properties": BOX | PREDICTION}}
ANSWER = {
    "type": "object",
    "properties": PREDICTION | {"kind": {"type": "string"}, "pieces": PIECES},
    "description": "label: the likeliest class; confidence: its probability; sure: false where the"
    " picture is likely none of the ten; kind: what it was taken for: photo, worn (clothes that"
    " somebody wears) or sketch; probabilities: 0 to 1, adding up to 1; pieces: the same for each"
    " piece of clothing in a photo, first the one that it is of, which is answered for; box: left,"
    " top, right, bottom of a piece, 0 to 1 of the photo",
}

log = logging.getLogger(__name__)

# Or Gradio would write page/api.pyi each time that it meets the components below.
component_meta.create_or_modify_pyi = lambda *_: None


# --- components: what a call takes and gives ------------------------------------------------------


class Documented:
    """Adds `info` to what the description of the API says of a component."""

    is_template = True  # to the browser, the component of Gradio's that it is made of

    def api_info(self) -> dict[str, Any]:
        about: dict[str, Any] = super().api_info()  # type: ignore[misc]
        return about | {"additional_description": self.info}  # type: ignore[attr-defined]


class Picture(Documented, gr.Textbox):
    """A picture's file, as its bytes: base64 text, or what Gradio's clients make of a file."""

    def preprocess(self, payload: Any) -> bytes:  # type: ignore[override]
        return Path(payload["path"]).read_bytes() if isinstance(payload, dict) else decoded(payload)

    def example_payload(self) -> str:
        return f"data:image/png;base64,{EXAMPLE}"


class Choice(Documented, gr.Radio):
    """One of some words."""

    def preprocess(self, payload: Any) -> str:
        names = [name for _, name in self.choices]
        if payload not in names:
            raise Refused(f"The {self.label} is one of {', '.join(map(str, names))}.")
        return str(payload)


class Sketchpad(gr.Sketchpad):
    """Gradio's own, but that its pictures are decoded in a reader, and few wait in memory."""

    def get_block_name(self) -> str:
        return "imageeditor"  # what it is to the browser

    @server  # type: ignore[untyped-decorator]  # the browser calls it
    def accept_blobs(self, data: AcceptBlobs) -> None:
        super().accept_blobs(data)
        for left in list(self.blob_storage)[:-MOST_SKETCHES]:
            self.blob_storage.pop(left, None)

    def convert_and_format_image(self, file: Any, flatten_on_white: bool = False) -> Any:
        if file is None:
            return None
        rgb, _ = read(file if isinstance(file, bytes) else Path(file.path).read_bytes())
        return Image.fromarray(rgb)


class Answer(gr.JSON):
    """What `classifier.as_dict` says, sent as it is."""

    is_template = True

    def postprocess(self, value: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        return value

    def api_info(self) -> dict[str, Any]:
        return ANSWER


def decoded(text: object) -> bytes:
    """The bytes in base64 text or a data URL of it; raises Refused for others."""
    if not isinstance(text, str):
        raise Refused(HOW)
    # Clients do not know every format: the file, not its announced type, says what it is.
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    if len(encoded) > MAX_BYTES * 4 // 3 + 4:
        raise Refused(TOO_LARGE)
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(HOW) from error


# --- uploaded files -------------------------------------------------------------------------------


def uploaded(path: object) -> Path:
    """An uploaded file; raises Refused for any other path."""
    if not isinstance(path, str):
        raise Refused(HOW)
    folder = upload_dir()
    try:
        file = (folder / path).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            raise Refused(GONE)
        if file.stat().st_size > MAX_BYTES:
            raise Refused(TOO_LARGE)
    except ValueError as error:  # a null byte
        raise Refused(GONE) from error
    return file


async def preview(request: Request) -> Response:
    """An uploaded picture, for whoever knows its name, in place of Gradio's route for any file."""
    try:
        file = uploaded(request.path_params["name"])
    except Refused as refusal:
        return PlainTextResponse(str(refusal), 404)
    return FileResponse(file, media_type="image/png")  # whatever it is, never a page


def own_files(value: Any, redraw: bool) -> Any:
    """What came for a component, each file in it nothing but the path of an upload.

    Gradio would download what is marked as a file, or look for it elsewhere. redraw: for Gradio's
    own components, which decode in this process: the file becomes one of ours. Raises Refused,
    NotAPicture.
    """
    if isinstance(value, list):
        return [own_files(item, redraw) for item in value]
    if not isinstance(value, dict):
        return value
    if "path" not in value:
        return {name: own_files(item, redraw) for name, item in value.items()}
    file = uploaded(value["path"])
    if not redraw:
        return {"path": str(file)}
    file.write_bytes(redrawn(file.read_bytes()))
    return {"path": str(file), "orig_name": "picture.png", "meta": {"_type": "gradio.FileData"}}


class Page(gr.Blocks):
    """Blocks that forget what a call brought, and say in a sentence what is wrong with one."""

    def launch(self, *inputs: Any, **options: Any) -> Any:
        """However it is served, it remembers as many visitors as `state_session_capacity` says."""
        options.setdefault("state_session_capacity", self.state_session_capacity)
        return super().launch(*inputs, **options)

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        try:
            if len(inputs) == len(block_fn.inputs):  # or Gradio says what is missing
                inputs = [
                    await anyio.to_thread.run_sync(own_files, value, not isinstance(block, Picture))
                    for value, block in zip(inputs, block_fn.inputs, strict=True)
                ]
            # Without the caller's session, which would keep the inputs, the picture among them.
            return list(await super().preprocess_data(block_fn, inputs, None, explicit_call))
        except Exception as error:
            cause = error.__cause__ if isinstance(error.__cause__, Refused) else error
            if isinstance(cause, (Refused, NotAPicture)):
                raise refusal(str(cause)) from error
            first_line = str(error).partition("\n")[0][:200]
            log.warning("a call that cannot be read: %s: %s", type(error).__name__, first_line)
            raise refusal(
                f"The call cannot be read: it takes an image, a kind and a network. {HOW}"
            ) from error


# --- the call -------------------------------------------------------------------------------------


def refusal(sentence: str) -> gr.Error:
    """What a caller of the API is told; Gradio would log a traceback for it."""
    return gr.Error(sentence, print_exception=False)


def add_classify(networks: Networks, photos: PhotoQueue) -> None:
    """Put `/classify` into the Blocks being built."""

    async def classify(image: bytes, kind: Kind, network: str) -> dict[str, Any]:
        """How likely each of ten classes of clothing is, for a picture of clothing.

        Args:
            image: the picture's file as base64 text, 10 MB at most (Gradio's clients may upload it)
            kind: what the picture is; "auto" tells a photo from a sketch by itself
            network: the neural network that answers
        Returns:
            the likeliest class, whether that is sure, the probability of each class, and all pieces
        """
        try:
            return as_dict(await photos.run(None, networks[network].pieces, image, kind))
        except (Refused, NotAPicture) as error:
            log.info("refused: %s", error)
            raise refusal(str(error)) from error
        except Exception as error:
            log.exception("/classify failed")
            raise refusal(WRONG) from error

    about = dict(get_function_description(classify)[1])  # MCP clients read the docstring as well
    names = list(networks)
    hidden: dict[str, Any] = {"visible": False}
    image = Picture(label="image", info=about["image"], **hidden)
    kind = Choice(list(KINDS), value="auto", label="kind", info=about["kind"], **hidden)
    network = Choice(names, value=names[0], label="network", info=about["network"], **hidden)
    gr.Button(**hidden).click(
        classify,
        [image, kind, network],
        Answer(label="answer", **hidden),
        api_name="classify",
        queue=False,
    )
