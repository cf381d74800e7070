"""What `check` looks at, each finding one sentence: settings, sources, Java, jars, lake, and the SQL of the sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from conf import secret
from conf.read import DeltaRead, FileRead, RelationRead
from conf.settings import Settings
from conf.source import Source, SourceError, add, described, load_source
from conf.table import Table
from conf.tables import ALL
from jobs.runtime import compiling, file_feeds, jvm, lake_check, objects, s3, session, trying

if TYPE_CHECKING:
    from jobs.runtime.context import Context
    from jobs.runtime.registry import Job

SUBMIT = "spark-submit gives it `run` and `pipeline` (docs/operations.md, On a cluster)"


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
        said = list(compiling.mistakes(context.spark, source))
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
    limits = replace(file_feeds.limits_of(context.settings, context.settings.lake), media="")
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
