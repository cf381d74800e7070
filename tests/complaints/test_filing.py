"""Complaints as filed, with the house's words for product and cause, and the issue each is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame

from conf.tables import silver
from transformations.complaints import filing

Frame = Callable[..., DataFrame]


def word(taxonomy: str, value: str, node: str) -> dict[str, Any]:
    return {"from_taxonomy": taxonomy, "from_value": value, "version": "1", "node_id": node}


def test_a_complaint_gets_the_nodes_of_its_own_key_space(frame: Frame) -> None:
    sound = frame(
        silver.COMPLAINT,
        dict(complaint_id="crm:1", source_party_id="crm:P1", product="  Tarjeta de CRÉDITO ", cause="Demora"),
        dict(complaint_id="web:2", source_party_id="web:P2", product="tarjeta de credito", cause="Demora"),
        dict(complaint_id="crm:3", product="Bicicleta", cause="Demora", cause_node_id="cause.given"),
    ).drop("customer_id")
    crosswalk = frame(
        silver.TAXONOMY_CROSSWALK,
        word("crm.product", "tarjeta de credito", "product.card"),
        word("crm.cause", "demora", "cause.delay"),
        word("web.cause", "demora", "cause.wait"),
    )
    rows = {r.complaint_id: r for r in filing.current(sound, crosswalk).collect()}
    assert [(r.product_node_id, r.cause_node_id) for _, r in sorted(rows.items())] == [
        ("product.card", "cause.delay"),
        (None, "cause.given"),
        (None, "cause.wait"),
    ]
    assert rows["crm:1"].product == "  Tarjeta de CRÉDITO "


def test_the_date_of_receipt_is_the_source_s_own_or_that_of_the_moment(frame: Frame) -> None:
    night = datetime(2026, 1, 3, 3)
    sound = frame(
        silver.COMPLAINT,
        dict(complaint_id="crm:1", received_at=night, received_on=date(2026, 1, 2)),
        dict(complaint_id="crm:2", received_at=night),
        dict(complaint_id="crm:3"),
    ).drop("customer_id")
    rows = filing.current(sound, frame(silver.TAXONOMY_CROSSWALK)).orderBy("complaint_id").collect()
    assert [r.received_on for r in rows] == [date(2026, 1, 2), date(2026, 1, 3), None]


def test_each_complaint_is_an_issue_from_its_receipt_or_from_when_it_was_known(frame: Frame) -> None:
    received, known = datetime(2026, 1, 2), datetime(2026, 1, 5)
    made = filing.issues(
        frame(
            silver.COMPLAINT,
            dict(complaint_id="crm:1", received_at=received, _known_at=known, source_system="crm", _batch_id="b"),
            dict(complaint_id="crm:2", _known_at=known, source_system="crm", _batch_id="b"),
        )
    )
    assert made.columns == list(silver.COMPLAINT_ISSUE.column_names)
    assert [tuple(r) for r in made.orderBy("complaint_id").collect()] == [
        ("crm:1", "issue:crm:1", received, None, True, "crm", "b"),
        ("crm:2", "issue:crm:2", known, None, True, "crm", "b"),
    ]


def test_days_are_calendar_days_with_fractions(frame: Frame) -> None:
    rows = frame(
        silver.COMPLAINT,
        dict(received_at=datetime(2026, 1, 1), closed_at=datetime(2026, 1, 3, 12)),
        dict(received_at=datetime(2026, 1, 3, 12), closed_at=datetime(2026, 1, 1)),
        dict(closed_at=datetime(2026, 1, 1)),
    ).select(filing.days_between("received_at", "closed_at").alias("days"))
    found = sorted((r.days for r in rows.collect()), key=lambda d: (d is None, d))
    assert found == [pytest.approx(-2.5), pytest.approx(2.5), None]
