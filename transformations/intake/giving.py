"""From typed records to the rows they give to a target, as the source description says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.utils import AnalysisException, ParseException

from conf import kinds
from conf.source import Given, Source, SourceError
from conf.table import Table
from transformations.intake import exact
from transformations.intake.exact import quoted

PROBLEM = "struct<rule:string,reason:string,values:map<string,string>>"
NOTHING = f"cast(array() AS array<{PROBLEM}>)"
# What an item does without: it is long, and items are sorted and kept.
LEFT = ("record", "unreadable", "payload", "_schema_hash")
# Items of the n-th entry of a list are numbered from here on, so that an item of a record has one number.
ENTRY_STEP = 1_000_000
# What these expressions must be; known_at is no text, because only the reading of a column knows its zone and pattern.
MUST_BE = {"where": ("boolean",), "is_deleted": ("boolean",), "known_at": ("timestamp", "date"), "each": ("array",)}


# Spark's parser stops at the first letter that it does not know of a name outside backticks.
_BARE = re.compile(r"Syntax error at or near '([^\x00-\x7f])'")


def items(records: DataFrame, source: Source, target: Table, entry: int, given: Given) -> DataFrame:
    """Return one row per item that the records give to `target`.

    Columns: those of `records` that `LEFT` does not name; `_item`; `_applicable` (false where the description leaves
    the record out); the given columns with the contract's types; `_problems`, an array of rule, reason, values.
    """
    kept = [f"`{c}`" for c in records.columns if c not in LEFT]
    place = f"gives {target.name}"
    scope = in_scope(records, source, "unreadable", f"cast({'NULL' if given.each else 0} AS int) AS seq")
    if given.each:
        exploded = F.posexplode_outer(compiled(scope, given.each, source, f"{place}.each"))
        scope = scope.drop("seq").select("*", exploded.alias("seq", "item"))
    applicable = F.expr("seq IS NOT NULL AND NOT _is_deleted")
    if given.where:
        applicable &= F.coalesce(compiled(scope, given.where, source, f"{place}.where"), F.lit(False))
    number = F.expr(f"cast(coalesce(seq, 0) + {entry * ENTRY_STEP} AS int) AS _item")
    fixed: list[Any] = [*kept, number, applicable.alias("_applicable"), "unreadable"]
    try:
        values = scope.select(*fixed, *(F.expr(sql).alias(f"given_{name}") for name, sql in given.columns.items()))
    except (AnalysisException, ParseException):
        for name, sql in given.columns.items():
            compiled(scope, sql, source, f"{place}.{name}")
        raise
    return _with_contract_types(values, kept, source, target, given)


def named(columns: Iterable[str], *sqls: str | None) -> list[str]:
    """Return the columns that SQL names, and maybe more: what stands in its words is taken for named."""
    said = " ".join(filter(None, sqls)).casefold()
    # A star, if it is no product, is all of them; a name with a backtick in it is written otherwise than it is.
    return [name for name in columns if "*" in said or "`" in name or name.casefold() in said]


def narrowed(records: DataFrame, source: Source, given: Given) -> DataFrame:
    """Leave out of typed records what `given` names nowhere."""
    sqls = (given.each, given.where, *given.columns.values())
    names = named(source.columns, *sqls) or list(source.columns)[:1]
    fields = ", ".join(f"{quoted(n)}, record.`{n.replace('`', '``')}`" for n in names)
    # What the record is made of is here under these names; of its envelope, what is long goes.
    left = {"record", "unreadable", *LEFT} - {*named(("payload", "_schema_hash"), *sqls)}
    kept = [f"`{c}`" for c in records.columns if c not in left]
    return records.selectExpr(*kept, "unreadable", f"named_struct({fields}) AS record")


def in_scope(records: DataFrame, source: Source, *more: str) -> DataFrame:
    """Return what the SQL of a description may name: the columns of `records`, those of the record, the constants."""
    return records.selectExpr(
        *(f"`{c}`" for c in records.columns if c not in ("record", "unreadable")),
        "record.*",
        f"{quoted(source.key_space)} AS key_space",
        f"{quoted(source.source)} AS source_system",
        f"{quoted(source.read.zone)} AS zone",
        *more,
    )


def _with_contract_types(values: DataFrame, kept: list[str], source: Source, target: Table, given: Given) -> DataFrame:
    types = {c.name: c.type for c in target.columns if c.name not in target.computed}
    types |= {"text": "STRING"} if target.name == "silver.document" else {}
    found = dict(values.dtypes)
    fitted, problems, lost = {}, [_UNREADABLE], ["size(unreadable) > 0"]
    for name in given.columns:
        fitted[name] = _fitted(name, found[f"given_{name}"], types[name], source, f"gives {target.name}.{name}")
        if fitted[name] != f"`given_{name}`":
            lost.append(_is_lost(name, fitted[name]))
            problems.append(_misfit(name, fitted[name], types[name]))
    absent = {name: f"cast(NULL AS {kind})" for name, kind in types.items() if name not in fitted}
    columns = [f"{sql} AS `{name}`" for name, sql in (fitted | absent).items()]
    # Listed only where there is one: lists take long.
    some = f"NOT _is_deleted AND ({' OR '.join(lost)})"
    listed = f"CASE WHEN {some} THEN concat({', '.join(problems)}) ELSE {NOTHING} END AS _problems"
    try:
        return values.selectExpr(*kept, "_item", "_applicable", *columns, listed)
    except AnalysisException:
        for name, sql in fitted.items():
            try:
                values.selectExpr(sql)
            except AnalysisException:
                place = f"gives {target.name}.{name}"
                raise _unfit(source, place, found[f"given_{name}"], types[name]) from None
        raise


_UNREADABLE = (
    "transform(unreadable, u -> named_struct("
    "'rule', if(u.column = '', 'record_is_readable', 'column_is_readable'), "
    "'reason', if(u.column = '', u.reason, concat(u.column, ': ', u.reason)), "
    "'values', if(u.column = '', cast(map() AS map<string,string>), map(u.column, u.value))))"
)


def _fitted(name: str, found: str, wanted: str, source: Source, place: str) -> str:
    """Return the SQL that gives a value the contract's type exactly; null where it does not fit."""
    value, kind = f"`given_{name}`", kinds.parse(wanted)
    if found == str(kind):
        return value
    if not kind.parts:
        return exact.of_value(value, found, kind.name, source.read.zone)
    if found != "void" and not _same_names(found, kind):
        # Spark casts structs by position: a city would become a line.
        raise _unfit(source, place, found, wanted)
    return f"try_cast({value} AS {wanted})"


def _same_names(found: str, kind: kinds.Kind) -> bool:
    try:
        return kinds.parse(found.replace("void", "string")).of_texts() == kind.of_texts()
    except ValueError:
        return False


def each_of(scope: DataFrame, given: Given, source: Source, target: str, column: str) -> str:
    """Return the SQL of an array: what `given` says of one column, as text, for each of its items, wherever they go.

    Where `each` is empty or null there is one item, null, as in `items`.
    """
    sql, place = given.columns[column], f"gives {target}"
    if not given.each:
        compiled(scope.selectExpr("*", "cast(0 AS int) AS seq"), sql, source, f"{place}.{column}")
        return f"transform(array(0), seq -> cast({sql} AS string))"
    exploded = F.posexplode_outer(compiled(scope, given.each, source, f"{place}.each"))
    compiled(scope.select("*", exploded.alias("seq", "item")), sql, source, f"{place}.{column}")
    each = f"if(coalesce(size({given.each}), 0) = 0, array(null), {given.each})"
    return f"transform({each}, (item, seq) -> cast({sql} AS string))"


def _unfit(source: Source, place: str, found: str, wanted: str) -> SourceError:
    return SourceError(f"{source.file}: {place}: is {found}, which cannot be given to {wanted.lower()}")


def _is_lost(name: str, fitted: str) -> str:
    return f"(_applicable AND `given_{name}` IS NOT NULL AND ({fitted}) IS NULL)"


def _misfit(name: str, fitted: str, kind: str) -> str:
    return (
        f"if({_is_lost(name, fitted)}, array(named_struct("
        f"'rule', 'value_fits_column', 'reason', '{name}: not a {kind.lower()}', "
        f"'values', map('{name}', cast(`given_{name}` AS string)))), {NOTHING})"
    )


def compiled(scope: DataFrame, sql: str, source: Source, place: str) -> Column:
    """Return the SQL as a column of `scope`; raise SourceError naming file, place and mistake."""
    try:
        column = F.expr(sql)
        selected = scope.select(column)
    except (AnalysisException, ParseException) as error:
        said = str(error).strip().splitlines()[0]
        if beyond := _BARE.search(said):
            said = f"a name with {beyond[1]!r} in it stands in backticks, as `Título`: {said}"
        raise SourceError(f"{source.file}: {place}: {sql.strip()!r}: {said}") from None
    allowed = MUST_BE.get(place.rsplit(".", 1)[-1])
    if allowed and (found := selected.dtypes[0][1]).split("<")[0] not in allowed:
        raise SourceError(f"{source.file}: {place}: {sql.strip()!r}: is {found}, not {' or '.join(allowed)}")
    return column
