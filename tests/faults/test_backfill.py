"""A backfill of many days that is killed between them goes on where it was, by the same command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conf.tables import gold
from tests.faults import lakes
from tests.faults.company import FIRST, Company, Day, deliver
from tests.faults.drivers import Driver

BACKLOG, CARD = "build_complaint_backlog_daily", "build_five_v_scorecard"
LOADED = ("land_files", "refine_complaint", "refine_complaint_status_history")
LOAD = Day("load", FIRST, ("run", *LOADED, "--as-of", "2026-01-05"))
# On the last day of December nothing was known yet: a day without a row is a day that is done.
DAYS = ("2025-12-31", "2026-01-31", "2026-02-28")
BACKFILL = Day("backfill", {}, ("run", BACKLOG, CARD, "--as-of", "2025-12-01..2026-02-28", "--every", "month"))
# A driver kills itself as soon as it has written the backlog of one day.
AFTER_A_DAY = "leave:jobs.runtime.scope.JobLake.write:gold.complaint_backlog_daily"


def run(company: Company, day: Day, moment: str = "-") -> tuple[int, list[dict[str, Any]]]:
    result = company.folder / "result.json"
    driver = Driver(company.folder, *company.words(day), "--result", result, moment=moment)
    code = driver.wait()
    return code, json.loads(result.read_text() or '{"jobs": []}')["jobs"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_backfill_that_is_killed_after_each_day_does_none_of_them_twice(tmp_path: Path) -> None:
    company = Company.new(tmp_path / "company")
    deliver(company.inbox, LOAD.arrives)
    assert run(company, LOAD)[0] == 0
    undisturbed = company.copied(tmp_path / "undisturbed")
    assert run(undisturbed, BACKFILL)[0] == 0
    written = []
    for _ in DAYS:
        assert run(company, BACKFILL, AFTER_A_DAY)[0] != 0
        written.append(len(lakes.history(company.lake, gold.COMPLAINT_BACKLOG_DAILY)))
        lakes.refuse_unreadable(company.lake)
    # Each driver got one day further; the first day has no row.
    assert written == [0, 1, 2]
    code, jobs = run(company, BACKFILL)
    assert code == 0
    assert [(job["as_of"], job["state"]) for job in jobs if job["job"] == BACKLOG] == [(d, "current") for d in DAYS]
    assert not (found := lakes.differences(company.lake, undisturbed.lake)), "\n".join(found)
    before = lakes.commits(company.lake)
    code, jobs = run(company, BACKFILL)
    assert (code, {job["state"] for job in jobs}, lakes.commits(company.lake)) == (0, {"current"}, before)
