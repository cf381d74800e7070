"""What held from when until when: statements in whatever order they come, ended, corrected and made again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from conf.tables.silver import PROVENANCE_COLUMNS
from transformations.intake import history, versions

RECORDS = (
    "_source_system string, _record_key string, _known_at timestamp, _is_deleted boolean, _record_hash string, "
    "person string, team string, skills array<string>, stated_at timestamp, _broken boolean, _version_by string, "
    "_ingested_at timestamp, _batch_id string, _source_object string, _position bigint"
)
Judge = Callable[..., list["Span"]]
# Person, team, days from and until when, whether it holds, and the records behind it.
Span = tuple[str, str | None, int, int | None, bool, str]


def day(number: int) -> datetime:
    return datetime(2026, 1, 1) + timedelta(days=number - 1)


def said(known: int, team: str | None, since: int | None = None, record: str = "r1", **more: Any) -> tuple:
    """A version of a record, known on a day, that states the team of Ana since a day; `deleted`, `broken`, …"""
    deleted = more.get("deleted", False)
    content = f"{more.get('person')}{team}{since}{deleted}{more.get('skills')}{more.get('by')}{more.get('hash', '')}"
    return (
        more.get("feed", "hr"), record, day(known), deleted, content, more.get("person", "ana"), team,
        more.get("skills"), since and day(since), more.get("broken", False), more.get("by"), day(known), f"b{known}",
        "file", 1,
    )  # fmt: skip


def gone(known: int, record: str = "r1", **more: Any) -> tuple:
    return said(known, None, record=record, deleted=True, **more)


def judged(spark: SparkSession, made: list[tuple], *, every: bool = True) -> DataFrame:
    """Judge versions as a refine job does: `every` keeps what each of them states, else the newest says it all."""
    folded = versions.folded(spark.createDataFrame(made, RECORDS), rejected=F.col("_broken"))
    items = folded.withColumns(
        {
            "_applicable": ~F.col("_is_deleted"),
            "_problems": F.when(F.col("_broken"), F.array(F.lit("broken"))).otherwise(F.array().cast("array<string>")),
            "_withdrawable": F.lit(not every),
            "source_system": F.col("_source_system"),
            "_record_key": F.col("_identity"),
        }
    )
    return versions.with_disposition(items, every_version=every)


def spans(items: DataFrame) -> DataFrame:
    return history.spans(items, ("person",), ("team", "skills"))


def number(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - day(1)).days + 1


@pytest.fixture
def told(spark: SparkSession) -> Judge:
    """The spans of the versions in order; the same in whatever order the versions come."""

    def made(*versions_: tuple, every: bool = True) -> list[Any]:
        found = [_told(spans(judged(spark, list(order), every=every))) for order in (versions_, versions_[::-1])]
        assert found[0] == found[1]
        return found[0]

    return made


def _told(frame: DataFrame) -> list[Any]:
    rows = frame.orderBy("person", "valid_from").collect()
    assert all(r.is_current == (r.valid_to is None) for r in rows)
    assert all(r.stated_by == sorted(r.stated_by) for r in rows)
    return [
        (r.person, r.team, number(r.valid_from), number(r.valid_to), r.is_current,
         " ".join(by.record_key for by in r.stated_by))
        for r in rows
    ]  # fmt: skip


def test_equal_statements_one_after_another_are_one_span(told: Judge) -> None:
    assert told(
        said(2, "cards", 2), said(5, "cards", 4), said(7, "loans", 6), said(9, "cards", 8),
        # Of another record, and equal: it is named.
        said(9, "cards", 9, record="r2"),
        said(2, "post", person="bo", record="r3"),
    ) == [
        ("ana", "cards", 2, 6, False, "r1"), ("ana", "loans", 6, 8, False, "r1"),
        ("ana", "cards", 8, None, True, "r1 r2"), ("bo", "post", 2, None, True, "r3"),
    ]  # fmt: skip


def test_nothing_said_is_a_statement_too_and_lists_are_compared(told: Judge) -> None:
    assert told(said(1, None), said(2, None, skills=["es"]), said(3, None, skills=["es"], hash="again"),
                said(4, None, skills=["es", "en"]), said(5, None, skills=[])) == [
        ("ana", None, 1, 2, False, "r1"), ("ana", None, 2, 4, False, "r1"), ("ana", None, 4, 5, False, "r1"),
        ("ana", None, 5, None, True, "r1"),
    ]  # fmt: skip


def test_a_statement_that_comes_late_stands_in_its_place(told: Judge) -> None:
    first = [said(2, "cards", 1), said(9, "loans", 9)]
    assert told(*first, said(12, "post", 5)) == [
        ("ana", "cards", 1, 5, False, "r1"), ("ana", "post", 5, 9, False, "r1"), ("ana", "loans", 9, None, True, "r1"),
    ]  # fmt: skip
    # It says what held anyway: nothing changes but who says it.
    assert told(*first, said(12, "cards", 5, record="r2")) == [
        ("ana", "cards", 1, 9, False, "r1 r2"), ("ana", "loans", 9, None, True, "r1"),
    ]  # fmt: skip


def test_of_one_moment_the_last_known_wins_and_the_others_are_behind_it(told: Judge) -> None:
    assert told(said(2, "cards", 1), said(5, "loans", 1, record="r2"), said(4, "post", 1, record="r3")) == [
        ("ana", "loans", 1, None, True, "r1 r2 r3"),
    ]  # fmt: skip
    # Known together the source's own order decides, and without one the content, as for versions.
    assert told(said(2, "cards", 1, by="2"), said(2, "loans", 1, by="1")) == [("ana", "cards", 1, None, True, "r1")]
    assert told(said(2, "cards", 1), said(2, "loans", 1)) == [("ana", "loans", 1, None, True, "r1")]


def test_without_a_date_it_holds_since_it_was_known_until_the_next_version(told: Judge) -> None:
    assert told(said(3, "cards"), said(5, "cards", hash="other"), said(7, "loans")) == [
        ("ana", "cards", 3, 7, False, "r1"), ("ana", "loans", 7, None, True, "r1"),
    ]  # fmt: skip
    # The next version speaks of somebody else.
    assert told(said(3, "cards"), said(7, "cards", person="bo")) == [
        ("ana", "cards", 3, 7, False, "r1"), ("bo", "cards", 7, None, True, "r1"),
    ]  # fmt: skip


def test_an_old_version_that_becomes_known_late_never_held(told: Judge) -> None:
    assert told(said(5, "cards", by="2"), said(8, "loans", by="1")) == [("ana", "cards", 5, None, True, "r1")]
    # With a date it has a place of its own, but not that of a newer version of the record.
    assert told(said(5, "cards", 4, by="2"), said(8, "loans", 3, by="1")) == [
        ("ana", "loans", 3, 4, False, "r1"), ("ana", "cards", 4, None, True, "r1"),
    ]  # fmt: skip
    assert told(said(5, "cards", 4, by="2"), said(8, "loans", 4, by="1")) == [("ana", "cards", 4, None, True, "r1")]


def test_a_deletion_ends_what_its_record_said_and_a_later_statement_begins_again(told: Judge) -> None:
    assert told(said(2, "cards", 1), gone(5)) == [("ana", "cards", 1, 5, False, "r1")]
    assert told(said(2, "cards"), gone(5), said(8, "cards")) == [
        ("ana", "cards", 2, 5, False, "r1"), ("ana", "cards", 8, None, True, "r1"),
    ]  # fmt: skip
    assert told(said(2, "cards", 1), gone(5), said(8, "loans", 7), gone(9), said(9, "post", 9, record="r2")) == [
        ("ana", "cards", 1, 5, False, "r1"), ("ana", "loans", 7, 9, False, "r1"), ("ana", "post", 9, None, True, "r2"),
    ]  # fmt: skip


def test_a_deletion_ends_nothing_that_another_record_said(told: Judge) -> None:
    assert told(said(2, "cards", 1), said(5, "loans", 4, record="r2"), gone(8)) == [
        ("ana", "cards", 1, 4, False, "r1"), ("ana", "loans", 4, None, True, "r2"),
    ]  # fmt: skip
    assert told(said(2, "cards", 1), said(3, "cards", 2, feed="crm"), gone(8)) == [
        ("ana", "cards", 1, None, True, "r1 r1"),
    ]  # fmt: skip


def test_what_is_deleted_before_its_day_never_held(told: Judge) -> None:
    # Known and gone in one delivery, or said for tomorrow and gone today.
    assert told(said(2, "cards", by="1"), gone(2, by="2")) == []
    assert told(said(2, "cards", 1), said(4, "loans", 5), gone(4, by="9")) == [("ana", "cards", 1, 4, False, "r1")]


def test_what_is_rejected_or_repeated_says_nothing(told: Judge) -> None:
    assert told(said(2, "cards", 1), said(4, "lost", 3, broken=True), said(5, "cards", 1), said(6, "cards", 1)) == [
        ("ana", "cards", 1, None, True, "r1")
    ]


def test_where_the_newest_version_says_it_all_a_date_that_it_corrects_was_never_true(told: Judge) -> None:
    corrected = [said(2, "cards", 1), said(4, "cards", 3), said(6, "post", 2, person="bo", record="r2"),
                 said(7, "post", 2, record="r2")]  # fmt: skip
    assert told(*corrected, every=False) == [("ana", "post", 2, 3, False, "r2"), ("ana", "cards", 3, None, True, "r1")]
    assert told(*corrected) == [
        ("ana", "cards", 1, 2, False, "r1"), ("ana", "post", 2, 3, False, "r2"), ("ana", "cards", 3, None, True, "r1"),
        ("bo", "post", 2, None, True, "r2"),
    ]  # fmt: skip
    # A deletion corrects nothing: what it ends was true.
    assert told(said(2, "cards", 1), said(4, "loans", 3), gone(8), every=False) == [("ana", "loans", 3, 8, False, "r1")]
    # Without a date each held while it was the newest.
    assert told(said(2, "cards"), said(4, "loans"), every=False) == [
        ("ana", "cards", 2, 4, False, "r1"), ("ana", "loans", 4, None, True, "r1"),
    ]  # fmt: skip


def test_a_span_has_the_provenance_of_its_first_statement(spark: SparkSession) -> None:
    found = spans(judged(spark, [said(2, "cards", 1), said(5, "cards", 4, record="r2"), said(6, "no", broken=True)]))
    row = found.collect()[0]
    span = ["valid_from", "valid_to", "is_current", "stated_by"]
    assert found.columns == ["person", "stated_at", "team", "skills", *span, *PROVENANCE_COLUMNS]
    assert (row.stated_at, row.source_system, row._record_key, row._batch_id) == (day(1), "hr", "r1", "b2")
    assert (row._known_at, row.has_newer_rejected) == (day(2), True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_day_says_what_was_said_last_of_it(spark: SparkSession, seed: int) -> None:
    """Against a model that walks through the days: many people, two records each, deleted, late, dated and not."""
    chance = random.Random(seed)
    made = [version for n in range(60) for version in _random(chance, f"p{n:02}")]
    rows = spans(judged(spark, made)).collect()
    for person in sorted({v[5] for v in made}):
        own = [v for v in made if v[5] == person]
        held = sorted((r for r in rows if r.person == person), key=lambda r: r.valid_from)
        assert [_on(held, n) for n in range(1, 32)] == [_model(own, n) for n in range(1, 32)], own
        assert all(a.valid_to is not None and a.valid_to <= b.valid_from for a, b in pairwise(held))
        assert all(r.valid_to is None or r.valid_from < r.valid_to for r in held)
        pairs = pairwise(held)
        assert all(a.valid_to < b.valid_from or (a.team, a.skills) != (b.team, b.skills) for a, b in pairs)


def _random(chance: random.Random, person: str) -> list[tuple]:
    made: list[tuple] = []
    for record in ("a", "b"):
        for by in range(chance.randint(0, 4)):
            known = chance.randint(1, 28)
            since = chance.choice([None, chance.randint(1, known)])
            more = dict(record=f"{person}{record}", person=person, by=str(by))
            made.append(
                gone(known, **more) if chance.random() < 0.25 else said(known, chance.choice("XY"), since, **more)
            )
    return made


def _on(held: list[Any], number_: int) -> str | None:
    return next((r.team for r in held if r.valid_from <= day(number_) and (r.valid_to or day(99)) > day(number_)), None)


def _model(own: list[tuple], today: int) -> str | None:
    """The team on a day: that of the last statement made of it or of a day before, if it has not ended."""
    best: tuple | None = None
    for v in own:
        if v[3]:
            continue
        later = [w for w in own if w[1] == v[1] and w[10] > v[10]]
        if v[8] is None:
            ends = [w[2] for w in later]
        else:
            # Gone for as long as nothing newer than the deletion is known.
            ends = [w[2] for w in later if w[3] and all(x[2] > w[2] for x in later if x[10] > w[10])]
        begin, end = v[8] or v[2], min(ends, default=day(99))
        in_turn = all(w[2] >= v[2] for w in later)
        rank = (begin, in_turn, v[2], v[10], v[4], v[1])
        if begin < end and begin <= day(today) and (best is None or rank > best[0]):
            best = (rank, v[6], end)
    return None if best is None or best[2] <= day(today) else best[1]
