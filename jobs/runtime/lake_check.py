"""What is wrong with the tables of a lake, told from their logs and one listing each, and what mends it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote

from conf.table import Table
from conf.tables import ALL
from jobs.runtime import objects
from jobs.runtime.commit import FORMAT_VERSION, format_of
from jobs.runtime.lake import Lake, Log, Pin, Version
from jobs.runtime.registry import Job
from jobs.runtime.scope import Watermark

logger = logging.getLogger("reclamo360")

COMMIT = re.compile(r"(\d{20})\.json$")
WHOLE = re.compile(r"(\d{20})\.checkpoint\..*parquet$")
LAYERS = sorted({table.layer for table in ALL.values()})


@dataclass(frozen=True)
class Harm:
    """One finding, a sentence: a problem stops jobs or loses rows, a doubt is to be known, a note can be left alone."""

    text: str
    kind: Literal["problem", "doubt", "note"] = "problem"


def harms(lake: Lake, jobs: Iterable[Job]) -> Iterator[Harm]:
    """Yield what was found, table by table; nothing of a lake that is well."""
    jobs = list(jobs)
    pins: dict[str, Pin] = {}
    left: list[objects.Found] = []
    there = _listed(lake)
    for table in ALL.values():
        files = there.pop(table.name, {})
        if not any(COMMIT.search(name) or WHOLE.search(name) for name in files):
            continue
        if broken := list(_of_log(table, files)):
            yield from broken
            continue
        try:
            pins[table.name] = lake.pin(table)
            yield from _of_format(table, lake.standing(table))
            yield from _of_files(lake, table, files, left)
        except Exception as error:
            logger.debug("the log of %s", table.name, exc_info=True)
            first = str(error).strip().splitlines()[0][:300]
            yield Harm(f"{table.name}: its log cannot be read ({first}); {_mends(table)}")
    yield from _of_restores(lake, jobs, pins)
    yield from _of_marks(lake, jobs, pins)
    for name in (name for name, files in there.items() if any(map(COMMIT.search, files))):
        yield Harm(f"{name}: no contract names this table; no job reads it, and none will remove it", "doubt")
    if left:
        size = sum(file.size for file in left) / 2**20
        yield Harm(
            f"{len(left):,} files ({size:,.1f} MiB) that no log names, of writes that were killed or had no rows; "
            "maintain_tables removes them in time",
            "note",
        )


def first_whole(lake: Lake, table: Table, version: int) -> int:
    """Return the first version from `version` on whose data files are all there; -1 where there is none."""
    there = objects.listed(lake.path(table))
    for number in range(version, lake.version(table) + 1):
        log = lake.log(table)
        assert log is not None, f"{table.name} was there a moment ago"
        log.load_as_version(number)
        if {*_named(log)} <= {*there}:
            return number
    return -1


def _named(log: Log) -> list[str]:
    """Return the data files of a version, as paths below the table."""
    return [unquote(name) for name in log.get_add_actions().column("path").to_pylist()]


def _mends(table: Table) -> str:
    """Return what is to be done about a table whose rows are lost in part."""
    folder = f"the folder {table.path} of the lake"
    if table.layer == "bronze":
        return (
            f"restore it from a backup; or, where the inbox still has every file that landed in it, remove {folder} "
            "and run the pipeline: the files land again"
        )
    if table.kind == "journal":
        return "restore it from a backup: nothing else remembers what it holds"
    return f"remove {folder} and run the pipeline: it is made anew from what it is made of"


def _of_log(table: Table, files: dict[str, objects.Found]) -> Iterator[Harm]:
    commits = sorted(int(found[1]) for name in files if (found := COMMIT.search(name)))
    wholes = sorted(int(found[1]) for name in files if (found := WHOLE.search(name)))
    newest = max(commits[-1:] + wholes[-1:])
    gaps = [a + 1 for a, b in pairwise(commits) if b != a + 1]
    if gaps:
        yield Harm(
            f"{table.name}: its log lacks commit {', '.join(map(str, gaps[:5]))}, though later ones are there; "
            f"{_mends(table)}"
        )
    pointer = files.get("_delta_log/_last_checkpoint")
    if pointer is not None:
        with objects.open_binary(pointer.path) as file:
            points_to = json.loads(file.read())["version"]
        if points_to > newest:
            yield Harm(
                f"{table.name}: the newest commits of its log are gone: it ends with {newest}, and a checkpoint of "
                f"{points_to} was made; {_mends(table)}"
            )


def _of_format(table: Table, versions: list[Version]) -> Iterator[Harm]:
    made_by = format_of(versions)
    if made_by < FORMAT_VERSION:
        yield Harm(
            f"{table.name}: of format version {made_by}, and this code writes {FORMAT_VERSION}; "
            "run: python -m jobs upgrade"
        )
    if made_by > FORMAT_VERSION:
        yield Harm(
            f"{table.name}: of format version {made_by}, which is newer than this code's {FORMAT_VERSION}; "
            "use the release that wrote it"
        )


def _of_files(lake: Lake, table: Table, files: dict[str, objects.Found], left: list[objects.Found]) -> Iterator[Harm]:
    """Yield what data files are gone; put those that no log names into `left`."""
    log = lake.log(table)
    assert log is not None, f"{table.name} was there a moment ago"
    active = {*_named(log)}
    if lost := sorted(active - {*files}):
        first = min((_added_by(files, name) for name in lost), default=None)
        since = "" if first is None else f", the first of them since version {first}"
        yield Harm(f"{table.name}: {len(lost):,} of its {len(active):,} data files are gone{since}; {_mends(table)}")
    left += _left(files, [f for name, f in files.items() if _is_data(name) and name not in active])


def _is_data(name: str) -> bool:
    return name.endswith(".parquet") and not name.startswith("_delta_log/") and PurePosixPath(name).name[0] != "."


def _added_by(files: dict[str, objects.Found], name: str) -> int:
    """Return the version whose commit added a file; of one that is older than the log, the log's first."""
    commits = sorted((int(found[1]), f.path) for key, f in files.items() if (found := COMMIT.search(key)))
    for number, path in commits:
        with objects.open_binary(path) as file:
            if name.encode() in file.read():
                return number
    return commits[0][0] if commits else 0


def _left(files: dict[str, objects.Found], unnamed: list[objects.Found]) -> list[objects.Found]:
    """Return the files that no commit speaks of, now or before."""
    left = {PurePosixPath(f.name).name.encode(): f for f in unnamed}
    for name, found in files.items():
        if COMMIT.search(name) and left:
            with objects.open_binary(found.path) as file:
                text = file.read()
            left = {base: f for base, f in left.items() if base not in text}
    return [*left.values()]


def _of_restores(lake: Lake, jobs: list[Job], pins: dict[str, Pin]) -> Iterator[Harm]:
    """Yield the tables that were restored since jobs last read or wrote them."""
    for name, pin in pins.items():
        if pin.restored < 0:
            continue
        due = []
        for job in (job for job in jobs if not job.lands):
            for output in job.primary:
                mark = Watermark.of(lake.standing(output), job.name) if output.name in pins else None
                if mark and (mark.version if output.name == name else mark.inputs.get(name, ("", pin.restored))[1]) < (
                    pin.restored
                ):
                    due.append(job.name)
        if due:
            yield Harm(
                f"{name}: was restored to an older version in version {pin.restored}; the next run recomputes all of "
                f"{', '.join(sorted({*due}))}",
                "doubt",
            )


def _of_marks(lake: Lake, jobs: list[Job], pins: dict[str, Pin]) -> Iterator[Harm]:
    """Yield the tables of which a job consumed versions that are no longer there: the end of their log is cut off."""
    found: dict[str, str] = {}
    for job in jobs:
        for output in (table for table in job.primary if table.name in pins):
            mark = Watermark.of(lake.standing(output), job.name)
            for name, (table_id, version) in (mark.inputs if mark else {}).items():
                pin = pins.get(name)
                if pin is not None and pin.id == table_id and version > pin.version:
                    found.setdefault(name, f"{job.name} has read version {version} of it, and its log ends with "
                                           f"{pin.version}: its newest commits are gone")  # fmt: skip
    yield from (Harm(f"{name}: {said}; {_mends(ALL[name])}") for name, said in found.items())


def _listed(lake: Lake) -> dict[str, dict[str, objects.Found]]:
    """Return the files of every folder of a layer, by the name of its table and their paths in it."""
    found: dict[str, dict[str, objects.Found]] = {}
    for layer in LAYERS:
        for path, file in objects.listed(f"{lake.root}/{layer}").items():
            name, _, below = path.partition("/")
            found.setdefault(f"{layer}.{name}", {})[below] = file
    return found
