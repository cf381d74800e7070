"""Delimited text: the standard library's reader, which keeps blanks, line breaks and short rows apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from conf.read import CsvOptions, CsvRead
from jobs.runtime import archives
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.formats import text
from jobs.runtime.formats.record import MALFORMED, Record, as_json, by_reference, sha, too_large

# A header of more is a wrong delimiter or no header: names that stand in it twice are numbered, which takes memory.
MOST_COLUMNS = 1 << 16


def records(name: str, stream: io.BufferedReader, read: CsvRead, limits: Limits) -> Iterator[Record]:
    """Yield a record for every row below the header; one with more or fewer fields says so."""
    csv.field_size_limit(min(limits.max_record, 2**31 - 1))
    lines = _Lines(stream, read.encoding, limits)
    rows = _rows(lines, read.options)
    header = next(rows, None)
    if header is None:
        return
    # csv asks for more only inside a row: one that comes after the last line is open, and holds all that follows.
    if lines.ended:
        raise UnreadableFileError("a quote or escape in the header is still open where the file ends")
    if len(header) > MOST_COLUMNS:
        raise UnreadableFileError(
            f"{len(header)} columns in its header, more than {MOST_COLUMNS}: is the delimiter right?"
        )
    columns = archives.numbered(header)
    width, order = len(columns), sorted(range(len(columns)), key=columns.__getitem__)
    schema_hash = sha(repr(sorted(columns)))
    kinds = dict.fromkeys(columns, "")
    counted = Record(name, 0, "", "", schema_hash, kinds)
    for position, row in enumerate(rows, start=1):
        if limits.only_counts and len(row) == width and not lines.ended:
            yield counted
            continue
        if lines.row_length > limits.max_field:
            row = [by_reference(value, limits) for value in row]
        record: dict[str, Any] = dict(zip(columns, row, strict=False))
        if len(row) == width and not lines.ended:
            content = sha(schema_hash + repr([row[i] for i in order]))
        else:
            open_quote = "a quote or escape in it is still open where the file ends"
            record[MALFORMED] = open_quote if lines.ended else f"{len(row)} fields where the header has {width}"
            record |= {"_surplus": row[width:]} if len(row) > width else {}
            content = sha(schema_hash + repr(row))
        yield Record(name, position, as_json(record), content, schema_hash, kinds)


class _Lines:
    """The lines of a text; raise UnreadableFileError where those since `row_begins` are more than a record may have.

    Such a row is mostly a quote that nobody closed: where the next one begins cannot be told.
    """

    def __init__(self, stream: io.BufferedReader, encoding: str, limits: Limits) -> None:
        self._stream, self._encoding, self._limits = stream, encoding, limits
        self._number, self._first, self._held = 0, 1, 0
        # Of the row that was given last.
        self.row_length = 0
        self.ended = False

    def row_begins(self) -> None:
        self.row_length, self._first, self._held = self._held, self._number + 1, 0

    def __iter__(self) -> Iterator[str]:
        most = self._limits.max_record
        with text.decoded(self._stream, self._encoding) as decoded:
            while line := decoded.readline(most + 1):
                self._number += 1
                self._held += len(line)
                if self._held > most:
                    raise UnreadableFileError(
                        f"the row that begins in line {self._first} is {too_large(self._limits)}: "
                        "a quote in it is not closed, or the limit is too low for this feed"
                    )
                yield line
        self.ended = True


def _rows(lines: _Lines, options: CsvOptions) -> Iterator[list[str]]:
    doubled = options.escape == options.quote
    rows = csv.reader(
        lines,
        delimiter=options.delimiter,
        quotechar=options.quote,
        doublequote=doubled,
        escapechar=None if doubled else options.escape,
    )
    for row in rows:
        lines.row_begins()
        # Blank lines are no rows.
        if row:
            yield row
