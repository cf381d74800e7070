"""The Spark session: made here, once per process, and only when a job has work to do."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from py4j.java_gateway import JavaPackage
from pyspark.sql import SparkSession

from conf.settings import Spark
from jobs.runtime import class_archive, jvm, s3
from jobs.runtime.jvm import JvmError

# The checkout, or the zip that spark-submit was given.
ROOT = Path(__file__).resolve().parents[2]

# What every session of the project needs, whatever the settings say.
FIXED = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    # Executors on other machines, and their Python, have the zone of theirs.
    "spark.executorEnv.TZ": "UTC",
    "spark.sql.ansi.enabled": "true",
    # By default a value that only Spark 2 could parse is an error even under try_.
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Dates before 1900 in any file written by any Spark are read as they are written.
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
    # The plan that is written out for a UI nobody opens: in its short form and without columns it takes a tenth of a
    # small job less. Set to 100, `explain` shows them again.
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.debug.maxToStringFields": "0",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

# Says of a session that what it works on is little.
SMALL = "spark.reclamo360.small"

# Short jobs: the first compiler and the serial collector halve them (docs/decisions/0004).
# With one compiler the default code cache is 48 MiB, which one pipeline fills: compilation would stop there.
# A heap and a space of classes that grow from nothing are collected whole each time they do.
SMALL_JVM = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m "
    "-XX:InitialRAMPercentage=5 -XX:NewRatio=1 -XX:MetaspaceSize=400m"
)
# Where there is much to do, what the second compiler makes of it takes a third of the time. It is asked for what is
# called four times as often as by default: planning is not, the work on rows is.
LARGE_JVM = (
    "-XX:+UseParallelGC -XX:ReservedCodeCacheSize=512m -XX:MetaspaceSize=400m "
    "-XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=3000 "
    "-XX:Tier4CompileThreshold=60000 -XX:Tier4BackEdgeThreshold=160000"
)
QUIET = f"-Dlog4j2.configurationFile={f'jar:file:{ROOT}!' if ROOT.is_file() else ROOT}/conf/log4j2.properties"


# Java written and compiled for every plan pays from some hundred thousand rows on; below that it is most of the work
# (docs/decisions/0009).
FOR_SMALL = {
    # Ours: who writes asks for it.
    SMALL: "true",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
}
SMALL_BYTES, FEW_OBJECTS = 64 * 2**20, 10_000
PACKED, PACKED_SUFFIXES = 8, (".gz", ".bz2", ".zip", ".xlsx", ".ods", ".parquet")


def is_small(*folders: str) -> bool:
    """Say whether folders hold, together, so little that compiling a plan costs more than it saves.

    What is packed counts for what may be in it. Files may come and go meanwhile.
    """
    total = 0
    for folder in folders:
        for name, size in _files_of(folder):
            total += unpacked(name, size)
            if total > SMALL_BYTES:
                return False
    return True


def unpacked(name: str, size: int) -> int:
    """Return about how many bytes are in a file of a name and size."""
    return size * (PACKED if name.lower().endswith(PACKED_SUFFIXES) else 1)


def _files_of(folder: str) -> Iterator[tuple[str, int]]:
    if s3.is_address(folder):
        for number, one in enumerate(s3.listed(f"{folder}/", most=FEW_OBJECTS), start=1):
            # So many are not little, whatever is in them, and are not all listed.
            yield one.path, one.size if number < FEW_OBJECTS else SMALL_BYTES + 1
    elif "://" in folder:
        # How much there is in other stores nobody here can tell.
        yield folder, SMALL_BYTES + 1
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            with suppress(OSError):
                yield path.name, path.stat().st_size


def is_submitted() -> bool:
    """Say whether spark-submit began this process: it has started Java then, with its master, memory and jars."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


def is_here(settings: Spark) -> bool:
    """Say whether the settings have Spark work on this machine."""
    return settings.master.startswith("local")


def create(settings: Spark, *, is_small: bool = False, on_s3: bool = False) -> SparkSession:
    """Return the session; start Java 17 with the pinned jars on its class path if none runs yet.

    `is_small`: what is there to be done is too little for code to be generated for it. `on_s3`: part of it lies there.
    Raises JvmError where Java or the jars are missing, and where a cluster is meant without spark-submit.
    """
    if not is_here(settings) and not is_submitted():
        raise JvmError(
            f"spark.master is {settings.master or 'empty'}: a cluster gets its code by spark-submit, which did not "
            "start this process. Submit the command (docs/operations.md, On a cluster), or leave out --env to run it "
            "on this machine"
        )
    # Python shows and reads timestamps in the zone of the machine: let it be the session's.
    os.environ["TZ"] = "UTC"
    time.tzset()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if not is_submitted():
        os.environ["JAVA_HOME"] = str(jvm.find_java())
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        # The Java that only puts together the command of the next one.
        os.environ.setdefault("SPARK_LAUNCHER_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    # Workers import the readers from here, wherever the command was typed.
    os.environ["PYTHONPATH"] = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    builder = SparkSession.builder.appName("reclamo360")
    for key, value in _configuration(settings, is_small=is_small, on_s3=on_s3).items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    _refuse_without_delta(spark)
    return spark


def _refuse_without_delta(spark: SparkSession) -> None:
    """Raise JvmError where Java has no Delta: it would tell so by a class not found, at the first table."""
    java: Any = spark._jvm
    if isinstance(java.io.delta.sql.DeltaSparkSessionExtension, JavaPackage):
        spark.stop()
        raise JvmError(
            "Java has no Delta Lake: give spark-submit its jars, as --jars 'dist/jars/delta/*.jar' "
            "(docs/operations.md, On a cluster)"
        )


def _configuration(settings: Spark, *, is_small: bool, on_s3: bool) -> dict[str, str]:
    values = {
        **FIXED,
        "spark.sql.shuffle.partitions": str(settings.shuffle_partitions),
        "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
        **(FOR_SMALL if is_small else {}),
        **(s3.spark_options() if on_s3 else {}),
    }
    if is_submitted():
        return values | settings.conf
    jars = ",".join(str(path) for path in jvm.jar_paths())
    values |= {
        "spark.master": settings.master,
        "spark.jars": jars,
        "spark.driver.extraClassPath": jars.replace(",", os.pathsep),
        "spark.driver.extraJavaOptions": f"{SMALL_JVM if is_small else LARGE_JVM} {QUIET} {class_archive.options()}",
        "spark.driver.memory": settings.driver_memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.python.daemon.module": "jobs.runtime.python_daemon",
    }
    return values | settings.conf
