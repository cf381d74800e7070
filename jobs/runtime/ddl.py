"""From contracts to tables: columns and properties, and what one that is there lacks, without losing data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pyspark.sql.types import StructField, StructType

from conf.table import Column, Table
from jobs.runtime.commit import LakeError

# Delta clusters by no more columns.
MOST_CLUSTERED = 4


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
    plain = [
        c.name for c in table.columns if c.name not in unlisted and not c.type.startswith(("ARRAY", "MAP", "BOOLEAN"))
    ]
    found = {
        "delta.dataSkippingStatsColumns": ",".join(plain),
        "delta.logRetentionDuration": f"interval {30 if table.layer == 'ops' else 365} days",
        "delta.deletedFileRetentionDuration": f"interval {table.keeps_days} days",
        # Spark's own default; deltalake, which adds to journals, would begin with the hundredth commit.
        "delta.checkpointInterval": "10",
    }
    if table.layer in ("bronze", "silver") or (table.layer == "gold" and table.kind != "snapshot"):
        found["delta.enableChangeDataFeed"] = "true"
    return found


def clustered_by(table: Table) -> tuple[str, ...]:
    """Return the columns that a large table is clustered by: those of its key that Delta may know the bounds of.

    Journals of ops are not: deltalake, which adds to them, writes no clustered table.
    """
    if table.layer == "ops" or partitioned_by(table):
        return ()
    known = properties(table)["delta.dataSkippingStatsColumns"].split(",")
    return tuple(name for name in table.key if name in known)[:MOST_CLUSTERED]


def partitioned_by(table: Table) -> tuple[str, ...]:
    """Return the columns that a table is partitioned by."""
    return ("as_of_date",) if table.kind == "snapshot" else ()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
