"""Files read by tasks of Spark: verified, then read again into records, if they are still what was verified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from conf.read import FileRead
from jobs.runtime import archives, objects, readers
from jobs.runtime.archives import Fingerprint, Limits, UnreadableFileError
from jobs.runtime.formats.record import Record
from jobs.runtime.ledger import File
from transformations.intake.envelope import RECORDS

TASKS_A_CORE = 3
# So little is verified in this process: before tasks have begun elsewhere it is done.
FEW_FILES, FEW_BYTES = 32, 1 << 20
ROWS_A_BATCH, BYTES_A_BATCH = 2_000, 4 << 20
ARROW = pa.schema([
    ("_source_object", pa.string()), ("_file_time", pa.timestamp("us", tz="UTC")), ("_position", pa.int64()),
    ("payload", pa.string()), ("_record_hash", pa.string()), ("_schema_hash", pa.string()),
])  # fmt: skip


class ChangedFileError(Exception):
    """A file is not what was verified any more; the message is its number in the batch."""


def verified(spark: SparkSession, found: list[objects.Found], read: FileRead, limits: Limits) -> list[File]:
    """Return the files with what is in them; one that cannot be read with the reason."""

    def verify(file: objects.Found) -> readers.Check:
        return readers.verify(file.path, file.name, file.size, read, limits)

    if len(found) <= FEW_FILES and sum(file.size for file in found) <= FEW_BYTES:
        checks = [verify(file) for file in found]
    else:
        checks = spark.sparkContext.parallelize(found, _tasks(spark, len(found))).map(verify).collect()
    return [File(file, check) for file, check in zip(found, checks, strict=True)]


def records(spark: SparkSession, files: list[File], read: FileRead, limits: Limits) -> DataFrame:
    """Return the records of verified files; a task fails where one of them is not what was verified any more."""
    rows = [(n, f.found.path, f.found.name, f.found.size, f.found.time, f.check.sha256) for n, f in enumerate(files)]
    columns = "number int, path string, name string, size bigint, time timestamp, sha256 string"
    listed = spark.createDataFrame(rows, columns).repartition(_tasks(spark, len(files)))
    return listed.mapInArrow(lambda batches: _read(batches, read, limits), RECORDS)


def changed(spark: SparkSession, files: list[File], error: Exception) -> list[File]:
    """Return the files of a batch that are not what was verified any more, if that is what a failure of Spark says.

    A task says so of one file and fails all of the batch: the others are looked at here.
    """
    # The class of a worker's error is lost on its way through Java: the text is all there is.
    said = {int(number) for number in re.findall(rf"{ChangedFileError.__name__}: (\d+)", str(error))}
    if not said:
        return []
    numbered = list(enumerate(files))
    paths = spark.sparkContext.parallelize([file.found.path for file in files], _tasks(spark, len(files)))
    now = paths.map(lambda path: archives.fingerprint(path).sha256).collect()
    return [file for number, file in numbered if number in said or now[number] != file.check.sha256]


def _tasks(spark: SparkSession, files: int) -> int:
    return min(files, spark.sparkContext.defaultParallelism * TASKS_A_CORE)


def _read(batches: Iterable[pa.RecordBatch], read: FileRead, limits: Limits) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for file in batch.to_pylist():
            taken = Fingerprint()
            found = readers.records(file["path"], file["name"], file["size"], read, limits, taken)
            try:
                yield from _in_batches(found, file["time"])
            except UnreadableFileError as error:
                if taken.sha256 == file["sha256"]:
                    raise
                raise ChangedFileError(file["number"]) from error
            # The same bytes give the same records: nothing else needs to be compared.
            if taken.sha256 != file["sha256"]:
                raise ChangedFileError(file["number"])


def _in_batches(found: Iterator[Record], time: datetime) -> Iterator[pa.RecordBatch]:
    rows: list[tuple[Any, ...]] = []
    size = 0
    for record in found:
        rows.append((record.object, time, record.position, record.payload, record.hash, record.schema_hash))
        size += len(record.payload)
        if len(rows) >= ROWS_A_BATCH or size >= BYTES_A_BATCH:
            yield _arrow(rows)
            rows, size = [], 0
    if rows:
        yield _arrow(rows)


def _arrow(rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = zip(zip(*rows, strict=True), ARROW, strict=True)
    return pa.RecordBatch.from_arrays([pa.array(values, kind.type) for values, kind in columns], schema=ARROW)
