"""What is measured: each figure is a dictionary with what was run, at which size, and what it took."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

from tests.bench import heap, processes, rows

Figure = dict[str, Any]
REFINING = ("refine_complaint", "refine_complaint_status_history", "refine_complaint_redress", "refine_document")
YARDSTICKS = ("bare", "parquet", "duckdb")
SOURCE = processes.ROOT / "conf" / "sources" / "cfpb.yaml"
A_LITTLE = 100  # share of the rows that an increment brings: one in so many
QUERY = "SELECT count(*) AS complaints FROM silver.complaint"


class Bench:
    """A folder to work in: an inbox, the lake that the project makes of it, what the yardsticks write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inbox, self.lake = folder / "inbox", folder / "lake"
        folder.mkdir(parents=True, exist_ok=True)

    def project(self, *words: str) -> tuple[processes.Ran, list[Figure]]:
        """Run the command on the lake; return what it took and the seconds of each job."""
        result = self.folder / "result.json"
        ran = processes.run("-m", "jobs", *words, "--lake", self.lake, "--inbox", self.inbox, "--sources", SOURCE,
                            "--as-of", "2026-03-31", "--result", result, log=self.folder / "log")  # fmt: skip
        return ran, json.loads(result.read_text(encoding="utf-8"))["jobs"]

    def refine(self) -> tuple[processes.Ran, list[Figure]]:
        """Land and refine what is in the inbox."""
        return self.project("run", "land_files", *REFINING)

    def yardstick(self, name: str) -> processes.Ran:
        """Run a yardstick on the inbox and remove what it wrote."""
        out = self.folder / name
        ran = processes.run("-m", "tests.bench.yardsticks", name, self.inbox, out, log=self.folder / "log")
        shutil.rmtree(out, ignore_errors=True)
        return ran

    def query(self) -> processes.Ran:
        """Ask the lake for one count."""
        return processes.run("-m", "jobs", "query", QUERY, "--lake", self.lake, log=self.folder / "log")

    def deliver(self, ids: rows.Numbers, delivery: int) -> int:
        """Put files with these ids into the inbox; return their bytes."""
        return rows.write(self.inbox / "cfpb", ids, delivery=delivery)

    def versions(self) -> int:
        """Return the newest version of the table of complaints."""
        return DeltaTable(self.lake / "silver" / "complaint").version()

    def remove(self) -> None:
        """Remove all of it: the next size needs the disk."""
        shutil.rmtree(self.folder)


def size(bench: Bench, count: int, *, live: bool) -> Iterator[Figure]:
    """Measure one size: yardsticks, the first load, the increments on it; `live`: once more for the live heap."""
    size_ = {"rows": count, "bytes": bench.deliver(rows.span(0, count), 0)}
    yield {"what": "python", **size_, **_took(bench.yardstick("python"))}
    for name in YARDSTICKS:
        yield {"what": name, **size_, **_took(bench.yardstick(name))}
    if live:
        yield {"what": "live", **size_, **heap.live(bench.refine)}
        shutil.rmtree(bench.lake)
    yield {"what": "full", **size_, **_project(*bench.refine())}
    few = max(count // A_LITTLE, 1)
    bench.deliver(rows.span(count, few), 1)
    yield {"what": "new rows", **size_, "news": few, **_project(*bench.refine())}
    bench.deliver(rows.some(few, count, seed=count), 2)
    yield {"what": "updates", **size_, "news": few, **_project(*bench.refine())}
    yield {"what": "nothing new", **size_, "news": 0, **_project(*bench.refine())}


def start_up(bench: Bench) -> Iterator[Figure]:
    """Measure small jobs from the command to the finished write: one table, 1,000 rows, landed, and refined."""
    size_ = {"rows": 1_000, "bytes": bench.deliver(rows.span(0, 1_000), 0)}
    # Python compiles what it imports when it does so for the first time.
    processes.run("-m", "jobs", "list", "--lake", bench.lake, "--sources", SOURCE, log=bench.folder / "log")
    yield {"what": "small job, landing", **size_, **_project(*bench.project("run", "land_files"))}
    yield {"what": "small job, refining", **size_, **_project(*bench.project("run", "refine_complaint"))}


def versions(bench: Bench, many: int) -> Iterator[Figure]:
    """Measure a lake of few versions, and the same lake after `many` small deliveries."""
    bench.deliver(rows.span(0, 1_000), 0)
    bench.refine()
    yield from _of_age(bench, "fresh", many + 1)
    processes.run("-m", "tests.bench.ageing", bench.inbox, bench.lake, str(many), log=bench.folder / "log")
    yield from _of_age(bench, "old", many + 2)


def _of_age(bench: Bench, age: str, delivery: int) -> Iterator[Figure]:
    bench.deliver(rows.span(1_000_000 + 10 * delivery, 10), delivery)
    for what, measured in (("a little news", bench.refine), ("nothing new", bench.refine)):
        yield {"what": f"{age} lake, {what}", "rows": 1_000, "versions": bench.versions(), **_project(*measured())}
    yield {"what": f"{age} lake, query", "rows": 1_000, "versions": bench.versions(), **_took(bench.query())}


def small_files(bench: Bench, count: int) -> Iterator[Figure]:
    """Measure the landing of many small files: one row each."""
    header, first = _one_file(bench)
    folder = bench.inbox / "cfpb" / "small"
    for number in range(count):
        if number % 1_000 == 0:
            (folder / f"{number // 1_000:04}").mkdir(parents=True)
        text = f"{header}\n{first.replace('1000000', str(2_000_000 + number))}\n"
        (folder / f"{number // 1_000:04}" / f"complaints_{number}.csv").write_text(text, encoding="utf-8")
    yield {"what": "small files", "rows": count, **_project(*bench.project("run", "land_files"))}


def _one_file(bench: Bench) -> tuple[str, str]:
    bench.deliver(rows.span(0, 1), 0)
    (path,) = (bench.inbox / "cfpb").glob("*.csv")
    header, _, first = path.read_text(encoding="utf-8").partition("\n")
    path.unlink()
    return header, first.strip()


def _took(ran: processes.Ran) -> Figure:
    return {key: value for key, value in asdict(ran).items() if key != "output"}


def _project(ran: processes.Ran, jobs: list[Figure]) -> Figure:
    return {**_took(ran), "jobs": {job["job"]: job["seconds"] for job in jobs}}
