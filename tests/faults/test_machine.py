"""What a machine does to drivers: a worker is killed, a driver stands still, the disk is full, the clock jumps back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from conf.tables import ALL
from tests.faults import lakes
from tests.faults.company import FEW_DAYS, Company, deliver
from tests.faults.drivers import RUN_SECONDS, Driver

pytestmark = pytest.mark.slow
FIRST, SECOND = FEW_DAYS
AHEAD_MS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Company]:
    """The company after the work of each day, done by drivers that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    company, after = Company.new(folder / "now"), {}
    for day in FEW_DAYS:
        deliver(company.inbox, day.arrives)
        driver = Driver(company.folder, *company.words(day))
        assert driver.wait() == 0, driver.said.read_text()
        after[day.name] = company.copied(folder / day.name)
    return after.__getitem__


@pytest.fixture
def company(tmp_path: Path) -> Company:
    made = Company.new(tmp_path / "company")
    deliver(made.inbox, FIRST.arrives)
    return made


def until(has_come: Callable[[], bool], driver: Driver) -> None:
    """Wait for a moment of a driver that must not end before."""
    deadline = time.monotonic() + RUN_SECONDS
    while not has_come():
        assert driver.process.poll() is None, f"the driver ended before: {driver.said.read_text()}"
        assert time.monotonic() < deadline, driver.said.read_text()
        time.sleep(0.002)


def paragraph(driver: Driver) -> str:
    """Return what a driver that failed said at last, beside its log: a paragraph without a trace of Python or Java."""
    said = driver.said.read_text()
    for sign in ("Traceback", "\tat ", "py4j", "Py4J"):
        assert sign not in said
    return said.strip().splitlines()[-1]


def same(company: Company, undisturbed: Company) -> None:
    assert not (found := lakes.differences(company.lake, undisturbed.lake)), "\n".join(found)


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


def test_a_python_worker_that_is_killed_costs_a_retry(company: Company, undisturbed: Callable[[str], Company]) -> None:
    # A task that fails on one machine fails its job: Spark tries it again on a cluster only.
    driver = Driver(company.folder, *company.words(FIRST), "--retries", "1")
    try:
        until(lambda: bool(workers(driver)), driver)
        for pid in workers(driver):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert driver.wait() == 0, driver.said.read_text()
    finally:
        driver.kill()
    # The ledger is written once an attempt: first of the feeds that landed, then of those that were tried again.
    found = lakes.differences(company.lake, undisturbed("first").lake)
    assert not [said for said in found if not said.startswith("ops.ingest_file was made by")]


def test_a_driver_that_stands_still_keeps_the_lake_and_goes_on(
    company: Company, undisturbed: Callable[[str], Company]
) -> None:
    still = Driver(company.folder, *company.words(FIRST))
    other = None
    try:
        until(lambda: bool(lakes.data_files(company.lake)), still)
        still.signal(signal.SIGSTOP)
        (company.folder / "other").mkdir()
        other = Driver(company.folder / "other", *company.words(FIRST))
        assert other.wait() == 1
        assert f"in use by process {still.pid} on " in paragraph(other)
        other = Driver(company.folder / "other", *company.words(FIRST), "--set", "lock_wait_seconds=300")
        time.sleep(5)
        assert other.process.poll() is None
        still.signal(signal.SIGCONT)
        assert still.wait() == 0, still.said.read_text()
        assert other.wait() == 0, other.said.read_text()
    finally:
        still.kill()
        if other is not None:
            other.kill()
    same(company, undisturbed("first"))
    deliver(company.inbox, SECOND.arrives)
    after = Driver(company.folder, *company.words(SECOND))
    assert after.wait() == 0, after.said.read_text()
    same(company, undisturbed("second"))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Give a small disk its size, the first time and again; it is taken away at the end."""
    place = tmp_path / "disk"
    place.mkdir()
    is_there = False

    def sized(size: str) -> Path:
        nonlocal is_there
        options = f"size={size},remount" if is_there else f"size={size}"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True,
                              text=True, check=False)  # fmt: skip
        if done.returncode:
            pytest.skip(f"a disk of its own needs the right to mount one: {done.stderr.strip()}")
        is_there = True
        return place

    yield sized
    if is_there:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("kib", [60, 300])
def test_a_full_disk_is_said_and_with_more_space_the_same_command_goes_on(
    company: Company, undisturbed: Callable[[str], Company], disk: Callable[[str], Path], kib: int
) -> None:
    company.lake = disk(f"{kib}k") / "lake"
    driver = Driver(company.folder, *company.words(FIRST))
    assert driver.wait() == 1, driver.said.read_text()
    assert "the disk is full" in paragraph(driver)
    assert str(company.lake) in paragraph(driver)
    disk("64m")
    driver = Driver(company.folder, *company.words(FIRST))
    assert driver.wait() == 0, driver.said.read_text()
    same(company, undisturbed("first"))


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


def test_a_clock_that_jumps_back_loses_nothing(company: Company, undisturbed: Callable[[str], Company]) -> None:
    shutil.rmtree(company.lake, ignore_errors=True)
    shutil.copytree(undisturbed("first").lake, company.lake)
    set_ahead(company.lake)
    deliver(company.inbox, SECOND.arrives)
    driver = Driver(company.folder, *company.words(SECOND))
    assert driver.wait() == 0, driver.said.read_text()
    assert "fall_back" not in driver.said.read_text()
    same(company, undisturbed("second"))
    at = ("--lake", company.lake)
    described = Driver(company.folder, "describe", "silver.complaint", *at)
    assert described.wait() == 0, described.said.read_text()
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 2 * AHEAD_MS / 1000))
    asked = Driver(company.folder, "query", "SELECT count(*) AS n FROM silver.complaint", "--format", "csv",
                   "--timestamp", now, *at)  # fmt: skip
    assert asked.wait() == 0, asked.said.read_text()
    complaints = len(lakes.rows(company.lake, ALL["silver.complaint"]))
    assert asked.said.read_text().split() == ["n", str(complaints)]
