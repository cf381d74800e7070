"""The elements of a JSON text, an array or one a line, each with its own text and what it says."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

from jobs.runtime.archives import UnreadableFileError

CHUNK = 1 << 20
NOT_JSON = object()
# int() refuses numbers of more than 4300 digits; only their kind is asked here.
_DECODER = json.JSONDecoder(parse_int=float)
_BETWEEN = re.compile(r"[ \t\r\n,]*")
# What may stand behind the last place that could be read where a text was cut: a piece of a word, number or escape.
_PIECE = re.compile(r"[\w.+\\\s-]*")


def found(text: io.TextIOBase) -> Iterator[tuple[str, Any]]:
    """Yield each element's own text and value; NOT_JSON for a line that is none. An array must be whole."""
    first = text.read(1)
    while first and first.isspace():
        first = text.read(1)
    yield from _array(text) if first == "[" else _lines(first, text)


def _lines(first: str, text: io.TextIOBase) -> Iterator[tuple[str, Any]]:
    for line in itertools.chain([first + text.readline()], text):
        if element := line.strip():
            try:
                yield element, _DECODER.decode(element)
            except (ValueError, RecursionError):
                yield element, NOT_JSON


def _array(text: io.TextIOBase) -> Iterator[tuple[str, Any]]:
    """Yield each element's own text and value; the buffer grows only as far as the largest element."""
    buffer, at, count, ended, chunk = "", 0, 0, False, CHUNK
    while True:
        at = _BETWEEN.match(buffer, at).end()  # type: ignore[union-attr]
        if buffer.startswith("]", at):
            if (buffer[at + 1 :] + text.read()).strip():
                raise UnreadableFileError("text follows the end of the JSON array")
            return
        try:
            value, end = _DECODER.raw_decode(buffer, at)
            # A number at the end of the buffer may go on in the next chunk, also behind its point.
            complete = ended or not _PIECE.fullmatch(buffer, end)
        except json.JSONDecodeError as error:
            cut = error.msg.startswith("Unterminated") or _PIECE.fullmatch(buffer, error.pos)
            if ended or not cut:
                what = "breaks off" if cut else "is broken"
                raise UnreadableFileError(f"JSON array {what} after element {count}: {error.msg}") from error
            complete = False
        if complete:
            yield buffer[at:end], value
            at, count, chunk = end, count + 1, CHUNK
            continue
        more = text.read(chunk)
        ended = not more
        buffer, at, chunk = buffer[at:] + more, 0, chunk * 2
