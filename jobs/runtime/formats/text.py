"""Unpacked bytes as text in a declared encoding, without a byte-order mark; what cannot be that is refused."""

from __future__ import annotations

import codecs
import io

from jobs.runtime import archives
from jobs.runtime.archives import UnreadableFileError

DECLARE = "declare the file's own encoding under read.encoding"


def decoded(stream: io.BufferedReader, encoding: str) -> io.TextIOWrapper:
    """Return a stream of text; raise UnreadableFileError where its first bytes say that it is something else."""
    head = stream.peek(4)[:4]
    if archives.is_packed(head):
        raise UnreadableFileError("packed twice: only gzip inside zip is unpacked, nothing deeper")
    if b"\0" in head and b"\0" not in "a".encode(encoding):
        raise UnreadableFileError(f"not {encoding}: it begins with NUL bytes, as UTF-16 does; {DECLARE}")
    if head.startswith(codecs.BOM_UTF8) and not codecs.lookup(encoding).name.startswith("utf-8"):
        raise UnreadableFileError(f"not {encoding}: it begins with the mark of UTF-8; {DECLARE}")
    # A byte-order mark is not part of the first column's name. Where it chooses the order, the codec takes it away.
    mark = "\ufeff".encode(encoding, "ignore")
    if head.startswith(mark):
        stream.read(len(mark))
    return io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
