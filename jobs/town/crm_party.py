"""The CRM's parties: a full extract a week as one JSON array; who has left is no longer in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random

from jobs.town import files, parameters, texts
from jobs.town.identification import Identification, in_crm
from jobs.town.person import Person
from jobs.town.truth import Row, Truth

FEED = "town_crm_party"


@dataclass(frozen=True)
class Version:
    """What the CRM says from a day on."""

    since: date
    says: Identification


@dataclass(frozen=True)
class Party:
    """One entry of the CRM: what it says of a person, rightly or not. A twin is a second entry of one person."""

    person: Person
    versions: tuple[Version, ...]
    dirt: str = ""
    party_id: str = ""  # given when all are drawn

    @property
    def since(self) -> date:
        return self.versions[0].since

    def on(self, day: date) -> Version:
        return [version for version in self.versions if version.since <= day][-1]

    def changed(self, change: Callable[[Identification], Identification], dirt: str) -> Party:
        """Return the party with the same slip in all it says."""
        versions = tuple(replace(version, says=change(version.says)) for version in self.versions)
        return replace(self, versions=versions, dirt=dirt)


def draw_parties(rng: Random, people: list[Person], *, start: date, days: int, noise: float) -> list[Party]:
    """Enter each person once, some with slips and, by noise, some a second time."""
    parties: list[Party] = []
    slips = [_name_typo, _unreadable_phone, _unreadable_email]
    for person in people:
        party = _entered(rng, person, person.joined_on, noise)
        if rng.random() < noise * parameters.CRM_SLIP:
            # The first in line that the entry can carry, so that each kind is there before any comes twice.
            slip = next(slip for slip in slips if _can_carry(party, slip))
            slips.remove(slip)
            slips.append(slip)
            party = party.changed(partial(slip, rng), slip.__name__[1:])
        parties.append(party)
        if rng.random() < noise * parameters.CRM_TWIN:
            since = max(person.joined_on, start) + timedelta(days=rng.randrange(max(1, days // 2)))
            parties.append(_twin(rng, person, since, noise))
    return _numbered(rng, parties)


def _numbered(rng: Random, parties: list[Party]) -> list[Party]:
    """Give the parties numbers as they are entered; those of one day in an order that shows nothing."""
    # By order of drawing an id would tell who lives together and which entry is whose twin.
    mixed = sorted(rng.sample(parties, len(parties)), key=lambda party: party.since)
    return [replace(party, party_id=f"P{number:06d}") for number, party in enumerate(mixed, start=1)]


def _entered(rng: Random, person: Person, since: date, noise: float) -> Party:
    """Enter the person as of that day; of what changes later the CRM learns a part, and later."""
    says = in_crm(rng, person, since, noise)
    versions = [Version(since, says)]
    for day in person.changes():
        if day > since and rng.random() < parameters.CRM_LEARNS_OF_CHANGE:
            now = in_crm(rng, person, day, noise)
            is_renamed = person.family_on(day) != person.family_on(versions[-1].since)
            says = replace(
                says,
                family=now.family if is_renamed else says.family,
                emails=now.emails,
                phones=now.phones,
                numbers=now.numbers,
                address=now.address,
            )
            learnt_on = max(versions[-1].since, day) + timedelta(days=rng.randrange(parameters.CRM_LEARNS_WITHIN))
            versions.append(Version(learnt_on, says))
    return Party(person, tuple(versions))


def _can_carry(party: Party, slip: Callable[..., Identification]) -> bool:
    needs = {_unreadable_phone: "phones", _unreadable_email: "emails"}.get(slip)
    # A later version without the value would show no slip.
    return needs is None or all(getattr(version.says, needs) for version in party.versions)


def _unreadable_phone(rng: Random, says: Identification) -> Identification:
    return replace(says, phones=(says.phones[0][:5], *says.phones[1:]), numbers=says.numbers[1:])


def _unreadable_email(rng: Random, says: Identification) -> Identification:
    first, *others = says.emails
    return replace(says, emails=(first.replace("@", rng.choice(("(at)", " arroba ", ""))), *others))


def _name_typo(rng: Random, says: Identification) -> Identification:
    if says.company:
        return replace(says, company=texts.typo(rng, says.company))
    return replace(says, family=texts.typo(rng, says.family))


def _twin(rng: Random, person: Person, since: date, noise: float) -> Party:
    """Enter the person again in haste: one family name, and either the document or the e-mail left out."""
    left_out = rng.choice(("national_id", "emails"))

    def in_haste(says: Identification) -> Identification:
        short = replace(says, family=says.family.split(" ")[0])
        return short.kept(document=left_out != "national_id", email=left_out != "emails")

    return _entered(rng, person, since, noise).changed(in_haste, "twin")


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


def _row(party: Party, day: date, shown: set[str]) -> Row:
    version = party.on(day)
    element = json.dumps(_element(party, version), ensure_ascii=False)
    says = version.says
    row = Row(
        party.party_id,
        {"element": element},
        party.person,
        contact_person_id=says.contact_person_id,
        values=(*says.values(), *_names(says)),
        slips=says.slips,
    )
    if party.dirt and party.party_id not in shown:
        shown.add(party.party_id)
        row.dirt = (party.dirt, "corrected")
    return row


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


def _elements(rows: Iterator[Row]) -> Iterator[str]:
    for row in rows:
        yield row.cells["element"] or ""
