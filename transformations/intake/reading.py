"""From the payload of a bronze record to typed columns, without ever turning a present value into a silent null."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.utils import AnalysisException, ParseException

from conf.kinds import Kind
from conf.source import Reading, Source, SourceError
from transformations.intake import exact
from transformations.intake.exact import quoted

PROBLEM = "struct<column:string,value:string,reason:string>"
# Formats whose payload we write ourselves, as an object of texts and nulls: Spark reads it without a loss.
FLAT = ("csv", "excel", "jdbc")
# The key that a payload has alone, with the reason, where no record could be read.
MALFORMED = "_malformed"
# Where Spark puts a payload that it could not read.
_UNREAD = "_unread"
_NOTHING = f"cast(array() AS array<{PROBLEM}>)"


class Problems(NamedTuple):
    """The problems of a column, as SQL: whether there is one, and the array of them, with nulls among them."""

    found: str
    listed: str


def with_typed_columns(records: DataFrame, source: Source) -> DataFrame:
    """Add `record` (a struct of the source's typed columns) and `unreadable` (array of column, value and reason).

    A value that is neither blank nor a null token and whose typed reading is null is listed in `unreadable`, one inside
    a nested column by its path (`lines[0].amount`), and so is a record that could not be read as one.
    """
    kept = [f"`{name}`" for name in records.columns]
    texts = {name: f"_text{i}" for i, name in enumerate(source.columns)}
    own, value, unread = _own_texts(source)
    read = records.withColumn("_read", own)
    # Everything as SQL in few calls: each part of an expression built in Python is a call to Java of its own.
    present = read.selectExpr(
        *kept,
        # Spark's parser gives up on a text of 20 MB.
        f"coalesce({value(MALFORMED)}, CASE WHEN {unread} THEN 'too long to be read' END) AS _malformed",
        "_read.unreadable AS _misshapen",
        *(f"{_present(value, name, reading, source)} AS {texts[name]}" for name, reading in source.columns.items()),
    )
    typed = {name: typed_sql(texts[name], reading, source) for name, reading in source.columns.items()}
    problems = [_problems(name, texts[name], typed[name], source) for name in source.columns]
    try:
        return present.selectExpr(*kept, _record(typed), _unreadable([p for p in problems if p]))
    except (AnalysisException, ParseException):
        for name, problem in zip(source.columns, problems, strict=True):
            _refuse(present, [typed[name], *([problem.listed] if problem else ())], source, name)
        raise


def _refuse(present: DataFrame, sqls: list[str], source: Source, name: str) -> None:
    try:
        present.selectExpr(*sqls)
    except (AnalysisException, ParseException) as error:
        said = str(error).strip().splitlines()[0]
        raise SourceError(f"{source.file}: columns.{name}: {said}") from None


def _record(typed: dict[str, str]) -> str:
    return f"named_struct({', '.join(f'{quoted(name)}, {sql}' for name, sql in typed.items())}) AS record"


def _unreadable(problems: list[Problems]) -> str:
    """Return the SQL of all problems of a record, which are listed only where there is one: lists take long."""
    unread = _problem("''", "cast(null AS string)", "_malformed")
    malformed = f"array(CASE WHEN _malformed IS NOT NULL THEN {unread} END)"
    listed = ", ".join((*(p.listed for p in problems), malformed, f"coalesce(_misshapen, {_NOTHING})"))
    found = " OR ".join(("_malformed IS NOT NULL", "coalesce(size(_misshapen), 0) > 0", *(p.found for p in problems)))
    return f"CASE WHEN {found} THEN filter(concat({listed}), p -> p IS NOT NULL) ELSE {_NOTHING} END AS unreadable"


def _problem(column: str, value: str, reason: str) -> str:
    return f"named_struct('column', {column}, 'value', {value}, 'reason', {reason})"


def _own_texts(source: Source) -> tuple[Column, Callable[[str], str], str]:
    """Return the column that reads a payload, the SQL of one of its values by name, and that of its being too long."""
    nested = tuple((r.from_ or name, r.kind) for name, r in source.columns.items() if r.kind.parts)
    if source.read.format not in FLAT or nested:
        # pandas, which it needs, takes as long to load as all else here.
        from transformations.intake import own_text

        read = F.from_json(own_text.reader(nested, source.read.null_tokens)("payload"), own_text.READ)
        return read, _element, "payload IS NOT NULL AND _read.`values` IS NULL"
    names = {MALFORMED, *(reading.from_ or name for name, reading in source.columns.items())}
    if len({name.casefold() for name in (*names, _UNREAD)}) <= len(names):
        # SQL does not tell capitals apart: a struct cannot have both.
        texts, value, unread = (
            "from_json(payload, 'map<string,string>')",
            _element,
            "payload IS NOT NULL AND _read.`values` IS NULL",
        )
    else:
        # The other columns need not be read, nor each of these be looked for in a map.
        fields = ",".join(f"{_in_backticks(name)}:string" for name in (*sorted(names), _UNREAD))
        option = f"map('columnNameOfCorruptRecord', '{_UNREAD}')"
        texts = f"from_json(payload, {quoted(f'struct<{fields}>')}, {option})"
        value, unread = _field, f"_read.`values`.{_UNREAD} IS NOT NULL"
    nothing = f"cast(null AS array<{PROBLEM}>)"
    return F.expr(f"named_struct('values', {texts}, 'unreadable', {nothing})"), value, unread


def _element(name: str) -> str:
    return f"try_element_at(_read.`values`, {quoted(name)})"


def _field(name: str) -> str:
    return f"_read.`values`.{_in_backticks(name)}"


def _in_backticks(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _present(value: Callable[[str], str], name: str, reading: Reading, source: Source) -> str:
    text = value(reading.from_ or name)
    if reading.kind.parts:
        return f"from_json({text}, {quoted(reading.kind.of_texts())})"
    tokens = ", ".join(quoted(token) for token in source.read.null_tokens)
    return f"CASE WHEN NOT trim({text}) IN ({tokens}) THEN {text} END" if tokens else text


def typed_sql(text: str, reading: Reading, source: Source) -> str:
    """Return the SQL that reads a text column (a nested one: its shape in texts) as declared; null where it cannot."""
    if reading.kind.parts:
        return _typed(text, reading.kind, source.read.zone, 0)
    return exact.by_reading(text, reading, source)


def _typed(value: str, kind: Kind, zone: str, depth: int) -> str:
    """Return the SQL that types every leaf of a nested value; what is text all through is as it should be."""
    if kind.is_text:
        return value
    if kind.name == "array":
        return f"transform({value}, x{depth} -> {_typed(f'x{depth}', kind.parts[0][1], zone, depth + 1)})"
    if kind.name == "map":
        typed = _typed(f"x{depth}", kind.parts[0][1], zone, depth + 1)
        return f"transform_values({value}, (k{depth}, x{depth}) -> {typed})"
    if kind.name == "struct":
        fields = ", ".join(f"{quoted(n)}, {_typed(f'{value}.`{n}`', part, zone, depth)}" for n, part in kind.parts)
        return f"if({value} IS NULL, NULL, named_struct({fields}))"
    return exact.of_type(value, kind.name, zone)


def _problems(name: str, text: str, typed: str, source: Source) -> Problems | None:
    """Return the problems that a column may have; None for what has none."""
    reading = source.columns[name]
    if reading.kind.parts:
        nested = _nested_problems(text, reading.kind, quoted(name), source.read.zone, 0)
        return Problems(f"exists({nested}, p -> p IS NOT NULL)", nested) if nested else None
    if reading.type and reading.kind.is_text:
        return None
    return Problems(_is_lost(text, typed), _leaf_problem(text, typed, quoted(name), _reason(reading)))


def _is_lost(text: str, typed: str) -> str:
    return f"({text} IS NOT NULL AND ({typed}) IS NULL)"


def _leaf_problem(text: str, typed: str, path: str, reason: str) -> str:
    return f"array(CASE WHEN {_is_lost(text, typed)} THEN {_problem(path, text, quoted(reason))} END)"


def _nested_problems(value: str, kind: Kind, path: str, zone: str, depth: int) -> str | None:
    if kind.is_text:
        return None
    if kind.name == "struct":
        parts = [
            _nested_problems(f"{value}.`{n}`", part, f"concat({path}, {quoted('.' + n)})", zone, depth)
            for n, part in kind.parts
        ]
        return f"concat({', '.join(part for part in parts if part)})"
    if not kind.parts:
        return _leaf_problem(value, exact.of_type(value, kind.name, zone), path, f"not {kind.with_article}")
    x, i, element = f"x{depth}", f"i{depth}", kind.parts[0][1]
    if kind.name == "array":
        inside = _nested_problems(x, element, f"concat({path}, '[', {i}, ']')", zone, depth + 1)
        each = f"transform({value}, ({x}, {i}) -> {inside})"
    else:
        inside = _nested_problems(f"{x}.value", element, f"concat({path}, '.', {x}.key)", zone, depth + 1)
        each = f"transform(map_entries({value}), {x} -> {inside})"
    return f"coalesce(flatten({each}), {_NOTHING})"


def _reason(reading: Reading) -> str:
    if reading.date:
        return "not a date as " + " or ".join(reading.date)
    if reading.timestamp:
        return "not a time as " + " or ".join(reading.timestamp)
    if reading.boolean:
        return "none of the words for true or false"
    return f"not {reading.kind.with_article}"
