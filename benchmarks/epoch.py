"""How much faster an epoch is with the data in memory: `python -m benchmarks.epoch [--data DIR]`.

The same network, optimiser, batch size and pictures, once as `classifier.train` feeds them and
once through the usual `DataLoader` + `ToTensor`. The two take turns, in one process; the ratio is
what counts, since machines differ. Expected: at least 10.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST

from classifier.data import DATA, fashion_mnist
from classifier.network import MLP
from classifier.train import LESSON, both_ways

Batches = Callable[[], Iterable[tuple[Tensor, Tensor]]]


def seconds_an_epoch(batches: Batches) -> float:
    torch.manual_seed(0)
    network = MLP(LESSON.sizes)
    optimiser = torch.optim.AdamW(network.parameters(), LESSON.learning_rate, fused=True)
    begin = time.perf_counter()
    for pictures, labels in batches():
        loss = F.cross_entropy(network(pictures), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.epoch", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with FashionMNIST/")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()

    data = fashion_mnist(arguments.data)
    pictures, labels = both_ways(data.pictures), data.labels

    def in_memory() -> Iterable[tuple[Tensor, Tensor]]:
        for batch in torch.randperm(len(labels)).split(LESSON.batch):
            # Mirrored at random as in `classifier.train`, which the usual loop below is spared.
            mirrored = torch.randint(2, (len(batch),))
            yield pictures.index_select(0, batch + len(labels) * mirrored), labels[batch]

    dataset = FashionMNIST(arguments.data, transform=transforms.ToTensor())
    loader = DataLoader(dataset, batch_size=LESSON.batch, shuffle=True)

    ours, usual = [], []
    for _ in range(arguments.rounds):
        ours.append(seconds_an_epoch(in_memory))
        usual.append(seconds_an_epoch(lambda: loader))
    print(f"in memory              {statistics.median(ours):7.2f} s an epoch")
    print(f"DataLoader + ToTensor  {statistics.median(usual):7.2f} s an epoch")
    print(f"ratio                  {statistics.median(usual) / statistics.median(ours):7.1f}")


if __name__ == "__main__":
    main()
