"""The web form: one compressed file of JSON lines for each day that has submissions, times in UTC."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from jobs.town import dirt, files, parameters, texts
from jobs.town.contacts import LIMA_TO_UTC, Contact
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.identification import name_as_typed, on_web_form
from jobs.town.telling import facts_of

STAMP = "%Y-%m-%dT%H:%M:%S+00:00"
SHAPE = dirt.Shape(
    key="form_id",
    kind="kind",
    name="consumer.name",
    amount="amount",
    currency="currency",
    received="submitted_at",
    ends=("acknowledged_at",),
    wall=STAMP,
    unreadable_date=("acknowledged_at", "2026-02-30T10:00:00+00:00"),
    unreadable_amount='"12O.50"',
    absent=None,
)


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    """Put each submission into the file of its UTC day."""
    for contact in customer.life.contacts:
        if contact.channel == "web":
            at = contact.at + LIMA_TO_UTC
            row = _row(desk, at, contact)
            yield Delivery(at.date(), f"{at} {row.record_id}", row)


def _row(desk: Desk, at: datetime, contact: Contact) -> Row:
    rng, noise, issue, person = desk.rng, desk.noise, contact.issue, contact.person
    cents, currency = (issue.cents, issue.currency) if issue else (None, "")
    number = f"WF-{desk.id('form', contact.slot)}"
    # Who fills in the form chooses the topic, and not always the right one.
    is_right = rng.random() >= parameters.WRONG_TOPIC
    topic = contact.topic if is_right else rng.choice(contact.known)
    who = on_web_form(rng, person, contact.at.date(), noise)
    name = name_as_typed(rng, who.full_name)
    told = facts_of(rng, contact)
    account = texts.as_typed(rng, texts.compose(rng, contact.intent, told, "web"), noise)
    cells = {
        "form_id": number,
        "submitted_at": at.strftime(STAMP),
        "acknowledged_at": (at + timedelta(seconds=rng.randrange(1, 600))).strftime(STAMP),
        "kind": contact.topic.kind.upper(),
        "lang": person.language,
        "topic": topic.key.replace("_", "-"),
        "product": topic.product,
        "city": person.city.name,
        "consumer.type": "company" if person.company else "person",
        "consumer.name": name,
        "consumer.doc_type": person.id_type if who.national_id else None,
        "consumer.doc_number": who.national_id or None,
        "consumer.birth_date": f"{who.birth_on}" if who.birth_on else None,
        "consumer.email": who.email or None,
        "consumer.phone": who.phone or None,
        "consumer.country": person.country,
        "text": account.text,
        "request": texts.demand(rng, told),
        "currency": None if cents is None else currency,
        "amount": None if cents is None else f"{cents / 100:.2f}",
    }
    return Row(
        number,
        cells,
        person.person_id,
        contact,
        contact_person_id=who.contact_person_id,
        texts={"text": account},
        values=(*who.values(), ("full_name", name)),
        slips=who.slips,
    )


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        record: dict[str, Any] = {}
        for name, value in row.cells.items():
            group, dot, leaf = name.partition(".")
            if dot:
                record.setdefault(group, {})[leaf] = value
            elif name != "amount":
                record[name] = value
        # The amount is spliced in as text: json would write 120.50 as 120.5.
        yield f'{json.dumps(record, ensure_ascii=False)[:-1]}, "amount": {row.cells["amount"] or "null"}}}'


def _write(file: File) -> None:
    files.write_gzipped_lines(file.path, _lines(file.rows), at=file.at)


FEED = Feed(
    name="town_web",
    path="web/web_{day}.jsonl.gz",
    write=_write,
    of_customer=_of_customer,
    # A line of JSON cannot have too many fields, and the company knows of a form the moment it is sent.
    faults=dirt.of_complaints(SHAPE, without=("too_many_fields", "received_in_future")),
)
