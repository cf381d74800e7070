"""The bytes of a file: opened, hashed while they are read, unpacked member by member within limits."""

from __future__ import annotations

import gzip
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from jobs.runtime import objects

CHUNK = 1 << 20
RATIO_FROM_BYTES = 64 << 20
GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
# Members that make of a zip a document: of Office Open XML, and of OpenDocument and e-books.
DOCUMENTS = {"[Content_Types].xml", "mimetype"}


class UnreadableFileError(Exception):
    """A file whose content cannot be read; the message is the reason recorded in the ledger."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one file: bytes packed or unpacked, unpacked/packed ratio, characters of a field kept in the record.

    Longer fields and whole files go to the folder `media`; where it is empty they go nowhere, as when one only looks.
    """

    max_bytes: int
    max_ratio: float
    max_field: int
    # Bytes of a record, or characters where it is text.
    max_record: int
    media: str
    # Records are counted and their columns seen; what is in them may be left out.
    only_counts: bool = False


@dataclass
class Fingerprint:
    """Number and sha256 of all bytes of a file as they were read; `sha256` is empty until the file is left."""

    size: int = 0
    sha256: str = ""
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    def add(self, content: memoryview | bytes) -> None:
        self.size += len(content)
        self._digest.update(content)

    def end(self) -> None:
        self.sha256 = self._digest.hexdigest()


class _Fingerprinted(io.RawIOBase):
    """A stream whose every byte goes into a fingerprint."""

    def __init__(self, stream: io.BufferedReader, taken: Fingerprint) -> None:
        self._stream, self._taken = stream, taken

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._stream.readinto(buffer)
        self._taken.add(memoryview(buffer)[:count])
        return count


@dataclass
class _Meter:
    """Bytes unpacked from one file, over all its members, against the bytes that they were packed in."""

    limits: Limits
    packed: int
    unpacked: int = 0

    def add(self, count: int) -> None:
        self.unpacked += count
        if self.unpacked > self.limits.max_bytes:
            raise UnreadableFileError(f"larger than {self.limits.max_bytes} bytes unpacked (landing.max_file_gib)")
        if self.unpacked > RATIO_FROM_BYTES and self.unpacked / max(self.packed, 1) > self.limits.max_ratio:
            raise UnreadableFileError(
                f"unpacks to more than {self.limits.max_ratio:g} times its size: taken for a bomb (landing.max_ratio)"
            )


class _Guarded(io.RawIOBase):
    """A stream of unpacked bytes that counts what it gives, at most `step` bytes at once."""

    def __init__(self, stream: Any, meter: _Meter, step: int = CHUNK) -> None:
        self._stream, self._meter, self._step = stream, meter, step

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(min(len(buffer), self._step))
        buffer[: len(content)] = content
        self._meter.add(len(content))
        return len(content)


@contextmanager
def opened(path: str, taken: Fingerprint) -> Iterator[io.BufferedReader[Any]]:
    """Open a file; when it is left, broken or not, all its bytes are in the fingerprint, also those nobody asked for.

    What was read and what was hashed come from one open file, and but for zips from one reading of it.
    """
    try:
        stream = objects.open_binary(path)
    except OSError as error:
        raise UnreadableFileError(f"cannot be opened: {error.strerror or error}") from error
    with stream:
        hashed = io.BufferedReader(_Fingerprinted(stream, taken), CHUNK)
        # The members of a zip are not read in the order of its bytes: it is hashed after them.
        is_zip = is_packed(stream.peek(4), gzip_too=False)
        try:
            yield stream if is_zip else hashed
        finally:
            if is_zip:
                stream.seek(0)
            while hashed.read(CHUNK):
                pass
            taken.end()


def fingerprint(path: str) -> Fingerprint:
    """Return the fingerprint of a file; its sha256 is empty where the file cannot be opened or read."""
    taken = Fingerprint()
    try:
        with opened(path, taken):
            pass
    except (UnreadableFileError, OSError):
        return Fingerprint()
    return taken


def is_packed(head: bytes, *, gzip_too: bool = True) -> bool:
    """Return whether bytes begin as those of a zip do, or of a gzip."""
    return head.startswith(ZIP) or (gzip_too and head.startswith(GZIP))


def members(
    stream: io.BufferedReader, size: int, limits: Limits, *, may_be_document: bool = False
) -> Iterator[tuple[str, io.BufferedReader]]:
    """Yield the name of each member ("" for a plain file) with its unpacked bytes; gzip and zip are told by content.

    Office documents are zips as well: where a file `may_be_document`, such a one is a plain file.
    """
    if not is_packed(stream.peek(4), gzip_too=False):
        yield "", _unpacked(stream, _Meter(limits, size))
        return
    try:
        archive = zipfile.ZipFile(stream)
    except zipfile.BadZipFile as error:
        raise UnreadableFileError("truncated: the zip has no directory at its end that can be read") from error
    with archive:
        if may_be_document and DOCUMENTS & set(archive.namelist()):
            stream.seek(0)
            yield "", io.BufferedReader(_Guarded(stream, _Meter(limits, size)), CHUNK)
        else:
            yield from _zip_members(archive, size, limits)


def _zip_members(archive: zipfile.ZipFile, size: int, limits: Limits) -> Iterator[tuple[str, io.BufferedReader]]:
    # What the archive says of itself is judged first: most bombs need not be unpacked.
    _Meter(limits, size).add(sum(info.file_size for info in archive.infolist()))
    outer, inner = _Meter(limits, 0), _Meter(limits, 0)
    wanted = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    # An archive that is added to holds several members of one name, which are objects of their own, in their order.
    for name, info in sorted(zip(numbered(info.filename for info in wanted), wanted, strict=True), key=lambda m: m[0]):
        if info.flag_bits & 1:
            raise UnreadableFileError(f"member {name} needs a password")
        # The members of a bomb may lie over each other: the archive itself is all that was packed.
        outer.packed = inner.packed = min(inner.packed + info.compress_size, size)
        with archive.open(info) as member:
            step = CHUNK
            if info.compress_type in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
                # zipfile unpacks as many packed bytes of these as it is asked for: of bzip2, 4 KiB may be 4 GiB.
                step = member.MIN_READ_SIZE = 64  # type: ignore[attr-defined]
            yield name, _unpacked(io.BufferedReader(_Guarded(member, outer, step), CHUNK), inner)


def _unpacked(stream: io.BufferedReader, meter: _Meter) -> io.BufferedReader:
    is_gzip = stream.peek(2).startswith(GZIP)
    return io.BufferedReader(_Guarded(gzip.GzipFile(fileobj=stream) if is_gzip else stream, meter), CHUNK)


@contextmanager
def seekable(stream: io.BufferedReader, limits: Limits) -> Iterator[IO[bytes]]:
    """Give a copy of a stream that can be read at any place: a temporary file, of a small one in memory."""
    with tempfile.SpooledTemporaryFile(8 * CHUNK) as copy:
        size = 0
        while chunk := stream.read(CHUNK):
            size += copy.write(chunk)
            if size > limits.max_bytes:
                raise UnreadableFileError(f"larger than {limits.max_bytes} bytes unpacked (landing.max_file_gib)")
        copy.seek(0)
        yield copy


def numbered(names: Iterable[str]) -> list[str]:
    """Return the names with every further one of a name numbered, by numbers that make no name of the list."""
    names = list(names)
    taken, number = set(names), dict.fromkeys(names, 0)
    unique = []
    for wanted in names:
        number[wanted] += 1
        name = wanted
        while number[wanted] > 1 and (name := f"{wanted}#{number[wanted]}") in taken:
            number[wanted] += 1
        taken.add(name)
        unique.append(name)
    return unique
