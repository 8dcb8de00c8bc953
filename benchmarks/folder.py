"""A folder of pictures: `python -m classifier FOLDER --out FILE` beside a loop of single calls.

    python -m benchmarks.folder [--data DIR] [--pictures 400] [--network deep]

Pictures a second of both, reading and writing included, loading the network left out; in turns, in
one run. Without --data, a folder of photos, the pictures are 12 made-up photos, over and over.
Expected: about as many times more as there are cores to spare.
"""

import argparse
import csv
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.common import photo
from classifier import Classifier, NotAPicture, load, use_one_thread
from classifier.folder import classify_files, csv_table, find

ROUNDS, KINDS = 3, 12


def make_up(folder: Path, number: int) -> list[Path]:
    """Photos of 600 x 800 pixels."""
    for i in range(number):
        if i < KINDS:
            (folder / f"{i:05}.jpg").write_bytes(photo(600, 800, i))
        else:
            os.link(folder / f"{i % KINDS:05}.jpg", folder / f"{i:05}.jpg")
    return list(find([folder]))


def one_by_one(classifier: Classifier, files: list[Path], out: Path) -> None:
    """The loop anyone would write."""
    with out.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        for path in files:
            try:
                prediction = classifier.classify(path)
            except NotAPicture:
                continue
            rows.writerow([path, prediction.label, *prediction.probabilities])


def together(classifier: Classifier, files: list[Path], out: Path) -> None:
    with csv_table(out) as write:
        for path, outcome in classify_files(classifier, files):
            if not isinstance(outcome, NotAPicture):
                write(path, outcome)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--pictures", type=int, default=400)
    parser.add_argument("--network", default="deep")
    args = parser.parse_args()
    use_one_thread()
    classifier = load(args.network)
    ways = {"one by one": one_by_one, "together": together}
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        files = list(find([args.data])) if args.data else make_up(Path(folder), args.pictures)
        files, out = files[: args.pictures], Path(folder) / "out.csv"
        one_by_one(classifier, files[:20], out)  # warm up
        for _ in range(ROUNDS):
            for name, way in ways.items():
                begin = time.perf_counter()
                way(classifier, files, out)
                speeds[name].append(len(files) / (time.perf_counter() - begin))
    for name, found in speeds.items():
        every = " ".join(f"{speed:.1f}" for speed in found)
        print(f"{name:12} {np.median(found):6.1f} pictures/s ({every})")
    ratio = np.median(speeds["together"]) / np.median(speeds["one by one"])
    print(f"{ratio:.2f} times as many, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
