"""The facts of a complaint: each duration and outcome worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from conf.tables import gold, silver
from transformations.complaints import facts

Frame = Callable[..., DataFrame]
DURATIONS = ("days_to_acknowledge", "days_to_respond", "days_to_resolve", "days_to_close")


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 1, day, hour)


@pytest.fixture
def made(frame: Frame, spark: SparkSession) -> Callable[..., dict[str, Row]]:
    """Make the facts of complaints known up to 21 January, by id; what is not given is empty."""

    def make(*complaints: dict[str, Any], **parts: list[dict[str, Any]]) -> dict[str, Row]:
        filed = [{"source_system": "crm", **c} for c in complaints]
        rows = facts.facts(
            frame(silver.COMPLAINT, *filed),
            history=frame(silver.COMPLAINT_STATUS_HISTORY, *parts.get("history", [])),
            redress=frame(silver.COMPLAINT_REDRESS, *parts.get("redress", [])),
            issues=frame(silver.COMPLAINT_ISSUE, *parts.get("issues", [])),
            documents=frame(silver.DOCUMENT, *parts.get("documents", [])),
            nodes=frame(silver.TAXONOMY_NODE, *parts.get("nodes", [])),
            known_until=spark.createDataFrame([("crm", at(21))], "source_system string, known_until timestamp"),
        ).select(*gold.FACT_COMPLAINT.column_names)
        found = {row.complaint_id: row for row in rows.collect()}
        assert len(found) == len(complaints)
        return found

    return make


def test_every_duration_runs_from_the_receipt(made: Callable[..., dict[str, Row]]) -> None:
    rows = made(
        dict(complaint_id="all", status="closed", received_at=at(2), acknowledged_at=at(2, 6), responded_at=at(4),
             resolved_at=at(5, 12), closed_at=at(12)),
        dict(complaint_id="no_receipt", status="closed", closed_at=at(12)),
        dict(complaint_id="no_ends", status="closed", received_at=at(2)),
        # Dates alone stand at 00:00: an end on the day of the receipt is no negative time.
        dict(complaint_id="same_day", status="closed", received_at=at(2, 15), closed_at=at(2)),
        dict(complaint_id="before", status="closed", received_at=at(2), responded_at=at(1), closed_at=at(3)),
    )  # fmt: skip
    assert {name: tuple(row[d] for d in DURATIONS) for name, row in rows.items()} == {
        "all": (0.25, 2.0, 3.5, 10.0),
        "no_receipt": (None, None, None, None),
        "no_ends": (None, None, None, None),
        "same_day": (None, None, None, 0.0),
        "before": (None, None, None, 1.0),
    }
    assert {name: row.has_trusted_dates for name, row in rows.items()} == {
        "all": True, "no_receipt": False, "no_ends": False, "same_day": True, "before": False
    }  # fmt: skip


def test_open_complaints_age_to_the_newest_knowledge_of_their_feed(made: Callable[..., dict[str, Row]]) -> None:
    rows = made(
        dict(complaint_id="open", status="responded", received_at=at(2), responded_at=at(4)),
        dict(complaint_id="closed", status="withdrawn", received_at=at(2), closed_at=at(4)),
        dict(complaint_id="no_status", received_at=at(2)),
        dict(complaint_id="no_receipt", status="received"),
        dict(complaint_id="future", status="received", received_at=at(22)),
        dict(complaint_id="other_feed", status="received", received_at=at(2), source_system="web"),
    )
    assert {n: (r.is_open, r.age_days, r.known_until, r.has_trusted_dates) for n, r in rows.items()} == {
        "open": (True, 19.0, at(21), True),
        "closed": (False, None, None, True),
        "no_status": (None, None, None, True),
        "no_receipt": (True, None, at(21), False),
        "future": (True, 0.0, at(21), True),
        "other_feed": (True, None, None, True),
    }


@pytest.mark.parametrize("status", ["received", "acknowledged", "assigned", "investigating", "pending", "responded",
                                    "reopened"])  # fmt: skip
def test_every_other_status_is_open(made: Callable[..., dict[str, Row]], status: str) -> None:
    assert made(dict(complaint_id="c", status=status))["c"].is_open is True


def test_outcomes_are_passed_on_and_money_is_summed_in_one_currency_only(made: Callable[..., dict[str, Row]]) -> None:
    outcomes = ("upheld", "partly_upheld", "rejected", "explained", "withdrawn", "no_response")
    redress = [
        dict(complaint_id="upheld", seq=1, amount=Decimal("10.10"), currency="PEN"),
        dict(complaint_id="upheld", seq=2, amount=Decimal("0.90"), currency="PEN"),
        dict(complaint_id="rejected", seq=1, amount=Decimal("1.00"), currency="PEN"),
        dict(complaint_id="rejected", seq=2, amount=Decimal("1.00"), currency="USD"),
        dict(complaint_id="explained", seq=1, redress_type="non_monetary"),
    ]
    rows = made(
        *(dict(complaint_id=o, outcome=o, redress="monetary", amount_claimed=Decimal("5.00"), currency="PEN",
               is_timely=True, is_disputed=False) for o in outcomes),
        redress=redress,
    )  # fmt: skip
    assert {name: row.outcome for name, row in rows.items()} == {o: o for o in outcomes}
    assert {name: (row.redress_amount, row.redress_currency) for name, row in rows.items()} == {
        "upheld": (Decimal("11.00"), "PEN"),
        "partly_upheld": (None, None),
        "rejected": (None, None),
        "explained": (None, None),
        "withdrawn": (None, None),
        "no_response": (None, None),
    }
    first = rows["upheld"]
    assert (first.redress, first.amount_claimed, first.currency) == ("monetary", Decimal("5.00"), "PEN")
    assert (first.is_timely, first.is_disputed) == (True, False)


def test_changes_and_reopenings_are_those_that_stand(made: Callable[..., dict[str, Row]]) -> None:
    history = [
        dict(complaint_id="c1", seq=1, to_status="received"),
        dict(complaint_id="c1", seq=2, to_status="reopened"),
        dict(complaint_id="c1", seq=3, to_status="reopened", withdrawn_at=at(9)),
        dict(complaint_id="c1", seq=4, to_status="reopened"),
    ]
    rows = made(dict(complaint_id="c1"), dict(complaint_id="c2"), history=history)
    assert {n: (r.status_change_count, r.reopen_count) for n, r in rows.items()} == {"c1": (3, 2), "c2": (0, 0)}


def test_a_closing_without_a_date_gives_no_duration(made: Callable[..., dict[str, Row]]) -> None:
    history = [dict(complaint_id="c1", seq=1, to_status="received", at=at(2), known_at=at(9)),
               dict(complaint_id="c1", seq=2, to_status="closed", known_at=at(9))]  # fmt: skip
    row = made(dict(complaint_id="c1", status="closed", received_at=at(2)), history=history)["c1"]
    assert (row.is_open, row.closed_at, row.days_to_close, row.has_trusted_dates) == (False, None, None, False)
    assert row.status_change_count == 2


def test_issues_texts_and_names_are_joined_and_shrink_nothing(made: Callable[..., dict[str, Row]]) -> None:
    issues = [dict(complaint_id="c1", issue_id="i", valid_from=at(5), is_current=True),
              dict(complaint_id="c2", issue_id="i", valid_from=at(3), is_current=True),
              dict(complaint_id="c3", issue_id="old", valid_from=at(1), is_current=False)]  # fmt: skip
    rows = made(
        dict(complaint_id="c1", product_node_id="product.card", cause_node_id="cause.unknown"),
        dict(complaint_id="c2", cause_node_id="cause.delay"),
        dict(complaint_id="c3"),
        issues=issues,
        documents=[dict(document_id="d1", complaint_id="c1"), dict(document_id="d2", complaint_id="c1"),
                   dict(document_id="d3")],
        nodes=[dict(node_id="product.card", version="1", name_es="Tarjeta", name_en="Card"),
               dict(node_id="cause.delay", version="1", name_es="Demora", name_en="Delay")],
    )  # fmt: skip
    assert {n: (r.issue_id, r.is_first_of_issue, r.document_count) for n, r in rows.items()} == {
        "c1": ("i", False, 2),
        "c2": ("i", True, 0),
        "c3": (None, None, 0),
    }
    assert (rows["c1"].product_name_es, rows["c1"].product_name_en, rows["c1"].cause_name_en) == (
        "Tarjeta",
        "Card",
        None,
    )
    assert (rows["c2"].cause_name_es, rows["c2"].cause_name_en) == ("Demora", "Delay")
