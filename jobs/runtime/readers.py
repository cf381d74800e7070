"""From the bytes of a file to its records, by the format that its description says, on drivers and executors alike."""

from __future__ import annotations

import csv
import importlib
import json
import lzma
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from conf.read import FileRead
from jobs.runtime import archives
from jobs.runtime.archives import Fingerprint, Limits, UnreadableFileError
from jobs.runtime.formats import likeness
from jobs.runtime.formats.record import MALFORMED, Record
from jobs.runtime.formats.text import DECLARE

CHANGED = "changed while it was read; it is tried again in the next run"
# The module of each format: imported where a file is read, as some need libraries that take seconds to load.
FORMATS = {"csv": "delimited", "json": "json_records", "xml": "xml_records", "excel": "excel", "parquet": "parquet",
           "email": "mail", "media": "media"}  # fmt: skip
# Formats in which a zip may be a document of its own, and those in which a file is a record, also an empty one.
IN_ZIPS = ("excel", "media")
A_RECORD_A_FILE = ("email", "media")
# Bytes that tell what a content looks like.
_HEAD = 4096
_BREAKS = (
    UnicodeError, EOFError, RecursionError, OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, csv.Error,
    NotImplementedError, IndexError,
)  # fmt: skip


@dataclass
class Check:
    """What verification found of one file; `error` is None for a sound one.

    `pages` are the pages of an API's dump that are in it, of `page_count` (0: not said).
    """

    sha256: str = ""
    record_count: int = 0
    columns: list[str] = field(default_factory=list)
    error: str | None = None
    pages: list[int] = field(default_factory=list)
    page_count: int = 0


def records(
    path: str,
    name: str,
    size: int,
    read: FileRead,
    limits: Limits,
    taken: Fingerprint | None = None,
    pages: list[tuple[int, int]] | None = None,
) -> Iterator[Record]:
    """Yield every record of a file, of all its members; raise UnreadableFileError with the reason if it breaks off.

    `pages` is given the pages that say which they are, and of how many. At the end, and also where it breaks off,
    `taken` is the fingerprint of the bytes that were read.
    """
    found = _records_of(read.format)
    member, head, is_empty = "", b"", True
    try:
        with archives.opened(path, taken or Fingerprint()) as file:
            if size > limits.max_bytes:
                raise UnreadableFileError(f"larger than {limits.max_bytes} bytes (landing.max_file_gib)")
            for member, stream in archives.members(file, size, limits, may_be_document=read.format in IN_ZIPS):
                if member in archives.DOCUMENTS and read.format not in IN_ZIPS:
                    member, head = "", b""
                    raise UnreadableFileError("an Office document, not an archive of files; workbooks are format excel")
                head = stream.peek(_HEAD)[:_HEAD]
                has_content = bool(head)
                is_empty &= not has_content
                if has_content or (member and read.format in A_RECORD_A_FILE):
                    is_empty = False
                    said = yield from found(f"{name}!{member}" if member else name, stream, read, limits)
                    if pages is not None:
                        pages += said or ()
                # What goes wrong between members names its own.
                member, head = "", b""
    except (UnreadableFileError, *_BREAKS) as error:
        place = f"member {member}: " if member else ""
        raise UnreadableFileError(place + _reason(error, read) + likeness.hint(head, read.format)) from error
    if is_empty:
        raise UnreadableFileError("empty: 0 bytes")


def _records_of(kind: str) -> Callable[..., Generator[Record, None, Any]]:
    module = importlib.import_module(f"jobs.runtime.formats.{FORMATS[kind]}")
    found: Callable[..., Generator[Record, None, Any]] = module.records
    return found


def _reason(error: Exception, read: FileRead) -> str:
    encoding = getattr(read, "encoding", "text")
    match error:
        case UnreadableFileError():
            return str(error)
        case UnicodeDecodeError():
            byte = error.object[error.start]
            return f"not {encoding}: byte 0x{byte:02X} cannot be read; {DECLARE}"
        case UnicodeError():
            return f"not {encoding}: {error}; {DECLARE}"
        case EOFError():
            return "truncated: the compressed data ends before its end mark"
        case RecursionError():
            return "JSON nested deeper than can be read"
    return f"cannot be unpacked or read: {error}"


def verify(path: str, name: str, size: int, read: FileRead, limits: Limits) -> Check:
    """Read a file to its end without keeping anything of it: hash, records, columns, or why it cannot land."""
    check, taken = Check(), Fingerprint()
    pages: list[tuple[int, int]] = []
    try:
        columns: dict[str, str] = {}
        shapes: set[str] = set()
        first, is_readable = None, False
        for record in records(path, name, size, read, replace(limits, media="", only_counts=True), taken, pages):
            check.record_count += 1
            first = first or record
            is_readable = is_readable or not record.is_malformed
            if record.schema_hash not in shapes:
                shapes.add(record.schema_hash)
                columns |= {k: v for k, v in record.columns.items() if v or k not in columns}
        named = (f"{name}\t{kind}" if kind else name for name, kind in columns.items())
        # A key cut inside an emoji is no text that the ledger could hold.
        check.columns = [name.encode("utf-8", "backslashreplace").decode("utf-8") for name in named]
        if not check.columns and read.format == "csv":
            raise UnreadableFileError("no record in it" if check.record_count == 0 else "no readable header")
        # Lines that are broken land, each with its reason; a file of another format does not.
        if first and not is_readable and read.format == "json" and _looks(first, read):
            raise UnreadableFileError(none_read(first, read))
    except UnreadableFileError as error:
        check.error = str(error)
    check.pages = sorted(number for number, _ in pages)
    check.page_count = max((of for _, of in pages), default=0)
    check.sha256 = taken.sha256
    if taken.sha256 and taken.size != size:
        # Still being written: what is wrong with it now need not be what is wrong with it.
        check.error = CHANGED
    return check


def none_read(first: Record, read: FileRead) -> str:
    """Return what is to be said of a content none of whose records can be read, by its first."""
    reason = json.loads(first.payload)[MALFORMED]
    return f"no record of it can be read; the first: {reason}{_looks(first, read)}"


def _looks(malformed: Record, read: FileRead) -> str:
    text = str(json.loads(malformed.payload).get("_text", ""))
    return likeness.hint(text.encode("utf-8", "replace") + b"\n", read.format)
