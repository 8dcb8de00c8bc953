"""Thousands of pictures: found, prepared in several processes, classified in batches, written.

Used by `python -m classifier FOLDER --out FILE`. Rows are written as they come, so that whatever
stops it, what is done is done (in Parquet as well, unless the process is killed outright).
"""

import csv
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

from . import predict
from .network import CLASSES
from .predict import Classifier, Prediction, share_cores
from .preparation import SUFFIXES, Kind, NotAPicture, Prepared, prepare

BATCH = 64  # pictures that go through the network together
CHUNK = 8  # pictures handed to a process at a time
FEW = 100  # up to that, starting processes takes longer than the work
# Processes that start from nothing: a fork of one with threads, as torch and OpenCV have, may hang.
FRESH = get_context("spawn")
ROW_GROUP = 4096  # rows that Parquet wants together

COLUMNS = ("path", "label", "confidence", "sure", "kind", *CLASSES)

Outcome = tuple[Path, Prediction | NotAPicture]


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, whatever they are, and those in the folders named that look like pictures.

    Folders are searched through and through, in alphabetical order.
    """
    for path in paths:
        if path.is_dir():
            found = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
            yield from sorted(file for file in found if file.is_file())
        else:
            yield path


def prepare_file(path: Path, kind: Kind) -> Prepared | NotAPicture:
    """`prepare`, the error as a value and the cut-out left out, as it goes between processes."""
    try:
        prepared = prepare(path, kind)
    except NotAPicture as error:
        return error
    return Prepared(prepared.picture, prepared.kind, None)


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Ctrl-C waits; processes started meanwhile never get it. It is for the one that writes."""
    if sys.platform == "win32":
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until the block is done; in the main thread, whichever thread got the signal."""
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    share_cores()


def classify_files(
    classifier: Classifier, files: Sequence[Path], kind: Kind = "auto", jobs: int | None = None
) -> Iterator[Outcome]:
    """Each file, in order, with its prediction, or with what is wrong with it.

    jobs: how many processes prepare pictures; one for each core unless told otherwise. Raises
    BrokenProcessPool if one of them dies.
    """
    jobs = jobs or os.cpu_count() or 1
    ready = partial(prepare_file, kind=kind)
    with ExitStack() as stack:
        if jobs > 1 and len(files) > FEW:
            pool = ProcessPoolExecutor(jobs, FRESH, initializer=_begin)
            # Not `with pool`, which would finish everything first when something goes wrong.
            stack.callback(pool.shutdown, cancel_futures=True)
            with _no_interrupt():
                prepared = pool.map(ready, files, chunksize=CHUNK)
        else:
            prepared = map(ready, files)
        pairs = zip(files, prepared, strict=True)
        while batch := list(islice(pairs, BATCH)):
            pictures = [each for _, each in batch if isinstance(each, Prepared)]
            predictions = iter(classifier.classify_batch(pictures))
            for path, each in batch:
                yield path, each if isinstance(each, NotAPicture) else next(predictions)


# --- rows -----------------------------------------------------------------------------------------


class Table(Protocol):
    """Where rows go; closing it makes the file complete."""

    def write(self, path: Path, prediction: Prediction) -> None: ...
    def close(self) -> None: ...


def as_dict(path: Path, prediction: Prediction) -> dict[str, Any]:
    """{"path", and what `classifier.as_dict` says}."""
    name = os.fsencode(path).decode("utf-8", "replace")  # file names may hold any bytes
    return {"path": name} | predict.as_dict(prediction)


def as_row(path: Path, prediction: Prediction) -> dict[str, Any]:
    """The same, with a column for each class."""
    found = as_dict(path, prediction)
    return found | found.pop("probabilities")


class Csv:
    """Comma-separated values, with a header."""

    def __init__(self, file: Path) -> None:
        self.file = file.open("w", newline="", encoding="utf-8")
        self.rows = csv.DictWriter(self.file, COLUMNS)
        self.rows.writeheader()

    def write(self, path: Path, prediction: Prediction) -> None:
        self.rows.writerow(as_row(path, prediction))
        self.file.flush()

    def close(self) -> None:
        self.file.close()


class JsonLines:
    """A JSON object a line."""

    def __init__(self, file: Path) -> None:
        self.file = file.open("w", encoding="utf-8")

    def write(self, path: Path, prediction: Prediction) -> None:
        line = json.dumps(as_dict(path, prediction), ensure_ascii=False)
        print(line, file=self.file, flush=True)

    def close(self) -> None:
        self.file.close()


class Parquet:
    """Columns, compressed; needs pyarrow (requirements-parquet.txt)."""

    def __init__(self, file: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {"confidence": pa.float32(), "sure": pa.bool_()}
        types |= dict.fromkeys(CLASSES, pa.float32())
        schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
        self.table = partial(pa.Table.from_pylist, schema=schema)
        self.file = pq.ParquetWriter(file, schema)
        self.waiting: list[dict[str, Any]] = []

    def write(self, path: Path, prediction: Prediction) -> None:
        self.waiting.append(as_row(path, prediction))
        if len(self.waiting) >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self.waiting:
            self.file.write_table(self.table(self.waiting))
        self.waiting = []

    def close(self) -> None:
        self._flush()
        self.file.close()


TABLES: dict[str, Callable[[Path], Table]] = {".csv": Csv, ".jsonl": JsonLines, ".parquet": Parquet}
"""What a file's suffix says it is to hold."""
