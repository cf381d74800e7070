"""Visits and days of use: every number worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from pyspark.sql import DataFrame

from conf.tables import silver
from transformations.contacts import usage

Frame = Callable[..., DataFrame]
FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


def at(minute: int) -> datetime:
    return datetime(2026, 1, 1, 12, minute)


def event(number: int, minute: int, kind: str | None = "page_view", **more: Any) -> dict[str, Any]:
    made = dict(event_id=f"w:{number}", session_id="s1", at=at(minute), event_type=kind, channel="web")
    return {**made, "source_system": "web", "_batch_id": "b1", **more}


def reading(number: int, minute: int, **more: Any) -> dict[str, Any]:
    made = dict(reading_id=f"d:{number}", device_id="m1", usage_on=FIRST, read_at=at(minute))
    return {**made, "source_system": "meters", "_batch_id": "b1", **more}


def sessions(frame: Frame, *events: dict[str, Any]) -> dict[str, Any]:
    rows = usage.sessions(frame(silver.WEB_EVENT, *events)).collect()
    assert {*rows[0].asDict(), "customer_id"} == set(silver.WEB_SESSION.column_names)
    return {r.session_id: r for r in rows}


def days(frame: Frame, *readings: dict[str, Any]) -> dict[tuple[str, date], Any]:
    rows = usage.days(frame(silver.DEVICE_READING, *readings)).collect()
    assert {*rows[0].asDict(), "customer_id"} == set(silver.DEVICE_USAGE_DAILY.column_names)
    return {(r.device_id, r.usage_on): r for r in rows}


def test_a_visit_is_from_its_first_event_to_its_last_in_whatever_order_they_come(frame: Frame) -> None:
    found = sessions(
        frame,
        event(4, 9, page="/bye", source_system="app", _batch_id="b9"),
        event(2, 3, "search", page="/find"),
        event(1, 1, page="/home", device_id="phone"),
        event(3, 5, "login", device_id="laptop", source_party_id="w:ana"),
        # A view of nobody knows what is counted as an event only.
        event(5, 10, page=None),
        event(9, 2, session_id="s2", page="/home", channel="app"),
    )
    one, other = found["s1"], found["s2"]
    assert (one.started_at, one.ended_at, one.event_count, one.page_count, one.error_count) == (at(1), at(10), 5, 2, 0)
    assert (one.entry_page, one.exit_page, one.device_id, one.source_party_id) == ("/home", "/bye", "phone", "w:ana")
    assert (one.channel, one.source_system, one._batch_id) == ("web", "web", "b1")
    assert (other.started_at, other.ended_at, other.event_count, other.entry_page) == (at(2), at(2), 1, "/home")
    assert (other.channel, other.source_party_id, other.device_id) == ("app", None, None)


def test_errors_are_counted_once_and_are_none_where_nobody_says_so(frame: Frame) -> None:
    found = sessions(
        frame,
        event(1, 1, "error"), event(2, 2, "error", is_error=True), event(3, 3, "click", is_error=True),
        event(4, 4, "click", is_error=False), event(5, 5, None, is_error=True),
        event(6, 1, None, session_id="untold", channel=None), event(7, 2, None, session_id="untold", is_error=False),
    )  # fmt: skip
    assert (found["s1"].error_count, found["s1"].page_count, found["s1"].entry_page) == (4, 0, None)
    assert (found["untold"].error_count, found["untold"].event_count, found["untold"].channel) == (0, 2, "web")


def test_of_one_moment_the_event_id_decides_and_the_last_login_counts(frame: Frame) -> None:
    events = [event(2, 1, page="/b", source_party_id="w:ana"), event(1, 1, page="/a", source_party_id="w:berta")]
    for order in (events, events[::-1]):
        found = sessions(frame, *order)["s1"]
        assert (found.entry_page, found.exit_page, found.source_party_id) == ("/a", "/b", "w:ana")


def test_a_day_of_a_device_is_the_sum_of_its_readings(frame: Frame) -> None:
    found = days(
        frame,
        reading(1, 1, usage_seconds=60.0, usage_quantity=1.5, unit="kWh", source_party_id="c:ana"),
        reading(2, 30, usage_seconds=30.0, usage_quantity=0.5, unit="kWh", is_error=True, source_system="new"),
        reading(3, 20, source_party_id="c:berta", is_error=False),
        reading(4, 1, usage_on=SECOND, usage_quantity=7.0, unit="kWh"),
        reading(5, 1, device_id="m2", usage_seconds=0.0),
    )
    one = found["m1", FIRST]
    assert (one.reading_count, one.usage_seconds, one.usage_quantity, one.unit) == (3, 90.0, 2.0, "kWh")
    assert (one.error_count, one.first_at, one.last_at) == (1, at(1), at(30))
    assert (one.source_party_id, one.source_system) == ("c:berta", "new")
    assert (found["m1", SECOND].usage_quantity, found["m1", SECOND].usage_seconds) == (7.0, None)
    assert (found["m2", FIRST].usage_seconds, found["m2", FIRST].usage_quantity, found["m2", FIRST].unit) == (
        0.0,
        None,
        None,
    )
    assert len(found) == 3


def test_what_is_measured_in_two_units_has_no_sum(frame: Frame) -> None:
    found = days(
        frame,
        reading(1, 1, usage_quantity=1.0, unit="kWh"), reading(2, 2, usage_quantity=1.0, unit="MB"),
        # A unit beside no quantity measures nothing.
        reading(3, 1, device_id="m2", usage_quantity=1.0, unit="kWh"), reading(4, 2, device_id="m2", unit="MB"),
        reading(5, 1, device_id="m3", unit="MB"),
    )  # fmt: skip
    assert {d: (r.usage_quantity, r.unit) for (d, _), r in found.items()} == {
        "m1": (None, None), "m2": (1.0, "kWh"), "m3": (None, None)
    }  # fmt: skip


def test_sums_of_doubles_do_not_depend_on_the_order_of_readings(frame: Frame) -> None:
    parts = [1e16, 0.1, 1.0, -1e16, 0.7, 3.3, 1.0, 1e8, 0.2]
    readings = [
        reading(number, number, usage_quantity=part, usage_seconds=part, unit="kWh")
        for number, part in enumerate(parts)
    ]
    made = {
        (row.usage_quantity, row.usage_seconds)
        for order in (readings, readings[::-1], sorted(readings, key=lambda r: abs(r["usage_quantity"])))
        for row in days(frame, *order).values()
    }
    assert len(made) == 1
