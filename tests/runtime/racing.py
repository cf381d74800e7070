"""A driver that lives through many runs and meets another one before each: python -m tests.runtime.racing."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from conf import settings as settings_module
from jobs.runtime import lease, objects, pipeline, running
from jobs.runtime.context import Context
from jobs.runtime.lake import Lake
from tests.conftest import Silent
from tests.runtime.feeds import cases

# One target: a run of a driver is short, and its writes lie close to the other's.
JOBS = ("land_files", "refine_complaint")
SECONDS = 300


def main(place: str, sources: str, meeting: str, name: str, other: str, rounds: str) -> None:
    """Deliver a file and run, as often as is said, each time at the same moment as the other driver."""
    overrides = [f"lake={place}/lake", f"inbox={place}/inbox", f"sources=[{sources}]", "lock_wait_seconds=120",
                 "spark.master=local[1]", "spark.driver_memory=1g",
                 f"spark.conf.spark.sql.warehouse.dir={meeting}/{name}"]  # fmt: skip
    context = Context(settings_module.load("local", date(2026, 1, 31), overrides))
    jobs = running.chosen(context.jobs, JOBS)
    for number in range(int(rounds)):
        row = f"{name}{number},card,closed,2026-01-02,{number}.50,2026-01-03 10:00"
        objects.store(context.settings.inbox, f"cases-{name}-{number}.csv", cases(row).encode())
        _meet(Path(meeting), f"{number}", name, other)
        run = context.settings
        with lease.hold(run.lake, run.lock_wait_seconds, run.lease_seconds) as held:
            lake = Lake(run.lake, lambda: context.spark)
            lake.hold(held)
            outcomes = pipeline.Pipeline(lake, run, context.sources, Silent(), rebuild=False).run(jobs)
        assert {outcome.state for outcome in outcomes} <= {"done", "current"}, outcomes


def _meet(meeting: Path, number: str, name: str, other: str) -> None:
    """Wait until both are there."""
    (meeting / f"{name}-{number}").touch()
    end = time.monotonic() + SECONDS
    while not (meeting / f"{other}-{number}").exists():
        assert time.monotonic() < end, f"{other} did not come to round {number}"
        time.sleep(0.01)


if __name__ == "__main__":
    main(*sys.argv[1:])
