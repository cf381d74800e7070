"""From contracts to tables: columns and properties, and what one that is there lacks, without losing data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pyspark.sql.types import ArrayType, DataType, MapType, StringType, StructField, StructType
from pyspark.sql.types import _parse_datatype_json_value as simple_type

from conf import kinds
from conf.kinds import Kind
from conf.table import Column, Table
from jobs.runtime.commit import LakeError

# Types of columns without statistics. deltalake states the bounds of a DECIMAL as a double, and of a DOUBLE none that
# know of NaN: a reader that goes by them would pass over rows.
WITHOUT_BOUNDS = ("ARRAY", "MAP", "BOOLEAN", "DECIMAL", "DOUBLE")
# Delta clusters by no more columns.
MOST_CLUSTERED = 4
# What Spark calls these types in JSON.
IN_JSON = {"tinyint": "byte", "smallint": "short", "int": "integer", "bigint": "long"}


def schema(table: Table) -> StructType:
    """Return the columns of a contract with their comments, as Spark reads them from SQL, but without Spark."""
    return StructType(
        [StructField(c.name, _type(kinds.parse(c.type)), metadata={"comment": c.comment}) for c in table.columns]
    )


def _type(kind: Kind) -> DataType:
    parts = [(name, _type(part)) for name, part in kind.parts]
    if kind.name == "struct":
        return StructType([StructField(name, part) for name, part in parts])
    if kind.name == "array":
        return ArrayType(parts[0][1])
    if kind.name == "map":
        return MapType(StringType(), parts[0][1])
    return simple_type(IN_JSON.get(kind.name, kind.name))


def evolve(
    table: Table, path: str, present: Mapping[str, str], contract: Mapping[str, str], configuration: Mapping[str, str]
) -> list[str]:
    """Return the statements that bring a table in line; raise LakeError where that would lose data.

    `present` and `contract` hold the type of each column, there and by contract; `configuration` the properties there.
    """
    if dropped := [name for name in present if name not in contract]:
        raise LakeError(
            f"{table.name} has columns {dropped} that its contract no longer names: dropping data is refused; "
            "put them back into the contract, or move the table away and rebuild it"
        )
    retyped = [f"{n} is {t}, by contract {contract[n]}" for n, t in present.items() if t != contract[n]]
    if retyped:
        raise LakeError(
            f"{table.name} has columns of another type than its contract: {'; '.join(retyped)}. "
            "Give the new type a new column, or move the table away and rebuild it"
        )
    statements = []
    if missing := [c for c in table.columns if c.name not in present]:
        statements.append(f"ALTER TABLE delta.`{path}` ADD COLUMNS ({columns(missing)})")
    # A column that became personal gets no statistics from here on.
    if moved := {k: v for k, v in properties(table).items() if configuration.get(k) != v}:
        listed = ", ".join(f"'{k}' = '{v}'" for k, v in moved.items())
        statements.append(f"ALTER TABLE delta.`{path}` SET TBLPROPERTIES ({listed})")
    return statements


def differs(table: Table, schema: str, configuration: Mapping[str, str]) -> bool:
    """Say whether a table lacks columns or properties of its contract, from what its log says, without Spark."""
    missing = {*table.column_names} - {field.name for field in fields(schema)}
    return bool(missing) or any(configuration.get(k) != v for k, v in properties(table).items())


def fields(schema: str) -> list[StructField]:
    """Return the fields of a table from the schema, as JSON, that its log has."""
    return list(StructType.fromJson(json.loads(schema)).fields)


def columns(listed: Iterable[Column]) -> str:
    """Return columns with types and comments, as a schema or a statement lists them."""
    return ", ".join(f"`{c.name}` {c.type} COMMENT {_quoted(c.comment)}" for c in listed)


def properties(table: Table) -> dict[str, str]:
    """Return the Delta properties of a contract, as the write that makes a table takes them."""
    # Columns with statistics end up in the log: none that may hold a person's data, and none that are nested.
    unlisted = (*table.personal, *partitioned_by(table))
    plain = [c.name for c in table.columns if c.name not in unlisted and not c.type.startswith(WITHOUT_BOUNDS)]
    found = {
        "delta.dataSkippingStatsColumns": ",".join(plain),
        "delta.logRetentionDuration": f"interval {30 if table.layer == 'ops' else 365} days",
        "delta.deletedFileRetentionDuration": f"interval {table.keeps_days} days",
        # Spark's own default; deltalake, which adds to journals, would begin with the hundredth commit.
        "delta.checkpointInterval": "10",
    }
    if table.layer in ("bronze", "silver") or (table.layer == "gold" and table.kind == "derived"):
        found["delta.enableChangeDataFeed"] = "true"
    return found


def clustered_by(table: Table) -> tuple[str, ...]:
    """Return the columns that a large table is clustered by: those of its key that Delta may know the bounds of.

    Journals of ops and gold are not: deltalake, which adds to them, writes no clustered table.
    """
    if table.layer == "ops" or (table.layer, table.kind) == ("gold", "journal") or partitioned_by(table):
        return ()
    known = properties(table)["delta.dataSkippingStatsColumns"].split(",")
    return tuple(name for name in table.key if name in known)[:MOST_CLUSTERED]


def partitioned_by(table: Table) -> tuple[str, ...]:
    """Return the columns that a table is partitioned by."""
    return ("as_of_date",) if table.kind == "snapshot" else ()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
