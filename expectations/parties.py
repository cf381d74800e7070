"""What must hold of source parties."""

from __future__ import annotations

from conf.tables import silver
from expectations.rules import RowRule

RULES = {
    silver.SOURCE_PARTY: (
        RowRule("party_type_known", "party_type IN ('person', 'company', 'prospect')",
                "the party is none of person, company, prospect"),
        RowRule("somebody_is_named",
                "coalesce(full_name, given_name, family_name, company_name, national_id, "
                "try_element_at(emails, 1), try_element_at(phones, 1), try_element_at(handles, 1)) IS NOT NULL",
                "the party has no name, id, e-mail, phone or handle"),
    ),
}  # fmt: skip
