"""The Delta lake: tables by contract, their logs read without Spark, and the only three ways to write.

Every write is one Delta commit that carries who wrote it and from what (`Commit`), so a table's own log is its
watermark. Logs are read with deltalake in milliseconds; data is read and written with Spark, which starts only when a
job has work to do.
"""

from __future__ import annotations

import json
import operator
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from delta.exceptions import DeltaConcurrentModificationException
from delta.tables import DeltaTable
from deltalake import CommitProperties, Transaction, write_deltalake
from deltalake import DeltaTable as DeltaLog
from deltalake.exceptions import CommitFailedError, TableNotFoundError
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DataType, MapType, StructField, StructType

from conf.table import Table
from jobs.runtime import ddl
from jobs.runtime.commit import ABSENT as ABSENT
from jobs.runtime.commit import FORMAT_VERSION
from jobs.runtime.commit import Commit as Commit
from jobs.runtime.commit import ConcurrentWriteError as ConcurrentWriteError
from jobs.runtime.commit import LakeError as LakeError
from jobs.runtime.commit import Pin as Pin
from jobs.runtime.commit import Version as Version

# A table of so little is read by its files.
FEW_FILES, FEW_BYTES = 32, 32 * 2**20
GLOB = frozenset("{}[]*?\\")
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
        self._schemas: dict[str, StructType] = {}
        # Tables that were found to be, or made, as their contracts say.
        self._in_line: set[str] = set()
        self._locks: dict[str, threading.RLock] = {}

    @property
    def spark(self) -> SparkSession:
        with self._starting:
            self._started = self._session()
            return self._started

    def cancel(self, until: Callable[[], bool]) -> None:
        """Stop what Spark does until other threads have ended, and let them commit nothing more.

        Who interrupts again is not heard: the lease must not go while a thread may still write.
        """
        self.is_ending = True
        while not until():
            with suppress(KeyboardInterrupt):
                if self._started is not None:
                    self._started.sparkContext.cancelAllJobs()
                time.sleep(CANCEL_SECONDS)

    def refuse_at_the_end(self) -> None:
        """Raise LakeError where the run was interrupted."""
        if self.is_ending:
            raise LakeError("the run was interrupted")

    def path(self, table: Table) -> str:
        return f"{self.root}/{table.path}"

    # ---- the log, without Spark

    def _log(self, table: Table) -> DeltaLog | None:
        try:
            return DeltaLog(self.path(table))
        except TableNotFoundError:
            return None

    def _version(self, table: Table) -> int:
        log = self._log(table)
        return -1 if log is None else log.version()

    def versions(self, table: Table) -> list[Version]:
        """Return the table's versions, newest first; empty where there is no table yet."""
        log = self._log(table)
        return [] if log is None else [Version.of(entry) for entry in log.history()]

    def pin(self, table: Table) -> Pin:
        """Pin a table at its current version."""
        log = self._log(table)
        if log is None:
            return ABSENT
        entries = [Version.of(entry) for entry in log.history()]
        last = next((v.number for v in entries if v.is_data), -1)
        if last == -1 and entries and entries[-1].number > 0:
            # The log was cleaned, and with it the commits that brought the rows: they are older than what is left.
            last = entries[-1].number
        return Pin(str(log.metadata().id), log.version(), last)

    def last_n(self, table: Table, job: str) -> int:
        """Return the number of the last write of a job to a table; 0 where there is none."""
        log = self._log(table)
        return 0 if log is None else (log.transaction_version(job) or 0)

    # ---- reading

    def read(self, table: Table, version: int | None = None) -> DataFrame:
        """Return a table as of a version (None: now); one that does not exist yet is empty."""
        log = None if version == -1 else self._log(table)
        if log is None:
            return self.spark.createDataFrame([], self.schema(table))
        if version is not None:
            log.load_as_version(version)
        if files := self._few_files(table, log):
            # A column that the contract gained is null.
            return self.spark.read.schema(self.schema(table)).parquet(*files)
        frame = self.spark.read.format("delta").option("versionAsOf", log.version()).load(self.path(table))
        gained = {f.name: F.lit(None).cast(f.dataType) for f in self.schema(table) if f.name not in frame.columns}
        return frame.withColumns(gained) if gained else frame

    def _few_files(self, table: Table, log: DeltaLog) -> list[str]:
        """Return the files of a small table, by which Spark reads it as well; none where Delta is to find them.

        Delta asks Spark for a table's files, at every reading: a job or two, which take longer than the rows of these.
        """
        path = self.path(table)
        is_plain = log.protocol().min_reader_version == 1 and not ddl.partitioned_by(table)
        if not is_plain or GLOB & {*path}:
            return []
        contract = {f.name: f.dataType for f in self.schema(table).fields}
        if any(contract.get(f.name) != f.dataType for f in _fields(log)):
            # Delta gives what is there, and the next write of the table says what is wrong with it.
            return []
        added = log.get_add_actions(flatten=True)
        names, sizes = (added.column(name).to_pylist() for name in ("path", "size_bytes"))
        if len(names) > FEW_FILES or sum(sizes) > FEW_BYTES or any("/" in name for name in names):
            return []
        return [f"{path}/{name}" for name in names]

    def row_count(self, table: Table) -> int:
        """Return the number of rows, from the log alone."""
        added = DeltaLog(self.path(table)).get_add_actions(flatten=True)
        return int(sum(n or 0 for n in added.column("num_records").to_pylist())) if added.num_rows else 0

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Return all rows of an ops table, read without Spark; equal lists are one list, for a ledger repeats them."""
        dataset = self._dataset(table)
        lists: dict[tuple[Any, ...], list[Any]] = {}

        def shared(value: Any) -> Any:
            return lists.setdefault(tuple(value), value) if isinstance(value, list) else value

        batches = () if dataset is None else dataset.to_batches()
        return [{k: shared(v) for k, v in row.items()} for batch in batches for row in batch.to_pylist()]

    def _dataset(self, table: Table) -> Any:
        log = self._log(table)
        # With deltalake's own file system, which is Python's, Arrow's threads now and then abort an ending process.
        native = SubTreeFileSystem(self.path(table), LocalFileSystem())
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
        reader = self.spark.read.format("delta").option("readChangeFeed", "true")
        return reader.option("startingVersion", after + 1).option("endingVersion", upto).load(self.path(table))

    def schema(self, table: Table) -> StructType:
        """Return the contract's schema with its comments."""
        if table.name not in self._schemas:
            java: Any = self.spark._jvm
            parsed = java.org.apache.spark.sql.types.StructType.fromDDL(ddl.columns(table.columns))
            self._schemas[table.name] = StructType.fromJson(json.loads(parsed.json()))
        return self._schemas[table.name]

    # ---- writing

    def append(self, table: Table, frame: DataFrame, commit: Commit) -> None:
        """Add rows in one commit, which makes the table where there is none; a job commits each n once."""
        with self._writing(table):
            is_new = self._log(table) is None
            if not is_new:
                self._evolve(table)
            rows = self._conformed(table, frame)
            writer = (rows.to(self.schema(table)) if is_new else rows).write.format("delta").mode("append")
            if is_new:
                # A table that is made before its first rows costs more than twice as much (docs/decisions/0011).
                writer = writer.options(**ddl.properties(table)).partitionBy(*ddl.partitioned_by(table))
            with self._committing(table, commit):
                self._options(writer, commit).save(self.path(table))
            self._in_line.add(table.name)

    def append_rows(self, table: Table, rows: Sequence[Mapping[str, Any]], commit: Commit) -> None:
        """Add rows that are at hand, as `append` does, but without Spark: where the table is there, in milliseconds."""
        with self._writing(table):
            if wrong := [row for row in rows if {*row} != {*table.column_names}]:
                raise LakeError(f"write to {table.name}: columns {[*wrong[0]]}, by contract {[*table.column_names]}")
            if self._log(table) is None:
                values = [tuple(row[name] for name in table.column_names) for row in rows]
                self.append(table, self.spark.createDataFrame(values, self.schema(table)), commit)
                return
            self._evolve(table)
            log = DeltaLog(self.path(table))
            made = CommitProperties(
                {"userMetadata": commit.metadata}, app_transactions=[Transaction(commit.job, commit.n)]
            )
            data = pa.Table.from_pylist(list(rows), schema=pa.schema(log.schema().to_arrow()))
            with self._committing(table, commit):
                # The log is held as it was read: a commit of the same job that came in between is a conflict.
                if (log.transaction_version(commit.job) or 0) < commit.n:
                    write_deltalake(log, data, mode="append", commit_properties=made)

    def replace(self, table: Table, frame: DataFrame, commit: Commit, where: str) -> None:
        """Replace the rows that fulfil `where`, and only those, by the frame's."""
        with self._writing(table):
            if self._log(table) is None:
                self.append(table, frame, commit)
                return
            self._evolve(table)
            writer = self._conformed(table, frame).write.format("delta").mode("overwrite").option("replaceWhere", where)
            with self._committing(table, commit):
                self._options(writer, commit).save(self.path(table))

    def merge(self, table: Table, frame: DataFrame, commit: Commit, deletes: DataFrame | None = None) -> None:
        """Upsert rows by the contract's key, delete the keys of `deletes`; equal rows are not touched."""
        with self._writing(table):
            log = self._log(table)
            if log is None or log.get_add_actions().num_rows == 0:
                # Nothing to compare with: an append is cheaper.
                self.append(table, frame, commit)
                return
            self._evolve(table)
            upserts = self._conformed(table, frame)
            source = upserts.withColumn("_op", F.lit("upsert"))
            if deletes is not None:
                gone = deletes.select(*table.key).withColumn("_op", F.lit("delete"))
                source = source.unionByName(gone, allowMissingColumns=True)
            others = [c for c in table.column_names if c not in table.key]
            differs = " OR ".join(f"NOT (t.`{c}` <=> s.`{c}`)" for c in self._comparable(table, others)) or "false"
            columns: dict[str, Any] = {f"`{c}`": f"s.`{c}`" for c in table.column_names}
            same_key = " AND ".join(f"t.`{c}` <=> s.`{c}`" for c in table.key)
            with self._committing(table, commit):
                (
                    DeltaTable.forPath(self._session_of(commit), self.path(table)).alias("t")
                    .merge(source.alias("s"), same_key)
                    .whenMatchedDelete("s._op = 'delete'")
                    .whenMatchedUpdate(f"s._op = 'upsert' AND ({differs})", columns)
                    .whenNotMatchedInsert("s._op = 'upsert'", columns)
                    .execute()
                )  # fmt: skip

    def _writing(self, table: Table) -> threading.RLock:
        """Return the lock of a table: jobs that run side by side add to the same journals, one after the other."""
        return self._locks.setdefault(table.name, threading.RLock())

    def _comparable(self, table: Table, columns: list[str]) -> list[str]:
        # Spark does not compare maps: a map is told apart by the columns it was made with.
        types = {f.name: f.dataType for f in self.schema(table).fields}
        return [c for c in columns if not _has_map(types[c])]

    def _conformed(self, table: Table, frame: DataFrame) -> DataFrame:
        """Select the contract's columns in order with its types; missing or extra ones are an error that names them."""
        missing = [c for c in table.column_names if c not in frame.columns]
        extra = [c for c in frame.columns if c not in table.column_names]
        if missing or extra:
            raise LakeError(f"write to {table.name}: columns missing {missing}, not in the contract {extra}")
        # As SQL: each part of an expression built in Python is a call to Java of its own.
        columns = (f"CAST(`{f.name}` AS {f.dataType.simpleString()}) AS `{f.name}`" for f in self.schema(table).fields)
        return frame.selectExpr(*columns)

    def _evolve(self, table: Table) -> None:
        """Bring a table that is there in line with its contract."""
        if table.name in self._in_line:
            return
        log = DeltaLog(self.path(table))
        # Before commits said it, all were of the first.
        made_by = next((v.commit["format"] for v in self.versions(table) if "format" in v.commit), 1)
        if made_by != FORMAT_VERSION:
            raise LakeError(
                f"{table.name} is of format version {made_by}, and this code writes {FORMAT_VERSION}: "
                "use the release that made the lake"
            )
        present = {f.name: f.dataType.simpleString() for f in _fields(log)}
        contract = {f.name: f.dataType.simpleString() for f in self.schema(table).fields}
        for statement in ddl.evolve(table, self.path(table), present, contract, log.metadata().configuration):
            self.spark.sql(statement)
        self._in_line.add(table.name)

    def _options(self, writer: Any, commit: Commit) -> Any:
        return (
            writer.option("userMetadata", commit.metadata).option("txnAppId", commit.job).option("txnVersion", commit.n)
        )

    def _session_of(self, commit: Commit) -> SparkSession:
        """Return a session that tells Delta who commits: MERGE hears it in no other way, and one write only.

        Told to a session that others share, it would make their writes silent no-ops.
        """
        own = self.spark.newSession()
        own.conf.set("spark.databricks.delta.commitInfo.userMetadata", commit.metadata)
        own.conf.set("spark.databricks.delta.write.txnAppId", commit.job)
        own.conf.set("spark.databricks.delta.write.txnVersion", str(commit.n))
        return own

    @contextmanager
    def _committing(self, table: Table, commit: Commit) -> Iterator[None]:
        """Raise ConcurrentWriteError where another driver's commit came first: by conflict, or as the same n."""
        other = f"{table.name}: another driver made commit {commit.n} of {commit.job} at the same time"
        before = self._version(table)
        try:
            yield
        except DeltaConcurrentModificationException as error:
            raise ConcurrentWriteError(other) from error
        except CommitFailedError as error:
            # What deltalake says of a conflict, it says of all else that stops a commit.
            if self._version(table) == before:
                raise LakeError(f"{table.name} cannot be written: {error}") from error
            raise ConcurrentWriteError(other) from error
        except AnalysisException as error:
            if before == -1 and self._version(table) >= 0:
                raise ConcurrentWriteError(other) from error
            raise
        # A write whose n is taken is skipped without a word: only the log tells.
        mine = (v.commit.get("run") == commit.run and v.commit.get("n") == commit.n for v in self.versions(table)[:20])
        if not any(mine):
            raise ConcurrentWriteError(other)


def _fields(log: DeltaLog) -> list[StructField]:
    return list(StructType.fromJson(json.loads(log.schema().to_json())).fields)


def _has_map(kind: DataType) -> bool:
    if isinstance(kind, ArrayType):
        return _has_map(kind.elementType)
    if isinstance(kind, StructType):
        return any(_has_map(f.dataType) for f in kind.fields)
    return isinstance(kind, MapType)
