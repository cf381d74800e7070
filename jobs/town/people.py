"""The people and firms of the town, one household or firm after the other, each from dice of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from random import Random

from jobs.town import names, parameters
from jobs.town.firms import draw_firm
from jobs.town.households import draw_household, tied
from jobs.town.names import City
from jobs.town.person import Period, Person

REMEMBERED = 200  # numbers given up that wait for a new owner


def draw_people(seed: int, *, customers: int, start: date, days: int) -> Iterator[Person]:
    """Yield the first customers of the town of that seed; a larger town has the same first ones."""
    count = 0
    for unit in each_unit(seed, start=start, days=days):
        kept = unit[: customers - count]
        # A firm stands behind its people and may be cut off.
        known = {person.person_id for person in kept}
        yield from (person if person.firm_id in known else replace(person, firm_id="") for person in kept)
        count += len(kept)
        if count >= customers:
            return


def each_unit(seed: int, *, start: date, days: int) -> Iterator[list[Person]]:
    """Yield without end the people of a household, or those of the households of a firm's people and then the firm.

    A unit depends on the ones before it by two things alone: its first number, and the phone numbers they gave up.
    """
    period, given_up, number = Period(start, days), deque[tuple[str, str, date]](maxlen=REMEMBERED), 1
    for unit in count(1):
        rng = Random(f"{seed}:unit:{unit}")
        is_firm = rng.random() < parameters.FIRM_UNIT
        city = _city(rng, is_firm)
        households = rng.choices(*_weighed(parameters.CONTACT_PERSONS))[0] if is_firm else 1
        people: list[Person] = []
        employees: list[Person] = []
        for at in range(1, households + 1):
            drawn = draw_household(rng, seed, f"household-{unit:06d}-{at}", number + len(people), city, period)
            drawn = tied(rng, [_with_number_taken_over(seed, person, given_up) for person in drawn])
            people += drawn
            employees += drawn[:1]
        if is_firm:
            firm, employees = draw_firm(rng, seed, number + len(people), city, employees, period)
            employed = {person.person_id: person for person in employees}
            people = [*(employed.get(person.person_id, person) for person in people), firm]
        number += len(people)
        yield people


def _weighed(weights: dict[int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(weights), tuple(weights.values())


def _city(rng: Random, is_firm: bool) -> City:
    # Firms are Peruvian: the RUC is the one company number the bank opens accounts with.
    cities = [city for city in names.CITIES if city.country == "PE" or not is_firm]
    return rng.choices(cities, [city.weight for city in cities])[0]


def _with_number_taken_over(seed: int, person: Person, given_up: deque[tuple[str, str, date]]) -> Person:
    """Give some of those who change phones a number that somebody else had until then, and note their old one."""
    new, *others = person.phones
    if new.since is None:
        return person
    free = next((one for one in given_up if one[0] == person.country and one[2] <= new.since), None)
    if free and Random(f"{seed}:number:{person.person_id}").random() < parameters.TAKES_OVER_NUMBER:
        given_up.remove(free)
        person = replace(person, phones=(replace(new, value=free[1]), *others))
    old = next(phone for phone in others if phone.until == new.since)
    given_up.append((person.country, old.value, new.since))
    return person
