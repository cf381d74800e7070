"""Versions of a record: numbered, compared and disposed of the same way, whatever order they came in."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from conf.tables import bronze
from transformations.intake import versions

Frame = Callable[..., DataFrame]
START = datetime(2026, 1, 1)


def row(key: str | None, place: int, content: str, day: int, **more: Any) -> dict[str, Any]:
    """A version known on a day of January; a payload `bad` is rejected, `out` gives nothing."""
    return {
        "_source_system": "feed", "_record_key": key, "_position": place, "_record_hash": content,
        "_known_at": START + timedelta(days=day - 1), "_ingested_at": START, "_batch_id": "b", "_source_object": "o",
        "_is_deleted": False, "payload": "fine", **more,
    }  # fmt: skip


def disposed(frame: Frame, rows: list[dict[str, Any]], every_version: bool = False) -> list[Row]:
    received = frame(bronze.WEB_FORM, *rows)
    found = _disposed(received, every_version)
    # The same where records of one version are told apart before.
    marked = versions.with_several(received, versions.received_again(received))
    assert _disposed(marked, every_version) == found
    return found


def _disposed(received: DataFrame, every_version: bool) -> list[Row]:
    folded = versions.folded(received, rejected=F.col("payload") == "bad")
    items = folded.withColumns({"_applicable": F.col("payload") != "out", "_problems": F.array().cast("array<string>")})
    disposition = versions.with_disposition(items, every_version=every_version)
    return disposition.orderBy("_source_system", "_identity", "_version").collect()


def test_versions_are_ordered_by_the_source_then_by_knowledge_then_by_content(frame: Frame) -> None:
    found = disposed(frame, [
        row("k", 1, "c", 5, _version_by="1"), row("k", 2, "b", 3, _version_by="2"),
        row("k", 3, "a", 3, _version_by="2"), row("k", 4, "z", 2, _version_by="2"), row("k", 5, "y", 9),
        row(None, 6, "a", 1), row(None, 7, "a", 1),
    ])  # fmt: skip
    assert [(r._identity, r._version, r._position) for r in found] == [
        ("b#o#6", 1, 6), ("b#o#7", 1, 7), ("k", 1, 5), ("k", 2, 1), ("k", 3, 4), ("k", 4, 3), ("k", 5, 2),
    ]  # fmt: skip


def test_records_received_once_need_no_others(frame: Frame) -> None:
    received = frame(bronze.WEB_FORM, row("a", 1, "A", 1), row("b", 2, "B", 2, payload="bad"))
    alone = versions.with_several(received, None)
    assert _disposed(alone, False) == _disposed(received, False)
    plan = versions.folded(alone, rejected=F.lit(False))._jdf.queryExecution().executedPlan().toString()
    assert "Window" not in plan
    assert "Exchange" not in plan


def test_each_version_has_one_disposition(frame: Frame) -> None:
    rows = [
        # A, B, A again are three versions; a repetition of the version before is none.
        row("a", 1, "A", 1), row("a", 2, "B", 2), row("a", 3, "B", 3), row("a", 4, "A", 4),
        # The newest is rejected: the one before it stays, and says so.
        row("b", 5, "A", 1), row("b", 6, "B", 2, payload="bad"),
        # A rejected one that comes again is a repetition, not a second rejection.
        row("c", 7, "A", 1, payload="bad"), row("c", 8, "A", 2, payload="bad"),
        # The newest gives nothing: nor does what it replaces.
        row("d", 9, "A", 1), row("d", 10, "B", 2, payload="out"),
    ]  # fmt: skip
    found = disposed(frame, rows)
    assert [(r._identity, r.disposition, r.has_newer_rejected) for r in found] == [
        ("a", "superseded", False), ("a", "superseded", False), ("a", "duplicate", False), ("a", "sound", False),
        ("b", "sound", True), ("b", "quarantined", True),
        ("c", "quarantined", False), ("c", "duplicate", False),
        ("d", "superseded", False), ("d", "not_applicable", False),
    ]  # fmt: skip
    every = disposed(frame, rows, every_version=True)
    assert [r.disposition for r in every] == [
        "sound", "sound", "duplicate", "sound", "sound", "quarantined", "quarantined", "duplicate", "sound",
        "not_applicable",
    ]  # fmt: skip


def test_a_version_lasts_until_a_later_one_is_known_and_a_deletion_as_well(frame: Frame) -> None:
    found = disposed(frame, [
        row("k", 1, "A", 1, _version_by="1"), row("k", 2, "gone", 3, _version_by="2", _is_deleted=True),
        row("k", 3, "B", 9, _version_by="3", payload="bad"), row("k", 4, "C", 5, _version_by="4"),
        # Late: older than what was known on the fifth, it was never the newest.
        row("k", 5, "D", 7, _version_by="1.5"),
    ])  # fmt: skip
    day = [None, *(START + timedelta(days=n) for n in range(31))]
    assert [(r._position, r._until) for r in found] == [(1, day[3]), (5, day[3]), (2, day[5]), (3, day[5]), (4, None)]
    assert {tuple(map(tuple, r._gone)) for r in found} == {((day[3], day[5]),)}
    assert {r._first_known_at for r in found} == {day[1]}


VERSIONS = st.lists(
    st.tuples(
        st.sampled_from(("p", "q", "r", None)), st.sampled_from("ABC"), st.integers(1, 4),
        st.sampled_from((None, "1", "2")), st.sampled_from(("fine", "fine", "bad", "out")), st.booleans(),
    ),
    min_size=30, max_size=60,
)  # fmt: skip


@given(made=VERSIONS, seed=st.integers(0, 2**32), every_version=st.booleans())
@settings(max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_the_order_of_rows_changes_nothing_and_each_has_one_disposition(
    frame: Frame, made: list[tuple[Any, ...]], seed: int, every_version: bool
) -> None:
    rows = [
        row(key, place, content + payload, day, _version_by=order, payload=payload, _is_deleted=deleted)
        for place, (key, content, day, order, payload, deleted) in enumerate(made)
    ]
    shuffled = random.Random(seed).sample(rows, len(rows))
    both = disposed(frame, [*rows, *({**r, "_source_system": "other"} for r in shuffled)], every_version)
    half = len(rows)
    assert len(both) == 2 * half
    facts = [{k: v for k, v in r.asDict().items() if k != "_source_system"} for r in both]
    assert facts[:half] == facts[half:]
    assert {r.disposition for r in both} <= set(versions.DISPOSITIONS)
    by_record: dict[str, list[Row]] = {}
    for r in both[:half]:
        by_record.setdefault(r._identity, []).append(r)
    for of_one in by_record.values():
        assert [r._version for r in of_one] == list(range(1, len(of_one) + 1))
        states = [r.disposition for r in of_one]
        # A repetition is one of the version before it, and no version before the first is repeated.
        assert [s == "duplicate" for s in states] == [
            n > 0 and of_one[n - 1]._record_hash == r._record_hash for n, r in enumerate(of_one)
        ]
        if not every_version:
            assert states.count("sound") <= 1
            current = [r._version for r in of_one if r.disposition in ("sound", "not_applicable")]
            assert not current or max(current) == of_one[0]._newest or "out" in {r.payload for r in of_one}
