"""The CRM's parties: a full extract a week as one JSON array; who has left is no longer in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from jobs.town import files, texts
from jobs.town.people import Person, phone_as_written
from jobs.town.truth import Row, Truth

FEED = "town_crm_party"
DIRTY_SHARE = 0.4  # of the noise: slips stay in the CRM for good, so few are needed
TWIN_SHARE = 0.4


@dataclass(frozen=True)
class Party:
    """One entry of the CRM: what it says of a person, rightly or not. A twin is a second entry of one person."""

    party_id: str
    person: Person
    since: date
    given: str
    family: str
    company: str
    national_id: str
    email: str
    phone: str
    new_phone: str
    dirt: str = ""


def draw_parties(rng: Random, people: list[Person], *, start: date, days: int, noise: float) -> list[Party]:
    """Enter each person once, some with slips and, by noise, some a second time."""
    parties: list[Party] = []
    slips = ["name_typo", "unreadable_phone", "unreadable_email"]
    for person in people:
        party = _entered(rng, f"P{len(parties) + 1:06d}", person)
        if person.moved_on is None and rng.random() < noise * DIRTY_SHARE:
            slips.append(slips.pop(0))
            party = _slipped(rng, party, slips[-1])
        parties.append(party)
        if rng.random() < noise * TWIN_SHARE:
            since = max(person.joined_on, start) + timedelta(days=rng.randrange(max(1, days // 2)))
            parties.append(_twin(rng, f"P{len(parties) + 1:06d}", person, since))
    return parties


def _entered(rng: Random, party_id: str, person: Person) -> Party:
    return Party(
        party_id=party_id,
        person=person,
        since=person.joined_on,
        given=person.given,
        family=person.family,
        company=person.company,
        national_id=person.national_id,
        email=person.email,
        phone=phone_as_written(rng, person.phone, person.country),
        new_phone=phone_as_written(rng, person.new_phone, person.country),
        dirt="moved_phone" if person.moved_on else "",
    )


def _slipped(rng: Random, party: Party, slip: str) -> Party:
    if slip == "unreadable_phone":
        return replace(party, phone=party.phone[:5], dirt=slip)
    if slip == "unreadable_email":
        return replace(party, email=party.email.replace("@", rng.choice(("(at)", " arroba ", ""))), dirt=slip)
    if party.company:
        return replace(party, company=texts.typo(rng, party.company), dirt=slip)
    return replace(party, family=texts.typo(rng, party.family), dirt=slip)


def _twin(rng: Random, party_id: str, person: Person, since: date) -> Party:
    """Enter the person again in haste: one family name, and either the document or the e-mail left out."""
    party = _entered(rng, party_id, replace(person, moved_on=None, phone=person.phone_on(since)))
    left_out = rng.choice(("national_id", "email"))
    short = replace(party, person=person, since=since, family=person.family.split(" ")[0], dirt="twin")
    return replace(short, national_id="") if left_out == "national_id" else replace(short, email="")


def write(parties: list[Party], inbox: Path, truth: Truth, *, start: date, days: int) -> None:
    """Write the extract of each week; a slip is noted in the first extract that shows it."""
    shown: set[str] = set()
    for offset in range(0, days, 7):
        day = start + timedelta(days=offset)
        path = inbox / "town" / "crm_party" / f"clientes_{day:%Y-%m-%d}.json"
        rows = (_row(party, day, shown) for party in parties if _is_listed(party, day))
        noted = truth.noted(FEED, path.relative_to(inbox).as_posix(), rows)
        files.write_json_array(path, _elements(noted), at=datetime.combine(day, time(8)))


def _is_listed(party: Party, day: date) -> bool:
    return party.since <= day and (party.person.left_on is None or day < party.person.left_on)


def _has_moved(party: Party, day: date) -> bool:
    moved_on = party.person.moved_on
    return party.dirt == "moved_phone" and moved_on is not None and day >= moved_on


def _row(party: Party, day: date, shown: set[str]) -> Row:
    has_moved = _has_moved(party, day)
    changed_on = party.person.moved_on if has_moved and party.person.moved_on else party.since
    cells: dict[str, str | None] = {
        "phone": party.new_phone if has_moved else party.phone,
        "updated_at": f"{changed_on:%Y-%m-%d} 09:00:00",
    }
    row = Row(party.party_id, cells, party.person)
    row.cells["element"] = json.dumps(_element(party, cells), ensure_ascii=False)
    if party.dirt and party.party_id not in shown and (party.dirt != "moved_phone" or has_moved):
        shown.add(party.party_id)
        row.dirt = (party.dirt, "corrected")
    return row


def _element(party: Party, cells: dict[str, str | None]) -> dict[str, object]:
    person = party.person
    document = {"type": person.id_type, "number": party.national_id, "country": person.country}
    return {
        "party_id": party.party_id,
        "kind": "E" if person.company else "P",
        "given_names": party.given or None,
        "family_names": party.family or None,
        "legal_name": party.company or None,
        "birth_date": person.birth_on.isoformat() if person.birth_on else None,
        "document": document if party.national_id else None,
        "emails": [party.email] if party.email else [],
        "phones": [cells["phone"]],
        "address": {
            "line": person.address,
            "city": person.city.name,
            "region": person.city.region,
            "postcode": person.city.postcode,
            "country": person.country,
        },
        "country": person.country,
        "language": person.language,
        "updated_at": cells["updated_at"],
    }


def _elements(rows: Iterator[Row]) -> Iterator[str]:
    for row in rows:
        yield row.cells["element"] or ""
