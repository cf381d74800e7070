"""Measure how fresh each table is: its last data, and the newest knowledge in it."""

from __future__ import annotations

from pyspark.sql import functions as F

from conf.settings import Settings
from conf.tables import ALL, ops
from jobs.runtime.scope import JobLake

MEASURED = tuple(table for table in ALL.values() if table.layer in ("bronze", "silver", "restricted", "gold"))
READS = MEASURED
WRITES = (ops.TABLE_FRESHNESS,)


def run(lake: JobLake, settings: Settings) -> None:
    """Write a row for every table that has data; those that did not change keep theirs."""
    rows = []
    for table in MEASURED:
        last = next((v for v in lake.lake.versions(table) if v.is_data), None)
        if last is None:
            continue
        known = next((c for c in ("_known_at", "known_at", "known_until") if c in table.column_names), None)
        newest = lake.read(table).agg(F.max(known)).collect()[0][0] if known else None
        lag = None if newest is None else (last.at.replace(tzinfo=None) - newest).total_seconds()
        rows.append((table.name, last.number, last.at.replace(tzinfo=None), newest, lag))
    schema = lake.lake.schema(ops.TABLE_FRESHNESS)
    lake.write(ops.TABLE_FRESHNESS, lake.lake.spark.createDataFrame(rows, schema))
