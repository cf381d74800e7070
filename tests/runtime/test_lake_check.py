"""A lake that was damaged is told what is wrong with it, and the advice mends it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import functions as F

from conf.source import load_sources
from conf.table import Table
from conf.tables import bronze, gold, ops, silver
from jobs.runtime import counting, lake_check, querying, registry
from jobs.runtime.context import Context
from tests.conftest import Company
from tests.runtime.conftest import JOBS

HELD = ("bronze.crm_case", "silver.complaint", "gold.fact_complaint")


def said(company: Company) -> list[str]:
    jobs = registry.load(load_sources(tuple(company.sources)))
    return [harm.text for harm in lake_check.harms(company.lake, jobs) if harm.kind != "note"]


def folder(company: Company, table: Table) -> Path:
    return Path(company.lake.path(table))


def rows(company: Company) -> dict[str, list[tuple[Any, ...]]]:
    """Every row, but for when and in which batch it landed, and the sums of what became of all."""
    found = {name: company.rows(name, without=("_batch_id", "_ingested_at")) for name in HELD}
    sums = company.lake.read(ops.BATCH_RUN).groupBy("target").agg(*(F.sum(c) for c in counting.COUNTED))
    return found | {"sums": sorted(map(tuple, sums.collect()))}


def a_data_file(company: Company, table: Table) -> Path:
    return Path(DeltaTable(company.lake.path(table)).file_uris()[0].removeprefix("file://"))


def test_a_sound_lake_has_no_findings(two_runs: Company) -> None:
    assert said(two_runs) == []


@pytest.mark.slow
def test_a_derived_table_that_lacks_a_file_is_made_anew(kept: Company) -> None:
    before = rows(kept)
    a_data_file(kept, silver.COMPLAINT).unlink()
    (found,) = said(kept)
    assert found == (
        "silver.complaint: 1 of its 1 data files are gone, the first of them since version 1; remove the folder "
        "silver/complaint of the lake and run the pipeline: it is made anew from what it is made of"
    )
    shutil.rmtree(folder(kept, silver.COMPLAINT))
    assert said(kept) == []
    assert {o.state for o in kept.run(*JOBS).values()} <= {"current", "done"}
    assert rows(kept) == before
    assert {o.state for o in kept.run(*JOBS).values()} == {"current"}


@pytest.mark.slow
def test_a_bronze_table_that_lacks_a_file_lands_again_from_the_inbox(kept: Company) -> None:
    before = rows(kept)
    a_data_file(kept, bronze.CRM_CASE).unlink()
    (found,) = said(kept)
    assert found.startswith("bronze.crm_case: 1 of its 2 data files are gone, the first of them since version ")
    assert found.endswith("remove the folder bronze/crm_case of the lake and run the pipeline: the files land again")
    shutil.rmtree(folder(kept, bronze.CRM_CASE))
    assert {o.state for o in kept.run(*JOBS).values()} <= {"current", "done"}
    assert rows(kept) == before
    assert {o.state for o in kept.run(*JOBS).values()} == {"current"}


def test_a_log_whose_newest_commits_are_gone_is_told_by_its_readers(kept: Company) -> None:
    logs = sorted((folder(kept, bronze.CRM_CASE) / "_delta_log").glob("*.json"))
    newest = int(logs[-1].stem)
    logs[-1].unlink()
    logs[-1].with_suffix(".crc").unlink(missing_ok=True)
    found = said(kept)
    assert len(found) == 1
    assert found[0].startswith(
        f"bronze.crm_case: refine_complaint has read version {newest} of it, and its log ends with {newest - 1}: "
        "its newest commits are gone; restore it from a backup; or, "
    )


def test_a_gap_in_a_log_and_a_checkpoint_beyond_its_end_are_told(kept: Company) -> None:
    log = folder(kept, gold.FACT_COMPLAINT) / "_delta_log"
    (log / "_last_checkpoint").write_text('{"version": 10, "size": 3}')
    (found,) = said(kept)
    assert found.startswith("gold.fact_complaint: the newest commits of its log are gone: it ends with 1, and a ")
    (log / "_last_checkpoint").unlink()
    (log / f"{1:020}.json").rename(log / f"{2:020}.json")
    (found,) = said(kept)
    assert found.startswith("gold.fact_complaint: its log lacks commit 1, though later ones are there; remove the ")


def test_tables_of_nobody_and_files_of_killed_writes_are_told_without_alarm(kept: Company) -> None:
    jobs = registry.load(load_sources(tuple(kept.sources)))
    before = [harm for harm in lake_check.harms(kept.lake, jobs) if harm.kind == "note"]
    shutil.copytree(folder(kept, silver.COMPLAINT), folder(kept, silver.COMPLAINT).parent / "complaint_old")
    shutil.copy(a_data_file(kept, gold.FACT_COMPLAINT), folder(kept, gold.FACT_COMPLAINT) / "part-9.parquet")
    unknown, killed = lake_check.harms(kept.lake, jobs)
    assert (unknown.kind, killed.kind) == ("doubt", "note")
    assert unknown.text.startswith("silver.complaint_old: no contract names this table")
    # Delta itself leaves files without rows: one more than these.
    assert int(killed.text.split()[0]) == 1 + sum(int(harm.text.split()[0]) for harm in before)
    assert " that no log names, of writes that were killed" in killed.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "again"),
    [
        (silver.COMPLAINT, "build_fact_complaint, refine_complaint"),
        (bronze.CRM_CASE, "refine_complaint"),
    ],
    ids=lambda value: value.name if isinstance(value, Table) else "",
)
def test_what_a_restore_undid_is_made_again(kept: Company, table: Table, again: str) -> None:
    before = rows(kept)
    oldest = kept.lake.versions(table)[-1].number
    DeltaTable(kept.lake.path(table)).restore(oldest)
    restored = kept.lake.version(table)
    (found,) = [text for text in said(kept) if "restored" in text]
    assert found == (
        f"{table.name}: was restored to an older version in version {restored}; the next run recomputes all of {again}"
    )
    kept.run(*JOBS)
    assert rows(kept) == before
    assert {o.state for o in kept.run(*JOBS).values()} == {"current"}
    assert said(kept) == []


def test_a_backup_that_lost_its_times_goes_on_and_knows_when_its_versions_were_made(kept: Company) -> None:
    moved = replace(kept, folder=kept.folder / "restored", sources=kept.sources)
    shutil.copytree(kept.inbox, moved.inbox)
    shutil.copytree(kept.folder / "lake", moved.folder / "lake", copy_function=shutil.copy)
    newest, first = kept.lake.versions(silver.COMPLAINT)
    between = (newest.at - timedelta(milliseconds=1)).isoformat()
    asked = Context(moved.settings())
    (read,) = querying.views(asked, "SELECT * FROM silver.complaint", None, between).values()
    assert read.endswith(f"{moved.lake.path(silver.COMPLAINT)}` VERSION AS OF {first.number}")
    versions = moved.versions()
    assert {o.state for o in moved.run(*JOBS).values()} == {"current"}
    assert moved.versions() == versions == kept.versions()
