"""Measure: `python -m tests.bench --rows 100000 1000000`; results are appended, one JSON a line.

what        size (landing, refining, increments), start-up, versions, files; default size and start-up
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench import machine
from tests.bench.measurements import Bench, Figure, size, small_files, start_up, versions
from tests.bench.processes import CommandError

WHAT = ("size", "start-up", "versions", "files")


def main() -> int:
    """Measure what is asked for and append each figure as it comes."""
    given = _arguments()
    given.results.parent.mkdir(parents=True, exist_ok=True)
    on = machine.described()
    try:
        with given.results.open("a", encoding="utf-8") as file:
            for figure in _figures(given):
                file.write(json.dumps({**figure, "machine": on}) + "\n")
                file.flush()
                print(
                    f"{figure['what']:24} {figure.get('rows', 0):>11,} rows  {figure.get('seconds', 0):>9} s",
                    flush=True,
                )
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _figures(given: argparse.Namespace) -> Iterator[Figure]:
    work: dict[str, Callable[[Bench], Iterator[Figure]]] = {}
    if "size" in given.what:
        work |= {f"size-{n}": partial(size, count=n, live=given.live) for n in sorted(given.rows)}
    if "start-up" in given.what:
        work["start-up"] = start_up
    if "versions" in given.what:
        work["versions"] = partial(versions, many=given.versions)
    if "files" in given.what:
        work["files"] = partial(small_files, count=given.files)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.folder) as folder:
        for name, measure in work.items():
            bench = Bench(Path(folder) / name)
            yield from measure(bench)
            bench.remove()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure; results are appended, one JSON a line."
    )
    parser.add_argument("what", nargs="*", choices=WHAT, default=["size", "start-up"])
    parser.add_argument("--rows", type=_count, nargs="+", default=[100_000], metavar="N", help="sizes to measure")
    parser.add_argument("--versions", type=_count, default=1_000, metavar="N", help="small deliveries of an old lake")
    parser.add_argument("--files", type=_count, default=100_000, metavar="N", help="small files to land")
    parser.add_argument("--live", action="store_true", help="run each size once more for its live heap")
    parser.add_argument("--folder", type=Path, help="where lakes are made and removed; default the temporary folder")
    parser.add_argument("--results", type=Path, default=Path("bench/results.jsonl"), help="file that results go to")
    return parser.parse_args()


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1 on, as 100000")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
