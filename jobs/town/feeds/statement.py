"""Statements of credit cards and loans: XML in Latin-1, a file for each day on which some are issued.

Whoever they are sent to is named by the customer number of the core bank alone; lines name the movements they are of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from xml.sax.saxutils import escape, quoteattr

from jobs.town import files
from jobs.town.bills import Line, Statement
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.card_account import cif

KINDS = {"movement": "MOV", "instalment": "CUO", "balance": "SAL", "carried": "ARR"}


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    person = customer.life.person
    for statement in customer.life.statements:
        # The one of the month in which the town begins was issued with it.
        day = max(statement.issued_on, desk.period.start)
        row = Row(statement.statement_id, {"element": _element(cif(desk, person), statement)}, person.person_id)
        yield Delivery(day, statement.statement_id, row)


def _element(customer_number: str, statement: Statement) -> str:
    lines = "".join(_line(number, line) for number, line in enumerate(statement.lines, start=1))
    return (
        f'<estado nro={quoteattr(statement.statement_id)} tipo="EC"><cliente>{customer_number}</cliente>'
        f"<emision>{statement.issued_on:%d/%m/%Y}</emision><vencimiento>{statement.bill.due_on:%d/%m/%Y}</vencimiento>"
        f"<moneda>{statement.currency}</moneda><lineas>{lines}</lineas><total>{_money(statement.cents)}</total></estado>"
    )


def _line(number: int, line: Line) -> str:
    reference = line.movement.movement_id if line.movement else ""
    return (
        f'<linea n="{number}" clase="{KINDS[line.kind]}" cuenta="{line.account.account_id}" ref="{reference}" '
        f'fecha="{line.on:%d/%m/%Y}" importe="{_money(line.cents)}">{escape(line.name)}</linea>'
    )


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}"


def _write(file: File) -> None:
    elements = (row.cells["element"] for row in file.rows)
    files.write_xml(file.path, "estados", elements, encoding="iso-8859-1", at=file.at)


FEED = Feed(
    name="town_statement",
    path="statement/estados_{day}.xml",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=3),
)
