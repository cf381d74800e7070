"""A driver is killed at many moments, with all that it started; what the next ones make is what one alone makes."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from tests import lakes
from tests.conftest import Company
from tests.faults.company import DAYS, FEW_DAYS, copied, undisturbed
from tests.faults.kills import BETWEEN, in_turn, sweep

KILLS, FEW_KILLS = 100, 10


def between(met: Counter[str]) -> int:
    return sum(met[moment] for moment in BETWEEN)


@pytest.mark.timeout(900)
def test_ten_kills_of_two_jobs_leave_no_trace(company: Company) -> None:
    met: Counter[str] = Counter()
    # Two feeds are enough for a file that is new, records that change and attachments.
    *_, second = undisturbed(company, FEW_DAYS, "cases", "mails")
    moments = itertools.chain(second.day.moments, in_turn())
    sweep(second, copied(second.before, "killed"), itertools.islice(moments, FEW_KILLS), met)
    print(dict(met))
    assert met.total() == FEW_KILLS
    assert between(met) >= FEW_KILLS / 2


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_kills_leave_no_trace(company: Company) -> None:
    met: Counter[str] = Counter()
    works, moments = [*undisturbed(company, DAYS)], in_turn()
    for number, work in enumerate(itertools.cycle(works)):
        if met.total() == KILLS:
            break
        killed = copied(work.before, f"killed_{number}")
        now = itertools.chain(work.day.moments, moments)
        sweep(work, killed, itertools.islice(now, min(work.day.most_kills, KILLS - met.total())), met)
        if work.day.jobs == ("maintain_tables",):
            kept, expected = (lakes.files_per_table(one.folder / "lake") for one in (killed, work.after))
            assert kept == expected
        print(number, work.day.name, dict(met), flush=True)
    assert between(met) >= KILLS / 2
