"""The live endpoint: what the browser sends during a stroke, and what it gets back.

`gr.HTML(server_functions=...)` passes the browser's message on as it came, past Gradio's own
checks and its queue, so everything is checked here. Nothing is kept between two calls: any
replica can answer any of them, and no picture touches the disk.
"""

import base64
import binascii
import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import anyio
import anyio.to_thread
import cv2
import numpy as np

from classifier import Classifier as Opened
from classifier import NotAPicture, Prediction, prepare
from classifier.preparation import KINDS, Box, Kind, Prepared, prepare_pieces
from classifier.reading import WORKING_SIDE, read_small_png

MAX_BYTES = 10 * 2**20  # of a photo's file
MAX_SKETCH_BYTES = 64 * 2**10  # the page sends about 3 kB
MAX_SKETCH_SIDE = 512  # pixels; the page sends 256
PHOTO_THREADS = 2  # photos prepared at the same time; drawing stays live beside them
MAX_WAITING = 32  # photos in line before we say that we are busy
SAME_PIECE = 0.3  # from this overlap on, two boxes are the same piece in two pictures
CUTOUT_SIDE = 192  # pixels of the cut-out picture sent back

T = TypeVar("T")

log = logging.getLogger(__name__)


class Refused(ValueError):
    """What arrived cannot be answered; the message is one sentence for the visitor."""


class Classifier(Protocol):
    """Anything that answers a prepared picture can stand behind the page."""

    def classify_prepared(self, prepared: Prepared) -> Prediction: ...


def data_url(image: np.ndarray, largest: int) -> str:
    """uint8 (H, W, 3) or (H, W, 4) -> a PNG as a data URL, longest side at most `largest`."""
    scale = largest / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, png = cv2.imencode(".png", image[..., [2, 1, 0, 3][: image.shape[2]]])
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode()


def too_large(limit: int) -> str:
    """The sentence for a picture of more than `limit` bytes."""
    most = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 2**10} kB"
    return f"That picture is too large: at most {most}, please."


async def in_a_thread(work: Callable[..., T], *inputs: Any, photos: anyio.CapacityLimiter) -> T:
    """Look at a photo in one of the threads for that; raises Refused when many are waiting."""
    if photos.statistics().tasks_waiting >= MAX_WAITING:
        raise Refused("Many photos are being looked at. Try again in a moment.")
    return await anyio.to_thread.run_sync(work, *inputs, limiter=photos)


def image_bytes(value: object, limit: int) -> bytes:
    """The bytes of a base64 data URL of at most `limit` bytes; raises Refused for others."""
    # Browsers do not know every format: the file, not its announced type, says what it is.
    head, found, encoded = value.partition(";base64,") if isinstance(value, str) else ("", "", "")
    if not found or not head.startswith("data:"):
        raise Refused("That is not a picture this page can send.")
    if len(encoded) > limit * 4 // 3 + 4:
        raise Refused(too_large(limit))
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("That is not a picture this page can send.") from error
    if not data:
        raise Refused("That picture is empty.")
    return data


def packed(numbers: np.ndarray) -> str:
    """Base64 of float32, little-endian, row by row."""
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode()


def inner_numbers(network: Opened, sums: list[np.ndarray], kind: str) -> dict[str, Any]:
    """What a network adds up on its way to the answer; sums: see `classifier.Classifier.sums`."""
    return {
        "looks": len(sums[0]),
        "sums": [packed(each) for each in sums],
        "temperature": network.about["temperatures"][kind],
    }


def within(box: Box | None, picture: np.ndarray) -> np.ndarray:
    """The part of a picture, (H, W, ...), that lies in the box; all of it where there is none."""
    if box is None:
        return picture
    height, width = picture.shape[:2]
    left, right = (round(each * width) for each in box[::2])
    top, bottom = (round(each * height) for each in box[1::2])
    return picture[top:bottom, left:right]


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


def live(
    classifiers: Mapping[str, Classifier],
    photos: anyio.CapacityLimiter,
    opened: Mapping[str, Opened] = MappingProxyType({}),
) -> Callable[[Any], Awaitable[dict[str, Any]]]:
    """The function that the browser calls, answering with these networks.

    photos: how many photos may be prepared at the same time, each in a thread of its own.
    opened: the networks that can be seen inside.

    It takes {"image": data URL, "kind": one of KINDS, "networks": [name, ...]} and returns
    {"networks": {name: {"probabilities", "label", "confidence", "sure"}}, "kind": what the picture
    was taken for, "picture": base64 of 784 bytes, "cutout" and "shown": a data URL each or None},
    or {"error": one sentence for the visitor}. A sketch is a small PNG, which is answered at once;
    any other picture waits its turn. With "show": True, `shown` is the whole picture, for a browser
    that cannot read the file. With "inside": [name, ...] the answer also has {"inside": {name: what
    `inner_numbers` returns}}.

    Where a photo shows more than one piece of clothing, "pieces" lists them, the largest first, as
    {"box": [left, top, right, bottom] in 0..1, "label"}, and "piece" says which one is answered
    for: the one most like the box in the message's "piece", or the largest.
    """

    def answer(
        image: Any, kind: Kind, names: list[str], inside: list[str], show: bool, box: Box | None
    ) -> dict[str, Any]:
        if kind == "sketch":
            data = image_bytes(image, MAX_SKETCH_BYTES)
            found = [prepare(read_small_png(data, MAX_SKETCH_SIDE), kind)]
        else:
            found = prepare_pieces(image_bytes(image, MAX_BYTES), kind)
        piece = most_like(box, [each.box for each in found])
        prepared = found[piece]
        sums = {name: opened[name].sums(prepared.picture) for name in inside}
        predictions = {
            name: opened[name].conclude(prepared, sums[name][-1].mean(0))  # already run
            if name in sums
            else classifiers[name].classify_prepared(prepared)
            for name in names
        }
        numbers = {name: inner_numbers(opened[name], sums[name], prepared.kind) for name in inside}
        cutout, whole = prepared.cutout, prepared.rgb if show else None
        return ({"inside": numbers} if inside else {}) | {
            "networks": {
                name: {
                    "probabilities": [round(float(p), 6) for p in prediction.probabilities],
                    "label": prediction.label,
                    "confidence": float(prediction.confidence),
                    "sure": bool(prediction.sure),
                }
                for name, prediction in predictions.items()
            },
            "kind": prepared.kind,
            "picture": base64.b64encode(prepared.picture.tobytes()).decode(),
            "cutout": None
            if cutout is None
            else data_url(within(prepared.box, cutout), CUTOUT_SIDE),
            "shown": None if whole is None else data_url(whole, WORKING_SIDE),
            "pieces": [
                {"box": each.box, "label": classifiers[names[0]].classify_prepared(each).label}
                for each in (found if len(found) > 1 else [])
            ],
            "piece": piece,
        }

    async def classify(message: Any) -> dict[str, Any]:
        try:
            if not isinstance(message, dict):
                raise Refused("That is not a message this page sends.")
            kind, names = message.get("kind"), message.get("networks")
            if kind not in KINDS:
                raise Refused(f"The kind of a picture is one of {', '.join(KINDS)}.")
            if not isinstance(names, list) or not 1 <= len(names) <= len(classifiers):
                raise Refused("Name the networks that should answer.")
            if not all(isinstance(name, str) and name in classifiers for name in names):
                raise Refused(f"The networks here are {', '.join(classifiers)}.")
            inside = message.get("inside", [])
            if not isinstance(inside, list) or len(inside) > len(opened):
                raise Refused("Name the networks to see inside.")
            if not all(isinstance(name, str) and name in opened for name in inside):
                raise Refused("That network cannot be looked into.")
            show, box = message.get("show") is True, box_of(message.get("piece"))
            asked = (message.get("image"), kind, names, inside, show, box)
            if kind == "sketch":
                return answer(*asked)  # about 3 ms: quicker than a thread's round trip
            return await in_a_thread(answer, *asked, photos=photos)
        except (Refused, NotAPicture) as refusal:
            log.info("refused: %s", refusal)
            return {"error": str(refusal)}
        except Exception:
            log.exception("the live endpoint failed")
            return {"error": "Something went wrong here. Please try another picture."}

    return classify
