"""What lies in a lake, read without Spark: rows, commits, files beyond the logs, and how two lakes differ."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from conf.table import Table
from conf.tables import ALL
from jobs.runtime.commit import Version

# When a run did something, and what is reckoned from that: as different as the runs are.
OF_THE_RUN = frozenset({
    "_ingested_at", "judged_at", "quarantined_at", "resolved_at", "seen_at", "validated_at", "written_at",
    "lag_seconds", "velocity_lag_p50_s", "velocity_lag_p95_s",
})  # fmt: skip
# What runs took and what they found of themselves, never what they made.
OF_RUNS = frozenset({"ops.run_cost", "gold.alert"})
# A run that was killed after its counts leaves some that its target never saw. The next one replaces them, and judges
# all that there is, so that what the counts of each run are differs by design: their sums do not (decision 0002).
COUNTS = ALL["ops.batch_run"]
OF_COUNTS = ("target", "batch_id", "source_system")
SHOWN = 3


class Made(NamedTuple):
    """A commit that changed rows: the job that made it, what it did, and to how many rows."""

    job: str
    operation: str
    rows: int | None


def differences(lake_a: str | Path, lake_b: str | Path, storage: Mapping[str, str] | None = None) -> list[str]:
    """Return what is in one lake and not in the other, a sentence a table; empty where they hold the same rows.

    A lake is a folder or an address such as s3://bucket/prefix; `storage` are deltalake's options for the latter.
    """
    found = (
        _difference(table, _content(table, lake_a, storage), _content(table, lake_b, storage))
        for table in ALL.values()
        if table.name not in OF_RUNS
    )
    return [one for one in found if one]


def other_commits(lake_a: Path, lake_b: Path) -> list[str]:
    """Return the tables whose rows were not made by the same commits in both lakes, a sentence each."""
    found = []
    for table in (table for table in ALL.values() if table is not COUNTS and table.name not in OF_RUNS):
        a, b = made(lake_a, table), made(lake_b, table)
        if a != b:
            found.append(f"{table.name}: made by {a} in the first lake, by {b} in the second")
    return found


def refuse_unreadable(lake: Path) -> None:
    """Fail where a table cannot be read, or has rows twice by its key."""
    for table in ALL.values():
        keys = Counter(repr([row[column] for column in table.key]) for row in rows(lake, table))
        assert not (twice := [key for key, count in keys.items() if count > 1]), f"{table.name} has twice {twice[:3]}"


def rows(lake: Path, table: Table) -> list[dict[str, Any]]:
    """Return all rows of a table as it is now; none where there is no table."""
    found = _log(table, lake)
    return [] if found is None else found.to_pyarrow_table().to_pylist()


def made(lake: Path, table: Table) -> list[Made]:
    """Return the commits that changed rows, oldest first."""
    found = _log(table, lake)
    versions = [] if found is None else [Version.of(entry) for entry in reversed(found.history())]
    return [Made(v.commit.get("job", ""), v.operation, v.rows) for v in versions if v.is_data]


def made_by_job(lake: Path) -> Counter[tuple[str, str]]:
    """Return how many commits with rows each job made to each table."""
    return Counter((one.job, table.name) for table in ALL.values() for one in made(lake, table))


def files_per_table(lake: Path) -> dict[str, int]:
    """Return of how many files the current version of each table is made."""
    logs = {table.name: _log(table, lake) for table in ALL.values()}
    return {name: len(log.file_uris()) for name, log in logs.items() if log is not None}


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


def named(lake: Path, commits: set[str]) -> set[str]:
    """Return the files that these commits name: rows, change feed, media, by their paths below the lake."""
    found = set()
    for commit in commits:
        table = Path(commit).parents[1]
        # Their names are in its rows.
        if str(table) == ALL["bronze.media_object"].path:
            found |= {file for file in data_files(lake) if file.startswith("media/")}
        for line in (lake / commit).read_text().splitlines():
            action = json.loads(line)
            found |= {str(table / unquote(action[kind]["path"])) for kind in ("add", "cdc") if kind in action}
    return found


def _log(table: Table, lake: str | Path, storage: Mapping[str, str] | None = None) -> DeltaTable | None:
    options = dict(storage or {}) if "://" in str(lake) else None
    try:
        return DeltaTable(f"{lake}/{table.path}", storage_options=options)
    except TableNotFoundError:
        return None


def _content(table: Table, lake: str | Path, storage: Mapping[str, str] | None) -> Counter[str] | None:
    """Return how often each row is there, of counts their sums; None where there is no table."""
    log = _log(table, lake, storage)
    if log is None:
        return None
    kept = [name for name in table.column_names if name not in OF_THE_RUN]
    found = log.to_pyarrow_table(columns=kept).to_pylist()
    if table is COUNTS:
        sums: dict[tuple[str, ...], Counter[str]] = {}
        for row in found:
            numbers = {name: value for name, value in row.items() if isinstance(value, int) and name != "run_n"}
            sums.setdefault(tuple(row[name] for name in OF_COUNTS), Counter()).update(numbers)
        return Counter(f"{key} {sorted(counts.items())}" for key, counts in sums.items())
    return Counter(repr({name: _plain(row[name]) for name in kept}) for row in found)


def _plain(value: Any) -> Any:
    # A map comes as pairs in the order of its writing, which means nothing.
    is_map = isinstance(value, list) and value and all(isinstance(pair, tuple) for pair in value)
    return sorted(value, key=repr) if is_map else value


def _difference(table: Table, a: Counter[str] | None, b: Counter[str] | None) -> str:
    if a is None or b is None:
        return "" if a is b else f"{table.name}: only in the {'second' if a is None else 'first'} lake"
    less, more = a - b, b - a
    if not less and not more:
        return ""
    shown = [f"\n  {sign} {row[:600]}" for sign, rows in (("-", less), ("+", more)) for row in list(rows)[:SHOWN]]
    counted = f"{a.total()} rows in the first lake, {b.total()} in the second; {less.total()} only in the first"
    return f"{table.name}: {counted}, {more.total()} only in the second{''.join(shown)}"
