"""From the payload of a bronze record to typed columns, without ever turning a present value into a silent null."""

from __future__ import annotations

import json
import re

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType

from conf.source import Reading, Source

_BLANK = re.compile(r"[ \t\r\n,:]*")
# A pattern with one of these letters outside quotes carries its own zone.
_ZONE_LETTERS = frozenset("VzOXxZ")


@F.pandas_udf(StringType())  # type: ignore[call-overload]
def scalars_as_text(payloads: pd.Series) -> pd.Series:
    """Return each JSON object with its top-level values as text, exactly as they were written.

    Spark's JSON functions print 1.10 as 1.1 and lose digits of long numbers; none keeps the source's own text.
    """
    return payloads.map(_as_text, na_action="ignore")


def _as_text(payload: str) -> str:
    record = json.loads(payload, parse_float=str, parse_int=str, parse_constant=str)
    if any(isinstance(value, (dict, list)) for value in record.values()):
        record |= _nested(payload)
    for key, value in record.items():
        if isinstance(value, bool):
            record[key] = "true" if value else "false"
    # Escaped, because half a surrogate pair, as a cut emoji leaves it, cannot be written as UTF-8.
    return json.dumps(record)


def _nested(payload: str) -> dict[str, str]:
    """Return the own text of each top-level object and array of a JSON object."""
    decoder, found = json.JSONDecoder(), {}
    at = _BLANK.match(payload).end() + 1  # type: ignore[union-attr]
    while payload[(at := _BLANK.match(payload, at).end())] != "}":  # type: ignore[union-attr]
        key, at = json.decoder.scanstring(payload, at + 1)  # type: ignore[attr-defined]
        start = _BLANK.match(payload, at).end()  # type: ignore[union-attr]
        value, at = decoder.raw_decode(payload, start)
        if isinstance(value, (dict, list)):
            found[key] = payload[start:at]
    return found


def with_typed_columns(records: DataFrame, source: Source) -> DataFrame:
    """Add `record` (a struct of the source's typed columns) and `unreadable` (array of column, value and reason).

    A value that is neither blank nor a null token and whose typed reading is null is listed in `unreadable`, and so is
    a record that could not be read as one.
    """
    payload = scalars_as_text("payload") if source.read.format == "json" else F.col("payload")
    fields = records.withColumn("_raw", F.from_json(payload, "map<string,string>"))
    texts = {f"_text{i}": reading.from_ or name for i, (name, reading) in enumerate(source.columns.items())}
    present = fields.select(
        *records.columns,
        F.try_element_at("_raw", F.lit("_malformed")).alias("_malformed"),
        *(_present(name, source).alias(text) for text, name in texts.items()),
    )
    typed = {
        name: typed_sql(text, reading, source)
        for text, (name, reading) in zip(texts, source.columns.items(), strict=True)
    }
    problems = [
        f"CASE WHEN {text} IS NOT NULL AND ({typed[name]}) IS NULL THEN "
        f"named_struct('column', {_quoted(name)}, 'value', {text}, 'reason', {_quoted(_reason(reading))}) END"
        for text, (name, reading) in zip(texts, source.columns.items(), strict=True)
        if reading.type != "string"
    ]
    problems.append(
        "CASE WHEN _malformed IS NOT NULL THEN "
        "named_struct('column', '', 'value', cast(null AS string), 'reason', _malformed) END"
    )
    return present.select(
        *records.columns,
        F.struct(*(F.expr(sql).alias(name) for name, sql in typed.items())).alias("record"),
        F.expr(f"filter(array({', '.join(problems)}), p -> p IS NOT NULL)").alias("unreadable"),
    )


def _present(name: str, source: Source) -> Column:
    value = F.try_element_at("_raw", F.lit(name))
    tokens = source.read.null_tokens
    return F.when(~F.trim(value).isin(*tokens), value) if tokens else value


def _reason(reading: Reading) -> str:
    if reading.date:
        return "not a date as " + " or ".join(reading.date)
    if reading.timestamp:
        return "not a time as " + " or ".join(reading.timestamp)
    if reading.boolean:
        return "none of the words for true or false"
    return f"not a {reading.type or f'decimal({reading.decimal})'}"


def typed_sql(text: str, reading: Reading, source: Source) -> str:
    """Return the SQL that reads a text column as its declared type; null where it cannot be read."""
    trimmed = f"trim({text})"
    if reading.date:
        return (
            f"cast(coalesce({', '.join(f'try_to_timestamp({trimmed}, {_quoted(p)})' for p in reading.date)}) AS date)"
        )
    if reading.timestamp:
        return f"coalesce({', '.join(_moment(trimmed, p, source.read.zone) for p in reading.timestamp)})"
    if reading.decimal:
        return _decimal(trimmed, reading.decimal, source.read.decimal_mark)
    if reading.boolean:
        words = {k: ", ".join(_quoted(w.lower()) for w in v) for k, v in reading.boolean.items()}
        cases = "".join(f" WHEN lower({trimmed}) IN ({listed}) THEN {word}" for word, listed in words.items())
        return f"CASE{cases} END"
    return _of_type(text, str(reading.type), source.read.zone)


def _moment(text: str, pattern: str, zone: str) -> str:
    moment = f"try_to_timestamp({text}, {_quoted(pattern)})"
    outside_quotes = "".join(pattern.split("'")[::2])
    return moment if _ZONE_LETTERS & set(outside_quotes) else f"to_utc_timestamp({moment}, {_quoted(zone)})"


def _decimal(text: str, precision_scale: str, mark: str) -> str:
    group = "." if mark == "," else ","
    shape = rf"^[+-]?([0-9]+|[0-9]{{1,3}}([{group}][0-9]{{3}})+)([{mark}][0-9]+)?$"
    plain = f"replace(replace({text}, '{group}', ''), '{mark}', '.')"
    return f"CASE WHEN {text} RLIKE {_quoted(shape)} THEN {_exact(plain, f'decimal({precision_scale})')} END"


def _exact(text: str, kind: str) -> str:
    # A cast rounds what does not fit the scale: a value that would change is not read.
    typed = f"try_cast({text} AS {kind})"
    return f"CASE WHEN try_cast({text} AS decimal(38,12)) = {typed} THEN {typed} END"


def _of_type(text: str, kind: str, zone: str) -> str:
    lower, trimmed = kind.lower(), f"trim({text})"
    if lower == "string":
        return text
    if lower.startswith("decimal"):
        return _exact(trimmed, kind)
    if lower == "timestamp":
        moment = f"try_cast({trimmed} AS timestamp)"
        # Spark reads a time without a date as today's, and knows more zone names than offsets.
        has_date = f"{trimmed} RLIKE '^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}'"
        has_zone = f"{trimmed} RLIKE '[0-9]:[0-9]{{2}}[0-9:.]* *([+-].*|[A-Za-z].*)$'"
        local = f"to_utc_timestamp({moment}, {_quoted(zone)})"
        return f"CASE WHEN NOT {has_date} THEN NULL WHEN {has_zone} THEN {moment} ELSE {local} END"
    if lower.startswith(("array", "struct", "map")):
        return f"CASE WHEN left({trimmed}, 1) IN ('{{', '[') THEN from_json({text}, {_quoted(kind)}) END"
    return f"try_cast({trimmed} AS {kind})"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
