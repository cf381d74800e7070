"""The only ways to write into the lake, each one Delta commit that says who wrote it and from what.

What a commit says (`Commit`) is what a job's next run goes by: a table's own log is its watermark. A commit of the
same number, of whatever run, is made once (docs/decisions/0002). Spark computes rows; in a small lake deltalake writes
them (jobs.runtime.writing_at_hand), elsewhere Spark does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from delta.exceptions import DeltaConcurrentModificationException
from delta.tables import DeltaTable
from deltalake import DeltaTable as DeltaLog
from deltalake.exceptions import CommitFailedError, DeltaError
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DataType, MapType, StructType

from conf.table import Table
from jobs.runtime import ddl, errors, writing_at_hand
from jobs.runtime.commit import FORMAT_VERSION, Commit, ConcurrentWriteError, LakeError, format_of

if TYPE_CHECKING:
    from jobs.runtime.lake import Lake


class Writer:
    """Writes the tables of one lake; jobs that run side by side share it."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        # Tables that were found to be, or made, as their contracts say.
        self._in_line: set[str] = set()
        self._locks: dict[str, threading.RLock] = {}

    def append(self, table: Table, frame: DataFrame, commit: Commit, *, is_few: bool = False) -> None:
        """Add rows in one commit, which makes the table where there is none; a job commits each n once.

        `is_few`: they are few enough to be held here, also where the lake is large.
        """
        with self._writing(table):
            is_new = self._lake.log(table) is None
            if not is_new:
                self._evolve(table)
            rows = self._conformed(table, frame)
            if self._is_at_hand(table, is_few=is_few) and (data := writing_at_hand.collected(rows)) is not None:
                self._add_at_hand(table, data, commit)
                return
            writer = (rows.to(self._lake.schema(table)) if is_new else rows).write.format("delta").mode("append")
            if is_new:
                # A table that is made before its first rows costs more than twice as much (docs/decisions/0011).
                writer = writer.options(**ddl.properties(table)).partitionBy(*ddl.partitioned_by(table))
            with self._committing(table, commit):
                self._options(writer, commit).save(self._lake.path(table))
            self._in_line.add(table.name)

    def append_rows(self, table: Table, rows: Sequence[Mapping[str, Any]], commit: Commit) -> None:
        """Add rows that are at hand, as `append` does, but without Spark, in milliseconds."""
        data = self._listed(table, rows)
        with self._writing(table):
            if self._lake.log(table) is not None:
                self._evolve(table)
            self._add_at_hand(table, data, commit)

    def merge_rows(self, table: Table, rows: Sequence[Mapping[str, Any]], commit: Commit) -> None:
        """Upsert rows that are at hand, as `merge` does, but without Spark, in milliseconds."""
        data = self._listed(table, rows)
        with self._writing(table):
            if self._lake.log(table) is None:
                self._add_at_hand(table, data, commit)
                return
            self._evolve(table)
            self._merge_at_hand(table, data.append_column("_op", pa.array(["upsert"] * len(rows), pa.string())), commit)

    def _listed(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
        if wrong := [row for row in rows if {*row} != {*table.column_names}]:
            raise LakeError(f"write to {table.name}: columns {[*wrong[0]]}, by contract {[*table.column_names]}")
        return writing_at_hand.listed(rows, self._lake.schema(table))

    def _add_at_hand(self, table: Table, rows: pa.Table, commit: Commit) -> None:
        with self._committing(table, commit), writing_at_hand.metered(self._lake, table):
            writing_at_hand.append(self._lake, table, rows, commit)
        self._in_line.add(table.name)

    def _merge_at_hand(self, table: Table, rows: pa.Table, commit: Commit) -> None:
        with self._committing(table, commit), writing_at_hand.metered(self._lake, table):
            writing_at_hand.merge(self._lake, table, rows, commit, self._comparable(table))

    def replace(self, table: Table, frame: DataFrame, commit: Commit, where: str) -> None:
        """Replace the rows that fulfil `where`, and only those, by the frame's."""
        with self._writing(table):
            if self._lake.log(table) is None:
                self.append(table, frame, commit)
                return
            self._evolve(table)
            writer = self._conformed(table, frame).write.format("delta").mode("overwrite").option("replaceWhere", where)
            with self._committing(table, commit):
                self._options(writer, commit).save(self._lake.path(table))

    def merge(
        self, table: Table, frame: DataFrame, commit: Commit, deletes: DataFrame | None = None, *, is_few: bool = False
    ) -> None:
        """Upsert rows by the contract's key, delete the keys of `deletes`; equal rows are not touched.

        `is_few`: all of them are few enough to be held here, also where the lake is large.
        """
        with self._writing(table):
            log = self._lake.log(table)
            if log is None or log.get_add_actions().num_rows == 0:
                # Nothing to compare with: an append is cheaper.
                self.append(table, frame, commit)
                return
            self._evolve(table)
            source = self._conformed(table, frame).withColumn("_op", F.lit("upsert"))
            if deletes is not None:
                gone = deletes.select(*table.key).withColumn("_op", F.lit("delete"))
                source = source.unionByName(gone, allowMissingColumns=True)
            at_hand = self._is_at_hand(table, is_few=is_few and writing_at_hand.is_within_reach(log))
            if at_hand and (data := writing_at_hand.collected(source)) is not None:
                self._merge_at_hand(table, data, commit)
                return
            differs = " OR ".join(f"NOT (t.`{c}` <=> s.`{c}`)" for c in self._comparable(table)) or "false"
            columns: dict[str, Any] = {f"`{c}`": f"s.`{c}`" for c in table.column_names}
            same_key = " AND ".join(f"t.`{c}` <=> s.`{c}`" for c in table.key)
            with self._committing(table, commit):
                (
                    DeltaTable.forPath(self._session_of(commit), self._lake.path(table)).alias("t")
                    .merge(source.alias("s"), same_key)
                    .whenMatchedDelete("s._op = 'delete'")
                    .whenMatchedUpdate(f"s._op = 'upsert' AND ({differs})", columns)
                    .whenNotMatchedInsert("s._op = 'upsert'", columns)
                    .execute()
                )  # fmt: skip

    def bring_in_line(self, table: Table) -> None:
        """Give a table that is there the columns and properties of its contract, as its next write would."""
        with self._writing(table):
            self._evolve(table)

    def _log(self, table: Table) -> DeltaLog:
        log = self._lake.log(table)
        assert log is not None, f"{table.name} was there a moment ago"
        return log

    def _is_at_hand(self, table: Table, *, is_few: bool = False) -> bool:
        """Say whether deltalake is to write what Spark computed: it is little, and the table has no newer features."""
        log = self._lake.log(table)
        return (is_few or self._lake.is_small) and (log is None or writing_at_hand.can_write(log))

    def _writing(self, table: Table) -> threading.RLock:
        """Return the lock of a table: jobs that run side by side add to the same journals, one after the other."""
        return self._locks.setdefault(table.name, threading.RLock())

    def _comparable(self, table: Table) -> list[str]:
        """Return the columns by which rows of one key are told apart."""
        # Spark does not compare maps: a map is told apart by the columns it was made with.
        fields = self._lake.schema(table).fields
        return [f.name for f in fields if f.name not in table.key and not _has_map(f.dataType)]

    def _conformed(self, table: Table, frame: DataFrame) -> DataFrame:
        """Select the contract's columns in order with its types; missing or extra ones are an error that names them."""
        missing = [c for c in table.column_names if c not in frame.columns]
        extra = [c for c in frame.columns if c not in table.column_names]
        if missing or extra:
            raise LakeError(f"write to {table.name}: columns missing {missing}, not in the contract {extra}")
        # As SQL: each part of an expression built in Python is a call to Java of its own.
        columns = (
            f"CAST(`{f.name}` AS {f.dataType.simpleString()}) AS `{f.name}`" for f in self._lake.schema(table).fields
        )
        return frame.selectExpr(*columns)

    def _evolve(self, table: Table) -> None:
        """Bring a table that is there in line with its contract."""
        if table.name in self._in_line:
            return
        log = self._log(table)
        made_by = format_of(self._lake.standing(table))
        if made_by != FORMAT_VERSION:
            way = "run: python -m jobs upgrade" if made_by < FORMAT_VERSION else "use the release that made the lake"
            raise LakeError(
                f"{table.name} is of format version {made_by}, and this code writes {FORMAT_VERSION}: {way}"
            )
        present = {f.name: f.dataType.simpleString() for f in ddl.fields(log.schema().to_json())}
        contract = {f.name: f.dataType.simpleString() for f in self._lake.schema(table).fields}
        for statement in ddl.evolve(table, self._lake.path(table), present, contract, log.metadata().configuration):
            self._lake.spark.sql(statement)
        self._in_line.add(table.name)

    def _options(self, writer: Any, commit: Commit) -> Any:
        return (
            writer.option("userMetadata", commit.metadata).option("txnAppId", commit.job).option("txnVersion", commit.n)
        )

    def _session_of(self, commit: Commit) -> SparkSession:
        """Return a session that tells Delta who commits: MERGE hears it in no other way, and one write only.

        Told to a session that others share, it would make their writes silent no-ops.
        """
        own = self._lake.spark.newSession()
        own.conf.set("spark.databricks.delta.commitInfo.userMetadata", commit.metadata)
        own.conf.set("spark.databricks.delta.write.txnAppId", commit.job)
        own.conf.set("spark.databricks.delta.write.txnVersion", str(commit.n))
        return own

    @contextmanager
    def _committing(self, table: Table, commit: Commit) -> Iterator[None]:
        """Raise ConcurrentWriteError where another driver's commit came first: by conflict, or as the same n.

        Raise LakeError that says where, if the disk is full.
        """
        other = f"{table.name}: another driver made commit {commit.n} of {commit.job} at the same time"
        before = self._lake.version(table)
        # Planning may have taken a while.
        self._lake.refuse_to_commit()
        try:
            yield
        except DeltaConcurrentModificationException as error:
            raise ConcurrentWriteError(other) from error
        except CommitFailedError as error:
            # What deltalake says of a conflict, it says of all else that stops a commit.
            if self._lake.version(table) == before:
                why = errors.full(self._lake.root) if errors.is_full(error) else error
                raise LakeError(f"{table.name} cannot be written: {why}") from error
            raise ConcurrentWriteError(other) from error
        except (AnalysisException, DeltaError) as error:
            if before == -1 and self._lake.version(table) >= 0:
                raise ConcurrentWriteError(other) from error
            raise
        except Exception as error:
            if errors.is_full(error):
                raise LakeError(f"{table.name} cannot be written: {errors.full(self._lake.root)}") from error
            raise
        # A write whose n is taken is skipped without a word: only the log tells.
        mine = (
            v.commit.get("run") == commit.run and v.commit.get("n") == commit.n for v in self._lake.versions(table)[:20]
        )
        if not any(mine):
            raise ConcurrentWriteError(other)


def _has_map(kind: DataType) -> bool:
    if isinstance(kind, ArrayType):
        return _has_map(kind.elementType)
    if isinstance(kind, StructType):
        return any(_has_map(f.dataType) for f in kind.fields)
    return isinstance(kind, MapType)
