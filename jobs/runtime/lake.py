"""The Delta lake: tables by contract, their logs read without Spark, their rows with it.

Logs are read with deltalake in milliseconds; Spark starts only when a job has work to do. How rows are written, and
what a write says of itself: jobs.runtime.writing.
"""

from __future__ import annotations

import operator
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pyarrow.compute as pc
from deltalake import DeltaTable as DeltaLog
from deltalake.exceptions import DeltaError, TableNotFoundError
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from conf.table import Table
from jobs.runtime import ddl, plain_files, s3, s3_failures
from jobs.runtime.commit import ABSENT as ABSENT
from jobs.runtime.commit import Commit as Commit
from jobs.runtime.commit import ConcurrentWriteError as ConcurrentWriteError
from jobs.runtime.commit import LakeError as LakeError
from jobs.runtime.commit import Pin as Pin
from jobs.runtime.commit import Version as Version
from jobs.runtime.commit import standing
from jobs.runtime.costs import Meter
from jobs.runtime.lease import Lease
from jobs.runtime.session import SMALL
from jobs.runtime.writing import Writer

# A table's log as it was read at one moment.
Log: TypeAlias = DeltaLog
# Between one cancelling and the next.
CANCEL_SECONDS = 0.2


class Waiting(NamedTuple):
    """What waits in quarantine for one reason: how many items, and how many of them are new."""

    target: str
    reasons: str
    items: int
    new: int


class Lake:
    """The tables below one root; `session` starts Spark when it is first needed."""

    def __init__(self, root: str, session: Callable[[], SparkSession]) -> None:
        # Spark takes delta.`a/b` for a table of a schema unless the path is absolute.
        self.root = root.rstrip("/") if "://" in root else str(Path(root).absolute())
        self._session = session
        self._starting = threading.Lock()
        self._started: SparkSession | None = None
        self.is_ending = False
        # Who only reads, and a test, holds nothing that could be lost.
        self.lease = Lease()
        self._schemas: dict[Table, StructType] = {}
        # By table: its id, and the versions of it that were read, newest first.
        self._histories: dict[str, tuple[str, list[Version]]] = {}
        self.writer = Writer(self)
        self.meter = Meter()

    @property
    def spark(self) -> SparkSession:
        with self._starting:
            self._started = self._session()
            self.meter.mark(self._started)
            return self._started

    @property
    def started(self) -> SparkSession | None:
        """Spark's session where one was needed so far."""
        return self._started

    @property
    def is_small(self) -> bool:
        """Tell whether the session was made for little."""
        return str(self.spark.conf.get(SMALL, "")).lower() == "true"

    def cancel(self, until: Callable[[], bool]) -> None:
        """Stop what Spark does until other threads have ended, and let them commit nothing more.

        Who interrupts again is not heard: the lease must not go while a thread may still write.
        """
        self.is_ending = True
        while not until():
            with suppress(KeyboardInterrupt):
                self._stop()
                time.sleep(CANCEL_SECONDS)

    def hold(self, lease: Lease) -> None:
        """Commit from now on only while the lease is held; where it is lost, what Spark does is stopped."""
        self.lease = lease
        lease.when_lost(self._stop)

    def refuse_to_commit(self) -> None:
        """Raise LakeError where the run was interrupted, LeaseLostError where another driver may have the lake."""
        self.lease.refuse_when_lost()
        if self.is_ending:
            raise LakeError("the run was interrupted")

    def _stop(self) -> None:
        if self._started is not None:
            self._started.sparkContext.cancelAllJobs()

    def path(self, table: Table) -> str:
        return f"{self.root}/{table.path}"

    # ---- the log, without Spark

    def log(self, table: Table) -> DeltaLog | None:
        """Open the log of a table; None where there is no table yet."""
        try:
            return DeltaLog(self.path(table), storage_options=s3.delta_options(self.root))
        except TableNotFoundError:
            return None
        except (DeltaError, OSError) as error:
            if said := s3_failures.explained(error, self.path(table)):
                raise LakeError(said) from error
            raise

    def version(self, table: Table) -> int:
        """Return the number of a table's current version; -1 where there is no table yet."""
        log = self.log(table)
        return -1 if log is None else log.version()

    def versions(self, table: Table) -> list[Version]:
        """Return the table's versions, newest first; empty where there is no table yet."""
        log = self.log(table)
        return [] if log is None else self._history(table, log)

    def _history(self, table: Table, log: DeltaLog) -> list[Version]:
        """Return the versions of an open log; those that were read before are not read again, for they never change."""
        table_id, newest = str(log.metadata().id), log.version()
        known_id, known = self._histories.get(table.name, (table_id, []))
        if known_id != table_id or (known and known[0].number > newest):
            known = []
        if not known or known[0].number < newest:
            more = log.history(newest - known[0].number if known else None)
            known = [*(Version.of(entry) for entry in more), *known]
            self._histories[table.name] = table_id, known
        return known

    def standing(self, table: Table) -> list[Version]:
        """Return the table's versions, newest first, without those that a restore undid: what its rows come from."""
        return standing(self.versions(table))

    def pin(self, table: Table) -> Pin:
        """Pin a table at its current version."""
        log = self.log(table)
        if log is None:
            return ABSENT
        entries = self._history(table, log)
        last = next((v.number for v in entries if v.is_data), -1)
        if last == -1 and entries and entries[-1].number > 0:
            # The log was cleaned, and with it the commits that brought the rows: they are older than what is left.
            last = entries[-1].number
        restored = next((v.number for v in entries if v.restored is not None), -1)
        return Pin(str(log.metadata().id), log.version(), last, restored)

    def last_n(self, table: Table, job: str) -> int:
        """Return the number of the last write of a job to a table; 0 where there is none."""
        log = self.log(table)
        return 0 if log is None else (log.transaction_version(job) or 0)

    # ---- reading

    def read(self, table: Table, version: int | None = None) -> DataFrame:
        """Return a table as of a version (None: now); one that does not exist yet is empty."""
        log = None if version == -1 else self.log(table)
        if log is None:
            return self.spark.createDataFrame([], self.schema(table))
        if version is not None:
            log.load_as_version(version)
        if files := plain_files.few(self.path(table), table, self.schema(table), log):
            # A column that the contract gained is null.
            return self.spark.read.schema(self.schema(table)).parquet(*files)
        frame = self.spark.read.format("delta").option("versionAsOf", log.version()).load(self.path(table))
        gained = {f.name: F.lit(None).cast(f.dataType) for f in self.schema(table) if f.name not in frame.columns}
        return frame.withColumns(gained) if gained else frame

    def row_count(self, table: Table) -> int:
        """Return the number of rows, from the log alone."""
        log = self.log(table)
        if log is None:
            return 0
        added = log.get_add_actions(flatten=True)
        return int(sum(n or 0 for n in added.column("num_records").to_pylist())) if added.num_rows else 0

    def days(self, table: Table) -> set[str | None]:
        """Return the days that a snapshot table has rows of."""
        log = self.log(table)
        return set() if log is None else {values["as_of_date"] for values in log.partitions()}

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Return all rows of an ops table, read without Spark; equal lists are one list, for a ledger repeats them."""
        dataset = self._dataset(table)
        lists: dict[tuple[Any, ...], list[Any]] = {}

        def shared(value: Any) -> Any:
            return lists.setdefault(tuple(value), value) if isinstance(value, list) else value

        batches = () if dataset is None else dataset.to_batches()
        return [{k: shared(v) for k, v in row.items()} for batch in batches for row in batch.to_pylist()]

    def _dataset(self, table: Table) -> Any:
        log = self.log(table)
        # With deltalake's own file system, which is Python's, Arrow's threads now and then abort an ending process.
        path = self.path(table)
        native = s3.arrow_folder(path) if s3.is_address(path) else SubTreeFileSystem(path, LocalFileSystem())
        return None if log is None else log.to_pyarrow_dataset(filesystem=native)

    def has(self, table: Table, **values: str) -> bool:
        """Say whether a table has a row with these values, without Spark."""
        dataset = self._dataset(table)
        if dataset is None:
            return False
        conditions = (pc.field(column) == value for column, value in values.items())
        return bool(dataset.head(1, filter=reduce(operator.and_, conditions)).num_rows)

    def newest(self, table: Table, column: str) -> datetime | None:
        """Return the greatest moment in a column, read without Spark; None where there is none."""
        dataset = self._dataset(table)
        if dataset is None or column not in dataset.schema.names:
            return None
        found = (pc.max(batch.column(0)).as_py() for batch in dataset.to_batches(columns=[column]))
        return max((moment for moment in found if moment is not None), default=None)

    def waiting(self, quarantine: Table, since: datetime) -> tuple[list[Waiting], int]:
        """Return what is open in the quarantine, by frequency, and how many items left it since a moment; no Spark."""
        dataset = self._dataset(quarantine)
        if dataset is None:
            return [], 0
        counts: Counter[tuple[str, str]] = Counter()
        new: Counter[tuple[str, str]] = Counter()
        left = 0
        for batch in dataset.to_batches(columns=["target", "reasons", "quarantined_at", "resolved_at"]):
            for row in batch.to_pylist():
                if row["resolved_at"] is not None:
                    left += row["resolved_at"] >= since
                    continue
                reason = row["target"], "; ".join(row["reasons"])
                counts[reason] += 1
                new[reason] += row["quarantined_at"] >= since
        return [Waiting(*reason, count, new[reason]) for reason, count in counts.most_common()], left

    def changes(self, table: Table, after: int, upto: int) -> DataFrame:
        """Return the change feed of the versions after `after` up to and with `upto`: both images of an update."""
        log = self.log(table)
        if log and (files := plain_files.added(self.path(table), table, self.schema(table), log, after, upto)):
            return (
                self.spark.read.schema(self.schema(table)).parquet(*files).withColumn("_change_type", F.lit("insert"))
            )
        reader = self.spark.read.format("delta").option("readChangeFeed", "true")
        return reader.option("startingVersion", after + 1).option("endingVersion", upto).load(self.path(table))

    def schema(self, table: Table) -> StructType:
        """Return the contract's schema with its comments."""
        if table not in self._schemas:
            self._schemas[table] = ddl.schema(table)
        return self._schemas[table]
