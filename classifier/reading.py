"""Any picture -> a small upright array of pixels, whoever sent it.

Decoders are C code with errors in it: in 2026 crafted JPEGs and HEICs could run code, and some
files of a few kilobytes take minutes or gigabytes. So no file is decoded in the process that asks.
It goes to a reader, this very file run as a program, which forks for each picture: the child has
the file and nothing else (no environment, no file or socket to open, little memory and time), and
whatever becomes of it, only that picture is lost. A reader is started when one is needed, and again
if it is gone.
"""

import atexit
import contextlib
import io
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path
from types import ModuleType
from typing import IO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows, where a reader has no limits and decodes by itself
    resource = None

Source = Image.Image | np.ndarray | bytes | str | Path

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF")
NAMES = "JPEG, PNG, WebP, GIF, BMP or HEIC"
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".heic", ".heif")
# Pixels are counted in the header, before decoding. A JPEG is decoded no larger than needed.
MAX_PIXELS = 64_000_000  # the largest phone photos
MAX_PIXELS_WHOLE = 36_000_000  # of formats that are decoded whole
MAX_BYTES = 200 * 2**20  # of a file; the page and the API take less
# Not from network.py: this file is also a program of its own.
_SETTINGS = json.loads((Path(__file__).parent.parent / "weights" / "settings.json").read_text())
WORKING_SIDE: int = _SETTINGS["reading"]["working_side"]  # px of a picture's longest side, at most
MAX_CPU = 2  # seconds of processor time for a picture
MAX_WAIT = 20  # seconds of any time for a picture, on a busy machine
MAX_MEMORY = 500 * 2**20  # bytes for a picture

PNG = b"\x89PNG\r\n\x1a\n"
CHUNK = struct.Struct(">I4s")  # how a PNG's chunk begins: length, kind
MAX_CHUNKS = 100  # of a small PNG; the page sends three or four

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


def read(source: Source) -> tuple[np.ndarray, np.ndarray | None]:
    """Decode, reduce to WORKING_SIDE, turn upright, and put transparency on white.

    source: a PIL image of any mode, a uint8 array (H, W), (H, W, 3) or (H, W, 4), the bytes of a
    picture file, or a path. Returns uint8 (H, W, 3), and the alpha channel, uint8 (H, W), if it
    tells a shape from its surroundings, else None. Raises NotAPicture.
    """
    if isinstance(source, (str, Path)):
        source = _content(Path(source))
    if isinstance(source, bytes):
        if not source:
            raise NotAPicture("The picture file is empty.")
        pixels = _read_elsewhere(source)
    elif isinstance(source, np.ndarray):
        pixels = _reduce(_from_array(source))
    elif isinstance(source, Image.Image):
        _check(source)
        try:
            pixels = _reduce(source.copy())
        except Exception as error:  # it may be a file that was opened and not decoded yet
            raise NotAPicture(DAMAGED) from error
    else:
        raise NotAPicture(f"A picture cannot be read from {type(source).__name__}.")
    if pixels.shape[2] == 3:
        return pixels, None
    alpha = pixels[..., 3]
    weight = alpha[..., None] / np.float32(255)
    rgb = (pixels[..., :3] * weight + 255 * (1 - weight)).astype(np.uint8)
    least = _SETTINGS["reading"]["shape_share"]
    shows_shape = (alpha < 128).mean() > least and (alpha > 128).mean() > least
    return rgb, alpha if shows_shape else None


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotAPicture("There is no such file.") from error
    except (OSError, ValueError) as error:  # a folder, no right to read, a null byte in the name
        raise NotAPicture("The file cannot be opened.") from error
    if len(data) > MAX_BYTES:
        raise NotAPicture(f"The file is larger than {MAX_BYTES // 2**20} MB.")
    return data


def _from_array(array: np.ndarray) -> Image.Image:
    shape = array.shape
    fits = len(shape) == 2 or (len(shape) == 3 and shape[2] in (3, 4))
    if array.dtype != np.uint8 or not fits:
        raise NotAPicture(
            "An array must be uint8 of shape (H, W), (H, W, 3) or (H, W, 4), "
            f"not {array.dtype} of shape {shape}."
        )
    if array.size == 0:
        raise NotAPicture("The picture is empty.")
    return Image.fromarray(array)


# --- decoding, which only a reader does with files ------------------------------------------------


def decode(data: bytes, formats: tuple[str, ...] = FORMATS) -> np.ndarray:
    """The bytes of a picture file -> uint8 (H, W, 3) or (H, W, 4). Raises NotAPicture."""
    try:
        if _is_lossless_jpeg(data):
            raise NotAPicture("This kind of JPEG, a lossless one, is not read.")
        image = Image.open(io.BytesIO(data), formats=formats)
        _check(image)
        # Lets the JPEG decoder skip most of the work, and turns the small picture, not the big one.
        image.draft(None, (WORKING_SIDE, WORKING_SIDE))
        return _reduce(image)
    except NotAPicture:
        raise
    except Image.DecompressionBombError as error:
        raise NotAPicture("The picture has too many pixels.") from error
    except UnidentifiedImageError as error:
        raise NotAPicture(f"This is not a picture in a known format: {NAMES}.") from error
    except MemoryError as error:
        raise NotAPicture(TOO_BIG) from error
    except Exception as error:  # decoders raise whatever they like
        raise NotAPicture(DAMAGED) from error


def _is_lossless_jpeg(data: bytes) -> bool:
    """Whether a JPEG's frame is one of those that Pillow 12 overflows a buffer with.

    Walks the markers up to the first scan as libjpeg does (ITU-T T.81, B.1.1): C0, C1 and C2 are
    what cameras write, C4, C8 and CC are no frames.
    """
    at = 2 if data.startswith(b"\xff\xd8") else len(data)
    while (at := data.find(b"\xff", at)) >= 0:
        marker = data[at + 1] if at + 1 < len(data) else 0xDA
        if marker in (0xDA, 0xD9):
            return False
        if 0xC3 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return True
        if marker == 0xFF:
            at += 1
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:  # these stand alone
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return False


def _check(image: Image.Image) -> None:
    """Raise NotAPicture if there are no pixels, or too many to decode."""
    whole = image.format is not None and image.format not in ("JPEG", "MPO", "HEIF")
    most = MAX_PIXELS_WHOLE if whole else MAX_PIXELS
    if image.width * image.height > most:
        raise NotAPicture(f"The picture has more than {most // 10**6} million pixels.")
    if image.width * image.height == 0:
        raise NotAPicture("The picture is empty.")


def _reduce(image: Image.Image) -> np.ndarray:
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


def read_small_png(data: bytes, side: int) -> np.ndarray:
    """A PNG that is as small as it says, decoded here and at once: uint8 (H, W, 3) or (H, W, 4).

    side: px, the longest allowed. Only the chunks that make the picture go to the decoder, once
    they are found whole and in order (PNG, 5.6). Raises NotAPicture.
    """
    kept, at = [PNG], len(PNG)
    kinds: list[bytes] = []
    while at + 12 <= len(data) and len(kinds) < MAX_CHUNKS and kinds[-1:] != [b"IEND"]:
        length, kind = CHUNK.unpack_from(data, at)
        chunk = data[at : at + 12 + length]
        at += 12 + length
        kinds.append(kind)
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            break
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(chunk)
    whole = kinds[:1] == [b"IHDR"] and kinds.count(b"IHDR") == 1 and kinds[-1] == b"IEND"
    if not data.startswith(PNG) or not whole or len(kept[1]) != 25:
        raise NotAPicture("A drawing has to be a PNG picture.")
    if max(struct.unpack(">II", kept[1][8:16])) > side:
        raise NotAPicture(f"A drawing can be at most {side} pixels wide and high.")
    return decode(b"".join(kept), ("PNG",))


# --- asking a reader ------------------------------------------------------------------------------


class _Reader:
    """A process that decodes pictures, one at a time."""

    def __init__(self) -> None:
        keep = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}  # Windows
        modules = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        alone = {
            "OPENBLAS_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "1",
        }  # threads do not survive forks
        self.process = subprocess.Popen(
            [sys.executable, "-P", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=keep | modules | alone,
        )

    def ask(self, data: bytes) -> bytes:
        """The answer to a file; raises OSError if the process is gone."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(LENGTH.pack(len(data)))
        self.process.stdin.write(data)
        self.process.stdin.flush()
        answer = _receive(self.process.stdout)
        if answer is None:
            raise BrokenPipeError("the reader is gone")
        return answer

    def close(self) -> None:
        self.process.kill()
        with contextlib.suppress(OSError):
            self.process.communicate()


_idle: list[_Reader] = []
_at_once = threading.BoundedSemaphore(os.cpu_count() or 1)


def _read_elsewhere(data: bytes) -> np.ndarray:
    with _at_once:
        for last_try in (False, True):
            try:
                reader = _idle.pop()
            except IndexError:
                reader = _Reader()
            try:
                answer = reader.ask(data)
            except OSError as error:
                reader.close()
                if last_try:
                    raise NotAPicture(DAMAGED) from error
            except BaseException:  # Ctrl-C: its answer would be taken for the next picture's
                reader.close()
                raise
            else:
                _idle.append(reader)
                break
    if answer[:1] != PIXELS:
        raise NotAPicture(answer[1:].decode("utf-8", "replace"))
    pixels = np.frombuffer(answer, np.uint8, offset=1 + SHAPE.size)
    return pixels.reshape(SHAPE.unpack_from(answer, 1))


@atexit.register
def _close_all() -> None:
    while _idle:
        _idle.pop().close()


def _begin_anew() -> None:
    """In a fork of this process: the readers are the parent's."""
    global _at_once
    _idle.clear()
    _at_once = threading.BoundedSemaphore(os.cpu_count() or 1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


# --- the reader's own process ---------------------------------------------------------------------


def _receive(stream: IO[bytes]) -> bytes | None:
    """The next message, or None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    data = stream.read(LENGTH.unpack(head)[0])
    return data if len(data) == LENGTH.unpack(head)[0] else None


def _answer(data: bytes) -> bytes:
    """What `decode` makes of a file, as it goes between processes."""
    try:
        pixels = decode(data)
    except NotAPicture as error:
        return SENTENCE + str(error).encode()
    return PIXELS + SHAPE.pack(*pixels.shape) + pixels.tobytes()


def _answer_here() -> bytes | None:
    data = _receive(sys.stdin.buffer)
    return None if data is None else _answer(data)


def _answer_in_a_fork() -> bytes | None:
    """The answer to the next file, by a child with little of anything; None at the end.

    The child is there before the file, so that nobody waits for the fork.
    """
    assert resource
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.close(1)  # the answers are the parent's, whose death shall be noticed
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU, MAX_CPU + 1))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        if (data := _receive(sys.stdin.buffer)) is not None:
            os.write(theirs, BEGUN)
            left = memoryview(_answer(data))
            while left:
                left = left[os.write(theirs, left) :]
        os._exit(0)
    os.close(theirs)
    select.select([0, ours], [], [])  # the file has begun to come, or the end has
    answer = bytearray()
    while len(answer) <= LONGEST_ANSWER and select.select([ours], [], [], MAX_WAIT)[0]:
        part = os.read(ours, 2**20)
        if not part:
            break
        answer += part
    else:
        os.kill(child, signal.SIGKILL)
    os.close(ours)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not answer.startswith(BEGUN):
        return None
    del answer[:1]
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return SENTENCE + TOO_SLOW.encode()
    if status or not _is_answer(answer):
        return SENTENCE + CRASHED.encode()
    return bytes(answer)


def _is_answer(answer: bytearray) -> bool:
    """Whether a child, which may have been taken over, sent what the parent can read."""
    if answer[:1] == SENTENCE:
        return len(answer) < 200
    if answer[:1] != PIXELS or len(answer) <= 1 + SHAPE.size:
        return False
    height, width, channels = SHAPE.unpack_from(answer, 1)
    size = height * width * channels
    return channels in (3, 4) and len(answer) == 1 + SHAPE.size + size


def main() -> None:
    """Files from stdin, answers to stdout, until the end."""
    import pillow_heif  # here alone: nobody else decodes HEIC

    pillow_heif.register_heif_opener()
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
    following = _answer_in_a_fork if resource else _answer_here
    while (answer := following()) is not None:
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
