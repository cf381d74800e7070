"""Which records concern whom: deletions and rejected ones too, all parties that a record names, each once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conf.tables import ALL
from tests.conftest import Company

CALLS = """
source: calls
key_space: tel
lands_in: bronze.call_contact_record
delivery: upsert
read: {format: json, path: "{inbox}/*.jsonl"}
columns: {id: string, v: int, gone: boolean, who: string, at: timestamp, promised: "array<struct<to: string>>"}
record_key: id
version_by: v
is_deleted: gone
gives:
  silver.source_party:
    where: "false"
    source_party_id: "concat('crm:', who)"
  silver.interaction:
    interaction_id: "concat('tel:', id)"
    channel: "'phone'"
    started_at: at
    source_party_id: "concat('crm:', who)"
  silver.promise:
    each: promised
    promise_id: "concat('tel:', id, '#', seq)"
    promise_type: "'callback'"
    source_party_id: "concat('crm:', item.to)"
"""
RECORDS = (
    {"id": "1", "v": 1, "gone": False, "who": "ana", "at": "2026-01-02T08:00:00Z", "promised": [{"to": "luis"}]},
    # That she is gone is said of her by name.
    {"id": "1", "v": 2, "gone": True, "who": "ana", "at": None, "promised": None},
    {"id": "2", "v": 1, "gone": False, "who": None, "at": "30 February", "promised": [{"to": "eva"}, {"to": "eva"}]},
    {"id": "3", "v": 1, "gone": False, "who": None, "at": "2026-01-02T08:00:00Z", "promised": []},
)


@pytest.fixture
def company(make_company: Callable[[Path], Company], tmp_path: Path) -> Company:
    made = make_company(tmp_path)
    made.source(CALLS).deliver("calls.jsonl", "\n".join(map(json.dumps, RECORDS)))
    return made


def test_each_record_has_all_whom_it_names(company: Company) -> None:
    company.run("land_files", "refine_record_subject")
    subjects = [
        (r.position, r.role, r.source_party_id) for r in company.lake.read(ALL["silver.record_subject"]).collect()
    ]
    assert sorted(subjects) == [
        (1, "contact", "crm:ana"), (1, "contact", "crm:luis"), (1, "self", "crm:ana"),
        (2, "contact", "crm:ana"), (2, "self", "crm:ana"),
        (3, "contact", "crm:eva"),
    ]  # fmt: skip


def test_a_mistake_in_what_an_item_names_is_told_with_its_place(company: Company) -> None:
    company.source(CALLS.replace("item.to", "item.whom"))
    company.run("land_files")
    ran = company.run("refine_record_subject")["refine_record_subject"]
    assert ran.state == "failed"
    assert "gives silver.promise.source_party_id" in ran.why
