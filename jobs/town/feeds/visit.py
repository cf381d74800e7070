"""Visits: the lists of the ticket machines, one file a week for all branches, wall time without a zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from jobs.town import dirt, files, parameters
from jobs.town.calls import intent_noted
from jobs.town.contacts import Contact
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.identification import at_kiosk

WALL = "%d/%m/%Y %H:%M:%S"
# The letter of the ticket, by what is chosen at the kiosk.
SERVICES = {"Tarjetas": "T", "Plataforma": "P", "Créditos": "C", "Reclamos": "R"}
OF_PRODUCTS = {"Tarjeta de crédito": "Tarjetas", "Tarjeta de débito": "Tarjetas", "Préstamo personal": "Créditos"}
RESULTS = {
    "enquiry": "01",
    "request": "02",
    "complaint": "03",
    "follow_up": "04",
    "praise": "05",
    "solved": "05",
    "other": "09",
}
NOBODY_CAME = "99"


def visit_id(desk: Desk, contact: Contact) -> str:
    """Return the number of a visit, which the ticket does not show."""
    return f"V-{desk.id('visit', contact.slot)}"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    """Put each visit into the file of its week."""
    for contact in customer.life.contacts:
        if contact.channel == "counter":
            day = contact.at.date()
            week = day - timedelta(days=(day - desk.period.start).days % 7)
            row = _row(desk, contact)
            yield Delivery(week, f"{contact.at:%Y-%m-%d %H:%M:%S} {row.record_id}", row)


def _row(desk: Desk, contact: Contact) -> Row:
    rng, person, number = desk.rng, contact.person, visit_id(desk, contact)
    who = at_kiosk(rng, person, contact.at.date(), desk.noise)
    service = OF_PRODUCTS.get(contact.topic.product, "Plataforma")
    if rng.random() < parameters.CHOOSES_COMPLAINTS[contact.intent == "complaint"]:
        service = "Reclamos"
    called_at = contact.at + timedelta(minutes=rng.expovariate(1 / parameters.BRANCH_WAIT_MEAN_MIN))
    ended_at = called_at + timedelta(seconds=60, minutes=rng.expovariate(1 / parameters.COUNTER_MEAN_MIN))
    has_left = contact.intent != "complaint" and rng.random() < parameters.LEAVES_BRANCH
    kind = ""
    if who.national_id:
        kind = person.id_type.capitalize() if person.id_type == "PASAPORTE" else person.id_type
    cells: dict[str, str] = {
        "Nro visita": number,
        "Agencia": f"Agencia {person.city.name if person.country == 'PE' else 'Lima'}",
        "Ticket": f"{SERVICES[service]}{rng.randrange(1, 200):03d}",
        "Tipo doc": kind,
        "N° documento": who.national_id,
        "Servicio": service,
        "Emitido": f"{contact.at:{WALL}}",
        "Llamado": f"{called_at:{WALL}}",
        "Atendido por": "" if has_left else contact.employee.employee_id,
        "Fin": "" if has_left else f"{ended_at:{WALL}}",
        "Resultado": NOBODY_CAME if has_left else RESULTS[intent_noted(rng, contact)],
    }
    return Row(
        number,
        cells,
        person.person_id,
        contact,
        contact_person_id=who.contact_person_id,
        values=(("national_id", who.national_id),) if who.national_id else (),
        slips=who.slips,
    )


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter=";", encoding="cp1252", at=file.at)


FEED = Feed(
    name="town_visit",
    path="visit/tickets_{day}.csv",
    write=_write,
    of_customer=_of_customer,
    # Seven days after the week began it is complete; the file is there the next morning.
    ready=timedelta(days=7, hours=12),
    days_between_files=7,
    faults=(
        dirt.missing_key("Nro visita"),
        dirt.written_as("impossible_date", "column_is_readable", "Emitido", "30/02/2026 10:00:00"),
        dirt.written_as("unknown_kind", "contact_type_known", "Resultado", "7X"),
        dirt.moved(
            "ends_before_it_began",
            "ended_at_not_before_started_at",
            "Fin",
            WALL,
            lambda rng: -timedelta(minutes=rng.randrange(10, 300)),
            of="Emitido",
        ),
        dirt.too_many_fields(),
    ),
)
