"""Any picture -> a small upright array of pixels, whoever sent it.

Decoders are C code with errors in it: in 2026 crafted JPEGs and HEICs could run code, and some
files of a few kilobytes take minutes or gigabytes. So no file is decoded in the process that asks.
It goes to a reader, `decoding.py` run as a program. A reader is started when one is needed, and
again if it is gone.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
from PIL import Image

from . import decoding
from .decoding import DAMAGED, LENGTH, PIXELS, SHAPE, WORKING_SIDE, NotAPicture
from .network import SETTINGS

__all__ = ["SUFFIXES", "WORKING_SIDE", "NotAPicture", "Source", "read"]

Source = Image.Image | np.ndarray | bytes | str | Path

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".heic", ".heif")
MAX_BYTES = 200 * 2**20  # of a file; the page and the API take less


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
    weight = alpha[..., None] / np.float32(255)
    rgb = (pixels[..., :3] * weight + 255 * (1 - weight)).astype(np.uint8)
    least = SETTINGS["reading"]["shape_share"]
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
            [sys.executable, "-P", decoding.__file__],
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
        answer = decoding.receive(self.process.stdout)
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
