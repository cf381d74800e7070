"""A standalone cluster of the tests' own, on this machine alone: a master, workers of one core, and what they run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from jobs.runtime import jvm

MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
UP_SECONDS = 60
# Nothing lives long here: one compiler, and the collector with the fewest threads.
SHORT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=128m"
# Far from UTC, in which every table speaks.
ZONE = "America/Lima"


def spark_home() -> Path:
    """Return the Spark that the Python package brings."""
    spec = importlib.util.find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@dataclass
class Cluster:
    """A master and its workers below one folder; `package` is what `make package` built."""

    folder: Path
    package: Path
    url: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _submitted: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _master: subprocess.Popen[bytes] | None = None

    def start(self, workers: int) -> None:
        """Start the master and so many workers of one core and a GiB, and wait until it knows them all."""
        unpacked = self.folder / "environment"
        unpacked.mkdir()
        subprocess.run(["tar", "-xzf", self.package / "environment.tar.gz", "-C", unpacked], check=True)
        port = _free_port()
        self.url = f"spark://127.0.0.1:{port}"
        self._master = self._daemon("master", MASTER, "--port", str(port), "--webui-port", "0")
        self._await("I have been elected leader", 1)
        for number in range(workers):
            places = ["--work-dir", str(self.folder / f"work{number}"), "--webui-port", "0", "--port", "0"]
            sizes = ["--cores", "1", "--memory", "1g"]
            self.workers.append(self._daemon(f"worker{number}", WORKER, *sizes, *places, self.url))
        self._await("Registering worker", workers)

    @property
    def python(self) -> Path:
        """The interpreter of the environment, unpacked elsewhere than it was made; it has no Spark of its own."""
        return self.folder / "environment" / "bin" / "python"

    @property
    def executors(self) -> list[int]:
        return [pid for worker in self.workers for pid in children(worker.pid)]

    def submit(
        self, here: Path, *words: str | Path, entry: Path | None = None, ships: bool = False, **more: str
    ) -> subprocess.Popen[bytes]:
        """Give a command to spark-submit as docs/operations.md says; what it prints and logs goes to files `here`.

        `entry`: another than the package's own. `ships`: every executor unpacks the environment for itself, which
        takes longer than its work. `more`: variables of its environment.
        """
        here.mkdir(exist_ok=True)
        package = self.package
        options = [
            "--master", self.url, "--driver-memory", "1g", "--executor-memory", "1g",
            "--jars", f"{package}/jars/delta/*.jar",
            "--py-files", f"{package}/reclamo360.zip",
            *(("--archives", f"{package}/environment.tar.gz#environment") if ships else ()),
            "--conf", f"spark.driver.extraJavaOptions={SHORT} -Dlog4j2.configurationFile={package}/log4j2.properties",
            "--conf", f"spark.executor.extraJavaOptions={SHORT} -Dlog4j2.configurationFile={package}/log4j2.properties",
        ]  # fmt: skip
        command = [spark_home() / "bin" / "spark-submit", *options, entry or package / "reclamo360.py", *words]
        more |= {"PYSPARK_PYTHON": "./environment/bin/python" if ships else str(self.python)}
        with (here / "out").open("wb") as out, (here / "log").open("wb") as log:
            run = subprocess.Popen(
                [*map(str, command)], cwd=here, env=self._environment(**more), stdout=out, stderr=log
            )
        self._submitted.append(run)
        return run

    def stop(self) -> None:
        """End all of it at once, and leave only what it logged."""
        kill(*self.executors)
        for process in (*self._submitted, *self.workers, self._master):
            if process is not None:
                process.kill()
                process.wait(30)
        # Large, and what executors unpacked the same again.
        for place in (*self.folder.glob("work*/"), self.folder / "local", self.folder / "environment"):
            shutil.rmtree(place, ignore_errors=True)

    def _daemon(self, name: str, main: str, *words: str) -> subprocess.Popen[bytes]:
        command = [str(spark_home() / "bin" / "spark-class"), main, "--host", "127.0.0.1", *words]
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, cwd=self.folder, env=self._environment(), stdout=log, stderr=log)

    def _environment(self, **more: str) -> dict[str, str]:
        # As on another machine: nothing of this process's Python, another zone, and Spark's scratch in our folder.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYSPARK", "SPARK", "RECLAMO"))}
        return kept | {
            "JAVA_HOME": str(jvm.find_java()), "SPARK_HOME": str(spark_home()), "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.folder / "local"), "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": SHORT, "TZ": ZONE, "PYSPARK_DRIVER_PYTHON": str(self.python), **more,
        }  # fmt: skip

    def _await(self, said: str, times: int) -> None:
        end = time.monotonic() + UP_SECONDS
        log = self.folder / "master.log"
        while log.read_text(errors="replace").count(said) < times:
            assert time.monotonic() < end, f"not said {times} times: {said}\n{log.read_text(errors='replace')[-2000:]}"
            time.sleep(0.1)


@contextmanager
def cluster(folder: Path, package: Path, workers: int) -> Iterator[Cluster]:
    """Start a cluster, and leave nothing of it running."""
    made = Cluster(folder, package)
    try:
        made.start(workers)
        yield made
    finally:
        made.stop()


def children(pid: int) -> list[int]:
    """Return the processes that a process started: of a worker, its executors."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # Behind the name, which may hold blanks: the state, then the parent.
            if int((place / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(place.name))
    return found


def kill(*pids: int) -> None:
    """Kill processes as a lost machine does: nothing is said or tidied up."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
