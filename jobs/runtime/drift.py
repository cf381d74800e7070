"""Drift: what is unusual about a feed's new files, against its description and against its earlier files."""

from __future__ import annotations

import difflib
import statistics
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conf.source import Source
from jobs.runtime.formats import likeness
from jobs.runtime.ledger import Feed, File

HEADLESS = "none of the columns that the source description reads is in it; has it no header?"
NEVER_THERE = "the source description reads it, but it was in no record of the feed ever"
# Formats whose records need not have every field.
OPTIONAL = ("json", "xml")
# Fewer files have no rule that a small one could break.
FILES_OF_A_RULE, FILES_LOOKED_AT = 3, 9


def headless(source: Source, file: File) -> str | None:
    """Return why a CSV file cannot be read that has none of the columns of the description; of one nobody can say."""
    wanted = set(_wanted(source))
    if source.read.format != "csv" or len(wanted) < 2 or wanted & {_name(c) for c in file.check.columns}:
        return None
    return HEADLESS + _looks(source, file)


def absent_columns(feed: Feed, files: Iterable[File]) -> dict[str, str]:
    """Return the columns of the description that are in no file of the feed, ever, each with what may be meant.

    They are misspelt there; in JSON they may be fields that are not always sent. Nothing can be said without a record.
    """
    there = _ever(feed, files)
    near = {
        name: difflib.get_close_matches(name, sorted(there), n=1, cutoff=0.5)
        for name in _wanted(feed.source)
        if there and name not in there
    }
    return {name: f"did you mean {found[0]!r}?" if found else "" for name, found in near.items()}


def misspelt(feed: Feed, files: list[File], absent: dict[str, str]) -> str | None:
    """Return why the files cannot be read as described; None where they can.

    Every column of a table stands in its header. A field of JSON or XML may be left out, but not all of them always.
    """
    if not absent or (feed.source.read.format in OPTIONAL and len(absent) < len(set(_wanted(feed.source)))):
        return None
    said = "; ".join(f"{name!r} ({meant})" if meant else repr(name) for name, meant in absent.items())
    looks = max((_looks(feed.source, file) for file in files), default="")
    there = sorted(_ever(feed, files))
    return f"{feed.source.file} reads columns that are in no file of the feed: {said}; the files have {there}{looks}"


def _looks(source: Source, file: File) -> str:
    """Return what the first line of a CSV file, in which its columns stand, may be instead."""
    if source.read.format != "csv" or not file.check.columns:
        return ""
    return likeness.hint(file.check.columns[0].encode(errors="replace") + b"\n", "csv")


def schema_changes(feed: Feed, columns: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield which columns of a file are new, missing or of another type against the feed's last file, and how."""
    # A file without a record has no columns, which says nothing about them.
    if feed.newest is None or not columns:
        return
    last = {_name(c): c for c in feed.newest["columns"]}
    ever, now = _ever(feed, ()), {_name(c): c for c in columns}
    used = set(_wanted(feed.source))
    for name in now:
        if name not in ever:
            yield name, "new", "now there" if name in used else "not in the source description"
    for name in last:
        if name not in now:
            yield name, "missing", "the source description reads it: null from here on" if name in used else "not read"
    for name in now:
        # A column of nulls alone has no kind.
        if name in last and last[name] != now[name] and "\t" in last[name] and "\t" in now[name]:
            yield name, "retyped", f"{last[name]} -> {now[name]}".replace("\t", ": ")


def shrunken(usual: list[int], count: int, share: float) -> str | None:
    """Return what is to be said of a file with fewer records than `share` of what the feed's files have as a rule."""
    rule = rule_of(usual, count)
    if count >= rule * share:
        return None
    return f"{count or 'no'} records where the feed's files have {rule:g} as a rule"


def rule_of(usual: list[int], count: int) -> float:
    """Return how many records a feed's files have as a rule, to hold one of `count` against; 0 where none can be told.

    For a file without any record one other is enough.
    """
    usual = usual[-FILES_LOOKED_AT:]
    return statistics.median(usual) if len(usual) >= FILES_OF_A_RULE or (usual and count == 0) else 0


def missing_pages(feed: Feed, files: Iterable[File]) -> dict[str, str]:
    """Return by path of the files which pages of their dump were in no file of the folder, landed or landing now.

    A page that was there before, and another number of pages, begin the next dump. A snapshot must have all pages in
    one file: what another page has would be taken for deleted.
    """
    paged = [file.facts for file in files if file.check.pages]
    if feed.source.delivery == "snapshot":
        dumps: list[list[Mapping[str, Any]]] = [[file] for file in paged]
        where = "in this file, and a snapshot comes in one, as a zip of its pages"
    else:
        # A lake may be older than the column.
        known = [row for row in feed.landed if row.get("pages")] if paged else []
        dumps = _dumps([*known, *paged])
        where = "in any file of its folder"
    new = {file["path"] for file in paged}
    found: dict[str, str] = {}
    for dump in dumps:
        pages = {page for file in dump for page in file["pages"]}
        # Some count from 0.
        first = min(1, *pages)
        last = max(first + (dump[0]["page_count"] or 0) - 1, *pages)
        if missing := [str(page) for page in range(first, last + 1) if page not in pages]:
            shown = ", ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
            said = f"page {shown} of {last + 1 - first} was not {where}"
            found |= {file["path"]: said for file in dump if file["path"] in new}
    return found


def _dumps(files: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Group the files of each folder, by their time, into dumps."""
    dumps: list[list[Mapping[str, Any]]] = []
    newest: dict[str, tuple[list[Mapping[str, Any]], set[int]]] = {}
    for file in sorted(files, key=lambda file: (file["file_time"], file["path"])):
        folder = file["path"].rpartition("/")[0]
        dump, there = newest.get(folder, ([], set[int]()))
        if not dump or not there.isdisjoint(file["pages"]) or dump[0]["page_count"] != file["page_count"]:
            dump, there = newest[folder] = [], set[int]()
            dumps.append(dump)
        dump.append(file)
        there.update(file["pages"])
    return dumps


def _wanted(source: Source) -> list[str]:
    return [how.from_ or name for name, how in source.columns.items()]


def _ever(feed: Feed, files: Iterable[File]) -> set[str]:
    return {_name(c) for c in feed.columns_ever} | {_name(c) for file in files for c in file.check.columns}


def _name(column: str) -> str:
    return column.rsplit("\t", 1)[0]
