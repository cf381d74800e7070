"""Drivers as processes of their own: run, watched from outside, and killed with all that they started."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.faults.driver import run

# The longest that one run may take, and the longest that processes that were killed may be there.
RUN_SECONDS, GONE_SECONDS = 300, 30
# Between two looks at the lake: less than Spark needs from the end of a file to its commit, yet no core is kept busy.
LOOK_SECONDS = 0.02
# What every driver imports is imported once, in a process that starts none of it: drivers are its forks.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["pytest", "tests.faults.driver", "jobs.runtime.running", "jobs.runtime.landing", "jobs.maintain_tables",
     "jobs.build_fact_complaint", "deltalake", "pydantic", "typer", "stdnum", "phonenumbers"]
)  # fmt: skip


class Driver:
    """A driver in a session of its own, so that Python, Java and the Python workers can be met at once."""

    def __init__(self, folder: Path, *words: str | Path, moment: str = "") -> None:
        self._said = folder / "said.txt"
        self._process = FORKS.Process(target=run, args=([*map(str, words)], self._said, moment))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, or minus the signal that ended it; none while it runs."""
        return self._process.exitcode

    @property
    def said(self) -> str:
        return self._said.read_text()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all processes of the driver."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """Kill Python and Java in one call; what is then left of workers ends with Java, or at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self.await_gone()

    def wait(self) -> int | None:
        """Wait until the driver and all that it started have ended; return its exit code."""
        self._process.join(RUN_SECONDS)
        self.await_gone()
        return self.code

    def await_gone(self) -> None:
        """Fail where a process of the driver outlives it: it might still write."""
        deadline = time.monotonic() + GONE_SECONDS
        while left := self.processes():
            assert time.monotonic() < deadline, f"processes {left} outlive their driver"
            time.sleep(0.02)

    def processes(self) -> list[int]:
        """Return the processes of the driver's session that have not ended."""
        return [pid for pid, session in _sessions() if session == self.pid]


def _sessions() -> Iterator[tuple[int, int]]:
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                state, _, _, session = (place / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if state != "Z":
                yield int(place.name), int(session)


def was_killed(driver: Driver, has_come: Callable[[], bool]) -> bool:
    """Kill a driver as soon as the moment has come, unless it does so itself; say whether it was killed."""
    deadline = time.monotonic() + RUN_SECONDS
    try:
        while driver.code is None and not has_come():
            assert time.monotonic() < deadline, f"neither the moment nor the end came: {driver.said}"
            time.sleep(LOOK_SECONDS)
    finally:
        driver.kill()
    return driver.code == -signal.SIGKILL
