"""Any picture -> a small upright array of pixels, whoever sent it.

Decoders are C code with errors in it: in 2026 crafted JPEGs and HEICs could run code, and some
files of a few kilobytes take minutes or gigabytes. So files are decoded by readers, processes that
run `decoding.py`. One is started when it is needed.
"""

import atexit
import contextlib
import math
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
from PIL import Image

from . import decoding
from .decoding import DAMAGED, LENGTH, SENTENCE, SHAPE, WORKING_SIDE, NotAPicture
from .network import SETTINGS

__all__ = ["SUFFIXES", "WORKING_SIDE", "NotAPicture", "Source", "read"]

Source = Image.Image | np.ndarray | bytes | str | Path

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".avif", ".heic", ".heif")
MAX_BYTES = 200 * 2**20  # of a file; the page and the API take less


def read(source: Source) -> tuple[np.ndarray, np.ndarray | None]:
    """Decode, reduce to WORKING_SIDE, turn upright, and put transparency on white.

    What is itself light would vanish there, white strokes, say, and is put on black.

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
        pixels = decoding.reduce(_from_array(source))
    elif isinstance(source, Image.Image):
        decoding.check_size(source)
        try:
            pixels = decoding.reduce(source.copy())
        except Exception as error:  # it may be a file that was opened and not decoded yet
            raise NotAPicture(DAMAGED) from error
    else:
        raise NotAPicture(f"A picture cannot be read from {type(source).__name__}.")
    if pixels.shape[2] == 3:
        return pixels, None
    alpha = pixels[..., 3]
    settings = SETTINGS["reading"]
    is_solid, least = alpha > 128, settings["shape_share"]
    is_light = is_solid.any() and pixels[is_solid, :3].mean() > settings["light"]
    weight = alpha[..., None] / np.float32(255)
    ground = 0 if is_light else 255
    rgb = (pixels[..., :3] * weight + ground * (1 - weight)).astype(np.uint8)
    shows_shape = (alpha < 128).mean() > least and is_solid.mean() > least
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
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype != np.uint8 or not is_picture:
        raise NotAPicture("An array must be uint8 of shape (H, W), (H, W, 3) or (H, W, 4).")
    if array.size == 0:
        raise NotAPicture("The picture is empty.")
    return Image.fromarray(array)


# --- asking a reader ------------------------------------------------------------------------------


Reader = subprocess.Popen[bytes]  # a process that decodes pictures, one at a time


def _start() -> Reader:
    environment = {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "OPENBLAS_NUM_THREADS": "1",  # threads do not survive forks
        "MALLOC_ARENA_MAX": "1",
    }
    if "SYSTEMROOT" in os.environ:  # Windows
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    command = [sys.executable, "-P", decoding.__file__]
    return Reader(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def _ask(reader: Reader, data: bytes) -> bytes:
    """The answer to a file; raises OSError if the process is gone."""
    assert reader.stdin and reader.stdout
    reader.stdin.write(LENGTH.pack(len(data)))
    reader.stdin.write(data)
    reader.stdin.flush()
    answer = decoding.receive(reader.stdout)
    if answer is None:
        raise BrokenPipeError("the reader is gone")
    return answer


def _close(reader: Reader) -> None:
    reader.kill()
    with contextlib.suppress(OSError):
        reader.communicate()


_idle: list[Reader] = []
_at_once = threading.BoundedSemaphore(os.cpu_count() or 1)


def _read_elsewhere(data: bytes) -> np.ndarray:
    with _at_once:
        answer = None
        while answer is None:
            is_new = False
            try:
                reader = _idle.pop()
            except IndexError:
                reader, is_new = _start(), True
            try:
                answer = _ask(reader, data)
            except OSError as error:  # one that was idle may have been gone for long
                _close(reader)
                if is_new:
                    raise NotAPicture(DAMAGED) from error
            except BaseException:  # Ctrl-C: its answer would be taken for the next picture's
                _close(reader)
                raise
        _idle.append(reader)
    if answer.startswith(SENTENCE):
        raise NotAPicture(answer[1:].decode("utf-8", "replace"))
    # Whoever takes over the reader's child may answer anything.
    shape = SHAPE.unpack_from(answer, 1) if len(answer) > 1 + SHAPE.size else (0, 0, 0)
    pixels = np.frombuffer(answer, np.uint8, offset=min(len(answer), 1 + SHAPE.size))
    if shape[2] not in (3, 4) or len(pixels) != math.prod(shape):
        raise NotAPicture(DAMAGED)
    return pixels.reshape(shape)


@atexit.register
def _close_all() -> None:
    while _idle:
        _close(_idle.pop())


def _begin_anew() -> None:
    """In a fork of this process: the readers are the parent's."""
    global _at_once
    _idle.clear()
    _at_once = threading.BoundedSemaphore(os.cpu_count() or 1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
