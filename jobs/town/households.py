"""Households: one to five people at one address, with the names, numbers and mailboxes they share."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from jobs.town import names, national_ids, parameters, reach
from jobs.town.families import YEAR, Member, between, draw_members
from jobs.town.names import City
from jobs.town.person import Period, Person, Relative
from jobs.town.reach import SLOTS, Dated


@dataclass(frozen=True)
class Home:
    """What the members of a household have in common."""

    household_id: str
    city: City
    culture: str
    addresses: tuple[Dated, ...]
    land_line: str
    mailbox: str


def draw_household(
    rng: Random, seed: int, household_id: str, first_number: int, city: City, period: Period
) -> list[Person]:
    """Draw the people of one address; the first is an adult, `first_number` is that one's."""
    culture = "en" if rng.random() < parameters.ENGLISH_NAMES.get(city.country, 0) else "es"
    members = draw_members(rng, culture, period)
    slot = first_number * SLOTS
    shared = len(members) > 1 and rng.random() < parameters.SHARED_EMAIL
    home = Home(
        household_id=household_id,
        city=city,
        culture=culture,
        addresses=_homes(rng, city.country, period),
        land_line=reach.land_line(seed, slot, city.country) if rng.random() < parameters.LAND_LINE else "",
        mailbox=reach.email(rng, seed, slot + 3, "familia", members[-1].family) if shared else "",
    )
    return [_customer(rng, seed, first_number + at, member, home, period) for at, member in enumerate(members)]


def tied(rng: Random, people: list[Person]) -> list[Person]:
    """Let the people of a household help each other: the most digital of the others writes for one, parents lend."""
    found = []
    for person in people:
        others = [other for other in people if other is not person and not (other.is_child and person.is_child)]
        if others:
            helper = max(others, key=lambda other: other.digital)
            person = replace(person, relative=Relative(helper.emails, helper.phones))
        if person.is_child and rng.random() < parameters.PHONE_OF_PARENT:
            person = replace(person, phones=(*person.phones, *people[0].phones[:1]))
        found.append(person)
    return found


def _homes(rng: Random, country: str, period: Period) -> tuple[Dated, ...]:
    return _changed(
        rng,
        parameters.MOVES_HOUSE,
        (period.start - timedelta(days=parameters.LONGEST_CUSTOMER), period.end),
        lambda: address(rng, country),
    )


def address(rng: Random, country: str) -> str:
    if country == "US":
        return f"{rng.randrange(1, 2000)} {rng.choice(names.STREETS_EN)}"
    return f"{rng.choice(names.STREETS_ES)} {rng.randrange(100, 2000)}"


def _changed(rng: Random, share: float, within: tuple[date, date], draw: Callable[[], str]) -> tuple[Dated, ...]:
    """Draw a value and, for this share, the one that takes its place on a day within the two."""
    value = draw()
    if rng.random() >= share:
        return (Dated(value),)
    day = between(rng, *within)
    return (Dated(draw(), since=day), Dated(value, until=day))


def joined(rng: Random, period: Period, born_on: date | None = None) -> date:
    """Draw the day of becoming a customer, for a few while the town runs; nobody is one as a child."""
    first = period.start - timedelta(days=parameters.LONGEST_CUSTOMER)
    if born_on:
        first = max(first, born_on + timedelta(days=math.ceil(parameters.YOUNGEST_CUSTOMER * YEAR)))
    last = period.start - timedelta(days=parameters.SHORTEST_CUSTOMER)
    if rng.random() < parameters.JOINS or first >= last:
        return between(rng, max(first, period.start + timedelta(days=1)), period.end)
    return last - timedelta(days=rng.randrange((last - first).days))


def _customer(rng: Random, seed: int, number: int, member: Member, home: Home, period: Period) -> Person:
    country = home.city.country
    joined_on = joined(rng, period, member.birth_on)
    document = national_ids.of_person(
        rng, seed, number, country, given=member.given, family=member.family, birth_on=member.birth_on, sex=member.sex
    )
    age = (period.start - member.birth_on).days / YEAR
    level = rng.choices(tuple(parameters.INCOME_LEVELS), tuple(parameters.INCOME_LEVELS.values()))[0]
    liking = parameters.DIGITAL_AT_18 - parameters.DIGITAL_LOST_PER_YEAR * max(0, age - 18)
    out = member.is_child and rng.random() < parameters.MOVES_OUT
    return Person(
        person_id=f"person-{number:06d}",
        household_id=home.household_id,
        firm_id="",
        segment=_segment(level),
        given=member.given,
        family_names=member.families,
        company="",
        birth_on=member.birth_on,
        language="en" if rng.random() < parameters.ENGLISH_SPEAKER[home.culture] else "es",
        id_type=document.type,
        national_id=document.number,
        emails=_emails(rng, seed, number * SLOTS, member, home, age, (joined_on, period.end)),
        phones=_phones(rng, seed, number * SLOTS, home, (joined_on, period.end)),
        addresses=_moved_out(rng, home, (joined_on, period.end)) if out else home.addresses,
        city=home.city,
        joined_on=joined_on,
        tendency=rng.choice(parameters.TENDENCY_TO_COMPLAIN),
        income_level=level,
        digital=round(min(1.0, max(0.0, rng.gauss(liking, parameters.DIGITAL_SPREAD))), 3),
        is_child=member.is_child,
    )


def _segment(income_level: int) -> str:
    if income_level >= parameters.PREMIUM_FROM:
        return "premium"
    return "preferred" if income_level >= parameters.PREFERRED_FROM else "mass"


def _moved_out(rng: Random, home: Home, within: tuple[date, date]) -> tuple[Dated, ...]:
    day = between(rng, *within)
    before = (
        replace(dated, until=min(dated.until or day, day))
        for dated in home.addresses
        if dated.since is None or dated.since < day
    )
    return (Dated(address(rng, home.city.country), since=day), *before)


def _emails(
    rng: Random, seed: int, slot: int, member: Member, home: Home, age: float, within: tuple[date, date]
) -> tuple[Dated, ...]:
    # The last slot of a household's first is the shared mailbox's.
    slots = iter(range(slot, slot + 3))

    def draw() -> str:
        return reach.email(rng, seed, next(slots), member.given, member.family)

    share_without = next(share for below, share in parameters.NO_EMAIL_BY_AGE if age < below)
    if rng.random() < share_without:
        return ()
    own = _changed(rng, parameters.CHANGES_EMAIL, within, draw)
    second = (Dated(draw()),) if rng.random() < parameters.SECOND_EMAIL else ()
    if home.mailbox and rng.random() < parameters.USES_SHARED_EMAIL:
        return (Dated(home.mailbox), *own)
    return (*own, *second)


def _phones(rng: Random, seed: int, slot: int, home: Home, within: tuple[date, date]) -> tuple[Dated, ...]:
    # The first slot of a household is its land line's.
    slots = iter(range(slot + 1, slot + 4))

    def draw() -> str:
        return reach.mobile(seed, next(slots), home.city.country)

    own = _changed(rng, parameters.CHANGES_PHONE, within, draw)
    second = (Dated(draw()),) if rng.random() < parameters.SECOND_PHONE else ()
    at_home = (Dated(home.land_line),) if home.land_line and rng.random() < parameters.USES_LAND_LINE else ()
    return (*own, *second, *at_home)
