"""From contracts to tables: columns and properties, and what one that is there lacks, without losing data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conf.table import Column, Table
from jobs.runtime.commit import LakeError

FORMAT, FORMAT_VERSION = "reclamo360.formatVersion", "1"


def gained(
    table: Table, present: Mapping[str, str], contract: Mapping[str, str], configuration: Mapping[str, str]
) -> list[Column]:
    """Return the columns that a table lacks; raise LakeError where bringing it in line would lose data.

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
    return [c for c in table.columns if c.name not in present]


def columns(listed: Iterable[Column]) -> str:
    """Return columns with types and comments, as a schema or a statement lists them."""
    return ", ".join(f"`{c.name}` {c.type} COMMENT {_quoted(c.comment)}" for c in listed)


def properties(table: Table) -> dict[str, str]:
    """Return the Delta properties of a contract."""
    # Columns with statistics end up in the log: none that may hold a person's data, and none that are nested.
    unlisted = (*table.personal, *partitioned_by(table))
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


def delta_properties(table: Table) -> dict[str, str]:
    """Return the properties that Delta takes from the write that makes a table; the others are set after it."""
    return {name: value for name, value in properties(table).items() if name.startswith("delta.")}


def partitioned_by(table: Table) -> tuple[str, ...]:
    """Return the columns that a table is partitioned by."""
    return ("as_of_date",) if table.kind == "snapshot" else ()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
