"""Alerts: what a run found that a person should know of, a row each in gold.alert, and told once to a receiver.

A run looks at what it did: of what it did not touch, what was found before still holds. What lasts is one alert, so a
run that finds what the last one found writes nothing.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from conf.read import FileRead
from conf.settings import Alert, Settings
from conf.source import Source, SourceError
from conf.tables import gold, ops
from jobs.runtime import drift, receiver
from jobs.runtime.commit import Commit, LakeError
from jobs.runtime.lake import Lake
from jobs.runtime.landing import FeedError
from jobs.runtime.logs import Event
from jobs.runtime.pipeline import STALE, Outcome
from jobs.runtime.registry import Job

log = logging.getLogger("reclamo360")

SEVERITY = {"failed_job": "error", "stale_table": "error", "shrunken_feed": "warning", "quarantine_surge": "warning"}
# Who commits to gold.alert for the runtime.
RECORDER = "runtime"
LONGEST = 1000
# What became of a job, and on which day where the run has several.
Dated = tuple[Outcome, str]
Row = dict[str, Any]


class Finding(NamedTuple):
    """What was found of a subject; without a message all is well with it."""

    kind: str
    subject: str
    message: str = ""
    value: float | None = None
    threshold: float | None = None


def tell(
    lake: Lake, settings: Settings, sources: Iterable[Source], jobs: Sequence[Job], ran: Sequence[Dated],
    run: str, started: datetime,
) -> None:  # fmt: skip
    """Write down what this run found, and give the receiver what is new and what it did not take before."""
    states = {job.name: {outcome.state for outcome, _ in ran if outcome.job == job.name} for job in jobs}
    findings = [*failed_jobs(ran), *stale_tables(jobs, ran)]
    if any(job.lands and states[job.name] & {"done", "failed"} for job in jobs):
        findings += shrunken_feeds(lake.rows(ops.INGEST_FILE), sources, settings.landing.shrink_warning)
    if judged := {t.name for job in jobs if job.target and "done" in states[job.name] for t in job.primary}:
        findings += quarantine_surges(lake.rows(ops.BATCH_RUN), judged, started, settings.alert)
    is_received = bool(settings.alert.command or settings.alert.webhook.get_secret_value())
    waiting = record(lake, findings, run, has_receiver=is_received)
    if waiting and is_received and receiver.takes(settings, waiting):
        _write(lake, [{**row, "is_unsent": False} for row in waiting], run)


def record(lake: Lake, findings: Iterable[Finding], run: str, *, has_receiver: bool) -> list[Row]:
    """Open, change and close alerts by what was found; return those that wait for the receiver.

    Whoever finds alerts of other kinds gives them here: alerts of what was not looked at stay as they are.
    """
    known, now = lake.rows(gold.ALERT), datetime.now(UTC)
    lasting = {(row["kind"], row["subject"]): row for row in known if row["closed_at"] is None}
    changed: dict[str, Row] = {}
    for found in findings:
        row = lasting.get((found.kind, found.subject))
        if found.message and row is None:
            row = _opened(found, run, now, is_unsent=has_receiver)
            log.warning(Event("alert", found.message, kind=found.kind, subject=found.subject))
        elif found.message and row is not None and any(row[name] != value for name, value in _said(found).items()):
            row = {**row, **_said(found)}
        elif not found.message and row is not None:
            row = {**row, "closed_at": now, "is_unsent": has_receiver}
            log.info(Event("alert_over", row["message"], kind=found.kind, subject=found.subject))
        else:
            continue
        changed[row["alert_id"]] = row
    if changed:
        _write(lake, list(changed.values()), run)
    rows = {row["alert_id"]: row for row in known} | changed
    return sorted((r for r in rows.values() if r["is_unsent"]), key=lambda r: (r["opened_at"], r["kind"], r["subject"]))


def _opened(found: Finding, run: str, now: datetime, *, is_unsent: bool) -> Row:
    return {
        "alert_id": str(uuid.uuid4()), "kind": found.kind, "severity": SEVERITY[found.kind], "subject": found.subject,
        **_said(found), "run_id": run, "opened_at": now, "closed_at": None, "is_unsent": is_unsent,
    }  # fmt: skip


def _said(found: Finding) -> Row:
    return {"message": found.message, "value": found.value, "threshold": found.threshold}


def _write(lake: Lake, rows: list[Row], run: str) -> None:
    lake.writer.merge_rows(gold.ALERT, rows, Commit(RECORDER, run, lake.last_n(gold.ALERT, RECORDER) + 1))


# ---- what is worth an alert


def failed_jobs(ran: Iterable[Dated]) -> Iterator[Finding]:
    """Find the jobs that failed, on whichever day; of one that was skipped nothing is known."""
    by_job: dict[str, list[Dated]] = defaultdict(list)
    for outcome, day in ran:
        if outcome.state != "skipped":
            by_job[outcome.job].append((outcome, day))
    for name, dated in by_job.items():
        failed = [(outcome.error, day) for outcome, day in dated if outcome.state == "failed"]
        days = ", ".join(day for _, day in failed if day)
        reason = _reason(failed[0][0])[:LONGEST] if failed else ""
        yield Finding("failed_job", name, f"{name} failed{f' for {days}' if days else ''}: {reason}" if failed else "")


def _reason(error: Exception | None) -> str:
    """Return why a job failed, in our own words only: what Spark and Python say may hold a value of a record."""
    if isinstance(error, FeedError):
        return "; ".join(f"{feed}: {_reason(why)}" for feed, why in error.errors.items())
    if isinstance(error, LakeError | SourceError):
        return str(error)
    return f"{type(error).__name__}; the log of the run says the rest"


def stale_tables(jobs: Iterable[Job], ran: Sequence[Dated]) -> Iterator[Finding]:
    """Find the tables that were left as they were, since what they need failed, or as older code made them."""
    for job in jobs:
        # Of one that failed itself, that is the alert.
        outcomes = [outcome for outcome, _ in ran if outcome.job == job.name and outcome.state != "failed"]
        why = next((o.why for o in outcomes if o.state == "skipped" or STALE in o.why), "")
        if outcomes:
            for table in job.primary:
                yield Finding("stale_table", table.name, f"{table.name} is stale: {why}" if why else "")


def shrunken_feeds(ledger: Iterable[Row], sources: Iterable[Source], share: float) -> Iterator[Finding]:
    """Find the feeds whose newest file is far smaller than theirs are as a rule, or a snapshot not taken for full."""
    landed: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(ledger, key=lambda row: (row["seen_at"], row["file_time"], row["path"])):
        if row["status"] == "landed":
            landed[row["source_system"]].append(row)
    for source in sources:
        if files := landed[source.source]:
            *before, newest = files
            judge = _of_snapshot if source.delivery == "snapshot" else _of_file
            yield judge(source, before, newest, share)


def _of_file(source: Source, before: list[Row], newest: Row, share: float) -> Finding:
    if not isinstance(source.read, FileRead):
        # What is new in a table of others has no usual size.
        return Finding("shrunken_feed", source.source)
    usual, count = [row["record_count"] for row in before], newest["record_count"]
    said = drift.shrunken(usual, count, share)
    message = f"the newest file of {source.source} has {said}" if said else ""
    return Finding("shrunken_feed", source.source, message, count, drift.rule_of(usual, count) * share)


def _of_snapshot(source: Source, before: list[Row], newest: Row, share: float) -> Finding:
    if newest["is_complete"] is not False:
        return Finding("shrunken_feed", source.source)
    message = f"the newest snapshot of {source.source} is not taken for full: {newest['reason']}"
    full = next((row["record_count"] for row in reversed(before) if row["is_complete"]), None)
    if full is None or not isinstance(source.read, FileRead):
        # Of a table of others the ledger counts what was new.
        return Finding("shrunken_feed", source.source, message)
    return Finding("shrunken_feed", source.source, message, newest["record_count"], full * (1 - source.max_shrink))


def quarantine_surges(
    counts: Iterable[Mapping[str, Any]], targets: Collection[str], since: datetime, limits: Alert
) -> Iterator[Finding]:
    """Find where a run, since its start, put more of a feed's new items into quarantine than is allowed and usual.

    Where it judged no new ones, as a rebuild does, all of the feed's items are what the rejected are a share of.
    """
    by_feed: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in counts:
        if row["target"] in targets:
            by_feed[row["target"], row["source_system"]].append(row)
    for (target, source), rows in sorted(by_feed.items()):
        now = [row for row in rows if row["judged_at"] >= since]
        before = [row for row in rows if row["judged_at"] < since]
        new = [row for row in now if row["item_count"] > 0]
        items = _sum("item_count", new or rows)
        if not now or not items:
            continue
        rejected = sum(max(row["quarantined"], 0) for row in new or now)
        share, usual = rejected / items, _sum("quarantined", before) / (_sum("item_count", before) or 1)
        limit = max(limits.quarantine_share, limits.quarantine_rise * usual)
        message = (
            f"{rejected:,} of {items:,} {'new ' if new else ''}items of {source} went into quarantine for {target} "
            f"({share:.1%}; before {usual:.1%}); ops.quarantine_record says why"
        )
        is_surge = share > limit and rejected >= limits.quarantine_items
        yield Finding("quarantine_surge", f"{target}/{source}", message if is_surge else "", share, limit)


def _sum(column: str, rows: Iterable[Mapping[str, Any]]) -> int:
    return sum(row[column] for row in rows)
