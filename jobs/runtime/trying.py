"""What the first records of a feed say of its description, before anything lands for good."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from conf.read import FileRead
from conf.source import Source
from jobs.runtime import drift, objects, readers
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.ledger import Feed, File
from transformations.intake import reading
from transformations.intake.envelope import RECORDS, envelope

LOOKED_AT, MOST_OF_A_SHAPE = 100, 40
# What is worked out when a record lands, and stays: a mistake in it cannot be mended later.
FIXED = {"record_key": "_record_key", "version_by": "_version_by"}


def said(spark: SparkSession, source: Source, file: objects.Found, limits: Limits) -> Iterator[tuple[str, bool]]:
    """Yield what the first records of a file say against a description, and whether that is a mistake for sure.

    A mistake holds for every one of them: columns that are not there, one of which no value can be read, a key or an
    order that is always null. What holds for some, or for a field that may be left out, may be meant.
    """
    read = source.read
    assert isinstance(read, FileRead)
    try:
        found = list(islice(readers.records(file.path, file.name, file.size, read, limits), LOOKED_AT))
    except UnreadableFileError as error:
        yield f"{file.name}: {error}", True
        return
    if not found:
        return
    if all(record.is_malformed for record in found):
        # One mail that is none may be an accident.
        yield f"{file.name}: {readers.none_read(found[0], read)}", read.format == "json" or len(found) > 1
        return
    columns = sorted({column for record in found for column in record.columns})
    feed, looked_at = Feed(source, datetime.now(UTC), []), File(file, readers.Check("", len(found), columns))
    # As landing judges it: in formats with optional fields one that is absent may come yet.
    absent = drift.absent_columns(feed, [looked_at])
    if reason := drift.misspelt(feed, [looked_at], absent):
        yield reason, True
    else:
        absent |= _absent_fields(source, [json.loads(record.payload) for record in found])
        for name, meant in absent.items():
            yield f"{name}: in none of the first {len(found)} records" + (f"; {meant}" if meant else ""), False
    rows = [(r.object, file.time, r.position, r.payload, r.hash, r.schema_hash) for r in found]
    records = spark.createDataFrame(rows, RECORDS)
    landed = envelope(records, source, "", datetime.now(UTC)).agg(*(F.count(c).alias(c) for c in FIXED.values()))
    counts = landed.collect()[0]
    for key, column in FIXED.items():
        if getattr(source, key) and counts[column] == 0:
            yield f"{key}: null for all of the first {len(found)} records, and what has landed keeps it", True
    broken = reading.with_typed_columns(records, source).select(F.explode("unreadable").alias("u")).select("u.*")
    counted = broken.groupBy("column", "reason").agg(F.count("*").alias("n"), F.min("value").alias("value"))
    for row in counted.collect():
        is_all = row.n == len(found)
        share = f"in {'all' if is_all else row.n} of the first {len(found)} records"
        if row.column:
            like = f" (as {_shape(row.value)})" if row.value else ""
            yield f"columns.{row.column}: {row.reason}{like} {share}", is_all
        else:
            yield f"{row.reason} {share}", False


def _shape(value: str) -> str:
    """Return how a value is written without what it says, which may be personal: `99.9.9999 aaa` for `24.6.2015 abc`.

    Letters are one of each word, as words may be known by their length.
    """
    shape = re.sub(r"[^\W\d_]+", "a", re.sub(r"\d", "9", value))
    return shape if len(shape) <= MOST_OF_A_SHAPE else shape[:MOST_OF_A_SHAPE] + "…"


def _absent_fields(source: Source, payloads: list[dict[str, Any]]) -> dict[str, str]:
    """Return the fields of nested columns that no record has, by their path, each with what may be meant.

    Of objects alone: where there is none, nothing can be said.
    """
    found: dict[str, str] = {}
    for name, how in source.columns.items():
        column = how.from_ or name
        waiting = [(column, how.kind, [p[column] for p in payloads if column in p])]
        while waiting:
            path, kind, values = waiting.pop()
            if kind.name == "array":
                inner = [part for value in values if isinstance(value, list) for part in value]
                waiting.append((f"{path}[]", kind.parts[0][1], inner))
            elif kind.name == "struct":
                objects_there = [value for value in values if isinstance(value, dict)]
                keys = {key for value in objects_there for key in value}
                for part, of in kind.parts:
                    if objects_there and part not in keys:
                        near = difflib.get_close_matches(part, sorted(keys), n=1, cutoff=0.5)
                        found[f"{path}.{part}"] = f"did you mean {near[0]!r}?" if near else ""
                    waiting.append((f"{path}.{part}", of, [value[part] for value in objects_there if part in value]))
    return found
