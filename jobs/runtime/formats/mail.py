"""E-mail: messages, one a file or many in an mbox, with what a reader sees and the files that came with them."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from conf.read import EmailRead
from jobs.runtime.archives import Limits
from jobs.runtime.formats import record
from jobs.runtime.formats.mail_fields import BREAKS
from jobs.runtime.formats.mail_message import NoMessageError, Reading
from jobs.runtime.formats.record import Record

# Also of a packed file, and of a member whose name stands in an archive more than once.
_ONE_MESSAGE = re.compile(r"(?i)\.eml(\.gz)?(#\d+)?$")
_SEPARATOR = re.compile(
    rb'From +(?:"[^"]*"\S*|\S+)\s+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+'
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d{1,2}\s+"
    rb"\d{1,2}:\d\d(?::\d\d)?\s+(?:[A-Za-z+()-][\w+()-]*\s+){0,2}\d{4}\b"
)
_QUOTED = re.compile(rb">+From ")
_UTF8_MARK = b"\xef\xbb\xbf"


def records(name: str, stream: io.BufferedReader, read: EmailRead, limits: Limits) -> Iterator[Record]:
    """Yield one record per message, in the order of the stream; its hash is that of the message's bytes.

    The payload has the same keys in every message: texts or null, but for the lists `references`, `headers`, `parts`,
    `attachments`, `defects` and the parties of each role, and for `is_automatic`; sizes and numbers in lists are whole
    numbers. What cannot be taken for a message is a malformed record, with the reason and the bytes as latin-1.
    """
    for position, raw in enumerate(_messages(name, stream, read.options.layout), start=1):
        yield _record(name, position, raw, read, limits)


def _record(name: str, position: int, raw: bytes, read: EmailRead, limits: Limits) -> Record:
    try:
        if not raw:
            raise NoMessageError("empty: 0 bytes")
        values, files = Reading(raw, read.zone, limits).payloads()
        return replace(record.of_values(name, position, values, limits, files), hash=hashlib.sha256(raw).hexdigest())
    except NoMessageError as error:
        reason = str(error)
    except BREAKS as error:
        reason = f"cannot be read as a message: {error}"
    text = {"_text": record.by_reference(raw.decode("latin-1"), limits)} if raw else {}
    return record.malformed(name, position, reason, raw, **text)


def _messages(name: str, stream: io.BufferedReader, layout: str) -> Iterator[bytes]:
    if layout == "auto":
        is_mbox = stream.peek(5).startswith(b"From ") and not _ONE_MESSAGE.search(name)
        layout = "mbox" if is_mbox else "message"
    if layout == "mbox":
        yield from _of_mbox(stream)
        return
    raw = stream.read().removeprefix(_UTF8_MARK)
    yield raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _of_mbox(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield the messages between separators, each without the blank line that ends it."""
    message, begun, blank = bytearray(), False, 0
    for number, line in enumerate(stream):
        # The first line is one also with a date of another make: nothing else begins like that.
        if (blank and _SEPARATOR.match(line)) or (number == 0 and line.startswith(b"From ")):
            if begun or message.strip():
                yield bytes(message[: len(message) - blank])
            message, begun, blank = bytearray(), True, 0
            continue
        blank = len(line) if line in (b"\n", b"\r\n") else 0
        message += line[1:] if _QUOTED.match(line) else line
    if begun or message.strip():
        yield bytes(message[: len(message) - blank])
