"""SQL that reads a text as a type exactly: null where the type would hold less, more or something else."""

from __future__ import annotations

from conf.source import Reading, Source

# A pattern with one of these letters outside quotes carries its own zone.
_ZONE_LETTERS = frozenset("VzOXxZ")
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = "[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
_FLOAT = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
_EXPONENT = "^[+-]?[0-9]{1,17}([.][0-9]{0,17})?[eE][+-]?[0-9]{1,3}$"


def quoted(text: str) -> str:
    """Return the text as a literal of Spark SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def by_reading(text: str, reading: Reading, source: Source) -> str:
    """Return the SQL that reads a text as a column's reading says; null where it cannot be read."""
    trimmed = f"trim({text})"
    if reading.date:
        moments = ", ".join(f"try_to_timestamp({trimmed}, {quoted(p)})" for p in reading.date)
        return f"cast(coalesce({moments}) AS date)"
    if reading.timestamp:
        return f"coalesce({', '.join(_moment(trimmed, p, source.read.zone) for p in reading.timestamp)})"
    if reading.decimal:
        return _marked_decimal(trimmed, reading.kind.name, source.read.decimal_mark)
    if reading.boolean:
        words = {k: ", ".join(quoted(w.lower()) for w in v) for k, v in reading.boolean.items()}
        cases = "".join(f" WHEN lower({trimmed}) IN ({listed}) THEN {word}" for word, listed in words.items())
        return f"CASE{cases} END"
    return of_type(text, reading.kind.name, source.read.zone)


def of_type(text: str, kind: str, zone: str) -> str:
    """Return the SQL that reads a text as a simple type, in its ISO form; a time without a zone is in `zone`.

    A cast would round 1.239 to 1.24, read 2026 as its first of January, 10:30 as today's, and 1e999 as infinity.
    """
    trimmed = f"trim({text})"
    typed = f"try_cast({trimmed} AS {kind})"
    if kind == "string":
        return text
    if kind.startswith("decimal"):
        return _decimal(trimmed, kind)
    if kind in ("float", "double"):
        finite = f"abs({typed}) < double('infinity')"
        return f"CASE WHEN {trimmed} RLIKE '{_FLOAT}' AND {finite} THEN {typed} END"
    if kind == "date":
        return f"CASE WHEN {trimmed} RLIKE '^{_DAY}$' THEN {typed} END"
    if kind == "timestamp":
        local = f"to_utc_timestamp({typed}, {quoted(zone)})"
        return (
            f"CASE WHEN {trimmed} RLIKE '^{_DAY}({_TIME})?$' THEN {local} "
            f"WHEN {trimmed} RLIKE '^{_DAY}{_TIME} *([+-]|[A-Za-z])' THEN {typed} END"
        )
    return typed


def of_value(value: str, found: str, wanted: str, zone: str) -> str:
    """Return the SQL that gives a typed value another simple type; null where it would become another value."""
    if found == wanted:
        return value
    if found == "string":
        return of_type(value, wanted, zone)
    typed = f"try_cast({value} AS {wanted})"
    # What is written out has no other value; nor has what has none.
    return typed if "string" in (found, wanted) or found == "void" else f"CASE WHEN {typed} = {value} THEN {typed} END"


def _moment(text: str, pattern: str, zone: str) -> str:
    moment = f"try_to_timestamp({text}, {quoted(pattern)})"
    outside_quotes = "".join(pattern.split("'")[::2])
    return moment if _ZONE_LETTERS & set(outside_quotes) else f"to_utc_timestamp({moment}, {quoted(zone)})"


def _digits(kind: str) -> tuple[int, int]:
    precision, scale = kind.removeprefix("decimal(").rstrip(")").split(",")
    return int(precision), int(scale)


def _marked_decimal(text: str, kind: str, mark: str) -> str:
    group, scale = "." if mark == "," else ",", _digits(kind)[1]
    behind = f"([{mark}][0-9]{{1,{scale}}}0*)?" if scale else f"([{mark}]0+)?"
    shape = f"^[+-]?([0-9]+|[0-9]{{1,3}}([{group}][0-9]{{3}})+){behind}$"
    plain = f"replace(replace({text}, '{group}', ''), '{mark}', '.')"
    return f"CASE WHEN {text} RLIKE '{shape}' THEN try_cast({plain} AS {kind}) END"


def _decimal(text: str, kind: str) -> str:
    precision, scale = _digits(kind)
    behind = f"{{0,{scale}}}0*" if scale else "{0}0*"
    typed = f"try_cast({text} AS {kind})"
    # With an exponent the digits behind the point cannot be counted: as wide a decimal and a double, which reaches
    # below it, must both see the same number.
    wide = f"try_cast({text} AS decimal(38,{38 - precision + scale})) = {typed}"
    same = f"try_cast({text} AS double) = cast({typed} AS double)"
    return (
        f"CASE WHEN {text} RLIKE '^[+-]?([0-9]+([.][0-9]{behind})?|[.][0-9]{behind})$' AND {text} RLIKE '[0-9]' "
        f"THEN {typed} WHEN {text} RLIKE '{_EXPONENT}' AND {wide} AND {same} THEN {typed} END"
    )
