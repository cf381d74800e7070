"""What lands from databases and from Delta tables of others: what is news, each version once, and no secret."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from conf import secret
from conf.source import Source, SourceError, load_source
from conf.tables import ALL
from jobs.runtime import databases, ledger, pipeline, relations
from jobs.runtime.lake import LakeError
from jobs.runtime.landing import FeedError
from tests.conftest import Company
from tests.runtime import postgres
from tests.runtime.feeds import CASES, cases
from tests.runtime.postgres import PASSWORD, USER, Postgres

# They start a PostgreSQL, and stop it.
pytestmark = pytest.mark.slow
COLUMNS = """
columns:
  id: string
  product: string
  state: string
  amount: {decimal: '18,2'}
  updated: timestamp
record_key: id
gives:
  silver.complaint:
    complaint_id: "concat(key_space, ':', id)"
    kind: "'complaint'"
    product: product
    status: state
    received_at: updated
    amount_claimed: amount
    currency: "'PEN'"
"""
TABLE = """
create table crm.cases (id bigint primary key, product text, state text, amount numeric, updated timestamptz,
                        tags int[], gone boolean, raw jsonb, local timestamp, day date, "a `day`" time)
"""
ROWS = """
insert into crm.cases (id, product, state, amount, updated)
select n, 'cr\u00e9dito ' || n, 'received', n + 0.50, '2026-01-01 00:00:00+00'::timestamptz + n * interval '1 minute'
from generate_series({}, {}) n
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    found = postgres.programs()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql brings one; the tests start it themselves")
    with postgres.server(found) as made:
        yield made


@pytest.fixture
def database(server: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Postgres:
    """A server with an empty schema `crm`, and its login where descriptions say that it is."""
    monkeypatch.setenv("CRM_PASSWORD", PASSWORD)
    (tmp_path / "crm_user").write_text(USER + "\n")
    server.run("drop schema if exists crm cascade", "create schema crm")
    return server


def feed(read: str, *, name: str = "crm_cases", delivery: str = "upsert", columns: str = COLUMNS) -> str:
    head = f"source: {name}\nkey_space: crm\nlands_in: bronze.crm_case\ndelivery: {delivery}\n"
    return f"{head}read: {{{read}}}{columns}"


def of(database: Postgres, folder: Path, more: str = "table: crm.cases, watermark: updated") -> str:
    login = f'user: "${{file:{folder}/crm_user}}", password: "${{env:CRM_PASSWORD}}"'
    return f'format: jdbc, url: "{database.url}", {login}, {more}'


def landed(company: Company, where: str = "true") -> list[tuple[Any, ...]]:
    """What landed, oldest first: key, state in the payload, whether it is a tombstone."""
    rows = company.lake.read(ALL["bronze.crm_case"]).where(where)
    state = F.get_json_object("payload", "$.state")
    return [tuple(row) for row in rows.orderBy("_ingested_at", "_record_key")
            .select("_record_key", state, "_is_deleted").collect()]  # fmt: skip


def marks(company: Company) -> list[str]:
    """The watermarks that the commits carry, newest first."""
    versions = company.lake.versions(ALL["bronze.crm_case"])
    return [v.commit["extra"]["watermark"]["newest"] for v in versions if "watermark" in v.commit.get("extra", {})]


def run(company: Company, *jobs: str) -> None:
    outcomes = company.run("land_files", *jobs)
    assert [outcome.error for outcome in outcomes.values() if outcome.error] == []


def nothing_lands(company: Company) -> bool:
    before = company.versions()
    run(company)
    return company.versions() == before


def files_with(folder: Path, *secrets: str) -> list[str]:
    """The files below a folder that have one of the texts in them."""
    wanted = [text.encode() for text in secrets]
    return [str(p) for p in folder.rglob("*") if p.is_file() and any(s in p.read_bytes() for s in wanted)]


# -- A database ----------------------------------------------------------------------------------------------------


def test_what_changes_in_a_database_lands_once(
    company: Company, database: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="reclamo360")
    database.run(TABLE, ROWS.format(1, 2000))
    database.run("""insert into crm.cases values
        (0, E'"a"\\n\\\\', null, 12345678901234567890.120, null, '{1,null}', true, '{"n": 1.50}',
         '2026-01-02 03:04:05.1', 'infinity', '10:30')""")
    more = "table: crm.cases, watermark: updated, partition_by: ID, partitions: 3, fetch_rows: 100"
    company.source(feed(of(database, company.folder, more)))
    run(company)
    assert len(landed(company)) == 2001
    asked = re.findall(r'execute (?!fetch).* OR "id" IS NULL\)', database.log)
    assert len(asked) == 1, "rows are asked for once"
    bronze = company.lake.read(ALL["bronze.crm_case"])
    positions = [row[0] for row in bronze.select("_position").collect()]
    assert len(set(positions)) == 2001
    assert min(positions) > 0
    (row,) = bronze.where("_record_key = '0'").collect()
    assert (row["_source_object"], row["_known_at"]) == ("crm.cases", row["_ingested_at"])
    assert json.loads(row["payload"]) == {
        "id": "0", "product": '"a"\n\\', "state": None, "amount": "12345678901234567890.120", "updated": None,
        "tags": ["1", None], "gone": True, "raw": '{"n": 1.50}', "local": "2026-01-02T03:04:05.1", "day": "infinity",
        "a `day`": "10:30:00",
    }  # fmt: skip
    (row,) = bronze.where("_record_key = '7'").collect()
    assert json.loads(row["payload"])["updated"] == "2026-01-01T00:07:00Z"
    (known,) = company.lake.rows(ALL["ops.ingest_file"])
    assert (known["path"], known["status"], known["record_count"]) == ("crm.cases", "landed", 2001)
    assert marks(company) == ["2026-01-02T09:20:00.000000"]
    assert nothing_lands(company)
    assert """WHERE ("updated" >= '2026-01-02 08:20:00.000000+00' OR "updated" IS NULL) AND""" in database.log

    database.run(
        "update crm.cases set state = 'closed', updated = '2026-01-02 10:00+00' where id = 1",
        # Stamped before the newest row, committed after it was read; one too late; one that is always read.
        "insert into crm.cases (id, state, updated) values (3000, 'late', '2026-01-02 08:30+00')",
        "insert into crm.cases (id, state, updated) values (4000, 'too late', '2026-01-02 08:10+00')",
        "update crm.cases set state = 'unstamped' where id = 0",
        # A stamp far ahead hides nothing that comes after it.
        "insert into crm.cases (id, state, updated) values (5000, 'ahead', '9999-01-01')",
    )
    run(company)
    assert landed(company)[2001:] == [
        ("0", "unstamped", False), ("1", "closed", False), ("3000", "late", False), ("5000", "ahead", False)
    ]  # fmt: skip
    assert marks(company)[0] < datetime.now(UTC).isoformat()
    assert nothing_lands(company)
    database.run("update crm.cases set state = 'received', updated = '2026-01-01 00:01+00' where id = 1",
                 "update crm.cases set state = null where id = 0")  # fmt: skip
    run(company)
    assert [state for key, state, _ in landed(company) if key == "0"] == [None, "unstamped", None]
    assert files_with(company.folder / "lake", PASSWORD, "CRM_PASSWORD", USER) == []
    assert not re.search(f"{re.escape(PASSWORD)}|{USER}", caplog.text)


def test_a_relation_read_whole_deletes_what_it_lacks(
    company: Company, database: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    database.run(TABLE, ROWS.format(1, 5))
    query = "query: 'select * from crm.cases where id < 100;'"
    company.source(feed(of(database, company.folder, query), delivery="snapshot"))
    run(company)
    assert nothing_lands(company)
    database.run("delete from crm.cases where id = 5", "update crm.cases set state = 'closed' where id = 1")
    run(company)
    assert landed(company)[5:] == [("1", "closed", False), ("5", None, True)]
    assert nothing_lands(company)
    # Back as it was, it is there again from now on.
    database.run(ROWS.format(5, 5))
    run(company)
    assert landed(company)[7:] == [("5", "received", False)]
    newest = company.lake.read(ALL["bronze.crm_case"]).where("_record_key = '5'").orderBy(F.desc("_known_at")).first()
    assert newest is not None
    assert newest["_source_object"] == "crm_cases"
    assert not newest["_is_deleted"]
    database.run("delete from crm.cases where id > 1", "update crm.cases set state = 'open'")
    run(company)
    assert landed(company)[8:] == [("1", "open", False)]
    rows = sorted(company.lake.rows(ALL["ops.ingest_file"]), key=lambda r: r["seen_at"])
    assert [row["is_complete"] for row in rows] == [True, True, True, False]
    assert "1 records after 5, less than max_shrink allows: no deletions" in rows[-1]["reason"]
    database.run("delete from crm.cases")
    assert nothing_lands(company)
    assert "no record in it: no deletions are made from it" in caplog.text


def test_a_database_that_goes_down_loses_and_doubles_nothing(
    company: Company, database: Postgres, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="reclamo360")
    database.run(TABLE, ROWS.format(1, 40))
    # The second of two parts takes its time.
    slow = "query: 'select *, case when id > 20 then pg_sleep(0.1)::text end as waited from crm.cases'"
    more = f"{slow}, watermark: updated, partition_by: id, partitions: 2, fetch_rows: 1"
    company.source(feed(of(database, company.folder, more)))
    company.source(CASES, "cases").deliver("cases1.csv", cases("1,card,received,2026-01-02,10.00,2026-01-02 09:00"))
    stopping = threading.Thread(target=_stop_when_asked, args=[database, r'FROM \(select .* "id" >= 21'])
    stopping.start()
    errors: list[LakeError] = []
    for _ in range(3):
        before = company.versions()
        error = company.run("land_files")["land_files"].error
        assert isinstance(error, FeedError)
        errors.append(error)
    stopping.join()
    # The third run failed as the second did, which is known.
    assert company.versions() == before
    assert [key for key, _, _ in landed(company)] == ["1"]
    said = "crm_cases cannot be read: the database says: [^\n]+; nothing of it landed, the next run reads it"
    assert re.fullmatch(f"crm_cases: {said}", str(errors[0]))
    assert re.search("Connection to 127.0.0.1:[0-9]+ refused", str(errors[1]))
    failed = [row for row in company.lake.rows(ALL["ops.ingest_file"]) if row["status"] == "failed"]
    assert len(failed) == 2
    database.start()
    database.run("update crm.cases set state = 'closed', updated = now() where id = 1")
    run(company)
    states = [(key, state) for key, state, _ in landed(company, "_source_system = 'crm_cases'")]
    assert sorted(states) == sorted((str(n), "closed" if n == 1 else "received") for n in range(1, 41))
    assert nothing_lands(company)
    assert files_with(company.folder / "lake", PASSWORD, USER) == []
    said = caplog.text + "".join(map(str, errors)) + "".join(capfd.readouterr())
    assert PASSWORD not in said
    assert USER not in said


def _stop_when_asked(database: Postgres, asked: str) -> None:
    end = time.monotonic() + 120
    while not re.search(asked, database.log) and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    database.stop()


def test_the_ledger_says_how_a_relation_is_now(company: Company, database: Postgres) -> None:
    database.run(TABLE, ROWS.format(1, 2))
    company.source(feed(of(database, company.folder)))

    def said(*, fails: bool) -> list[tuple[Any, ...]]:
        assert (company.run("land_files")["land_files"].error is not None) == fails
        known = sorted(company.lake.rows(ALL["ops.ingest_file"]), key=lambda row: (row["seen_at"], row["file_time"]))
        return [(row["status"], row["record_count"]) for row in known]

    away, back = "alter table crm.cases rename to away", "alter table crm.away rename to cases"
    first: list[tuple[Any, ...]] = [("landed", 2)]
    assert said(fails=False) == first
    database.run(away)
    assert said(fails=True) == said(fails=True) == [*first, ("failed", None)]
    database.run(back)
    assert said(fails=False) == [*first, ("failed", None), ("landed", 0)]
    assert nothing_lands(company)
    database.run(away)
    assert said(fails=True)[3:] == [("failed", None)]
    database.run(back, ROWS.format(3, 3))
    assert said(fails=False)[4:] == [("landed", 1)]
    database.run(away)
    assert said(fails=True)[5:] == [("failed", None)]


def test_a_landing_that_is_tried_again_lands_batches_of_its_own(
    company: Company, database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(TABLE, ROWS.format(1, 3))
    company.source(feed(of(database, company.folder)))
    written, scoped, now, attempts = ledger.write, pipeline.scope, datetime.now(UTC), [2, 1]

    def fails_once(*given: Any) -> None:
        if attempts.pop() == 1:
            database.run("update crm.cases set state = 'closed', updated = now() where id = 1")
            raise RuntimeError("of this attempt alone")
        written(*given)

    def at_once(*given: Any, **more: Any) -> Any:
        return replace(scoped(*given, **more), now=now)

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "write", fails_once)
        # Two attempts that a clock does not tell apart.
        patched.setattr(pipeline, "scope", at_once)
        outcomes = company.run("land_files", "refine_complaint", overrides=("retries=1",))
    assert [outcome.error for outcome in outcomes.values()] == [None, None]
    assert landed(company) == [*((str(n), "received", False) for n in (1, 2, 3)), ("1", "closed", False)]
    bronze = company.lake.read(ALL["bronze.crm_case"])
    assert bronze.select("_batch_id", "_position").distinct().count() == 4
    assert bronze.select("_batch_id").distinct().count() == 2
    states = {row["complaint_id"]: row["status"] for row in company.lake.rows(ALL["silver.complaint"])}
    assert states == {"crm:1": "closed", "crm:2": "received", "crm:3": "received"}
    counts = [(r["record_count"], r["sound"], r["superseded"]) for r in company.lake.rows(ALL["ops.batch_run"])]
    assert sorted(counts) == [(1, 1, 0), (3, 2, 1)]
    assert nothing_lands(company)


def test_bytes_and_long_texts_land_as_files(company: Company, database: Postgres) -> None:
    database.run(TABLE, ROWS.format(1, 4), "alter table crm.cases add column scan bytea",
                 "update crm.cases set scan = decode(repeat('00ff', id::int * 30), 'hex') where id < 3",
                 "update crm.cases set product = repeat('\u00e9', 8 * 1024 * 1024 + id::int - 4) where id > 3",
                 "update crm.cases set state = repeat('x', 8 * 1024 * 1024 + 1) where id = 3")  # fmt: skip
    company.source(feed(of(database, company.folder)))
    run(company)

    def found() -> dict[str, tuple[str | None, ...]]:
        rows = company.lake.read(ALL["bronze.crm_case"]).orderBy("_ingested_at").select("payload").collect()
        values = [json.loads(row[0]) for row in rows]
        return {v["id"]: (v["product"], v["state"], v["scan"]) for v in values}

    def kept(content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        assert (company.folder / "lake" / "media" / name).read_bytes() == content
        return f"media:{name}"

    long = kept(b"x" * (8 * 1024 * 1024 + 1))
    assert found() == {
        "1": ("cr\u00e9dito 1", "received", base64.b64encode(b"\x00\xff" * 30).decode()),
        "2": ("cr\u00e9dito 2", "received", kept(b"\x00\xff" * 60)),
        "3": ("cr\u00e9dito 3", long, None),
        "4": ("\u00e9" * 8 * 1024 * 1024, "received", None),
    }
    bronze = company.lake.read(ALL["bronze.crm_case"])
    assert bronze.select("_position").distinct().count() == bronze.count() == 4
    assert nothing_lands(company)
    database.run("update crm.cases set scan = decode(repeat('00ff', 61), 'hex') where id = 2")
    run(company)
    assert found()["2"][2] == kept(b"\x00\xff" * 61)
    assert company.lake.row_count(ALL["bronze.crm_case"]) == 5
    assert nothing_lands(company)


def test_arrays_whose_elements_are_not_read_exactly_are_refused(company: Company, database: Postgres) -> None:
    database.run(TABLE, ROWS.format(1, 2))
    columns = "select id, product, state, amount, updated, {} as odd from crm.cases"
    for name, odd in {
        "times": "array[updated]",
        "days": "array[updated::date]",
        "bytes": "array[product::bytea]",
        "numbers": "array[array[id, 2], array[3, 4]]",
        "texts": "array[array[product]]",
        "sound": "array[product, null]",
        "amounts": "array[amount, 1e20, 0.0000001]",
        "cast": "to_jsonb(array[updated])::text",
    }.items():
        company.source(feed(of(database, company.folder, f"query: {columns.format(odd)!r}"), name=name), name)
    error = company.run("land_files")["land_files"].error
    assert isinstance(error, FeedError)
    said = {name: str(found) for name, found in error.errors.items()}
    for name, kind in {"times": "timestamp", "days": "date", "bytes": "binary"}.items():
        assert f"column 'odd' is array<{kind}>: only arrays of texts, numbers and booleans are read" in said.pop(name)
    for name in ("numbers", "texts"):
        assert "column 'odd' has arrays in its arrays; cast it in read.query" in said.pop(name)
    assert said == {}
    rows = company.lake.read(ALL["bronze.crm_case"]).where("_record_key = '1'").select("_source_system", "payload")
    assert {row[0]: json.loads(row[1])["odd"] for row in rows.collect()} == {
        "sound": ["cr\u00e9dito 1", None],
        "amounts": ["1.50", "100000000000000000000", "1E-7"],
        "cast": '["2026-01-01T00:01:00+00:00"]',
    }


def test_what_a_database_says_has_no_value_of_a_row(company: Company, database: Postgres) -> None:
    database.run(TABLE, ROWS.format(1, 2), "update crm.cases set state = '12345678-K'",
                 """create function crm.refuse(text) returns int language plpgsql as $$ begin
                    raise exception 'no % here', $1 using detail = 'Key (dni)=(' || $1 || ')'; end $$""")  # fmt: skip
    for name, odd in {"number": "state::bigint", "own": "crm.refuse(state)", "zero": "1 / (id - id)"}.items():
        query = f"query: 'select *, {odd} as odd from crm.cases'"
        company.source(feed(of(database, company.folder, query), name=name), name)
    error = company.run("land_files")["land_files"].error
    reasons = {row["source_system"]: row["reason"] for row in company.lake.rows(ALL["ops.ingest_file"])}
    assert reasons == {
        "number": "the database says: ERROR: invalid input syntax for type bigint: … (SQLSTATE 22P02)",
        "own": "a function of the database raises an error of its own, SQLSTATE P0001: run what is read there",
        "zero": "the database says: ERROR: division by zero (SQLSTATE 22012)",
    }
    assert "12345678" not in str(error)


def test_what_a_run_is_killed_before_is_mended_from_bronze(
    company: Company, database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(TABLE, ROWS.format(1, 3))
    company.source(feed(of(database, company.folder)))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            company.run("land_files")
    run(company)
    (known,) = company.lake.rows(ALL["ops.ingest_file"])
    assert (known["path"], known["record_count"], known["reason"]) == ("crm.cases", 3, None)
    assert len(landed(company)) == 3


def test_each_feed_says_what_is_wrong_with_it(
    company: Company, database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(TABLE, ROWS.format(1, 2))
    monkeypatch.setenv("WRONG", "hunter2")
    login = of(database, company.folder)
    wrong = {
        "absent": login,
        "no_table": login.replace("crm.cases", "crm.case"),
        "login": login.replace("CRM_PASSWORD", "WRONG"),
        "unset": login.replace("CRM_PASSWORD", "CRM_PASSWROD"),
        "no_mark": login.replace("watermark: updated", "watermark: updatd"),
        "text_mark": login.replace("watermark: updated", "watermark: state"),
        "unfit": login.replace("watermark: updated", "partition_by: 'a `day`'"),
        "elsewhere": login.replace(f'"{database.url}"', '"${env:WRONG}"'),
        "no_delta": f"format: delta, path: {company.folder}/nowhere",
    }
    for name, read in wrong.items():
        columns = COLUMNS.replace("product: string", "prodct: string").replace("product: product", "product: prodct")
        company.source(feed(read, name=name, columns=columns if name == "absent" else COLUMNS), name)
    company.source(feed(login))
    error = company.run("land_files")["land_files"].error
    assert isinstance(error, FeedError)
    said = {name: str(found) for name, found in error.errors.items()}
    assert said.keys() == wrong.keys()
    for name, reason in {
        "absent": r"reads columns that it does not have: 'prodct' \(did you mean 'product'\?\); it has a `day`, amount",
        "no_table": 'the database says: ERROR: relation "crm.case" does not exist',
        "login": r'password authentication failed for user "\*\*\*"',
        "unset": "CRM_PASSWROD.: the environment has no variable CRM_PASSWROD",
        "no_mark": "read.watermark: no column 'updatd'; one of: id, product",
        "text_mark": "read.watermark: 'state' is string, not a date or a time stamp; a query can cast it",
        "unfit": "read.partition_by: .* is a time of day, not a number, a date or a time stamp",
        "elsewhere": "read.url leads to none of jdbc:postgresql:",
        "no_delta": "nowhere cannot be read: .PATH_NOT_FOUND",
    }.items():
        assert re.search(reason, said[name]), said[name]
    assert "hunter2" not in str(said)
    assert "\n" not in str(error)
    rows = {row["source_system"]: row for row in company.lake.rows(ALL["ops.ingest_file"])}
    assert {name for name, row in rows.items() if row["status"] == "failed"} == wrong.keys()
    assert rows["login"]["path"] == "crm.cases"
    assert len(landed(company)) == 2


def test_a_driver_that_is_not_there_is_named(spark: SparkSession, source: Source) -> None:
    with pytest.raises(Py4JJavaError) as error:
        spark.read.jdbc("jdbc:h2:mem:none", "t", properties={"driver": "no.such.Driver"})
    said = relations.said(error.value, source)
    assert said == "no driver no.such.Driver on Spark's class path; `make setup` brings it, a cluster needs .jars/jdbc"


def test_a_million_rows_land(company: Company, database: Postgres) -> None:
    database.run(TABLE, ROWS.replace("1 minute", "1 second").format(1, 1_000_000))
    more = "table: crm.cases, watermark: updated, partition_by: id, partitions: 8"
    company.source(feed(of(database, company.folder, more)))
    start = time.monotonic()
    run(company)
    first = time.monotonic() - start
    bronze = company.lake.read(ALL["bronze.crm_case"])
    assert bronze.select("_record_key").distinct().count() == bronze.count() == 1_000_000
    database.run("update crm.cases set state = 'closed', updated = now() where id % 100 = 0")
    start = time.monotonic()
    run(company)
    print(f"10^6 rows in {first:.1f} s, 10^4 changed ones in {time.monotonic() - start:.1f} s")
    assert company.lake.row_count(ALL["bronze.crm_case"]) == 1_010_000


# -- Other databases -----------------------------------------------------------------------------------------------


class H2:
    """A database in Spark's own Java, which speaks as another."""

    def __init__(self, spark: SparkSession, mode: str) -> None:
        self.url = f"jdbc:h2:mem:{mode};MODE={mode};DB_CLOSE_DELAY=-1"
        assert spark._jvm is not None
        self._connection = spark._jvm.org.h2.Driver.load().connect(self.url, spark._jvm.java.util.Properties())

    def run(self, *statements: str) -> None:
        for statement in statements:
            self._connection.createStatement().execute(statement)


@pytest.mark.parametrize(
    ("product", "mode", "number", "stamp", "query"),
    [
        ("oracle", "Oracle", "number(12,2)", "timestamp", "SELECT * FROM CASES"),
        ("sqlserver", "MSSQLServer", "money", "datetime2", "select top 1000 * from [CASES]"),
    ],
)
def test_h2_understands_what_another_database_is_asked(
    company: Company, spark: SparkSession, monkeypatch: pytest.MonkeyPatch, product: str, mode: str, number: str,
    stamp: str, query: str
) -> None:  # fmt: skip
    # How the project speaks to the product, but for the driver; Spark takes H2's dialect by the URL.
    spoken = replace(databases.PRODUCTS[product], driver="org.h2.Driver")
    monkeypatch.setitem(databases.PRODUCTS, "h2", spoken)
    database = H2(spark, mode)
    monkeypatch.setenv("WHERE", database.url)
    database.run(
        f"create table cases (id int primary key, product varchar(20), state varchar(20), amount {number},"
        f" updated {stamp}, opened date)",
        "insert into cases select x, 'card', 'received', x + 0.5, "
        "dateadd('minute', x, timestamp '2026-01-01 00:00:00'), dateadd('day', x, date '2026-01-01') "
        "from system_range(1, 100)",
        "insert into cases (id, amount) values (0, 0.5)",
    )
    capitals = r"^  (\w+): (string|timestamp)$"
    columns = re.sub(capitals, _in_capitals, COLUMNS, flags=re.MULTILINE)
    columns = columns.replace("{decimal: '18,2'}", "{decimal: '18,2', from: AMOUNT}")
    more = f"query: '{query}', watermark: updated, partition_by: opened, partitions: 3, zone: America/Lima"
    company.source(feed(f'format: jdbc, url: "${{env:WHERE}}", {more}', columns=columns))
    run(company)
    assert len(landed(company)) == 101
    assert nothing_lands(company)
    database.run(
        "update cases set state = 'closed', updated = timestamp '2026-01-01 02:00:00' where id = 1",
        "insert into cases (id, state, updated) values (200, 'late', timestamp '2026-01-01 01:00:00')",
        "insert into cases (id, state, updated) values (300, 'too late', timestamp '2026-01-01 00:30:00')",
    )
    run(company)
    assert len(landed(company)) == 103
    payloads = [json.loads(row[0]) for row in company.lake.read(ALL["bronze.crm_case"]).select("payload").collect()]
    closed = next(p for p in payloads if p["STATE"] == "closed")
    assert Decimal(closed["AMOUNT"]) == Decimal("1.5")
    assert closed["UPDATED"] == "2026-01-01T02:00:00"
    assert {p["ID"] for p in payloads if p["STATE"] == "late"} == {"200"}
    assert nothing_lands(company)


def test_a_database_that_is_not_there_is_told_in_the_words_of_its_driver(company: Company) -> None:
    for name, url in {
        "oracle": "jdbc:oracle:thin:@//127.0.0.1:1/crm",
        "sqlserver": "jdbc:sqlserver://127.0.0.1:1;databaseName=crm",
    }.items():
        company.source(feed(f'format: jdbc, url: "{url}", table: crm.cases', name=name), name)
    before = company.run("land_files")["land_files"].error
    reasons = {row["source_system"]: row["reason"] for row in company.lake.rows(ALL["ops.ingest_file"])}
    cannot = "the database says: ORA-12541: Cannot connect. No listener at host 127.0.0.1 port 1 (SQLSTATE 66000)"
    assert reasons["oracle"] == cannot
    assert re.fullmatch(
        "the database says: The TCP/IP connection to the host 127.0.0.1, port 1 has failed. "
        'Error: "Connection refused. .*" [(]SQLSTATE 08S01[)]', reasons["sqlserver"]
    )  # fmt: skip
    versions = company.versions()
    assert str(company.run("land_files")["land_files"].error) == str(before)
    assert company.versions() == versions


def _in_capitals(column: re.Match[str]) -> str:
    return f"  {column[1]}: {{type: {column[2]}, from: {column[1].upper()}}}"


# -- A Delta table of others ---------------------------------------------------------------------------------------


def test_a_delta_table_lands_what_is_news(company: Company, spark: SparkSession) -> None:
    path = f"{company.folder}/theirs"
    spark.sql("""
        SELECT string(id) AS id, 'card' AS product, 'received' AS state, cast(id + 0.10 AS decimal(20,2)) AS amount,
            timestamp'2026-01-02 03:04:05.000006' AS updated, date'2026-01-02' AS day, cast(null AS double) AS none,
            1.5D AS d, named_struct('at', timestamp_ntz'2026-01-02 03:04:05', 'b', array(1.10BD)) AS deep,
            map(1, date'2026-01-02') AS listed, true AS yes,
            array(named_struct('b', unhex(repeat('ab', 65)))) AS scans, map('k', unhex('00')) AS few
        FROM range(3)
    """).write.format("delta").save(path)
    company.source(feed(f"format: delta, path: {path}"))
    run(company)
    (first,) = company.lake.read(ALL["bronze.crm_case"]).where("_record_key = '2'").select("payload").collect()
    scan = hashlib.sha256(b"\xab" * 65).hexdigest()
    assert (company.folder / "lake" / "media" / scan).read_bytes() == b"\xab" * 65
    assert json.loads(first[0]) == {
        "id": "2", "product": "card", "state": "received", "amount": "2.10", "updated": "2026-01-02T03:04:05.000006Z",
        "day": "2026-01-02", "none": None, "d": "1.5", "deep": {"at": "2026-01-02T03:04:05", "b": ["1.10"]},
        "listed": {"1": "2026-01-02"}, "yes": True, "scans": [{"b": f"media:{scan}"}], "few": {"k": "AA=="},
    }  # fmt: skip
    assert nothing_lands(company)
    spark.sql(f"UPDATE delta.`{path}` SET state = 'closed' WHERE id = '1'")
    run(company, "refine_complaint")
    assert landed(company)[3:] == [("1", "closed", False)]
    assert {r["complaint_id"]: str(r["amount_claimed"]) for r in company.lake.rows(ALL["silver.complaint"])} == {
        "crm:0": "0.10", "crm:1": "1.10", "crm:2": "2.10"
    }  # fmt: skip
    # A column more is a change of every row, and is reported.
    spark.sql(f"ALTER TABLE delta.`{path}` ADD COLUMN more string")
    run(company)
    assert len(landed(company)) == 7
    (change,) = company.lake.rows(ALL["ops.schema_change"])
    assert (change["column_name"], change["change"]) == ("more", "new")


def test_rows_of_one_key_land_together_and_once(company: Company, spark: SparkSession) -> None:
    path = f"{company.folder}/theirs"
    row = "SELECT '{}' AS id, '' AS product, '{}' AS state, '' AS amount, '' AS updated"

    def now_has(*states: tuple[str, str]) -> None:
        sql = " UNION ALL ".join(row.format(*state) for state in states)
        spark.sql(sql).write.format("delta").mode("overwrite").save(path)

    now_has(("a", "1"), ("a", "2"), ("", "3"), ("b", "4"))
    company.source(feed(f"format: delta, path: {path}"))
    run(company)
    assert nothing_lands(company)
    now_has(("a", "1"), ("a", "5"), ("", "3"), ("", "6"), ("b", "4"))
    run(company)
    assert sorted(landed(company)[4:], key=str) == [("a", "1", False), ("a", "5", False), (None, "6", False)]
    assert nothing_lands(company)


# -- Descriptions, without Spark -----------------------------------------------------------------------------------


READ = 'format: jdbc, url: "jdbc:postgresql://h/db", table: s.t'


def described(folder: Path, read: str, **more: str) -> Source:
    path = folder / "crm.yaml"
    path.write_text(feed(read, **more), encoding="utf-8")
    return load_source(path)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setenv("DB_USER", "sa")
    monkeypatch.setenv("DB_PASSWORD", "a(b")
    return described(tmp_path, READ + ", user: '${env:DB_USER}', password: '${env:DB_PASSWORD}'")


@pytest.mark.parametrize(
    ("read", "more", "said"),
    [
        (READ + ", password: hunter2", {}, "read.password holds a secret in plain text"),
        (READ + ", query: select 1", {}, "read: needs either table, as schema.name, or query"),
        (READ.replace(", table: s.t", ""), {}, "read: needs either table, as schema.name, or query"),
        (READ.replace("postgresql", "mysql"), {}, "read.url: begins with jdbc:postgresql:, jdbc:oracle:"),
        (READ + ", watermark: at", {"delivery": "snapshot"}, "a snapshot is the whole relation: leave out"),
        (READ, {"delivery": "event", "columns": COLUMNS.replace("record_key: id\n", "")}, "jdbc needs a record_key"),
        (READ + ", overlap: 3", {}, "read.overlap: no such key; did you mean"),
    ],
)
def test_a_description_says_what_cannot_be(tmp_path: Path, read: str, more: dict[str, str], said: str) -> None:
    with pytest.raises((SourceError, secret.SecretError), match=re.escape(said)):
        described(tmp_path, read, **more)


def test_what_references_lead_to_is_masked(source: Source) -> None:
    text = 'x.SQLException: user "sa" with a(b: no message\n\tat x'
    assert relations.said(RuntimeError(text), source) == 'the database says: user "***" with ***: no message'
    assert relations.said(RuntimeError('x.SQLException: FATAL: no user "sa"'), source) == (
        'the database says: FATAL: no user "***"'
    )
    text = "x.SparkSQLException: [UNRECOGNIZED_SQL_TYPE] Unrecognized SQL type - name: SDO, id: 2002"
    assert relations.said(RuntimeError(text), source) == "Spark knows no type SDO; cast that column in read.query"
    assert relations.said(RuntimeError("Checkpoint block rdd_1 not found"), source) is None


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ('ERROR: invalid input syntax for type bigint: "12345678-K"', "ERROR: invalid input syntax for type bigint: …"),
        ('ERROR: invalid input syntax for type date: "12"34"', "ERROR: invalid input syntax for type date: …"),
        ("ERROR: el valor es \u00abRojas\u00bb", "ERROR: el valor es …"),
        ("Bad value for type int : 12345678", "Bad value for type int …"),
        ("The duplicate key value is (12345678)", "The duplicate key value …"),
        ("Conversion failed when converting the varchar value 'O'Hara' to data type int",
         "Conversion failed when converting the varchar value …"),
        ("ORA-01722: unable to convert string value containing 'K' to a number: S.T.C",
         "ORA-01722: unable to convert string value containing …"),
        ("ORA-01438: value 4551708160608003 greater than specified precision", "ORA-01438: value …"),
        ('ORA-00942: table or view "S"."T" does not exist', 'ORA-00942: table or view "S"."T" does not exist'),
        ("Couldn't find column 'product' of 's.t', nor 'Rojas'", "Couldn't find column 'product' of 's.t', nor …"),
    ],
)  # fmt: skip
def test_a_sentence_of_a_database_ends_before_a_value(source: Source, sentence: str, told: str) -> None:
    error = RuntimeError(f"x.SQLException: {sentence}\n  Detail: Key (dni)=(12345678) exists.\n\tat x")
    assert relations.said(error, source) == f"the database says: {told}"


def test_what_functions_of_a_database_raise_is_not_told(source: Source) -> None:
    for said in ("ORA-20001: cliente Rojas", "ERROR: cliente Rojas\n  Where: PL/pgSQL function f() line 1 at RAISE"):
        assert "Rojas" not in str(relations.said(RuntimeError(f"x.SQLException: {said}"), source))


def test_spans_leave_nothing_out() -> None:
    assert databases.split(1, 10, 3) == [4, 7]
    assert databases.split(Decimal("1.0"), Decimal("10.0"), 3) == [4, 7]
    assert databases.split(1, 2, 4) == [2]
    assert databases.split(5, 5, 4) == databases.split(None, None, 4) == []
    assert databases.split(Decimal("0.5"), Decimal("1.5"), 2) == [Decimal("1.0")]
    assert databases.split(date(2026, 1, 1), date(2026, 1, 2), 4) == []
    assert databases.split(datetime(2026, 1, 1), datetime(2026, 1, 2), 2) == [datetime(2026, 1, 1, 12)]


@pytest.mark.parametrize(
    ("product", "day", "local", "zoned"),
    [
        ("postgresql", "'2026-01-02'", "'2026-01-02 03:04:05.000006+00'", "'2026-01-02 03:04:05.000006+00'"),
        ("oracle", "DATE '2026-01-02'", "TIMESTAMP '2026-01-02 03:04:05.000006'",
         "TIMESTAMP '2026-01-02 03:04:05.000006 +00:00'"),
        ("sqlserver", "CAST('2026-01-02' AS date)", "CAST('2026-01-02T03:04:05.000006' AS datetime2)", None),
    ],
)  # fmt: skip
def test_each_database_reads_moments_as_it_writes_them(product: str, day: str, local: str, zoned: str | None) -> None:
    moment, literal = datetime(2026, 1, 2, 3, 4, 5, 6), databases.PRODUCTS[product].literal
    assert literal(T.DateType(), moment) == literal(T.DateType(), moment.date()) == day
    assert literal(T.TimestampNTZType(), moment) == local
    assert zoned is None or literal(T.TimestampType(), moment) == zoned
    assert literal(T.DecimalType(38, 10), Decimal("1E+3")) == "1000"
