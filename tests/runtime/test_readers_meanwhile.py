"""Whoever reads a table while it is merged into, packed, clustered and vacuumed sees whole versions only."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from conf.settings import Maintenance
from jobs.runtime.commit import Commit
from jobs.runtime.lake import Lake
from jobs.runtime.maintaining import Keeper
from tests.runtime.ages import age
from tests.runtime.conftest import THING

KINDS = ("spark", "deltalake", "duckdb")
ROOT = Path(__file__).resolve().parents[2]
ROUNDS, LONGEST_SECONDS = 4, 120


def moved(lake: Lake, n: int) -> None:
    """Write the nth version: one gives to another, one is replaced by another; a hundred rows hold a thousand."""
    state = (
        {row.id: row.amount for row in lake.read(THING).collect()} if n > 1 else dict.fromkeys(map(str, range(100)), 10)
    )
    new = dict(state)
    if n > 1:
        giver, taker, gone = sorted(state)[n], sorted(state)[50 + n], sorted(state)[90]
        new[giver], new[taker] = state[giver] - n, state[taker] + n
        new[str(1000 + n)] = new.pop(gone)
    rows = [(key, amount) for key, amount in new.items() if state.get(key) != amount or n == 1]
    deletes = [(key, None) for key in state if key not in new]
    schema = lake.schema(THING)
    frame = lake.spark.createDataFrame(rows, schema).repartition(4)
    lake.writer.merge(THING, frame, Commit("test", f"run{n}", n), lake.spark.createDataFrame(deletes, schema))


@pytest.mark.slow
def test_readers_see_whole_versions_while_a_table_is_kept(spark: SparkSession, tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "lake"), lambda: spark)
    for n in range(1, 4):
        moved(lake, n)
    # What these versions alone have is removed below, while others read.
    age(tmp_path / "lake", timedelta(days=40))
    spark._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()  # type: ignore[union-attr]
    stop = tmp_path / "stop"
    command = [sys.executable, "-m", "tests.runtime.reader"]
    readers = [
        subprocess.Popen([*command, kind, lake.path(THING), str(stop)], cwd=ROOT, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
        for kind in KINDS
    ]  # fmt: skip
    try:
        deadline = time.monotonic() + LONGEST_SECONDS
        while not all(Path(f"{stop}.{kind}").exists() for kind in KINDS) and time.monotonic() < deadline:
            time.sleep(0.1)
        eager = Maintenance(target_file_mib=1, min_spare_files=1, cluster_from_mib=0, past_consumers=False)
        keeper = Keeper(lake, eager, {}, datetime.now(UTC))
        for n in range(4, 4 + ROUNDS):
            moved(lake, n)
            keeper.keep(THING)
    finally:
        stop.touch()
        ended = [reader.communicate(timeout=LONGEST_SECONDS) for reader in readers]
    operations = {entry["operation"] for entry in DeltaTable(lake.path(THING)).history()}
    assert {"MERGE", "OPTIMIZE", "CLUSTER BY", "VACUUM END"} <= operations
    assert any(line.startswith(f"removed from {THING.name}: ") for line in keeper.report), keeper.report
    for kind, (out, err) in zip(KINDS, ended, strict=True):
        times, *seen = out.split() or ["0"]
        assert int(times) >= ROUNDS, f"{kind} read {times} times: {err[-2000:]}"
        assert seen == ["100/1000"], f"{kind} saw {seen}"
