"""What a session is made for: little or much."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.runtime import session


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


def test_what_is_not_there_yet_is_small_and_what_lies_elsewhere_is_not(tmp_path: Path) -> None:
    assert session.is_small(str(tmp_path / "nowhere"))
    # Listing a bucket to save seconds would cost them.
    assert not session.is_small(str(tmp_path), "s3a://bucket/lake")


def test_the_fast_tests_run_as_a_small_lake_does(spark: SparkSession, pytestconfig: pytest.Config) -> None:
    is_slow = pytestconfig.getoption("markexpr") == "slow"
    assert spark.conf.get("spark.sql.codegen.wholeStage") == ("true" if is_slow else "false")
