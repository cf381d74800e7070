"""When people turn to the bank and what it makes of that: tellings, calls that hang up, cases, answers, questions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from jobs.town import parameters
from jobs.town.money import Account
from jobs.town.person import Person
from jobs.town.world import Cause, Employee

# Of one person, in all: numbers of contacts are made of it.
MOST_CONTACTS = 1000
LIMA_TO_UTC = timedelta(hours=5)  # Peru keeps no daylight saving time


@dataclass(frozen=True)
class Issue:
    """One problem of one person, whatever the number of complaints about it; `known` are the causes that exist then."""

    issue_id: str
    person: Person
    cause: Cause
    severity: int
    cents: int | None
    currency: str
    happened_on: date
    known: tuple[Cause, ...]


@dataclass(frozen=True)
class Step:
    at: datetime
    status: str


@dataclass(frozen=True)
class Filing:
    """The case that somebody made of a contact, and all that is done about it; times are wall time in Lima."""

    steps: tuple[Step, ...]
    outcome: str
    refund_cents: int | None

    @property
    def answered_at(self) -> datetime | None:
        return next((step.at for step in self.steps if step.status == "responded"), None)


@dataclass(frozen=True)
class Contact:
    """One time that a person turned to the bank, in wall time of Lima; `intent` is one of texts.INTENTS.

    `issue` is the problem they speak of, None where there is none; `filing` is None where nobody made a case of it.
    Of calls: the seconds in the queue, and whether they hung up before anybody answered. `known_on` is when they knew
    whether it was settled: of what is written, with the answer, or when their patience ended. `times_told` counts the
    times before that they were heard with this issue; `known` are the causes that exist then.
    """

    person: Person
    intent: str
    topic: Cause
    issue: Issue | None
    channel: str
    at: datetime
    employee: Employee
    known: tuple[Cause, ...]
    waited_s: int = 0
    is_abandoned: bool = False
    is_settled: bool = False
    known_on: date = date.min
    times_told: int = 0
    filing: Filing | None = None
    number: int = 0  # from 1, of the person's contacts by time; 0 until all are known
    card: Account | None = None  # that they have in hand and may name

    @property
    def slot(self) -> int:
        """Return a number that no other contact of the town has; each system makes its own id of it."""
        return self.person.number * MOST_CONTACTS + self.number


@dataclass(frozen=True)
class Effect:
    """What moves a person's dissatisfaction, and when."""

    at: date
    change: float


def issue_of(rng: Random, person: Person, cause: Cause, number: int, today: date, known: tuple[Cause, ...]) -> Issue:
    """Draw how bad a person's problem is, and what it costs them; `number` counts the person's."""
    cents = None if cause.amount is None else rng.randrange(cause.amount[0] * 100, cause.amount[1] * 100)
    return Issue(
        issue_id=f"issue-{person.person_id[7:]}-{number:02d}",
        person=person,
        cause=cause,
        severity=rng.choices((1, 2, 3), cause.severity)[0],
        cents=cents,
        currency="PEN" if person.country == "PE" and rng.random() < parameters.CLAIMS_IN_SOLES else "USD",
        happened_on=today,
        known=known,
    )


def tell(rng: Random, issue: Issue, employees: tuple[Employee, ...], is_digital: bool) -> Iterator[Contact]:
    """Yield each contact about an issue, none where the person keeps it to themselves."""
    if rng.random() < parameters.SILENT[issue.severity - 1]:
        return
    channels, used = parameters.CHANNELS[is_digital], ""
    at = _at_an_hour(rng, issue.happened_on + timedelta(days=_days_before_telling(rng)))
    times_told, open_cents = 0, issue.cents or 0
    for _ in range(parameters.MOST_TELLINGS):
        others = {channel: weight for channel, weight in channels.items() if channel != used}
        channel = rng.choices(tuple(others), tuple(others.values()))[0]
        contact = _contact(rng, issue, channel, at, rng.choice(employees), times_told, open_cents)
        yield contact
        if contact.is_settled or rng.random() >= parameters.TELLS_AGAIN:
            return
        times_told += not contact.is_abandoned
        open_cents -= (contact.filing and contact.filing.refund_cents) or 0
        # Of those who hung up some will not call again.
        calls_again = contact.is_abandoned and rng.random() < parameters.CALLS_AGAIN
        used = "" if calls_again else channel
        at = _at_an_hour(rng, contact.known_on + timedelta(days=rng.randint(*parameters.DAYS_TO_TELL_AGAIN)))


def effects(contact: Contact) -> Iterator[Effect]:
    """Yield what a contact does to the person, when it does."""
    if contact.is_abandoned:
        yield Effect(contact.at.date(), parameters.HUNG_UP)
    elif not contact.is_settled:
        yield Effect(contact.known_on, parameters.NOT_HELPED)
    filing = contact.filing
    if filing is None or filing.answered_at is None:
        return
    answered = filing.answered_at
    if answered - contact.at > timedelta(days=2 * parameters.ANSWER_DAYS[contact.channel]):
        yield Effect(answered.date(), parameters.SLOW_ANSWER)
    if filing.outcome == "rejected":
        yield Effect(answered.date(), parameters.REJECTED)
    if filing.refund_cents:
        yield Effect(answered.date(), parameters.REFUNDED)


def _at_an_hour(rng: Random, day: date) -> datetime:
    """Return a moment of the day between 8 and 20 hours."""
    return datetime.combine(day, time(8)) + timedelta(seconds=rng.randrange(12 * 3600))


def _days_before_telling(rng: Random) -> int:
    return 0 if rng.random() < parameters.TELLS_AT_ONCE else 1 + int(rng.expovariate(1 / parameters.MEAN_DAYS_TO_TELL))


def chance(probability: float, shift: float) -> float:
    """Return a probability moved on the logit scale."""
    return 1 / (1 + (1 / probability - 1) * math.exp(-shift))


def others(
    rng: Random, person: Person, employees: tuple[Employee, ...], known: tuple[Cause, ...], day: date,
    *, is_digital: bool,
) -> Iterator[Contact]:  # fmt: skip
    """Yield what else a person turns to the bank for in the week that begins on a day: questions, orders, thanks."""
    for intent, weekly in parameters.OTHER_CONTACTS_A_WEEK.items():
        if rng.random() < weekly:
            at = _at_an_hour(rng, day + timedelta(days=rng.randrange(7)))
            channel = _chosen(rng, parameters.OTHER_CHANNELS[is_digital])
            waited, is_abandoned = _queued(rng) if channel == "phone" else (0, False)
            topic = rng.choices(known, [cause.weight for cause in known])[0]
            yield Contact(
                person, intent, topic, None, channel, at, rng.choice(employees), known, waited, is_abandoned,
                is_settled=not is_abandoned, known_on=at.date(),
            )  # fmt: skip


def afterwards(rng: Random, told: Contact, employees: tuple[Employee, ...], *, is_digital: bool) -> Iterator[Contact]:
    """Yield what comes after a complaint: the question how it stands while it is open, or word that it is solved."""
    filing = told.filing
    if filing is None or filing.answered_at is None:
        return
    days = (filing.answered_at - told.at).days
    if days >= parameters.FOLLOWS_UP_AFTER_DAYS and rng.random() < parameters.FOLLOWS_UP:
        day, intent = told.at.date() + timedelta(days=rng.randint(parameters.FOLLOWS_UP_AFTER_DAYS, days)), "follow_up"
    elif told.is_settled and rng.random() < parameters.SAYS_THANKS:
        day, intent = filing.answered_at.date() + timedelta(days=rng.randint(1, 6)), "solved"
    else:
        return
    channel = _chosen(rng, parameters.OTHER_CHANNELS[is_digital])
    waited, is_abandoned = _queued(rng) if channel == "phone" else (0, False)
    yield Contact(
        told.person, intent, told.topic, told.issue, channel, _at_an_hour(rng, day), rng.choice(employees), told.known,
        waited, is_abandoned, is_settled=not is_abandoned, known_on=day, times_told=told.times_told + 1,
    )  # fmt: skip


def _chosen(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def _queued(rng: Random) -> tuple[int, bool]:
    """Return the seconds a caller waited, at least one, and whether they hung up: patience ends, or the queue does."""
    wait = parameters.WAIT_MEDIAN_S * rng.lognormvariate(0, parameters.WAIT_SIGMA)
    patience = parameters.PATIENCE_MEDIAN_S * rng.lognormvariate(0, parameters.PATIENCE_SIGMA)
    return max(1, int(min(wait, patience))), patience < wait


def _contact(
    rng: Random, issue: Issue, channel: str, at: datetime, employee: Employee, times_told: int, open_cents: int
) -> Contact:
    waited, is_abandoned = _queued(rng) if channel == "phone" else (0, False)
    is_settled = not is_abandoned and rng.random() < chance(parameters.SETTLES[channel], employee.skill)
    is_registered = not is_abandoned and rng.random() < parameters.IS_REGISTERED[channel]
    filing = None
    if is_registered:
        filing = _filing(rng, issue, channel, at, employee, open_cents, is_settled=is_settled)
    known_on = at.date()
    if channel in parameters.WRITTEN:
        # Whoever wrote waits for the answer, and not for ever.
        patience_days = parameters.PATIENCE_MEDIAN_DAYS * rng.lognormvariate(0, parameters.PATIENCE_DAYS_SIGMA)
        ends_on = at.date() + timedelta(days=max(1, round(patience_days)))
        answered = filing.answered_at.date() if filing and filing.answered_at else None
        is_settled = is_settled and answered is not None and answered <= ends_on
        known_on = min(answered or ends_on, ends_on)
    return Contact(
        issue.person, "complaint", issue.cause, issue, channel, at, employee, issue.known, waited, is_abandoned,
        is_settled, known_on, times_told, filing,
    )  # fmt: skip


def _filing(
    rng: Random, issue: Issue, channel: str, at: datetime, employee: Employee, open_cents: int, *, is_settled: bool
) -> Filing:
    # Who knows the work is quicker with it, too.
    haste = math.exp(-parameters.HASTE_OF_SKILL * employee.skill)
    slow_with = parameters.HANDLING_BASE + parameters.HANDLING_PER_SEVERITY * issue.severity
    wait = parameters.ANSWER_DAYS[channel] * rng.lognormvariate(0, parameters.ANSWER_SIGMA) * slow_with * haste
    outcome, refund = _decided(rng, issue, employee, open_cents, is_settled=is_settled)
    steps = tuple(_handling(rng, at, wait, issue.severity))
    if steps[-1].status == "withdrawn":
        outcome, refund = "withdrawn", None
    return Filing(steps, outcome, refund)


def _decided(
    rng: Random, issue: Issue, employee: Employee, open_cents: int, *, is_settled: bool
) -> tuple[str, int | None]:
    """Return an outcome and what is paid back: never more than is open of what was claimed."""
    weights = dict(parameters.OUTCOMES)
    # What was settled is not rejected; who knows the work rejects less of the rest.
    weights["rejected"] *= 0 if is_settled else math.exp(-parameters.REJECTS_LESS_BY_SKILL * employee.skill)
    outcome = rng.choices(tuple(weights), tuple(weights.values()))[0]
    if issue.cents is None or outcome not in ("upheld", "partly_upheld"):
        return outcome, None
    refund = min(open_cents, issue.cents if outcome == "upheld" else issue.cents // 2)
    # It was paid back before: there is only that to say.
    return (outcome, refund) if refund else ("explained", None)


def _handling(rng: Random, at: datetime, wait: float, severity: int) -> Iterator[Step]:
    """Walk the states of a complaint; those that took long or hurt much are reopened more often."""

    def later(share: float) -> datetime:
        return at + timedelta(seconds=int(wait * share * 86400))

    yield Step(at, "received")
    yield Step(later(0.1), "assigned")
    if rng.random() < parameters.WITHDRAWN:
        yield Step(later(0.4), "withdrawn")
        return
    yield Step(later(0.3), "investigating")
    if rng.random() < parameters.ASKED_BACK:
        yield Step(later(0.6), "pending")
    yield Step(later(1), "responded")
    yield Step(later(1.3), "closed")
    base, by_severity, by_day = parameters.REOPENED
    if rng.random() < min(parameters.MOST_REOPENED, base + by_severity * severity + by_day * wait):
        yield Step(later(1.9), "reopened")
        yield Step(later(2.4), "responded")
        yield Step(later(2.8), "closed")
