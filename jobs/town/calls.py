"""How calls go: what the menu, the queues and the agents did, and what an agent notes; the same for every feed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

from jobs.town import parameters
from jobs.town.contacts import LIMA_TO_UTC, Contact
from jobs.town.feed import Desk

QUEUES = {
    "Tarjeta de crédito": "Q_TARJETAS",
    "Tarjeta de débito": "Q_TARJETAS",
    "Cuenta de ahorros": "Q_AHORROS",
    "Banca móvil": "Q_DIGITAL",
    "Préstamo personal": "Q_CREDITOS",
}


@dataclass(frozen=True)
class Leg:
    """A part of a call, from the queue to the end of the talk; `employee_id` is "" where nobody answered."""

    queue: str
    entered_at: datetime
    wait_s: int
    employee_id: str = ""
    talk_s: int = 0
    hold_s: int = 0
    wrap_s: int = 0
    result: str = "ANSWERED"

    @property
    def left_at(self) -> datetime:
        return self.entered_at + timedelta(seconds=self.wait_s + self.talk_s)


@dataclass(frozen=True)
class Course:
    """How a call went, times in UTC; `call_back_by` is until when the agent promised to call back."""

    at: datetime
    menu_s: int
    language: str
    legs: tuple[Leg, ...]
    is_verified: bool = False
    call_back_by: datetime | None = None

    @property
    def ended_at(self) -> datetime:
        return self.legs[-1].left_at if self.legs else self.at + timedelta(seconds=self.menu_s)

    @property
    def updated_at(self) -> datetime:
        return self.ended_at + timedelta(seconds=self.legs[-1].wrap_s if self.legs else 0)


def course_of(desk: Desk, contact: Contact) -> Course:
    """Return how a customer's call went, the same for every feed that knows of it."""
    # Dice of the call's own: a transcript is of the same minutes.
    rng = Random(f"{desk.seed}:call:{contact.slot}")
    at = contact.at + LIMA_TO_UTC
    menu_s = rng.randint(*parameters.MENU_S)
    language = contact.person.language
    if rng.random() < parameters.WRONG_LANGUAGE:
        language = "en" if language == "es" else "es"
    queue = "Q_ENGLISH" if language == "en" else QUEUES.get(contact.topic.product, "Q_GENERAL")
    first = Leg(queue, at + timedelta(seconds=menu_s), contact.waited_s, result="ABANDONED")
    if contact.is_abandoned:
        return Course(at, menu_s, language, (first,))
    is_complaint = contact.intent == "complaint"
    first = _talked(rng, first, contact.employee.employee_id, parameters.TALK_MEDIAN_S[is_complaint])
    legs: tuple[Leg, ...] = (first,)
    if rng.random() < parameters.TRANSFERRED:
        wait_s = int(rng.expovariate(1 / parameters.TRANSFER_WAIT_MEAN_S))
        second = Leg("Q_SEGUNDA_LINEA", first.left_at, wait_s)
        second = _talked(rng, second, _other_employee(rng, desk, contact), parameters.TALK_MEDIAN_S[False])
        legs = (replace(first, result="TRANSFERRED"), second)
    is_verified = rng.random() < parameters.CALLER_VERIFIED
    is_promised = is_complaint and not contact.is_settled and rng.random() < parameters.PROMISES_CALL_BACK
    due = datetime.combine(contact.at.date() + timedelta(days=1), time(18)) + LIMA_TO_UTC if is_promised else None
    return Course(at, menu_s, language, legs, is_verified, due)


def _talked(rng: Random, leg: Leg, employee_id: str, median_s: float) -> Leg:
    talk_s = 20 + int(median_s * rng.lognormvariate(0, parameters.TALK_SIGMA))
    hold_s = 0
    if rng.random() < parameters.PUT_ON_HOLD:
        hold_s = int(talk_s * rng.uniform(0.05, parameters.MOST_ON_HOLD))
    wrap_s = rng.randint(*parameters.WRAP_UP_S)
    return replace(leg, employee_id=employee_id, talk_s=talk_s, hold_s=hold_s, wrap_s=wrap_s, result="ANSWERED")


def _other_employee(rng: Random, desk: Desk, contact: Contact) -> str:
    others = [one for one in desk.world.employees if one != contact.employee]
    return rng.choice(others or desk.world.employees).employee_id


def intent_noted(rng: Random, contact: Contact) -> str:
    """Return the intent that an agent notes: of complaints that became no case mostly another one."""
    is_wrong = rng.random() < parameters.NOTED_WRONGLY
    if contact.intent == "complaint" and not contact.filing:
        is_wrong = rng.random() >= parameters.UNFILED_NOTED_AS_COMPLAINT
    return (
        rng.choice([i for i in ("enquiry", "request", "other") if i != contact.intent]) if is_wrong else contact.intent
    )


def hung_up_before(rng: Random, course: Course) -> Course:
    """Return a call just before another one, hung up in the menu or in the first seconds of the queue."""
    at = course.at - timedelta(seconds=rng.randrange(40, 240))
    if rng.random() < parameters.SHORT_IN_MENU:
        return Course(at, rng.randrange(2, 12), course.language, ())
    menu_s = rng.randrange(12, 25)
    leg = Leg(course.legs[0].queue, at + timedelta(seconds=menu_s), rng.randrange(1, 6), result="ABANDONED")
    return Course(at, menu_s, course.language, (leg,))


def called_back_at(rng: Random, contact: Contact, course: Course) -> datetime | None:
    """Return when the bank calls back who hung up, or whom it promised to."""
    if contact.is_abandoned and rng.random() < parameters.CALLED_BACK:
        return course.ended_at + timedelta(minutes=rng.randrange(5, 90))
    if course.call_back_by and rng.random() < parameters.KEEPS_PROMISE:
        late = 0 if rng.random() < parameters.KEEPS_IT_IN_TIME else rng.randrange(1, 4)
        # Between 9 and 18 hours of the day it is due, or of a later one.
        return course.call_back_by + timedelta(days=late, seconds=-rng.randrange(9 * 3600))
    return None


def call_back(rng: Random, desk: Desk, contact: Contact, course: Course, at: datetime) -> Course:
    """Return how the bank's own call went: to somebody, or to the voicemail."""
    leg = Leg("Q_SALIENTES", at, rng.randrange(8, 30), result="VOICEMAIL")
    if rng.random() >= parameters.CALL_BACK_UNANSWERED:
        leg = _talked(rng, leg, _other_employee(rng, desk, contact), parameters.TALK_MEDIAN_S[False])
    return Course(at, 0, course.language, (leg,))
