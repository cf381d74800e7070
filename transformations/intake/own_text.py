"""From JSON to texts: each value as it was written, and nested ones in the shape that the source description says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

import pandas as pd
from pyspark.sql import functions as F
from pyspark.sql.types import StringType

from conf.kinds import Kind
from transformations.intake.reading import MALFORMED

# What a record became: its values as text, and what in it has not the declared shape.
READ = "struct<`values`:map<string,string>,`unreadable`:array<struct<`column`:string,`value`:string,`reason`:string>>>"

_BLANK = re.compile(r"[ \t\r\n,:]*")
_DECODER = json.JSONDecoder()
_WORDS = {True: "true", False: "false"}


class _RepeatedKeyError(ValueError):
    """A key that stands twice in one object: the record has two values, and either might be meant."""


@lru_cache(maxsize=256)
def reader(nested: tuple[tuple[str, Kind], ...], null_tokens: tuple[str, ...]) -> Callable[..., Any]:
    """Return a function of a payload that gives `READ` as JSON text; `nested` names the record's nested columns.

    Spark's JSON functions print 1.10 as 1.1, lose digits of long numbers, keep the last of two equal keys and make
    null of what has another shape; none says so.
    """
    shapes, tokens = dict(nested), frozenset(null_tokens)

    @F.pandas_udf(StringType())  # type: ignore[call-overload]
    def read(payloads: pd.Series) -> pd.Series:
        return payloads.map(lambda payload: own_texts(payload, shapes, tokens), na_action="ignore")

    made: Callable[..., Any] = read
    return made


def own_texts(payload: str, shapes: dict[str, Kind], null_tokens: frozenset[str]) -> str:
    """Return the values of a JSON object as text, and the nested ones as JSON whose leaves are text."""
    unreadable: list[dict[str, str]] = []
    values: dict[str, str | None] = {}

    def whole() -> str:
        return payload

    try:
        for key, value in _decoded(payload).items():
            own = _part(whole, key)
            shape = shapes.get(key)
            if shape is None:
                values[key] = _leaf(value, own)
            elif (shaped := _shaped(value, shape, own, key, null_tokens, unreadable)) is not None:
                values[key] = json.dumps(shaped)
    except _RepeatedKeyError as error:
        values, unreadable = {MALFORMED: f"the key {error.args[0]!r} stands twice in one object"}, []
    except RecursionError:
        values, unreadable = {MALFORMED: "nested too deeply to be read"}, []
    # Escaped, because half a surrogate pair, as a cut emoji leaves it, cannot be written as UTF-8.
    return json.dumps({"values": values, "unreadable": unreadable})


def _decoded(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(next(key for key in keys if keys.count(key) > 1))
    return found


def _shaped(
    value: Any, kind: Kind, own: Callable[[], str], path: str, tokens: frozenset[str], unreadable: list[dict[str, str]]
) -> Any:
    """Return the value in the shape of `kind` with texts for leaves; list what has another shape, by its path."""
    if value is None or (isinstance(value, str) and value.strip(" ") in tokens):
        return None
    if not kind.parts:
        return _leaf(value, own)
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        # JSON inside a text, as a cell of a CSV file holds it.
        own = partial(str, value)
        try:
            value = _decoded(value)
        except json.JSONDecodeError:
            value = None
    parts: dict[Any, Any] | None = None
    if kind.name == "array" and isinstance(value, list):
        parts = dict(enumerate(value))
    elif kind.name != "array" and isinstance(value, dict):
        parts = value
    if parts is None:
        unreadable.append({"column": path, "value": _leaf(value, own) or own(), "reason": f"not {kind.with_article}"})
        return None
    at = (lambda i: f"{path}[{i}]") if kind.name == "array" else (lambda name: f"{path}.{name}")
    kinds = dict(kind.parts) if kind.name == "struct" else dict.fromkeys(parts, kind.parts[0][1])
    shaped = {
        name: _shaped(parts.get(name), part, _part(own, name), at(name), tokens, unreadable)
        for name, part in kinds.items()
    }
    return list(shaped.values()) if kind.name == "array" else shaped


def _leaf(value: Any, own: Callable[[], str]) -> str | None:
    if isinstance(value, (dict, list)):
        return own()
    return _WORDS[value] if isinstance(value, bool) else value


def _part(whole: Callable[[], str], key: str | int) -> Callable[[], str]:
    # Worked out only where it is asked for: few values are an object where a text was expected.
    return lambda: dict(_members(whole()))[key]


def _members(text: str) -> Iterator[tuple[str | int, str]]:
    """Yield each member of a JSON object or array, by key or ordinal, with its own text."""
    at = _BLANK.match(text).end()  # type: ignore[union-attr]
    in_object, at, ordinal = text[at] == "{", at + 1, 0
    while text[(at := _BLANK.match(text, at).end())] not in "}]":  # type: ignore[union-attr]
        key: str | int = ordinal
        if in_object:
            key, at = json.decoder.scanstring(text, at + 1)  # type: ignore[attr-defined]
            at = _BLANK.match(text, at).end()  # type: ignore[union-attr]
        start = at
        _, at = _DECODER.raw_decode(text, start)
        yield key, text[start:at]
        ordinal += 1
