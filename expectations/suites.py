"""What must hold of whole tables: keys, row rules and references, in Great Expectations' own terms."""

from __future__ import annotations

from dataclasses import dataclass

from conf.table import Table
from conf.tables import gold, silver
from expectations import complaints, parties
from expectations.rules import RowRule, Severity

RULES: dict[Table, tuple[RowRule, ...]] = {**parties.RULES, **complaints.RULES}


@dataclass(frozen=True)
class Reference:
    """A column that should lead to a row of another table; one that does not yet is a late link, so it warns."""

    column: str
    to: Table
    to_column: str
    severity: Severity = "warn"


REFERENCES: dict[Table, tuple[Reference, ...]] = {
    silver.COMPLAINT: (Reference("source_party_id", silver.SOURCE_PARTY, "source_party_id"),),
    silver.COMPLAINT_STATUS_HISTORY: (Reference("complaint_id", silver.COMPLAINT, "complaint_id"),),
    silver.COMPLAINT_REDRESS: (Reference("complaint_id", silver.COMPLAINT, "complaint_id"),),
    silver.DOCUMENT: (Reference("complaint_id", silver.COMPLAINT, "complaint_id"),),
    # A fact without its complaint, or a complaint without its fact, is an error of ours.
    gold.FACT_COMPLAINT: (Reference("complaint_id", silver.COMPLAINT, "complaint_id", severity="stop"),),
    silver.COMPLAINT_ISSUE: (Reference("complaint_id", silver.COMPLAINT, "complaint_id", severity="stop"),),
}
VALIDATED: tuple[Table, ...] = tuple(
    dict.fromkeys((*RULES, *REFERENCES, silver.CUSTOMER_XREF, gold.COMPLAINT_BACKLOG_DAILY))
)
# A rule about a column that silver does not keep (the text itself) cannot be asked of the table.
NOT_IN_TABLE = ("text_present",)


@dataclass(frozen=True)
class Check:
    """One thing that must hold of a table: SQL that returns the keys of the rows that break it."""

    name: str
    severity: Severity
    reason: str
    broken_rows: str


def checks(table: Table) -> list[Check]:
    """Return what must hold of a table; `{batch}` stands for it, other tables by their names with an underscore."""
    key = ", ".join(f"`{c}`" for c in table.key)
    nulls = " OR ".join(f"`{c}` IS NULL" for c in table.key)
    found = [
        Check("key_is_unique", "stop", f"more than one row for one {', '.join(table.key)}",
              f"SELECT {key} FROM {{batch}} GROUP BY {key} HAVING count(*) > 1"),
        Check("key_is_present", "stop", "a part of the key is missing", f"SELECT {key} FROM {{batch}} WHERE {nulls}"),
    ]  # fmt: skip
    for rule in RULES.get(table, ()):
        if rule.name not in NOT_IN_TABLE:
            sql = f"SELECT {key} FROM {{batch}} WHERE NOT coalesce({rule.sql}, false)"
            found.append(Check(rule.name, rule.severity, rule.reason, sql))
    for reference in REFERENCES.get(table, ()):
        there = reference.to.name.replace(".", "_")
        found.append(
            Check(
                f"{reference.column}_in_{there}",
                reference.severity,
                f"{reference.column} leads to no row of {reference.to.name} yet",
                f"SELECT {key} FROM {{batch}} b WHERE b.`{reference.column}` IS NOT NULL AND NOT EXISTS "
                f"(SELECT 1 FROM {there} r WHERE r.`{reference.to_column}` = b.`{reference.column}`)",
            )
        )
    return found
