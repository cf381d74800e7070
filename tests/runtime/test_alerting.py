"""Alerts: one row for as long as something lasts, told once to a real program or server, and never in the way."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from rich.console import Console

from conf.settings import Alert
from conf.table import Table
from conf.tables import gold, silver
from jobs.runtime import alerting, running
from jobs.runtime.alerting import Finding
from jobs.runtime.context import Context
from jobs.runtime.lake import Lake, LakeError
from jobs.runtime.pipeline import STALE, Outcome
from jobs.runtime.registry import Job
from tests.conftest import Company
from tests.runtime.feeds import CASES, cases

BROKEN = LakeError("refine_complaint: 3 items, but 2 dispositions")


def job(name: str, reads: tuple[Table, ...], writes: tuple[Table, ...], error: Exception | None = None) -> Job:
    """A job that is always due, writes nothing, and fails where it is given an error."""

    def work(lake: Any, settings: Any) -> None:
        if error is not None:
            raise error

    return Job(name, reads, writes, writes, work, (), True, None, "")


def run(company: Company, *jobs: Job, overrides: tuple[str, ...] = ()) -> None:
    """Run jobs as the command does, to its end, and without Spark."""
    context = Context(company.settings(*overrides))
    context.__dict__["sources"] = ()
    context.__dict__["lake"] = Lake(context.settings.lake, lambda: pytest.fail("Spark was started"))
    try:
        running.run(context, list(jobs), [company.as_of], [], Console(quiet=True), rebuild=False)
    except typer.Exit:
        assert any(job.name == "a" for job in jobs)


def alerts(company: Company) -> list[dict[str, Any]]:
    return sorted(company.lake.rows(gold.ALERT), key=lambda row: (row["opened_at"], row["kind"], row["subject"]))


def fails(error: Exception = BROKEN) -> Job:
    return job("a", (), (silver.COMPLAINT,), error)


WELL = job("a", (), (silver.COMPLAINT,))
READER = job("b", (silver.COMPLAINT,), (silver.COMPLAINT_REDRESS,))


# ---- one alert for as long as it lasts


def test_a_failure_and_what_it_leaves_stale_are_one_alert_each_until_they_are_over(company: Company) -> None:
    run(company, fails(), READER)
    failed, stale = alerts(company)
    assert (failed["kind"], failed["severity"], failed["subject"]) == ("failed_job", "error", "a")
    assert failed["message"] == "a failed: refine_complaint: 3 items, but 2 dispositions"
    assert (stale["kind"], stale["subject"]) == ("stale_table", "silver.complaint_redress")
    assert stale["message"] == "silver.complaint_redress is stale: needs a, which failed"
    assert failed["run_id"] == stale["run_id"]
    assert [row["closed_at"] for row in (failed, stale)] == [None, None]
    before = company.lake.version(gold.ALERT)
    run(company, fails(), READER)
    assert company.lake.version(gold.ALERT) == before
    run(company, WELL, READER)
    over = alerts(company)
    assert [row["alert_id"] for row in over] == [failed["alert_id"], stale["alert_id"]]
    assert all(row["closed_at"] > row["opened_at"] for row in over)
    # What comes back is another alert.
    run(company, fails())
    assert [(row["subject"], row["closed_at"] is None) for row in alerts(company)] == [
        ("a", False), ("silver.complaint_redress", False), ("a", True),
    ]  # fmt: skip


def test_a_run_that_did_not_look_leaves_alerts_as_they_are_and_another_reason_is_said_in_place(
    company: Company,
) -> None:
    run(company, fails(), READER)
    before = company.versions()
    run(company, job("c", (), (silver.DOCUMENT,)))
    assert company.versions() == before
    run(company, fails(LakeError("the disk is full")), READER)
    assert [row["message"] for row in alerts(company)] == [
        "a failed: the disk is full", "silver.complaint_redress is stale: needs a, which failed",
    ]  # fmt: skip


def test_what_spark_or_python_say_is_not_repeated_for_it_may_hold_a_value(company: Company) -> None:
    run(company, fails(ValueError("ana@example.com is no number")))
    assert [row["message"] for row in alerts(company)] == ["a failed: ValueError; the log of the run says the rest"]


def test_a_run_with_nothing_to_tell_makes_no_table(company: Company) -> None:
    run(company, WELL, READER)
    assert company.lake.version(gold.ALERT) == -1


def test_alerts_that_cannot_be_written_do_not_fail_the_run(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    (company.folder / "lake" / "gold").mkdir(parents=True)
    (company.folder / "lake" / "gold" / "alert").write_text("in the way")
    run(company, fails())
    assert "event=alerts_not_written" in caplog.text


def test_jobs_of_several_days_have_one_alert_that_names_the_days() -> None:
    ran = [
        (Outcome("a", "failed", error=LakeError("no")), "2026-01-31"),
        (Outcome("a", "done"), "2026-02-28"),
        (Outcome("a", "failed", error=LakeError("nor this")), "2026-03-31"),
        (Outcome("b", "skipped", why="needs a, which failed"), ""),
        (Outcome("c", "current"), ""),
    ]
    assert list(alerting.failed_jobs(ran)) == [
        Finding("failed_job", "a", "a failed for 2026-01-31, 2026-03-31: no"), Finding("failed_job", "c"),
    ]  # fmt: skip


def test_a_table_is_stale_by_older_code_until_its_job_ends_without_saying_so() -> None:
    jobs = [WELL, READER]
    ran = [(Outcome("a", "stale", why=STALE), ""), (Outcome("b", "done", why=STALE), "")]
    assert [(f.subject, f.message) for f in alerting.stale_tables(jobs, ran)] == [
        ("silver.complaint", f"silver.complaint is stale: {STALE}"),
        ("silver.complaint_redress", f"silver.complaint_redress is stale: {STALE}"),
    ]
    ran = [(Outcome("a", "done"), ""), (Outcome("b", "failed", error=BROKEN), "")]
    assert [(f.subject, f.message) for f in alerting.stale_tables(jobs, ran)] == [("silver.complaint", "")]


# ---- feeds that shrink


def file(count: int, day: int, *, is_complete: bool | None = None, reason: str | None = None) -> dict[str, Any]:
    at = datetime(2026, 1, day, tzinfo=UTC)
    return {"source_system": "cases", "status": "landed", "path": f"cases{day}.csv", "record_count": count,
            "file_time": at, "seen_at": at, "is_complete": is_complete, "reason": reason}  # fmt: skip


@pytest.fixture
def feed(company: Company) -> Callable[[str], Any]:
    def load(delivery: str) -> Any:
        text = CASES if delivery == "upsert" else CASES.replace("version_by: updated\n", "")
        company.source(text.replace("delivery: upsert", f"delivery: {delivery}"))
        context = Context(company.settings())
        return context.sources

    return load


def test_a_feed_has_shrunk_while_its_newest_file_is_below_the_share_of_its_rule(feed: Any) -> None:
    usual = [file(100, 1), file(120, 2), file(80, 3)]
    # The median is 100, half of it 50.
    (found,) = alerting.shrunken_feeds([*usual, file(49, 4)], feed("upsert"), 0.5)
    assert found == Finding(
        "shrunken_feed", "cases", "the newest file of cases has 49 records where the feed's files have 100 as a rule",
        49, 50.0,
    )  # fmt: skip
    (found,) = alerting.shrunken_feeds([*usual, file(49, 4), file(60, 5)], feed("upsert"), 0.5)
    assert found.message == ""
    (found,) = alerting.shrunken_feeds([file(100, 1), file(1, 2)], feed("upsert"), 0.5)
    assert found.message == "", "two files have no rule"


def test_a_snapshot_that_is_not_taken_for_full_has_shrunk(feed: Any) -> None:
    reason = "40 records after 100, less than max_shrink allows: no deletions are made from it"
    rows = [file(100, 1, is_complete=True), file(40, 2, is_complete=False, reason=reason)]
    (found,) = alerting.shrunken_feeds(rows, feed("snapshot"), 0.5)
    assert found.message == f"the newest snapshot of cases is not taken for full: {reason}"
    assert (found.value, found.threshold) == (40, 50.0)
    (found,) = alerting.shrunken_feeds([*rows, file(90, 3, is_complete=True)], feed("snapshot"), 0.5)
    assert found.message == ""


# ---- quarantine

NOW = datetime(2026, 2, 1, tzinfo=UTC)
LIMITS = {"quarantine_share": 0.05, "quarantine_rise": 2, "quarantine_items": 10}


def counted(items: int, quarantined: int, day: int | None = None, target: str = "silver.complaint") -> dict[str, Any]:
    """What a run did to a batch; without a day it is the run that is looked at."""
    at = NOW if day is None else datetime(2026, 1, day, tzinfo=UTC)
    return {"target": target, "source_system": "cases", "item_count": items, "quarantined": quarantined,
            "judged_at": at}  # fmt: skip


def surge(*counts: dict[str, Any], **limits: float) -> Finding | None:
    settings = Alert(command=(), webhook="", timeout_seconds=1, **(LIMITS | limits))
    return next(iter(alerting.quarantine_surges(counts, {"silver.complaint"}, NOW, settings)), None)


def test_a_surge_is_a_share_above_the_limit_and_above_what_was_usual() -> None:
    # 6 of 1,000 before: 0.6%. Twice that is below the limit of 5%; 12 of 200 are 6%.
    found = surge(counted(600, 6, 1), counted(400, 0, 2), counted(150, 12), counted(50, 0))
    assert found == Finding(
        "quarantine_surge", "silver.complaint/cases",
        "12 of 200 new items of cases went into quarantine for silver.complaint (6.0%; before 0.6%); "
        "ops.quarantine_record says why", 0.06, 0.05,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "share", "limit"),
    [
        # 4% before: 8% is twice as much, and not above it.
        ((counted(1000, 40, 1), counted(200, 16)), 0.08, 0.08),
        # 9 items are too few, whatever their share.
        ((counted(9, 9),), 1.0, 0.05),
        # A correction takes items out of quarantine: what was judged before is not new.
        ((counted(100, 30, 1), counted(0, -20), counted(100, 2)), 0.02, 0.6),
        # As many as before, all of them mended by a rebuild.
        ((counted(100, 30, 1), counted(0, -30)), 0.0, 0.6),
    ],
)
def test_what_is_no_surge(counts: tuple[dict[str, Any], ...], share: float, limit: float) -> None:
    found = surge(*counts)
    assert found is not None
    assert found.message == ""
    assert [found.value, found.threshold] == pytest.approx([share, limit])


def test_a_rebuild_that_rejects_what_was_sound_is_a_surge_among_all_items() -> None:
    found = surge(counted(300, 0, 1), counted(100, 0, 2), counted(0, 60))
    assert found is not None
    assert (found.value, found.threshold) == (0.15, 0.05)
    assert found.message.startswith("60 of 400 items of cases went into quarantine")


def test_a_table_that_this_run_did_not_judge_is_not_looked_at() -> None:
    assert surge(counted(100, 30, 1)) is None
    assert surge(counted(100, 30, target="silver.document")) is None


def test_a_delivery_that_is_rejected_and_mended_opens_and_closes_an_alert(company: Company) -> None:
    def deliver_and_run() -> list[tuple[Any, ...]]:
        context = Context(company.settings("alert.quarantine_items=2"))
        context.__dict__["spark"] = company.spark
        chosen = running.chosen(context.jobs, ["land_files", "refine_complaint"])
        running.run(context, chosen, [company.as_of], [], Console(quiet=True), rebuild=False)
        return [(r["kind"], r["subject"], r["value"], r["closed_at"] is None) for r in alerts(company)]

    lost = [f"{n},card,lost,2026-01-02,,2026-01-02 09:00" for n in (1, 2)]
    company.source(CASES).deliver("cases.csv", cases(*lost, "3,card,received,2026-01-02,,2026-01-02 09:00"))
    found = ("quarantine_surge", "silver.complaint/cases", pytest.approx(2 / 3))
    assert deliver_and_run() == [(*found, True)]
    company.deliver("cases2.csv", cases(*(line.replace("lost", "closed").replace("09:00", "10:00") for line in lost)))
    assert deliver_and_run() == [(*found, False)]


# ---- who receives them


@pytest.fixture
def server() -> Iterator[Any]:
    """A server that keeps what it is sent; `answers` is what it says, and where it sends who asks."""
    kept = SimpleNamespace(got=[], answers=200)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(kept.answers)
            if kept.answers == 302:
                self.send_header("Location", "/elsewhere")
            elif kept.answers == 200:
                kept.got.append(json.loads(body))
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None: ...

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{listening.server_port}/hooks/S3CR3T"
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield kept
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_an_address_gets_what_begins_and_what_ends_once(company: Company, server: Any) -> None:
    webhook = (f"alert.webhook={server.address}",)
    run(company, fails(), READER, overrides=webhook)
    run(company, fails(), READER, overrides=webhook)
    (first,) = server.got
    assert first["lake"] == str(company.folder / "lake")
    assert first["text"].splitlines() == [
        "[error] a failed: refine_complaint: 3 items, but 2 dispositions",
        "[error] silver.complaint_redress is stale: needs a, which failed",
    ]
    assert [(alert["kind"], alert["closed_at"]) for alert in first["alerts"]] == [
        ("failed_job", None), ("stale_table", None),
    ]  # fmt: skip
    run(company, WELL, READER, overrides=webhook)
    run(company, WELL, READER, overrides=webhook)
    assert len(server.got) == 2
    assert server.got[1]["text"].startswith("[over] a failed: ")
    assert [a["alert_id"] for a in server.got[1]["alerts"]] == [a["alert_id"] for a in first["alerts"]]
    assert not any(row["is_unsent"] for row in alerts(company))


@pytest.mark.parametrize("answers", [302, 500])
def test_what_was_not_taken_is_said_without_the_address_and_goes_with_the_next_run(
    company: Company, server: Any, caplog: pytest.LogCaptureFixture, answers: int
) -> None:
    webhook = (f"alert.webhook={server.address}",)
    server.answers = answers
    run(company, fails(), overrides=webhook)
    assert f"event=alerts_not_sent alerts=1 alert.webhook answered {answers}" in caplog.text
    assert "S3CR3T" not in caplog.text
    assert [row["is_unsent"] for row in alerts(company)] == [True]
    server.answers = 200
    # Over before it was told: both are told at once.
    run(company, WELL, overrides=webhook)
    assert [(a["kind"], a["closed_at"] is not None) for a in server.got[0]["alerts"]] == [("failed_job", True)]
    assert [row["is_unsent"] for row in alerts(company)] == [False]


def test_an_address_where_nobody_listens_is_one_warning(
    company: Company, server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    run(company, fails(), overrides=("alert.webhook=http://127.0.0.1:1/S3CR3T",))
    (said,) = [r.getMessage() for r in caplog.records if "alerts_not_sent" in r.getMessage()]
    assert "alert.webhook cannot be reached: [Errno 111] Connection refused" in said
    assert "the next run sends them again" in said
    assert "S3CR3T" not in caplog.text


def python(code: str) -> str:
    return f"alert.command={json.dumps([sys.executable, '-c', code])}"


def test_a_program_gets_them_on_its_stdin(company: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "reclamo360")
    file = tmp_path / "got.json"
    run(company, fails(), overrides=(python(f"import sys; open({str(file)!r}, 'wb').write(sys.stdin.buffer.read())"),))
    (alert,) = json.loads(file.read_text())["alerts"]
    assert (alert["kind"], alert["subject"], alert["severity"]) == ("failed_job", "a", "error")
    assert alert["opened_at"].endswith("Z")
    assert "event=alerts_sent alerts=1" in caplog.text


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (python("import sys; sys.exit('no such channel')"), "alert.command ended with code 1 (no such channel)"),
        (python("import time; time.sleep(60)"), "alert.command did not end within 1 seconds"),
        ("alert.command=[/no/program]", "alert.command cannot be run: /no/program: No such file or directory"),
    ],
    ids=["fails", "takes long", "is not there"],
)
def test_a_program_that_does_not_take_them_is_one_warning(
    company: Company, caplog: pytest.LogCaptureFixture, command: str, said: str
) -> None:
    run(company, fails(), overrides=(command, "alert.timeout_seconds=1"))
    assert said in caplog.text
    assert [row["is_unsent"] for row in alerts(company)] == [True]


def test_without_a_receiver_nothing_waits_for_one(company: Company, server: Any) -> None:
    run(company, fails())
    run(company, fails(), overrides=(f"alert.webhook={server.address}",))
    assert (server.got, [row["is_unsent"] for row in alerts(company)]) == ([], [False])
