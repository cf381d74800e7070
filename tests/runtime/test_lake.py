"""Writes keep their contract and their place in the log, whatever the table went through before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable, write_deltalake
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from conf.table import Table
from conf.tables import ALL
from jobs.runtime import ddl, plain_files, writing_at_hand
from jobs.runtime.commit import Commit
from jobs.runtime.lake import ConcurrentWriteError, Lake, LakeError
from jobs.runtime.session import SMALL
from tests.runtime.conftest import THING


@pytest.fixture(params=["deltalake", "spark"])
def lake(tmp_path: Path, spark: SparkSession, request: pytest.FixtureRequest) -> Iterator[Lake]:
    """A lake in which one or the other writes what Spark computes, as in a small session and in a large one."""
    was = spark.conf.get(SMALL, "false")
    spark.conf.set(SMALL, str(request.param == "deltalake").lower())
    yield Lake(str(tmp_path / "lake"), lambda: spark)
    spark.conf.set(SMALL, str(was))


def things(lake: Lake, *rows: tuple[Any, ...], table: Table = THING) -> Any:
    return lake.spark.createDataFrame(list(rows), lake.schema(table))


def commit(n: int, run: str = "r", job: str = "refine_thing") -> Commit:
    return Commit(job, f"{run}{n}", n)


def held(lake: Lake, table: Table = THING) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in lake.read(table).collect())


def test_a_merge_updates_what_differs_deletes_what_is_gone_and_leaves_the_rest(lake: Lake) -> None:
    lake.writer.merge(THING, things(lake, ("a", 1), ("b", 2), ("c", 3)), commit(1))
    lake.writer.merge(THING, things(lake, ("a", 1), ("b", 5), ("d", None)), commit(2), things(lake, ("c", None)))
    assert held(lake) == [("a", 1), ("b", 5), ("d", None)]
    assert lake.versions(THING)[0].rows == 3  # b, c and d, and not a
    changes = lake.changes(THING, lake.versions(THING)[1].number, lake.versions(THING)[0].number)
    assert sorted((r.id, r._change_type) for r in changes.collect()) == [
        ("b", "update_postimage"), ("b", "update_preimage"), ("c", "delete"), ("d", "insert"),
    ]  # fmt: skip


def test_a_table_whose_log_was_cleaned_is_not_taken_for_empty(lake: Lake) -> None:
    lake.writer.merge(THING, things(lake, ("a", 1)), commit(1))
    for n in (2, 3):
        lake.writer.merge(THING, things(lake, ("a", 1)), commit(n))
    DeltaTable(lake.path(THING)).create_checkpoint()
    for entry in Path(lake.path(THING), "_delta_log").glob("*.json"):
        if int(entry.stem) < lake.pin(THING).version:
            entry.unlink()
    lake.spark.catalog.clearCache()
    later = Lake(lake.root, lambda: lake.spark)
    assert later.pin(THING).data_version == later.pin(THING).version
    later.writer.merge(THING, things(later, ("a", 2)), commit(4))
    assert held(later) == [("a", 2)]


def test_a_log_is_read_once_and_what_others_add_to_it_is_seen(lake: Lake) -> None:
    lake.writer.append(THING, things(lake, ("a", 1)), commit(1))
    lake.writer.append(THING, things(lake, ("b", 1)), commit(2))
    seen = lake.versions(THING)
    other = Lake(lake.root, lambda: lake.spark)
    for n in (3, 4):
        other.writer.append(THING, things(lake, (str(n), 1)), commit(n))
    assert [v.number for v in seen] == [1, 0]
    assert [(v.number, v.commit["n"]) for v in lake.versions(THING)] == [(3, 4), (2, 3), (1, 2), (0, 1)]
    assert lake.versions(THING)[2:] == seen
    shutil.rmtree(lake.path(THING))
    other.writer.append(THING, things(lake, ("c", 1)), commit(5))
    assert [v.commit["n"] for v in lake.versions(THING)] == [5]


def test_what_was_added_is_read_by_its_files_and_what_changed_by_the_change_feed(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def news(after: int, upto: int) -> list[tuple[str, int, str]]:
        return sorted((r.id, r.amount, r._change_type) for r in lake.changes(THING, after, upto).collect())

    for n, row in enumerate((("a", 1), ("b", 2), ("c", 3)), start=1):
        lake.writer.append(THING, things(lake, row), commit(n))
    lake.writer.merge(THING, things(lake, ("a", 5)), commit(4))
    added = [("b", 2, "insert"), ("c", 3, "insert")]
    assert news(0, 2) == added
    changed = [("a", 1, "update_preimage"), ("a", 5, "update_postimage")]
    assert news(1, 3) == sorted([*changed, ("c", 3, "insert")])
    monkeypatch.setattr(plain_files, "FEW_FILES", 0)
    assert news(0, 2) == added
    # Packed together by maintenance, nothing is new.
    DeltaTable(lake.path(THING)).optimize.compact()
    assert news(3, lake.version(THING)) == []


def test_a_commit_number_that_another_run_took_is_noticed(lake: Lake) -> None:
    lake.writer.append(THING, things(lake, ("a", 1)), commit(1, run="one"))
    with pytest.raises(ConcurrentWriteError, match=r"silver\.thing: another driver made commit 1 of refine_thing"):
        lake.writer.append(THING, things(lake, ("b", 1)), commit(1, run="two"))
    assert held(lake) == [("a", 1)]


def test_a_table_is_made_by_its_first_write_with_all_its_contract_says(lake: Lake) -> None:
    # What a write that was killed left behind is not the table's, and does not stop the next.
    Path(lake.path(THING)).mkdir(parents=True)
    Path(lake.path(THING), "part-0.snappy.parquet").write_bytes(b"the beginning of a")
    lake.writer.append(THING, things(lake, ("a", 1)), commit(1))
    made = DeltaTable(lake.path(THING))
    assert (made.version(), made.protocol().min_reader_version) == (0, 1)
    assert made.metadata().configuration == {
        "delta.dataSkippingStatsColumns": "id,amount",
        "delta.logRetentionDuration": "interval 365 days",
        "delta.deletedFileRetentionDuration": "interval 30 days",
        "delta.checkpointInterval": "10",
        "delta.enableChangeDataFeed": "true",
    }
    assert [field.metadata["comment"] for field in made.schema().fields] == ["the thing", "how many"]
    assert lake.pin(THING).data_version == 0
    assert held(lake) == [("a", 1)]


EVERYTHING = Table(
    name="silver.everything",
    kind="derived",
    key=("id", "part"),
    comment="a value of each type that contracts have",
    schema="""
    id     STRING                                    COMMENT 'whose'
    part   INT                                       COMMENT 'which; null where there is one'
    name   STRING                                    COMMENT 'a person'
    amount DECIMAL(18,2)                             COMMENT 'money'
    ratio  DOUBLE                                    COMMENT 'share'
    is_new BOOLEAN                                   COMMENT 'or not'
    on_day DATE                                      COMMENT 'day'
    at     TIMESTAMP                                 COMMENT 'UTC; when'
    tags   ARRAY<STRING>                             COMMENT 'words'
    parts  ARRAY<STRUCT<x: STRING, y: TIMESTAMP>>    COMMENT 'nested'
    said   MAP<STRING,STRING>                        COMMENT 'by name'
    """,
    personal=("name",),
)


def test_values_of_every_type_are_kept_compared_and_changed(lake: Lake) -> None:
    at = datetime(1969, 12, 31, 23, 59, 59, 999999)
    full = ("a", 1, "Ana Ñ", Decimal("99999999999999.99"), 0.1, True, date(1899, 12, 31), at, ["x", None],
            [{"x": None, "y": at}], {"k": "v"})  # fmt: skip
    empty = ("a", None, *[None] * 9)
    gone, other = ("b", 1, "Eva", *[None] * 8), ("c", 1, *[None] * 9)
    lake.writer.merge(EVERYTHING, things(lake, full, empty, gone, table=EVERYTHING), commit(1))
    changed = (*full[:9], [{"x": "now", "y": at}], full[10])
    rows = things(lake, changed, empty, other, table=EVERYTHING)
    lake.writer.merge(EVERYTHING, rows, commit(2), things(lake, gone, table=EVERYTHING))
    key = lambda row: (row["id"], row["part"] or 0)  # noqa: E731
    found = sorted((row.asDict(recursive=True) for row in lake.read(EVERYTHING).collect()), key=key)
    names = EVERYTHING.column_names
    assert found == [dict(zip(names, row, strict=True)) for row in (empty, changed, other)]
    news = lake.changes(EVERYTHING, 0, 1).select("id", "part", "parts", "_change_type").collect()
    told = sorted((r.id, r.part, r._change_type, r.parts[0].x if r.parts else "") for r in news)
    assert told == [
        ("a", 1, "update_postimage", "now"), ("a", 1, "update_preimage", None), ("b", 1, "delete", ""),
        ("c", 1, "insert", ""),
    ]  # fmt: skip
    log = (json.loads(line) for f in Path(lake.path(EVERYTHING), "_delta_log").glob("*.json") for line in f.open())
    stats = [json.loads(entry["add"]["stats"]) for entry in log if "add" in entry]
    assert stats
    assert all("name" not in of["minValues"] and "name" not in of["nullCount"] for of in stats)


EXACT = (
    "amount = 99999999999999.99", "amount <= 99999999999999.99", "amount >= 9007199254740993.01",
    "amount = 690577101055817.31", "ratio > 5", "ratio = cast('NaN' AS DOUBLE)", "ratio = 0", "ratio < 0.5",
    "at = timestamp'1969-12-31 23:59:59.999999'", "at >= timestamp'1969-12-31 23:59:59.999999'", "id = 'ñ'",
)  # fmt: skip


def test_a_filter_finds_the_rows_that_it_means_whatever_the_files_and_the_log_say_of_their_bounds(lake: Lake) -> None:
    amounts = ("99999999999999.99", "9007199254740993.01", "690577101055817.31")
    at = datetime(1969, 12, 31, 23, 59, 59, 999999)
    for n, (amount, ratio) in enumerate(zip(amounts, (float("nan"), -0.0, 1.0), strict=True), start=1):
        row = ("ñ", n, "Ana", Decimal(amount), ratio, True, None, at, *[None] * 3)
        lake.writer.merge(EVERYTHING, things(lake, row, table=EVERYTHING), commit(n))
    by_files, by_delta = lake.read(EVERYTHING), lake.spark.read.format("delta").load(lake.path(EVERYTHING))
    expected = [1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3]
    for rows in (by_files, by_delta):
        assert [rows.where(condition).count() for condition in EXACT] == expected


def test_a_merge_that_changes_nothing_is_a_commit_all_the_same(lake: Lake) -> None:
    for n in (1, 2):
        lake.writer.merge(THING, things(lake, ("a", 1)), commit(n))
    assert [(v.commit["n"], v.rows, v.is_data) for v in lake.versions(THING)] == [(2, 0, False), (1, 1, True)]


def test_few_rows_are_merged_at_hand_into_a_table_of_any_lake_that_is_not_too_large(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def merged(n: int) -> bool:
        lake.writer.merge(THING, things(lake, ("a", n)), commit(n), things(lake, ("b", None)), is_few=True)
        return bool(DeltaTable(lake.path(THING)).history(1)[0]["engineInfo"].startswith("delta-rs"))

    lake.writer.append(THING, things(lake, ("a", 1), ("b", 2), ("c", 3)), commit(1))
    assert merged(2)
    assert held(lake) == [("a", 2), ("c", 3)]
    monkeypatch.setattr(writing_at_hand, "MOST_BYTES", 100)
    assert merged(3) == lake.is_small
    assert held(lake) == [("a", 3), ("c", 3)]


def test_rows_that_are_too_large_for_a_driver_are_written_by_spark(lake: Lake) -> None:
    java: Any = lake.spark.sparkContext._jsc
    # What a task of a write says of its files is some kilobytes.
    java.sc().conf().set("spark.driver.maxResultSize", "50k")
    a, b = "a" * 100_000, "b" * 100_000
    try:
        lake.writer.append(THING, things(lake, (a, 1), (b, 2)), commit(1))
        lake.writer.merge(THING, things(lake, (a, 3)), commit(2))
    finally:
        java.sc().conf().remove("spark.driver.maxResultSize")
    assert held(lake) == [(a, 3), (b, 2)]
    assert all(entry["engineInfo"].startswith("Apache-Spark") for entry in DeltaTable(lake.path(THING)).history())


def test_a_key_that_is_given_twice_is_refused(lake: Lake) -> None:
    lake.writer.merge(THING, things(lake, ("a", 1)), commit(1))
    with pytest.raises(Exception, match=r"1 keys \(id\) are given more than once|MULTIPLE_SOURCE_ROW"):
        lake.writer.merge(THING, things(lake, ("a", 2), ("a", 3)), commit(2))
    assert held(lake) == [("a", 1)]


COUNTED = Table(
    name="ops.counted",
    kind="journal",
    key=("id",),
    comment="a count",
    schema="""
    id      STRING             COMMENT 'whose'
    amount  INT                COMMENT 'how many'
    at      TIMESTAMP          COMMENT 'UTC; when'
    said    MAP<STRING,STRING> COMMENT 'what else'
    """,
    personal=("id",),
)
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_rows_at_hand_are_added_as_sparks_are_and_tell_the_log_no_more(lake: Lake) -> None:
    for n, name in enumerate(("a", "b"), start=1):
        lake.writer.append_rows(COUNTED, [{"id": name, "amount": n, "at": NOON, "said": {"x": "y"}}], commit(n))
    lake.writer.append(COUNTED, things(lake, ("c", 3, NOON, None), table=COUNTED), commit(3))
    naive = NOON.replace(tzinfo=None)
    assert held(lake, COUNTED) == [("a", 1, naive, {"x": "y"}), ("b", 2, naive, {"x": "y"}), ("c", 3, naive, None)]
    newest = lake.versions(COUNTED)
    assert [(v.rows, v.commit["n"], v.is_data) for v in newest] == [(1, 3, True), (1, 2, True), (1, 1, True)]
    assert lake.last_n(COUNTED, "refine_thing") == 3
    for added in DeltaTable(lake.path(COUNTED)).get_add_actions().column("min").to_pylist():
        assert set(added) == {"amount", "at"}
    assert DeltaTable(lake.path(COUNTED)).protocol().min_reader_version == 1


def test_rows_at_hand_take_the_place_of_those_with_their_key_without_spark(lake: Lake) -> None:
    alone = Lake(lake.root, lambda: pytest.fail("Spark was started"))
    row = {"id": "a", "amount": 1, "at": NOON, "said": {"x": "y"}}
    alone.writer.merge_rows(COUNTED, [row, row | {"id": "b"}], commit(1))
    alone.writer.merge_rows(COUNTED, [row | {"id": "b", "amount": 2}, row | {"id": "c", "said": None}], commit(2))
    assert [(v.rows, v.commit["n"], v.is_data) for v in alone.versions(COUNTED)] == [(2, 2, True), (2, 1, True)]
    # Spark goes on with what deltalake made, and deltalake with that.
    lake.writer.merge(COUNTED, things(lake, ("c", 3, NOON, None), ("d", 4, NOON, None), table=COUNTED), commit(3))
    alone.writer.merge_rows(COUNTED, [row | {"id": "d", "amount": 5}], commit(4))
    assert [(r[0], r[1]) for r in held(lake, COUNTED)] == [("a", 1), ("b", 2), ("c", 3), ("d", 5)]
    made = DeltaTable(lake.path(COUNTED))
    assert (made.protocol().min_reader_version, made.schema().fields[0].metadata["comment"]) == (1, "whose")
    for added in made.get_add_actions().column("min").to_pylist():
        assert set(added) == {"amount", "at"}
    with pytest.raises(ConcurrentWriteError):
        alone.writer.merge_rows(COUNTED, [row], commit(4, run="two"))


def test_the_schema_of_every_contract_is_what_spark_reads_from_it(lake: Lake) -> None:
    java: Any = lake.spark._jvm
    for table in ALL.values():
        parsed = java.org.apache.spark.sql.types.StructType.fromDDL(ddl.columns(table.columns))
        assert ddl.schema(table) == StructType.fromJson(json.loads(parsed.json())), table.name


def test_rows_at_hand_fill_a_column_that_the_contract_gained_and_no_other(lake: Lake) -> None:
    row = {"id": "a", "amount": 1, "at": NOON, "said": None}
    lake.writer.append_rows(COUNTED, [row], commit(1))
    wider = replace(COUNTED, schema=f"{COUNTED.schema.rstrip()}\n    place STRING COMMENT 'where'")
    again = Lake(lake.root, lambda: lake.spark)
    again.writer.append_rows(wider, [row | {"id": "b", "place": "Lima"}], commit(2))
    assert [(r.id, r.place) for r in again.read(wider).orderBy("id").collect()] == [("a", None), ("b", "Lima")]
    for wrong in (row, row | {"place": None, "palce": "Lima"}):
        with pytest.raises(LakeError, match=r"write to ops\.counted: columns \["):
            again.writer.append_rows(wider, [wrong], commit(3))


def test_a_table_whose_contract_has_other_types_is_read_as_it_is(lake: Lake) -> None:
    lake.writer.append(THING, things(lake, ("a", 1)), commit(1))
    assert held(lake, replace(THING, schema=schema(ID, "amount STRING COMMENT 'x'"))) == [("a", 1)]


def test_rows_at_hand_of_a_number_that_is_taken_are_not_added(lake: Lake) -> None:
    row = {"id": "a", "amount": 1, "at": NOON, "said": None}
    lake.writer.append_rows(COUNTED, [row], commit(1, run="one"))
    lake.writer.append(COUNTED, things(lake, ("b", 1, NOON, None), table=COUNTED), commit(2, run="one"))
    for n in (1, 2):
        with pytest.raises(
            ConcurrentWriteError, match=rf"ops\.counted: another driver made commit {n} of refine_thing"
        ):
            lake.writer.append_rows(COUNTED, [row], commit(n, run="two"))
    assert [row[0] for row in held(lake, COUNTED)] == ["a", "b"]


def test_rows_at_hand_and_another_drivers_commit_in_between_are_a_conflict(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "a", "amount": 1, "at": NOON, "said": None}
    lake.writer.append_rows(COUNTED, [row], commit(1))
    write = write_deltalake

    def overtaken(log: DeltaTable, *given: Any, **settings: Any) -> None:
        monkeypatch.setattr(writing_at_hand, "write_deltalake", write)
        Lake(lake.root, lambda: lake.spark).writer.append_rows(
            COUNTED, [row | {"id": "theirs"}], commit(2, run="other")
        )
        write(log, *given, **settings)

    monkeypatch.setattr(writing_at_hand, "write_deltalake", overtaken)
    with pytest.raises(ConcurrentWriteError):
        lake.writer.append_rows(COUNTED, [row | {"id": "ours"}], commit(2, run="one"))
    assert [row[0] for row in held(lake, COUNTED)] == ["a", "theirs"]


def test_a_small_table_is_read_by_its_files_as_delta_reads_it(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.writer.merge(THING, things(lake, ("a", 1), ("b", 2), ("c", None)), commit(1))
    lake.writer.merge(THING, things(lake, ("a", 7)), commit(2), things(lake, ("b", None)))
    lake.writer.append(THING, things(lake, ("d", 4)), commit(3))
    lake.writer.merge(THING, things(lake, ("a", 7)), commit(4), things(lake, ("d", None)))
    versions = [v.number for v in lake.versions(THING)]
    by_files = [sorted(map(tuple, lake.read(THING, number).collect())) for number in versions]
    monkeypatch.setattr(plain_files, "FEW_FILES", 0)
    by_delta = [sorted(map(tuple, lake.read(THING, number).collect())) for number in versions]
    assert by_files == by_delta
    assert by_files[0] == [("a", 7), ("c", None)]
    assert by_files[-1] == [("a", 1), ("b", 2), ("c", None)]


def test_missing_and_extra_columns_are_named(lake: Lake) -> None:
    frame = things(lake, ("a", 1)).withColumnRenamed("amount", "amuont")
    with pytest.raises(LakeError, match=r"silver\.thing: columns missing \['amount'\], not in the contract \['amuont'"):
        lake.writer.append(THING, frame, commit(1))


def schema(*lines: str) -> str:
    return "\n".join(lines)


ID, AMOUNT = "id STRING COMMENT 'the thing'", "amount INT COMMENT 'how many'"


def test_a_column_added_to_the_contract_is_added_and_one_that_became_personal_loses_its_statistics(lake: Lake) -> None:
    lake.writer.append(THING, things(lake, ("a", 1)), commit(1))
    wider = replace(THING, schema=schema(ID, AMOUNT, "name STRING COMMENT 'whose'"), personal=("name", "amount"))
    again = Lake(lake.root, lambda: lake.spark)
    again.writer.append(wider, things(again, ("b", 2, "x"), table=wider), commit(2))
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
    lake.writer.append(THING, things(lake, ("a", 1)), commit(1))
    again = Lake(lake.root, lambda: lake.spark)
    rows = [("b", "2")[: len(changed.columns)]]
    with pytest.raises(LakeError, match=message):
        again.writer.append(changed, again.spark.createDataFrame(rows, again.schema(changed)), commit(2))
    assert held(lake) == [("a", 1)]


def test_a_lake_of_another_format_is_refused(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr("jobs.runtime.commit.FORMAT_VERSION", 9)
        lake.writer.append(THING, things(lake, ("a", 1)), commit(1))
    with pytest.raises(LakeError, match="is of format version 9, and this code writes 1"):
        Lake(lake.root, lambda: lake.spark).writer.append(THING, things(lake, ("b", 1)), commit(2))
