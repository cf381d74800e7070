"""The elements of a JSON text, an array, one a line or in pages, each with its own text and what it says."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from conf.read import JsonOptions
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.formats.record import too_large

CHUNK = 1 << 20
NOT_JSON = object()
# int() refuses numbers of more than 4300 digits; only their kind is asked here.
_DECODER = json.JSONDecoder(parse_int=float)
_BETWEEN = re.compile(r"[ \t\r\n,]*")
# What may stand behind the last place that could be read where a text was cut: a piece of a word, number or escape.
_PIECE = re.compile(r"[\w.+\\\s-]*")
_PIECE_OF_NUMBER = re.compile(r"[\w.+-]*")
_NAMES_TO_TELL = 10
_NUMBER = re.compile(r'(?P<quote>"?)\d{1,18}(?P=quote)')


@dataclass(frozen=True)
class Overlong:
    """The value of a line that is too large to be read: the line in pieces, to be taken before the next element."""

    pieces: Iterator[bytes]


def found(text: io.TextIOBase, limits: Limits) -> Iterator[tuple[str, Any]]:
    """Yield each element's own text and value; NOT_JSON or Overlong for a line that is none. An array must be whole."""
    first = text.read(1)
    while first and first.isspace():
        first = text.read(1)
    yield from _array(text, limits) if first == "[" else _lines(first, text, limits)


def _lines(first: str, text: io.TextIOBase, limits: Limits) -> Iterator[tuple[str, Any]]:
    most = limits.max_record
    for line in itertools.chain([first + text.readline(most)], iter(partial(text.readline, most + 1), "")):
        if len(line) > most:
            yield "", Overlong(_pieces(line, text))
        elif element := line.strip():
            try:
                yield element, _DECODER.decode(element)
            except (ValueError, RecursionError):
                yield element, NOT_JSON


def _pieces(line: str, text: io.TextIOBase) -> Iterator[bytes]:
    """Yield a line as UTF-8, of which only the begin was read."""
    while line:
        yield line.encode("utf-8", "surrogatepass")
        line = "" if line.endswith(("\n", "\r")) else text.readline(CHUNK)


def _array(text: io.TextIOBase, limits: Limits) -> Iterator[tuple[str, Any]]:
    """Yield each element's own text and value; the buffer grows only as far as the largest element."""
    scanner = Scanner(text, "JSON array", limits)
    while scanner.next() != "]":
        yield scanner.value()
    scanner.take()
    scanner.end("text follows the end of the JSON array")


def in_pages(
    text: io.TextIOBase, options: JsonOptions, pages: list[tuple[int, int]], limits: Limits
) -> Iterator[tuple[str, Any]]:
    """Yield each element of the array that stands at `options.records` in every page: its own text and its value.

    `pages` is given the number of each page and how many it says there are, 0 where it does not. The text is one page,
    an array of them, or one after the other. Raise UnreadableFileError where a page has no such array or no number at
    `options.page`, and after the last one where those numbers leave one out or repeat one.
    """
    scanner = Scanner(text, "page 1", limits)
    is_array = scanner.next() == "["
    if is_array:
        scanner.take()
    while scanner.next() not in ("", "]"):
        page = _Page(scanner, options, len(pages) + 1)
        yield from page.elements()
        pages.append((page.number, page.of))
    if is_array and scanner.take() != "]":
        raise UnreadableFileError(f"JSON array breaks off after page {len(pages)}")
    scanner.end(f"text follows the end of {'the JSON array' if is_array else 'the last page'}")
    if options.page:
        _in_sequence([number for number, _ in pages], max((of for _, of in pages), default=0))


def _in_sequence(numbers: list[int], total: int) -> None:
    of = f" of {total}" if total else ""
    for number, following in itertools.pairwise(sorted(numbers)):
        if number == following:
            raise UnreadableFileError(f"page {number}{of} stands in it twice")
        if number + 1 < following:
            raise UnreadableFileError(f"page {number + 1}{of} is missing")


class _Page:
    """A page of an API: its elements as it is read, then what it says of itself; `of` is 0 where it does not say."""

    def __init__(self, scanner: Scanner, options: JsonOptions, ordinal: int) -> None:
        self._scanner, self._options, self._found = scanner, options, False
        # What stands in it on the way to its elements: said where they are not there.
        self._beside: dict[str, None] = {}
        self._what, self.number, self.of = f"page {ordinal}", -1, 0
        scanner.what, scanner.count = self._what, 0

    def elements(self) -> Iterator[tuple[str, Any]]:
        if self._scanner.next() != "{":
            raise UnreadableFileError(f"{self._what} is no JSON object")
        yield from self._object("")
        if not self._found:
            raise self._no_array()
        if self._options.page and self.number < 0:
            raise UnreadableFileError(f"{self._what}: no number at {self._options.page}")

    def _no_array(self) -> UnreadableFileError:
        names = list(self._beside)
        there = ", ".join(names[:_NAMES_TO_TELL]) + (" …" if len(names) > _NAMES_TO_TELL else "")
        return UnreadableFileError(f"{self._what}: no array at {self._options.records}; there are: {there or 'none'}")

    def _object(self, path: str) -> Iterator[tuple[str, Any]]:
        """Yield the elements somewhere in an object, passing over all that is not on the way to them."""
        options, scanner = self._options, self._scanner
        wanted = [at for at in (options.records, options.page, options.pages) if at]
        scanner.take()
        while scanner.next() != "}":
            key = path + scanner.name()
            if len(self._beside) <= _NAMES_TO_TELL:
                self._beside[key] = None
            if key == options.records:
                yield from self._array()
            elif any(at.startswith(f"{key}.") for at in wanted) and scanner.next() == "{":
                yield from self._object(f"{key}.")
            else:
                said, _ = scanner.value(count=False)
                number = int(said.strip('"')) if _NUMBER.fullmatch(said) else None
                if key == options.page:
                    self.number = -1 if number is None else number
                if key == options.pages:
                    self.of = number or 0
        scanner.take()

    def _array(self) -> Iterator[tuple[str, Any]]:
        if self._scanner.next() != "[":
            raise self._no_array()
        if self._found:
            raise UnreadableFileError(f"{self._what}: {self._options.records} stands in it twice")
        self._found = True
        self._scanner.take()
        while self._scanner.next() != "]":
            yield self._scanner.value()
        self._scanner.take()


class Scanner:
    """A JSON text read piece by piece, of which only as much is kept as the value that is asked for.

    Raise UnreadableFileError where a value is larger than a record may be: where it ends cannot be told.
    """

    def __init__(self, text: io.TextIOBase, what: str, limits: Limits) -> None:
        self._text, self._buffer, self._at, self._chunk, self._ended = text, "", 0, CHUNK, False
        self._limits, self._most = limits, limits.max_record
        # What is read and how many elements of it were: said where it breaks off.
        self.what, self.count = what, 0

    def next(self) -> str:
        """Return the next character but for space and commas, "" at the end."""
        while True:
            self._at, self._chunk = _BETWEEN.match(self._buffer, self._at).end(), CHUNK  # type: ignore[union-attr]
            if self._at < len(self._buffer) or not self._more():
                return self._buffer[self._at : self._at + 1]

    def take(self) -> str:
        """Return the next character and go behind it."""
        taken = self.next()
        self._at += len(taken)
        return taken

    def name(self) -> str:
        """Return the next key of an object and go behind its colon."""
        is_text = self.next() == '"'
        _, key = self.value(count=False) if is_text else ("", "")
        if not is_text or self.take() != ":":
            raise self.broken("Expecting a name and a colon", is_cut=not self.next())
        return str(key)

    def value(self, *, count: bool = True) -> tuple[str, Any]:
        """Return the own text of the next value and the value."""
        self.next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
                # A number at the end of the buffer may go on in the next chunk, also behind its point.
                complete = self._ended or not _PIECE_OF_NUMBER.fullmatch(self._buffer, end)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or bool(_PIECE.fullmatch(self._buffer, error.pos))
                if self._ended or not is_cut:
                    raise self.broken(error.msg, is_cut=is_cut) from error
                complete = False
            if (end if complete else len(self._buffer)) - self._at > self._most:
                raise UnreadableFileError(
                    f"{self.what}: what follows element {self.count} is {too_large(self._limits)}; a quote in it is "
                    "not closed, or the limit is too low for this feed"
                )
            if complete:
                found = self._buffer[self._at : end]
                self._at, self._chunk, self.count = end, CHUNK, self.count + count
                return found, value
            self._more()

    def end(self, otherwise: str) -> None:
        """Raise UnreadableFileError where more follows than space."""
        while not self._buffer[self._at :].strip():
            self._at, self._chunk = len(self._buffer), CHUNK
            if not self._more():
                return
        raise UnreadableFileError(otherwise)

    def broken(self, reason: str, *, is_cut: bool) -> UnreadableFileError:
        """Return the error of a text that cannot be read on."""
        what = "breaks off" if is_cut else "is broken"
        return UnreadableFileError(f"{self.what} {what} after element {self.count}: {reason}")

    def _more(self) -> bool:
        kept = self._buffer[self._at :]
        # One more than may be kept shows that there is too much.
        more = self._text.read(min(self._chunk, self._most + 1 - len(kept)))
        self._ended = not more
        self._buffer, self._at, self._chunk = kept + more, 0, self._chunk * 2
        return bool(more)
