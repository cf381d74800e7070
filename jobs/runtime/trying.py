"""What the first records of a feed say of its description, before anything lands for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from conf.read import FileRead
from conf.source import Source
from jobs.runtime import drift, objects, readers
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.ledger import Feed, File
from transformations.intake import reading
from transformations.intake.envelope import RECORDS, envelope

LOOKED_AT = 100
# What is worked out when a record lands, and stays: a mistake in it cannot be mended later.
FIXED = {"record_key": "_record_key", "version_by": "_version_by"}


def mistakes(spark: SparkSession, source: Source, file: objects.Found, limits: Limits) -> Iterator[str]:
    """Yield what is wrong with a description for every one of the first records of a file: the file is another's.

    Columns that are not there, one of which no value can be read, a key or an order that is always null.
    """
    read = source.read
    assert isinstance(read, FileRead)
    try:
        found = list(islice(readers.records(file.path, file.name, file.size, read, limits), LOOKED_AT))
    except UnreadableFileError as error:
        yield f"{file.name}: {error}"
        return
    if not found:
        return
    columns = sorted({column for record in found for column in record.columns})
    feed, looked_at = Feed(source, datetime.now(UTC), []), File(file, readers.Check("", len(found), columns))
    # As landing judges it: in formats with optional fields one that is absent may come yet.
    if reason := drift.misspelt(feed, [looked_at], drift.absent_columns(feed, [looked_at])):
        yield reason
    rows = [(r.object, file.time, r.position, r.payload, r.hash, r.schema_hash) for r in found]
    records = spark.createDataFrame(rows, RECORDS)
    landed = envelope(records, source, "", datetime.now(UTC)).agg(*(F.count(c).alias(c) for c in FIXED.values()))
    counts = landed.collect()[0]
    for key, column in FIXED.items():
        if getattr(source, key) and counts[column] == 0:
            yield f"{key}: null for all of the first {len(found)} records, and what has landed keeps it"
    broken = reading.with_typed_columns(records, source).select(F.explode("unreadable").alias("u")).select("u.*")
    for row in broken.groupBy("column", "reason").agg(F.count("*").alias("n"), F.min("value").alias("value")).collect():
        # Values may be of a person: which records these are is told once they have landed.
        if row.n == len(found) and row.column:
            yield f"columns.{row.column}: {row.reason} in all of the first {len(found)} records"
