"""Running jobs: what is current or stale, in which order, what happens when one fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from conf.settings import Settings
from conf.source import Source
from conf.tables import ops
from jobs.runtime import counting, errors
from jobs.runtime.costs import Part
from jobs.runtime.jvm import JvmError
from jobs.runtime.lake import ABSENT, Lake, Pin
from jobs.runtime.lease import LeaseLostError
from jobs.runtime.logs import Event
from jobs.runtime.registry import Job
from jobs.runtime.scope import ForgottenFeedError, JobLake, Watermark

log = logging.getLogger("reclamo360")

ATTEMPTS = 3
RESTORED = "{} was restored to an older version"
STALE = "made by other code or source descriptions; --rebuild mends it"


@dataclass
class Outcome:
    """What became of a job: done, current (nothing to do), stale (reported, not rebuilt), failed or skipped."""

    job: str
    state: str
    seconds: float = 0.0
    why: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    report: list[str] = field(default_factory=list)
    error: Exception | None = None
    costs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def stops_readers(self) -> bool:
        """True where the job's outputs are not what they should be: the jobs that read them are skipped."""
        return self.state == "skipped" or (self.state == "failed" and getattr(self.error, "stops_readers", True))


class Progress(Protocol):
    """Where progress is shown."""

    def start(self, job: str) -> None: ...

    def end(self, outcome: Outcome) -> None: ...


def scope(lake: Lake, job: Job, settings: Settings, sources: tuple[Source, ...], *, rebuild: bool) -> JobLake:
    """Pin the inputs of a job and find what it consumed before: step 1 and 2 of a run (docs/decisions/0002).

    Each attempt has a start of its own: what an earlier one landed is not this one's.
    """
    pins = {table.name: lake.pin(table) for table in job.reads}
    as_of = settings.as_of.isoformat() if job.is_snapshot else None
    marks = [Watermark.of(lake.standing(table), job.name, as_of) for table in job.primary]
    last = {table.name: lake.last_n(table, job.name) for table in job.writes}
    own = {table.name: lake.pin(table) for table in job.writes}
    since, why = _since(job, marks, pins, own, rebuild=rebuild)
    before = next((mark.code for mark in marks if mark is not None), job.code)
    return JobLake(lake, job, last, pins, own, since, why, sources, datetime.now(UTC), before, as_of)


def _since(
    job: Job, marks: list[Watermark | None], pins: dict[str, Pin], own: dict[str, Pin], *, rebuild: bool
) -> tuple[dict[str, tuple[str, int]] | None, str]:
    """Return what all outputs have consumed, or None and the reason to recompute everything."""
    found = [mark for mark in marks if mark is not None]
    if len(found) < len(marks) or not found:
        return None, "first run"
    if rebuild:
        return None, "rebuild"
    for table, mark in zip(job.primary, found, strict=True):
        if own[table.name].restored > mark.version:
            return None, RESTORED.format(table.name)
    oldest: dict[str, tuple[str, int]] = {}
    for name, pin in pins.items():
        consumed = [mark.inputs.get(name, (ABSENT.id, ABSENT.data_version)) for mark in found]
        known = {table_id for table_id, _ in consumed if table_id}
        if known and known != {pin.id}:
            return None, f"{name} was made anew"
        version = min(number for _, number in consumed)
        if version > pin.data_version or version < pin.restored:
            return None, RESTORED.format(name)
        oldest[name] = (pin.id, version)
    return oldest, ""


def state_of(lake: Lake, job: Job, settings: Settings, sources: tuple[Source, ...]) -> tuple[str, str]:
    """Return (current, due, stale or new) of a job and why, without Spark."""
    if job.lands:
        return "due", "looks for new files"
    if job.by_name:
        return "due", "runs when it is named"
    if job.is_idle:
        return "current", "no source gives it"
    scoped = scope(lake, job, settings, sources, rebuild=False)
    if scoped.since is None:
        return "new" if scoped.why == "first run" else "due", scoped.why
    if ops.BATCH_RUN in job.writes and counting.left_counts(lake, job.name, scoped.n[job.primary[0].name]):
        return "due", "the last run was killed before its end"
    changed = [name for name, pin in scoped.pins.items() if pin.data_version != scoped.since[name][1]]
    mark = Watermark.of(lake.standing(job.primary[0]), job.name, scoped.as_of)
    same = mark is not None and mark.code == job.code
    stale = "" if job.is_journal or same else STALE
    if changed:
        return "due", "changed: " + ", ".join(changed) + (f"; {stale}" if stale else "")
    return ("stale", stale) if stale else ("current", "")


def _ready(waiting: list[Job], running: Iterable[Job]) -> list[Job]:
    """Return the jobs that need not wait for one before them: for what it makes, or for what it is still to read."""
    before, ready = list(running), []
    for job in waiting:
        if not any(_meet(other, job) for other in before):
            ready.append(job)
        before.append(job)
    return ready


def _meet(job: Job, later: Job) -> bool:
    return bool({*job.writes} & {*later.reads} or {*job.primary} & {*later.writes} or {*job.reads} & {*later.primary})


class Pipeline:
    """Runs jobs over one lake, in order, under its lease."""

    def __init__(
        self, lake: Lake, settings: Settings, sources: tuple[Source, ...], progress: Progress, *, rebuild: bool
    ) -> None:
        self.lake, self.settings, self.sources, self.progress, self.rebuild = lake, settings, sources, progress, rebuild
        self._ends = False
        # What each job wrote so far, by table: what an attempt wrote that failed stands.
        self._written: dict[str, dict[str, int]] = {}

    def run(self, jobs: Iterable[Job]) -> list[Outcome]:
        """Run the jobs that have something to do, those that need nothing of each other side by side.

        What reads from a failed one is skipped, the others go on. Outcomes are in the order in which jobs ended.
        """
        waiting, running, outcomes = list(jobs), dict[Future[Outcome], Job](), list[Outcome]()
        broken: dict[str, str] = {}

        def ended(job: Job, outcome: Outcome, cause: str | None = None) -> None:
            if outcome.stops_readers:
                broken.update({table.name: cause or job.name for table in job.primary})
            outcomes.append(outcome)
            self.progress.end(outcome)

        with ThreadPoolExecutor(self.settings.jobs_at_a_time) as pool:
            try:
                while waiting or running:
                    for job in _ready(waiting, running.values())[: self.settings.jobs_at_a_time - len(running)]:
                        waiting.remove(job)
                        self.progress.start(job.name)
                        if cause := next((broken[t.name] for t in job.reads if t.name in broken), None):
                            ended(job, Outcome(job.name, "skipped", why=f"needs {cause}, which failed"), cause)
                        else:
                            running[pool.submit(self._tried, job)] = job
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        ended(running.pop(future), future.result())
            except BaseException:
                # Interrupted, or no job can run: what runs ends soon, and nothing else begins.
                self._ends = True
                self.lake.cancel(until=lambda: all(future.done() for future in running))
                # What these jobs wrote stands: the result of the run says so.
                for future, job in running.items():
                    if future.exception() is None:
                        ended(job, future.result())
                raise
        return outcomes

    def _tried(self, job: Job) -> Outcome:
        as_of = self.settings.as_of.isoformat() if job.is_snapshot else None
        with self.lake.meter.of(Part(job.name, as_of), self.lake.started):
            return self._timed(job)

    def _timed(self, job: Job) -> Outcome:
        started = time.monotonic()
        for attempt in range(self.settings.retries + 1):
            try:
                outcome = self._run(job)
                break
            except (JvmError, LeaseLostError):
                # Without Java or jars, or without the lake, no job runs: one message, not one a job.
                raise
            except Exception as error:
                # What failed may have failed of that.
                self.lake.lease.refuse_when_lost()
                log.debug(Event("job_failed", job=job.name), exc_info=True)
                outcome = Outcome(job.name, "failed", why=errors.said(error), error=error)
                if self._ends:
                    break
                if attempt < self.settings.retries:
                    log.warning(Event("retry", outcome.why, job=job.name, attempt=attempt + 1))
        if outcome.state == "current" and (rows := self._written.get(job.name)):
            # An attempt before did all there was to do.
            outcome.state, outcome.rows = "done", rows
        outcome.seconds = time.monotonic() - started
        return outcome

    def _run(self, job: Job) -> Outcome:
        if job.is_idle:
            if any(self.lake.pin(table).data_version >= 0 and self.lake.row_count(table) for table in job.primary):
                raise ForgottenFeedError(job.primary[0], "earlier feeds")
            return Outcome(job.name, "current", why="no source gives it")
        full = self.rebuild and not job.lands and not job.is_journal
        attempt = 0
        while True:
            attempt += 1
            self.lake.lease.refuse_when_lost()
            state, why = state_of(self.lake, job, self.settings, self.sources)
            full = full or (STALE in why and self.settings.rebuild == "auto")
            replays = self.settings.replay and bool(job.sources) and not job.lands
            if state in ("current", "stale") and not full and not replays:
                return Outcome(job.name, state, why=why)
            try:
                return self._once(job, full=full)
            except Exception as error:
                if errors.is_overtaken(error):
                    if attempt == ATTEMPTS:
                        raise
                    log.warning(Event("start_again", errors.said(error), job=job.name))
                    continue
                if full or job.lands or not errors.says_changes_are_gone(error):
                    raise
                log.warning(
                    Event("fall_back", "the changes since the last run are gone: recomputing everything", job=job.name)
                )
                full = True

    def _once(self, job: Job, *, full: bool) -> Outcome:
        scoped = scope(self.lake, job, self.settings, self.sources, rebuild=full)
        scoped.rows = self._written.setdefault(job.name, scoped.rows)
        try:
            job.run(scoped, self.settings)
        finally:
            scoped.release()
        state = "done" if scoped.rows or scoped.has_acted else "current"
        why = "" if scoped.is_full or job.is_journal else STALE * (scoped.code_before != job.code)
        return Outcome(job.name, state, why=why, rows=scoped.rows, report=scoped.report)
