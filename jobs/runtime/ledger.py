"""The ledger of a feed: what became of each of its files.

Bronze is the truth of what landed: its commits carry the list of files, and the ledger is mended from them when a run
was killed between the two.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conf.source import Source
from conf.table import Table
from conf.tables import ALL, ops
from jobs.runtime import objects, readers
from jobs.runtime.scope import JobLake

# What the commits of one bronze table say of their batches, newest first.
Batches = list[dict[str, Any]]
# A column, what it is (new, missing, retyped), and how.
Change = tuple[str, str, str]


@dataclass(frozen=True)
class File:
    """A file of the inbox and what its verification found in it."""

    found: objects.Found
    check: readers.Check

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "path": self.found.name, "sha256": self.check.sha256, "record_count": self.check.record_count,
            "file_bytes": self.found.size, "file_time": self.found.time, "columns": self.check.columns,
            "pages": self.check.pages or None, "page_count": self.check.page_count or None,
        }  # fmt: skip


@dataclass
class Feed:
    """One source while it lands: its ledger so far and what this run adds to it."""

    source: Source
    now: datetime
    known: list[dict[str, Any]]
    rows: list[dict[str, Any]] = field(default_factory=list)
    # The rows that the ledger does not hold as they are.
    news: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    # What is asked for every file is kept, not searched: a feed may have 100,000 of them. The newest row of each path;
    # columns as the ledger has them, every one that ever was, and those of the newest file that has some.
    last: dict[str, dict[str, Any]] = field(default_factory=dict)
    landed: list[dict[str, Any]] = field(default_factory=list)
    columns_ever: set[str] = field(default_factory=set)
    newest: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        for row in sorted(self.known, key=lambda row: (row["seen_at"], row["file_time"])):
            self._remember(row)

    def add(self, status: str, **facts: Any) -> None:
        """Write down what became of a file."""
        empty = dict.fromkeys(ops.INGEST_FILE.column_names)
        row = {**empty, "source_system": self.source.source, "status": status, "seen_at": self.now, **facts}
        self.rows.append(row)
        if not self._is_known_failure(row):
            self.news.append(row)
        self._remember(row)

    def has_failed(self, path: str) -> bool:
        """Say whether the newest that is known of a path is that it failed."""
        return path in self.last and self.last[path]["status"] == "failed"

    def _is_known_failure(self, row: dict[str, Any]) -> bool:
        # Against the newest row alone: what failed, landed and fails again in the same way has failed.
        return (
            row["status"] == "failed"
            and self.has_failed(row["path"])
            and all(row[fact] == self.last[row["path"]][fact] for fact in ("sha256", "reason"))
        )

    def _remember(self, row: dict[str, Any]) -> None:
        self.last[row["path"]] = row
        if row["status"] != "landed":
            return
        self.landed.append(row)
        if row["columns"]:
            self.columns_ever.update(row["columns"])
            order = (row["seen_at"], row["path"])
            if self.newest is None or order > (self.newest["seen_at"], self.newest["path"]):
                self.newest = row

    def add_change(self, batch_id: str, path: str, column: str, change: str, detail: str) -> None:
        """Write down that a column is not what it was."""
        self.changes.append({
            "source_system": self.source.source, "batch_id": batch_id, "path": path, "column_name": column,
            "change": change, "detail": detail, "seen_at": self.now,
        })  # fmt: skip


def batches(lake: JobLake, table: Table) -> Batches:
    """Return what the commits of a bronze table say of the batches they landed."""
    found = (version.commit.get("extra", {}) for version in lake.lake.standing(table))
    return [extra for extra in found if "batch_id" in extra]


def held(lake: JobLake, source: Source, known: list[dict[str, Any]], landed: Batches) -> list[dict[str, Any]]:
    """Return the rows of a feed's ledger without the files whose batches bronze no longer has.

    A bronze table that was restored or made anew lost batches; one whose log was cleaned did not, though it no longer
    tells of them.
    """
    there = {batch["batch_id"] for batch in landed}
    lost = {r["batch_id"] for r in known if r["batch_id"] and r["batch_id"] not in there}
    if not lost:
        return known
    versions = lake.lake.versions(ALL[source.lands_in])
    ever = {version.commit.get("extra", {}).get("batch_id") for version in versions}
    is_whole = not versions or versions[-1].number == 0
    lost = {batch for batch in lost if is_whole or batch in ever}
    contents = {row["sha256"] for row in known if row["status"] == "landed" and row["batch_id"] not in lost}
    return [
        row for row in known
        if row["batch_id"] not in lost and (row["status"] != "duplicate" or row["sha256"] in contents)
    ]  # fmt: skip


def listed(files: Iterable[File], notes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what a commit says of its files, enough to mend the ledger; `notes` has more columns of it, by path."""
    files = list(files)
    return {
        "shapes": {_shape(file.check.columns): file.check.columns for file in files},
        "files": [
            {
                **{k: v for k, v in file.facts.items() if k != "columns"},
                "file_time": file.found.time.isoformat(),
                "shape": _shape(file.check.columns),
                **notes[file.found.name],
            }
            for file in files
        ],
    }


def mend(feed: Feed, landed: Batches, changed: Callable[[Feed, list[str]], Iterable[Change]]) -> None:
    """Add the files of batches that the ledger does not know: their run was killed before it wrote them down.

    `changed` gives, of a file's columns, those that are not as in the feed's files before it.
    """
    known = {row["batch_id"] for row in feed.known}
    # Oldest first, as they landed: what a column was is known from the files before.
    for batch in reversed(landed):
        if batch["source"] == feed.source.source and batch["batch_id"] not in known:
            for file in batch["files"]:
                facts = {k: v for k, v in file.items() if k in ops.INGEST_FILE.column_names}
                facts["file_time"] = datetime.fromisoformat(file["file_time"])
                columns = batch["shapes"][file["shape"]]
                for change in changed(feed, columns):
                    feed.add_change(batch["batch_id"], file["path"], *change)
                feed.add("landed", batch_id=batch["batch_id"], columns=columns, **facts)


def _shape(columns: list[str]) -> str:
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:12]


def write(lake: JobLake, feeds: list[Feed]) -> None:
    """Write the schema changes, and what is new in the ledger.

    The ledger comes last: a run that is killed before it finds the changes again, and writes those that are missing.
    """
    if changes := [change for feed in feeds for change in feed.changes]:
        key = operator.itemgetter(*ops.SCHEMA_CHANGE.key)
        told = {key(row) for row in lake.lake.rows(ops.SCHEMA_CHANGE)}
        _merge(lake, ops.SCHEMA_CHANGE, [change for change in changes if key(change) not in told])
    _merge(lake, ops.INGEST_FILE, [row for feed in feeds for row in feed.news])


def _merge(lake: JobLake, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        lake.merge_rows(table, rows)
