"""From the bytes of a file to its records: encodings, CSV and JSON, on drivers and executors alike.

The standard library's own readers do the work: they keep blanks, line breaks and short rows apart, and are what users
check our counts with.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conf.source import CsvOptions, Read
from jobs.runtime import archives, json_elements, objects
from jobs.runtime.archives import Fingerprint, Limits, UnreadableFileError

CHANGED = "changed while it was read; it is tried again in the next run"
# Key of a record that could not be read as one, with the reason; `_surplus` and `_text` hold what came with it.
MALFORMED = "_malformed"
KINDS = {str: "text", int: "number", float: "number", bool: "boolean", dict: "object", list: "array", type(None): ""}
_COLON = re.compile(r"[ \t\r\n]*:")
_DECLARE = "declare the file's own encoding under read.encoding"
_BREAKS = (
    UnicodeError, EOFError, RecursionError, OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, csv.Error,
    NotImplementedError, IndexError,
)  # fmt: skip


@dataclass
class Check:
    """What verification found of one file; `error` is None for a sound one."""

    sha256: str = ""
    record_count: int = 0
    columns: list[str] = field(default_factory=list)
    error: str | None = None


@dataclass(frozen=True)
class Record:
    """One record of an object: position from 1, JSON text, content hash, columns with their JSON kinds.

    CSV has no kinds: there they are "".
    """

    object: str
    position: int
    payload: str
    hash: str
    schema_hash: str
    columns: dict[str, str]


def records(
    path: str, name: str, size: int, read: Read, limits: Limits, taken: Fingerprint | None = None
) -> Iterator[Record]:
    """Yield every record of a file, of all its members; raise UnreadableFileError with the reason if it breaks off.

    At the end, and also where it breaks off, `taken` is the fingerprint of the bytes that were read.
    """
    csv.field_size_limit(min(limits.max_bytes, 2**31 - 1))
    member, is_empty = "", True
    try:
        with archives.opened(path, taken or Fingerprint()) as file:
            if size > limits.max_bytes:
                raise UnreadableFileError(f"larger than {limits.max_bytes} bytes (landing.max_file_gib)")
            for member, stream in archives.members(file, size, limits):
                if stream.peek(1):
                    is_empty = False
                    named = f"{name}!{member}" if member else name
                    with _text(stream, read.encoding) as text:
                        yield from (_csv if read.format == "csv" else _json)(named, text, read, limits)
                # What goes wrong between members names its own.
                member = ""
    except (UnreadableFileError, *_BREAKS) as error:
        place = f"member {member}: " if member else ""
        raise UnreadableFileError(place + _reason(error, read.encoding)) from error
    if is_empty:
        raise UnreadableFileError("empty: 0 bytes")


def _reason(error: Exception, encoding: str) -> str:
    match error:
        case UnreadableFileError():
            return str(error)
        case UnicodeDecodeError():
            byte = error.object[error.start]
            return f"not {encoding}: byte 0x{byte:02X} cannot be read; {_DECLARE}"
        case UnicodeError():
            return f"not {encoding}: {error}; {_DECLARE}"
        case EOFError():
            return "truncated: the compressed data ends before its end mark"
        case RecursionError():
            return "JSON nested deeper than can be read"
    return f"cannot be unpacked or read: {error}"


def _text(stream: io.BufferedReader, encoding: str) -> io.TextIOWrapper:
    head = stream.peek(4)[:4]
    if archives.is_packed(head):
        raise UnreadableFileError("packed twice: only gzip inside zip is unpacked, nothing deeper")
    if b"\0" in head and b"\0" not in "a".encode(encoding):
        raise UnreadableFileError(f"not {encoding}: it begins with NUL bytes, as UTF-16 does; {_DECLARE}")
    if head.startswith(codecs.BOM_UTF8) and not codecs.lookup(encoding).name.startswith("utf-8"):
        raise UnreadableFileError(f"not {encoding}: it begins with the mark of UTF-8; {_DECLARE}")
    # A byte-order mark is not part of the first column's name. Where it chooses the order, the codec takes it away.
    mark = "\ufeff".encode(encoding, "ignore")
    if head.startswith(mark):
        stream.read(len(mark))
    return io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")


def _csv(name: str, text: io.TextIOWrapper, read: Read, limits: Limits) -> Iterator[Record]:
    ended = False

    def lines() -> Iterator[str]:
        nonlocal ended
        yield from text
        ended = True

    rows = _rows(lines(), read.options)
    header = next(rows, None)
    if header is None:
        return
    # csv asks for more only inside a row: one that comes after the last line is open, and holds all that follows.
    if ended:
        raise UnreadableFileError("a quote or escape in the header is still open where the file ends")
    columns = archives.numbered(header)
    width, order = len(columns), sorted(range(len(columns)), key=columns.__getitem__)
    schema_hash = _sha(repr(sorted(columns)))
    kinds = dict.fromkeys(columns, "")
    for position, row in enumerate(rows, start=1):
        if any(len(value) > limits.max_field for value in row):
            row = [_by_reference(value, limits) for value in row]
        record: dict[str, Any] = dict(zip(columns, row, strict=False))
        if len(row) == width and not ended:
            content = _sha(schema_hash + repr([row[i] for i in order]))
        else:
            open_quote = "a quote or escape in it is still open where the file ends"
            record[MALFORMED] = open_quote if ended else f"{len(row)} fields where the header has {width}"
            record |= {"_surplus": row[width:]} if len(row) > width else {}
            content = _sha(schema_hash + repr(row))
        yield Record(name, position, json.dumps(record, ensure_ascii=False), content, schema_hash, kinds)


def _rows(lines: Iterator[str], options: CsvOptions) -> Iterator[list[str]]:
    doubled = options.escape == options.quote
    rows = csv.reader(
        lines,
        delimiter=options.delimiter,
        quotechar=options.quote,
        doublequote=doubled,
        escapechar=None if doubled else options.escape,
    )
    # Blank lines are no rows.
    return filter(None, rows)


def _json(name: str, text: io.TextIOWrapper, read: Read, limits: Limits) -> Iterator[Record]:
    for position, (element, value) in enumerate(json_elements.found(text), start=1):
        kinds = {k: KINDS[type(v)] for k, v in sorted(value.items())} if isinstance(value, dict) else {}
        payload = element
        if not isinstance(value, dict):
            reason = "not JSON" if value is json_elements.NOT_JSON else "JSON, but not an object"
            reason += "" if len(element) <= limits.max_field else ", and too long to keep here"
            payload = json.dumps({MALFORMED: reason, "_text": _by_reference(element, limits)}, ensure_ascii=False)
        elif len(element) > limits.max_field:
            payload = _shortened(element, limits)
        yield Record(name, position, payload, _sha(element), _sha(repr(kinds)), kinds)


def _shortened(element: str, limits: Limits) -> str:
    """Return the text of a JSON object with references for its long texts, at any depth; all else stays as written."""
    parts, done, at = [], 0, element.find('"')
    while at >= 0:
        value, end = json.decoder.scanstring(element, at + 1)  # type: ignore[attr-defined]
        if len(value) > limits.max_field and not _COLON.match(element, end):
            parts += [element[done:at], f'"{_by_reference(value, limits)}"']
            done = end
        at = element.find('"', end)
    return "".join((*parts, element[done:]))


def _by_reference(value: str, limits: Limits) -> str:
    if len(value) <= limits.max_field:
        return value
    content = value.encode("utf-8", "surrogatepass")
    name = hashlib.sha256(content).hexdigest()
    objects.store(limits.media, name, content)
    return f"media:{name}"


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def verify(path: str, name: str, size: int, read: Read, limits: Limits) -> Check:
    """Read a file to its end without keeping it: hash, records, columns, or the reason it cannot land."""
    check, taken = Check(), Fingerprint()
    try:
        columns: dict[str, str] = {}
        shapes: set[str] = set()
        for record in records(path, name, size, read, limits, taken):
            check.record_count += 1
            if record.schema_hash not in shapes:
                shapes.add(record.schema_hash)
                columns |= {k: v for k, v in record.columns.items() if v or k not in columns}
        named = (f"{name}\t{kind}" if kind else name for name, kind in columns.items())
        # A key cut inside an emoji is no text that the ledger could hold.
        check.columns = [name.encode("utf-8", "backslashreplace").decode("utf-8") for name in named]
        if not check.columns and read.format == "csv":
            raise UnreadableFileError("no record in it" if check.record_count == 0 else "no readable header")
    except UnreadableFileError as error:
        check.error = str(error)
    check.sha256 = taken.sha256
    if taken.sha256 and taken.size != size:
        # Still being written: what is wrong with it now need not be what is wrong with it.
        check.error = CHANGED
    return check
