"""Calls: contact records of a cloud contact centre, one compressed file of JSON lines a day, times in UTC.

A record is sent when the work on it has ended, and once more when a call-back that was promised in it has been made.
Beside the calls of the customers there are those of the bank, and calls that were hung up at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from jobs.town import calls, dirt, files, parameters, texts
from jobs.town.calls import Course, Leg
from jobs.town.contacts import Contact
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.crm_case import case_spoken_of
from jobs.town.identification import on_phone
from jobs.town.telling import facts_of

STAMP = "%Y-%m-%dT%H:%M:%SZ"
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


def call_id(desk: Desk, contact: Contact) -> str:
    """Return the number of the contact record of a customer's call."""
    return f"CTR-{desk.id('call', contact.slot)}"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    """Put each version of a record into the file of the UTC day it was last worked on."""
    rng = desk.rng
    for contact in customer.life.contacts:
        if contact.channel != "phone":
            continue
        line = _Line.of(rng, contact)
        course = calls.course_of(desk, contact)
        if rng.random() < parameters.SHORT_CALL_BEFORE:
            yield _delivered(_row(_second_id(desk, contact, 0), contact, line, calls.hung_up_before(rng, course)))
        number, noted = call_id(desk, contact), _noted(desk, customer, contact, course)
        row = _row(number, contact, line, course, noted)
        if course.legs[-1].employee_id and rng.random() < parameters.WRITES_NOTE[bool(contact.filing)]:
            note = texts.as_typed(rng, texts.compose(rng, contact.intent, facts_of(rng, contact), "phone"), desk.noise)
            row.cells["attributes.nota"], row.texts = note.text, {"attributes.nota": note}
        yield _delivered(row)
        back_at = calls.called_back_at(rng, contact, course) if line.number else None
        if back_at is None or back_at.date() > desk.last_day:
            continue
        back = calls.call_back(rng, desk, contact, course, back_at)
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
        "tipificacion": WRAP_UPS[calls.intent_noted(rng, contact)],
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
