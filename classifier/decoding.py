"""The program that decodes picture files, in a process of its own; `reading.py` asks it.

It forks for each picture: the child has the file and nothing else (no environment, no file or
socket to open, little memory and time), and whatever becomes of it, only that picture is lost.
"""

import contextlib
import io
import json
import os
import select
import signal
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import IO

import numpy as np
from PIL import AvifImagePlugin, Image, ImageOps, UnidentifiedImageError

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows, where it has no limits and decodes by itself
    resource = None

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF", "HEIF")
NAMES = "JPEG, PNG, WebP, GIF, BMP, AVIF or HEIC"
FIRST_FRAMES = 10  # of an animation, looked through for one that shows something
# Pixels are counted in the header, before decoding. A JPEG is decoded no larger than needed.
MAX_PIXELS = 64_000_000  # the largest phone photos
MAX_PIXELS_WHOLE = 36_000_000  # of formats that are decoded whole
# Not from network.py, which loads PyTorch.
_SETTINGS = json.loads((Path(__file__).parent.parent / "weights" / "settings.json").read_text())
WORKING_SIDE: int = _SETTINGS["reading"]["working_side"]  # px of a picture's longest side, at most
MAX_CPU = 2  # seconds of processor time for a picture
MAX_WAIT = 20  # seconds of any time for a picture, on a busy machine
MAX_MEMORY = 500 * 2**20  # bytes for a picture

LENGTH = struct.Struct(">I")  # of a message; both directions
SHAPE = struct.Struct(">HHB")  # height, width, channels
PIXELS, SENTENCE = b"P", b"S"  # what an answer begins with
BEGUN = b"B"  # what a child says once it has the whole file
LONGEST_ANSWER = 1 + 1 + SHAPE.size + 4 * WORKING_SIDE**2
DAMAGED = "The picture is damaged and cannot be read."
CRASHED = "The picture makes its decoder crash."
TOO_SLOW = "The picture takes too long to read."
TOO_BIG = "The picture takes too much memory to read."


class NotAPicture(ValueError):
    """What was given cannot be read as a picture; the message says why in one sentence."""


def decode(data: bytes) -> np.ndarray:
    """The bytes of a picture file -> uint8 (H, W, 3) or (H, W, 4). Raises NotAPicture."""
    try:
        if _is_lossless_jpeg(data):
            raise NotAPicture("This kind of JPEG, a lossless one, is not read.")
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        check_size(image)
        # Lets the JPEG decoder skip most of the work, and turns the small picture, not the big one.
        image.draft(None, (WORKING_SIDE, WORKING_SIDE))
        return max(_frames(image), key=np.std)
    except NotAPicture:
        raise
    except Image.DecompressionBombError as error:
        raise NotAPicture("The picture has too many pixels.") from error
    except UnidentifiedImageError as error:
        if b"<svg" in data[:1000]:
            raise NotAPicture(f"An SVG is not read: save it as {NAMES}.") from error
        raise NotAPicture(f"This is not a picture in a known format: {NAMES}.") from error
    except MemoryError as error:
        raise NotAPicture(TOO_BIG) from error
    except Exception as error:  # decoders raise whatever they like
        raise NotAPicture(DAMAGED) from error


def _frames(image: Image.Image) -> Iterator[np.ndarray]:
    """A picture, reduced; of an animation, whose first frame may be blank, the first few."""
    count = FIRST_FRAMES if getattr(image, "is_animated", False) and image.format != "MPO" else 1
    most = MAX_PIXELS_WHOLE // (image.width * image.height)
    for frame in range(max(1, min(count, most))):
        try:
            image.seek(frame)
        except EOFError:
            return
        yield reduce(image.copy() if count > 1 else image)


def _is_lossless_jpeg(data: bytes) -> bool:
    """Whether a JPEG's frame is one of those that Pillow 12 overflows a buffer with.

    Walks the markers up to the first scan, as libjpeg does (ITU-T T.81, B.1.1).
    """
    at = 2 if data.startswith(b"\xff\xd8") else len(data)
    while (at := data.find(b"\xff", at)) >= 0:
        marker = data[at + 1] if at + 1 < len(data) else 0xDA
        if marker in (0xDA, 0xD9):
            return False
        if 0xC3 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # which are no frames
            return True
        if marker == 0xFF:
            at += 1
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:  # these stand alone
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return False


def check_size(image: Image.Image) -> None:
    """Raise NotAPicture if there are no pixels, or too many to decode."""
    whole = image.format is not None and image.format not in ("JPEG", "MPO", "HEIF")
    most = MAX_PIXELS_WHOLE if whole else MAX_PIXELS
    if image.width * image.height > most:
        raise NotAPicture(f"The picture has more than {most // 10**6} million pixels.")
    if image.width * image.height == 0:
        raise NotAPicture("The picture is empty.")


def reduce(image: Image.Image) -> np.ndarray:
    """To uint8 (H, W, 3) or (H, W, 4), upright, the longest side at most WORKING_SIDE."""
    image = _to_rgb(image)
    image.thumbnail((WORKING_SIDE, WORKING_SIDE), reducing_gap=2.0)
    with contextlib.suppress(Exception):  # which side is up may be written in a broken way
        image = ImageOps.exif_transpose(image)
    return np.asarray(image)


def _to_rgb(image: Image.Image) -> Image.Image:
    """To RGB, or RGBA where there is transparency, keeping the EXIF orientation with it."""
    if image.mode.startswith("I") or image.mode == "F":  # 16-bit and float grey
        values = np.asarray(image)
        if values.dtype != np.uint16:
            values = np.nan_to_num(values, nan=0, posinf=65535, neginf=0).clip(0, 65535)
        grey = values.astype(np.uint16) >> 8 if values.max() > 255 else values
        converted = Image.fromarray(grey.astype(np.uint8))
        converted.info = image.info
        return converted.convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


# --- the process ----------------------------------------------------------------------------------


def receive(stream: IO[bytes]) -> bytes | None:
    """The next message, or None at the end."""
    head = stream.read(LENGTH.size)
    length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else -1
    data = stream.read(max(0, length))
    return data if len(data) == length else None


def _answer(data: bytes) -> bytes:
    """What `decode` makes of a file, as it goes between processes."""
    try:
        pixels = decode(data)
    except NotAPicture as error:
        return SENTENCE + str(error).encode()
    return PIXELS + SHAPE.pack(*pixels.shape) + pixels.tobytes()


def _answer_in_a_fork() -> bytes | None:
    """The answer to the next file, by a child with little of anything; None at the end.

    The child is there before the file, so that nobody waits for the fork.
    """
    assert resource
    output, child_output = os.pipe()
    child = os.fork()
    if not child:
        os.close(1)  # the answers are the parent's, whose death shall be noticed on both sides
        os.close(output)
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU, MAX_CPU + 1))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        if (data := receive(sys.stdin.buffer)) is not None:
            os.write(child_output, BEGUN)
            rest = memoryview(_answer(data))
            while rest:
                rest = rest[os.write(child_output, rest) :]
        os._exit(0)
    os.close(child_output)
    select.select([0, output], [], [])  # the file has begun to come, or the end has
    answer = b""
    while len(answer) <= LONGEST_ANSWER and select.select([output], [], [], MAX_WAIT)[0]:
        part = os.read(output, 2**20)
        if not part:
            break
        answer += part
    else:
        os.kill(child, signal.SIGKILL)
    os.close(output)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not answer.startswith(BEGUN):
        return None
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return SENTENCE + TOO_SLOW.encode()
    return SENTENCE + CRASHED.encode() if status else answer[len(BEGUN) :]


def main() -> None:
    """Files from stdin, answers to stdout, until the end."""
    import pillow_heif  # here alone: nobody else decodes HEIC

    pillow_heif.register_heif_opener()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.init()  # since a child cannot open files, its modules included
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 (after this, decoders say nothing)
        os.dup2(nothing.fileno(), 2)
    if resource:
        statm = Path("/proc/self/statm")  # Linux
        if statm.exists():
            most = int(statm.read_text().split()[0]) * resource.getpagesize() + MAX_MEMORY
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        if resource:
            answer = _answer_in_a_fork()
        else:
            data = receive(sys.stdin.buffer)
            answer = None if data is None else _answer(data)
        if answer is None:
            break
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
