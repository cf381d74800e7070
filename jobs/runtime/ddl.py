"""From contracts to tables: how one is made, and how one that is there is brought in line without losing data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conf.table import Column, Table
from jobs.runtime.commit import LakeError

FORMAT, FORMAT_VERSION = "reclamo360.formatVersion", "1"


def create(table: Table, path: str) -> str:
    """Return the statement that makes an empty table by its contract."""
    layout = "PARTITIONED BY (as_of_date)" if table.kind == "snapshot" else ""
    return (
        f"CREATE TABLE IF NOT EXISTS delta.`{path}` ({columns(table.columns)}) USING delta {layout} "
        f"COMMENT {_quoted(table.comment)} TBLPROPERTIES ({_listed(properties(table))})"
    )


def evolve(
    table: Table, path: str, present: Mapping[str, str], contract: Mapping[str, str], configuration: Mapping[str, str]
) -> list[str]:
    """Return the statements that bring a table in line; raise LakeError where that would lose data.

    `present` and `contract` hold the type of each column, there and by contract; `configuration` the properties there.
    """
    if (made_by := configuration.get(FORMAT, FORMAT_VERSION)) != FORMAT_VERSION:
        raise LakeError(
            f"{table.name} is of format version {made_by}, and this code writes {FORMAT_VERSION}: "
            "use the release that made the lake"
        )
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
        statements.append(f"ALTER TABLE delta.`{path}` SET TBLPROPERTIES ({_listed(moved)})")
    return statements


def columns(listed: Iterable[Column]) -> str:
    """Return columns with types and comments, as a schema or a statement lists them."""
    return ", ".join(f"`{c.name}` {c.type} COMMENT {_quoted(c.comment)}" for c in listed)


def properties(table: Table) -> dict[str, str]:
    """Return the Delta properties of a contract."""
    # Columns with statistics end up in the log: none that may hold a person's data, and none that are nested.
    unlisted = (*table.personal, *(("as_of_date",) if table.kind == "snapshot" else ()))
    plain = [
        c.name for c in table.columns if c.name not in unlisted and not c.type.startswith(("ARRAY", "MAP", "BOOLEAN"))
    ]
    found = {
        "delta.dataSkippingStatsColumns": ",".join(plain),
        "delta.logRetentionDuration": f"interval {30 if table.layer == 'ops' else 365} days",
        FORMAT: FORMAT_VERSION,
    }
    if table.layer in ("bronze", "silver") or (table.layer == "gold" and table.kind != "snapshot"):
        found["delta.enableChangeDataFeed"] = "true"
    return found


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"'{k}' = '{v}'" for k, v in values.items())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
