"""Drivers as processes of their own: run, watched from outside, and killed with all that they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The longest that one run may take, and the longest that processes that were killed may be there.
RUN_SECONDS, GONE_SECONDS = 300, 30
# Between two looks at the lake: less than Spark needs from the end of a file to its commit, yet no core is kept busy.
LOOK_SECONDS = 0.01


class Driver:
    """A driver in a session of its own, so that Python, Java and the Python workers can be met at once."""

    def __init__(self, folder: Path, *words: str | Path, moment: str = "-") -> None:
        self.said = folder / "said.txt"
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.driver", moment, *map(str, words)],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self.process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all processes of the driver."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """Kill Python and Java in one call; what is then left of workers ends with Java, or at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        self.await_gone()

    def wait(self, seconds: float = RUN_SECONDS) -> int:
        """Wait until the driver and all that it started have ended; return its exit code."""
        code = self.process.wait(seconds)
        self.await_gone()
        return code

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


def run_until(driver: Driver, has_come: Callable[[], bool]) -> bool:
    """Kill a driver as soon as the moment has come; say whether it came before the driver's end."""
    deadline = time.monotonic() + RUN_SECONDS
    try:
        while driver.process.poll() is None:
            if has_come():
                driver.kill()
                return driver.process.returncode == -signal.SIGKILL
            assert time.monotonic() < deadline, f"neither the moment nor the end came: {driver.said.read_text()}"
            time.sleep(LOOK_SECONDS)
        driver.wait()
        return driver.process.returncode == -signal.SIGKILL
    finally:
        driver.kill()
