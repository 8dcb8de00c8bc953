"""A folder of pictures: `python -m classifier FOLDER --out FILE` beside a loop of single calls.

    python -m benchmarks.folder [--data DIR] [--pictures 400] [--network deep]

Pictures a second of both, reading and writing included, loading the network left out; in turns, in
one run. Also the processor time that a picture takes, which other work on the machine changes less.
Without --data, a folder of photos, the pictures are 12 made-up photos, over and over.
Expected: about as many times more as there are cores to spare.
"""

import argparse
import csv
import os
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from classifier import CLASSES, Classifier, load, share_cores
from classifier.deep.drawings import draw
from classifier.folder import classify_files, csv_table, find
from classifier.preparation import NotAPicture

ROUNDS = 3


def make_up(folder: Path, number: int) -> list[Path]:
    """Photos of 600 x 800 pixels: garments cut from dark paper, on a textured floor."""
    rng = np.random.default_rng(0)
    kinds = 12
    for i in range(kinds):
        floor = rng.normal(150, 12, (200, 150, 3)).clip(0, 255).astype(np.uint8)
        photo = np.asarray(cv2.resize(floor, (600, 800), interpolation=cv2.INTER_CUBIC), np.uint8)
        outline = np.concatenate(draw(CLASSES[i % len(CLASSES)], rng)) * 560 + [20, 120]
        cv2.fillPoly(photo, [cv2.convexHull(outline.astype(np.int32))], (40, 50, 90))
        Image.fromarray(photo).save(folder / f"{i:05}.jpg", quality=90)
    for i in range(kinds, number):
        os.link(folder / f"{i % kinds:05}.jpg", folder / f"{i:05}.jpg")
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


def processor_seconds() -> float:
    """Used so far by this process and the ended ones that it started."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--pictures", type=int, default=400)
    parser.add_argument("--network", default="deep")
    args = parser.parse_args()
    share_cores()
    classifier = load(args.network)
    with tempfile.TemporaryDirectory() as folder:
        files = list(find([args.data])) if args.data else make_up(Path(folder), args.pictures)
        files = files[: args.pictures]
        speeds: dict[str, list[float]] = {"one by one": [], "together": []}
        costs: dict[str, list[float]] = {name: [] for name in speeds}
        one_by_one(classifier, files[:20], Path(folder) / "warm.csv")
        for _ in range(ROUNDS):
            for name, way in (("one by one", one_by_one), ("together", together)):
                begin, used = time.perf_counter(), processor_seconds()
                way(classifier, files, Path(folder) / "out.csv")
                speeds[name].append(len(files) / (time.perf_counter() - begin))
                costs[name].append((processor_seconds() - used) / len(files) * 1000)
    for name, found in speeds.items():
        cost = f"{np.median(costs[name]):5.1f} ms of processor time each"
        every = " ".join(f"{speed:.1f}" for speed in found)
        print(f"{name:12} {np.median(found):6.1f} pictures/s ({every})   {cost}")
    ratio = np.median(speeds["together"]) / np.median(speeds["one by one"])
    load_average = os.getloadavg()[0]
    print(f"{ratio:.2f} times as many, {os.cpu_count()} cores, load {load_average:.1f}")


if __name__ == "__main__":
    main()
