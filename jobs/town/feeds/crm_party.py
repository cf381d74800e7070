"""The CRM's parties: a full extract a week as one JSON array; who has left is no longer in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

from jobs.town import files
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.identification import Identification
from jobs.town.parties import Party, Version


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    for party in customer.parties:
        is_shown = False
        for offset in range(0, desk.period.days, 7):
            day = desk.period.start + timedelta(days=offset)
            if party.is_listed(day):
                row = _row(party, party.on(day))
                # A slip is noted in the first extract that shows it.
                row.dirt = (party.dirt, "corrected") if party.dirt and not is_shown else None
                is_shown = True
                yield Delivery(day, party.party_id, row)


def _row(party: Party, version: Version) -> Row:
    says = version.says
    return Row(
        party.party_id,
        {"element": json.dumps(_element(party, version), ensure_ascii=False)},
        party.person.person_id,
        contact_person_id=says.contact_person_id,
        values=(*says.values(), *_names(says)),
        slips=says.slips,
    )


def _names(says: Identification) -> tuple[tuple[str, str], ...]:
    """Return the name as lists of customers have it; one word alone is a name of many."""
    if says.company:
        return ()
    families = [("full_name", says.family)] if " " in says.family else []
    return (("full_name", f"{says.family}, {says.given}"), *families)


def _element(party: Party, version: Version) -> dict[str, object]:
    person, says = party.person, version.says
    document = {"type": person.id_type, "number": says.national_id, "country": person.country}
    return {
        "party_id": party.party_id,
        "kind": "E" if person.company else "P",
        "given_names": says.given or None,
        "family_names": says.family or None,
        "legal_name": says.company or None,
        "birth_date": says.birth_on.isoformat() if says.birth_on else None,
        "document": document if says.national_id else None,
        "emails": list(says.emails),
        "phones": list(says.phones),
        "address": {
            "line": says.address,
            "city": person.city.name,
            "region": person.city.region,
            "postcode": person.city.postcode,
            "country": person.country,
        },
        "country": person.country,
        "language": person.language,
        "updated_at": f"{version.since:%Y-%m-%d} 09:00:00",
    }


def _write(file: File) -> None:
    files.write_json_array(file.path, (row.cells["element"] for row in file.rows), at=file.at)


FEED = Feed(
    name="town_crm_party",
    path="crm_party/clientes_{day}.json",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(hours=8),
    days_between_files=7,
    has_twice=False,
)
