"""Files that are the same bytes for the same rows: no clock in gzip and zip headers, file times from the story."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.town.feed import Row


def lines(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Yield the cells of rows as lines of a CSV file, their names first."""
    for position, row in enumerate(rows):
        if position == 0:
            yield list(row.cells)
        yield [*("" if value is None else f"{value}" for value in row.cells.values()), *row.extra]


def nested(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells as a record in which `group.leaf` stands in its group."""
    record: dict[str, Any] = {}
    for name, value in cells.items():
        group, dot, leaf = name.partition(".")
        if dot:
            record.setdefault(group, {})[leaf] = value
        else:
            record[name] = value
    return record


def write_csv(
    path: Path, rows: Iterable[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8", at: datetime
) -> None:
    """Write rows, the header first, with Windows line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    stamp(path, at)


def write_zip(path: Path, members: Iterable[tuple[str, bytes]], *, at: datetime) -> None:
    """Write a zip of members by name; a name may stand twice, as in an archive that was added to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Duplicate name")
        for name, content in members:
            info = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else the platform is written into the header
            archive.writestr(info, content)
    stamp(path, at)


def write_zipped_csv(path: Path, member: str, rows: Iterable[Sequence[str]], *, at: datetime) -> None:
    """Write a zip with one comma-separated member in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    info = zipfile.ZipInfo(member, date_time=at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # else the platform is written into the header
    with (
        zipfile.ZipFile(path, "w") as archive,
        archive.open(info, "w") as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="") as file,
    ):
        csv.writer(file, lineterminator="\n").writerows(rows)
    stamp(path, at)


def write_gzipped_lines(path: Path, lines: Iterable[str], *, at: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        for line in lines:
            file.write(f"{line}\n".encode())
    stamp(path, at)


def write_lines(path: Path, lines: Iterable[str], *, encoding: str = "utf-8", at: datetime) -> None:
    """Write lines of text; what the encoding has no letter for as a reference to it, as XML does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, errors="xmlcharrefreplace", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    stamp(path, at)


def write_gzipped_tabs(path: Path, rows: Iterable[Row], *, at: datetime) -> None:
    """Write rows, the header first, in UTF-8; for many: no cell has a tab or a line end in it, and none is quoted."""
def write_gzipped_text(path: Path, lines: Iterable[str], *, at: datetime) -> None:
    """Write many lines at once, in memory before they are packed, and not as small as could be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(lines) + "\n"
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", compresslevel=5, fileobj=raw, mtime=0) as file:
        file.write(text.encode())
    stamp(path, at)


def write_json_array(path: Path, elements: Iterable[str], *, at: datetime) -> None:
    """Write JSON texts as one array, an element a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        separator = "[\n"
        for element in elements:
            file.write(separator + element)
            separator = ",\n"
        file.write("[]\n" if separator == "[\n" else "\n]\n")
    stamp(path, at)


def write_xml(path: Path, root: str, elements: Iterable[str], *, encoding: str, at: datetime) -> None:
    """Write XML elements, each as text, under one root."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="\n") as file:
        file.write(f'<?xml version="1.0" encoding="{encoding}"?>\n<{root}>\n')
        file.writelines(f"{element}\n" for element in elements)
        file.write(f"</{root}>\n")
    stamp(path, at)


def write_json(path: Path, value: object, *, at: datetime, indent: int | None = 1) -> None:
    """Write one JSON document, indented for people unless told otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")
    stamp(path, at)


def write_parquet(path: Path, columns: Mapping[str, str], rows: Iterable[Row], *, at: datetime) -> None:
    """Write the cells of rows as columns, each of an Arrow type by its name; the file holds no clock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [row.cells for row in rows]
    arrays = [pa.array([cell[name] for cell in cells], pa.type_for_alias(kind)) for name, kind in columns.items()]
    pq.write_table(pa.table(arrays, list(columns)), path)
    stamp(path, at)


def stamp(path: Path, at: datetime) -> None:
    """Set the file's time to `at`, read as UTC: where a feed declares no known_at, this is when the company knew."""
    seconds = at.replace(tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))
