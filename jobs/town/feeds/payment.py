"""Payments of statements as the cashier's system has them: a file a day in Lima time, a bar between the fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from jobs.town import files, texts
from jobs.town.bills import Payment, Statement
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.card_account import cif
from jobs.town.person import Person

# Each way to pay numbers its operations in its own manner.
CHANNELS = {
    "counter": ("VENTANILLA", "V{}"),
    "agent": ("AGENTE", "KAS-{}"),
    "direct_debit": ("DEBITO AUTOMATICO", "DA/{}"),
    "web": ("BANCA INTERNET", "{}"),
    "app": ("BANCA MOVIL", "mb_{}"),
}


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    for statement in customer.life.statements:
        for payment in statement.payments:
            if payment.at.date() <= desk.last_day:
                row = _row(desk, customer.life.person, statement, payment)
                yield Delivery(max(payment.at.date(), desk.period.start), f"{payment.at} {row.record_id}", row)


def _row(desk: Desk, person: Person, statement: Statement, payment: Payment) -> Row:
    # Two payments of a statement at most.
    slot = 2 * statement.slot + payment.number
    number = f"PG{desk.id('payment', slot)}"
    channel, operation = CHANNELS[payment.channel]
    cells = {
        "NRO_PAGO": number,
        "CANAL": channel,
        "NRO_OPERACION": operation.format(desk.id(f"operation {payment.channel}", slot)),
        "FECHA_HORA": f"{payment.at:%d/%m/%Y %H:%M:%S}",
        "FECHA_VALOR": f"{payment.value_on:%d/%m/%Y}",
        "CLIENTE": cif(desk, person),
        "NRO_ESTADO": statement.statement_id,
        "MONEDA": {"PEN": "S/", "USD": "US$"}[statement.currency],
        "IMPORTE": texts.es_number(payment.cents),
    }
    return Row(number, cells, person.person_id)


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter="|", encoding="utf-8-sig", at=file.at)


FEED = Feed(
    name="town_payment",
    path="payment/pagos_{day}.txt",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=1),
)
