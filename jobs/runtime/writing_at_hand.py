"""Writes of rows that this process holds, by deltalake: it takes milliseconds for what Spark plans for seconds.

What is written, and what the commit says of itself, are as in a write by Spark (docs/decisions/0017).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Schema,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from conf.table import Table
from jobs.runtime import ddl, s3
from jobs.runtime.commit import Commit, LakeError

if TYPE_CHECKING:
    from jobs.runtime.lake import Lake

# Of a large lake, so many rows are merged at once, into tables of so many bytes.
MOST_ROWS, MOST_BYTES = 100_000, 128 * 2**20
# What a table may ask of its writers for deltalake to be one; clustering, for one, it refuses.
FEATURES = frozenset({"appendOnly", "invariants", "changeDataFeed"})


def is_within_reach(log: DeltaTable) -> bool:
    """Say whether few rows may be merged into a table: what it has is held beside them."""
    return int(sum(log.get_add_actions().column("size_bytes").to_pylist())) <= MOST_BYTES


def can_write(log: DeltaTable) -> bool:
    """Say whether a table asks nothing of its writers that deltalake does not do."""
    return {*(log.protocol().writer_features or ())} <= FEATURES


def collected(frame: DataFrame) -> pa.Table | None:
    """Compute a frame, with Spark, and return its rows; None where they are more than a driver may be given at once."""
    try:
        # Spark 4 has it in public, as toArrow.
        batches = frame._collect_as_arrow()
    except Exception as error:
        if "spark.driver.maxResultSize" in str(error):
            return None
        raise
    schema = _arrow(frame.schema)
    return pa.Table.from_batches(batches).cast(schema) if batches else schema.empty_table()


def listed(rows: Sequence[Mapping[str, Any]], schema: StructType) -> pa.Table:
    """Return rows of Python's values as Arrow's."""
    return pa.Table.from_pylist(list(rows), schema=_arrow(schema))


@contextmanager
def metered(lake: Lake, table: Table) -> Iterator[None]:
    """Count the rows and bytes of the files that a write adds, which Spark counts of its own."""
    before = _files(lake, table)
    yield
    added = [of for name, of in _files(lake, table).items() if name not in before]
    lake.meter.wrote(sum(rows for rows, _ in added), sum(size for _, size in added))


def _files(lake: Lake, table: Table) -> dict[str, tuple[int, int]]:
    log = lake.log(table)
    if log is None:
        return {}
    added = log.get_add_actions(flatten=True)
    names, rows, sizes = (added.column(name).to_pylist() for name in ("path", "num_records", "size_bytes"))
    return {name: (count or 0, size) for name, count, size in zip(names, rows, sizes, strict=True)}


def append(lake: Lake, table: Table, rows: pa.Table, commit: Commit) -> None:
    """Add rows, and make the table where there is none; nothing is done where the commit's number is taken."""
    log = lake.log(table)
    if log is None:
        write_deltalake(
            lake.path(table),
            rows.cast(_arrow(lake.schema(table))),
            mode="append",
            partition_by=list(ddl.partitioned_by(table)),
            configuration=ddl.properties(table),
            storage_options=s3.delta_options(lake.root),
            writer_properties=_files_of(table),
            commit_properties=_said_of(commit),
        )
    elif not _is_taken(log, commit):
        write_deltalake(
            log,
            _as_there(log, rows),
            mode="append",
            writer_properties=_files_of(table),
            commit_properties=_said_of(commit),
        )


def merge(lake: Lake, table: Table, rows: pa.Table, commit: Commit, compared: Sequence[str]) -> None:
    """Upsert and delete rows, as their column `_op` says; those whose `compared` columns are equal are not touched.

    Raises LakeError where a key is given twice.
    """
    log = _there(lake, table)
    counts = rows.group_by(list(table.key)).aggregate([([], "count_all")])["count_all"]
    if twice := sum(count.as_py() > 1 for count in counts):
        raise LakeError(f"write to {table.name}: {twice:,} keys ({', '.join(table.key)}) are given more than once")
    if _is_taken(log, commit):
        return
    same_key = " AND ".join(f"(t.`{c}` IS NOT DISTINCT FROM s.`{c}`)" for c in table.key)
    differs = " OR ".join(f"(t.`{c}` IS DISTINCT FROM s.`{c}`)" for c in compared) or "false"
    columns = {f"`{c}`": f"s.`{c}`" for c in table.column_names}
    (
        log.merge(
            rows,
            same_key,
            source_alias="s",
            target_alias="t",
            writer_properties=_files_of(table),
            commit_properties=_said_of(commit),
        )
        .when_matched_delete("s._op = 'delete'")
        .when_matched_update(columns, f"s._op = 'upsert' AND ({differs})")
        .when_not_matched_insert(columns, "s._op = 'upsert'")
        .execute()
    )
    # What changes nothing is no commit to deltalake, and is one here: it says that this input was dealt with.
    append(lake, table, rows.slice(0, 0), commit)


def _there(lake: Lake, table: Table) -> DeltaTable:
    log = lake.log(table)
    assert log is not None, f"{table.name} was there a moment ago"
    return log


def _is_taken(log: DeltaTable, commit: Commit) -> bool:
    # The log is held as it was read: a commit of the same job that comes in between is a conflict.
    return (log.transaction_version(commit.job) or 0) >= commit.n


def _said_of(commit: Commit) -> CommitProperties:
    return CommitProperties({"userMetadata": commit.metadata}, app_transactions=[Transaction(commit.job, commit.n)])


def _files_of(table: Table) -> WriterProperties | None:
    """Return how the files of a table are written: so that Spark, which goes by what they say of themselves, is right.

    Arrow's bounds know of no NaN, and its dictionaries tell -0.0 from 0.0: a filter would pass over rows.
    """
    silent = ColumnProperties(statistics_enabled="NONE", dictionary_enabled=False)
    doubles = {column.name: silent for column in table.columns if column.type.startswith("DOUBLE")}
    return WriterProperties(compression="SNAPPY", column_properties=doubles) if doubles else None


def _as_there(log: DeltaTable, rows: pa.Table) -> pa.Table:
    """Return rows with the columns of a table in its order: one that its contract gained is the last there."""
    schema = pa.schema(log.schema().to_arrow())
    return rows.select(schema.names).cast(schema)


def _arrow(schema: StructType) -> pa.Schema:
    return pa.schema(Schema.from_json(schema.json()).to_arrow())
