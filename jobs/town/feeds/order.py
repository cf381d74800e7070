"""The shop's orders: a file of JSON lines for each UTC day with those that were placed or changed, lines nested."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from jobs.town import dirt, files, parameters
from jobs.town.contacts import LIMA_TO_UTC
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.identification import Identification, name_as_typed, on_shop_account
from jobs.town.person import Person
from jobs.town.shopping import Order

STAMP = "%Y-%m-%dT%H:%M:%SZ"
PAYMENT = {"card": "CARD", "transfer": "BANK_TRANSFER", "wallet": "WALLET"}


@dataclass(frozen=True)
class Account:
    """What the shop knows of a customer: registered with the first order, now and then typed anew."""

    who: Identification
    name: str
    registered_at: datetime


def order_id(desk: Desk, order: Order) -> str:
    """Return the shop's own number of an order."""
    return f"SO{desk.id('order', order.slot)}"


def shop_id(desk: Desk, person: Person) -> str:
    """Return the number of a customer of the shop."""
    return f"S{desk.id('shop', person.number, 8)}"


def with_accounts(customer: Customer, desk: Desk) -> Iterator[tuple[Order, Account]]:
    """Yield each order of a customer with what the shop knew of them then, the same for every system that is told."""
    account: Account | None = None
    orders = customer.life.orders
    rng = Random(f"{desk.seed}:account:{customer.life.person.person_id}") if orders else desk.rng
    for order in orders:
        if account is None or rng.random() < parameters.SHOP_TYPES_ANEW:
            who = on_shop_account(rng, order.person, order.at.date(), desk.noise)
            registered_at = account.registered_at if account else order.at
            account = Account(who, name_as_typed(rng, who.full_name), registered_at)
        yield order, account


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    for order, account in with_accounts(customer, desk):
        row = _row(desk, order, account, order.at, "placed")
        placed = order.at + LIMA_TO_UTC
        yield Delivery(placed.date(), f"{placed} {row.record_id}", row)
        cancelled = order.cancelled_at and order.cancelled_at + LIMA_TO_UTC
        if order.cancelled_at and cancelled and cancelled.date() <= desk.last_day:
            row = _row(desk, order, account, order.cancelled_at, "cancelled")
            yield Delivery(cancelled.date(), f"{cancelled} {row.record_id}", row)


def _row(desk: Desk, order: Order, account: Account, at: datetime, status: str) -> Row:
    person, who = order.person, account.who
    employees = desk.world.employees
    cells: dict[str, Any] = {
        "order_id": order_id(desk, order),
        "placed_at": _utc(order.at),
        "updated_at": _utc(at),
        "status": status,
        "sales_channel": order.channel,
        # Who sold it stands on orders at the counter.
        "sold_by": employees[order.slot % len(employees)].employee_id if order.channel == "counter" else None,
        "customer": {
            "customer_id": shop_id(desk, person),
            "registered_at": _utc(account.registered_at),
            "type": "company" if person.company else "person",
            "name": account.name,
            "document_type": person.id_type if who.national_id else None,
            "document_number": who.national_id or None,
            "email": who.email or None,
            "phone": who.phone or None,
        },
        "ship_to": {"line": who.address, "city": person.city.name, "country": person.country},
        "payment_method": PAYMENT[order.method],
        "instalments": order.instalments,
        "currency": order.currency,
        "total": f"{order.cents / 100:.2f}",
        "lines": [
            {
                "line": line.number,
                "sku": line.article.sku,
                "description": line.name,
                "quantity": line.quantity,
                "unit_price": f"{line.unit_cents / 100:.2f}",
                "amount": f"{line.cents / 100:.2f}",
            }
            for line in order.lines
        ],
    }
    return Row(
        cells["order_id"],
        cells,
        person.person_id,
        contact_person_id=who.contact_person_id,
        values=(*who.values(), ("full_name", account.name)),
        slips=who.slips,
    )


def _utc(at: datetime) -> str:
    return (at + LIMA_TO_UTC).strftime(STAMP)


def _write(file: File) -> None:
    lines = (json.dumps(row.cells, ensure_ascii=False) for row in file.rows)
    files.write_lines(file.path, lines, at=file.at)


FEED = Feed(
    name="town_order",
    path="order/orders_{day}.jsonl",
    write=_write,
    of_customer=_of_customer,
    faults=(
        dirt.missing_key("order_id", absent=None),
        dirt.written_as("total_not_a_number", "column_is_readable", "total", "12O.50"),
        dirt.written_as("impossible_date", "column_is_readable", "placed_at", "2026-02-30T10:00:00Z"),
    ),
    has_late_versions=True,
)
