"""Keeping tables: few files of a good size, and no more of the past than contracts and readers need.

What is to be done is told from the logs, without Spark; what is done is one commit that changes no rows, so no job
takes it for news.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import unquote

from conf.settings import Maintenance
from conf.table import Table
from conf.tables import ALL
from jobs.runtime import ddl, lake_check, objects
from jobs.runtime.lake import Lake, Log
from jobs.runtime.registry import Job
from jobs.runtime.scope import Watermark

MIB = 2**20
# Commits after which a log is written down as a whole.
CHECKPOINT_COMMITS = 10
OPTIMIZE = "spark.databricks.delta.optimize"


@dataclass(frozen=True)
class Files:
    """The files of a table's current version: number, bytes, how many are small, and how many packing would save."""

    count: int
    size: int
    median: int
    small: int
    spare: int

    @classmethod
    def of(cls, log: Log, target: int) -> Files:
        """Read the files from a log; one of less than half the `target` bytes is small."""
        added = log.get_add_actions()
        sizes: list[int] = added.column("size_bytes").to_pylist()
        parts: list[Any] = [None] * len(sizes)
        if "partition" in added.schema.names:
            parts = [tuple(part.items()) for part in added.column("partition").to_pylist()]
        small: dict[Any, list[int]] = defaultdict(list)
        for part, size in zip(parts, sizes, strict=True):
            if size < target / 2:
                small[part].append(size)
        spare = sum(len(found) - math.ceil(sum(found) / target) for found in small.values())
        count = sum(len(found) for found in small.values())
        return cls(len(sizes), sum(sizes), int(median(sizes)) if sizes else 0, count, spare)


class Hold(NamedTuple):
    """A job that has not consumed a table's newest versions yet, and the moment up to which it has."""

    job: str
    at: datetime


def holds(lake: Lake, jobs: Iterable[Job]) -> dict[str, Hold]:
    """Return, by table, the job that is furthest behind in reading its changes; none where all are at its end.

    Snapshots are made of whole tables, and what was made of a table that is no longer there is made anew.
    """
    found: dict[str, Hold] = {}
    pins = {name: lake.pin(table) for name, table in ALL.items()}
    for job in jobs:
        for output in (table for table in job.primary if table.kind != "snapshot"):
            mark = Watermark.of(lake.standing(output), job.name)
            for name, (table_id, version) in (mark.inputs if mark else {}).items():
                if name not in ALL or pins[name].id != table_id or not 0 <= version < pins[name].data_version:
                    continue
                at = next((v.at for v in lake.versions(ALL[name]) if v.number == version), None)
                if at is not None and (name not in found or at < found[name].at):
                    found[name] = Hold(job.name, at)
    return found


class Keeper:
    """Keeps the tables of one lake; what it did and found is in `report`."""

    def __init__(self, lake: Lake, settings: Maintenance, holds: Mapping[str, Hold], now: datetime) -> None:
        self._lake, self._settings, self._holds, self._now = lake, settings, holds, now
        self.report: list[str] = []
        self.files: list[Files] = []
        self.acted = 0
        self._aligned: list[str] = []

    def keep(self, table: Table) -> None:
        """Bring a table in line with its contract, pack its files, remove those of old versions."""
        log = self._lake.log(table)
        if log is None:
            return
        before = log.version()
        if ddl.differs(table, log.schema().to_json(), log.metadata().configuration):
            self._lake.writer.bring_in_line(table)
            self._aligned.append(table.name)
        self._pack(table)
        self._remove(table)
        self._checkpoint(table)
        self.files.append(Files.of(self._log(table), self._target))
        self.acted += self._lake.version(table) > before

    @property
    def _target(self) -> int:
        return self._settings.target_file_mib * MIB

    def _log(self, table: Table) -> Log:
        log = self._lake.log(table)
        assert log is not None, f"{table.name} was there a moment ago"
        return log

    def _last(self, table: Table, *operations: str) -> str:
        return next((v.operation for v in self._lake.versions(table) if v.operation in operations), "")

    def _pack(self, table: Table) -> None:
        """Put small files together where that saves enough of them; cluster what has become large by its key."""
        log = self._log(table)
        files = Files.of(log, self._target)
        by = ddl.clustered_by(table)
        clusters = bool(by) and files.size >= self._settings.cluster_from_mib * MIB
        is_clustered = "clustering" in (log.protocol().writer_features or ())
        # A run that was killed may have told Delta how to cluster, and not have done so.
        is_ordered = is_clustered and self._last(table, "CLUSTER BY", "OPTIMIZE") == "OPTIMIZE"
        if files.spare < self._settings.min_spare_files and (is_ordered or not clusters):
            return
        path = self._lake.path(table)
        # Sizes are told to a session of its own: MERGE, in those that others share, would take them too.
        session = self._lake.spark.newSession()
        session.conf.set(f"{OPTIMIZE}.maxFileSize", str(self._target))
        session.conf.set(f"{OPTIMIZE}.minFileSize", str(self._target // 2))
        if clusters and not is_clustered:
            session.sql(f"ALTER TABLE delta.`{path}` CLUSTER BY ({', '.join(f'`{name}`' for name in by)})")
        session.sql(f"OPTIMIZE delta.`{path}`").collect()
        now = Files.of(self._log(table), self._target)
        order = f", clustered by {', '.join(by)}" if clusters or is_clustered else ""
        self.report.append(
            f"packed {table.name}: {files.count:,} files (median {_size(files.median)}) "
            f"are now {now.count:,} (median {_size(now.median)}){order}"
        )

    def _remove(self, table: Table) -> None:
        """Remove the files that only versions older than the retention have, and that no job is still to read."""
        hours = table.keeps_days * 24
        hold = self._holds.get(table.name)
        if hold is not None and not self._settings.past_consumers:
            # An hour more: what a version brings is written before its commit.
            behind = math.ceil((self._now - hold.at).total_seconds() / 3600) + 1
            if behind > hours:
                hours = behind
                self.report.append(
                    f"kept {table.name}: {hold.job} has read it up to {hold.at:%Y-%m-%d %H:%M} UTC only; what is newer "
                    "stays until it has run (or with --set maintenance.past_consumers=true)"
                )
        path = self._lake.path(table)
        # A dry run names what earlier ones removed as well, as long as the log tells of it.
        named = self._log(table).vacuum(hours, dry_run=True, enforce_retention_duration=False, full=True)
        gone = {*map(unquote, named)} & {*objects.listed(path)} if named else ()
        if not gone:
            return
        self._lake.spark.sql(f"VACUUM delta.`{path}` RETAIN {hours} HOURS")
        self.report.append(f"removed from {table.name}: {len(gone):,} files older than {hours / 24:.0f} days")

    def _checkpoint(self, table: Table) -> None:
        """Write down as a whole a log that is read by many commits."""
        names = objects.listed(f"{self._lake.path(table)}/_delta_log")
        last = max((int(found[1]) for name in names if (found := lake_check.WHOLE.match(name))), default=-1)
        if self._lake.version(table) - last > CHECKPOINT_COMMITS:
            self._log(table).create_checkpoint()

    def summary(self) -> list[str]:
        """Return which tables their contracts changed, if any, and a line of all that was looked at."""
        aligned = [f"brought in line with their contracts: {', '.join(self._aligned)}"] if self._aligned else []
        count, size, small = (sum(getattr(f, name) for f in self.files) for name in ("count", "size", "small"))
        tables = f"{len(self.files):,} tables, {count:,} files, {_size(size)}; {small:,} files are small"
        return [*aligned, f"{tables}; {self.acted:,} tables changed"]


def _size(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:,.0f} {unit}"
        size /= 1024
    return f"{size:,.1f} GiB"
