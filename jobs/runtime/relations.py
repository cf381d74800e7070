"""Relations of others: a table or query of a database, or a Delta table, its rows read as JSON texts.

A value reaches the payload as the text its own system gives it wherever Spark's types would hold less: a number of
any length, an infinite time. Times are ISO, with Z where they have a zone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from conf import secret
from conf.read import DeltaRead, JdbcRead
from conf.source import Source
from jobs.runtime import databases, objects, s3
from jobs.runtime.archives import Limits
from jobs.runtime.databases import RelationError
from jobs.runtime.formats import record
from transformations.intake.exact import quoted

_OF_DELTA = re.compile(r"^\[(DELTA_|PATH_NOT_FOUND)")
# Longer bytes are no value to look at: they are kept as a file, as those of Parquet are.
MOST_BYTES = 64
_ROW = "payload string, _watermark string, _record_hash string"


@dataclass(frozen=True)
class Relation:
    """A relation as it is now: its name, its columns with their types, and `rows` with a `payload` each.

    `_watermark` of a row is the ISO text of the watermark's column, null where there is none; `_record_hash` is that of
    its payload with all values in it; `_has_bytes` says that some of them may be kept as files. `kinds` are the types
    that the values in the payloads were made of.
    """

    name: str
    columns: Mapping[str, str]
    kinds: T.StructType
    rows: DataFrame


def name(source: Source) -> str:
    """Return the name by which rows and the ledger know a feed's relation."""
    read = source.read
    return read.path if isinstance(read, DeltaRead) else getattr(read, "table", None) or source.source


def fingerprint(read: JdbcRead) -> str:
    """Return what a watermark is of: it says nothing about another relation, query or column."""
    asked = (read.url, read.table, read.query, read.watermark)
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:12]


def opened(spark: SparkSession, source: Source, since: datetime | None) -> Relation:
    """Return a feed's relation; of a database, with `since`, the rows whose watermark is null or not before it."""
    if isinstance(source.read, JdbcRead):
        answer = databases.asked(spark, source.read, since)
        return _relation(name(source), answer.rows, answer.columns, answer.watermark, of_java=True)
    assert isinstance(source.read, DeltaRead)
    rows = spark.read.format("delta").load(s3.as_spark_names(source.read.path))
    return _relation(name(source), rows, rows.schema, None, of_java=False)


def said(error: Exception, source: Source) -> str | None:
    """Return what a database, or the way to it, says is wrong, without secrets; None where the error is not theirs."""
    if isinstance(error, RelationError | secret.SecretError):
        return str(error)
    text = str(error)
    if isinstance(source.read, DeltaRead):
        return text.strip().splitlines()[0].strip(".") if _OF_DELTA.search(text) else None
    if not isinstance(source.read, JdbcRead):
        return None
    return databases.said(error, source.read, [how.from_ or column for column, how in source.columns.items()])


# -- Payloads ------------------------------------------------------------------------------------------------------


def is_large(limits: Limits) -> Column:
    """Say of a row whether some of its values may have to be kept as files."""
    # A field is no longer than all of them, and the length in bytes is known without a look at the text.
    return F.col("_has_bytes") | (F.octet_length("payload") > limits.max_field)


def by_reference(rows: DataFrame, relation: Relation, limits: Limits) -> DataFrame:
    """Return rows with the names of files in place of values: of long texts, and of bytes that are more than a few."""
    kinds = relation.kinds

    def referred(large: Iterable[Row]) -> Iterator[tuple[str, str | None, str]]:
        for payload, watermark, content in large:
            values = _referred(json.loads(payload), kinds, limits)
            yield json.dumps(values, ensure_ascii=False, separators=(",", ":")), watermark, content

    # Not by Arrow, whose batches are cut by rows: a thousand of them may be gigabytes.
    columns = ("payload", "_watermark", "_record_hash")
    large = rows.where(is_large(limits)).select(*columns).rdd.mapPartitions(referred)
    others = rows.where(~is_large(limits)).select(*columns)
    return others.unionByName(rows.sparkSession.createDataFrame(large, _ROW))


def _referred(value: Any, kind: T.DataType, limits: Limits) -> Any:
    if value is None:
        return None
    match kind:
        case T.BinaryType():
            content = base64.b64decode(value)
            if len(content) <= MOST_BYTES:
                return value
            name = hashlib.sha256(content).hexdigest()
            objects.store(limits.media, name, content)
            return f"media:{name}"
        case T.ArrayType():
            return [_referred(part, kind.elementType, limits) for part in value]
        case T.StructType():
            return {f.name: _referred(value[f.name], f.dataType, limits) for f in kind}
        case T.MapType():
            return {key: _referred(part, kind.valueType, limits) for key, part in value.items()}
    return record.shortened(value, limits)


def _relation(title: str, rows: DataFrame, meant: T.StructType, watermark: str | None, *, of_java: bool) -> Relation:
    """Return rows with their payloads; `meant` are the columns as typed where they came as texts, as Java's are."""
    # By number: names may differ in case alone, and may hold any sign.
    numbered = rows.toDF(*(f"c{n}" for n in range(len(rows.columns))))
    texts = {
        as_typed.name: _column_text(f"c{n}", rows.schema[n].dataType, as_typed, of_java=of_java)
        for n, as_typed in enumerate(meant)
    }
    # By name: an order of columns that changed makes no row a new one.
    names = sorted(texts)
    fields = ", ".join(f"{quoted(column)}, {texts[column]}" for column in names)
    bytes_in = " OR ".join(_bytes_in(f"c{n}", f.dataType) for n, f in enumerate(rows.schema) if _has_bytes(f.dataType))
    payloads = numbered.select(
        F.expr(f"to_json(named_struct({fields}), map('ignoreNullFields', 'false'))").alias("payload"),
        F.expr(texts[watermark] if watermark else "cast(null AS string)").alias("_watermark"),
        F.expr(f"coalesce({bytes_in or 'false'}, false)").alias("_has_bytes"),
    )
    kinds = dict(zip(meant.names, (f.dataType for f in rows.schema), strict=True))
    return Relation(
        title,
        {f.name: f.dataType.simpleString() for f in meant},
        T.StructType([T.StructField(column, kinds[column]) for column in names]),
        payloads.withColumn("_record_hash", F.sha2("payload", 256)),
    )


def _has_bytes(kind: T.DataType) -> bool:
    match kind:
        case T.ArrayType():
            return _has_bytes(kind.elementType)
        case T.StructType():
            return any(_has_bytes(f.dataType) for f in kind)
        case T.MapType():
            return _has_bytes(kind.valueType)
    return isinstance(kind, T.BinaryType)


def _bytes_in(value: str, kind: T.DataType) -> str:
    return f"octet_length({value}) > {MOST_BYTES}" if isinstance(kind, T.BinaryType) else f"{value} IS NOT NULL"


def _column_text(value: str, kind: T.DataType, meant: T.StructField, *, of_java: bool) -> str:
    if of_java and isinstance(kind, T.ArrayType):
        return _elements(value, meant.name)
    if isinstance(kind, T.StringType) and isinstance(meant.dataType, databases.TIMES):
        stamp = r"^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)"
        local = f"regexp_replace({value}, {quoted(stamp + '$')}, '$1T$2')"
        return f"regexp_replace({local}, {quoted(stamp + '[+]00$')}, '$1T$2Z')"
    if isinstance(kind, T.StringType) and isinstance(meant.dataType, T.NumericType):
        # A half may come as .5, which others do not write.
        return f"regexp_replace({value}, {quoted('^(-?)(?=[.])')}, '$10')"
    return text_of(value, kind)


def _elements(value: str, column: str) -> str:
    """Return the SQL of an array of texts that Java made of its elements; of an array in it this is an address."""
    refused = f"raise_error({quoted(databases.NESTED.format(column=column))})"
    return f"transform({value}, x -> if(x RLIKE {quoted(databases.ADDRESS)}, {refused}, x))"


def text_of(value: str, kind: T.DataType, depth: int = 0) -> str:
    """Return the SQL of a value as JSON is to hold it: of texts, booleans and binary, nested as the value is."""
    match kind:
        case T.StringType() | T.BooleanType() | T.BinaryType():
            return value
        case T.TimestampType():
            return f"concat(replace(cast({value} AS string), ' ', 'T'), 'Z')"
        case T.TimestampNTZType():
            return f"replace(cast({value} AS string), ' ', 'T')"
        case T.ArrayType():
            return f"transform({value}, x{depth} -> {text_of(f'x{depth}', kind.elementType, depth + 1)})"
        case T.StructType():
            inner = {f.name: f"{value}.`{f.name.replace('`', '``')}`" for f in kind}
            parts = (f"{quoted(f.name)}, {text_of(inner[f.name], f.dataType, depth)}" for f in kind)
            return f"if({value} IS NULL, NULL, named_struct({', '.join(parts)}))"
        case T.MapType():
            key = f"cast({text_of(f'x{depth}.key', kind.keyType, depth + 1)} AS string)"
            held = text_of(f"x{depth}.value", kind.valueType, depth + 1)
            return f"map_from_entries(transform(map_entries({value}), x{depth} -> struct({key}, {held})))"
    return f"cast({value} AS string)"
