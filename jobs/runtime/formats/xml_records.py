"""XML: every element of one name a record, read as the document streams by and forgotten; entities are refused."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from conf.read import XmlRead
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.formats.record import Record, of_values, too_large

MOST_DEPTH = 200
_NAMES_TO_TELL = 10
# What is wrong with a document only where it ends.
_BREAKS_OFF = {
    expat.errors.codes[said]
    for said in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    )
}


def records(name: str, stream: io.BufferedReader, read: XmlRead, limits: Limits) -> Iterator[Record]:
    """Yield a record for every element of the name; one within another is part of it.

    The payload is an object: attributes by `@` and their name, child elements by theirs, all without namespaces and
    in an array where there are several of a name. An element with neither is its text, as it is, "" for an empty one;
    with them its text is `#text`, left out where it is only the space around children.

    Raise UnreadableFileError where the document is broken or breaks off, declares entities, is nested deeper than
    MOST_DEPTH, holds an element that is too large for a record, or has elements but none of the name.
    """
    position = 0
    others: dict[str, None] = {}
    try:
        for element in _elements(_Metered(stream, limits), read.options.record, others):
            position += 1
            value = _value(element)
            values = value if isinstance(value, dict) else {"#text": value} if value else {}
            yield of_values(name, position, values, limits)
    except DefusedXmlException as error:
        raise UnreadableFileError("it declares XML entities, which could be a bomb or read other files") from error
    except ParseError as error:
        what = "breaks off" if error.code in _BREAKS_OFF else "is broken"
        raise UnreadableFileError(f"XML {what} after record {position}: {error}") from error
    except (ValueError, LookupError) as error:
        raise UnreadableFileError(f"XML in an encoding that cannot be read: {error}") from error
    if not position and others:
        raise UnreadableFileError(f"no element {read.options.record!r} in it; there are: {', '.join(others)}")


class _Metered:
    """A stream that breaks off where it is read on after more bytes than a record may have; `held` are set to 0."""

    def __init__(self, stream: io.BufferedReader, limits: Limits) -> None:
        self._stream, self._limits, self.held, self.records = stream, limits, 0, 0

    def read(self, size: int) -> bytes:
        if self.held > self._limits.max_record:
            raise UnreadableFileError(f"XML: what follows record {self.records} is {too_large(self._limits)}")
        chunk = self._stream.read(size)
        self.held += len(chunk)
        return chunk


def _elements(stream: _Metered, record: str, others: dict[str, None]) -> Iterator[Element]:
    """Yield each whole element of a name; note the names of some other ones, below the root."""
    around: list[Element] = []
    inside = 0
    for event, element in ElementTree.iterparse(stream, events=("start", "end"), forbid_dtd=False):
        if event == "start":
            around.append(element)
            if len(around) > MOST_DEPTH:
                raise UnreadableFileError(f"XML nested deeper than {MOST_DEPTH} elements")
            inside += bool(inside) or _local(element.tag) == record
            # Outside of records, and where one begins.
            stream.held = stream.held if inside > 1 else 0
            if not inside and len(around) > 1 and len(others) < _NAMES_TO_TELL:
                others[_local(element.tag)] = None
            continue
        around.pop()
        inside -= bool(inside)
        if inside:
            continue
        stream.held = 0
        if _local(element.tag) == record:
            stream.records += 1
            yield element
        if around:
            # Nothing that was passed is kept, or a long document would fill the memory.
            around[-1].remove(element)
        elif (element.text or "").strip():
            # A root that says something, as that the feed could not be made, is no empty feed.
            others[_local(element.tag)] = None
        element.clear()


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _value(element: Element) -> Any:
    children = list(element)
    values: dict[str, Any] = {}
    for key, text in element.items():
        _add(values, f"@{_local(key)}", text)
    for child in children:
        _add(values, _local(child.tag), _value(child))
    text = "".join((element.text or "", *(child.tail or "" for child in children)))
    if not values:
        return text
    if text.strip() or (text and not children):
        values["#text"] = text
    return {key: value.parts if isinstance(value, _Several) else value for key, value in values.items()}


class _Several:
    """The values of elements of one name, told apart from the value of one."""

    def __init__(self, *parts: Any) -> None:
        self.parts = list(parts)


def _add(values: dict[str, Any], name: str, value: Any) -> None:
    if name not in values:
        values[name] = value
    elif isinstance(several := values[name], _Several):
        several.parts.append(value)
    else:
        values[name] = _Several(several, value)
