"""What orders the versions of a record sorts as text as its value does, and never ends a landing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from conf.source import load_source
from transformations.intake.envelope import RECORDS, envelope

FEED = """
source: feed
key_space: feed
lands_in: bronze.web_form
delivery: upsert
read: {{format: csv, path: "x"}}
columns: {{id: string, n: {kind}}}
record_key: id
version_by: n
gives: {{}}
"""


@pytest.mark.parametrize(
    ("kind", "ordered"),
    [
        ("bigint", ["-9000000000000000000", "-12", "-3", "0", "2", "10", "9007199254740993", "9007199254740994"]),
        ("double", ["-1.5", "0.25", "3", "20"]),
        ("timestamp", ["1999-12-31 23:59:59", "2026-01-02 09:00:00.5", "2026-01-02 10:00:00"]),
        ("string", ["a", "b"]),
    ],
)
def test_version_by_sorts_as_its_value(spark: SparkSession, tmp_path: Path, kind: str, ordered: list[str]) -> None:
    assert landed(spark, tmp_path, kind, ordered) == [str(number) for number in range(len(ordered))]


def test_a_number_that_is_too_large_to_order_by_lands_all_the_same(spark: SparkSession, tmp_path: Path) -> None:
    assert landed(spark, tmp_path, "double", ["1e25", "-1e25", "3"]) == ["0", "1", "2"]


def landed(spark: SparkSession, folder: Path, kind: str, values: list[str]) -> list[str]:
    """The ids of records with these values, in the order of `_version_by`, then as given."""
    path = folder / "feed.yaml"
    path.write_text(FEED.format(kind=kind), encoding="utf-8")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [("o", now, n, f'{{"id": "{n}", "n": "{value}"}}', str(n), "") for n, value in enumerate(values)]
    frame = envelope(spark.createDataFrame(rows, RECORDS), load_source(path), "b", now)
    return [r._record_key for r in frame.orderBy("_version_by", "_position").collect()]
