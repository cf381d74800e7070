"""A table or query of a database: asked for its columns, its bounds and its rows, several parts of these at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from conf import secret
from conf.read import JdbcRead
from jobs.runtime.commit import LakeError

_SAID = re.compile(r"[\w.$]*SQL\w*Exception: ([^\n]*)")
_UNKNOWN = re.compile(r"UNRECOGNIZED_SQL_TYPE\] .* name: ([^,]+)")
_NO_DRIVER = re.compile(r"ClassNotFoundException: ([\w.$]+)")
# What Java's toString says of an array that is an element of another, and what is said in its place.
ADDRESS = r"^\[+(L[\w.$]+;|[A-Z])@[0-9a-f]+$"
NESTED = "column {column!r} has arrays in its arrays; cast it in read.query, in PostgreSQL as to_jsonb(…)::text"
_NESTED = re.compile(r"column [^\n]* has arrays in its arrays; cast it in read.query[^\n]*")
# What Oracle's and SQL Server's drivers call a connection by: the same failure would never be the same sentence.
_CONNECTION = re.compile(r"\s*\(CONNECTION_ID=[^)]*\)|\s*ClientConnectionId:\S+")
# What a value of a row may stand behind in a sentence: drivers put a blank before their colon.
_VALUE = re.compile(r"""["«„“‘`]|(?<!\w)'|(?:=|\bis )\(| : |\d{6,}""")
_CLOSING = {'"': '"', "'": "'", "`": "`", "«": "»", "„": "“", "“": "”", "‘": "’"}
# States in which no row has been read yet: there is no connection, or no leave to make one.
_BEFORE_ROWS = ("08", "28")
# Sentences that functions of the database's own raise: PL/pgSQL's and PL/SQL's.
_OWN = re.compile(r"\bat RAISE\b|ORA-20\d{3}")

TIMES = (T.DateType, T.TimestampType, T.TimestampNTZType)
EXACT_ELEMENTS = (T.StringType, T.NumericType, T.BooleanType)


class RelationError(LakeError):
    """A relation that cannot be read; the message has no secret in it."""


@dataclass(frozen=True)
class _Product:
    """How a database is spoken to: its driver, what its connections need, and how it writes days and times."""

    driver: str
    options: Mapping[str, str] = field(default_factory=dict)
    day: str = "DATE '{day}'"
    local: str = "TIMESTAMP '{day} {time}'"
    zoned: str = "TIMESTAMP '{day} {time} +00:00'"
    # Its driver's own text of a time is exact, while Spark's types know neither infinity nor a zone of their own.
    has_exact_times: bool = False

    def literal(self, kind: T.DataType, value: Any) -> str:
        """Return a value of a column as it is written in SQL; a time with a zone is in UTC."""
        if not isinstance(value, date):
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        match kind:
            case T.DateType():
                form = self.day
            case T.TimestampType():
                form = self.zoned
            case _:
                form = self.local
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
        day, _, time = moment.replace(tzinfo=None).isoformat(" ", "microseconds").partition(" ")
        return form.format(day=day, time=time)


# PostgreSQL gives a literal without a type that of the column beside it, and an offset where that has a zone.
_UNTYPED = "'{day} {time}+00'"
PRODUCTS = {
    "postgresql": _Product(
        "org.postgresql.Driver",
        {"binaryTransfer": "false", "tcpKeepAlive": "true", "sessionInitStatement": "SET TIME ZONE 'UTC'"},
        day="'{day}'",
        local=_UNTYPED,
        zoned=_UNTYPED,
        has_exact_times=True,
    ),
    "oracle": _Product("oracle.jdbc.OracleDriver"),
    "sqlserver": _Product(
        "com.microsoft.sqlserver.jdbc.SQLServerDriver",
        day="CAST('{day}' AS date)",
        local="CAST('{day}T{time}' AS datetime2)",
    ),
}


@dataclass(frozen=True)
class Answer:
    """The rows of a database, their columns as Spark would type them, and the name of the watermark's among them.

    The rows have texts in place of what Spark's types would not hold whole.
    """

    rows: DataFrame
    columns: T.StructType
    watermark: str | None


def login(read: JdbcRead) -> dict[str, str | None]:
    """Return what leads to a database, with references in place of secrets."""
    return {"url": read.url, "user": read.user, "password": read.password}


def asked(spark: SparkSession, read: JdbcRead, since: datetime | None) -> Answer:
    """Ask for a table or query; with `since`, for the rows whose watermark is null or not before it.

    Nothing but the columns and the bounds is asked for until the rows are used.
    """
    database = _Database(spark, read)
    columns = database.columns()
    watermark = _watermark(columns, read)
    where = None
    if watermark and since:
        by = _named(watermark.name)
        where = f"({by} >= {database.product.literal(watermark.dataType, since)} OR {by} IS NULL)"
    rows = database.rows(columns, list(_parts(database, columns, where)))
    return Answer(rows, columns, watermark.name if watermark else None)


def said(error: Exception, read: JdbcRead, columns: Iterable[str]) -> str | None:
    """Return what a database, or the way to it, says is wrong; None where the error is not theirs.

    It has no secret, and nothing that may be a value of a row: `columns` are the names that the description reads.
    """
    text = str(error)
    if no_driver := _NO_DRIVER.search(text):
        return f"no driver {no_driver[1]} on Spark's class path; `make setup` brings it, a cluster needs .jars/jdbc"
    if unknown := _UNKNOWN.search(text):
        return f"Spark knows no type {unknown[1]}; cast that column in read.query"
    if nested := _NESTED.search(text):
        return nested[0]
    found = _SAID.search(text)
    if found is None:
        return None
    state = _state(error)
    if state == "P0001" or _OWN.search(text):
        return f"a function of the database raises an error of its own, SQLSTATE {state}: run what is read there"
    sentence = secret.masked(_CONNECTION.sub("", found[1]).strip(" ."), login(read))
    if state is None or not state.startswith(_BEFORE_ROWS):
        sentence = _without_values(sentence, read, columns)
    return f"the database says: {sentence}" + (f" (SQLSTATE {state})" if state else "")


def _state(error: Exception) -> str | None:
    """Return the SQLSTATE of a driver's error; None where no more than its text is left of it."""
    cause: Any = getattr(error, "java_exception", None)
    while cause is not None:
        name = cause.getClass().getName()
        if re.search(r"SQL\w*Exception$", name) and not name.startswith("org.apache.spark."):
            state: str | None = cause.getSQLState()
            return state
        cause = cause.getCause()
    return None


def _without_values(sentence: str, read: JdbcRead, columns: Iterable[str]) -> str:
    """Return a sentence up to the first part that may be a value of a row; what the description has is none."""
    described = (read.url, read.table, read.query, read.watermark, read.partition_by, *columns, "***")
    asked = " ".join(map(str, described))
    at = 0
    while mark := _VALUE.search(sentence, at):
        end = sentence.find(_CLOSING[mark[0]], mark.end()) if mark[0] in _CLOSING else -1
        part = re.escape(sentence[mark.end() : end])
        if end < 0 or not re.search(rf"(?<!\w){part}(?!\w)", asked, re.IGNORECASE):
            return f"{sentence[: mark.start()].rstrip()} …"
        at = end + 1
    return sentence


class _Database:
    """What is asked of a database for one feed."""

    def __init__(self, spark: SparkSession, read: JdbcRead) -> None:
        known = secret.resolved(login(read))
        self.read, self._spark, self._url = read, spark, known.pop("url")
        product = self._url.split(":")[1] if self._url.startswith("jdbc:") else ""
        if product not in PRODUCTS:
            raise RelationError("read.url leads to none of jdbc:postgresql:, jdbc:oracle:, jdbc:sqlserver:")
        self.product = PRODUCTS[product]
        self._options = {
            "driver": self.product.driver,
            "fetchsize": str(read.fetch_rows),
            # Times without a zone stay as they are, whatever the zone of an executor.
            "preferTimestampNTZ": "true",
            **self.product.options,
            **{key: value for key, value in known.items() if value is not None},
        }
        self._from = read.table or f"({str(read.query).strip().rstrip(';')}) q"

    def columns(self) -> T.StructType:
        return self._spark.read.jdbc(self._url, self._from, properties=self._options).schema

    def bounds(self, column: T.StructField, where: str | None) -> tuple[Any, Any]:
        by = _named(column.name)
        ends = f"(SELECT MIN({by}) AS lo, MAX({by}) AS hi FROM {self._from} WHERE {where or '1 = 1'}) ends"
        low, high = self._spark.read.jdbc(self._url, ends, properties=self._options).collect()[0]
        return low, high

    def rows(self, columns: T.StructType, parts: list[str]) -> DataFrame:
        options = dict(self._options)
        if kinds := [f"`{f.name.replace('`', '``')}` {kind}" for f in columns if (kind := self._as_text(f))]:
            options["customSchema"] = ", ".join(kinds)
        return self._spark.read.jdbc(self._url, self._from, predicates=parts, properties=options)

    def _as_text(self, column: T.StructField) -> str | None:
        """Return the type to ask a column as where Spark's own would not hold all of it."""
        if isinstance(column.dataType, T.ArrayType):
            # Spark takes what Java's toString says of each element: of a time without its zone, of bytes an address.
            if not isinstance(column.dataType.elementType, EXACT_ELEMENTS):
                raise RelationError(
                    f"column {column.name!r} is {column.dataType.simpleString()}: only arrays of texts, numbers and "
                    "booleans are read exactly; cast it in read.query, in PostgreSQL as to_jsonb(…)::text"
                )
            return "ARRAY<STRING>"
        if isinstance(column.dataType, TIMES) and not is_time_of_day(column):
            return "STRING" if self.product.has_exact_times else None
        return None if isinstance(column.dataType, T.BooleanType | T.BinaryType) else "STRING"


def _watermark(columns: T.StructType, read: JdbcRead) -> T.StructField | None:
    if read.watermark is None:
        return None
    column = _column(columns, "watermark", read.watermark)
    if not isinstance(column.dataType, TIMES) or is_time_of_day(column):
        raise _unfit("watermark", column, "a date or a time stamp")
    return column


def _parts(database: _Database, columns: T.StructType, where: str | None) -> Iterator[str]:
    """Yield the condition of each part of the rows that are read at once; together they leave out nothing."""
    ends: list[str] = []
    if database.read.partition_by:
        column = _column(columns, "partition_by", database.read.partition_by)
        if not isinstance(column.dataType, (T.NumericType, *TIMES)) or is_time_of_day(column):
            raise _unfit("partition_by", column, "a number, a date or a time stamp")
        inner = split(*database.bounds(column, where), database.read.partitions)
        by, ends = _named(column.name), [database.product.literal(column.dataType, end) for end in inner]
    if not ends:
        yield where or "1 = 1"
        return
    among = f"{where} AND " if where else ""
    yield f"{among}({by} < {ends[0]} OR {by} IS NULL)"
    yield from (f"{among}{by} >= {low} AND {by} < {high}" for low, high in pairwise(ends))
    yield f"{among}{by} >= {ends[-1]}"


def split(low: Any, high: Any, parts: int) -> list[Any]:
    """Return the inner ends of `parts` equal spans from low to high, fewer where there are not as many."""
    if low is None or low == high:
        return []
    if isinstance(low, Decimal) and low == int(low) and high == int(high):
        # A whole number stays one: beside any other a database does not use its index.
        low, high = int(low), int(high)
    if isinstance(low, int):
        inner: list[Any] = [low + (high - low + 1) * n // parts for n in range(1, parts)]
    else:
        inner = [low + (high - low) / parts * n for n in range(1, parts)]
    return [end for end in dict.fromkeys(inner) if end > low]


def _column(columns: T.StructType, key: str, wanted: str) -> T.StructField:
    # Oracle writes names in capitals, people do not.
    near = [f for f in columns if f.name == wanted] or [f for f in columns if f.name.lower() == wanted.lower()]
    if len(near) != 1:
        raise RelationError(f"read.{key}: no column {wanted!r}; one of: {', '.join(columns.names)}")
    return near[0]


def _unfit(key: str, column: T.StructField, expected: str) -> RelationError:
    found = "a time of day" if is_time_of_day(column) else column.dataType.simpleString()
    return RelationError(f"read.{key}: {column.name!r} is {found}, not {expected}; a query can cast it")


def is_time_of_day(column: T.StructField) -> bool:
    """Say whether Spark would make a time stamp of what is a time alone."""
    return bool(column.metadata.get("logical_time_type"))


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
