"""What a past day knew, through the whole pipeline: downloads that change, and records that are deleted."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from conf.source import load_source
from conf.tables import ALL
from tests.conftest import Company

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
JOBS = ("land_files", "refine_complaint", "refine_complaint_status_history", "build_complaint_backlog_daily")
CFPB = ROOT / "conf" / "sources" / "cfpb.yaml"
CFPB_IDS = range(1, 7)
ANSWER = "Company response to consumer"


def download(company: Company, day: date, response: str) -> None:
    given = {"Date received": "2026-01-02", "Date sent to company": "2026-01-03", ANSWER: response}
    columns = list(load_source(CFPB).columns)
    lines = [columns, *([given.get(c, str(key) if c == "Complaint ID" else "") for c in columns] for key in CFPB_IDS)]
    path = company.deliver(f"cfpb/{day}/complaints.csv", "".join(",".join(line) + "\n" for line in lines))
    seconds = datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))


def backlog(company: Company, day: date) -> list[tuple[str, str]]:
    company.as_of = day
    outcomes = company.run(*JOBS)
    assert {o.state for o in outcomes.values()} <= {"done", "current"}, company.outcomes
    rows = company.lake.read(ALL["gold.complaint_backlog_daily"]).where(f"as_of_date = date'{day}'").collect()
    return sorted((r.complaint_id, r.status) for r in rows)


def test_a_newer_download_of_the_cfpb_file_closes_its_complaints_on_the_day_of_that_download(company: Company) -> None:
    company.sources = [CFPB]
    still_open = [(f"cfpb:{key}", "assigned") for key in CFPB_IDS]
    # The newer one lands first: the order of deliveries decides nothing, and neither does the hash of the record.
    download(company, date(2026, 2, 10), "Closed with explanation")
    assert backlog(company, date(2026, 2, 10)) == []
    download(company, date(2026, 2, 1), "In progress")
    assert backlog(company, date(2026, 1, 31)) == []
    assert backlog(company, date(2026, 2, 1)) == still_open
    assert backlog(company, date(2026, 2, 9)) == still_open
    assert backlog(company, date(2026, 2, 10)) == []
    complaints = company.lake.read(ALL["silver.complaint"]).collect()
    assert {(r.status, r.outcome, r.closed_at) for r in complaints} == {("closed", "explained", None)}
    assert {r["_known_at"] for r in complaints} == {datetime(2026, 2, 10, 9)}
    assert company.lake.read(ALL["ops.quarantine_record"]).count() == 0


TICKETS = """
source: tickets
key_space: desk
lands_in: bronze.crm_case
delivery: upsert
read: {format: csv, path: "{inbox}/tickets*.csv"}
columns:
  id: string
  state: string
  gone: {boolean: {"true": ["yes"], "false": ["no"]}}
  at: {timestamp: yyyy-MM-dd}
record_key: id
version_by: at
known_at: at
is_deleted: coalesce(gone, false)
gives:
  silver.complaint:
    complaint_id: "concat(key_space, ':', id)"
    status: state
    received_at: at
  silver.complaint_status_history:
    versions: all
    complaint_id: "concat(key_space, ':', id)"
    to_status: state
    at: at
"""


def test_a_deleted_complaint_leaves_the_backlog_and_stays_in_that_of_days_before(company: Company) -> None:
    company.source(TICKETS).deliver(
        "tickets1.csv",
        "id,state,gone,at\n1,received,no,2026-01-02\n1,pending,no,2026-01-04\n2,received,no,2026-01-02\n",
    )
    both = [("desk:1", "pending"), ("desk:2", "received")]
    assert backlog(company, date(2026, 1, 6)) == both
    company.deliver("tickets2.csv", "id,state,gone,at\n1,,yes,2026-01-08\n")
    assert backlog(company, date(2026, 1, 8)) == both[1:]
    assert backlog(company, date(2026, 1, 7)) == both
    history = company.rows("silver.complaint_status_history")
    deleted = company.lake.read(ALL["silver.complaint_status_history"]).where("complaint_id = 'desk:1'").collect()
    assert [(r.to_status, r.withdrawn_at) for r in sorted(deleted, key=lambda r: r.seq)] == [
        ("received", datetime(2026, 1, 8)),
        ("pending", datetime(2026, 1, 8)),
    ]
    company.run("refine_complaint_status_history", rebuild=True)
    assert company.rows("silver.complaint_status_history") == history
    # The source sends it again: it is open once more, with its whole history.
    company.deliver("tickets3.csv", "id,state,gone,at\n1,assigned,no,2026-01-09\n")
    assert backlog(company, date(2026, 1, 9)) == [("desk:1", "assigned"), both[1]]
    assert backlog(company, date(2026, 1, 8)) == both[1:]


EVENTS = """
source: events
key_space: desk
lands_in: bronze.crm_case
delivery: upsert
read: {format: csv, path: "{inbox}/events*.csv"}
columns: {event: string, id: string, state: string, at: {timestamp: yyyy-MM-dd}, known: {timestamp: yyyy-MM-dd}}
record_key: event
known_at: known
gives:
  silver.complaint_status_history:
    complaint_id: "concat(key_space, ':', id)"
    to_status: state
    at: at
"""


def test_a_statement_of_two_records_stands_when_one_of_them_takes_it_back(company: Company) -> None:
    header = "event,id,state,at,known\n"
    company.source(EVENTS).deliver(
        "events1.csv", header + "E1,1,received,2026-01-02,2026-01-02\nE2,1,received,2026-01-02,2026-01-03\n"
    )
    jobs = ("land_files", "refine_complaint_status_history")
    company.run(*jobs)
    company.deliver("events2.csv", header + "E1,1,closed,2026-01-05,2026-01-05\n")
    company.run(*jobs)
    increment = company.rows("silver.complaint_status_history")
    rows = company.lake.read(ALL["silver.complaint_status_history"]).orderBy("seq").collect()
    assert [(r.to_status, r.withdrawn_at, [by.record_key for by in r.stated_by]) for r in rows] == [
        ("received", None, ["E1", "E2"]),
        ("closed", None, ["E1"]),
    ]
    company.run("refine_complaint_status_history", rebuild=True)
    assert company.rows("silver.complaint_status_history") == increment
