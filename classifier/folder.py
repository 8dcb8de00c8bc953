"""Thousands of pictures: found, prepared side by side, classified in batches, written to a file.

Used by `python -m classifier FOLDER --out FILE`. Rows are written as they come, so that whatever
stops it, what is done is done (in Parquet as well, unless the process is killed outright).
"""

import csv
import json
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from . import predict
from .network import CLASSES
from .predict import Classifier, Prediction
from .preparation import Kind, Prepared, prepare_pieces
from .reading import SUFFIXES, NotAPicture

BATCH = 64  # pictures that go through the network together
ROW_GROUP = 4096  # rows that Parquet wants together

COLUMNS = ("path", "label", "confidence", "sure", "kind", *CLASSES)

Outcome = tuple[Path, list[Prediction] | NotAPicture]
Write = Callable[[Path, list[Prediction]], None]


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


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until the block is done."""
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt


def classify_files(
    classifier: Classifier, files: Iterable[Path], kind: Kind = "auto"
) -> Generator[Outcome, None, None]:
    """Each file, in order, with the predictions of its pieces, or with what is wrong with it.

    Pictures are prepared in a thread for each core, the next batch while this one is classified.
    """

    def ready(path: Path) -> list[Prepared] | NotAPicture:
        try:
            pieces = prepare_pieces(path, kind)
        except NotAPicture as error:
            return error
        # Without half a megabyte, while they wait.
        return [replace(piece, cutout=None, rgb=None) for piece in pieces]

    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    rest = iter(files)

    def begin() -> list[tuple[Path, Future[list[Prepared] | NotAPicture]]]:
        return [(path, pool.submit(ready, path)) for path in islice(rest, BATCH)]

    try:
        following = begin()
        while batch := following:
            following = begin()
            prepared = [future.result() for _, future in batch]
            found = [each for each in prepared if not isinstance(each, NotAPicture)]
            predictions = iter(classifier.classify_batch(list(chain.from_iterable(found))))
            for (path, _), each in zip(batch, prepared, strict=True):
                if isinstance(each, NotAPicture):
                    yield path, each
                else:
                    yield path, list(islice(predictions, len(each)))
    finally:  # as when Ctrl-C ends it
        pool.shutdown(cancel_futures=True)


# --- rows -----------------------------------------------------------------------------------------


def as_dict(path: Path, pieces: list[Prediction]) -> dict[str, Any]:
    """{"path", and what `classifier.as_dict` says}."""
    name = os.fsencode(path).decode("utf-8", "replace")  # file names may hold any bytes
    return {"path": name} | predict.as_dict(pieces)


def as_row(path: Path, pieces: list[Prediction]) -> dict[str, Any]:
    """The same of the largest piece alone, with a column for each class."""
    found = as_dict(path, pieces)
    probabilities, _ = found.pop("probabilities"), found.pop("pieces")
    return {**found, **probabilities}


def as_json(path: Path, pieces: list[Prediction]) -> str:
    return json.dumps(as_dict(path, pieces), ensure_ascii=False)


@contextmanager
def csv_table(file: Path) -> Iterator[Write]:
    """Comma-separated values, with a header."""
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.DictWriter(out, COLUMNS)
        rows.writeheader()

        def write(path: Path, pieces: list[Prediction]) -> None:
            rows.writerow(as_row(path, pieces))
            out.flush()

        yield write


@contextmanager
def json_lines(file: Path) -> Iterator[Write]:
    """A JSON object a line."""
    with file.open("w", encoding="utf-8") as out:
        yield lambda *each: print(as_json(*each), file=out, flush=True)


@contextmanager
def parquet(file: Path) -> Iterator[Write]:
    """Columns, compressed; needs pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"confidence": pa.float32(), "sure": pa.bool_()}
    types |= dict.fromkeys(CLASSES, pa.float32())
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    waiting: list[dict[str, Any]] = []
    with pq.ParquetWriter(file, schema) as out:

        def flush() -> None:
            if waiting:
                out.write_table(pa.Table.from_pylist(waiting, schema=schema))
            waiting.clear()

        def write(path: Path, pieces: list[Prediction]) -> None:
            waiting.append(as_row(path, pieces))
            if len(waiting) >= ROW_GROUP:
                flush()

        try:
            yield write
        finally:
            flush()


TABLES: dict[str, Callable[[Path], AbstractContextManager[Write]]] = {
    ".csv": csv_table,
    ".jsonl": json_lines,
    ".parquet": parquet,
}
"""What a file's suffix says it is to hold."""
