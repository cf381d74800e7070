"""What a person may speak of when they tell of a problem."""

from __future__ import annotations

from random import Random

from jobs.town import parameters
from jobs.town.contacts import Filing
from jobs.town.reach import holding, phone_as_written
from jobs.town.texts import Facts


def facts_of(rng: Random, filing: Filing) -> Facts:
    """Return what may come up when a complaint is filed: the person's own data, now and then another trouble."""
    issue, person, day = filing.issue, filing.issue.person, filing.at.date()
    others = [cause.key for cause in issue.known if cause != issue.cause]
    emails, phones = holding(person.emails, day), holding(person.phones, day)
    return Facts(
        language=person.language,
        country=person.country,
        cause=issue.cause.key,
        product=issue.cause.product,
        place=person.city.name,
        happened_on=issue.happened_on,
        cents=issue.cents,
        currency=issue.currency,
        last4=f"{int(issue.issue_id[6:12]) * 7919 % 10000:04d}",
        full_name=person.company or f"{person.given} {person.family_on(day)}",
        email=emails[0] if emails else "",
        phone=phone_as_written(rng, phones[0], person.country) if phones else "",
        national_id=person.national_id,
        id_type=person.id_type,
        address=person.address_on(day),
        other_cause=rng.choice(others) if rng.random() < parameters.MENTIONS_OTHER_CAUSE else "",
        agent=filing.employee.given if rng.random() < parameters.NAMES_THE_EMPLOYEE else "",
        times_told=filing.times_told,
    )
