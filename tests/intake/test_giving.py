"""What a record gives fits the contract exactly, or is a problem with its value; a mistake names file and place."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame

from conf.source import Source, SourceError
from conf.tables import ALL, bronze
from transformations.intake import giving, reading

Frame = Callable[..., DataFrame]
TEXTS = ("id", "amount", "at", "day", "flag")


def described(target: str, *entries: dict[str, Any], **keys: Any) -> Source:
    return Source.model_validate({
        "source": "feed", "key_space": "shop", "lands_in": "bronze.web_form", "delivery": "event",
        "read": {"format": "csv", "path": "x", "zone": "America/Lima"}, "columns": dict.fromkeys(TEXTS, "string"),
        "gives": {target: list(entries)}, "(file)": "feed.yaml", "(text)": "", **keys,
    })  # fmt: skip


def given(frame: Frame, source: Source, *records: dict[str, Any], deleted: bool = False, entry: int = 0) -> DataFrame:
    ((target, entries),) = source.gives.items()
    rows = [{"_position": n, "_is_deleted": deleted, "payload": json.dumps(r)} for n, r in enumerate(records, 1)]
    typed = reading.with_typed_columns(frame(bronze.WEB_FORM, *rows), source)
    return giving.items(typed, source, ALL[target], entry, entries[entry])


def test_what_a_description_names_is_there_when_all_else_was_left_out(frame: Frame) -> None:
    each = "array(`Amount Due`, `a``b`, cast(length(PAYLOAD) AS string))"
    source = described(
        "silver.complaint_status_history",
        {"each": each, "complaint_id": "ID", "to_status": "item"},
        columns=dict.fromkeys(("id", "Amount Due", "a`b", "other"), "string"),
    )
    payload = '{"id": "1", "Amount Due": "5", "a`b": "c", "other": "x"}'
    typed = reading.with_typed_columns(frame(bronze.WEB_FORM, {"payload": payload, "_is_deleted": False}), source)
    entry = source.gives["silver.complaint_status_history"][0]
    left = giving.narrowed(typed, source, entry)
    assert left.schema["record"].dataType.names == ["id", "Amount Due", "a`b"]  # type: ignore[attr-defined]
    items = giving.items(left, source, ALL["silver.complaint_status_history"], 0, entry)
    assert [(r.complaint_id, r.to_status) for r in items.orderBy("_item").collect()] == [
        ("1", "5"), ("1", "c"), ("1", str(len(payload))),
    ]  # fmt: skip
    assert "payload" not in items.columns
    # What it names by a star is everything.
    every = entry.model_copy(update={"each": "array(to_json(struct(*)))"})
    assert giving.narrowed(typed, source, every).schema["record"].dataType.names == list(source.columns)  # type: ignore[attr-defined]
    ((told,),) = giving.items(giving.narrowed(typed, source, every), source, ALL["silver.complaint_status_history"], 0,
                              every).select("to_status").collect()  # fmt: skip
    assert {"other": "x", "payload": payload}.items() <= json.loads(told).items()


COMPLAINT = {"complaint_id": "concat(key_space, ':', id)"}
FITS: dict[str, tuple[str, dict[str, Any]]] = {
    "amount": ("amount_claimed: not a decimal(18,2)", {
        "1.239": None, "1.2300": Decimal("1.23"), "1,5": None, "1e2": Decimal("100.00"), "": None,
    }),
    "at": ("received_at: not a timestamp", {
        "10:30": None, "2026": None, "2026-01-02 10:30": datetime(2026, 1, 2, 15, 30),
        "2026-01-02T10:30:00Z": datetime(2026, 1, 2, 10, 30),
    }),
    "day": ("received_on: not a date", {"2026": None, "2026-01-02": date(2026, 1, 2), "2026-01-02 rubbish": None}),
    "flag": ("is_timely: not a boolean", {"true": True, "maybe": None}),
}  # fmt: skip
TARGETS = {"amount": "amount_claimed", "at": "received_at", "day": "received_on", "flag": "is_timely"}


def test_a_text_fits_as_a_reading_of_that_type_would(frame: Frame) -> None:
    source = described(
        "silver.complaint",
        {**COMPLAINT, **{to: name for name, to in TARGETS.items()}},
        read={"format": "csv", "path": "x", "zone": "America/Lima", "null_tokens": []},
    )
    cases = [(name, text, value) for name, (_, texts) in FITS.items() for text, value in texts.items()]
    rows = given(frame, source, *({"id": "1", name: text} for name, text, _ in cases)).orderBy("_position").collect()
    found = [
        (row[TARGETS[name]], [tuple(p) for p in row._problems]) for row, (name, _, _) in zip(rows, cases, strict=True)
    ]
    assert found == [
        (value, [] if value is not None else [("value_fits_column", FITS[name][0], {TARGETS[name]: text})])
        for name, text, value in cases
    ]


def test_a_typed_value_fits_where_it_stays_what_it_is(frame: Frame) -> None:
    entry = {
        **COMPLAINT, "amount_claimed": "cast(amount AS decimal(20,4))", "received_on": "cast(at AS timestamp)",
        "received_at": "cast(day AS date)", "place": "cast(amount AS double)", "cause": "null",
    }  # fmt: skip
    sound, other = given(
        frame,
        described("silver.complaint", entry),
        {"id": "1", "amount": "1.5", "at": "2026-01-02 00:00:00", "day": "2026-01-03"},
        {"id": "2", "amount": "1.239", "at": "2026-01-02 10:30:00"},
    ).collect()
    assert (sound.amount_claimed, sound.received_on, sound.received_at, sound.place, sound.cause) == (
        Decimal("1.50"), date(2026, 1, 2), datetime(2026, 1, 3), "1.5", None,
    )  # fmt: skip
    assert sound._problems == []
    assert [(p.reason, p["values"]) for p in other._problems] == [
        ("amount_claimed: not a decimal(18,2)", {"amount_claimed": "1.2390"}),
        ("received_on: not a date", {"received_on": "2026-01-02 10:30:00"}),
    ]


def test_each_item_has_a_number_and_says_whether_it_applies(frame: Frame) -> None:
    first = {"each": "array('received', at)", "where": "item IS NOT NULL", **COMPLAINT, "to_status": "item"}
    source = described("silver.complaint_status_history", first, {**COMPLAINT, "where": "flag = 'x'"})
    records = ({"id": "1", "at": "closed"}, {"id": "2"})
    rows = given(frame, source, *records).orderBy("_position", "_item").collect()
    assert [(r.complaint_id, r._item, r._applicable, r.to_status) for r in rows] == [
        ("shop:1", 0, True, "received"), ("shop:1", 1, True, "closed"),
        ("shop:2", 0, True, "received"), ("shop:2", 1, False, None),
    ]  # fmt: skip
    # Without a flag the condition is null, which is not true.
    assert [(r._item, r._applicable) for r in given(frame, source, *records, entry=1).collect()] == [
        (1_000_000, False), (1_000_000, False),
    ]  # fmt: skip


def test_a_record_without_items_gives_one_that_does_not_apply(frame: Frame) -> None:
    entry = {"each": "filter(array(at), x -> x IS NOT NULL)", **COMPLAINT, "to_status": "item"}
    (row,) = given(frame, described("silver.complaint_status_history", entry), {"id": "1"}).collect()
    assert (row._item, row._applicable, row._problems) == (0, False, [])


def test_what_could_not_be_read_is_a_problem_of_every_item_but_of_a_tombstone(frame: Frame) -> None:
    columns = {**dict.fromkeys(TEXTS, "string"), "flag": "int", "line": "struct<number: int>"}
    source = described("silver.complaint", COMPLAINT, columns=columns)
    records = ({"id": "1", "flag": "x", "line": '{"number": "y"}'}, {"_malformed": "cut"})
    first, second = given(frame, source, *records).collect()
    assert [tuple(p) for p in first._problems] == [
        ("column_is_readable", "flag: not an int", {"flag": "x"}),
        ("column_is_readable", "line.number: not an int", {"line.number": "y"}),
    ]
    assert [tuple(p) for p in second._problems] == [("record_is_readable", "cut", {})]
    assert [(r._problems, r._applicable) for r in given(frame, source, *records, deleted=True).collect()] == [
        ([], False), ([], False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "entry", "said"),
    [
        ("silver.complaint", {"status": "Estado"}, "status: 'Estado': [UNRESOLVED_COLUMN"),
        ("silver.complaint", {"status": "upper("}, "status: 'upper(': "),
        ("silver.complaint", {"where": "at"}, "where: 'at': is string, not boolean"),
        ("silver.complaint_status_history", {"each": "at"}, "each: 'at': is string, not array"),
        ("silver.complaint", {"received_at": "true"}, "received_at: is boolean, which cannot be given to timestamp"),
        ("silver.source_party", {"emails": "id"}, "emails: is string, which cannot be given to array<string>"),
        ("silver.source_party", {"addresses": "array(named_struct('city', id, 'line', id, 'region', id, 'postcode', "
         "id, 'country', id))"}, "addresses: is array<struct<city:string,"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_and_place(frame: Frame, target: str, entry: dict[str, str], said: str) -> None:
    key = {"source_party_id": "id"} if target == "silver.source_party" else COMPLAINT
    with pytest.raises(SourceError) as raised:
        given(frame, described(target, {**key, **entry}))
    assert str(raised.value).startswith(f"feed.yaml: gives {target}.{said}")


@pytest.mark.parametrize(
    ("place", "sql", "said"),
    [("known_at", "at", "is string, not timestamp or date"), ("is_deleted", "1", "is int, not boolean")],
)
def test_the_stamps_of_a_record_have_their_type(frame: Frame, place: str, sql: str, said: str) -> None:
    source = described("silver.complaint", COMPLAINT)
    typed = reading.with_typed_columns(frame(bronze.WEB_FORM), source)
    with pytest.raises(SourceError, match=f"^feed.yaml: {place}: '{sql}': {said}$"):
        giving.compiled(giving.in_scope(typed, source), sql, source, place)
