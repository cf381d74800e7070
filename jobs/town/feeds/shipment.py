"""The carrier's events about parcels: an XML document a day, seconds since 1970, in whatever order they arrive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from xml.sax.saxutils import escape, quoteattr

from jobs.town import dirt, files, parameters
from jobs.town.contacts import LIMA_TO_UTC
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.order import Account, order_id, with_accounts
from jobs.town.fulfilment import Parcel
from jobs.town.names import folded
from jobs.town.shopping import Order

CODES = {
    "created": "CREADO",
    "picked_up": "RECOGIDO",
    "in_transit": "EN_TRANSITO",
    "out_for_delivery": "EN_REPARTO",
    "failed_attempt": "INTENTO_FALLIDO",
    "delivered": "ENTREGADO",
    "lost": "EXTRAVIADO",
}


def tracking_number(desk: Desk, order: Order) -> str:
    """Return the carrier's own number of the parcel of an order."""
    return f"KT{desk.id('parcel', order.slot)}PE"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    for order, account in with_accounts(customer, desk):
        if order.parcel:
            yield from _delivered(desk, order, account, order.parcel)


def _delivered(desk: Desk, order: Order, account: Account, parcel: Parcel) -> Iterator[Delivery]:
    rng, who = desk.rng, account.who
    tracking, reference = tracking_number(desk, order), order_id(desk, order)
    for number, move in enumerate(parcel.moves, start=1):
        day = move.at.date()
        # A scanner without a signal passes it on later.
        if rng.random() < desk.noise * parameters.EVENT_PASSED_ON_LATE:
            day += timedelta(days=rng.randint(1, 2))
        if day > desk.last_day:
            continue
        cells: dict[str, str | None] = {
            "id": f"{tracking}.{number:02d}",
            "guia": tracking,
            "hora": f"{int((move.at + LIMA_TO_UTC).replace(tzinfo=UTC).timestamp())}",
            "tipo": CODES[move.what],
            "lugar": move.place,
            "referencia": reference,
            "promesa": f"{parcel.promised_on:%d/%m/%Y}",
        }
        row = Row(cells["id"] or "", cells, order.person.person_id, contact_person_id=who.contact_person_id)
        if move.what == "created":
            _address(row, order, account)
        # Where many scanners report no order is kept.
        yield Delivery(day, f"{rng.random():.9f}", row)


def _address(row: Row, order: Order, account: Account) -> None:
    """Write on the row what the label says."""
    who, city = account.who, order.person.city
    # Labels are printed in capitals.
    name = folded(account.name).upper()
    row.cells |= {
        "destinatario.nombre": name,
        "destinatario.telefono": who.phone or None,
        "destinatario.direccion": who.address,
        "destinatario.ciudad": city.name,
        "destinatario.pais": city.country,
    }
    row.values = (("full_name", name), *(value for value in who.values() if value[0] == "phone"))
    row.slips = tuple(slip for slip in who.slips if slip == "name_slip")


def _element(row: Row) -> str:
    """Return the event as an element; what is not there is left out."""
    cells = {name: value for name, value in row.cells.items() if value is not None}
    own = "".join(_tag(name, value) for name, value in cells.items() if name != "id" and "." not in name)
    to = "".join(_tag(name.split(".")[1], value) for name, value in cells.items() if "." in name)
    key = f" id={quoteattr(cells['id'])}" if "id" in cells else ""
    return f"  <evento{key}>{own}{f'<destinatario>{to}</destinatario>' if to else ''}</evento>"


def _tag(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>"


def _write(file: File) -> None:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    lines = [head, "<eventos>", *(_element(row) for row in file.rows), "</eventos>"]
    files.write_lines(file.path, lines, at=file.at)


FEED = Feed(
    name="town_shipment",
    path="shipment/eventos_{day}.xml",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=5),
    faults=(
        dirt.missing_key("id", absent=None),
        dirt.written_as("time_not_a_number", "column_is_readable", "hora", "ayer"),
        dirt.written_as("impossible_date", "column_is_readable", "promesa", "31/02/2026"),
    ),
)
