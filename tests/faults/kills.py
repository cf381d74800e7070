"""Killing one driver after another until the work is done, and what each of the kills met."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.faults import lakes
from tests.faults.company import Company, Day
from tests.faults.drivers import Driver, run_until

# Kills of one day's work after which it counts as one that never ends.
KILLS = 120


class Killed:
    """What kills met: how many, how many of them between a table's first file and its commit, or between outputs."""

    def __init__(self) -> None:
        self.moments: Counter[str] = Counter()
        self.between_file_and_commit = self.between_outputs = self.between = 0

    @property
    def count(self) -> int:
        return self.moments.total()

    def __str__(self) -> str:
        return (
            f"{self.count} kills, {self.between} between: {self.between_file_and_commit} between file and commit, "
            f"{self.between_outputs} between outputs; {dict(self.moments)}"
        )


def sweep(
    company: Company, day: Day, undisturbed: Path, moments: Iterable[str], killed: Killed, *, most: int = KILLS
) -> int:
    """Kill the day's driver at one moment after the other until it ends by itself, or `most` times and let it end.

    `moments`: `file N` and `commit N` are the N-th new file, or commit, of whatever table; all else is where a driver
    kills itself. A moment that does not come is one that the work was done before; where others are left, they are
    tried. After each kill all tables must be readable. Returns how many kills there were.
    """
    expected = lakes.made_by_job(undisturbed)
    count = 0
    for moment in moments:
        files, commits, made = (
            lakes.data_files(company.lake),
            lakes.commits(company.lake),
            lakes.made_by_job(company.lake),
        )
        kind, _, n = moment.partition(" ")
        is_here = kind in ("file", "commit")
        driver = Driver(company.folder, *company.words(day), moment="-" if is_here else moment)
        if not run_until(driver, _watch(company.lake, kind, int(n), files, commits) if is_here else lambda: False):
            assert driver.process.returncode == 0, driver.said.read_text()
            break
        count += 1
        killed.moments[moment] += 1
        _look(company.lake, files, commits, made, expected, killed)
        lakes.refuse_unreadable(company.lake)
        assert count < KILLS, f"{KILLS} kills, and {day.name} is not done"
        if count == most:
            driver = Driver(company.folder, *company.words(day))
            assert driver.wait() == 0, driver.said.read_text()
            break
    assert not (found := lakes.differences(company.lake, undisturbed)), "\n".join(found)
    return count


def _watch(lake: Path, kind: str, n: int, files: set[str], commits: set[str]) -> Callable[[], bool]:
    look, before = (lakes.data_files, files) if kind == "file" else (lakes.commits, commits)
    return lambda: len(look(lake) - before) >= n


def _look(
    lake: Path, files: set[str], commits: set[str], made: Counter[tuple[str, str]],
    expected: Counter[tuple[str, str]], killed: Killed,
) -> None:  # fmt: skip
    """Find out from what lies there where a kill met the run: files that no commit names, outputs without others."""
    beyond = lakes.data_files(lake) - files - lakes.named(lake, lakes.commits(lake) - commits)
    now = lakes.made_by_job(lake)
    began = {job for job, _ in now - made}
    unfinished = {job for job, _ in expected - now}
    killed.between_file_and_commit += bool(beyond)
    killed.between_outputs += bool(began & unfinished)
    killed.between += bool(beyond or began & unfinished)


def in_turn(first: Iterable[str] = ()) -> Iterable[str]:
    """Yield moments so that a sweep meets every file and every commit, and each round gets further.

    After its counts a run that was killed begins with them again: two commits are needed to get past them.
    """
    return itertools.chain(first, itertools.cycle(("file 1", "commit 1", "file 2", "commit 2")))
