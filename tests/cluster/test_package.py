"""What `make package` builds, where there is nothing of the checkout, and commands that are meant for spark-submit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conf.source import load_sources
from jobs.runtime import registry
from tests.cluster.standalone import spark_home
from tests.runtime.feeds import CASES, cases

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 240
CODES = """
import json, sys
from pathlib import Path
from conf.source import load_sources
from jobs.runtime import registry
print(registry.__file__)
print(json.dumps({job.name: job.code for job in registry.load(load_sources((Path(sys.argv[1]),)))}))
"""


@pytest.fixture(scope="module")
def code() -> Path:
    """The packages in a zip."""
    subprocess.run(["make", "-o", ".venv/.stamp", "dist/reclamo360.zip"], cwd=ROOT, check=True, capture_output=True)
    return ROOT / "dist" / "reclamo360.zip"


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """An inbox with one file of a feed, and the feed's description."""
    for name, text in (
        ("sources/cases.yaml", CASES),
        ("inbox/cases.csv", cases("1,card,received,2026-01-02,10.00,2026-01-03 10:00")),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return tmp_path


def run(here: Path, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], cwd=here, env={**os.environ, **more}, capture_output=True, text=True,
                          timeout=SECONDS, check=False)  # fmt: skip


def test_jobs_have_the_same_code_in_the_package_and_in_the_checkout(code: Path, company: Path) -> None:
    done = run(company, sys.executable, "-c", CODES, company / "sources", PYTHONPATH=str(code))
    assert done.returncode == 0, done.stderr
    place, codes = done.stdout.splitlines()
    assert place.startswith(f"{code}/")
    assert json.loads(codes) == {job.name: job.code for job in registry.load(load_sources((company / "sources",)))}


def test_a_run_for_a_cluster_that_was_not_submitted_says_so(company: Path) -> None:
    words = ["run", "land_files", f"--lake={company / 'lake'}", f"--inbox={company / 'inbox'}"]
    done = run(ROOT, sys.executable, "-m", "jobs", *words, f"--sources={company / 'sources'}", "--env=cluster")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("spark.master is empty: a cluster gets its code by spark-submit")
    assert not (company / "lake" / "bronze").exists()


def test_check_looks_at_a_cluster_s_settings_on_this_machine(company: Path) -> None:
    words = ["--env=cluster", f"--lake={company / 'lake'}", f"--sources={company / 'nowhere'}"]
    done = run(ROOT, sys.executable, "-m", "jobs", "check", *words)
    assert "! master: a cluster, spark-submit gives it" in done.stdout
    assert "1 problem found" in done.stderr, done.stderr


@pytest.mark.slow
def test_the_package_runs_without_a_cluster_too(code: Path, company: Path) -> None:
    words = ["run", "land_files", "refine_complaint", "--lake=lake", "--inbox=inbox", "--sources=sources"]
    jars = os.environ.get("RECLAMO360_JARS", str(ROOT / ".jars"))
    done = run(company, sys.executable, "-m", "jobs", *words, PYTHONPATH=str(code), RECLAMO360_JARS=jars)
    assert done.returncode == 0, done.stderr
    assert "silver.complaint=1" in done.stderr


@pytest.mark.slow
def test_a_submitted_run_without_delta_says_which_jars_to_give(code: Path, company: Path) -> None:
    submit: list[str | Path] = [spark_home() / "bin" / "spark-submit", "--master", "local[1]", "--py-files", code]
    words = ["query", "SELECT 1", "--env=cluster"]
    done = run(company, *submit, ROOT / "jobs" / "__main__.py", *words, PYSPARK_PYTHON=sys.executable)
    assert done.returncode == 2, done.stderr
    assert "--jars 'dist/jars/delta/*.jar'" in done.stderr
    assert "Traceback" not in done.stderr
