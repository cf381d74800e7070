"""What a run does when a job fails, when descriptions are missing, when the changes are gone, when a rule says stop."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from conf.table import Table
from conf.tables import ALL, silver
from expectations import suites
from expectations.rules import RowRule
from jobs.runtime import pipeline
from jobs.runtime.commit import ConcurrentWriteError
from jobs.runtime.pipeline import Outcome, Pipeline, Progress
from jobs.runtime.registry import Job
from tests.conftest import Company, Silent
from tests.runtime.feeds import CASES, DESK, cases

OLD = "1,card,received,2026-01-02,10.00,2026-01-02 09:00"
OTHER = "2,loan,received,2026-01-03,,2026-01-03 09:00"
REFINE = ("land_files", "build_taxonomy", "refine_complaint")
# A feed that gives no complaints.
PARTIES = """
source: people
key_space: crm
lands_in: bronze.crm_party
delivery: event
read: {format: csv, path: "{inbox}/people*"}
columns: {id: string}
gives:
  silver.source_party: {source_party_id: id, party_type: "'person'"}
"""


def ids(company: Company) -> list[str]:
    return [row[0] for row in company.rows("silver.complaint", without=("source_systems",))]


@pytest.mark.slow
def test_feeds_whose_descriptions_are_not_given_are_not_removed(company: Company) -> None:
    company.source(CASES, "cases").source(DESK, "desk")
    company.deliver("cases.csv", cases(OLD))
    company.deliver("desk.json", '{"id": "9", "updated": "2026-01-05T10:00:00"}')
    company.run(*REFINE)
    assert ids(company) == ["crm:1", "crm:9"]
    Path(company.sources[0], "desk.yaml").rename(company.folder / "desk.yaml")
    outcome = company.run("refine_complaint")["refine_complaint"]
    assert outcome.state == "failed"
    assert "silver.complaint holds rows of desk, which no source description of this run gives" in outcome.why
    Path(company.sources[0], "cases.yaml").rename(company.folder / "cases.yaml")
    company.source(PARTIES, "parties")
    outcome = company.run("refine_complaint")["refine_complaint"]
    assert (outcome.state, "rows of earlier feeds" in outcome.why) == ("failed", True)
    assert ids(company) == ["crm:1", "crm:9"]
    # Kept, and said to give nothing: its rows are taken back, the other feed's stay.
    nothing = DESK.replace("  silver.complaint:\n", '  silver.complaint:\n    where: "false"\n')
    company.source(CASES, "cases").source(nothing, "desk")
    assert company.run("refine_complaint")["refine_complaint"].state == "done"
    assert ids(company) == ["crm:1"]


def test_a_rule_of_severity_stop_ends_the_job_before_it_writes_and_its_readers_wait(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = RowRule("only_cards", "product = 'card'", "only cards here", severity="stop")
    monkeypatch.setitem(suites.RULES, silver.COMPLAINT, (rule,))
    company.source(CASES).deliver("cases.csv", cases(OLD, OTHER))
    outcomes = company.run(*REFINE, "resolve_complaint_issue", "refine_document")
    assert outcomes["refine_complaint"].state == "failed"
    assert "silver.complaint: 1 rows break only_cards (only cards here); nothing was written" in (
        outcomes["refine_complaint"].why
    )
    assert (outcomes["resolve_complaint_issue"].state, outcomes["resolve_complaint_issue"].why) == (
        "skipped", "needs refine_complaint, which failed",
    )  # fmt: skip
    assert outcomes["refine_document"].state == "done"
    assert company.lake.versions(silver.COMPLAINT) == []
    assert company.lake.versions(ALL["ops.batch_run"])[0].commit["job"] == "refine_document"


@pytest.mark.slow
def test_a_job_whose_changes_were_vacuumed_recomputes_everything_and_says_so(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run(*REFINE)
    company.deliver("cases2.csv", cases(OTHER, OLD.replace("received", "closed").replace("02 09:00", "05 09:00")))
    company.run("land_files")
    company.run("refine_complaint")
    # The feed of the complaints' changes is gone before its reader came.
    company.run("resolve_complaint_issue")
    company.deliver("cases3.csv", cases(OLD.replace("received", "pending").replace("02 09:00", "07 09:00")))
    company.run(*REFINE)
    shutil.rmtree(Path(company.lake.path(silver.COMPLAINT), "_change_data"))
    outcome = company.run("resolve_complaint_issue")["resolve_complaint_issue"]
    assert outcome.state == "done", company.outcomes
    assert "the changes since the last run are gone" in caplog.text
    assert len(company.rows("silver.complaint_issue")) == 2


def test_a_run_that_another_driver_overtook_starts_again(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run("land_files", "build_taxonomy")
    tried: list[int] = []
    once = pipeline.Pipeline._once

    def overtaken(self: pipeline.Pipeline, *arguments: object, **named: object) -> object:
        tried.append(1)
        if len(tried) == 1:
            raise ConcurrentWriteError("silver.complaint: another driver made commit 1")
        if len(tried) == 2:
            raise RuntimeError("Checkpoint block rdd_7_0 not found!")
        return once(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline.Pipeline, "_once", overtaken)
    assert company.run("refine_complaint")["refine_complaint"].state == "done"
    assert len(tried) == 3


def test_what_an_attempt_wrote_that_was_overtaken_is_told_with_what_the_next_one_writes(company: Company) -> None:
    tried: list[int] = []

    def writes(lake: Any, settings: Any) -> None:
        tried.append(1)
        lake.rows["silver.complaint"] = lake.rows.get("silver.complaint", 0) + 3
        if len(tried) == 1:
            raise ConcurrentWriteError("another driver was first")

    (outcome,) = run_side_by_side(company, [job("a", writes=(ONE,), run=writes)], 1)
    assert (outcome.state, outcome.rows) == ("done", {"silver.complaint": 6})


def test_a_changed_description_makes_stale_what_it_gave_a_rebuild_mends_it_and_journals_stay(company: Company) -> None:
    company.source(CASES).deliver("cases.csv", cases(OLD))
    company.run(*REFINE, "refine_document")
    company.source(CASES.replace("    product: product\n", "    product: upper(product)\n"))
    never = ("rebuild=never",)
    before = company.versions()
    outcomes = company.run(*REFINE, "refine_document", overrides=never)
    assert {n: o.state for n, o in outcomes.items()} == {
        "land_files": "current", "build_taxonomy": "current", "refine_complaint": "stale", "refine_document": "stale",
    }  # fmt: skip
    assert outcomes["refine_complaint"].why == "made by other code or source descriptions; --rebuild mends it"
    assert company.versions() == before
    company.run(*REFINE, "refine_document", overrides=never, rebuild=True)
    (row,) = company.lake.read(silver.COMPLAINT).collect()
    assert row.product == "CARD"
    after = company.versions()
    assert {name for name in after if after[name] != before[name] and ALL[name].kind == "journal"} == set()
    assert company.run("refine_complaint", overrides=never)["refine_complaint"].state == "current"


# ---- jobs side by side


def job(name: str, reads: tuple[Table, ...] = (), writes: tuple[Table, ...] = (), run: Any = None) -> Job:
    """A job that only its reads and writes say anything of; it lands, so it is always due."""
    return Job(name, reads, writes, writes, run or (lambda lake, settings: None), (), True, None, "")


ONE, TWO, THREE = silver.COMPLAINT, silver.SOURCE_PARTY, silver.DOCUMENT


def run_side_by_side(company: Company, jobs: list[Job], at_a_time: int, watch: Progress | None = None) -> list[Outcome]:
    settings = company.settings(f"jobs_at_a_time={at_a_time}")
    return Pipeline(company.lake, settings, (), watch or Silent(), rebuild=False).run(jobs)


def test_jobs_that_need_nothing_of_each_other_run_at_the_same_time(company: Company) -> None:
    # Each waits for the other: one after the other they would never end.
    both = threading.Barrier(2, timeout=30)
    first, second = (job(n, writes=(t,), run=lambda lake, settings: both.wait()) for n, t in (("a", ONE), ("b", TWO)))
    assert {o.state for o in run_side_by_side(company, [first, second], 2)} == {"current"}
    both = threading.Barrier(2, timeout=1)
    assert {o.state for o in run_side_by_side(company, [first, second], 1)} == {"failed"}


def test_a_job_waits_for_those_before_it_that_write_what_it_reads(company: Company) -> None:
    begun, ended = list[str](), list[str]()

    def of(name: str) -> Any:
        def run(lake: Any, settings: Any) -> None:
            begun.append(f"{name} after {','.join(sorted(ended))}")
            time.sleep(0.2)
            ended.append(name)

        return run

    jobs = [
        job("a", writes=(ONE,), run=of("a")),
        job("b", reads=(ONE,), writes=(TWO,), run=of("b")),
        job("c", writes=(THREE,), run=of("c")),
        job("d", reads=(TWO, THREE), run=of("d")),
    ]
    run_side_by_side(company, jobs, 4)
    assert sorted(begun) == ["a after ", "b after a,c", "c after ", "d after a,b,c"]


def test_what_reads_from_a_failed_job_is_skipped_and_so_is_what_reads_from_that(company: Company) -> None:
    def fails(lake: Any, settings: Any) -> None:
        raise ValueError("no")

    jobs = [job("a", writes=(ONE,), run=fails), job("b", (ONE,), (TWO,)), job("c", (TWO,)), job("d", writes=(THREE,))]
    outcomes = {o.job: (o.state, o.why) for o in run_side_by_side(company, jobs, 2)}
    assert outcomes["b"] == outcomes["c"] == ("skipped", "needs a, which failed")
    assert outcomes["d"][0] == "current"


def test_an_interrupted_run_starts_nothing_more_and_ends(company: Company) -> None:
    heard = list[str]()

    class Interrupting(Silent):
        def end(self, outcome: Outcome) -> None:
            heard.append(outcome.job)
            if outcome.job == "a":
                raise KeyboardInterrupt

    ran = list[str]()

    def takes_long(lake: Any, settings: Any) -> None:
        time.sleep(1)
        ran.append("b")

    long = job("b", writes=(TWO,), run=takes_long)
    later = job("c", writes=(THREE,), run=lambda lake, settings: ran.append("c"))
    with pytest.raises(KeyboardInterrupt):
        run_side_by_side(company, [job("a", writes=(ONE,)), long, later], 2, Interrupting())
    assert ran == ["b"]
    # What went on to its end while the run was interrupted is told as well: what it wrote stands.
    assert heard == ["a", "b"]
