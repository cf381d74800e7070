"""Relations of others: a table or query of a database, or a Delta table, its rows read as JSON texts.

A value reaches the payload as the text its own system gives it wherever Spark's types would hold less: a number of
any length, an infinite time. Times are ISO, with Z where they have a zone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from conf import secret
from conf.read import DeltaRead, JdbcRead
from conf.source import Source
from jobs.runtime import databases
from jobs.runtime.databases import RelationError
from transformations.intake.exact import quoted

_SAID = re.compile(r"[\w.$]*SQL\w*Exception: ([^\n]*)")
_OF_DELTA = re.compile(r"^\[(DELTA_|PATH_NOT_FOUND)")
_UNKNOWN = re.compile(r"UNRECOGNIZED_SQL_TYPE\] .* name: ([^,]+)")
_NO_DRIVER = re.compile(r"ClassNotFoundException: ([\w.$]+)")


@dataclass(frozen=True)
class Relation:
    """A relation as it is now: its name, its columns with their types, and `rows` (`payload`, `_watermark`).

    `_watermark` is the ISO text of the watermark's column; null where there is none.
    """

    name: str
    columns: Mapping[str, str]
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
        return _relation(name(source), answer.rows, answer.columns, answer.watermark)
    assert isinstance(source.read, DeltaRead)
    rows = spark.read.format("delta").load(source.read.path)
    return _relation(name(source), rows, rows.schema, None)


def said(error: Exception, source: Source) -> str | None:
    """Return what a database, or the way to it, says is wrong, without secrets; None where the error is not theirs."""
    if isinstance(error, RelationError | secret.SecretError):
        return str(error)
    text = str(error)
    if isinstance(source.read, DeltaRead):
        return text.strip().splitlines()[0].strip(".") if _OF_DELTA.search(text) else None
    if not isinstance(source.read, JdbcRead):
        return None
    if no_driver := _NO_DRIVER.search(text):
        return f"no driver {no_driver[1]} on Spark's class path; `make setup` brings it, a cluster needs .jars/jdbc"
    if unknown := _UNKNOWN.search(text):
        return f"Spark knows no type {unknown[1]}; cast that column in read.query"
    if found := _SAID.search(text):
        return f"the database says: {secret.masked(found[1].strip(' .'), databases.login(source.read))}"
    return None


def _relation(title: str, rows: DataFrame, meant: T.StructType, watermark: str | None) -> Relation:
    """Return rows with their payloads; `meant` are the columns as typed where they came as texts."""
    # By number: names may differ in case alone, and may hold any sign.
    numbered = rows.toDF(*(f"c{n}" for n in range(len(rows.columns))))
    texts = {
        as_typed.name: _column_text(f"c{n}", rows.schema[n].dataType, as_typed) for n, as_typed in enumerate(meant)
    }
    # By name: an order of columns that changed makes no row a new one.
    fields = ", ".join(f"{quoted(column)}, {texts[column]}" for column in sorted(texts))
    return Relation(title, {f.name: f.dataType.simpleString() for f in meant}, numbered.select(
        F.expr(f"to_json(named_struct({fields}), map('ignoreNullFields', 'false'))").alias("payload"),
        F.expr(texts[watermark] if watermark else "cast(null AS string)").alias("_watermark"),
    ))  # fmt: skip


def _column_text(value: str, kind: T.DataType, meant: T.StructField) -> str:
    if isinstance(kind, T.StringType) and isinstance(meant.dataType, databases.TIMES):
        stamp = r"^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)"
        local = f"regexp_replace({value}, {quoted(stamp + '$')}, '$1T$2')"
        return f"regexp_replace({local}, {quoted(stamp + '[+]00$')}, '$1T$2Z')"
    if isinstance(kind, T.StringType) and isinstance(meant.dataType, T.NumericType):
        # A half may come as .5, which others do not write.
        return f"regexp_replace({value}, {quoted('^(-?)(?=[.])')}, '$10')"
    return text_of(value, kind)


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
