"""What lands, what does not and why: nothing that is wrong with one file stops another."""

from __future__ import annotations

import json
import logging
import os
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from conf.read import ExcelRead, XmlOptions, XmlRead
from conf.source import load_source
from conf.table import Table
from conf.tables import ALL
from jobs.runtime import delivering, drift, landing, ledger, readers
from jobs.runtime.jvm import JvmError
from jobs.runtime.landing import FeedError
from jobs.runtime.ledger import Feed, File
from jobs.runtime.objects import Found
from jobs.runtime.scope import JobLake
from tests.conftest import Company
from tests.runtime.feeds import CASES, MAIL, MAILS, PARTIES, cases, parties

OLD = "1,card,received,2026-01-02,10.00,2026-01-02 09:00"
OTHER = "2,loan,received,2026-01-03,,2026-01-03 09:00"
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
record_key: id
known_at: at
gives:
  silver.complaint: {complaint_id: "concat(key_space, ':', id)", received_at: at, subcause: amount}
"""


def status(company: Company) -> dict[str, tuple[str, str | None]]:
    rows = sorted(company.lake.rows(ALL["ops.ingest_file"]), key=lambda r: r["seen_at"])
    return {r["path"]: (r["status"], r["reason"]) for r in rows}


def zipped(**members: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return stream.getvalue()


def test_bad_files_are_recorded_with_their_reason_and_the_others_land(company: Company) -> None:
    company.source(CASES)
    company.deliver("cases_good.csv", cases(OLD))
    company.deliver(
        "cases_zip.zip", zipped(a_csv=cases(OTHER), b_csv=cases("3,loan,closed,2026-01-03,,2026-01-03 09:00"))
    )
    company.deliver("cases_empty.csv", "")
    whole = company.deliver(
        "cases_cut.csv.gz", cases(*[OLD.replace("1,", f"{n},", 1) for n in range(500)])
    ).read_bytes()
    company.deliver("cases_cut.csv.gz", whole[: len(whole) // 2])
    company.deliver("cases_latin.csv", cases(OLD.replace("card", "cr\u00e9dito")).encode("latin-1"))
    company.run("land_files", "refine_complaint")
    found = status(company)
    assert {path for path, (state, _) in found.items() if state == "landed"} == {"cases_good.csv", "cases_zip.zip"}
    assert found["cases_empty.csv"] == ("failed", "empty: 0 bytes")
    assert "truncated" in str(found["cases_cut.csv.gz"][1])
    assert "0xE9" in str(found["cases_latin.csv"][1])
    objects = {r["_source_object"] for r in company.lake.rows(ALL["bronze.crm_case"])}
    assert objects == {"cases_good.csv", "cases_zip.zip!a.csv", "cases_zip.zip!b.csv"}
    # The failures are tried again, and nothing new is written about them.
    before = company.versions()
    assert company.run("land_files")["land_files"].state == "current"
    assert company.versions() == before
    # Once mended, the file lands.
    company.deliver("cases_cut.csv.gz", whole)
    company.run("land_files")
    assert status(company)["cases_cut.csv.gz"] == ("landed", None)


def test_the_same_content_under_another_name_lands_once(company: Company) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    company.deliver("cases_again.csv", cases(OLD))
    company.run("land_files")
    assert status(company)["cases_again.csv"] == ("duplicate", "same content as cases1.csv")
    assert len(company.rows("bronze.crm_case")) == 1
    before = company.versions()
    company.run("land_files")
    assert company.versions() == before


def test_a_file_that_changed_in_place_lands_again(company: Company) -> None:
    path = company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    company.deliver("cases1.csv", cases(OLD, OTHER))
    os.utime(path, (1_800_000_000, 1_800_000_000))
    company.run("land_files", "refine_complaint")
    assert len(company.rows("bronze.crm_case")) == 3
    assert len(company.rows("silver.complaint")) == 2


def test_the_ledger_is_mended_from_bronze_after_a_kill(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            company.run("land_files")
    assert company.lake.rows(ALL["ops.ingest_file"]) == []
    company.run("land_files")
    assert status(company) == {"cases1.csv": ("landed", None)}
    assert len(company.rows("bronze.crm_case")) == 1


def test_what_a_killed_run_saw_of_columns_is_written_down_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    merged = ledger._merge

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    def killed_at_the_ledger(lake: JobLake, table: Table, rows: list[dict[str, Any]]) -> None:
        if table is ALL["ops.ingest_file"]:
            raise KeyboardInterrupt
        merged(lake, table, rows)

    company.deliver("cases2.csv", "id,product,state,stage,amount,updated\n2,loan,received,x,1,2026-01-03 09:00\n")
    for step, kill in (("write", killed), ("_merge", killed_at_the_ledger)):
        with monkeypatch.context() as patched:
            patched.setattr(ledger, step, kill)
            with pytest.raises(KeyboardInterrupt):
                company.run("land_files")
    company.run("land_files")
    changes = [(r["path"], r["column_name"], r["change"]) for r in company.lake.rows(ALL["ops.schema_change"])]
    assert sorted(changes) == [("cases2.csv", "opened", "missing"), ("cases2.csv", "stage", "new")]
    assert company.lake.pin(ALL["ops.schema_change"]).version == 0


def test_a_column_that_no_file_has_is_named_with_the_likely_one(company: Company) -> None:
    company.source(
        CASES.replace("  opened: {date", "  openned: {date").replace("received_at: opened", "received_at: openned")
    )
    company.deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    state, reason = status(company)["cases1.csv"]
    assert state == "failed"
    assert "'openned' (did you mean 'opened'?)" in str(reason)


def test_new_and_missing_columns_are_reported_and_their_rows_judged(company: Company) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    company.deliver("cases2.csv", "id,product,state,stage,amount,updated\n2,loan,received,x,1,2026-01-03 09:00\n")
    company.run("land_files", "refine_complaint")
    changes = {(r["column_name"], r["change"]) for r in company.lake.rows(ALL["ops.schema_change"])}
    assert changes == {("stage", "new"), ("opened", "missing")}
    assert len(company.rows("silver.complaint")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("order", [(8, 15, 1), (1, 8, 15), (15, 8, 1)])
def test_snapshots_delete_what_they_lack_whatever_their_order(company: Company, order: tuple[int, ...]) -> None:
    company.source(PARTIES)
    days = {1: ("a", "b", "c"), 8: ("a", "c"), 15: ("a", "b")}
    for day in order:
        company.deliver(f"parties{day}.json", parties(day, *days[day]))
        company.run("land_files", "refine_source_party", "resolve_customer_xref")
    found = {r.source_party_id: r._known_at for r in company.lake.read(ALL["silver.source_party"]).collect()}
    assert set(found) == {"crm:a", "crm:b"}
    tombstones = company.lake.read(ALL["bronze.crm_party"]).where("_is_deleted").select("_record_key", "_known_at")
    assert {tuple(row) for row in tombstones.distinct().collect()} == {
        ("b", datetime(2026, 1, 8)),
        ("c", datetime(2026, 1, 15)),
    }


def test_a_shrunken_snapshot_deletes_nothing(company: Company) -> None:
    company.source(PARTIES).deliver("parties1.json", parties(1, "a", "b", "c", "d", "e"))
    company.run("land_files")
    company.deliver("parties8.json", parties(8, "a"))
    company.run("land_files", "refine_source_party")
    assert len(company.rows("silver.source_party")) == 5
    company.deliver("parties15.json", parties(15, "a", "b", "c", "d"))
    company.run("land_files", "refine_source_party")
    assert len(company.rows("silver.source_party")) == 4


def test_a_snapshot_that_cannot_be_read_whole_deletes_nothing_and_says_why(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    company.source(PARTIES)
    lines = [json.dumps(party) for party in json.loads(parties(10, "a", "e"))]
    company.deliver("parties1.json", parties(1, "a", "b", "c", "d"))
    # A stamp that cannot be read does not date the snapshot at the time of its file.
    company.deliver("parties8.json", parties(8, "a", "c", "d").replace("2026-01-08", "yesterday", 1))
    company.deliver("parties10.json", "\n".join([*lines, '{"id": "d", "name": ']))
    company.deliver("parties_none.json", "[]")
    with caplog.at_level(logging.WARNING):
        company.run("land_files")
    assert "no record in it: no deletions are made from it" in caplog.text
    found = {r["path"]: (r["is_complete"], r["reason"]) for r in company.lake.rows(ALL["ops.ingest_file"])}
    assert found == {
        "parties1.json": (True, None),
        "parties8.json": (True, None),
        "parties10.json": (False, "1 of 3 records cannot be read: no deletions are made from it"),
        "parties_none.json": (False, "no record in it: no deletions are made from it"),
    }
    company.deliver("parties15.json", parties(15, "a", "d"))
    company.run("land_files")
    tombstones = company.lake.read(ALL["bronze.crm_party"]).where("_is_deleted").select("_record_key", "_known_at")
    # d is in no readable record of the 10th; e was in that one alone.
    assert sorted(tuple(row) for row in tombstones.collect()) == [
        ("b", datetime(2026, 1, 8)), ("c", datetime(2026, 1, 15)), ("e", datetime(2026, 1, 15))
    ]  # fmt: skip


def test_a_file_that_changes_while_it_is_read_waits_and_the_others_land(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.source(CASES).deliver("cases_sound.csv", cases(OLD))
    changing = {
        "cases_growing.csv": company.deliver("cases_growing.csv", cases(OTHER)),
        "cases_packed.zip": company.deliver("cases_packed.zip", zipped(a_csv=cases(OTHER, OLD))),
        "cases_gone.csv": company.deliver("cases_gone.csv", cases(OTHER, OTHER)),
    }
    # The content that was verified of the growing file is, from then on, in this one alone.
    company.deliver("cases_twin.csv", cases(OTHER))
    verified = delivering.verified

    def verified_then_changed(*arguments: object) -> list[File]:
        files = verified(*arguments)  # type: ignore[arg-type]
        with changing["cases_growing.csv"].open("a") as file:
            file.write(OLD + "\n")
        changing["cases_packed.zip"].write_bytes(zipped(a_csv=cases(OTHER, OTHER)))
        changing["cases_gone.csv"].unlink()
        return files

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "verified", verified_then_changed)
        company.run("land_files")
    found = status(company)
    assert found.pop("cases_sound.csv") == ("landed", None)
    assert found == dict.fromkeys(changing, ("failed", readers.CHANGED))
    assert {r["_source_object"] for r in company.lake.rows(ALL["bronze.crm_case"])} == {"cases_sound.csv"}
    company.run("land_files")
    rows = company.lake.rows(ALL["ops.ingest_file"])
    landed = {r["path"]: r["record_count"] for r in rows if r["status"] == "landed"}
    assert landed == {"cases_sound.csv": 1, "cases_growing.csv": 2, "cases_packed.zip": 2, "cases_twin.csv": 1}
    assert len(company.rows("bronze.crm_case")) == 6


def test_attachments_land_once_after_a_kill_and_concern_whom_their_message_concerns(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.source(MAILS, "mails").deliver("1.eml", MAIL.format(1))
    plain = "Message-ID: <0@x>\nDate: Fri, 2 Jan 2026 08:00:00 +0000\nFrom: ana@x\n\nHola"
    company.deliver("0.eml", plain)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(landing, "_land_attachments", killed)
        with pytest.raises(KeyboardInterrupt):
            company.run("land_files")
    assert len(company.rows("bronze.email_message")) == 2
    company.deliver("2.eml", MAIL.format(2))
    company.run("land_files", "refine_record_subject")
    before = company.versions()
    company.run("land_files")
    assert company.versions() == before
    with monkeypatch.context() as patch:
        # As if the log had been cleaned: what lies there is not landed again, and that is found out once.
        patch.setattr(landing, "BESIDE", "elsewhere")
        company.run("land_files")
        before = company.versions()
        company.run("land_files")
        assert company.versions() == before
    landed = company.lake.read(ALL["bronze.media_object"]).orderBy("_source_object").collect()
    assert [(r["_source_object"], json.loads(r.payload)["filename"], r["_known_at"]) for r in landed] == [
        ("1.eml#1", "1.txt", datetime(2026, 1, 2, 9)),
        ("2.eml#1", "2.txt", datetime(2026, 1, 2, 9)),
    ]
    subjects = company.lake.read(ALL["silver.record_subject"]).collect()
    assert sorted((r.bronze_table, r.source_object, r.position, r.source_party_id) for r in subjects) == [
        ("bronze.email_message", "0.eml", 1, "mail:ana@x"),
        *[("bronze.email_message", f"{n}.eml", 1, f"mail:{who}@x") for n in (1, 2) for who in ("ana", "luis")],
        *[("bronze.media_object", f"{n}.eml#1", 1, f"mail:{who}@x") for n in (1, 2) for who in ("ana", "luis")],
    ]


def test_an_inbox_that_is_not_there_is_no_day_without_deliveries(company: Company) -> None:
    company.source(PARTIES).deliver("parties1.json", parties(1, "a"))
    company.run("land_files")
    gone = company.run("land_files", "refine_source_party", overrides=(f"inbox={company.folder / 'inbx'}",))
    assert gone["land_files"].state == "failed"
    assert f"the inbox {company.folder / 'inbx'} is no folder" in gone["land_files"].why
    # What landed before is refined all the same.
    assert gone["refine_source_party"].state == "done"
    assert len(company.rows("silver.source_party")) == 1


def test_one_feeds_mistake_stops_no_other(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.source(CASES).source(NOTES, "notes").deliver("cases1.csv", cases(OLD))
    company.deliver("notes1.json", '{"id": "a", "amount": 1, "at": "2026-01-02T09:00:00Z"}')
    assert company.run("land_files")["land_files"].state == "done"
    # Its records lie in one table, the description now says another.
    company.source(NOTES.replace("bronze.web_form", "bronze.crm_case"), "notes")
    company.source(PARTIES.replace("record_key: id", "record_key: nobody(id)"), "parties")
    for name, content in (("cases2.csv", cases(OTHER)), ("notes2.json", '{"id": "b"}'), ("parties.json", "[{}]")):
        company.deliver(name, content)
    error = company.run("land_files")["land_files"].error
    assert isinstance(error, FeedError)
    assert set(error.errors) == {"notes", "parties"}
    assert "records of notes already lie in bronze.web_form" in str(error)
    assert "write lands_in: bronze.web_form again, or give the source another name" in str(error)
    assert "record_key: 'nobody(id)'" in str(error)
    assert {r["_source_object"] for r in company.lake.rows(ALL["bronze.crm_case"])} == {"cases1.csv", "cases2.csv"}

    def no_java(*_: object) -> None:
        raise JvmError("no Java")

    # Without Java nothing lands at all: that is no mistake of a feed.
    company.deliver("cases3.csv", cases(OLD, OTHER))
    monkeypatch.setattr(delivering, "verified", no_java)
    with pytest.raises(JvmError):
        company.run("land_files")


def test_a_feed_that_finds_no_file_is_warned_about_in_every_run(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    path = company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    path.unlink()
    before = company.versions()
    with caplog.at_level(logging.WARNING):
        assert company.run("land_files")["land_files"].state == "current"
    assert f"event=no_files source=cases known=1 path={company.inbox}/cases*" in caplog.text
    assert company.versions() == before


# -- What is unusual, without Spark --------------------------------------------------------------------------------


@pytest.fixture
def notes(tmp_path: Path) -> Feed:
    path = tmp_path / "notes.yaml"
    path.write_text(NOTES, encoding="utf-8")
    return Feed(load_source(path), datetime(2026, 1, 31, tzinfo=UTC), [])


def file(*columns: str) -> File:
    found = Found("/inbox/notes", "notes", 1, datetime(2026, 1, 1, tzinfo=UTC))
    return File(found, readers.Check("0", 1, [f"{column}\ttext" for column in columns]))


def test_xml_may_leave_fields_out_and_a_sheet_may_not(notes: Feed) -> None:
    some = [file("id", "at")]
    for read, may in ((XmlRead(path="x", options=XmlOptions(record="note")), True), (ExcelRead(path="x"), False)):
        feed = Feed(notes.source.model_copy(update={"read": read}), notes.now, [])
        assert (drift.misspelt(feed, some, drift.absent_columns(feed, some)) is None) == may


def test_json_may_leave_fields_out_but_not_all_of_them(notes: Feed) -> None:
    some, none, nothing = [file("id", "att")], [file("amnt", "ID"), file("att")], [file()]
    assert drift.absent_columns(notes, some) == {"amount": "", "at": "did you mean 'att'?"}
    assert drift.misspelt(notes, some, drift.absent_columns(notes, some)) is None
    assert str(drift.misspelt(notes, none, drift.absent_columns(notes, none))).endswith(
        "reads columns that are in no file of the feed: 'id'; 'amount' (did you mean 'amnt'?); "
        "'at' (did you mean 'att'?); the files have ['ID', 'amnt', 'att']"
    )
    assert drift.absent_columns(notes, nothing) == {}, "no record could be read: that is another matter"
    notes.add("landed", **file("amount", "at").facts)
    assert set(drift.absent_columns(notes, none)) == {"id"}


def page(path: str, *pages: int, of: int = 0, day: int = 1) -> File:
    found = Found(f"/inbox/{path}", path, 1, datetime(2026, 1, day, tzinfo=UTC))
    return File(found, readers.Check(path, 1, ["id"], pages=list(pages), page_count=of))


def test_a_page_of_a_dump_that_is_in_no_file_is_told(notes: Feed) -> None:
    first, second, fourth = page("d/1.json", 1, of=4), page("d/2.json", 2, of=4), page("d/4.json", 4, of=4)
    told = "page 3 of 4 was not in any file of its folder"
    assert drift.missing_pages(notes, [first, second, fourth]) == dict.fromkeys(
        ("d/1.json", "d/2.json", "d/4.json"), told
    )
    for delivered in (first, second, fourth):
        notes.add("landed", **delivered.facts)
    third = page("d/3.json", 3, of=4)
    assert drift.missing_pages(notes, [third]) == {}, "the others are here already"
    notes.add("landed", **third.facts)
    assert drift.missing_pages(notes, [page("e/3.json", 0, 1, of=3), file("id")]) == {
        "e/3.json": "page 2 of 3 was not in any file of its folder"
    }
    assert drift.missing_pages(notes, [page("f/1.json", 1)]) == {}, "nobody says how many there are"
    assert drift.missing_pages(notes, [page("d/b1.json", 1, of=4, day=2), page("d/b4.json", 4, 2, of=4, day=2)]) == {
        "d/b1.json": told, "d/b4.json": told
    }, "the page 3 of the day before belongs to another dump"  # fmt: skip
    snapshot = Feed(notes.source.model_copy(update={"delivery": "snapshot"}), notes.now, [])
    assert drift.missing_pages(snapshot, [page("s/1.json", 1, of=2), page("s/2.json", 2, of=2)]) == {
        "s/1.json": "page 2 of 2 was not in this file, and a snapshot comes in one, as a zip of its pages",
        "s/2.json": "page 1 of 2 was not in this file, and a snapshot comes in one, as a zip of its pages",
    }


PAGED = PARTIES.replace(
    'path: "{inbox}/parties*"', 'path: "{inbox}/parties*", options: {records: data, page: p, pages: n}'
)


def test_pages_land_one_by_one_and_make_no_deletions_of_a_snapshot(company: Company) -> None:
    assert PAGED != PARTIES
    company.source(PAGED).deliver("parties1.json", f'{{"p": 1, "n": 1, "data": {parties(1, "a", "b")}}}')
    company.run("land_files")
    for number, name in ((1, "a"), (3, "c")):
        company.deliver(f"parties8_{number}.json", f'{{"p": {number}, "n": 3, "data": {parties(8, name)}}}')
    company.run("land_files")
    landed = company.lake.read(ALL["bronze.crm_party"])
    assert landed.count() == 4
    assert landed.where("_is_deleted").count() == 0
    ledger = {r.path: r for r in company.lake.read(ALL["ops.ingest_file"]).collect()}
    assert [ledger[p].is_complete for p in sorted(ledger)] == [True, False, False]
    assert ledger["parties8_3.json"].reason.startswith("page 1, 2 of 3 was not in this file")
    assert (ledger["parties8_3.json"].pages, ledger["parties8_3.json"].page_count) == ([3], 3)


@pytest.mark.parametrize(
    ("usual", "count", "said"),
    [
        ([], 0, None),
        ([10], 1, None),
        ([10], 0, "no records where the feed's files have 10 as a rule"),
        ([10, 20, 10], 4, "4 records where the feed's files have 10 as a rule"),
        ([10, 20, 10], 5, None),
        ([0, 0, 0], 0, None),
    ],
)
def test_a_file_far_smaller_than_the_others_is_told(usual: list[int], count: int, said: str | None) -> None:
    assert drift.shrunken(usual, count, 0.5) == said
