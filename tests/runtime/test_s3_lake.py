"""A town on S3 beside the same town in a folder, by the command line: the tables are the same, and no secret leaks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from jobs.runtime import objects, s3
from jobs.town import write_town
from tests import lakes
from tests.runtime import buckets
from tests.runtime.buckets import BUCKET, SECRET

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 800
INBOX, LAKE = f"s3://{BUCKET}/town/inbox", f"s3://{BUCKET}/town/lake/"
RUN = ("--sources", "conf/sources/town", "--as-of", "2026-03-31")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with buckets.moto(tmp_path_factory.mktemp("moto")) as endpoint, pytest.MonkeyPatch.context() as patch:
        for name, value in buckets.environment(endpoint).items():
            patch.setenv(name, value)
        yield
    for cached in (s3._session, s3.endpoint, s3._made_client):
        cached.cache_clear()


def jobs(*words: str) -> tuple[str, str]:
    """Run a command, which must not fail; return what it said on stdout and stderr."""
    done = subprocess.run([sys.executable, "-m", "jobs", *words], cwd=ROOT, capture_output=True, text=True,
                          timeout=SECONDS, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout, done.stderr


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("server")
def test_a_town_on_s3_has_the_tables_of_one_in_a_folder(tmp_path: Path) -> None:
    write_town(tmp_path / "town", customers=6, days=5, seed=1, noise=0.1)
    inbox = tmp_path / "town" / "inbox"
    for file in sorted(path for path in inbox.rglob("*") if path.is_file()):
        objects.store(INBOX, str(file.relative_to(inbox)), file.read_bytes())
    # A file's time is that of its upload, so both land from S3.
    here = str(tmp_path / "lake")
    said = [jobs("pipeline", "--lake", here, "--inbox", INBOX, *RUN)]
    result = tmp_path / "result.json"
    said.append(jobs("pipeline", "--lake", LAKE, "--inbox", INBOX, *RUN, "--verbose", "--result", str(result)))
    there = s3.as_spark_names(LAKE).rstrip("/")
    assert lakes.differences(here, there, s3.delta_options(there)) == []
    documents = {one.path.removeprefix(f"{there}/docs/") for one in s3.listed(f"{there}/docs/")}
    assert "index.html" in documents
    assert any(name.startswith("validations/silver/social_mention/") for name in documents)

    mentions, _ = answered = jobs(
        "query", "SELECT mention_id FROM silver.social_mention ORDER BY mention_id", "--lake", LAKE, "--format", "csv"
    )
    known = DeltaTable(f"{here}/silver/social_mention").to_pyarrow_table(columns=["mention_id"]).column(0).to_pylist()
    assert mentions.splitlines() == ["mention_id", *sorted(known)]
    assert len(known) > 5
    tables = jobs("tables", "--lake", LAKE)
    assert "silver.social_mention" in tables[0]
    described = jobs("describe", "silver.social_mention", "--lake", LAKE, "--sources", "conf/sources/town")
    assert "refine_social_mention" in described[0]
    listed = jobs("list", "--lake", LAKE, "--inbox", INBOX, *RUN)
    assert "current" in listed[0]
    said += [answered, tables, described, listed]

    assert SECRET not in str(said) + result.read_text()
    for one in s3.listed(f"{there}/"):
        with objects.open_binary(one.path) as content:
            assert SECRET.encode() not in content.read(), one.path
