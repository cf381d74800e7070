"""Killing one driver after another until the work is done, and what each of the kills met."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from tests import lakes
from tests.conftest import Company
from tests.faults.company import Work
from tests.faults.drivers import Driver, was_killed

BETWEEN = FILE_AND_COMMIT, OUTPUTS = "between a file and its commit", "between two outputs"
# What can be watched for from outside, each with what is counted: new files and commits, and files that are removed.
SEEN = {"file": lakes.data_files, "commit": lakes.commits, "gone": lakes.data_files}


def sweep(work: Work, company: Company, moments: Iterable[str], met: Counter[str]) -> None:
    """Kill the day's driver at one moment, the driver that goes on with its work at the next, and so on.

    The first driver that ends before its moment has done the work; where moments are used up before, it is done here.
    After each kill all tables must be readable; in the end the lake must be as an undisturbed one. `met` counts what
    the kills met.
    """
    lake = company.folder / "lake"
    for moment in moments:
        met_now = _look(lake, lakes.made_by_job(work.after.folder / "lake"))
        watched, inside = (moment, "") if ":" not in moment else ("", moment)
        driver = Driver(company.folder, *work.day.command(company), moment=inside)
        if not was_killed(driver, _watch(lake, watched)):
            assert driver.code == 0, driver.said
            break
        met[met_now()] += 1
        lakes.refuse_unreadable(lake)
    else:
        work.day.finish(company)
    assert not (differences := work.differences(company)), differences


def in_turn() -> Iterable[str]:
    """Yield moments at which each driver gets a little further than the one before.

    After its counts a run that was killed begins with them again: two commits are needed to get past them.
    """
    return itertools.cycle(("file 1", "commit 1", "file 2", "commit 2"))


def _watch(lake: Path, moment: str) -> Callable[[], bool]:
    """Return a look whether the moment has come: `file N`, `commit N`, the Nth new one of any table, or `gone N`."""
    if not moment:
        return lambda: False
    kind, _, n = moment.partition(" ")
    look, before = SEEN[kind], SEEN[kind](lake)
    if kind == "gone":
        return lambda: len(before - look(lake)) >= int(n)
    return lambda: len(look(lake) - before) >= int(n)


def _look(lake: Path, expected: Counter[tuple[str, str]]) -> Callable[[], str]:
    """Return what finds out, from what lies there after a kill, what it met.

    A file that no new commit names had none yet; a job that wrote to one of its outputs and not to all was between two.
    """
    files, commits, made = lakes.data_files(lake), lakes.commits(lake), lakes.made_by_job(lake)

    def found() -> str:
        if lakes.data_files(lake) - files - lakes.named(lake, lakes.commits(lake) - commits):
            return FILE_AND_COMMIT
        now = lakes.made_by_job(lake)
        began, unfinished = {job for job, _ in now - made}, {job for job, _ in expected - now}
        return OUTPUTS if began & unfinished else "elsewhere"

    return found
