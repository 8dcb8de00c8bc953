"""`python -m classifier PICTURE_OR_FOLDER ...`: the ten probabilities of each picture."""

import argparse
import io
import json
import os
import sys
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from . import CLASSES, NotAPicture, Prediction, WeightsError, load, stored_networks
from .folder import TABLES, Table, as_dict, classify_files, find, uninterrupted

INTERRUPTED = 130  # exit status after Ctrl-C, as shells have it
CLOSED = 141  # and after a closed pipe


def as_table(path: Path, prediction: Prediction) -> str:
    note = "" if prediction.sure else "not sure this is one of the ten; closest is "
    lines = [f"{path}: {note}{prediction.label} (seen as a {prediction.kind})"]
    for name, probability in zip(CLASSES, prediction.probabilities, strict=True):
        bar = "█" * round(40 * float(probability))
        lines.append(f"  {name:<12} {100 * probability:5.1f} %  {bar}".rstrip())
    return "\n".join(lines)


class Tables:
    """On the screen: a table for each picture."""

    def write(self, path: Path, prediction: Prediction) -> None:
        print(as_table(path, prediction), flush=True)

    def close(self) -> None:
        pass


class Json:
    """On the screen: a JSON list, written as it comes."""

    def __init__(self) -> None:
        print("[", end="")
        self.between = "\n"

    def write(self, path: Path, prediction: Prediction) -> None:
        line = json.dumps(as_dict(path, prediction), ensure_ascii=False)
        print(self.between, line, sep="", end="", flush=True)
        self.between = ",\n"

    def close(self) -> None:
        print("\n]")


def open_table(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> Table:
    if arguments.out is None:
        return Json() if arguments.json else Tables()
    kind = TABLES.get(arguments.out.suffix.lower())
    if kind is None:
        parser.error(f"--out has to end in {', '.join(TABLES)}")
    try:
        return kind(arguments.out)
    except ImportError:
        parser.error("Parquet needs pyarrow: pip install -r requirements-parquet.txt")
    except OSError as error:
        parser.error(f"cannot write {arguments.out}: {error.strerror}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    parser.add_argument(
        "pictures",
        nargs="+",
        type=Path,
        metavar="PICTURE_OR_FOLDER",
        help="a picture file, or a folder whose pictures are all classified, subfolders included",
    )
    names = stored_networks()
    parser.add_argument("--network", choices=names, default="deep" if "deep" in names else "lesson")
    parser.add_argument("--kind", choices=("photo", "sketch", "auto"), default="auto")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--out", type=Path, help=f"a file to write: {', '.join(TABLES)}")
    parser.add_argument("--jobs", type=int, help="processes that prepare; one a core by default")
    arguments = parser.parse_args()

    for stream in (
        sys.stdout,
        sys.stderr,
    ):  # that may have no █
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return classify(arguments, parser)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # as after `| head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor what is still buffered
        return CLOSED


def classify(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    files = list(find(arguments.pictures))
    if not files:
        print("There is no picture in there.", file=sys.stderr)
        return 1
    try:
        classifier = load(arguments.network)
    except WeightsError as error:
        print(error, file=sys.stderr)
        return 1
    failed = done = 0
    progress = tqdm(total=len(files), unit=" pictures", disable=None if arguments.out else True)
    with closing(open_table(arguments, parser)) as table, progress:
        try:
            for path, outcome in classify_files(classifier, files, arguments.kind, arguments.jobs):
                if isinstance(outcome, NotAPicture):
                    progress.write(f"{path}: {outcome}", file=sys.stderr)
                    failed += 1
                else:
                    with uninterrupted():  # what is written is counted
                        table.write(path, outcome)
                        done += 1
                progress.update()
        except (KeyboardInterrupt, BrokenProcessPool) as stop:
            progress.write(f"Stopped; {done} of {len(files)} pictures are done.", file=sys.stderr)
            return INTERRUPTED if isinstance(stop, KeyboardInterrupt) else 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
