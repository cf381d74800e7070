"""The five Vs, worked out by hand from a few records, runs and complaints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.tables import bronze, gold, ops, silver
from transformations.metrics import five_v

Frame = Callable[..., DataFrame]
END = "2026-02-01 00:00:00"
NOON = datetime(2026, 1, 10, 12)
LATER = datetime(2026, 2, 1)


def landed(known: datetime, seconds: int = 0, **values: Any) -> dict[str, Any]:
    ingested = known + timedelta(seconds=seconds)
    place = {"_source_system": "crm", "_batch_id": "b1", "_source_object": "a.csv", "_schema_hash": "s"}
    record = {"_known_at": known, "_ingested_at": ingested, "_is_deleted": False, "payload": "1234"}
    return {**place, **record, **values}


def test_volume_velocity_and_variety_are_of_what_was_known(frame: Frame) -> None:
    records = frame(
        bronze.CRM_CASE,
        landed(NOON, 10),
        landed(NOON, 20, _source_object="b.csv"),
        landed(datetime(2026, 1, 11), 400, _batch_id="b2", _schema_hash="t", payload="ñ"),
        landed(NOON, 999, _is_deleted=True, _batch_id="b3"),
        landed(LATER, 999, _batch_id="b4"),
        landed(NOON, 0, _source_system="web", payload=""),
    )
    found = five_v.landed(records.withColumn("_beside", F.lit(False)), END)
    rows = {r.source_system: r.asDict() for r in found.collect()}
    # A batch of deletions alone is known as well.
    assert sorted(rows["crm"].pop("batches")) == ["b1", "b2", "b3"]
    assert rows["crm"] == {
        "source_system": "crm", "volume_records": 3, "volume_bytes": 9, "volume_batches": 2,
        "velocity_lag_p50_s": 20.0, "velocity_lag_p95_s": 400.0, "velocity_newest_at": datetime(2026, 1, 11),
        "variety_objects": 2, "variety_shapes": 2,
    }  # fmt: skip
    assert rows["web"]["volume_records"] == 1


def test_what_came_beside_the_records_of_a_feed_counts_only_where_there_is_nothing_else(frame: Frame) -> None:
    messages = frame(bronze.EMAIL_MESSAGE, landed(NOON, _source_system="mail"), landed(NOON, _source_system="mail"))
    files = frame(bronze.MEDIA_OBJECT, landed(NOON, _source_system="mail"), landed(NOON, _source_system="scans"))
    records = messages.withColumn("_beside", F.lit(False)).unionByName(files.withColumn("_beside", F.lit(True)))
    rows = {r.source_system: r.volume_records for r in five_v.landed(records, END).collect()}
    assert rows == {"mail": 2, "scans": 1}


def run(target: str, **counts: int) -> dict[str, Any]:
    zero = dict.fromkeys(("not_applicable", "quarantined", "duplicate"), 0)
    return {"source_system": "crm", "batch_id": "b1", "target": target, **zero, **counts}


def test_veracity_sums_the_changes_of_the_first_target_that_the_feed_gives(frame: Frame) -> None:
    runs = frame(
        ops.BATCH_RUN,
        run("silver.document", item_count=100, quarantined=50),
        run("silver.complaint", item_count=12, not_applicable=2, quarantined=4, duplicate=1),
        # A mended rule: two of them passed.
        run("silver.complaint", item_count=0, quarantined=-2),
        run("silver.complaint_status_history", item_count=30, quarantined=30),
        {**run("silver.document", item_count=5, not_applicable=5), "source_system": "notes"},
    )
    rows = {r.source_system: r for r in five_v.judged(runs).collect()}
    crm, notes = rows["crm"], rows["notes"]
    assert (crm.veracity_judged, crm.veracity_quarantined, crm.veracity_duplicates) == (10, 2, 1)
    assert crm.veracity_sound_share == pytest.approx(0.8)
    assert (notes.veracity_judged, notes.veracity_sound_share) == (0, None)


def complaint(number: int, first_known: datetime, **values: Any) -> dict[str, Any]:
    return {"complaint_id": f"crm:{number}", "source_system": "crm", "first_known_at": first_known, **values}


def contact(customer: str, known: datetime) -> dict[str, Any]:
    return {
        "interaction_id": f"crm:{customer}",
        "source_system": "crm",
        "customer_id": customer,
        "first_known_at": known,
    }


def test_value_counts_complaints_first_known_by_the_day_also_those_that_changed_later(frame: Frame) -> None:
    complaints = frame(
        silver.COMPLAINT,
        complaint(1, NOON, _known_at=LATER, customer_id="C1", amount_claimed=Decimal("10.50"), currency="PEN"),
        complaint(2, NOON, _known_at=NOON, customer_id="C1", amount_claimed=Decimal("1.00"), currency="PEN"),
        complaint(3, NOON, _known_at=NOON, amount_claimed=Decimal("7.00"), currency="EUR"),
        complaint(4, LATER, _known_at=LATER, customer_id="C2", amount_claimed=Decimal("99.00"), currency="PEN"),
    )
    contacts = frame(silver.INTERACTION, contact("C1", NOON), contact("C3", NOON), contact("C4", LATER))
    (row,) = five_v.worth(complaints, contacts, END).collect()
    assert (row.value_complaints, row.value_contacts, row.value_customers) == (3, 2, 2)
    assert row.value_claimed == {"EUR": Decimal("7.00"), "PEN": Decimal("11.50")}


def test_the_scorecard_has_a_row_for_each_source_and_nulls_for_rates_over_nothing(frame: Frame) -> None:
    records = frame(bronze.CRM_CASE, landed(NOON), landed(NOON, _source_system="web", _batch_id="b9"),
                    landed(LATER, _source_system="new", _batch_id="b5"))  # fmt: skip
    runs = frame(
        ops.BATCH_RUN,
        run("silver.complaint", item_count=4, quarantined=1),
        # A batch of which nothing was known by then.
        {**run("silver.complaint", item_count=50, quarantined=50), "batch_id": "b5"},
    )
    measured = five_v.landed(records.withColumn("_beside", F.lit(False)), END)
    card = five_v.scorecard(measured, runs, frame(silver.COMPLAINT, complaint(1, NOON)),
                            frame(silver.INTERACTION), end=END)  # fmt: skip
    assert set(card.columns) == set(gold.FIVE_V_SCORECARD.column_names) - {"as_of_date"}
    rows = {r.source_system: r for r in card.collect()}
    assert rows.keys() == {"crm", "web"}
    assert (rows["crm"].veracity_sound_share, rows["crm"].value_complaints, rows["crm"].value_claimed) == (
        0.75,
        1,
        None,
    )
    assert (rows["web"].veracity_judged, rows["web"].veracity_sound_share, rows["web"].value_complaints) == (0, None, 0)
