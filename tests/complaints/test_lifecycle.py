"""Statements of a status: since when they are known, until when they stand, and what was open on a past day."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from conf.tables import silver
from transformations.complaints import lifecycle
from transformations.intake import versions

RECORDS = (
    "_source_system string, _record_key string, _known_at timestamp, _is_deleted boolean, _record_hash string, "
    "complaint_id string, states array<struct<to:string,at:timestamp>>, changed_by string, _broken boolean, "
    "_version_by string, _ingested_at timestamp, _batch_id string, _source_object string, _position bigint"
)
Statements = list[tuple[str, int | None]]
Judge = Callable[..., DataFrame]


def day(number: int) -> datetime:
    """Midnight of a day of January 2026."""
    return datetime(2026, 1, 1) + timedelta(days=number - 1)


def version(
    known: int, *states: tuple[str, int | None], key: str = "r1", by: str | None = None, **options: Any
) -> tuple:
    """A version of a record, known on a day, that states (status, day) pairs; `deleted` and `broken` as they say."""
    deleted, feed = options.get("deleted", False), options.get("feed", "crm")
    content = f"{'tombstone' if deleted else states}{options.get('broken')}{by}"
    return (
        feed, key, day(known), deleted, content, None if deleted else options.get("complaint", "c1"),
        [(to, at and day(at)) for to, at in states], options.get("who"), options.get("broken", False),
        by, day(known), f"b{known}", "file", 1,
    )  # fmt: skip


@pytest.fixture
def judged(spark: SparkSession) -> Judge:
    """Judge versions as a refine job does: `every` keeps what each of them states, else the newest says it all."""

    def judge(*made: tuple, every: bool = False) -> DataFrame:
        records = spark.createDataFrame(list(made), RECORDS)
        folded = versions.folded(records, rejected=F.col("_broken"))
        items = folded.select("*", F.posexplode_outer("states").alias("_item", "_state")).withColumns(
            {
                "to_status": F.col("_state.to"),
                "at": F.col("_state.at"),
                "_applicable": ~F.col("_is_deleted") & F.col("_state").isNotNull(),
                "_problems": F.array().cast("array<string>"),
                "_withdrawable": F.lit(not every),
                "source_system": F.col("_source_system"),
                "_record_key": F.col("_identity"),
            }
        )
        return versions.with_disposition(items, every_version=every)

    return judge


def told(history: DataFrame) -> list[tuple]:
    """The rows in order: from, to, day of the change, days since and until when it is known to stand."""
    rows = history.orderBy("complaint_id", "seq").collect()
    assert [r.seq for r in rows] == list(range(1, len(rows) + 1))
    return [(r.from_status, r.to_status, *map(_number, (r.at, r.known_at, r.withdrawn_at))) for r in rows]


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - day(1)).days + 1


@pytest.mark.slow
def test_a_feed_of_present_statuses_makes_a_history_in_whatever_order_it_comes(judged: Judge) -> None:
    made = [version(d, (to, d), who=f"E{d}") for d, to in ((2, "received"), (5, "assigned"), (9, "closed"))]
    expected = [
        (None, "received", 2, 2, None),
        ("received", "assigned", 5, 5, None),
        ("assigned", "closed", 9, 9, None),
    ]
    assert told(lifecycle.history(judged(*made, every=True))) == expected
    assert told(lifecycle.history(judged(*reversed(made), every=True))) == expected


def test_a_change_that_becomes_known_late_stands_in_its_place_and_is_known_late(judged: Judge) -> None:
    history = lifecycle.history(
        judged(version(2, ("received", 2)), version(9, ("closed", 9)), version(12, ("assigned", 4)), every=True)
    )
    assert told(history) == [
        (None, "received", 2, 2, None),
        ("received", "assigned", 4, 12, None),
        ("assigned", "closed", 9, 9, None),
    ]


def test_a_statement_that_the_feed_no_longer_makes_is_withdrawn_when_that_is_known(judged: Judge) -> None:
    history = lifecycle.history(
        judged(version(2, ("received", 1), ("closed", 2)), version(6, ("received", 1), ("closed", 5)))
    )
    assert told(history) == [
        (None, "received", 1, 2, None),
        (None, "closed", 2, 2, 6),
        ("received", "closed", 5, 6, None),
    ]


def test_a_statement_made_withdrawn_and_made_again_has_a_row_for_each_time(judged: Judge) -> None:
    history = lifecycle.history(
        judged(
            version(2, ("received", 1), ("closed", 2)),
            version(4, ("received", 1)),
            version(6, ("received", 1), ("closed", 2)),
        )
    )
    assert told(history) == [
        (None, "received", 1, 2, None),
        (None, "closed", 2, 2, 4),
        ("received", "closed", 2, 6, None),
    ]
    assert lifecycle.open_at(history, "2026-01-03 00:00:00").count() == 0
    assert lifecycle.open_at(history, "2026-01-06 00:00:00").count() == 1
    assert lifecycle.open_at(history, "2026-01-07 00:00:00").count() == 0


def test_an_old_version_that_becomes_known_late_never_stood(judged: Judge) -> None:
    # By the source's own order b is newest, a was never the newest known.
    history = lifecycle.history(judged(version(5, ("received", 1), by="b"), version(8, ("closed", 2), by="a")))
    assert told(history) == [(None, "received", 1, 5, None)]


def test_a_rejected_version_withdraws_nothing(judged: Judge) -> None:
    history = lifecycle.history(
        judged(version(2, ("received", 1), ("closed", 2)), version(4, ("lost", 3), broken=True))
    )
    assert told(history) == [(None, "received", 1, 2, None), ("received", "closed", 2, 2, None)]


def test_a_status_without_a_date_is_known_since_and_ordered_by_when_it_was_known(judged: Judge) -> None:
    history = lifecycle.history(
        judged(
            version(4, ("received", 1), ("assigned", None)),
            version(9, ("received", 1), ("closed", None)),
        )
    )
    assert told(history) == [
        (None, "received", 1, 4, None),
        (None, "assigned", None, 4, 9),
        ("received", "closed", None, 9, None),
    ]
    found = lifecycle.open_at(history, "2026-01-09 00:00:00").collect()
    assert [(r.status, r.status_since, r.received_at, r.age_days) for r in found] == [("assigned", None, day(1), 8.0)]
    assert lifecycle.open_at(history, "2026-01-10 00:00:00").count() == 0


def test_a_status_without_a_date_ends_with_the_next_one_also_where_every_version_counts(judged: Judge) -> None:
    made = [version(1, ("assigned", None)), version(5, ("closed", None)), version(9, ("assigned", None), who="E9")]
    history = lifecycle.history(judged(*made, every=True))
    assert told(history) == [
        (None, "assigned", None, 1, 5),
        (None, "closed", None, 5, 9),
        (None, "assigned", None, 9, None),
    ]
    open_on = [lifecycle.open_at(history, f"2026-01-{d:02d} 00:00:00").count() for d in (5, 9, 10)]
    assert open_on == [1, 0, 1]


@pytest.mark.parametrize("every", [True, False])
def test_a_deleted_record_withdraws_all_that_it_stated(judged: Judge, every: bool) -> None:
    history = lifecycle.history(
        judged(version(2, ("received", 2)), version(5, ("received", 2)), version(8, deleted=True), every=every)
    )
    assert told(history) == [(None, "received", 2, 2, 8)]
    assert [lifecycle.open_at(history, f"2026-01-{d:02d} 00:00:00").count() for d in (2, 3, 8, 9)] == [0, 1, 1, 0]


def test_a_record_that_comes_back_has_its_history_again(judged: Judge) -> None:
    made = [version(2, ("received", 2)), version(4, deleted=True), version(7, ("assigned", 7)),
            version(9, deleted=True), version(11, ("assigned", 7))]  # fmt: skip
    assert told(lifecycle.history(judged(*made, every=True))) == [
        (None, "received", 2, 2, 4),
        (None, "received", 2, 7, 9),
        (None, "received", 2, 11, None),
        (None, "assigned", 7, 7, 9),
        ("received", "assigned", 7, 11, None),
    ]
    # A feed that says all each time does not say `received` any more.
    assert told(lifecycle.history(judged(*made))) == [
        (None, "received", 2, 2, 4),
        (None, "assigned", 7, 7, 9),
        (None, "assigned", 7, 11, None),
    ]


def test_a_reopened_complaint_is_open_again(judged: Judge) -> None:
    history = lifecycle.history(
        judged(version(1, ("received", 1)), version(3, ("closed", 3)), version(6, ("reopened", 6)), every=True)
    )
    found = lifecycle.open_at(history, "2026-01-07 00:00:00").collect()
    assert [(r.complaint_id, r.status, r.status_since, r.received_at, r.age_days, r.reopen_count) for r in found] == [
        ("c1", "reopened", day(6), day(1), 6.0, 1)
    ]
    assert lifecycle.open_at(history, "2026-01-04 00:00:00").count() == 0


def test_statuses_of_one_moment_follow_the_life_of_a_complaint(judged: Judge) -> None:
    history = lifecycle.history(judged(version(2, ("closed", 1), ("received", 1), ("assigned", 1))))
    assert [(r[0], r[1]) for r in told(history)] == [
        (None, "received"), ("received", "assigned"), ("assigned", "closed")
    ]  # fmt: skip


def test_a_statement_of_two_records_is_one_row_that_names_both(judged: Judge) -> None:
    history = lifecycle.history(
        judged(
            version(3, ("received", 1), key="E1", who="late"),
            version(2, ("received", 1), key="E2", who="first"),
            version(7, key="E2", deleted=True),
            every=True,
        )
    )
    (row,) = history.collect()
    assert [tuple(by) for by in row.stated_by] == [("crm", "E1"), ("crm", "E2")]
    # The first to state it is named, and its end is not the end of what the other states.
    assert (row.changed_by, row["_record_key"], row.known_at, row.withdrawn_at) == ("first", "E2", day(2), None)


def test_statements_of_several_complaints_keep_apart(judged: Judge) -> None:
    history = lifecycle.history(
        judged(version(2, ("received", 1), complaint="c1"), version(2, ("received", 1), complaint="c2", key="r2"))
    )
    assert [(r.complaint_id, r.seq) for r in history.orderBy("complaint_id").collect()] == [("c1", 1), ("c2", 1)]


def test_the_history_has_the_columns_of_its_contract(judged: Judge) -> None:
    assert lifecycle.history(judged(version(2, ("received", 1)))).columns == list(
        silver.COMPLAINT_STATUS_HISTORY.column_names
    )


def test_open_at_takes_what_was_known_before_the_moment_and_had_happened(frame: Callable[..., DataFrame]) -> None:
    def stated(complaint: str, seq: int, to: str, at: int | None, known: int, withdrawn: int | None = None) -> dict:
        return dict(complaint_id=complaint, seq=seq, to_status=to, at=at and day(at), known_at=day(known),
                    withdrawn_at=withdrawn and day(withdrawn), source_system=f"feed{seq}")  # fmt: skip

    history = frame(
        silver.COMPLAINT_STATUS_HISTORY,
        stated("open", 1, "received", 1, 1), stated("open", 2, "pending", 4, 5), stated("open", 3, "closed", 11, 9),
        stated("known_later", 1, "received", 1, 10),
        stated("withdrawn", 1, "received", 1, 1, withdrawn=9),
        stated("withdrawn_later", 1, "received", 1, 1, withdrawn=10),
        stated("without_date", 1, "pending", None, 9),
    )  # fmt: skip
    found = lifecycle.open_at(history, "2026-01-10 00:00:00").orderBy("complaint_id").collect()
    assert [tuple(r) for r in found] == [
        ("open", "pending", day(4), day(1), 0, "feed2", 9.0),
        ("withdrawn_later", "received", day(1), day(1), 0, "feed1", 9.0),
        ("without_date", "pending", None, None, 0, "feed1", None),
    ]


# ---- against an oracle


def expected_status(made: list[tuple], moment: datetime, every: bool) -> dict[str, str]:
    """Work out, in plain Python, the last status of each complaint from the versions known before a moment alone."""
    stated: dict[str, list[tuple]] = {}
    records = {m[1] for m in made}
    for key in records:
        known = sorted((m for m in made if m[1] == key and m[2] < moment), key=lambda m: (m[9] or "", m[2], m[4]))
        sound = [m for i, m in enumerate(known) if not m[8] and (i == 0 or known[i - 1][4] != m[4])]
        if not sound or sound[-1][3]:
            continue
        for one in sound if every else sound[-1:]:
            stated.setdefault(one[5], []).extend((at, to) for to, at in one[6] if at < moment)
    order = lifecycle.SEQUENCE.index
    last = {complaint: max(s, key=lambda pair: (pair[0], order(pair[1]))) for complaint, s in stated.items() if s}
    return {complaint: to for complaint, (_, to) in last.items() if to not in lifecycle.CLOSING}


@pytest.mark.parametrize("every", [True, False])
def test_a_past_day_is_what_the_versions_known_by_then_said(judged: Judge, every: bool) -> None:
    draw = random.Random(7)
    made = []
    for number in range(150):
        for known in draw.sample(range(1, 16), draw.randint(1, 5)):
            states = [(draw.choice(lifecycle.SEQUENCE), draw.randint(1, known)) for _ in range(draw.randint(1, 2))]
            deleted = draw.random() < 0.2
            made.append(
                version(known, *([] if deleted else states), key=f"r{number}", complaint=f"c{number % 100}",
                        deleted=deleted, broken=not deleted and draw.random() < 0.15, by=draw.choice("abc"))
            )  # fmt: skip
    history = lifecycle.history(judged(*made, every=every)).localCheckpoint()
    for number in (3, 8, 12, 20):
        end = day(number)
        found = {r.complaint_id: r.status for r in lifecycle.open_at(history, f"{end}").collect()}
        assert found == expected_status(made, end, every), (date(2026, 1, number), every)
        assert found
