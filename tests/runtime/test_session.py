"""What a session is made for: little or much."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from conf.settings import load
from jobs.runtime import session
from jobs.runtime.context import Context


def test_folders_are_small_together_up_to_the_limit(tmp_path: Path) -> None:
    lake, inbox = tmp_path / "lake", tmp_path / "inbox"
    (lake / "bronze").mkdir(parents=True)
    inbox.mkdir()
    assert session.is_small(str(lake), str(inbox))
    for folder in (lake / "bronze", inbox):
        with (folder / "file").open("wb") as file:
            file.truncate(session.SMALL_BYTES // 2)
    assert session.is_small(str(lake), str(inbox))
    (inbox / "one more byte").write_bytes(b"x")
    assert not session.is_small(str(lake), str(inbox))


def test_what_is_packed_counts_for_what_may_be_in_it(tmp_path: Path) -> None:
    with (tmp_path / "calls.tsv.gz").open("wb") as file:
        file.truncate(session.SMALL_BYTES // session.PACKED + 1)
    assert not session.is_small(str(tmp_path))


def test_a_file_that_goes_meanwhile_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "goes").symlink_to(tmp_path / "gone")
    assert session.is_small(str(tmp_path))


@pytest.mark.parametrize(
    ("master", "read", "is_small"),
    [
        ("local[2]", '{format: csv, path: "{inbox}/*.csv"}', True),
        ("spark://cluster:7077", '{format: csv, path: "{inbox}/*.csv"}', False),
        ("local[2]", '{format: csv, path: "/elsewhere/*.csv"}', False),
        ("local[2]", "{format: jdbc, url: 'jdbc:postgresql://h/d', table: t}", False),
    ],
)
def test_only_what_can_be_seen_to_be_little_is_small(tmp_path: Path, master: str, read: str, is_small: bool) -> None:
    (tmp_path / "feed.yaml").write_text(
        f"{{source: feed, key_space: k, lands_in: bronze.crm_case, delivery: event, read: {read}, "
        "columns: {id: string}, record_key: id, gives: {}}\n"
    )
    places = [f"lake={tmp_path / 'lake'}", f"inbox={tmp_path / 'inbox'}", f"sources=[{tmp_path}]"]
    settings = load("local", date(2026, 1, 1), [*places, f"spark.master={master}"])
    context = Context(settings)
    assert context.sources
    assert context.is_small is is_small


def test_what_is_not_there_yet_is_small_and_what_lies_elsewhere_is_not(tmp_path: Path) -> None:
    assert session.is_small(str(tmp_path / "nowhere"))
    # Listing a bucket to save seconds would cost them.
    assert not session.is_small(str(tmp_path), "hdfs://host/lake")


def test_the_fast_tests_run_as_a_small_lake_does(spark: SparkSession, pytestconfig: pytest.Config) -> None:
    is_slow = pytestconfig.getoption("markexpr") == "slow"
    assert spark.conf.get("spark.sql.codegen.wholeStage") == ("true" if is_slow else "false")
