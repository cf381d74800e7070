"""What two lakes hold, compared row by row and without Spark: one of an undisturbed run, and another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from conf.table import Table
from conf.tables import ALL

# When a run did something, and what is reckoned from that: as different as the runs are.
OF_THE_RUN = frozenset({
    "_ingested_at", "judged_at", "quarantined_at", "resolved_at", "seen_at", "validated_at", "written_at",
    "lag_seconds", "velocity_lag_p50_s", "velocity_lag_p95_s",
})  # fmt: skip
# What runs took and what they found of themselves, never what they made.
OF_RUNS = frozenset({"ops.run_cost", "gold.alert"})
SHOWN = 3


def differences(lake_a: str, lake_b: str, storage: Mapping[str, str] | None = None) -> list[str]:
    """Return what is in one lake and not in the other, a sentence a table; empty where they hold the same rows.

    A lake is a folder or an address such as s3://bucket/prefix; `storage` are deltalake's options for the latter.
    """
    found = (
        _difference(table, _rows(table, lake_a, storage), _rows(table, lake_b, storage))
        for table in ALL.values()
        if table.name not in OF_RUNS
    )
    return [one for one in found if one]


def _rows(table: Table, lake: str, storage: Mapping[str, str] | None) -> Counter[str] | None:
    """Return how often each row is there; None where there is no table."""
    try:
        log = DeltaTable(f"{lake}/{table.path}", storage_options=dict(storage or {}) if "://" in lake else None)
    except TableNotFoundError:
        return None
    kept = [name for name in table.column_names if name not in OF_THE_RUN]
    return Counter(
        repr({name: _plain(row[name]) for name in kept}) for row in log.to_pyarrow_table(columns=kept).to_pylist()
    )


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
