"""What lies in a lake's folder, read without Spark: files beyond the logs, commits, rows, and how two lakes differ."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from conf.table import Table
from conf.tables import ALL
from jobs.runtime.commit import Version

# Columns that say when a run was, not what it did: two lakes have them from runs of their own.
OF_THE_RUN = frozenset({
    "_ingested_at",  # bronze: start of the run that landed the record
    "seen_at",  # ops.ingest_file, ops.schema_change: start of the run that wrote it down
    "judged_at",  # ops.batch_run
    "quarantined_at", "resolved_at",  # ops.quarantine_record; whether it is resolved is in `resolution`
})  # fmt: skip
# A run that was killed after its counts leaves some that its target never saw. The next one replaces them, and judges
# all that there is, so that what the counts of each run are differs by design: their sums do not (decision 0002).
COUNTS = ALL["ops.batch_run"]
OF_COUNTS = ("target", "batch_id", "source_system")


class Made(NamedTuple):
    """A commit that changed rows: the job that made it, what it did, and to how many rows."""

    job: str
    operation: str
    rows: int | None


def log(lake: Path, table: Table) -> DeltaTable | None:
    try:
        return DeltaTable(lake / table.path)
    except TableNotFoundError:
        return None


def data_files(lake: Path) -> set[str]:
    """Return the files with rows, of tables and of media, by their paths below the lake."""
    found = set()
    for place, folders, names in os.walk(lake):
        if "_delta_log" in folders:
            folders.remove("_delta_log")
        below = os.path.relpath(place, lake)
        found |= {f"{below}/{n}" for n in names if n[0] != "." and (n.endswith(".parquet") or below == "media")}
    return found


def commits(lake: Path) -> set[str]:
    """Return the commits of all tables, by their paths below the lake."""
    return {str(path.relative_to(lake)) for path in lake.glob("*/*/_delta_log/*.json")}


def named(lake: Path, made: set[str]) -> set[str]:
    """Return the files that these commits name, rows and change feed, by their paths below the lake."""
    found = set()
    for commit in made:
        table = Path(commit).parents[1]
        for line in (lake / commit).read_text().splitlines():
            action = json.loads(line)
            found |= {str(table / unquote(action[kind]["path"])) for kind in ("add", "cdc") if kind in action}
    return found


def history(lake: Path, table: Table) -> list[Made]:
    """Return the commits that changed rows, oldest first."""
    found = log(lake, table)
    versions = [] if found is None else [Version.of(entry) for entry in reversed(found.history())]
    return [Made(v.commit.get("job", ""), v.operation, v.rows) for v in versions if v.is_data]


def rows(lake: Path, table: Table) -> list[dict[str, Any]]:
    """Return all rows of a table as it is now."""
    found = log(lake, table)
    return [] if found is None else found.to_pyarrow_table().to_pylist()


def refuse_unreadable(lake: Path) -> None:
    """Fail where a table cannot be read, or has rows twice by its key."""
    for table in ALL.values():
        keys = Counter(repr([row[column] for column in table.key]) for row in rows(lake, table))
        assert not (twice := [key for key, count in keys.items() if count > 1]), f"{table.name} has twice {twice[:3]}"


def made_by_job(lake: Path) -> Counter[tuple[str, str]]:
    """Return how many commits with rows each job made to each table."""
    return Counter((made.job, table.name) for table in ALL.values() for made in history(lake, table))


def differences(lake: Path, undisturbed: Path) -> list[str]:
    """Return what of the tables of two lakes differs, in rows and in the commits that made them."""
    found = []
    # What a run took and found of itself is its own, and a run that was killed tells nothing of it.
    for table in (table for table in ALL.values() if table.name not in ("ops.run_cost", "gold.alert")):
        ours, theirs = _content(lake, table), _content(undisturbed, table)
        found += [f"{table.name} has too much: {row}" for row in (ours - theirs)]
        found += [f"{table.name} lacks: {row}" for row in (theirs - ours)]
        made, expected = history(lake, table), history(undisturbed, table)
        if table is not COUNTS and made != expected:
            found.append(f"{table.name} was made by {made}, undisturbed by {expected}")
    return found


def _content(lake: Path, table: Table) -> Counter[str]:
    found = rows(lake, table)
    if table is COUNTS:
        sums: dict[tuple[str, ...], Counter[str]] = {}
        for row in found:
            numbers = {name: value for name, value in row.items() if isinstance(value, int) and name != "run_n"}
            sums.setdefault(tuple(row[name] for name in OF_COUNTS), Counter()).update(numbers)
        return Counter(f"{key} {sorted(counts.items())}" for key, counts in sums.items())
    return Counter(repr(sorted((k, v) for k, v in row.items() if k not in OF_THE_RUN)) for row in found)
