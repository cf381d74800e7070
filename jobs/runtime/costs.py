"""What each job cost, read from what Spark remembers of its stages: no job and no count is started for it.

A thread says for whom it works (`Meter.of`); Spark marks the jobs that the thread starts with that, so that jobs and
feeds which run side by side are told apart.
"""

from __future__ import annotations

import json
import resource
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pyspark.sql import SparkSession

from conf.tables import ops
from jobs.runtime.commit import Commit

if TYPE_CHECKING:
    from jobs.runtime.lake import Lake

GROUP = "spark.jobGroup.id"
BUS_MILLISECONDS = 5_000
# A column of ops.run_cost, and what Spark calls it.
SUMS = {
    "tasks": "numCompleteTasks", "failed_tasks": "numFailedTasks",
    "rows_read": "inputRecords", "bytes_read": "inputBytes",
    "rows_written": "outputRecords", "bytes_written": "outputBytes",
    "shuffle_read_bytes": "shuffleReadBytes", "shuffle_write_bytes": "shuffleWriteBytes",
    "memory_spilled_bytes": "memoryBytesSpilled", "disk_spilled_bytes": "diskBytesSpilled",
}  # fmt: skip
PEAK = "peakExecutionMemory"
# Who commits to ops.run_cost.
RECORDER = "runtime"


class Part(NamedTuple):
    """Who work is done for: a job, the day it speaks of where it makes a snapshot, and the feed where it lands."""

    job: str
    as_of: str | None = None
    source: str | None = None


class Meter:
    """Marks what Spark does with who it is done for, and adds up what that took."""

    def __init__(self) -> None:
        self._here = threading.local()
        self._seconds: dict[Part, float] = defaultdict(float)
        self._wrote: dict[Part, list[int]] = defaultdict(lambda: [0, 0])
        self._lock = threading.Lock()

    @contextmanager
    def of(self, part: Part, spark: SparkSession | None) -> Iterator[None]:
        """Do work of a part in this thread; `spark` is None where it has not started."""
        before = getattr(self._here, "part", None)
        self._here.part = part
        self.mark(spark)
        started = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._seconds[part] += time.monotonic() - started
            self._here.part = before
            self.mark(spark)

    def wrote(self, rows: int, size: int) -> None:
        """Add to what this thread works for what was written without Spark: rows, and bytes of files."""
        if part := getattr(self._here, "part", None):
            with self._lock:
                self._wrote[part] = [of + more for of, more in zip(self._wrote[part], (rows, size), strict=True)]

    def mark(self, spark: SparkSession | None) -> None:
        """Tell Spark whom this thread works for; also where Spark started after the work."""
        if spark is not None:
            part = getattr(self._here, "part", None)
            spark.sparkContext.setLocalProperty(GROUP, json.dumps(part) if part else None)  # type: ignore[arg-type]

    def costs(self, spark: SparkSession | None) -> dict[Part, dict[str, Any]]:
        """Return what each part took so far; of more than 1,000 stages Spark forgets the oldest."""
        jobs, stages = ([], []) if spark is None else _remembered(spark)
        part_of: dict[int, Part] = {}
        for job in sorted(jobs, key=lambda job: int(job["jobId"])):
            if group := _part(job.get("jobGroup")):
                # A stage that a later job finds done is the first one's.
                part_of |= {stage: group for stage in job["stageIds"] if stage not in part_of}
        nothing = {**dict.fromkeys(SUMS, 0), "peak_execution_memory_bytes": 0}
        found: dict[Part, dict[str, Any]] = {p: {**nothing, "seconds": seconds} for p, seconds in self._seconds.items()}
        for part, (rows, size) in self._wrote.items():
            if part in found:
                found[part] |= {"rows_written": rows, "bytes_written": size}
        for stage in stages:
            cost = found.get(part_of.get(stage["stageId"]))  # type: ignore[arg-type]
            if cost is None:
                continue
            for column, name in SUMS.items():
                cost[column] += stage[name]
            cost["peak_execution_memory_bytes"] = max(cost["peak_execution_memory_bytes"], stage[PEAK])
        return found


def _part(group: str | None) -> Part | None:
    try:
        said = json.loads(group or "")
    except ValueError:
        return None
    return Part(*said) if isinstance(said, list) and len(said) == len(Part._fields) else None


def _remembered(spark: SparkSession) -> tuple[list[Any], list[Any]]:
    """Return Spark's jobs and stages as its own JSON: asked one by one, each number is a call to Java."""
    java: Any = spark._jvm
    scala: Any = spark.sparkContext._jsc.sc()
    # What has just ended is told to Spark's memory by another thread.
    scala.listenerBus().waitUntilEmpty(BUS_MILLISECONDS)
    store = scala.statusStore()
    mapper = java.com.fasterxml.jackson.databind.ObjectMapper()
    mapper.registerModule(getattr(getattr(java.com.fasterxml.jackson.module.scala, "DefaultScalaModule$"), "MODULE$"))
    none = spark.sparkContext._gateway.new_array(java.double, 0)  # type: ignore[union-attr]
    stages = store.stageList(None, False, False, none, java.java.util.ArrayList())
    return json.loads(mapper.writeValueAsString(store.jobsList(None))), json.loads(mapper.writeValueAsString(stages))


def peaks(spark: SparkSession | None) -> dict[str, int | None]:
    """Return the most memory the driver had: of Python, resident, and of Java's heap, where Java was started."""
    # Linux counts in KiB.
    python = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    if spark is None:
        return {"driver_python_bytes": python, "driver_heap_bytes": None}
    java: Any = spark._jvm
    pools = java.java.lang.management.ManagementFactory.getMemoryPoolMXBeans()
    heap = sum(pool.getPeakUsage().getUsed() for pool in pools if pool.getType().name() == "HEAP")
    return {"driver_python_bytes": python, "driver_heap_bytes": heap}


def record(lake: Lake, run: str, states: Mapping[Part, str]) -> list[dict[str, Any]]:
    """Write what a run took into ops.run_cost and return it: a row for each job of `states` and each of its feeds."""
    if not states:
        return []
    at, peak = datetime.now(UTC), peaks(lake.started)
    rows = [
        {"run_id": run, "job": part.job, "as_of": part.as_of or "", "source_system": part.source or "",
         "state": states[Part(part.job, part.as_of)], "ended_at": at, **cost, **peak}
        for part, cost in lake.meter.costs(lake.started).items()
        if Part(part.job, part.as_of) in states and (part.source is None or cost["tasks"])
    ]  # fmt: skip
    lake.writer.append_rows(ops.RUN_COST, rows, Commit(RECORDER, run, lake.last_n(ops.RUN_COST, RECORDER) + 1))
    return rows
