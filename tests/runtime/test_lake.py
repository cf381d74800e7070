"""Writes keep their contract and their place in the log, whatever the table went through before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from conf.table import Table
from jobs.runtime.commit import Commit
from jobs.runtime.lake import ConcurrentWriteError, Lake, LakeError

THING = Table(
    name="silver.thing",
    kind="derived",
    key=("id",),
    comment="a thing",
    schema="""
    id     STRING COMMENT 'the thing'
    amount INT    COMMENT 'how many'
    """,
)


@pytest.fixture
def lake(tmp_path: Path, spark: SparkSession) -> Lake:
    return Lake(str(tmp_path / "lake"), lambda: spark)


def things(lake: Lake, *rows: tuple[Any, ...], table: Table = THING) -> Any:
    return lake.spark.createDataFrame(list(rows), lake.schema(table))


def commit(n: int, run: str = "r", job: str = "refine_thing") -> Commit:
    return Commit(job, f"{run}{n}", n)


def held(lake: Lake, table: Table = THING) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in lake.read(table).collect())


def test_a_merge_updates_what_differs_deletes_what_is_gone_and_leaves_the_rest(lake: Lake) -> None:
    lake.merge(THING, things(lake, ("a", 1), ("b", 2), ("c", 3)), commit(1))
    lake.merge(THING, things(lake, ("a", 1), ("b", 5), ("d", None)), commit(2), things(lake, ("c", None)))
    assert held(lake) == [("a", 1), ("b", 5), ("d", None)]
    assert lake.versions(THING)[0].rows == 3  # b, c and d, and not a
    changes = lake.changes(THING, lake.versions(THING)[1].number, lake.versions(THING)[0].number)
    assert sorted((r.id, r._change_type) for r in changes.collect()) == [
        ("b", "update_postimage"), ("b", "update_preimage"), ("c", "delete"), ("d", "insert"),
    ]  # fmt: skip


def test_a_table_whose_log_was_cleaned_is_not_taken_for_empty(lake: Lake) -> None:
    lake.merge(THING, things(lake, ("a", 1)), commit(1))
    for n in (2, 3):
        lake.merge(THING, things(lake, ("a", 1)), commit(n))
    DeltaTable(lake.path(THING)).create_checkpoint()
    for entry in Path(lake.path(THING), "_delta_log").glob("*.json"):
        if int(entry.stem) < lake.pin(THING).version:
            entry.unlink()
    assert lake.pin(THING).data_version == lake.pin(THING).version
    lake.spark.catalog.clearCache()
    lake.merge(THING, things(lake, ("a", 2)), commit(4))
    assert held(lake) == [("a", 2)]


def test_a_commit_number_that_another_run_took_is_noticed(lake: Lake) -> None:
    lake.append(THING, things(lake, ("a", 1)), commit(1, run="one"))
    with pytest.raises(ConcurrentWriteError, match=r"silver\.thing: another driver made commit 1 of refine_thing"):
        lake.append(THING, things(lake, ("b", 1)), commit(1, run="two"))
    assert held(lake) == [("a", 1)]


def test_missing_and_extra_columns_are_named(lake: Lake) -> None:
    frame = things(lake, ("a", 1)).withColumnRenamed("amount", "amuont")
    with pytest.raises(LakeError, match=r"silver\.thing: columns missing \['amount'\], not in the contract \['amuont'"):
        lake.append(THING, frame, commit(1))


def schema(*lines: str) -> str:
    return "\n".join(lines)


ID, AMOUNT = "id STRING COMMENT 'the thing'", "amount INT COMMENT 'how many'"


def test_a_column_added_to_the_contract_is_added_and_one_that_became_personal_loses_its_statistics(lake: Lake) -> None:
    lake.append(THING, things(lake, ("a", 1)), commit(1))
    wider = replace(THING, schema=schema(ID, AMOUNT, "name STRING COMMENT 'whose'"), personal=("name", "amount"))
    again = Lake(lake.root, lambda: lake.spark)
    again.append(wider, things(again, ("b", 2, "x"), table=wider), commit(2))
    assert held(again, wider) == [("a", 1, None), ("b", 2, "x")]
    configuration = DeltaTable(lake.path(THING)).metadata().configuration
    assert configuration["delta.dataSkippingStatsColumns"] == "id"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (replace(THING, schema=schema(ID)), r"columns \['amount'\] that its contract no longer names"),
        (replace(THING, schema=schema(ID, "amount STRING COMMENT 'x'")), r"amount is int, by contract string"),
    ],
)
def test_a_change_that_loses_data_is_refused(lake: Lake, changed: Table, message: str) -> None:
    lake.append(THING, things(lake, ("a", 1)), commit(1))
    again = Lake(lake.root, lambda: lake.spark)
    rows = [("b", "2")[: len(changed.columns)]]
    with pytest.raises(LakeError, match=message):
        again.append(changed, again.spark.createDataFrame(rows, again.schema(changed)), commit(2))
    assert held(lake) == [("a", 1)]


def test_a_lake_of_another_format_is_refused(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr("jobs.runtime.commit.FORMAT_VERSION", 9)
        lake.append(THING, things(lake, ("a", 1)), commit(1))
    with pytest.raises(LakeError, match="is of format version 9, and this code writes 1"):
        Lake(lake.root, lambda: lake.spark).append(THING, things(lake, ("b", 1)), commit(2))
