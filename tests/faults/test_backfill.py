"""A backfill of many days that is killed between them goes on where it was, by the same command."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from conf.tables import gold
from tests import lakes
from tests.conftest import Company
from tests.faults.company import FIRST, SOURCES, Day, copied
from tests.faults.drivers import Driver

BACKLOG, CARD = "build_complaint_backlog_daily", "build_five_v_scorecard"
LOAD = Day("load", FIRST, ("land_files", "refine_complaint", "refine_complaint_status_history"), date(2026, 1, 5))
BACKFILL = Day("backfill", {}, (BACKLOG, CARD), date(2026, 2, 28))
# On the last day of December nothing was known yet: a day without a row is a day that is done.
DAYS = ("2025-12-31", "2026-01-31", "2026-02-28")
SPAN = ("--as-of", "2025-12-01..2026-02-28", "--every", "month")
# A driver kills itself as soon as it has written the backlog of one day.
AFTER_A_DAY = "leave:jobs.runtime.scope.JobLake.write:gold.complaint_backlog_daily"


def run(company: Company, moment: str = "") -> tuple[int | None, list[dict[str, Any]]]:
    result = company.folder / "result.json"
    driver = Driver(company.folder, *BACKFILL.command(company), *SPAN, "--result", result, moment=moment)
    code = driver.wait()
    return code, json.loads(result.read_text() or '{"jobs": []}')["jobs"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_backfill_that_is_killed_after_each_day_does_none_of_them_twice(company: Company) -> None:
    company = replace(company, folder=company.folder / "killed")
    for name, text in SOURCES.items():
        company.source(text, name)
    LOAD.begin(company)
    LOAD.finish(company)
    undisturbed = copied(company, "undisturbed")
    lake, other = company.folder / "lake", undisturbed.folder / "lake"
    assert run(undisturbed)[0] == 0
    written = []
    for _ in DAYS:
        assert run(company, AFTER_A_DAY)[0] != 0
        written.append(len(lakes.made(lake, gold.COMPLAINT_BACKLOG_DAILY)))
        lakes.refuse_unreadable(lake)
    # Each driver got one day further; the first day has no row.
    assert written == [0, 1, 2]
    code, jobs = run(company)
    assert code == 0
    assert [(job["as_of"], job["state"]) for job in jobs if job["job"] == BACKLOG] == [(d, "current") for d in DAYS]
    assert not (found := lakes.differences(lake, other)), "\n".join(found)
    before = lakes.commits(lake)
    code, jobs = run(company)
    assert (code, {job["state"] for job in jobs}, lakes.commits(lake)) == (0, {"current"}, before)
