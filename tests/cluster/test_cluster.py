"""The package on a cluster whose executors and workers die: the same tables and answers as on one machine."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from jobs.town import write_town
from tests.cluster.standalone import Cluster, cluster, kill
from tests.lakes import differences

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

ROOT = Path(__file__).resolve().parents[2]
LOSING = Path(__file__).with_name("losing.py")
# A snapshot, mails with attachments, and what makes complaints.
FEEDS = ("town_crm_party", "town_crm_case", "town_mail", "town_web")
# A few rows: plans are worth no compiling, and one partition a core is enough.
SMALL = tuple(
    f"--set=spark.conf.spark.{setting}"
    for setting in ("sql.codegen.wholeStage=false", "sql.codegen.factoryMode=NO_CODEGEN", "sql.adaptive.enabled=false",
                    "sql.shuffle.partitions=2", "databricks.delta.snapshotPartitions=1")
)  # fmt: skip
ANSWER = "SELECT * FROM gold.fact_complaint ORDER BY complaint_id"


class Ran(NamedTuple):
    """A lake made here, a lake made on the cluster, and what the run there logged."""

    here: Path
    there: Path
    log: str
    cluster: Cluster


@pytest.fixture(scope="module")
def package() -> Path:
    subprocess.run(["make", "-o", ".venv/.stamp", "-o", ".jars/.stamp", "package"], cwd=ROOT, check=True,
                   capture_output=True)  # fmt: skip
    return ROOT / "dist"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, package: Path) -> Iterator[Ran]:
    place = tmp_path_factory.mktemp("cluster")
    write_town(place, customers=150, days=30, seed=7, noise=0.1)
    sources = [f"--sources={ROOT}/conf/sources/town/{feed}.yaml" for feed in FEEDS]
    words = ["pipeline", f"--inbox={place / 'inbox'}", *sources, "--as-of=2026-03-31"]
    here, there = place / "here", place / "there"
    subprocess.run([sys.executable, "-m", "jobs", *words, f"--lake={here}"], cwd=ROOT, check=True, capture_output=True)
    with cluster(place, package, workers=2) as made:
        for name in ("moments", "gateway"):
            (place / name).mkdir()
        run = made.submit(place / "gateway", *words, f"--lake={there}", "--env=cluster", *SMALL, entry=LOSING,
                          MOMENTS=str(place / "moments"))  # fmt: skip
        lose(run, made, place / "moments")
        # What Python says on either stream comes on spark-submit's stdout, and on its stderr what Java says.
        log = "".join((place / "gateway" / name).read_text() for name in ("out", "log"))
        assert run.returncode == 0, log[-5000:]
        yield Ran(here, there, log, made)


def lose(run: subprocess.Popen[bytes], made: Cluster, moments: Path) -> None:
    """Kill both executors while it lands, and while it refines a worker with all executors, its own and the other's."""
    for moment, lost in (("landing", 0), ("refining", 1)):
        while not (moments / moment).exists():
            assert run.poll() is None, f"the run was over before the loss in {moment}"
            time.sleep(0.05)
        executors = made.executors
        kill(*(worker.pid for worker in made.workers[:lost]), *executors)
        (moments / moment).write_text(f"lost {executors}")
    run.wait(600)


def test_what_is_lost_is_made_again_and_the_tables_are_the_same(ran: Ran) -> None:
    assert differences(str(ran.here), str(ran.there)) == []
    again = [line for line in ran.log.splitlines() if "event=start_again" in line]
    assert [line.partition("job=")[2].split()[0] for line in again] == ["land_files", "refine_complaint"], again


def test_a_query_on_the_cluster_answers_as_one_here(ran: Ran, tmp_path: Path) -> None:
    words = ["query", ANSWER, "--format=csv"]
    here = subprocess.run([sys.executable, "-m", "jobs", *words, f"--lake={ran.here}"], cwd=ROOT, check=True,
                          capture_output=True)  # fmt: skip
    run = ran.cluster.submit(tmp_path, *words, f"--lake={ran.there}", "--env=cluster", *SMALL, ships=True)
    assert run.wait(300) == 0, (tmp_path / "log").read_text()[-5000:]
    assert len(here.stdout.splitlines()) > 3
    assert (tmp_path / "out").read_bytes() == here.stdout
