"""HEIC, the format of phone photos, read in a process of its own.

The decoders behind it, libheif and libde265, had errors in 2026 by which a crafted file could run
code. So they get the file and nothing else: no environment, no file to write, little memory and
time; and when they crash, they crash alone.
"""

import io
import os
import subprocess
import sys

BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
MAX_SECONDS = 20  # of processor time; 48 million pixels take one or two
MAX_MEMORY = 2**30  # bytes; 48 million pixels take a third
LARGEST = 512  # pixels of the longest side handed back
TOO_MANY_PIXELS = 3  # exit status


def is_heic(head: bytes) -> bool:
    """Whether a file that begins with these bytes, 12 or more, is an HEIC picture."""
    return head[4:8] == b"ftyp" and head[8:12] in BRANDS


def to_png(data: bytes, max_pixels: int) -> bytes | None:
    """An HEIC file -> a small PNG of it, upright, or None if it has more than `max_pixels`.

    Raises ValueError if the file is damaged, or takes too long or too much memory.
    """
    command = [sys.executable, "-I", __file__, str(max_pixels)]
    bare = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}  # Windows'
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=2 * MAX_SECONDS, env=bare, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError("the HEIC file took too long") from error
    if done.returncode == TOO_MANY_PIXELS:
        return None
    if done.returncode:
        raise ValueError(f"the HEIC reader ended with {done.returncode}")
    return done.stdout


def main() -> int:
    """The process: HEIC from stdin, PNG to stdout."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pillow_heif
    from PIL import Image

    pillow_heif.register_heif_opener()
    image = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=["HEIF"])
    if image.width * image.height > int(sys.argv[1]):
        return TOO_MANY_PIXELS
    image.thumbnail((LARGEST, LARGEST), reducing_gap=2)
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=1)
    sys.stdout.buffer.write(png.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
