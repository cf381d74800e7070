"""Why people complain, where they say so and how it is handled: the cause behind every record of the town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from jobs.town import names
from jobs.town.people import Person, phone_as_written
from jobs.town.texts import Facts

LIMA_TO_UTC = timedelta(hours=5)  # Peru keeps no daylight saving time
DAILY_RATE = 0.25 / 30
CHANNELS = {"book": 18, "web": 30, "phone": 22, "email": 12, "counter": 10, "app": 8}
# Median days to an answer: the slow channels are what makes the same problem hurt more on some of them.
ANSWER_DAYS = {"book": 9.0, "web": 5.0, "phone": 2.5, "email": 7.0, "counter": 4.0, "app": 3.5}
CRM_CHANNELS = ("phone", "email", "counter", "app")


@dataclass(frozen=True)
class Cause:
    """What went wrong; `amount` is the range of money claimed in whole units, None where no money is claimed."""

    key: str
    label_es: str
    product: str
    kind: str
    weight: int
    severity: tuple[int, int, int]
    amount: tuple[int, int] | None


CAUSES = (
    Cause("unrecognised_charge", "Cargo no reconocido", "Tarjeta de crédito", "reclamo", 20, (2, 4, 4), (30, 2500)),
    Cause("undue_fee", "Comisión indebida", "Cuenta de ahorros", "reclamo", 14, (5, 4, 1), (5, 180)),
    Cause("blocked_card", "Tarjeta bloqueada", "Tarjeta de débito", "reclamo", 10, (3, 4, 3), None),
    Cause("refund_delay", "Demora en reembolso", "Tarjeta de crédito", "reclamo", 12, (2, 5, 3), (40, 1800)),
    Cause("poor_service", "Mala atención", "Atención", "queja", 14, (5, 4, 1), None),
    Cause("app_down", "App caída", "Banca móvil", "queja", 8, (5, 4, 1), None),
    Cause("double_charge", "Cobro duplicado", "Tarjeta de débito", "reclamo", 10, (3, 5, 2), (10, 900)),
    Cause("credit_denied", "Crédito negado", "Préstamo personal", "queja", 4, (3, 4, 3), None),
    Cause("card_delivery", "Entrega de tarjeta", "Tarjeta de crédito", "reclamo", 5, (5, 4, 1), None),
    Cause("wrong_data", "Datos incorrectos", "Cuenta de ahorros", "reclamo", 3, (5, 4, 1), None),
)


@dataclass(frozen=True)
class Incident:
    """A cause that strikes one city for some days; each customer there is hit with `daily_rate`."""

    cause: Cause
    city: str
    first_day: int
    last_day: int
    daily_rate: float


@dataclass(frozen=True)
class Issue:
    """One problem of one person, whatever the number of complaints about it."""

    issue_id: str
    person: Person
    cause: Cause
    severity: int
    cents: int | None
    currency: str
    happened_on: date


@dataclass(frozen=True)
class Step:
    at: datetime
    status: str


@dataclass(frozen=True)
class Filing:
    """One complaint on one channel and all that is done about it; times are wall time in Lima."""

    issue: Issue
    channel: str
    at: datetime
    steps: tuple[Step, ...]
    outcome: str
    refund_cents: int | None
    times_told: int = 0

    @property
    def answered_at(self) -> datetime | None:
        return next((step.at for step in self.steps if step.status == "responded"), None)


def draw_incidents(rng: Random, days: int) -> list[Incident]:
    """Draw one incident for every month or part of it."""
    found = []
    for _ in range(-(-days // 30)):
        cause = rng.choices(CAUSES, [c.weight for c in CAUSES])[0]
        city = rng.choices(names.CITIES, [c.weight for c in names.CITIES])[0]
        first = rng.randrange(days)
        found.append(Incident(cause, city.name, first, first + rng.randrange(3, 11), rng.uniform(0.01, 0.04)))
    return found


def tell(rng: Random, people: list[Person], *, start: date, days: int) -> list[Filing]:
    """Return every complaint filed while the town runs, in the order they were filed."""
    incidents = draw_incidents(rng, days)
    filings = [
        filing
        for person in people
        for issue in _issues(rng, person, incidents, start, days)
        for filing in _filings(rng, issue)
        if filing.at.date() < start + timedelta(days=days)
    ]
    return sorted(filings, key=lambda f: (f.at, f.issue.issue_id))


def _issues(rng: Random, person: Person, incidents: list[Incident], start: date, days: int) -> Iterator[Issue]:
    local = [i for i in incidents if i.city == person.city.name]
    count = 0
    for day in range(days):
        today = start + timedelta(days=day)
        if today < person.joined_on or (person.left_on and today >= person.left_on):
            continue
        causes = [i.cause for i in local if i.first_day <= day <= i.last_day and rng.random() < i.daily_rate]
        if rng.random() < DAILY_RATE * person.tendency:
            causes.append(rng.choices(CAUSES, [c.weight for c in CAUSES])[0])
        for cause in causes:
            count += 1
            yield _issue(rng, f"issue-{person.person_id[7:]}-{count:02d}", person, cause, today)


def _issue(rng: Random, issue_id: str, person: Person, cause: Cause, today: date) -> Issue:
    cents = None if cause.amount is None else rng.randrange(cause.amount[0] * 100, cause.amount[1] * 100)
    return Issue(
        issue_id=issue_id,
        person=person,
        cause=cause,
        severity=rng.choices((1, 2, 3), cause.severity)[0],
        cents=cents,
        currency="PEN" if person.country == "PE" and rng.random() < 0.9 else "USD",
        happened_on=today,
    )


def _filings(rng: Random, issue: Issue) -> Iterator[Filing]:
    """File the issue once, and now and then again on another channel where the first one did not help."""
    at = _in_office_hours(rng, issue.happened_on)
    first = rng.choices(tuple(CHANNELS), tuple(CHANNELS.values()))[0]
    yield _filing(rng, issue, first, at)
    if rng.random() < 0.08 + 0.06 * issue.severity:
        others = {c: w for c, w in CHANNELS.items() if c != first}
        again = _in_office_hours(rng, issue.happened_on + timedelta(days=rng.randrange(1, 11)))
        if issue.person.left_on is None or again.date() < issue.person.left_on:
            second = _filing(rng, issue, rng.choices(tuple(others), tuple(others.values()))[0], again)
            yield replace(second, times_told=1)


def _in_office_hours(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(8)) + timedelta(seconds=rng.randrange(12 * 3600))


def _filing(rng: Random, issue: Issue, channel: str, at: datetime) -> Filing:
    wait = ANSWER_DAYS[channel] * rng.lognormvariate(0, 0.6) * (0.6 + 0.2 * issue.severity)
    outcome = rng.choices(("upheld", "partly_upheld", "rejected", "explained"), (40, 15, 25, 20))[0]
    refund = None
    if issue.cents is not None and outcome in ("upheld", "partly_upheld"):
        refund = issue.cents if outcome == "upheld" else issue.cents // 2
    steps = tuple(_handling(rng, at, wait, issue.severity))
    withdrawn = steps[-1].status == "withdrawn"
    return Filing(issue, channel, at, steps, "withdrawn" if withdrawn else outcome, None if withdrawn else refund)


def _handling(rng: Random, at: datetime, wait: float, severity: int) -> Iterator[Step]:
    """Walk the states of a complaint; those that took long or hurt much are reopened more often."""

    def later(share: float) -> datetime:
        return at + timedelta(seconds=int(wait * share * 86400))

    yield Step(at, "received")
    yield Step(later(0.1), "assigned")
    if rng.random() < 0.03:
        yield Step(later(0.4), "withdrawn")
        return
    yield Step(later(0.3), "investigating")
    if rng.random() < 0.2:
        yield Step(later(0.6), "pending")
    yield Step(later(1), "responded")
    yield Step(later(1.3), "closed")
    if rng.random() < min(0.4, 0.03 + 0.03 * severity + 0.01 * wait):
        yield Step(later(1.9), "reopened")
        yield Step(later(2.4), "responded")
        yield Step(later(2.8), "closed")


def facts_of(rng: Random, filing: Filing) -> Facts:
    """Return what a person may speak of when they file: every second time another trouble comes to their mind."""
    issue, person = filing.issue, filing.issue.person
    other = rng.choice([cause.key for cause in CAUSES if cause != issue.cause]) if rng.random() < 0.6 else ""
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
        full_name=person.full_name,
        email=person.email,
        phone=phone_as_written(rng, person.phone_on(filing.at.date()), person.country),
        national_id=person.national_id,
        id_type=person.id_type,
        address=person.address,
        other_cause=other,
        agent=rng.choice((*names.WOMEN_ES, *names.MEN_ES)) if rng.random() < 0.4 else "",
        times_told=filing.times_told,
    )
