"""The small jobs over one desk's records: a first delivery, then one that changes, withdraws and adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from conf.tables import ALL
from jobs.runtime.pipeline import Outcome
from tests.conftest import Company

# A dozen jobs, twice.
pytestmark = pytest.mark.slow

DESK = """
source: desk
key_space: desk
lands_in: bronze.crm_case
delivery: upsert
read: {format: csv, path: "{inbox}/desk*"}
columns:
  id: string
  customer: string
  name: string
  state: string
  opened: {date: yyyy-MM-dd}
  given: {decimal: '18,2'}
  what: string
  updated: {timestamp: 'yyyy-MM-dd HH:mm'}
record_key: id
version_by: updated
known_at: updated
gives:
  silver.source_party:
    where: "customer IS NOT NULL"
    source_party_id: "concat(key_space, ':', customer)"
    party_type: "'person'"
    full_name: name
  silver.complaint:
    complaint_id: "concat(key_space, ':', id)"
    source_party_id: "concat(key_space, ':', customer)"
    kind: "'complaint'"
    status: state
    received_at: opened
  silver.complaint_redress:
    where: "given IS NOT NULL"
    complaint_id: "concat(key_space, ':', id)"
    seq: "1"
    redress_type: what
    amount: given
    currency: "'PEN'"
    granted_at: updated
"""
HEADER = "id,customer,name,state,opened,given,what,updated\n"
FIRST = """\
1,ana,Ana Diaz,received,2026-01-02,,,2026-01-02 09:00
2,berta,Berta Rios,closed,2026-01-03,25.50,refund,2026-01-05 10:00
3,carla,Carla Sol,received,2026-01-04,10.00,cake,2026-01-04 11:00
4,dora,Dora Paz,lost,2026-01-04,,,2026-01-04 12:00
5,,,received,2026-01-04,,,2026-01-04 12:30
"""
# Ana is called otherwise and gets money, Berta's refund is withdrawn, Elsa is new.
SECOND = """\
1,ana,Ana Maria Diaz,closed,2026-01-02,5.00,goodwill,2026-01-08 09:00
2,berta,Berta Rios,closed,2026-01-03,,,2026-01-09 10:00
6,elsa,Elsa Gil,received,2026-01-09,,,2026-01-09 08:00
"""
JOBS = (
    "build_taxonomy", "land_files", "refine_complaint", "refine_complaint_redress", "refine_source_party",
    "refine_record_subject", "resolve_customer_xref", "resolve_complaint_issue", "measure_freshness",
)  # fmt: skip
TABLES = ("silver.complaint_redress", "silver.record_subject", "silver.customer_xref", "silver.complaint_issue",
          "ops.table_freshness")  # fmt: skip


@dataclass
class Desk:
    """The lake after both deliveries, and the rows of the tables after the first."""

    company: Company
    before: dict[str, list[Any]]
    outcomes: dict[str, Outcome]

    def after(self, table: str) -> list[Any]:
        return rows(self.company, table)


def rows(company: Company, table: str) -> list[Any]:
    return sorted(company.lake.read(ALL[table]).collect(), key=repr)


@pytest.fixture(scope="module")
def desk(make_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder: Path = tmp_path_factory.mktemp("desk")
    company: Company = make_company(folder).source(DESK)
    company.deliver("desk1.csv", HEADER + FIRST)
    outcomes = company.run(*JOBS)
    assert {o.state for o in outcomes.values()} == {"done"}, outcomes
    before = {table: rows(company, table) for table in TABLES}
    company.deliver("desk2.csv", HEADER + SECOND)
    return Desk(company, before, company.run(*JOBS))


def test_the_taxonomy_is_a_tree_and_every_word_of_the_crosswalk_leads_into_it(desk: Desk) -> None:
    nodes = {row.node_id: row for row in desk.after("silver.taxonomy_node")}
    assert nodes["product.card.credit"].parent_id == "product.card"
    assert nodes["product.card"].parent_id == "product"
    crosswalk = desk.after("silver.taxonomy_crosswalk")
    words = {(row.from_taxonomy, row.from_value): row.node_id for row in crosswalk}
    # Words are compared folded: as filed it is "Credit card".
    assert words["cfpb.product", "credit card"] == "product.card.credit"
    assert {row.node_id for row in crosswalk} <= nodes.keys()
    assert desk.outcomes["build_taxonomy"].state == "current"


def test_redress_is_what_the_newest_version_says_and_a_word_that_is_not_known_is_rejected(desk: Desk) -> None:
    def given(found: list[Any]) -> list[tuple[Any, ...]]:
        return [(r.complaint_id, r.seq, r.redress_type, str(r.amount), r.currency) for r in found]

    assert given(desk.before["silver.complaint_redress"]) == [("desk:2", 1, "refund", "25.50", "PEN")]
    assert given(desk.after("silver.complaint_redress")) == [("desk:1", 1, "goodwill", "5.00", "PEN")]
    rejected = (
        desk.company.lake.read(ALL["ops.quarantine_record"]).where("target = 'silver.complaint_redress'").collect()
    )
    assert [(r.record_key, r.rules, r["values"]) for r in rejected] == [
        ("3", ["redress_type_known"], {"redress_type": "cake"})
    ]


def test_every_record_that_names_a_party_is_known_as_its_subject_rejected_ones_too(desk: Desk) -> None:
    def subjects(found: list[Any]) -> list[tuple[str, int, str, str]]:
        return sorted((r.source_object, r.position, r.role, r.source_party_id) for r in found)

    names = ["ana", "berta", "carla", "dora"]
    first = [
        ("desk1.csv", position, role, f"desk:{name}")
        for position, name in enumerate(names, start=subjects(desk.before["silver.record_subject"])[0][1])
        for role in ("complainant", "self")
    ]
    assert subjects(desk.before["silver.record_subject"]) == first
    after = subjects(desk.after("silver.record_subject"))
    assert after[: len(first)] == first
    assert {(o, p) for o, _, _, p in after[len(first) :]} == {
        ("desk2.csv", f"desk:{name}") for name in ("ana", "berta", "elsa")
    }
    # Dora's complaint has a status that nobody knows: it is in quarantine, and still hers.
    complaints = {r.complaint_id for r in desk.after("silver.complaint")}
    assert "desk:4" not in complaints


def test_a_customer_id_stays_whatever_its_party_is_called(desk: Desk) -> None:
    before = {r.source_party_id: r for r in desk.before["silver.customer_xref"]}
    after = {r.source_party_id: r for r in desk.after("silver.customer_xref")}
    assert before.keys() == {f"desk:{name}" for name in ("ana", "berta", "carla", "dora")}
    assert after.keys() - before.keys() == {"desk:elsa"}
    assert {name: after[name] for name in before} == before
    assert len({r.customer_id for r in after.values()}) == len(after) == len(desk.after("silver.customer_xref"))
    assert desk.outcomes["resolve_customer_xref"].rows == {"silver.customer_xref": 1}


def test_each_complaint_has_an_issue_of_its_own_and_keeps_it(desk: Desk) -> None:
    def issues(found: list[Any]) -> dict[str, tuple[str, datetime, bool]]:
        return {r.complaint_id: (r.issue_id, r.valid_from, r.is_current) for r in found}

    before, after = issues(desk.before["silver.complaint_issue"]), issues(desk.after("silver.complaint_issue"))
    assert before["desk:1"] == ("issue:desk:1", datetime(2026, 1, 2), True)
    assert before.keys() == {"desk:1", "desk:2", "desk:3", "desk:5"}
    assert after.keys() - before.keys() == {"desk:6"}
    assert {name: after[name] for name in before} == before


def test_freshness_is_measured_of_every_table_with_data_and_only_of_those(desk: Desk) -> None:
    before = {r.table_name: r for r in desk.before["ops.table_freshness"]}
    after = {r.table_name: r for r in desk.after("ops.table_freshness")}
    assert "gold.fact_complaint" not in after
    assert before["silver.complaint"].newest_known_at == datetime(2026, 1, 5, 10)
    assert after["silver.complaint"].newest_known_at == datetime(2026, 1, 9, 10)
    measured = after["silver.complaint"]
    assert measured.data_version == desk.company.lake.pin(ALL["silver.complaint"]).data_version
    assert measured.lag_seconds == (measured.written_at - datetime(2026, 1, 9, 10)).total_seconds()
    # A table without knowledge of its own has no lag; one that did not change keeps its row.
    assert after["silver.taxonomy_node"].lag_seconds is None
    assert after["silver.taxonomy_node"] == before["silver.taxonomy_node"]


def test_without_news_no_job_writes(desk: Desk) -> None:
    versions = desk.company.versions()
    outcomes = desk.company.run(*JOBS)
    assert {o.state for o in outcomes.values()} == {"current"}, outcomes
    assert desk.company.versions() == versions
