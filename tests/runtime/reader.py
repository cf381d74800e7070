"""A process that reads a table over and over: `python -m tests.runtime.reader KIND PATH STOP`.

Ends when the file STOP is there; prints the number of readings and every count and sum that it saw.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SQL = "SELECT count(*) AS n, sum(amount) AS total FROM {}"


def opened(kind: str, path: str) -> Callable[[], tuple[int, int]]:
    """Return what reads the table once: its rows and the sum of their amounts."""
    if kind == "deltalake":
        from deltalake import DeltaTable

        def by_deltalake() -> tuple[int, int]:
            amounts = DeltaTable(path).to_pyarrow_table(columns=["amount"]).column("amount").to_pylist()
            return len(amounts), sum(amounts)

        return by_deltalake
    if kind == "duckdb":
        connection = _duckdb()

        def by_duckdb() -> tuple[int, int]:
            n, total = connection.execute(SQL.format(f"delta_scan('{path}')")).fetchone()
            return int(n), int(total)

        return by_duckdb
    from datetime import date

    from conf import settings
    from jobs.runtime import session

    spark = session.create(settings.load("local", date(2026, 1, 1), ["spark.master=local[1]"]).spark, is_small=True)

    def by_spark() -> tuple[int, int]:
        row = spark.sql(SQL.format(f"delta.`{path}`")).first()
        assert row is not None
        return int(row.n), int(row.total)

    return by_spark


def _duckdb() -> Any:
    import importlib.util

    import duckdb

    spec = importlib.util.find_spec("duckdb_ext")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    extension = next(Path(spec.submodule_search_locations[0]).rglob("*.duckdb_extension"))
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "allow_unsigned_extensions": "true"})
    connection.execute(f"LOAD '{extension}'")
    return connection


def main(kind: str, path: str, stop: str) -> None:
    """Read until told to stop; say that reading has begun with a file beside the one that stops it."""
    read, seen, times = opened(kind, path), set[tuple[int, int]](), 0
    while not Path(stop).exists():
        seen.add(read())
        times += 1
        Path(f"{stop}.{kind}").touch()
        time.sleep(0.01)
    print(times, *(f"{n}/{total}" for n, total in sorted(seen)))


if __name__ == "__main__":
    main(*sys.argv[1:])
