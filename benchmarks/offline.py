"""Speed without the page: `python -m benchmarks.offline preparation|folder|epoch [--data DIR]`.

preparation: a drawing of 256 x 256 pixels, and a 12-megapixel JPEG from its bytes. Expected: under
3 ms and under 150 ms on a quiet core, and under 200 MB of memory added.

folder: `python -m classifier FOLDER --out FILE` beside the loop that anyone would write, on the
pictures in DIR, or on 200 made-up photos. Expected: as many times faster as there are cores.

epoch: training data in memory, as the lesson has them, beside `DataLoader` + `ToTensor`.
Expected: at least 10 times faster.
"""

import argparse
import csv
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST

from benchmarks.common import photo
from classifier import NotAPicture, load, prepare, use_one_thread
from classifier.folder import classify_files, csv_table, find
from classifier.network import MLP
from classifier.training.data import DATA, fashion_mnist
from classifier.training.deep.drawings import draw, render
from classifier.training.lesson import LESSON, both_ways

PICTURES = 200


def compare(rounds: int, **ways: Callable[[], object]) -> None:
    """Run all ways in turns, and print how long each takes; the first one warms up."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    next(iter(ways.values()))()
    for _ in range(rounds):
        for name, way in ways.items():
            begin = time.perf_counter()
            way()
            times[name].append(1000 * (time.perf_counter() - begin))
    medians = {name: statistics.median(some) for name, some in times.items()}
    for name, some in times.items():
        most, ratio = np.percentile(some, 95), medians[name] / min(medians.values())
        print(f"{name:12} median {medians[name]:9.2f} ms   95 % {most:9.2f} ms   x {ratio:.2f}")


def preparation(_: Path | None) -> None:
    drawing = render(draw("Dress", np.random.default_rng(1)), width=6, size=256)
    with ProcessPoolExecutor(1) as elsewhere:  # so that its making does not count as memory used
        large = elsewhere.submit(photo, 4000, 3000).result()
    compare(40, sketch=lambda: prepare(drawing, "sketch"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    compare(40, photo=lambda: prepare(large, "photo"))
    added = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"memory added {added / 1024:.0f} MB at most")


def folder(data: Path | None) -> None:
    use_one_thread()
    classifier = load("deep")
    with TemporaryDirectory() as made:
        for i in range(0 if data else PICTURES):
            (Path(made) / f"{i:05}.jpg").write_bytes(photo(600, 800, i % 12))
        files, out = list(find([data or Path(made)]))[:PICTURES], Path(made) / "out.csv"

        def loop() -> None:
            with out.open("w", newline="", encoding="utf-8") as file:
                for path in files:
                    prediction = classifier.classify(path)
                    csv.writer(file).writerow([path, prediction.label, *prediction.probabilities])

        def together() -> None:
            with csv_table(out) as write:
                for path, outcome in classify_files(classifier, files):
                    assert not isinstance(outcome, NotAPicture)
                    write(path, outcome)

        compare(3, together=together, loop=loop)
    print(f"{len(files)} pictures, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


def epoch(data: Path | None) -> None:
    root = data or DATA
    pictures, labels = both_ways(fashion_mnist(root).pictures), fashion_mnist(root).labels
    dataset = FashionMNIST(root, transform=transforms.ToTensor())
    loader = DataLoader(dataset, batch_size=LESSON.batch, shuffle=True)

    def in_memory() -> Iterable[tuple[Tensor, Tensor]]:
        for batch in torch.randperm(len(labels)).split(LESSON.batch):
            # Mirrored at random as in `classifier.training.lesson`, which the usual loop is spared.
            mirrored = torch.randint(2, (len(batch),))
            yield pictures.index_select(0, batch + len(labels) * mirrored), labels[batch]

    def train(batches: Iterable[tuple[Tensor, Tensor]]) -> None:
        torch.manual_seed(0)
        network = MLP(LESSON.sizes)
        optimiser = torch.optim.AdamW(network.parameters(), LESSON.learning_rate, fused=True)
        for some, theirs in batches:
            optimiser.zero_grad()
            F.cross_entropy(network(some), theirs).backward()
            optimiser.step()

    compare(3, in_memory=lambda: train(in_memory()), loader=lambda: train(loader))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = {each.__name__: each for each in (preparation, folder, epoch)}
    parser.add_argument("what", choices=what)
    parser.add_argument("--data", type=Path, help="pictures, or the folder with FashionMNIST/")
    arguments = parser.parse_args()
    what[arguments.what](arguments.data)


if __name__ == "__main__":
    main()
