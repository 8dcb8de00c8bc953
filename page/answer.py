"""From the browser's message to the bars: `question` checks what came, `answer` answers it.

Gradio passes a message on as it came, past its own checks and its queue, so everything is checked
here. Nothing is kept between two calls: any replica can answer any of them, and no picture touches
the disk.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import anyio
import anyio.to_thread
import cv2
import numpy as np

from classifier import Classifier, Prediction, prepare
from classifier.cutout import Piece
from classifier.preparation import KINDS, Box, Kind, Prepared, prepare_pieces
from classifier.reading import WORKING_SIDE, read_small_png

MAX_BYTES = 10 * 2**20  # of a photo's file
MAX_SKETCH_BYTES = 64 * 2**10  # the page sends about 3 kB
MAX_SKETCH_SIDE = 512  # pixels; the page sends 256
PHOTO_THREADS = 2  # photos prepared at the same time; drawing stays live beside them
MAX_WAITING = 32  # photos in line before we say that we are busy
SAME_PIECE = 0.3  # from this overlap on, two boxes are the same piece in two pictures
CUTOUT_SIDE = 192  # pixels of the cut-out picture sent back

HOW = "Send the picture as an uploaded file or as base64 text; addresses and paths are not opened."
NO_MESSAGE = "That is not a message this page sends."
NO_INSIDE = "That network cannot be looked into."

T = TypeVar("T")


class Refused(ValueError):
    """What arrived cannot be answered; the message is one sentence for the visitor."""


class Predictor(Protocol):
    """Anything that answers a prepared picture can stand behind the page."""

    def classify_prepared(self, prepared: Prepared) -> Prediction: ...


Networks = Mapping[str, Predictor]  # by name


def opened(networks: Networks) -> dict[str, Classifier]:
    """Those that can be seen inside: networks of ours, not a test's fake."""
    return {name: each for name, each in networks.items() if isinstance(each, Classifier)}


@dataclass(frozen=True)
class Question:
    """A message that has been checked.

    image: the bytes of a picture's file. networks: names of those that answer, one at least.
    inside: names of those whose inner numbers are wanted as well. show: whether the whole picture
    is to be sent back, for a browser that cannot read the file. piece: where the piece of clothing
    was that is asked for; None for the largest.
    """

    image: bytes
    kind: Kind
    networks: list[str]
    inside: list[str]
    show: bool
    piece: Box | None


def question(message: object, networks: Networks) -> Question:
    """What the browser asks: {"image": data URL, "kind", "networks", "inside", "show", "piece"}.

    The first three are needed; "inside" is [], "show" False, and "piece" None unless told. A sketch
    is a small PNG. Raises Refused.
    """
    if not isinstance(message, dict):
        raise Refused(NO_MESSAGE)
    kind = message.get("kind")
    if kind not in KINDS:
        raise Refused(f"The kind of a picture is one of {', '.join(KINDS)}.")
    names = names_in(message.get("networks"), networks)
    if not names:
        raise Refused(f"The networks here are {', '.join(networks)}.")
    inside = names_in(message.get("inside", []), opened(networks))
    if inside is None:
        raise Refused(NO_INSIDE)
    box = box_of(message.get("piece"))
    most = MAX_SKETCH_BYTES if kind == "sketch" else MAX_BYTES
    image = picture_bytes(message.get("image"), most)
    return Question(image, kind, names, inside, message.get("show") is True, box)


def answer(asked: Question, networks: Networks) -> dict[str, Any]:
    """What the browser gets back. Raises NotAPicture.

    {"networks": {name: {"probabilities", "label", "confidence", "sure"}}, "kind": what the picture
    was taken for, "cut": {"group", "places", "certainty"} of a photo's piece, or None, "picture":
    base64 of 784 bytes, "cutout" and "shown": a data URL each or None}. Of networks seen inside
    also {"inside": {name: what `inner_numbers` returns}}.

    Where a photo shows more than one piece of clothing, "pieces" lists them, the largest first, as
    {"box": [left, top, right, bottom] in 0..1, "label", "sure"}, and "piece" says which one is
    answered for: the one most like the box in the question, or the largest.
    """
    if asked.kind == "sketch":
        found = [prepare(read_small_png(asked.image, MAX_SKETCH_SIDE), asked.kind)]
    else:
        found = prepare_pieces(asked.image, asked.kind)
    piece = most_like(asked.piece, [each.box for each in found])
    prepared = found[piece]
    ours = opened(networks)
    sums = {name: ours[name].pre_activations(prepared.picture) for name in asked.inside}
    predictions = {name: networks[name].classify_prepared(prepared) for name in asked.networks}
    cutout, whole = prepared.cutout, prepared.rgb if asked.show else None
    several = found if len(found) > 1 else []
    first = networks[asked.networks[0]]
    reply = {
        "networks": {name: bars(prediction) for name, prediction in predictions.items()},
        "kind": prepared.kind,
        "cut": facts(prepared.piece),
        "picture": base64.b64encode(prepared.picture.tobytes()).decode(),
        "cutout": None if cutout is None else data_url(within(prepared.box, cutout), CUTOUT_SIDE),
        "shown": None if whole is None else data_url(whole, WORKING_SIDE),
        "pieces": [
            {"box": each.box, "label": said.label, "sure": said.sure}
            for each, said in zip(several, map(first.classify_prepared, several), strict=True)
        ],
        "piece": piece,
    }
    if sums:
        reply["inside"] = {
            name: inner_numbers(ours[name], each, prepared) for name, each in sums.items()
        }
    return reply


def respond(message: object, networks: Networks) -> dict[str, Any]:
    """The whole way, from what the browser sent to what it gets. Raises Refused, NotAPicture."""
    return answer(question(message, networks), networks)


async def classify(
    message: object, networks: Networks, photos: anyio.CapacityLimiter
) -> dict[str, Any]:
    """`respond`, where a photo waits its turn. photos: how many may be prepared at a time."""
    if isinstance(message, dict) and message.get("kind") == "sketch":
        return respond(message, networks)  # about 3 ms: quicker than a thread's round trip
    return await in_a_thread(respond, message, networks, photos=photos)


async def in_a_thread(work: Callable[..., T], *inputs: Any, photos: anyio.CapacityLimiter) -> T:
    """Look at a photo in one of the threads for that; raises Refused when many are waiting."""
    if photos.statistics().tasks_waiting >= MAX_WAITING:
        raise Refused("Many photos are being looked at. Try again in a moment.")
    return await anyio.to_thread.run_sync(work, *inputs, limiter=photos)


# --- parts of a question --------------------------------------------------------------------------


def names_in(value: object, known: Mapping[str, Any]) -> list[str] | None:
    """The value, if it is a list of known names, no longer than all of them; else None."""
    if not isinstance(value, list) or len(value) > len(known):
        return None
    return value if all(isinstance(name, str) and name in known for name in value) else None


def picture_bytes(text: object, limit: int) -> bytes:
    """The bytes in base64 text or a data URL of it, at most `limit`; raises Refused for others."""
    if not isinstance(text, str):
        raise Refused(HOW)
    # Browsers do not know every format: the file, not its announced type, says what it is.
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    if len(encoded) > limit * 4 // 3 + 4:
        raise Refused(too_large(limit))
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(HOW) from error


def too_large(limit: int) -> str:
    """The sentence for a picture of more than `limit` bytes."""
    most = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 2**10} kB"
    return f"That picture is too large: at most {most}, please."


def box_of(value: object) -> Box | None:
    """A box as a message has it, or None where it has none; raises Refused for anything else."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4:
        raise Refused("A piece is four numbers: left, top, right, bottom.")
    if not all(isinstance(each, (int, float)) and 0 <= each <= 1 for each in value):
        raise Refused("A piece lies within its photo, from 0 to 1.")
    left, top, right, bottom = map(float, value)
    return left, top, right, bottom


# --- parts of an answer ---------------------------------------------------------------------------


def bars(prediction: Prediction) -> dict[str, Any]:
    return {
        "probabilities": [round(float(p), 6) for p in prediction.probabilities],
        "label": prediction.label,
        "confidence": float(prediction.confidence),
        "sure": bool(prediction.sure),
    }


def facts(piece: Piece | None) -> dict[str, Any] | None:
    """What the browser's engine asks of a piece, but for its mask."""
    if piece is None:
        return None
    places = None if piece.places is None else piece.places.tolist()
    return {"group": piece.body_part, "places": places, "certainty": piece.certainty}


def inner_numbers(
    network: Classifier, sums: list[np.ndarray], prepared: Prepared
) -> dict[str, Any]:
    """What a network adds up on its way to the answer; sums: see `Classifier.pre_activations`."""
    return {
        "looks": len(sums[0]),
        "sums": [packed(each) for each in sums],
        "temperature": network.about["temperatures"][prepared.kind],
        "evidence": network.place_log_likelihood([prepared.piece])[0].tolist(),
    }


def packed(numbers: np.ndarray) -> str:
    """Base64 of float32, little-endian, row by row."""
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode()


def data_url(image: np.ndarray, largest: int) -> str:
    """uint8 (H, W, 3) or (H, W, 4) -> a PNG as a data URL, longest side at most `largest`."""
    scale = largest / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, png = cv2.imencode(".png", image[..., [2, 1, 0, 3][: image.shape[2]]])
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode()


def within(box: Box | None, picture: np.ndarray) -> np.ndarray:
    """The part of a picture, (H, W, ...), that lies in the box; all of it where there is none."""
    if box is None:
        return picture
    height, width = picture.shape[:2]
    left, right = (round(each * width) for each in box[::2])
    top, bottom = (round(each * height) for each in box[1::2])
    return picture[top:bottom, left:right]


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0..1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in (a, b)]
    return width * height / (sum(areas) - width * height)


def most_like(box: Box | None, boxes: list[Box | None]) -> int:
    """Which of the boxes is most like `box`; the first one, if none is where it was."""
    overlaps = [overlap(box, each) if box and each else 0.0 for each in boxes]
    best = int(np.argmax(overlaps))
    return best if overlaps[best] >= SAME_PIECE else 0
