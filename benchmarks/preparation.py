"""How long a picture takes to prepare: `python -m benchmarks.preparation`.

A drawing of 256 x 256 pixels, and a 12-megapixel JPEG from its bytes, decoding included; medians
and 95th percentiles in milliseconds. For the JPEG also the memory that the process had to add.
Expected: under 3 ms and under 150 ms on a quiet core, and under 200 MB.
"""

import io
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import cv2
import numpy as np
from PIL import Image

from classifier import prepare
from classifier.deep.drawings import draw, render

ROUNDS = 40


def photo_of_12_megapixels() -> bytes:
    """A made-up dark T-shirt on a textured floor, 4000 x 3000."""
    rng = np.random.default_rng(0)
    floor = rng.normal(150, 12, (750, 1000, 3)).clip(0, 255).astype(np.uint8)
    floor = np.asarray(cv2.resize(floor, (4000, 3000), interpolation=cv2.INTER_CUBIC), np.uint8)
    outline = draw("T-shirt/top", np.random.default_rng(3))
    points = np.concatenate(outline) * 2600 + [700, 200]
    cv2.fillPoly(floor, [cv2.convexHull(points.astype(np.int32))], (40, 50, 90))
    buffer = io.BytesIO()
    Image.fromarray(floor).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def milliseconds(work: Callable[[], object]) -> str:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return f"median {np.median(times):6.2f} ms   95th percentile {np.percentile(times, 95):6.2f} ms"


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    rng = np.random.default_rng(1)
    drawing = render(draw("Dress", rng), width=6, size=256)
    prepare(drawing, "sketch")
    print("sketch         ", milliseconds(lambda: prepare(drawing, "sketch")))
    with ProcessPoolExecutor(1) as elsewhere:  # so that its making does not count as memory used
        photo = elsewhere.submit(photo_of_12_megapixels).result()
    before = peak_megabytes()
    print("12-megapixel   ", milliseconds(lambda: prepare(photo, "photo")))
    print(f"memory added    {peak_megabytes() - before:.0f} MB at most")


if __name__ == "__main__":
    main()
