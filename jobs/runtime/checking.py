"""What `check` looks at, each finding one sentence: settings, sources, Java, jars, lake, and the SQL of the sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from conf.source import Source, load_source
from conf.tables import ALL, bronze
from jobs.runtime import jvm, landing, objects
from transformations.intake import giving, reading

if TYPE_CHECKING:
    from jobs.runtime.cli import Context


@dataclass(frozen=True)
class Found:
    """One finding: what is right, or what is wrong and what to do."""

    text: str
    is_problem: bool = False


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
    sound: list[Source] = []
    problems = False
    for what, found in (*_machine(), *_lake(context), *_sources(context, sound)):
        problems |= found.is_problem
        yield what, found
    if problems:
        return
    for source in sound:
        yield f"SQL of {source.source}", _compiled(context, source)


def _machine() -> Iterator[tuple[str, Found]]:
    for what, look in (("Java", jvm.find_java), ("jars", jvm.jar_paths)):
        try:
            found = look()
            yield what, Found(str(found) if isinstance(found, Path) else f"{len(found)} there")
        except jvm.JvmError as error:
            yield what, Found(str(error), True)


def _lake(context: Context) -> Iterator[tuple[str, Found]]:
    root = Path(context.settings.lake)
    there = next(p for p in (root, *root.absolute().parents) if p.exists())
    if not os.access(there, os.W_OK) or not there.is_dir():
        yield "lake", Found(f"{root} cannot be written by this user; choose another with --lake", True)
        return
    count = sum(1 for table in ALL.values() if context.lake.versions(table))
    yield "lake", Found(f"{root}: {count} tables" if count else f"{root}: nothing there yet, the first run makes it")


def _sources(context: Context, sound: list[Source]) -> Iterator[tuple[str, Found]]:
    for folder in context.settings.sources:
        paths = sorted(Path(folder).rglob("*.yaml")) if Path(folder).is_dir() else [Path(folder)]
        for path in paths:
            try:
                source = load_source(path)
            except Exception as error:
                yield "source", Found(str(error), True)
                continue
            sound.append(source)
            pattern = source.read.path.replace("{inbox}", context.settings.inbox)
            files = list(objects.find(pattern, context.settings.inbox))
            said = f"{len(files)} files" if files else f"no file matches {pattern}; nothing will land from it"
            yield f"source {source.source}", Found(said)
        if not paths:
            yield "sources", Found(f"{folder} holds no *.yaml", True)


def _compiled(context: Context, source: Source) -> Found:
    """Compile every SQL expression of a source against an empty table."""
    try:
        empty = context.spark.createDataFrame([], context.lake.schema(bronze.WEB_FORM))
        typed = reading.with_typed_columns(empty, source)
        read = context.spark.createDataFrame([], landing.RECORDS)
        landing.envelope(read, source, "", datetime.now(UTC))
        for target, entries in source.gives.items():
            for number, given in enumerate(entries):
                giving.items(typed, source, ALL[target], number, given)
    except Exception as error:
        return Found((str(error).strip() or type(error).__name__).splitlines()[0], True)
    return Found("compiles")
