"""The complaints book: sheets written by hand at the branches and copied into one file a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from jobs.town import dirt, files, parameters, texts
from jobs.town.contacts import Contact, Filing
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.identification import Identification, on_book_sheet
from jobs.town.telling import facts_of

SHAPE = dirt.Shape(
    key="N° hoja",
    kind="Tipo",
    name="Apellidos y nombres",
    amount="Monto reclamado",
    currency="Moneda",
    received="Fecha",
    ends=("Fecha respuesta",),
    wall="%d/%m/%Y",
    unreadable_date=("Fecha", "30/02/2026"),
    unreadable_amount="12O,50",
)


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    """Put each sheet into the file of the week it was answered in; the last file has the unanswered ones."""
    start = desk.period.start
    for contact in customer.life.contacts:
        if contact.channel == "book" and contact.filing:
            filing = contact.filing
            done_on = min((filing.answered_at or filing.steps[-1].at).date(), desk.last_day)
            week = done_on - timedelta(days=(done_on - start).days % 7)
            row = _row(desk, contact, filing)
            yield Delivery(week, f"{contact.at:%Y-%m-%d} {row.record_id}", row)


def _row(desk: Desk, contact: Contact, filing: Filing) -> Row:
    rng, noise, issue, person = desk.rng, desk.noise, contact.issue, contact.person
    cents, currency = (issue.cents, issue.currency) if issue else (None, "")
    number = f"{desk.id('sheet', contact.slot)}-{contact.at.year}"
    answered_on = filing.answered_at.date() if filing.answered_at else None
    answered = answered_on is not None and answered_on <= desk.last_day
    who = on_book_sheet(rng, person, contact.at.date(), noise)
    name = _name(rng, who)
    told = facts_of(rng, contact)
    # Pen and paper: no emoji, and the file's encoding has none.
    account = texts.as_typed(rng, texts.compose(rng, contact.intent, told, "book"), noise, emoji=False)
    cells: dict[str, str | None] = {
        "N° hoja": number,
        "Fecha": f"{contact.at:%d/%m/%Y}",
        "Tipo": contact.topic.kind.capitalize(),
        "Apellidos y nombres": name,
        "Tipo doc.": person.id_type.capitalize() if person.id_type == "PASAPORTE" else person.id_type,
        "N° documento": who.national_id,
        "Teléfono": who.phone,
        "Correo": who.email.upper() if rng.random() < parameters.BOOK_EMAIL_IN_CAPITALS else who.email,
        "Domicilio": f"{who.address}, {person.city.name}",
        "Monto reclamado": "" if cents is None else texts.es_number(cents),
        "Moneda": "" if cents is None else {"PEN": "S/", "USD": "US$"}[currency],
        "Detalle": account.text,
        "Pedido": texts.demand(rng, told),
        "Sede": f"Agencia {person.city.name if person.country == 'PE' else 'Lima'}",
        "Acciones del proveedor": texts.ANSWERS[filing.outcome] if answered else "",
        "Fecha respuesta": f"{answered_on:%d/%m/%Y}" if answered else "",
    }
    return Row(
        number,
        cells,
        person.person_id,
        contact,
        contact_person_id=who.contact_person_id,
        texts={"Detalle": account},
        values=(*who.values(), ("full_name", name)),
        slips=who.slips,
    )


def _name(rng: Random, who: Identification) -> str:
    # The sheet asks for family names first, a comma between; some leave it out.
    comma = "" if rng.random() < parameters.OTHER_NAME_ORDER else ","
    name = who.company or f"{who.family}{comma} {who.given}"
    return name.upper() if rng.random() < parameters.BOOK_NAME_IN_CAPITALS else name


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter=";", encoding="cp1252", at=file.at)


FEED = Feed(
    name="town_book",
    path="book/libro_{day}.csv",
    write=_write,
    of_customer=_of_customer,
    # Seven days after the week began it is complete; the file is there the next morning.
    ready=timedelta(days=7, hours=11),
    days_between_files=7,
    faults=dirt.of_complaints(SHAPE, without=("received_in_future",)),
)
