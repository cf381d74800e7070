"""What a machine does to drivers: a worker is killed, a driver stands still, the disk is full, the clock jumps back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from conf.tables import ALL
from tests import lakes
from tests.conftest import Company
from tests.faults.company import FEW_DAYS, SOURCES, Work, copied, undisturbed
from tests.faults.drivers import RUN_SECONDS, Driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
AHEAD_MS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def works(make_company: Callable[[Path], Company], tmp_path_factory: pytest.TempPathFactory) -> list[Work]:
    """Two days and what comes of them where nobody disturbs."""
    return [*undisturbed(make_company(tmp_path_factory.mktemp("undisturbed")), FEW_DAYS)]


@pytest.fixture
def begun(company: Company, works: list[Work]) -> Company:
    """A company at the beginning of the first day."""
    for name, text in SOURCES.items():
        company.source(text, name)
    works[0].day.begin(company)
    return company


def drive(company: Company, work: Work, *more: str) -> Driver:
    """Start a driver on the work of a day; `more` are words of its command."""
    return Driver(company.folder, *work.day.command(company), *more)


def done(driver: Driver) -> str:
    """Wait for a driver, which must not fail; return what it said."""
    assert driver.wait() == 0, driver.said
    return driver.said


def until(has_come: Callable[[], bool], driver: Driver) -> None:
    """Wait for a moment of a driver that must not end before."""
    deadline = time.monotonic() + RUN_SECONDS
    while not has_come():
        assert driver.code is None, f"the driver ended before: {driver.said}"
        assert time.monotonic() < deadline, driver.said
        time.sleep(0.002)


def paragraph(driver: Driver) -> str:
    """Return what a driver that failed said at last, beside its log: a paragraph without a trace of Python or Java."""
    said = driver.said
    for sign in ("Traceback", "\tat ", "py4j", "Py4J"):
        assert sign not in said
    return said.strip().splitlines()[-1]


def workers(driver: Driver) -> list[int]:
    """Return the Python workers that Spark started, without the parent that it has for them."""
    found = []
    for pid in driver.processes():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            if b"jobs.runtime.python_daemon" in words and b"jobs.runtime.python_daemon" in Path(
                f"/proc/{parent}/cmdline"
            ).read_bytes().split(b"\0"):
                found.append(pid)
        except OSError:
            continue
    return found


def test_a_python_worker_that_is_killed_costs_a_retry(begun: Company, works: list[Work]) -> None:
    # A task that fails on one machine fails its job: Spark tries it again on a cluster only.
    driver = drive(begun, works[0], "--retries", "1")
    try:
        until(lambda: bool(workers(driver)), driver)
        for pid in workers(driver):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert "event=retry" in done(driver)
    finally:
        driver.kill()
    # Not by the same commits: the ledger is written at each try, first of the feeds that landed, then of the others.
    assert lakes.differences(begun.folder / "lake", works[0].after.folder / "lake") == []


def test_a_driver_that_stands_still_keeps_the_lake_and_goes_on(begun: Company, works: list[Work]) -> None:
    first, second = works
    still = drive(begun, first)
    elsewhere = begun.folder / "other"
    elsewhere.mkdir()
    other = None
    try:
        until(lambda: bool(lakes.data_files(begun.folder / "lake")), still)
        still.signal(signal.SIGSTOP)
        other = Driver(elsewhere, *first.day.command(begun))
        assert other.wait() == 1
        assert f"in use by process {still.pid} on " in paragraph(other)
        other = Driver(elsewhere, *first.day.command(begun), "--set", "lock_wait_seconds=300")
        time.sleep(5)
        assert other.code is None
        still.signal(signal.SIGCONT)
        done(still)
        done(other)
    finally:
        still.kill()
        if other is not None:
            other.kill()
    assert first.differences(begun) == ""
    second.day.begin(begun)
    done(drive(begun, second))
    assert second.differences(begun) == ""


@pytest.fixture
def disk(begun: Company) -> Iterator[Callable[[str], None]]:
    """Give the lake a small disk of a size, the first time and again; it is taken away at the end."""
    place = begun.folder / "lake"
    place.mkdir()
    is_there = False

    def sized(size: str) -> None:
        nonlocal is_there
        options = f"size={size},remount" if is_there else f"size={size}"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True,
                                 text=True, check=False)  # fmt: skip
        if mounted.returncode:
            pytest.skip(f"a disk of its own needs the right to mount one: {mounted.stderr.strip()}")
        is_there = True

    yield sized
    if is_there:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("kib", [60, 300])
def test_a_full_disk_is_said_and_with_more_space_the_same_command_goes_on(
    begun: Company, works: list[Work], disk: Callable[[str], None], kib: int
) -> None:
    disk(f"{kib}k")
    driver = drive(begun, works[0])
    assert driver.wait() == 1, driver.said
    assert "the disk is full" in paragraph(driver)
    assert str(begun.folder / "lake") in paragraph(driver)
    disk("64m")
    done(drive(begun, works[0]))
    assert works[0].differences(begun) == ""


def set_ahead(lake: Path) -> None:
    """Make all commits of a lake a day later, as a driver does whose clock is wrong."""
    for path in lake.glob("*/*/_delta_log/*.json"):
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            if "commitInfo" in line:
                line["commitInfo"]["timestamp"] += AHEAD_MS
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        then = path.stat().st_mtime + AHEAD_MS / 1000
        os.utime(path, (then, then))
        # What Hadoop knows of the file as it was.
        path.with_name(f".{path.name}.crc").unlink(missing_ok=True)


def test_a_clock_that_jumps_back_loses_nothing(works: list[Work]) -> None:
    second = works[1]
    company = copied(second.before, "ahead")
    lake = company.folder / "lake"
    set_ahead(lake)
    assert "fall_back" not in done(drive(company, second))
    assert second.differences(company) == ""
    done(Driver(company.folder, "describe", "silver.complaint", "--lake", lake))
    then = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 2 * AHEAD_MS / 1000))
    query = ["query", "SELECT count(*) AS n FROM silver.complaint", "--format", "csv", "--timestamp", then]
    said = done(Driver(company.folder, *query, "--lake", lake))
    assert said.split() == ["n", str(len(lakes.rows(lake, ALL["silver.complaint"])))]
