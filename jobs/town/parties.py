"""Who the CRM says its customers are: an entry or two of each person, rightly or not, and what it learns later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from random import Random

from jobs.town import parameters, texts
from jobs.town.feed import Desk
from jobs.town.identification import Identification, in_crm
from jobs.town.person import Person


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
    party_id: str = ""

    @property
    def since(self) -> date:
        return self.versions[0].since

    def is_listed(self, day: date) -> bool:
        """Say whether an extract of that day has it: until the person has left."""
        return self.since <= day and (self.person.left_on is None or day < self.person.left_on)

    def on(self, day: date) -> Version:
        return [version for version in self.versions if version.since <= day][-1]

    def changed(self, change: Callable[[Identification], Identification], dirt: str) -> Party:
        """Return the party with the same slip in all it says."""
        versions = tuple(replace(version, says=change(version.says)) for version in self.versions)
        return replace(self, versions=versions, dirt=dirt)


class Registry:
    """Enters people into the CRM, some with slips and, by noise, some a second time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._slips = [_name_typo, _unreadable_phone, _unreadable_email]

    def enter(self, person: Person) -> tuple[Party, ...]:
        """Return the entries of a person, the first one first."""
        rng, noise, period = self._desk.rng, self._desk.noise, self._desk.period
        party = _entered(rng, person, person.joined_on, noise)
        if rng.random() < noise * parameters.CRM_SLIP:
            # The first in line that the entry can carry, so that each kind is there before any comes twice.
            slip = next(slip for slip in self._slips if _can_carry(party, slip))
            self._slips.remove(slip)
            self._slips.append(slip)
            party = party.changed(partial(slip, rng), slip.__name__[1:])
        parties = [party]
        if rng.random() < noise * parameters.CRM_TWIN:
            since = max(person.joined_on, period.start) + timedelta(days=rng.randrange(max(1, period.days // 2)))
            parties.append(_twin(rng, person, since, noise))
        numbers = (2 * person.number + at for at in range(2))
        return tuple(
            replace(party, party_id=f"P{self._desk.id('party', number, 8)}")
            for party, number in zip(parties, numbers, strict=False)
        )


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
