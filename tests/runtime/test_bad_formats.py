"""One inbox of what goes wrong in workbooks, mails, XML, media and pages: each says so, and all else lands."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest

from conf.tables import ALL
from tests.conftest import Company
from tests.runtime.formats.test_excel import cfb, xlsx
from tests.runtime.formats.test_mail import nested
from tests.runtime.test_bad_input import locked, zipped

# Of 2 GB, which takes a while, is one of the slow tests of media.
FILM = 64 << 20
GIVES = """
record_key: id
gives: {silver.complaint: {complaint_id: "concat(key_space, ':', id)", subcause: text}}
"""
FEEDS = {
    "sheets": 'read: {format: excel, path: "{inbox}/sheets/*"}\ncolumns: {id: string, text: string}' + GIVES,
    "elements": 'read: {format: xml, path: "{inbox}/elements/*", options: {record: queja}}\n'
    "columns: {id: string, text: string}" + GIVES,
    "pages": 'read: {format: json, path: "{inbox}/pages/*", options: {records: data, page: page, pages: pages}}\n'
    "columns: {id: string, text: string}" + GIVES,
    "mails": 'read: {format: email, path: "{inbox}/mails/*"}\n'
    "columns: {id: {type: string, from: message_id}, text: {type: string, from: body}}" + GIVES,
    "files": 'read: {format: media, path: "{inbox}/files/*"}\n'
    "columns: {sha256: string, bytes: bigint, mime: string, problem: string}\n"
    "gives:\n  silver.media_object:\n    media_id: \"concat(key_space, ':', _source_object)\"\n    sha256: sha256\n"
    "    media_role: \"'recording'\"\n    bytes: bytes\n    mime_type: mime\n    problem: problem",
}
LANDS_IN = {"mails": "bronze.email_message", "files": "bronze.media_object"}
GOOD = "Message-ID: <{0}@x>\nDate: Fri, 2 Jan 2026 09:00:00 +0000\nFrom: a@x\n\nHola {0}\n\n"


def mark_error(sheet: Any) -> None:
    sheet["B3"].data_type = "e"


def deliver(company: Company) -> dict[str, int]:
    """Deliver files that are bad in every way; return those that must land with their records."""
    mbox = "From a@x Fri Jan  2 09:00:00 2026\n" + GOOD.format(2)
    broken = "From b@x Fri Jan  2 09:00:00 2026\n" + nested(500) + "\n\n"
    rows = (["id", "text"], ["1", "sound"], ["2", "#N/A"], [None, "no key"], ["4", "=1+1"])
    bad = {
        "sheets/locked.xlsx": cfb("EncryptedPackage", b"x"),
        "sheets/text.xlsx": "id,text\n1,a\n",
        "elements/bomb.xml": '<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l><queja><id>&b;</id></queja></l>',
        "elements/cut.xml": "<l><queja><id>1</id></queja><queja><id>",
        "files/silent.wav": b"",
        "mails/book.zip": xlsx(["id"], ["1"]),
        "mails/locked.zip": locked(zipped("a.eml", GOOD.format(9).encode())),
    }
    sound = {
        "sheets/good.xlsx": (xlsx(*rows, change=mark_error), 4),
        "elements/good.xml": ("<l><queja><id>1</id><text>a</text></queja><queja><text>no key</text></queja></l>", 2),
        "pages/1.json": ('{"page": 1, "pages": 3, "data": [{"id": "1", "text": "a"}]}', 1),
        "pages/3.json": ('{"page": 3, "pages": 3, "data": [{"id": "3", "text": "c"}]}', 1),
        "mails/good.eml": (GOOD.format(1), 1),
        "mails/box.mbox": (mbox + broken + mbox.replace("<2@x>", "<3@x>"), 3),
        "files/photo.jpg": (b"MZ\x90\x00" + bytes(100), 1),
        "files/film.mp4": (b"\0", 1),
    }
    for name, content in (bad | {name: content for name, (content, _) in sound.items()}).items():
        company.deliver(name, content)
    os.truncate(company.inbox / "files" / "film.mp4", FILM)
    return {name: count for name, (_, count) in sound.items()}


@pytest.mark.slow
def test_whatever_the_format_what_is_bad_says_so_and_stops_nothing(company: Company) -> None:
    for name, text in FEEDS.items():
        head = (
            f"source: {name}\nkey_space: {name}\nlands_in: {LANDS_IN.get(name, 'bronze.crm_case')}\ndelivery: event\n"
        )
        company.source(head + text, name)
    landed = deliver(company)
    jobs = ("land_files", "refine_complaint", "refine_media_object")
    assert [o.state for o in company.run(*jobs).values()] == ["done"] * 3, company.outcomes
    ledger = company.lake.rows(ALL["ops.ingest_file"])
    assert {r["path"]: r["record_count"] for r in ledger if r["status"] == "landed"} == landed
    missing = "page 2 of 3 was not in any file of its folder"
    assert {r["path"]: r["reason"] for r in ledger if r["reason"]} == {
        "elements/bomb.xml": "it declares XML entities, which could be a bomb or read other files",
        "elements/cut.xml": "XML breaks off after record 1: no element found: line 1, column 39",
        "files/silent.wav": "empty: 0 bytes",
        "mails/book.zip": "an Office document, not an archive of files; workbooks are format excel",
        "mails/locked.zip": "member a.eml needs a password",
        "pages/1.json": missing,
        "pages/3.json": missing,
        "sheets/locked.xlsx": "it needs a password",
        "sheets/text.xlsx": (
            "not a workbook (xlsx, xls, xlsb, ods): its content is text/plain; it looks like CSV: is it format: csv?"
        ),
    }
    tables = ("bronze.crm_case", "bronze.email_message", "bronze.media_object")
    records = [r["_source_object"] for table in tables for r in company.lake.rows(ALL[table])]
    assert Counter(records) == Counter(landed)
    rejected = company.lake.rows(ALL["ops.quarantine_record"])
    no_key = "the record has no key, so it cannot be told from others"
    assert {(r["source_object"], r["position"]): r["reasons"] for r in rejected} == {
        ("elements/good.xml", 2): [no_key, "no complaint_id"],
        ("mails/box.mbox", 2): ["parts within parts, more than 50 deep", no_key],
        ("sheets/good.xlsx", 3): [no_key, "no complaint_id"],
    }
    complaints = company.lake.rows(ALL["silver.complaint"])
    assert {r["complaint_id"]: r["subcause"].strip() for r in complaints} == {
        "elements:1": "a", "pages:1": "a", "pages:3": "c", "sheets:1": "sound", "sheets:2": "#N/A",
        "sheets:4": "#NOT_CALCULATED",
        "mails:<1@x>": "Hola 1", "mails:<2@x>": "Hola 2", "mails:<3@x>": "Hola 2",
    }  # fmt: skip
    program, unknown = "application/vnd.microsoft.portable-executable", "application/octet-stream"
    media = {r["media_id"]: r for r in company.lake.rows(ALL["silver.media_object"])}
    assert {name: (r["bytes"], r["mime_type"]) for name, r in media.items()} == {
        "files:files/film.mp4": (FILM, unknown), "files:files/photo.jpg": (104, program)
    }  # fmt: skip
    assert media["files:files/photo.jpg"]["problem"] == f"named *.jpg, but its content is {program}"
    assert media["files:files/film.mp4"]["problem"].startswith("named *.mp4, but its content is of no known type")
    before = company.versions()
    company.run(*jobs)
    assert company.versions() == before, "the failures are tried again, and nothing new is written about them"
