"""The archive of Java classes that a session on this machine starts from.

Spark and Delta load some twenty thousand classes before their first write; read and verified one by one from jars they
take a quarter of a short command. `make setup` runs a short pipeline and has Java write down what it loaded. An
archive is of one Java, one set of jars and one place: where any of them is another, classes come from the jars.
"""

from __future__ import annotations

import hashlib
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
    """Write the archive, unless it is there."""
    path = _path()
    if path.is_file():
        return
    print("Java classes: writing down those of a short run, half a minute the first time")
    for old in path.parent.glob("classes-*.jsa"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / path.name
        _run_pipeline(Path(scratch), made)
        if made.is_file():
            # Not a rename: the scratch folder may be on another disk. Nothing reads it before it has its name.
            partial = path.with_suffix(".partial")
            partial.write_bytes(made.read_bytes())
            partial.rename(path)


def _path() -> Path:
    home = jvm.find_java()
    parts = [str(home), str((home / "release").read_text()) if (home / "release").is_file() else "", sys.prefix]
    parts += [str(path) for path in jvm.jar_paths()]
    return jvm.jar_paths()[0].parents[1] / f"classes-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}.jsa"


def _run_pipeline(scratch: Path, made: Path) -> None:
    """Land and refine a little in a session that writes the archive as it ends."""
    from pyspark import SparkContext

    from jobs.runtime import session
    from jobs.runtime.cli import app

    options = f"{session.LOCAL_JVM} {session.QUIET} -XX:ArchiveClassesAtExit={made} -Xlog:disable"
    sources = [f"--sources={session.ROOT / 'conf' / 'sources' / 'town' / feed}.yaml" for feed in FEEDS]
    with Path(os.devnull).open("w") as nowhere:
        said, sys.stdout, sys.stderr = (sys.stdout, sys.stderr), nowhere, nowhere
        try:
            app(["town", f"--out={scratch}", "--customers=20", "--days=5", "--seed=1"], standalone_mode=False)
            app(
                ["pipeline", f"--lake={scratch / 'lake'}", f"--inbox={scratch / 'inbox'}", *sources,
                 f"--until={LAST_JOB}", f"--set=spark.conf.spark.driver.extraJavaOptions={options}"],
                standalone_mode=False,
            )  # fmt: skip
        finally:
            sys.stdout, sys.stderr = said
    spark = SparkContext._active_spark_context
    assert spark is not None, "the pipeline started no session"
    gateway: Any = spark._gateway
    spark.stop()
    # Java ends, and writes, when what it hears ends.
    gateway.proc.stdin.close()
    gateway.proc.wait()


if __name__ == "__main__":
    make()
