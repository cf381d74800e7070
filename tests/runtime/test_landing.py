"""What lands, what does not and why: nothing that is wrong with one file stops another."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import datetime
from io import BytesIO

import pytest

from conf.tables import ALL
from jobs.runtime import landing
from tests.conftest import Company
from tests.runtime.feeds import CASES, cases

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


def ledger(company: Company) -> dict[str, tuple[str, str | None]]:
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
    found = ledger(company)
    assert {path for path, (status, _) in found.items() if status == "landed"} == {"cases_good.csv", "cases_zip.zip"}
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
    assert ledger(company)["cases_cut.csv.gz"] == ("landed", None)


def test_the_same_content_under_another_name_lands_once(company: Company) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    company.deliver("cases_again.csv", cases(OLD))
    company.run("land_files")
    assert ledger(company)["cases_again.csv"] == ("duplicate", "same content as cases1.csv")
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
        patched.setattr(landing, "_record", killed)
        with pytest.raises(KeyboardInterrupt):
            company.run("land_files")
    assert company.lake.rows(ALL["ops.ingest_file"]) == []
    company.run("land_files")
    assert ledger(company) == {"cases1.csv": ("landed", None)}
    assert len(company.rows("bronze.crm_case")) == 1


def test_a_column_that_no_file_has_is_named_with_the_likely_one(company: Company) -> None:
    company.source(
        CASES.replace("  opened: {date", "  openned: {date").replace("received_at: opened", "received_at: openned")
    )
    company.deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    status, reason = ledger(company)["cases1.csv"]
    assert status == "failed"
    assert "'openned' (did you mean 'opened'?)" in str(reason)


def test_new_and_missing_columns_are_reported_and_their_rows_judged(company: Company) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD))
    company.run("land_files")
    company.deliver("cases2.csv", "id,product,state,stage,amount,updated\n2,loan,received,x,1,2026-01-03 09:00\n")
    company.run("land_files", "refine_complaint")
    changes = {(r["column_name"], r["change"]) for r in company.lake.rows(ALL["ops.schema_change"])}
    assert changes == {("stage", "new"), ("opened", "missing")}
    assert len(company.rows("silver.complaint")) == 2


def test_rows_of_another_width_and_unreadable_values_are_quarantined_with_the_value(company: Company) -> None:
    company.source(CASES)
    company.deliver("cases1.csv", cases(
        OLD, "2,loan,received", "3,loan,received,2026-01-03,,2026-01-03 09:00,surplus",
        "4,loan,received,2026-02-30,1,2026-01-03 09:00", "5,loan,received,2026-01-03,1.234,2026-01-03 09:00",
        ",loan,received,2026-01-03,1,2026-01-03 09:00", "6,loan,received,2026-01-03,,2026-01-03 09:00",
    ))  # fmt: skip
    company.run("land_files", "refine_complaint")
    rejected = {
        r["position"]: (r["rules"], r["reasons"], r["values"]) for r in company.lake.rows(ALL["ops.quarantine_record"])
    }
    assert rejected[2][:2] == (["record_is_readable"], ["3 fields where the header has 6"])
    assert rejected[3][:2] == (["record_is_readable"], ["7 fields where the header has 6"])
    assert rejected[4] == (["column_is_readable"], ["opened: not a date as yyyy-MM-dd"], [("opened", "2026-02-30")])
    assert rejected[5][1] == ["amount: not a decimal(18,2)"]
    assert rejected[6][0] == ["key_present", "key_is_given"]
    assert {r[0] for r in company.rows("silver.complaint")} == {"crm:1", "crm:6"}


def test_json_keeps_its_own_text_and_a_broken_line_is_a_reasoned_row(company: Company) -> None:
    company.source(NOTES, "notes")
    lines = [
        '{"id": "a", "amount": 1.10, "at": "2026-01-02T09:00:00+01:00", "ID": "upper"}',
        '{"id": "b", "amount": 12345678901234567890, "at": "2026-01-02T09:00:00Z"}',
        '{"id": "c", "amount": ',
        '{"id": "d", "amount": "", "at": null}',
        '{"id": "e", "amount": "x\\u0000y", "at": "yesterday"}',
    ]
    company.deliver("notes.json", "\n".join(lines))
    company.deliver("notes_cut.json", '[{"id": "f"}, {"id": "g", "am')
    company.run("land_files", "refine_complaint")
    assert company.lake.rows(ALL["bronze.web_form"])[0]["payload"] == lines[0]
    found = {r.complaint_id: (r.subcause, r.received_at) for r in company.lake.read(ALL["silver.complaint"]).collect()}
    assert found == {
        "notes:a": ("1.10", datetime(2026, 1, 2, 8)),
        "notes:b": ("12345678901234567890", datetime(2026, 1, 2, 9)),
        "notes:d": (None, None),
    }
    rejected = {r["position"]: r["rules"] for r in company.lake.rows(ALL["ops.quarantine_record"])}
    assert rejected == {3: ["record_is_readable", "key_present"], 5: ["column_is_readable"]}
    assert "breaks off" in str(ledger(company)["notes_cut.json"][1])


PARTIES = """
source: parties
key_space: crm
lands_in: bronze.crm_party
delivery: snapshot
max_shrink: 0.5
read: {format: json, path: "{inbox}/parties*"}
columns: {id: string, name: string, stamp: timestamp}
record_key: id
known_at: stamp
gives:
  silver.source_party: {source_party_id: "concat(key_space, ':', id)", party_type: "'person'", full_name: name}
"""


def snapshot(day: int, *ids: str) -> str:
    return json.dumps([{"id": i, "name": f"Ana {i}", "stamp": f"2026-01-{day:02d}T00:00:00Z"} for i in ids])


@pytest.mark.parametrize("order", [(1, 8, 15), (15, 8, 1), (8, 15, 1)])
def test_snapshots_delete_what_they_lack_whatever_their_order(company: Company, order: tuple[int, ...]) -> None:
    company.source(PARTIES)
    days = {1: ("a", "b", "c"), 8: ("a", "c"), 15: ("a", "b")}
    for day in order:
        company.deliver(f"parties{day}.json", snapshot(day, *days[day]))
        company.run("land_files", "refine_source_party", "resolve_customer_xref")
    parties = {r.source_party_id: r._known_at for r in company.lake.read(ALL["silver.source_party"]).collect()}
    assert set(parties) == {"crm:a", "crm:b"}
    tombstones = company.lake.read(ALL["bronze.crm_party"]).where("_is_deleted").select("_record_key", "_known_at")
    assert {tuple(row) for row in tombstones.distinct().collect()} == {
        ("b", datetime(2026, 1, 8)),
        ("c", datetime(2026, 1, 15)),
    }


def test_a_shrunken_snapshot_deletes_nothing(company: Company) -> None:
    company.source(PARTIES).deliver("parties1.json", snapshot(1, "a", "b", "c", "d", "e"))
    company.run("land_files")
    company.deliver("parties8.json", snapshot(8, "a"))
    company.run("land_files", "refine_source_party")
    assert len(company.rows("silver.source_party")) == 5
    company.deliver("parties15.json", snapshot(15, "a", "b", "c", "d"))
    company.run("land_files", "refine_source_party")
    assert len(company.rows("silver.source_party")) == 4
