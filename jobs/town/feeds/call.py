"""Calls: contact records of a cloud contact centre, one compressed file of JSON lines a day, times in UTC.

A record is sent when the work on it has ended, and once more when a call-back that was promised in it has been made.
Beside the calls of the customers there are those of the bank, and calls that were hung up at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from jobs.town import dirt, files, parameters, texts
from jobs.town.contacts import LIMA_TO_UTC, Contact
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.crm_case import case_spoken_of
from jobs.town.identification import on_phone
from jobs.town.telling import facts_of

STAMP = "%Y-%m-%dT%H:%M:%SZ"
QUEUES = {
    "Tarjeta de crédito": "Q_TARJETAS",
    "Tarjeta de débito": "Q_TARJETAS",
    "Cuenta de ahorros": "Q_AHORROS",
    "Banca móvil": "Q_DIGITAL",
    "Préstamo personal": "Q_CREDITOS",
}
WRAP_UPS = {
    "complaint": "RECLAMO",
    "enquiry": "CONSULTA",
    "request": "SOLICITUD",
    "follow_up": "SEGUIMIENTO",
    "praise": "AGRADECIMIENTO",
    "solved": "AGRADECIMIENTO",
    "other": "OTROS",
}
REASONS = {
    "unrecognised_charge": "TAR-CNR",
    "undue_fee": "AHO-COM",
    "blocked_card": "TAR-BLQ",
    "refund_delay": "TAR-DEV",
    "poor_service": "ATE-GEN",
    "app_down": "DIG-CAI",
    "double_charge": "TAR-DUP",
    "credit_denied": "CRE-DEN",
    "card_delivery": "TAR-ENT",
    "wrong_data": "DAT-ACT",
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


def call_id(desk: Desk, contact: Contact) -> str:
    """Return the number of the contact record of a customer's call."""
    return f"CTR-{desk.id('call', contact.slot)}"


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


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    """Put each version of a record into the file of the UTC day it was last worked on."""
    rng = desk.rng
    for contact in customer.life.contacts:
        if contact.channel != "phone":
            continue
        line = _Line.of(rng, contact)
        course = course_of(desk, contact)
        if rng.random() < parameters.SHORT_CALL_BEFORE:
            yield _delivered(_row(_second_id(desk, contact, 0), contact, line, _short(rng, course)))
        number, noted = call_id(desk, contact), _noted(desk, customer, contact, course)
        row = _row(number, contact, line, course, noted)
        if course.legs[-1].employee_id and rng.random() < parameters.WRITES_NOTE[bool(contact.filing)]:
            note = texts.as_typed(rng, texts.compose(rng, contact.intent, facts_of(rng, contact), "phone"), desk.noise)
            row.cells["attributes.nota"], row.texts = note.text, {"attributes.nota": note}
        yield _delivered(row)
        back_at = _called_back_at(rng, contact, course) if line.number else None
        if back_at is None or back_at.date() > desk.last_day:
            continue
        back = _call_back(rng, desk, contact, course, back_at)
        if course.call_back_by and back.legs[-1].result == "ANSWERED":
            made = {
                "attributes.rellamadaHecha": f"{back.at:{STAMP}}",
                "lastUpdateTimestamp": f"{back.updated_at:{STAMP}}",
            }
            yield _delivered(replace(row, cells={**row.cells, **made}))
        known: dict[str, str] = {name: noted[name] for name in ("clienteId", "casoId") if name in noted}
        row = _row(_second_id(desk, contact, 1), contact, line, back, known)
        row.cells |= {"initiationMethod": "OUTBOUND", "relatedContactId": number}
        yield _delivered(row)


def _second_id(desk: Desk, contact: Contact, which: int) -> str:
    """Return an id that no customer's call has: one digit longer."""
    return f"CTR-{desk.id('other call', 2 * contact.slot + which, 11)}"


def _delivered(row: Row) -> Delivery:
    updated_at = row.cells["lastUpdateTimestamp"]
    return Delivery(date.fromisoformat(updated_at[:10]), f"{updated_at} {row.record_id}", row)


@dataclass(frozen=True)
class _Line:
    """What the network tells of a caller; `number` is "" where it is withheld."""

    number: str
    contact_person_id: str

    @classmethod
    def of(cls, rng: Random, contact: Contact) -> _Line:
        who = on_phone(rng, contact.person, contact.at.date())
        is_withheld = rng.random() < parameters.NUMBER_WITHHELD
        return cls("" if is_withheld else who.numbers[0], who.contact_person_id)


def _short(rng: Random, course: Course) -> Course:
    """Return a call just before another one, hung up in the menu or in the first seconds of the queue."""
    at = course.at - timedelta(seconds=rng.randrange(40, 240))
    if rng.random() < parameters.SHORT_IN_MENU:
        return Course(at, rng.randrange(2, 12), course.language, ())
    menu_s = rng.randrange(12, 25)
    leg = Leg(course.legs[0].queue, at + timedelta(seconds=menu_s), rng.randrange(1, 6), result="ABANDONED")
    return Course(at, menu_s, course.language, (leg,))


def _called_back_at(rng: Random, contact: Contact, course: Course) -> datetime | None:
    """Return when the bank calls back who hung up, or whom it promised to."""
    if contact.is_abandoned and rng.random() < parameters.CALLED_BACK:
        return course.ended_at + timedelta(minutes=rng.randrange(5, 90))
    if course.call_back_by and rng.random() < parameters.KEEPS_PROMISE:
        late = 0 if rng.random() < parameters.KEEPS_IT_IN_TIME else rng.randrange(1, 4)
        # Between 9 and 18 hours of the day it is due, or of a later one.
        return course.call_back_by + timedelta(days=late, seconds=-rng.randrange(9 * 3600))
    return None


def _call_back(rng: Random, desk: Desk, contact: Contact, course: Course, at: datetime) -> Course:
    leg = Leg("Q_SALIENTES", at, rng.randrange(8, 30), result="VOICEMAIL")
    if rng.random() >= parameters.CALL_BACK_UNANSWERED:
        leg = _talked(rng, leg, _other_employee(rng, desk, contact), parameters.TALK_MEDIAN_S[False])
    return Course(at, 0, course.language, (leg,))


def _noted(desk: Desk, customer: Customer, contact: Contact, course: Course) -> dict[str, str]:
    """Return what the agent and the systems beside the call write into its record."""
    if contact.is_abandoned:
        return {}
    rng, due = desk.rng, course.call_back_by
    is_about_case = rng.random() < parameters.NOTES_CASE
    # In haste the reason is not always the true one.
    topic = rng.choice(contact.known) if rng.random() < parameters.WRONG_TOPIC else contact.topic
    return {
        "clienteId": customer.party_id(rng, contact.at.date()) if course.is_verified else "",
        "casoId": case_spoken_of(desk, customer, contact) if is_about_case else "",
        "tipificacion": WRAP_UPS[intent_noted(rng, contact)],
        "motivo": REASONS.get(topic.key, "OTR-GEN"),
        "rellamadaAntesDe": f"{due:{STAMP}}" if due else "",
    }


def _row(number: str, contact: Contact, line: _Line, course: Course, noted: dict[str, str] | None = None) -> Row:
    noted = noted or {}
    cells: dict[str, Any] = {
        "contactId": number,
        "channel": "VOICE",
        "initiationMethod": "INBOUND",
        "initiationTimestamp": f"{course.at:{STAMP}}",
        "disconnectTimestamp": f"{course.ended_at:{STAMP}}",
        "lastUpdateTimestamp": f"{course.updated_at:{STAMP}}",
        "relatedContactId": None,
        "customerEndpoint.type": "TELEPHONE_NUMBER",
        "customerEndpoint.address": line.number or "anonymous",
        "menuSeconds": course.menu_s,
        "attributes.idioma": course.language,
        **{
            f"attributes.{name}": noted.get(name) or None
            for name in ("clienteId", "casoId", "tipificacion", "motivo", "rellamadaAntesDe", "rellamadaHecha", "nota")
        },
        "legs": [_leg(leg) for leg in course.legs],
    }
    return Row(
        number,
        cells,
        contact.person.person_id,
        contact,
        contact_person_id=line.contact_person_id,
        values=(("phone", line.number),) if line.number else (),
    )


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "queue": leg.queue,
        "agent": leg.employee_id or None,
        "enqueueTimestamp": f"{leg.entered_at:{STAMP}}",
        "endTimestamp": f"{leg.left_at:{STAMP}}",
        "waitSeconds": leg.wait_s,
        "talkSeconds": leg.talk_s,
        "holdSeconds": leg.hold_s,
        "afterContactWorkSeconds": leg.wrap_s,
        "result": leg.result,
    }


def _write(file: File) -> None:
    lines = (json.dumps(files.nested(row.cells), ensure_ascii=False) for row in file.rows)
    files.write_gzipped_lines(file.path, lines, at=file.at)


FEED = Feed(
    name="town_call",
    path="call/ctr_{day}.jsonl.gz",
    write=_write,
    of_customer=_of_customer,
    faults=(
        dirt.missing_key("contactId", absent=None),
        dirt.written_as("impossible_date", "column_is_readable", "initiationTimestamp", "2026-02-30T15:00:00Z"),
        dirt.written_as("unknown_kind", "contact_type_known", "attributes.tipificacion", "Sugerencia?"),
        dirt.moved(
            "ends_before_it_began",
            "ended_at_not_before_started_at",
            "disconnectTimestamp",
            STAMP,
            lambda rng: -timedelta(minutes=rng.randrange(5, 200)),
            of="initiationTimestamp",
        ),
        dirt.written_within("number_that_is_none", "column_is_readable", "legs", "talkSeconds", lambda leg: "12O"),
        dirt.written_within(
            "negative_seconds", "wait_seconds_not_negative", "legs", "waitSeconds", lambda leg: -1 - leg["waitSeconds"]
        ),
        dirt.written_within(
            "longer_on_hold_than_talk", "hold_within_talk", "legs", "holdSeconds", lambda leg: leg["talkSeconds"] + 40
        ),
        dirt.written_within("unknown_outcome", "outcome_known", "legs", "result", lambda leg: "COLGÓ?"),
    ),
    has_late_versions=True,
)
