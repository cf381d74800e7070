"""Two drivers on one lake, in a folder and on S3: the work of both is in it at the end, once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from conf.tables import ALL
from jobs.runtime import objects, s3
from tests.runtime import buckets
from tests.runtime.feeds import CASES, cases

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 25
SECONDS = 500


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "cases.yaml").write_text(CASES)
    return tmp_path / "sources"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with buckets.moto(tmp_path_factory.mktemp("moto")) as endpoint, pytest.MonkeyPatch.context() as patch:
        for name, value in buckets.environment(endpoint).items():
            patch.setenv(name, value)
        yield endpoint
    for cached in (s3._session, s3.endpoint, s3._made_client):
        cached.cache_clear()


@pytest.fixture(params=["folder", "S3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path)
    request.getfixturevalue("server")
    return f"s3a://{buckets.BUCKET}/{request.node.name.partition('[')[0]}"


def rows(place: str, table: str, *columns: str) -> list[tuple[object, ...]]:
    log = DeltaTable(f"{place}/lake/{ALL[table].path}", storage_options=s3.delta_options(place))
    found = log.to_pyarrow_table(columns=list(columns)).to_pylist()
    return sorted((tuple(row[name] for name in columns) for row in found), key=repr)


def versions(place: str) -> dict[str, int]:
    found = {}
    for name, table in ALL.items():
        path = f"{place}/lake/{table.path}"
        if DeltaTable.is_deltatable(path, storage_options=s3.delta_options(place)):
            found[name] = DeltaTable(path, storage_options=s3.delta_options(place)).version()
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_drivers_lose_and_double_nothing(place: str, sources: Path, tmp_path: Path) -> None:
    (tmp_path / "meeting").mkdir()
    command = [sys.executable, "-m", "tests.runtime.racing", place, str(sources), str(tmp_path / "meeting")]
    drivers = []
    for name, other in (("a", "b"), ("b", "a")):
        with (tmp_path / f"{name}.log").open("wb") as log:
            drivers.append(subprocess.Popen([*command, name, other, str(ROUNDS)], cwd=ROOT, stdout=log, stderr=log))
    try:
        codes = [driver.wait(SECONDS) for driver in drivers]
    finally:
        for driver in drivers:
            driver.kill()
            driver.wait()
    assert codes == [0, 0], "".join((tmp_path / f"{name}.log").read_text()[-2000:] for name in "ab")
    ids = sorted(f"{name}{number}" for name in "ab" for number in range(ROUNDS))
    assert rows(place, "bronze.crm_case", "_record_key") == [(one,) for one in ids]
    assert rows(place, "silver.complaint", "complaint_id") == [(f"crm:{one}",) for one in ids]
    landed = rows(place, "ops.ingest_file", "path", "status")
    assert landed == sorted((f"cases-{one[0]}-{one[1:]}.csv", "landed") for one in ids)
    # Each commit says what its run counted: all records that came in, once.
    assert sum(int(str(n)) for (n,) in rows(place, "ops.batch_run", "record_count")) == len(ids)


class Driver:
    """A run of the command line in a process group of its own; what it says is read as it says it."""

    def __init__(self, place: str, sources: Path, *settings: str) -> None:
        words = ["run", "land_files", "refine_complaint", "--lake", f"{place}/lake", "--inbox",
                 f"{place}/inbox", "--sources", str(sources), "--set", "spark.driver_memory=1g"]  # fmt: skip
        words += [word for setting in settings for word in ("--set", setting)]
        self.process = subprocess.Popen([sys.executable, "-m", "jobs", *words], cwd=ROOT, stderr=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL, text=True, start_new_session=True)  # fmt: skip
        self.said = ""
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line

    def signal(self, number: int) -> None:
        os.killpg(self.process.pid, number)

    def until(self, sign: str) -> None:
        end = time.monotonic() + SECONDS
        while sign not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.01)

    def ended(self) -> int:
        code = self.process.wait(SECONDS)
        self._reading.join()
        return code


@pytest.fixture
def drive(sources: Path) -> Iterator[Callable[..., Driver]]:
    started: list[Driver] = []

    def start(place: str, *settings: str) -> Driver:
        started.append(Driver(place, sources, *settings))
        return started[-1]

    yield start
    for driver in started:
        if driver.process.poll() is None:
            driver.signal(signal.SIGKILL)
            driver.process.wait()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("place", ["S3"], indirect=True)
def test_a_driver_that_was_stopped_past_its_time_commits_nothing_more(place: str, drive: Callable[..., Driver]) -> None:
    objects.store(f"{place}/inbox", "cases-1.csv", cases("1,card,open,2026-01-02,1.50,2026-01-03 10:00").encode())
    stopped = drive(place, "lease_seconds=8")
    # It has looked at the inbox, and lands what it found there next.
    stopped.until("event=verify")
    stopped.signal(signal.SIGSTOP)
    refused = drive(place)
    assert refused.ended() == 1
    assert f"in use by process {stopped.process.pid} on " in refused.said
    assert drive(place, "lock_wait_seconds=60").ended() == 0
    before = versions(place)
    assert rows(place, "silver.complaint", "complaint_id") == [("crm:1",)]
    stopped.signal(signal.SIGCONT)
    assert stopped.ended() == 1
    said = stopped.said.strip().splitlines()[-1]
    assert re.search(rf"process {stopped.process.pid} on \S+ no longer holds the lake at {place}/lake: ", said)
    assert "Nothing more is committed" in said
    assert versions(place) == before
    assert rows(place, "bronze.crm_case", "_record_key") == [("1",)]
