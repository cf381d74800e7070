"""The real public sets land and are refined by their YAML alone, and every count is what an independent reader says."""

from __future__ import annotations

import csv
import gzip
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import functions as F

from conf.tables import ALL
from tests.conftest import SOURCES, Company

FILES = {
    "cfpb_payday": ("cfpb_narratives/payday_2023_dev.csv.gz", "Complaint ID"),
    "cfpb_mixed": ("cfpb_narratives/mixed_products_dev.csv.gz", "Complaint ID"),
    "cfpb_banking": ("cfpb_narratives/banking_products_dev.csv.gz", "complaint_id"),
    "cfpb_fiveclass": ("cfpb_narratives/fiveclass_processed_dev.csv.gz", None),
    "pamplona": ("pamplona_complaints_2014/quejas.csv.gz", "Nº Expediente"),
    "nyc311": ("nyc311_animals_2025/requests.csv.gz", "Unique Key"),
    "comcast": ("comcast_telecom_complaints/complaints.csv.gz", "Ticket #"),
}
DERIVED = ("silver.complaint", "silver.complaint_status_history", "silver.complaint_redress", "silver.document",
           "restricted.document_text_raw", "silver.complaint_issue", "gold.fact_complaint")  # fmt: skip


def read_independently(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def lake(data: Path, make_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Company:
    made = make_company(tmp_path_factory.mktemp("real"))
    made.sources = [SOURCES]
    (made.folder / "inbox").symlink_to(data)
    made.as_of = date(2026, 11, 1)
    assert {o.state for o in made.run().values()} <= {"done", "current"}, made.outcomes
    return made


@pytest.mark.parametrize("source", FILES)
def test_each_distinct_valid_record_is_one_complaint(lake: Company, data: Path, source: str) -> None:
    path, key = FILES[source]
    records = read_independently(data / path)
    distinct = {r[key] for r in records} if key else {tuple(r.values()) for r in records}
    given = f"array_contains(source_systems, '{source}')"
    assert len(lake.rows("silver.complaint", given)) == len(distinct)
    assert lake.rows("ops.quarantine_record", f"source_system = '{source}'") == []


def test_two_feeds_of_one_key_space_make_one_complaint(lake: Company) -> None:
    (row,) = lake.lake.read(ALL["silver.complaint"]).where("complaint_id = 'cfpb:6713076'").collect()
    assert row.source_systems == ["cfpb_banking", "cfpb_payday"]
    # The payday feed is newer and has dates; both name the product.
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


def test_every_mapped_value_arrives_or_its_record_is_rejected(lake: Company, data: Path) -> None:
    payday = read_independently(data / FILES["cfpb_payday"][0])
    present = {
        column: sum(r[name] not in ("", "None", "N/A") for r in payday)
        for column, name in {
            "received_at": "Date received", "product": "Product", "subproduct": "Sub-product", "cause": "Issue",
            "subcause": "Sub-issue", "provider": "Company", "place": "State", "is_timely": "Timely response?",
            "is_disputed": "Consumer disputed?", "outcome": "Company response to consumer",
        }.items()
    }  # fmt: skip
    complaints = lake.lake.read(ALL["silver.complaint"]).where("array_contains(source_systems, 'cfpb_payday')")
    counts = complaints.selectExpr(*(f"count({column}) AS {column}" for column in present)).first()
    # The complaint that the banking feed gives as well has no value of its own that the payday feed lacks.
    assert counts is not None
    assert counts.asDict() == present


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


def test_a_rebuild_equals_what_is_there(lake: Company) -> None:
    before = {name: lake.rows(name) for name in DERIVED}
    pins = {name: lake.lake.pin(ALL[name]).data_version for name in DERIVED}
    outcomes = lake.run(rebuild=True)
    assert "failed" not in {o.state for o in outcomes.values()}, lake.outcomes
    assert {name: lake.rows(name) for name in DERIVED} == before
    # Nothing differed, so no table has news for its readers.
    assert {name: lake.lake.pin(ALL[name]).data_version for name in DERIVED} == pins


def test_a_past_day_sees_what_was_known_then(lake: Company, data: Path) -> None:
    lake.as_of = date(2025, 1, 31)
    try:
        lake.run("build_complaint_backlog_daily")
    finally:
        lake.as_of = date(2026, 11, 1)
    found = lake.rows("gold.complaint_backlog_daily", "as_of_date = date'2025-01-31' AND source_system = 'nyc311'")
    known = [r for r in read_independently(data / FILES["nyc311"][0]) if _known(r) <= datetime(2025, 1, 31, 18, 59, 59)]
    still_open = [r for r in known if not r["Closed Date"]]
    assert len(found) == len(still_open) > 0


def _known(record: dict[str, str]) -> datetime:
    stamp = record["Closed Date"] or record["Resolution Action Updated Date"] or record["Created Date"]
    return datetime.strptime(stamp, "%m/%d/%Y %H:%M")
