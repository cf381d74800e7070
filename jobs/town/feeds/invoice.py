"""The invoices of the shop and the notes that take them back: a file a day, a line each, in Latin-1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from jobs.town import dirt, files, texts
from jobs.town.catalogue import net_of
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.order import order_id, shop_id
from jobs.town.identification import Identification, on_invoice
from jobs.town.shopping import Line, Order, Refund

# Kinds of documents by the tax office's catalogue 01.
INVOICE, RECEIPT, CREDIT_NOTE = "01", "03", "07"
REASONS = {"cancelled": "Anulación de la operación", "lost": "Extravío", "returned": "Devolución por ítem"}


def invoice_id(desk: Desk, order: Order) -> str:
    """Return series and number of the invoice of an order: F for firms, B for persons."""
    digits = desk.id("invoice", order.slot)
    return f"{'F' if order.person.company else 'B'}0{digits[:2]}-{digits[2:]}"


def credit_note_id(desk: Desk, order: Order, refund: Refund) -> str:
    """Return series and number of the note about what was paid back."""
    digits = desk.id("credit_note", order.part(refund.part))
    return f"{'F' if order.person.company else 'B'}C{digits[:2]}-{digits[2:]}"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    for order in customer.life.orders:
        paid_at = order.paid_at
        if paid_at is None:
            continue
        who = on_invoice(desk.rng, order.person, order.at.date(), desk.noise)
        number, kind = invoice_id(desk, order), INVOICE if order.person.company else RECEIPT
        everything = ((line, line.quantity, line.cents) for line in order.lines)
        yield from _document(desk, order, who, number, kind, paid_at, everything)
        for refund in order.refunds():
            note = credit_note_id(desk, order, refund)
            reason = REASONS[refund.why]
            yield from _document(desk, order, who, note, CREDIT_NOTE, refund.at, refund.lines, number, reason)


def _document(
    desk: Desk, order: Order, who: Identification, number: str, kind: str, at: datetime,
    lines: Iterable[tuple[Line, int, int]], corrected: str = "", reason: str = "",
) -> Iterator[Delivery]:  # fmt: skip
    if at.date() > desk.last_day:
        return
    order_number, customer = order_id(desk, order), shop_id(desk, order.person)
    for position, (line, pieces, cents) in enumerate(lines, start=1):
        net = net_of(cents, line.article.tax)
        cells = {
            "numero": number,
            "linea": f"{position}",
            "tipo": kind,
            "emitido": f"{at:%d/%m/%Y %H:%M}",
            "pedido": order_number,
            "cliente": customer,
            "tipo_doc": order.person.id_type if who.national_id else "",
            "num_doc": who.national_id,
            "nombre": who.full_name,
            "articulo": line.article.sku,
            "descripcion": line.name,
            "cantidad": f"{pieces}",
            "valor_venta": texts.es_number(net),
            "igv": texts.es_number(cents - net),
            "total": texts.es_number(cents),
            "moneda": order.currency,
            "modifica": corrected,
            "motivo": reason,
        }
        row = Row(
            f"{number}-{position}",
            cells,
            order.person.person_id,
            contact_person_id=who.contact_person_id,
            values=who.values(),
            slips=who.slips,
        )
        yield Delivery(at.date(), f"{at} {number} {position:02d}", row)


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter=";", encoding="latin-1", at=file.at)


FEED = Feed(
    name="town_invoice",
    path="invoice/comprobantes_{day}.csv",
    write=_write,
    of_customer=_of_customer,
    faults=(
        dirt.missing_key("numero"),
        dirt.written_as("total_not_a_number", "column_is_readable", "total", "1.299,9O"),
        dirt.written_as("impossible_date", "column_is_readable", "emitido", "30/02/2026 10:00"),
    ),
)
