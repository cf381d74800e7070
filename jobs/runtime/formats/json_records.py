"""JSON: arrays, lines and pages of objects, each record with its own text, never written anew."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Generator

from conf.read import JsonRead
from jobs.runtime.archives import Limits
from jobs.runtime.formats import json_elements, text
from jobs.runtime.formats.record import MALFORMED, Record, by_reference, overlong, sha

KINDS = {str: "text", int: "number", float: "number", bool: "boolean", dict: "object", list: "array", type(None): ""}
_COLON = re.compile(r"[ \t\r\n]*:")


def records(
    name: str, stream: io.BufferedReader, read: JsonRead, limits: Limits
) -> Generator[Record, None, list[tuple[int, int]]]:
    """Yield a record for every element; one that is no object says so.

    Where `read.options.records` is set they stand in pages, and a page that is not as it should be fails the file.
    Return the pages that say which they are: their numbers, and how many there should be.
    """
    options, pages = read.options, list[tuple[int, int]]()
    with text.decoded(stream, read.encoding) as decoded:
        if options.records:
            elements = json_elements.in_pages(decoded, options, pages, limits)
        else:
            elements = json_elements.found(decoded, limits)
        for position, (element, value) in enumerate(elements, start=1):
            if isinstance(value, json_elements.Overlong):
                yield overlong(name, position, value.pieces, limits)
                continue
            kinds = {k: KINDS[type(v)] for k, v in sorted(value.items())} if isinstance(value, dict) else {}
            payload = element
            if not isinstance(value, dict):
                reason = "not JSON" if value is json_elements.NOT_JSON else "JSON, but not an object"
                reason += "" if len(element) <= limits.max_field else ", and too long to keep here"
                payload = json.dumps({MALFORMED: reason, "_text": by_reference(element, limits)}, ensure_ascii=False)
            elif len(element) > limits.max_field:
                payload = _shortened(element, limits)
            yield Record(name, position, payload, sha(element), sha(repr(kinds)), kinds)
    return pages if options.page else []


def _shortened(element: str, limits: Limits) -> str:
    """Return the text of a JSON object with references for its long texts, at any depth; all else stays as written."""
    parts, done, at = [], 0, element.find('"')
    while at >= 0:
        value, end = json.decoder.scanstring(element, at + 1)  # type: ignore[attr-defined]
        if len(value) > limits.max_field and not _COLON.match(element, end):
            parts += [element[done:at], f'"{by_reference(value, limits)}"']
            done = end
        at = element.find('"', end)
    return "".join((*parts, element[done:]))
