"""Files, the lease and failures on S3, through the doors that everything else takes."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from conf import settings
from conf.settings import SettingsError
from conf.tables import ops
from jobs.runtime import errors, lease, objects, s3, session
from jobs.runtime.lake import Lake, LakeError
from tests.runtime import buckets
from tests.runtime.buckets import BUCKET, SECRET

ROOT = Path(__file__).resolve().parents[2]
ROOT_OF_ALL = f"s3a://{BUCKET}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with buckets.moto(tmp_path_factory.mktemp("moto")) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    with buckets.refusing() as endpoint:
        yield endpoint


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Have this process ask another S3, as a new process would with such an environment."""
    cached = (s3._session, s3.endpoint, s3._made_client)

    def there(endpoint: str, **changed: str | None) -> None:
        for name, value in (buckets.environment(endpoint) | changed).items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
        for one in cached:
            one.cache_clear()

    yield there
    for one in cached:
        one.cache_clear()


@pytest.fixture
def bucket(server: str, use: Callable[..., None]) -> str:
    """An S3 of moto; every test has a prefix of its own."""
    use(server)
    return ROOT_OF_ALL


# ---- files

NAMES = ("cases-1.csv", "cases-2.csv", "cases.tmp", "_cases.csv", ".cases.csv", "old/cases-3.csv", "old/er/cases-4.csv",
         ".old/cases-5.csv", "old/.er/cases-6.csv", "caso[1].csv", "other.csv")  # fmt: skip
PATTERNS = ("cases*", "*.csv", "**/*.csv", "old/**", "old/*/cases-4.csv", "**/cases-[13].csv", "cases-1.csv",
            "caso[[]*", "c?ses-1.csv", "none*", ".old/*")  # fmt: skip


def test_a_pattern_finds_on_s3_what_it_finds_in_a_folder(tmp_path: Path, bucket: str) -> None:
    for name in NAMES:
        objects.store(f"{bucket}/find", name, b"x" * len(name))
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * len(name))
    for pattern in PATTERNS:
        here = [(f.name, f.size) for f in objects.find(f"{tmp_path}/{pattern}", str(tmp_path))]
        there = [(f.name, f.size) for f in objects.find(f"{bucket}/find/{pattern}", f"{bucket}/find")]
        assert there == here, pattern
    assert {f.time.tzname() for f in objects.find(f"{bucket}/find/*", bucket)} == {"UTC"}
    assert objects.is_folder(f"{bucket}/find/old")
    assert not objects.is_folder(f"{bucket}/find/ol")


def test_content_is_stored_once_and_read_back(bucket: str) -> None:
    media = f"{bucket}/media"
    name, size = objects.store_stream(media, iter([b"one", b"two"]))
    # The sha256 of "onetwo".
    assert (name, size) == ("25b6746d5172ed6352966a013d93ac846e1110d5a25e8f183b5931f4688842a1", 6)
    with objects.open_binary(f"{media}/{name}") as content:
        assert content.peek(3)[:3] == b"one"
        assert content.seek(-2, 2) == 4
        assert content.read() == b"wo"
    # What is there by its content is not written again: this one would show.
    objects.store(media, name, b"ONETWO")
    with objects.open_binary(f"{media}/{name}") as content:
        assert content.read() == b"onetwo"


def test_a_stream_that_breaks_off_leaves_nothing(bucket: str) -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise ValueError("gone")

    with pytest.raises(ValueError, match="gone"):
        objects.store_stream(f"{bucket}/broken", broken())
    assert not objects.is_folder(f"{bucket}/broken")


def test_a_folder_is_worked_on_as_a_copy_and_what_changed_goes_up(bucket: str) -> None:
    docs = f"{bucket}/docs"
    for name in ("index.html", "old.html", "same/page.html"):
        objects.store(docs, name, name.encode())
    before = {one.path: one.time for one in s3.listed(f"{docs}/same")}
    time.sleep(1)
    with objects.folder(docs) as folder:
        assert (folder / "same" / "page.html").read_text() == "same/page.html"
        (folder / "index.html").write_text("new")
        (folder / "old.html").unlink()
    with objects.folder(docs) as folder:
        assert {str(p.relative_to(folder)) for p in folder.rglob("*.html")} == {"index.html", "same/page.html"}
        assert (folder / "index.html").read_text() == "new"
    assert {one.path: one.time for one in s3.listed(f"{docs}/same")} == before


def test_a_small_lake_on_s3_is_known_for_one(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        objects.store(f"{bucket}/small", name, b"x" * 1000)
    assert session.is_small(f"{bucket}/small", str(tmp_path))
    monkeypatch.setattr(session, "SMALL_BYTES", 2999)
    assert not session.is_small(f"{bucket}/small", str(tmp_path))
    monkeypatch.setattr(session, "SMALL_BYTES", 3000)
    monkeypatch.setattr(session, "FEW_OBJECTS", 3)
    assert not session.is_small(f"{bucket}/small", str(tmp_path))


# ---- the lease

HOLDER = """
import sys, time
from jobs.runtime import lease
with lease.hold(sys.argv[1], 0, 4):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(bucket: str, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """Another driver, which holds a lake of the test's own for four seconds at a time."""
    lake = f"{bucket}/{request.node.name}"
    process = subprocess.Popen([sys.executable, "-c", HOLDER, lake], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_driver_says_who_holds_a_lake_on_s3_and_takes_it_over_when_that_one_was_killed(
    bucket: str, holder: subprocess.Popen[str], request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    lake = f"{bucket}/{request.node.name}"
    with (
        # Past its time, as its holder renews it.
        pytest.raises(lease.LakeBusyError, match=rf"process {holder.pid} on .* since .* UTC; .*lock_wait_seconds=600"),
        lease.hold(lake, 6.5),
    ):
        pytest.fail("two hold it")
    holder.send_signal(signal.SIGKILL)
    with caplog.at_level(logging.WARNING), lease.hold(lake, 60) as held:
        held.refuse_when_lost()
    assert f"held_by='process {holder.pid} on " in caplog.text


def test_who_lost_the_lake_commits_nothing_more_and_says_who_has_it(bucket: str) -> None:
    stopped: list[bool] = []
    lake = Lake(f"{bucket}/lost", lambda: pytest.fail("no Spark is needed to lose a lake"))
    with lease.hold(lake.root, 0, 4) as held:
        lake.hold(held)
        held.when_lost(lambda: stopped.append(True))
        lake.refuse_to_commit()
        seen = s3.look(f"{lake.root}/.lease")
        assert seen is not None
        other = {"who": "process 7 on elsewhere", "id": "7", "since": "2026-01-01", "seconds": 60}
        assert s3.put_if(f"{lake.root}/.lease", json.dumps(other).encode(), seen.tag)
        end = time.monotonic() + 10
        while not stopped and time.monotonic() < end:
            time.sleep(0.05)
        assert stopped == [True]
        with pytest.raises(lease.LeaseLostError, match=r"process 7 on elsewhere has it since .*lease_seconds=300"):
            lake.refuse_to_commit()
    # Nor does it give back what is another's.
    seen = s3.look(f"{lake.root}/.lease")
    assert seen is not None
    assert json.loads(seen.content) == other


def test_a_lease_that_cannot_be_renewed_is_lost_before_its_time_is_over(
    server: str, bucket: str, use: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "TRIES", 1)
    with lease.hold(f"{bucket}/cut-off", 0, 4) as held:
        taken = time.monotonic()
        held.refuse_when_lost()
        use("http://127.0.0.1:9")
        while time.monotonic() < taken + 3.1:
            time.sleep(0.1)
        with pytest.raises(lease.LeaseLostError, match=r"not renewed for 3 seconds"):
            held.refuse_when_lost()
    use(server)
    seen = s3.look(f"{bucket}/cut-off/.lease")
    assert seen is not None
    assert json.loads(seen.content)["seconds"] == 4


def test_of_many_that_want_a_lake_one_has_it(bucket: str) -> None:
    """Each adds one to a number that it reads before: together they would lose some."""
    code = """
import sys, time
from jobs.runtime import lease, s3
root = sys.argv[1]
for _ in range(4):
    with lease.hold(root, 60, 20):
        seen = s3.look(root + "/number")
        time.sleep(0.02)
        s3.remove(root + "/number")
        assert s3.put_if(root + "/number", str(int(seen.content) + 1 if seen else 1).encode(), None)
"""
    workers = [subprocess.Popen([sys.executable, "-c", code, f"{bucket}/many"], cwd=ROOT) for _ in range(3)]
    assert [worker.wait(100) for worker in workers] == [0, 0, 0]
    seen = s3.look(f"{bucket}/many/number")
    assert seen is not None
    assert seen.content == b"12"


# ---- what fails

SAID = {
    "no-bucket": "there is no such bucket",
    "wrong-key": "the credentials were refused",
    "wrong-secret": "the credentials were refused",
    "denied": "access was denied; the login needs s3:ListBucket",
    "throttled": "S3 asks for fewer requests",
    "elsewhere": "the bucket lies in another region; set AWS_REGION",
}
# What a client can tell that asks without wanting the answer's body.
SAID_OF_HEAD = {
    "wrong-key": "access was denied; ",
    "wrong-secret": "access was denied; ",
    "elsewhere": "AWS_REGION may not be that of the bucket",
}


def by_boto3(address: str, _: SparkSession) -> None:
    list(objects.find(f"{address}/inbox/*.csv", f"{address}/inbox"))


def by_the_lease(address: str, _: SparkSession) -> None:
    with lease.hold(f"{address}/lake", 0):
        pass


def by_deltalake(address: str, _: SparkSession) -> None:
    Lake(f"{address}/lake", lambda: pytest.fail("no Spark is needed to read a log")).versions(ops.BATCH_RUN)


def by_spark(address: str, spark: SparkSession) -> None:
    told: Any = spark._jsc
    name = address.removeprefix("s3a://")
    options = s3.spark_options() | {"access.key": "AKIAIOSFODNN7EXAMPLE", "secret.key": SECRET,
                                    "retry.throttle.limit": "1", "retry.limit": "1", "attempts.maximum": "1",
                                    "connection.timeout": "1000"}  # fmt: skip
    options = {key: value for key, value in options.items() if not key.startswith("spark.executorEnv.")}
    for key, value in options.items():
        told.hadoopConfiguration().set(f"fs.s3a.bucket.{name}.{key.removeprefix('spark.hadoop.fs.s3a.')}", value)
    spark.read.parquet(f"{address}/lake/silver/complaint").count()


@pytest.mark.parametrize("ask", [by_boto3, by_the_lease, by_deltalake, by_spark])
@pytest.mark.parametrize("address", [f"s3a://{name}" for name in SAID])
def test_every_client_says_in_one_paragraph_what_s3_refused(
    address: str, ask: Callable[[str, SparkSession], None], refusing: str, use: Callable[..., None],
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(s3, "TRIES", 2)
    use(refusing)
    # Each client has errors of its own.
    with pytest.raises(Exception) as raised:  # noqa: PT011
        ask(address, spark)
    said = errors.said(raised.value)
    bucket = address.removeprefix("s3a://")
    assert (SAID_OF_HEAD if ask is by_spark else SAID).get(bucket, SAID[bucket]) in said
    assert "\n" not in said
    assert SECRET not in said


@pytest.mark.parametrize("ask", [by_boto3, by_deltalake, by_spark])
@pytest.mark.parametrize("is_silent", [True, False], ids=["silent", "unreachable"])
def test_every_client_says_that_s3_does_not_answer(
    ask: Callable[[str, SparkSession], None], is_silent: bool, refusing: str, use: Callable[..., None],
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for patience in ("TRIES", "CONNECT_SECONDS", "READ_SECONDS", "LEASE_READ_SECONDS"):
        monkeypatch.setattr(s3, patience, 1)
    use(refusing if is_silent else "http://127.0.0.1:9")
    # Each client has errors of its own.
    with pytest.raises(Exception) as raised:  # noqa: PT011
        ask(f"s3a://{buckets.SILENT}" if is_silent else "s3a://unreachable", spark)
    assert "S3 does not answer; look at the network, at AWS_ENDPOINT_URL_S3" in errors.said(raised.value)


@pytest.mark.parametrize("ask", [by_boto3, by_the_lease, by_deltalake])
def test_without_credentials_it_says_where_they_are_looked_for(
    ask: Callable[[str, SparkSession], None], refusing: str, use: Callable[..., None], spark: SparkSession
) -> None:
    use(refusing, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    with pytest.raises(LakeError, match="no AWS credentials were found; set AWS_ACCESS_KEY_ID"):
        ask("s3a://denied", spark)


def test_a_profile_leads_all_clients_to_one_place_and_gives_spark_no_credentials(
    tmp_path: Path, use: Callable[..., None]
) -> None:
    (tmp_path / "config").write_text("[profile shop]\nregion = eu-west-1\nendpoint_url = https://s3.example:9000/\n")
    (tmp_path / "credentials").write_text(f"[shop]\naws_access_key_id = AKIASHOP\naws_secret_access_key = {SECRET}\n")
    none = dict.fromkeys(("AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    use("", AWS_PROFILE="shop", AWS_CONFIG_FILE=str(tmp_path / "config"),
        AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "credentials"), **none)  # fmt: skip
    delta = s3.delta_options("s3a://lakes/lake")
    assert delta is not None
    assert (delta["AWS_ENDPOINT_URL"], delta["AWS_REGION"]) == ("https://s3.example:9000", "eu-west-1")
    assert (delta["AWS_ACCESS_KEY_ID"], delta["AWS_SECRET_ACCESS_KEY"]) == ("AKIASHOP", SECRET)
    spark = s3.spark_options()
    assert spark["spark.hadoop.fs.s3a.endpoint"] == "https://s3.example:9000"
    assert spark["spark.hadoop.fs.s3a.endpoint.region"] == "eu-west-1"
    assert "AKIASHOP" not in str(spark)
    assert SECRET not in str(spark)


def test_a_misspelt_profile_endpoint_or_address_is_said_as_such(use: Callable[..., None]) -> None:
    use("http://127.0.0.1:9", AWS_PROFILE="shpo")
    with pytest.raises(LakeError, match=r"AWS: no AWS credentials were found; .*AWS_PROFILE"):
        s3.delta_options("s3a://lakes/lake")
    use("localhost:9000", AWS_PROFILE=None)
    with pytest.raises(LakeError, match=r"the endpoint of S3 is localhost:9000: expected http://"):
        s3.delta_options("s3a://lakes/lake")
    for address in ("s3:/lakes/lake", "s3://", "s3a:///lake", "s3:lakes"):
        with pytest.raises(SettingsError, match=r"lake: .*expected s3://BUCKET/PREFIX"):
            settings.load("local", date(2026, 1, 1), [f"lake={address}"])
    assert settings.load("local", date(2026, 1, 1), ["lake=s3://lakes/x/"]).lake == "s3a://lakes/x"


# ---- the command line


def test_a_run_says_that_there_is_no_bucket(bucket: str) -> None:
    command = [sys.executable, "-m", "jobs", "run", "build_taxonomy", "--lake", "s3://no-such-bucket/lake/"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "s3a://no-such-bucket/lake/.lease: there is no such bucket; make it, or correct the address"
    ]
