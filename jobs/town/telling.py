"""What a person may speak of when they tell of a problem."""

from __future__ import annotations

from random import Random

from jobs.town import parameters
from jobs.town.contacts import Contact
from jobs.town.reach import holding, phone_as_written
from jobs.town.texts import Facts


def facts_of(rng: Random, contact: Contact) -> Facts:
    """Return what may come up in a contact: the person's own data, now and then another trouble."""
    issue, person, day = contact.issue, contact.person, contact.at.date()
    others = [cause.key for cause in contact.known if cause != contact.topic]
    emails, phones = holding(person.emails, day), holding(person.phones, day)
    return Facts(
        language=person.language,
        country=person.country,
        cause=contact.topic.key,
        product=contact.topic.product,
        place=person.city.name,
        happened_on=issue.happened_on if issue else day,
        cents=issue.cents if issue else None,
        currency=issue.currency if issue else "PEN" if person.country == "PE" else "USD",
        last4=contact.card.last4 if contact.card else "",
        full_name=person.company or f"{person.given} {person.family_on(day)}",
        email=emails[0] if emails else "",
        phone=phone_as_written(rng, phones[0], person.country) if phones else "",
        national_id=person.national_id,
        id_type=person.id_type,
        address=person.address_on(day),
        other_cause=rng.choice(others) if rng.random() < parameters.MENTIONS_OTHER_CAUSE else "",
        agent=contact.employee.given if rng.random() < parameters.NAMES_THE_EMPLOYEE else "",
        times_told=contact.times_told,
    )
