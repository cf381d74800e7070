"""A company's deliveries, day by day, what is asked for after each, and what comes of it where nobody disturbs."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from jobs.runtime.session import SMALL
from tests import lakes
from tests.conftest import Company
from tests.runtime.ages import age
from tests.runtime.feeds import CASES, DESK, MAIL, MAILS, PARTIES, cases, parties

SOURCES = {"cases": CASES, "desk": DESK, "parties": PARTIES, "mails": MAILS}
# The same, but that an amount which is none is no reason to reject.
LENIENT = CASES.replace("amount: {decimal: '18,2'}", "amount: string").replace(
    "amount_claimed: amount", 'amount_claimed: "try_cast(amount AS decimal(18,2))"'
)


def desk(*records: dict[str, object]) -> str:
    return "\n".join(json.dumps(record) for record in records)


FIRST = {
    "cases1.csv": cases(
        "1,loan,received,2026-01-01,10.00,2026-01-01 09:00",
        "2,card,received,2026-01-01,20.00,2026-01-01 09:00",
        "3,card,received,yesterday,30.00,2026-01-01 09:00",
        "4,loan,received,2026-01-02,much,2026-01-02 09:00",
    ),
    "desk1.json": desk(
        dict(id="1", cause="fees", party="a", email="a@x", updated="2026-01-02T09:00:00Z"),
        dict(id="2", cause="moved", party="b", email="b@x", refund="5.00", updated="2026-01-02T09:00:00Z",
             closed="2026-01-03T09:00:00Z"),
    ),
    "parties1.json": parties(1, "a", "b", "c"),
    "1.eml": MAIL.format(1),
}  # fmt: skip
# A column that is new and one that is missing, records that change, pass, fail, are repeated and deleted, a party less.
SECOND = {
    "cases2.csv": "id,product,state,stage,opened,updated\n"
    "1,loan,closed,late,2026-01-01,2026-01-09 09:00\n"
    "3,card,received,new,2026-01-03,2026-01-09 09:00\n"
    "5,loan,received,new,soon,2026-01-09 09:00\n",
    "cases2b.csv": cases("6,loan,received,2026-01-08,1.00,2026-01-08 09:00"),
    "cases2c.csv": cases("6,loan,received,2026-01-08,1.00,2026-01-08 09:00"),
    "desk2.json": desk(
        dict(id="2", gone=True, updated="2026-01-09T09:00:00Z"),
        dict(id="6", cause="fees", party="c", email="c@x", refund="7.50", updated="2026-01-09T09:00:00Z"),
    ),
    "parties2.json": parties(9, "a", "c"),
    "2.eml": MAIL.format(9),
}  # fmt: skip
ALL_JOBS = ("land_files", "refine_complaint", "refine_complaint_status_history", "refine_complaint_redress",
            "refine_source_party", "refine_document", "build_fact_complaint",
            "build_complaint_backlog_daily")  # fmt: skip
JUDGED = ("refine_complaint", "refine_complaint_status_history", "build_fact_complaint")
FEW_JOBS = ("land_files", "refine_complaint")
# Steps of landing that leave nothing to be seen from outside.
ATTACHMENTS, LEDGER = "enter:jobs.runtime.landing._land_attachments", "enter:jobs.runtime.ledger.write"
HALF_A_LEDGER = "leave:jobs.runtime.ledger._merge"


class Day(NamedTuple):
    """What arrives, what is asked for then, and moments of that work at which a driver should be killed."""

    name: str
    arrives: dict[str, str]
    jobs: tuple[str, ...]
    as_of: date
    moments: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    is_rebuild: bool = False
    is_mended: bool = False
    days_later: int = 0
    # What drivers write small lakes with goes from a file to its commit in a moment, which few kills would meet.
    is_written_by_spark: bool = True
    # Rather than be killed more often, its work is finished, and done from its beginning again another time.
    most_kills: int = 20

    def begin(self, company: Company) -> None:
        """Deliver what arrives, with times that are the same wherever it does."""
        for number, (name, content) in enumerate(sorted(self.arrives.items())):
            os.utime(company.deliver(name, content), (1767600000 + number, 1767600000 + number))
        if self.is_mended:
            company.source(LENIENT, "cases")
        if self.days_later:
            age(company.folder / "lake", timedelta(days=self.days_later))

    def finish(self, company: Company) -> None:
        """Do what is asked for, in this process."""
        company = replace(company, as_of=self.as_of)
        outcomes = company.run(*self.jobs, rebuild=self.is_rebuild, overrides=self.settings).values()
        assert {outcome.state for outcome in outcomes} <= {"done", "current"}, outcomes

    def command(self, company: Company) -> list[str]:
        """Return what a driver is asked for."""
        # One driver's memory on a machine that tests share.
        settings = (f"lake={company.folder / 'lake'}", f"inbox={company.inbox}", "spark.driver_memory=1g",
                    f"spark.conf.{SMALL}={str(not self.is_written_by_spark).lower()}", *self.settings)  # fmt: skip
        return ["run", *self.jobs, "--as-of", str(self.as_of), *(["--rebuild"] if self.is_rebuild else []),
                "--sources", str(company.folder / "sources"),
                *(word for setting in settings for word in ("--set", setting))]  # fmt: skip


# What drivers are asked to do: more of it is one more day here.
DAYS = (
    Day("first", FIRST, ALL_JOBS, date(2026, 1, 5), (ATTACHMENTS, LEDGER)),
    Day("second", SECOND, ALL_JOBS, date(2026, 1, 10), (ATTACHMENTS, HALF_A_LEDGER), is_written_by_spark=False),
    Day("replay", {}, JUDGED, date(2026, 1, 10), settings=("replay=true", "rebuild=never"), is_mended=True),
    Day("rebuild", {}, ALL_JOBS, date(2026, 1, 10), is_rebuild=True),
    Day("earlier", {}, ("build_complaint_backlog_daily",), date(2026, 1, 2)),
    Day("kept", {}, ("maintain_tables",), date(2026, 2, 20), ("file 1", "commit 1", "gone 1", "gone 2"),
        ("maintenance.min_spare_files=1",), days_later=40, most_kills=8),
)  # fmt: skip
FEW_DAYS = tuple(day._replace(jobs=FEW_JOBS, is_written_by_spark=True) for day in DAYS[:2])


class Work(NamedTuple):
    """A day: the company as it begins, and as it ends where nobody disturbs."""

    day: Day
    before: Company
    after: Company

    def differences(self, company: Company) -> str:
        """Return how a company that did this work differs, in rows and in the commits that made them."""
        a, b = company.folder / "lake", self.after.folder / "lake"
        return "\n".join(lakes.differences(a, b) + lakes.other_commits(a, b))


def undisturbed(company: Company, days: Sequence[Day], *feeds: str) -> Iterator[Work]:
    """Do the work of one day after the other in copies of a company, which lie in its folder."""
    company = replace(company, folder=company.folder / "now")
    for name in feeds or SOURCES:
        company.source(SOURCES[name], name)
    for day in days:
        before = copied(company, f"before_{day.name}")
        day.begin(before)
        company = copied(before, f"after_{day.name}")
        day.finish(company)
        yield Work(day, before, company)


def copied(company: Company, name: str) -> Company:
    """Return a copy beside the company, under another name."""
    folder = Path(shutil.copytree(company.folder, company.folder.with_name(name)))
    return replace(company, folder=folder, sources=[folder / "sources"])
