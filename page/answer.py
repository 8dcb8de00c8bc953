"""From the browser's question to the bars: `parse_question` checks what came, `answer` answers it.

Nothing is kept between two questions: any replica can answer any of them, and no picture touches
the disk.
"""

import base64
import io
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import anyio
import anyio.to_thread
import cv2
import numpy as np
from PIL import Image
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from classifier import Classifier, NotAPicture, Prediction
from classifier.cutout import BODY_PARTS, PLACES, Piece
from classifier.network import SETTINGS
from classifier.predict import main_piece
from classifier.preparation import KINDS, Box, Kind, Prepared, prepare_pieces
from classifier.reading import WORKING_SIDE, read

MAX_BYTES = 10 * 2**20  # of a photo's file
SKETCH_SIDE = 256  # pixels along each side of a drawing
PHOTO_THREADS = 2  # photos prepared at the same time; drawing stays live beside them
OF_ONE_ADDRESS = 1  # of these
MAX_WAITING = 32  # photos of one address, or addresses, in line before we say we are busy
# From this overlap on, two boxes are the same piece in two pictures.
SAME_PIECE: float = SETTINGS["answer"]["same_piece"]
CUTOUT_SIDE: int = SETTINGS["answer"]["cutout_side"]  # pixels of the cut-out picture sent back

TOO_LARGE = f"That picture is too large: at most {MAX_BYTES // 2**20} MB, please."
WRONG = "Something went wrong here. Please try again, or another picture."

T = TypeVar("T")
Networks = Mapping[str, Classifier]  # by name

log = logging.getLogger(__name__)


class Refused(ValueError):
    """What arrived cannot be answered; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class Question:
    """A question that has been checked.

    image: a picture's file, or a drawing, uint8 (256, 256), black on white. networks: names of
    those that answer, one at least. show: whether the whole picture is to be sent back, for a
    browser that cannot read the file. piece: where the piece of clothing was that is asked for;
    None for the one that it is of. worn: what is known of a piece that the visitor has cut out by
    hand, with an empty mask; None if nobody wears it.
    """

    image: bytes | np.ndarray
    kind: Kind
    networks: list[str]
    show: bool
    piece: Box | None = None
    worn: Piece | None = None


def parse_question(settings: Mapping[str, str], body: bytes, networks: Networks) -> Question:
    """The question in a request. Raises Refused.

    settings: "kind" and "networks" (names with commas between them); "show", "piece" (four numbers
    with commas) and "worn" (JSON of `piece_json`) where they are wanted. body: a picture's file; of
    a sketch without "file", see `sketch_pixels`.
    """
    kind = settings.get("kind")
    if kind not in KINDS:
        raise Refused(f"The kind of a picture is one of {', '.join(KINDS)}.")
    names = validate_names(settings.get("networks", ""), networks)
    if len(body) > MAX_BYTES:
        raise Refused(TOO_LARGE)
    image = sketch_pixels(body) if is_sketch(settings) else body
    piece, worn = box_of(settings.get("piece")), piece_of(settings.get("worn"))
    return Question(image, cast(Kind, kind), names, "show" in settings, piece, worn)


def answer(question: Question, networks: Networks) -> dict[str, Any]:
    """What the browser gets back. Raises NotAPicture.

    {"networks": {name: {"probabilities", "label", "confidence", "sure"}}, "kind": what the picture
    was taken for, "cut": {"bodyPart", "places", "certainty"} of a photo's piece, or None,
    "box": where that piece is, "picture": base64 of 784 bytes, "cutout" and "shown": a data URL
    each or None}.

    Where a photo shows more than one piece of clothing, "pieces" lists them, the largest first, as
    {"box": [left, top, right, bottom] in 0..1, "label", "sure"}, and "piece" says which one is
    answered for: the one that overlaps most with the box in the question, or `main_piece`.
    """
    pieces = prepare_pieces(question.image, question.kind)
    if question.worn and pieces[0].piece:
        piece = replace(question.worn, mask=pieces[0].piece.mask)
        pieces = [replace(pieces[0], kind="worn", piece=piece)]
    predictions = {name: networks[name].classify_batch(pieces) for name in question.networks}
    first = predictions[question.networks[0]]
    overlapping = best_overlap(question.piece, [piece.box for piece in pieces])
    chosen = main_piece(first) if overlapping is None else overlapping
    prepared = pieces[chosen]
    cut, whole = cutout(prepared), prepared.rgb if question.show else None
    marks = zip(pieces, first, strict=True)
    return {
        "networks": {name: prediction_json(p[chosen]) for name, p in predictions.items()},
        "kind": prepared.kind,
        "cut": piece_json(prepared.piece),
        "box": prepared.box,
        "picture": base64.b64encode(prepared.picture.tobytes()).decode(),
        "cutout": None if cut is None else data_url(cut, CUTOUT_SIDE),
        "shown": None if whole is None else data_url(whole, WORKING_SIDE),
        "pieces": [
            {"box": piece.box, "label": prediction.label, "sure": prediction.sure}
            for piece, prediction in marks
            if len(pieces) > 1
        ],
        "piece": chosen,
    }


def answer_route(networks: Networks, photos: "PhotoQueue") -> Callable[[Request], Any]:
    """POST answer/classify."""

    def respond(settings: Mapping[str, str], body: bytes) -> dict[str, Any]:
        return answer(parse_question(settings, body, networks), networks)

    async def classify(request: Request) -> Response:
        settings, body = request.query_params, await request.body()
        if is_sketch(settings):
            work = respond(settings, body)  # about 3 ms: quicker than a thread's round trip
        else:
            work = await photos.run(request, respond, settings, body)
        return JSONResponse(work)

    return in_sentences(classify)


def health_route(photo: bytes) -> Callable[[Request], Any]:
    """GET health: 200 while this file of a photo can be read, which is done in other processes."""
    one = anyio.CapacityLimiter(1)

    async def health(_: Request) -> Response:
        try:
            await anyio.to_thread.run_sync(read, photo, limiter=one)
        except NotAPicture:
            return PlainTextResponse("No photo can be read.", 503)
        return PlainTextResponse("ready")

    return health


def in_sentences(endpoint: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """The endpoint; what it refuses is answered with {"error": sentence}."""

    async def respond(request: Request) -> Response:
        try:
            response: Response = await endpoint(request)
        except (Refused, NotAPicture) as refusal:
            log.info("%s refused: %s", request.url.path, refusal)
            return JSONResponse({"error": str(refusal)})
        except (ClientDisconnect, HTTPException):
            raise
        except Exception:
            log.exception("%s failed", request.url.path)
            return JSONResponse({"error": WRONG})
        return response

    return respond


class PhotoQueue:
    """Whose photo is looked at next: a few at a time, so that no address keeps the others away."""

    def __init__(self) -> None:
        self.all = anyio.CapacityLimiter(PHOTO_THREADS)
        self.of: dict[str, anyio.CapacityLimiter] = {}  # by address, of those who are in line

    async def run(self, request: Request | None, work: Callable[..., T], *inputs: Any) -> T:
        """Do the work in a thread when its turn comes. request: None for the API's, as of one.

        Raises Refused when many are in line, of this address or of all, and ClientDisconnect if
        nobody waits for it any more.
        """
        address = client_of(request) if request else "API"
        own = self.of.setdefault(address, anyio.CapacityLimiter(OF_ONE_ADDRESS))
        if any(line.statistics().tasks_waiting >= MAX_WAITING for line in (own, self.all)):
            raise Refused("Many photos are being looked at. Try again in a moment.")
        try:
            async with own, self.all:
                if request and await request.is_disconnected():
                    raise ClientDisconnect
                return await anyio.to_thread.run_sync(work, *inputs)
        finally:
            if not own.borrowed_tokens and not own.statistics().tasks_waiting:
                self.of.pop(address, None)


def client_of(request: Request) -> str:
    """The address a request came from, as the nearest proxy says it; others may be made up."""
    direct = request.client.host if request.client else ""
    return request.headers.get("x-forwarded-for", direct).split(",")[-1].strip()


# --- parts of a question --------------------------------------------------------------------------


def validate_names(names: str, known: Mapping[str, Any]) -> list[str]:
    """The known names among these, which have commas between them; raises Refused for others."""
    wanted = names.split(",")
    if len(wanted) > len(known) or not known.keys() >= set(wanted):
        raise Refused(f"The networks here are {', '.join(known)}.")
    return wanted


def is_sketch(settings: Mapping[str, str]) -> bool:
    """Whether a question brings a drawing of the page's paper, and no file."""
    return settings.get("kind") == "sketch" and "file" not in settings


def sketch_pixels(body: bytes) -> np.ndarray:
    """A drawing's runs of equal greys -> uint8 (256, 256). Raises Refused.

    body: bytes in pairs, the length of a run and its grey, row by row.
    """
    runs = np.frombuffer(body, np.uint8)
    lengths, greys = runs[::2], runs[1::2]
    if len(lengths) != len(greys) or lengths.sum(dtype=int) != SKETCH_SIDE**2:
        raise Refused(f"A drawing is {SKETCH_SIDE} x {SKETCH_SIDE} grey pixels.")
    return np.repeat(greys, lengths).reshape(SKETCH_SIDE, SKETCH_SIDE)


def box_of(text: str | None) -> Box | None:
    """A box as a question has it, or None where it has none; raises Refused for anything else."""
    if text is None:
        return None
    try:
        left, top, right, bottom = map(float, text.split(","))
    except ValueError as error:
        raise Refused("A piece is four numbers: left, top, right, bottom.") from error
    if not all(0 <= number <= 1 for number in (left, top, right, bottom)):
        raise Refused("A piece lies within its photo, from 0 to 1.")
    return left, top, right, bottom


def piece_of(text: str | None) -> Piece | None:
    """What `piece_json` says of a worn piece, with an empty mask; raises Refused for other text."""
    if text is None:
        return None
    try:
        cut = json.loads(text)
        places, certainty = np.array(cut["places"], np.float32), float(cut["certainty"])
        piece = Piece(cut["bodyPart"], np.zeros((1, 1), np.uint8), places, certainty)
        numbers = np.append(places, certainty)
        known = piece.body_part in BODY_PARTS and places.shape == (len(PLACES),)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("A worn piece has a body part, its places and its certainty.") from error
    if not known or not ((numbers >= 0) & (numbers <= 1)).all():
        raise Refused("A worn piece is where clothes are, with shares from 0 to 1.")
    return piece


# --- parts of an answer ---------------------------------------------------------------------------


def prediction_json(prediction: Prediction) -> dict[str, Any]:
    return {
        "probabilities": [round(float(p), 6) for p in prediction.probabilities],
        "label": prediction.label,
        "confidence": float(prediction.confidence),
        "sure": bool(prediction.sure),
    }


def piece_json(piece: Piece | None) -> dict[str, Any] | None:
    """What the browser's engine asks of a piece, but for its mask."""
    if piece is None:
        return None
    places = None if piece.places is None else piece.places.tolist()
    return {"bodyPart": piece.body_part, "places": places, "certainty": piece.certainty}


def redrawn(data: bytes) -> bytes:
    """A PNG of a picture's pixels, with nothing else that its file held. Raises NotAPicture."""
    rgb, alpha = read(data)
    png = io.BytesIO()
    Image.fromarray(rgb if alpha is None else np.dstack([rgb, alpha])).save(png, "PNG")
    return png.getvalue()


def data_url(image: np.ndarray, largest: int) -> str:
    """uint8 (H, W, 3) or (H, W, 4) -> a PNG as a data URL, longest side at most `largest`."""
    scale = largest / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, png = cv2.imencode(".png", image[..., [2, 1, 0, 3][: image.shape[2]]])
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode()


def cutout(prepared: Prepared) -> np.ndarray | None:
    """What was cut out of a photo, uint8 (H, W, 4) RGBA; None for a sketch."""
    if prepared.rgb is None or prepared.piece is None:
        return None
    left, top, right, bottom = prepared.piece.box
    return np.dstack([prepared.rgb, prepared.piece.mask])[top:bottom, left:right]


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0..1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in (a, b)]
    return width * height / (sum(areas) - width * height)


def best_overlap(box: Box | None, boxes: list[Box | None]) -> int | None:
    """Which of the boxes overlaps most with `box`; None if none is where it was."""
    overlaps = [overlap(box, other) if box and other else 0.0 for other in boxes]
    best = int(np.argmax(overlaps))
    return best if overlaps[best] >= SAME_PIECE else None
