"""The real public sets land and are refined by their YAML alone, and every count is what an independent reader says."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import functions as F

from conf.source import Given, Source, load_sources
from conf.tables import ALL
from tests.conftest import SOURCES, Company

# Of each source: its file, and the key of a record.
FILES: dict[str, tuple[str, str | None]] = {
    "cfpb_payday": ("cfpb_narratives/payday_2023_dev.csv.gz", "Complaint ID"),
    "cfpb_mixed": ("cfpb_narratives/mixed_products_dev.csv.gz", "Complaint ID"),
    "cfpb_banking": ("cfpb_narratives/banking_products_dev.csv.gz", "complaint_id"),
    "cfpb_fiveclass": ("cfpb_narratives/fiveclass_processed_dev.csv.gz", None),
    "pamplona": ("pamplona_complaints_2014/quejas.csv.gz", "Nº Expediente"),
    "nyc311": ("nyc311_animals_2025/requests.csv.gz", "Unique Key"),
    "comcast": ("comcast_telecom_complaints/complaints.csv.gz", "Ticket #"),
}
NYC311 = "nyc311_animals_2025/requests.csv.gz"
# The files' own times say when this machine got them; a feed without stamps would be known from then on.
# Seven real sets through the whole pipeline take minutes.
pytestmark = pytest.mark.slow

FILE_TIME = datetime(2026, 10, 1, tzinfo=UTC)
DERIVED = ("silver.complaint", "silver.complaint_status_history", "silver.complaint_redress", "silver.document",
           "restricted.document_text_raw", "silver.complaint_issue", "gold.fact_complaint")  # fmt: skip


def read_independently(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def records_of(data: Path, source: str) -> list[dict[str, str]]:
    return read_independently(data / FILES[source][0])


@pytest.fixture(scope="module")
def lake(data: Path, make_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Company:
    made: Company = make_company(tmp_path_factory.mktemp("real"))
    made.sources = [SOURCES / f"{name}.yaml" for name in FILES]
    for path, _ in FILES.values():
        copy = made.inbox / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data / path, copy)
        os.utime(copy, (FILE_TIME.timestamp(), FILE_TIME.timestamp()))
    made.as_of = date(2026, 11, 1)
    assert {o.state for o in made.run().values()} <= {"done", "current"}, made.outcomes
    return made


@pytest.mark.parametrize("source", FILES)
def test_each_distinct_valid_record_is_one_complaint(lake: Company, data: Path, source: str) -> None:
    key, records = FILES[source][1], records_of(data, source)
    distinct = {r[key] for r in records} if key else {tuple(r.values()) for r in records}
    given = f"array_contains(source_systems, '{source}')"
    assert len(lake.rows("silver.complaint", given)) == len(distinct)
    assert lake.rows("ops.quarantine_record", f"source_system = '{source}'") == []


def test_two_feeds_of_one_key_space_make_one_complaint(lake: Company) -> None:
    (row,) = lake.lake.read(ALL["silver.complaint"]).where("complaint_id = 'cfpb:6713076'").collect()
    assert row.source_systems == ["cfpb_banking", "cfpb_payday"]
    # The bureau's own file is newer and has dates; both name the product.
    assert row.source_system == "cfpb_payday"
    assert row.received_at is not None


def test_dates_come_out_right(lake: Company) -> None:
    def span(source: str) -> tuple[date, date, int]:
        rows = lake.lake.read(ALL["silver.complaint"]).where(f"source_system = '{source}'").collect()
        days = [r.received_on for r in rows]
        assert None not in days
        return min(days), max(days), len(set(days))

    assert span("pamplona") == (date(2014, 1, 2), date(2014, 12, 31), 349)
    # data/README: with day and month put right, all rows fall in these ninety-one days, and the peak is 24 June.
    assert span("comcast")[:2] == (date(2015, 4, 1), date(2015, 6, 30))
    peak = list(lake.rows("silver.complaint", "source_system = 'comcast' AND received_on = date'2015-06-24'"))
    assert len(peak) == 218
    # 3/14/2025 1:20 in New York is 05:20 UTC: daylight saving began on 9 March.
    (newest,) = lake.lake.read(ALL["silver.complaint"]).where("complaint_id = 'nyc311:64345465'").collect()
    assert newest.received_at == datetime(2025, 3, 14, 5, 20)


def test_comcast_tickets_follow_time(lake: Company) -> None:
    rows = lake.lake.read(ALL["silver.complaint"]).where("source_system = 'comcast'").collect()
    numbered = sorted(
        (r.received_at, int(r.complaint_id.split(":")[1])) for r in rows if r.complaint_id.split(":")[1].isdigit()
    )
    order = sorted(range(len(numbered)), key=lambda i: numbered[i][1])
    ranks = {index: rank for rank, index in enumerate(order)}
    n = len(numbered)
    spearman = 1 - 6 * sum((i - ranks[i]) ** 2 for i in range(n)) / (n * (n**2 - 1))
    assert spearman > 0.99  # 0.52 as the file has them written


def test_nyc_resolution_times_are_as_published(lake: Company) -> None:
    facts = lake.lake.read(ALL["gold.fact_complaint"]).where("source_system = 'nyc311'")
    closed = facts.where("days_to_close IS NOT NULL")
    hours = closed.selectExpr(
        "avg(days_to_close) * 24 AS mean", "percentile(days_to_close, 0.5) * 24 AS median"
    ).first()
    assert closed.count() == 4692
    assert facts.where("is_open").count() == 277
    assert hours is not None
    assert hours["mean"] == pytest.approx(26.2, abs=0.1)
    assert hours["median"] == pytest.approx(4.5, abs=0.1)


# ---- every value that is there arrives, or its record is rejected


def plain_columns(source: Source) -> Iterator[tuple[str, Given, str, str]]:
    """Yield (target, entry, column, column of the record) wherever a column is given as it stands in the record."""
    for target, entries in source.gives.items():
        for given in entries:
            for column, sql in given.columns.items():
                name = sql.strip().removeprefix("`").removesuffix("`")
                if name in source.columns and not given.each:
                    yield target, given, column, source.columns[name].from_ or name


def is_present(record: dict[str, str], name: str, source: Source) -> bool:
    return record[name].strip() not in source.read.null_tokens


def gives(record: dict[str, str], given: Given, source: Source) -> bool:
    if given.where is None:
        return True
    needed = re.fullmatch(r"`?(?P<name>.+?)`? IS NOT NULL", given.where)
    assert needed, f"{source.source}: the test cannot work out where {given.where!r} holds"
    return is_present(record, needed["name"], source)


@pytest.mark.parametrize("space", ["cfpb", "cfpb_fiveclass", "pamplona", "nyc311", "comcast"])
def test_every_mapped_value_arrives_or_its_record_is_rejected(lake: Company, data: Path, space: str) -> None:
    # Feeds of one key space make a record together: it is counted once.
    expected: dict[tuple[str, str], set[str]] = {}
    rejected: Counter[tuple[str, str]] = Counter()
    sources = [source for source in load_sources((SOURCES,)) if source.key_space == space]
    for source in sources:
        key, records = FILES[source.source][1], records_of(data, source.source)
        for target, given, column, theirs in plain_columns(source):
            found = {
                record[key] if key else str(number)
                for number, record in enumerate(records)
                if gives(record, given, source) and is_present(record, theirs, source)
            }
            expected[target, column] = expected.get((target, column), set()) | found
            broken = lake.lake.read(ALL["ops.quarantine_record"]).where(
                f"source_system = '{source.source}' AND target = '{target}' AND resolved_at IS NULL"
            )
            rejected[target, column] += sum(is_present(json.loads(r.payload), theirs, source) for r in broken.collect())
    arrived = present_values(lake, list(expected), [source.source for source in sources])
    assert expected
    assert {key: arrived[key] + rejected[key] for key in expected} == {k: len(found) for k, found in expected.items()}


def present_values(lake: Company, columns: list[tuple[str, str]], sources: list[str]) -> dict[tuple[str, str], int]:
    """Count what is not null, per (target, column); a text lies in a table of its own."""
    counts: dict[tuple[str, str], int] = {}
    for target, column in columns:
        table = "restricted.document_text_raw" if column == "text" else target
        rows = lake.lake.read(ALL[table]).where(F.col("source_system").isin(sources))
        counts[target, column] = rows.where(F.col(column).isNotNull()).count()
    return counts


def test_every_answer_of_a_company_has_its_outcome(lake: Company, data: Path) -> None:
    official = ("cfpb_payday", "cfpb_mixed")
    answers = Counter(r["Company response to consumer"] for source in official for r in records_of(data, source))
    given = F.arrays_overlap("source_systems", F.array(*map(F.lit, official)))
    outcomes = lake.lake.read(ALL["silver.complaint"]).where(given)
    found = {r.outcome: r["count"] for r in outcomes.groupBy("outcome").count().collect()}
    assert found == {
        None: answers["In progress"],
        "upheld": answers["Closed with monetary relief"] + answers["Closed with non-monetary relief"],
        "explained": answers["Closed with explanation"],
        "rejected": answers["Closed without relief"],
        "no_response": answers["Untimely response"],
    }


def test_the_balance_holds_for_every_batch_and_target(lake: Company) -> None:
    runs = lake.lake.read(ALL["ops.batch_run"])
    disposed = "sum(sound + quarantined + superseded + duplicate + not_applicable + suppressed)"
    totals = runs.groupBy("target", "batch_id", "source_system").agg(
        {"record_count": "sum", "item_count": "sum"}
    ).collect()  # fmt: skip
    landed = {
        r.batch_id: r["count"]
        for name in ("bronze.web_form", "bronze.crm_case")
        for r in lake.lake.read(ALL[name]).groupBy(F.col("_batch_id").alias("batch_id")).count().collect()
    }
    assert totals
    assert all(r["sum(record_count)"] == landed[r.batch_id] for r in totals)
    assert runs.groupBy("target", "batch_id").agg({"item_count": "sum"}).count() == len(totals)
    unbalanced = runs.groupBy("target", "batch_id").agg(F.expr(f"sum(item_count) - {disposed} AS gap"))
    assert unbalanced.where("gap <> 0").count() == 0


def test_the_same_command_again_writes_nothing(lake: Company) -> None:
    before = lake.versions()
    outcomes = lake.run()
    assert {o.state for o in outcomes.values()} == {"current"}
    assert lake.versions() == before


@pytest.mark.slow
def test_a_rebuild_equals_what_is_there(lake: Company) -> None:
    before = {name: lake.rows(name) for name in DERIVED}
    pins = {name: lake.lake.pin(ALL[name]).data_version for name in DERIVED}
    outcomes = lake.run(rebuild=True)
    assert "failed" not in {o.state for o in outcomes.values()}, lake.outcomes
    assert {name: lake.rows(name) for name in DERIVED} == before
    # Nothing differed, so no table has news for its readers.
    assert {name: lake.lake.pin(ALL[name]).data_version for name in DERIVED} == pins


def test_a_status_without_a_date_is_in_the_backlog_or_ends_it(lake: Company) -> None:
    rows = lake.lake.read(ALL["gold.complaint_backlog_daily"]).where("as_of_date = date'2026-11-01'")
    space = F.substring_index("complaint_id", ":", 1).alias("space")
    found = {(r.space, r.status): r["count"] for r in rows.groupBy(space, "status").count().collect()}
    assert {key: count for key, count in found.items() if key[0] != "pamplona"} == {
        ("cfpb", "assigned"): 13,
        ("comcast", "received"): 363,
        ("comcast", "pending"): 154,
        ("nyc311", "investigating"): 277,
    }


def test_a_past_day_sees_what_was_known_then(lake: Company, data: Path) -> None:
    lake.as_of = date(2025, 1, 31)
    try:
        lake.run("build_complaint_backlog_daily")
    finally:
        lake.as_of = date(2026, 11, 1)
    found = lake.lake.read(ALL["gold.complaint_backlog_daily"]).where("as_of_date = date'2025-01-31'")
    counts = {r.source_system: r["count"] for r in found.groupBy("source_system").count().collect()}
    known = [r for r in read_independently(data / NYC311) if _known(r) <= datetime(2025, 1, 31, 18, 59, 59)]
    # Of the other feeds with statuses, Pamplona's are all of 2014 and the rest was known from its download on.
    assert counts == {"nyc311": sum(not r["Closed Date"] for r in known), "pamplona": 5378}


def _known(record: dict[str, str]) -> datetime:
    stamp = record["Closed Date"] or record["Resolution Action Updated Date"] or record["Created Date"]
    return datetime.strptime(stamp, "%m/%d/%Y %H:%M")


# ---- a file in pieces


def as_csv(rows: list[dict[str, str]], after: str = "") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return gzip.compress((text.getvalue() + after).encode(), mtime=0)


def older_version(rows: list[dict[str, str]]) -> dict[str, str]:
    """Return a closed case as it was before it was closed."""
    closed = next(r for r in rows if r["Closed Date"] and _known(r) > _known({**r, "Closed Date": "", UPDATED: ""}))
    return {**closed, "Closed Date": "", UPDATED: "", "Status": "In Progress"}


UPDATED = "Resolution Action Updated Date"


@pytest.mark.slow
def test_pieces_late_reversed_and_repeated_give_what_the_whole_file_gives(
    data: Path, make_company: Any, tmp_path: Path
) -> None:
    jobs = ("land_files", "refine_complaint", "refine_complaint_status_history", "build_fact_complaint")
    tables = ("silver.complaint", "silver.complaint_status_history", "gold.fact_complaint")
    description = (SOURCES / "nyc311.yaml").read_text(encoding="utf-8").replace("requests.csv.gz", "*.csv.gz")
    rows = read_independently(data / NYC311)
    old = older_version(rows)

    def deliver(company: Company, name: str, content: bytes) -> None:
        company.deliver(f"nyc311_animals_2025/{name}.csv.gz", content)

    def run(company: Company) -> None:
        outcomes = company.run(*jobs)
        assert {o.state for o in outcomes.values()} == {"done"}, company.outcomes

    whole: Company = make_company(tmp_path / "whole").source(description)
    deliver(whole, "whole", as_csv([*rows, old]))
    run(whole)
    size = -(-len(rows) // 10)
    pieces = [rows[start : start + size] for start in range(0, len(rows), size)][::-1]
    cut: Company = make_company(tmp_path / "cut").source(description)
    for number, piece in enumerate(pieces):
        deliver(cut, f"piece{number}", as_csv(piece))
        if number == 4:
            run(cut)
    # The same file under another name, and the same records in a file that differs.
    deliver(cut, "again", as_csv(pieces[2]))
    deliver(cut, "repeated", as_csv(pieces[3], after="\n"))
    run(cut)
    deliver(cut, "repeated_later", as_csv(pieces[7], after="\n"))
    deliver(cut, "old", as_csv([old]))
    run(cut)
    (history,) = (t for t in tables if t.endswith("history"))
    versions = cut.rows(history, f"complaint_id = 'nyc311:{old['Unique Key']}'")
    assert len(versions) == 3
    for table in tables:
        assert cut.rows(table, without=("_batch_id",)) == whole.rows(table, without=("_batch_id",)), table
