"""What must hold of whole tables, in Great Expectations' own terms: keys, row rules, references, counts, shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from conf.table import Table
from conf.tables import gold, silver
from expectations import complaints, contacts, parties
from expectations.rules import RowRule, Severity

RULES: dict[Table, tuple[RowRule, ...]] = {**parties.RULES, **complaints.RULES, **contacts.RULES}


@dataclass(frozen=True)
class Reference:
    """A column that should lead to a row of another table; one that does not yet is a late link, so it warns."""

    column: str
    to: Table
    to_column: str
    severity: Severity = "warn"


@dataclass(frozen=True)
class Share:
    """Rows that are right one by one, but should not be many: the most of them that a feed may have.

    A feed all of whose rows are like that never says it: that is known from its description, and no news.
    """

    name: str
    sql: str
    most: float
    reason: str


_PARTY = Reference("source_party_id", silver.SOURCE_PARTY, "source_party_id")
_COMPLAINT = Reference("complaint_id", silver.COMPLAINT, "complaint_id")
_CONTACT = Reference("interaction_id", silver.INTERACTION, "interaction_id")
_DOCUMENT = Reference("document_id", silver.DOCUMENT, "document_id")
_EMPLOYEE = Reference("employee_id", silver.EMPLOYEE, "employee_id")
_MEDIA = Reference("media_id", silver.MEDIA_OBJECT, "media_id")
REFERENCES: dict[Table, tuple[Reference, ...]] = {
    silver.COMPLAINT: (_PARTY, Reference("parent_complaint_id", silver.COMPLAINT, "complaint_id")),
    silver.COMPLAINT_STATUS_HISTORY: (_COMPLAINT,),
    silver.COMPLAINT_REDRESS: (_COMPLAINT,),
    silver.DOCUMENT: (_PARTY, _COMPLAINT, _CONTACT, _MEDIA),
    silver.INTERACTION: (_PARTY, _COMPLAINT, _EMPLOYEE),
    silver.CALL_LEG: (_CONTACT, _EMPLOYEE),
    silver.TRANSCRIPT_SEGMENT: (_CONTACT, _DOCUMENT),
    silver.MEDIA_OBJECT: (_PARTY, _COMPLAINT, _CONTACT),
    silver.SURVEY_RESPONSE: (_PARTY, _COMPLAINT, _CONTACT, _DOCUMENT, _EMPLOYEE),
    silver.SOCIAL_MENTION: (
        _PARTY, _COMPLAINT, _CONTACT, _DOCUMENT,
        Reference("parent_mention_id", silver.SOCIAL_MENTION, "mention_id"),
    ),
    silver.PROMISE: (_PARTY, _COMPLAINT, _CONTACT, _EMPLOYEE),
    silver.CAMPAIGN_CONTACT: (_PARTY, _CONTACT, _EMPLOYEE),
    silver.CONSENT: (_PARTY,),
    silver.WEB_EVENT: (_PARTY,),
    silver.DEVICE_READING: (_PARTY,),
    # A fact without its complaint, or a complaint without its fact, is an error of ours.
    gold.FACT_COMPLAINT: (replace(_COMPLAINT, severity="stop"),),
    silver.COMPLAINT_ISSUE: (replace(_COMPLAINT, severity="stop"),),
    silver.DOCUMENT_TEXT_RAW: (replace(_DOCUMENT, severity="stop"),),
}  # fmt: skip
# Tables that have one row for each row of another: with the key and the reference above, the count says it all.
ONE_FOR_EACH: dict[Table, Table] = {
    gold.FACT_COMPLAINT: silver.COMPLAINT,
    silver.DOCUMENT_TEXT_RAW: silver.DOCUMENT,
}
# Bounds that a sound feed keeps: beyond them its description or its source has changed (DECISIONLOG).
SHARES: dict[Table, tuple[Share, ...]] = {
    silver.COMPLAINT: (
        Share("product_given", "product IS NULL", 0.5, "more than half of a feed's complaints have no product"),
        Share("cause_given", "cause IS NULL", 0.5, "more than half of a feed's complaints have no cause"),
        Share("receipt_given", "received_at IS NULL", 0.05,
              "more than 5% of a feed's complaints have no date of receipt"),
    ),
    gold.FACT_COMPLAINT: (
        Share("dates_trusted", "NOT has_trusted_dates AND received_at IS NOT NULL", 0.2,
              "more than 20% of a feed's complaints end before they were received"),
    ),
}  # fmt: skip
# A share of a handful says nothing.
FEWEST_ROWS = 20
VALIDATED: tuple[Table, ...] = tuple(
    dict.fromkeys((*RULES, *REFERENCES, *SHARES, silver.CUSTOMER_XREF, gold.COMPLAINT_BACKLOG_DAILY))
)
# A rule about a column that silver does not keep (the text itself) cannot be asked of the table.
NOT_IN_TABLE = ("text_present",)


@dataclass(frozen=True)
class Check:
    """One thing that must hold of a table.

    `broken_if`: SQL boolean over one row; the batch has it as the column `flag`. `broken_rows`: SQL query that returns
    what breaks it, `{batch}` stands for the table with its `columns` and flags, others go by their names with an
    underscore; without it no row may have the flag. `rows_of`: a table that has as many rows.
    """

    name: str
    severity: Severity
    reason: str
    broken_if: str = ""
    broken_rows: str = ""
    rows_of: Table | None = None

    @property
    def flag(self) -> str:
        return f"broken__{self.name}"


def checks(table: Table) -> list[Check]:
    """Return what must hold of a table."""
    return [*_key(table), *_rows(table), *_references(table), *_counts(table), *_shares(table)]


def columns(table: Table) -> tuple[str, ...]:
    """Return the columns that a table's queries need beside the flags."""
    referring = (reference.column for reference in REFERENCES.get(table, ()))
    grouping = ("source_system",) if table in SHARES else ()
    return tuple(dict.fromkeys((*table.key, *referring, *grouping)))


def needed(table: Table) -> dict[str, tuple[Table, str]]:
    """Return the other tables, and their columns, that a table's checks look at, by their names with an underscore."""
    others = {_named(reference.to): (reference.to, reference.to_column) for reference in REFERENCES.get(table, ())}
    if table in ONE_FOR_EACH:
        other = ONE_FOR_EACH[table]
        others.setdefault(_named(other), (other, other.key[0]))
    return others


def _named(table: Table) -> str:
    return table.name.replace(".", "_")


def _key(table: Table) -> Iterator[Check]:
    key = ", ".join(f"`{c}`" for c in table.key)
    nulls = " OR ".join(f"`{c}` IS NULL" for c in table.key)
    several = f"SELECT {key} FROM {{batch}} GROUP BY {key} HAVING count(*) > 1"
    yield Check("key_is_unique", "stop", f"more than one row for one {', '.join(table.key)}", broken_rows=several)
    yield Check("key_is_present", "stop", "a part of the key is missing", broken_if=nulls)


def _rows(table: Table) -> Iterator[Check]:
    for rule in RULES.get(table, ()):
        if rule.name not in NOT_IN_TABLE:
            # As when rows are judged: a rule that says null is broken.
            yield Check(rule.name, rule.severity, rule.reason, broken_if=f"NOT coalesce({rule.sql}, false)")


def _references(table: Table) -> Iterator[Check]:
    key = ", ".join(f"`{c}`" for c in table.key)
    for reference in REFERENCES.get(table, ()):
        there = _named(reference.to)
        late = " yet" if reference.severity == "warn" else ""
        yield Check(
            f"{reference.column}_in_{there}",
            reference.severity,
            f"{reference.column} leads to no row of {reference.to.name}{late}",
            broken_rows=f"SELECT {key} FROM {{batch}} b WHERE b.`{reference.column}` IS NOT NULL AND NOT EXISTS "
            f"(SELECT 1 FROM {there} r WHERE r.`{reference.to_column}` = b.`{reference.column}`)",
        )


def _counts(table: Table) -> Iterator[Check]:
    if table in ONE_FOR_EACH:
        other = ONE_FOR_EACH[table]
        reason = f"more or fewer rows than {other.name}"
        yield Check(f"as_many_rows_as_{_named(other)}", "stop", reason, rows_of=other)


def _shares(table: Table) -> Iterator[Check]:
    for share in SHARES.get(table, ()):
        check = Check(f"share_of_{share.name}", "warn", share.reason, broken_if=share.sql)
        feeds = (
            f"SELECT source_system, count(*) AS rows, sum({check.flag}) AS broken FROM {{batch}} "
            f"GROUP BY source_system HAVING rows >= {FEWEST_ROWS} AND broken < rows AND broken > {share.most} * rows"
        )
        yield replace(check, broken_rows=feeds)
