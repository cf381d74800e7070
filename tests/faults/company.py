"""A company's deliveries, day by day, and what its drivers are asked to do after each."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

from tests.runtime.feeds import CASES, DESK, cases

PARTIES = """
source: parties
key_space: crm
lands_in: bronze.crm_party
delivery: snapshot
read: {format: json, path: "{inbox}/parties*"}
columns: {id: string, name: string, stamp: timestamp}
record_key: id
known_at: stamp
gives:
  silver.source_party: {source_party_id: "concat(key_space, ':', id)", party_type: "'person'", full_name: name}
"""
MAILS = """
source: mails
key_space: mail
lands_in: bronze.email_message
also_lands: bronze.media_object
delivery: event
read: {format: email, path: "{inbox}/*.eml"}
columns:
  message_id: string
  sent_at: timestamp
  body: string
record_key: message_id
known_at: sent_at
gives:
  silver.document:
    document_id: "concat(key_space, ':', message_id)"
    origin: "'typed'"
    text: body
"""
MAIL = """\
Message-ID: <{0}@x>
Date: Fri, 0{0} Jan 2026 09:00:00 +0000
From: ana@x
To: luis@x
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

The loan was charged twice.
--b
Content-Disposition: attachment; filename={0}.txt

invoice {0}
--b--
"""
SOURCES = {"cases": CASES, "desk": DESK, "parties": PARTIES, "mails": MAILS}
# The same, but that an amount which is none is no reason to reject.
LENIENT = CASES.replace("amount: {decimal: '18,2'}", "amount: string").replace(
    "amount_claimed: amount", 'amount_claimed: "try_cast(amount AS decimal(18,2))"'
)
MENDED = {**SOURCES, "cases": LENIENT}


def desk(*records: dict[str, object]) -> str:
    return "\n".join(json.dumps(record) for record in records)


def parties(day: int, *ids: str) -> str:
    return json.dumps([{"id": i, "name": f"Ana {i}", "stamp": f"2026-01-{day:02d}T00:00:00Z"} for i in ids])


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
REPLAY = ("--set", "replay=true", "--set", "rebuild=never")
FEW_JOBS = ("land_files", "refine_complaint")


class Day(NamedTuple):
    """What arrives, and the command that is given then, until it has done what it is to do."""

    name: str
    arrives: dict[str, str]
    command: tuple[str, ...]
    is_mended: bool = False


# What drivers are asked to do: more of it is one more day here.
DAYS = (
    Day("first", FIRST, ("run", *ALL_JOBS, "--as-of", "2026-01-05")),
    Day("second", SECOND, ("run", *ALL_JOBS, "--as-of", "2026-01-10")),
    Day("replay", {}, ("run", *JUDGED, "--as-of", "2026-01-10", *REPLAY), True),
    Day("rebuild", {}, ("run", *ALL_JOBS, "--as-of", "2026-01-10", "--rebuild"), True),
    Day("earlier", {}, ("run", "build_complaint_backlog_daily", "--as-of", "2026-01-02"), True),
)  # fmt: skip
FEW_DAYS = tuple(day._replace(command=("run", *FEW_JOBS, *day.command[1 + len(ALL_JOBS) :])) for day in DAYS[:2])


def deliver(inbox: Path, arrives: dict[str, str]) -> None:
    """Put files into an inbox, with times that are the same in each."""
    inbox.mkdir(parents=True, exist_ok=True)
    for number, (name, content) in enumerate(sorted(arrives.items())):
        (inbox / name).write_text(content)
        os.utime(inbox / name, (1767600000 + number, 1767600000 + number))


class Company:
    """An inbox, the descriptions of its feeds and a lake, in one folder that can be copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake, self.inbox = folder / "lake", folder / "inbox"

    @classmethod
    def new(cls, folder: Path) -> Company:
        for name, sources in (("sources", SOURCES), ("mended", MENDED)):
            (folder / name).mkdir(parents=True)
            for source, text in sources.items():
                (folder / name / f"{source}.yaml").write_text(text)
        return cls(folder)

    def copied(self, folder: Path) -> Company:
        shutil.copytree(self.folder, folder)
        return Company(folder)

    def words(self, day: Day) -> list[str | Path]:
        """Return the command of a day with where everything is."""
        # One driver's memory on a machine that tests share.
        return [*day.command, "--lake", self.lake, "--inbox", self.inbox, "--set", "spark.driver_memory=1g",
                "--sources", self.folder / ("mended" if day.is_mended else "sources")]  # fmt: skip
