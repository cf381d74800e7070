"""Maintenance packs files and removes old ones, and neither jobs nor readers notice."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from deltalake import DeltaTable

from conf.table import Table
from conf.tables import ALL, bronze, silver
from jobs.runtime import querying
from jobs.runtime.context import Context, UsageError
from tests.conftest import Company
from tests.runtime.ages import age
from tests.runtime.conftest import JOBS
from tests.runtime.feeds import cases

# So small a lake is worth no work: these are asked for.
EAGER = ("maintenance.min_spare_files=1",)
MONTH = timedelta(days=40)


def files(company: Company, table: Table) -> int:
    return len(DeltaTable(company.lake.path(table)).file_uris())


def maintained(company: Company, *overrides: str) -> tuple[str, list[str]]:
    (outcome,) = company.run("maintain_tables", overrides=(*EAGER, *overrides)).values()
    return outcome.state, outcome.report


def test_old_files_go_rows_stay_and_no_job_takes_it_for_news(kept: Company) -> None:
    lake = kept.folder / "lake"
    age(lake, MONTH)
    rows = {name: kept.rows(name) for name in ("bronze.crm_case", "silver.complaint", "gold.fact_complaint")}
    assert files(kept, bronze.CRM_CASE) == 2
    state, report = maintained(kept)
    assert state == "done"
    assert files(kept, bronze.CRM_CASE) == 1
    assert any(line.startswith("packed bronze.crm_case: 2 files") for line in report), report
    # The version that the second run replaced is forty days old; what was packed now stays for thirty.
    assert any(line.startswith("removed from silver.complaint: ") for line in report), report
    assert len(list((lake / "bronze" / "crm_case").glob("*.parquet"))) == 3
    assert {name: kept.rows(name) for name in rows} == rows
    asked = Context(kept.settings())
    (read,) = querying.views(asked, "SELECT * FROM bronze.crm_case", 1, None).values()
    assert kept.spark.sql(read).count() == 4  # as before its files were put together
    with pytest.raises(UsageError) as raised:
        querying.views(asked, "SELECT * FROM silver.complaint", 0, None)
    assert str(raised.value) == (
        "silver.complaint: files of version 0 are no longer there: old versions are kept for 30 days; the oldest that "
        "can be read is 1"
    )
    versions = kept.versions()
    assert maintained(kept)[0] == "current"
    assert {outcome.state for outcome in kept.run(*JOBS).values()} == {"current"}
    assert kept.versions() == versions


@pytest.mark.slow
def test_what_a_job_has_not_read_is_kept_unless_told_otherwise(kept: Company, caplog: pytest.LogCaptureFixture) -> None:
    for day in (4, 5):
        kept.deliver(f"cases{day}.csv", cases(f"1,card,closed,2026-01-01,{day}.50,2026-01-0{day} 10:00"))
        kept.run("land_files", "refine_complaint")
    age(kept.folder / "lake", MONTH)
    _, report = maintained(kept)
    assert any(line.startswith("kept silver.complaint: build_fact_complaint has read it") for line in report), report
    late = kept.folder.parent / f"{kept.folder.name}-late"
    shutil.copytree(kept.folder, late)
    with caplog.at_level(logging.WARNING, "reclamo360"):
        assert kept.run("build_fact_complaint")["build_fact_complaint"].state == "done"
    assert "event=fall_back" not in caplog.text
    told = replace(kept, folder=late, sources=[late / "sources"])
    _, report = maintained(told, "maintenance.past_consumers=true")
    assert any(line.startswith("removed from silver.complaint") for line in report), report
    with caplog.at_level(logging.WARNING, "reclamo360"):
        assert told.run("build_fact_complaint")["build_fact_complaint"].state == "done"
    assert "event=fall_back job=build_fact_complaint" in caplog.text
    assert told.rows("gold.fact_complaint") == kept.rows("gold.fact_complaint")


@pytest.mark.slow
def test_a_large_table_is_clustered_by_its_key_and_stays_readable(
    kept: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(silver.COMPLAINT.__dict__, "retention_days", 3)
    _, report = maintained(kept, "maintenance.cluster_from_mib=0")
    assert any(line.endswith("clustered by complaint_id") and "silver.complaint:" in line for line in report), report
    made = DeltaTable(kept.lake.path(silver.COMPLAINT))
    assert made.protocol().min_reader_version == 1
    # What a contract says of retention now, its table says too.
    assert made.metadata().configuration["delta.deletedFileRetentionDuration"] == "interval 3 days"
    assert made.to_pyarrow_table().num_rows == 3
    assert maintained(kept, "maintenance.cluster_from_mib=0")[0] == "current"
    kept.deliver("cases3.csv", cases("1,card,reopened,2026-01-01,1.50,2026-01-09 10:00"))
    kept.run(*JOBS)
    (row,) = kept.lake.read(silver.COMPLAINT).where("complaint_id = 'crm:1'").collect()
    assert row.status == "reopened"


def test_the_contract_says_how_long_old_versions_stay() -> None:
    assert [ALL[name].keeps_days for name in ("silver.complaint", "ops.batch_run", "restricted.document_text_raw")] == [
        30, 7, 7,
    ]  # fmt: skip
    assert replace(silver.COMPLAINT, retention_days=3).keeps_days == 3
    with pytest.raises(ValueError, match=r"silver\.complaint: retention_days is 0, expected at least 1"):
        replace(silver.COMPLAINT, retention_days=0)
