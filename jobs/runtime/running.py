"""Running chosen jobs for a day or for many, and saying what became of them."""

from __future__ import annotations

import json
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import typer
from rich.console import Console

from conf.tables import ALL
from jobs.runtime import alerting, costs, errors, grids, lease, logs, pipeline, progress
from jobs.runtime.context import Context, UsageError
from jobs.runtime.grids import Head
from jobs.runtime.logs import Event
from jobs.runtime.pipeline import Outcome
from jobs.runtime.registry import Job

log = logging.getLogger("reclamo360")

SHOWN = 20
STATES = ("done", "current", "stale", "failed", "skipped")


class Ran(NamedTuple):
    """What became of a job on one day; `day` is empty where the run has only one."""

    outcome: Outcome
    day: str


def chosen(jobs: list[Job], names: Iterable[str]) -> list[Job]:
    """Return the named jobs in the order of the pipeline; an unknown name is an error that lists them."""
    there = [job.name for job in jobs]
    names = list(names)
    if unknown := [name for name in names if name not in there]:
        raise UsageError(f"no job {', '.join(unknown)}; there are: {', '.join(there)}")
    return [job for job in jobs if job.name in names]


def between(jobs: list[Job], only: str | None, first: str | None, last: str | None) -> list[Job]:
    """Return the jobs from one to another in the order of the pipeline."""
    if only and (first or last):
        raise UsageError("--only goes without --from and --until")
    jobs = [job for job in jobs if not job.by_name or job.name in (only, first, last)]
    names = [job.name for job in jobs]
    chosen(jobs, [name for name in (only, first, last) if name])
    start, end = names.index(only or first or names[0]), names.index(only or last or names[-1])
    if start > end:
        raise UsageError(
            f"--from {first} --until {last}: {last} comes before {first}; `python -m jobs list` has them in order"
        )
    return jobs[start : end + 1]


@contextmanager
def recorded(file: Path | None, exit_code: Callable[[Exception], int]) -> Iterator[list[Ran]]:
    """Write what is put into the list, and the exit code, into a JSON file, however the run ends."""
    ran: list[Ran] = []
    if file is None:
        yield ran
        return
    try:
        # What an earlier run said must not be taken for this one's, should it be killed.
        file.unlink(missing_ok=True)
        file.touch()
    except OSError as error:
        raise UsageError(f"--result {file} cannot be written: {error.strerror}") from error
    code, said = 1, "interrupted"
    try:
        yield ran
        code, said = 0, ""
    except typer.Exit as end:
        code, said = end.exit_code, ""
        raise
    except Exception as error:
        code, said = exit_code(error), errors.said(error)
        raise
    finally:
        jobs = [{"job": o.job, "as_of": day or None, "state": o.state, "seconds": round(o.seconds, 3), "rows": o.rows,
                 "why": o.why, "costs": o.costs} for o, day in ran]  # fmt: skip
        file.write_text(
            json.dumps({"exit_code": code, "error": said, "jobs": jobs}, indent=1, ensure_ascii=False) + "\n"
        )


def run(context: Context, jobs: list[Job], days: list[date], ran: list[Ran], shown: Console, *, rebuild: bool) -> None:
    """Run the jobs, the snapshots among them once a day; end with exit code 1 where one failed."""
    steps = _steps(jobs, days)
    total = sum(len(step) for _, step in steps)
    started = datetime.now(UTC)
    # As each ends: a run that is interrupted has its result too.
    watch = progress.Shown(shown, total, context.tasks, lambda outcome, day: ran.append(Ran(outcome, day)))
    set_ = context.settings
    with closing(watch), lease.hold(set_.lake, set_.lock_wait_seconds, set_.lease_seconds) as held:
        context.lake.hold(held)
        for day, step in steps:
            settings = context.settings.model_copy(update={"as_of": day})
            watch.day = day.isoformat() if len(days) > 1 and step[0].is_snapshot else ""
            runner = pipeline.Pipeline(context.lake, settings, context.sources, watch, rebuild=rebuild)
            _run_step(runner, step, jobs, [r.outcome for r in ran])
        number = str(uuid.uuid4())
        _record_costs(context, jobs, ran, days, number)
        _tell_alerts(context, jobs, ran, number, started)
    _print_summary(context, [r.outcome for r in ran], shown, started)
    for outcome, dated in ran:
        if outcome.error is not None:
            text = f"{outcome.job}{f' of {dated}' if dated else ''}: {outcome.why}"
            logs.tell(text, Event("failed", outcome.why, job=outcome.job, as_of=dated or None))
            log.debug(Event("traceback", job=outcome.job, as_of=dated or None), exc_info=outcome.error)
    if any(r.outcome.state == "failed" for r in ran):
        raise typer.Exit(1)


def _record_costs(context: Context, jobs: list[Job], ran: list[Ran], days: list[date], number: str) -> None:
    """Write down what the jobs took that did something or failed; the run does not fail over it."""
    dated = {job.name for job in jobs if job.is_snapshot}
    told = {
        costs.Part(o.job, (day or days[-1].isoformat()) if o.job in dated else None): o
        for o, day in ran if o.state in ("done", "failed")
    }  # fmt: skip
    try:
        rows = costs.record(context.lake, number, {part: outcome.state for part, outcome in told.items()})
    except Exception as error:
        log.warning(Event("costs_not_written", errors.said(error)), exc_info=log.isEnabledFor(logging.DEBUG))
        return
    for row in rows:
        told[costs.Part(row["job"], row["as_of"] or None)].costs.append(
            {name: value for name, value in row.items() if name not in ("run_id", "job", "as_of", "state", "ended_at")}
        )


def _tell_alerts(context: Context, jobs: list[Job], ran: list[Ran], number: str, started: datetime) -> None:
    """Write and send the alerts of a run; the run does not fail over it."""
    try:
        alerting.tell(context.lake, context.settings, context.sources, jobs, ran, number, started)
    except Exception as error:
        said = f"{errors.said(error)}; the next run that finds what this one found writes it"
        log.warning(Event("alerts_not_written", said), exc_info=log.isEnabledFor(logging.DEBUG))


def _steps(jobs: list[Job], days: list[date]) -> list[tuple[date, list[Job]]]:
    """Return what runs on which day: first what snapshots read, then the snapshots day by day, then what reads them."""
    if len(days) == 1:
        return [(days[0], jobs)]
    dated = [job for job in jobs if job.is_snapshot]
    after = _readers(jobs, dated)
    first = [job for job in jobs if job not in dated and job not in after]
    steps = [(days[-1], first), *((day, dated) for day in days), (days[-1], after)]
    return [(day, step) for day, step in steps if step]


def _readers(jobs: list[Job], of: list[Job]) -> list[Job]:
    """Return the jobs that read what others write, or what their readers write; the jobs are in order."""
    written = {table.name for job in of for table in job.primary}
    found = []
    for job in jobs:
        if not job.is_snapshot and any(table.name in written for table in job.reads):
            found.append(job)
            written |= {table.name for table in job.primary}
    return found


def _run_step(runner: pipeline.Pipeline, step: list[Job], jobs: list[Job], so_far: list[Outcome]) -> None:
    """Run a step, but for the jobs that need one that failed in an earlier step."""
    failed = {outcome.job for outcome in so_far if outcome.stops_readers}
    broken = {table.name: job.name for job in jobs if job.name in failed for table in job.primary}
    going, skipped = [], []
    for job in step:
        cause = next((broken[table.name] for table in job.reads if table.name in broken), None)
        if cause is None:
            going.append(job)
            continue
        broken |= {table.name: cause for table in job.primary}
        skipped.append(Outcome(job.name, "skipped", why=f"needs {cause}, which did not run to its end"))
    runner.run(going)
    for outcome in skipped:
        runner.progress.start(outcome.job)
        runner.progress.end(outcome)


def _print_summary(context: Context, outcomes: list[Outcome], shown: Console, started: datetime) -> None:
    counts = {state: sum(o.state == state for o in outcomes) for state in STATES}
    seconds = (datetime.now(UTC) - started).total_seconds()
    said = ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)
    for line in (line for outcome in outcomes for line in outcome.report):
        shown.print(line, highlight=False, markup=False, soft_wrap=True)
    shown.print(f"{said or 'no jobs'} in {seconds:,.1f} s", highlight=False)
    if counts["done"] or counts["failed"]:
        _print_landed(context, outcomes, shown, started)
        _print_rejected(context, shown, started)
        _print_broken(context, shown, started)


def _print_landed(context: Context, outcomes: list[Outcome], shown: Console, started: datetime) -> None:
    landed = {t: n for o in outcomes for t, n in o.rows.items() if t.startswith("bronze.") and n}
    if landed:
        text = ", ".join(f"{table} {count:,}" for table, count in landed.items())
        shown.print(f"records landed: {text}", highlight=False, soft_wrap=True)
    ledger = sorted(context.lake.rows(ALL["ops.ingest_file"]), key=lambda row: row["seen_at"])
    newest = {(row["source_system"], row["path"]): row for row in ledger}
    failed = [row for row in newest.values() if row["status"] == "failed"]
    for row in failed[:SHOWN]:
        shown.print(f"not landed: {row['path']}: {row['reason']}", highlight=False, markup=False, soft_wrap=True)
    if len(failed) > SHOWN:
        shown.print(f"and {len(failed) - SHOWN:,} more files, in ops.ingest_file", highlight=False)
    unusual = Counter(
        (row["source_system"], row["reason"])
        for row in ledger
        if row["status"] == "landed" and row["reason"] and row["seen_at"] >= started
    )
    for (source, reason), count in unusual.most_common(SHOWN):
        shown.print(
            f"unusual: {source}, {count:,} file{'s' * (count > 1)}: {reason}",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip


def _print_rejected(context: Context, shown: Console, started: datetime) -> None:
    reasons, left = context.lake.waiting(ALL["ops.quarantine_record"], started)
    if left:
        shown.print(f"no longer rejected: {left:,}", highlight=False)
    if not reasons:
        return
    shown.print("rejected, in ops.quarantine_record:", highlight=False)
    heads = [Head("table"), Head("items", is_number=True), Head("of this run", is_number=True), Head("why")]
    rows = [(r.target, f"{r.items:,}", f"{r.new:,}", r.reasons) for r in reasons[:SHOWN]]
    grids.show(shown, heads, rows, prose=True)
    if len(reasons) > SHOWN:
        shown.print(f"and {len(reasons) - SHOWN:,} more reasons", highlight=False)


def _print_broken(context: Context, shown: Console, started: datetime) -> None:
    """Print what this run found not to hold of whole tables."""
    results = context.lake.rows(ALL["ops.validation_result"])
    broken = [row for row in results if row["validated_at"] >= started and not row["is_met"]]
    broken.sort(key=lambda row: (row["severity"] != "stop", row["table_name"], row["expectation"]))
    for row in broken[:SHOWN]:
        of = f"{row['unexpected_count']:,} of {row['checked_count']:,}"
        shown.print(
            f"{'broken' if row['severity'] == 'stop' else 'warned'}: {row['table_name']}, {of}: {row['detail']}",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip
    if broken:
        more = f"and {len(broken) - SHOWN:,} more; " if len(broken) > SHOWN else ""
        shown.print(f"{more}all checks: {context.settings.lake}/docs/index.html", highlight=False, markup=False)
