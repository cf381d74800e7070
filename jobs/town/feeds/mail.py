"""The mailbox for customers: a zip a day, each message a file; theirs, the bank's answers, and what machines write.

The text that a person wrote stands at the beginning of `body`: its spans are counted there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from jobs.town import dirt, eml, files, mail_words, parameters, texts
from jobs.town.contacts import LIMA_TO_UTC, Contact
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row
from jobs.town.feeds.crm_case import case_id
from jobs.town.identification import Identification, in_mail, name_as_typed
from jobs.town.messages import DOMAIN, Mail, cells_of, sent, written
from jobs.town.names import City, folded
from jobs.town.receipts import Receipt
from jobs.town.telling import facts_of

BANK = ("Banco del Valle - Atención al cliente", f"atencion@{DOMAIN}")
LIMA = timezone(-LIMA_TO_UTC)
ZONES = {
    "PE": "America/Lima",
    "ES": "Europe/Madrid",
    "MX": "America/Mexico_City",
    "CO": "America/Bogota",
    "CL": "America/Santiago",
    "US": "America/New_York",
}


def mail_number(desk: Desk, contact: Contact) -> str:
    """Return the key of the mail that a contact is: what stands before the domain of its Message-ID."""
    return desk.id("mail", contact.slot)


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    threads: dict[str, list[Mail]] = {}
    for contact in customer.life.contacts:
        if contact.channel == "email":
            # One problem is one thread; who has none begins a new one.
            thread = threads.setdefault(contact.issue.issue_id if contact.issue else f"{contact.number}", [])
            before = [mail for mail in thread if mail.at < contact.at]
            who = _sender(desk, contact)
            row, mail = _from_customer(desk, contact, who, before[-1] if before else None)
            thread.append(mail)
            yield _delivery(contact.at, row)
            answered_at = _answered_at(desk.rng, contact)
            if answered_at and answered_at.date() <= desk.last_day:
                answer, row = _from_bank(desk, contact, who, mail, answered_at)
                thread.append(answer)
                thread.sort(key=lambda one: one.at)
                yield _delivery(answered_at, row)
                if desk.rng.random() < parameters.OUT_OF_OFFICE:
                    yield _delivery(answered_at, _out_of_office(desk, contact, who, answer))


def _delivery(at: datetime, row: Row) -> Delivery:
    return Delivery(at.date(), f"{at} {row.record_id}", row)


def _answered_at(rng: Random, contact: Contact) -> datetime | None:
    if contact.filing:
        return contact.filing.answered_at
    if contact.issue or rng.random() >= parameters.OTHER_MAIL_ANSWERED:
        return None
    return contact.at + timedelta(minutes=60 * rng.randint(*parameters.OTHER_MAIL_HOURS) + rng.randrange(60))


def _sender(desk: Desk, contact: Contact) -> Identification:
    person = contact.person
    who = in_mail(desk.rng, person, contact.at.date())
    if not who.emails:
        # Whoever has no address that the bank could know opens a mailbox to write.
        own = f"{folded(person.given.split()[0]).lower()}{desk.id('mailbox', person.number)}@buzon.example.com"
        return replace(who, emails=(own,))
    return who


def _from_customer(desk: Desk, contact: Contact, who: Identification, before: Mail | None) -> tuple[Row, Mail]:
    rng, person, noise = desk.rng, contact.person, desk.noise
    number = mail_number(desk, contact)
    facts = facts_of(rng, contact)
    told = texts.as_typed(rng, texts.compose(rng, contact.intent, facts, "email"), noise)
    body, quote = told.text, ""
    if rng.random() < parameters.MAIL_FROM_PHONE:
        body += f"\n\n{rng.choice(mail_words.FROM_PHONE[person.language])}"
    if before and before.is_of_bank and rng.random() < parameters.MAIL_ANSWERS_BELOW_QUOTE:
        quote = before.body
    intro = mail_words.WROTE[person.language].format(at=before.at, who=BANK[0]) if before else ""
    name = _display_name(rng, who)
    cells = cells_of(
        (name, who.email),
        BANK,
        before.subject_of_reply if before else mail_words.subject(rng, contact),
        number,
        who.email,
        before,
    )
    sent_at = contact.at.replace(tzinfo=LIMA).astimezone(_zone(person.city))
    received_at = contact.at + LIMA_TO_UTC + timedelta(seconds=rng.randrange(1, 90))
    cells |= {
        # An offset alone is kept: the zone's name is in no mail.
        "sent_at": sent_at.replace(tzinfo=timezone(sent_at.utcoffset() or timedelta())),
        "received_at": received_at.replace(tzinfo=UTC),
        "body": body + (f"\n\n{intro}\n{_quoted(quote)}" if quote else ""),
        "html": eml.html_of(body, quote=quote) if rng.random() < parameters.MAIL_HTML else "",
        "charset": _charset(rng, name + cells["subject"] + body + quote),
        "encoding": _weighted(rng, parameters.MAIL_ENCODINGS),
        "receipt": _receipt(desk, contact, facts.last4),
    }
    if rng.random() < parameters.MAIL_STATES_LANGUAGE:
        cells["fields"] = (("Content-Language", f"{person.language}-{person.country}"),)
    row = Row(
        number,
        cells,
        person.person_id,
        contact,
        contact_person_id=who.contact_person_id,
        texts={"body": told},
        values=(*who.values(), ("full_name", name)),
    )
    return row, sent(cells, contact.at, body)


def _from_bank(desk: Desk, contact: Contact, who: Identification, before: Mail, at: datetime) -> tuple[Mail, Row]:
    """Answer a mail; the subject names the case that it became."""
    number = f"R{desk.id('mail answer', contact.slot)}"
    case, filing = case_id(desk, contact), contact.filing
    decision = texts.ANSWERS[filing.outcome] if filing else mail_words.OTHER_ANSWER
    about = f" [Caso {case}]" if case and case not in before.subject else ""
    body = f"{mail_words.GREETING}\n\n{decision}\n\n{mail_words.REGARDS}"
    cells = cells_of(BANK, (who.full_name, who.email), f"{before.subject_of_reply}{about}", number, DOMAIN, before)
    cells |= {
        "sent_at": at.replace(tzinfo=LIMA),
        "received_at": None,
        "body": body,
        "html": eml.html_of(body),
        "charset": "utf-8",
        "encoding": "quoted-printable",
        "fields": (("X-Mailer", "MesaDeAyuda 4.2"), ("Content-Language", "es")),
    }
    person_id, speaker = contact.person.person_id, who.contact_person_id
    row = Row(number, cells, person_id, contact, contact_person_id=speaker, values=who.values())
    return sent(cells, at, body, is_of_bank=True), row


def _out_of_office(desk: Desk, contact: Contact, who: Identification, before: Mail) -> Row:
    rng, number = desk.rng, f"A{desk.id('mail away', contact.slot)}"
    subject, body = mail_words.AWAY[contact.person.language]
    at = before.at + timedelta(seconds=rng.randrange(5, 60))
    cells = cells_of(("", who.email), BANK, f"{subject}: {before.subject}", number, who.email, before)
    cells |= {
        "sent_at": at.replace(tzinfo=LIMA),
        "received_at": at.replace(tzinfo=LIMA).astimezone(UTC),
        "body": body.format(day=at + timedelta(days=rng.randrange(3, 20))),
        "fields": (("Auto-Submitted", "auto-replied"),),
    }
    person_id, speaker = contact.person.person_id, who.contact_person_id
    return Row(number, cells, person_id, contact, contact_person_id=speaker, values=who.values())


def _of_world(desk: Desk) -> Iterator[Delivery]:
    """Fill the mailbox with what nobody asked for."""
    rng, day, count = desk.rng, desk.period.start, 0
    while day <= desk.last_day:
        for _ in range(parameters.NEWSLETTERS_A_WEEK):
            count += 1
            at = datetime.combine(day + timedelta(days=rng.randrange(7)), time(6)) + timedelta(
                minutes=rng.randrange(600)
            )
            if at.date() <= desk.last_day:
                yield _delivery(at, _newsletter(rng, f"N{desk.id('newsletter', count)}", at))
        day += timedelta(days=7)


def _newsletter(rng: Random, number: str, at: datetime) -> Row:
    subject, body = rng.choice(mail_words.NEWSLETTERS)
    cells = cells_of(("Boletín Andino", "boletin@lista.example.net"), BANK, subject, number, "lista.example.net", None)
    cells |= {
        "sent_at": at.replace(tzinfo=UTC),
        "received_at": at.replace(tzinfo=UTC) + timedelta(seconds=rng.randrange(1, 600)),
        "body": body,
        "html": eml.html_of(body),
        "fields": (("List-Id", "Novedades <novedades.lista.example.net>"), ("Precedence", "bulk")),
    }
    return Row(number, cells)


def _display_name(rng: Random, who: Identification) -> str:
    return "" if rng.random() < parameters.MAIL_WITHOUT_NAME else name_as_typed(rng, who.full_name)


def _quoted(body: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in body.split("\n"))


def _charset(rng: Random, text: str) -> str:
    charset = _weighted(rng, parameters.MAIL_CHARSETS)
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def _weighted(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def _receipt(desk: Desk, contact: Contact, last4: str) -> Receipt | None:
    rng, issue = desk.rng, contact.issue
    if contact.intent != "complaint" or issue is None or rng.random() >= parameters.MAIL_ATTACHMENT:
        return None
    is_pdf, on = rng.random() < parameters.MAIL_PDF, issue.happened_on
    scanned = (f"Screenshot_{on:%Y%m%d}.png", "captura.png", f"IMG-{on:%Y%m%d}-WA0003.png")
    name = rng.choice(("comprobante.pdf", f"estado_de_cuenta_{on:%m_%Y}.pdf") if is_pdf else scanned)
    return Receipt(name, is_pdf, desk.id("operation", contact.slot), on, issue.cents, issue.currency, last4)


@cache
def _zone(city: City) -> ZoneInfo:
    return ZoneInfo("America/Chicago" if city.name == "Chicago" else ZONES[city.country])


def _write(file: File) -> None:
    members = ((file.member.replace("{record}", row.record_id), written(row)) for row in file.rows)
    files.write_zip(file.path, members, at=file.at)


def _sent_in_future(row: Row, rng: Random) -> bool:
    if not row.cells["received_at"]:
        return False
    row.cells["sent_at"] += timedelta(days=rng.randrange(3, 20))
    return True


def _empty(row: Row, rng: Random) -> bool:
    row.cells["is_empty"] = True
    return True


FEED = Feed(
    name="town_mail",
    path="mail/correo_{day}.zip",
    member="{record}.eml",
    write=_write,
    of_customer=_of_customer,
    of_world=_of_world,
    ready=timedelta(days=1, hours=6),
    faults=(
        # The file has its name from the server and keeps it.
        dirt.written_as("missing_key", "key_present", "message_id", ""),
        Fault("sent_in_future", "quarantine:started_at_not_after_known", _sent_in_future),
        Fault("empty_message", "quarantine:record_is_readable", _empty),
    ),
)
