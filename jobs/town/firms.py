"""Firms and the people who write for them, each a customer of their own."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from jobs.town import names, national_ids, parameters, reach
from jobs.town.households import address, joined
from jobs.town.names import City, folded
from jobs.town.person import ContactPerson, Period, Person
from jobs.town.reach import SLOTS, Dated


def draw_firm(
    rng: Random, seed: int, number: int, city: City, employees: list[Person], period: Period
) -> tuple[Person, list[Person]]:
    """Draw the firm its employees write for; return it and them, who now know whom they work for."""
    kind, stem = rng.choice(names.FIRM_KINDS), rng.choice(names.FIRM_NAMES)
    # The number makes the trade name the firm's own, as the register of trade names demands.
    mark = national_ids.scattered(seed, "firm", number, 10**7)
    domain = f"{folded(stem).lower().replace(' ', '')}{mark}.example.com"
    document = national_ids.of_firm(seed, number)
    joined_on = joined(rng, period)
    firm = Person(
        person_id=f"person-{number:06d}",
        household_id="",
        firm_id="",
        segment="small_firm" if len(employees) <= parameters.SMALL_FIRM_CONTACTS else "firm",
        given="",
        family_names=(),
        company=f"{kind} {stem} {mark} {rng.choice(names.FIRM_FORMS)}",
        birth_on=None,
        language="es",
        id_type=document.type,
        national_id=document.number,
        emails=(Dated(f"info@{domain}"),),
        phones=(Dated(reach.land_line(seed, number * SLOTS, city.country)),),
        addresses=(Dated(address(rng, city.country)),),
        city=city,
        joined_on=joined_on,
        tendency=rng.choice(parameters.TENDENCY_TO_COMPLAIN),
        income_level=0,
        digital=round(rng.uniform(0.5, 1), 3),
        contact_persons=tuple(
            ContactPerson(person.person_id, reach.email_at_firm(person.given, person.family, domain), person.phones)
            for person in employees
        ),
    )
    return firm, [_employed(rng, person, firm) for person in employees]


def _employed(rng: Random, person: Person, firm: Person) -> Person:
    mailbox = firm.emails if rng.random() < parameters.WORK_EMAIL else ()
    return replace(person, firm_id=firm.person_id, emails=(*person.emails, *mailbox))
