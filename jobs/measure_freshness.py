"""Measure how fresh each table is: its last data, and the newest knowledge in it."""

from __future__ import annotations

from datetime import datetime

from conf.settings import Settings
from conf.table import Table
from conf.tables import ALL, gold, ops
from jobs.runtime.commit import Version
from jobs.runtime.scope import JobLake

LAYERS = ("bronze", "silver", "restricted", "gold")
# Alerts are written at the end of a run: measured, each would be news for the next one.
MEASURED = tuple(table for table in ALL.values() if table.layer in LAYERS and table is not gold.ALERT)
READS = MEASURED
WRITES = (ops.TABLE_FRESHNESS,)


def run(lake: JobLake, settings: Settings) -> None:
    """Write a row for every table that has data; those that did not change keep theirs, without being read."""
    last = {t.name: v for t in MEASURED if (v := next((v for v in lake.lake.versions(t) if v.is_data), None))}
    earlier = [] if lake.is_full else lake.lake.rows(ops.TABLE_FRESHNESS)
    known = {r["table_name"]: r["newest_known_at"] for r in earlier if _is_of(r, last.get(r["table_name"]))}
    known |= {t.name: _newest(lake, t) for t in MEASURED if t.name in last and t.name not in known}
    rows = []
    for name, version in last.items():
        newest = known.get(name)
        lag = None if newest is None else (version.at - newest).total_seconds()
        rows.append((name, version.number, version.at, newest, lag))
    schema = lake.lake.schema(ops.TABLE_FRESHNESS)
    lake.write(ops.TABLE_FRESHNESS, lake.lake.spark.createDataFrame(rows, schema))


def _is_of(row: dict[str, object], version: Version | None) -> bool:
    return version is not None and (row["data_version"], row["written_at"]) == (version.number, version.at)


def _newest(lake: JobLake, table: Table) -> datetime | None:
    """Return the newest moment of knowledge in a table; None where it holds none."""
    column = next((c for c in ("_known_at", "known_at", "known_until") if c in table.column_names), None)
    return lake.lake.newest(table, column) if column else None
