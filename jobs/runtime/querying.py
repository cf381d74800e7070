"""SQL over the lake's tables by their names, printed as a grid, CSV or JSON."""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from conf.table import Table
from conf.tables import ALL
from jobs.runtime import grids, lake_check
from jobs.runtime.context import Context, UsageError, console
from jobs.runtime.lake import LakeError, Version

FORMATS = ("table", "csv", "json")
ROWS_OF_A_GRID = 50
LAYERS = {name.split(".")[0] for name in ALL}
NAMED = re.compile(r"`?\b(\w+)`?\s*\.\s*`?(\w+)\b`?")
READ_FROM = re.compile(r"\b(?:from|join)\s+" + NAMED.pattern, re.IGNORECASE)
READING = ("select", "with", "from", "values", "table", "describe", "desc", "show", "explain")
WRITING = re.compile(r"\b(insert\s+(into|overwrite)|delete\s+from|merge\s+into|update\s+\S+\s+set)\b", re.IGNORECASE)


def answer(context: Context, sql: str, format_: str, limit: int | None, views: dict[str, str]) -> None:
    """Print the answer to a statement; `views` are the tables it names, as `versions` found them."""
    for name, read in views.items():
        context.spark.sql(f"CREATE DATABASE IF NOT EXISTS {name.split('.')[0]}")
        context.spark.sql(f"CREATE OR REPLACE VIEW {name} AS {read}")
    # Jobs have plans written out without columns; who asks for one wants to see them.
    context.spark.conf.set("spark.sql.debug.maxToStringFields", "100")
    # A field that is null is written as null: every line of JSON has the same fields.
    context.spark.conf.set("spark.sql.jsonGenerator.ignoreNullFields", "false")
    try:
        frame = context.spark.sql(sql)
    except (AnalysisException, ParseException) as error:
        raise UsageError(_explained(error)) from error
    if format_ == "table":
        _print_grid(frame, limit or ROWS_OF_A_GRID)
        return
    if limit is not None:
        frame = frame.limit(limit)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if format_ == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(_text_rows(frame))
        return
    for line in frame.toJSON().toLocalIterator():
        sys.stdout.write(line + "\n")


def views(context: Context, sql: str, version: int | None, timestamp: str | None) -> dict[str, str]:
    """Return, by name, how each table that the statement names is read; mistakes are said before Spark starts."""
    _refuse_writing(sql)
    if version is not None and timestamp:
        raise UsageError("--version and --timestamp: give one of them")
    at = _time(timestamp) if timestamp else None
    for layer, name in READ_FROM.findall(sql):
        if layer.lower() in LAYERS and f"{layer}.{name}".lower() not in ALL:
            raise UsageError(unknown_table(f"{layer}.{name}"))
    found = {}
    for name in sorted({f"{layer}.{name}".lower() for layer, name in NAMED.findall(sql)} & set(ALL)):
        table = ALL[name]
        there = context.lake.versions(table)
        if not there and table.layer == "ops" and context.is_lake:
            # Nothing happened so far that it would tell of.
            columns = ", ".join(f"cast(NULL AS {column.type}) AS {column.name}" for column in table.columns)
            found[name] = f"SELECT * FROM (SELECT {columns}) WHERE false"
            continue
        if not there:
            context.refuse_absent_lake()
            lake = context.settings.lake
            raise LakeError(f"{name} has not been written yet in {lake}; run: python -m jobs pipeline --lake {lake}")
        chosen = ""
        if version is not None or at is not None:
            number = _chosen(table, there, version, at)
            _refuse_removed(context, table, number)
            chosen = f" VERSION AS OF {number}"
        found[name] = f"SELECT * FROM delta.`{context.lake.path(table)}`{chosen}"
    return found


def _refuse_writing(sql: str) -> None:
    first = re.search(r"\w+", sql)
    if first is None:
        raise UsageError("there is nothing to answer: expected a SELECT")
    writing = WRITING.search(sql)
    if first[0].lower() not in READING or writing:
        word = (writing or first)[0].split()[0].upper()
        begins = ", ".join(reading.upper() for reading in READING)
        raise UsageError(f"query only reads, and {word} does not: expected a statement that begins with {begins}")


def unknown_table(name: str) -> str:
    """Say that there is no such table, and which one may be meant."""
    close = difflib.get_close_matches(name.lower(), ALL, n=1, cutoff=0.5)
    ends = [known for known in ALL if known.split(".")[1] == name.lower().split(".")[-1]]
    meant = (ends or close or [""])[0]
    return f"no table {name}; {f'did you mean {meant}? ' if meant else ''}`python -m jobs tables` lists them"


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"--timestamp {text!r}: expected a date or time (UTC) as 2026-01-31 or 2026-01-31T18:00"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _chosen(table: Table, versions: Sequence[Version], version: int | None, at: datetime | None) -> int:
    """Return the version asked for, or the one that was current at a time, as `describe` shows them."""
    newest, oldest = versions[0], versions[-1]
    if at is None:
        if version in [v.number for v in versions]:
            return int(version or 0)
        raise UsageError(f"{table.name} has no version {version}; there are {oldest.number} to {newest.number}")
    for known in versions:
        if known.at <= at:
            return known.number
    raise UsageError(
        f"{table.name} was not there at {at:%Y-%m-%d %H:%M:%S} UTC; it was made at {oldest.at:%Y-%m-%d %H:%M:%S}"
    )


def _refuse_removed(context: Context, table: Table, number: int) -> None:
    """Raise UsageError where maintenance removed files of a version; Spark would say so file by file."""
    whole = lake_check.first_whole(context.lake, table, number)
    if whole != number:
        now = f"; the oldest that can be read is {whole}" if whole >= 0 else ""
        raise UsageError(
            f"{table.name}: files of version {number} are no longer there: old versions are kept for "
            f"{table.keeps_days} days{now}"
        )


def _explained(error: Exception) -> str:
    """Return what Spark says of a statement in one line, without its plan."""
    text = str(error).strip()
    if missing := re.search(r"TABLE_OR_VIEW_NOT_FOUND\] The table or view (\S+) cannot be found", text):
        return unknown_table(missing[1].replace("`", ""))
    first = " ".join(text.split("\n\n")[0].split("== SQL")[0].split(";\n")[0].split())
    return re.sub(r"\s*SQLSTATE: \w+", "", first)[:600]


def _as_text(field: T.StructField, position: int) -> Column:
    """Return a column as CSV shows it: null is empty, booleans true and false, times ISO, the nested as JSON."""
    column = F.col(f"_{position}")
    match field.dataType:
        case T.TimestampType():
            return F.concat(F.translate(column.cast("string"), " ", "T"), F.lit("Z"))
        case T.TimestampNTZType():
            return F.translate(column.cast("string"), " ", "T")
        case T.ArrayType() | T.MapType() | T.StructType():
            return F.to_json(column)
        case T.DoubleType():
            return column  # Python writes 12345678.9 where Spark writes 1.23456789E7
        case T.FloatType():
            return column.cast("string").cast("double")
        case T.BinaryType():
            return F.base64(column)
        case _:
            return column.cast("string")


def _text_rows(frame: DataFrame) -> Iterator[list[str | None]]:
    # By position: two columns of a statement may have one name.
    numbered = frame.toDF(*(f"_{n}" for n in range(len(frame.columns))))
    texts = (_as_text(field, n).alias(f"_{n}") for n, field in enumerate(frame.schema.fields))
    for row in numbered.select(*texts).toLocalIterator():
        yield [_number(value) if isinstance(value, float) else value for value in row]


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return repr(value) if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def _print_grid(frame: DataFrame, limit: int) -> None:
    shown = console()
    rows = [["" if value is None else value for value in row] for row in _text_rows(frame.limit(limit + 1))]
    names = frame.columns
    if grids.fits(shown, names, rows[:limit]):
        heads = [grids.Head(f.name, isinstance(f.dataType, T.NumericType)) for f in frame.schema.fields]
        grids.show(shown, heads, rows[:limit])
    else:
        grids.show_records(shown, names, rows[:limit])
    if not rows:
        shown.print("(no rows)")
    if len(rows) > limit:
        shown.print(
            f"(there are more: these are the first {limit:,}; --limit N shows more, --format csv all)", highlight=False
        )
