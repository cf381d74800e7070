"""What the payment gateway did for the shop: payments, failed tries and refunds, with tabs, times in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from jobs.town import dirt, files
from jobs.town.contacts import LIMA_TO_UTC
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.invoice import credit_note_id
from jobs.town.feeds.order import order_id
from jobs.town.fulfilment import Attempt
from jobs.town.reach import holding
from jobs.town.shopping import Order, Refund

METHODS = {"card": "CARD", "transfer": "TRANSFER", "wallet": "WALLET"}
NUMBERS_OF_REFUNDS = 4  # parts of an order from here on: those before are the tries to pay


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    for order in customer.life.orders:
        for number, attempt in enumerate(order.attempts, start=1):
            yield from _delivered(desk, _paid(desk, order, number, attempt), order, attempt.at)
        for refund in order.refunds():
            yield from _delivered(desk, _paid_back(desk, order, refund), order, refund.at)


def _paid(desk: Desk, order: Order, number: int, attempt: Attempt) -> dict[str, str]:
    state = "APPROVED" if attempt.is_paid else "ERROR" if attempt.failure == "timeout" else "DECLINED"
    return {
        "payment_id": f"pay_{desk.id('payment', order.part(number))}",
        "type": "PAYMENT",
        "created_ms": _milliseconds(attempt.at),
        "order_ref": order_id(desk, order),
        "amount": f"{order.cents / 100:.2f}",
        "currency": order.currency,
        "state": state,
        "reason": attempt.failure.upper(),
        "credit_note": "",
        **_method(order, attempt.at),
    }


def _paid_back(desk: Desk, order: Order, refund: Refund) -> dict[str, str]:
    return {
        "payment_id": f"pay_{desk.id('payment', order.part(NUMBERS_OF_REFUNDS + refund.part))}",
        "type": "REFUND",
        "created_ms": _milliseconds(refund.at),
        "order_ref": order_id(desk, order),
        "amount": f"{refund.cents / 100:.2f}",
        "currency": order.currency,
        "state": "APPROVED",
        "reason": refund.why.upper(),
        "credit_note": credit_note_id(desk, order, refund),
        **_method(order, refund.at),
    }


def _method(order: Order, at: datetime) -> dict[str, str]:
    person, is_card = order.person, order.method == "card"
    phones = holding(person.phones, at.date()) if order.method == "wallet" else []
    return {
        "method": METHODS[order.method],
        # The last digits are those of the card that they speak of elsewhere.
        "card": f"445100******{person.number * 7919 % 10000:04d}" if is_card else "",
        "instalments": f"{order.instalments}" if is_card else "",
        # A wallet is a phone's.
        "wallet_phone": phones[0] if phones else "",
    }


def _delivered(desk: Desk, cells: dict[str, str], order: Order, at: datetime) -> Iterator[Delivery]:
    # The gateway's day is that of UTC.
    day = (at + LIMA_TO_UTC).date()
    if day <= desk.last_day:
        values = (("phone", cells["wallet_phone"]),) if cells["wallet_phone"] else ()
        row = Row(cells["payment_id"], dict(cells), order.person.person_id, values=values)
        yield Delivery(day, f"{cells['created_ms']} {cells['payment_id']}", row)


def _milliseconds(at: datetime) -> str:
    return f"{int((at + LIMA_TO_UTC).replace(tzinfo=UTC).timestamp() * 1000)}"


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter="\t", encoding="utf-8-sig", at=file.at)


FEED = Feed(
    name="town_shop_payment",
    path="shop_payment/gateway_{day}.tsv",
    write=_write,
    of_customer=_of_customer,
    faults=(
        dirt.missing_key("payment_id"),
        dirt.written_as("amount_not_a_number", "column_is_readable", "amount", "12O.50"),
        dirt.written_as("time_not_a_number", "column_is_readable", "created_ms", "1.76E+12"),
    ),
)
