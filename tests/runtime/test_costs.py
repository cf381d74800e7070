"""What jobs cost: told apart where they run side by side, and written once a run, where something was done."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console

from conf.tables import ops, silver
from jobs.runtime import running
from jobs.runtime.context import Context
from jobs.runtime.costs import Part
from jobs.runtime.lake import Lake
from jobs.runtime.registry import Job
from jobs.runtime.running import Ran
from tests.conftest import Company
from tests.runtime.feeds import CASES, DESK, cases

OLD = "1,card,received,2026-01-02,10.00,2026-01-02 09:00"


def job(name: str, table: Any, run: Any) -> Job:
    return Job(name, (), (table,), (table,), run, (), True, None, "")


def run(company: Company, jobs: list[Job] | None = None, *names: str) -> list[Ran]:
    """Run jobs as the command does, to its end."""
    context = Context(company.settings())
    context.__dict__["spark"] = company.spark
    ran: list[Ran] = []
    chosen = running.chosen(context.jobs, names) if jobs is None else jobs
    try:
        running.run(context, chosen, [company.as_of], ran, Console(quiet=True), rebuild=False)
    except typer.Exit:
        assert any(r.outcome.state == "failed" for r in ran)
    return ran


def test_jobs_side_by_side_are_told_apart_and_a_failed_one_has_its_row(company: Company, tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=60)

    def writing(rows: int, fails: bool = False) -> Any:
        def work(lake: Any, settings: Any) -> None:
            frame = lake.lake.spark.range(0, rows, 1, 3)
            both.wait()
            for part in range(2):
                frame.write.parquet(str(tmp_path / f"{rows}-{part}"))
            both.wait()
            if fails:
                raise ValueError("no")
            lake.rows["silver.complaint"] = rows

        return work

    jobs = [job("few", silver.COMPLAINT, writing(30)), job("many", silver.SOURCE_PARTY, writing(7_000, fails=True))]
    run(company, jobs)
    rows = {row["job"]: row for row in company.lake.rows(ops.RUN_COST)}
    # Two writings of three tasks each.
    assert {n: (r["state"], r["rows_written"], r["tasks"], r["failed_tasks"]) for n, r in rows.items()} == {
        "few": ("done", 60, 6, 0), "many": ("failed", 14_000, 6, 0),
    }  # fmt: skip
    assert rows["few"]["bytes_written"] < rows["many"]["bytes_written"]
    assert rows["few"]["driver_heap_bytes"] > 10 * 2**20
    assert rows["few"]["driver_python_bytes"] > 10 * 2**20


def test_landing_says_it_by_feed_and_a_run_without_news_writes_nothing(company: Company) -> None:
    # Other tests of the session land feeds too: Spark tells theirs apart by their names.
    company.source(CASES.replace("source: cases", "source: weighed"), "cases")
    company.source(DESK.replace("source: desk", "source: weighed_desk"), "desk")
    company.deliver("cases.csv", cases(OLD))
    company.deliver("desk.json", '{"id": "9", "updated": "2026-01-05T10:00:00"}')
    (landed,) = run(company, None, "land_files")
    rows = {row["source_system"]: row for row in company.lake.rows(ops.RUN_COST)}
    assert {source: row["rows_written"] for source, row in rows.items() if source} == {"weighed": 1, "weighed_desk": 1}
    assert rows[""]["seconds"] >= max(rows[s]["seconds"] for s in ("weighed", "weighed_desk"))
    assert sorted(c["source_system"] for c in landed.outcome.costs) == ["", "weighed", "weighed_desk"]
    before = company.versions()
    run(company, None, "land_files")
    assert company.versions() == before


def test_costs_that_cannot_be_written_do_not_fail_the_run(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    (company.folder / "lake" / "ops").mkdir(parents=True)
    (company.folder / "lake" / "ops" / "run_cost").write_text("in the way")

    def work(lake: Any, settings: Any) -> None:
        lake.lake.spark.range(1).count()
        lake.rows["silver.complaint"] = 1

    (ran,) = run(company, [job("a", silver.COMPLAINT, work)])
    assert ran.outcome.state == "done"
    assert "event=costs_not_written" in caplog.text


def test_a_job_that_fails_before_spark_starts_has_its_row(company: Company) -> None:
    def fails(lake: Any, settings: Any) -> None:
        raise ValueError("no")

    context = Context(company.settings())
    context.__dict__["sources"] = ()
    context.__dict__["lake"] = Lake(context.settings.lake, lambda: pytest.fail("Spark was started"))
    jobs = [job("a", silver.COMPLAINT, fails), job("b", silver.SOURCE_PARTY, lambda lake, settings: None)]
    with pytest.raises(typer.Exit):
        running.run(context, jobs, [company.as_of], [], Console(quiet=True), rebuild=False)
    (row,) = company.lake.rows(ops.RUN_COST)
    assert (row["job"], row["state"], row["tasks"], row["driver_heap_bytes"]) == ("a", "failed", 0, None)
    assert row["driver_python_bytes"] > 10 * 2**20


def test_a_part_keeps_what_it_says(company: Company) -> None:
    lake = company.lake
    with lake.meter.of(Part("kept"), lake.spark), lake.meter.of(Part("kept", None, "ñ"), lake.spark):
        lake.spark.range(0, 10, 1, 2).collect()
    assert {part.source: cost["tasks"] for part, cost in lake.meter.costs(lake.spark).items()} == {None: 0, "ñ": 2}
