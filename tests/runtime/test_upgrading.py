"""A lake of an older format is brought to the newer one, table by table, and one of a newer format is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from conf.table import Table
from conf.tables import gold, silver
from jobs.runtime import cli, commit, upgrading
from jobs.runtime.commit import Commit, LakeError
from jobs.runtime.lake import Lake

TABLES = (silver.COMPLAINT, gold.FACT_COMPLAINT)


@pytest.fixture
def old(tmp_path: Path, spark: SparkSession) -> Lake:
    """A lake of two tables of version 1."""
    lake = Lake(str(tmp_path / "lake"), lambda: spark)
    for table in TABLES:
        empty = spark.createDataFrame([], lake.schema(table))
        lake.writer.append(table, empty, Commit("job", f"run of {table.name}", 1))
    return lake


def test_a_lake_of_this_format_is_left_alone(old: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [old.version(table) for table in TABLES]
    ended = CliRunner().invoke(cli.app, ["upgrade", "--lake", old.root])
    assert (ended.exit_code, ended.stdout.strip()) == (0, f"{old.root} is current: format version 1")
    assert [old.version(table) for table in TABLES] == before


def test_an_upgrade_that_was_killed_goes_on_where_it_was(old: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def step(lake: Lake, table: Table) -> None:
        if table is silver.COMPLAINT and not taken:
            taken.append("killed")
            raise KeyboardInterrupt
        taken.append(table.name)

    monkeypatch.setattr(commit, "FORMAT_VERSION", 2)
    monkeypatch.setattr(upgrading, "STEPS", [step])
    with pytest.raises(KeyboardInterrupt):
        list(upgrading.upgrade(old))
    assert list(upgrading.upgrade(old)) == [
        "silver.complaint: format version 1 is now 2", "gold.fact_complaint: format version 1 is now 2",
    ]  # fmt: skip
    assert list(upgrading.upgrade(old)) == []
    assert taken == ["killed", "silver.complaint", "gold.fact_complaint"]
    assert [commit.format_of(old.versions(table)) for table in TABLES] == [2, 2]
    # Whose table it is, and that nothing new is in it, stands as before.
    assert [old.pin(table).data_version for table in TABLES] == [-1, -1]
    monkeypatch.setattr(commit, "FORMAT_VERSION", 1)
    with pytest.raises(LakeError, match=r"of a newer format than this code's 1: silver\.complaint \(2\), gold\.fact_"):
        list(upgrading.upgrade(old))
