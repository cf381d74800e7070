"""One inbox of everything that goes wrong in files: each gets a reason or a reasoned row, nothing is lost, all else
lands."""

from __future__ import annotations

import hashlib
import json
import random
import struct
import zipfile
from collections import Counter
from datetime import datetime
from io import BytesIO

import pytest

from conf.tables import ALL
from tests.conftest import Company
from tests.runtime.feeds import CASES, HEADER, cases

MIB = 1 << 20
NOTES = """
source: notes
key_space: notes
lands_in: bronze.web_form
delivery: event
read: {format: json, path: "{inbox}/notes*"}
columns:
  id: string
  amount: string
  at: timestamp
  never_sent: string
record_key: id
known_at: at
gives:
  silver.complaint: {complaint_id: "concat(key_space, ':', id)", received_at: at, subcause: amount}
"""
LONG = "x" * (10 * MIB)
MEDIA = f"media:{hashlib.sha256(LONG.encode()).hexdigest()}"


def case(key: str, product: str = "card", amount: str = "10.00", opened: str = "2026-01-02") -> str:
    return f"{key},{product},received,{opened},{amount},2026-01-02 09:00"


def zipped(name: str, content: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def locked(archive: bytes) -> bytes:
    """Set the flag of encryption, in the member's own header and in the directory."""
    raw, directory = bytearray(archive), archive.index(b"PK\x01\x02")
    struct.pack_into("<H", raw, 6, 1)
    struct.pack_into("<H", raw, directory + 8, 1)
    return bytes(raw)


def cut_gzip(company: Company, name: str) -> None:
    noise = random.Random(1)
    rows = [case(str(n), product=f"{noise.random()}") for n in range(200)]
    whole = company.deliver(name, cases(*rows)).read_bytes()
    company.deliver(name, whole[: len(whole) // 2])


def deliver_cases(company: Company) -> dict[str, int]:
    """Deliver CSV that is bad in every way; return the files that must land with their records."""
    company.deliver("cases_empty.csv", "")
    company.deliver("cases_header_only.csv", HEADER)
    company.deliver("cases_headless.csv", case("x") + "\n" + case("y") + "\n")
    company.deliver("cases_json.csv", '{"id": "x"}\n{"id": "y"}\n')
    cut_gzip(company, "cases_cut.csv.gz")
    company.deliver("cases_bomb.zip", zipped("a.csv", bytes(70 * MIB)))
    company.deliver("cases_locked.zip", locked(zipped("a.csv", cases(case("x")).encode())))
    company.deliver("cases_latin.csv", cases(case("x", product="cr\u00e9dito")).encode("latin-1"))
    company.deliver("cases_utf16.csv", cases(case("x")).encode("utf-16"))
    wide = ",".join(f"c{n}" for n in range(294))
    landing = {
        "cases_0.csv": cases(case("1")),
        "cases_blank.csv": cases(case("2", product=""), case("3", product="  "), case("4", product='""')),
        "cases_extra.csv": HEADER.strip() + ",extra\n" + case("5") + ",surprise\n",
        "cases_long.csv": cases(case("6", product=LONG)),
        "cases_nul.csv": cases(case("7", product="ca\0rd")),
        "cases_numbers.csv": cases(case("8", amount="1.10"), case("9", amount="12345678901234567890")),
        "cases_renamed.csv": HEADER.replace("product", "Product") + case("10") + "\n",
        "cases_rows.csv": cases(
            "11,card,received", case("12") + ",surplus", case("13", opened="2026-02-30"), case("14", amount="1.234"),
            case(""), case("15", product='"never closed'),
        ),
        "cases_wide.csv": HEADER.strip() + f",{wide}\n" + case("16") + ",1" * 294 + "\n",
    }  # fmt: skip
    for name, content in landing.items():
        company.deliver(name, content)
    return {name: content.count("\n") - 1 for name, content in landing.items()}


LINES = [
    '{"id": "a", "amount": 1.10, "at": "2026-01-02T09:00:00+01:00", "ID": "upper", "Id": null}',
    '{"id": "b", "amount": 12345678901234567890, "at": "2026-01-02T09:00:00Z"}',
    '{"id": "c", "amount":',
    '{"id": "d", "amount": "", "at": null}',
    '{"id": "e", "amount": "x\\u0000y", "at": "yesterday"}',
    '{"id": "f"}',
    '["g"]',
    '{"id": "h", "amount": "x\\u0000y", "amount": "twice"}',
    '{"ID": "i"}',
]


def deliver_notes(company: Company) -> dict[str, int]:
    company.deliver("notes_cut.json", '[{"id": "x"}, {"id": "y", "am')
    company.deliver("notes_deep.json", f'[{{"id": {"[" * 100_000}{"]" * 100_000}}}]')
    company.deliver("notes_0.json", "\n".join(LINES))
    company.deliver("notes_1.json", '[{"id": 7, "amount": {"value": 1.10}}]')
    company.deliver("notes_none.json", "[]")
    company.deliver("notes_table.json", "id,amount\nx,1\ny,2\n")
    return {"notes_0.json": len(LINES), "notes_1.json": 1, "notes_none.json": 0}


@pytest.fixture
def swamped(company: Company) -> Company:
    return company.source(CASES).source(NOTES, "notes")


def test_whatever_is_delivered_has_a_reason_or_a_row_and_nothing_is_lost(swamped: Company) -> None:
    landed = deliver_cases(swamped) | deliver_notes(swamped)
    outcomes = swamped.run("land_files", "refine_complaint")
    assert [o.state for o in outcomes.values()] == ["done", "done"], swamped.outcomes
    assert_ledger(swamped, landed)
    assert_bronze(swamped, landed)
    assert_schema_changes(swamped)
    assert_quarantine(swamped)
    assert_silver(swamped)
    before = swamped.versions()
    swamped.run("land_files", "refine_complaint")
    assert swamped.versions() == before, "the failures are tried again, and nothing new is written about them"


def assert_ledger(company: Company, landed: dict[str, int]) -> None:
    rows = company.lake.rows(ALL["ops.ingest_file"])
    assert {r["path"]: r["record_count"] for r in rows if r["status"] == "landed"} == landed
    failed = {r["path"]: r["reason"] for r in rows if r["status"] != "landed"}
    declare = "declare the file's own encoding under read.encoding"
    assert failed == {
        "cases_empty.csv": "empty: 0 bytes",
        "cases_header_only.csv": "no record in it",
        "cases_headless.csv": "none of the columns that the source description reads is in it; has it no header?",
        "cases_json.csv": (
            "none of the columns that the source description reads is in it; has it no header?; "
            "it looks like JSON: is it format: json?"
        ),
        "cases_cut.csv.gz": "truncated: the compressed data ends before its end mark",
        "cases_bomb.zip": "unpacks to more than 250 times its size: taken for a bomb (landing.max_ratio)",
        "cases_locked.zip": "member a.csv needs a password",
        "cases_latin.csv": f"not utf-8: byte 0xE9 cannot be read; {declare}",
        "cases_utf16.csv": f"not utf-8: it begins with NUL bytes, as UTF-16 does; {declare}",
        "notes_cut.json": "JSON array breaks off after element 1: Unterminated string starting at",
        "notes_deep.json": "JSON nested deeper than can be read",
        "notes_table.json": ("no record of it can be read; the first: not JSON; it looks like CSV: is it format: csv?"),
    }
    noticed = {r["path"]: r["reason"] for r in rows if r["status"] == "landed" and r["reason"]}
    assert noticed == {"notes_none.json": "no records where the feed's files have 5 as a rule"}


def assert_bronze(company: Company, landed: dict[str, int]) -> None:
    rows = company.lake.rows(ALL["bronze.crm_case"]) + company.lake.rows(ALL["bronze.web_form"])
    assert Counter(r["_source_object"] for r in rows) == Counter(landed)
    payloads = {(r["_source_object"], r["_position"]): r["payload"] for r in rows}
    assert [payloads["notes_0.json", n] for n in (1, 2, 4, 5, 6, 8, 9)] == [LINES[n - 1] for n in (1, 2, 4, 5, 6, 8, 9)]
    assert json.loads(payloads["notes_0.json", 3]) == {"_malformed": "not JSON", "_text": LINES[2]}
    values = {place: json.loads(payload) for place, payload in payloads.items()}
    assert [values["cases_blank.csv", n]["product"] for n in (1, 2, 3)] == ["", "  ", ""]
    assert [values["cases_numbers.csv", n]["amount"] for n in (1, 2)] == ["1.10", "12345678901234567890"]
    assert values["cases_nul.csv", 1]["product"] == "ca\0rd"
    assert values["cases_rows.csv", 2]["_surplus"] == ["surplus"]
    assert "product" not in values["cases_renamed.csv", 1]
    assert len(values["cases_wide.csv", 1]) == 300
    assert values["cases_long.csv", 1]["product"] == MEDIA
    assert (company.folder / "lake" / MEDIA.replace(":", "/")).read_text() == LONG


def assert_schema_changes(company: Company) -> None:
    changes = [
        (r["path"], r["column_name"], r["change"], r["detail"]) for r in company.lake.rows(ALL["ops.schema_change"])
    ]
    never = "the source description reads it, but it was in no record of the feed ever"
    assert {change for change in changes if change[0].startswith("notes")} == {
        ("notes_0.json", "never_sent", "missing", never),
        ("notes_1.json", "id", "retyped", "id: text -> id: number"),
        ("notes_1.json", "amount", "retyped", "amount: text -> amount: object"),
        *(("notes_1.json", name, "missing", "not read") for name in ("ID", "Id")),
        ("notes_1.json", "at", "missing", "the source description reads it: null from here on"),
    }  # fmt: skip
    found = {(path, name, change) for path, name, change, _ in changes}
    assert {
        ("cases_extra.csv", "extra", "new"),
        ("cases_long.csv", "extra", "missing"),
        ("cases_renamed.csv", "Product", "new"),
        ("cases_renamed.csv", "product", "missing"),
        ("cases_wide.csv", "c293", "new"),
    } <= found


def assert_quarantine(company: Company) -> None:
    rows = company.lake.rows(ALL["ops.quarantine_record"])
    found = {(r["source_object"], r["position"]): (r["reasons"], dict(r["values"])) for r in rows}
    unread = "a quote or escape in it is still open where the file ends"
    assert {place: reasons[0] for place, (reasons, _) in found.items() if place[0] == "cases_rows.csv"} == {
        ("cases_rows.csv", 1): "3 fields where the header has 6",
        ("cases_rows.csv", 2): "7 fields where the header has 6",
        ("cases_rows.csv", 3): "opened: not a date as yyyy-MM-dd",
        ("cases_rows.csv", 4): "amount: not a decimal(18,2)",
        ("cases_rows.csv", 5): "the record has no key, so it cannot be told from others",
        ("cases_rows.csv", 6): unread,
    }
    assert found["cases_rows.csv", 3][1] == {"opened": "2026-02-30"}
    assert found["cases_numbers.csv", 2] == (["amount: not a decimal(18,2)"], {"amount": "12345678901234567890"})
    assert {place[1]: reasons[0] for place, (reasons, _) in found.items() if place[0].startswith("notes")} == {
        3: "not JSON",
        5: "at: not a timestamp",
        7: "JSON, but not an object",
        8: "the key 'amount' stands twice in one object",
        9: "the record has no key, so it cannot be told from others",
    }
    assert found["notes_0.json", 5][1] == {"at": "yesterday"}
    assert len(found) == 12


def assert_silver(company: Company) -> None:
    rows = {r.complaint_id: r for r in company.lake.read(ALL["silver.complaint"]).collect()}
    assert {key for key in rows if key.startswith("crm")} == {f"crm:{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 16)}
    assert {key: (r.subcause, r.received_at) for key, r in rows.items() if key.startswith("notes")} == {
        "notes:a": ("1.10", datetime(2026, 1, 2, 8)),
        "notes:b": ("12345678901234567890", datetime(2026, 1, 2, 9)),
        "notes:d": (None, None),
        "notes:f": (None, None),
        "notes:7": ('{"value": 1.10}', None),
    }
    assert {key: rows[key].product for key in ("crm:1", "crm:2", "crm:3", "crm:6", "crm:7", "crm:10")} == {
        "crm:1": "card", "crm:2": None, "crm:3": None, "crm:6": MEDIA, "crm:7": "ca\0rd", "crm:10": None
    }  # fmt: skip
    assert str(rows["crm:8"].amount_claimed) == "1.10"
