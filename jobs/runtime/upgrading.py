"""Bringing a lake that an older release wrote to the format that this one writes.

What a version of the format is, every commit says (`jobs.runtime.commit`). Whoever raises it adds the step that brings
a table there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from conf.table import Table
from conf.tables import ALL
from jobs.runtime import commit
from jobs.runtime.lake import Lake, LakeError

# The first step brings a table from version 1 to 2, the next from 2 to 3. A step may be killed and is then taken again.
STEPS: list[Callable[[Lake, Table], None]] = []


def upgrade(lake: Lake) -> Iterator[str]:
    """Bring every table to the format of this code, one after the other; yield a line for each that was older.

    Raises LakeError before anything is done where a table is of a newer format.
    """
    there = {table.name: commit.format_of(lake.standing(table)) for table in ALL.values() if lake.log(table)}
    if newer := [f"{name} ({made_by})" for name, made_by in there.items() if made_by > commit.FORMAT_VERSION]:
        raise LakeError(
            f"the lake at {lake.root} is of a newer format than this code's {commit.FORMAT_VERSION}: "
            f"{', '.join(newer)}; use the release that wrote it"
        )
    for name, made_by in there.items():
        for version in range(made_by, commit.FORMAT_VERSION):
            STEPS[version - 1](lake, ALL[name])
            _sign(lake, ALL[name], version + 1)
        if made_by < commit.FORMAT_VERSION:
            yield f"{name}: format version {made_by} is now {commit.FORMAT_VERSION}"


def _sign(lake: Lake, table: Table, version: int) -> None:
    """Write the version into a table's log, by a commit that changes nothing else: what was done is done once."""
    log = lake.log(table)
    assert log is not None, f"{table.name} was there a moment ago"
    session = lake.spark.newSession()
    session.conf.set("spark.databricks.delta.commitInfo.userMetadata", json.dumps({"format": version}))
    key = "delta.logRetentionDuration"
    kept = log.metadata().configuration.get(key, "interval 365 days")
    session.sql(f"ALTER TABLE delta.`{lake.path(table)}` SET TBLPROPERTIES ('{key}' = '{kept}')")
