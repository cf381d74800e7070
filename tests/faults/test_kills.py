"""A driver is killed at many moments, with all that it started; what the next ones make is what one alone makes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.company import DAYS, FEW_DAYS, Company, Day, deliver
from tests.faults.drivers import Driver
from tests.faults.kills import Killed, in_turn, sweep

KILLS, SHARE = 100, 0.5
# Where a driver kills itself, beside what is watched from outside: extend it where a step of its own matters.
INSIDE = {
    "first": ("enter:jobs.runtime.landing._land_attachments", "enter:jobs.runtime.ledger.write"),
    "second": ("enter:jobs.runtime.landing._land_attachments", "leave:jobs.runtime.ledger._merge"),
}

OTHERS = ("commit 1", "file 2", "file 1", "commit 2", "file 3")


def undisturbed(folder: Path, days: Sequence[Day]) -> dict[str, tuple[Company, Company]]:
    """Return the company before and after each day's work, done by drivers that nobody disturbed."""
    company, found = Company.new(folder / "now"), {}
    for day in days:
        deliver(company.inbox, day.arrives)
        before = company.copied(folder / f"before_{day.name}")
        driver = Driver(company.folder, *company.words(day))
        assert driver.wait() == 0, driver.said.read_text()
        found[day.name] = before, company.copied(folder / f"after_{day.name}")
    return found


@pytest.mark.timeout(1800)
def test_ten_kills_of_two_jobs_leave_no_trace(tmp_path: Path) -> None:
    killed = Killed()
    made = undisturbed(tmp_path, FEW_DAYS)
    for day in FEW_DAYS:
        before, after = made[day.name]
        sweep(before, day, after.lake, in_turn(INSIDE[day.name]), killed, most=5)
    print(killed)
    assert killed.count == 10
    assert killed.between >= 5


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_kills_leave_no_trace(tmp_path: Path) -> None:
    killed = Killed()
    made = undisturbed(tmp_path, DAYS)
    for day in DAYS:
        before, after = made[day.name]
        company = before.copied(tmp_path / f"once_{day.name}")
        sweep(company, day, after.lake, in_turn(INSIDE.get(day.name, ())), killed)
        print(day.name, killed, flush=True)
    # Once more from the start, at other moments, until they are a hundred.
    for day in DAYS:
        if killed.count < KILLS:
            before, after = made[day.name]
            company = before.copied(tmp_path / f"again_{day.name}")
            sweep(company, day, after.lake, itertools.cycle(OTHERS), killed, most=KILLS - killed.count)
            print(day.name, "again", killed, flush=True)
    assert killed.count >= KILLS
    assert killed.between >= KILLS * SHARE
