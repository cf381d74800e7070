"""Great Expectations finds what is planted, and validate_tables records it before it fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame

from conf.table import Table
from conf.tables import ALL, gold, silver
from expectations import docs, suites
from expectations.validation import Finding, Validator
from jobs.runtime.lake import Commit
from tests.conftest import Company
from tests.runtime.feeds import CASES, cases

Frame = Callable[..., DataFrame]


# ---- the suites, without running them


@pytest.mark.parametrize("table", suites.VALIDATED, ids=lambda table: table.name)
def test_every_check_has_a_name_of_its_own_and_is_said_in_one_way(table: Table) -> None:
    checks = suites.checks(table)
    assert len({check.name for check in checks}) == len(checks)
    assert [c.name for c in checks if bool(c.broken_if or c.broken_rows) == (c.rows_of is not None)] == []


def test_every_row_rule_is_asked_of_its_table() -> None:
    for table, rules in suites.RULES.items():
        asked = {check.name for check in suites.checks(table)}
        assert {rule.name for rule in rules} - asked <= set(suites.NOT_IN_TABLE)


# What a source may name, and where it stands. Tables that are made of others repeat what those name.
NAMED = {
    "complaint_id": silver.COMPLAINT, "parent_complaint_id": silver.COMPLAINT, "document_id": silver.DOCUMENT,
    "employee_id": silver.EMPLOYEE, "interaction_id": silver.INTERACTION, "media_id": silver.MEDIA_OBJECT,
    "parent_mention_id": silver.SOCIAL_MENTION, "source_party_id": silver.SOURCE_PARTY,
}  # fmt: skip
GIVEN = [table for table in suites.RULES if table.layer == "silver"]


def test_whatever_a_record_names_is_looked_for_and_may_come_late() -> None:
    for table in GIVEN:
        found = {r.column: (r.to, r.severity) for r in suites.REFERENCES.get(table, ())}
        named = {column: NAMED[column] for column in table.column_names if column in NAMED}
        # A table's own key names nothing else.
        assert found == {column: (to, "warn") for column, to in named.items() if to is not table or "parent" in column}


# ---- what they find


@pytest.fixture
def validator(tmp_path: Path, spark: Any) -> Validator:
    # Great Expectations makes a Spark session of its own where it finds none.
    return Validator(tmp_path / "docs", keep=lambda frame: frame)


def complaint(number: int, **values: Any) -> dict[str, Any]:
    sound = {
        "complaint_id": f"c{number:02}", "source_system": "crm", "product": "card", "cause": "fee",
        "received_at": datetime(2026, 1, 2), "_known_at": datetime(2026, 1, 2),
    }  # fmt: skip
    return sound | values


def broken(found: list[Finding]) -> dict[str, int]:
    return {finding.check.name: finding.unexpected_count for finding in found if not finding.is_met}


def test_planted_rows_are_found_each_by_its_check(validator: Validator, frame: Frame) -> None:
    complaints = frame(
        silver.COMPLAINT,
        complaint(1),
        complaint(2, source_party_id="p1"),
        complaint(2, source_party_id="p1"),
        complaint(3, complaint_id=None),
        complaint(4, amount_claimed=Decimal(-1)),
        complaint(5, channel="pigeon", source_party_id="p2"),
        complaint(6, received_at=None),
        complaint(7, parent_complaint_id="c06"),
        complaint(8, parent_complaint_id="c09"),
    )
    parties = frame(silver.SOURCE_PARTY, dict(source_system="crm", source_party_id="p1"))
    found = validator.validate(
        silver.COMPLAINT, complaints, {"silver_source_party": parties, "silver_complaint": complaints}
    )
    assert broken(found) == {
        "key_is_unique": 1, "key_is_present": 1, "amount_not_negative": 1, "currency_with_amount": 1,
        "channel_known": 1, "received_at_present": 1, "source_party_id_in_silver_source_party": 1,
        "parent_complaint_id_in_silver_complaint": 1,
    }  # fmt: skip
    assert {f.checked_count for f in found} == {9}
    assert len(found) == len(suites.checks(silver.COMPLAINT))


def test_a_feed_with_too_many_gaps_is_found_but_not_a_small_one_or_one_that_never_says(
    validator: Validator, frame: Frame
) -> None:
    rows = [complaint(n, source_system="gaps", product=None if n < 11 else "card") for n in range(20)]
    rows += [complaint(n, source_system="half", cause=None if n < 10 else "fee") for n in range(20, 40)]
    rows += [complaint(n, source_system="never", product=None) for n in range(60, 90)]
    rows += [complaint(n, source_system="few", product=None, cause=None) for n in range(40, 59)]
    complaints = frame(silver.COMPLAINT, *rows)
    others = {"silver_source_party": frame(silver.SOURCE_PARTY), "silver_complaint": complaints}
    found = validator.validate(silver.COMPLAINT, complaints, others)
    assert broken(found) == {"share_of_product_given": 1}


@pytest.mark.parametrize("table", [silver.PROMISE, silver.SOCIAL_MENTION, silver.DEVICE_READING], ids=lambda t: t.name)
def test_links_that_lead_nowhere_yet_are_counted_one_by_one(spark: Any, frame: Frame, table: Table) -> None:
    for name, (other, column) in suites.needed(table).items():
        frame(other, {column: "here"}).select(column).createOrReplaceTempView(name)
    links = [column for column in table.column_names if column in NAMED]
    (key,) = table.key
    # Of each of these rows one link leads nowhere.
    lost = [{key: f"lost {link}", **dict.fromkeys(links, "here"), link: "nowhere"} for link in links]
    frame(table, {key: "whole", **dict.fromkeys(links, "here")}, {key: "unlinked"}, *lost).createOrReplaceTempView(
        "late_links"
    )
    asked = {check.name: check.broken_rows for check in suites.checks(table) if "_in_silver_" in check.name}
    found = spark.sql(" UNION ALL ".join(
        f"SELECT '{name}', * FROM ({sql.format(batch='late_links')})" for name, sql in asked.items()
    ))  # fmt: skip
    assert sorted(map(tuple, found.collect())) == [
        (f"{link}_in_{NAMED[link].name.replace('.', '_')}", f"lost {link}") for link in sorted(links)
    ]


def test_a_promise_may_be_due_on_the_day_it_is_given(frame: Frame) -> None:
    due = {"day": datetime(2026, 1, 6), "end": datetime(2026, 1, 7, 4, 59, 59), "before": datetime(2026, 1, 5, 23)}
    rows = [dict(promise_id=said, promised_at=datetime(2026, 1, 6, 11), due_at=at) for said, at in due.items()]
    (rule,) = (rule for rule in suites.RULES[silver.PROMISE] if rule.name == "due_at_not_before_promised_at")
    assert [r.promise_id for r in frame(silver.PROMISE, *rows).where(f"NOT ({rule.sql})").collect()] == ["before"]


def test_a_fact_that_is_missing_or_too_many_is_found(validator: Validator, frame: Frame) -> None:
    complaints = frame(silver.COMPLAINT, complaint(1), complaint(2), complaint(3))
    facts = frame(gold.FACT_COMPLAINT, dict(complaint_id="c01"), dict(complaint_id="c09"))
    found = validator.validate(gold.FACT_COMPLAINT, facts, {"silver_complaint": complaints})
    assert broken(found) == {"complaint_id_in_silver_complaint": 1, "as_many_rows_as_silver_complaint": 1}
    assert next(f.detail for f in found if "as_many" in f.check.name) == (
        "more or fewer rows than silver.complaint: 2 rows, silver.complaint has 3"
    )


def test_an_empty_table_breaks_no_row_rule_but_may_lack_rows(validator: Validator, frame: Frame) -> None:
    documents = frame(silver.DOCUMENT, dict(document_id="d1"))
    found = validator.validate(
        silver.DOCUMENT_TEXT_RAW, frame(silver.DOCUMENT_TEXT_RAW), {"silver_document": documents}
    )
    assert broken(found) == {"as_many_rows_as_silver_document": 1}
    assert len(found) == len(suites.checks(silver.DOCUMENT_TEXT_RAW))


def test_the_first_page_shows_what_is_broken_and_escapes_what_it_shows(tmp_path: Path) -> None:
    at = datetime(2026, 1, 31, 12)
    docs.write_index(
        tmp_path / "docs",
        [
            docs.Result("gold.b", 12, "key_is_unique", "stop", True, 1_500, 0, None, at),
            docs.Result("gold.a", 3, "rule", "warn", False, 10, 4, "a < b", at),
        ],
    )
    page = (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    assert "1 of 2 checks do not hold" in page
    assert "a &lt; b" in page
    assert "1,500" in page
    assert "http" not in page
    assert page.index("gold.a") < page.index("gold.b")


# ---- the job


JOBS = ("land_files", "refine_complaint", "resolve_complaint_issue", "validate_tables")


def results(company: Company) -> dict[tuple[str, str, int], bool]:
    rows = company.lake.read(ALL["ops.validation_result"]).collect()
    return {(r.table_name, r.expectation, r.table_version): r.is_met for r in rows}


def linked(index: Path) -> set[str]:
    """The tables that the first page links to, each to a page that is there and the only one."""
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', index.read_text(encoding="utf-8"))
    for link, table in links:
        pages = list(index.parent.joinpath("validations", *table.split(".")).rglob("*.html"))
        assert pages == [index.parent / link]
    return {table for _, table in links}


def test_the_job_records_warns_and_fails_after_it_recorded(company: Company, frame: Frame, caplog: Any) -> None:
    company.source(CASES).deliver("cases.csv", cases("1,card,received,,,2026-01-02 09:00"))
    outcomes = company.run(*JOBS)
    assert outcomes["validate_tables"].state == "done", outcomes
    # A warning is recorded and logged, and fails nothing.
    assert {(table, check) for (table, check, _), is_met in results(company).items() if not is_met} == {
        ("silver.complaint", "received_at_present")
    }
    assert "event=expectation table=silver.complaint check=received_at_present severity=warn broken=1" in caplog.text
    assert company.run("validate_tables")["validate_tables"].state == "current"
    index = Path(company.lake.root) / "docs" / "index.html"
    assert "1 of " in index.read_text(encoding="utf-8")
    assert linked(index) == {"silver.complaint", "silver.complaint_issue"}

    planted = frame(silver.COMPLAINT_ISSUE, dict(complaint_id="lost", valid_from=datetime(2026, 1, 1)))
    company.lake.writer.append(silver.COMPLAINT_ISSUE, planted, Commit("planted", "run", 1))
    version = company.lake.pin(silver.COMPLAINT_ISSUE).version
    for _ in range(2):
        # Not consumed: it fails until it is mended.
        failed = company.run("validate_tables")["validate_tables"]
        assert failed.state == "failed"
        assert failed.why.startswith("silver.complaint_issue: complaint_id_in_silver_complaint")
        assert results(company)["silver.complaint_issue", "complaint_id_in_silver_complaint", version] is False

    # Tables that did not change keep their line, and one page each.
    assert linked(index) == {"silver.complaint", "silver.complaint_issue"}
    assert "2 of " in index.read_text(encoding="utf-8")

    company.spark.sql(f"DELETE FROM delta.`{company.lake.path(silver.COMPLAINT_ISSUE)}` WHERE complaint_id = 'lost'")
    assert company.run("validate_tables")["validate_tables"].state == "done"
