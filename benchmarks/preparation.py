"""How long a picture takes to prepare: `python -m benchmarks.preparation`.

A drawing of 256 x 256 pixels, and a 12-megapixel JPEG from its bytes, decoding included; medians
and 95th percentiles in milliseconds. For the JPEG also the memory that the process had to add.
Expected: under 3 ms and under 150 ms on a quiet core, and under 200 MB.
"""

import resource
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from benchmarks.common import photo
from classifier import prepare
from classifier.deep.drawings import draw, render
from classifier.preparation import Kind, Source

ROUNDS = 40


def milliseconds(source: Source, kind: Kind) -> str:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        prepare(source, kind)
        times.append((time.perf_counter() - begin) * 1000)
    return f"median {np.median(times):6.2f} ms   95th percentile {np.percentile(times, 95):6.2f} ms"


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    drawing = render(draw("Dress", np.random.default_rng(1)), width=6, size=256)
    prepare(drawing, "sketch")
    print("sketch         ", milliseconds(drawing, "sketch"))
    with ProcessPoolExecutor(1) as elsewhere:  # so that its making does not count as memory used
        large = elsewhere.submit(photo, 4000, 3000).result()
    before = peak_megabytes()
    print("12-megapixel   ", milliseconds(large, "photo"))
    print(f"memory added    {peak_megabytes() - before:.0f} MB at most")


if __name__ == "__main__":
    main()
