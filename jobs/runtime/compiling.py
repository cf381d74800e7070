"""Whether the SQL of a source compiles and runs: said before a run meets it, each mistake with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from pyspark.sql import DataFrame, SparkSession

from conf import kinds
from conf.kinds import Kind
from conf.source import Given, Source, SourceError
from conf.tables import ALL, bronze
from transformations.intake import exact, giving, reading
from transformations.intake.envelope import RECORDS, envelope

SAMPLES = {
    "string": "'x'", "boolean": "true", "date": "date'2026-01-02'", "timestamp": "timestamp'2026-01-02 03:04:05'"
}  # fmt: skip
# Errors about the made-up values of the sample: a real value may well be a number or a date.
_OF_A_VALUE = re.compile(
    r"\[(CAST_|CANNOT_PARSE|DIVIDE_BY_ZERO|ARITHMETIC|BINARY_ARITHMETIC|NUMERIC|INVALID_ARRAY_INDEX|INVALID_INDEX|"
    r"INVALID_FRACTION|DATETIME_OVERFLOW|NULL_MAP_KEY|DUPLICATED_MAP_KEY|USER_RAISED)"
)
_BEFORE_THE_MESSAGE = re.compile(r"^.*?(?:Exception|Error): ", re.DOTALL)
# A place in a description, and what makes Spark work out the SQL that stands there.
Part = tuple[str, Callable[[], object]]


def mistakes(spark: SparkSession, source: Source) -> Iterator[str]:
    """Yield what is wrong with the SQL of a source: compiled as a run does, then run on one made-up record.

    Spark tells a bad date pattern only once it meets a value. Branches that the record does not take are not run.
    """
    sample = spark.sql(_sample(source))
    empty = spark.createDataFrame([], RECORDS)
    whole: list[tuple[Part, list[Part]]] = [
        (("columns", lambda: reading.with_typed_columns(empty, source)), []),
        (("read", lambda: envelope(empty, source, "", datetime.now(UTC))), []),
        _readings(sample, source),
        _stamps(sample, source),
    ]
    for target, entries in source.gives.items():
        whole += [_gives(sample, source, target, number, given) for number, given in enumerate(entries)]
    said: dict[str, None] = {}
    for together, parts in whole:
        # One by one only where something fails: each part is a job of Spark.
        if _mistake(source, together, of_values=True):
            found = list(_mistakes_of(source, parts)) or filter(None, [_mistake(source, together)])
            said |= dict.fromkeys(found)
    yield from said


def _mistakes_of(source: Source, parts: list[Part]) -> Iterator[str]:
    for part in parts:
        if mistake := _mistake(source, part):
            yield mistake
            if part[0].endswith(".each"):
                # Without its items no other expression of the target can be run.
                return


def _mistake(source: Source, part: Part, of_values: bool = False) -> str | None:
    place, run = part
    try:
        run()
    except SourceError as error:
        return str(error)
    except Exception as error:
        if of_values or not _OF_A_VALUE.search(str(error)):
            return f"{source.file}: {place}: {_said(error)}"
    return None


def _said(error: Exception) -> str:
    lines = _BEFORE_THE_MESSAGE.sub("", str(error)).strip().splitlines() or [type(error).__name__]
    # Of a pattern Spark first says that versions differ, then which one it cannot read, then how to hide it.
    return (lines[1] if lines[0].endswith(":") and lines[1:] else lines[0]).partition(" 1) ")[0]


def _sample(source: Source) -> str:
    """Return a query of one record as bronze and its reading give it, with a value in every column."""
    columns = [
        f"{_literal(kinds.parse(c.type))} AS {c.name}" for c in bronze.WEB_FORM.columns if c.name != "_is_deleted"
    ]
    fields = ", ".join(f"{exact.quoted(name)}, {_literal(how.kind)}" for name, how in source.columns.items())
    unreadable = f"cast(array() AS array<{reading.PROBLEM}>) AS unreadable"
    return f"SELECT {', '.join(columns)}, false AS _is_deleted, named_struct({fields}) AS record, {unreadable}"


def _literal(kind: Kind) -> str:
    if kind.name == "struct":
        return f"named_struct({', '.join(f'{exact.quoted(name)}, {_literal(part)}' for name, part in kind.parts)})"
    if kind.name == "array":
        return f"array({_literal(kind.parts[0][1])})"
    if kind.name == "map":
        return f"map('x', {_literal(kind.parts[0][1])})"
    return SAMPLES.get(kind.name, f"cast(0 AS {kind.name})")


def _readings(sample: DataFrame, source: Source) -> tuple[Part, list[Part]]:
    typed = {
        f"columns.{name}": reading.typed_sql(f"({_literal(kinds.parse(how.kind.of_texts()))})", how, source)
        for name, how in source.columns.items()
    }
    parts: list[Part] = [(place, partial(_collect, sample, sql)) for place, sql in typed.items()]
    return ("columns", partial(_collect, sample, *typed.values())), parts


def _collect(frame: DataFrame, *sql: str) -> None:
    frame.selectExpr(*sql).collect()


def _stamps(sample: DataFrame, source: Source) -> tuple[Part, list[Part]]:
    named = {name: getattr(source, name) for name in ("record_key", "version_by", "known_at", "is_deleted")}
    scope = giving.in_scope(sample, source)

    def run(*names: str) -> None:
        scope.select(*(giving.compiled(scope, named[name], source, name).alias(name) for name in names)).collect()

    given = [name for name, sql in named.items() if sql is not None]
    return ("record_key", partial(run, *given)), [(name, partial(run, name)) for name in given]


def _gives(sample: DataFrame, source: Source, target: str, number: int, given: Given) -> tuple[Part, list[Part]]:
    def run(**only: object) -> None:
        giving.items(sample, source, ALL[target], number, given.model_copy(update=only)).collect()

    place = f"gives {target}"
    parts: list[Part] = [(f"{place}.each", partial(run, columns={}, where=None))] if given.each else []
    parts += [(f"{place}.where", partial(run, columns={}))] if given.where else []
    parts += [(f"{place}.{name}", partial(run, columns={name: sql}, where=None)) for name, sql in given.columns.items()]
    return (place, run), parts
