"""From the bytes of a file to its records: archives, encodings, CSV and JSON, on drivers and executors alike.

The standard library's own readers do the work: they keep blanks, line breaks and short rows apart, read members of
archives as streams, and are what users check our counts with.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import itertools
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from conf.source import Read
from jobs.runtime import objects

CHUNK = 1 << 20
RATIO_FROM_BYTES = 64 << 20
# Key of a record that could not be read as one, with the reason; `_surplus` and `_text` hold what came with it.
MALFORMED = "_malformed"
KINDS = {str: "text", int: "number", float: "number", bool: "boolean", dict: "object", list: "array", type(None): ""}
NOT_JSON = object()
_BETWEEN = re.compile(r"[ \t\r\n,]*")


class UnreadableFileError(Exception):
    """A file whose content cannot be read; the message is the reason recorded in the ledger."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one file: bytes packed or unpacked, unpacked/packed ratio, bytes of a field kept in the record."""

    max_bytes: int
    max_ratio: float
    max_field: int
    media: str


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


class _Guarded(io.RawIOBase):
    """A stream of unpacked bytes that refuses to grow beyond the limits."""

    def __init__(self, stream: BinaryIO, packed: int, limits: Limits) -> None:
        self._stream, self._packed, self._limits, self._read = stream, max(packed, 1), limits, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        self._read += len(content)
        if self._read > self._limits.max_bytes:
            raise UnreadableFileError(f"larger than {self._limits.max_bytes} bytes unpacked (landing.max_file_gib)")
        if self._read > RATIO_FROM_BYTES and self._read / self._packed > self._limits.max_ratio:
            raise UnreadableFileError(
                f"unpacks to more than {self._limits.max_ratio:g} times its size: taken for a bomb (landing.max_ratio)"
            )
        return len(content)


def members(path: str, size: int, limits: Limits) -> Iterator[tuple[str, io.BufferedReader]]:
    """Yield the name of each member ("" for a plain file) with its unpacked bytes; gzip and zip are told by content."""
    with objects.open_binary(path) as stream:
        head = stream.read(4)
        stream.seek(0)
        if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            with zipfile.ZipFile(stream) as archive:
                yield from _zip_members(archive, limits)
        else:
            yield "", _unpacked(stream, size, limits)


def _zip_members(archive: zipfile.ZipFile, limits: Limits) -> Iterator[tuple[str, io.BufferedReader]]:
    total = 0
    for info in sorted(archive.infolist(), key=lambda i: i.filename):
        if info.is_dir() or info.filename.startswith("__MACOSX/"):
            continue
        if info.flag_bits & 1:
            raise UnreadableFileError(f"member {info.filename} needs a password")
        total += info.file_size
        if total > limits.max_bytes:
            raise UnreadableFileError(f"larger than {limits.max_bytes} bytes unpacked (landing.max_file_gib)")
        with archive.open(info) as member:
            guarded = io.BufferedReader(_Guarded(member, info.compress_size, limits), CHUNK)  # type: ignore[arg-type]
            yield info.filename, _unpacked(guarded, info.compress_size, limits)


def _unpacked(stream: Any, size: int, limits: Limits) -> io.BufferedReader:
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream, CHUNK)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        buffered = gzip.GzipFile(fileobj=buffered)  # type: ignore[assignment]
    return io.BufferedReader(_Guarded(buffered, size, limits), CHUNK)


def records(path: str, name: str, size: int, read: Read, limits: Limits) -> Iterator[Record]:
    """Yield every record of a file, of all its members; raise UnreadableFileError with the reason if it breaks off."""
    csv.field_size_limit(min(limits.max_bytes, 2**31 - 1))
    try:
        for member, stream in members(path, size, limits):
            named = f"{name}!{member}" if member else name
            with _text(stream, read.encoding) as text:
                yield from (_csv if read.format == "csv" else _json)(named, text, read, limits)
    except UnreadableFileError:
        raise
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"not {read.encoding}: byte 0x{error.object[error.start]:02X} cannot be read; "
            "declare the file's own encoding under read.encoding"
        ) from error
    except UnicodeError as error:
        raise UnreadableFileError(f"not {read.encoding}: {error}; declare the file's own encoding") from error
    except EOFError as error:
        raise UnreadableFileError("truncated: the compressed data ends before its end mark") from error
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        csv.Error,
        NotImplementedError,
        IndexError,
    ) as error:
        raise UnreadableFileError(f"cannot be unpacked or read: {error}") from error
    except RecursionError as error:
        raise UnreadableFileError("JSON nested deeper than can be read") from error


def _text(stream: io.BufferedReader, encoding: str) -> io.TextIOWrapper:
    # A byte-order mark is not part of the first column's name.
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    return io.TextIOWrapper(stream, encoding=codec, errors="strict", newline="")


def _csv(name: str, text: io.TextIOWrapper, read: Read, limits: Limits) -> Iterator[Record]:
    options = read.options
    doubled = options.escape == options.quote
    rows = csv.reader(
        text,
        delimiter=options.delimiter,
        quotechar=options.quote,
        doublequote=doubled,
        escapechar=None if doubled else options.escape,
    )
    header = next((row for row in rows if row), None)
    if header is None:
        return
    columns = _unique(header)
    width, order = len(columns), sorted(range(len(columns)), key=columns.__getitem__)
    schema_hash = _sha(repr(sorted(columns)))
    kinds, position = dict.fromkeys(columns, ""), 0
    for row in rows:
        if not row:
            continue
        position += 1
        if any(len(value) > limits.max_field for value in row):
            row = [_by_reference(value, limits) for value in row]
        record: dict[str, Any] = dict(zip(columns, row, strict=False))
        if len(row) == width:
            content = _sha(schema_hash + repr([row[i] for i in order]))
        else:
            record[MALFORMED] = f"{len(row)} fields where the header has {width}"
            record |= {"_surplus": row[width:]} if len(row) > width else {}
            content = _sha(schema_hash + repr(row))
        yield Record(name, position, json.dumps(record, ensure_ascii=False), content, schema_hash, kinds)


def _unique(header: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for column in header:
        seen[column] = seen.get(column, 0) + 1
        names.append(column if seen[column] == 1 else f"{column}#{seen[column]}")
    return names


def _json(name: str, text: io.TextIOWrapper, read: Read, limits: Limits) -> Iterator[Record]:
    first = text.read(1)
    while first and first.isspace():
        first = text.read(1)
    elements = _array(text) if first == "[" else _lines(first, text)
    for position, (element, value) in enumerate(elements, start=1):
        kinds = {k: KINDS[type(v)] for k, v in sorted(value.items())} if isinstance(value, dict) else {}
        payload = element
        if value is NOT_JSON:
            reason = "not JSON" if len(element) < limits.max_field else "not JSON, and too long to keep here"
            payload = json.dumps({MALFORMED: reason, "_text": _by_reference(element, limits)}, ensure_ascii=False)
        elif not isinstance(value, dict):
            payload = json.dumps({MALFORMED: "JSON, but not an object", "_text": element}, ensure_ascii=False)
        elif len(element) > limits.max_field:
            short = {k: _by_reference(v, limits) if isinstance(v, str) else v for k, v in value.items()}
            payload = json.dumps(short)
        yield Record(name, position, payload, _sha(element), _sha(repr(kinds)), kinds)


def _lines(first: str, text: io.TextIOWrapper) -> Iterator[tuple[str, Any]]:
    for line in itertools.chain([first + text.readline()], text):
        if element := line.strip():
            try:
                yield element, json.loads(element)
            except (ValueError, RecursionError):
                yield element, NOT_JSON


def _array(text: io.TextIOWrapper) -> Iterator[tuple[str, Any]]:
    """Yield each element's own text and value; the buffer grows only as far as the largest element."""
    decoder, buffer, at, ended, chunk = json.JSONDecoder(), "", 0, False, CHUNK
    while True:
        at = _BETWEEN.match(buffer, at).end()  # type: ignore[union-attr]
        if buffer.startswith("]", at):
            if (buffer[at + 1 :] + text.read()).strip():
                raise UnreadableFileError("text follows the end of the JSON array")
            return
        try:
            value, end = decoder.raw_decode(buffer, at)
            # A number at the end of the buffer may go on in the next chunk, also behind its point.
            complete = ended or buffer[end : end + 1] in tuple(" \t\r\n,]")
        except ValueError as error:
            if ended:
                raise UnreadableFileError(f"JSON array breaks off or is broken: {error}") from error
            complete = False
        if complete:
            yield buffer[at:end], value
            at, chunk = end, CHUNK
            continue
        more = text.read(chunk)
        ended = not more
        buffer, at, chunk = buffer[at:] + more, 0, chunk * 2


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
    check = Check()
    try:
        with objects.open_binary(path) as stream:
            check.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if size == 0:
            raise UnreadableFileError("empty: 0 bytes")
        if size > limits.max_bytes:
            raise UnreadableFileError(f"larger than {limits.max_bytes} bytes (landing.max_file_gib)")
        columns: dict[str, str] = {}
        shapes: set[str] = set()
        for record in records(path, name, size, read, limits):
            check.record_count += 1
            if record.schema_hash not in shapes:
                shapes.add(record.schema_hash)
                columns |= {k: v for k, v in record.columns.items() if v or k not in columns}
        check.columns = [f"{name}\t{kind}" if kind else name for name, kind in columns.items()]
        if not check.columns and read.format == "csv":
            raise UnreadableFileError("no record in it" if check.record_count == 0 else "no readable header")
    except UnreadableFileError as error:
        check.error = str(error)
    except OSError as error:
        check.error = f"cannot be opened: {error.strerror or error}"
    return check
