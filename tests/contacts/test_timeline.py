"""The journey of a customer: every kind of event of every table, with what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame

from conf.table import Table
from conf.tables import gold, silver
from transformations.contacts import timeline

Frame = Callable[..., DataFrame]
Rows = Mapping[Table, list[dict[str, Any]]]


def at(hour: int) -> datetime:
    return datetime(2026, 1, 1, hour)


@pytest.fixture
def told(frame: Frame) -> Callable[[Rows], list[Any]]:
    """Make the journeys of the rows of the tables, all of customer k1 where nothing else is said; in order."""

    def made(rows: Rows) -> list[Any]:
        whole = {
            table: frame(table, *({"customer_id": "k1", "source_system": "crm", **r} for r in rows.get(table, [])))
            for table in timeline.EVENTS
        }
        events = timeline.timeline(whole)
        assert sorted(events.columns) == sorted(gold.CUSTOMER_TIMELINE.column_names)
        chosen = events.select(*gold.CUSTOMER_TIMELINE.column_names)
        assert [f"{name} {kind}" for name, kind in chosen.dtypes] == [
            f"{column.name} {column.type.lower()}" for column in gold.CUSTOMER_TIMELINE.columns
        ]
        return chosen.orderBy("event_at", "event_id").collect()

    return made


EVERY: Rows = {
    silver.COMPLAINT: [
        dict(complaint_id="c:1", received_at=at(2), resolved_at=at(8), closed_at=at(9), channel="book", product="card",
             cause="fee", amount_claimed=Decimal("10.50"), currency="PEN", outcome="upheld"),
        # Closed is unknown, resolved is not; what it is about is not told.
        dict(complaint_id="c:2", received_at=at(3), resolved_at=at(10)),
    ],
    silver.INTERACTION: [
        dict(interaction_id="i:1", started_at=at(1), channel="phone", contact_type="enquiry", outcome="answered",
             complaint_id="c:1"),
    ],
    silver.SURVEY_RESPONSE: [
        dict(response_id="s:1", question_id="q1", answered_at=at(4), channel="web", question_type="nps",
             score=Decimal("9.00"), interaction_id="i:1"),
        dict(response_id="s:1", question_id="q2", answered_at=at(4), question_type="choice", choice="price"),
    ],
    silver.SOCIAL_MENTION: [
        dict(mention_id="t:1", posted_at=at(5), network="trustpilot", mention_type="review", rating=Decimal("1.00")),
    ],
    silver.PROMISE: [
        dict(promise_id="p:1", promise_type="refund", promised_at=at(6), due_at=at(7), kept_at=at(7),
             amount=Decimal("5.00"), currency="PEN", complaint_id="c:1"),
        dict(promise_id="p:2", promise_type="callback", promised_at=at(6), due_at=at(7), kept_at=at(8),
             interaction_id="i:1"),
        # Without a day that it was due it can be neither late nor in time; and one that is not kept is no event.
        dict(promise_id="p:3", promise_type="visit", promised_at=at(6), kept_at=at(8)),
        dict(promise_id="p:4", promise_type="answer", promised_at=at(6), due_at=at(7)),
    ],
    silver.CAMPAIGN_CONTACT: [
        dict(contact_id="m:1", campaign_id="spring", contacted_at=at(11), channel="email", outcome="opened"),
    ],
    silver.WEB_SESSION: [
        dict(session_id="v1", started_at=at(12), channel="app", page_count=4, error_count=1),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (datetime(2026, 1, 6), "callback in time"),
        (datetime(2026, 1, 6, 0, 0, 1), "callback late"),
        (datetime(2026, 1, 6, 23), "callback late"),
    ],
)
def test_a_promise_due_at_seven_in_the_evening_in_lima_is_not_due_all_day(
    told: Callable[[Rows], list[Any]], kept: datetime, said: str
) -> None:
    promise = dict(promise_id="p:1", promise_type="callback", due_at=datetime(2026, 1, 6), kept_at=kept)
    (event,) = told({silver.PROMISE: [promise]})
    assert (event.event_type, event.summary) == ("promise_kept", said)


def test_every_event_of_every_table_is_told(told: Callable[[Rows], list[Any]]) -> None:
    assert EVERY.keys() == timeline.EVENTS.keys()
    found = told(EVERY)
    assert [(r.event_at.hour, r.event_id, r.channel, r.summary) for r in found] == [
        (1, "contact:i:1", "phone", "enquiry / answered"),
        (2, "complaint:c:1", "book", "card / fee"),
        (3, "complaint:c:2", None, None),
        (4, "survey:s:1:q1", "web", "nps 9.00"),
        (4, "survey:s:1:q2", None, "choice price"),
        (5, "post:t:1", "social", "trustpilot review 1.00"),
        (6, "promise:p:1", None, "refund"),
        (6, "promise:p:2", None, "callback"),
        (6, "promise:p:3", None, "visit"),
        (6, "promise:p:4", None, "answer"),
        (7, "promise_kept:p:1", None, "refund in time"),
        (8, "promise_kept:p:2", None, "callback late"),
        (8, "promise_kept:p:3", None, "visit"),
        (9, "complaint_closed:c:1", "book", "upheld"),
        (10, "complaint_closed:c:2", None, None),
        (11, "campaign:m:1", "email", "spring / opened"),
        (12, "visit:v1", "app", "4 pages, 1 errors"),
    ]
    assert all(r.event_id.startswith(f"{r.event_type}:") for r in found)
    assert {r.customer_id for r in found} == {"k1"}
    assert {r.source_system for r in found} == {"crm"}
    assert {r.source_table for r in found} == {table.name for table in timeline.EVENTS}
    links = {r.event_id: (r.complaint_id, r.interaction_id) for r in found if r.complaint_id or r.interaction_id}
    assert links == {
        "contact:i:1": ("c:1", "i:1"),
        "complaint:c:1": ("c:1", None),
        "complaint_closed:c:1": ("c:1", None),
        "complaint:c:2": ("c:2", None),
        "complaint_closed:c:2": ("c:2", None),
        "survey:s:1:q1": (None, "i:1"),
        "promise:p:1": ("c:1", None),
        "promise_kept:p:1": ("c:1", None),
        "promise:p:2": (None, "i:1"),
        "promise_kept:p:2": (None, "i:1"),
    }
    money = {r.event_id: (str(r.amount), r.currency) for r in found if r.amount is not None}
    assert money == {
        "complaint:c:1": ("10.50", "PEN"),
        "promise:p:1": ("5.00", "PEN"),
        "promise_kept:p:1": ("5.00", "PEN"),
    }


def test_without_a_customer_or_a_moment_it_stands_in_no_timeline(told: Callable[[Rows], list[Any]]) -> None:
    moments = {name for events in timeline.EVENTS.values() for e in events for name in _columns(e["event_at"])}
    nobody = {table: [{**row, "customer_id": None} for row in rows] for table, rows in EVERY.items()}
    never = {
        table: [{c: v for c, v in row.items() if c not in moments} for row in rows] for table, rows in EVERY.items()
    }
    assert told(nobody) == []
    assert told(never) == []


def _columns(sql: str) -> list[str]:
    return sql.removeprefix("coalesce(").removesuffix(")").split(", ")


def test_ids_are_unique_though_every_table_uses_the_same_ids(told: Callable[[Rows], list[Any]]) -> None:
    keys = ("complaint_id", "interaction_id", "response_id", "mention_id", "promise_id", "contact_id", "session_id")
    rows: Rows = {
        table: [
            {**{c: at(1) for e in events for c in _columns(e["event_at"])}, **dict.fromkeys(table.key, number),
             **{k: number for k in keys if k in table.key}}
            for number in ("k:1", "k:2")
        ]
        for table, events in timeline.EVENTS.items()
    }  # fmt: skip
    found = told(rows)
    count = 2 * sum(len(events) for events in timeline.EVENTS.values())
    assert len(found) == count
    assert len({(r.customer_id, r.event_at, r.event_id) for r in found}) == count
