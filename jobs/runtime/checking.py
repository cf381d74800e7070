"""What `check` looks at, each finding one sentence: settings, sources, Java, jars, lake, and the SQL of the sources."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame

from conf import kinds, secret
from conf.kinds import Kind
from conf.read import DeltaRead, FileRead, RelationRead
from conf.settings import Settings
from conf.source import Given, Source, SourceError, add, described, load_source
from conf.table import Table
from conf.tables import ALL, bronze
from jobs.runtime import jvm, lake_check, landing, objects, s3, session, trying
from transformations.intake import exact, giving, reading
from transformations.intake.envelope import RECORDS, envelope

if TYPE_CHECKING:
    from jobs.runtime.context import Context
    from jobs.runtime.registry import Job

SUBMIT = "spark-submit gives it `run` and `pipeline` (docs/operations.md, On a cluster)"
SAMPLES = {
    "string": "'x'", "boolean": "true", "date": "date'2026-01-02'", "timestamp": "timestamp'2026-01-02 03:04:05'"
}  # fmt: skip
# Errors about the made-up values of the sample: a real value may well be a number or a date.
_OF_A_VALUE = re.compile(
    r"\[(CAST_|CANNOT_PARSE|DIVIDE_BY_ZERO|ARITHMETIC|BINARY_ARITHMETIC|NUMERIC|INVALID_ARRAY_INDEX|INVALID_INDEX|"
    r"INVALID_FRACTION|DATETIME_OVERFLOW|NULL_MAP_KEY|DUPLICATED_MAP_KEY|USER_RAISED)"
)
_BEFORE_THE_MESSAGE = re.compile(r"^.*?(?:Exception|Error): ", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """One finding: what is right, what is wrong and what to do, or what may be meant so and may not."""

    text: str
    is_problem: bool = False
    is_doubt: bool = False


def findings(make: Callable[[], Context]) -> Iterator[tuple[str, Found]]:
    """Yield what was found, what costs nothing first; the SQL is compiled only where all else is well."""
    try:
        context = make()
    except Exception as error:
        yield "settings", Found(str(error), True)
        return
    yield (
        "settings",
        Found(f"env {context.settings.env}, as of {context.settings.as_of}, rebuild {context.settings.rebuild}"),
    )
    if not session.is_here(context.settings.spark) and not session.is_submitted():
        yield "master", Found(f"a cluster, {SUBMIT}; what follows was looked at on this machine", is_doubt=True)
        context = replace(context, settings=_on_this_machine(context.settings))
    sound: dict[str, Source] = {}
    problems = False
    for what, found in (*_machine(), *_lake(context), *_sources(context, sound)):
        problems |= found.is_problem
        yield what, found
    if problems:
        return
    for source in sound.values():
        said = list(mistakes(context, source))
        yield from ((f"SQL of {source.source}", Found(one, True)) for one in said)
        if said:
            continue
        yield f"SQL of {source.source}", Found("compiles, and runs on a made-up record")
        yield from _first_records(context, source)


def _on_this_machine(settings: Settings) -> Settings:
    """Return settings with which the SQL of the sources can be compiled without a cluster."""
    return settings.model_copy(update={"spark": settings.spark.model_copy(update={"master": "local[*]"})})


def _machine() -> Iterator[tuple[str, Found]]:
    if session.is_submitted():
        yield "Java and jars", Found("those of spark-submit")
        return
    for what, look in (("Java", jvm.find_java), ("jars", jvm.jar_paths)):
        try:
            found = look()
            yield what, Found(str(found) if isinstance(found, Path) else f"{len(found)} there")
        except jvm.JvmError as error:
            yield what, Found(str(error), True)


def _lake(context: Context) -> Iterator[tuple[str, Found]]:
    if s3.is_address(context.settings.lake):
        yield from _lake_on_s3(context)
        return
    root = Path(context.settings.lake)
    there = next(p for p in (root, *root.absolute().parents) if p.exists())
    if not os.access(there, os.W_OK) or not there.is_dir():
        yield "lake", Found(f"{root} cannot be written by this user; choose another with --lake", True)
        return
    yield from _harms(context)
    yield "lake", _tables(context)


def _harms(context: Context) -> Iterator[tuple[str, Found]]:
    for harm in lake_check.harms(context.lake, _jobs(context)):
        yield "lake", Found(harm.text, harm.kind == "problem", harm.kind == "doubt")


def _lake_on_s3(context: Context) -> Iterator[tuple[str, Found]]:
    """Look for the bucket and the right to list it; whether it can be written only a write tells."""
    try:
        objects.is_folder(context.settings.lake)
        yield from _harms(context)
        yield "lake", _tables(context)
    except s3.S3Error as error:
        yield "lake", Found(str(error), True)


def _tables(context: Context) -> Found:
    root, count = context.settings.lake, sum(1 for table in ALL.values() if _is_there(context, table))
    return Found(f"{root}: {count} tables" if count else f"{root}: nothing there yet, the first run makes it")


def _is_there(context: Context, table: Table) -> bool:
    return objects.is_folder(f"{context.lake.path(table)}/_delta_log")


def _jobs(context: Context) -> list[Job]:
    try:
        return context.jobs
    except (SourceError, ValueError):
        # What is wrong with the sources is said of them.
        return []


def _sources(context: Context, sound: dict[str, Source]) -> Iterator[tuple[str, Found]]:
    for folder in context.settings.sources:
        try:
            paths = described(Path(folder))
        except SourceError as error:
            yield "sources", Found(str(error), True)
            continue
        if not paths:
            yield "sources", Found(f"{folder} holds no *.yaml", True)
        for path in paths:
            try:
                source = load_source(path)
                add(source, sound)
            except Exception as error:
                yield "source", Found(str(error), True)
                continue
            if not isinstance(source.read, FileRead):
                yield f"source {source.source}", _relation(source, source.read)
                continue
            yield f"source {source.source}", _files(context, source.read)


def _files(context: Context, read: FileRead) -> Found:
    inbox = context.settings.inbox
    pattern = read.path.replace("{inbox}", inbox)
    try:
        if "{inbox}" in read.path and not objects.is_folder(inbox):
            return Found(f"the inbox {inbox} is no folder", True)
        count = sum(1 for _ in objects.find(pattern, inbox))
    except s3.S3Error as error:
        return Found(str(error), True)
    return Found(f"{count} files" if count else f"no file matches {pattern}; nothing will land from it")


def _first_records(context: Context, source: Source) -> Iterator[tuple[str, Found]]:
    if not isinstance(source.read, FileRead):
        return
    pattern = source.read.path.replace("{inbox}", context.settings.inbox)
    newest = max(objects.find(pattern, context.settings.inbox), key=lambda file: file.time, default=None)
    if newest is None:
        return
    limits = replace(landing.limits_of(context.settings, context.settings.lake), media="")
    said = list(trying.said(context.spark, source, newest, limits))
    what = f"records of {source.source}"
    for one, is_mistake in said:
        yield what, Found(one if one.startswith(source.file) else f"{source.file}: {one}", is_mistake, not is_mistake)
    if not said:
        yield what, Found(f"the first of {newest.name} can be read as described")


def _relation(source: Source, read: RelationRead) -> Found:
    try:
        secret.resolved(read.model_dump())
    except secret.SecretError as error:
        return Found(f"{source.file}: read: {error}", True)
    what = f"Delta table {read.path}" if isinstance(read, DeltaRead) else read.table or "a query"
    return Found(f"{what}; it is asked when it lands")


# A place in a description, and what makes Spark work out the SQL that stands there.
Part = tuple[str, Callable[[], object]]


def mistakes(context: Context, source: Source) -> Iterator[str]:
    """Yield what is wrong with the SQL of a source: compiled as a run does, then run on one made-up record.

    Spark tells a bad date pattern only once it meets a value. Branches that the record does not take are not run.
    """
    sample = context.spark.sql(_sample(source))
    empty = context.spark.createDataFrame([], RECORDS)
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
