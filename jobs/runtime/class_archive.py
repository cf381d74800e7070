"""The archive of Java classes that a session on this machine starts from.

Spark and Delta load some twenty thousand classes before their first write; read and verified one by one from jars they
take a quarter of a short command. `make setup` runs a short pipeline and has Java write down what it loaded. An
archive is of one Java, one set of jars and one place: where any of them is another, classes come from the jars.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from jobs.runtime import jvm

# What is landed and refined for it: enough to meet most classes, little enough to be waited for.
FEEDS, LAST_JOB = ("town_crm_case", "town_crm_party"), "refine_complaint_status_history"


def options() -> str:
    """Return the options by which Java takes the archive, should there be one for it."""
    path = _path()
    return f"-XX:SharedArchiveFile={path} -Xlog:disable" if path.is_file() else ""


def make() -> None:
    """Write the archive, unless it is there; raise RuntimeError where none came out."""
    path = _path()
    if path.is_file():
        return
    print("Java classes: writing down those of a short run, half a minute the first time")
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / path.name
        _run_pipeline(Path(scratch), made)
        if not made.is_file():
            raise RuntimeError("Java wrote no archive")
        # Not a rename: the scratch folder may be on another disk. Nothing reads it before it has its name.
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(made.read_bytes())
        partial.rename(path)
    for old in path.parent.glob("classes-*.jsa"):
        if old != path:
            old.unlink()


def _path() -> Path:
    home, ours = jvm.find_java(), jvm.jar_paths()
    release = home / "release"
    parts = [str(home), release.read_text() if release.is_file() else "", sys.prefix]
    spark = importlib.util.find_spec("pyspark")
    sparks = Path(str(spark.origin)).parent.glob("jars/*.jar") if spark else ()
    # As Java does, which refuses an archive of jars that were written anew.
    for jar in (*ours, *sorted(sparks)):
        stat = jar.stat()
        parts.append(f"{jar} {stat.st_size} {stat.st_mtime_ns}")
    return ours[0].parents[1] / f"classes-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}.jsa"


def _run_pipeline(scratch: Path, made: Path) -> None:
    """Land and refine a little in a session that writes the archive as it ends."""
    from pyspark import SparkContext

    from jobs.runtime import session
    from jobs.runtime.cli import app

    options = f"{session.SMALL_JVM} {session.QUIET} -XX:ArchiveClassesAtExit={made} -Xlog:disable"
    sources = [f"--sources={session.ROOT / 'conf' / 'sources' / 'town' / feed}.yaml" for feed in FEEDS]
    with Path(os.devnull).open("w") as nowhere:
        said, sys.stdout, sys.stderr = (sys.stdout, sys.stderr), nowhere, nowhere
        try:
            app(["town", f"--out={scratch}", "--customers=20", "--days=5", "--seed=1"], standalone_mode=False)
            code = app(
                ["pipeline", f"--lake={scratch / 'lake'}", f"--inbox={scratch / 'inbox'}", *sources,
                 f"--until={LAST_JOB}", f"--set=spark.conf.spark.driver.extraJavaOptions={options}"],
                standalone_mode=False,
            )  # fmt: skip
        finally:
            sys.stdout, sys.stderr = said
    if code:
        raise RuntimeError(f"the run for it ended with exit code {code}")
    spark = SparkContext._active_spark_context
    assert spark is not None, "the pipeline started no session"
    gateway: Any = spark._gateway
    spark.stop()
    # Java ends, and writes, when what it hears ends.
    gateway.proc.stdin.close()
    gateway.proc.wait()


if __name__ == "__main__":
    make()
