"""From the payload of a bronze record to typed columns, without ever turning a present value into a silent null."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.utils import AnalysisException, ParseException

from conf.kinds import Kind
from conf.source import Reading, Source, SourceError
from transformations.intake import exact, own_text
from transformations.intake.exact import quoted

PROBLEM = "struct<column:string,value:string,reason:string>"
# Formats whose payload we write ourselves, as an object of texts and nulls: Spark reads it without a loss.
FLAT = ("csv", "excel", "jdbc")


def with_typed_columns(records: DataFrame, source: Source) -> DataFrame:
    """Add `record` (a struct of the source's typed columns) and `unreadable` (array of column, value and reason).

    A value that is neither blank nor a null token and whose typed reading is null is listed in `unreadable`, one inside
    a nested column by its path (`lines[0].amount`), and so is a record that could not be read as one.
    """
    kept = [f"`{name}`" for name in records.columns]
    texts = {name: f"_text{i}" for i, name in enumerate(source.columns)}
    read = records.withColumn("_read", _own_texts(source))
    # Everything as SQL in few calls: each part of an expression built in Python is a call to Java of its own.
    present = read.selectExpr(
        *kept,
        # Spark's parser gives up on a text of 20 MB.
        f"coalesce({_value(own_text.MALFORMED)}, CASE WHEN payload IS NOT NULL AND _read.`values` IS NULL THEN "
        "'too long to be read' END) AS _malformed",
        "_read.unreadable AS _misshapen",
        *(f"{_present(name, reading, source)} AS {texts[name]}" for name, reading in source.columns.items()),
    )
    typed = {name: typed_sql(texts[name], reading, source) for name, reading in source.columns.items()}
    problems = [_problems(name, texts[name], typed[name], source) for name in source.columns]
    try:
        return present.selectExpr(*kept, _record(typed), _unreadable([p for p in problems if p]))
    except (AnalysisException, ParseException):
        for name, problem in zip(source.columns, problems, strict=True):
            _refuse(present, [typed[name], *([problem] if problem else ())], source, name)
        raise


def _refuse(present: DataFrame, sqls: list[str], source: Source, name: str) -> None:
    try:
        present.selectExpr(*sqls)
    except (AnalysisException, ParseException) as error:
        said = str(error).strip().splitlines()[0]
        raise SourceError(f"{source.file}: columns.{name}: {said}") from None


def _record(typed: dict[str, str]) -> str:
    return f"named_struct({', '.join(f'{quoted(name)}, {sql}' for name, sql in typed.items())}) AS record"


def _unreadable(problems: list[str]) -> str:
    malformed = "array(CASE WHEN _malformed IS NOT NULL THEN " + _problem("''", "cast(null AS string)", "_malformed")
    nothing = f"cast(array() AS array<{PROBLEM}>)"
    listed = ", ".join((*problems, f"{malformed} END)", f"coalesce(_misshapen, {nothing})"))
    return f"filter(concat({listed}), p -> p IS NOT NULL) AS unreadable"


def _problem(column: str, value: str, reason: str) -> str:
    return f"named_struct('column', {column}, 'value', {value}, 'reason', {reason})"


def _own_texts(source: Source) -> Column:
    nested = tuple((r.from_ or name, r.kind) for name, r in source.columns.items() if r.kind.parts)
    if source.read.format not in FLAT or nested:
        return F.from_json(own_text.reader(nested, source.read.null_tokens)("payload"), own_text.READ)
    return F.expr(
        "named_struct('values', from_json(payload, 'map<string,string>'), "
        f"'unreadable', cast(null AS array<{PROBLEM}>))"
    )


def _value(name: str) -> str:
    return f"try_element_at(_read.`values`, {quoted(name)})"


def _present(name: str, reading: Reading, source: Source) -> str:
    value = _value(reading.from_ or name)
    if reading.kind.parts:
        return f"from_json({value}, {quoted(reading.kind.of_texts())})"
    tokens = ", ".join(quoted(token) for token in source.read.null_tokens)
    return f"CASE WHEN NOT trim({value}) IN ({tokens}) THEN {value} END" if tokens else value


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


def _problems(name: str, text: str, typed: str, source: Source) -> str | None:
    """Return the SQL of an array of a column's problems, with nulls where there is none; None for what has none."""
    reading = source.columns[name]
    if reading.kind.parts:
        return _nested_problems(text, reading.kind, quoted(name), source.read.zone, 0)
    if reading.type and reading.kind.is_text:
        return None
    return _leaf_problem(text, typed, quoted(name), _reason(reading))


def _leaf_problem(text: str, typed: str, path: str, reason: str) -> str:
    problem = _problem(path, text, quoted(reason))
    return f"array(CASE WHEN {text} IS NOT NULL AND ({typed}) IS NULL THEN {problem} END)"


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
    return f"coalesce(flatten({each}), cast(array() AS array<{PROBLEM}>))"


def _reason(reading: Reading) -> str:
    if reading.date:
        return "not a date as " + " or ".join(reading.date)
    if reading.timestamp:
        return "not a time as " + " or ".join(reading.timestamp)
    if reading.boolean:
        return "none of the words for true or false"
    return f"not {reading.kind.with_article}"
