"""A customer of the bank as they truly are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jobs.town.names import City
from jobs.town.reach import Dated, holding


@dataclass(frozen=True)
class Period:
    """The time the town runs, `end` exclusive."""

    start: date
    days: int

    @property
    def end(self) -> date:
        return self.start + timedelta(days=self.days)


@dataclass(frozen=True)
class Relative:
    """Who at home writes for a person, and how that one is reached."""

    emails: tuple[Dated, ...]
    phones: tuple[Dated, ...]


@dataclass(frozen=True)
class ContactPerson:
    """A person who writes for a firm, with the address they have there and their own phones."""

    person_id: str
    email: str
    phones: tuple[Dated, ...]


@dataclass(frozen=True)
class Person:
    """A person, or a firm where `company` is set; what changes in life is dated, the one used first stands first."""

    person_id: str
    household_id: str
    firm_id: str  # the firm they write for; "" for most
    segment: str  # mass, preferred, premium, small_firm or firm
    given: str
    family_names: tuple[Dated, ...]
    company: str
    birth_on: date | None
    language: str
    id_type: str
    national_id: str
    emails: tuple[Dated, ...]
    phones: tuple[Dated, ...]
    addresses: tuple[Dated, ...]
    city: City
    joined_on: date
    tendency: float  # times the daily rate of complaints
    income_level: int  # 1 to 5; 0 for firms
    digital: float  # 0 to 1: how gladly they use web and app
    is_child: bool = False
    relative: Relative | None = None
    contact_persons: tuple[ContactPerson, ...] = ()
    left_on: date | None = None  # closed everything, as their life in the town goes

    @property
    def number(self) -> int:
        """Return which of the town's people it is, from 1."""
        return int(self.person_id.rpartition("-")[2])

    @property
    def kind(self) -> str:
        return "firm" if self.company else "person"

    @property
    def family(self) -> str:
        """Return the family names they bear at last; "" for a firm."""
        return self.family_names[-1].value if self.family_names else ""

    @property
    def full_name(self) -> str:
        return self.company or f"{self.given} {self.family}"

    @property
    def country(self) -> str:
        return self.city.country

    def family_on(self, day: date) -> str:
        return holding(self.family_names, day)[0]

    def address_on(self, day: date) -> str:
        return holding(self.addresses, day)[0]

    def age_on(self, day: date) -> int:
        """Return the age in years; 0 for a firm."""
        born = self.birth_on
        return 0 if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def changes(self) -> list[date]:
        """Return the days on which a name, an address or a way to reach them became another."""
        dated = (*self.family_names, *self.emails, *self.phones, *self.addresses)
        return sorted({value.since for value in dated if value.since})
