"""What is read is what was written: every value is typed exactly, or its record says why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from py4j import java_gateway, protocol
from pyspark.sql import DataFrame

from conf.source import Source, SourceError
from conf.tables import bronze
from transformations.intake import reading

Frame = Callable[..., DataFrame]


def described(columns: dict[str, Any], **read: Any) -> Source:
    return Source.model_validate({
        "source": "feed", "key_space": "shop", "lands_in": "bronze.web_form", "delivery": "event",
        "read": {"format": "json", "path": "x", **read}, "columns": columns, "gives": {},
        "(file)": "feed.yaml", "(text)": "",
    })  # fmt: skip


def typed(frame: Frame, source: Source, *payloads: str | None) -> list[tuple[dict[str, Any], list[tuple[Any, ...]]]]:
    """The record of each payload as read, and what of it could not be read: column, value and reason."""
    records = frame(bronze.WEB_FORM, *({"payload": payload} for payload in payloads))
    rows = reading.with_typed_columns(records, source).select("record", "unreadable").collect()
    return [(row.record.asDict(recursive=True), [tuple(problem) for problem in row.unreadable]) for row in rows]


# The zone is Lima, five hours behind UTC, and decimals have a comma. None: not read, and the record says so.
NOT_READ = None
EXACTLY: list[tuple[Any, str, dict[str, Any]]] = [
    ("date", "not a date", {
        "2026-01-02": date(2026, 1, 2), " 2026-01-02 ": date(2026, 1, 2), "2026": NOT_READ, "2026-01": NOT_READ,
        "2026-01-02 rubbish": NOT_READ, "2026-01-02T10:00:00": NOT_READ, "2026-02-30": NOT_READ, "2026-1-2": NOT_READ,
    }),
    ("timestamp", "not a timestamp", {
        "2026-01-02 10:30": datetime(2026, 1, 2, 15, 30), "2026-01-02T10:30:00Z": datetime(2026, 1, 2, 10, 30),
        "2026-01-02T10:30:00+02:00": datetime(2026, 1, 2, 8, 30), "2026-01-02": datetime(2026, 1, 2, 5),
        "2026-01-02T10:30:15.123456": datetime(2026, 1, 2, 15, 30, 15, 123456), "10:30": NOT_READ, "2026": NOT_READ,
        "2026-01-02 10:30 rubbish": NOT_READ, "2026-01": NOT_READ, "T10:30": NOT_READ,
    }),
    ("decimal(18,2)", "not a decimal(18,2)", {
        "1.5": Decimal("1.50"), "-1.2300": Decimal("-1.23"), ".5": Decimal("0.50"), "7.": Decimal("7.00"),
        "1.5e3": Decimal("1500.00"), "1.239": NOT_READ, "1.23000000000000001": NOT_READ, "1,5": NOT_READ,
        ".": NOT_READ, "1e-30": NOT_READ, "1.239e0": NOT_READ, "12345678901234567": NOT_READ,
    }),
    ({"decimal": "18,2"}, "not a decimal(18,2)", {
        "1.234,50": Decimal("1234.50"), "1,5": Decimal("1.50"), "1,2300": Decimal("1.23"), "1.234": Decimal("1234.00"),
        "1.5": NOT_READ, "1,239": NOT_READ, "1,23000000000000001": NOT_READ, "12.34.567": NOT_READ,
    }),
    ("int", "not an int", {"12": 12, " -7 ": -7, "1.5": NOT_READ, "abc": NOT_READ, "3000000000": NOT_READ}),
    ("double", "not a double", {
        "1.5": 1.5, "1e3": 1000.0, "-.5": -0.5, "1e999": NOT_READ, "NaN": NOT_READ, "12d": NOT_READ, "": None,
    }),
    ({"boolean": {"true": ["Sí"], "false": ["No"]}}, "none of the words for true or false", {
        "sí": True, " NO ": False, "quizás": NOT_READ,
    }),
    ({"date": ["yyyy-MM-dd", "MM/dd/yyyy"]}, "not a date as yyyy-MM-dd or MM/dd/yyyy", {
        "2026-01-31": date(2026, 1, 31), "01/31/2026": date(2026, 1, 31), "31/01/2026": NOT_READ, "01/31/26": NOT_READ,
    }),
    ({"timestamp": "d/M/yyyy H:mm"}, "not a time as d/M/yyyy H:mm", {
        "2/1/2026 9:05": datetime(2026, 1, 2, 14, 5), "2/1/2026": NOT_READ,
    }),
    ({"timestamp": "yyyy-MM-dd HH:mm XXX"}, "not a time as yyyy-MM-dd HH:mm XXX", {
        "2026-01-02 10:30 +02:00": datetime(2026, 1, 2, 8, 30),
    }),
]  # fmt: skip


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_a_text_is_read_exactly_or_named(frame: Frame, format_: str) -> None:
    names = [f"c{number}" for number in range(len(EXACTLY))]
    columns = dict(zip(names, (how for how, _, _ in EXACTLY), strict=True))
    source = described(columns, format=format_, zone="America/Lima", decimal_mark=",")
    cases = [
        (name, text, value, reason)
        for name, (_, reason, texts) in zip(names, EXACTLY, strict=True)
        for text, value in texts.items()
    ]
    found = typed(frame, source, *(json.dumps({name: text}) for name, text, _, _ in cases))
    wrong = [
        (name, text, record[name], unreadable)
        for (name, text, value, reason), (record, unreadable) in zip(cases, found, strict=True)
        if record[name] != value or unreadable != ([] if value is not None or not text else [(name, text, reason)])
    ]
    assert wrong == []


def test_columns_that_capitals_alone_tell_apart_are_two(frame: Frame) -> None:
    source = described({"a": {"type": "string", "from": "X"}, "b": {"type": "int", "from": "x"}}, format="csv")
    assert typed(frame, source, '{"x": "2", "X": "1"}', '{"X": "3", "x": "four"}') == [
        ({"a": "1", "b": 2}, []),
        ({"a": "3", "b": None}, [("b", "four", "not an int")]),
    ]


def test_null_tokens_are_missing_and_all_else_is_kept_as_written(frame: Frame) -> None:
    source = described({"a": "string", "b": {"type": "int", "from": "B b"}}, format="csv", null_tokens=["", "N/A"])
    assert typed(
        frame, source, '{"a": " N/A ", "B b": ""}', '{"a": " n/a ", "B b": "N/A"}', '{"a": " x\\n"}', "{}", None
    ) == [
        ({"a": None, "b": None}, []),
        ({"a": " n/a ", "b": None}, []),
        ({"a": " x\n", "b": None}, []),
        ({"a": None, "b": None}, []),
        ({"a": None, "b": None}, []),
    ]


def test_a_value_of_json_keeps_its_own_text(frame: Frame) -> None:
    source = described(dict.fromkeys(("n", "l", "o", "t", "z"), "string"))
    payload = '{"n":1.10, "l": 12345678901234567890,"o" :{ "x" : [1.0, "}"] } ,"t":true,"z":null}'
    assert typed(frame, source, payload) == [
        ({"n": "1.10", "l": "12345678901234567890", "o": '{ "x" : [1.0, "}"] }', "t": "true", "z": None}, [])
    ]


NESTED = {
    "line": "struct<number: int, on: date, at: timestamp, amount: decimal(18,2), name: string>",
    "lines": "array<struct<amount: decimal(18,2)>>",
    "prices": "map<string, decimal(18,2)>",
    "tags": "array<string>",
}
LINE = dict.fromkeys(("number", "on", "at", "amount", "name"))
NONE = dict.fromkeys(NESTED)


def test_leaves_are_read_as_columns_are(frame: Frame) -> None:
    cases: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
        '{"line":{"number":7,"on":"2026-01-02","at":"2026-01-02 10:30","amount":1.10,"name":1.10,"more":{}}}': (
            {"line": {"number": 7, "on": date(2026, 1, 2), "at": datetime(2026, 1, 2, 15, 30),
                      "amount": Decimal("1.10"), "name": "1.10"}}, []),
        '{"line":{"number":"abc","on":"31/02/2026","at":"10:30","amount":"1,5","name":"x"}}': (
            {"line": {**LINE, "name": "x"}},
            [("line.number", "abc", "not an int"), ("line.on", "31/02/2026", "not a date"),
             ("line.at", "10:30", "not a timestamp"), ("line.amount", "1,5", "not a decimal(18,2)")]),
        '{"line":{"number":"","amount":null,"name":"N/A"}}': ({"line": LINE}, []),
        '{"line":{"number":[7],"name":{"x": 1.0}}}': (
            {"line": {**LINE, "name": '{"x": 1.0}'}}, [("line.number", "[7]", "not an int")]),
        '{"lines":[{"amount":1},{"amount":"x"},null,{"amount":null},{}]}': (
            {"lines": [{"amount": Decimal("1.00")}, {"amount": None}, None, {"amount": None}, {"amount": None}]},
            [("lines[1].amount", "x", "not a decimal(18,2)")]),
        '{"prices":{"a":1.239,"b":"2"}}': (
            {"prices": {"a": None, "b": Decimal("2.00")}}, [("prices.a", "1.239", "not a decimal(18,2)")]),
        '{"tags":["a",1.10,{"x": 1.0},true,null," "]}': (
            {"tags": ["a", "1.10", '{"x": 1.0}', "true", None, None]}, []),
        '{"line":null,"lines":[],"prices":{},"tags":"N/A"}': ({"lines": [], "prices": {}}, []),
        '{"line":"{\\"number\\": \\"8\\"}","tags":"[1.0]"}': ({"line": {**LINE, "number": 8}, "tags": ["1.0"]}, []),
    }  # fmt: skip
    source = described(NESTED, zone="America/Lima", null_tokens=["", "N/A"])
    assert typed(frame, source, *cases) == [({**NONE, **record}, problems) for record, problems in cases.values()]


def test_what_has_another_shape_is_named(frame: Frame) -> None:
    source = described({"a": "struct<x: string>", "b": "array<int>", "c": "map<string, array<string>>"})
    cases: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
        '{"a":"text","b":{"x": 1.0},"c":[1]}': (
            {}, [("a", "text", "not a struct<x:string>"), ("b", '{"x": 1.0}', "not an array<int>"),
                 ("c", "[1]", "not a map<string,array<string>>")]),
        '{"a":[{"x":"1"}],"b":true,"c":{"k":["v"],"n":7}}': (
            {"c": {"k": ["v"], "n": None}},
            [("a", '[{"x":"1"}]', "not a struct<x:string>"), ("b", "true", "not an array<int>"),
             ("c.n", "7", "not an array<string>")]),
        '{"a":"{broken","b":[1,"x",2]}': (
            {"b": [1, None, 2]}, [("b[1]", "x", "not an int"), ("a", "{broken", "not a struct<x:string>")]),
    }  # fmt: skip
    expected = [({**dict.fromkeys("abc"), **record}, problems) for record, problems in cases.values()]
    assert typed(frame, source, *cases) == expected


def test_a_cell_of_a_table_may_hold_json(frame: Frame) -> None:
    source = described({"line": "struct<number: int>"}, format="csv")
    assert typed(frame, source, '{"line": "{\\"number\\": 8}"}', '{"line": "x"}', '{"line": ""}') == [
        ({"line": {"number": 8}}, []),
        ({"line": None}, [("line", "x", "not a struct<number:int>")]),
        ({"line": None}, []),
    ]


def test_a_record_that_is_none_says_why(frame: Frame) -> None:
    source = described({"a": "string", "b": "int"})
    twice = "the key {!r} stands twice in one object"
    found = typed(
        frame, source, '{"_malformed": "3 fields where the header has 2"}', '{"a":"1","a":"2"}', '{"a":"1","a":"1"}',
        '{"a":"1","z":[{"k":1,"k":2}]}', '{"a":"1","A":"2","z":{"a":1}}', '{"a":"\\ud83d","b":"x"}',
    )  # fmt: skip
    assert [problems for _, problems in found] == [
        [("", None, "3 fields where the header has 2")],
        [("", None, twice.format("a"))],
        [("", None, twice.format("a"))],
        [("", None, twice.format("k"))],
        [],
        [("b", "x", "not an int")],
    ]
    assert [record["a"] for record, _ in found[:5]] == [None, None, None, None, "1"]


def test_an_error_of_the_plan_names_file_and_column(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = reading.typed_sql
    monkeypatch.setattr(
        reading, "typed_sql", lambda text, how, source: "no_such(1)" if how.type == "int" else sound(text, how, source)
    )
    with pytest.raises(SourceError, match=r"^feed.yaml: columns.b: \[UNRESOLVED_ROUTINE\]"):
        reading.with_typed_columns(frame(bronze.WEB_FORM), described({"a": "string", "b": "int"}))


def test_a_wide_source_is_planned_in_few_calls(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {f"c{n}": {"timestamp": ["yyyy-MM-dd HH:mm", "dd/MM/yyyy HH:mm"]} for n in range(40)}
    records, source = frame(bronze.WEB_FORM), described(columns, format="csv")
    calls, send = [0], java_gateway.GatewayClient.send_command

    def counted(*arguments: Any, **named: Any) -> Any:
        # Letting go of older objects is none of the plan's calls, whenever the collector comes by.
        calls[0] += not str(arguments[1]).startswith(protocol.MEMORY_COMMAND_NAME)
        return send(*arguments, **named)

    monkeypatch.setattr(java_gateway.GatewayClient, "send_command", counted)
    reading.with_typed_columns(records, source)
    # 90; an expression built in Python, call by call, took 2,559.
    assert calls[0] < 250
