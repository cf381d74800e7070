"""Chats on the web and in the app: what an API gives page by page, times in milliseconds since 1970.

A bot begins, and hands over to an agent or not. What the truth says of a message stands under `messages[n].text`, n
from 0, as its place in the list; the intent is "" where only personal data are told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from jobs.town import dirt, files, parameters, texts
from jobs.town.calls import intent_noted
from jobs.town.contacts import LIMA_TO_UTC, Contact
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row
from jobs.town.feeds.crm_case import case_spoken_of
from jobs.town.identification import Identification, name_as_typed, on_chat
from jobs.town.telling import facts_of
from jobs.town.texts import Text

EPOCH = datetime(1970, 1, 1)
CHANNELS = {"chat": "WEB_WIDGET", "app": "IN_APP"}
LABELS = {
    "complaint": "complaint",
    "enquiry": "question",
    "request": "request",
    "follow_up": "case status",
    "praise": "feedback",
    "solved": "feedback",
    "other": "other",
}
MESSAGE = 60  # characters, after which who types in a chat sends what there is


def chat_id(desk: Desk, contact: Contact) -> str:
    """Return the number of the session of a contact by chat or in the app."""
    return f"CH{desk.id('chat', contact.slot)}"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    """Put each session into the dump of the UTC day it was closed on."""
    for contact in customer.life.contacts:
        if contact.channel in CHANNELS:
            row = _row(desk, customer, contact)
            closed_at = row.cells["closedAt"]
            yield Delivery((EPOCH + timedelta(milliseconds=closed_at)).date(), f"{closed_at} {row.record_id}", row)


def _row(desk: Desk, customer: Customer, contact: Contact) -> Row:
    rng, number = desk.rng, chat_id(desk, contact)
    ending = _ending(rng, contact)
    is_served = ending == "agent"
    said = list(_said(rng, desk.noise, contact, ending))
    at = int((contact.at + LIMA_TO_UTC - EPOCH).total_seconds()) * 1000 + rng.randrange(1000)
    messages = _timed(rng, said, at)
    visitor, who = _visitor(desk, customer, contact)
    is_rated = ending != "left" and rng.random() < parameters.RATES_CHAT
    is_up = rng.random() < parameters.THUMBS_UP[contact.is_settled]
    cells: dict[str, Any] = {
        "id": number,
        "channel": CHANNELS[contact.channel],
        "createdAt": at,
        "closedAt": messages[-1]["at"] + rng.randrange(2_000, 300_000),
        "status": "abandoned" if ending == "left" else "closed",
        "lang": contact.person.language,
        "topic": (rng.choice(contact.known) if rng.random() < parameters.WRONG_TOPIC else contact.topic).key,
        **visitor,
        "agentId": contact.employee.employee_id if is_served else None,
        "label": LABELS[intent_noted(rng, contact)] if is_served else None,
        "caseId": (case_spoken_of(desk, customer, contact) or None) if is_served else None,
        "rating": ("up" if is_up else "down") if is_rated else None,
        "messages": messages,
    }
    return Row(
        number,
        cells,
        contact.person.person_id,
        contact,
        contact_person_id=who.contact_person_id if who else "",
        texts={f"messages[{at}].text": text for at, (_, text) in enumerate(said) if text.intent or text.spans},
        values=(*who.values(), ("full_name", visitor["visitor.name"])) if who else (),
        slips=who.slips if who else (),
    )


def _ending(rng: Random, contact: Contact) -> str:
    """Return who has the last word: an agent, the bot, or nobody, as the person left while they waited."""
    if contact.filing:
        return "agent"
    if rng.random() >= parameters.HANDED_OVER:
        return "bot"
    return "left" if rng.random() < parameters.LEAVES_CHAT[contact.is_settled] else "agent"


def _visitor(desk: Desk, customer: Customer, contact: Contact) -> tuple[dict[str, Any], Identification | None]:
    """Return who the session says it is with: an entry of the CRM, or what was typed; the app knows its users."""
    rng, day = desk.rng, contact.at.date()
    visitor = {"visitor.type": "customer", "visitor.partyId": None, "visitor.name": None, "visitor.email": None}
    if contact.channel == "app" or rng.random() < parameters.CHAT_LOGGED_IN:
        return visitor | {"visitor.partyId": customer.party_id(rng, day)}, None
    who = on_chat(rng, contact.person, day, desk.noise)
    name = name_as_typed(rng, who.full_name)
    return visitor | {"visitor.type": "guest", "visitor.name": name, "visitor.email": who.email or None}, who


def _said(rng: Random, noise: float, contact: Contact, ending: str) -> Iterator[tuple[str, Text]]:
    """Yield who writes what."""
    language = contact.person.language
    yield "bot", texts.said_by_bank(rng, language, "bot")
    account = texts.compose(rng, contact.intent, facts_of(rng, contact), contact.channel)
    for part in texts.turns(texts.as_typed(rng, account, noise), at_least=MESSAGE):
        yield "customer", part
    yield "bot", texts.said_by_bank(rng, language, "bot answer" if ending == "bot" else "hand over")
    if ending == "agent":
        yield "agent", texts.said_by_bank(rng, language, "typed greeting", contact.employee.given)
        yield "agent", texts.said_by_bank(rng, language, "filed" if contact.filing else "advice")
    if ending != "left" and rng.random() < 0.7:
        yield "customer", texts.said_by_bank(rng, language, "thanks")


def _timed(rng: Random, said: list[tuple[str, Text]], at: int) -> list[dict[str, Any]]:
    """Let people type, and the bot answer at once."""
    found, before = [], "bot"
    for place, (who, text) in enumerate(said):
        # An agent is waited for first.
        waits = rng.randrange(15_000, 240_000) if who == "agent" and before != "agent" else 0
        at += waits + (rng.randrange(300, 1500) if who == "bot" else 2000 + rng.randrange(120, 320) * len(text.text))
        found.append({"seq": place + 1, "author": who, "at": at, "text": text.text})
        before = who
    return found


def _write(file: File) -> None:
    sessions = [files.nested(row.cells) for row in file.rows]
    page = {"page": file.page, "pages": file.pages, "sessions": sessions}
    files.write_json(file.path, page, at=file.at, indent=None)


def _ends_before_it_began(row: Row, rng: Random) -> bool:
    row.cells["closedAt"] = row.cells["createdAt"] - rng.randrange(60_000, 7_200_000)
    return True


FEED = Feed(
    name="town_chat",
    path="chat/sessions_{day}_{page}.json",
    write=_write,
    of_customer=_of_customer,
    page_size=50,
    faults=(
        dirt.missing_key("id", absent=None),
        dirt.written_as("impossible_date", "column_is_readable", "createdAt", "2026-02-30"),
        dirt.written_as("unknown_channel", "channel_known", "channel", "FAX?"),
        Fault("ends_before_it_began", "quarantine:ended_at_not_before_started_at", _ends_before_it_began),
        dirt.written_within("unknown_author", "author_role_known", "messages", "author", lambda message: "supervisor?"),
        dirt.written_within(
            "no_text", "text_present", "messages", "text",
            # What the bot says gives no document.
            lambda message: None if message["author"] == "bot" else "",
        ),
    ),
)  # fmt: skip
