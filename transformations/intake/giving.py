"""From typed records to the rows they give to a target, as the source description says."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.utils import AnalysisException, ParseException

from conf.source import Given, Source, SourceError
from conf.table import Table

PROBLEM = "struct<rule:string,reason:string,values:map<string,string>>"
# Items of the n-th entry of a list are numbered from here on, so that an item of a record has one number.
ENTRY_STEP = 1_000_000


def items(records: DataFrame, source: Source, target: Table, entry: int, given: Given) -> DataFrame:
    """Return one row per item that the records give to `target`.

    Columns: those of `records` but `record` and `unreadable`; `_item`; `_applicable` (false where the description
    leaves the record out); the given columns with the contract's types; `_problems`, an array of rule, reason, values.
    """
    kept = [c for c in records.columns if c not in ("record", "unreadable")]
    scope = records.select(
        *kept,
        "record.*",
        "unreadable",
        F.lit(source.key_space).alias("key_space"),
        F.lit(source.source).alias("source_system"),
        F.lit(source.read.zone).alias("zone"),
        F.lit(None if given.each else 0).cast("int").alias("seq"),
    )
    if given.each:
        exploded = F.posexplode_outer(compiled(scope, given.each, source, f"gives {target.name}.each"))
        scope = scope.drop("seq").select("*", exploded.alias("seq", "item"))
    applicable = F.col("seq").isNotNull() & ~F.col("_is_deleted")
    if given.where:
        applicable &= F.coalesce(compiled(scope, given.where, source, f"gives {target.name}.where"), F.lit(False))
    values = scope.select(
        *kept,
        (F.coalesce("seq", F.lit(0)) + entry * ENTRY_STEP).cast("int").alias("_item"),
        applicable.alias("_applicable"),
        "unreadable",
        *(
            compiled(scope, sql, source, f"gives {target.name}.{column}").alias(f"given_{column}")
            for column, sql in given.columns.items()
        ),
    )
    return _with_contract_types(values, kept, target, given)


def _with_contract_types(values: DataFrame, kept: list[str], target: Table, given: Given) -> DataFrame:
    types = {c.name: c.type for c in target.columns} | {"text": "STRING"}
    found = dict(values.dtypes)
    columns, problems = [], [_unreadable_problems()]
    for column in given.columns:
        cast = f"try_cast(`given_{column}` AS {types[column]})"
        columns.append(F.expr(cast).alias(column))
        if found[f"given_{column}"] != types[column].lower().replace(" ", ""):
            problems.append(_cast_problem(column, cast, types[column]))
    absent = [
        c for c in (*target.column_names, "text") if c in types and c not in given.columns and c not in target.computed
    ]
    if target.name != "silver.document":
        absent = [c for c in absent if c != "text"]
    nothing = F.array().cast(f"array<{PROBLEM}>")
    return values.select(
        *kept,
        "_item",
        "_applicable",
        *columns,
        *(F.lit(None).cast(types[c]).alias(c) for c in absent),
        F.when(F.col("_is_deleted"), nothing).otherwise(F.concat(*problems)).alias("_problems"),
    )


def _unreadable_problems() -> Column:
    return F.expr(
        "transform(unreadable, u -> named_struct("
        "'rule', if(u.column = '', 'record_is_readable', 'column_is_readable'), "
        "'reason', if(u.column = '', u.reason, concat(u.column, ': ', u.reason)), "
        "'values', if(u.column = '', cast(map() AS map<string,string>), map(u.column, u.value))))"
    )


def _cast_problem(column: str, cast: str, kind: str) -> Column:
    return F.expr(
        f"if(_applicable AND `given_{column}` IS NOT NULL AND {cast} IS NULL, array(named_struct("
        f"'rule', 'value_fits_column', 'reason', '{column}: not a {kind.lower()}', "
        f"'values', map('{column}', cast(`given_{column}` AS string)))), cast(array() AS array<{PROBLEM}>))"
    )


def compiled(scope: DataFrame, sql: str, source: Source, place: str) -> Column:
    """Return the SQL as a column of `scope`; raise SourceError naming file, place and mistake."""
    try:
        column = F.expr(sql)
        scope.select(column)
    except (AnalysisException, ParseException) as error:
        said = str(error).strip().splitlines()[0]
        raise SourceError(f"{source.file}: {place}: {sql.strip()!r}: {said}") from None
    return column
