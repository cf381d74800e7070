"""E-mail: messages, one a file or many in an mbox, with what a reader sees and the files that came with them."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from collections.abc import Iterator
from functools import partial

from conf.read import EmailRead
from jobs.runtime.archives import CHUNK, Limits
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
_BLANK_LINES = (b"\n", b"\r\n")
_UTF8_MARK = b"\xef\xbb\xbf"
_BLANKS_BEFORE = 1000


def records(name: str, stream: io.BufferedReader, read: EmailRead, limits: Limits) -> Iterator[Record]:
    """Yield one record per message, in the order of the stream; its hash is that of the message's bytes.

    The payload has the same keys in every message: texts or null, but for the lists `references`, `headers`, `parts`,
    `attachments`, `defects` and the parties of each role, and for `is_automatic`; in lists `bytes` and
    `attachment_number` are whole numbers. What cannot be taken for a message is a malformed record, with the reason and
    the bytes as latin-1; one that is too large for a record is kept as it is, by reference.
    """
    for position, pieces in enumerate(_messages(name, stream, read.options.layout), start=1):
        taken = io.BytesIO()
        for piece in pieces:
            taken.write(piece)
            if taken.tell() > limits.max_record:
                yield record.overlong(name, position, itertools.chain((taken.getvalue(),), pieces), limits)
                break
        else:
            yield _record(name, position, taken.getvalue(), read, limits)


def _record(name: str, position: int, raw: bytes, read: EmailRead, limits: Limits) -> Record:
    try:
        if not raw:
            raise NoMessageError("empty: 0 bytes")
        values = Reading(raw, read.zone, limits).payload()
        return record.of_values(name, position, values, limits)._replace(hash=hashlib.sha256(raw).hexdigest())
    except NoMessageError as error:
        reason = str(error)
    except BREAKS as error:
        # What an error itself tells may be a piece of the message.
        kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
        reason = f"cannot be read as a message: the reader of e-mail breaks off ({kind})"
    text = {"_text": record.by_reference(raw.decode("latin-1"), limits)} if raw else {}
    return record.malformed(name, position, reason, raw, **text)


def _messages(name: str, stream: io.BufferedReader, layout: str) -> Iterator[Iterator[bytes]]:
    """Yield each message in pieces, which are taken before the next one."""
    if layout == "auto":
        is_mbox = stream.peek(5).startswith(b"From ") and not _ONE_MESSAGE.search(name)
        layout = "mbox" if is_mbox else "message"
    if layout == "message":
        yield _of_file(stream)
        return
    for number, numbered in itertools.groupby(_of_mbox(stream), key=lambda found: found[0]):
        pieces = (piece for _, piece in numbered)
        if number:
            yield pieces
            continue
        before: list[bytes] = []
        for piece in pieces:
            before.append(piece)
            # Blanks before the first separator are no message, unless there is no end of them.
            if piece.strip() or len(before) > _BLANKS_BEFORE:
                yield itertools.chain(before, pieces)
                break


def _of_file(stream: io.BufferedReader) -> Iterator[bytes]:
    line = stream.readline(CHUNK).removeprefix(_UTF8_MARK)
    if line.startswith(b"From "):
        while line and not line.endswith(b"\n"):
            line = stream.readline(CHUNK)
    else:
        yield line
    yield from iter(partial(stream.read, CHUNK), b"")


def _of_mbox(stream: io.BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of each message, long ones in pieces, with its number: 0 where no separator is before it.

    The blank line that ends a message is left out, and so are the separators; each begins with an empty piece.
    """
    number, held = 0, b""
    begins, is_separator, is_blank = True, False, False
    for place, piece in enumerate(iter(partial(stream.readline, CHUNK), b"")):
        # The first line is one also with a date of another make: nothing else begins like that.
        is_first = place == 0 and piece.startswith(b"From ")
        if begins and (is_separator := is_first or (is_blank and _SEPARATOR.match(piece) is not None)):
            number, held = number + 1, b""
            yield number, b""
        is_blank = begins and piece in _BLANK_LINES
        if not is_separator:
            if held:
                yield number, held
            held = piece if is_blank else b""
            if not is_blank:
                yield number, piece[1:] if begins and _QUOTED.match(piece) else piece
        begins = piece.endswith(b"\n")
